"""Baselines: rules, a linear model and a small transformer, each simple enough to be read whole."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

# What each kind of model does; the first is the one to beat.
KINDS = {
    "rules": (
        "quote_tagging",
        "attribution",
        "claim_detection",
        "claim_extraction",
        "coreference",
    ),
    "linear": (
        "quote_tagging",
        "attribution",
        "claim_detection",
        "claim_extraction",
        "coreference",
    ),
    "transformer": ("quote_tagging", "claim_detection", "claim_extraction"),
}
MARK = "onrecord-model.txt"


def load(model: str) -> Any:
    """A model by its folder, or the rules. Raises FileNotFoundError for what is neither."""
    if model == "rules":
        return import_module("onrecord.baselines.rules").Model()
    mark = Path(model) / MARK
    kind = mark.read_text(encoding="utf-8").strip() if mark.is_file() else ""
    if kind not in KINDS:
        raise FileNotFoundError(f"{model} is no folder that onrecord train wrote, nor: rules")
    return import_module(f"onrecord.baselines.{kind}").Model.load(Path(model))
