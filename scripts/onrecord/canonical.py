"""Rows as the lines of JSON that their digest is of, made column by column, not value by value.

DATASHEET.md, q:maintenance-08, says what a line is. `manifest.rows` with its keys sorted gives the
same lines as Python objects; Arrow makes them in a tenth of the time.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from datasets import ClassLabel, List

# What JSON demands to be escaped; the backslash first, as it is in what stands for the others.
_ESCAPED = {code: orjson.dumps(chr(code)).decode()[1:-1] for code in (0x5C, 0x22, *range(0x20))}


def lines(table: pa.Table | pa.RecordBatch, features: dict[str, Any]) -> pa.Buffer:
    """The rows as lines of JSON. Raises pyarrow's exceptions for a label without a name."""
    columns = {name: _plain(table.column(name)) for name in features}
    rows = _object([(name, columns[name], features[name]) for name in features], "\n", len(table))
    whole = pa.LargeListArray.from_arrays([0, len(rows)], rows)
    return pc.binary_join(whole, pa.scalar("", pa.large_string()))[0].as_buffer()


def _plain(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _json(array: pa.Array, feature: Any) -> pa.Array:
    """Each value of a feature as JSON."""
    if isinstance(feature, dict):
        values = array.flatten()
        parts = [
            (name, values[array.type.get_field_index(name)], inner)
            for name, inner in feature.items()
        ]
        found = pc.if_else(array.is_valid(), _object(parts, "", len(array)), _null())
    elif isinstance(feature, List):
        found = _list(array, feature.feature)
    elif isinstance(feature, ClassLabel):
        names = [orjson.dumps(name).decode() for name in feature.names]
        found = pa.array(names, pa.large_string()).take(array)
    elif pa.types.is_integer(array.type):
        found = array.cast(pa.large_string())
    else:
        found = _joined('"', _escaped(array.cast(pa.large_string())), '"')
    return found.fill_null("null")


def _null() -> pa.Scalar:
    return pa.scalar(None, pa.large_string())


def _joined(*parts: str | pa.Array) -> pa.Array:
    """Strings of parts, the same for each or one for each."""
    texts = [
        pa.scalar(each, pa.large_string()) if isinstance(each, str) else each for each in parts
    ]
    return pc.binary_join_element_wise(*texts, pa.scalar("", pa.large_string()))


def _object(parts: list[tuple[str, pa.Array, Any]], after: str, count: int) -> pa.Array:
    """Objects of the values of some keys, in the order of the keys."""
    joined: list[Any] = []
    for name, array, feature in sorted(parts, key=lambda part: part[0]):
        joined += [f"{',' if joined else '{'}{orjson.dumps(name).decode()}:", _json(array, feature)]
    closing = pa.array(["}" + after], pa.large_string()).take(pa.array([0] * count, pa.int32()))
    return _joined(*joined, closing)


def _list(array: pa.Array, feature: Any) -> pa.Array:
    lengths = pc.list_value_length(array).fill_null(0)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    # A null list may lie over values: what is flat is what no null list has.
    values = _json(array.flatten(), feature)
    lists = pa.LargeListArray.from_arrays(pa.array(offsets, pa.int64()), values)
    joined = pc.binary_join(lists, pa.scalar(",", pa.large_string()))
    return pc.if_else(array.is_valid(), _joined("[", joined, "]"), _null())


def _escaped(array: pa.Array) -> pa.Array:
    """Strings with what JSON demands escaped; most of it occurs nowhere, and is not looked for."""
    data = array.buffers()[2]
    codes = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
    present = {*np.unique(codes[(codes < 0x20) | (codes == 0x22) | (codes == 0x5C)]).tolist()}
    for code, escaped in _ESCAPED.items():
        if code in present:
            array = pc.replace_substring(array, chr(code), escaped)
    return array
