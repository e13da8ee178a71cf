"""DirectQuote: CoNLL with direct quotes and speakers, a paragraph a document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from onrecord.importers.draft import Draft, Imported
from onrecord.importers.loss import Loss
from onrecord.importers.tokens import detokenise
from onrecord.source import Json

_QUOTES = ("LeftSpeaker", "RightSpeaker", "Unknown")

Chunk = tuple[str, int, int]


class Importer:
    """Reads data/truecased.txt; or any file of that form, or a folder of them."""

    def __init__(self, loss: Loss, options: Json) -> None:
        self._loss = loss

    def find(self, source: Path) -> list[Path]:
        """The files."""
        if source.is_file():
            return [source]
        for folder in (source / "data", source):
            if found := sorted(folder.glob("*.txt")):
                return found
        return []

    def convert(self, path: Path) -> Iterator[Imported]:
        """The paragraphs of a file, read one by one."""
        for number, (tokens, labels) in enumerate(self._paragraphs(path), 1):
            self._loss.held["paragraphs"] += 1
            why = "the corpus has truecased tokens only"
            self._loss.dropped("original case and white space", why)
            yield self._paragraph(f"{path.stem} {number:06}", tokens, labels)

    def _paragraphs(self, path: Path) -> Iterator[tuple[list[str], list[str]]]:
        tokens: list[str] = []
        labels: list[str] = []
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                cells = line.split()
                if not cells and tokens:
                    yield tokens, labels
                    tokens, labels = [], []
                elif len(cells) == 1:
                    self._loss.repaired("lines", "no label; read as Out", f"{path.name}:{number}")
                    cells.append("Out")
                if len(cells) >= 2:
                    tokens.append(cells[0])
                    labels.append(cells[-1])
        if tokens:
            yield tokens, labels

    def _paragraph(self, name: str, tokens: list[str], labels: list[str]) -> Imported:
        text = detokenise([tokens])
        draft = Draft(text.text, self._loss, name)
        found = list(_chunks(labels))
        speakers = [chunk for chunk in found if chunk[0] == "Speaker"]
        self._loss.held["speakers"] += len(speakers)
        sources = {
            chunk: draft.expression(text.extents(range(*chunk[1:])), "source") for chunk in speakers
        }
        for chunk in found:
            if chunk[0] in _QUOTES:
                self._loss.held["quotes"] += 1
                speaker = self._speaker(chunk, speakers, name)
                source = sources[speaker] if speaker else None
                draft.quote(
                    text.extents(range(*chunk[1:])),
                    type="direct",
                    source=source and source[0],
                    speakers=[source[1]] if source else [],
                    original_values=[{"name": "label", "value": chunk[0]}],
                )
            elif chunk[0] != "Speaker":
                self._loss.dropped("chunks", f"label {chunk[0]}: not of this format", name)
        return Imported(name, text.text, draft.annotation(), text.as_json())

    def _speaker(self, quote: Chunk, speakers: list[Chunk], name: str) -> Chunk | None:
        """The nearest speaker in the direction that the label names."""
        kind, start, end = quote
        if kind == "Unknown":
            return None
        left = [chunk for chunk in speakers if chunk[2] <= start][-1:]
        right = [chunk for chunk in speakers if chunk[1] >= end][:1]
        wanted, other = (left, right) if kind == "LeftSpeaker" else (right, left)
        if not wanted:
            why = "no speaker on the side that the label names"
            taken = "the nearest on the other side was taken" if other else "left without one"
            self._loss.repaired("sources", f"{why}; {taken}", name)
        return next(iter([*wanted, *other]), None)


def _chunks(labels: list[str]) -> Iterator[Chunk]:
    """Chunks (kind, first, after last) in IOB1 or IOB2: B- begins one, and so does a new kind."""
    kind, start = "", 0
    for i, label in enumerate([*labels, "Out"]):
        prefix, _, now = label.partition("-")
        if kind and (prefix == "B" or now != kind):
            yield kind, start, i
            kind = ""
        if now and not kind:
            kind, start = now, i
