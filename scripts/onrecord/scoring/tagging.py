"""Quotes: content, cue and source, of quotes that are matched one to one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from onrecord.layers import ROLES
from onrecord.model import extents
from onrecord.scoring.counts import Key, Tally, add, hits, share
from onrecord.scoring.predictions import covered
from onrecord.source import Json

Tokens = frozenset[int]
# A quote of which there is none on the other side.
_NOBODY: Json = {}


def tally(row: Json, predicted: Json) -> Tally:
    """The counts of one article."""
    places = [*zip(row["token_starts"], row["token_ends"], strict=True)]
    wanted, found = row["quotes"], predicted.get("quotes") or []
    counts: Tally = {}
    for one, other in pairs(wanted, found, places):
        _count(counts, one, other, places)
    return counts


def pairs(
    wanted: Sequence[Json], found: Sequence[Json], places: list[tuple[int, int]]
) -> list[tuple[Json, Json]]:
    """Each quote with the one that it is matched with, or with an empty one.

    The matching is the one with the greatest sum of F1 over the tokens of contents; of equal ones,
    that with more equal types. Quotes that share no token are not matched.
    """
    scores = np.zeros((len(wanted), len(found)))
    theirs = [covered(each["content"], places) for each in found]
    for n, one in enumerate(wanted):
        ours = covered(one["content"], places)
        for m, other in enumerate(found):
            if shared := len(ours & theirs[m]):
                scores[n, m] = 2 * shared / (len(ours) + len(theirs[m]))
                scores[n, m] += 0.01 * (one["type"] == other["type"])
    chosen = zip(*linear_sum_assignment(scores, maximize=True), strict=True)
    matched = {int(n): int(m) for n, m in chosen if scores[n, m] > 0}
    result = [(one, found[matched[n]] if n in matched else _NOBODY) for n, one in enumerate(wanted)]
    used = {*matched.values()}
    return result + [(_NOBODY, other) for m, other in enumerate(found) if m not in used]


def _count(counts: Tally, one: Json, other: Json, places: list[tuple[int, int]]) -> None:
    same = []
    for role in ROLES:
        ours, theirs = covered(one.get(role), places), covered(other.get(role), places)
        equal = extents(one.get(role) or []) == extents(other.get(role) or [])
        same.append(equal)
        _count_role(counts, role, ours, theirs, equal and bool(ours))
        for tag in one.get("phenomena") or () if ours else ():
            add(counts, Key(tag, role, "exact"), share(equal, 1))
            add(counts, Key(tag, role, "overlap"), share(bool(ours & theirs), 1))
    add(counts, Key("all", "quote", "exact"), hits(all(same), bool(other), bool(one)))
    alike = bool(one and other) and one["type"] == other["type"]
    add(counts, Key("all", "type", "exact"), hits(alike, bool(other), bool(one)))
    overlaps = bool(one and other)
    for name in {one.get("type"), other.get("type")} - {None}:
        sides = (other.get("type") == name, one.get("type") == name)
        add(counts, Key(f"type {name}", "content", "exact"), hits(alike and same[0], *sides))
        add(counts, Key(f"type {name}", "content", "overlap"), hits(alike and overlaps, *sides))


def _count_role(counts: Tally, role: str, ours: Tokens, theirs: Tokens, equal: bool) -> None:
    if not (ours or theirs):
        return
    shared, sides = len(ours & theirs), (bool(theirs), bool(ours))
    add(counts, Key("all", role, "exact"), hits(equal, *sides))
    add(counts, Key("all", role, "overlap"), hits(shared > 0, *sides))
    add(counts, Key("all", role, "tokens"), hits(shared, len(theirs), len(ours)))
    parts = (shared / len(theirs) if theirs else 0, shared / len(ours) if ours else 0)
    mean = np.array([parts[0], sides[0], parts[1], sides[1]], dtype=float)
    add(counts, Key("all", role, "mean"), mean)
