"""A corpus folder as a stream of documents. What cannot be read is a value in the stream."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from onrecord.positions import line_column
from onrecord.problems import Problem

Json = dict[str, Any]


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


def read_corpus(corpus: Path) -> Iterator[Entry]:
    """Every document of a corpus, sorted by id, or the problems that keep it from being read."""
    for document_id in document_ids(corpus):
        yield read_document(document_id, files_of(corpus, document_id))


def read_document(document_id: str, files: Files) -> Entry:
    """One document from its files, or the problems that keep it from being read."""
    article = read_json(files.article) if files.article.exists() else _missing("record", files)
    annotation = (
        read_json(files.annotation) if files.annotation.exists() else _missing("annotation", files)
    )
    text = _text(files, article)
    problems = tuple(part for part in (article, annotation, text) if isinstance(part, Problem))
    if problems:
        return problems
    return Document(document_id, files, article, annotation, text)  # type: ignore[arg-type]


def _missing(part: str, files: Files) -> Problem:
    missing, present = files.article, files.annotation
    if part == "annotation":
        missing, present = files.annotation, files.article
    if not present.exists():
        present = files.text
    return Problem(
        f"{part}-missing", str(present), f"expected {missing}, which does not exist", line=1
    )


def _text(files: Files, article: Json | Problem) -> str | Problem | None:
    if isinstance(article, Problem):
        return None
    if article.get("text_availability") == "withheld":
        path = files.text if files.text.exists() else files.hydrated
        if not path.exists():
            return None
    else:
        path = files.text
        if not path.exists():
            message = f"text_availability is included; expected {path}, which does not exist"
            return Problem("text-missing", str(files.article), message, "/text_availability")
    text = read_text(path)
    if isinstance(text, str) and "\r" in text:
        line, column = line_column(text, text.index("\r"))
        message = "found a carriage return; expected LF line ends only"
        return Problem("line-ends", str(path), message, line=line, column=column)
    return text


def read_text(path: Path) -> str | Problem:
    """A file's text exactly as it is, or why it cannot be had."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        return Problem("file-unreadable", str(path), f"cannot be read: {error.strerror}", line=1)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = line_column(raw[: error.start].decode("utf-8"), error.start)
        column = len(raw[: error.start].decode("utf-8").rpartition("\n")[2]) + 1
        message = f"found the byte 0x{raw[error.start]:02x}, which is not UTF-8; expected UTF-8"
        return Problem("not-utf8", str(path), message, line=line, column=column)


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
    return value


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
