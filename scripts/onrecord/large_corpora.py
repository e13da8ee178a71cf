"""What was measured on large corpora, in the words of the documentation."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from onrecord import grid
from onrecord.source import Json

# Where a repository keeps what was measured.
FILE = Path("scripts") / "targets.json"
# Those of Quotebank, which has 196 million.
_ARTICLES = 200_000_000
_KEY_AND_NUMBER = 16


def table(found: Json) -> str:
    """Every target with the figure reached, and what it was measured on."""
    rows: list[tuple[str, ...]] = [
        (str(each["what"]), str(each["target"]), _figure(each["figure"]), str(each["note"]))
        for each in found["targets"]
    ]
    head = ("ours / the peer", "target", "reached", "")
    measured = (
        f"Medians of {found['runs']} on {found['documents']:,} and {found['large']:,} generated "
        f"documents, measured side by side: {found['machine']}."
    )
    return "\n".join([*grid.markdown(grid.Table(head, rows)), "", measured])


def _figure(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.2f}"


def estimate(found: Json) -> str:
    """What 200 million articles would take, extrapolated from what a document costs."""
    return " ".join(_sentences(found["costs"]))


def _sentences(costs: Json) -> Iterator[str]:
    yield f"Extrapolated, not measured: {_ARTICLES:,} such articles would take"
    parts = []
    for name in ("without tasks", "nine configs"):
        hours = costs[f"seconds, {name}"] * _ARTICLES / 3600
        size = costs[f"bytes, {name}"] * _ARTICLES / 1e12
        parts.append(
            f"{_rounded(hours)} core-hours to check and build, {size:.1f} TB of Parquet ({name})"
        )
    yield (
        "; ".join(parts)
        + f", from {costs['bytes of a line'] * _ARTICLES / 1e12:.1f} TB of JSON lines."
    )
    keys = costs["keys"] * _ARTICLES
    hours = costs["seconds to sort a key"] * keys * math.log2(keys) / 3600
    yield (
        f"Near-duplicates: {keys / 1e9:.1f} billion keys of bands, "
        f"{keys * _KEY_AND_NUMBER / 1e9:,.0f} GB with their documents, sorted in "
        f"{_rounded(hours)} core-hours."
    )


def _rounded(value: float) -> str:
    """A number to two digits: what is extrapolated is no more certain."""
    if value < 10:
        return f"{value:.1f}"
    return f"{round(value, 1 - math.floor(math.log10(value))):,.0f}"
