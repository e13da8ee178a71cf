"""What a fuzzer calls: bytes of any kind go through the reader, the checks and the reports."""

from __future__ import annotations

import copy
import hashlib
import json
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

from onrecord import anchor, report, targets
from onrecord.faults.changes import change
from onrecord.marks import pair, scan
from onrecord.problems import Problem
from onrecord.source import Document, Json, article_text, read_document, read_json
from onrecord.validate import check_document


class _Drawn(random.Random):
    """Random numbers that are the given bytes, then zeros: a fuzzer learns which bytes do what."""

    def __init__(self, data: bytes) -> None:
        super().__init__(0)
        self._bytes = iter(data)

    def random(self) -> float:
        return next(self._bytes, 0) / 256

    def getrandbits(self, k: int, /) -> int:
        drawn = int.from_bytes(bytes(next(self._bytes, 0) for _ in range(-(-k // 8))), "big")
        return drawn & ((1 << k) - 1)


@cache
def _valid(corpus: Path) -> Document:
    document = read_document(corpus, "town/bridge")
    if not isinstance(document, Document):
        raise FileNotFoundError(f"{corpus} has no document town/bridge")
    return document


def as_json(data: bytes, corpus: Path, folder: Path) -> list[Problem]:
    """The bytes as a file of JSON that stands alone."""
    (folder / "file.json").write_bytes(data)
    read_json(folder / "file.json")
    return [*targets.alone(folder / "file.json", None)]


def as_text(data: bytes, corpus: Path, folder: Path) -> list[Problem]:
    """The bytes as the text of an article."""
    (folder / "file.txt").write_bytes(data)
    text = article_text(folder / "file.txt")
    if isinstance(text, Problem):
        return [text]
    pair(text, scan(text))
    valid = _valid(corpus)
    digest = hashlib.sha256(text.encode()).hexdigest()
    article = {**valid.article, "text_sha256": digest, "text_length": len(text), "regions": []}
    annotation = {**valid.annotation, "text_sha256": digest, "speakers": [], "claims": []}
    annotation["quotes"] = [_around(text)] if text.strip() else []
    return check_document(Document(valid.id, valid.files, article, annotation, text))


def _around(text: str) -> Json:
    """A quote of all of a text but white space at its edges."""
    start = len(text) - len(text.lstrip())
    surface = text.strip()
    return {
        "id": "q1",
        "type": "direct",
        "medium": "speech",
        "content": [{"start": start, "end": start + len(surface), "text": surface}],
        "speakers": [],
        "polarity": "affirmed",
        "delimiters": "none",
    }


def as_draft(data: bytes, corpus: Path, folder: Path) -> list[Problem]:
    """The bytes as a draft."""
    (folder / "draft.yaml").write_bytes(data)
    return anchor.anchor(folder / "draft.yaml", corpus).problems


def as_changes(data: bytes, corpus: Path, folder: Path) -> list[Problem]:
    """The bytes as decisions about where and how a valid document is changed."""
    document, rng = _valid(corpus), _Drawn(data)
    parts: list[Json] = [copy.deepcopy(document.article), copy.deepcopy(document.annotation)]
    for _ in range(rng.randrange(4)):
        change(rng.choice(parts), rng)
    # Whatever there may be in memory has come from JSON.
    article, annotation = (json.loads(json.dumps(part)) for part in parts)
    files = document.files._replace(
        article=str(folder / "article.json"), annotation=str(folder / "annotation.json")
    )
    Path(files.article).write_text(json.dumps(article), encoding="utf-8")
    Path(files.annotation).write_text(json.dumps(annotation), encoding="utf-8")
    return check_document(Document(document.id, files, article, annotation, document.text))


KINDS: dict[str, Callable[[bytes, Path, Path], list[Problem]]] = {
    "json": as_json,
    "text": as_text,
    "draft": as_draft,
    "changes": as_changes,
}


def run(kind: str, data: bytes, corpus: Path, folder: Path) -> list[Problem]:
    """Put bytes through everything that may meet them; any exception is a find."""
    problems = KINDS[kind](data, corpus, folder)
    located = [*report.located(problems)]
    for style in report.FORMATS.values():
        for line in style(located):
            line.encode()
    return problems
