"""The datasheet answers all questions; what is not an answer is refused."""

from __future__ import annotations

import re

import pytest

from conftest import ROOT
from onrecord.datasheet import SECTIONS, unanswered

SHEET = (ROOT / "DATASHEET.md").read_text(encoding="utf-8")
FUNDED = "### Who funded the creation of the dataset? <!-- q:motivation-03 -->\n\n"


def answered(answer: str) -> list[str]:
    head, _, rest = SHEET.partition(FUNDED)
    return [*unanswered(f"{head}{FUNDED}{answer}\n\n{rest[rest.index('### ') :]}")]


def test_the_datasheet_is_complete() -> None:
    assert [*unanswered(SHEET)] == []
    assert sum(SECTIONS.values()) == len(re.findall(r"<!-- q:[a-z]+-\d\d -->", SHEET)) == 57


@pytest.mark.parametrize("answer", ["", "No.", "yes", "N/A", "None.", "Not applicable.", "unknown"])
def test_a_bare_answer_is_refused(answer: str) -> None:
    expected = "expected a sentence that says what, or why not"
    assert answered(answer) == [f'q:motivation-03 is answered by "{answer}"; {expected}']


@pytest.mark.parametrize("word", ["TODO", "tbd", "to be written"])
def test_a_placeholder_is_refused(word: str) -> None:
    assert answered(f"It is {word}, later.") == [f'q:motivation-03 has the placeholder "{word}"']


def test_missing_unknown_and_disordered_questions_are_refused() -> None:
    without = SHEET.replace(" <!-- q:uses-02 -->", "")
    assert [*unanswered(without)] == ["q:uses-02 is missing"]
    unknown = SHEET.replace("q:uses-02", "q:uses-07")
    assert [*unanswered(unknown)] == ["q:uses-02 is missing", "q:uses-07 is no question of the 57"]
    swapped = SHEET.replace("q:uses-02", "q:x").replace("q:uses-03", "q:uses-02")
    assert [*unanswered(swapped.replace("q:x", "q:uses-03"))] == [
        "the questions are not in their order"
    ]
    assert [*unanswered(SHEET.replace("### Recording quality", "### Sound"))] == [
        "the data statement has no Recording quality"
    ]
