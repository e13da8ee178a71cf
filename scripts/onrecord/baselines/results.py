"""What the baselines reach, measured: kept as JSON, since it takes minutes to find out."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from onrecord.baselines import KINDS, run
from onrecord.baselines.shown import BROKEN_DOWN, SHOWN, SPLITS
from onrecord.model import extents
from onrecord.scoring.counts import Key
from onrecord.scoring.predictions import gold
from onrecord.scoring.run import Score, measure
from onrecord.scoring.tagging import pairs
from onrecord.source import Json

_PACKAGES = ("onrecord", "scikit-learn", "python-crfsuite", "torch", "transformers")
_WORST = 20
_SHOWN_WORDS = 60


def results(release: Path, models: dict[str, str], day: date) -> Json:
    """Every model on every task that it does, on every split that the release has.

    `models` are folders by kind. The worst errors are those of the last model that tags quotes.
    """
    trained = len(gold(release, "quote_tagging", "train")[0])
    found: Json = {"date": day.isoformat(), "versions": _versions(), "trained_on": trained}
    found |= {"scores": [], "errors": []}
    for kind, model in models.items():
        for task in KINDS[kind]:
            for split in SPLITS:
                if not [*(release / "data" / task).glob(f"{split}-*")]:
                    continue
                rows, _ = gold(release, task, split)
                predicted = {each["id"]: each for each in run.predict(model, task, release, split)}
                scored = measure(task, split, rows, predicted)
                found["scores"].append({"model": kind, **_kept(scored)})
                if task == "quote_tagging" and kind == [*models][-1]:
                    found["errors"] += _errors(rows, predicted, split)
    found["errors"].sort(key=lambda each: (-each["tokens"], each["document"], str(each["wanted"])))
    found["errors"] = found["errors"][:_WORST]
    return found


def _versions() -> Json:
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _kept(scored: Score) -> Json:
    """Of a score, the measures that are shown, and those by phenomenon."""
    shown = {Key("all", *row[1:3]): row[3] for row in SHOWN if row[0] == scored.task}
    kept = [
        {"what": key.name, "match": key.match, **scored.figures[key][name].as_json()}
        for key, name in shown.items()
    ]
    wanted = BROKEN_DOWN.get(scored.task)
    groups = {
        key.group: {"items": scored.sizes[key][1], **figures["share"].as_json()}
        for key, figures in scored.figures.items()
        if (key.name, key.match) == wanted and "share" in figures and key.group != "all"
    }
    head = {"task": scored.task, "split": scored.split, "documents": scored.documents}
    return {**head, "figures": kept} | ({"phenomena": groups} if groups else {})


def _errors(rows: list[Json], predicted: dict[str, Json], split: str) -> Iterator[Json]:
    """The quotes that are missed, made up, or of another extent or type, with their offsets.

    Words are shown only of articles that were written for the corpus.
    """
    for row in rows:
        places = [*zip(row["token_starts"], row["token_ends"], strict=True)]
        for one, other in pairs(row["quotes"], predicted[row["id"]].get("quotes") or [], places):
            wanted, found = _place(one), _place(other)
            if wanted == found:
                continue
            tokens = _covered(one, places) ^ _covered(other, places)
            kind = "made up" if not one else "missed" if not other else "another extent or type"
            error = {"document": row["document"], "split": split, "kind": kind}
            error |= {"wanted": wanted, "predicted": found, "tokens": len(tokens)}
            if row["origin"] == "original" and split != "real":
                error["words"] = _words(row, sorted(tokens))
            yield error


def _place(quote: Json) -> str:
    spans = ", ".join(f"{start}–{end}" for start, end in extents(quote.get("content") or []))
    return f"{quote['type']} {spans}" if quote else "–"


def _covered(quote: Json, places: list[tuple[int, int]]) -> set[int]:
    wanted = extents(quote.get("content") or [])
    return {n for n, (a, b) in enumerate(places) if any(a < e and s < b for s, e in wanted)}


def _words(row: Json, tokens: list[int]) -> str:
    """The first words of those that are wrong."""
    text, last = "", None
    for n in tokens:
        gap = " " if last is not None and row["token_starts"][n] > row["token_ends"][last] else ""
        text, last = text + gap + row["tokens"][n], n
        if len(text) > _SHOWN_WORDS:
            return f"{text[:_SHOWN_WORDS]}…"
    return text
