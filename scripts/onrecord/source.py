"""A corpus folder as a stream of documents. What cannot be read is a value in the stream."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from onrecord.positions import line_column, repeated_keys
from onrecord.problems import Problem

Json = dict[str, Any]

# Larger files are refused: no article is that long, and memory has to stay bounded.
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Files:
    """Where the parts of one document lie."""

    article: Path
    annotation: Path
    text: Path
    hydrated: Path


@dataclass(frozen=True, slots=True)
class Document:
    """One article with its annotation. `text` is None while it is withheld and not hydrated."""

    id: str
    files: Files
    article: Json
    annotation: Json
    text: str | None


Entry = Document | tuple[Problem, ...]


def files_of(corpus: Path, document_id: str) -> Files:
    """Where the parts of a document belong."""
    return Files(
        article=corpus / "articles" / f"{document_id}.json",
        annotation=corpus / "annotations" / f"{document_id}.json",
        text=corpus / "articles" / f"{document_id}.txt",
        hydrated=corpus / "hydrated" / f"{document_id}.txt",
    )


def document_ids(corpus: Path) -> list[str]:
    """The ids of all documents of which any part is in the corpus, sorted."""
    parts = [
        path.relative_to(corpus / folder)
        for folder, pattern in (
            ("articles", "*/*.json"),
            ("articles", "*/*.txt"),
            ("annotations", "*/*.json"),
        )
        for path in (corpus / folder).glob(pattern)
    ]
    return sorted({part.with_suffix("").as_posix() for part in parts})


def read_corpus(corpus: Path, ids: Iterable[str] | None = None) -> Iterator[Entry]:
    """Documents of a corpus, sorted by id, or the problems that keep them from being read."""
    for document_id in document_ids(corpus) if ids is None else sorted(ids):
        yield read_document(corpus, document_id)


def read_document(corpus: Path, document_id: str) -> Entry:
    """One document of a corpus, or the problems that keep it from being read."""
    files = files_of(corpus, document_id)
    if outside := [*_links_outside(corpus, files)]:
        return tuple(outside)
    article = read_json(files.article) if files.article.exists() else _missing("record", files)
    annotation = (
        read_json(files.annotation) if files.annotation.exists() else _missing("annotation", files)
    )
    text = None if isinstance(article, Problem) else _text(files, article)
    problems = tuple(part for part in (article, annotation, text) if isinstance(part, Problem))
    if isinstance(article, Problem) or isinstance(annotation, Problem) or isinstance(text, Problem):
        return problems
    return Document(document_id, files, article, annotation, text)


def _links_outside(corpus: Path, files: Files) -> Iterator[Problem]:
    for path in (files.article, files.annotation, files.text):
        for link in (path, path.parent):
            if link.is_symlink() and not link.resolve().is_relative_to(corpus.resolve()):
                message = f"is a link to {link.readlink()}; expected a file within the corpus"
                yield Problem("link-outside", str(path), message, line=1)
                break


def _missing(part: str, files: Files) -> Problem:
    missing, present = files.article, files.annotation
    if part == "annotation":
        missing, present = files.annotation, files.article
    if not present.exists():
        present = files.text
    message = f"found no {missing}; expected it beside this file"
    return Problem(f"{part}-missing", str(present), message, line=1)


def _text(files: Files, article: Json) -> str | Problem | None:
    path = files.text
    if article.get("text_availability") == "withheld" and not path.exists():
        path = files.hydrated
        if not path.exists():
            return None
    if not path.exists():
        message = f"found no {path}; expected it, as text_availability is included"
        return Problem("text-missing", str(files.article), message, "/text_availability")
    return article_text(path)


def article_text(path: Path) -> str | Problem:
    """The text of an article, which has no carriage returns."""
    text = read_text(path)
    if isinstance(text, str) and "\r" in text:
        line, column = line_column(text, text.index("\r"))
        message = "found a carriage return; expected LF line ends only"
        return Problem("line-ends", str(path), message, line=line, column=column)
    return text


def read_text(path: Path) -> str | Problem:
    """A file's text exactly as it is, or why it cannot be had; `-` is the standard input."""
    raw = _standard_input() if str(path) == "-" else _read_bytes(path)
    if isinstance(raw, Problem):
        return raw
    if len(raw) > MAX_BYTES:
        message = f"found more than {MAX_BYTES:,} bytes; expected at most that"
        return Problem("file-too-large", str(path), message, line=1)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        line, column = line_column(before, len(before))
        message = f"found the byte 0x{raw[error.start]:02x}, which is not UTF-8; expected UTF-8"
        return Problem("not-utf8", str(path), message, line=line, column=column)


def _read_bytes(path: Path) -> bytes | Problem:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            message = "found a folder or device; expected a regular file"
            return Problem("file-unreadable", str(path), message, line=1)
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        return Problem("file-unreadable", str(path), message, line=1)


@cache
def _standard_input() -> bytes:
    return sys.stdin.buffer.read(MAX_BYTES + 1)


def read_json(path: Path) -> Json | Problem:
    """A JSON object from a file, or why it cannot be had."""
    text = read_text(path)
    if isinstance(text, Problem):
        return text
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        message = f"found no JSON: {error.msg}; expected one JSON object"
        return Problem("not-json", str(path), message, line=error.lineno, column=error.colno)
    if not isinstance(value, dict):
        message = f"found {json.dumps(value)[:40]}; expected one JSON object"
        return Problem("not-json", str(path), message, line=1)
    return _repeated_key(path, text, value) or value


def _repeated_key(path: Path, text: str, value: Json) -> Problem | None:
    # Parsers keep the last of two equal keys and say nothing. A value written back has then
    # fewer quotation marks than its text; only such a text is looked through for the key.
    if text.count('"') == orjson.dumps(value).count(b'"') and "\\u0022" not in text:
        return None
    for key, line, column in repeated_keys(text):
        message = f'found the key "{key}" twice in one object; expected it once'
        return Problem("duplicate-key", str(path), message, line=line, column=column)
    return None


def write_json(path: Path, value: Json) -> None:
    """Write JSON as people review it: keys in the order given, one span a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dumps(value) + "\n", encoding="utf-8")


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
