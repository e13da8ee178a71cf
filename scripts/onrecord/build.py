"""A corpus becomes a release: checked documents to Parquet splits, the card and sums around them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from onrecord import layout, release, splits, stats, tables
from onrecord.folders import replaced
from onrecord.problems import Problem
from onrecord.source import Document
from onrecord.validate import checked


@dataclass(slots=True)
class Built:
    """What came of a build: the release, or None where problems forbid it."""

    folder: Path | None = None
    problems: list[Problem] = field(default_factory=list)
    left_out: list[Document] = field(default_factory=list)
    rows: dict[tuple[str, str], int] = field(default_factory=dict)
    counted: stats.Stats = field(default_factory=stats.Stats)


def build(corpus: Path, out: Path, version: str) -> Built:
    """Build the release of a corpus as OUT/onrecord-VERSION, replacing one of that name.

    Equal corpora and libraries give equal bytes. Raises OSError where OUT cannot be written.
    """
    built, target = Built(), out / f"onrecord-{version}"
    try:
        with replaced(target) as folder:
            _write_data(corpus, folder, built)
            release.finish(folder, corpus, version, built.rows, built.counted)
    except _RefusedError:
        return built
    built.folder = target
    return built


class _RefusedError(Exception):
    """Problems remain: the folder under construction is given up."""


def _write_data(corpus: Path, folder: Path, built: Built) -> None:
    assignment, _ = splits.read(corpus)
    with ExitStack() as stack:
        writers = {
            (config, split): stack.enter_context(_Writer(folder, config, split))
            for config in tables.CONFIGS
            for split in splits.SHARES
        }
        for document in _usable(corpus, built):
            split = assignment[document.article["story"]]
            stats.add(built.counted, document, split)
            for config in tables.CONFIGS:
                if (config, split) not in writers:
                    writers[config, split] = stack.enter_context(_Writer(folder, config, split))
                writers[config, split].add(document)
        if any(problem.rule.severity == "error" for problem in built.problems):
            raise _RefusedError
    built.rows = {key: writer.rows for key, writer in writers.items()}


def _usable(corpus: Path, built: Built) -> Iterator[Document]:
    """The documents to build from; once there is an error, the rest is only checked."""
    refused = False
    for item in checked(corpus):
        if isinstance(item, Problem):
            built.problems.append(item)
            refused |= item.rule.severity == "error"
        elif item.text is None:
            built.left_out.append(item)
        elif not refused:
            yield item


class _Writer:
    """The Parquet file of one config and split, written a row group at a time."""

    def __init__(self, folder: Path, config: str, split: str) -> None:
        self._config, self._schema = config, tables.features(config).arrow_schema
        self._rows: list[tables.Row] = []
        self._documents = self.rows = 0
        path = folder / "data" / config / f"{split}-00000-of-00001.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = layout.writer(path, config)

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()
        self._file.close()

    def add(self, document: Document) -> None:
        self._rows += tables.rows(self._config, document)
        self._documents += 1
        if layout.ends_group(document.id, self._documents):
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            table = pa.Table.from_pylist(self._rows, schema=self._schema)
            self._file.write_table(table, row_group_size=len(self._rows))
        self.rows += len(self._rows)
        self._documents, self._rows = 0, []
