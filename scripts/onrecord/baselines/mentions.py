"""Mentions of speakers, and whose they are: a CRF for their forms, logistic regression for pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from onrecord import segments
from onrecord.baselines import weights
from onrecord.baselines.weights import Features, Weights
from onrecord.model import Extent, extents
from onrecord.source import Json

# Further back, nothing is looked for.
_BACK = 40
_SMALL = frozenset({"the", "a", "an", "his", "her", "their", "its", "of"})


class Mention(NamedTuple):
    """Where a mention stands, in what form, and the number of its sentence."""

    place: Extent
    form: str
    words: tuple[str, ...]
    sentence: int


def tags(mentions: Sequence[Json], places: Sequence[Extent]) -> list[str]:
    """The forms of mentions as tags of tokens: of those in each other, the outermost."""
    found = ["O"] * len(places)
    ordered = sorted(mentions, key=lambda each: _hull(each)[0] - _hull(each)[1])
    for mention in ordered:
        start, end = _hull(mention)
        inside = [n for n, (a, b) in enumerate(places) if a < end and start < b]
        if all(found[n] == "O" for n in inside):
            for n in inside:
                found[n] = f"{'B' if n == inside[0] else 'I'}-{mention['form']}"
    return found


def _hull(mention: Json) -> Extent:
    spans = extents(mention["spans"])
    return spans[0][0], spans[-1][1]


def tagged(tags: Sequence[str], places: Sequence[Extent], text: str) -> list[Mention]:
    """The mentions that tags stand for."""
    found: list[tuple[Extent, str]] = []
    for n, tag in enumerate(tags):
        if tag.startswith("I") and n and tags[n - 1] != "O":
            found[-1] = ((found[-1][0][0], places[n][1]), found[-1][1])
        elif tag != "O":
            found.append((places[n], tag[2:]))
    return [*_seen(found, text)]


def _seen(found: Sequence[tuple[Extent, str]], text: str) -> Iterator[Mention]:
    numbers = segments.numbers([place for place, _ in found], segments.sentences(text))
    for (place, form), number in zip(found, numbers, strict=True):
        words = tuple(text[slice(*place)].casefold().split())
        yield Mention(place, form, words, number)


def labelled(mentions: Sequence[Json], text: str) -> Iterator[tuple[Features, str]]:
    """Pairs of a mention and one before it; of a pronoun, up to the nearest that is right."""
    ordered = sorted(mentions, key=_hull)
    seen = [*_seen([(_hull(each), each["form"]) for each in ordered], text)]
    for n, mention in enumerate(seen):
        for back in range(1, min(n, _BACK) + 1):
            same = ordered[n - back]["speaker"] == ordered[n]["speaker"]
            yield pair(seen[n - back], mention, back), "yes" if same else "no"
            if same and mention.form == "pronoun":
                break


def pair(before: Mention, mention: Mention, back: int) -> Features:
    """The features of a mention and one before it: their forms, common words and distance."""
    forms = f"{before.form},{mention.form}"
    ours, theirs = {*mention.words} - _SMALL, {*before.words} - _SMALL
    gap = min(mention.sentence - before.sentence, 6)
    pronoun = mention.words[0] if mention.form == "pronoun" else ""
    named = [
        f"forms={forms}",
        f"equal={mention.words == before.words},{forms}",
        f"last={mention.words[-1] == before.words[-1]},{forms}",
        f"common={min(len(ours & theirs), 2)},{forms}",
        f"within={ours <= theirs or theirs <= ours},{forms}",
        f"back={min(back, 8)},{mention.form}",
        f"back={min(back, 8)},{pronoun},{before.form}",
        f"gap={gap},{mention.form}",
        f"pronouns={pronoun},{before.words[0] if before.form == 'pronoun' else before.form}",
    ]
    return dict.fromkeys(named, 1.0)


def resolve(found: Sequence[Mention], known: Weights) -> Json:
    """A prediction: each mention joined to the likeliest of those before it, or to none."""
    speakers: list[str] = []
    for n, mention in enumerate(found):
        ranked = [
            (weights.chances(known, pair(found[n - back], mention, back))["yes"], -back)
            for back in range(1, min(n, _BACK) + 1)
        ]
        chance, back = max(ranked, default=(0.0, 0))
        speakers.append(speakers[n + back] if chance >= 0.5 else f"s{n + 1}")
    return {
        "mentions": [
            {"speaker": speaker, "spans": [{"start": each.place[0], "end": each.place[1]}]}
            for each, speaker in zip(found, speakers, strict=True)
        ]
    }
