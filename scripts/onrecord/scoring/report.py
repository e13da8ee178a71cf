"""Scores as JSON and as tables."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from onrecord import grid
from onrecord.grid import Table
from onrecord.scoring.counts import Key
from onrecord.scoring.run import Score
from onrecord.source import Json


def as_json(found: Score) -> Json:
    """All of it for programs. What is not defined is absent."""
    return {
        "task": found.task,
        "split": found.split,
        "documents": found.documents,
        "figures": [
            {**key._asdict(), "predicted": found.sizes[key][0], "wanted": found.sizes[key][1]}
            | {name: figure.as_json() for name, figure in figures.items()}
            for key, figures in found.figures.items()
        ],
    }


def rows(found: Score, *, groups: bool) -> Iterator[tuple[str, ...]]:
    """The figures of everything, or those of groups: types, phenomena, forms."""
    for key in sorted(found.figures, key=_order):
        if (key.group == "all") == groups:
            continue
        figures, counts = found.figures[key], found.sizes[key]
        cells = (str(figures[name]) if name in figures else "" for name in _MEASURES)
        yield key.group, key.name, key.match, f"{counts[0]:,} / {counts[1]:,}", *cells


_MEASURES = ("precision", "recall", "f1", "share")
HEAD = ("of", "what", "match", "predicted / wanted", "precision", "recall", "F1", "share")


# Into a file or pipe, rows stay on a line.
_WIDE = 150


def _order(key: Key) -> tuple[bool, str, str]:
    return key.group != "all", key.group, key.name if key.group != "all" else ""


def show(found: Score) -> None:
    """Print the figures as tables."""
    console = Console()
    if not console.is_terminal:
        console.width = _WIDE
    line = f"{found.task} on {found.split}: {found.documents:,} documents, 95 % intervals over them"
    console.print(line, highlight=False)
    grid.show((Table(HEAD, [*rows(found, groups=each)]) for each in (False, True)), console)
