"""Agreement between independent annotations of the same articles.

Spans are compared by precision, recall and F1, the first of a pair being the reference; labels of
items that both have by Cohen's κ; the speakers of quotes that both have by accuracy. Intervals are
drawn by resampling documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import combinations
from pathlib import Path

import numpy as np
from sklearn.metrics import cohen_kappa_score, confusion_matrix

from onrecord import model
from onrecord.alignment import FIELDS, Alignment, Disagreement, paired
from onrecord.intervals import Counts, Figure, Statistic, figure
from onrecord.problems import Problem
from onrecord.readings import Reading, readings
from onrecord.source import Document, Json, Pass
from onrecord.validate import checked, passes

LAYERS = {
    "quotes": "quote content",
    "cues": "cues",
    "sources": "source mentions",
    "mentions": "mentions",
    "quoted_terms": "quoted terms",
    "claims": "claims",
}
LABELS = [
    (layer, name)
    for layer, fields in FIELDS.items()
    for name, how in fields.items()
    # Phenomena are a list, for which κ has no meaning.
    if how == "label" and name != "phenomena"
]
MATCHES = ("exact", "overlap")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two annotations of a document: by whom, and what they have in common."""

    document: str
    names: tuple[str, str]
    alignment: Alignment


@dataclass
class Agreement:
    """The pairs of a corpus, and what is measured on them; and the readings after the first."""

    pairs: list[Pair] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)

    @cached_property
    def documents(self) -> list[str]:
        """The documents that were annotated more than once."""
        return sorted({pair.document for pair in self.pairs})

    @cached_property
    def spans(self) -> dict[str, dict[str, Figure]]:
        """For each layer, exact and overlap precision, recall and F1."""
        return {
            layer: {
                f"{match}_{name}": figure(counts, statistic)
                for n, match in enumerate(MATCHES)
                for name, statistic in _span_statistics(n).items()
            }
            for layer, counts in self._matches.items()
        }

    @cached_property
    def sizes(self) -> dict[str, list[int]]:
        """For each layer, the items of the first and of the second of all pairs."""
        return {
            layer: [*map(int, counts.sum(axis=0)[2:])] for layer, counts in self._matches.items()
        }

    @cached_property
    def _matches(self) -> dict[str, Counts]:
        return {layer: self._counted(partial(_matches, layer)) for layer in LAYERS}

    @cached_property
    def labels(self) -> dict[tuple[str, str], tuple[int, Figure]]:
        """For each label, on how many items it is compared, and κ."""
        return {name: self._kappa(*name) for name in LABELS}

    @cached_property
    def speakers(self) -> tuple[int, Figure]:
        """On how many quotes speakers are compared, and the share whose speakers are the same."""
        counts = self._counted(_resolved)
        return int(counts[:, 1].sum()), figure(counts, lambda sums: sums[:, 0] / sums[:, 1])

    def disagreements(self) -> Iterator[tuple[Pair, Disagreement]]:
        """Every disagreement, pair by pair."""
        for pair in self.pairs:
            for each in pair.alignment.disagreements():
                yield pair, each

    def _kappa(self, layer: str, name: str) -> tuple[int, Figure]:
        labels = {pair: _labels(pair, layer, name) for pair in self.pairs}
        names = sorted({label for sides in labels.values() for side in sides for label in side})
        if len(names) < 2:
            return sum(len(one) for one, _ in labels.values()), Figure(None)
        counts = self._counted(lambda pair: _confusion(*labels[pair], names))
        rows, columns = np.indices(counts.shape[1:]).reshape(2, -1)
        value = cohen_kappa_score(rows, columns, sample_weight=counts.sum(axis=0).ravel())
        return int(counts.sum()), figure(counts, kappa, float(value))

    def _counted(self, count: Callable[[Pair], Counts]) -> Counts:
        """The counts of each document, over all its pairs."""
        found: dict[str, Counts] = {}
        for pair in self.pairs:
            found[pair.document] = found.get(pair.document, 0) + count(pair)
        return np.stack([found[name] for name in self.documents])


def agreement(corpus: Path) -> tuple[Agreement, list[Problem]]:
    """What is measured on the sound passes of a corpus, and every problem."""
    found, problems = Agreement(), []
    for item in checked(corpus):
        if isinstance(item, Problem):
            problems.append(item)
        else:
            read = [each for each in passes(corpus, item) if isinstance(each, Pass)]
            found.pairs += _pairs(item, read)
            found.readings += readings(item, read)
    return found, problems


def _pairs(document: Document, read: list[Pass]) -> Iterator[Pair]:
    """Each two independent passes over a document; if there is but one, it and the annotation,
    unless that goes back to it."""
    alone = [each for each in read if len(each.annotation["annotators"]) == 1]
    sides = [(each.annotator, each.annotation) for each in alone]
    own = document.annotation
    if len(sides) == 1 and not {*sides[0][1]["annotators"]} & {*own["annotators"]}:
        sides.insert(0, (own["status"], own))
    for (one, left), (other, right) in combinations(sides, 2):
        yield Pair(document.id, (one, other), Alignment(left, right))


Items = list[list[model.Extent]]


def _items(alignment: Alignment, layer: str) -> tuple[Items, Items]:
    """The extents of the items of a layer, in each of two annotations."""
    one, other = ([*_extents(side, layer)] for side in (alignment.one, alignment.other))
    return one, other


def _extents(annotation: Json, layer: str) -> Iterator[list[model.Extent]]:
    mentions = [each for owner in annotation["speakers"] for each in owner["mentions"]]
    if layer == "mentions":
        yield from (model.extents(each["spans"]) for each in mentions)
    elif layer in ("quotes", "cues", "sources"):
        for quote in annotation["quotes"]:
            if found := _role(quote, layer, model.by_id(mentions)):
                yield found
    else:
        yield from (model.extents(each["spans"]) for each in annotation[layer])


def _role(quote: Json, layer: str, mentions: dict[str, Json]) -> list[model.Extent]:
    """The content, cue or source of a quote; nothing where it has none."""
    if layer == "sources":
        return model.extents(mentions[quote["source"]]["spans"]) if "source" in quote else []
    return model.extents(quote.get({"quotes": "content", "cues": "cue"}[layer], ()))


def _matches(layer: str, pair: Pair) -> Counts:
    """How many items match exactly and by overlap, and how many each annotation has."""
    one, other = _items(pair.alignment, layer)
    found = [(one[n], other[m]) for n, m in paired(one, other)]
    exact = sum(a == b for a, b in found)
    return np.array([exact, len(found), len(one), len(other)], dtype=float)


def _span_statistics(match: int) -> dict[str, Statistic]:
    return {
        "precision": lambda sums: sums[:, match] / sums[:, 3],
        "recall": lambda sums: sums[:, match] / sums[:, 2],
        "f1": lambda sums: 2 * sums[:, match] / (sums[:, 2] + sums[:, 3]),
    }


def _labels(pair: Pair, layer: str, name: str) -> tuple[list[str], list[str]]:
    """What each of two annotations calls the items that both have."""
    both = pair.alignment.both(layer)
    one, other = ([str(items[n].get(name, "absent")) for items in both] for n in (0, 1))
    return one, other


def _confusion(one: list[str], other: list[str], names: list[str]) -> Counts:
    """How often each name of the one annotation meets each of the other."""
    if not one:
        return np.zeros((len(names), len(names)))
    return np.asarray(confusion_matrix(one, other, labels=names), dtype=float)


def _resolved(pair: Pair) -> Counts:
    """Of how many quotes that both have the speakers are the same, and how many there are."""
    both = pair.alignment.both("quotes")
    same = [
        pair.alignment.same("speakers", one["speakers"], other["speakers"]) for one, other in both
    ]
    return np.array([sum(same), len(same)], dtype=float)


def kappa(matrices: Counts) -> Counts:
    """Cohen's κ of many confusion matrices at once: scikit-learn's is too slow for resamples."""
    total = matrices.sum(axis=(1, 2))
    observed = np.trace(matrices, axis1=1, axis2=2) / total
    expected = (matrices.sum(axis=1) * matrices.sum(axis=2)).sum(axis=1) / total**2
    return np.asarray((observed - expected) / (1 - expected))
