"""Faults of shape, at random places of which the schema says something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from onrecord import schema
from onrecord.faults.case import PARTS, Case, Fault, Place, owner_of
from onrecord.source import Json


class Spot(NamedTuple):
    """A value within a document, with what the schema says of it."""

    pointer: str
    value: Any
    node: Json


def spots(case: Case, part: str) -> list[Spot]:
    """Every value within a part, the whole left out."""
    root = schema.load(part)
    return [*_walk(root, root, case.values[part], "")]


def _walk(root: Json, node: Json, value: Any, pointer: str) -> Iterator[Spot]:
    node = schema.resolve(root, node)
    if pointer:
        yield Spot(pointer, value, node)
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _walk(root, node["properties"][key], inner, f"{pointer}/{key}")
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _walk(root, node["items"], inner, f"{pointer}/{i}")


def _shape(problem_id: str, applies: Callable[[Spot], bool], change: Callable[[Any], Any]) -> Fault:
    """A fault that replaces a random value to which some keyword of the schema applies."""

    def plant(case: Case) -> Place | None:
        part = case.random.choice(PARTS[:2])
        places = [spot for spot in spots(case, part) if applies(spot)]
        if not places:
            return None
        spot = case.random.choice(places)
        owner, key = owner_of(case.values[part], spot.pointer)
        owner[key] = change(spot.value)
        return Place(problem_id, part, spot.pointer)

    return plant


def _has(keyword: str) -> Callable[[Spot], bool]:
    return lambda spot: keyword in spot.node


def _is(name: str) -> Callable[[Spot], bool]:
    return lambda spot: spot.node.get("type") == name


def _missing_key(case: Case) -> Place:
    part = case.random.choice(PARTS[:2])
    places = [spot for spot in spots(case, part) if isinstance(spot.value, dict)]
    spot = case.random.choice([Spot("", case.values[part], schema.load(part)), *places])
    del spot.value[case.random.choice(spot.node["required"])]
    return Place("missing-key", part, spot.pointer)


def _misspelt_key(case: Case) -> Place:
    part = case.random.choice(PARTS[:2])
    places = [spot for spot in spots(case, part) if isinstance(spot.value, dict)]
    spot = case.random.choice([Spot("", case.values[part], schema.load(part)), *places])
    key = case.random.choice([*spot.value])
    items = [(f"{name}s" if name == key else name, value) for name, value in spot.value.items()]
    spot.value.clear()
    spot.value.update(items)
    return Place("unknown-key", part, f"{spot.pointer}/{key}s")


FAULTS: dict[str, Fault] = {
    "missing key": _missing_key,
    "misspelt key": _misspelt_key,
    "misspelt value": _shape("unknown-value", _has("enum"), lambda value: f"{value}s"),
    "value in capitals": _shape("unknown-value", _has("enum"), str.upper),
    "other version": _shape("unknown-value", _has("const"), lambda _: "2"),
    "null": _shape("wrong-type", _has("type"), lambda _: None),
    "number for a string": _shape("wrong-type", _is("string"), lambda _: 1),
    "string for a number": _shape("wrong-type", _is("integer"), str),
    "true for a number": _shape("wrong-type", _is("integer"), lambda _: True),
    "fraction for a number": _shape("wrong-type", _is("integer"), lambda value: value + 0.5),
    "object for a list": _shape("wrong-type", _is("array"), lambda _: {}),
    "empty string": _shape("empty-value", _has("minLength"), lambda _: ""),
    "empty list": _shape("empty-value", _has("minItems"), lambda _: []),
    "id of bad form": _shape("bad-pattern", _has("pattern"), lambda value: f"{value} "),
    "id of great length": _shape("out-of-range", _has("maxLength"), lambda value: value * 200),
    "negative number": _shape("out-of-range", _has("minimum"), lambda _: -1),
    "item given twice": _shape(
        "repeated-item",
        lambda spot: "uniqueItems" in spot.node and bool(spot.value),
        lambda value: [*value, value[0]],
    ),
    "date of no calendar": _shape("bad-format", _has("anyOf"), lambda _: "2031-02-30"),
    "address of bad form": _shape("bad-format", _has("format"), lambda _: "not an address"),
}
