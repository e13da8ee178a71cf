"""One table per config: a document becomes rows.

`Features` is the one declaration from which the Arrow schema, the Parquet metadata and the
dataset card follow. Each config is a table of column → (feature, function).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import pyarrow as pa
from datasets import Features, List

from onrecord import model, tasks
from onrecord.columns import (
    CLAIM,
    CONTEXT,
    ID,
    MENTION,
    OFFSET,
    QUOTE,
    RELATIONS,
    SOURCE,
    SPEAKER,
    TERM,
    TEXT,
    VALUES,
    Column,
    View,
    annotation_of,
    article,
    items,
    label,
    reference,
    surfaces,
    view,
    who,
)
from onrecord.source import Document, Json

Row = dict[str, Any]


def _source_row(view: View, quote: Json) -> Json | None:
    if "source" not in quote:
        return None
    mention, owner = view.index.mentions[quote["source"]], view.index.owners[quote["source"]]
    return {**mention, "id": view.global_id(mention["id"]), "speaker": view.global_id(owner["id"])}


def _relation_rows(view: View, claim: Json) -> list[Json] | None:
    relations = claim.get("relations")
    return relations and [{**each, "claim": view.global_id(each["claim"])} for each in relations]


def _mention_rows(view: View, speaker: Json) -> list[Json]:
    return [{**mention, "id": view.global_id(mention["id"])} for mention in speaker["mentions"]]


def _member_rows(view: View, speaker: Json) -> list[str | None] | None:
    members = speaker.get("members")
    return members and [view.global_id(member) for member in members]


_COLUMNS: dict[str, dict[str, Column]] = {
    "documents": {
        "id": article(TEXT, "id"),
        "title": (TEXT, lambda view, _: model.headline(view.document)),
        "publisher": article(TEXT, "publisher"),
        "byline": article(TEXT, "byline"),
        "url": article(TEXT, "url"),
        "published": article(TEXT, "published"),
        "language": article(TEXT, "language"),
        "translated_from": article(TEXT, "translated_from"),
        "genre": article(label("genre"), "genre"),
        "story": article(TEXT, "story"),
        "text": (TEXT, lambda view, _: view.document.text),
        "text_sha256": article(TEXT, "text_sha256"),
        "text_length": article(OFFSET, "text_length"),
        "text_license": article(TEXT, "text_license"),
        "text_availability": article(label("text_availability"), "text_availability"),
        "obtain": article(
            {"instructions": TEXT, "file": TEXT, "format": label("source_format")}, "obtain"
        ),
        "origin": article(label("origin"), "origin"),
        "text_form": article(label("text_form"), "text_form"),
        "token_starts": article(List(OFFSET), "token_starts"),
        "token_ends": article(List(OFFSET), "token_ends"),
        "sentence_starts": article(List(OFFSET), "sentence_starts"),
        "original_id": article(TEXT, "original_id"),
        "original_values": article(VALUES, "original_values"),
        "original_split": article(TEXT, "original_split"),
        "regions": article(
            List({"start": OFFSET, "end": OFFSET, "kind": label("region_kind")}), "regions"
        ),
        "annotators": annotation_of(List(TEXT), "annotators"),
        "guidelines": annotation_of(TEXT, "guidelines"),
        "status": annotation_of(label("status"), "status"),
        "annotation_license": annotation_of(TEXT, "annotation_license"),
        "imported_from": annotation_of(
            {"corpus": TEXT, "format": TEXT, "citation": TEXT, "url": TEXT}, "imported_from"
        ),
        "derived": annotation_of(List(TEXT), "derived"),
        "phenomena": annotation_of(List(label("document_phenomenon")), "phenomena"),
        "speakers": annotation_of(List(SPEAKER), "speakers"),
        "quotes": annotation_of(List(QUOTE), "quotes"),
        "quoted_terms": annotation_of(List(TERM), "quoted_terms"),
        "claims": annotation_of(List(CLAIM), "claims"),
    },
    "quotes": {
        "id": ID,
        **CONTEXT,
        "text": surfaces("content"),
        **items(QUOTE, "type", "medium", "media", "content", "cue"),
        "source": (SOURCE, _source_row),
        "speakers": who("speakers"),
        "addressees": who("addressees"),
        "relayed_by": who("relayed_by"),
        "parent": reference("parent"),
        **items(QUOTE, "polarity", "delimiters", "phenomena", "other_roles"),
        **items(QUOTE, "original_id", "original_values"),
    },
    "speakers": {
        "id": ID,
        **CONTEXT,
        **items(SPEAKER, "name", "kind", "naming", "role", "affiliation", "aliases", "wikidata"),
        "members": (List(TEXT), _member_rows),
        "mentions": (List(MENTION), _mention_rows),
        **items(SPEAKER, "original_id", "original_values"),
    },
    "claims": {
        "id": ID,
        **CONTEXT,
        "text": surfaces("spans"),
        **items(CLAIM, "spans"),
        "claimants": who("claimants"),
        "quote": reference("quote"),
        **items(CLAIM, "proposition", "category", "stance", "certainty", "time"),
        **items(CLAIM, "checkability", "checkworthiness"),
        "relations": (RELATIONS, _relation_rows),
    },
    **{name: task.columns for name, task in tasks.TASKS.items()},
}
CONFIGS = (*_COLUMNS,)
# What is annotated, without the views of it that the tasks are.
ANNOTATED = tuple(config for config in CONFIGS if config not in tasks.TASKS)


@cache
def features(config: str) -> Features:
    """The features of a config: names, types and labels of its columns."""
    return Features({name: feature for name, (feature, _) in _COLUMNS[config].items()})


@cache
def arrow_schema(config: str) -> pa.Schema:
    """The Arrow schema of a config: what a file of it has, and each of its batches."""
    return features(config).arrow_schema


def rows(config: str, document: Document) -> Iterator[Row]:
    """The rows of a document in a config, labels as integers, absent values as None."""
    seen = view(document)
    for item in _items(config, seen):
        values = {name: function(seen, item) for name, (_, function) in _COLUMNS[config].items()}
        yield features(config).encode_example(values)


def _items(config: str, seen: View) -> Iterable[Json]:
    if config in tasks.TASKS:
        return tasks.TASKS[config].items(seen)
    found: list[Json] = [{}] if config == "documents" else seen.annotation[config]
    return found
