"""Documents become Arrow tables, all configs of a batch at once, without a Python object a value.

pyarrow reads the JSON of the documents with an explicit schema; the rows of quotes, speakers and
claims are then taken from the nested columns. The rows of tasks, which need the words of the text,
are made in Python, column by column from one view of each document. `plain` says what the tables
have to be: `tables` equals `slow` on every optional field, and is it where a value is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
from datasets import ClassLabel, List, Value
from pyarrow import json as reader

from onrecord import model, schema
from onrecord import tables as plain
from onrecord.columns import View, view
from onrecord.source import Document
from onrecord.tasks import TASKS


def tables(
    documents: Sequence[Document], configs: Sequence[str] = plain.CONFIGS
) -> dict[str, pa.Table]:
    """The rows of sound documents, whose texts are at hand, in each config."""
    views = [*map(view, documents)] if TASKS.keys() & {*configs} else []
    try:
        batch = _Batch(documents)
        return {config: _table(config, _columns(config, batch, views)) for config in configs}
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        # A whole number written as 12.0, which is one to JSON Schema and to us.
        return {config: slow(config, documents) for config in configs}


def slow(config: str, documents: Sequence[Document]) -> pa.Table:
    """The rows of documents in a config, made in Python."""
    rows = [row for document in documents for row in plain.rows(config, document)]
    return pa.Table.from_pylist(rows, schema=plain.arrow_schema(config))


def _columns(config: str, batch: _Batch, views: Sequence[View]) -> dict[str, Any]:
    return _of_views(config, views) if config in TASKS else _FAST[config](batch)


def _of_views(config: str, views: Sequence[View]) -> dict[str, Any]:
    """The columns of a task, labels as their names."""
    given = [(each, item) for each in views for item in TASKS[config].items(each)]
    return {
        name: pa.array([function(*each) for each in given], _raw(feature))
        for name, (feature, function) in TASKS[config].columns.items()
    }


def _table(config: str, columns: dict[str, Any]) -> pa.Table:
    wanted = plain.features(config)
    arrays = [_labelled(columns[name], feature) for name, feature in wanted.items()]
    return pa.Table.from_arrays(arrays, schema=plain.arrow_schema(config))


def _line(document: Document) -> bytes:
    """A document as JSON; with the surfaces of its spans, which a withheld one leaves out."""
    withheld = document.article["text_availability"] == "withheld"
    if document.line is not None and not withheld:
        return document.line
    annotation = view(document).annotation if withheld else document.annotation
    value = {"article": document.article, "text": document.text, "annotation": annotation}
    return orjson.dumps(value)


@cache
def _schema() -> pa.Schema:
    """Every key of article and annotation that is a column, labels as their names."""
    features = plain.features("documents")
    parts = [
        (
            name,
            pa.struct(
                [(k, _raw(features[k])) for k in schema.load(name)["properties"] if k in features]
            ),
        )
        for name in ("article", "annotation")
    ]
    return pa.schema([*parts, ("text", pa.string())])


def _raw(feature: Any) -> pa.DataType:
    if isinstance(feature, ClassLabel):
        return pa.string()
    if isinstance(feature, List):
        return pa.list_(_raw(feature.feature))
    if isinstance(feature, dict):
        return pa.struct([(key, _raw(each)) for key, each in feature.items()])
    return feature.pa_type


def _labelled(array: pa.Array, feature: Any) -> pa.Array:
    """An array with integers for the names of labels, at any depth."""
    if isinstance(feature, ClassLabel):
        if pa.types.is_integer(array.type):
            return array
        return pc.index_in(array, value_set=pa.array(feature.names, pa.string())).cast(pa.int64())
    if isinstance(feature, List):
        return _relisted(array, _labelled(array.values, feature.feature))
    if isinstance(feature, dict):
        fields = [_labelled(array.field(key), each) for key, each in feature.items()]
        return pa.StructArray.from_arrays(fields, [*feature], mask=array.is_null())
    return array.cast(feature.pa_type) if isinstance(feature, Value) else array


def _relisted(array: pa.ListArray, values: pa.Array) -> pa.ListArray:
    """Other values in the lists of an array, which is no slice."""
    return pa.ListArray.from_arrays(array.offsets, values, mask=array.is_null())


class _Batch:
    """The columns of some documents, and of their items."""

    def __init__(self, documents: Sequence[Document]) -> None:
        raw = b"\n".join(_line(document).rstrip(b"\n") for document in documents)
        read = reader.read_json(
            pa.BufferReader(raw),
            reader.ReadOptions(use_threads=False, block_size=len(raw) + 1),
            reader.ParseOptions(explicit_schema=_schema(), unexpected_field_behavior="ignore"),
        ).combine_chunks()
        parts = [read.column(name).combine_chunks() for name in ("article", "annotation")]
        self.columns = {field.name: part.field(field.name) for part in parts for field in part.type}
        self.columns["text"] = pa.array([each.text for each in documents], pa.string())
        self.columns["title"] = pa.array([*map(model.headline, documents)], pa.string())
        self.id = self.columns["id"]

    def items(self, key: str) -> tuple[pa.Array, pa.StructArray]:
        """The number of the document of each item, and the items."""
        return _flat(self.columns[key])


def _flat(lists: pa.ListArray) -> tuple[pa.Array, pa.Array]:
    return pc.list_parent_indices(lists), lists.flatten()


def _global(owners: pa.Array, local: pa.Array) -> pa.Array:
    """Ids with those of their documents before them."""
    return pc.binary_join_element_wise(owners, local, "#")


def _each(lists: pa.ListArray, owners: pa.Array, function: Callable[..., pa.Array]) -> pa.ListArray:
    """A function of the values of lists, and of the ids of their documents."""
    parents, values = _flat(lists)
    # Null lists hold no values: what is flat is what lies behind the offsets.
    return _relisted(lists, function(owners.take(parents), values))


def _with(struct: pa.StructArray, **columns: pa.Array) -> pa.StructArray:
    """A struct with some columns replaced or added."""
    kept = {field.name: struct.field(field.name) for field in struct.type} | columns
    return pa.StructArray.from_arrays([*kept.values()], [*kept], mask=struct.is_null())


def _surfaces(spans: pa.ListArray) -> pa.Array:
    """The surfaces of spans in one string, null where there are none."""
    joined = pc.binary_join(_relisted(spans, spans.values.field("text")), " ")
    return pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined)


def _item(batch: _Batch, key: str) -> tuple[pa.Array, dict[str, pa.Array]]:
    """The ids of the documents of items, and the columns that all items have."""
    parents, items = batch.items(key)
    owners = batch.id.take(parents)
    columns = {field.name: items.field(field.name) for field in items.type}
    context = (
        "story",
        "genre",
        "language",
        "origin",
        "text_license",
        "annotation_license",
        "status",
    )
    columns |= {name: batch.columns[name].take(parents) for name in context}
    return owners, columns | {"id": _global(owners, columns["id"]), "document": owners}


def _who(batch: _Batch, lists: pa.ListArray, owners: pa.Array) -> pa.ListArray:
    """Lists of ids as lists of the speakers."""
    parents, speakers = batch.items("speakers")
    ids = _global(batch.id.take(parents), speakers.field("id"))
    keys = ("name", "kind", "naming", "role", "affiliation")
    fields = [ids, *(speakers.field(key) for key in keys)]
    people = pa.StructArray.from_arrays(fields, ["id", *keys])

    def found(owners: pa.Array, local: pa.Array) -> pa.Array:
        return people.take(pc.index_in(_global(owners, local), value_set=ids))

    return _each(lists, owners, found)


def _source(batch: _Batch, local: pa.Array, owners: pa.Array) -> pa.StructArray:
    """The mention that is each quote's source, with its speaker."""
    parents, speakers = batch.items("speakers")
    documents = batch.id.take(parents)
    at, mentions = _flat(speakers.field("mentions"))
    ids = _global(documents.take(at), mentions.field("id"))
    whose = _global(documents, speakers.field("id")).take(at)
    return _with(mentions, id=ids, speaker=whose).take(
        pc.index_in(_global(owners, local), value_set=ids)
    )


def _documents(batch: _Batch) -> dict[str, pa.Array]:
    return batch.columns


def _quotes(batch: _Batch) -> dict[str, pa.Array]:
    owners, columns = _item(batch, "quotes")
    people = {k: _who(batch, columns[k], owners) for k in ("speakers", "addressees", "relayed_by")}
    return columns | {
        "text": _surfaces(columns["content"]),
        "source": _source(batch, columns["source"], owners),
        "parent": _global(owners, columns["parent"]),
        **people,
    }


def _speakers(batch: _Batch) -> dict[str, pa.Array]:
    owners, columns = _item(batch, "speakers")

    def mentions(owners: pa.Array, values: pa.Array) -> pa.Array:
        return _with(values, id=_global(owners, values.field("id")))

    return columns | {
        "members": _each(columns["members"], owners, _global),
        "mentions": _each(columns["mentions"], owners, mentions),
    }


def _claims(batch: _Batch) -> dict[str, pa.Array]:
    owners, columns = _item(batch, "claims")

    def relations(owners: pa.Array, values: pa.Array) -> pa.Array:
        return _with(values, claim=_global(owners, values.field("claim")))

    return columns | {
        "text": _surfaces(columns["spans"]),
        "claimants": _who(batch, columns["claimants"], owners),
        "quote": _global(owners, columns["quote"]),
        "relations": _each(columns["relations"], owners, relations),
    }


_FAST: dict[str, Callable[[_Batch], dict[str, Any]]] = {
    "documents": _documents,
    "quotes": _quotes,
    "speakers": _speakers,
    "claims": _claims,
}
