"""The claims of a quote, as models choose them: its sentences, and the speakers whom it may be of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import regex

from onrecord import segments
from onrecord.baselines import weights
from onrecord.baselines.rules import CUE
from onrecord.baselines.weights import Features, Weights
from onrecord.model import Extent, extents, overlaps
from onrecord.source import Json

# What a model says of each claim, besides whether it is one.
LABELS = ("category", "stance")
# Of a sentence: the probability that it is a claim, and its labels.
Judge = Callable[[Json, str, Extent], tuple[float, dict[str, str]]]

_WORD = regex.compile(r"[\p{L}\p{N}]+|[^\s]")
_PRONOUN = regex.compile(r"\b(?:he|she|they|it|we|i)\b", regex.IGNORECASE)
# Pronouns that mostly are the speaker's: within marks, and in a report.
_OWN = regex.compile(r"\b(?:I|me|[Ww]e|us|([Mm]y))\b")
_REPORTED = regex.compile(r"\b[Hh]e\b|\b[Ss]he\b|^(?:they|it)\b")
_NEAR = 60
_FAR = 9


def pieces(row: Json, text: str) -> list[Extent]:
    """The sentences of a quote's content: each is a claim, or none."""
    return [
        (first + start, first + end)
        for first, last in extents(row["content"])
        for start, end in segments.sentences(text[first:last])
    ]


def made(row: Json, piece: Extent) -> Json | None:
    """The first claim of a quote that is made in one of its sentences."""
    claims = (each for each in row["claims"] if overlaps(extents(each["spans"]), *piece))
    return next(claims, None)


def extract(row: Json, text: str, judge: Judge, known: Weights) -> Json:
    """A prediction of the claims of a quote: what is judged to be one, of the likeliest speaker."""
    found = []
    chances = [weights.chances(known, each)["yes"] for each in speakers(row, text)]
    likely = max(range(len(chances)), key=chances.__getitem__, default=None)
    speaker = row["candidate_speakers"][likely] if likely is not None else None
    for piece in pieces(row, text):
        chance, said = judge(row, text, piece)
        words = proposition(row, text, piece, speaker["name"] if speaker else "")
        if chance >= 0.5 and words:
            spans = [{"start": piece[0], "end": piece[1]}]
            claimants = [speaker["id"]] if speaker else []
            found.append({"spans": spans, "proposition": words, "claimants": claimants, **said})
    return {"claims": found}


def proposition(row: Json, text: str, piece: Extent, name: str) -> str:
    """The words of a sentence, with the speaker's name for pronouns that mostly are the speaker's."""
    words = " ".join(text[slice(*piece)].split()).strip('“”"«»„‘’ ,').removeprefix("that ")
    if not name:
        return words
    if row["type"] in ("direct", "mixed"):
        return str(_OWN.sub(lambda match: f"{name}’s" if match[1] else name, words))
    return str(_REPORTED.sub(name, words))


def learn(rows: Sequence[Json], texts: dict[str, str]) -> Weights:
    """The weights by which speakers are chosen."""
    labelled = []
    for row in rows:
        wanted = {name for claim in row["claims"] for name in claim["claimants"]}
        found = zip(row["candidate_speakers"], speakers(row, texts[row["document"]]), strict=True)
        for speaker, each in found if wanted else ():
            labelled.append((each, "yes" if speaker["id"] in wanted else "no"))
    return weights.fit(labelled, strength=0.3)


def context(text: str, piece: Extent) -> tuple[str, str]:
    """What stands close before and after a sentence, in its paragraph."""
    before = text[max(0, piece[0] - _NEAR) : piece[0]].rpartition("\n")[2]
    return before, text[piece[1] : piece[1] + _NEAR].partition("\n")[0]


def features(row: Json, text: str, piece: Extent) -> Features:
    """The features of a sentence of a quote: its words, the words around it, and where it stands."""
    words = _words(text[slice(*piece)])
    before, after = context(text, piece)
    number = min(pieces(row, text).index(piece), 2)
    found = [
        *(f"word={word}" for word in words),
        *(f"pair={one} {other}" for one, other in pairwise(words)),
        *(f"before={word}" for word in _words(before)[-5:]),
        *(f"after={word}" for word in _words(after)[:5]),
        f"first={words[0]}",
        f"end={words[-1]},{row['type']}",
        f"type={row['type']},{number}",
        f"length={min(len(words) // 3, 8)},{row['type']}",
        f"digit={any(map(str.isdigit, words))}",
    ]
    return dict.fromkeys(found, 1.0)


def _words(text: str) -> list[str]:
    return [*_WORD.findall(text.casefold())]


def speakers(row: Json, text: str) -> Iterator[Features]:
    """The features of every candidate speaker: where the last word of the name stands."""
    first, last = row["content"][0]["start"], row["content"][-1]["end"]
    line = text.rfind("\n", 0, first) + 1, (text + "\n").find("\n", last - 1)
    pronoun = _pronoun((text[line[0] : first], text[last : line[1]]))
    places = [_places(each["name"], text) for each in row["candidate_speakers"]]
    ends = [max((end for _, end in each if end <= first), default=-1) for each in places]
    for candidate, found, end in zip(row["candidate_speakers"], places, ends, strict=True):
        rank = f"{min(sum(other > end for other in ends), _FAR)},{end >= 0}"
        later = min((start for start, _ in found if last <= start < line[1]), default=-1)
        sides = f"{end >= line[0]},{later >= 0}"
        named = [
            f"kind={candidate['kind']},{pronoun}",
            f"rank={rank},{pronoun}",
            f"rank={rank},{sides}",
            f"sides={sides},{pronoun}",
            f"seen={min(len(found), 4)}",
            f"before={_gap(text[end:first])}" if end >= line[0] else "not before",
            f"after={_gap(text[last:later])}" if later >= 0 else "not after",
            f"inside={any(first <= start < last for start, _ in found)}",
        ]
        yield dict.fromkeys(named, 1.0)


def _places(name: str, text: str) -> list[Extent]:
    pattern = rf"\b{regex.escape(name.rsplit(maxsplit=1)[-1])}\b"
    return [match.span() for match in regex.finditer(pattern, text, regex.IGNORECASE)]


def _pronoun(around: Sequence[str]) -> str:
    """The pronoun that reports, if there is one beside the quote."""
    for side in around:
        for match in CUE.finditer(side):
            near = side[max(0, match.start() - 12) : match.end() + 12]
            if found := _PRONOUN.search(near):
                return str(found[0].casefold())
    return "none"


def _gap(text: str) -> str:
    return f"{min(len(text.split()) // 2, 5)},{bool(CUE.search(text))},{'. ' in text}"
