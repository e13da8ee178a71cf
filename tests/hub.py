"""A server that speaks as much of the Hub's protocol as publishing a dataset takes."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, Any]


class Hub(ThreadingHTTPServer):
    """Dataset repositories in memory; a commit or tag can be made to fail."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] | None = None
        self.blobs: dict[str, bytes] = {}
        self.tags: dict[str, str] = {}
        self.commits: list[str] = []
        self.failing = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def refs(self, _: bytes) -> Answer:
        if self.files is None:
            return 404, {"error": "Repository not found"}
        tags = [
            {"name": k, "ref": f"refs/tags/{k}", "targetCommit": v} for k, v in self.tags.items()
        ]
        return 200, {"branches": [], "converts": [], "tags": tags}

    def tree(self, _: bytes) -> Answer:
        entries = [
            {"type": "file", "path": path, "size": len(content), "oid": _oid(content)}
            for path, content in (self.files or {}).items()
        ]
        return 200, entries

    def create(self, _: bytes) -> Answer:
        if self.files is not None:
            return 409, {"error": "exists"}
        self.files = {".gitattributes": b"*.parquet filter=lfs\n"}
        return 200, {"url": f"{self.url}/datasets/ann/news"}

    def yaml(self, _: bytes) -> Answer:
        return 200, {"errors": [], "warnings": []}

    def preupload(self, body: bytes) -> Answer:
        answers = []
        for each in json.loads(body)["files"]:
            large = each["path"].endswith(".parquet")
            known = (self.files or {}).get(each["path"])
            oid = None if known is None else (_sha256(known) if large else _oid(known))
            mode = "lfs" if large else "regular"
            answers.append(
                {"path": each["path"], "uploadMode": mode, "shouldIgnore": False, "oid": oid}
            )
        return 200, {"files": answers}

    def batch(self, body: bytes) -> Answer:
        objects = []
        for each in json.loads(body)["objects"]:
            upload = {"href": f"{self.url}/upload/{each['oid']}"}
            new = {} if each["oid"] in self.blobs else {"actions": {"upload": upload}}
            objects.append({"oid": each["oid"], "size": each["size"], **new})
        return 200, {"transfer": "basic", "objects": objects}

    def commit(self, body: bytes) -> Answer:
        if self.failing == "commit":
            return 400, {"error": "interrupted"}
        files = dict(self.files or {})
        for line in map(json.loads, body.splitlines()):
            value = line["value"]
            if line["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                files[value["path"]] = self.blobs[value["oid"]]
            elif line["key"] == "deletedFile":
                del files[value["path"]]
        self.files = files
        self.commits.append(_sha256(body)[:40])
        url = f"{self.url}/datasets/ann/news/commit/{self.commits[-1]}"
        return 200, {"commitUrl": url, "commitOid": self.commits[-1]}

    def tag(self, body: bytes, revision: str = "") -> Answer:
        if self.failing == "tag":
            return 400, {"error": "interrupted"}
        self.tags[json.loads(body)["tag"]] = revision
        return 200, {}

    def info(self, _: bytes) -> Answer:
        return 200, {"id": "ann/news", "sha": self.commits[-1], "siblings": [], "tags": []}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _oid(content: bytes) -> str:
    """The id that git gives to a file."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


_API = "/api/datasets/ann/news"
_ROUTES: dict[str, Callable[..., Answer]] = {
    rf"GET {_API}/refs": Hub.refs,
    rf"GET {_API}/tree/main": Hub.tree,
    rf"GET {_API}(/revision/main)?": Hub.info,
    r"POST /api/repos/create": Hub.create,
    r"POST /api/validate-yaml": Hub.yaml,
    rf"POST {_API}/preupload/main": Hub.preupload,
    r"POST /datasets/ann/news\.git/info/lfs/objects/batch": Hub.batch,
    rf"POST {_API}/commit/main": Hub.commit,
}


class _Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        body = self._body()
        self.server.blobs[self.path.rpartition("/")[2]] = body
        self._send(200, {})

    def log_message(self, *_: object) -> None:
        pass

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _answer(self) -> None:
        body, path = self._body(), self.path.partition("?")[0]
        if match := re.fullmatch(rf"{_API}/tag/(\w+)", path):
            self._send(*self.server.tag(body, match[1]))
            return
        for pattern, function in _ROUTES.items():
            if re.fullmatch(pattern, f"{self.command} {path}"):
                self._send(*function(self.server, body))
                return
        self._send(501, {"error": f"{self.command} {path} is not spoken here"})

    def _send(self, status: int, value: Any) -> None:
        content = json.dumps(value).encode()
        self.send_response(status)
        if status == 404:
            self.send_header("X-Error-Code", "RepoNotFound")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
