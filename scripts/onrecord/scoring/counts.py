"""What a scorer counts, document by document, and the figures that follow from the counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from onrecord.intervals import Counts, Figure, Statistic, figure


class Key(NamedTuple):
    """What is measured: of which group (all, a type, a phenomenon …), of what, by which match."""

    group: str
    name: str
    match: str


# Four counts give precision, recall and F1: hits and predicted, hits and wanted. Two give a share.
Tally = dict[Key, Counts]


def hits(found: float, predicted: float, wanted: float) -> Counts:
    """The counts of things that are found, predicted and wanted."""
    return np.array([found, predicted, found, wanted], dtype=float)


def share(right: float, total: float) -> Counts:
    """The counts of an accuracy or a recall."""
    return np.array([right, total], dtype=float)


def add(tally: Tally, key: Key, counts: Counts) -> None:
    """Add counts to those of a key."""
    tally[key] = tally[key] + counts if key in tally else counts


def figures(tallies: Sequence[Tally]) -> dict[Key, dict[str, Figure]]:
    """The figures of every key, from the tallies of all documents."""
    keys = dict.fromkeys(key for tally in tallies for key in tally)
    found = {}
    for key in keys:
        width = next(len(tally[key]) for tally in tallies if key in tally)
        counts = np.stack([tally.get(key, np.zeros(width)) for tally in tallies])
        statistics = _PRECISION_AND_RECALL if width == 4 else {"share": share_of}
        found[key] = {name: figure(counts, each) for name, each in statistics.items()}
    return found


def sizes(tallies: Iterable[Mapping[Key, Counts]], key: Key) -> tuple[int, int]:
    """How many things of a key are predicted and wanted; of a share, right and in all."""
    total = np.sum([tally[key] for tally in tallies if key in tally], axis=0)
    return int(total[1] if len(total) == 4 else total[0]), int(total[-1])


def precision(sums: Counts) -> Counts:
    """The share of what is predicted that is right: 0 if nothing is, but something is wanted."""
    return np.where((sums[:, 1] == 0) & (sums[:, 3] > 0), 0.0, sums[:, 0] / sums[:, 1])


def recall(sums: Counts) -> Counts:
    """The share of what is wanted that is predicted: 0 if nothing is wanted, but predicted."""
    return np.where((sums[:, 3] == 0) & (sums[:, 1] > 0), 0.0, sums[:, 2] / sums[:, 3])


def f1(sums: Counts) -> Counts:
    """The harmonic mean of precision and recall: 0 if both are."""
    one, other = precision(sums), recall(sums)
    return np.where(one + other == 0, 0.0, 2 * one * other / (one + other))


def share_of(sums: Counts) -> Counts:
    """The share that is right."""
    return np.asarray(sums[:, 0] / sums[:, 1])


_PRECISION_AND_RECALL: dict[str, Statistic] = {"precision": precision, "recall": recall, "f1": f1}
