"""Claim extraction: propositions matched one to one by their words, and what is said of them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import regex
from scipy.optimize import linear_sum_assignment

from onrecord.scoring.counts import Key, Tally, add, hits, share
from onrecord.source import Json

_WORD = regex.compile(r"[\p{L}\p{N}\p{M}]+")
# Propositions that have less of their words in common are not the same.
_ALIKE = 0.5


def words(proposition: str) -> Counter[str]:
    """The words of a proposition, case folded, each as often as it occurs."""
    return Counter(_WORD.findall(proposition.casefold()))


def alike(one: Counter[str], other: Counter[str]) -> float:
    """F1 of the words that two propositions have in common."""
    return 2 * (one & other).total() / ((one.total() + other.total()) or 1)


def tally(row: Json, predicted: Json) -> Tally:
    """The counts of the claims of one quote."""
    wanted, found = row["claims"], predicted.get("claims") or []
    ours = [words(each["proposition"]) for each in wanted]
    theirs = [words(each["proposition"]) for each in found]
    scores = np.array([[alike(a, b) for b in theirs] for a in ours]).reshape(len(ours), len(theirs))
    matched = [(n, m) for n, m in zip(*linear_sum_assignment(scores, maximize=True), strict=True)]
    near = [(n, m) for n, m in matched if scores[n, m] >= _ALIKE]
    shared = sum((ours[n] & theirs[m]).total() for n, m in matched)
    sides = (len(found), len(wanted))
    counts: Tally = {}
    same = sum(ours[n] == theirs[m] for n, m in near)
    add(counts, Key("all", "proposition", "exact"), hits(same, *sides))
    add(counts, Key("all", "proposition", "half the words"), hits(len(near), *sides))
    sizes = [sum(each.total() for each in side) for side in (theirs, ours)]
    add(counts, Key("all", "proposition", "words"), hits(shared, *sizes))
    for name in ("claimants", "category", "stance"):
        right = sum(_same(wanted[n].get(name), found[m].get(name)) for n, m in near)
        add(counts, Key("all", name, "half the words"), hits(right, *sides))
    for tag in row["phenomena"] or () if wanted else ():
        add(counts, Key(tag, "proposition", "half the words"), share(len(near), len(wanted)))
    return counts


def _same(one: object, other: object) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return {*one} == {*other}
    return one == other
