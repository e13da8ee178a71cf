"""Quotes as layers of BIO tags over tokens, and tags as quotes again.

A quote's roles (content, cue, source) are tagged in one layer. A quote is put into the first layer
in which nothing from the first token of its content to the last is taken, so that nested quotes
are in further layers. An I after an O goes on with the last quote (cue, source) of its layer, if
that is of its paragraph and kind: so a split quote stays one.

What tags do not hold is which cue and which source are whose. `quotes` gives each quote the
nearest cue of its layer, and with it the source that is nearest to that cue. A cue serves one
quote, a source any number; a quote without a cue has the nearest source that is left.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter

from onrecord import schema, segments
from onrecord.model import Extent, extents
from onrecord.source import Json

LAYERS = 3
ROLES = ("content", "cue", "source")
OUTSIDE = "O"

Tags = dict[str, list[str]]
# The tokens of quotes, cues or sources, by the first of each.
Things = dict[int, list[int]]
# How far apart two things are: in one sentence, in one paragraph, one paragraph before the other.
_SENTENCE, _PARAGRAPH, _PARAGRAPH_BEFORE, _ELSEWHERE = range(4)


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


def _groups(row: Sequence[str], paragraphs: Sequence[int] = ()) -> Things:
    """The tokens of each thing that one row of tags has, by its first token."""
    found: Things = {}
    for place, tag in enumerate(row):
        if tag == OUTSIDE:
            continue
        last = found[[*found][-1]] if found else None
        if last and tag.startswith("I") and _goes_on(row, last, place, paragraphs):
            last.append(place)
        else:
            found[place] = [place]
    return found


def _goes_on(
    row: Sequence[str], last: Sequence[int], place: int, paragraphs: Sequence[int]
) -> bool:
    """Whether an I belongs to the last thing: next to it, or of its kind and paragraph."""
    if last[-1] == place - 1 or not paragraphs:
        return True
    return row[last[0]][1:] == row[place][1:] and paragraphs[last[-1]] == paragraphs[place]


def quotes(tagged: Mapping[str, Sequence[str]], tokens: Sequence[Extent], text: str) -> list[Json]:
    """The quotes that tags of one or more layers stand for, in the order of layers and text."""
    found = []
    units = [
        segments.numbers(tokens, each(text)) for each in (segments.sentences, segments.paragraphs)
    ]
    for layer in range(1, LAYERS + 1):
        names = [column(role, layer) for role in ROLES]
        if names[0] not in tagged:
            continue
        content, cues, sources = (_groups(tagged.get(name, ()), units[1]) for name in names)
        linked = _linked(content, cues, sources, units)
        for first, where in content.items():
            places = (where, *(each.get(first, []) for each in linked))
            spans = (_spans(each, tokens) for each in places)
            kind = tagged[names[0]][first].partition("-")[2]
            found.append({"type": kind, **dict(zip(ROLES, spans, strict=True))})
    return found


def _linked(
    content: Things, cues: Things, sources: Things, units: Sequence[Sequence[int]]
) -> tuple[Things, Things]:
    """The cue and the source of each quote, by the first token of its content."""
    cue_of = _nearest(content, cues, units, reach=_PARAGRAPH_BEFORE)
    of_cue = _nearest(cues, sources, units, shared=True)
    source_of = {quote: of_cue[cue] for quote, cue in cue_of.items() if cue in of_cue}
    bare = {quote: where for quote, where in content.items() if quote not in cue_of}
    left = {name: where for name, where in sources.items() if name not in source_of.values()}
    source_of |= _nearest(bare, left, units, shared=True)
    return (
        {quote: cues[cue] for quote, cue in cue_of.items()},
        {quote: sources[source] for quote, source in source_of.items()},
    )


def _nearest(
    things: Things,
    others: Things,
    units: Sequence[Sequence[int]],
    *,
    reach: int = _PARAGRAPH,
    shared: bool = False,
) -> dict[int, int]:
    """For each thing the nearest of some others, the nearest pairs first.

    Shared, one that is nearest to several goes to those that would have none, too.
    """
    ranked = sorted(
        (*apart, first, other)
        for first, where in things.items()
        for other, there in others.items()
        if (apart := _apart(where, there, units)) and apart[0] <= reach
    )
    linked: dict[int, int] = {}
    for again in (False, True) if shared else (False,):
        used = {*linked.values()}
        for *_, first, other in ranked:
            if first not in linked and (again or other not in used):
                linked[first] = other
                used.add(other)
    return linked


def _apart(
    one: Sequence[int], other: Sequence[int], units: Sequence[Sequence[int]]
) -> tuple[int, int]:
    """How far the other is: by units, then by tokens where the two are nearest."""
    sentences, paragraphs = units
    steps = paragraphs[one[0]] - paragraphs[other[-1]]
    if not {sentences[n] for n in one}.isdisjoint(sentences[n] for n in other):
        unit = _SENTENCE
    elif not {paragraphs[n] for n in one}.isdisjoint(paragraphs[n] for n in other):
        unit = _PARAGRAPH
    else:
        unit = _PARAGRAPH_BEFORE if steps == 1 else _ELSEWHERE
    return unit, min(abs(a - b) for a in _edges(one) for b in _edges(other))


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
