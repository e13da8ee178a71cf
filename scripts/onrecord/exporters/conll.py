"""CoNLL-U Plus: a token a line, with a column of BIO labels for each role.

A paragraph is a sentence, a token a word or a mark. What overlaps within one column is labelled
for the first; who is meant, and what claims say, has no place in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import regex

from onrecord.model import Extent, extents
from onrecord.source import Document, Json

ROLES = ("QUOTE", "NESTED", "CUE", "MENTION", "TERM", "CLAIM")
COLUMNS = ("ID", "FORM", "START", "END", *ROLES)
_TOKEN = regex.compile(r"[\w\p{M}]+(?:[’'-][\w\p{M}]+)*|\.{2,}|\S\p{M}*")


class Exporter:
    """Writes SPLIT.conllup."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, document: Document, split: str) -> None:
        """Write a document."""
        path = self._folder / f"{split}.conllup"
        head = "" if path.exists() else f"# global.columns = {' '.join(COLUMNS)}\n"
        with path.open("a", encoding="utf-8") as file:
            file.write(head)
            file.writelines(f"{line}\n" for line in _lines(document))

    def finish(self) -> None:
        """Nothing more to write."""


def _lines(document: Document) -> Iterator[str]:
    text = document.text or ""
    labels = [_Labels(stretches) for stretches in _roles(document.annotation).values()]
    yield f"# newdoc id = {document.id}"
    number = start = 0
    for paragraph in text.split("\n"):
        tokens = [match.span() for match in _TOKEN.finditer(paragraph)]
        if tokens:
            number += 1
            yield f"# sent_id = {document.id}-{number}"
            yield f"# text = {paragraph.strip()}"
            for i, (a, b) in enumerate(tokens, 1):
                extent = (start + a, start + b)
                roles = (column(*extent) for column in labels)
                yield "\t".join((str(i), paragraph[a:b], *map(str, extent), *roles))
            yield ""
        start += len(paragraph) + 1


Stretch = tuple[Extent, str]


def _roles(annotation: Json) -> dict[str, list[Stretch]]:
    """The labelled stretches of each column."""
    quotes = annotation["quotes"]
    mentions = [each for speaker in annotation["speakers"] for each in speaker["mentions"]]
    return {
        "QUOTE": _stretches((q.get("content", ()), q["type"]) for q in quotes if "parent" not in q),
        "NESTED": _stretches((q.get("content", ()), q["type"]) for q in quotes if "parent" in q),
        "CUE": _stretches((quote.get("cue", ()), "cue") for quote in quotes),
        "MENTION": _stretches((each["spans"], each["form"]) for each in mentions),
        "TERM": _stretches((each["spans"], each["kind"]) for each in annotation["quoted_terms"]),
        "CLAIM": _stretches((each["spans"], each["category"]) for each in annotation["claims"]),
    }


def _stretches(labelled: Iterable[tuple[list[Json], str]]) -> list[Stretch]:
    found = [(extent, label) for spans, label in labelled for extent in extents(spans)]
    return sorted(found, key=lambda each: each[0])


class _Labels:
    """The label of one token after another, in the order of the text."""

    def __init__(self, stretches: list[Stretch]) -> None:
        self._stretches = stretches
        self._next = 0
        self._begun: Stretch | None = None

    def __call__(self, start: int, end: int) -> str:
        while self._next < len(self._stretches) and self._stretches[self._next][0][1] <= start:
            self._next += 1
        if self._next == len(self._stretches):
            return "O"
        current = self._stretches[self._next]
        if current[0][0] >= end:
            return "O"
        prefix = "I" if self._begun == current else "B"
        self._begun = current
        return f"{prefix}-{current[1]}"
