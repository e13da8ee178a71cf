"""Label Studio: tasks with our annotation as predictions, and the labelling configuration.

A span is a region; further spans of one item are regions that it "continues" in. Closed lists are
choices per region, keys that lead from region to region are relations. What Label Studio has no
control for stands as JSON in a region's notes, and the document's record and speakers in the
task's data; it gives both back. Offsets are code points, as Label Studio stores them since 2022.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import orjson

from onrecord import graph, schema
from onrecord.graph import Graph, Node
from onrecord.source import Document, Json

LABELS = {
    "mention": "Mention",
    "quote": "Quote",
    "cue": "Cue",
    "role": "Role",
    "quoted_term": "Term",
    "claim": "Claim",
}
CONTINUES = "continues"
# Links that people draw; those to speakers, who are no regions, stand in the notes.
RELATIONS = ("source", "cue", "other_roles", "parent", "quote", *schema.enum("relation_type"))


class Exporter:
    """Writes tasks.json, and config.xml for a project's labelling interface."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "tasks.json"
        self._count = 0
        self._path.write_bytes(b"[")

    def add(self, document: Document, split: str) -> None:
        """Write a task."""
        with self._path.open("ab") as file:
            file.write(b",\n" if self._count else b"\n")
            file.write(orjson.dumps(_task(document, split)))
        self._count += 1

    def finish(self) -> None:
        """End the list of tasks, and write the configuration."""
        with self._path.open("ab") as file:
            file.write(b"\n]\n")
        (self._folder / "config.xml").write_text(configuration() + "\n", encoding="utf-8")


def _task(document: Document, split: str) -> Json:
    found = graph.graph(document.annotation)
    head = {key: v for key, v in document.annotation.items() if key not in graph.ITEMS.values()}
    speakers = [
        {"id": node.id, **node.values} | _to_speakers(found, node)
        for node in found.nodes.values()
        if node.kind == "speaker"
    ]
    data = {
        "text": document.text,
        "document": document.id,
        "split": split,
        "article": document.article,
        "annotation": {**head, "speakers": speakers},
    }
    result = [*_result(found, document.text or "")]
    return {"data": data, "predictions": [{"model_version": "onrecord", "result": result}]}


def _to_speakers(found: Graph, node: Node) -> Json:
    """The links of a node that lead to speakers."""
    links: Json = {}
    for link in found.of(node.id):
        if found.nodes[link.target].kind == "speaker":
            links.setdefault(link.name, []).append(link.target)
    return links


def _result(found: Graph, text: str) -> Iterator[Json]:
    shown = {node.id: _regions(node) for node in found.nodes.values()}
    for node in found.nodes.values():
        yield from _node(found, node, shown[node.id], text)
    for link in found.links:
        ends = shown[link.source], shown[link.target]
        if link.name in RELATIONS and all(ends):
            yield _relation(link.name, *(each[0][0] for each in ends))


Region = tuple[str, int, int]


def _regions(node: Node) -> list[Region]:
    """A region for each span, the first with the node's id.

    A report without content has none, and is its cue's: see `_node`.
    """
    return [
        (f"{node.id}/{i}" if i else node.id, start, end)
        for i, (start, end) in enumerate(node.spans)
    ]


def _node(found: Graph, node: Node, regions: list[Region], text: str) -> Iterator[Json]:
    closed = graph.closed_lists(node.kind)
    for i, (name, start, end) in enumerate(regions):
        value = {"start": start, "end": end, "text": text[start:end]}
        region = {"id": name, "to_name": "text", "from_name": "label", "type": "labels"}
        label = {**region, "value": {**value, "labels": [LABELS[node.kind]]}}
        if i:
            yield label
            yield _relation(CONTINUES, regions[0][0], name)
            continue
        note = {key: v for key, v in node.values.items() if key not in closed}
        note |= _to_speakers(found, node)
        note |= _bare_report(found, node)
        yield {**label, "meta": {"text": [json.dumps(note, ensure_ascii=False)]}}
        for key in sorted(closed & node.values.keys()):
            choice = {**value, "choices": [node.values[key]]}
            yield {
                **region,
                "from_name": control(node.kind, key),
                "type": "choices",
                "value": choice,
            }


def _bare_report(found: Graph, node: Node) -> Json:
    """With a cue: the report that it is all there is of."""
    if node.kind != "cue":
        return {}
    for link in found.links:
        quote = found.nodes[link.source]
        if link.target == node.id and not quote.spans:
            links: Json = {}
            for each in found.of(quote.id):
                links.setdefault(each.name, []).append(each.target)
            return {"report": {"id": quote.id, "values": quote.values, "links": links}}
    return {}


def _relation(label: str, source: str, target: str) -> Json:
    ends = {"from_id": source, "to_id": target}
    return {"type": "relation", "direction": "right", "labels": [label], **ends}


def control(kind: str, key: str) -> str:
    """The name of the control for a closed list."""
    return f"{kind}_{key}"


def configuration() -> str:
    """The labelling configuration: labels, relations, and a list of choices for each closed list."""
    view = ET.Element("View")
    labels = ET.SubElement(view, "Labels", name="label", toName="text")
    for label in LABELS.values():
        ET.SubElement(labels, "Label", value=label)
    relations = ET.SubElement(view, "Relations")
    for name in (*RELATIONS, CONTINUES):
        ET.SubElement(relations, "Relation", value=name)
    ET.SubElement(view, "Text", name="text", value="$text", granularity="symbol")
    for kind, label in LABELS.items():
        for key in sorted(graph.closed_lists(kind)):
            shown = {"perRegion": "true", "whenTagName": "label", "whenLabelValue": label}
            named = {"name": control(kind, key), "toName": "text", "choice": "single"}
            choices = ET.SubElement(view, "Choices", {**named, **shown})
            for value in graph.closed_list(kind, key):
                ET.SubElement(choices, "Choice", value=value)
    ET.indent(view)
    return ET.tostring(view, encoding="unicode")
