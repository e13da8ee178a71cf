"""A corpus in shards: a stretch of its folders, a file of JSON lines, or a Parquet file.

A shard is the unit of work. A line of one holds what the folders keep of a document in files of
their own: its article record, text, annotation, and the passes over it. A place in a shard is
written FILE#LINE/KEY until somebody has to be told of it.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, islice
from pathlib import Path

import orjson

from onrecord.positions import Positions, escape
from onrecord.problems import Problem
from onrecord.source import (
    MAX_BYTES,
    Document,
    Entry,
    Files,
    Json,
    checked_text,
    document_ids,
    files_of,
    parse_json,
    read_document,
)

FOLDER = "documents"
LAYOUTS = ("jsonl", "parquet")
# Documents of a folder of files that are one shard.
_STRETCH = 200
# The columns of a Parquet shard; but for the texts, each is the JSON of a key of a line.
COLUMNS = ("id", "article", "text", "hydrated", "annotation", "passes")
_TEXTS = ("id", "text", "hydrated")
_PLACE = re.compile(r"(?P<file>.*[.](?:jsonl|parquet))#(?P<line>[0-9]+)(?P<key>/.*)?", re.DOTALL)
_ROWS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Shard:
    """Some documents of a corpus: those of a file, or, without one, of these ids."""

    corpus: Path
    file: str = ""
    ids: tuple[str, ...] = ()


def is_bulk(corpus: Path) -> bool:
    """Whether a corpus lies in files of many documents."""
    return (corpus / FOLDER).is_dir()


def shards(corpus: Path, ids: Iterable[str] | None = None, size: int | None = None) -> list[Shard]:
    """The shards of a corpus in their order, which depends on nothing but the corpus.

    `ids` restricts a folder of files to some documents; `size` is how many are a shard there.
    """
    if is_bulk(corpus):
        paths = sorted(p for p in (corpus / FOLDER).iterdir() if p.suffix[1:] in LAYOUTS)
        return [Shard(corpus, str(path)) for path in paths]
    names = iter(document_ids(corpus) if ids is None else sorted(ids))
    return [
        Shard(corpus, ids=each) for each in iter(lambda: tuple(islice(names, size or _STRETCH)), ())
    ]


def read(shard: Shard) -> Iterator[Entry]:
    """The documents of a shard, or the problems that keep one from being read."""
    if not shard.file:
        yield from (read_document(shard.corpus, name) for name in shard.ids)
        return
    try:
        for number, line in enumerate(lines(shard.file), 1):
            yield _document(f"{shard.file}#{number}", line)
    except (OSError, ValueError) as error:
        reason = f"cannot be read: {error}".partition("\n")[0]
        yield (Problem("file-unreadable", shard.file, reason, line=1),)


def lines(file: str) -> Iterator[bytes]:
    """The lines of a shard, each a JSON object. Raises OSError and ValueError."""
    if file.endswith(".parquet"):
        yield from _rows(file)
        return
    with open(file, "rb") as lines_of:  # noqa: PTH123 - a string, of many
        while line := lines_of.readline(MAX_BYTES + 1):
            yield line
            if len(line) > MAX_BYTES and not line.endswith(b"\n"):
                return


def _rows(file: str) -> Iterator[bytes]:
    import pyarrow.parquet as pq  # noqa: PLC0415 - heavy, and most corpora are no Parquet

    with pq.ParquetFile(file) as rows:
        if missing := [name for name in COLUMNS if name not in rows.schema_arrow.names]:
            raise ValueError(f"has no column {', '.join(missing)}")
        for batch in rows.iter_batches(_ROWS_AT_ONCE, columns=[*COLUMNS]):
            yield from map(_line, batch.to_pylist())


def _line(row: Json) -> bytes:
    parts = [
        b'"%s":%s' % (key.encode(), orjson.dumps(row[key]) if key in _TEXTS else row[key].encode())
        for key in COLUMNS[1:]
        if row[key] is not None
    ]
    return b"{" + b",".join(parts) + b"}"


def _document(place: str, line: bytes) -> Entry:
    """The document of a line, or what is wrong with the line."""
    if len(line) > MAX_BYTES:
        message = f"found a line of more than {MAX_BYTES:,} bytes; expected at most that"
        return (Problem("file-too-large", place, message),)
    value = parse_json(place, line)
    if isinstance(value, Problem):
        return (_within(value),)
    if found := [*_malformed(place, value)]:
        return tuple(map(placed, found))
    return Document(
        value["article"].get("id", ""),
        _places(place),
        value["article"],
        value["annotation"],
        value.get("text", value.get("hydrated")),
        committed="text" in value,
        line=line,
        passes=value.get("passes", {}),
    )


def _places(place: str) -> Files:
    """Where in a line the parts of its document are."""
    return Files(
        *(f"{place}/{key}" for key in ("article", "annotation", "text", "hydrated", "passes"))
    )


_KINDS: dict[str, type] = {
    "article": dict,
    "text": str,
    "hydrated": str,
    "annotation": dict,
    "passes": dict,
}


def _malformed(place: str, value: Json) -> Iterator[Problem]:
    """What keeps an object from being a document."""
    for key in sorted(value.keys() - _KINDS.keys()):
        message = f'found the key "{key}"; expected one of {", ".join(_KINDS)}'
        yield Problem("line-malformed", place, message, f"/{escape(key)}", at_key=True)
    for key, kind in _KINDS.items():
        found = value.get(key)
        if key in value and not isinstance(found, kind):
            wanted = "an object" if kind is dict else "a string"
            message = f"{key}: found another type; expected {wanted}"
            yield Problem("line-malformed", place, message, f"/{key}")
        elif isinstance(found, str) and isinstance(text := checked_text("", found), Problem):
            yield replace(text, file=place, pointer=f"/{key}", line=None, column=None)
        elif kind is dict and key != "passes" and found is None:
            message = f'found no key "{key}"; expected one in every line'
            yield Problem("line-malformed", place, message)
    record = value.get("article")
    included = isinstance(record, dict) and record.get("text_availability") == "included"
    if included and "text" not in value:
        message = "found no text; expected it, as text_availability is included"
        yield Problem("text-missing", place, message, "/article/text_availability")


def placed(problem: Problem) -> Problem:
    """A problem with the file, line and column that its place in a shard names.

    The rows of a Parquet file are its lines, and have one column.
    """
    found = _PLACE.fullmatch(problem.file)
    if found is None:
        return problem
    file, number = found["file"], int(found["line"])
    pointer = (found["key"] or "") + problem.pointer
    whole, column = replace(problem, file=file, pointer=pointer, line=None), 1
    if file.endswith(".jsonl"):
        column = _positions(file, number, Path(file).stat().st_mtime_ns).of(whole)[1]
    return replace(whole, line=number, column=column)


def _within(problem: Problem) -> Problem:
    """A problem of a line that is no JSON object; its column is that within the line."""
    return replace(placed(replace(problem, line=None)), column=problem.column or 1)


@lru_cache(maxsize=4)
def _positions(file: str, number: int, _: int) -> Positions:
    return Positions(line_at(file, number).decode("utf-8", errors="replace"))


def line_at(file: str, number: int) -> bytes:
    """A line of a shard, from 1."""
    if not file.endswith(".jsonl"):
        return next(islice(lines(file), number - 1, None))
    with open(file, "rb") as lines_of:  # noqa: PTH123 - as in `lines`
        lines_of.seek(_starts(file, Path(file).stat().st_mtime_ns)[number - 1])
        return lines_of.readline(MAX_BYTES + 1)


@lru_cache(maxsize=64)
def _starts(file: str, _: int) -> array[int]:
    """Where the lines of a file begin."""
    return array("Q", accumulate(map(len, lines(file)), initial=0))


class Catalogue:
    """The documents of shards by number, of which nothing is kept but how many a shard has."""

    def __init__(self) -> None:
        self._shards: list[Shard] = []
        self._firsts: list[int] = []

    def add(self, shard: Shard, first: int) -> None:
        """Add the next shard, whose documents are numbered from `first` on."""
        self._shards.append(shard)
        self._firsts.append(first)

    def read(self, number: int) -> Entry:
        """A document, or why it cannot be had."""
        shard, at = self._find(number)
        if not shard.file:
            return read_document(shard.corpus, shard.ids[at])
        return _document(f"{shard.file}#{at + 1}", line_at(shard.file, at + 1))

    def id(self, number: int) -> str:
        """The id of a document."""
        shard, at = self._find(number)
        entry = None if shard.ids else self.read(number)
        return entry.id if isinstance(entry, Document) else shard.ids[at]

    def files(self, number: int) -> Files:
        """Where the parts of a document are."""
        shard, at = self._find(number)
        if not shard.file:
            return files_of(shard.corpus, shard.ids[at])
        return _places(f"{shard.file}#{at + 1}")

    def ids(self) -> Iterator[str]:
        """The ids of all documents."""
        for shard in self._shards:
            yield from shard.ids or (e.id for e in read(shard) if isinstance(e, Document))

    def _find(self, number: int) -> tuple[Shard, int]:
        at = bisect_right(self._firsts, number) - 1
        return self._shards[at], number - self._firsts[at]
