"""UIMA CAS as XMI with the types of our export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from cassis import Cas, load_cas_from_xmi, load_typesystem

from onrecord import graph
from onrecord.exporters.xmi import TYPE_SYSTEM, feature
from onrecord.graph import Graph, Link, Node
from onrecord.importers.draft import Imported, returned
from onrecord.importers.loss import Loss
from onrecord.source import Json


class Importer:
    """Reads *.xmi in folders of any depth, with TypeSystem.xml."""

    def __init__(self, loss: Loss, options: Json) -> None:
        self._loss = loss
        self._types = Path()

    def find(self, source: Path) -> list[Path]:
        """The documents."""
        self._types = source / TYPE_SYSTEM
        return sorted(source.rglob("*.xmi")) if self._types.is_file() else []

    def convert(self, path: Path) -> Iterator[Imported]:
        """One document."""
        self._loss.held["documents"] += 1
        with self._types.open("rb") as file:
            types = load_typesystem(file)
        with path.open("rb") as file:
            cas = load_cas_from_xmi(file, typesystem=types)
        text = cas.sofa_string or ""
        annotation, left_out = graph.annotation(_graph(cas), text)
        for node in left_out:
            self._loss.dropped("items", "without what their kind needs", f"{path.stem} {node}")
        (record,) = cas.select("onrecord.Record")
        head, article = json.loads(record.annotation), json.loads(record.article)
        yield returned(Imported(record.id, text, annotation, article, record.split), head)


def _graph(cas: Cas) -> Graph:
    found = Graph()
    for item in cas.select("onrecord.Item"):
        values = json.loads(item.rest)
        for key in graph.closed_lists(item.kind):
            if value := getattr(item, feature(item.kind, key)):
                values[key] = value
        found.add(Node(item.id, item.kind, [], values))
    for span in cas.select("onrecord.Span"):
        found.nodes[span.item.id].spans.append((span.begin, span.end))
    for link in cas.select("onrecord.Link"):
        found.links.append(Link(link.name, link.source.id, link.target.id))
    return found
