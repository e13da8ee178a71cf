"""A corpus of one document to plant a fault in, and where the fault has to be reported."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from onrecord.positions import line_column
from onrecord.source import Document, Json, dumps

PARTS = ("article", "annotation", "text", "splits")

# Stands for a value or key while its line is looked for; no corpus has it.
FLAG = "@flag@"


class Place(NamedTuple):
    """Where a planted fault has to be reported: at a line, or at a pointer into a JSON part."""

    problem_id: str
    part: str
    pointer: str = ""
    line: int | None = None


@dataclass(slots=True)
class Case:
    """A corpus of one document, to plant a fault in: the values and the text that its files hold.

    `raw` has the files whose bytes are not those of the value; None is a file that is absent.
    """

    document: Document
    assignment: Json
    random: random.Random
    values: dict[str, Json] = field(init=False)
    text: str = field(init=False)
    raw: dict[str, bytes | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.text = self.document.text or ""
        self.values = {
            "article": copy.deepcopy(self.document.article),
            "annotation": copy.deepcopy(self.document.annotation),
            "splits": copy.deepcopy(self.assignment),
        }
        if self.document.text is None:
            self.raw["text"] = None

    @property
    def annotation(self) -> Json:
        """The annotation document."""
        return self.values["annotation"]

    @property
    def article(self) -> Json:
        """The article record."""
        return self.values["article"]

    def content(self, part: str) -> bytes:
        """The bytes of a part's file as a value or text gives them."""
        if part == "text":
            return self.text.encode()
        return dumps(self.values[part]).encode()

    def line(self, place: Place) -> int:
        """The line at which a fault has to be reported."""
        if place.line is not None:
            return place.line
        if not place.pointer:
            return 1
        value = copy.deepcopy(self.values[place.part])
        owner, key = owner_of(value, place.pointer)
        # What is not empty stays on as many lines as it was only with the flag inside it.
        found = owner[key]
        if isinstance(found, dict) and found:
            owner[key] = {FLAG: 0, **found}
        elif isinstance(found, list) and found:
            owner[key] = [FLAG, *found]
        else:
            owner[key] = FLAG
        flagged = dumps(value)
        index = flagged.index(FLAG)
        if owner[key] != FLAG:
            index = flagged.rindex("{" if isinstance(found, dict) else "[", 0, index)
        return line_column(flagged, index)[0]


Fault = Callable[[Case], Place | None]


def owner_of(value: Any, pointer: str) -> tuple[Any, Any]:
    """The object or list that holds what a pointer leads to, and its key or index there."""
    *path, last = pointer.split("/")[1:]
    for token in path:
        value = value[int(token) if isinstance(value, list) else token]
    return value, int(last) if isinstance(value, list) else last
