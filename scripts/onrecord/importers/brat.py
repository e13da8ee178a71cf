"""Any folder of brat standoff: our own export, or, with a mapping file, other people's labels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from onrecord import graph
from onrecord.graph import Graph, Link, Node
from onrecord.importers import standoff
from onrecord.importers.draft import Draft, Imported, published
from onrecord.importers.loss import Loss
from onrecord.source import Json

# The labels of our export that say what a span is; any other is the name of a role.
LABELS = {
    "Quote": "quote",
    "Report": "quote",
    "Cue": "cue",
    "Mention": "mention",
    "Term": "quoted_term",
    "Claim": "claim",
}
# Arguments and relations of our export, by the links that they stand for.
ARGUMENTS = {
    "source": "Source",
    "speakers": "Speaker",
    "addressees": "Addressee",
    "relayed_by": "Relayer",
    "parent": "Parent",
    "cue": "Cue",
    "claimants": "Claimant",
    "quote": "In",
    "members": "Member",
    "supports": "Supports",
    "contradicts": "Contradicts",
    "restates": "Restates",
    "answers": "Answers",
}
# What a note says beside an item's own values.
_NOTED = frozenset({"id", "speaker", "unmentioned"})
_LINKS = {argument: link for link, argument in ARGUMENTS.items()}
TO_SPEAKERS = frozenset({"speakers", "addressees", "relayed_by", "claimants", "members"})


class Importer:
    """Reads NAME.ann beside NAME.txt, in folders of any depth."""

    def __init__(self, loss: Loss, options: Json) -> None:
        self._loss, self._mapping = loss, _mapping(options)
        self._source = Path()

    def find(self, source: Path) -> list[Path]:
        """The annotation files."""
        self._source = source
        return sorted(source.rglob("*.ann"))

    def convert(self, path: Path) -> Iterator[Imported]:
        """One document."""
        self._loss.held["documents"] += 1
        text = published(path.with_suffix(".txt").read_bytes(), self._loss, path.name)
        found = standoff.read(path, text, self._loss)
        self._loss.held["spans"] += len(found.labels)
        name = path.relative_to(self._source).with_suffix("").as_posix()
        if self._mapping is None:
            annotation = self._own(found, text, name)
        else:
            annotation = self._mapped(found, self._mapping, text, name)
        yield Imported(name, text, annotation)

    def _mapped(
        self, found: standoff.Standoff, mapping: standoff.Mapping, text: str, name: str
    ) -> Json:
        draft = Draft(text, self._loss, name)
        used = standoff.quotes(found, mapping, draft)
        for span, label in found.labels.items():
            if span not in used:
                self._loss.dropped("spans", f"{label}: not in the mapping, or unused", name)
        for event in found.events:
            if event.type not in mapping.quotes and event.type not in mapping.roles:
                self._loss.dropped("events", f"{event.type}: not in the mapping", name)
        draft.nest()
        derived = {"derived": ["quotes/type"]} if None in mapping.quotes.values() else {}
        return {**draft.annotation(), **derived}

    def _own(self, found: standoff.Standoff, text: str, name: str) -> Json:
        annotation, left_out = graph.annotation(_graph(found), text)
        for node in left_out:
            self._loss.dropped("spans", "without what its kind needs", f"{name} {node}")
        return annotation


def _mapping(options: Json) -> standoff.Mapping | None:
    if "quotes" not in options:
        return None
    known = ("quotes", "roles", "mentions", "trigger")
    given = {key: options[key] for key in known if options.get(key) is not None}
    return standoff.Mapping(**{"roles": {}, **given})


def _graph(found: standoff.Standoff) -> Graph:
    """The graph of what our export wrote, and people may have edited since."""
    result = Graph()
    names = _names(found)
    triggers = {event.trigger: event for event in found.events if event.trigger}
    for span, label in found.labels.items():
        event = triggers.get(span)
        values = _values(found, event.id if event else span)
        kind = LABELS.get(label, "role")
        if kind == "role":
            values = {"role": label.lower()}
        # A report without content is an event that its cue triggers.
        bare = event is not None and event.type == "Report"
        if bare and event:
            result.add(Node(names[event.id], "quote", [], values))
            result.add(Node(f"{names[event.id]}.cue", "cue", found.spans[span]))
            result.links.append(Link("cue", names[event.id], f"{names[event.id]}.cue"))
        else:
            name = names[event.id if event else span]
            result.add(Node(name, kind, found.spans[span], values))
    owners = _speakers(found, names, result)
    for event in found.events:
        _link(event, names, owners, result)
        _unmentioned(found, event.id, names[event.id], result)
    return result


def _names(found: standoff.Standoff) -> dict[str, str]:
    """The id of each annotation: that of its note, else brat's own."""
    triggers = {event.trigger: event.id for event in found.events if event.trigger}
    names = {}
    for name in [*found.labels, *(event.id for event in found.events)]:
        note = _note(found, name)
        names[name] = str(note.get("id", name))
    return {name: names[triggers.get(name, name)] for name in names}


def _note(found: standoff.Standoff, name: str) -> Json:
    for note in found.notes.get(name, ()):
        if note.startswith("{"):
            value: Json = json.loads(note)
            return value
    return {}


def _values(found: standoff.Standoff, name: str) -> Json:
    note = {key: value for key, value in _note(found, name).items() if key not in _NOTED}
    attributes = found.attributes.get(name, {})
    return {**{key.lower(): value for key, value in attributes.items()}, **note}


def _unmentioned(found: standoff.Standoff, name: str, own: str, result: Graph) -> None:
    """Speakers whom the text does not mention, from the note on what they say."""
    for link, speakers in _note(found, name).get("unmentioned", {}).items():
        for speaker in speakers:
            values = {key: value for key, value in speaker.items() if key != "id"}
            result.add(Node(speaker["id"], "speaker", [], values))
            result.links.append(Link(link, own, speaker["id"]))


def _speakers(found: standoff.Standoff, names: dict[str, str], result: Graph) -> dict[str, str]:
    """Speakers from equivalent mentions; the speaker of each mention."""
    groups = [[name for name in group if name in found.labels] for group in found.equal]
    grouped = {name for group in groups for name in group}
    singles = [
        [name] for name, label in found.labels.items() if label == "Mention" and name not in grouped
    ]
    owners = {}
    place = {name: i for i, name in enumerate(found.labels)}
    groups = [group for group in groups if group]
    for i, group in enumerate(sorted([*groups, *singles], key=lambda group: place[group[0]])):
        notes = [note for name in group if (note := _note(found, name).get("speaker"))]
        values = dict(notes[0]) if notes else {}
        speaker = Node(str(values.pop("id", f"speaker{i}")), "speaker", [], values)
        if notes or len(group) > 1:
            result.add(speaker)
            for name in group:
                owners[name] = speaker.id
                result.links.append(Link("speaker", names[name], speaker.id))
    return owners


def _link(
    event: standoff.Event, names: dict[str, str], owners: dict[str, str], result: Graph
) -> None:
    arguments = event.arguments
    source = names[event.id]
    if not event.trigger:
        # A relation: from its first argument to its second.
        if len(arguments) != 2:
            return
        source = owners.get(arguments[0][1], names.get(arguments[0][1], ""))
        arguments = ((event.type, arguments[1][1]),)
    for role, target in arguments:
        link = _LINKS.get(role, "other_roles")
        end = owners.get(target) if link in TO_SPEAKERS else names.get(target)
        if end and source in result.nodes and end in result.nodes:
            result.links.append(Link(link, source, end))
