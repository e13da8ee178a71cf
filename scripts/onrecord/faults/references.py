"""Faults of ids and references."""

from __future__ import annotations

from collections.abc import Callable

from onrecord.faults.case import Case, Fault, Place
from onrecord.source import Json

_LISTS = {"speakers": "s", "quotes": "q", "quoted_terms": "t", "claims": "c"}


def _id_given_twice(case: Case) -> Place | None:
    key = case.random.choice([*_LISTS])
    items = case.annotation[key]
    if len(items) < 2:
        return None
    i, j = sorted(case.random.sample(range(len(items)), 2))
    items[j]["id"] = items[i]["id"]
    return Place("duplicate-id", "annotation", f"/{key}/{j}/id")


def _mention_id_given_twice(case: Case) -> Place | None:
    mentions = [
        (f"/speakers/{i}/mentions/{j}/id", mention)
        for i, speaker in enumerate(case.annotation["speakers"])
        for j, mention in enumerate(speaker["mentions"])
    ]
    if len(mentions) < 2:
        return None
    i, j = sorted(case.random.sample(range(len(mentions)), 2))
    mentions[j][1]["id"] = mentions[i][1]["id"]
    return Place("duplicate-id", "annotation", mentions[j][0])


def _reference(key: str, name: str, wrong: Callable[[Json], str], problem_id: str) -> Fault:
    """A fault in a reference of a random item, of those that have it."""

    def plant(case: Case) -> Place | None:
        items = case.annotation[key]
        places = [i for i, item in enumerate(items) if item.get(name)]
        if not places:
            return None
        i = case.random.choice(places)
        target = wrong(items[i])
        if not isinstance(items[i][name], list):
            items[i][name] = target
            return Place(problem_id, "annotation", f"/{key}/{i}/{name}")
        j = case.random.randrange(len(items[i][name]))
        if name == "relations":
            items[i][name][j]["claim"] = target
            return Place(problem_id, "annotation", f"/{key}/{i}/{name}/{j}/claim")
        items[i][name][j] = target
        return Place(problem_id, "annotation", f"/{key}/{i}/{name}/{j}")

    return plant


def _unknown(key: str, name: str, prefix: str) -> Fault:
    return _reference(key, name, lambda _: f"{prefix}9999", "unknown-reference")


def _quote_that_is_its_own_parent(case: Case) -> Place:
    i = case.random.randrange(len(case.annotation["quotes"]))
    quote = case.annotation["quotes"][i]
    quote["parent"] = quote["id"]
    return Place("self-reference", "annotation", f"/quotes/{i}/parent")


def _circle_of_parents(case: Case) -> Place | None:
    quotes = case.annotation["quotes"]
    if len(quotes) < 3:
        return None
    circle = case.random.sample(range(len(quotes)), case.random.randint(2, 3))
    for quote in quotes:
        quote.pop("parent", None)
    for i, j in zip(circle, [*circle[1:], circle[0]], strict=True):
        quotes[i]["parent"] = quotes[j]["id"]
    return Place("parent-cycle", "annotation", f"/quotes/{min(circle)}/parent")


FAULTS: dict[str, Fault] = {
    "id given twice": _id_given_twice,
    "mention id given twice": _mention_id_given_twice,
    "unknown source": _unknown("quotes", "source", "m"),
    "unknown speaker": _unknown("quotes", "speakers", "s"),
    "unknown parent": _unknown("quotes", "parent", "q"),
    "unknown claimant": _unknown("claims", "claimants", "s"),
    "claim of an unknown quote": _unknown("claims", "quote", "q"),
    "relation to an unknown claim": _unknown("claims", "relations", "c"),
    "relation to the claim itself": _reference(
        "claims", "relations", lambda claim: str(claim["id"]), "self-reference"
    ),
    "quote that is its own parent": _quote_that_is_its_own_parent,
    "circle of parents": _circle_of_parents,
}
