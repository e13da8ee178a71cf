"""What differs between two releases, row by row, and the version that the difference asks for.

PATCH: the rows read are the same. MINOR: documents or columns are added, and no row that was
there has changed or moved. MAJOR: anything else.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

import pyarrow.parquet as pq
from datasets import ClassLabel, Features, List

from onrecord import manifest, version
from onrecord.problems import Problem
from onrecord.source import Json, read_json

Kind = Literal["added", "removed", "changed", "moved"]
Bump = Literal["PATCH", "MINOR", "MAJOR"]
# Under the id of a row, the split that it is in and a digest of its values: of what differs only
# is more held in memory.
_Rows = dict[str, tuple[str, bytes]]
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one row, or with an empty id to one column of its config."""

    config: str
    id: str
    kind: Kind
    detail: str


@dataclass(slots=True)
class Diff:
    """The changes from one release to another, in the order of configs and rows."""

    old_version: str
    new_version: str
    changes: list[Change] = field(default_factory=list)

    @property
    def bump(self) -> Bump:
        """The part of the version that has to grow."""
        kinds = {change.kind for change in self.changes}
        return "PATCH" if not kinds else "MINOR" if kinds == {"added"} else "MAJOR"

    def is_promised(self) -> bool:
        """Whether the new version is as large as the changes ask for."""
        old, new = version.numbers(self.old_version), version.numbers(self.new_version)
        if not self.changes:
            return new >= old
        parts = {"PATCH": 3, "MINOR": 2, "MAJOR": 1}[self.bump]
        return new[:parts] > old[:parts]


def diff(old: Path, new: Path) -> Diff:
    """Compare two release folders. Raises ValueError for a folder that is no release."""
    found = Diff(_version(old), _version(new))
    configs = sorted({path.parent.name for path in (*_tables(old), *_tables(new))})
    for config in configs:
        found.changes += _columns(config, _features(old, config), _features(new, config))
        found.changes += _rows(config, old, new)
    return found


def lines(found: Diff) -> Iterator[str]:
    """A difference for people: a line a change, then counts, then what they ask for."""
    for change in found.changes:
        name = change.id or "column"
        yield f"{change.config}: {name} {change.kind}: {change.detail}"
    counts = Counter((change.config, change.kind) for change in found.changes if change.id)
    for (config, kind), count in sorted(counts.items()):
        yield f"{config}: {count:,} rows {kind}"
    if not found.changes:
        yield f"{found.old_version} and {found.new_version} have the same rows"
    elif found.is_promised():
        yield f"{found.bump}, as {found.old_version} → {found.new_version} promises"
    else:
        yield f"{found.bump}, but {found.old_version} → {found.new_version} promises less"


def _columns(config: str, old: dict[str, str], new: dict[str, str]) -> Iterator[Change]:
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            yield Change(config, "", "added", name)
        elif name not in new:
            yield Change(config, "", "removed", name)
        elif old[name] != new[name]:
            yield Change(config, "", "changed", f"{name} from {old[name]} to {new[name]}")


def _rows(config: str, before: Path, after: Path) -> Iterator[Change]:
    shared = _names(before, config) & _names(after, config)
    old, new = _read(before, config, shared), _read(after, config, shared)
    other = {name for name in old.keys() & new.keys() if old[name][1] != new[name][1]}
    old_rows, new_rows = (_chosen(folder, config, other) for folder in (before, after))
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            yield Change(config, name, "added", new[name][0])
        elif name not in new:
            yield Change(config, name, "removed", old[name][0])
        else:
            if old[name][0] != new[name][0]:
                yield Change(config, name, "moved", f"from {old[name][0]} to {new[name][0]}")
            for detail in _fields("", old_rows.get(name), new_rows.get(name)):
                yield Change(config, name, "changed", detail)
    yield from _reordered(config, old, new)


def _reordered(config: str, old: _Rows, new: _Rows) -> Iterator[Change]:
    """Rows that both releases have in one split, but not in the same order."""
    kept = [name for name in old if name in new and old[name][0] == new[name][0]]
    order = [name for name in new if name in old and old[name][0] == new[name][0]]
    for before, after in zip(kept, order, strict=True):
        if before != after:
            yield Change(config, before, "moved", f"within its split, where {after} stands now")
            return


def _fields(path: str, old: Any, new: Any) -> Iterator[str]:
    """The values that differ; keys that only one of two objects has are differences of columns."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in (key for key in old if key in new):
            yield from _fields(f"{path}/{key}", old[key], new[key])
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for i, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _fields(f"{path}/{i}", before, after)
    elif old != new:
        yield f"{path.removeprefix('/')} from {_short(old)} to {_short(new)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _version(folder: Path) -> str:
    contents = read_json(folder / manifest.NAME)
    if isinstance(contents, Problem):
        raise ValueError(f"{folder} is no release: {manifest.NAME} {contents.message}")
    return str(contents["version"])


def _tables(folder: Path, config: str = "*") -> list[Path]:
    return sorted((folder / "data").glob(f"{config}/*.parquet"))


def _names(folder: Path, config: str) -> set[str]:
    """The columns of a config."""
    return {name for path in _tables(folder, config) for name in pq.read_schema(path).names}


def _read(folder: Path, config: str, columns: set[str]) -> _Rows:
    """The rows of a config, each digested as the line that those of its columns make."""
    return {
        name: (path.name.partition("-")[0], blake2b(line, digest_size=16).digest())
        for path in _tables(folder, config)
        for name, line in manifest.lines(path, columns)
    }


def _chosen(folder: Path, config: str, ids: set[str]) -> dict[str, Json]:
    """Some rows of a config."""
    paths = _tables(folder, config) if ids else ()
    return {row["id"]: row for path in paths for row in manifest.rows(path, ids)}


def _features(folder: Path, config: str) -> dict[str, str]:
    """The type of every column and field of a config, by path."""
    found: dict[str, str] = {}
    for path in _tables(folder, config):
        found |= _flat("", Features.from_arrow_schema(pq.read_schema(path)))
    return found


def _flat(path: str, feature: Any) -> dict[str, str]:
    if isinstance(feature, dict):
        inner = [_flat(f"{path}.{key}".removeprefix("."), each) for key, each in feature.items()]
        return {name: kind for each in inner for name, kind in each.items()}
    if isinstance(feature, List):
        return _flat(f"{path}[]", feature.feature)
    if isinstance(feature, ClassLabel):
        return {path: f"one of {', '.join(feature.names)}"}
    return {path: feature.dtype}
