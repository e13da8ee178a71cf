"""Every fault planted in the corpus is reported at its place; the full run is a script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conftest import ROOT
from onrecord import faults, splits
from onrecord.problems import RULES
from onrecord.source import Document, Json

TIMES = 2

# What no single document of the corpus can break.
NOT_PLANTED = {
    "document-repeated",
    "draft-unreadable",
    "file-unreadable",
    "line-malformed",
    "link-outside",
    "near-duplicate-across-splits",
    "quote-across-splits",
    "surface-ambiguous",
    "surface-malformed",
    "surface-missing",
    "text-repeated",
}


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    return faults.documents_of(ROOT / "corpus")


@pytest.fixture(scope="module")
def assignment() -> Json:
    return splits.as_json(splits.read(ROOT / "corpus")[0])


@pytest.mark.parametrize("kind", faults.FAULTS)
def test_a_planted_fault_is_reported_at_its_place(
    kind: str, documents: list[Document], assignment: Json, tmp_path: Path
) -> None:
    tally = faults.seed(kind, documents, assignment, TIMES, tmp_path / "corpus")
    assert tally.missed == []
    assert tally.reported == TIMES


def test_a_fault_that_is_not_reported_counts_as_missed(
    documents: list[Document],
    assignment: Json,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = faults.Place("span-empty", "annotation", "/speakers/0")
    monkeypatch.setitem(faults.FAULTS, "nothing", lambda _: place)
    tally = faults.seed("nothing", documents, assignment, TIMES, tmp_path / "corpus")
    assert (tally.planted, tally.reported) == (TIMES, 0)


def test_the_kinds_of_fault_cover_the_rules(
    documents: list[Document], assignment: Json, tmp_path: Path
) -> None:
    reported: set[str] = set()
    for kind in faults.FAULTS:
        reported |= faults.seed(kind, documents, assignment, 1, tmp_path / "corpus").problem_ids
    assert RULES.keys() - reported == NOT_PLANTED


def test_the_figure_of_the_readme_is_that_of_a_full_run() -> None:
    kinds = len(faults.FAULTS)
    tallies = [faults.Tally(kind, planted=50) for kind in faults.FAULTS]
    block = re.search(
        r"<!-- generated: faults -->\n(.*)\n<!-- /generated -->", (ROOT / "README.md").read_text()
    )
    assert block is not None
    assert block[1] == faults.figure(tallies)
    assert kinds >= 40
