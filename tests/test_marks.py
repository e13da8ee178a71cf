"""Quotation marks pair as a careful reader would pair them."""

from __future__ import annotations

import pytest

from onrecord.marks import pair, scan

CASES = [
    ("plain", "none", set()),
    ("“curly”", "balanced", {"curly_marks"}),
    ('"straight"', "balanced", {"straight_marks"}),
    ("«French» and »German«", "balanced", {"guillemets"}),
    ("„low ‚high‘ marks“", "balanced", {"low_high_marks", "single_marks"}),
    ("„low and right”", "balanced", {"low_high_marks"}),
    ("”Swedish”", "balanced", {"curly_marks"}),
    ("``tex''", "balanced", set()),
    ("‘The crew’s log wasn’t kept,’", "balanced", {"single_marks"}),
    ("“the crew’s and the workers’ logs”", "balanced", {"curly_marks"}),
    ("\"it's 'fine'\"", "balanced", {"straight_marks", "single_marks"}),
    ("the crew's '90s songs aren't his", "none", set()),
    ("“He said ‘never’ twice”", "balanced", {"curly_marks", "single_marks"}),
    ("“One.\n\n“Two.\n\n“Three.”", "balanced", {"curly_marks"}),
    ('"One.\n\n"Two."', "balanced", {"straight_marks"}),
    ("“never closed", "unclosed", {"curly_marks"}),
    ("“outer ‘inner” done", "unclosed", {"curly_marks", "single_marks"}),
    ("never opened”", "unopened", {"curly_marks"}),
    ("“very close””", "unopened", {"curly_marks"}),
    ('an "odd" one"', "unopened", {"straight_marks"}),
    ("“threats for us <…>»", "mismatched", {"curly_marks", "guillemets"}),
    ("“so…''", "mismatched", {"curly_marks"}),
    ('“mixed"', "mismatched", {"curly_marks", "straight_marks"}),
    ("closed” and “open", "mismatched", {"curly_marks"}),
]


@pytest.mark.parametrize(("text", "delimiters", "styles"), CASES, ids=[case[0] for case in CASES])
def test_pairing(text: str, delimiters: str, styles: set[str]) -> None:
    pairing = pair(text, scan(text))
    assert (pairing.delimiters, pairing.styles) == (delimiters, styles)


def test_a_split_quote_pairs_over_its_parts() -> None:
    text = "“We go,” she said, “now.”"
    marks = scan(text)
    assert [mark.start for mark in marks] == [0, 7, 19, 24]
    assert pair(text, marks).delimiters == "balanced"
    assert pair(text, [marks[0], marks[2]]).delimiters == "unclosed"


def test_marks_are_found_at_their_code_points() -> None:
    assert scan("👩‍👩‍👧 «да»") == [("«", 6, 7), ("»", 9, 10)]
