"""Spans fit the text, and each role's spans fit each other."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from onrecord.model import Role, roles
from onrecord.problems import Problem
from onrecord.source import Document, Json

_SHOWN = 60


def regions_fit(document: Document) -> Iterator[Problem]:
    """An article's regions lie within its text, in order."""
    file, previous = str(document.files.article), 0
    for i, region in enumerate(document.article["regions"]):
        label, pointer = f"region {region['kind']}", f"/regions/{i}"
        yield from _extent(document, file, label, region, pointer)
        if region["start"] < previous:
            message = f"{label}: begins at {region['start']}, before the region above it; expected them sorted"
            yield Problem("spans-unsorted", file, message, pointer)
        previous = region["start"]


def spans_fit(document: Document) -> Iterator[Problem]:
    """Every span of every role lies within the text, equals it, and keeps its order."""
    file = str(document.files.annotation)
    for role in roles(document.annotation):
        label = f"{role.owner}, {role.name}"
        for i, span in enumerate(role.spans):
            pointer = f"{role.pointer}/{i}"
            found = [*_extent(document, file, label, span, pointer)]
            yield from found or _surface(document, file, label, span, pointer)
        yield from _order(file, role, label)


def _extent(
    document: Document, file: str, label: str, span: Json, pointer: str
) -> Iterator[Problem]:
    start, end, length = span["start"], span["end"], document.article["text_length"]
    for key in ("start", "end"):
        if not isinstance(span[key], int):
            message = f"{label}: found {span[key]}; expected {span[key]:.0f}"
            yield Problem("offset-not-integer", file, message, f"{pointer}/{key}")
    if end <= start:
        yield Problem(
            "span-empty",
            file,
            f"{label}: {start}–{end} is empty; expected its end after its start",
            pointer,
        )
    elif end > length:
        message = f"{label}: {start}–{end} reaches beyond the text; expected an end up to {length}"
        yield Problem("span-out-of-range", file, message, pointer)


def _surface(
    document: Document, file: str, label: str, span: Json, pointer: str
) -> Iterator[Problem]:
    start, end, text = span["start"], span["end"], document.text
    if document.article["text_availability"] == "withheld" and "text" in span:
        message = (
            f"{label}: found a surface; expected offsets only, as the article's text is withheld"
        )
        yield Problem("text-committed", file, message, f"{pointer}/text", at_key=True)
    elif document.article["text_availability"] == "included" and "text" not in span:
        message = f'{label}: {start}–{end} has no surface; expected the key "text"'
        yield Problem("span-text-missing", file, message, pointer)
    if text is None:
        return
    surface = text[start:end]
    if span.get("text", surface) != surface:
        yield Problem("span-text-mismatch", file, f"{label}: {_mismatch(text, span)}", pointer)
    elif surface != surface.strip():
        message = f'{label}: text at {start}–{end} is "{_shown(surface)}"; expected no white space at its edges'
        yield Problem("span-blank-edge", file, message, pointer)
    elif not (_is_boundary(text, start) and _is_boundary(text, end)):
        message = f'{label}: {start}–{end} cuts a character in "{_shown(text[max(0, start - 3) : end + 3])}"'
        yield Problem("span-cuts-grapheme", file, message, pointer)


def _mismatch(text: str, span: Json) -> str:
    start, end, declared = span["start"], span["end"], span["text"]
    message = f'text at {start}–{end} is "{_shown(text[start:end])}", but the span says "{_shown(declared)}"'
    if text.count(declared) == 1:
        place = text.index(declared)
        return f"{message}; it occurs once, at {place}–{place + len(declared)}"
    return f"{message}; it occurs {text.count(declared)} times"


def _is_boundary(text: str, index: int) -> bool:
    """Whether a grapheme cluster (UAX 29) begins at a code point index."""
    if index in (0, len(text)) or (text[index].isascii() and text[index - 1].isascii()):
        return True
    window = text[max(0, index - 32) : index + 8]
    return any(match.start() == min(index, 32) for match in regex.finditer(r"\X", window))


def _order(file: str, role: Role, label: str) -> Iterator[Problem]:
    for i in range(1, len(role.spans)):
        before, span = role.spans[i - 1], role.spans[i]
        if span["start"] < before["start"]:
            message = f"{label}: {span['start']}–{span['end']} stands before the span above it; expected them sorted"
            yield Problem("spans-unsorted", file, message, f"{role.pointer}/{i}")
        elif span["start"] < before["end"]:
            message = (
                f"{label}: {span['start']}–{span['end']} overlaps {before['start']}–{before['end']}"
            )
            yield Problem("spans-overlap", file, message, f"{role.pointer}/{i}")


def _shown(surface: str) -> str:
    """A surface for a message: one line, control characters escaped, its middle left out if long."""
    line = "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in surface
    )
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN // 2]} … {line[-_SHOWN // 2 :]}"
