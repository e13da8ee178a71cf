"""UIMA CAS as XMI, by dkpro-cassis: a file a document, and their type system.

An item of the model is an `onrecord.Item`; each of its spans is an annotation that refers to it,
of the type `onrecord.Quote`, `onrecord.Cue` and so on; an `onrecord.Link` joins two items. What
has no closed list stands as JSON in a feature, as do the document's record and head.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from cassis import Cas, TypeSystem

from onrecord import graph
from onrecord.exporters import UnfitError
from onrecord.graph import Graph, Node
from onrecord.source import Document

TYPES = {kind: "onrecord." + kind.title().replace("_", "") for kind in graph.KINDS}
TYPE_SYSTEM = "TypeSystem.xml"
_STRING = "uima.cas.String"
# What XML 1.0 has no way to write.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Exporter:
    """Writes SECTION/SLUG.xmi and TypeSystem.xml."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, document: Document, split: str) -> None:
        """Write a document. Raises UnfitError for a character that XML cannot hold."""
        text = document.text or ""
        if found := _ILLEGAL.search(text):
            raise UnfitError(f"XML cannot hold the character U+{ord(found[0]):04X}")
        path = self._folder / f"{document.id}.xmi"
        path.parent.mkdir(parents=True, exist_ok=True)
        _cas(document, text, split).to_xmi(path, pretty_print=True)

    def finish(self) -> None:
        """Write the type system."""
        type_system().to_xml(self._folder / TYPE_SYSTEM)


def feature(kind: str, key: str) -> str:
    """The name of the feature for a closed list."""
    return f"{kind}_{key}"


@cache
def type_system() -> TypeSystem:
    """The types of items, links, spans and the document's record."""
    types = TypeSystem()
    item = types.create_type("onrecord.Item", "uima.cas.TOP", "An item of the model")
    closed = [feature(k, key) for k in graph.KINDS for key in sorted(graph.closed_lists(k))]
    for name in ("id", "kind", "rest", *closed):
        types.create_feature(item, name, _STRING)
    link = types.create_type("onrecord.Link", "uima.cas.TOP", "A key that leads to another item")
    types.create_feature(link, "name", _STRING)
    for name in ("source", "target"):
        types.create_feature(link, name, item)
    span = types.create_type("onrecord.Span", "uima.tcas.Annotation", "A span of an item")
    types.create_feature(span, "item", item)
    for kind, name in TYPES.items():
        types.create_type(name, "onrecord.Span", f"A span of a {kind.replace('_', ' ')}")
    record = types.create_type("onrecord.Record", "uima.cas.TOP", "What is known of the document")
    for name in ("id", "split", "article", "annotation"):
        types.create_feature(record, name, _STRING)
    return types


def _cas(document: Document, text: str, split: str) -> Cas:
    cas = Cas(type_system(), sofa_string=text, document_language=document.article["language"])
    found = graph.graph(document.annotation)
    lists = graph.ITEMS.values()
    head = {key: value for key, value in document.annotation.items() if key not in lists}
    record = _type("onrecord.Record")
    cas.add(
        record(
            id=document.id, split=split, article=_dumped(document.article), annotation=_dumped(head)
        )
    )
    items = {node.id: _item(cas, node) for node in found.nodes.values()}
    _add_links(cas, found, items)
    return cas


def _type(name: str) -> Any:
    return type_system().get_type(name)


def _dumped(value: object) -> str:
    return json.dumps(value)  # in ASCII, which every reader of XML agrees on


def _item(cas: Cas, node: Node) -> Any:
    closed = graph.closed_lists(node.kind) & node.values.keys()
    rest = {key: value for key, value in node.values.items() if key not in closed}
    features = {feature(node.kind, key): node.values[key] for key in closed}
    item = _type("onrecord.Item")(id=node.id, kind=node.kind, rest=_dumped(rest), **features)
    cas.add(item)
    for start, end in node.spans:
        cas.add(_type(TYPES[node.kind])(begin=start, end=end, item=item))
    return item


def _add_links(cas: Cas, found: Graph, items: dict[str, Any]) -> None:
    for link in found.links:
        ends = {"source": items[link.source], "target": items[link.target]}
        cas.add(_type("onrecord.Link")(name=link.name, **ends))
