"""What the baselines reach, as tables for the documentation and the card."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from onrecord import grid
from onrecord.baselines import KINDS
from onrecord.grid import Table
from onrecord.source import Json

# Where a repository keeps what was measured.
FILE = Path("scripts") / "baselines.json"
SPLITS = ("test", "real")
# The measures that are shown: task, group of counts, match, figure.
SHOWN = (
    ("quote_tagging", "content", "exact", "f1"),
    ("quote_tagging", "content", "overlap", "f1"),
    ("quote_tagging", "cue", "overlap", "f1"),
    ("quote_tagging", "source", "overlap", "f1"),
    ("quote_tagging", "type", "exact", "f1"),
    ("attribution", "source", "same mention", "share"),
    ("attribution", "speakers", "same set", "share"),
    ("claim_detection", "claim", "average precision", "share"),
    ("claim_detection", "claim", "sentence", "f1"),
    ("claim_detection", "checkworthiness", "of claims", "share"),
    ("claim_extraction", "proposition", "half the words", "f1"),
    ("claim_extraction", "claimants", "half the words", "f1"),
    ("claim_extraction", "category", "half the words", "f1"),
    ("coreference", "mention", "exact", "f1"),
    ("coreference", "cluster", "CoNLL", "f1"),
)
# The first of each task: what a summary says.
HEADLINES = tuple({row[0]: row for row in reversed(SHOWN)}.values())[::-1]
# By phenomenon: of what, by which match.
BROKEN_DOWN = {"quote_tagging": ("content", "overlap"), "attribution": ("speakers", "same set")}


def summary(found: Json) -> str:
    """The headline measure of each task, for the README and the card."""
    table = grid.markdown(Table(("task", "measure", "model", *SPLITS), [*_rows(found, HEADLINES)]))
    return "\n".join([*table, "", _provenance(found), "", _verdict(found)])


def _provenance(found: Json) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    sizes = dict.fromkeys(SPLITS, 0)
    for each in found["scores"]:
        # An article without quotes has no row in some tasks.
        sizes[each["split"]] = max(sizes[each["split"]], each["documents"])
    counts = " and ".join(f"{count:,} articles of {split}" for split, count in sizes.items())
    return (
        f"Measured on {found['date']} on {counts}, trained on {found['trained_on']:,}, with {versions}; "
        "95 % intervals over articles (`python scripts/run_baselines.py`)."
    )


def _value(found: Json, model: str, split: str, row: tuple[str, ...]) -> Json | None:
    for each in found["scores"]:
        if (each["model"], each["task"], each["split"]) == (model, row[0], split):
            for figure in each["figures"]:
                if (figure["what"], figure["match"]) == row[1:3]:
                    return dict(figure)
    return None


def _rows(found: Json, shown: tuple[tuple[str, ...], ...]) -> Iterator[tuple[str, ...]]:
    for row in shown:
        name = f"{row[1]}, {row[2]}" + (" F1" if row[3] == "f1" else "")
        for model in KINDS:
            values = [_value(found, model, split, row) for split in SPLITS]
            if any(values):
                yield f"`{row[0]}`", name, model, *map(_cell, values)


def _cell(figure: Json | None) -> str:
    if not figure or "value" not in figure:
        return "–"
    interval = f" [{figure['low']:.2f}, {figure['high']:.2f}]" if "low" in figure else ""
    return f"{figure['value']:.3f}{interval}"


def _verdict(found: Json) -> str:
    """Where a model does not beat the one below it, and how far test and real are apart."""
    told = []
    for split in SPLITS:
        behind = "; ".join(_behind(found, split))
        told.append(f"on `{split}` {behind or 'each is above the one before it in every measure'}")
    gaps = [f"`{row[0]}` {gap:+.3f}" for row in HEADLINES if (gap := _gap(found, row)) is not None]
    missing = [kind for kind in KINDS if kind not in {each["model"] for each in found["scores"]}]
    left_out = f" Not measured: {', '.join(missing)}." if missing else ""
    return (
        f"In the order of rules, linear, transformer: {'; '.join(told)}. The step from `real` to `test`, by the last "
        f"model of each task: {', '.join(gaps) if gaps else 'not measured'}.{left_out}"
    )


def _present(found: Json, split: str, row: tuple[str, ...]) -> list[tuple[str, float]]:
    """The models that are measured, each with its value."""
    values = ((model, _value(found, model, split, row)) for model in KINDS)
    return [(model, figure["value"]) for model, figure in values if figure]


def _behind(found: Json, split: str) -> Iterator[str]:
    for row in SHOWN:
        for (below, low), (above, high) in pairwise(_present(found, split, row)):
            if high <= low:
                name = f"`{row[0]}` ({row[1]}, {row[2]})"
                yield f"{above} is not above {below} in {name}: {high:.3f}, {low:.3f}"


def _gap(found: Json, row: tuple[str, ...]) -> float | None:
    """How much better the last model is on test than on real."""
    test, real = (_present(found, split, row) for split in SPLITS)
    return test[-1][1] - real[-1][1] if test and real else None


def report(found: Json) -> str:
    """All of it: every measure, by phenomenon, and the worst errors."""
    sections = [
        ("Every measure", Table(("task", "measure", "model", *SPLITS), [*_rows(found, SHOWN)]))
    ]
    for task, (what, match) in BROKEN_DOWN.items():
        title = f"By phenomenon: the share of quotes right in `{task}` ({what}, {match})"
        sections.append((title, _by_phenomenon(found, task)))
    head = ("article", "split", "error", "wanted", "predicted", "tokens", "words")
    keys = ("document", "split", "kind", "wanted", "predicted", "tokens", "words")
    errors = [tuple(_escaped(each.get(key, "")) for key in keys) for each in found["errors"]]
    sections.append((f"The {len(errors)} worst errors of the last model", Table(head, errors)))
    lines = [_provenance(found), "", _verdict(found)]
    for title, table in sections:
        lines += ["", f"## {title}", "", *grid.markdown(table)]
    return "\n".join(lines)


def _escaped(value: Any) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def _by_phenomenon(found: Json, task: str) -> Table:
    scores = [each for each in found["scores"] if each["task"] == task]
    columns = [(each["model"], each["split"]) for each in scores]
    tags = sorted({tag for each in scores for tag in each.get("phenomena", {})})
    rows = []
    for tag in tags:
        cells = [each.get("phenomena", {}).get(tag) for each in scores]
        sizes = {
            each["split"]: cell["items"] for each, cell in zip(scores, cells, strict=True) if cell
        }
        shown = [f"{cell['value']:.2f}" if cell and "value" in cell else "–" for cell in cells]
        rows.append((tag, " / ".join(str(sizes.get(split, 0)) for split in SPLITS), *shown))
    names = [f"{model}, {split}" for model, split in columns]
    return Table(("phenomenon", f"quotes ({' / '.join(SPLITS)})", *names), rows)
