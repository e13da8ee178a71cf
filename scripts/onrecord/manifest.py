"""The manifest of a release: its rows, counted, and digested whatever library wrote them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from datasets import ClassLabel, Features, List

from onrecord import canonical, tables
from onrecord.source import Json

NAME = "manifest.json"
_ROWS_AT_ONCE = 500

Named = Callable[[Any], Any]


def manifest(folder: Path, version: str) -> Json:
    """The manifest of the Parquet files in a release folder."""
    paths = sorted((folder / "data").glob("*/*.parquet"))
    entries = [entry(folder, path) for path in paths]
    return {"schema_version": "1", "version": version, "tables": entries}


def configs(contents: Json) -> list[str]:
    """The configs of a release, in their usual order."""
    present = {each["config"] for each in contents["tables"]}
    return [config for config in tables.CONFIGS if config in present]


class Digest:
    """The rows of one config and split, counted and digested as they come.

    The SHA-256 is that of the lines which `canonical` makes of the rows: whatever library wrote
    them, with whatever encodings, chunks and row groups.
    """

    def __init__(self, features: Features) -> None:
        self._features, self._digest, self._rows = features, hashlib.sha256(), 0

    def add(self, table: pa.Table | pa.RecordBatch) -> None:
        """Add the next rows."""
        self._digest.update(canonical.lines(table, self._features))
        self._rows += table.num_rows

    def entry(self, folder: Path, path: Path) -> Json:
        """What the manifest says of the Parquet file that has the rows."""
        return {
            "file": path.relative_to(folder).as_posix(),
            "config": path.parent.name,
            "split": path.name.partition("-")[0],
            "rows": self._rows,
            "logical_sha256": self._digest.hexdigest(),
        }


def entry(folder: Path, path: Path) -> Json:
    """What the manifest says of one Parquet file, whose labels its own metadata names."""
    with pq.ParquetFile(path) as file:
        digest = Digest(Features.from_arrow_schema(file.schema_arrow))
        for batch in file.iter_batches(_ROWS_AT_ONCE):
            digest.add(batch)
    return digest.entry(folder, path)


def rows(path: Path, ids: Collection[str] | None = None) -> Iterator[Json]:
    """The rows of a Parquet file, closed lists by the names of their labels; all, or some.

    Raises ValueError for a label without a name.
    """
    wanted = None if ids is None else pa.array(sorted(ids), pa.string())
    with pq.ParquetFile(path) as file:
        named = _naming(Features.from_arrow_schema(file.schema_arrow))
        for batch in file.iter_batches(_ROWS_AT_ONCE):
            some = batch if wanted is None else batch.filter(pc.is_in(batch["id"], wanted))
            yield from map(named, some.to_pylist())


def lines(path: Path, columns: set[str]) -> Iterator[tuple[str, bytes]]:
    """The id of each row of a Parquet file, and the line of JSON that some columns make."""
    with pq.ParquetFile(path) as file:
        features = Features.from_arrow_schema(file.schema_arrow)
        some = {name: features[name] for name in features if name in columns}
        for batch in file.iter_batches(_ROWS_AT_ONCE):
            made = canonical.lines(batch, some).to_pybytes().split(b"\n")[:-1]
            yield from zip(batch["id"].to_pylist(), made, strict=True)


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
