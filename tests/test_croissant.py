"""croissant.json is valid, and what is read through it is what the Parquet files hold."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mlcroissant
import pyarrow.parquet as pq
import pytest
from datasets import ClassLabel, List

from onrecord import __version__, tables
from onrecord.build import build
from onrecord.source import Json

# What mlcroissant cannot reach: lists within lists.
BEYOND = {
    "documents/tokens/starts",
    "documents/tokens/ends",
    "documents/tokens/sentences",
    "documents/speakers/aliases",
    "documents/speakers/members",
    "documents/speakers/mentions",
    "documents/speakers/original_values",
    "documents/quotes/media",
    "documents/quotes/content",
    "documents/quotes/cue",
    "documents/quotes/speakers",
    "documents/quotes/addressees",
    "documents/quotes/relayed_by",
    "documents/quotes/phenomena",
    "documents/quotes/other_roles",
    "documents/quotes/original_values",
    "documents/quoted_terms/spans",
    "documents/claims/spans",
    "documents/claims/claimants",
    "documents/claims/relations",
    "quotes/source/spans",
    "quotes/other_roles/spans",
    "speakers/mentions/spans",
    "quote_tagging/quotes/content",
    "quote_tagging/quotes/cue",
    "quote_tagging/quotes/source",
    "quote_tagging/quotes/phenomena",
    "attribution/candidates/spans",
    "claim_extraction/claims/spans",
    "claim_extraction/claims/claimants",
    "coreference/mentions/spans",
}


@pytest.fixture(scope="module")
def described(release: Path) -> Any:
    return mlcroissant.Dataset(jsonld=str(release / "croissant.json"))


def test_it_is_valid_without_warnings(described: Any) -> None:
    issues = described.metadata.ctx.issues
    assert not issues.errors
    assert all("datePublished" in each or "url" in each for each in issues.warnings)
    assert str(described.metadata.conforms_to[0]).endswith("1.1")


def test_required_and_responsible_properties_are_there(release: Path) -> None:
    value = json.loads((release / "croissant.json").read_bytes())
    required = {"name", "description", "license", "version", "creator", "citeAs", "conformsTo"}
    assert required <= value.keys()
    assert value["version"] == __version__
    responsible = {key: each for key, each in value.items() if key.startswith("rai:")}
    assert len(responsible) == 10
    assert "language models" in responsible["rai:dataCollection"]
    properties = mlcroissant.Dataset(jsonld=value).metadata.to_json()
    assert all(key in properties for key in responsible)


def fields(config: str) -> Iterator[tuple[str, Any]]:
    """Every column, and every field one level into it."""
    for column, feature in tables.features(config).items():
        inner = feature.feature if isinstance(feature, List) else feature
        if isinstance(inner, dict):
            yield from ((f"{config}/{column}/{key}", each) for key, each in inner.items())
        else:
            yield f"{config}/{column}", feature


def declared(fields: list[Json]) -> Iterator[str]:
    for each in fields:
        yield from declared(each["subField"]) if "subField" in each else (each["@id"],)


@pytest.mark.parametrize("config", tables.CONFIGS)
def test_every_field_within_reach_is_described(config: str, release: Path) -> None:
    value = json.loads((release / "croissant.json").read_bytes())
    (found,) = [each for each in value["recordSet"] if each["@id"] == config]
    expected = {name for name, _ in fields(config)} - BEYOND
    assert {*declared(found["field"])} == expected | {f"{config}/split"}


def encoded(value: Any) -> Any:
    return value.encode() if isinstance(value, str) else value


def expected_record(config: str, split: str, row: Json) -> Json:
    """A Parquet row as mlcroissant gives it: text as bytes, a missing list as one empty object."""
    record: Json = {f"{config}/split": split.encode()}
    for column, feature in tables.features(config).items():
        name, value = f"{config}/{column}", row[column]
        inner = feature.feature if isinstance(feature, List) else feature
        keys = (
            [key for key in inner if f"{name}/{key}" not in BEYOND]
            if isinstance(inner, dict)
            else []
        )
        if isinstance(inner, dict) and not keys:
            continue
        if not isinstance(inner, dict):
            record[name] = [*map(encoded, value)] if isinstance(value, list) else encoded(value)
        elif isinstance(feature, List):
            items = [{f"{name}/{key}": encoded(each[key]) for key in keys} for each in value or []]
            record[name] = (
                items if value is not None else [dict.fromkeys(f"{name}/{key}" for key in keys)]
            )
        else:
            record[name] = {f"{name}/{key}": encoded((value or {}).get(key)) for key in keys}
    return record


@pytest.mark.parametrize("config", tables.CONFIGS)
def test_every_record_is_the_parquet_row(config: str, release: Path, described: Any) -> None:
    expected = [
        expected_record(config, path.name.partition("-")[0], row)
        for path in sorted((release / "data" / config).glob("*.parquet"))
        for row in pq.read_table(path).to_pylist()
    ]
    found = [*described.records(config)]
    assert len(found) == len(expected) > 0
    for one, other in zip(
        sorted(found, key=lambda record: record[f"{config}/id"]),
        sorted(expected, key=lambda record: record[f"{config}/id"]),
        strict=True,
    ):
        assert one == other


def test_the_splits_are_those_of_the_data(release: Path, described: Any) -> None:
    splits = [record["splits/name"] for record in described.records("splits")]
    assert set(splits) == {path.name.partition("-")[0] for path in release.glob("data/*/*")}


def test_labels_are_explained(release: Path) -> None:
    text = (release / "croissant.json").read_text()
    feature = tables.features("quotes")["polarity"]
    assert isinstance(feature, ClassLabel)
    assert '"description": "0: affirmed; 1: negated; 2: unknown"' in text


def test_a_corpus_without_datasheet_and_citation_has_a_valid_one(
    corpus: Path, tmp_path: Path
) -> None:
    folder = build(corpus, tmp_path / "dist", "1.0.0").folder
    assert folder is not None
    found = mlcroissant.Dataset(jsonld=str(folder / "croissant.json"))
    assert [record["speakers/name"] for record in found.records("speakers")] == [
        b"Ana Hall",
        b"a union",
    ]
    shutil.rmtree(folder)
