"""Coreference of speakers: mentions with equal spans, and MUC, B³ and CEAF-e of their clusters."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from onrecord.model import extents
from onrecord.scoring.counts import Key, Tally, add, hits, share
from onrecord.source import Json

# A mention is known by where it stands, and by how many of the same place came before it.
Mention = tuple[tuple[tuple[int, int], ...], int]
Clusters = list[set[Mention]]
METRICS = ("MUC", "B³", "CEAF-e")


def tally(row: Json, predicted: Json) -> Tally:
    """The counts of one article."""
    wanted, found = _named(row["mentions"]), _named(predicted.get("mentions") or [])
    counts: Tally = {}
    both = wanted.keys() & found.keys()
    add(counts, Key("all", "mention", "exact"), hits(len(both), len(found), len(wanted)))
    key, response = _clusters(wanted), _clusters(found)
    for name, metric in zip(METRICS, (muc, b_cubed, ceaf), strict=True):
        add(counts, Key("all", "cluster", name), metric(key, response))
    for mention, place in zip(row["mentions"], wanted, strict=True):
        add(counts, Key(f"form {mention['form']}", "mention", "exact"), share(place in both, 1))
    return counts


def _named(mentions: list[Json]) -> dict[Mention, str]:
    seen: Counter[tuple[tuple[int, int], ...]] = Counter()
    found = {}
    for mention in mentions:
        place = tuple(extents(mention["spans"]))
        found[place, seen[place]] = mention["speaker"]
        seen[place] += 1
    return found


def _clusters(named: dict[Mention, str]) -> Clusters:
    found: dict[str, set[Mention]] = {}
    for mention, name in named.items():
        found.setdefault(name, set()).add(mention)
    return [*found.values()]


def muc(key: Clusters, response: Clusters) -> NDArray[np.float64]:
    """Links: a cluster in n parts of the other side lacks n - 1 of its own (Vilain et al. 1995)."""
    return np.array([*_links(response, key), *_links(key, response)], dtype=float)


def _links(side: Clusters, other: Clusters) -> tuple[int, int]:
    owner = {mention: n for n, cluster in enumerate(other) for mention in cluster}
    parts = [len({owner.get(mention, mention) for mention in cluster}) for cluster in side]
    sizes = [*map(len, side)]
    return sum(sizes) - sum(parts), sum(sizes) - len(sizes)


def b_cubed(key: Clusters, response: Clusters) -> NDArray[np.float64]:
    """Mentions: the share of a mention's cluster that is right (Bagga and Baldwin 1998)."""
    shared = [(len(a & b) ** 2, len(a), len(b)) for a in key for b in response]
    found = sum(square / size for square, _, size in shared)
    wanted = sum(square / size for square, size, _ in shared)
    totals = [sum(map(len, side)) for side in (response, key)]
    return np.array([found, totals[0], wanted, totals[1]], dtype=float)


def ceaf(key: Clusters, response: Clusters) -> NDArray[np.float64]:
    """Clusters: the best one-to-one alignment of them, by their overlap (Luo 2005, φ4)."""
    scores = np.array([[2 * len(a & b) / (len(a) + len(b)) for b in response] for a in key])
    scores = scores.reshape(len(key), len(response))
    total = scores[linear_sum_assignment(scores, maximize=True)].sum()
    return np.array([total, len(response), total, len(key)], dtype=float)
