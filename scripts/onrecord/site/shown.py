"""What the pages show: the documents of a corpus folder or of a release, in one form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
from datasets import ClassLabel, Features, List

from onrecord import schema, splits, tables, validate
from onrecord.problems import Problem
from onrecord.source import Document, Json, Pass, files_of

# How withheld articles whose text is at hand appear: by their labels only, with bars in place
# of their words, or in full.
Withheld = Literal["labels", "bars", "text"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A document with its split and the independent passes over it."""

    document: Document
    split: str
    passes: tuple[Pass, ...] = ()


def is_release(source: Path) -> bool:
    """Whether a folder is a release rather than a corpus."""
    return (source / "data" / "documents").is_dir()


def read(source: Path, withheld: Withheld, *, passes: bool) -> Iterator[Shown | Problem]:
    """What is to be shown of a corpus or release, by id, and every problem."""
    found = _of_release(source) if is_release(source) else _of_corpus(source, passes)
    for item in found:
        yield item if isinstance(item, Problem) else _veiled(item, withheld)


def _veiled(shown: Shown, withheld: Withheld) -> Shown:
    document = shown.document
    if document.article["text_availability"] != "withheld" or document.text is None:
        return shown
    bars = re.sub(r"\w", "━", document.text)
    text = {"labels": None, "bars": bars, "text": document.text}[withheld]
    return replace(shown, document=replace(document, text=text))


def _of_corpus(corpus: Path, passes: bool) -> Iterator[Shown | Problem]:
    assignment, _ = splits.read(corpus)
    for item in validate.checked(corpus):
        if isinstance(item, Problem):
            yield item
            continue
        # The problems of passes are among those of the corpus.
        read = validate.passes(corpus, item) if passes else ()
        kept = tuple(each for each in read if isinstance(each, Pass))
        yield Shown(item, assignment[item.article["story"]], kept)


def _of_release(release: Path) -> Iterator[Shown | Problem]:
    found: list[Shown] = []
    for path in sorted((release / "data" / "documents").glob("*.parquet")):
        try:
            table = pq.read_table(path)
        except (OSError, pa.ArrowException) as error:
            yield Problem("file-unreadable", str(path), f"cannot be read: {error}", line=1)
            continue
        features = Features.from_arrow_schema(table.schema)
        if missing := [*(tables.features("documents").keys() - features.keys())]:
            message = f"lacks the columns {', '.join(sorted(missing))}; expected a release"
            yield Problem("file-unreadable", str(path), message, line=1)
            continue
        split = path.name.partition("-")[0]
        rows = (_plain(features, row) for row in table.to_pylist())
        found += (Shown(_document(release, row), split) for row in rows)
    yield from sorted(found, key=lambda shown: shown.document.id)


def _plain(feature: Any, value: Any) -> Any:
    """A value of a row as JSON has it: labels by name, absent keys absent."""
    if isinstance(feature, ClassLabel):
        return feature.int2str(value)
    if isinstance(feature, List):
        return [_plain(feature.feature, item) for item in value]
    if isinstance(feature, dict):
        return {
            key: _plain(inner, value[key])
            for key, inner in feature.items()
            if value[key] is not None
        }
    return value


def _document(release: Path, row: Json) -> Document:
    """The document that a row of the config `documents` was made from."""
    article = {key: row[key] for key in _keys("article") if key in row}
    annotation = {key: row[key] for key in _keys("annotation") if key in row}
    article = {"schema_version": "1", **article}
    annotation = {"schema_version": "1", "article": row["id"], **annotation}
    text = row["text"]
    if article["text_availability"] == "withheld":
        # The committed annotation of such an article quotes nothing, and its title may be
        # the headline that the text has.
        annotation = _without_surfaces(annotation)
        headlines = (each for each in article["regions"] if each["kind"] == "headline")
        if article.get("title") in {text[each["start"] : each["end"]] for each in headlines}:
            del article["title"]
    files, committed = files_of(release, row["id"]), article["text_availability"] == "included"
    return Document(row["id"], files, article, annotation, text, committed)


@cache
def _keys(name: str) -> tuple[str, ...]:
    return tuple(schema.load(name)["properties"])


def _without_surfaces(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_surfaces(item) for item in value]
    if not isinstance(value, dict):
        return value
    dropped = {"text"} if "start" in value else set()
    return {key: _without_surfaces(item) for key, item in value.items() if key not in dropped}
