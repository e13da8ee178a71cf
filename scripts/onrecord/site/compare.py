"""Two passes over one article: what the annotators disagree on, and what was decided.

Local ids mean nothing across passes. Items are paired by the text that they share; references
to speakers and quotes are the same if what they refer to is paired.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Any, Literal

from onrecord import model
from onrecord.site.article import Article
from onrecord.source import Json

# How a field is compared: by its extents, by its value, or by what its ids refer to.
How = Literal["extent", "label", "mention", "speakers", "quotes"]
FIELDS: dict[str, dict[str, How]] = {
    "quotes": {
        "content": "extent",
        "cue": "extent",
        "type": "label",
        "medium": "label",
        "polarity": "label",
        "phenomena": "label",
        "source": "mention",
        "speakers": "speakers",
        "addressees": "speakers",
        "relayed_by": "speakers",
        "parent": "quotes",
    },
    "speakers": {"kind": "label", "naming": "label", "mentions": "extent"},
    "quoted_terms": {"spans": "extent", "kind": "label"},
    "claims": {
        "spans": "extent",
        "category": "label",
        "stance": "label",
        "certainty": "label",
        "time": "label",
        "checkability": "label",
        "checkworthiness": "label",
        "claimants": "speakers",
        "quote": "quotes",
    },
}
# The kinds of disagreement, with what they mean.
KINDS = {
    "missing": "only one has it",
    "extent": "both have it, but not the same stretch of text",
    "label": "one calls it differently",
    "reference": "it leads to somebody or something else",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One disagreement, as readers see it. An id is None where a pass lacks the item."""

    kind: str
    item: str
    field: str
    left: str | None
    right: str | None
    values: tuple[str, str]
    decided: str | None
    decision: str


@dataclass(frozen=True)
class Comparison:
    """Two passes over an article beside what was decided."""

    article: Article
    left: Article
    right: Article

    @property
    def annotators(self) -> tuple[str, str]:
        """Who made the passes."""
        return self.left.pass_name, self.right.pass_name

    @property
    def url(self) -> str:
        """The page, from the site's root."""
        return f"compare/{self.article.id}/{'--'.join(self.annotators)}.html"

    @cached_property
    def differences(self) -> list[Difference]:
        """Every disagreement, in the order of the text."""
        return [*differences(self.left, self.right, self.article)]

    @property
    def counts(self) -> dict[str, int]:
        """The number of disagreements of each kind."""
        return {kind: sum(each.kind == kind for each in self.differences) for kind in KINDS}

    def differing(self, side: Literal["left", "right"]) -> frozenset[str]:
        """The items of one pass that the other does not have, or has otherwise."""
        return frozenset(getattr(each, side) for each in self.differences) - {None}


def comparisons(article: Article) -> list[Comparison]:
    """Each two of the passes over an article."""
    document = article.shown.document
    read = [
        Article(
            replace(article.shown, document=replace(document, annotation=each.annotation)),
            pass_name=each.annotator,
        )
        for each in article.shown.passes
    ]
    return [
        Comparison(article, replace(one, prefix="a-"), replace(other, prefix="b-"))
        for one, other in combinations(read, 2)
    ]


class _Pairs:
    """The items of two annotations that are the same, both ways."""

    def __init__(self, one: Article, other: Article) -> None:
        self.forth: dict[str, str] = {}
        for key in FIELDS:
            self.forth.update(_paired(one.annotation[key], other.annotation[key]))
        self.back = {value: name for name, value in self.forth.items()}
        self._one, self._other = one, other

    def same(self, how: How, one: Any, other: Any) -> bool:
        """Whether two values of a field mean the same."""
        if how in ("speakers", "quotes"):
            return {self.forth.get(each, each + "?") for each in _ids(one)} == {*_ids(other)}
        if how == "mention":
            return _source(self._one, one) == _source(self._other, other)
        return bool(_comparable(how, one) == _comparable(how, other))


def _paired(one: list[Json], other: list[Json]) -> Iterator[tuple[str, str]]:
    """Pairs of ids, each id once: those that are most alike come first."""
    scored = [(-_likeness(a, b), n, m) for n, a in enumerate(one) for m, b in enumerate(other)]
    left: set[int] = set()
    right: set[int] = set()
    for score, n, m in sorted(scored):
        if score < 0 and n not in left and m not in right:
            left.add(n)
            right.add(m)
            yield one[n]["id"], other[m]["id"]


def _likeness(one: Json, other: Json) -> float:
    """The share of the text of either that is in both; without any text, whether names agree."""
    ours, theirs = _extents(one), _extents(other)
    if not ours and not theirs:
        return float(one["name"].casefold() == other["name"].casefold())
    common = sum(max(0, min(b, d) - max(a, c)) for a, b in ours for c, d in theirs)
    return common / (sum(b - a for a, b in [*ours, *theirs]) - common)


def _extents(item: Json) -> list[model.Extent]:
    if "mentions" in item:
        return [each for mention in item["mentions"] for each in model.extents(mention["spans"])]
    return model.extents(item.get("content") or item["spans"])


def _comparable(how: How, value: Any) -> Any:
    if how == "extent":
        spans = [s for each in value or [] for s in each.get("spans", [each])]
        return sorted(model.extents(spans))
    return sorted(value) if isinstance(value, list) else value


def _source(article: Article, mention: str | None) -> list[model.Extent]:
    return model.extents(article.view.index.mentions[mention]["spans"]) if mention else []


def _ids(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else value or []


def differences(left: Article, right: Article, decided: Article) -> Iterator[Difference]:
    """What two passes disagree on, item by item, with what the decided annotation has."""
    across, of_left, of_right = (
        _Pairs(*pair) for pair in ((left, right), (left, decided), (right, decided))
    )
    for key, fields in FIELDS.items():
        for one, other in _aligned(left.annotation[key], right.annotation[key], across):
            final = (one and of_left.forth.get(one["id"])) or (
                other and of_right.forth.get(other["id"])
            )
            chosen = model.by_id(decided.annotation[key]).get(final or "")
            if one is None or other is None:
                yield _missing(key, (left, one), (right, other), chosen)
                continue
            for field, how in fields.items():
                values = one.get(field), other.get(field)
                if across.same(how, *values):
                    continue
                agrees = [
                    chosen is not None and pairs.same(how, value, chosen.get(field))
                    for pairs, value in ((of_left, values[0]), (of_right, values[1]))
                ]
                yield Difference(
                    kind=how if how in ("extent", "label") else "reference",
                    item=key.removesuffix("s").replace("_", " "),
                    field=field.replace("_", " "),
                    left=one["id"],
                    right=other["id"],
                    values=(_shown(left, how, values[0]), _shown(right, how, values[1])),
                    decided=chosen["id"] if chosen else None,
                    decision=_decision(agrees, decided, how, chosen, field),
                )


def _aligned(
    one: list[Json], other: list[Json], pairs: _Pairs
) -> Iterator[tuple[Json | None, Json | None]]:
    """Items of two passes side by side, in the order of the text."""
    rights = model.by_id(other)
    rows: list[tuple[Json | None, Json | None]] = [
        (item, rights.get(pairs.forth.get(item["id"], ""))) for item in one
    ]
    rows += [(None, item) for item in other if item["id"] not in pairs.back]
    yield from sorted(rows, key=lambda row: min(_extents(row[0] or row[1] or {}), default=(0, 0)))


def _missing(
    key: str,
    one: tuple[Article, Json | None],
    other: tuple[Article, Json | None],
    chosen: Json | None,
) -> Difference:
    """One pass has an item, the other has not."""
    shown = [_item_shown(article, item) if item else "—" for article, item in (one, other)]
    return Difference(
        kind="missing",
        item=key.removesuffix("s").replace("_", " "),
        field="",
        left=one[1]["id"] if one[1] else None,
        right=other[1]["id"] if other[1] else None,
        values=(shown[0], shown[1]),
        decided=chosen["id"] if chosen else None,
        decision="kept" if chosen else "left out",
    )


def _decision(
    agrees: list[bool], decided: Article, how: How, chosen: Json | None, field: str
) -> str:
    if chosen is None:
        return "left out"
    value = _shown(decided, how, chosen.get(field))
    as_whom = {(True, False): "as A", (False, True): "as B"}.get(
        (agrees[0], agrees[1]), "otherwise"
    )
    return f"{as_whom}: {value}"


def _item_shown(article: Article, item: Json) -> str:
    named = item.get("name") or item.get("proposition")
    return named or _shown(article, "extent", item.get("content") or item["spans"])


def _shown(article: Article, how: How, value: Any) -> str:
    """A value as readers see it."""
    if not value:
        return "none"
    if how == "speakers":
        return article.names(_ids(value))
    if how == "mention":
        value, how = article.view.index.mentions[value]["spans"], "extent"
    if how == "extent":
        spans = [span for each in value for span in each.get("spans", [each])]
        if article.has_text:
            return article.surface(spans)
        return ", ".join(f"{span['start']}–{span['end']}" for span in spans)
    return ", ".join(_ids(value)).replace("_", " ")
