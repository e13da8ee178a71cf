"""The figures of a corpus as pictures: SVG, drawn once and coloured twice, for light and dark.

A picture is a function of what it shows and of matplotlib's version: letters are drawn with the
font that matplotlib ships, ids are salted, nothing is dated. What it shows stands in it, as JSON.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onrecord import grid, schema, splits, stats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from onrecord.agreement import Agreement

THEMES = ("light", "dark")
FOLDER = "figures"
_FIRST = ("genres", "quote-types", "agreement")
_BIN = 100
_INCHES, _ROW = 7.2, 0.215
# What is light is named; its dark counterpart follows. The pages of the site have the same.
_PAPER, _INK, _SOFT, _RULE = "#fcfaf6", "#1b1a18", "#5a554c", "#d9d2c4"
_SPLITS = dict(zip(splits.SPLITS, ("#0b5394", "#c0842b", "#a3221f", "#6b6b6b"), strict=True))
_DARK = {
    _PAPER: "#14171b",
    _INK: "#ebe7df",
    _SOFT: "#a9a397",
    _RULE: "#363b43",
    **dict(zip(_SPLITS.values(), ("#7db8f2", "#dcab6b", "#ff8f7f", "#9a9a9a"), strict=True)),
}
_SETTINGS: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "svg.fonttype": "path",
    "svg.hashsalt": "onrecord",
    "text.color": _INK,
    "axes.edgecolor": _RULE,
}
_LEGEND: dict[str, Any] = {
    "frameon": False,
    "handlelength": 0.8,
    "handleheight": 0.8,
    "handletextpad": 0.4,
    "columnspacing": 1.4,
    "borderaxespad": 0,
    "borderpad": 0.2,
}
_SHOWN = re.compile(r"<dc:description>(.*?)</dc:description>", re.S)
_DRAWN_BY = re.compile(r"<dc:title>(Matplotlib v.*?),", re.S)


@dataclass(frozen=True, slots=True)
class Bars:
    """How often each of some values occurs, by split; `aim` is how often it should."""

    name: str
    title: str
    about: str
    splits: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    aim: int | None = None


@dataclass(frozen=True, slots=True)
class Intervals:
    """Measured values between 0 and 1 with their intervals, where they have one."""

    name: str
    title: str
    about: str
    rows: tuple[tuple[str, float, float | None, float | None], ...]


Figure = Bars | Intervals


def figures(counted: stats.Stats, measured: Agreement | None = None) -> list[Figure]:
    """The figures of what was counted, and of agreement where it was measured."""
    lengths = stats.Counts((_bin(words), split) for words, split in counted.lengths)
    categories, aim = schema.enum("claim_category"), stats.PHENOMENON_AIMS[0]
    tagged = f"quotes or documents; the line is at {aim}, the least that the corpus aims at"
    drawn = [
        ("genres", "Articles by genre", "articles", (counted.genres, schema.enum("genre"))),
        ("quote-types", "Types of quotes", "quotes", (counted.quotes, schema.enum("quote_type"))),
        ("source-forms", "Forms of sources", "quotes", (counted.sources, stats.forms())),
        ("claims", "Categories of claims", "claims", (counted.categories, categories)),
        ("lengths", "Lengths of articles", "articles, by words", (lengths, _bins(counted.lengths))),
        ("phenomena", "Phenomena", tagged, (counted.phenomena, stats.phenomena())),
    ]
    found: list[Figure] = [_bars(*each, counted.present()) for each in drawn]
    return found if measured is None or not measured.pairs else [*found, _agreement(measured)]


def of(counted: stats.Stats, corpus: Path) -> list[Figure]:
    """The figures of what was counted, and of the agreement of a corpus that has passes.

    Raises ModuleNotFoundError where what measures agreement is not installed.
    """
    if not any(counted.rows["passes", split] for split in splits.SPLITS):
        return figures(counted)
    from onrecord.agreement import agreement  # noqa: PLC0415 - needs an extra

    return figures(counted, agreement(corpus)[0])


def _bin(words: int) -> str:
    start = words // _BIN * _BIN
    return f"{start:,}–{start + _BIN - 1:,}"


def _bins(lengths: Sequence[tuple[int, str]]) -> list[str]:
    """The bins from the shortest to the longest article."""
    found = sorted(words // _BIN for words, _ in lengths)
    return [_bin(n * _BIN) for n in range(found[0], found[-1] + 1)] if found else []


def _bars(
    name: str,
    title: str,
    about: str,
    counted: tuple[stats.Counts, Iterable[str]],
    present: Sequence[str],
) -> Bars:
    counts, values = counted
    rows = [(value, tuple(counts[value, split] for split in present)) for value in values]
    # Gaps are what these figures are to show; of other values only those that occur are.
    gaps = name in ("phenomena", "lengths")
    kept = tuple((value.replace("_", " "), row) for value, row in rows if gaps or any(row))
    aim = stats.PHENOMENON_AIMS[0] if name == "phenomena" else None
    return Bars(name, title, about, tuple(present), kept, aim)


def _agreement(measured: Agreement) -> Intervals:
    from onrecord.agreement import LAYERS  # noqa: PLC0415 - needs an extra

    found = [
        (f"{LAYERS[layer]}: overlap F1", figures["overlap_f1"])
        for layer, figures in measured.spans.items()
    ]
    found += [
        (f"{layer.removesuffix('s')} {name}: κ".replace("_", " "), figure)
        for (layer, name), (_, figure) in measured.labels.items()
    ]
    found.append(("speakers of a quote: accuracy", measured.speakers[1]))
    rows = tuple(
        (name, each.value, each.low, each.high) for name, each in found if each.value is not None
    )
    about = f"machine passes over {len(measured.documents)} documents, with 95 % intervals"
    return Intervals("agreement", "Agreement", about, rows)


def write(folder: Path, drawn: Iterable[Figure]) -> Iterator[Path]:
    """Write each figure in both themes. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for figure in drawn:
        for theme in THEMES:
            path = folder / file_name(figure, theme)
            path.write_text(svg(figure, theme), encoding="utf-8", newline="\n")
            yield path


def file_name(figure: Figure, theme: str) -> str:
    """What the picture of a figure is called."""
    return f"{figure.name}-{theme}.svg"


def table(figure: Figure) -> grid.Table:
    """The numbers of a figure."""
    if isinstance(figure, Bars):
        rows = ((name, [*counts, sum(counts)]) for name, counts in figure.rows)
        return grid.counts("", (*figure.splits, "all"), rows)
    values = [
        (name, *("–" if each is None else f"{each:.3f}" for each in measured))
        for name, *measured in figure.rows
    ]
    return grid.Table(("", "value", "from", "to"), values, numbers=True)


def size(figure: Figure) -> tuple[float, float]:
    """How wide and high a picture is, in inches."""
    return _INCHES, 1.05 + _ROW * len(figure.rows)


def alt(figure: Figure) -> str:
    """What stands for a picture where it cannot be seen."""
    if isinstance(figure, Intervals):
        values = [f"{name} {value:.2f}" for name, value, *_ in figure.rows]
    else:
        values = [f"{name} {sum(counts):,}" for name, counts in figure.rows]
    return f"{figure.title} ({figure.about}): {', '.join(values)}"


def markup(drawn: Iterable[Figure], folder: str) -> str:
    """The pictures for Markdown, each in the reader's theme; the longer ones are folded away."""
    shown = {each: _picture(each, folder) for each in drawn}
    first = [picture for each, picture in shown.items() if each.name in _FIRST]
    rest = [picture for each, picture in shown.items() if each.name not in _FIRST]
    titles = ", ".join(each.title.lower() for each in shown if each.name not in _FIRST)
    folded = ["<details>", f"<summary>More figures: {titles}</summary>", "", *rest, "</details>"]
    return "\n".join([*first, *folded])


def _picture(figure: Figure, folder: str) -> str:
    light, dark = (f"{folder}/{file_name(figure, theme)}" for theme in THEMES)
    return (
        f'<picture><source media="(prefers-color-scheme: dark)" srcset="{dark}">'
        f'<img src="{light}" alt="{alt(figure)}"></picture>\n'
    )


def same(one: str, other: str) -> bool:
    """Whether two pictures are equal, or show the same where different versions drew them."""
    if _DRAWN_BY.findall(one) == _DRAWN_BY.findall(other):
        return one == other
    return _SHOWN.findall(one) == _SHOWN.findall(other)


def svg(figure: Figure, theme: str) -> str:
    """A figure as SVG."""
    drawn = _light(figure)
    return drawn if theme == "light" else re.sub("#[0-9a-f]{6}", lambda m: _DARK[m[0]], drawn)


@cache
def _light(figure: Figure) -> str:
    from matplotlib import figure as canvas  # noqa: PLC0415 - takes a second
    from matplotlib import rc_context  # noqa: PLC0415

    with rc_context(_SETTINGS):
        page, (_, height) = canvas.Figure(size(figure), facecolor=_PAPER), size(figure)
        axes = page.add_axes((0.31, 0.1 / height, 0.62, 1 - 0.95 / height), facecolor="none")
        _frame(axes, figure, height)
        if isinstance(figure, Bars):
            _draw_bars(axes, figure)
        else:
            _draw_intervals(axes, figure)
        target = io.StringIO()
        shown = json.dumps(asdict(figure), ensure_ascii=False, sort_keys=True)
        page.savefig(target, format="svg", metadata={"Description": shown, "Date": None})
    return target.getvalue()


def _frame(axes: Axes, figure: Figure, height: float) -> None:
    """Title, what is counted, and the names of the rows; no ticks, which are slow and say less."""
    axes.set(ylim=(len(figure.rows) - 0.4, -0.6), xticks=[], yticks=[])
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    page: Any = axes.figure
    page.text(0.02, 1 - 0.3 / height, figure.title, size=13, weight="bold", va="baseline")
    page.text(0.02, 1 - 0.52 / height, figure.about, color=_SOFT, va="baseline")
    for n, name in enumerate(row[0] for row in figure.rows):
        _label(axes, name, (0, n), (-6, 0), ha="right", color=_INK)


def _draw_bars(axes: Axes, figure: Bars) -> None:
    longest = max((sum(counts) for _, counts in figure.rows), default=0) or 1
    axes.set_xlim(0, longest)
    if figure.aim is not None:
        axes.axvline(figure.aim, color=_SOFT, linewidth=0.7, dashes=(2, 3), zorder=0)
    for number, split in enumerate(figure.splits):
        left = [sum(counts[:number]) for _, counts in figure.rows]
        width = [counts[number] for _, counts in figure.rows]
        style: Any = {"color": _SPLITS[split], "edgecolor": _PAPER, "linewidth": 0.4}
        axes.barh(range(len(left)), width, 0.72, left, **style)
    for n, (_, counts) in enumerate(figure.rows):
        _label(axes, f"{sum(counts):,}", (sum(counts), n), (4, 0), ha="left")
    _legend(axes, figure.splits)


def _label(
    axes: Axes, text: str, place: tuple[float, float], offset: tuple[int, int], **style: Any
) -> None:
    """A word or number beside a place of the plot, on paper of its own."""
    box = {"facecolor": _PAPER, "edgecolor": "none", "pad": 0.6}
    style = {"va": "center", "color": _SOFT, "bbox": box, "textcoords": "offset points"} | style
    axes.annotate(text, place, offset, annotation_clip=False, **style)


def _legend(axes: Axes, names: Sequence[str]) -> None:
    legend = axes.legend(
        [*map(_patch, names)],
        names,
        ncols=len(names),
        loc="lower left",
        bbox_to_anchor=(-0.01, 1),
        **_LEGEND,
    )
    legend.set_in_layout(False)


def _patch(split: str) -> Any:
    from matplotlib.patches import Patch  # noqa: PLC0415 - takes a second

    return Patch(color=_SPLITS[split], linewidth=0)


def _draw_intervals(axes: Axes, figure: Intervals) -> None:
    axes.set_xlim(0, 1)
    for part in (0, 0.25, 0.5, 0.75, 1):
        axes.axvline(part, color=_RULE, linewidth=0.8, zorder=0)
        _label(axes, f"{part:g}", (part, -0.6), (0, 8), ha="center")
    blue: Any = {"color": _SPLITS["train"], "clip_on": False}
    for n, (_, value, low, high) in enumerate(figure.rows):
        if low is not None and high is not None:
            axes.plot([low, high], [n, n], linewidth=2.4, solid_capstyle="butt", alpha=0.45, **blue)
        axes.plot([value], [n], "o", markersize=5, **blue)
        _label(axes, f"{value:.2f}", (1, n), (8, 0), ha="left")
