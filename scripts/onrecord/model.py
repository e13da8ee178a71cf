"""What the annotation model means: its roles, its references, and what follows from the text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from onrecord.marks import NO_MARKS, Mark, Pairing, pair, scan
from onrecord.source import Document, Json

# Phenomena that follow from the rest of the annotation: computed by `anchor`, checked by `validate`.
DERIVED_FROM_QUOTE = frozenset(
    {
        "split_quote",
        "nested_quote",
        "thought",
        "joint_statement",
        "document_source",
        "anonymous_source",
        "collective_source",
        "metonymic_source",
        "pronoun_source",
    }
)
DERIVED_FROM_TEXT = frozenset(
    {
        "multi_paragraph",
        "defective_marks",
        "straight_marks",
        "curly_marks",
        "guillemets",
        "low_high_marks",
        "single_marks",
    }
)
DERIVED_FROM_DOCUMENT = frozenset(
    {
        "scare_quotes",
        "title_in_marks",
        "nickname_in_marks",
        "author_claim_beside_attributed",
        "claim_repeated",
        "claim_denied",
        "claim_answered",
    }
)
_TERM_TAGS = {"irony": "scare_quotes", "title": "title_in_marks", "nickname": "nickname_in_marks"}
_RELATION_TAGS = {
    "restates": "claim_repeated",
    "contradicts": "claim_denied",
    "answers": "claim_answered",
}


Extent = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Role:
    """One role's spans with the pointer that leads to them: "quote q3", "content"."""

    pointer: str
    owner: str
    name: str
    spans: Sequence[Json]


def _roles(annotation: Json) -> Iterator[Role]:
    for i, speaker in enumerate(annotation["speakers"]):
        for j, mention in enumerate(speaker["mentions"]):
            pointer = f"/speakers/{i}/mentions/{j}/spans"
            yield Role(pointer, f"mention {mention['id']}", "spans", mention["spans"])
    for i, quote in enumerate(annotation["quotes"]):
        for name in ("content", "cue"):
            if name in quote:
                yield Role(f"/quotes/{i}/{name}", f"quote {quote['id']}", name, quote[name])
        for j, other in enumerate(quote.get("other_roles", ())):
            pointer = f"/quotes/{i}/other_roles/{j}/spans"
            yield Role(pointer, f"quote {quote['id']}", other["role"], other["spans"])
    for key, kind in (("quoted_terms", "quoted term"), ("claims", "claim")):
        for i, item in enumerate(annotation[key]):
            yield Role(f"/{key}/{i}/spans", f"{kind} {item['id']}", "spans", item["spans"])


def span_lists(annotation: Json) -> Iterator[Sequence[Json]]:
    """The spans of every role, in the order of `Annotated.roles`."""
    for speaker in annotation["speakers"]:
        for mention in speaker["mentions"]:
            yield mention["spans"]
    for quote in annotation["quotes"]:
        if "content" in quote:
            yield quote["content"]
        if "cue" in quote:
            yield quote["cue"]
        for other in quote.get("other_roles", ()):
            yield other["spans"]
    for key in ("quoted_terms", "claims"):
        for item in annotation[key]:
            yield item["spans"]


def by_id(items: Sequence[Json]) -> dict[str, Json]:
    """Items by their local id."""
    return {item["id"]: item for item in items}


def extents(spans: Sequence[Json]) -> list[Extent]:
    """Spans as (start, end), in code points."""
    return [(span["start"], span["end"]) for span in spans]


def within(outer: Sequence[Extent], start: int, end: int) -> bool:
    """Whether one of the extents contains a stretch of the text."""
    for a, b in outer:  # noqa: SIM110 - as a generator it takes twice the time
        if a <= start and end <= b:
            return True
    return False


def covers(outer: Sequence[Extent], inner: Sequence[Extent]) -> bool:
    """Whether each inner extent lies within one of the outer ones."""
    for start, end in inner:  # noqa: SIM110 - as in `within`
        if not within(outer, start, end):
            return False
    return True


def overlaps(outer: Sequence[Extent], start: int, end: int) -> bool:
    """Whether one of the extents shares a code point with a stretch of the text."""
    for a, b in outer:  # noqa: SIM110 - as in `within`
        if start < b and a < end:
            return True
    return False


class Annotated:
    """A document with its items indexed, each thing computed once and only if asked for."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.annotation = document.annotation
        self.text = document.text

    @property
    def file(self) -> str:
        """Where the annotation lies."""
        return str(self.document.files.annotation)

    @cached_property
    def roles(self) -> list[Role]:
        """Every role, in the document's order."""
        return [*_roles(self.annotation)]

    @cached_property
    def speakers(self) -> dict[str, Json]:
        """Speakers by id."""
        return by_id(self.annotation["speakers"])

    @cached_property
    def quotes(self) -> dict[str, Json]:
        """Quotes by id."""
        return by_id(self.annotation["quotes"])

    @cached_property
    def claims(self) -> dict[str, Json]:
        """Claims by id."""
        return by_id(self.annotation["claims"])

    @cached_property
    def mentions(self) -> dict[str, Json]:
        """Mentions by id."""
        return by_id([each for owner in self.speakers.values() for each in owner["mentions"]])

    @cached_property
    def owners(self) -> dict[str, Json]:
        """The speaker of each mention, by the mention's id."""
        return {
            mention["id"]: speaker
            for speaker in self.speakers.values()
            for mention in speaker["mentions"]
        }

    @cached_property
    def content(self) -> dict[str, list[Extent]]:
        """The extents of each quote's content, by its id; none where an import has a bare report."""
        return {name: extents(quote.get("content", ())) for name, quote in self.quotes.items()}

    @cached_property
    def marks(self) -> list[Mark]:
        """Every quotation mark of the text, apostrophes included. Raises TypeError without text."""
        return scan(self.text)  # type: ignore[arg-type]

    @cached_property
    def _mark_starts(self) -> list[int]:
        return [mark.start for mark in self.marks]

    @cached_property
    def _terms(self) -> list[Extent]:
        return [each for term in self.annotation["quoted_terms"] for each in extents(term["spans"])]

    @cached_property
    def _nested(self) -> dict[str, list[Extent]]:
        """The extents of the quotes nested in a quote, by its id."""
        nested: dict[str, list[Extent]] = {}
        for quote in self.annotation["quotes"]:
            if "parent" in quote:
                nested.setdefault(quote["parent"], []).extend(self.content[quote["id"]])
        return nested

    @cached_property
    def pairings(self) -> dict[str, Pairing]:
        """The own quotation marks of each quote, by its id: without nested quotes and terms."""
        return {name: self._pairing(name, content) for name, content in self.content.items()}

    def _pairing(self, name: str, content: list[Extent]) -> Pairing:
        starts, marks = self._mark_starts, []
        for start, end in content:
            first = bisect_left(starts, start)
            marks += self.marks[first : bisect_left(starts, end, first)]
        if not marks or self.text is None:
            return NO_MARKS
        if self._terms or name in self._nested:
            holes = [term for term in self._terms if within(content, *term)]
            holes += self._nested.get(name, [])
            marks = [mark for mark in marks if not within(holes, mark.start, mark.end)]
        return pair(self.text, marks)

    def phenomena_of(self, quote: Json) -> set[str]:
        """The derived phenomena of a quote; those of its marks only where the text is at hand."""
        tags, content = self._source_tags(quote), self.content[quote["id"]]
        if len(content) > 1:
            tags.add("split_quote")
        if "parent" in quote:
            tags.add("nested_quote")
        if quote["medium"] == "thought":
            tags.add("thought")
        if self.text is None:
            return tags
        for start, end in content:
            if "\n\n" in self.text[start:end]:
                tags.add("multi_paragraph")
        pairing = self.pairings[quote["id"]]
        if pairing.marks:
            tags |= pairing.styles
            if pairing.delimiters != "balanced":
                tags.add("defective_marks")
        return tags

    def _source_tags(self, quote: Json) -> set[str]:
        tags: set[str] = set()
        for key in quote["speakers"]:
            speaker = self.speakers[key]
            if speaker["kind"] == "document":
                tags.add("document_source")
            if speaker["naming"] in ("anonymous", "collective"):
                tags.add(f"{speaker['naming']}_source")
        if len(quote["speakers"]) > 1:
            tags.add("joint_statement")
        if "source" in quote:
            form = self.mentions[quote["source"]]["form"]
            if form in ("metonym", "pronoun"):
                tags.add("metonymic_source" if form == "metonym" else "pronoun_source")
            if self.owners[quote["source"]]["naming"] == "collective":
                tags.add("collective_source")
        return tags

    def phenomena(self) -> set[str]:
        """The phenomena of the document, all of which follow from its terms and claims."""
        kinds = {term["kind"] for term in self.annotation["quoted_terms"]}
        tags = {tag for kind, tag in _TERM_TAGS.items() if kind in kinds}
        for claim in self.claims.values():
            for relation in claim.get("relations", ()):
                other = self.claims[relation["claim"]]["claimants"]
                tag = _RELATION_TAGS.get(relation["type"])
                if tag and set(other) != set(claim["claimants"]):
                    tags.add(tag)
        authors = {name for name, each in self.speakers.items() if each["kind"] == "author"}
        if {not authors.isdisjoint(claim["claimants"]) for claim in self.claims.values()} == {
            True,
            False,
        }:
            tags.add("author_claim_beside_attributed")
        return tags


def headline(document: Document) -> str | None:
    """An article's title, or else its headline as it stands in the text."""
    if "title" in document.article:
        return str(document.article["title"])
    for region in document.article["regions"]:
        if region["kind"] == "headline" and document.text is not None:
            return document.text[region["start"] : region["end"]]
    return None
