"""What the annotation model means: its roles, its references, and what follows from the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from onrecord.marks import pair
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


@dataclass(frozen=True, slots=True)
class Role:
    """One role's spans with the pointer that leads to them: "quote q3", "content"."""

    pointer: str
    owner: str
    name: str
    spans: Sequence[Json]


def roles(annotation: Json) -> Iterator[Role]:
    """Every role of an annotation document, in the document's order."""
    for i, speaker in enumerate(annotation["speakers"]):
        for j, mention in enumerate(speaker["mentions"]):
            pointer = f"/speakers/{i}/mentions/{j}/spans"
            yield Role(pointer, f"mention {mention['id']}", "spans", mention["spans"])
    for i, quote in enumerate(annotation["quotes"]):
        for name in ("content", "cue"):
            if name in quote:
                yield Role(f"/quotes/{i}/{name}", f"quote {quote['id']}", name, quote[name])
    for key, kind in (("quoted_terms", "quoted term"), ("claims", "claim")):
        for i, item in enumerate(annotation[key]):
            yield Role(f"/{key}/{i}/spans", f"{kind} {item['id']}", "spans", item["spans"])


def mentions(annotation: Json) -> dict[str, Json]:
    """Mentions by id, each with the id of its speaker under `speaker`."""
    return {
        mention["id"]: {**mention, "speaker": speaker["id"]}
        for speaker in annotation["speakers"]
        for mention in speaker["mentions"]
    }


def by_id(items: Sequence[Json]) -> dict[str, Json]:
    """Items by their local id."""
    return {item["id"]: item for item in items}


def extents(spans: Sequence[Json]) -> list[tuple[int, int]]:
    """Spans as (start, end), in code points."""
    return [(span["start"], span["end"]) for span in spans]


def covers(outer: Sequence[tuple[int, int]], inner: Sequence[tuple[int, int]]) -> bool:
    """Whether each inner extent lies within one of the outer ones."""
    return all(any(a <= start and end <= b for a, b in outer) for start, end in inner)


def subtract(
    outer: Sequence[tuple[int, int]], holes: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The parts of the outer extents that lie in no hole."""
    rest = list(outer)
    for a, b in holes:
        rest = [
            part
            for start, end in rest
            for part in ((start, min(end, a)), (max(start, b), end))
            if part[0] < part[1]
        ]
    return rest


def own_extents(quote: Json, annotation: Json) -> list[tuple[int, int]]:
    """A quote's content without its nested quotes and without quoted terms: where its marks stand."""
    holes = [
        extent
        for other in annotation["quotes"]
        if other.get("parent") == quote["id"]
        for extent in extents(other["content"])
    ]
    content = extents(quote["content"])
    terms = [extent for term in annotation["quoted_terms"] for extent in extents(term["spans"])]
    holes += [extent for extent in terms if covers(content, [extent])]
    return subtract(content, holes)


def delimiters(quote: Json, annotation: Json, text: str) -> tuple[str, frozenset[str]]:
    """The state of a quote's quotation marks, and the tags of their styles and defects."""
    pairing = pair(text, own_extents(quote, annotation))
    defective = pairing.delimiters not in ("balanced", "none")
    return pairing.delimiters, pairing.styles | ({"defective_marks"} if defective else set())


def quote_phenomena(quote: Json, annotation: Json, text: str | None) -> set[str]:
    """The derived phenomena of a quote; those of its marks only where the text is at hand."""
    speakers = by_id(annotation["speakers"])
    named = [speakers[key] for key in quote["speakers"] if key in speakers]
    source = mentions(annotation).get(quote.get("source", ""), {})
    owner = speakers.get(source.get("speaker", ""), {})
    holds = {
        "split_quote": len(quote["content"]) > 1,
        "nested_quote": "parent" in quote,
        "thought": quote["medium"] == "thought",
        "joint_statement": len(quote["speakers"]) > 1,
        "document_source": any(speaker["kind"] == "document" for speaker in named),
        "anonymous_source": any(speaker["naming"] == "anonymous" for speaker in named),
        "collective_source": any(
            speaker["naming"] == "collective" for speaker in [*named, owner] if speaker
        ),
        "metonymic_source": source.get("form") == "metonym",
        "pronoun_source": source.get("form") == "pronoun",
    }
    tags = {tag for tag, holding in holds.items() if holding}
    if text is not None:
        if any("\n\n" in text[start:end] for start, end in extents(quote["content"])):
            tags.add("multi_paragraph")
        tags |= delimiters(quote, annotation, text)[1]
    return tags


def document_phenomena(annotation: Json) -> set[str]:
    """The phenomena of a document, all of which follow from its terms and claims."""
    claims = by_id(annotation["claims"])
    tags = {
        _TERM_TAGS[term["kind"]]
        for term in annotation["quoted_terms"]
        if term["kind"] in _TERM_TAGS
    }
    for claim in claims.values():
        for relation in claim.get("relations", []):
            other = claims.get(relation["claim"])
            if (
                other
                and set(other["claimants"]) != set(claim["claimants"])
                and relation["type"] in _RELATION_TAGS
            ):
                tags.add(_RELATION_TAGS[relation["type"]])
    authors = {speaker["id"] for speaker in annotation["speakers"] if speaker["kind"] == "author"}
    voices = {bool(authors & set(claim["claimants"])) for claim in claims.values()}
    if voices == {True, False}:
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
