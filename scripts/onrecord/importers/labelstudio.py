"""Label Studio: a JSON export of a project that our own export's configuration labels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import ijson

from onrecord import graph
from onrecord.exporters.labelstudio import CONTINUES, LABELS, RELATIONS
from onrecord.graph import Graph, Link, Node
from onrecord.importers.draft import Imported, returned
from onrecord.importers.loss import Loss
from onrecord.model import Extent
from onrecord.source import Json

_KINDS = {label: kind for kind, label in LABELS.items()}


class Importer:
    """Reads a file that Label Studio exported as JSON, or a folder of them."""

    def __init__(self, loss: Loss, options: Json) -> None:
        self._loss = loss

    def find(self, source: Path) -> _Tasks:
        """The tasks."""
        return _Tasks([source] if source.is_file() else sorted(source.glob("*.json")), self._loss)

    def convert(self, task: Json) -> Iterator[Imported]:
        """One document, from its first annotation, else its first prediction."""
        self._loss.held["documents"] += 1
        data = task["data"]
        made = [each for each in task.get("annotations", []) if not each.get("was_cancelled")]
        sets = made or task.get("predictions", [])
        name = str(data.get("document") or f"task {task.get('id', '')}")
        if not sets:
            self._loss.dropped("documents", "neither annotated nor predicted", name)
            return
        for each in sets[1:]:
            why = "beside the first; import them one by one"
            self._loss.dropped("annotations", why, f"{name} {each.get('id', '')}")
        kept = data.get("annotation", {})
        found = _Reader(data["text"], self._loss, name).read(sets[0]["result"], kept)
        annotation, left_out = graph.annotation(found, data["text"])
        for node in left_out:
            self._loss.dropped("regions", "without what its kind needs", f"{name} {node}")
        article, split = data.get("article", {}), data.get("split")
        yield returned(Imported(name, data["text"], annotation, article, split), kept)


class _Tasks:
    """The tasks of some files, one at a time: an export of any size takes the memory of one."""

    def __init__(self, paths: list[Path], loss: Loss) -> None:
        self._paths, self._loss = paths, loss

    def __len__(self) -> int:
        return sum(1 for path in self._paths for _ in self._read(path, Loss()))

    def __iter__(self) -> Iterator[Json]:
        for path in self._paths:
            yield from self._read(path, self._loss)

    def _read(self, path: Path, loss: Loss) -> Iterator[Json]:
        with path.open("rb") as file:
            try:
                for task in ijson.items(file, "item", use_float=True):
                    if isinstance(task, dict) and "data" in task:
                        yield task
            except ijson.JSONError as error:
                reason = f"no JSON from some place on: {error}".partition("\n")[0]
                loss.dropped("files", reason, path.name)


class _Reader:
    """The regions, choices and relations of one task as a graph."""

    def __init__(self, text: str, loss: Loss, name: str) -> None:
        self._text, self._loss, self._name = text, loss, name
        self._graph = Graph()
        self._continued: dict[str, str] = {}

    def read(self, result: list[Json], kept: Json) -> Graph:
        """The graph of a result and of the speakers that the task keeps."""
        self._loss.held["results"] += len(result)
        for each in result:
            if each["type"] == "relation" and CONTINUES in each.get("labels", []):
                self._continued[each["to_id"]] = each["from_id"]
        for speaker in kept.get("speakers", []):
            self._speaker(speaker)
        for kind in ("labels", "choices", "relation"):
            for each in result:
                if each["type"] == kind:
                    getattr(self, f"_{kind}")(each)
                elif kind == "labels" and each["type"] not in ("choices", "relation"):
                    self._loss.dropped("results", f"{each['type']}: not of our configuration")
        return self._graph

    def _speaker(self, speaker: Json) -> None:
        values = {key: v for key, v in speaker.items() if key not in ("id", "members")}
        self._graph.add(Node(speaker["id"], "speaker", [], values))
        for member in speaker.get("members", []):
            self._graph.links.append(Link("members", speaker["id"], member))

    def _labels(self, each: Json) -> None:
        value = each["value"]
        extent, kind = self._extent(value), _KINDS.get(value["labels"][0])
        if kind is None:
            why = f"{value['labels'][0]}: no label of our configuration"
            self._loss.dropped("regions", why, self._name)
            return
        own: str = each["id"]
        name = self._continued.get(own, own)
        node = self._graph.nodes.get(name) or self._graph.add(Node(name, kind))
        node.spans.append(extent)
        if name == own:
            self._note(node, each.get("meta", {}).get("text", []))

    def _note(self, node: Node, notes: list[str]) -> None:
        for note in notes:
            if not note.startswith("{"):
                self._loss.dropped("notes", "written by annotators", self._name)
                continue
            for key, value in json.loads(note).items():
                if key == "report":
                    self._report(value)
                elif key in graph.links_of(node.kind):
                    self._graph.links += [Link(key, node.id, target) for target in value]
                else:
                    node.values[key] = value

    def _report(self, report: Json) -> None:
        """A report without content, which its cue tells of."""
        self._graph.add(Node(report["id"], "quote", [], report["values"]))
        for name, targets in report["links"].items():
            self._graph.links += [Link(name, report["id"], target) for target in targets]

    def _choices(self, each: Json) -> None:
        node = self._graph.nodes.get(each["id"])
        kind, _, key = each["from_name"].rpartition("_")
        if node is None or node.kind != kind:
            self._loss.dropped("choices", "of a region that is none", self._name)
        else:
            node.values[key] = each["value"]["choices"][0]

    def _relation(self, each: Json) -> None:
        source: str = each["from_id"]
        target: str = each["to_id"]
        if each.get("direction") == "left":
            source, target = target, source
        source = self._continued.get(source, source)
        target = self._continued.get(target, target)
        for label in each.get("labels") or ["without a label"]:
            if label in RELATIONS:
                self._graph.links.append(Link(label, source, target))
            elif label != CONTINUES:
                self._loss.dropped("relations", f"{label}: not of our configuration", self._name)

    def _extent(self, value: Json) -> Extent:
        """A region's extent; old versions of Label Studio count UTF-16 code units."""
        start, end = int(value["start"]), int(value["end"])
        surface = value.get("text", self._text[start:end])
        if surface != self._text[start:end]:
            units = self._text.encode("utf-16-le")
            inner = units[2 * start : 2 * end].decode("utf-16-le", "replace")
            if inner == surface:
                start = len(units[: 2 * start].decode("utf-16-le"))
                end = start + len(inner)
                self._loss.repaired("offsets", "of UTF-16 code units", self._name)
            else:
                self._loss.repaired("offsets", "trusted over another text", self._name)
        return start, end
