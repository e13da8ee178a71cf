"""One article as a page: its text marked up, and what lights up with what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from markupsafe import Markup

from onrecord import columns, model
from onrecord.site.markup import Mark, marked_up
from onrecord.site.shown import Shown
from onrecord.source import Json

# The layers from the outside in, each with what readers call it.
LAYERS = {
    "quote": "Quotes",
    "term": "Quoted terms",
    "claim": "Claims",
    "cue": "Cues",
    "mention": "Speakers",
}
_RANK = {"region": 0, **{layer: n for n, layer in enumerate(LAYERS, 1)}}
# Regions that stand within a line as often as they fill one.
_INLINE = ("dateline", "residue")


@dataclass(frozen=True)
class Article:
    """What the templates show of a document.

    `prefix` keeps the ids of two texts on a page apart; `pass_name` is whose pass it is.
    """

    shown: Shown
    prefix: str = ""
    pass_name: str = ""

    @cached_property
    def view(self) -> columns.View:
        """The document with its surfaces filled in."""
        return columns.view(self.shown.document)

    @property
    def id(self) -> str:
        """SECTION/SLUG."""
        return self.shown.document.id

    @property
    def record(self) -> Json:
        """The article record."""
        return self.shown.document.article

    @property
    def annotation(self) -> Json:
        """The annotation, with surfaces where the text is at hand."""
        return self.view.annotation

    @cached_property
    def title(self) -> str:
        """The title, or the id where there is none."""
        return model.headline(self.shown.document) or self.id

    @property
    def has_text(self) -> bool:
        """Whether the text may be shown."""
        return self.shown.document.text is not None

    @property
    def headed(self) -> bool:
        """Whether the text has a headline, which is then that of the page."""
        return self.has_text and any(r["kind"] == "headline" for r in self.record["regions"])

    def text(self, heading: str = "h1", differing: frozenset[str] = frozenset()) -> Markup:
        """The text, marked up; items that differ from those of another pass are marked so."""
        regions = self.record["regions"]
        differ = {f"{self.prefix}{item}" for item in differing}
        found = (
            mark.with_class("differs") if mark.item in differ else mark
            for mark in marks(self.annotation, regions, self.prefix)
        )
        return marked_up(self.shown.document.text or "", found, regions, heading)

    @cached_property
    def lights(self) -> dict[str, str]:
        """For each quote, speaker, term and claim: what lights up with it, as ITEM:ROLE."""
        return {owner: " ".join(pairs) for owner, pairs in lights(self.annotation).items()}

    @cached_property
    def children(self) -> dict[str, list[str]]:
        """The quotes within each quote."""
        return _grouped((quote.get("parent"), quote["id"]) for quote in self.annotation["quotes"])

    @cached_property
    def claims_of(self) -> dict[str, list[str]]:
        """The claims made in each quote."""
        return _grouped((claim.get("quote"), claim["id"]) for claim in self.annotation["claims"])

    @cached_property
    def quotes_of(self) -> dict[str, list[str]]:
        """The quotes of each speaker."""
        return _grouped(
            (speaker, quote["id"])
            for quote in self.annotation["quotes"]
            for speaker in quote["speakers"]
        )

    @cached_property
    def answers(self) -> dict[str, list[tuple[str, str]]]:
        """For each claim, those that bear on it: (type of relation, claim)."""
        found = defaultdict(list)
        for claim in self.annotation["claims"]:
            for relation in claim.get("relations", []):
                found[relation["claim"]].append((relation["type"], claim["id"]))
        return found

    @cached_property
    def claims(self) -> dict[str, Json]:
        """The claims by id."""
        return model.by_id(self.annotation["claims"])

    def surface(self, spans: list[Json]) -> str:
        """The words of a role, its spans joined by an ellipsis."""
        return " … ".join(span["text"] for span in spans)

    def names(self, ids: list[str]) -> str:
        """The names of speakers, for prose."""
        return ", ".join(self.view.index.speakers[key]["name"] for key in ids) or "nobody named"


def _grouped(pairs: Iterator[tuple[str | None, str]]) -> dict[str, list[str]]:
    found = defaultdict(list)
    for key, value in pairs:
        if key is not None:
            found[key].append(value)
    return found


def marks(annotation: Json, regions: list[Json], prefix: str = "") -> Iterator[Mark]:
    """Everything that is marked in a text; an item's id, with the prefix, is its link."""
    for n, region in enumerate(regions):
        if region["kind"] in _INLINE:
            yield _mark("region", region, f"{prefix}r{n}", region["kind"])
    parents = {quote["id"]: quote.get("parent") for quote in annotation["quotes"]}
    for quote in annotation["quotes"]:
        yield from _quote_marks(quote, _depth(quote["id"], parents), prefix + quote["id"])
    for layer, key, kind in (("term", "quoted_terms", "kind"), ("claim", "claims", "stance")):
        for each in annotation[key]:
            for span in each["spans"]:
                yield _owned(_mark(layer, span, prefix + each["id"], each[kind]))
    for speaker in annotation["speakers"]:
        for mention in speaker["mentions"]:
            for span in mention["spans"]:
                mark = _mark("mention", span, prefix + mention["id"], mention["form"])
                yield _owned(mark, prefix + speaker["id"])


def _quote_marks(quote: Json, depth: int, item: str) -> Iterator[Mark]:
    classes = f"{quote['type']} depth-{min(depth, 3)} {quote['polarity']}"
    # Only an article of its own has an entry beside it for each quote.
    described = (("aria-describedby", f"item-{item}"),) if item == quote["id"] else ()
    for span in quote["content"]:
        mark = _owned(_mark("quote", span, item, classes, depth))
        yield replace(mark, first=(*mark.first, ("tabindex", "0"), *described))
    for span in quote.get("cue", []):
        yield _owned(_mark("cue", span, f"{item}-cue", ""), item)


def _depth(quote: str, parents: dict[str, str | None]) -> int:
    depth = 0
    while (parent := parents.get(quote)) is not None:
        quote, depth = parent, depth + 1
    return depth


def _mark(layer: str, span: Json, item: str, classes: str, depth: int = 0) -> Mark:
    # Of one layer and depth the longer marks go outside.
    rank = (_RANK[layer], depth, span["start"] - span["end"])
    return Mark(rank, span["start"], span["end"], item, f"{layer} {classes}".strip())


def _owned(mark: Mark, owner: str | None = None) -> Mark:
    """A mark with its permanent link, and the item of the panel that it belongs to."""
    attributes = (*mark.attributes, ("data-owner", owner or mark.item))
    label = () if owner else (("data-label", mark.item.rpartition("-")[2]),)
    return replace(mark, attributes=attributes, first=(("id", mark.item), *label))


def lights(annotation: Json) -> dict[str, list[str]]:
    """For each quote, speaker, term and claim what lights up with it, as ITEM:ROLE."""
    spoken = {
        speaker["id"]: [mention["id"] for mention in speaker["mentions"]]
        for speaker in annotation["speakers"]
    }
    found = defaultdict(list)
    for quote in annotation["quotes"]:
        for owner, pair in _of_quote(quote, spoken):
            found[owner].append(pair)
    for claim in annotation["claims"]:
        for owner, pair in _of_claim(claim, spoken):
            found[owner].append(pair)
    for speaker, mentions in spoken.items():
        found[speaker] += [f"{mention}:speaker" for mention in mentions]
    for term in annotation["quoted_terms"]:
        found[term["id"]].append(f"{term['id']}:self")
    return found


def _of_quote(quote: Json, spoken: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    key = quote["id"]
    yield key, f"{key}:self"
    yield key, f"{key}-cue:cue"
    if "source" in quote:
        yield key, f"{quote['source']}:source"
    for speaker in quote["speakers"]:
        yield from ((key, f"{mention}:speaker") for mention in spoken[speaker])
        yield speaker, f"{key}:quote"
    for speaker in quote.get("relayed_by", []):
        yield from ((key, f"{mention}:relay") for mention in spoken[speaker])
    if "parent" in quote:
        yield key, f"{quote['parent']}:parent"
        yield quote["parent"], f"{key}:child"


def _of_claim(claim: Json, spoken: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    key = claim["id"]
    yield key, f"{key}:self"
    if "quote" in claim:
        yield key, f"{claim['quote']}:quote"
        yield claim["quote"], f"{key}:claim"
    for speaker in claim["claimants"]:
        yield from ((key, f"{mention}:speaker") for mention in spoken[speaker])
    for relation in claim.get("relations", []):
        yield key, f"{relation['claim']}:related"
        yield relation["claim"], f"{key}:related"
