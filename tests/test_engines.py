"""Two engines, one verdict: jsonschema-rs decides as jsonschema does on documents changed at random."""

from __future__ import annotations

import copy
import json
import random

import pytest
from jsonschema import Draft202012Validator

from conftest import VALID
from onrecord import schema
from onrecord.faults.changes import change
from onrecord.problems import RULES
from onrecord.source import Json

COUNT, PARTS = 5_000, 10


def small() -> dict[str, Json]:
    """A document of each kind with one item of each, as jsonschema takes milliseconds for more."""
    article = json.loads((VALID / "articles/town/bridge.json").read_bytes())
    annotation = json.loads((VALID / "annotations/town/bridge.json").read_bytes())
    mention = annotation["speakers"][1]["mentions"][0]
    article |= {
        "url": "https://example.org/bridge",
        "translated_from": "de",
        "text_availability": "withheld",
        "obtain": {"instructions": "Ask.", "file": "bridge.txt", "format": "plain"},
        "regions": article["regions"][:1],
    }
    annotation["speakers"] = [
        {
            **annotation["speakers"][0],
            "mentions": [mention],
            "aliases": ["A", "B"],
            "wikidata": "Q1",
        }
    ]
    annotation["quotes"] = [{**annotation["quotes"][1], "parent": "q9", "addressees": ["s1"]}]
    annotation["quoted_terms"] = [{"id": "t1", "kind": "term", "spans": mention["spans"]}]
    annotation["claims"][0]["relations"] = [{"type": "supports", "claim": "c2"}]
    return {
        "article": article,
        "annotation": annotation,
        "splits": json.loads((VALID / "splits.json").read_bytes()),
    }


BASES = small()
REFERENCES = {
    name: Draft202012Validator(
        schema.load(name), format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    for name in BASES
}


def mutated(n: int) -> tuple[str, Json]:
    """A kind of document, and one that is up to three changes away from a valid one."""
    rng = random.Random(n)
    name = rng.choice(("article", "annotation", "annotation", "splits"))
    value = copy.deepcopy(BASES[name])
    for _ in range(rng.randint(1, 3)):
        change(value, rng)
    return name, value


@pytest.mark.parametrize("part", range(PARTS))
def test_both_engines_agree_on_mutated_documents(part: int) -> None:
    verdicts = {True: 0, False: 0}
    for n in range(part, COUNT, PARTS):
        name, value = mutated(n)
        problems = [*schema.check(name, value, "")]
        verdict = REFERENCES[name].is_valid(value)
        assert verdict == (not problems), (n, name, value, problems)
        assert all(RULES[problem.id].level == 2 for problem in problems)
        verdicts[verdict] += 1
    # The changes are such that both verdicts are put to the test.
    assert min(verdicts.values()) > COUNT / PARTS / 20, verdicts


def test_the_bases_are_valid() -> None:
    for name, value in BASES.items():
        assert [*schema.check(name, value, "")] == []
        assert REFERENCES[name].is_valid(value)
