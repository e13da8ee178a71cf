"""Two engines, one verdict: jsonschema-rs decides as jsonschema does on documents changed at random."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from conftest import VALID
from onrecord import schema
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

# No line feeds: before the last one of a string `$` matches in Python, and nowhere else.
VALUES: list[Any] = [
    *(None, True, False, 0, 1, -1, 1.0, 0.5, 1e300, 2**63, 2.0**70, -(2.0**70), [], {}, [[]], [{}]),
    *("", " ", "x", "é", "q1", "s1", "s01", "s٣", "t1", "m1 ", "Q0", "a/b", "A/b", "a-/b", "a--b"),
    *("2031-03-04", "2031-02-29", "2032-02-29", "20310304", "2031-3-4", "2031-W10-2", "2031-063"),
    *("2031-03-04T05:06:07Z", "2031-03-04t05:06:07z", "2031-03-04 05:06:07Z", "2031-03-04T05:06Z"),
    *("2031-03-04T05:06:07", "2031-03-04T05:06:07+01:00", "2031-03-04T25:06:07Z", "0000-01-01"),
    *("2031-03-04T05:06:07.123456789Z", "2031-03-04T05:06:07+24:00", "2031-03-04T05:06:60Z"),
    *("https://é.example", "http://[::1]/", "http://[x]/", "urn:a:b", "//a/b", "a b", "http://a b"),
    *(
        "http://a/%zz",
        "mailto:a@b",
        "x:",
        ":x",
        "http://a/<b>",
        "http://a/{b}",
        "1http://a",
        "en-GB",
    ),
]


def nodes(value: Any) -> list[tuple[Any, Any]]:
    """Every object or list with each of its keys or indices."""
    items = [*value.items()] if isinstance(value, dict) else [*enumerate(value)]
    found = [(value, key) for key, _ in items]
    for _, inner in items:
        if isinstance(inner, dict | list):
            found += nodes(inner)
    return found


def mutate(value: Any, rng: random.Random) -> None:
    """Change something somewhere in a document."""
    places = nodes(value)
    owner, key = rng.choice(places)
    match rng.randrange(7):
        case 0:
            del owner[key]
        case 1:
            owner[key] = copy.deepcopy(rng.choice(VALUES))
        case 2:
            other, at = rng.choice(places)
            owner[key] = copy.deepcopy(other[at])
        case 3 if isinstance(owner, dict):
            owner[rng.choice(("x", "text", "id", "start", "kind", "ID", f"{key}s"))] = owner[key]
        case 4 if isinstance(owner, list):
            owner.append(copy.deepcopy(owner[key]))
        case 5 if isinstance(owner[key], str) and owner[key]:
            i = rng.randrange(len(owner[key]))
            owner[key] = owner[key][:i] + rng.choice("aZ0-/_.é٣ \t") + owner[key][i + 1 :]
        case _ if isinstance(owner[key], str):
            owner[key] *= rng.choice((2, 50))


def mutated(n: int) -> tuple[str, Json]:
    """A kind of document, and one that is up to three changes away from a valid one."""
    rng = random.Random(n)
    name = rng.choice(("article", "annotation", "annotation", "splits"))
    value = copy.deepcopy(BASES[name])
    for _ in range(rng.randint(1, 3)):
        mutate(value, rng)
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
