"""The figures of a corpus as tables with a bar in each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from onrecord import schema, stats
from onrecord.site.article import Article

# A bar is drawn on a canvas of so many units, wide and high.
WIDTH, HEIGHT = 1000, 40


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a figure: what is counted, how often, and its parts as (split, place, width)."""

    name: str
    count: int
    parts: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its bars, the longest as wide as the canvas."""

    title: str
    about: str
    bars: tuple[Bar, ...]


def figures(articles: Sequence[Article]) -> tuple[stats.Stats, list[Figure]]:
    """The counts of what is shown, and the figures drawn from them."""
    counted = stats.Stats()
    more: dict[str, Counter[tuple[str, str]]] = {
        name: Counter() for name in ("genre", "form", "category", "length")
    }
    for article in articles:
        stats.add(counted, article.shown.document, article.shown.split)
        for name, value in _more(article):
            more[name][value, article.shown.split] += 1
    lengths = sorted(
        {value for value, _ in more["length"]}, key=lambda each: int(each.split("–")[0])
    )
    tags = (*schema.enum("quote_phenomenon"), *schema.enum("document_phenomenon"))
    drawn = [
        ("Articles by genre", "articles", more["genre"], schema.enum("genre")),
        ("Lengths of articles", "articles, by characters", more["length"], lengths),
        ("Quote types", "quotes", counted.quotes, schema.enum("quote_type")),
        ("Forms of the source", "quotes with a source", more["form"], schema.enum("mention_form")),
        ("Categories of claims", "claims", more["category"], schema.enum("claim_category")),
        ("Phenomena", "quotes or documents", counted.phenomena, tags),
    ]
    present = counted.present()
    return counted, [
        Figure(title, about, tuple(_bars(counts, names, present)))
        for title, about, counts, names in drawn
    ]


def _more(article: Article) -> Iterator[tuple[str, str]]:
    """What the documentation's tables do not count."""
    yield "genre", article.record.get("genre", "other")
    thousands = article.record["text_length"] // 1000
    yield "length", f"{thousands * 1000}–{thousands * 1000 + 999}"
    for quote in article.annotation["quotes"]:
        if "source" in quote:
            yield "form", article.view.index.mentions[quote["source"]]["form"]
    for claim in article.annotation["claims"]:
        yield "category", claim["category"]


def _bars(
    counts: Counter[tuple[str, str]], names: Sequence[str], present: list[str]
) -> Iterator[Bar]:
    longest = max((sum(counts[name, split] for split in present) for name in names), default=0)
    for name in names:
        parts, total = [], 0
        for split in present:
            start, total = total, total + counts[name, split]
            left, right = (each * WIDTH // max(longest, 1) for each in (start, total))
            parts.append((split, left, right - left))
        if total:
            yield Bar(name.replace("_", " "), total, tuple(parts))
