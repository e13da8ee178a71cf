"""Logistic regression over named features, kept as JSON: a weight for each label and feature."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

Features = dict[str, float]
Weights = dict[str, dict[str, float]]
_BIAS = ""


def fit(labelled: Sequence[tuple[Features, str]], strength: float) -> Weights:
    """The weights of each label, without those that hardly matter."""
    examples, labels = [each for each, _ in labelled], [label for _, label in labelled]
    vectorizer = DictVectorizer()
    model = LogisticRegression(C=strength, max_iter=1_000)
    model.fit(vectorizer.fit_transform(examples), labels)
    names = vectorizer.get_feature_names_out()
    rows = model.coef_ if len(model.classes_) > 2 else [-model.coef_[0] / 2, model.coef_[0] / 2]
    biases = model.intercept_
    if len(model.classes_) == 2:
        biases = [-model.intercept_[0] / 2, model.intercept_[0] / 2]
    return {
        str(label): {_BIAS: round(float(bias), 4)}
        | {name: round(float(w), 4) for name, w in zip(names, row, strict=True) if abs(w) > 1e-3}
        for label, row, bias in zip(model.classes_, rows, biases, strict=True)
    }


def chances(weights: Weights, features: Features) -> dict[str, float]:
    """The probability of each label."""
    sums = {
        label: known[_BIAS] + sum(known.get(name, 0.0) * value for name, value in features.items())
        for label, known in weights.items()
    }
    top = max(sums.values())
    raised = {label: math.exp(each - top) for label, each in sums.items()}
    return {label: each / sum(raised.values()) for label, each in raised.items()}


def best(weights: Weights, features: Features) -> str:
    """The most probable label."""
    found = chances(weights, features)
    return max(found, key=found.__getitem__)
