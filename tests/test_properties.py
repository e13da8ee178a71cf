"""Whatever comes in, problems come out: nothing raises, and what is promised of results holds."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT, VALID
from onrecord import schema
from onrecord.faults import harness
from onrecord.faults.changes import change
from onrecord.marks import pair, scan
from onrecord.problems import RULES
from onrecord.source import Json

FINDS = sorted((ROOT / "tests" / "fuzz").glob("*/*"))
quick = settings(max_examples=150, deadline=None)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def run(kind: str, data: bytes, folder: Path) -> None:
    for problem in harness.run(kind, data, VALID, folder):
        assert problem.id in RULES
        assert problem.message


@pytest.mark.parametrize("path", FINDS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_the_fuzzer_found_raises_no_more(path: Path, folder: Path) -> None:
    run(path.parent.name, path.read_bytes(), folder)


@quick
@given(data=st.one_of(st.binary(), st.text().map(str.encode)))
@pytest.mark.parametrize("kind", harness.KINDS)
def test_any_bytes_are_read_or_are_a_problem(kind: str, data: bytes, folder: Path) -> None:
    run(kind, data, folder)


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["id", "article", "text", "start", "quotes", "spans", "x"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=20,
)


@quick
@given(value=values)
def test_any_json_is_a_valid_file_or_a_problem(value: Any, folder: Path) -> None:
    run("json", json.dumps(value).encode(), folder)


def draft() -> Json:
    """The valid annotation as a draft: spans by their text, and none of what is filled in."""
    value: Json = json.loads((VALID / "annotations/town/bridge.json").read_bytes())
    for key in ("schema_version", "text_sha256"):
        del value[key]
    for owner in (*value["speakers"][0]["mentions"], *value["claims"]):
        owner["spans"] = [span["text"] for span in owner["spans"]]
    for quote in value["quotes"]:
        quote["content"] = [{"text": span["text"], "occurrence": 1} for span in quote["content"]]
        quote["cue"] = {"from": quote["cue"][0]["text"], "to": quote["cue"][0]["text"]}
    return value


@quick
@given(rng=st.randoms(use_true_random=False), times=st.integers(0, 3))
def test_any_change_of_a_draft_anchors_or_is_a_problem(
    rng: random.Random, times: int, folder: Path
) -> None:
    value = draft()
    for _ in range(times):
        change(value, rng)
    run("draft", yaml.safe_dump(value, allow_unicode=True).encode(), folder)


@given(text=st.text(alphabet="\"'“”„‟«»‹›‘’‚‛`ab1 .\n", max_size=40))
@settings(deadline=None)
def test_marks_pair_in_order(text: str) -> None:
    marks = scan(text)
    pairing = pair(text, marks)
    assert all(text[mark.start : mark.end] == mark.glyph for mark in marks)
    remaining = iter(marks)
    assert all(mark in remaining for mark in pairing.marks)
    assert pairing.delimiters in schema.enum("delimiters")
    assert (pairing.delimiters == "none") == (not pairing.marks)
    assert pairing.styles <= {*schema.enum("quote_phenomenon")}
