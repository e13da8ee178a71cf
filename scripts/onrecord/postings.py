"""Numbers under keys, kept on disk: memory stays flat however many there are."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator
from itertools import count

import numpy as np
from numpy.typing import NDArray

_RECORD = np.dtype([("key", "<u8"), ("number", "<u4")])
# Records that wait for being written, and those that are looked at in memory at a time.
_PENDING, _AT_A_TIME = 1 << 15, 1 << 16
# Keys lie in buckets by their highest bits, so that each record is read once.
_BITS = 8
_EDGES = np.arange(1 << _BITS, dtype=np.uint64) << np.uint64(64 - _BITS)

Columns = tuple[NDArray[np.uint64], NDArray[np.uint32]]


class Postings:
    """Which numbers share a key. Keys are hashes of eight bytes; numbers are added ascending."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when nobody needs it
        # Where each bucket starts in each of the sorted runs that have been written.
        self._starts, self._written = list[NDArray[np.int64]](), 0
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
        keys = np.frombuffer(self._keys, "<u8")
        order = np.argsort(keys, kind="stable")
        run = np.empty(len(keys), _RECORD)
        run["key"] = keys[order]
        run["number"] = np.repeat(self._numbers, self._counts)[order]
        self._file.write(run.tobytes())
        starts = np.append(np.searchsorted(run["key"], _EDGES), len(run))
        self._starts.append(starts + self._written)
        self._written += len(run)
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
        """All records by key and number, some buckets at a time."""
        if self._keys:
            self._flush()
        if not self._starts:
            return
        starts = np.array(self._starts)
        sizes = np.diff(starts).sum(axis=0).cumsum()
        first = 0
        while first < len(sizes):
            before = sizes[first - 1] if first else 0
            last = max(first + 1, int(np.searchsorted(sizes, before + _AT_A_TIME, "right")))
            records = np.concatenate([*self._between(starts[:, first], starts[:, last])])
            order = np.argsort(records["key"], kind="stable")
            yield records["key"][order], records["number"][order]
            first = last

    def _between(
        self, starts: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> Iterator[NDArray[np.void]]:
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            self._file.seek(start * _RECORD.itemsize)
            yield np.frombuffer(self._file.read((end - start) * _RECORD.itemsize), _RECORD)
