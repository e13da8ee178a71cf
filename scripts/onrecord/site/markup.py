"""Spans over a text as HTML. The tags taken away, what remains is the text exactly."""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape

from markupsafe import Markup

from onrecord.source import Json


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A stretch of text that belongs to an item, if any; of two that overlap the lesser is outside."""

    rank: tuple[int, ...]
    start: int
    end: int
    item: str
    classes: str = field(default="", compare=False)
    attributes: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    # What only the first fragment of the item has: its permanent link, and the focus.
    first: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    def with_class(self, name: str) -> Mark:
        """The same mark with one class more."""
        return replace(self, classes=f"{self.classes} {name}".strip())


class Marker:
    """Marks up one text, stretch by stretch, in its order."""

    def __init__(self, text: str, marks: Iterable[Mark]) -> None:
        self._text = text
        self._waiting = sorted(marks, key=lambda mark: mark.start, reverse=True)
        self._active: list[Mark] = []
        self._begun: set[str] = set()

    def markup(self, start: int, end: int) -> Markup:
        """The next stretch; marks that cross others or its borders are cut to fragments."""
        return Markup("".join(self._pieces(start, end)))

    def _pieces(self, place: int, end: int) -> Iterator[str]:
        opened: list[Mark] = []
        while place < end:
            self._advance(place)
            kept = _common(opened, self._active)
            yield "</span>" * (len(opened) - kept)
            yield from map(self._open, self._active[kept:])
            opened = self._active
            borders = [mark.end for mark in opened] + [mark.start for mark in self._waiting[-1:]]
            following = min([end, *borders])
            yield _escaped(self._text[place:following])
            place = following
        yield "</span>" * len(opened)

    def _advance(self, place: int) -> None:
        """Make those marks active that cover a place, the outer ones first."""
        found = [*self._active]
        while self._waiting and self._waiting[-1].start <= place:
            insort(found, self._waiting.pop())
        self._active = [mark for mark in found if mark.end > place]

    def _open(self, mark: Mark) -> str:
        attributes = [("class", mark.classes), *mark.attributes]
        if mark.item:
            attributes.append(("data-item", mark.item))
        if mark.item not in self._begun:
            self._begun.add(mark.item)
            attributes += mark.first
        written = (f' {name}="{escape(value)}"' for name, value in attributes)
        return f"<span{''.join(written)}>"


def _common(one: Sequence[Mark], other: Sequence[Mark]) -> int:
    """The number of marks with which both sequences begin."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left is not right:
            break
        count += 1
    return count


def _escaped(text: str) -> str:
    # Parsers of HTML turn a carriage return into a line feed, unless it is written as an entity.
    return escape(text).replace("\r", "&#13;")


def marked_up(
    text: str, marks: Iterable[Mark], regions: Sequence[Json], heading: str = "h1"
) -> Markup:
    """A whole article, each line an element; `heading` is that of its first headline."""
    marker, pieces = Marker(text, marks), []
    for block in blocks(text, regions):
        pieces.append(_escaped(block.gap))
        if block.start < block.end:
            tag, heading = (heading, "p") if block.kind == "headline" else ("p", heading)
            tight = " tight" if block.gap == "\n" else ""
            inner = marker.markup(block.start, block.end)
            pieces.append(f'<{tag} class="{block.kind}{tight}" dir="auto">{inner}</{tag}>')
    return Markup("".join(pieces))


@dataclass(frozen=True, slots=True)
class Block:
    """A line of an article with the region that it stands in; `gap` is what comes before it."""

    start: int
    end: int
    kind: str
    gap: str


def blocks(text: str, regions: Sequence[Json]) -> Iterator[Block]:
    """The lines of a text that have anything on them, in order, and last the gap at its end."""
    last = 0
    for line in re.finditer(r"[^\n]+", text):
        start, end = line.span()
        yield Block(start, end, _kind(start, end, regions), text[last:start])
        last = end
    yield Block(len(text), len(text), "end", text[last:])


def _kind(start: int, end: int, regions: Sequence[Json]) -> str:
    """The region that most of a line lies in; of several the smallest."""

    def fit(region: Json) -> tuple[int, int]:
        shared = min(end, region["end"]) - max(start, region["start"])
        return shared, region["start"] - region["end"]

    best = max(regions, key=fit, default=None)
    return str(best["kind"]) if best and fit(best)[0] > 0 else "body"
