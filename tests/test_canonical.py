"""The lines that a digest is of are those that Python's values give, however the rows lie."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import ClassLabel, Features, List, Value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onrecord import canonical, manifest

FEATURES = Features(
    {
        "id": Value("string"),
        "Zahl": Value("int32"),
        "label": ClassLabel(names=["no", 'a "quoted" name']),
        "names": List(Value("string")),
        "who": {
            "name": Value("string"),
            "spans": List({"start": Value("int64"), "a": List(Value("string"))}),
        },
        "items": List({"kind": ClassLabel(names=["x", "y"]), "text": Value("string")}),
    }
)
TEXT = st.none() | st.text(st.characters(codec="utf-8"), max_size=8)


def values(feature: Any) -> st.SearchStrategy[Any]:
    """Any value of a feature as Arrow takes it, or None."""
    if isinstance(feature, dict):
        return st.none() | st.fixed_dictionaries({k: values(v) for k, v in feature.items()})
    if isinstance(feature, List):
        return st.none() | st.lists(values(feature.feature), max_size=3)
    if isinstance(feature, ClassLabel):
        return st.none() | st.integers(0, len(feature.names) - 1)
    if feature.dtype == "string":
        return TEXT
    return st.none() | st.integers(-(2**31), 2**31 - 1)


ROWS = st.lists(st.fixed_dictionaries({k: values(v) for k, v in FEATURES.items()}), max_size=6)


def expected(table: pa.Table) -> bytes:
    named = manifest._naming(FEATURES)
    rows = (orjson.dumps(named(row), option=orjson.OPT_SORT_KEYS) for row in table.to_pylist())
    return b"".join(row + b"\n" for row in rows)


@given(rows=ROWS, cut=st.integers(0, 6))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_lines_are_those_of_the_values(rows: list[Any], cut: int) -> None:
    table = pa.Table.from_pylist(rows, schema=FEATURES.arrow_schema)
    assert canonical.lines(table, FEATURES).to_pybytes() == expected(table)
    parts = pa.concat_tables([table.slice(cut), table.slice(0, cut)])
    assert canonical.lines(parts, FEATURES).to_pybytes() == expected(parts)


def test_every_character_is_escaped_as_json_demands() -> None:
    texts = [chr(code) for code in range(0x80)] + ["\\n", '\\"', "é", "\u2028", "😀"]
    table = pa.table({"id": texts})
    lines = canonical.lines(table, Features({"id": Value("string")})).to_pybytes()
    assert lines == b"".join(orjson.dumps({"id": text}) + b"\n" for text in texts)


def test_what_lies_under_a_null_is_no_part_of_it() -> None:
    lists = pa.ListArray.from_arrays([0, 1, 2], pa.array(["a", "b"]), mask=pa.array([True, False]))
    features = Features({"names": List(Value("string"))})
    lines = canonical.lines(pa.table({"names": lists}), features).to_pybytes()
    assert lines == b'{"names":null}\n{"names":["b"]}\n'


@pytest.mark.parametrize("groups", [1, 3, 1000])
@pytest.mark.parametrize("dictionaries", [True, False])
def test_row_groups_and_encodings_change_nothing(
    groups: int, dictionaries: bool, tmp_path: Path
) -> None:
    rows = [{"id": f"n{n}", "names": ["a", None] * (n % 3), "label": n % 2} for n in range(1_200)]
    table = pa.Table.from_pylist(rows, schema=FEATURES.arrow_schema)
    path = tmp_path / "data" / "quotes" / "train-00000-of-00001.parquet"
    path.parent.mkdir(parents=True)
    pq.write_table(table, path, row_group_size=groups, use_dictionary=dictionaries)
    digest = manifest.Digest(FEATURES)
    for batch in table.to_batches(max_chunksize=7):
        digest.add(batch)
    assert manifest.entry(tmp_path, path) == digest.entry(tmp_path, path)
    strings = table.set_column(0, "id", table["id"].dictionary_encode())
    other = manifest.Digest(FEATURES)
    other.add(strings)
    assert other.entry(tmp_path, path) == digest.entry(tmp_path, path)


def test_a_label_without_a_name_is_an_error() -> None:
    with pytest.raises(pa.ArrowException):
        canonical.lines(pa.table({"k": [2]}), Features({"k": ClassLabel(names=["a", "b"])}))
