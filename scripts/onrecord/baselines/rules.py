"""The baseline in plain sight: quotation marks, words that report, and the nearest name."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from onrecord import segments
from onrecord.model import Extent, extents
from onrecord.source import Json

_VERBS = [
    "said",
    "says",
    "say",
    "saying",
    "told",
    "tells",
    "tell",
    "asked",
    "asks",
    "ask",
    "added",
    "adds",
    "wrote",
    "writes",
    "replied",
    "replies",
    "answered",
    "answers",
    "denied",
    "denies",
    "announced",
    "reported",
    "reports",
    "warned",
    "warns",
    "argued",
    "argues",
    "insisted",
    "insists",
    "claimed",
    "claims",
    "explained",
    "explains",
    "admitted",
    "admits",
    "conceded",
    "concedes",
    "promised",
    "promises",
    "believes",
    "believed",
    "thinks",
    "thought",
    "hopes",
    "hoped",
    "expects",
    "expected",
    "wants",
    "wanted",
    "maintained",
    "maintains",
    "recalled",
    "recalls",
    "declared",
    "stated",
    "states",
    "complained",
    "noted",
    "notes",
    "stressed",
    "confirmed",
    "acknowledged",
    "urged",
    "demanded",
    "called",
    "calls",
    "shouted",
    "begged",
    "reckons",
    "doubts",
    "wondered",
    "observed",
    "remarked",
    "concluded",
    "accused",
    "accuses",
]
CUE = regex.compile(
    rf"\b(?:[Aa]ccording to|(?:did not|would not|declined to|refused to) (?:say|comment)|{'|'.join(_VERBS)})\b"
)
_QUOTED = regex.compile(r"“[^“”]*”?|\"[^\"]*\"?|«[^«»]*»?|„[^„“]*“?|(?<!\w)‘[^‘’]*(?:’\w[^‘’]*)*’?")
_NAME = r"\p{Lu}[\w’'-]*(?: (?:of|de|van|von|al)?\s?\p{Lu}[\w’'-]*)*"
_PRONOUN = r"\b(?:[Hh]e|[Ss]he|[Tt]hey|[Ww]ho|[Ii]t)\b"
_PHRASE = r"\b(?:[Tt]he|[Aa]n?|[Oo]ne|[Hh]is|[Hh]er|[Tt]heir)(?: [\w’'-]+){1,3}?"
_BEFORE = regex.compile(rf"({_NAME}|{_PRONOUN}|{_PHRASE})(?: also| has| had| have| later)?\s*$")
_AFTER = regex.compile(rf"\s*({_NAME}|{_PRONOUN}|{_PHRASE}(?=[ ,.]))")
_CLAUSE = regex.compile(r"\b(?:that|whether|if|to|why|how|what)\b")
_TRIMMED = " .,;:—–"
# Further away, a cue or a mention is not that of the quote.
_NEAR = 60


class Model:
    """Nothing to be trained."""

    def predict(self, task: str, rows: list[Json], texts: dict[str, str]) -> Iterator[Json]:
        """A prediction for each row of a task."""
        predict = _PREDICT[task]
        for row in rows:
            yield {"id": row["id"], **predict(row, texts[row["document"]])}


def _span(start: int, end: int) -> Json:
    return {"start": start, "end": end}


def quotes(text: str) -> list[Json]:
    """The quotes of a text: those in marks, then sentences with a word that reports."""
    found: list[Json] = []
    for start, end in segments.paragraphs(text):
        marked = [_in(start, match) for match in _QUOTED.finditer(text[start:end])]
        found += _marked(text, (start, end), [each for each in marked if _is_said(text, *each)])
        for sentence in segments.sentences(text[start:end]):
            place = (start + sentence[0], start + sentence[1])
            if not any(a < place[1] and place[0] < b for a, b in marked):
                found += _reported(text, *place)
    return sorted(found, key=lambda quote: quote["content"][0]["start"])


def _in(start: int, match: regex.Match[str]) -> Extent:
    return start + match.start(), start + match.end()


def _is_said(text: str, start: int, end: int) -> bool:
    """Whether what stands in marks is long, or ends as a sentence does: else it is a term."""
    inside = text[start:end].strip('“”"«»„‘’')
    return len(inside.split()) > 3 or inside.endswith((",", ".", "?", "!", "…"))


def _marked(text: str, paragraph: Extent, stretches: list[Extent]) -> Iterator[Json]:
    """Quotes in marks; two stretches with a cue between them are one quote if the first goes on."""
    groups: list[list[Extent]] = []
    for stretch in stretches:
        gap = text[groups[-1][-1][1] : stretch[0]] if groups else ""
        goes_on = bool(groups) and text[: groups[-1][-1][1]].rstrip('”"’»').endswith((",", "—"))
        if goes_on and len(gap) < _NEAR and CUE.search(gap):
            groups[-1].append(stretch)
        else:
            groups.append([stretch])
    for group in groups:
        first = text[group[0][0] + 1 : group[0][0] + 2]
        cue = _nearest_cue(text, paragraph, group)
        source = _source(text, paragraph, cue) if cue else None
        quoted = first.isupper() or not cue or cue[0] > group[0][0]
        yield _quote("direct" if quoted else "mixed", group, cue, source)


def _quote(kind: str, content: list[Extent], cue: Extent | None, source: Extent | None) -> Json:
    roles = {"cue": [cue] if cue else [], "source": [source] if source else []}
    spans = {name: [_span(*each) for each in found] for name, found in roles.items()}
    return {"type": kind, "content": [_span(*each) for each in content], **spans}


def _nearest_cue(text: str, paragraph: Extent, group: list[Extent]) -> Extent | None:
    """The word that reports next to a quote; in a headline, or before a list, a colon."""
    start, end = paragraph
    cues = [_in(start, match) for match in CUE.finditer(text[start:end])]
    outside = [cue for cue in cues if not any(a < cue[1] and cue[0] < b for a, b in group)]
    ranked = sorted((min(_apart(cue, each) for each in group), cue) for cue in outside)
    if ranked and ranked[0][0] < _NEAR:
        return ranked[0][1]
    before = text[start : group[0][0]].rstrip()
    return (start + len(before) - 1, start + len(before)) if before.endswith(":") else None


def _apart(one: Extent, other: Extent) -> int:
    return max(one[0] - other[1], other[0] - one[1], 0)


def _source(text: str, paragraph: Extent, cue: Extent) -> Extent | None:
    """The name, pronoun or phrase before a cue, or else after it; after it for "according to"."""
    before = _BEFORE.search(text[paragraph[0] : cue[0]])
    after = _AFTER.match(text[cue[1] : paragraph[1]])
    if after and text[cue[0] : cue[1]].casefold() == "according to":
        before = None
    if before:
        return paragraph[0] + before.start(1), paragraph[0] + before.end(1)
    return (cue[1] + after.start(1), cue[1] + after.end(1)) if after else None


def _reported(text: str, start: int, end: int) -> Iterator[Json]:
    """What a sentence without marks reports: what follows its first cue, or else goes before it."""
    match = CUE.search(text[start:end])
    if match is None:
        return
    cue = _in(start, match)
    source = _source(text, (start, end), cue)
    content = _reported_content(text, (start, end), cue, source)
    if content and source:
        yield _quote("indirect", [content], cue, source)


def _reported_content(
    text: str, sentence: Extent, cue: Extent, source: Extent | None
) -> Extent | None:
    start, end = sentence
    after = max(cue[1], source[1]) if source else cue[1]
    if len(text[after:end].strip(_TRIMMED).split()) < 2:
        return _trimmed(text, start, min(cue[0], source[0]) if source else cue[0])
    clause = _CLAUSE.search(text[after : min(end, after + _NEAR)])
    return _trimmed(text, after + (clause.start() if clause else 0), end)


def _trimmed(text: str, start: int, end: int) -> Extent | None:
    while start < end and text[start] in _TRIMMED:
        start += 1
    while start < end and text[end - 1] in _TRIMMED:
        end -= 1
    return (start, end) if len(text[start:end].split()) > 1 else None


def attribute(row: Json, text: str) -> Json:
    """The candidate of the paragraph that is nearest to the quote; beside a cue it counts as nearer."""
    content = extents(row["content"])
    line = text.rfind("\n", 0, content[0][0]) + 1, (text + "\n").find("\n", content[-1][1] - 1)
    ranked = []
    for candidate in row["candidates"][:-1]:
        place = candidate["spans"][0]["start"], candidate["spans"][-1]["end"]
        if line[0] <= place[0] and place[1] <= line[1]:
            around = text[max(line[0], place[0] - 25) : place[1] + 25]
            distance = min(_apart(place, each) for each in content)
            ranked.append((distance - 2 * _NEAR * bool(CUE.search(around)), candidate["mention"]))
    if ranked:
        return {"source": min(ranked)[1]}
    names = [each for each in row["candidates"][:-1] if each["form"] == "name"]
    before = [each for each in names if each["spans"][0]["start"] < content[0][0]]
    speakers = [before[-1]["speaker"]] if before else []
    return {"source": None, "speakers": speakers}


def detect(row: Json, _: str) -> Json:
    """Sentences that are no questions and have some words; figures are most worth checking."""
    count, question = len(row["text"].split()), row["text"].rstrip('”"’»').endswith("?")
    score = 0.9 - 0.5 * question - 0.5 * (count < 4) + min(count, 40) / 500
    worth = "high" if any(map(str.isdigit, row["text"])) else "some"
    return {"score": round(score, 3), "checkability": "checkable", "checkworthiness": worth}


def extract(row: Json, _: str) -> Json:
    """The words of the quote as they stand, claimed by the speaker whose name is nearest."""
    words = " ".join(row["text"].split()).strip('“”"«»„‘’ ,').removeprefix("that ")
    if words.endswith("?") or len(words.split()) < 3:
        return {"claims": []}
    near = row["context"]["text"].casefold()
    place = row["content"][0]["start"] - row["context"]["start"]
    named = [
        (abs(near.find(each["name"].split()[-1].casefold()) - place), each["id"])
        for each in row["candidate_speakers"]
        if each["name"].split()[-1].casefold() in near
    ]
    claimants = [min(named)[1]] if named else []
    spans = [_span(*each) for each in extents(row["content"])]
    said = {"claimants": claimants, "category": "state", "stance": "asserts"}
    return {"claims": [{"spans": spans, "proposition": words, **said}]}


def resolve(_: Json, text: str) -> Json:
    """The sources of quotes, and their names elsewhere; a pronoun is whoever was named last."""
    sources = sorted({(*extents(q["source"]),) for q in quotes(text) if q["source"]})
    found: dict[Extent, str] = {}
    last = ""
    for ((start, end),) in sources:
        surface = text[start:end]
        name = surface.split()[-1].casefold()
        last = last if regex.fullmatch(_PRONOUN, surface) else name
        found[start, end] = last or name
    known = {name for name in found.values() if len(name) > 2}
    for match in regex.finditer(_NAME, text):
        name = match[0].split()[-1].casefold()
        if name in known and not any(a < match.end() and match.start() < b for a, b in found):
            found[match.span()] = name
    return {
        "mentions": [{"speaker": found[each], "spans": [_span(*each)]} for each in sorted(found)]
    }


_PREDICT = {
    "quote_tagging": lambda _, text: {"quotes": quotes(text)},
    "attribution": attribute,
    "claim_detection": detect,
    "claim_extraction": extract,
    "coreference": resolve,
}
