"""The schemas are sound, and the tables say exactly what they say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from datasets import ClassLabel, List, Value
from jsonschema import Draft202012Validator

import everything
from conftest import ROOT
from onrecord import schema, splits, tables
from onrecord.source import Document, read_document

FILES = sorted((ROOT / "tests").glob("*/**/corpus/a*/**/*.json")) + sorted(
    (ROOT / "corpus").glob("a*/*/*.json")
)


def objects(node: Any, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every subschema that describes an object."""
    if isinstance(node, dict):
        if "properties" in node and not path.endswith("/if"):
            yield path, node
        for key, value in node.items():
            yield from objects(value, f"{path}/{key}")


@pytest.mark.parametrize("name", schema.NAMES)
def test_schema_is_valid_versioned_and_described(name: str) -> None:
    root = schema.load(name)
    Draft202012Validator.check_schema(root)
    assert root["$id"] == f"urn:onrecord:schema:1:{name}"
    for path, node in objects(root):
        # The extent is closed by those who take it in.
        assert path == "#/$defs/extent" or node["unevaluatedProperties"] is False, path
        for key, value in node["properties"].items():
            assert value.get("description"), f"{path}/{key}"
    for key, value in root["$defs"].items():
        assert value.get("description"), key


def test_definitions_that_schemas_share_are_equal() -> None:
    seen: dict[str, Any] = {}
    for root in map(schema.load, schema.NAMES):
        for key, value in root["$defs"].items():
            assert seen.setdefault(key, value) == value, key


def test_split_names_are_those_of_the_schema() -> None:
    assert list(splits.SPLITS) == list(schema.load("splits")["properties"])[1:]


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(ROOT)) for path in FILES])
def test_the_reference_engine_agrees(path: Path) -> None:
    try:
        value = json.loads(path.read_bytes())
    except (ValueError, OSError):
        pytest.skip("not JSON, which is what this fixture is about")
    name = "article" if "articles" in path.parts else "annotation"
    reference = Draft202012Validator(
        schema.load(name), format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    assert reference.is_valid(value) == (not [*schema.check(name, value, "")])
    assert schema._closed(name).is_valid(value) == schema._validator(name).is_valid(value)


def changed(value: Any) -> Iterator[Any]:
    """A JSON value with one thing added, removed or replaced, at any place."""
    if isinstance(value, dict):
        yield {**value, "unknown": 1}
        for key, inner in value.items():
            yield {name: each for name, each in value.items() if name != key}
            yield from ({**value, key: each} for each in (3, "", [], None, *changed(inner)))
    if isinstance(value, list) and value:
        yield from ([*value[1:], each] for each in changed(value[0]))


@pytest.mark.parametrize("name", ["article", "annotation"])
def test_objects_closed_in_another_way_are_as_closed(name: str, tmp_path: Path) -> None:
    document = read_document(everything.corpus(tmp_path / "corpus"), "town/all")
    assert isinstance(document, Document)
    whole = getattr(document, name)
    found = [
        (schema._closed(name).is_valid(each), schema._validator(name).is_valid(each))
        for each in (whole, *changed(whole))
    ]
    assert {one == other for one, other in found} == {True}
    assert {one for one, _ in found} == {True, False}


def expected_feature(root: schema.Schema, node: schema.Schema) -> Any:
    """The feature that a subschema calls for."""
    if "const" in node:
        return Value("string")
    node = schema.resolve(root, node)
    if "enum" in node:
        return ClassLabel(names=node["enum"])
    if node["type"] == "array":
        return List(expected_feature(root, node["items"]))
    if node["type"] == "object":
        return {key: expected_feature(root, value) for key, value in node["properties"].items()}
    return Value({"string": "string", "integer": "int32"}[node["type"]])


def test_documents_hold_what_the_schemas_define_field_by_field() -> None:
    article, annotation = schema.load("article"), schema.load("annotation")
    expected = {
        key: expected_feature(root, node)
        for root in (article, annotation)
        for key, node in root["properties"].items()
        if key not in ("schema_version", "article")
    }
    assert dict(tables.features("documents")) == {**expected, "text": Value("string")}


@pytest.mark.parametrize(
    ("config", "definition"), [("quotes", "quote"), ("speakers", "speaker"), ("claims", "claim")]
)
def test_rows_hold_what_the_schema_defines(config: str, definition: str) -> None:
    root = schema.load("annotation")
    who = tables.features("quotes")["speakers"]
    for key, node in root["$defs"][definition]["properties"].items():
        feature = tables.features(config)[key]
        reference = node.get("items", {}).get("$ref", "")
        if key == "source":
            assert {**feature, "speaker": None} == {
                **expected_feature(root, root["$defs"]["mention"]),
                "speaker": None,
            }
        elif reference == "#/$defs/speaker_id" and key != "members":
            assert feature == who
        else:
            assert feature == expected_feature(root, node), key
    speaker = expected_feature(root, root["$defs"]["speaker"])
    assert who.feature == {key: speaker[key] for key in who.feature}


@pytest.mark.parametrize("config", tables.CONFIGS)
def test_the_arrow_schema_follows_from_the_features(config: str) -> None:
    features = tables.features(config)
    arrow = features.arrow_schema
    assert arrow.names == list(features)
    assert json.loads(arrow.metadata[b"huggingface"])["info"]["features"].keys() == features.keys()
