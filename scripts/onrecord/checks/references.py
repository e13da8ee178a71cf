"""Ids are unique and lead somewhere."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from onrecord.problems import Problem
from onrecord.source import Document, Json

_REFERENCES = {
    "quotes": {
        "source": "mention",
        "speakers": "speaker",
        "addressees": "speaker",
        "relayed_by": "speaker",
        "parent": "quote",
    },
    "claims": {"claimants": "speaker", "quote": "quote"},
    "speakers": {"members": "speaker"},
}


def _ids(annotation: Json) -> Iterator[tuple[str, str, str]]:
    """(kind, id, pointer) of every item."""
    for key, kind in (
        ("speakers", "speaker"),
        ("quotes", "quote"),
        ("quoted_terms", "quoted term"),
        ("claims", "claim"),
    ):
        for i, item in enumerate(annotation[key]):
            yield kind, item["id"], f"/{key}/{i}/id"
    for i, speaker in enumerate(annotation["speakers"]):
        for j, mention in enumerate(speaker["mentions"]):
            yield "mention", mention["id"], f"/speakers/{i}/mentions/{j}/id"


def ids_are_unique(document: Document) -> Iterator[Problem]:
    """No id is given twice."""
    first: dict[str, str] = {}
    for kind, item_id, pointer in _ids(document.annotation):
        if item_id in first:
            message = f"{kind} {item_id}: the id is taken, by {first[item_id]}; expected another"
            yield Problem("duplicate-id", str(document.files.annotation), message, pointer)
        first.setdefault(item_id, pointer.removesuffix("/id"))


def references_resolve(document: Document) -> Iterator[Problem]:
    """Every reference names an item of the document, and none its own."""
    file = str(document.files.annotation)
    known: dict[str, list[str]] = {
        kind: [] for kind in ("speaker", "quote", "quoted term", "claim", "mention")
    }
    for kind, item_id, _ in _ids(document.annotation):
        known[kind].append(item_id)
    for label, own_id, pointer, kind, target in _references(document.annotation):
        if target == own_id:
            yield Problem(
                "self-reference", file, f"{label}: found {target}; expected another {kind}", pointer
            )
        elif target not in known[kind]:
            close = difflib.get_close_matches(target, known[kind], n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            message = f"{label}: there is no {kind} {target}; expected one of {', '.join(known[kind]) or 'none'}{hint}"
            yield Problem("unknown-reference", file, message, pointer)


def _references(annotation: Json) -> Iterator[tuple[str, str, str, str, str]]:
    """(label, own id, pointer, kind of target, target) of every reference."""
    for key, fields in _REFERENCES.items():
        for i, item in enumerate(annotation[key]):
            for field, kind in fields.items():
                label = f"{key[:-1]} {item['id']}, {field}"
                targets = item.get(field, [])
                if isinstance(targets, str):
                    yield label, item["id"], f"/{key}/{i}/{field}", kind, targets
                    continue
                for j, target in enumerate(targets):
                    yield label, item["id"], f"/{key}/{i}/{field}/{j}", kind, target
    for i, claim in enumerate(annotation["claims"]):
        for j, relation in enumerate(claim.get("relations", [])):
            pointer = f"/claims/{i}/relations/{j}/claim"
            yield (
                f"claim {claim['id']}, relations",
                claim["id"],
                pointer,
                "claim",
                relation["claim"],
            )


def parents_end(document: Document) -> Iterator[Problem]:
    """Following parents from any quote comes to an end. A circle is reported at its first quote."""
    quotes = document.annotation["quotes"]
    parents = {quote["id"]: quote.get("parent") for quote in quotes}
    reported: set[str] = set()
    for i, quote in enumerate(quotes):
        path = [quote["id"]]
        while (parent := parents[path[-1]]) and parent not in path:
            path.append(parent)
        if parent == quote["id"] and parent not in reported:
            reported.update(path)
            circle = " → ".join([*path, parent])
            message = f"quote {parent}: its parents lead back to it: {circle}; expected them to end"
            file = str(document.files.annotation)
            yield Problem("parent-cycle", file, message, f"/quotes/{i}/parent")
