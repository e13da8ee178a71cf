"""Quotation marks agree with what the annotation says of them."""

from __future__ import annotations

from collections.abc import Iterator

from onrecord import model
from onrecord.marks import pair
from onrecord.model import Annotated
from onrecord.positions import line_column
from onrecord.problems import Problem

# Layouts that set direct speech without quotation marks.
_LAYOUTS = frozenset({"dash_dialogue", "block_quote", "interview_layout"})


def quote_has_its_marks(annotated: Annotated) -> Iterator[Problem]:
    """A direct quote has marks or a layout that replaces them; a mixed one has a fragment in marks."""
    if annotated.text is None:
        return
    for i, quote in enumerate(annotated.annotation["quotes"]):
        kind = quote["type"]
        if kind not in ("direct", "mixed") or annotated.pairings[quote["id"]].marks:
            continue
        if kind == "mixed" or _LAYOUTS.isdisjoint(quote.get("phenomena", ())):
            message = f"quote {quote['id']}: is {kind}; expected a quotation mark of its own in its content"
            rule = f"{kind}-without-marks"
            yield Problem(rule, annotated.file, message, f"/quotes/{i}/type")


def derived_values_hold(annotated: Annotated) -> Iterator[Problem]:
    """Declared delimiters and derived phenomena are those that follow from text and annotation."""
    annotation, file = annotated.annotation, annotated.file
    derived = model.DERIVED_FROM_QUOTE
    if annotated.text is not None:
        derived |= model.DERIVED_FROM_TEXT
    for i, quote in enumerate(annotation["quotes"]):
        if annotated.text is not None:
            state = annotated.pairings[quote["id"]].delimiters
            if quote["delimiters"] != state:
                message = f"quote {quote['id']}: found {quote['delimiters']}; expected {state}, from the text"
                yield Problem("delimiters-mismatch", file, message, f"/quotes/{i}/delimiters")
        found = derived.intersection(quote.get("phenomena", ()))
        expected = annotated.phenomena_of(quote)
        if found != expected:
            yield from _tags(file, f"quote {quote['id']}", found, expected, f"/quotes/{i}")
    found = model.DERIVED_FROM_DOCUMENT.intersection(annotation.get("phenomena", ()))
    yield from _tags(file, "document", found, annotated.phenomena(), "")


def _tags(
    file: str, label: str, found: frozenset[str], expected: set[str], pointer: str
) -> Iterator[Problem]:
    for tag in sorted(expected - found):
        message = f"{label}: {tag} holds; expected it among the phenomena"
        yield Problem("phenomena-mismatch", file, message, pointer)
    for tag in sorted(found - expected):
        message = f"{label}: found {tag} among the phenomena, which does not hold"
        yield Problem("phenomena-mismatch", file, message, f"{pointer}/phenomena")


def marks_are_covered(annotated: Annotated) -> Iterator[Problem]:
    """Every quotation mark belongs to a quote or a quoted term, markup and boilerplate aside."""
    annotation, text = annotated.annotation, annotated.text
    if text is None:
        return
    covered = [extent for content in annotated.content.values() for extent in content]
    covered += [
        span for term in annotation["quoted_terms"] for span in model.extents(term["spans"])
    ]
    covered += [
        (region["start"], region["end"])
        for region in annotated.document.article["regions"]
        if region["kind"] in ("residue", "boilerplate")
    ]
    rest = [mark for mark in annotated.marks if not model.within(covered, mark.start, mark.end)]
    for mark in pair(text, rest).marks:
        line, column = line_column(text, mark.start)
        around = text[max(0, mark.start - 20) : mark.end + 20].replace("\n", " ")
        message = f"the mark {mark.glyph} in “{around}” is in no quote and no quoted term"
        file = str(annotated.document.files.text)
        yield Problem("mark-uncovered", file, message, line=line, column=column)
