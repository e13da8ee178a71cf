"""What is counted and measured of a corpus, on cases that are counted by hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT, add_document, hydrated_copy, needs_shared
from onrecord import grid, stats, stats_report, synthetic
from onrecord.source import Document, Json, write_json
from onrecord.variety import Measure, Variety, lemma, surname, type_token, type_tokens

FOX = "the quick brown fox jumps over the lazy dog"


def documents(corpus: Path) -> list[Document]:
    placed, problems = stats.read(corpus)
    assert problems == []
    return [document for document, _ in placed]


def add(corpus: Path, slug: str, text: str, **annotation: list[Json]) -> None:
    """An article of a story of its own."""
    add_document(corpus, f"town/{slug}", text, annotation)
    assignment = json.loads((corpus / "splits.json").read_text())
    assignment["train"] = sorted([*assignment["train"], slug])
    write_json(corpus / "splits.json", assignment)


def person(name: str) -> Json:
    return {"id": "s1", "name": name, "kind": "person", "naming": "named", "mentions": []}


def test_the_small_corpus_is_counted(corpus: Path) -> None:
    counted = stats.count(stats.read(corpus)[0])
    tables = stats.tables(counted)
    assert tables["rows"].rows == [
        ("documents", "1", "1"),
        ("words", "23", "23"),
        ("quotes", "2", "2"),
        ("speakers", "2", "2"),
        ("mentions", "4", "4"),
        ("quoted_terms", "0", "0"),
        ("claims", "1", "1"),
    ]
    assert ("local_council", "1", "1") in tables["genres"].rows
    assert [row for row in tables["source-forms"].rows if row[1] != "0"] == [
        ("name", "1", "1"),
        ("pronoun", "1", "1"),
    ]
    assert ("split_quote", "1", "1", "1") in tables["phenomena"].rows
    assert stats.rare(counted) == [*stats.phenomena()]


def test_a_phenomenon_is_rare_unless_all_three_aims_are_met() -> None:
    counted = stats.Stats()
    counted.rows["documents", "test"] = counted.rows["documents", "train"] = 1
    for tag, times, found, test in (
        ("denial", 25, 15, 4),
        ("question", 24, 15, 4),
        ("thought", 25, 14, 4),
        ("retraction", 25, 15, 3),
    ):
        counted.phenomena.update({(tag, "train"): times - test, (tag, "test"): test})
        counted.tagged[tag, "train"] = found
    assert {*stats.phenomena()} - {*stats.rare(counted)} == {"denial"}


@pytest.mark.parametrize(
    ("cue", "expected"),
    [
        ("said", "say"),
        ("did not say", "say"),
        ("won’t say", "say"),
        ("declined to comment on", "decline"),
        ("Thought", "think"),
        ("neither confirm nor deny", "confirm"),
        ("according to", "accord"),
        ("had from", "have"),
        (":", None),
        ("", None),
    ],
)
def test_the_lemma_of_a_cue_is_that_of_its_first_word_that_says_something(
    cue: str, expected: str | None
) -> None:
    assert lemma(cue) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Ana Hall", "Hall"), ("Tveit", "Tveit"), ("Bo Lind Jr.", "Lind"), ("III", "III")],
)
def test_a_surname_is_the_last_word_that_is_no_suffix(name: str, expected: str) -> None:
    assert surname({"name": name}) == expected


def test_surnames_in_more_than_four_stories_are_listed(corpus: Path) -> None:
    for n in range(5):
        speakers = [person(f"P{n} Lind"), person(f"Q{n} Aas") | {"id": "s2"}]
        add(corpus, f"n{n}", f"Nothing {n} happened.\n", speakers=speakers[: 2 if n else 1])
    found = Variety(documents(corpus))
    assert found.surnames == {"Lind": ["n0", "n1", "n2", "n3", "n4"]}


def test_sequences_that_stories_share_are_listed_at_their_longest(corpus: Path) -> None:
    add(corpus, "one", f"At noon {FOX} again.\n")
    add(corpus, "two", f"It is said: {FOX.title()}!\n")
    add(corpus, "six", "The quick brown fox jumps over the lazy.\n")
    found = Variety(documents(corpus)).sequences
    assert [(each.words, each.documents) for each in found] == [
        ("quick brown fox jumps over the lazy dog", ("town/one", "town/two")),
        ("the quick brown fox jumps over the lazy", ("town/one", "town/six", "town/two")),
    ]


def test_what_one_story_shares_is_a_rewrite_and_no_sequence(corpus: Path) -> None:
    words = " ".join(f"word{n}" for n in range(60))
    for slug, text in (("one", f"{words}.\n"), ("two", f"{words} more.\n")):
        add_document(corpus, f"town/{slug}", text, {})
        path = corpus / "articles" / "town" / f"{slug}.json"
        path.write_text(path.read_text().replace(f'"story": "{slug}"', '"story": "both"'))
    stories = {"train": ["both", "bridge"], "validation": [], "test": [], "real": []}
    write_json(corpus / "splits.json", {"schema_version": "1", **stories})
    found = Variety(documents(corpus))
    assert found.sequences == []
    assert found.retold == {"both": ["town/one", "town/two"]}
    ((one, other, likeness),) = found.rewrites
    assert (one, other, round(likeness, 3)) == ("town/one", "town/two", 0.983)


@given(st.integers(1, 1000), st.integers(0, 999), st.integers(0, 1000))
def test_the_type_token_ratio_is_that_of_whole_windows(kinds: int, rest: int, cut: int) -> None:
    words = [f"w{n % kinds}" for n in range(1000)] + ["rest"] * rest
    assert type_token([" ".join(words[:cut]), " ".join(words[cut:])]) == kinds / 1000
    assert type_token([" ".join(words[:999])]) is None


def test_a_measure_meets_its_aim_between_its_bounds() -> None:
    values = [(0.1, False), (0.25, True), (0.45, True), (0.5, False)]
    assert [(v, Measure("direct", v, 0.25, 0.45).met()) for v, _ in values] == values
    assert Measure("free", 0.0).met()


def test_the_small_corpus_is_measured(corpus: Path, run: Callable[..., Result]) -> None:
    result = run("stats", "--format", "json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    measures = {each["name"]: each["value"] for each in found["variety"]}
    assert measures["median words of an article"] == 23
    assert measures['"say" among cues'] == 0.5
    assert found["cues"] == {"add": 1, "say": 1}
    assert found["rows"]["quotes"] == {"train": 2, "all": 2}
    assert found["phenomena"]["split_quote"] == {"train": 1, "all": 1, "documents": 1}
    assert found["type_token"] == {}


def test_the_terminal_shows_the_same(corpus: Path, run: Callable[..., Result]) -> None:
    lines = run("stats").stdout.splitlines()
    assert any(line.split() == ["words", "23", "23"] for line in lines)
    assert any(line.split() == ["nested", "quotes", "0.0%", "≥", "6.0%", "✗"] for line in lines)
    assert "Surnames in more than 4 stories: none." in lines


def test_documents_with_problems_are_left_out_and_named(
    corpus: Path, run: Callable[..., Result]
) -> None:
    (corpus / "articles/town/bridge.txt").write_text("edited")
    result = run("stats", "--format", "json")
    assert result.exit_code == 1
    assert "[text-digest-mismatch]" in result.stderr
    assert json.loads(result.stdout)["rows"]["documents"] == {"all": 0}


@needs_shared
def test_hydrated_texts_add_a_ratio_and_change_nothing_else(tmp_path: Path) -> None:
    def parts(corpus: Path) -> dict[str, str]:
        placed, _ = stats.read(corpus)
        found = [document for document, _ in placed]
        return stats_report.markdown(stats.count(placed), Variety(found), type_tokens(found))

    without, hydrated = parts(ROOT / "corpus"), parts(hydrated_copy(tmp_path / "corpus"))
    added = hydrated.keys() - without.keys()
    assert added <= {"type-token-wikinews", "type-token-seed"}
    assert {name: text for name, text in hydrated.items() if name not in added} == without


def test_three_hundred_articles_are_measured_in_seconds(tmp_path: Path) -> None:
    synthetic.write(tmp_path / "corpus", 300)
    start = time.monotonic()
    placed, _ = stats.read(tmp_path / "corpus")
    assert len(Variety([document for document, _ in placed]).measures) > 15
    assert time.monotonic() - start < 10


def test_tables_in_markdown() -> None:
    table = grid.counts("", ("train", "all"), [("words", [1200, 1201])])
    assert [*grid.markdown(table)] == [
        "|  | train | all |",
        "|---|---:|---:|",
        "| words | 1,200 | 1,201 |",
    ]


@pytest.mark.parametrize(
    ("command", "module"),
    [("stats", "lemminflect"), ("agreement", "sklearn"), ("build", "sklearn"), ("site", "sklearn")],
)
def test_a_library_of_the_extra_that_is_missing_is_a_message(
    command: str, module: str, corpus: Path, tmp_path: Path
) -> None:
    path = corpus / "passes" / "town" / "bridge" / "ben.json"
    path.parent.mkdir(parents=True)
    annotation = (corpus / "annotations" / "town" / "bridge.json").read_text()
    path.write_text(annotation.replace('["ann"]', '["ben"]'))
    script = f"import sys; sys.modules['{module}'] = None; from onrecord.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, command],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")},
        capture_output=True,
        text=True,
        check=False,
    )
    message = f"Error: {command} needs {module}; install it with: pip install 'onrecord[stats]'\n"
    assert (done.returncode, done.stderr) == (1, message)
