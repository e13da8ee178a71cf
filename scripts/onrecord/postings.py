"""Numbers under keys, kept on disk: memory stays flat however many there are."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator
from itertools import count

import numpy as np
from numpy.typing import NDArray

_RECORD = np.dtype([("key", "<u8"), ("number", "<u4")])
# Records that wait for being written, and those that are sorted in memory at a time.
_PENDING, _SORTED = 1 << 15, 1 << 18

Columns = tuple[NDArray[np.uint64], NDArray[np.uint32]]


class Postings:
    """Which numbers share a key. Keys are hashes of eight bytes; numbers are added ascending."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when nobody needs it
        self._written = 0
        self._keys, self._numbers, self._counts = bytearray(), array("I"), array("I")

    def add(self, number: int, keys: bytes) -> None:
        """Add the keys of a number."""
        if not keys:
            return
        self._keys += keys
        self._numbers.append(number)
        self._counts.append(len(keys) // 8)
        if len(self._keys) >= 8 * _PENDING:
            self._flush()

    def _flush(self) -> None:
        records = np.empty(len(self._keys) // 8, _RECORD)
        records["key"] = np.frombuffer(self._keys, "<u8")
        records["number"] = np.repeat(self._numbers, self._counts)
        self._file.write(records.tobytes())
        self._written += len(records)
        self._keys, self._numbers, self._counts = bytearray(), array("I"), array("I")

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Any two numbers that share a key, the smaller first, once for each key."""
        for keys, numbers in self._parts():
            at: NDArray[np.intp] = np.arange(len(keys))
            for apart in count(1):
                at = at[at + apart < len(keys)]
                at = at[keys[at] == keys[at + apart]]
                if not at.size:
                    break
                one, other = numbers[at], numbers[at + apart]
                different = one != other
                yield from zip(one[different].tolist(), other[different].tolist(), strict=True)

    def sharing(self) -> list[int]:
        """The numbers of which another shares a key, sorted."""
        found: set[int] = set()
        for keys, numbers in self._parts():
            same = np.flatnonzero((keys[1:] == keys[:-1]) & (numbers[1:] != numbers[:-1]))
            found.update(numbers[same].tolist(), numbers[same + 1].tolist())
        return sorted(found)

    def _parts(self) -> Iterator[Columns]:
        """All records by key and number, a range of keys at a time."""
        self._flush()
        parts = -(-self._written // _SORTED)
        for part in range(parts):
            low, high = (part << 64) // parts, ((part + 1 << 64) // parts) - 1
            records = np.concatenate([*self._between(low, high)])
            order = np.argsort(records["key"], kind="stable")
            yield records["key"][order], records["number"][order]

    def _between(self, low: int, high: int) -> Iterator[NDArray[np.void]]:
        self._file.seek(0)
        while chunk := self._file.read(_RECORD.itemsize * _PENDING):
            records = np.frombuffer(chunk, _RECORD)
            keys = records["key"]
            yield records[(keys >= np.uint64(low)) & (keys <= np.uint64(high))]
