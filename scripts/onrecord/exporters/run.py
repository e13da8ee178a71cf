"""From a corpus folder or a release to a folder of another format.

An exporter is a class with `add(document, split)` and `finish()`; it writes into the folder that
it is given, which appears under its name whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from onrecord import schema, splits
from onrecord.anchor import ordered
from onrecord.exporters import FORMATS, UnfitError
from onrecord.folders import replaced
from onrecord.manifest import rows
from onrecord.problems import Problem
from onrecord.source import Document, Json, files_of
from onrecord.validate import checked

# Written into each export, so that another may take its place and nothing else.
MARK = ".onrecord-export"


class SourceError(Exception):
    """No corpus and no release, or a target that may not be replaced."""


class _RefusedError(Exception):
    """The corpus has problems: the folder under construction is given up."""


@dataclass(slots=True)
class Exported:
    """What came of an export."""

    documents: int = 0
    left_out: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def export(name: str, source: Path, out: Path, *, progress: bool = False) -> Exported:
    """Export a corpus or a release to the folder OUT. Raises SourceError and OSError."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())) and not (out / MARK).is_file():
        raise SourceError(f"{out} exists and was not made by an export; name another folder")
    documents, exported, make = _documents(source), Exported(), _exporter(name)
    try:
        with replaced(out) as folder:
            exporter = make(folder)
            for item, split in _watched(documents, name, progress):
                _take(exported, exporter, item, split)
            if any(problem.rule.severity == "error" for problem in exported.problems):
                raise _RefusedError
            exporter.finish()
            (folder / MARK).write_text(f"{name}\n", encoding="utf-8")
    except _RefusedError:
        exported.documents = 0
    return exported


def _exporter(name: str) -> Any:
    """The exporter of a format. Raises SourceError where a library that it needs is missing."""
    try:
        return import_module(f"onrecord.exporters.{FORMATS[name].module}").Exporter
    except ModuleNotFoundError as error:
        message = f"{name} needs {error.name}; install it with: pip install 'onrecord[{name}]'"
        raise SourceError(message) from error


def _take(exported: Exported, exporter: Any, item: Document | Problem, split: str) -> None:
    if isinstance(item, Problem):
        exported.problems.append(item)
    elif item.text is None:
        exported.left_out.append(f"{item.id}, whose text is withheld; hydrate it first")
    else:
        try:
            exporter.add(item, split)
            exported.documents += 1
        except UnfitError as error:
            exported.left_out.append(f"{item.id}: {error}")


Item = tuple[Document | Problem, str]


def _watched(items: Iterator[Item], name: str, progress: bool) -> Iterator[Item]:
    """The items, with a progress bar where standard error is a terminal."""
    console = Console(stderr=True)
    hidden = not (progress and console.is_terminal)
    yield from track(items, f"exporting {name}", console=console, transient=True, disable=hidden)


def _documents(source: Path) -> Iterator[Item]:
    """The documents of a corpus or release, each with its split. Raises SourceError."""
    if (source / "articles").is_dir():
        return _of_corpus(source)
    if (source / "data" / "documents").is_dir():
        return _of_release(source)
    raise SourceError(f"{source} is neither a corpus (articles/) nor a release (data/documents/)")


def _of_corpus(corpus: Path) -> Iterator[Item]:
    assignment, _ = splits.read(corpus)
    for item in checked(corpus):
        yield item, "" if isinstance(item, Problem) else assignment[item.article["story"]]


def _of_release(release: Path) -> Iterator[Item]:
    for split in splits.SPLITS:
        for path in sorted((release / "data" / "documents").glob(f"{split}-*.parquet")):
            for row in rows(path):
                yield _document(release, _present(row)), split


def _document(release: Path, row: Json) -> Document:
    """A row of the config documents as the document that it was."""
    row |= {"schema_version": "1", "article": row["id"]}
    article, annotation = (
        ordered(root, root, {key: row[key] for key in root["properties"] if key in row})
        for root in map(schema.load, ("article", "annotation"))
    )
    return Document(row["id"], files_of(release, row["id"]), article, annotation, row["text"])


def _present(value: Any) -> Any:
    """A value without what is absent."""
    if isinstance(value, list):
        return [_present(item) for item in value]
    if isinstance(value, dict):
        return {key: _present(item) for key, item in value.items() if item is not None}
    return value


def lines(exported: Exported) -> Iterator[str]:
    """What a person is told: at most ten of those left out by name."""
    for name in islice(exported.left_out, 10):
        yield f"left out: {name}"
    if len(exported.left_out) > 10:
        yield f"left out: {len(exported.left_out) - 10} more"
