"""A corpus becomes a release: checked shards to Parquet splits, the card and sums around them.

The work on a shard ends in a folder of its own, beside the target, under a name that follows from
what went into it. A build that was killed finds there what it had finished.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from onrecord import layout, manifest, outcome, release, rows, schema, shards, splits, stats, tables
from onrecord.bulk import SIZE
from onrecord.engines import LOCAL, Engine
from onrecord.folders import replaced
from onrecord.outcome import Outcome
from onrecord.problems import Problem
from onrecord.shards import Shard
from onrecord.source import Document, Json, files_of, pass_files
from onrecord.stats import Stats
from onrecord.validate import Whole, examined, has_errors

# Documents that become Arrow at once.
_BATCH = 200


@dataclass(slots=True)
class Built:
    """What came of a build: the release, or None where problems forbid it."""

    folder: Path | None = None
    problems: list[Problem] = field(default_factory=list)
    left_out: list[Json] = field(default_factory=list)
    rows: dict[tuple[str, str], int] = field(default_factory=dict)
    counted: Stats = field(default_factory=Stats)


def build(
    corpus: Path,
    out: Path,
    version: str,
    engine: Engine = LOCAL,
    configs: tuple[str, ...] = tables.CONFIGS,
) -> Built:
    """Build the release of a corpus as OUT/onrecord-VERSION, replacing one of that name.

    Equal corpora and libraries give equal bytes, whatever the engine and however often it was
    killed. Raises OSError where OUT cannot be written, and EngineError.
    """
    built, target = Built(), out / f"onrecord-{version}"
    try:
        with replaced(target) as folder, _finished(out / f".{target.name}.shards") as scratch:
            parts = shards.shards(corpus, size=SIZE)
            tasks = [Task(shard, n, len(parts), scratch, configs) for n, shard in enumerate(parts)]
            built.rows |= {(config, split): 0 for config in configs for split in splits.SHARES}
            done = zip(tasks, engine.run(work, tasks, "building"), strict=True)
            listed = _gather(corpus, done, built, folder)
            contents: Json = {"schema_version": "1", "version": version, "tables": listed}
            release.finish(folder, corpus, contents, built.rows, built.counted)
    except _RefusedError:
        return built
    built.folder = target
    return built


class _RefusedError(Exception):
    """Problems remain: the folder under construction is given up."""


@contextmanager
def _finished(scratch: Path) -> Iterator[Path]:
    """The folder of finished shards: it outlives a build that does not come to its end."""
    scratch.mkdir(exist_ok=True)
    try:
        yield scratch
    except _RefusedError:
        _remove(scratch)
        raise
    _remove(scratch)


def _remove(scratch: Path) -> None:
    # Renamed first, as what `replaced` takes for a leftover: whoever is killed in the middle
    # would else leave halves of shards under the names of finished ones.
    doomed = scratch.with_name(f"{scratch.name.removesuffix('.shards')}.partial-shards")
    scratch.rename(doomed)
    shutil.rmtree(doomed, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Task:
    """A shard, its number among how many, the folder below which its work ends, and the configs."""

    shard: Shard
    number: int
    of: int
    scratch: Path
    configs: tuple[str, ...] = tables.CONFIGS


def work(task: Task) -> Path:
    """Check a shard and write its tables; the folder where they are, with the outcome."""
    target = task.scratch / f"{task.number:05}-{_fingerprint(task)}"
    if not target.exists():
        with replaced(target) as folder:
            outcome.write(folder, _written(task, folder))
    return target


def _fingerprint(task: Task) -> str:
    """What a shard's tables follow from: its files as they are, the splits, the libraries."""
    files = [task.shard.file] if task.shard.file else [*_files(task.shard)]
    told = f"{task.number}/{task.of}/{pa.__version__}/{task.configs}"
    digest = hashlib.sha256(told.encode())
    for path in (*files, str(splits.file(task.shard.corpus)), *map(str, _sources())):
        if os.path.exists(path):  # noqa: PTH110 - of very many
            found = os.stat(path)  # noqa: PTH116
            digest.update(os.fsencode(f"{path}:{found.st_size}:{found.st_mtime_ns}\n"))
    return digest.hexdigest()[:16]


def _files(shard: Shard) -> Iterator[str]:
    for name in shard.ids:
        files = files_of(shard.corpus, name)
        yield from (*files[:4], *pass_files(files))


@lru_cache(maxsize=1)
def _sources() -> list[Path]:
    """The code and the schemas: what was finished by others is not taken for finished."""
    code = Path(__file__).parent
    return sorted([*code.rglob("*.py"), *schema.folder().glob("*.json")])


def _written(task: Task, folder: Path) -> Outcome:
    found, assignment = Outcome(), _assignment(task.shard.corpus, _stamp(task.shard.corpus))
    with _Tables(task, folder) as written:
        for entry in shards.read(task.shard):
            each = examined(task.shard.corpus, entry)
            found.examined.append(each)
            if not isinstance(entry, Document) or has_errors(each.problems):
                continue
            if entry.text is None:
                found.left_out.append(entry.article)
            elif split := assignment.get(entry.article["story"]):
                stats.add(found.counted, entry, split)
                written.add(split, entry)
    found.tables = written.entries()
    return found


@lru_cache(maxsize=1)
def _assignment(corpus: Path, _: int) -> splits.Assignment:
    return splits.read(corpus)[0]


def _stamp(corpus: Path) -> int:
    path = splits.file(corpus)
    return path.stat().st_mtime_ns if path.exists() else 0


def _gather(
    corpus: Path, done: Iterable[tuple[Task, Path]], built: Built, folder: Path
) -> list[Json]:
    """Take over finished shards, in their order; what the manifest says of their tables."""
    whole, listed = Whole(corpus, complete=True), list[Json]()
    built.problems += whole.begin()
    for task, place in done:
        found = outcome.read(place)
        built.problems += whole.take(task.shard, found.examined)
        built.left_out += found.left_out
        stats.merge(built.counted, found.counted)
        for each in found.tables:
            key = each["config"], each["split"]
            built.rows[key] = built.rows.get(key, 0) + each["rows"]
            (folder / each["file"]).parent.mkdir(parents=True, exist_ok=True)
            # A second name, not a move: a build that is killed here finds its shards again.
            os.link(place / each["file"], folder / each["file"])
        listed += found.tables
    built.problems += whole.end()
    if has_errors(built.problems):
        raise _RefusedError
    return sorted(listed, key=lambda each: str(each["file"]))


class _Tables:
    """The tables of one shard: a file for each config and split, the first shard has all."""

    def __init__(self, task: Task, folder: Path) -> None:
        self._task, self._folder = task, folder
        self._waiting: dict[str, list[Document]] = {}
        self._grouped = Counter[str]()
        self._writers: dict[tuple[str, str], _Writer] = {}
        self._open = ExitStack()

    def __enter__(self) -> _Tables:
        return self

    def __exit__(self, *raised: Any) -> None:
        if any(raised):
            self._open.__exit__(*raised)
        else:
            with self._open:
                self._end()

    def _end(self) -> None:
        """Write what is waiting."""
        for split in [*self._waiting]:
            self._flush(split)
        for config in self._task.configs:
            for split in splits.SHARES if self._task.number == 0 else ():
                self._writer(config, split)

    def _writer(self, config: str, split: str) -> _Writer:
        if (config, split) not in self._writers:
            name = f"{split}-{self._task.number:05}-of-{self._task.of:05}.parquet"
            writer = _Writer(self._folder / "data" / config / name, config)
            self._writers[config, split] = self._open.enter_context(writer)
        return self._writers[config, split]

    def add(self, split: str, document: Document) -> None:
        """Add a document, whose text is at hand."""
        waiting = self._waiting.setdefault(split, [])
        waiting.append(document)
        self._grouped[split] += 1
        ends = layout.ends_group(document.id, self._grouped[split])
        if ends or len(waiting) >= _BATCH:
            self._flush(split)
        if ends:
            self._grouped[split] = 0
            for config in self._task.configs:
                self._writer(config, split).end_group()

    def _flush(self, split: str) -> None:
        for config, table in rows.tables(self._waiting.pop(split), self._task.configs).items():
            self._writer(config, split).add(table)

    def entries(self) -> list[Json]:
        """What the manifest says of the files."""
        return [writer.digest.entry(self._folder, writer.path) for writer in self._writers.values()]


class _Writer:
    """A Parquet file, written a row group at a time."""

    def __init__(self, path: Path, config: str) -> None:
        self.path = path
        self.digest = manifest.Digest(tables.features(config))
        self._tables: list[pa.Table] = []
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = layout.writer(path, config)

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self.end_group()
            self._file.close()
        finally:
            # What could not be closed is not tried again when it is collected.
            self._file.is_open = False

    def add(self, table: pa.Table) -> None:
        """Add rows to the group."""
        self.digest.add(table)
        self._tables.append(table)

    def end_group(self) -> None:
        """Write the rows that were added, if any, as a group."""
        table = pa.concat_tables(self._tables) if self._tables else None
        if table is not None and table.num_rows:
            self._file.write_table(table.combine_chunks(), row_group_size=table.num_rows)
        self._tables = []
