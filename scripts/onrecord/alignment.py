"""Two annotations of one text side by side: which items are the same, and where they disagree.

Local ids mean nothing across annotations. Items are paired by the text that they share; references
to speakers and quotes are the same if what they refer to is paired.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from onrecord import model
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

# An item of both annotations, or of one only.
Row = tuple[Json | None, Json | None]


class Disagreement(NamedTuple):
    """Where two annotations differ: the items, and unless one lacks its item, the field."""

    kind: str
    layer: str
    field: str
    one: Json | None
    other: Json | None

    @property
    def item(self) -> str:
        """What readers call an item of the layer."""
        return self.layer.removesuffix("s").replace("_", " ")


class Alignment:
    """The items of two annotations that are the same."""

    def __init__(self, one: Json, other: Json) -> None:
        self.one, self.other = one, other
        self.forth: dict[str, str] = {}
        for layer in FIELDS:
            ours, theirs = one[layer], other[layer]
            known = _namesakes(ours, theirs) if layer == "speakers" else ()
            found = paired([*map(_extents, ours)], [*map(_extents, theirs)], known)
            self.forth.update((ours[n]["id"], theirs[m]["id"]) for n, m in found)
        self._back = {value: name for name, value in self.forth.items()}
        self._mentions = [
            model.by_id([each for owner in side["speakers"] for each in owner["mentions"]])
            for side in (one, other)
        ]

    def same(self, how: How, one: Any, other: Any) -> bool:
        """Whether two values of a field mean the same."""
        if how in ("speakers", "quotes"):
            return {self.forth.get(each, each + "?") for each in ids(one)} == {*ids(other)}
        if how == "mention":
            return self.sources(one, other)[0] == self.sources(one, other)[1]
        return bool(_comparable(how, one) == _comparable(how, other))

    def sources(self, one: str | None, other: str | None) -> list[list[model.Extent]]:
        """Where the mentions of two ids lie, one of each annotation."""
        return [
            model.extents(mentions[name]["spans"]) if name else []
            for mentions, name in zip(self._mentions, (one, other), strict=True)
        ]

    def rows(self, layer: str) -> list[Row]:
        """The items of a layer side by side, in the order of the text."""
        rights = model.by_id(self.other[layer])
        found: list[Row] = [
            (item, rights.get(self.forth.get(item["id"], ""))) for item in self.one[layer]
        ]
        found += [(None, item) for item in self.other[layer] if item["id"] not in self._back]
        return sorted(found, key=lambda row: min(_extents(row[0] or row[1] or {}), default=(0, 0)))

    def both(self, layer: str) -> list[tuple[Json, Json]]:
        """The items of a layer that both annotations have."""
        return [(one, other) for one, other in self.rows(layer) if one and other]

    def disagreements(self) -> Iterator[Disagreement]:
        """Every disagreement, in the order of layers, of the text, and of fields."""
        for layer, fields in FIELDS.items():
            for one, other in self.rows(layer):
                if one is None or other is None:
                    yield Disagreement("missing", layer, "", one, other)
                    continue
                for field, how in fields.items():
                    if not self.same(how, one.get(field), other.get(field)):
                        kind = how if how in ("extent", "label") else "reference"
                        yield Disagreement(kind, layer, field, one, other)


def paired(
    one: Sequence[list[model.Extent]],
    other: Sequence[list[model.Extent]],
    known: Sequence[tuple[int, int]] = (),
) -> list[tuple[int, int]]:
    """Pairs of items by the text that they share, each item once: the most alike come first.

    `known` pairs come before all others.
    """
    ours, theirs = ([_places(each) for each in side] for side in (one, other))
    scored = [
        (-len(a & b) / len(a | b), n, m)
        for n, a in enumerate(ours)
        for m, b in enumerate(theirs)
        if not a.isdisjoint(b)
    ]
    left: set[int] = set()
    right: set[int] = set()
    found = []
    for n, m in [*known, *((n, m) for _, n, m in sorted(scored))]:
        if n not in left and m not in right:
            left.add(n)
            right.add(m)
            found.append((n, m))
    return found


def _places(extents: list[model.Extent]) -> set[int]:
    return {place for start, end in extents for place in range(start, end)}


def _namesakes(one: list[Json], other: list[Json]) -> list[tuple[int, int]]:
    """Speakers that are the same whatever the text says: the author, and those never mentioned."""
    return [
        (n, m)
        for n, a in enumerate(one)
        for m, b in enumerate(other)
        if _are_authors(a, b) or _are_namesakes(a, b)
    ]


def _are_authors(one: Json, other: Json) -> bool:
    return bool(one["kind"] == other["kind"] == "author")


def _are_namesakes(one: Json, other: Json) -> bool:
    mentioned = one["mentions"] or other["mentions"]
    return not mentioned and bool(one["name"].casefold() == other["name"].casefold())


def _extents(item: Json) -> list[model.Extent]:
    if "mentions" in item:
        return [each for mention in item["mentions"] for each in model.extents(mention["spans"])]
    return model.extents(item.get("content") or item.get("spans", ()))


def _comparable(how: How, value: Any) -> Any:
    if how == "extent":
        spans = [s for each in value or [] for s in each.get("spans", [each])]
        return sorted(model.extents(spans))
    return sorted(value) if isinstance(value, list) else value


def ids(value: str | list[str] | None) -> list[str]:
    """The ids that a reference consists of."""
    return [value] if isinstance(value, str) else value or []
