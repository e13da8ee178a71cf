"""W3C Web Annotations in JSON-LD: a page a document.

Each item of the model is an annotation that tags its spans, found by position and by quotation;
a speaker's identifies within the whole text; each key that leads to another item is an annotation
that links the two. Offsets are code points, as the recommendation has it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from onrecord import graph
from onrecord.graph import Link, Node
from onrecord.model import Extent
from onrecord.source import Document, Json

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_AROUND = 32


class Exporter:
    """Writes SECTION/SLUG.jsonld and the text beside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, document: Document, split: str) -> None:
        """Write a document."""
        path = self._folder / f"{document.id}.jsonld"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = json.dumps(page(document), ensure_ascii=False, indent=1)
        path.write_text(content + "\n", encoding="utf-8")
        path.with_suffix(".txt").write_text(document.text or "", encoding="utf-8", newline="")

    def finish(self) -> None:
        """Nothing more to write."""


def page(document: Document) -> Json:
    """The annotations of a document."""
    return {
        "@context": CONTEXT,
        "id": f"urn:onrecord:{document.id}",
        "type": "AnnotationPage",
        "partOf": {"id": "urn:onrecord", "type": "AnnotationCollection"},
        "items": [*_items(document)],
    }


def _items(document: Document) -> Iterator[Json]:
    found = graph.graph(document.annotation)
    source = f"{document.id.rpartition('/')[2]}.txt"
    for node in found.nodes.values():
        targets = [_target(source, document.text or "", extent) for extent in node.spans]
        yield _annotation(document.id, node) | {"target": targets or source}
    for number, link in enumerate(found.links, 1):
        yield _linking(document.id, link, number)


def _annotation(document_id: str, node: Node) -> Json:
    return {
        "id": f"urn:onrecord:{document_id}#{node.id}",
        "type": "Annotation",
        "motivation": "tagging" if node.spans else "identifying",
        "body": [
            {"type": "TextualBody", "purpose": "tagging", "value": node.kind},
            {
                "type": "TextualBody",
                "purpose": "describing",
                "format": "application/json",
                "value": json.dumps(node.values, ensure_ascii=False),
            },
        ],
    }


def _target(source: str, text: str, extent: Extent) -> Json:
    start, end = extent
    quotation = {
        "type": "TextQuoteSelector",
        "exact": text[start:end],
        "prefix": text[max(0, start - _AROUND) : start],
        "suffix": text[end : end + _AROUND],
    }
    position = {"type": "TextPositionSelector", "start": start, "end": end}
    return {"source": source, "selector": [position, quotation]}


def _linking(document_id: str, link: Link, number: int) -> Json:
    return {
        "id": f"urn:onrecord:{document_id}#link{number}",
        "type": "Annotation",
        "motivation": "linking",
        "body": [
            f"urn:onrecord:{document_id}#{link.target}",
            {"type": "TextualBody", "purpose": "tagging", "value": link.name},
        ],
        "target": f"urn:onrecord:{document_id}#{link.source}",
    }
