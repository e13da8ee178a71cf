"""Predictions against a release: the figures of a task."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from onrecord.intervals import Counts, Figure, figure
from onrecord.scoring import attribution, coreference, detection, extraction, tagging
from onrecord.scoring.counts import Key, Tally, add, f1, figures, sizes
from onrecord.scoring.predictions import Refusal, gold, read
from onrecord.source import Json

TALLIES: dict[str, Callable[[Json, Json], Tally]] = {
    "quote_tagging": tagging.tally,
    "attribution": attribution.tally,
    "claim_detection": detection.tally,
    "claim_extraction": extraction.tally,
    "coreference": coreference.tally,
}


@dataclass(slots=True)
class Score:
    """What is measured: figures by key, how many things of each there are; or refusals."""

    task: str
    split: str
    documents: int = 0
    figures: dict[Key, dict[str, Figure]] = field(default_factory=dict)
    sizes: dict[Key, tuple[int, int]] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)


def score(task: str, predictions: Path, release: Path, split: str) -> Score:
    """Score a file of predictions. Raises FileNotFoundError where the release lacks the split."""
    rows, texts = gold(release, task, split)
    found, refusals = read(predictions, task, rows, texts)
    if refusals:
        return Score(task, split, refusals=refusals)
    return measure(task, split, rows, found)


def measure(task: str, split: str, rows: list[Json], predicted: dict[str, Json]) -> Score:
    """The figures of sound predictions, one for each row."""
    by_document: dict[str, Tally] = {}
    for row in rows:
        counts = by_document.setdefault(row["document"], {})
        for key, each in TALLIES[task](row, predicted[row["id"]]).items():
            add(counts, key, each)
    tallies = [*by_document.values()]
    result = Score(task, split, len(tallies), figures(tallies))
    result.sizes = {key: sizes(tallies, key) for key in result.figures}
    if task == "claim_detection":
        key = Key("all", "claim", "average precision")
        result.figures[key] = {"share": detection.ranked(rows, predicted)}
        result.sizes[key] = result.sizes[Key("all", "claim", "sentence")]
    if task == "coreference":
        key = Key("all", "cluster", "CoNLL")
        result.figures[key] = {"f1": _conll(tallies)}
        result.sizes[key] = result.sizes[Key("all", "mention", "exact")]
    return result


def _conll(tallies: list[Tally]) -> Figure:
    """The mean F1 of the three measures of clusters."""
    keys = [Key("all", "cluster", name) for name in coreference.METRICS]
    counts = np.stack([np.concatenate([tally[key] for key in keys]) for tally in tallies])

    def mean(sums: Counts) -> Counts:
        return np.asarray(np.mean([f1(sums[:, n : n + 4]) for n in (0, 4, 8)], axis=0))

    return figure(counts, mean)
