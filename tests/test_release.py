"""What users do with a release of the real corpus."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
import yaml
from datasets import Dataset, Features, load_dataset

import onrecord
from conftest import SHARED, add_document
from onrecord import tables
from onrecord.build import build
from onrecord.release import checksums
from onrecord.source import write_json

ROLES = {
    "quotes": lambda row: [
        *row["content"],
        *(row["cue"] or []),
        *(row["source"] or {"spans": []})["spans"],
    ],
    "speakers": lambda row: [span for mention in row["mentions"] for span in mention["spans"]],
    "claims": lambda row: row["spans"],
}


def test_configs_and_splits_load(release: Path) -> None:
    splits = {"train", "validation", "test"} | ({"real"} if SHARED.is_dir() else set())
    for config in tables.CONFIGS:
        loaded = load_dataset(str(release), config)
        assert set(loaded) == splits
        assert {str(each.features) for each in loaded.values()} == {str(tables.features(config))}
        assert all(each.num_rows for each in loaded.values())
    assert load_dataset(str(release), split="test").features == tables.features("documents")


def test_streaming_gives_the_same_rows(release: Path) -> None:
    for config in tables.CONFIGS:
        streamed = load_dataset(str(release), config, split="train", streaming=True)
        assert list(streamed) == list(load_dataset(str(release), config, split="train"))


def texts(release: Path, split: str) -> dict[str, str]:
    return {row["id"]: row["text"] for row in load_dataset(str(release), split=split)}


def test_every_span_of_every_row_is_its_text(release: Path) -> None:
    checked = 0
    for config, spans in ROLES.items():
        for split, rows in load_dataset(str(release), config).items():
            articles = texts(release, split)
            for row in rows:
                for span in spans(row):
                    assert span["text"] == articles[row["document"]][span["start"] : span["end"]]
                    checked += 1
    assert checked > 1000


def test_nested_spans_of_documents_are_their_text(release: Path) -> None:
    def spans(value: object) -> list[dict[str, object]]:
        if isinstance(value, dict):
            nested = [span for item in value.values() for span in spans(item)]
            return [value] if "start" in value and "text" in value else nested
        return [span for item in value for span in spans(item)] if isinstance(value, list) else []

    for row in load_dataset(str(release), split="train"):
        found = [
            span
            for key in ("speakers", "quotes", "quoted_terms", "claims")
            for span in spans(row[key])
        ]
        assert found
        assert all(row["text"][span["start"] : span["end"]] == span["text"] for span in found)  # type: ignore[misc]


def test_rows_join_by_global_ids(release: Path) -> None:
    quotes = {row["id"]: row for row in load_dataset(str(release), "quotes", split="train")}
    speakers = {row["id"] for row in load_dataset(str(release), "speakers", split="train")}
    assert all(each["id"] in speakers for row in quotes.values() for each in row["speakers"])
    assert {row["parent"] for row in quotes.values()} - {None} <= quotes.keys()
    claims = load_dataset(str(release), "claims", split="train")
    assert {row["quote"] for row in claims} - {None} <= quotes.keys()


def test_no_story_is_in_two_splits(release: Path) -> None:
    stories = [set(rows["story"]) for rows in load_dataset(str(release)).values()]
    assert sum(map(len, stories)) == len(set().union(*stories))


@pytest.mark.parametrize("config", tables.CONFIGS)
def test_card_and_parquet_have_the_same_features(config: str, release: Path) -> None:
    card = yaml.safe_load((release / "README.md").read_text().split("---\n")[1])
    (info,) = [each for each in card["dataset_info"] if each["config_name"] == config]
    expected = tables.features(config)
    assert Features._from_yaml_list(info["features"]) == expected
    for path in (release / "data" / config).glob("*.parquet"):
        assert Features.from_arrow_schema(pq.read_schema(path)) == expected


def test_parquet_is_laid_out_for_its_readers(release: Path) -> None:
    for path in release.glob("data/*/*.parquet"):
        metadata = pq.read_metadata(path)
        column = metadata.row_group(0).column(0)
        assert column.compression == "ZSTD"
        assert column.has_offset_index


def test_other_readers_need_no_code_of_ours(release: Path) -> None:
    path = release / "data" / "quotes" / "train-00000-of-00001.parquet"
    rows = load_dataset(str(release), "quotes", split="train")
    assert isinstance(rows, Dataset)
    frame, table = pd.read_parquet(path), pl.read_parquet(path)
    assert list(frame["text"]) == list(table["text"]) == list(rows["text"])
    assert frame["content"][0][0]["start"] == table["content"][0][0]["start"]
    query = f"SELECT text, content[1].start FROM '{path}' WHERE parent IS NULL ORDER BY id"
    found = duckdb.sql(query).fetchall()
    expected = sorted(
        (r["id"], r["text"], r["content"][0]["start"]) for r in rows if not r["parent"]
    )
    assert found == [(text, start) for _, text, start in expected]


def test_checksums_cover_every_file(release: Path) -> None:
    sums = (release / "SHA256SUMS").read_text()
    assert sums == checksums(release)
    listed = {line.split("  ")[1] for line in sums.splitlines()}
    present = {p.relative_to(release).as_posix() for p in release.rglob("*") if p.is_file()}
    assert listed | {"SHA256SUMS"} == present
    assert {"README.md", "DATASHEET.md", "LICENSE-DATA", "schema/article.schema.json"} <= present


def test_load_is_sugar(release: Path) -> None:
    sugar = onrecord.load("claims", "test", release=release)
    assert list(sugar) == list(load_dataset(str(release), "claims", split="test"))
    with pytest.raises(FileNotFoundError, match="no release at"):
        onrecord.load(release=release / "nothing")
    with pytest.raises(ValueError, match="sentences"):
        onrecord.load("sentences", release=release)


def test_a_rebuilt_release_is_not_served_stale(corpus: Path, tmp_path: Path) -> None:
    folder = build(corpus, tmp_path / "dist", "0.0.1").folder
    assert load_dataset(str(folder), split="train").num_rows == 1
    add_document(corpus, "town/ferry", "The ferry sails on.", {})
    stories = {"train": ["bridge", "ferry"], "validation": [], "test": [], "real": []}
    write_json(corpus / "splits.json", {"schema_version": "1", **stories})
    assert build(corpus, tmp_path / "dist", "0.0.1").folder == folder
    assert load_dataset(str(folder), split="train").num_rows == 2


def test_a_split_without_rows_keeps_its_columns_and_does_not_break_the_rest(
    corpus: Path, tmp_path: Path
) -> None:
    folder = build(corpus, tmp_path / "dist", "0.0.1").folder
    assert folder is not None
    assert set(load_dataset(str(folder), "claims")) == {"train"}
    empty = pq.read_schema(folder / "data" / "claims" / "test-00000-of-00001.parquet")
    assert empty.equals(tables.features("claims").arrow_schema)
    shutil.rmtree(folder)
