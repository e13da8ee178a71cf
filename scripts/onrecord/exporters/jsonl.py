"""One document a line: its article record, its text and its annotation, nothing lost."""

from __future__ import annotations

from pathlib import Path

import orjson

from onrecord.source import Document


class Exporter:
    """Writes SPLIT.jsonl."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, document: Document, split: str) -> None:
        """Write a document."""
        value = {
            "article": document.article,
            "text": document.text,
            "annotation": document.annotation,
        }
        with (self._folder / f"{split}.jsonl").open("ab") as file:
            file.write(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE))

    def finish(self) -> None:
        """Nothing more to write."""
