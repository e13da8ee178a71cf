"""Drafts name spans by their text; anchoring finds them, or says why not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import add_document
from onrecord.anchor import anchor
from onrecord.source import Json

HEAD = {
    "article": "town/bridge",
    "annotators": ["ann"],
    "guidelines": "1.0",
    "status": "single",
    "annotation_license": "CC-BY-4.0",
    "quotes": [],
    "quoted_terms": [],
    "claims": [],
}


def draft_of(spans: object) -> Json:
    mention = {"id": "m1", "form": "description", "spans": spans}
    speaker = {"id": "s1", "name": "x", "kind": "unknown", "naming": "anonymous"}
    return {**HEAD, "speakers": [{**speaker, "mentions": [mention]}]}


def anchored(corpus: Path, spans: object) -> list[Json]:
    draft = corpus.parent / "draft.yaml"
    draft.write_text(yaml.safe_dump(draft_of(spans), allow_unicode=True), encoding="utf-8")
    result = anchor(draft, corpus)
    assert [p for p in result.problems if p.rule.severity == "error"] == []
    spans = result.value["speakers"][0]["mentions"][0]["spans"]
    assert isinstance(spans, list)
    return spans


TEXT = "Mayor: bridge will close\n\nThe old bridge will close, Ana Hall said. “We have no choice,”"


@pytest.mark.parametrize(
    ("selector", "surface", "start"),
    [
        ("Ana Hall", "Ana Hall", 53),
        ("old |bridge| will", "bridge", 34),
        ({"text": "bridge", "prefix": "old "}, "bridge", 34),
        ({"text": "bridge", "occurrence": 1}, "bridge", 7),
        ({"text": "bridge", "suffix": " will close,"}, "bridge", 34),
        ({"from": "The old", "to": "close"}, "The old bridge will close", 26),
        ({"from": "Ana |Hall|", "to": "We |have| no"}, "Hall said. “We have", 57),
    ],
)
def test_a_surface_is_found(corpus: Path, selector: object, surface: str, start: int) -> None:
    (span,) = anchored(corpus, selector)
    assert (span["text"], span["start"]) == (surface, start)
    assert TEXT[span["start"] : span["end"]] == surface


def test_several_spans_are_sorted(corpus: Path) -> None:
    spans = anchored(corpus, ["Ana Hall", "Mayor"])
    assert [span["text"] for span in spans] == ["Mayor", "Ana Hall"]


def test_what_follows_from_the_text_is_filled_in(corpus: Path, run: Callable[..., Result]) -> None:
    annotation = json.loads((corpus / "annotations/town/bridge.json").read_bytes())
    original = (corpus / "annotations/town/bridge.json").read_bytes()
    for speaker in annotation["speakers"]:
        for mention in speaker["mentions"]:
            mention["spans"] = [span["text"] for span in mention["spans"]]
    for quote in annotation["quotes"]:
        del quote["delimiters"]
        quote.pop("phenomena", None)
        for role in ("content", "cue"):
            quote[role] = [span["text"] for span in quote[role]]
    for claim in annotation["claims"]:
        claim["spans"] = [span["text"] for span in claim["spans"]]
    del annotation["text_sha256"], annotation["schema_version"]
    (corpus.parent / "draft.yaml").write_text(yaml.safe_dump(annotation, sort_keys=False))
    result = run("anchor", "draft.yaml")
    assert result.exit_code == 0, result.stderr
    assert (corpus / "annotations/town/bridge.json").read_bytes() == original


@settings(
    max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(data=st.data())
def test_any_stretch_can_be_named_by_its_context(corpus: Path, data: st.DataObject) -> None:
    alphabet = st.sampled_from(["a", "b", " ", "é", "e\u0301", "👩‍👧", "я", "ש", "”", "\n\n"])
    text = "".join(data.draw(st.lists(alphabet, min_size=5, max_size=60)))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    add_document(corpus, "town/bridge", text, {})
    selector = {"prefix": text[:start], "text": text[start:end], "suffix": text[end:]}
    draft = corpus.parent / "draft.yaml"
    draft.write_text(yaml.safe_dump(draft_of(selector), allow_unicode=True), encoding="utf-8")
    found = anchor(draft, corpus)
    (span,) = found.value["speakers"][0]["mentions"][0]["spans"]
    assert (span["start"], span["end"], span["text"]) == (start, end, text[start:end])


def test_a_pass_lies_under_its_annotator(corpus: Path, run: Callable[..., Result]) -> None:
    decided = (corpus / "annotations/town/bridge.json").read_bytes()
    Path("draft.yaml").write_text(yaml.safe_dump(draft_of("Ana Hall"), allow_unicode=True))
    result = run("anchor", "draft.yaml", "--corpus", corpus, "--pass")
    assert result.stdout == f"draft.yaml → {corpus}/passes/town/bridge/ann.json\n"
    written = json.loads((corpus / "passes/town/bridge/ann.json").read_bytes())
    assert written["annotators"] == ["ann"]
    assert (corpus / "annotations/town/bridge.json").read_bytes() == decided


def test_a_pass_is_by_one_annotator(corpus: Path, run: Callable[..., Result]) -> None:
    draft = {**draft_of("Ana Hall"), "annotators": ["ann", "ben"]}
    Path("draft.yaml").write_text(yaml.safe_dump(draft, allow_unicode=True))
    result = run("anchor", "draft.yaml", "--corpus", corpus, "--pass")
    assert result.exit_code == 2
    assert "found ann, ben; expected the annotation of one annotator" in result.stderr
    assert not (corpus / "passes").exists()


QUOTES = [
    {"id": "q1", "type": "indirect", "content": "The old bridge will close", "speakers": ["s2"]},
    {"id": "q2", "type": "direct", "content": "“We have no choice,”", "speakers": ["s2"]},
]
CLAIM = {
    "proposition": "x",
    "category": "state",
    "time": "present",
    "checkability": "checkable",
    "checkworthiness": "some",
}


def with_claims(*spans: str, kinds: tuple[str, ...] = ("author", "person")) -> Json:
    speakers = [
        {"id": f"s{n}", "name": "Ana", "kind": kind, "naming": "named", "mentions": []}
        for n, kind in enumerate(kinds, 1)
    ]
    quotes = [{**quote, "medium": "speech"} for quote in QUOTES]
    claims = [{"id": f"c{n}", "spans": each, **CLAIM} for n, each in enumerate(spans, 1)]
    return {**HEAD, "speakers": speakers, "quotes": quotes, "claims": claims}


def test_what_is_usual_and_whose_a_claim_is_may_be_left_out(corpus: Path) -> None:
    draft = corpus.parent / "draft.yaml"
    value = with_claims("The old |bridge|", "Mayor", "We have no choice")
    draft.write_text(yaml.safe_dump(value, allow_unicode=True), encoding="utf-8")
    result = anchor(draft, corpus)
    assert [p for p in result.problems if p.rule.severity == "error"] == []
    assert {quote["polarity"] for quote in result.value["quotes"]} == {"affirmed"}
    claims = result.value["claims"]
    assert [(each.get("quote"), each["claimants"]) for each in claims] == [
        ("q1", ["s2"]),
        (None, ["s1"]),
        ("q2", ["s2"]),
    ]
    assert {(each["stance"], each["certainty"]) for each in claims} == {("asserts", "certain")}


@pytest.mark.parametrize("kinds", [("person", "person"), ("author", "author")])
def test_a_claim_of_nobody_is_a_problem(corpus: Path, kinds: tuple[str, ...]) -> None:
    draft = corpus.parent / "draft.yaml"
    value = with_claims("We have no choice", "Mayor", kinds=kinds)
    draft.write_text(yaml.safe_dump(value, allow_unicode=True), encoding="utf-8")
    (problem,) = anchor(draft, corpus).problems
    assert (problem.id, problem.pointer) == ("missing-key", "/claims/1")
    assert "nor is there one author" in problem.message
