"""The stages before a document may be used: readable, schema, checks, splits."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import numpy as np

from onrecord import checks, leaks, schema, shards, splits
from onrecord.engines import LOCAL, Engine
from onrecord.positions import escape
from onrecord.problems import Problem
from onrecord.shards import Catalogue, Shard, placed
from onrecord.source import Document, Entry, Json, Pass, pass_files, read_json


def checked(corpus: Path, ids: Iterable[str] | None = None) -> Iterator[Document | Problem]:
    """The documents of a corpus, in order, and every problem; documents with errors are left out.

    A document ends at the first level that it fails; the run goes on. `ids` restricts the run
    to some documents: what concerns the corpus as a whole is then not looked for.
    """
    whole = Whole(corpus, complete=ids is None)
    yield from whole.begin()
    for shard in shards.shards(corpus, ids):
        whole.open(shard)
        for entry in shards.read(shard):
            each = examined(corpus, entry)
            found = [*each.problems, *whole.add(each)]
            yield from [*found, *each.of_passes]
            if isinstance(entry, Document) and not has_errors(found):
                yield entry
    yield from whole.end()


def problems(
    corpus: Path, ids: Iterable[str] | None = None, engine: Engine = LOCAL
) -> Iterator[Problem]:
    """Every problem of a corpus as `checked` finds it, in the same order, by an engine."""
    whole = Whole(corpus, complete=ids is None)
    yield from whole.begin()
    parts = shards.shards(corpus, ids)
    for shard, found in zip(parts, engine.run(examine, parts, "validating"), strict=True):
        yield from whole.take(shard, found)
    yield from whole.end()


class Examined(NamedTuple):
    """The problems of a document and of the passes over it, and what concerns the whole corpus."""

    problems: list[Problem]
    of_passes: list[Problem]
    file: str
    article: Json
    prints: leaks.Prints


def examine(shard: Shard) -> list[Examined]:
    """The documents of a shard at levels 1 to 3."""
    return [examined(shard.corpus, entry) for entry in shards.read(shard)]


_KEPT = ("id", "story", "text_availability", "text_sha256")


def examined(corpus: Path, entry: Entry) -> Examined:
    """A document at levels 1 to 3; and, if it has no errors, the passes over it."""
    if not isinstance(entry, Document):
        return Examined([*entry], [], "", {}, leaks.Prints())
    file, found = entry.files.article, [*map(placed, check_document(entry))]
    kept = {key: entry.article[key] for key in _KEPT if key in entry.article}
    if has_errors(found):
        return Examined(found, [], file, kept, leaks.Prints())
    of_passes = [placed(each) for each in passes(corpus, entry) if isinstance(each, Problem)]
    return Examined(found, of_passes, file, kept, leaks.prints(entry))


def passes(corpus: Path, document: Document) -> Iterator[Pass | Problem]:
    """The independent passes over a document, by annotator, and every problem at levels 1 to 3.

    Passes with errors are left out.
    """
    for path, annotation in _pass_values(corpus, document):
        if isinstance(annotation, Problem):
            yield annotation
            continue
        files = document.files._replace(annotation=path)
        found = check_document(replace(document, files=files, annotation=annotation))
        yield from (_under(path, each) for each in found)
        if not has_errors(found):
            yield Pass(Path(path).stem, annotation)


def _pass_values(corpus: Path, document: Document) -> Iterator[tuple[str, Json | Problem]]:
    if document.passes is None:
        yield from ((path, read_json(path, corpus)) for path in pass_files(document.files))
        return
    for name, annotation in sorted(document.passes.items()):
        path = f"{document.files.passes}/{escape(name)}"
        if isinstance(annotation, dict):
            yield path, annotation
        else:
            message = "a pass: found another type; expected an object"
            yield path, Problem("line-malformed", path, message)


def _under(path: str, problem: Problem) -> Problem:
    """A problem of a pass under its own file, even if its place is in the text."""
    if problem.file == path:
        return problem
    place = f"{problem.file}:{problem.line or 1}:{problem.column or 1}"
    message = f"{place}: {problem.message}"
    return replace(problem, file=path, message=message, pointer="", line=1, column=1)


def check_document(document: Document) -> list[Problem]:
    """Problems of one document at levels 2 and 3."""
    found = [
        *schema.check("article", document.article, document.files.article),
        *schema.check("annotation", document.annotation, document.files.annotation),
    ]
    return found or [*checks.check(document)]


def has_errors(found: list[Problem]) -> bool:
    """Whether any of the problems is more than a warning."""
    return any(problem.rule.severity == "error" for problem in found)


class Whole:
    """Level 4: what concerns the corpus as a whole, gathered document by document."""

    def __init__(self, corpus: Path, *, complete: bool) -> None:
        self._file = str(splits.file(corpus))
        self._corpus, self._complete = corpus, complete
        assignment, self._problems = splits.read(corpus)
        self._splits = splits.Lookup(assignment)
        self._assigned = not self._problems
        # Eight bytes a document: memory stays flat as the corpus grows.
        self._digests, self._ids = array("Q"), array("q")
        self._documents = Catalogue()
        self._leaks = leaks.Search(corpus, self._documents)

    def begin(self) -> list[Problem]:
        """Problems of the assignment itself."""
        return self._problems

    def open(self, shard: Shard) -> None:
        """Begin a shard, whose documents are then added in their order."""
        self._documents.add(shard, len(self._ids))

    def take(self, shard: Shard, documents: Iterable[Examined]) -> Iterator[Problem]:
        """All problems of a shard, those of level 4 among them."""
        self.open(shard)
        for examined in documents:
            yield from [*examined.problems, *self.add(examined), *examined.of_passes]

    def add(self, examined: Examined) -> list[Problem]:
        """Problems of a document that has none at the levels before."""
        article, sound = examined.article, not has_errors(examined.problems)
        self._ids.append(_number(article["id"] if sound else f"#{len(self._ids)}"))
        if not sound:
            self._complete = False
            return []
        self._digests.append(int(article["text_sha256"][:16], 16))
        split = self._splits.split(article["story"])
        problems = [*map(placed, self._misplaced(article, split, examined.file))]
        self._assigned &= not problems
        if self._complete and self._assigned and split:
            self._leaks.add(split, examined.prints)
        return problems

    def _misplaced(self, article: Json, split: str | None, file: str) -> Iterator[Problem]:
        story, availability = article["story"], article["text_availability"]
        if self._problems:
            return
        if split is None:
            message = f'story "{story}" has no split in {self._file}; expected one'
            yield Problem("story-unassigned", file, message, "/story")
        elif (availability == "withheld") != (split == "real"):
            message = f'story "{story}" is in {split}, but the text is {availability}'
            yield Problem("story-split-availability", file, message, "/story")

    def end(self) -> Iterator[Problem]:
        """What is repeated; and stories that no article reports, if all articles were seen."""
        if len(np.unique(np.array(self._ids))) < len(self._ids):
            yield from self._repeated_ids()
        if len(np.unique(np.array(self._digests))) < len(self._digests):
            yield from self._repeated_texts()
        elif self._complete and self._assigned:
            yield from self._leaks.problems()
        if self._complete and not self._splits.all_seen():
            for split, stories in splits.as_json(splits.read(self._corpus)[0]).items():
                for i, story in enumerate(stories if split in splits.SPLITS else ()):
                    if not self._splits.seen(story):
                        message = f'no article reports the story "{story}"'
                        yield Problem("story-unknown", self._file, message, f"/{split}/{i}")

    def _repeated_ids(self) -> Iterator[Problem]:
        """Lines of shards with the id of one before; files cannot have one twice."""
        seen: set[int] = set()
        for number, found in enumerate(self._ids):
            if found in seen:
                name, file = self._documents.id(number), self._documents.files(number).article
                message = f'found the id "{name}" again; expected each document once'
                yield placed(Problem("document-repeated", file, message, "/id"))
            seen.add(found)

    def _repeated_texts(self) -> Iterator[Problem]:
        first: dict[str, Json] = {}
        for number in range(len(self._ids)):
            entry, file = self._documents.read(number), self._documents.files(number).article
            if not isinstance(entry, Document) or [*schema.check("article", entry.article, file)]:
                continue
            article = entry.article
            same = first.setdefault(article["text_sha256"], article)
            if same["story"] != article["story"]:
                message = f'has the text of {same["id"]}; expected its story "{same["story"]}", too'
                yield placed(Problem("text-repeated", file, message, "/story"))


def _number(name: str) -> int:
    """Eight bytes that stand for a name."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)
