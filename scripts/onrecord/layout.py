"""How rows lie in a Parquet file: so that adding articles leaves most of its bytes as they were.

Storage that keeps files by content-defined chunks (the Hub, backups) then takes up little more
than what was added. `scripts/benchmarks.py reupload` measures it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from datasets import ClassLabel, List

from onrecord import tables

# Row groups are what a streaming reader holds in memory. One ends at a document that its own name
# picks out, so that a document more does not shift all ends after it; at the last, at the largest.
_SMALLEST, _LARGEST, _ONE_IN = 1_000, 4_000, 1_000
_CHUNKING = {"min_chunk_size": 64 * 1024, "max_chunk_size": 256 * 1024, "norm_level": 0}


def ends_group(document_id: str, documents: int) -> bool:
    """Whether a row group of so many documents ends with this one."""
    picked = documents >= _SMALLEST and zlib.crc32(document_id.encode()) % _ONE_IN == 0
    return picked or documents >= _LARGEST


def writer(path: Path, config: str) -> pq.ParquetWriter:
    """A new Parquet file for the rows of a config."""
    return pq.ParquetWriter(
        path,
        tables.arrow_schema(config),
        compression="zstd",
        compression_level=3,
        write_page_index=True,
        # Text is written as it is: a new value would shift the numbers of all values after it.
        use_dictionary=[*label_columns(config)],
        use_content_defined_chunking=_CHUNKING,
    )


def label_columns(config: str) -> Iterator[str]:
    """The Parquet columns of closed lists in a config."""
    for column in tables.features(config).items():
        yield from _labels(*column)


def _labels(name: str, feature: Any) -> Iterator[str]:
    """The Parquet columns of closed lists within a feature."""
    if isinstance(feature, ClassLabel):
        yield name
    elif isinstance(feature, List):
        yield from _labels(f"{name}.list.element", feature.feature)
    elif isinstance(feature, dict):
        for key, inner in feature.items():
            yield from _labels(f"{name}.{key}", inner)
