"""Quotes as layers of BIO tags over tokens, and tags as quotes again.

A quote's roles (content, cue, source) are tagged in one layer. A quote is put into the first layer
in which nothing from the first token of its content to the last is taken, so that nested quotes
are in further layers. An I after an O goes on with the last quote (cue, source) of its layer:
that is how a split quote stays one.

What tags do not hold is which cue and which source are whose. `quotes` gives each quote the
nearest of its layer, in the same paragraph; a source may serve several.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import itemgetter

from onrecord import schema
from onrecord.model import Extent, extents
from onrecord.source import Json

LAYERS = 3
ROLES = ("content", "cue", "source")
OUTSIDE = "O"

Tags = dict[str, list[str]]


def labels(role: str) -> list[str]:
    """The tags of a role: those of content have the type of the quote."""
    names = schema.enum("quote_type") if role == "content" else (role,)
    return [OUTSIDE, *(f"{prefix}-{name}" for name in names for prefix in "BI")]


def column(role: str, layer: int) -> str:
    """The column of a role in a layer, from 1: content, content_2 and so on."""
    return role if layer == 1 else f"{role}_{layer}"


COLUMNS = {column(role, n): role for n in range(1, LAYERS + 1) for role in ROLES}


def tags(found: Sequence[Json], tokens: Sequence[Extent]) -> tuple[Tags, list[str]]:
    """The tags of some quotes in every layer, and the ids of those that none has room for."""
    tagged = {name: [OUTSIDE] * len(tokens) for name in COLUMNS}
    taken: list[dict[str, set[int]]] = [{role: set() for role in ROLES} for _ in range(LAYERS)]
    left_out = []
    for quote in sorted(found, key=_order):
        places = {role: _covered(quote.get(role) or (), tokens) for role in ROLES}
        layer = next((n for n in range(LAYERS) if _is_free(places, taken[n], tagged, n + 1)), None)
        if layer is None or not places["content"]:
            left_out.append(quote["id"])
            continue
        for role, where in places.items():
            name = quote["type"] if role == "content" else role
            if not taken[layer][role].issuperset(where):
                _write(tagged[column(role, layer + 1)], where, name)
            taken[layer][role].update(_hull(where))
    return tagged, left_out


def _order(quote: Json) -> tuple[int, int]:
    content = extents(quote.get("content") or ()) or [(0, 0)]
    return content[0][0], -content[-1][1]


def _covered(spans: Iterable[Json], tokens: Sequence[Extent]) -> list[int]:
    """The tokens that some spans share a code point with."""
    found: set[int] = set()
    for start, end in extents([*spans]):
        first = bisect_right(tokens, start, key=itemgetter(1))
        found.update(range(first, bisect_left(tokens, end, key=itemgetter(0))))
    return sorted(found)


def _hull(where: Sequence[int]) -> range:
    return range(where[0], where[-1] + 1) if where else range(0)


def _is_free(
    places: dict[str, list[int]], taken: dict[str, set[int]], tagged: Tags, layer: int
) -> bool:
    for role, where in places.items():
        if taken[role].isdisjoint(_hull(where)):
            continue
        # A cue or source may be that of several quotes.
        if role == "content" or where not in _groups(tagged[column(role, layer)]).values():
            return False
    return True


def _write(row: list[str], where: Sequence[int], name: str) -> None:
    for n, place in enumerate(where):
        row[place] = f"{'I' if n else 'B'}-{name}"


def _groups(row: Sequence[str]) -> dict[int, list[int]]:
    """The tokens of each thing that one row of tags has, by its first token."""
    found: dict[int, list[int]] = {}
    for place, tag in enumerate(row):
        if tag.startswith("B") or (tag.startswith("I") and not found):
            found[place] = [place]
        elif tag.startswith("I"):
            found[[*found][-1]].append(place)
    return found


def quotes(tagged: Tags, tokens: Sequence[Extent], text: str) -> list[Json]:
    """The quotes that tags of one or more layers stand for, in the order of layers and text."""
    found = []
    lines = [text.count("\n", 0, start) for start, _ in tokens]
    for layer in range(1, LAYERS + 1):
        if (name := column("content", layer)) not in tagged:
            continue
        groups = _groups(tagged[name])
        linked = {
            role: _nearest(groups, _groups(tagged.get(column(role, layer), ())), lines)
            for role in ROLES[1:]
        }
        for first, where in groups.items():
            roles = {"content": where, **{role: linked[role].get(first, []) for role in linked}}
            spans = {role: _spans(where, tokens) for role, where in roles.items()}
            found.append({"type": tagged[name][first].partition("-")[2], **spans})
    return found


def _nearest(
    groups: dict[int, list[int]], others: dict[int, list[int]], lines: Sequence[int]
) -> dict[int, list[int]]:
    """For each quote the nearest cue or source of its paragraph, the nearest pairs first.

    One that is nearest to several quotes goes to those that would have none, too.
    """
    ranked = sorted(
        (*_distance(where, there), first, other)
        for first, where in groups.items()
        for other, there in others.items()
        if not {lines[place] for place in where}.isdisjoint(lines[place] for place in there)
    )
    linked: dict[int, list[int]] = {}
    used: set[int] = set()
    for again in (False, True):
        for *_, first, other in ranked:
            if first not in linked and (again or other not in used):
                linked[first] = others[other]
                used.add(other)
    return linked


def _distance(one: Sequence[int], other: Sequence[int]) -> tuple[int, int]:
    """How many tokens two things are apart at their nearest, and the token where the first ends."""
    apart, place = min((abs(a - b), a) for a in _edges(one) for b in _edges(other))
    return apart, place


def _edges(where: Sequence[int]) -> list[int]:
    """The tokens at which something begins, ends, or is split."""
    inner = [each for pair in pairwise(where) if pair[1] - pair[0] > 1 for each in pair]
    return [where[0], *inner, where[-1]]


def _spans(where: Sequence[int], tokens: Sequence[Extent]) -> list[Json]:
    """Runs of tokens as spans."""
    found: list[Json] = []
    for n, place in enumerate(where):
        if n and place == where[n - 1] + 1:
            found[-1]["end"] = tokens[place][1]
        else:
            found.append({"start": tokens[place][0], "end": tokens[place][1]})
    return found
