"""One table per config: a document becomes rows.

`Features` is the one declaration from which the Arrow schema, the Parquet metadata and the
dataset card follow. Each config is a table of column → (feature, function).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from datasets import ClassLabel, Features, List, Value

from onrecord import model, schema
from onrecord.source import Document, Json

Row = dict[str, Any]

CONFIGS = ("documents", "quotes", "speakers", "claims")

_TEXT = Value("string")
_OFFSET = Value("int32")


def label(name: str) -> ClassLabel:
    """A closed list as a ClassLabel, its values in schema order."""
    return ClassLabel(names=list(schema.enum(name)))


_SPANS = List({"start": _OFFSET, "end": _OFFSET, "text": _TEXT})
_VALUES = List({"name": _TEXT, "value": _TEXT})
_MENTION = {"id": _TEXT, "form": label("mention_form"), "spans": _SPANS, "original_id": _TEXT}
_RELATIONS = List({"type": label("relation_type"), "claim": _TEXT})
_SPEAKER = {
    "id": _TEXT,
    "name": _TEXT,
    "kind": label("speaker_kind"),
    "naming": label("naming"),
    "role": _TEXT,
    "affiliation": _TEXT,
    "aliases": List(_TEXT),
    "wikidata": _TEXT,
    "members": List(_TEXT),
    "mentions": List(_MENTION),
    "original_id": _TEXT,
    "original_values": _VALUES,
}
_QUOTE = {
    "id": _TEXT,
    "type": label("quote_type"),
    "medium": label("medium"),
    "media": List(label("medium")),
    "content": _SPANS,
    "cue": _SPANS,
    "source": _TEXT,
    "speakers": List(_TEXT),
    "addressees": List(_TEXT),
    "relayed_by": List(_TEXT),
    "parent": _TEXT,
    "polarity": label("polarity"),
    "delimiters": label("delimiters"),
    "phenomena": List(label("quote_phenomenon")),
    "other_roles": List({"role": _TEXT, "spans": _SPANS}),
    "original_id": _TEXT,
    "original_values": _VALUES,
}
_TERM = {"id": _TEXT, "kind": label("term_kind"), "spans": _SPANS}
_CLAIM = {
    "id": _TEXT,
    "spans": _SPANS,
    "claimants": List(_TEXT),
    "quote": _TEXT,
    "proposition": _TEXT,
    "category": label("claim_category"),
    "stance": label("stance"),
    "certainty": label("certainty"),
    "time": label("claim_time"),
    "checkability": label("checkability"),
    "checkworthiness": label("checkworthiness"),
    "relations": _RELATIONS,
}
# What a row of another config says of a speaker.
_WHO = {key: _SPEAKER[key] for key in ("id", "name", "kind", "naming", "role", "affiliation")}
_SOURCE = {**_MENTION, "speaker": _TEXT}


@dataclass(frozen=True, slots=True)
class View:
    """A document with its surfaces filled in, and its items by id."""

    document: Document
    annotation: Json
    index: model.Annotated

    def global_id(self, local: str | None) -> str | None:
        """SECTION/SLUG#LOCAL."""
        return f"{self.document.id}#{local}" if local is not None else None

    def who(self, ids: list[str] | None) -> list[Json] | None:
        """Speakers with their global ids, by local id."""
        if ids is None:
            return None
        return [{**self.index.speakers[key], "id": self.global_id(key)} for key in ids]


def view(document: Document) -> View:
    """The view of a document whose text is at hand."""
    annotation = _filled(document.annotation, document.text or "")
    index = model.Annotated(replace(document, annotation=annotation))
    return View(document, annotation, index)


def _filled(value: Any, text: str) -> Any:
    """The same JSON with the surface of every span taken from the text."""
    if isinstance(value, list):
        return [_filled(item, text) for item in value]
    if not isinstance(value, dict):
        return value
    if "start" in value:
        return {**value, "text": text[value["start"] : value["end"]]}
    return {key: _filled(item, text) for key, item in value.items()}


Column = tuple[Any, Callable[[View, Json], Any]]


def _article(feature: Any, key: str) -> Column:
    return feature, lambda view, _: view.document.article.get(key)


def _annotation(feature: Any, key: str) -> Column:
    return feature, lambda view, _: view.annotation.get(key)


def _item(feature: Any, key: str) -> Column:
    return feature, lambda _, item: item.get(key)


def _items(fields: dict[str, Any], *keys: str) -> dict[str, Column]:
    return {key: _item(fields[key], key) for key in keys}


_ID: Column = (_TEXT, lambda view, item: view.global_id(item["id"]))

# What every row of an item says of its document.
_CONTEXT: dict[str, Column] = {
    "document": (_TEXT, lambda view, _: view.document.id),
    "story": _article(_TEXT, "story"),
    "genre": _article(label("genre"), "genre"),
    "language": _article(_TEXT, "language"),
    "origin": _article(label("origin"), "origin"),
    "text_license": _article(_TEXT, "text_license"),
    "annotation_license": _annotation(_TEXT, "annotation_license"),
    "status": _annotation(label("status"), "status"),
}


def _surfaces(key: str) -> Column:
    return _TEXT, lambda _, item: " ".join(span["text"] for span in item.get(key, [])) or None


def _who(key: str) -> Column:
    return List(_WHO), lambda view, item: view.who(item.get(key))


def _reference(key: str) -> Column:
    return _TEXT, lambda view, item: view.global_id(item.get(key))


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
        "id": _article(_TEXT, "id"),
        "title": (_TEXT, lambda view, _: model.headline(view.document)),
        "publisher": _article(_TEXT, "publisher"),
        "byline": _article(_TEXT, "byline"),
        "url": _article(_TEXT, "url"),
        "published": _article(_TEXT, "published"),
        "language": _article(_TEXT, "language"),
        "translated_from": _article(_TEXT, "translated_from"),
        "genre": _article(label("genre"), "genre"),
        "story": _article(_TEXT, "story"),
        "text": (_TEXT, lambda view, _: view.document.text),
        "text_sha256": _article(_TEXT, "text_sha256"),
        "text_length": _article(_OFFSET, "text_length"),
        "text_license": _article(_TEXT, "text_license"),
        "text_availability": _article(label("text_availability"), "text_availability"),
        "obtain": _article(
            {"instructions": _TEXT, "file": _TEXT, "format": label("source_format")}, "obtain"
        ),
        "origin": _article(label("origin"), "origin"),
        "text_form": _article(label("text_form"), "text_form"),
        "token_starts": _article(List(_OFFSET), "token_starts"),
        "token_ends": _article(List(_OFFSET), "token_ends"),
        "sentence_starts": _article(List(_OFFSET), "sentence_starts"),
        "original_id": _article(_TEXT, "original_id"),
        "original_values": _article(_VALUES, "original_values"),
        "original_split": _article(_TEXT, "original_split"),
        "regions": _article(
            List({"start": _OFFSET, "end": _OFFSET, "kind": label("region_kind")}), "regions"
        ),
        "annotators": _annotation(List(_TEXT), "annotators"),
        "guidelines": _annotation(_TEXT, "guidelines"),
        "status": _annotation(label("status"), "status"),
        "annotation_license": _annotation(_TEXT, "annotation_license"),
        "imported_from": _annotation(
            {"corpus": _TEXT, "format": _TEXT, "citation": _TEXT, "url": _TEXT}, "imported_from"
        ),
        "derived": _annotation(List(_TEXT), "derived"),
        "phenomena": _annotation(List(label("document_phenomenon")), "phenomena"),
        "speakers": _annotation(List(_SPEAKER), "speakers"),
        "quotes": _annotation(List(_QUOTE), "quotes"),
        "quoted_terms": _annotation(List(_TERM), "quoted_terms"),
        "claims": _annotation(List(_CLAIM), "claims"),
    },
    "quotes": {
        "id": _ID,
        **_CONTEXT,
        "text": _surfaces("content"),
        **_items(_QUOTE, "type", "medium", "media", "content", "cue"),
        "source": (_SOURCE, _source_row),
        "speakers": _who("speakers"),
        "addressees": _who("addressees"),
        "relayed_by": _who("relayed_by"),
        "parent": _reference("parent"),
        **_items(_QUOTE, "polarity", "delimiters", "phenomena", "other_roles"),
        **_items(_QUOTE, "original_id", "original_values"),
    },
    "speakers": {
        "id": _ID,
        **_CONTEXT,
        **_items(_SPEAKER, "name", "kind", "naming", "role", "affiliation", "aliases", "wikidata"),
        "members": (List(_TEXT), _member_rows),
        "mentions": (List(_MENTION), _mention_rows),
        **_items(_SPEAKER, "original_id", "original_values"),
    },
    "claims": {
        "id": _ID,
        **_CONTEXT,
        "text": _surfaces("spans"),
        **_items(_CLAIM, "spans"),
        "claimants": _who("claimants"),
        "quote": _reference("quote"),
        **_items(_CLAIM, "proposition", "category", "stance", "certainty", "time"),
        **_items(_CLAIM, "checkability", "checkworthiness"),
        "relations": (_RELATIONS, _relation_rows),
    },
}


@cache
def features(config: str) -> Features:
    """The features of a config: names, types and labels of its columns."""
    return Features({name: feature for name, (feature, _) in _COLUMNS[config].items()})


def rows(config: str, document: Document) -> Iterator[Row]:
    """The rows of a document in a config, labels as integers, absent values as None."""
    seen = view(document)
    items = [{}] if config == "documents" else seen.annotation[config]
    for item in items:
        values = {name: function(seen, item) for name, (_, function) in _COLUMNS[config].items()}
        yield features(config).encode_example(values)
