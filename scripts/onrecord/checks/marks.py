"""Quotation marks agree with what the annotation says of them."""

from __future__ import annotations

from collections.abc import Iterator

from onrecord import model
from onrecord.marks import pair
from onrecord.positions import line_column
from onrecord.problems import Problem
from onrecord.source import Document

# Layouts that set direct speech without quotation marks.
_LAYOUTS = frozenset({"dash_dialogue", "block_quote", "interview_layout"})


def quote_has_its_marks(document: Document) -> Iterator[Problem]:
    """A direct quote has marks or a layout that replaces them; a mixed one has a fragment in marks."""
    if document.text is None:
        return
    for i, quote in enumerate(document.annotation["quotes"]):
        if quote["type"] not in ("direct", "mixed"):
            continue
        state, _ = model.delimiters(quote, document.annotation, document.text)
        if state != "none" or (
            quote["type"] == "direct" and _LAYOUTS & set(quote.get("phenomena", []))
        ):
            continue
        message = f"quote {quote['id']}: is {quote['type']}, but has no quotation mark of its own in its content"
        rule = f"{quote['type']}-without-marks"
        yield Problem(rule, str(document.files.annotation), message, f"/quotes/{i}/type")


def derived_values_hold(document: Document) -> Iterator[Problem]:
    """Declared delimiters and derived phenomena are those that follow from text and annotation."""
    annotation, file = document.annotation, str(document.files.annotation)
    derived = model.DERIVED_FROM_QUOTE
    if document.text is not None:
        derived |= model.DERIVED_FROM_TEXT
    for i, quote in enumerate(annotation["quotes"]):
        pointer = f"/quotes/{i}"
        if document.text is not None:
            state, _ = model.delimiters(quote, annotation, document.text)
            if quote["delimiters"] != state:
                message = f"quote {quote['id']}: found {quote['delimiters']}; expected {state}, from the text"
                yield Problem("delimiters-mismatch", file, message, f"{pointer}/delimiters")
        expected = model.quote_phenomena(quote, annotation, document.text)
        found = set(quote.get("phenomena", [])) & derived
        yield from _tags(file, f"quote {quote['id']}", found, expected, pointer)
    found = set(annotation.get("phenomena", [])) & model.DERIVED_FROM_DOCUMENT
    yield from _tags(file, "document", found, model.document_phenomena(annotation), "")


def _tags(
    file: str, label: str, found: set[str], expected: set[str], pointer: str
) -> Iterator[Problem]:
    for tag in sorted(expected - found):
        yield Problem(
            "phenomena-mismatch",
            file,
            f"{label}: {tag} holds, but is not among its phenomena",
            pointer,
        )
    for tag in sorted(found - expected):
        message = f"{label}: {tag} is among its phenomena, but does not hold"
        yield Problem("phenomena-mismatch", file, message, f"{pointer}/phenomena")


def marks_are_covered(document: Document) -> Iterator[Problem]:
    """Every quotation mark belongs to a quote or a quoted term, markup and boilerplate aside."""
    if document.text is None:
        return
    annotation, text = document.annotation, document.text
    covered = [span for quote in annotation["quotes"] for span in model.extents(quote["content"])]
    covered += [
        span for term in annotation["quoted_terms"] for span in model.extents(term["spans"])
    ]
    covered += [
        (region["start"], region["end"])
        for region in document.article["regions"]
        if region["kind"] in ("residue", "boilerplate")
    ]
    rest = model.subtract([(0, len(text))], covered)
    for mark in pair(text, rest).marks:
        line, column = line_column(text, mark.start)
        around = text[max(0, mark.start - 20) : mark.end + 20].replace("\n", " ")
        message = f"the mark {mark.glyph} in “{around}” belongs to no quote and no quoted term"
        yield Problem("mark-uncovered", str(document.files.text), message, line=line, column=column)
