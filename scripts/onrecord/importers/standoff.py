"""brat's standoff files, read as they are found: broken lines are counted, never fatal."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from onrecord.importers.draft import Draft
from onrecord.importers.loss import Loss
from onrecord.model import Extent, extents

_LINE = re.compile(r"[TERAMN#*]\S*\t")


@dataclass(frozen=True, slots=True)
class Event:
    """An event, or a relation (which has no trigger): its arguments in order."""

    id: str
    type: str
    trigger: str
    arguments: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Standoff:
    """The annotations of one text."""

    labels: dict[str, str] = field(default_factory=dict)
    spans: dict[str, list[Extent]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    equal: list[list[str]] = field(default_factory=list)


def read(path: Path, text: str, loss: Loss) -> Standoff:
    """The annotations of a file. Offsets are trusted, not the surface that a line repeats."""
    found = Standoff()
    lines = path.read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{path.stem}:{number}"
        if not _LINE.match(line):
            loss.repaired("lines", "the rest of a line that a line break cut; left out", where)
            continue
        try:
            _add(found, line, text, loss, where)
        except ValueError:
            loss.dropped("lines", "not of the form that brat writes", where)
    return found


def _add(found: Standoff, line: str, text: str, loss: Loss, where: str) -> None:
    name, _, rest = line.partition("\t")
    body, _, tail = rest.partition("\t")
    head, *words = body.split(" ")
    match name[0]:
        case "T":
            pairs = [pair.split(" ") for pair in body.removeprefix(f"{head} ").split(";")]
            found.spans[name] = [(int(start), int(end)) for start, end in pairs]
            found.labels[name] = head
            surface = " ".join(text[start:end] for start, end in found.spans[name])
            if surface.split() != tail.split():
                loss.repaired("spans", "the repeated text differs; offsets are trusted", where)
        case "E":
            kind, _, trigger = head.partition(":")
            found.events.append(Event(name, kind, trigger, _arguments(words)))
        case "R":
            found.events.append(Event(name, head, "", _arguments(words)))
        case "A" | "M":
            target, *value = words
            found.attributes.setdefault(target, {})[head] = " ".join(value) or "true"
        case "#":
            found.notes.setdefault(words[0] if words else "", []).append(tail)
        case "*":
            found.equal.append(words)
        case _:
            loss.dropped("normalisations", "links to data bases are not in the model", where)


def _arguments(words: list[str]) -> tuple[tuple[str, str], ...]:
    """Arguments as (role, id); a repeated role has a number behind it."""
    pairs = (word.partition(":") for word in words if word)
    return tuple((re.sub(r"(?<=[A-Za-z])\d+$", "", role), target) for role, _, target in pairs)


@dataclass(frozen=True, slots=True)
class Mapping:
    """What the labels of a corpus mean.

    `quotes`: type by label; `roles`: role by argument or relation, where content, cue, source
    and addressee are the model's and others are kept as `other_roles`; `mentions`: form by
    label; `trigger`: the role of an event's trigger, or none.
    """

    quotes: dict[str, str | None]
    roles: dict[str, str]
    mentions: dict[str, str | None] = field(default_factory=dict)
    trigger: str = "none"


def quotes(found: Standoff, mapping: Mapping, draft: Draft) -> set[str]:
    """Turn events into quotes, and spans that relations lead from; returns the ids made use of."""
    used: set[str] = set()
    for event in _frames(found, mapping):
        roles: dict[str, list[Extent]] = {}
        for role, target in event.arguments:
            if role in mapping.roles and target in found.spans:
                roles.setdefault(mapping.roles[role], []).extend(found.spans[target])
            else:
                why = "no role in the mapping, or no such span"
                draft.loss.dropped("arguments", f"{role}: {why}", f"{draft.where} {event.id}")
        if mapping.trigger != "none" and event.trigger in found.spans:
            roles.setdefault(mapping.trigger, []).extend(found.spans[event.trigger])
        used |= {event.id, event.trigger, *(target for _, target in event.arguments)}
        quote(draft, roles, mapping.quotes[event.type], event.id, event.type)
    for name, label in found.labels.items():
        if label in mapping.mentions and name not in used:
            draft.expression(
                found.spans[name], "mention", form=mapping.mentions[label], original_id=name
            )
            used.add(name)
    return used


def _frames(found: Standoff, mapping: Mapping) -> list[Event]:
    """Events that are quotes, and spans that are, each with the relations that lead from it."""
    frames = [event for event in found.events if event.type in mapping.quotes and event.trigger]
    if mapping.trigger == "none":
        return frames
    triggers = {event.trigger for event in frames}
    for name, label in found.labels.items():
        if label in mapping.quotes and name not in triggers:
            frames.append(Event(name, label, name, _related(found, name)))
    return frames


def _related(found: Standoff, name: str) -> tuple[tuple[str, str], ...]:
    pairs = [
        (relation.type, [target for _, target in relation.arguments])
        for relation in found.events
        if not relation.trigger
    ]
    return tuple((kind, ends[1]) for kind, ends in pairs if len(ends) == 2 and ends[0] == name)


def quote(
    draft: Draft, roles: dict[str, list[Extent]], kind: str | None, name: str, label: str = ""
) -> None:
    """Add a quote from its roles."""
    source = draft.expression(roles.get("source", []), "source")
    addressee = draft.expression(roles.get("addressee", []), "addressee")
    other = [
        {"role": role, "spans": spans}
        for role, found in roles.items()
        if role not in ("content", "cue", "source", "addressee")
        and (spans := draft.spans(found, role))
    ]
    added = draft.quote(
        roles.get("content", []),
        roles.get("cue", []),
        type=kind or "unknown",
        source=source and source[0],
        speakers=[source[1]] if source else [],
        addressees=[addressee[1]] if addressee else [],
        other_roles=other,
        original_id=name,
        original_values=[{"name": "label", "value": label}] if label else [],
    )
    if added and kind is None and "content" in added:
        added["type"] = draft.type_from_marks(extents(added["content"]))
        draft.loss.derived("quotes/type", "from the quotation marks of the content")
