"""Quotation marks: where they stand, which are apostrophes, and whether they pair up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

# One class first: the engine then skips to the next mark at the speed of C.
_MARK = re.compile(r"[`\"'“”„‟«»‹›‘’‚‛](?:(?<=')'|(?<=`)`)?")

# What may close each opening mark. Guillemets and the right double mark also open in some
# languages (»…«, ”…”); „ is closed by “ or ”.
_CLOSERS = {
    "“": "”",
    "„": "“”",
    "‟": "”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "›": "‹",
    "‘": "’",
    "‚": "‘’",
    "‛": "’",
    "”": "”",
    '"': '"',
    "'": "'",
    "``": ("''", '"'),
}
_OPENS = frozenset("“„‟«‹‘‚‛") | {"``"}
_BOTH_WAYS = frozenset('"«»‹›”')
_SINGLE = frozenset("'‘’‚‛")

# Marks that have been open for longer than so many others close no more: time has to stay linear.
_NESTING = 64

# What may stand between an opening mark and the first word.
_BEFORE_WORDS = frozenset("\"'“„«‹‘‚([{<&…$€£#@¿¡–—")

_STYLES = {
    "straight_marks": frozenset("\"'"),
    "curly_marks": frozenset("“”‟"),
    "guillemets": frozenset("«»‹›"),
    "low_high_marks": frozenset("„‚"),
    "single_marks": _SINGLE | frozenset("‹›"),
}


_STYLES_OF = {
    glyph: {style for style, members in _STYLES.items() if glyph in members}
    for glyph in frozenset().union(*_STYLES.values())
}


class Mark(NamedTuple):
    """A quotation mark: its glyph, and its code point indices in the text."""

    glyph: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pairing:
    """The marks of a stretch of text, apostrophes left out, how they pair, and their styles."""

    marks: tuple[Mark, ...]
    delimiters: str
    styles: frozenset[str]


_CURLY = frozenset({"curly_marks"})
NO_MARKS = Pairing((), "none", frozenset())


def scan(text: str) -> list[Mark]:
    """Every mark of a text, apostrophes included."""
    found = _MARK.finditer(text)
    return [Mark(glyph, *match.span()) for match in found if (glyph := match.group()) != "`"]


def pair(text: str, candidates: Iterable[Mark]) -> Pairing:
    """Pair some marks of a text, in order; those that are apostrophes there are left out.

    A mark repeated at the head of a paragraph continues an open quotation. One kind of
    defect is named; several together, or partners of different styles, are mismatched.
    """
    candidates = tuple(candidates)
    if len(candidates) == 2 and candidates[0].glyph == "“" and candidates[1].glyph == "”":
        # By far the most frequent case.
        return Pairing(candidates, "balanced", _CURLY)
    open_marks: list[str] = []
    marks: list[Mark] = []
    deciding: set[str] = set()
    unopened = unclosed = mismatched = 0
    for mark in candidates:
        if _closes(text, mark, open_marks):
            depth = _partner(mark.glyph, open_marks)
            if depth is None:
                unopened += not open_marks
                mismatched += bool(open_marks)
                del open_marks[-1:]
                deciding.add(mark.glyph)
            else:
                unclosed += len(open_marks) - 1 - depth
                del open_marks[depth:]
        elif _apostrophe(text, mark):
            continue
        elif not (mark.glyph in open_marks[-_NESTING:] and _heads_paragraph(text, mark)):
            deciding.add(mark.glyph)
            if mark.glyph in _OPENS or _may_open(text, mark):
                open_marks.append(mark.glyph)
            else:
                unopened += 1
        marks.append(mark)
    defects = {
        "unopened": unopened,
        "unclosed": unclosed + len(open_marks),
        "mismatched": mismatched,
    }
    found = [name for name, count in defects.items() if count]
    state = found[0] if len(found) == 1 else "mismatched" if found else "balanced"
    styles = frozenset().union(*(_STYLES_OF.get(glyph, ()) for glyph in deciding))
    return Pairing(tuple(marks), state if marks else "none", styles)


def _closes(text: str, mark: Mark, open_marks: list[str]) -> bool:
    has_partner = _partner(mark.glyph, open_marks) is not None
    if mark.glyph in _SINGLE:
        if _within_word(text, mark) or not has_partner:
            return False
        return mark.glyph != "'" or not _may_open(text, mark)
    if mark.glyph in _BOTH_WAYS and not has_partner:
        return bool(open_marks) and not _may_open(text, mark)
    if mark.glyph in _BOTH_WAYS:
        return not _heads_paragraph(text, mark)
    return mark.glyph == "''" or has_partner


def _partner(glyph: str, open_marks: list[str]) -> int | None:
    outermost = max(0, len(open_marks) - _NESTING)
    for depth in range(len(open_marks) - 1, outermost - 1, -1):
        if glyph in _CLOSERS[open_marks[depth]]:
            return depth
    return None


def _apostrophe(text: str, mark: Mark) -> bool:
    """Whether a single mark that closes nothing stands for a left-out letter or a genitive."""
    if mark.glyph not in "'’":
        return False
    if _within_word(text, mark) or mark.glyph == "’":
        return True
    return not _may_open(text, mark) or text[mark.end : mark.end + 1].isdigit()


def _within_word(text: str, mark: Mark) -> bool:
    return text[mark.start - 1 : mark.start].isalnum() and text[mark.end : mark.end + 1].isalnum()


def _may_open(text: str, mark: Mark) -> bool:
    before, after = text[mark.start - 1 : mark.start], text[mark.end : mark.end + 1]
    return not before.isalnum() and (after.isalnum() or after in _BEFORE_WORDS)


def _heads_paragraph(text: str, mark: Mark) -> bool:
    return mark.start > 0 and text[mark.start - 1] == "\n"
