"""The JSON Schemas: the only source of shape. Enums and keys are read from here."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson

from onrecord.positions import escape
from onrecord.problems import MOST, Problem

Schema = dict[str, Any]

# Of a value that takes more bytes than that, only the first error is looked for: the engine
# gathers all of them at once.
_LARGE = 256 * 1024

# Keys or values that a message lists.
_LISTED = 40

NAMES = ("article", "annotation", "splits", "duplicates", "manifest")


def folder() -> Path:
    """The folder of the schemas: inside an installed package, else at the repository root."""
    here = Path(__file__).resolve().parent
    installed = here / "_schema"
    return installed if installed.is_dir() else here.parents[1] / "schema"


@cache
def load(name: str) -> Schema:
    """A schema by its name, one of NAMES."""
    schema: Schema = json.loads((folder() / f"{name}.schema.json").read_text(encoding="utf-8"))
    return schema


@cache
def enum(name: str) -> tuple[str, ...]:
    """The values of a closed list, in schema order, by the name of its definition."""
    for schema in map(load, NAMES):
        if "enum" in schema["$defs"].get(name, {}):
            return tuple(schema["$defs"][name]["enum"])
    raise KeyError(name)


def resolve(schema: Schema, node: Schema) -> Schema:
    """A node with its `$ref` merged in: the properties and required keys of both."""
    if "$ref" not in node:
        return node
    base = resolve(schema, schema["$defs"][node["$ref"].removeprefix("#/$defs/")])
    return {
        **base,
        **node,
        "properties": {**base.get("properties", {}), **node.get("properties", {})},
        "required": [*base.get("required", []), *node.get("required", [])],
    }


@cache
def _validator(name: str) -> Any:
    return jsonschema_rs.validator_for(load(name), validate_formats=True)


@cache
def _closed(name: str) -> Any:
    """A validator of the same values that is a quarter faster, and has no good messages."""
    return jsonschema_rs.validator_for(closed(load(name)), validate_formats=True)


def closed(root: Schema) -> Schema:
    """A schema with objects closed by `additionalProperties`, those of a `$ref` merged in before.

    Where no other keyword evaluates properties of its own, both mean the same.
    """

    def rewritten(node: Any) -> Any:
        if isinstance(node, list):
            return [*map(rewritten, node)]
        if not isinstance(node, dict):
            return node
        if "unevaluatedProperties" in node and "$ref" in node:
            merged = resolve(root, node)
            node = {key: merged[key] for key in merged if key != "$ref"}
        names = {"unevaluatedProperties": "additionalProperties"}
        return {names.get(key, key): rewritten(inner) for key, inner in node.items()}

    written: Schema = rewritten(root)
    return written


def check(name: str, value: Any, file: str) -> Iterator[Problem]:
    """Problems of a parsed file against a schema.

    `is_valid` is far faster than `iter_errors`, so errors are looked for only when there are some.
    """
    if not _closed(name).is_valid(value):
        found = (_problems(load(name), value, error, file) for error in _errors(name, value))
        yield from islice(chain.from_iterable(found), MOST)


def _errors(name: str, value: Any) -> Iterable[Any]:
    if len(orjson.dumps(value)) > _LARGE:
        try:
            _validator(name).validate(value)
        except jsonschema_rs.ValidationError as error:
            return [error]
    found: Iterable[Any] = _validator(name).iter_errors(value)
    return found


def _problems(schema: Schema, value: Any, error: Any, file: str) -> Iterator[Problem]:
    pointer = "".join(f"/{escape(key)}" for key in error.instance_path)
    label, kind = _label(value, error.instance_path), error.kind.as_dict()
    if error.kind.name == "unevaluatedProperties":
        known = _properties_at(schema, error.schema_path)
        for key in kind["unexpected"]:
            # Both engines also call the known keys of an object unevaluated when one of
            # them is bad: those have a problem of their own.
            if key not in known:
                message = f'{label}: found the key "{key}"; expected {_listed(known, key)}'
                yield Problem("unknown-key", file, message, f"{pointer}/{escape(key)}", at_key=True)
        return
    problem_id, finding = _explain(error.kind.name, kind, error)
    yield Problem(problem_id, file, f"{label}: {finding}", pointer)


def _properties_at(schema: Schema, path: list[str | int]) -> list[str]:
    """The keys known to the object whose keyword a schema path leads to."""
    node: Any = schema
    for key in path[:-1]:
        node = node[key]
    return list(resolve(schema, node)["properties"])


def _label(value: Any, path: list[str | int]) -> str:
    """An instance path for people: "quote q3, content 0" instead of quotes/2/content/0."""
    label, rest = "", [*path]
    for depth, key in enumerate(path):
        value = value[key]
        if isinstance(key, int) and isinstance(value, dict) and isinstance(value.get("id"), str):
            label, rest = f"{str(path[depth - 1])[:-1]} {value['id']}", path[depth + 1 :]
    return ", ".join(part for part in (label, " ".join(map(str, rest))) if part) or "document"


def _explain(name: str, kind: dict[str, Any], error: Any) -> tuple[str, str]:
    """Problem id and finding of an error, by the name of its keyword."""
    found = f"found {_short(error.instance)}"
    match name:
        case "enum":
            problem, expected = "unknown-value", _listed(kind["options"], error.instance)
        case "const":
            problem, expected = "unknown-value", _short(kind["expected_value"])
        case "required":
            problem, expected = "missing-key", f'the key "{kind["property"]}"'
            found = f"found {_listed(list(error.instance))}"
        case "type":
            problem, expected = "wrong-type", " or ".join(kind["types"])
        case "pattern":
            problem, expected = "bad-pattern", f"the form {kind['pattern']}"
        case "format":
            problem, expected = "bad-format", f"a {kind['format']}"
        case "minLength" | "minItems":
            problem, expected = "empty-value", "it non-empty, or the key absent"
        case "minimum" | "maximum" | "maxLength" | "maxItems":
            problem, expected = "out-of-range", f"{name} {kind['limit']}"
        case "uniqueItems":
            problem, expected = "repeated-item", "no item twice"
        case _:  # anyOf, which only the date of publication has
            problem, expected = "bad-format", "an ISO 8601 date, or date and time with offset"
    return problem, f"{found}; expected {expected}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _listed(options: list[Any], found: Any = None) -> str:
    names = [str(option) for option in options[:_LISTED]]
    close = difflib.get_close_matches(str(found), names, n=1)
    hint = f' (did you mean "{close[0]}"?)' if close else ""
    return f"{'one of ' if found is not None else ''}{', '.join(names) or 'nothing'}{hint}"
