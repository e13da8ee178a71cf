"""Claim detection: which sentences hold a claim, and how much there is to check in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from onrecord.intervals import Figure, interval, resamples
from onrecord.scoring.counts import Key, Tally, add, hits, share
from onrecord.source import Json


def says_claim(predicted: Json) -> bool:
    """Whether a prediction says that there is a claim: by its label, or else by its score."""
    if predicted.get("claim") is not None:
        return bool(predicted["claim"] == "claim")
    return bool((predicted.get("score") or 0) >= 0.5)


def score(predicted: Json) -> float | None:
    """By what a sentence is ranked: its score, or else its label; None for no answer."""
    if predicted.get("score") is not None:
        return float(predicted["score"])
    return None if predicted.get("claim") is None else float(predicted["claim"] == "claim")


def tally(row: Json, predicted: Json) -> Tally:
    """The counts of one sentence."""
    counts: Tally = {}
    wanted, found = row["claim"] == "claim", says_claim(predicted)
    for group in ("all", *(row["phenomena"] or ())) if wanted or found else ():
        add(counts, Key(group, "claim", "sentence"), hits(wanted and found, found, wanted))
    for name in ("checkability", "checkworthiness") if wanted else ():
        right = predicted.get(name) == row[name]
        add(counts, Key("all", name, "of claims"), share(right, 1))
    return counts


def ranked(rows: Sequence[Json], predicted: Mapping[str, Json]) -> Figure:
    """Average precision of the ranking by score, with its interval over documents."""
    scores = [score(predicted[row["id"]]) for row in rows]
    wanted = np.array([row["claim"] == "claim" for row in rows])
    documents = [*dict.fromkeys(row["document"] for row in rows)]
    number = np.array([documents.index(row["document"]) for row in rows])
    drawn = [_average(wanted, scores, weights[number]) for weights in resamples(len(documents))]
    value = _average(wanted, scores, np.ones(len(rows)))
    return interval(value, np.array(drawn), len(documents))


def _average(
    wanted: NDArray[np.generic], scores: Sequence[float | None], weights: NDArray[np.generic]
) -> float:
    """Average precision; a claim whose sentence has no answer is never reached."""
    answered = np.array([each is not None for each in scores])
    total, reached = weights[wanted].sum(), weights[wanted & answered].sum()
    if not total or not reached:
        return 0.0 if total else float("nan")
    given = np.array([each for each in scores if each is not None])
    found = average_precision_score(wanted[answered], given, sample_weight=weights[answered])
    return float(found * reached / total)
