"""What later readers of an annotation mended: the errors that they found in it.

A pass whose annotators are the first of the annotation's own is an earlier state of it, kept as
it was before others read it again, alone or beside an independent pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from onrecord.alignment import FIELDS, Alignment
from onrecord.intervals import Counts, Figure, figure
from onrecord.source import Document, Pass


@dataclass(frozen=True, slots=True)
class Reading:
    """A document before and after a reading, by which reader it was (2 is the second)."""

    document: str
    number: int
    alignment: Alignment


def readings(document: Document, passes: Iterable[Pass]) -> Iterator[Reading]:
    """The readings of a document after the first, in their order."""
    readers = document.annotation["annotators"]
    states = {len(readers): document.annotation}
    for each in passes:
        by = each.annotation["annotators"]
        if by == readers[: len(by)]:
            states.setdefault(len(by), each.annotation)
    for (_, one), (number, other) in pairwise(sorted(states.items())):
        yield Reading(document.id, number, Alignment(one, other))


@dataclass(frozen=True, slots=True)
class Found:
    """Of a layer: its items before a reading, how many it added, removed and changed, and the
    errors for each item, with their interval over documents."""

    items: int
    added: int
    removed: int
    changed: int
    rate: Figure


def found(read: Sequence[Reading]) -> dict[tuple[int, str], Found]:
    """What the second readings, the third and so on found, by the number and the layer."""
    return {
        (number, layer): _found([each for each in read if each.number == number], layer)
        for number in sorted({each.number for each in read})
        for layer in FIELDS
    }


def _found(read: Sequence[Reading], layer: str) -> Found:
    counts = np.stack([_counted(each.alignment, layer) for each in read])
    items, added, removed, changed = map(int, counts.sum(axis=0))
    rate = figure(counts, lambda sums: sums[:, 1:].sum(axis=1) / sums[:, 0])
    return Found(items, added, removed, changed, rate)


def _counted(alignment: Alignment, layer: str) -> Counts:
    """The items of the earlier annotation; how many were added, removed, and changed in a field."""
    differing = [each for each in alignment.disagreements() if each.layer == layer]
    changed = {each.one["id"] for each in differing if each.one and each.other}
    added = sum(each.one is None for each in differing)
    removed = sum(each.other is None for each in differing)
    size = len(alignment.one[layer])
    return np.array([size, added, removed, len(changed)], dtype=float)
