"""The parts of a quote, and the claims made in it, fit together."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from onrecord.model import by_id, covers, extents, mentions, subtract
from onrecord.problems import Problem
from onrecord.source import Document, Json


def parent_is_around(document: Document) -> Iterator[Problem]:
    """A parent's content contains its child's."""
    quotes = by_id(document.annotation["quotes"])
    for i, quote in enumerate(document.annotation["quotes"]):
        parent = quotes.get(quote.get("parent", ""))
        if parent and not covers(extents(parent["content"]), extents(quote["content"])):
            message = (
                f"quote {quote['id']}: its content lies outside that of its parent {parent['id']}"
            )
            yield Problem(
                "parent-not-around", str(document.files.annotation), message, f"/quotes/{i}/parent"
            )


def roles_lie_outside_content(document: Document) -> Iterator[Problem]:
    """Cue and source lie outside their quote's content, or at least parenthetically within it."""
    known = mentions(document.annotation)
    for i, quote in enumerate(document.annotation["quotes"]):
        content = extents(quote["content"])
        source = known.get(quote.get("source", ""), {}).get("spans", [])
        for role, spans in (("cue", quote.get("cue", [])), ("source", source)):
            inside = [span for span in extents(spans) if subtract([span], content) != [span]]
            if inside:
                start, end = inside[0]
                message = f"quote {quote['id']}: its {role} at {start}–{end} lies inside its content; expected it outside"
                yield Problem(
                    "role-in-content",
                    str(document.files.annotation),
                    message,
                    f"/quotes/{i}/{role}",
                )


def source_belongs_to_quote(document: Document) -> Iterator[Problem]:
    """A source refers to a speaker of the quote, to one who relays it, or to a collective of them."""
    known, speakers = mentions(document.annotation), by_id(document.annotation["speakers"])
    for i, quote in enumerate(document.annotation["quotes"]):
        if "source" not in quote:
            continue
        owner = known[quote["source"]]["speaker"]
        involved = {*quote["speakers"], *quote.get("relayed_by", [])}
        if owner not in involved and not involved & set(speakers[owner].get("members", [])):
            message = (
                f"quote {quote['id']}: its source {quote['source']} is a mention of {owner}"
                f" ({speakers[owner]['name']}); expected one of {', '.join(sorted(involved)) or 'its speakers'}"
            )
            yield Problem(
                "source-not-speaker", str(document.files.annotation), message, f"/quotes/{i}/source"
            )


def claim_belongs_to_quote(document: Document) -> Iterator[Problem]:
    """A claim made in a quote lies in its content and has its speakers as claimants."""
    quotes = by_id(document.annotation["quotes"])
    file = str(document.files.annotation)
    for i, claim in enumerate(document.annotation["claims"]):
        quote = quotes.get(claim.get("quote", ""))
        if quote is None:
            continue
        if not covers(extents(quote["content"]), extents(claim["spans"])):
            message = (
                f"claim {claim['id']}: its spans lie outside the content of quote {quote['id']}"
            )
            yield Problem("claim-outside-quote", file, message, f"/claims/{i}/spans")
        if set(claim["claimants"]) != set(quote["speakers"]):
            message = (
                f"claim {claim['id']}: found the claimants {', '.join(claim['claimants'])};"
                f" expected {', '.join(quote['speakers']) or 'none'}, the speakers of quote {quote['id']}"
            )
            yield Problem("claim-not-speaker", file, message, f"/claims/{i}/claimants")


def names_resemble(document: Document) -> Iterator[Problem]:
    """A mention of form name shares a word with its speaker's name or aliases."""
    for i, speaker in enumerate(document.annotation["speakers"]):
        names = [speaker["name"], *speaker.get("aliases", [])]
        for j, mention in enumerate(speaker["mentions"]):
            surface = " ".join(_surface(document, span) for span in mention["spans"])
            if mention["form"] == "name" and surface and not _resembles(surface, names):
                message = (
                    f'mention {mention["id"]}: "{surface}" has the form name, but resembles neither'
                    f" the name nor the aliases of {speaker['id']}: {', '.join(names)}"
                )
                pointer = f"/speakers/{i}/mentions/{j}"
                yield Problem(
                    "name-unlike-speaker", str(document.files.annotation), message, pointer
                )


def _surface(document: Document, span: Json) -> str:
    return document.text[span["start"] : span["end"]] if document.text is not None else ""


def _resembles(surface: str, names: list[str]) -> bool:
    words = set(_plain(surface).split())
    return any(
        words & set(_plain(name).split()) or _plain(name) == _plain(surface) for name in names
    )


def _plain(name: str) -> str:
    """A name in lower case without accents and punctuation."""
    decomposed = unicodedata.normalize("NFKD", name.removesuffix("'s").removesuffix("’s"))
    return "".join(char for char in decomposed.casefold() if char.isalnum() or char.isspace())
