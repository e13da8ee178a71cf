"""The parts of a quote, and the claims made in it, fit together."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from onrecord.model import Annotated, covers, extents, overlaps
from onrecord.problems import Problem


def parent_is_around(annotated: Annotated) -> Iterator[Problem]:
    """A parent's content contains its child's."""
    for i, quote in enumerate(annotated.annotation["quotes"]):
        if "parent" not in quote:
            continue
        name, parent = quote["id"], quote["parent"]
        if not covers(annotated.content[parent], annotated.content[name]):
            message = f"quote {name}: its content lies outside that of its parent {parent}; expected it within"
            yield Problem("parent-not-around", annotated.file, message, f"/quotes/{i}/parent")


def quote_has_content(annotated: Annotated) -> Iterator[Problem]:
    """A quote has content, except in imports from corpora that annotate reports without it."""
    if "imported_from" in annotated.annotation:
        return
    for i, quote in enumerate(annotated.annotation["quotes"]):
        if "content" not in quote:
            message = f"quote {quote['id']}: has no content; expected the text that is reported"
            yield Problem("content-missing", annotated.file, message, f"/quotes/{i}")


def roles_lie_outside_content(annotated: Annotated) -> Iterator[Problem]:
    """Cue and source lie outside their quote's content: the content is split around them."""
    for i, quote in enumerate(annotated.annotation["quotes"]):
        content = annotated.content[quote["id"]]
        source = annotated.mentions[quote["source"]]["spans"] if "source" in quote else ()
        for role, spans in (("cue", quote.get("cue", ())), ("source", source)):
            for span in spans:
                start, end = span["start"], span["end"]
                if overlaps(content, start, end):
                    message = f"quote {quote['id']}: its {role} at {start}–{end} lies in its content; expected it outside"
                    yield Problem("role-in-content", annotated.file, message, f"/quotes/{i}/{role}")
                    break


def source_belongs_to_quote(annotated: Annotated) -> Iterator[Problem]:
    """A source refers to a speaker of the quote, to one who relays it, or to a collective of them."""
    for i, quote in enumerate(annotated.annotation["quotes"]):
        if "source" not in quote:
            continue
        owner = annotated.owners[quote["source"]]
        involved = {*quote["speakers"], *quote.get("relayed_by", ())}
        if owner["id"] not in involved and involved.isdisjoint(owner.get("members", ())):
            message = (
                f"quote {quote['id']}: its source {quote['source']} is a mention of {owner['id']}"
                f" ({owner['name']}); expected one of {', '.join(sorted(involved)) or 'its speakers'}"
            )
            yield Problem("source-not-speaker", annotated.file, message, f"/quotes/{i}/source")


def claim_belongs_to_quote(annotated: Annotated) -> Iterator[Problem]:
    """A claim made in a quote lies in its content and has its speakers as claimants."""
    for i, claim in enumerate(annotated.annotation["claims"]):
        if "quote" not in claim:
            continue
        quote = annotated.quotes[claim["quote"]]
        if not covers(annotated.content[quote["id"]], extents(claim["spans"])):
            message = f"claim {claim['id']}: its spans lie outside the content of quote {quote['id']}; expected them within"
            yield Problem("claim-outside-quote", annotated.file, message, f"/claims/{i}/spans")
        same = claim["claimants"] == quote["speakers"]
        if not same and set(claim["claimants"]) != set(quote["speakers"]):
            message = (
                f"claim {claim['id']}: found the claimants {', '.join(claim['claimants'])};"
                f" expected {', '.join(quote['speakers']) or 'none'}, the speakers of quote {quote['id']}"
            )
            yield Problem("claim-not-speaker", annotated.file, message, f"/claims/{i}/claimants")


def names_resemble(annotated: Annotated) -> Iterator[Problem]:
    """A mention of form name shares a word with its speaker's name or aliases."""
    text = annotated.text
    if text is None:
        return
    for i, speaker in enumerate(annotated.annotation["speakers"]):
        names = (speaker["name"], *speaker.get("aliases", ()))
        for j, mention in enumerate(speaker["mentions"]):
            if mention["form"] != "name":
                continue
            surface = " ".join([text[span["start"] : span["end"]] for span in mention["spans"]])
            if surface not in names and not _resembles(surface, names):
                message = (
                    f'mention {mention["id"]}: "{surface}" has the form name;'
                    f" expected a word of the name or aliases of {speaker['id']}: {', '.join(names)}"
                )
                pointer = f"/speakers/{i}/mentions/{j}"
                yield Problem("name-unlike-speaker", annotated.file, message, pointer)


def _resembles(surface: str, names: tuple[str, ...]) -> bool:
    return any(not _words(surface).isdisjoint(_words(name)) for name in names)


@lru_cache(maxsize=4096)
def _words(name: str) -> frozenset[str]:
    """The words of a name in lower case without accents and punctuation, and all in one."""
    decomposed = unicodedata.normalize("NFKD", name.removesuffix("'s").removesuffix("’s"))
    plain = "".join(char for char in decomposed.casefold() if char.isalnum() or char.isspace())
    return frozenset((*plain.split(), plain))
