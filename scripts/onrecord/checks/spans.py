"""Spans fit the text, and each role's spans fit each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import regex

from onrecord.model import Annotated, Role, span_lists
from onrecord.problems import Problem
from onrecord.source import Json

_SHOWN, _CONTEXT = 60, 20

# Code points that may be part of a longer grapheme cluster (UAX 29), and what has to be asked.
_UNUSUAL = re.compile(r"[^\x00-\u02ff\u2010-\u2027]")
_JOINING = regex.compile(r"[^\p{GCB=Other}\p{GCB=Control}\p{GCB=LF}]")


def regions_fit(annotated: Annotated) -> Iterator[Problem]:
    """An article's regions lie within its text, in order."""
    article = annotated.document.article
    file, previous = str(annotated.document.files.article), 0
    for i, region in enumerate(article["regions"]):
        label, pointer = f"region {region['kind']}", f"/regions/{i}"
        yield from _extent(file, label, region, pointer, article["text_length"])
        if region["start"] < previous:
            message = f"{label}: starts at {region['start']}; expected at least {previous}, the start of the one before"
            yield Problem("spans-unsorted", file, message, pointer)
        previous = region["start"]


def spans_fit(annotated: Annotated) -> Iterator[Problem]:
    """Every span of every role lies within the text, equals it, and keeps its order."""
    sound = _Sound(annotated)
    # What is wrong is looked for only in the roles that are not sound.
    if all(map(sound, span_lists(annotated.annotation))):
        return
    for role in annotated.roles:
        if not sound(role.spans):
            for i in range(len(role.spans)):
                yield from _span(annotated, role, i)


class _Sound:
    """Whether nothing is wrong with the spans of a role."""

    def __init__(self, annotated: Annotated) -> None:
        self._text = annotated.text
        self._joining = self._text is not None and _UNUSUAL.search(self._text) is not None
        self._length = annotated.document.article["text_length"]
        self._withheld = annotated.document.article["text_availability"] == "withheld"

    def __call__(self, spans: Sequence[Json]) -> bool:
        previous, text = 0, self._text
        for span in spans:
            start, end = span["start"], span["end"]
            if not (type(start) is type(end) is int and previous <= start < end <= self._length):
                return False
            if ("text" in span) is self._withheld:
                return False
            if text is not None:
                surface = text[start:end]
                if span.get("text", surface) != surface or surface != surface.strip():
                    return False
                if self._joining and (cuts(text, start) or cuts(text, end)):
                    return False
            previous = end
        return True


def cuts(text: str, index: int) -> bool:
    """Whether a code point index lies within a grapheme cluster (UAX 29)."""
    if index in (0, len(text)) or not (_joins(text[index]) or _joins(text[index - 1])):
        return False
    begin = max(0, index - 32)
    starts = (match.start() for match in regex.finditer(r"\X", text[begin : index + 8]))
    return index - begin not in starts


@lru_cache(maxsize=4096)
def _joins(char: str) -> bool:
    """Whether a code point may be part of a longer grapheme cluster."""
    return _JOINING.match(char) is not None


def _span(annotated: Annotated, role: Role, i: int) -> Iterator[Problem]:
    """The problems of a span that is not sound."""
    label, pointer, span = f"{role.owner}, {role.name}", f"{role.pointer}/{i}", role.spans[i]
    length = annotated.document.article["text_length"]
    found = [*_extent(annotated.file, label, span, pointer, length)]
    yield from found or _surface(annotated, label, span, pointer)
    if i:
        yield from _order(annotated.file, label, role.spans[i - 1], span, pointer)


def _extent(file: str, label: str, span: Json, pointer: str, length: int) -> Iterator[Problem]:
    start, end = span["start"], span["end"]
    for key in ("start", "end"):
        if not isinstance(span[key], int):
            message = f"{label}: found {span[key]}; expected {span[key]:.0f}"
            yield Problem("offset-not-integer", file, message, f"{pointer}/{key}")
    if end <= start:
        message = f"{label}: {start}–{end} is empty; expected an end after {start}"
        yield Problem("span-empty", file, message, pointer)
    elif end > length:
        message = f"{label}: {start}–{end} reaches beyond the text; expected an end up to {length}"
        yield Problem("span-out-of-range", file, message, pointer)


def _surface(annotated: Annotated, label: str, span: Json, pointer: str) -> Iterator[Problem]:
    start, end, text, file = span["start"], span["end"], annotated.text, annotated.file
    withheld = annotated.document.article["text_availability"] == "withheld"
    if withheld and "text" in span:
        message = f"{label}: found a surface; expected offsets only, as the text is withheld"
        yield Problem("text-committed", file, message, f"{pointer}/text", at_key=True)
    elif not withheld and "text" not in span:
        message = f'{label}: {start}–{end} has no surface; expected the key "text"'
        yield Problem("span-text-missing", file, message, pointer)
    if text is None:
        return
    surface = text[start:end]
    if span.get("text", surface) != surface:
        yield Problem("span-text-mismatch", file, f"{label}: {_mismatch(text, span)}", pointer)
    elif surface != surface.strip():
        message = f'{label}: text at {start}–{end} is "{shown(surface)}"; expected no white space at its edges'
        yield Problem("span-blank-edge", file, message, pointer)
    elif cuts(text, start) or cuts(text, end):
        message = f"{label}: {start}–{end} cuts a character in {_around(text, start, end)}; expected it whole"
        yield Problem("span-cuts-grapheme", file, message, pointer)


def _mismatch(text: str, span: Json) -> str:
    start, end, declared = span["start"], span["end"], span["text"]
    message = (
        f'text at {start}–{end} is "{shown(text[start:end])}", in {_around(text, start, end)},'
        f' but the span says "{shown(declared)}"'
    )
    if text.count(declared) == 1:
        place = text.index(declared)
        return f"{message}; it occurs once, at {place}–{place + len(declared)}"
    return f"{message}; it occurs {text.count(declared)} times"


def _order(file: str, label: str, before: Json, span: Json, pointer: str) -> Iterator[Problem]:
    if span["start"] < before["start"]:
        message = f"{label}: starts at {span['start']}; expected at least {before['start']}, the start of the one before"
        yield Problem("spans-unsorted", file, message, pointer)
    elif span["start"] < before["end"]:
        message = f"{label}: starts at {span['start']}; expected at least {before['end']}, the end of the one before"
        yield Problem("spans-overlap", file, message, pointer)


def _around(text: str, start: int, end: int) -> str:
    """A span between bars with the text around it, on one line."""
    before, after = text[max(0, start - _CONTEXT) : start], text[end : end + _CONTEXT]
    return f'"…{shown(before)}|{shown(text[start:end])}|{shown(after)}…"'


def shown(surface: str) -> str:
    """A surface for a message: on one line, its middle left out if it is long."""
    line = surface.replace("\n", "¶")
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN // 2]} … {line[-_SHOWN // 2 :]}"
