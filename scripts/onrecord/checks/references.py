"""Ids are unique and lead somewhere."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from onrecord.model import Annotated
from onrecord.problems import Problem
from onrecord.source import Json

# Ids that a message lists, and those among which it looks for the one that may be meant.
_LISTED, _COMPARED = 40, 400

# Which fields of which items refer to what.
_REFERENCES = {
    "speakers": (("members", "speaker"),),
    "quotes": (
        ("source", "mention"),
        ("speakers", "speaker"),
        ("addressees", "speaker"),
        ("relayed_by", "speaker"),
        ("parent", "quote"),
    ),
    "claims": (("claimants", "speaker"), ("quote", "quote")),
}
_KEYS = {"speaker": "speakers", "quote": "quotes", "term": "quoted_terms", "claim": "claims"}


def _ids(annotation: Json, kind: str) -> list[str]:
    if kind == "mention":
        return [each["id"] for owner in annotation["speakers"] for each in owner["mentions"]]
    return [item["id"] for item in annotation[_KEYS[kind]]]


def ids_are_unique(annotated: Annotated) -> Iterator[Problem]:
    """No id is given twice."""
    indexed = {
        "speaker": annotated.speakers,
        "mention": annotated.mentions,
        "quote": annotated.quotes,
        "claim": annotated.claims,
    }
    for kind in ("speaker", "mention", "quote", "term", "claim"):
        ids = _ids(annotated.annotation, kind)
        if len(indexed.get(kind) or set(ids)) < len(ids):
            yield from _repeated(annotated, kind)


def _repeated(annotated: Annotated, kind: str) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for pointer, item in _places(annotated.annotation, kind):
        if item["id"] in first:
            message = f"{kind} {item['id']}: {first[item['id']]} has the same id; expected another"
            yield Problem("duplicate-id", annotated.file, message, f"{pointer}/id")
        first.setdefault(item["id"], pointer)


def _places(annotation: Json, kind: str) -> Iterator[tuple[str, Json]]:
    if kind == "mention":
        for i, speaker in enumerate(annotation["speakers"]):
            for j, mention in enumerate(speaker["mentions"]):
                yield f"/speakers/{i}/mentions/{j}", mention
        return
    for i, item in enumerate(annotation[_KEYS[kind]]):
        yield f"/{_KEYS[kind]}/{i}", item


def references_resolve(annotated: Annotated) -> Iterator[Problem]:
    """Every reference names an item of the document, and none its own."""
    annotation = annotated.annotation
    if _resolved(annotated):
        return
    known = {kind: {*_ids(annotation, kind)} for kind in ("speaker", "mention", "quote", "claim")}
    for key, fields in _REFERENCES.items():
        for i, item in enumerate(annotation[key]):
            for field, kind in fields:
                targets = item.get(field, ())
                if isinstance(targets, str):
                    targets = (targets,)
                for j, target in enumerate(targets):
                    if target not in known[kind] or target == item["id"]:
                        place = f"/{key}/{i}/{field}" + (f"/{j}" if targets is item[field] else "")
                        yield _unresolved(
                            annotated, (key, item["id"], field), (kind, target), place
                        )
    for i, claim in enumerate(annotation["claims"]):
        for j, relation in enumerate(claim.get("relations", ())):
            target = relation["claim"]
            if target not in known["claim"] or target == claim["id"]:
                place, source = (
                    f"/claims/{i}/relations/{j}/claim",
                    ("claims", claim["id"], "relations"),
                )
                yield _unresolved(annotated, source, ("claim", target), place)


def _resolved(annotated: Annotated) -> bool:
    """Whether nothing is wrong with any reference: what is wrong is looked for only then."""
    speakers: set[str] = set()
    mentions: set[str] = set()
    quotes: set[str] = set()
    claims: set[str] = set()
    own = False
    for speaker in annotated.annotation["speakers"]:
        if "members" in speaker:
            speakers.update(speaker["members"])
            own |= speaker["id"] in speaker["members"]
    for quote in annotated.annotation["quotes"]:
        speakers.update(quote["speakers"], quote.get("addressees", ()), quote.get("relayed_by", ()))
        if "source" in quote:
            mentions.add(quote["source"])
        if "parent" in quote:
            quotes.add(quote["parent"])
            own |= quote["parent"] == quote["id"]
    for claim in annotated.annotation["claims"]:
        speakers.update(claim["claimants"])
        if "quote" in claim:
            quotes.add(claim["quote"])
        for relation in claim.get("relations", ()):
            claims.add(relation["claim"])
            own |= relation["claim"] == claim["id"]
    return (
        not own
        and annotated.speakers.keys() >= speakers
        and annotated.mentions.keys() >= mentions
        and annotated.quotes.keys() >= quotes
        and annotated.claims.keys() >= claims
    )


def _unresolved(
    annotated: Annotated, source: tuple[str, str, str], target: tuple[str, str], pointer: str
) -> Problem:
    """The problem of a reference from (key, id, field) to (kind, id)."""
    (key, own, field), (kind, wanted) = source, target
    label = f"{key[:-1]} {own}, {field}"
    if wanted == own:
        message = f"{label}: found {wanted}; expected another {kind}"
        return Problem("self-reference", annotated.file, message, pointer)
    ids = _ids(annotated.annotation, kind)[:_COMPARED]
    close = difflib.get_close_matches(wanted, ids, n=1)
    hint = f" (did you mean {close[0]}?)" if close else ""
    listed = ", ".join([*ids[:_LISTED], *("…" for _ in ids[_LISTED : _LISTED + 1])]) or "none"
    message = f"{label}: there is no {kind} {wanted}; expected one of {listed}{hint}"
    return Problem("unknown-reference", annotated.file, message, pointer)


def parents_end(annotated: Annotated) -> Iterator[Problem]:
    """Following parents from any quote comes to an end. A circle is reported at its first quote."""
    parents = {name: quote.get("parent") for name, quote in annotated.quotes.items()}
    places = {name: i for i, name in enumerate(parents)}
    followed: set[str] = set()
    for name in parents:
        path: dict[str, None] = {}
        current: str | None = name
        while current is not None and current not in path and current not in followed:
            path[current] = None
            current = parents[current]
        followed.update(path)
        if current in path:
            circle = [*path][[*path].index(current) :]
            turn = circle.index(min(circle, key=places.__getitem__))
            first, *others = [*circle[turn:], *circle[:turn]]
            listed = " → ".join([first, *others[:_LISTED], first])
            message = f"quote {first}: its parents lead back to it: {listed}; expected them to end"
            pointer = f"/quotes/{places[first]}/parent"
            yield Problem("parent-cycle", annotated.file, message, pointer)
