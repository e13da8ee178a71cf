"""The tasks that the corpus is made for, each a config of the release: its rows, and what it asks.

A row has offsets, so that what a model says of it can be laid over the article; and it has the
answer, so that it is at once training data, gold to score against and an example of a prediction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from datasets import ClassLabel, List

from onrecord import layers, model, schema, segments
from onrecord.columns import (
    CONTEXT,
    ID,
    OFFSET,
    SPANS,
    TEXT,
    Column,
    View,
    item,
    label,
    surfaces,
)
from onrecord.source import Json

SPAN = {"start": OFFSET, "end": OFFSET, "text": TEXT}
CLAIM_LABELS = ("no_claim", "claim")
_TAGS = List(label("quote_phenomenon"))
_BOTH = List(
    ClassLabel(names=[*schema.enum("quote_phenomenon"), *schema.enum("document_phenomenon")])
)
_TAGGED = {
    "id": TEXT,
    "type": label("quote_type"),
    "content": SPANS,
    "cue": SPANS,
    "source": SPANS,
    "phenomena": _TAGS,
}
_CANDIDATE = {"mention": TEXT, "speaker": TEXT, "form": label("mention_form"), "spans": SPANS}
_SPEAKER = {"id": TEXT, "name": TEXT, "kind": label("speaker_kind")}
_EXTRACTED = {
    "id": TEXT,
    "spans": SPANS,
    "proposition": TEXT,
    "claimants": List(TEXT),
    "category": label("claim_category"),
    "stance": label("stance"),
}
_MENTION = {"id": TEXT, "speaker": TEXT, "form": label("mention_form"), "spans": SPANS}


@dataclass(frozen=True, slots=True)
class Task:
    """A task: the items that its rows are about, their columns, and what the card says of it."""

    items: Callable[[View], Iterable[Json]]
    columns: dict[str, Column]
    row: str
    given: str
    wanted: str
    metric: str


def _text(view: View) -> str:
    return view.document.text or ""


def _surface(view: View, start: int, end: int) -> Json:
    return {"start": start, "end": end, "text": _text(view)[start:end]}


def _source_spans(view: View, quote: Json) -> list[Json]:
    spans: list[Json] = view.index.mentions[quote["source"]]["spans"] if "source" in quote else []
    return spans


def _article_items(view: View) -> Iterator[Json]:
    """The article as one item: its tokens, its quotes, and their tags in layers."""
    places = segments.tokens(_text(view))
    quotes = [
        {**quote, "source": _source_spans(view, quote)}
        for quote in view.annotation["quotes"]
        if quote.get("content")
    ]
    tagged, _ = layers.tags(quotes, places)
    named = [{**quote, "id": view.global_id(quote["id"])} for quote in quotes]
    yield {
        "tokens": [_text(view)[start:end] for start, end in places],
        "token_starts": [start for start, _ in places],
        "token_ends": [end for _, end in places],
        **tagged,
        "quotes": [{key: quote.get(key, []) for key in _TAGGED} for quote in named],
    }


def _quote_items(view: View) -> Iterator[Json]:
    """Every quote that has content, with the paragraphs around it."""
    for quote in view.annotation["quotes"]:
        if found := model.extents(quote.get("content", ())):
            window = segments.around(_text(view), found[0][0], found[-1][1])
            yield {**quote, "context": _surface(view, *window)}


def _candidates(view: View, quote: Json) -> list[Json]:
    """The mentions around a quote and not within it, in the order of the text, and nobody."""
    window, content = quote["context"], view.index.content[quote["id"]]
    found: list[Json] = []
    for mention in view.index.mentions.values():
        start, end = mention["spans"][0]["start"], mention["spans"][-1]["end"]
        inside = window["start"] <= start and end <= window["end"]
        if inside and not model.covers(content, model.extents(mention["spans"])):
            speaker = view.index.owners[mention["id"]]["id"]
            named = {"mention": view.global_id(mention["id"]), "speaker": view.global_id(speaker)}
            found.append({**named, "form": mention["form"], "spans": mention["spans"]})
    found.sort(key=lambda each: (each["spans"][0]["start"], -each["spans"][-1]["end"]))
    # Nobody comes last: `datasets` leaves a list as it is if its first item needs no encoding.
    return [*found, {"mention": None, "speaker": None, "form": None, "spans": []}]


def _answer(view: View, quote: Json) -> int | None:
    """The place of a quote's source among its candidates; None where it is not among them."""
    mentions = [each["mention"] for each in _candidates(view, quote)]
    source = view.global_id(quote.get("source"))
    return mentions.index(source) if source in mentions else None


def _sentence_items(view: View) -> Iterator[Json]:
    """Every sentence, with the claims of which it has a part."""
    claims, quotes = view.annotation["claims"], view.annotation["quotes"]
    for number, (start, end) in enumerate(segments.sentences(_text(view)), 1):
        made = [each for each in claims if model.overlaps(model.extents(each["spans"]), start, end)]
        around = [q for q in quotes if model.overlaps(view.index.content[q["id"]], start, end)]
        yield {
            "id": f"x{number}",
            "span": _surface(view, start, end),
            "claim": CLAIM_LABELS[bool(made)],
            "claims": [view.global_id(each["id"]) for each in made],
            "checkability": _first(made, "checkability", schema.enum("checkability")),
            "checkworthiness": _first(
                made, "checkworthiness", schema.enum("checkworthiness")[::-1]
            ),
            "phenomena": _together(view, around),
        }


def _first(claims: list[Json], key: str, order: Iterable[str]) -> str | None:
    """What most speaks for checking among the values that some claims have."""
    values = {claim[key] for claim in claims}
    return next((value for value in order if value in values), None)


def _together(view: View, quotes: list[Json]) -> list[str]:
    """The phenomena of some quotes and of their document, in schema order."""
    tags = {tag for each in [*quotes, view.annotation] for tag in each.get("phenomena", ())}
    return sorted(tags, key=_BOTH.feature.names.index)


def _extraction_items(view: View) -> Iterator[Json]:
    for quote in _quote_items(view):
        yield {**quote, "claims": [*_claims_of(view, quote)]}


def _claims_of(view: View, quote: Json) -> Iterator[Json]:
    for claim in view.annotation["claims"]:
        if claim.get("quote") == quote["id"]:
            claimants = [view.global_id(each) for each in claim["claimants"]]
            values = {key: claim[key] for key in _EXTRACTED if key in claim}
            yield {**values, "id": view.global_id(claim["id"]), "claimants": claimants}


def _mention_items(view: View) -> Iterator[Json]:
    """The article as one item: every mention with its speaker, in the order of the text."""
    found = [
        {**mention, "id": view.global_id(name), "speaker": view.global_id(owner["id"])}
        for name, owner in view.index.owners.items()
        for mention in [view.index.mentions[name]]
    ]
    yield {"mentions": sorted(found, key=lambda each: each["spans"][0]["start"])}


def _of_document(function: Callable[[View], Any]) -> Callable[[View, Json], Any]:
    return lambda view, _: function(view)


def _globally(key: str) -> Column:
    return List(TEXT), lambda view, item: [view.global_id(each) for each in item.get(key, ())]


_ARTICLE: Column = (TEXT, lambda view, _: view.document.id)
_WINDOW: Column = (SPAN, lambda _, item: item["context"])
_SPEAKERS: Column = (
    List(_SPEAKER),
    _of_document(lambda view: view.who([*view.index.speakers])),
)
_TAG_COLUMNS: dict[str, Column] = {
    name: item(List(ClassLabel(names=layers.labels(role))), name)
    for name, role in layers.COLUMNS.items()
}
_QUOTED: dict[str, Column] = {
    "id": ID,
    **CONTEXT,
    "text": surfaces("content"),
    "type": item(label("quote_type"), "type"),
    "content": item(SPANS, "content"),
    "context": _WINDOW,
    "phenomena": item(_TAGS, "phenomena"),
    "candidate_speakers": _SPEAKERS,
}

TASKS = {
    "quote_tagging": Task(
        _article_items,
        {
            "id": _ARTICLE,
            **CONTEXT,
            "tokens": item(List(TEXT), "tokens"),
            "token_starts": item(List(OFFSET), "token_starts"),
            "token_ends": item(List(OFFSET), "token_ends"),
            **_TAG_COLUMNS,
            "quotes": item(List(_TAGGED), "quotes"),
        },
        row="an article",
        given="its `tokens`, with offsets",
        wanted="tags of content by type, cue and source; nested quotes in further layers "
        "(`content_2`); or `quotes` with spans",
        metric="exact, overlap and token F1 of content, cue and source, quotes matched one to one",
    ),
    "attribution": Task(
        _quote_items,
        {
            **_QUOTED,
            "candidates": (List(_CANDIDATE), _candidates),
            "answer": (OFFSET, _answer),
            "source": (TEXT, lambda view, item: view.global_id(item.get("source"))),
            "speakers": _globally("speakers"),
        },
        row="a quote",
        given="its `content` and `context`, the mentions there (`candidates`, nobody last), and the "
        "article's speakers (`candidate_speakers`)",
        wanted="the `source` (or its place, `answer`) and the `speakers`; both may be nobody",
        metric="accuracy of the source and of the set of speakers",
    ),
    "claim_detection": Task(
        _sentence_items,
        {
            "id": ID,
            **CONTEXT,
            "text": (TEXT, lambda _, item: item["span"]["text"]),
            "span": item(SPAN, "span"),
            "claim": item(ClassLabel(names=[*CLAIM_LABELS]), "claim"),
            "checkability": item(label("checkability"), "checkability"),
            "checkworthiness": item(label("checkworthiness"), "checkworthiness"),
            "claims": item(List(TEXT), "claims"),
            "phenomena": item(_BOTH, "phenomena"),
        },
        row="a sentence",
        given="its `text`, and its `span` in the article",
        wanted="`claim` (or a `score`), and the `checkability` and `checkworthiness` of what most "
        "speaks for checking in it",
        metric="average precision and F1 of claims; accuracy of the two labels",
    ),
    "claim_extraction": Task(
        _extraction_items,
        {**_QUOTED, "claims": item(List(_EXTRACTED), "claims")},
        row="a quote",
        given="its `content` and `context`, and the article's speakers",
        wanted="`claims`: self-contained propositions with claimants, category and stance",
        metric="F1 of propositions matched one to one by their words; accuracy of claimants, "
        "category and stance of those matched",
    ),
    "coreference": Task(
        _mention_items,
        {
            "id": _ARTICLE,
            **CONTEXT,
            "text": (TEXT, _of_document(_text)),
            "mentions": item(List(_MENTION), "mentions"),
        },
        row="an article",
        given="its `text`",
        wanted="`mentions` of speakers, each with a name of its cluster (`speaker`)",
        metric="exact F1 of mentions; MUC, B³ and CEAF-e, and their mean (CoNLL F1)",
    ),
}


def describe() -> str:
    """The paragraphs of the card: task, input, target, metric."""
    return "\n\n".join(
        f"**`{name}`**: a row is {task.row}. Given: {task.given}. Wanted: {task.wanted}. "
        f"Measured: {task.metric}."
        for name, task in TASKS.items()
    )
