"""A corpus folder as a stream of documents. What cannot be read is a value in the stream."""

from __future__ import annotations

import errno
import glob
import json
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from onrecord.folders import write_text
from onrecord.positions import line_column, repeated_keys
from onrecord.problems import Problem

Json = dict[str, Any]

StrPath = str | os.PathLike[str]

# Without blocking: opening a pipe that nobody writes to would wait for ever.
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC

# Beside an imported corpus: where it comes from, and what its import dropped and repaired.
REPORT = "loss.json"

# Larger files are refused: no article is that long, and memory has to stay bounded.
MAX_BYTES = 64 * 1024 * 1024


class Files(NamedTuple):
    """The paths of one document's parts."""

    article: str
    annotation: str
    text: str
    hydrated: str
    passes: str


@dataclass(frozen=True, slots=True)
class Document:
    """One article with its annotation.

    `text` is None while it is withheld and not hydrated; `committed` is whether it lies among
    the articles. Where it is a line of a shard, `line` holds it, and `passes` the independent
    passes by annotator.
    """

    id: str
    files: Files
    article: Json
    annotation: Json
    text: str | None
    committed: bool = True
    line: bytes | None = None
    passes: Json | None = None


@dataclass(frozen=True, slots=True)
class Pass:
    """One annotator's independent annotation of a document."""

    annotator: str
    annotation: Json


Entry = Document | tuple[Problem, ...]


def files_of(corpus: StrPath, document_id: str) -> Files:
    """Where the parts of a document belong."""
    return Files(
        article=f"{corpus}/articles/{document_id}.json",
        annotation=f"{corpus}/annotations/{document_id}.json",
        text=f"{corpus}/articles/{document_id}.txt",
        hydrated=f"{corpus}/hydrated/{document_id}.txt",
        passes=f"{corpus}/passes/{document_id}",
    )


def document_ids(corpus: Path) -> list[str]:
    """The ids of all documents of which any part is in the corpus, sorted."""
    parts = {
        path.rpartition(".")[0]
        for folder, pattern in (
            ("articles", "*/*.json"),
            ("articles", "*/*.txt"),
            ("annotations", "*/*.json"),
        )
        for path in _below(corpus / folder, pattern)
    }
    return sorted(parts | {p.rpartition("/")[0] for p in _below(corpus / "passes", "*/*/*.json")})


def _below(folder: Path, pattern: str) -> Iterator[str]:
    # As strings: paths as objects take ten times as long, for every document.
    return glob.iglob(pattern, root_dir=folder, include_hidden=True)  # noqa: PTH207


def pass_files(files: Files) -> list[str]:
    """The independent passes over a document, by annotator."""
    # Most documents have none, for which a look at the folder is cheaper than a glob.
    names = os.listdir(files.passes) if os.path.isdir(files.passes) else []  # noqa: PTH112, PTH208
    return [f"{files.passes}/{name}" for name in sorted(names) if name.endswith(".json")]


def read_document(corpus: Path, document_id: str) -> Entry:
    """One document of a corpus, or the problems that keep it from being read."""
    files = files_of(corpus, document_id)
    article, annotation = read_json(files.article, corpus), read_json(files.annotation, corpus)
    if isinstance(article, Problem) and not Path(files.article).exists():
        article = _missing("record", files)
    if isinstance(annotation, Problem) and not Path(files.annotation).exists():
        annotation = _missing("annotation", files)
    text, committed = (
        (None, False) if isinstance(article, Problem) else _text(corpus, files, article)
    )
    if isinstance(article, Problem) or isinstance(annotation, Problem) or isinstance(text, Problem):
        return tuple(part for part in (article, annotation, text) if isinstance(part, Problem))
    return Document(document_id, files, article, annotation, text, committed)


def _missing(part: str, files: Files) -> Problem:
    missing, present = files.article, files.annotation
    if part == "annotation":
        missing, present = files.annotation, files.article
    if not Path(present).exists():
        present = next(filter(os.path.exists, (files.text, *pass_files(files))), files.text)
    message = f"found no {missing}; expected it beside this file"
    return Problem(f"{part}-missing", present, message, line=1)


def _text(corpus: Path, files: Files, article: Json) -> tuple[str | Problem | None, bool]:
    """The text, None while it is withheld and not hydrated; and whether it is a committed one."""
    text = article_text(files.text, corpus)
    if isinstance(text, str) or Path(files.text).exists():
        return text, True
    if article.get("text_availability") != "included":  # what else it may be, the schema says
        return (
            article_text(files.hydrated, corpus) if Path(files.hydrated).exists() else None
        ), False
    message = f"found no {files.text}; expected it, as text_availability is included"
    return Problem("text-missing", files.article, message, "/text_availability"), False


def article_text(path: StrPath, corpus: Path | None = None) -> str | Problem:
    """The text of an article, which has no carriage returns, no NUL and no byte order mark."""
    text = read_text(path, corpus)
    return text if isinstance(text, Problem) else checked_text(path, text)


def checked_text(path: StrPath, text: str) -> str | Problem:
    """A text, unless it has what no article's text may have."""
    if "\r" in text:
        message = "found a carriage return; expected LF line ends only"
        return _at("line-ends", path, message, text, text.index("\r"))
    if "\0" in text:
        message = "found the character NUL; expected none"
        return _at("forbidden-character", path, message, text, text.index("\0"))
    if text.startswith("\ufeff"):
        message = "found a byte order mark; expected none"
        return _at("forbidden-character", path, message, text, 0)
    return text


def _at(problem_id: str, path: StrPath, message: str, text: str, index: int) -> Problem:
    line, column = line_column(text, index)
    return Problem(problem_id, os.fspath(path), message, line=line, column=column)


def read_text(path: StrPath, corpus: Path | None = None) -> str | Problem:
    """A file's text exactly as it is, or why it cannot be had.

    `-` is the standard input. A link may not lead out of the corpus, where one is given.
    """
    raw = read_bytes(path, corpus)
    return raw if isinstance(raw, Problem) else _decoded(path, raw)


def _decoded(path: StrPath, raw: bytes) -> str | Problem:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        message = f"found the byte 0x{raw[error.start]:02x}, which is not UTF-8; expected UTF-8"
        return _at("not-utf8", path, message, before, len(before))


def read_bytes(path: StrPath, corpus: Path | None = None) -> bytes | Problem:
    """A file's bytes, or why they cannot be had: of a regular file, up to a size, no link out."""
    raw = _standard_input() if os.fspath(path) == "-" else _read_bytes(path, corpus)
    if isinstance(raw, bytes) and len(raw) > MAX_BYTES:
        message = f"found more than {MAX_BYTES:,} bytes; expected at most that"
        return Problem("file-too-large", os.fspath(path), message, line=1)
    return raw


def _read_bytes(path: StrPath, corpus: Path | None) -> bytes | Problem:
    folder = None if corpus is None else os.fspath(path).rpartition("/")[0]
    if corpus is not None and folder is not None and (link := _folder_outside(corpus, folder)):
        return _outside(path, link)
    try:
        handle = os.open(path, _FLAGS | (0 if corpus is None else os.O_NOFOLLOW))
    except OSError as error:
        if error.errno == errno.ELOOP and corpus is not None:
            link = Path(path)
            return _read_bytes(path, None) if _inside(corpus, link) else _outside(path, link)
        reason = f"cannot be read: {error.strerror}"
        return Problem("file-unreadable", os.fspath(path), reason, line=1)
    try:
        info = os.fstat(handle)
        if stat.S_ISREG(info.st_mode):
            return os.read(handle, min(info.st_size, MAX_BYTES) + 1)
        reason = "found a folder or device; expected a regular file"
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
    finally:
        os.close(handle)
    return Problem("file-unreadable", os.fspath(path), reason, line=1)


def _outside(path: StrPath, link: Path) -> Problem:
    message = f"is a link to {link.readlink()}; expected a file within the corpus"
    return Problem("link-outside", os.fspath(path), message, line=1)


@lru_cache(maxsize=1024)
def _folder_outside(corpus: Path, folder: str) -> Path | None:
    """The link by which a folder of the corpus, or one that it lies in, leads out of it."""
    place = Path(folder)
    if place == corpus or _inside(corpus, place):
        return None
    return place if place.is_symlink() else place.parent


def _inside(corpus: Path, path: Path) -> bool:
    # Unlike Path.resolve, realpath leaves a link to itself as it is.
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(corpus))


@cache
def _standard_input() -> bytes:
    return sys.stdin.buffer.read(MAX_BYTES + 1)


def read_json(path: StrPath, corpus: Path | None = None) -> Json | Problem:
    """A JSON object from a file, or why it cannot be had."""
    raw = read_bytes(path, corpus)
    return raw if isinstance(raw, Problem) else parse_json(path, raw)


def parse_json(path: StrPath, raw: bytes) -> Json | Problem:
    """A JSON object from the bytes of a file, or why there is none."""
    try:
        value = orjson.loads(raw)
        written = orjson.dumps(value)
    except orjson.JSONDecodeError:
        return _not_json(path, raw)
    except orjson.JSONEncodeError:
        message = "found values nested too deep; expected fewer than 250 in each other"
        return Problem("not-json", os.fspath(path), message, line=1)
    if not isinstance(value, dict):
        message = f"found {written[:40].decode(errors='ignore')}; expected one JSON object"
        return Problem("not-json", os.fspath(path), message, line=1)
    # Parsers keep the last of two equal keys and say nothing. A value written back has then
    # fewer quotation marks than its text; only such a text is looked through for the key.
    if raw.count(b'"') != written.count(b'"') or b"\\u0022" in raw:
        return _repeated_key(path, raw.decode("utf-8")) or value
    return value


def _not_json(path: StrPath, raw: bytes) -> Problem:
    text = _decoded(path, raw)
    if isinstance(text, Problem):
        return text
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError as error:
        message = f"found no JSON: {error.msg}; expected one JSON object"
        return Problem("not-json", os.fspath(path), message, line=error.lineno, column=error.colno)
    raise AssertionError("what is no JSON as bytes is none as text")


def _repeated_key(path: StrPath, text: str) -> Problem | None:
    names: list[str] = []

    def note(pairs: list[tuple[str, Any]]) -> Json:
        names.extend(_twice(pairs))
        return dict(pairs)

    json.loads(text, object_pairs_hook=note)
    if not names:
        return None
    places = (place for place in repeated_keys(text) if place[0] in names)
    key, line, column = next(places, (names[0], 1, 1))
    message = f'found the key "{key}" twice in one object; expected it once'
    return Problem("duplicate-key", os.fspath(path), message, line=line, column=column)


def _twice(pairs: list[tuple[str, Any]]) -> Iterator[str]:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            yield key
        seen.add(key)


def write_json(path: Path, value: Json) -> None:
    """Write JSON as people review it: keys in the order given, one span a line."""
    write_text(path, dumps(value) + "\n")


def dumps(value: Any, indent: str = "") -> str:
    """JSON with two spaces of indent; objects and lists that hold nothing nested stay on a line."""
    nested = [item for item in _items(value) if isinstance(item, dict | list) and item]
    if not nested:
        return json.dumps(value, ensure_ascii=False)
    inner = indent + "  "
    if isinstance(value, list):
        return "[\n" + ",\n".join(inner + dumps(item, inner) for item in value) + f"\n{indent}]"
    pairs = (f"{inner}{json.dumps(key)}: {dumps(item, inner)}" for key, item in value.items())
    return "{\n" + ",\n".join(pairs) + f"\n{indent}}}"


def _items(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
