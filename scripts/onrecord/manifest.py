"""The manifest of a release: its rows, counted, and digested whatever library wrote them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq
from datasets import ClassLabel, Features, List

from onrecord.source import Json

NAME = "manifest.json"
_ROWS_AT_ONCE = 500

Named = Callable[[Any], Any]


def manifest(folder: Path, version: str) -> Json:
    """The manifest of the Parquet files in a release folder."""
    paths = sorted((folder / "data").glob("*/*.parquet"))
    entries = [entry(folder, path) for path in paths]
    return {"schema_version": "1", "version": version, "tables": entries}


def entry(folder: Path, path: Path) -> Json:
    """What the manifest says of one Parquet file, whose labels its own metadata names."""
    digest, count = hashlib.sha256(), 0
    for row in rows(path):
        digest.update(orjson.dumps(row, option=orjson.OPT_SORT_KEYS) + b"\n")
        count += 1
    return {
        "file": path.relative_to(folder).as_posix(),
        "config": path.parent.name,
        "split": path.name.partition("-")[0],
        "rows": count,
        "logical_sha256": digest.hexdigest(),
    }


def rows(path: Path) -> Iterator[Json]:
    """The rows of a Parquet file, closed lists by the names of their labels.

    Raises ValueError for a label without a name.
    """
    with pq.ParquetFile(path) as file:
        named = _naming(Features.from_arrow_schema(file.schema_arrow))
        for batch in file.iter_batches(_ROWS_AT_ONCE):
            yield from map(named, batch.to_pylist())


def _naming(feature: Any) -> Named:
    """The function that turns a value of a feature into one with labels by name."""
    if isinstance(feature, ClassLabel):
        return lambda value: None if value is None else feature.int2str(value)
    if isinstance(feature, List):
        inner = _naming(feature.feature)
        return lambda value: None if value is None else [*map(inner, value)]
    if isinstance(feature, dict):
        fields = {key: _naming(each) for key, each in feature.items()}
        return lambda value: value and {key: each(value[key]) for key, each in fields.items()}
    return lambda value: value
