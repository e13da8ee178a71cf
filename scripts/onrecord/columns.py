"""What the tables are made of: the features of the model's parts, and a document as rows see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from datasets import ClassLabel, List, Value

from onrecord import model, schema
from onrecord.source import Document, Json

TEXT = Value("string")
OFFSET = Value("int32")


def label(name: str) -> ClassLabel:
    """A closed list as a ClassLabel, its values in schema order."""
    return ClassLabel(names=list(schema.enum(name)))


SPANS = List({"start": OFFSET, "end": OFFSET, "text": TEXT})
VALUES = List({"name": TEXT, "value": TEXT})
MENTION = {"id": TEXT, "form": label("mention_form"), "spans": SPANS, "original_id": TEXT}
RELATIONS = List({"type": label("relation_type"), "claim": TEXT})
SPEAKER = {
    "id": TEXT,
    "name": TEXT,
    "kind": label("speaker_kind"),
    "naming": label("naming"),
    "role": TEXT,
    "affiliation": TEXT,
    "aliases": List(TEXT),
    "wikidata": TEXT,
    "members": List(TEXT),
    "mentions": List(MENTION),
    "original_id": TEXT,
    "original_values": VALUES,
}
QUOTE = {
    "id": TEXT,
    "type": label("quote_type"),
    "medium": label("medium"),
    "media": List(label("medium")),
    "content": SPANS,
    "cue": SPANS,
    "source": TEXT,
    "speakers": List(TEXT),
    "addressees": List(TEXT),
    "relayed_by": List(TEXT),
    "parent": TEXT,
    "polarity": label("polarity"),
    "delimiters": label("delimiters"),
    "phenomena": List(label("quote_phenomenon")),
    "other_roles": List({"role": TEXT, "spans": SPANS}),
    "original_id": TEXT,
    "original_values": VALUES,
}
TERM = {"id": TEXT, "kind": label("term_kind"), "spans": SPANS}
CLAIM = {
    "id": TEXT,
    "spans": SPANS,
    "claimants": List(TEXT),
    "quote": TEXT,
    "proposition": TEXT,
    "category": label("claim_category"),
    "stance": label("stance"),
    "certainty": label("certainty"),
    "time": label("claim_time"),
    "checkability": label("checkability"),
    "checkworthiness": label("checkworthiness"),
    "relations": RELATIONS,
}
# What a row of another config says of a speaker.
WHO = {key: SPEAKER[key] for key in ("id", "name", "kind", "naming", "role", "affiliation")}
SOURCE = {**MENTION, "speaker": TEXT}


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


def article(feature: Any, key: str) -> Column:
    """A key of the article record."""
    return feature, lambda view, _: view.document.article.get(key)


def annotation_of(feature: Any, key: str) -> Column:
    """A key of the annotation document."""
    return feature, lambda view, _: view.annotation.get(key)


def item(feature: Any, key: str) -> Column:
    """A key of the item that the row is about."""
    return feature, lambda _, item: item.get(key)


def items(fields: dict[str, Any], *keys: str) -> dict[str, Column]:
    """Some keys of the item that the row is about."""
    return {key: item(fields[key], key) for key in keys}


ID: Column = (TEXT, lambda view, item: view.global_id(item["id"]))

# What every row of an item says of its document.
CONTEXT: dict[str, Column] = {
    "document": (TEXT, lambda view, _: view.document.id),
    "story": article(TEXT, "story"),
    "genre": article(label("genre"), "genre"),
    "language": article(TEXT, "language"),
    "origin": article(label("origin"), "origin"),
    "text_license": article(TEXT, "text_license"),
    "annotation_license": annotation_of(TEXT, "annotation_license"),
    "status": annotation_of(label("status"), "status"),
}


def surfaces(key: str) -> Column:
    """The surfaces of one of the item's roles, with blanks between them."""
    return TEXT, lambda _, item: " ".join(span["text"] for span in item.get(key, [])) or None


def who(key: str) -> Column:
    """The speakers that a key of the item refers to."""
    return List(WHO), lambda view, item: view.who(item.get(key))


def reference(key: str) -> Column:
    """The global id of what a key of the item refers to."""
    return TEXT, lambda view, item: view.global_id(item.get(key))
