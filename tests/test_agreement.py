"""Agreement between passes, on cases that are computed by hand, and the checks of passes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result
from sklearn.metrics import cohen_kappa_score

from conftest import ROOT, add_document
from onrecord.agreement import Agreement, Figure, Pair, agreement, kappa
from onrecord.agreement_report import disagreement_rows, markdown
from onrecord.alignment import Alignment, paired
from onrecord.anchor import derive
from onrecord.build import build
from onrecord.readings import Found
from onrecord.readings import found as counted
from onrecord.source import Document, Json, read_document, write_json
from onrecord.validate import problems


def annotation(**items: list[Json]) -> Json:
    empty: Json = {key: [] for key in ("speakers", "quotes", "quoted_terms", "claims")}
    return {**empty, **items}


def spans(*extents: tuple[int, int]) -> list[Json]:
    return [{"start": start, "end": end} for start, end in extents]


def claims(*categories: str) -> list[Json]:
    return [
        {"id": f"c{n}", "spans": spans((n, n + 1)), "claimants": [], "category": category}
        for n, category in enumerate(categories)
    ]


def pair(document: str, one: Json, other: Json) -> Pair:
    return Pair(document, ("ann", "ben"), Alignment(one, other))


def speaker(name: str, *places: tuple[int, int]) -> Json:
    mentions = [{"id": f"{name}-{n}", "spans": spans(each)} for n, each in enumerate(places)]
    return {"id": name, "name": name, "kind": "person", "naming": "named", "mentions": mentions}


def quote(name: str, start: int, *speakers: str) -> Json:
    return {"id": name, "content": spans((start, start + 5)), "speakers": [*speakers]}


def add_pass(corpus: Path, annotator: str, change: Callable[[Json], Any]) -> Path:
    """A pass over town/bridge: its annotation with a change."""
    document = read_document(corpus, "town/bridge")
    assert isinstance(document, Document)
    value = {**document.annotation, "annotators": [annotator]}
    change(value)
    derive(replace(document, annotation=value))
    path = corpus / "passes" / "town" / "bridge" / f"{annotator}.json"
    write_json(path, value)
    return path


def depart(value: Json) -> None:
    """A quote less, a longer cue without a source, a shorter claim that is called otherwise."""
    del value["quotes"][1]
    value["quotes"][0]["cue"] = [{"start": 53, "end": 66, "text": "Ana Hall said"}]
    del value["quotes"][0]["source"]
    value["claims"][0]["spans"] = [{"start": 30, "end": 51, "text": "old bridge will close"}]
    value["claims"][0]["certainty"] = "probable"


def test_the_most_alike_are_paired_and_each_item_once() -> None:
    one, other = [[(0, 10)], [(10, 20)]], [[(0, 12)], [(2, 10)], [(18, 25)]]
    assert paired(one, other) == [(0, 0), (1, 2)]
    assert paired([[(0, 4)], [(4, 8)]], [[(0, 4)]]) == [(0, 0)]
    assert paired([[(0, 4)]], [[(4, 8)]]) == []


def test_spans_of_a_single_pass_are_compared_with_the_annotation(corpus: Path) -> None:
    add_pass(corpus, "ben", depart)
    found, wrong = agreement(corpus)
    assert {each.id for each in wrong} == {"mark-uncovered"}
    assert [(each.document, each.names) for each in found.pairs] == [
        ("town/bridge", ("single", "ben"))
    ]
    assert found.sizes == {
        "quotes": [2, 1],
        "cues": [2, 1],
        "sources": [2, 0],
        "mentions": [4, 4],
        "quoted_terms": [0, 0],
        "claims": [1, 1],
    }
    values = {layer: [each.value for each in row.values()] for layer, row in found.spans.items()}
    # Exact precision, recall, F1; then by overlap.
    assert values == {
        "quotes": [1, 0.5, 2 / 3, 1, 0.5, 2 / 3],
        "cues": [0, 0, 0, 1, 0.5, 2 / 3],
        "sources": [None, 0, 0, None, 0, 0],
        "mentions": [1] * 6,
        "quoted_terms": [None] * 6,
        "claims": [0, 0, 0, 1, 1, 1],
    }
    assert found.speakers == (1, Figure(1.0))
    assert [row[2:] for row in disagreement_rows(found)] == [
        ("quote q1 / q1", "extent: cue"),
        ("quote q1 / q1", "reference: source"),
        ("quote q2 / –", "missing"),
        ("claim c1 / c1", "extent: spans"),
        ("claim c1 / c1", "label: certainty"),
    ]


def test_two_passes_are_compared_with_each_other_only(corpus: Path) -> None:
    for annotator in ("ben", "cem"):
        add_pass(corpus, annotator, depart)
    found, _ = agreement(corpus)
    assert [each.names for each in found.pairs] == [("ben", "cem")]
    assert [*found.disagreements()] == []


def test_kappa_is_that_of_the_labels_of_items_that_both_have() -> None:
    one = annotation(claims=claims("event", "event", "state", "state", "cause"))
    other = annotation(claims=claims("event", "state", "state", "state"))
    # Observed .75, by chance .5 × .25 + .5 × .75.
    found = Agreement([pair("a/a", one, other)])
    assert found.labels["claims", "category"] == (4, Figure(0.5))
    # A document without claims changes nothing, but for the resamples that have it only.
    found = Agreement([pair("a/a", one, other), pair("b/b", annotation(), annotation())])
    assert found.labels["claims", "category"] == (4, Figure(0.5, 0.5, 0.5))


def test_kappa_of_a_single_label_is_not_defined() -> None:
    both = annotation(claims=claims("event"))
    found = Agreement([pair("a/a", both, both), pair("b/b", both, both)])
    assert found.labels["claims", "category"] == (2, Figure(None))


@pytest.mark.parametrize("size", [2, 3, 7])
def test_kappa_of_resamples_is_that_of_scikit_learn(size: int) -> None:
    matrices = np.random.default_rng(size).integers(0, 9, (5, size, size)).astype(float)
    rows, columns = np.indices((size, size)).reshape(2, -1)
    expected = [cohen_kappa_score(rows, columns, sample_weight=m.ravel()) for m in matrices]
    assert kappa(matrices) == pytest.approx(expected)


def test_speakers_are_the_same_if_they_share_most_of_their_mentions() -> None:
    one = annotation(
        speakers=[speaker("s1", (0, 5), (20, 25)), speaker("s2", (40, 45))],
        quotes=[quote("q1", 60, "s1"), quote("q2", 70, "s2"), quote("q3", 80)],
    )
    other = annotation(
        speakers=[speaker("s8", (40, 45)), speaker("s9", (0, 5), (20, 25), (50, 55))],
        quotes=[quote("q7", 60, "s9"), quote("q8", 70, "s9"), quote("q9", 80)],
    )
    assert Agreement([pair("a/a", one, other)]).speakers == (3, Figure(2 / 3))


def test_the_author_is_the_same_whatever_the_name() -> None:
    ours, theirs = ({**speaker(name), "kind": "author"} for name in ("the author", "reporter"))
    one, other = (annotation(speakers=[each]) for each in (ours, theirs))
    assert Alignment(one, other).forth == {"the author": "reporter"}


def test_intervals_are_over_documents() -> None:
    right = annotation(speakers=[speaker("s1", (0, 5))], quotes=[quote("q1", 60, "s1")])
    wrong = annotation(speakers=[speaker("s1", (0, 5))], quotes=[quote("q1", 60)])
    pairs = [pair("a/a", right, right), pair("b/b", right, wrong)]
    assert Agreement(pairs).speakers == (2, Figure(0.5, 0.0, 1.0))
    assert str(Figure(0.5, 0.0, 1.0)) == "0.500 [0.000, 1.000]"
    assert Agreement(pairs[:1]).speakers == (1, Figure(1.0))


def test_programs_get_all_of_it(corpus: Path, run: Callable[..., Result]) -> None:
    add_pass(corpus, "ben", depart)
    result = run("agreement", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert found["pairs"] == [{"document": "town/bridge", "annotations": ["single", "ben"]}]
    assert found["spans"][0]["exact_recall"] == {"value": 0.5}
    assert found["spans"][2]["exact_precision"] == {}
    assert found["speakers"] == {"quotes": 1, "accuracy": {"value": 1.0}}
    assert found["disagreements"][2] == {
        "document": "town/bridge",
        "annotations": ["single", "ben"],
        "layer": "quotes",
        "items": ["q2", None],
        "kind": "missing",
    }


def test_the_terminal_shows_figures_and_disagreements(
    corpus: Path, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    add_pass(corpus, "ben", depart)
    shown = [" ".join(line.split()) for line in run("agreement").stdout.splitlines()]
    assert "cues 2 / 1 exact 0.000 0.000 0.000" in shown
    assert "cues 2 / 1 overlap 1.000 0.500 0.667" in shown
    assert "speakers of a quote 1 accuracy 1.000" in shown
    assert "town/bridge single / ben quote q2 / – missing" in shown


def test_without_passes_nothing_was_measured(corpus: Path, run: Callable[..., Result]) -> None:
    result = run("agreement")
    assert result.exit_code == 0
    assert result.stdout.startswith("No agreement between machine passes has been measured")
    assert json.loads(run("agreement", "--json").stdout) == {
        "pairs": [],
        "disagreements": [],
        "readings": [],
    }
    assert markdown(agreement(corpus)[0]) == result.stdout.replace("\n", " ").strip()


def test_an_annotation_is_not_independent_of_the_pass_that_it_goes_back_to(corpus: Path) -> None:
    add_pass(corpus, "ann", depart)
    path = corpus / "annotations/town/bridge.json"
    before = json.loads(path.read_bytes())
    write_json(path, {**before, "annotators": ["ann", "ben"]})
    assert agreement(corpus)[0].pairs == []
    # What is the joint work of two is no pass of its own either.
    add_pass(corpus, "ben", lambda value: value.update(annotators=["ann", "ben"]))
    assert agreement(corpus)[0].pairs == []


def test_readings_count_what_later_readers_mended(
    corpus: Path, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    assert "reading" not in run("agreement").stdout
    add_pass(corpus, "ann", depart)
    path = corpus / "annotations/town/bridge.json"
    write_json(path, {**json.loads(path.read_bytes()), "annotators": ["ann", "ben"]})
    found = agreement(corpus)[0].readings
    assert [(each.document, each.number) for each in found] == [("town/bridge", 2)]
    # `depart` lacks a quote, and has another cue and no source in the other one.
    expected = {
        "quotes": Found(1, 1, 0, 1, Figure(2.0)),
        "speakers": Found(2, 0, 0, 0, Figure(0.0)),
        "quoted_terms": Found(0, 0, 0, 0, Figure(None)),
        "claims": Found(1, 0, 0, 1, Figure(1.0)),
    }
    assert counted(found) == {(2, layer): each for layer, each in expected.items()}
    shown = [" ".join(line.split()) for line in run("agreement").stdout.splitlines()]
    assert "2 quotes 1 1 0 1 2.000" in shown
    read = json.loads(run("agreement", "--json").stdout)["readings"]
    assert read[0] == {
        "reading": 2,
        "layer": "quotes",
        "items": 1,
        "added": 1,
        "removed": 0,
        "changed": 1,
        "errors": {"value": 2.0},
    }


def test_each_reading_is_counted_against_the_one_before(corpus: Path) -> None:
    add_pass(corpus, "ann", depart)
    add_pass(corpus, "second", lambda value: value.update(annotators=["ann", "ben"]))
    add_pass(corpus, "ben", depart)
    path = corpus / "annotations/town/bridge.json"
    write_json(path, {**json.loads(path.read_bytes()), "annotators": ["ann", "ben", "cem"]})
    found = counted(agreement(corpus)[0].readings)
    assert [found[number, "quotes"].rate for number in (2, 3)] == [Figure(2.0), Figure(0.0)]


def test_a_problem_of_a_pass_is_reported_under_its_file(
    corpus: Path, run: Callable[..., Result]
) -> None:
    path = add_pass(corpus, "ben", lambda value: None)
    path.write_text(path.read_text().replace('"said"', '"sad"'))
    for target in ("corpus", "corpus/passes/town/bridge/ben.json"):
        result = run("validate", target)
        assert result.exit_code == 1
        assert result.stdout.startswith("corpus/passes/town/bridge/ben.json:")
        assert result.stdout.count("[span-text-mismatch]") == len(result.stdout.splitlines()) == 1
    result = run("agreement")
    assert result.exit_code == 1
    assert "corpus/passes/town/bridge/ben.json:" in result.stderr
    assert build(corpus, corpus.parent / "dist", "0.1.0").folder is None


def test_a_mark_that_a_pass_leaves_uncovered_is_reported_under_its_file(corpus: Path) -> None:
    path = add_pass(corpus, "ben", depart)
    found = [*problems(corpus)]
    assert {(each.id, each.file, each.line) for each in found} == {("mark-uncovered", str(path), 1)}
    assert found[0].message.startswith(f"{corpus}/articles/town/bridge.txt:3:43: ")


def test_a_pass_whose_article_is_unknown_is_a_problem(
    corpus: Path, run: Callable[..., Result]
) -> None:
    path = add_pass(corpus, "ben", lambda value: None)
    shutil.move(path.parent, corpus / "passes" / "town" / "tunnel")
    for target in ("corpus", "corpus/passes/town/tunnel/ben.json"):
        result = run("validate", target)
        assert result.exit_code == 1
        assert (
            "corpus/passes/town/tunnel/ben.json:1:1: found no corpus/articles/town/tunnel.json"
            in result.stdout
        )
        assert "[record-missing]" in result.stdout


def test_passes_over_withheld_texts_quote_nothing(corpus: Path) -> None:
    real = ROOT / "corpus"
    document = next((real / "annotations" / "seed").glob("*.json"))
    name = f"seed/{document.stem}"
    for part in ("articles", "annotations"):
        shutil.copytree(real / part / "seed", corpus / part / "seed")
    value = json.loads(document.read_bytes())
    path = corpus / "passes" / name / "ben.json"
    write_json(path, value)
    assert str(path) not in {each.file for each in problems(corpus, [name])}
    value["quotes"][0]["content"][0]["text"] = "words"
    write_json(path, value)
    assert [each.id for each in problems(corpus, [name]) if each.file == str(path)] == [
        "text-committed"
    ]


def test_problems_of_passes_come_in_the_order_of_documents(corpus: Path) -> None:
    add_document(corpus, "town/arch", "An arch.\n", {})
    path = add_pass(corpus, "ben", lambda value: None)
    path.write_text("{")
    assert [(each.file, each.id) for each in problems(corpus)][-1] == (str(path), "not-json")
