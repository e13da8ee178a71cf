"""Figures with 95 % intervals, drawn by resampling documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

SEED, RESAMPLES = 20260, 1_000

Counts = NDArray[np.floating[Any]]
# From the counts of many samples, one a row, to a figure of each.
Statistic = Callable[[Counts], Counts]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % interval; each is None where it is not defined."""

    value: float | None
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        if self.value is None:
            return "–"
        interval = "" if self.low is None else f" [{self.low:.3f}, {self.high:.3f}]"
        return f"{self.value:.3f}{interval}"

    def as_json(self) -> dict[str, float]:
        """What is defined of it."""
        named = {"value": self.value, "low": self.low, "high": self.high}
        return {name: round(value, 6) for name, value in named.items() if value is not None}


def figure(counts: Counts, statistic: Statistic, value: float | None = None) -> Figure:
    """A figure of all documents, one a row, and the interval of its resamples if it is defined."""
    with np.errstate(invalid="ignore", divide="ignore"):
        if value is None:
            value = float(statistic(counts.sum(axis=0)[None])[0])
        drawn = statistic(np.tensordot(resamples(len(counts)), counts, axes=1))
    return interval(value, drawn, len(counts))


def interval(value: float, drawn: Counts, documents: int) -> Figure:
    """A figure with the interval of what was drawn."""
    drawn = drawn[~np.isnan(drawn)]
    if np.isnan(value):
        return Figure(None)
    if documents < 2 or not drawn.size:
        return Figure(value)
    return Figure(value, *map(float, np.percentile(drawn, (2.5, 97.5))))


@lru_cache(maxsize=4)
def resamples(size: int) -> Counts:
    """How often each of some documents is in each resample."""
    drawn = np.random.default_rng(SEED).multinomial(size, [1 / size] * size, RESAMPLES)
    return drawn.astype(float)
