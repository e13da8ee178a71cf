"""brat standoff: quotes and claims as events, speakers as equivalent mentions.

What brat has no form for (ids, names, propositions) stands as JSON in annotators' notes, which it
shows and keeps; so do speakers whom the text does not mention, with what they say. The article's
record has no place in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from onrecord import graph, schema
from onrecord.graph import Graph, Node
from onrecord.importers.brat import ARGUMENTS, LABELS, TO_SPEAKERS
from onrecord.source import Document, Json

_LABELS = {kind: label for label, kind in LABELS.items() if label != "Report"}
_EVENTS = frozenset({"quote", "claim"})


class Exporter:
    """Writes SECTION/SLUG.txt and .ann, and the configuration that brat shows them with."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._roles: set[str] = set()

    def add(self, document: Document, split: str) -> None:
        """Write a document."""
        text = document.text or ""
        path = self._folder / f"{document.id}.ann"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".txt").write_text(text, encoding="utf-8", newline="")
        writer = _Writer(graph.graph(document.annotation), text)
        path.write_text("".join(f"{line}\n" for line in writer.lines()), encoding="utf-8")
        self._roles |= {
            role["role"]
            for quote in document.annotation["quotes"]
            for role in quote.get("other_roles", ())
        }

    def finish(self) -> None:
        """Write annotation.conf."""
        content = "\n".join(_configuration(sorted(self._roles)))
        (self._folder / "annotation.conf").write_text(content + "\n", encoding="utf-8")


class _Writer:
    """The standoff lines of one document."""

    def __init__(self, found: Graph, text: str) -> None:
        self._graph, self._text = found, text
        self._attributes = self._notes = self._relations = 0
        self._spans: dict[str, str] = {}
        self._events: dict[str, str] = {}
        for node in found.nodes.values():
            if node.spans:
                self._spans[node.id] = f"T{len(self._spans) + 1}"
        for node in found.nodes.values():
            if node.kind in _EVENTS:
                self._events[node.id] = f"E{len(self._events) + 1}"
        self._mentions = self._by_speaker()

    def _by_speaker(self) -> dict[str, list[str]]:
        mentions: dict[str, list[str]] = {}
        for link in self._graph.links:
            if link.name == "speaker":
                mentions.setdefault(link.target, []).append(link.source)
        return mentions

    def lines(self) -> Iterator[str]:
        """Spans, then events, then what is said of both."""
        nodes = self._graph.nodes.values()
        for node in nodes:
            if node.spans:
                yield self._span(node)
        for node in nodes:
            if node.kind in _EVENTS:
                yield self._event(node)
        for node in nodes:
            yield from self._about(node)
        for names in self._mentions.values():
            if len(names) > 1:
                yield "*\tEquiv " + " ".join(self._spans[name] for name in names)
        yield from self._members()

    def _span(self, node: Node) -> str:
        label = _LABELS.get(node.kind, str(node.values.get("role", "")).capitalize())
        places = ";".join(f"{start} {end}" for start, end in node.spans)
        surface = " ".join(self._text[start:end] for start, end in node.spans)
        return f"{self._spans[node.id]}\t{label} {places}\t{' '.join(surface.split())}"

    def _event(self, node: Node) -> str:
        trigger, label = self._spans.get(node.id), _LABELS[node.kind]
        if trigger is None:
            trigger, label = self._spans[f"{node.id}.cue"], "Report"
        arguments, counts = [f"{label}:{trigger}"], dict[str, int]()
        for link in self._graph.of(node.id):
            role = ARGUMENTS.get(link.name) or self._role(link.target)
            target = self._place(link.name, link.target)
            if target is not None and target != trigger:
                counts[role] = counts.get(role, 0) + 1
                number = counts[role] if counts[role] > 1 else ""
                arguments.append(f"{role}{number}:{target}")
        return f"{self._events[node.id]}\t{' '.join(arguments)}"

    def _role(self, name: str) -> str:
        return str(self._graph.nodes[name].values["role"]).capitalize()

    def _place(self, link: str, name: str) -> str | None:
        """The event or span of a node; that of a speaker's first mention."""
        if link in TO_SPEAKERS:
            mentions = self._mentions.get(name)
            return self._spans[mentions[0]] if mentions else None
        return self._events.get(name) or self._spans.get(name)

    def _about(self, node: Node) -> Iterator[str]:
        """Attributes for closed lists, a note for the rest."""
        if node.kind in ("speaker", "cue", "role"):
            return
        target = self._events.get(node.id) or self._spans[node.id]
        closed = graph.closed_lists(node.kind)
        for key in sorted(closed & node.values.keys()):
            self._attributes += 1
            yield f"A{self._attributes}\t{key.capitalize()} {target} {node.values[key]}"
        note: Json = {"id": node.id}
        note |= {key: value for key, value in node.values.items() if key not in closed}
        for speaker, mentions in self._mentions.items():
            if mentions[0] == node.id:
                note["speaker"] = self._speaker(speaker)
        for link in self._graph.of(node.id):
            if link.name in TO_SPEAKERS and link.target not in self._mentions:
                unmentioned = note.setdefault("unmentioned", {})
                unmentioned.setdefault(link.name, []).append(self._speaker(link.target))
        self._notes += 1
        yield f"#{self._notes}\tAnnotatorNotes {target}\t{json.dumps(note, ensure_ascii=False)}"

    def _speaker(self, name: str) -> Json:
        return {"id": name, **self._graph.nodes[name].values}

    def _members(self) -> Iterator[str]:
        for link in self._graph.links:
            if link.name == "members":
                ends = [self._place("members", name) for name in (link.source, link.target)]
                if None not in ends:
                    self._relations += 1
                    yield f"R{self._relations}\tMember Arg1:{ends[0]} Arg2:{ends[1]}"


def _configuration(roles: list[str]) -> Iterator[str]:
    names = [role.capitalize() for role in roles]
    yield "[entities]"
    yield from ("Quote", "Cue", "Mention", "Term", "Claim", *names)
    yield "[relations]"
    yield "Member\tArg1:Mention, Arg2:Mention"
    yield "<EQUIV>\tArg1:Mention, Arg2:Mention, <REL-TYPE>:symmetric-transitive"
    yield "[events]"
    parts = "Source?:Mention, Speaker*:Mention, Addressee*:Mention, Relayer*:Mention"
    others = "".join(f", {name}*:{name}" for name in names)
    yield f"Quote\t{parts}, Cue?:Cue, Parent?:Quote{others}"
    yield f"Report\t{parts}, Parent?:Quote{others}"
    relations = ", ".join(f"{ARGUMENTS[name]}*:Claim" for name in schema.enum("relation_type"))
    yield f"Claim\tClaimant*:Mention, In?:Quote, {relations}"
    yield "[attributes]"
    for kind, label in (("mention", "Mention"), ("quote", "Quote|Report"), ("claim", "Claim")):
        for key in sorted(graph.closed_lists(kind)):
            yield f"{key.capitalize()}\tArg:{label}, Value:{'|'.join(graph.closed_list(kind, key))}"
    yield f"Kind\tArg:Term, Value:{'|'.join(schema.enum('term_kind'))}"
