"""The figures of a corpus as tables, as JSON, and in the words of the documentation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict

from rich.console import Console

from onrecord import grid, stats
from onrecord.source import Json
from onrecord.variety import STORIES, WINDOW, Measure, Variety

# Of a section: its ratio, and of how many articles.
Ratios = Mapping[str, tuple[float, int]]

_TITLES = {
    "rows": "",
    "genres": "articles",
    "quote-types": "quotes",
    "source-forms": "sources",
    "phenomena": "phenomena",
}
# The section whose words the others are compared with, and by how much they may differ.
_REAL, _TOLERANCE = "wikinews", 0.1


def as_json(counted: stats.Stats, varied: Variety, found: Ratios) -> Json:
    """All of it for programs."""
    return {
        **{name.replace("-", "_"): _cells(table) for name, table in stats.tables(counted).items()},
        "rare_phenomena": stats.rare(counted),
        "lengths": sorted(length for length, _ in counted.lengths),
        "variety": [_measure(each) for each in (*varied.measures, *compared(found))],
        "cues": dict(sorted(varied.cues.items(), key=lambda pair: (-pair[1], pair[0]))),
        "surnames": varied.surnames,
        "retold": varied.retold,
        "rewrites": varied.rewrites,
        "sequences": [asdict(each) for each in varied.sequences],
        "type_token": {name: round(ratio, 6) for name, (ratio, _) in found.items()},
    }


def _cells(table: grid.Table) -> Json:
    """A table of counts by name and column."""
    return {
        name: {
            key: int(cell.replace(",", "")) for key, cell in zip(table.head[1:], cells, strict=True)
        }
        for name, *cells in table.rows
    }


def _measure(each: Measure) -> Json:
    aims = {"low": each.low, "high": each.high}
    aims = {name: bound for name, bound in aims.items() if bound is not None}
    value = round(each.value, 6)
    return {"name": each.name, "value": value, **aims, **({"met": each.met()} if aims else {})}


def show(counted: stats.Stats, varied: Variety, found: Ratios) -> None:
    """Print the figures as tables, then what they single out."""
    console = Console()
    tables = stats.tables(counted)
    titled = (
        grid.Table((_TITLES[name], *table.head[1:]), table.rows, table.numbers)
        for name, table in tables.items()
    )
    measures = (*varied.measures, *compared(found))
    grid.show([*titled, variety_table(measures)], console)
    for line in (*remarks(counted, varied), *ratios(found).values()):
        console.print(line, highlight=False, markup=False)


def variety_table(measures: Iterable[Measure]) -> grid.Table:
    """The measures of variety beside what is aimed at."""
    rows: list[tuple[str, ...]] = [
        (each.name, _shown(each, each.value), _aim(each)) for each in measures
    ]
    return grid.Table(("", "measured", "aim"), rows, numbers=True)


def _shown(each: Measure, value: float) -> str:
    return f"{value:.1%}" if each.share else f"{value:,g}" if value < 1000 else f"{value:,.0f}"


def _aim(each: Measure) -> str:
    low, high = (None if b is None else _shown(each, b) for b in (each.low, each.high))
    bounds = [f"≥ {low}" if low else "", f"≤ {high}" if high else ""]
    aim = " and ".join(bound for bound in bounds if bound)
    return aim and f"{aim} {'✓' if each.met() else '✗'}"


def remarks(counted: stats.Stats, varied: Variety) -> Iterator[str]:
    """What the figures single out, a line each."""
    times, documents, test = stats.PHENOMENON_AIMS
    rare = stats.rare(counted)
    aims = f"{times} times in {documents} documents and {test} times in test"
    yield f"Phenomena that occur less than {aims}: {', '.join(rare) or 'none'}."
    common = varied.cues.most_common(12)
    yield f"The most common lemmas of cues: {', '.join(f'{name} {n}' for name, n in common)}."
    names = (f"{name} ({', '.join(found)})" for name, found in varied.surnames.items())
    yield f"Surnames in more than {STORIES} stories: {'; '.join(names) or 'none'}."
    for one, other, likeness in varied.rewrites:
        yield f"Near-duplicates of one story: {one} and {other} ({likeness:.0%})."
    for each in varied.sequences:
        yield f'In {", ".join(each.documents)}: "{each.words}".'


def ratios(found: Ratios) -> dict[str, str]:
    """The type–token ratio of each section that can be measured, in a sentence."""
    return {
        name: (
            f"Type–token ratio of `{name}`, in windows of {WINDOW:,} words of its {articles:,} "
            f"articles one after the other: {ratio:.3f}."
        )
        for name, (ratio, articles) in found.items()
    }


def compared(found: Ratios) -> list[Measure]:
    """Each section's type–token ratio in terms of that of real news, where that is at hand."""
    low, high = 1 - _TOLERANCE, 1 + _TOLERANCE
    return [
        Measure(
            f"type–token ratio of {name}, that of {_REAL} being 1",
            round(ratio / found[_REAL][0], 3),
            low,
            high,
        )
        for name, (ratio, _) in found.items()
        if _REAL in found and name != _REAL
    ]


def markdown(counted: stats.Stats, varied: Variety, found: Ratios) -> dict[str, str]:
    """The figures for the documentation, by the names of its generated parts."""
    tables = {name: "\n".join(grid.markdown(each)) for name, each in stats.tables(counted).items()}
    told = [*grid.markdown(variety_table(varied.measures)), ""]
    told += [f"- {line}" for line in remarks(counted, varied)]
    sentences = {f"type-token-{name}": sentence for name, sentence in ratios(found).items()}
    return {**tables, "variety": "\n".join(told), **sentences}
