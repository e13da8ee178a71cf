"""Numbers that share a key are found, however many parts the keys are looked at in."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord import postings
from onrecord.postings import Postings

Keys = list[list[int]]
KEYS = st.lists(st.lists(st.integers(0, 2**64 - 1) | st.sampled_from([0, 5, 2**63, 2**64 - 1])))


def filled(keys: Keys) -> Postings:
    result = Postings()
    for number, own in enumerate(keys):
        result.add(number, b"".join(key.to_bytes(8, "little") for key in own))
    return result


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "_PENDING", 3)
    monkeypatch.setattr(postings, "_AT_A_TIME", 2)


@settings(deadline=None)
@given(keys=KEYS)
def test_pairs_and_numbers_are_those_of_a_dictionary(keys: Keys) -> None:
    owners: dict[int, set[int]] = defaultdict(set)
    for number, own in enumerate(keys):
        for key in own:
            owners[key].add(number)
    pairs = {pair for numbers in owners.values() for pair in combinations(sorted(numbers), 2)}
    assert {*filled(keys).pairs()} == pairs
    assert filled(keys).sharing() == sorted({number for pair in pairs for number in pair})


def test_what_has_been_asked_may_be_added_to() -> None:
    found = filled([[1], [2], [1]])
    assert {*found.pairs()} == {(0, 2)}
    found.add(3, (2).to_bytes(8, "little"))
    assert {*found.pairs()} == {(0, 2), (1, 3)}
