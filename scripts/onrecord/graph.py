"""An annotation as nodes and links, which is how annotation tools keep it.

A node is what has spans or a name: a speaker, a mention, a quote's content, its cue, another of
its roles, a quoted term, a claim. A link leads from one to another. What follows from the text
(delimiters, derived phenomena) is left out, and computed when the annotation is put together again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from onrecord import model, schema
from onrecord.model import Extent, extents
from onrecord.source import Json

# The list of each kind of item, and the definition of its keys.
ITEMS = {"speaker": "speakers", "quote": "quotes", "quoted_term": "quoted_terms", "claim": "claims"}
KINDS = ("speaker", "mention", "quote", "cue", "role", "quoted_term", "claim")
_LETTERS = {"speaker": "s", "mention": "m", "quote": "q", "quoted_term": "t", "claim": "c"}
DERIVED = model.DERIVED_FROM_QUOTE | model.DERIVED_FROM_TEXT
# Keys that are nodes, links or spans of their own.
_LINKS = {
    "speaker": ("members",),
    "mention": (),
    "quote": ("source", "speakers", "addressees", "relayed_by", "parent"),
    "quoted_term": (),
    "claim": ("claimants", "quote"),
}
_PARTS = frozenset(
    {"id", "mentions", "content", "cue", "spans", "other_roles", "relations", "delimiters"}
)
_LISTS = frozenset({"members", "speakers", "addressees", "relayed_by", "claimants"})
_DEFAULTS: dict[str, Json] = {
    "speaker": {"kind": "unknown", "naming": "unknown"},
    "mention": {"form": "unknown"},
    "quote": {"type": "unknown", "medium": "unknown", "polarity": "unknown"},
    "quoted_term": {"kind": "term"},
    "claim": {},
}


@dataclass(slots=True)
class Node:
    """Something annotated: its kind, where it stands, and what is said of it."""

    id: str
    kind: str
    spans: list[Extent] = field(default_factory=list)
    values: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """A key of the model that leads from one node to another; for claims, a relation's type."""

    name: str
    source: str
    target: str


@dataclass(slots=True)
class Graph:
    """The nodes by id, and their links in order."""

    nodes: dict[str, Node] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)

    def add(self, node: Node) -> Node:
        """Add a node."""
        self.nodes[node.id] = node
        return node

    def of(self, source: str) -> Iterator[Link]:
        """The links that lead from a node."""
        return (link for link in self.links if link.source == source)


@cache
def closed_lists(kind: str) -> frozenset[str]:
    """The keys of a kind of item whose value is one of a closed list."""
    root = schema.load("annotation")
    properties = root["$defs"].get(kind, {}).get("properties", {})
    return frozenset(
        key for key, node in properties.items() if "enum" in schema.resolve(root, node)
    ) - {"delimiters"}


def closed_list(kind: str, key: str) -> tuple[str, ...]:
    """The values that a key of a kind of item may have."""
    root = schema.load("annotation")
    return tuple(schema.resolve(root, root["$defs"][kind]["properties"][key])["enum"])


def links_of(kind: str) -> tuple[str, ...]:
    """The keys of a kind of item that are links to others."""
    return ("speaker",) if kind == "mention" else _LINKS.get(kind, ())


def graph(annotation: Json) -> Graph:
    """An annotation document as a graph."""
    result = Graph()
    for kind, key in ITEMS.items():
        for item in annotation[key]:
            _add(result, kind, item)
    return result


def _add(result: Graph, kind: str, item: Json) -> None:
    name = item["id"]
    spans: list[Json] = item.get("content") or item.get("spans") or []
    result.add(Node(name, kind, extents(spans), _values(kind, item)))
    for mention in item.get("mentions", ()):
        _add(result, "mention", mention)
        result.links.append(Link("speaker", mention["id"], name))
    if "cue" in item:
        result.add(Node(f"{name}.cue", "cue", extents(item["cue"])))
        result.links.append(Link("cue", name, f"{name}.cue"))
    for i, other in enumerate(item.get("other_roles", ()), 1):
        node = Node(f"{name}.role{i}", "role", extents(other["spans"]), {"role": other["role"]})
        result.links.append(Link("other_roles", name, result.add(node).id))
    for key in _LINKS[kind]:
        targets = item.get(key, ())
        for target in [targets] if isinstance(targets, str) else targets:
            result.links.append(Link(key, name, target))
    for relation in item.get("relations", ()):
        result.links.append(Link(relation["type"], name, relation["claim"]))


def _values(kind: str, item: Json) -> Json:
    values = {
        key: value for key, value in item.items() if key not in _PARTS and key not in _LINKS[kind]
    }
    if "phenomena" in values:
        values["phenomena"] = [tag for tag in values["phenomena"] if tag not in DERIVED]
    return {key: value for key, value in values.items() if value}


def annotation(found: Graph, text: str) -> tuple[Json, list[str]]:
    """The items of an annotation from a graph, and the nodes that could not become one.

    Ids of the model are kept; others, which a tool gave, are replaced by free ones.
    """
    reached = {link.target for link in found.links}
    left_out = [node.id for node in found.nodes.values() if not _complete(node, reached)]
    nodes = {name: node for name, node in found.nodes.items() if name not in left_out}
    ids = _ids(nodes)
    items: dict[str, Json] = {name: _item(node, ids[name], text) for name, node in nodes.items()}
    for link in found.links:
        if link.source in nodes and link.target in nodes:
            _join(link, nodes, items, ids)
    # A mention without a speaker is one of somebody whom nobody resolved.
    _own(nodes, items, ids)
    result: Json = {key: [] for key in ITEMS.values()}
    for name, node in nodes.items():
        if node.kind in ITEMS:
            result[ITEMS[node.kind]].append(items[name])
    for speaker in result["speakers"]:
        speaker["mentions"].sort(key=lambda mention: mention["spans"][0]["start"])
        speaker.setdefault("name", _surface(speaker["mentions"][:1]) or speaker["id"])
    return result, left_out


def _complete(node: Node, reached: set[str]) -> bool:
    """Whether a node has what its kind cannot do without."""
    if node.kind in ("cue", "role"):
        return bool(node.spans) and node.id in reached
    if node.kind == "claim":
        required = schema.load("annotation")["$defs"]["claim"]["required"]
        return bool(node.spans) and set(required) - {"id", "spans", "claimants"} <= set(node.values)
    return bool(node.spans) or node.kind in ("speaker", "quote")


def _ids(nodes: dict[str, Node]) -> dict[str, str]:
    """The id of each node in the model: its own if it has the form, else the next free one."""
    ids, taken = {}, set()
    for name, node in nodes.items():
        if re.fullmatch(f"{_LETTERS.get(node.kind, '-')}[1-9][0-9]{{0,10}}", name):
            ids[name] = name
            taken.add(name)
    for name, node in nodes.items():
        number = 1
        while name not in ids:
            candidate = f"{_LETTERS.get(node.kind, node.kind)}{number}"
            if candidate not in taken:
                ids[name] = candidate
                taken.add(candidate)
            number += 1
    return ids


def _item(node: Node, name: str, text: str) -> Json:
    spans = [{"start": a, "end": b, "text": text[a:b]} for a, b in sorted(node.spans)]
    item: Json = {"id": name, **_DEFAULTS.get(node.kind, {}), **node.values}
    if node.kind == "speaker":
        return {**item, "mentions": []}
    if node.kind == "quote":
        item |= {"speakers": [], "delimiters": "none"}
        return {**item, "content": spans} if spans else item
    return {**item, "spans": spans}


def _surface(mentions: list[Json]) -> str:
    return " ".join(" ".join(s["text"] for m in mentions for s in m["spans"]).split())


def _join(link: Link, nodes: dict[str, Node], items: dict[str, Json], ids: dict[str, str]) -> None:
    source, target = items[link.source], items[link.target]
    if link.name == "speaker":
        target["mentions"].append(source)
    elif link.name == "cue":
        source["cue"] = target["spans"]
    elif link.name == "other_roles":
        role = {"role": nodes[link.target].values.get("role", "other"), "spans": target["spans"]}
        source.setdefault("other_roles", []).append(role)
    elif link.name in schema.enum("relation_type"):
        relation = {"type": link.name, "claim": ids[link.target]}
        source.setdefault("relations", []).append(relation)
    elif link.name in _LISTS:
        source.setdefault(link.name, []).append(ids[link.target])
    else:
        source[link.name] = ids[link.target]


def _own(nodes: dict[str, Node], items: dict[str, Json], ids: dict[str, str]) -> None:
    """Give each mention that has no speaker one of its own, and each quote its source's speaker."""
    owned = {mention["id"]: item for item in items.values() for mention in item.get("mentions", ())}
    taken = (int(name[1:]) for name in ids.values() if re.fullmatch(r"s\d+", name))
    number = 1 + max(taken, default=0)
    for name, node in [*nodes.items()]:
        if node.kind != "mention" or ids[name] in owned:
            continue
        key = f"s{number}"
        number += 1
        nodes[key], ids[key] = Node(key, "speaker"), key
        items[key] = {"id": key, **_DEFAULTS["speaker"], "mentions": [items[name]]}
        owned[ids[name]] = items[key]
    for name, node in nodes.items():
        quote = items[name]
        named = quote.get("speakers") or quote.get("relayed_by")
        if node.kind == "quote" and "source" in quote and not named:
            quote["speakers"] = [owned[quote["source"]]["id"]]
