"""Training and predicting, from the rows of a release."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import orjson

from onrecord.baselines import KINDS, MARK, load
from onrecord.folders import replaced, write_text
from onrecord.scoring.predictions import gold
from onrecord.source import Json


class UnfitError(Exception):
    """A model that does not do what is asked of it, or a folder that may not be replaced."""


def train(kind: str, release: Path, out: Path) -> None:
    """Train a model of a kind on the split train, and write it to the folder OUT."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())) and not (out / MARK).is_file():
        raise UnfitError(f"{out} exists and is no model; name another folder")
    module = import_module(f"onrecord.baselines.{kind}")
    rows: dict[str, list[Json]] = {}
    texts: dict[str, str] = {}
    for task in KINDS[kind]:
        rows[task], texts = gold(release, task, "train")
    with replaced(out) as folder:
        module.Model.train(folder, rows, texts)
        (folder / MARK).write_text(f"{kind}\n", encoding="utf-8")


def predict(model: str, task: str, release: Path, split: str) -> list[Json]:
    """The predictions of a model for the rows of a split."""
    loaded = load(model)
    kind = type(loaded).__module__.rpartition(".")[2]
    if task not in KINDS[kind]:
        raise UnfitError(f"{model} does {', '.join(KINDS[kind])}, but not {task}")
    rows, texts = gold(release, task, split)
    return [*loaded.predict(task, rows, texts)]


def write(out: Path, predictions: list[Json]) -> None:
    """Write predictions as JSON lines."""
    write_text(out, "".join(f"{orjson.dumps(each).decode()}\n" for each in predictions))
