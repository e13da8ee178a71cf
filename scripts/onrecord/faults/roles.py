"""Faults of the roles of a quote, and of the claims made in it."""

from __future__ import annotations

import copy
from collections.abc import Callable

from onrecord import model
from onrecord.faults.case import Case, Fault, Place
from onrecord.source import Json


def some_quote(case: Case, applies: Callable[[Json], bool]) -> tuple[int, Json] | None:
    """A random quote, with its index, of those to which something applies."""
    places = [(i, quote) for i, quote in enumerate(case.annotation["quotes"]) if applies(quote)]
    return case.random.choice(places) if places else None


def content_of(quote: Json) -> list[model.Extent]:
    """Where a quote's content lies."""
    return model.extents(quote["content"])


def _parent_that_is_not_around(case: Case) -> Place | None:
    quotes = case.annotation["quotes"]
    if len(quotes) < 2:
        return None
    i, j = case.random.sample(range(len(quotes)), 2)
    if "parent" in quotes[j] or model.covers(content_of(quotes[j]), content_of(quotes[i])):
        return None
    quotes[i]["parent"] = quotes[j]["id"]
    return Place("parent-not-around", "annotation", f"/quotes/{i}/parent")


def _quote_without_content(case: Case) -> Place:
    i = case.random.randrange(len(case.annotation["quotes"]))
    del case.annotation["quotes"][i]["content"]
    return Place("content-missing", "annotation", f"/quotes/{i}")


def _cue_in_the_content(case: Case) -> Place | None:
    found = some_quote(case, lambda quote: "cue" in quote)
    if found is None:
        return None
    i, quote = found
    quote["cue"] = [copy.deepcopy(case.random.choice(quote["content"]))]
    return Place("role-in-content", "annotation", f"/quotes/{i}/cue")


def _source_in_the_content(case: Case) -> Place | None:
    found = some_quote(case, lambda quote: "source" in quote)
    if found is None:
        return None
    i, quote = found
    mentions = [each for owner in case.annotation["speakers"] for each in owner["mentions"]]
    inside = [
        mention
        for mention in mentions
        if any(
            model.overlaps(content_of(quote), *extent) for extent in model.extents(mention["spans"])
        )
    ]
    if not inside:
        return None
    quote["source"] = case.random.choice(inside)["id"]
    return Place("role-in-content", "annotation", f"/quotes/{i}/source")


def _source_of_somebody_else(case: Case) -> Place | None:
    found = some_quote(case, lambda quote: "source" in quote)
    if found is None:
        return None
    i, quote = found
    involved = {*quote["speakers"], *quote.get("relayed_by", ())}
    others = [
        mention["id"]
        for speaker in case.annotation["speakers"]
        if speaker["id"] not in involved and involved.isdisjoint(speaker.get("members", ()))
        for mention in speaker["mentions"]
    ]
    if not others:
        return None
    quote["source"] = case.random.choice(others)
    return Place("source-not-speaker", "annotation", f"/quotes/{i}/source")


def _claim_outside_its_quote(case: Case) -> Place | None:
    claims = [(i, c) for i, c in enumerate(case.annotation["claims"]) if "quote" in c]
    if not claims:
        return None
    i, claim = case.random.choice(claims)
    found = some_quote(
        case, lambda quote: not model.covers(content_of(quote), model.extents(claim["spans"]))
    )
    if found is None:
        return None
    claim["quote"] = found[1]["id"]
    return Place("claim-outside-quote", "annotation", f"/claims/{i}/spans")


def _claim_of_somebody_else(case: Case) -> Place | None:
    claims = [(i, c) for i, c in enumerate(case.annotation["claims"]) if "quote" in c]
    if not claims:
        return None
    i, claim = case.random.choice(claims)
    others = [
        speaker["id"]
        for speaker in case.annotation["speakers"]
        if speaker["id"] not in claim["claimants"]
    ]
    if not others:
        return None
    claim["claimants"].append(case.random.choice(others))
    return Place("claim-not-speaker", "annotation", f"/claims/{i}/claimants")


def _name_of_somebody_else(case: Case) -> Place | None:
    named = [
        (f"/speakers/{i}/mentions/{j}", speaker)
        for i, speaker in enumerate(case.annotation["speakers"])
        for j, mention in enumerate(speaker["mentions"])
        if mention["form"] == "name"
    ]
    if case.text == "" or not named:
        return None
    pointer, speaker = case.random.choice(named)
    speaker["name"] = "Zzyzx"
    speaker.pop("aliases", None)
    return Place("name-unlike-speaker", "annotation", pointer)


FAULTS: dict[str, Fault] = {
    "quote without content": _quote_without_content,
    "parent that is not around": _parent_that_is_not_around,
    "cue in the content": _cue_in_the_content,
    "source in the content": _source_in_the_content,
    "source of somebody else": _source_of_somebody_else,
    "claim outside its quote": _claim_outside_its_quote,
    "claim of somebody else": _claim_of_somebody_else,
    "name of somebody else": _name_of_somebody_else,
}
