"""Two passes over one article: what the annotators disagree on, and what was decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Any, Literal

from onrecord import model
from onrecord.alignment import FIELDS, KINDS, Alignment, Disagreement, How, ids
from onrecord.site.article import Article
from onrecord.source import Json


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


def differences(left: Article, right: Article, decided: Article) -> Iterator[Difference]:
    """What two passes disagree on, item by item, with what the decided annotation has."""
    across, *to_decided = (
        Alignment(one.annotation, other.annotation)
        for one, other in ((left, right), (left, decided), (right, decided))
    )
    for found in across.disagreements():
        one, other = pair = found.one, found.other
        finals = [
            pairs.forth.get(item["id"], "")
            for pairs, item in zip(to_decided, pair, strict=True)
            if item
        ]
        by_id = model.by_id(decided.annotation[found.layer])
        chosen = next((by_id[final] for final in finals if final), None)
        if one is None or other is None:
            yield _missing(found, left, right, chosen)
            continue
        how, values = (
            FIELDS[found.layer][found.field],
            (one.get(found.field), other.get(found.field)),
        )
        agrees = [
            chosen is not None and pairs.same(how, value, chosen.get(found.field))
            for pairs, value in zip(to_decided, values, strict=True)
        ]
        yield Difference(
            kind=found.kind,
            item=found.item,
            field=found.field.replace("_", " "),
            left=one["id"],
            right=other["id"],
            values=(_shown(left, how, values[0]), _shown(right, how, values[1])),
            decided=chosen["id"] if chosen else None,
            decision=_decision(agrees, decided, how, chosen, found.field),
        )


def _missing(found: Disagreement, left: Article, right: Article, chosen: Json | None) -> Difference:
    """One pass has an item, the other has not."""
    one, other = found.one, found.other
    return Difference(
        kind=found.kind,
        item=found.item,
        field="",
        left=one["id"] if one else None,
        right=other["id"] if other else None,
        values=(
            _item_shown(left, one) if one else "—",
            _item_shown(right, other) if other else "—",
        ),
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
        return article.names(ids(value))
    if how == "mention":
        value, how = article.view.index.mentions[value]["spans"], "extent"
    if how == "extent":
        spans = [span for each in value for span in each.get("spans", [each])]
        if article.has_text:
            return article.surface(spans)
        return ", ".join(f"{span['start']}–{span['end']}" for span in spans)
    return ", ".join(ids(value)).replace("_", " ")
