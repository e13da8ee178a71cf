"""From a corpus of files to one of shards, and back: nothing is lost, and nothing is checked."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from onrecord import schema, shards
from onrecord.engines import LOCAL, Engine
from onrecord.folders import replaced, write_text
from onrecord.problems import Problem
from onrecord.shards import COLUMNS, FOLDER, Shard, placed
from onrecord.source import Document, Json, files_of, pass_files, read_json, write_json

# Documents of a shard: enough that beginning one costs nothing, few enough for any memory.
SIZE = 5_000
# In each folder that was written here, so that another may take its place and nothing else.
MARK = ".onrecord-layout"
# The files that a line of a shard holds, and shards themselves.
_PART = re.compile(
    r"documents/.*|articles/[^/]+/[^/]+[.](json|txt)|annotations/[^/]+/[^/]+[.]json"
    r"|hydrated/[^/]+/[^/]+[.]txt|passes/[^/]+/[^/]+/[^/]+[.]json"
)
_SCHEMA = pa.schema([(name, pa.string()) for name in COLUMNS])
_ROWS = 500


class TargetError(Exception):
    """A corpus that has the layout already, or a target that may not be replaced."""


class _RefusedError(Exception):
    """Some documents cannot be read: the folder under construction is given up."""


Numbered = tuple[int, Shard]
Work = Callable[[Numbered], list[Problem]]


def pack(
    corpus: Path, out: Path, layout: str = "jsonl", size: int = SIZE, engine: Engine = LOCAL
) -> list[Problem]:
    """Write a corpus in shards as OUT, or say which documents cannot be read.

    Raises TargetError and OSError.
    """
    if shards.is_bulk(corpus):
        raise TargetError(f"{corpus} is in shards already")
    parts = shards.shards(corpus, size=size)
    return _written(corpus, out, parts, lambda folder: partial(_pack, folder, layout), engine)


def unpack(corpus: Path, out: Path, engine: Engine = LOCAL) -> list[Problem]:
    """Write a corpus in shards as one of files, as OUT, or say what cannot be read.

    Raises TargetError and OSError.
    """
    if not shards.is_bulk(corpus):
        raise TargetError(f"{corpus} is not in shards: it has no {FOLDER}/")
    return _written(
        corpus, out, shards.shards(corpus), lambda folder: partial(_unpack, folder), engine
    )


def _written(
    corpus: Path, out: Path, parts: list[Shard], work: Callable[[Path], Work], engine: Engine
) -> list[Problem]:
    if out.exists() and (not out.is_dir() or any(out.iterdir())) and not (out / MARK).is_file():
        raise TargetError(f"{out} exists and was not made by pack or unpack; name another folder")
    found: list[Problem] = []
    try:
        with replaced(out) as folder:
            found += _convert(corpus, folder, parts, work(folder), engine)
            if found:
                raise _RefusedError
    except _RefusedError:
        pass
    return found


def packed(corpus: Path, folder: Path, layout: str) -> list[Problem]:
    """Write a corpus of files in shards into a folder that nobody sees yet; what cannot be read."""
    parts = shards.shards(corpus, size=SIZE)
    return _convert(corpus, folder, parts, partial(_pack, folder, layout), LOCAL)


def _convert(
    corpus: Path, folder: Path, parts: list[Shard], work: Work, engine: Engine
) -> list[Problem]:
    found = [each for some in engine.run(work, [*enumerate(parts)], "converting") for each in some]
    if not found:
        _copy_others(corpus, folder)
        (folder / MARK).touch()
    return found


def _copy_others(corpus: Path, folder: Path) -> None:
    """Copy what is no part of a document: splits, decisions, guidelines, what is to be read."""
    for path in corpus.rglob("*"):
        place = path.relative_to(corpus)
        if path.is_file() and not _PART.fullmatch(place.as_posix()):
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / place)


def _pack(folder: Path, layout: str, numbered: Numbered) -> list[Problem]:
    """One shard of files becomes one file."""
    number, shard = numbered
    (folder / FOLDER).mkdir(exist_ok=True)
    found: list[Problem] = []
    values = _values(shard, found)
    write_shard(folder / FOLDER / f"{number:05}.{layout}", values)
    return found


def _values(shard: Shard, found: list[Problem]) -> Iterator[Json]:
    for entry in shards.read(shard):
        passes = {} if not isinstance(entry, Document) else _passes(shard.corpus, entry)
        if isinstance(entry, Document) and not any(isinstance(v, Problem) for v in passes.values()):
            yield value(entry, passes)
        else:
            found += [] if isinstance(entry, Document) else entry
            found += [each for each in passes.values() if isinstance(each, Problem)]


def _passes(corpus: Path, document: Document) -> dict[str, Json | Problem]:
    return {Path(path).stem: read_json(path, corpus) for path in pass_files(document.files)}


def value(document: Document, passes: Json) -> Json:
    """A document as a line of a shard holds it."""
    kept: Json = {"article": document.article}
    if document.text is not None:
        kept["text" if document.committed else "hydrated"] = document.text
    kept["annotation"] = document.annotation
    return {**kept, "passes": passes} if passes else kept


def write_shard(path: Path, values: Iterable[Json]) -> None:
    """Write documents as lines of JSON, or as the rows of a Parquet file, as the name says."""
    if path.suffix == ".jsonl":
        with path.open("wb") as file:
            file.writelines(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in values)
        return
    rows = map(_row, values)
    with pq.ParquetWriter(path, _SCHEMA, compression="zstd", compression_level=3) as writer:
        for batch in iter(lambda: [*islice(rows, _ROWS)], []):
            writer.write_table(pa.Table.from_pylist(batch, schema=_SCHEMA))


def _row(each: Json) -> Json:
    texts = {key: each.get(key) for key in ("text", "hydrated")}
    nested = {
        key: orjson.dumps(each[key]).decode() if key in each else None
        for key in ("article", "annotation", "passes")
    }
    return {"id": str(each["article"].get("id")), **texts, **nested}


def _unpack(folder: Path, numbered: Numbered) -> list[Problem]:
    """Each document of a shard becomes files of its own."""
    found: list[Problem] = []
    for entry in shards.read(numbered[1]):
        problems = [*_homeless(entry)] if isinstance(entry, Document) else entry
        found += problems
        if isinstance(entry, Document) and not problems:
            _write(folder, entry)
    return found


def _homeless(document: Document) -> Iterator[Problem]:
    """Names that are none of a file."""
    root = schema.load("article")
    pattern = schema.resolve(root, root["properties"]["id"])["pattern"]
    if not re.fullmatch(pattern, str(document.id)):
        message = f'found the id "{document.id}"; expected the form {pattern}'
        yield placed(Problem("bad-pattern", document.files.article, message, "/id"))
    for name in document.passes or ():
        if "/" in name or name.startswith("."):
            message = f'found the annotator "{name}"; expected the name of a file'
            yield placed(Problem("line-malformed", document.files.passes, message))


def _write(folder: Path, document: Document) -> None:
    files = files_of(folder, document.id)
    write_json(Path(files.article), document.article)
    write_json(Path(files.annotation), document.annotation)
    if document.text is not None:
        write_text(Path(files.text if document.committed else files.hydrated), document.text)
    for name, annotation in (document.passes or {}).items():
        write_json(Path(files.passes) / f"{name}.json", annotation)
