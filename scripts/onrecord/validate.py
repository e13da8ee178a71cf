"""The stages before a document may be used: readable, schema, checks, splits."""

from __future__ import annotations

import gc
import multiprocessing
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from onrecord import checks, leaks, schema, splits
from onrecord.problems import Problem
from onrecord.source import (
    Document,
    Entry,
    Json,
    Pass,
    document_ids,
    files_of,
    pass_files,
    read_document,
    read_json,
)

# Documents that one process checks before it reports.
_BATCH = 200


def checked(corpus: Path, ids: Iterable[str] | None = None) -> Iterator[Document | Problem]:
    """The documents of a corpus, by id, and every problem; documents with errors are left out.

    A document ends at the first level that it fails; the run goes on. `ids` restricts the run
    to some documents: what concerns the corpus as a whole is then not looked for.
    """
    names = document_ids(corpus) if ids is None else sorted(ids)
    whole = _Whole(corpus, names, complete=ids is None)
    yield from whole.begin()
    for document_id in names:
        entry = read_document(corpus, document_id)
        examined = _examined(corpus, entry)
        found = [*examined.problems, *whole.add(examined)]
        yield from [*found, *examined.of_passes]
        if isinstance(entry, Document) and not _errors(found):
            yield entry
    yield from whole.end()


def problems(corpus: Path, ids: Iterable[str] | None = None, jobs: int = 1) -> Iterator[Problem]:
    """Every problem of a corpus as `checked` finds it, in the same order, by several processes."""
    names = document_ids(corpus) if ids is None else sorted(ids)
    whole = _Whole(corpus, names, complete=ids is None)
    yield from whole.begin()
    for examined in _examine(corpus, names, jobs if len(names) > _BATCH else 1):
        yield from [*examined.problems, *whole.add(examined), *examined.of_passes]
    yield from whole.end()


class Examined(NamedTuple):
    """The problems of a document and of the passes over it, and what concerns the whole corpus."""

    problems: list[Problem]
    of_passes: list[Problem]
    article: Json
    prints: leaks.Prints


def _examine(corpus: Path, ids: list[str], jobs: int) -> Iterator[Examined]:
    iterator = iter(ids)
    batches = iter(lambda: list(islice(iterator, _BATCH)), [])
    if jobs == 1:
        for batch in batches:
            yield from _examine_batch(corpus, batch)
        return
    with multiprocessing.Pool(jobs, initializer=_tune) as pool:
        for examined in pool.imap(partial(_examine_batch, corpus), batches):
            yield from examined


def _tune() -> None:
    # Documents hold no cycles: looking for them while they are parsed takes a tenth of the time.
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def _examine_batch(corpus: Path, ids: list[str]) -> list[Examined]:
    return [_examined(corpus, read_document(corpus, document_id)) for document_id in ids]


_KEPT = ("id", "story", "text_availability", "text_sha256")


def _examined(corpus: Path, entry: Entry) -> Examined:
    """A document at levels 1 to 3; and, if it has no errors, the passes over it."""
    if not isinstance(entry, Document):
        return Examined([*entry], [], {}, leaks.Prints())
    found = check_document(entry)
    kept = {key: entry.article[key] for key in _KEPT if key in entry.article}
    if _errors(found):
        return Examined(found, [], kept, leaks.Prints())
    of_passes = [each for each in passes(corpus, entry) if isinstance(each, Problem)]
    return Examined(found, of_passes, kept, leaks.prints(entry))


def passes(corpus: Path, document: Document) -> Iterator[Pass | Problem]:
    """The independent passes over a document, by annotator, and every problem at levels 1 to 3.

    Passes with errors are left out.
    """
    for path in pass_files(document.files):
        annotation = read_json(path, corpus)
        if isinstance(annotation, Problem):
            yield annotation
            continue
        files = document.files._replace(annotation=path)
        found = check_document(replace(document, files=files, annotation=annotation))
        yield from (_under(path, each) for each in found)
        if not _errors(found):
            yield Pass(Path(path).stem, annotation)


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


def _errors(found: list[Problem]) -> bool:
    return any(problem.rule.severity == "error" for problem in found)


class _Whole:
    """Level 4: what concerns the corpus as a whole, gathered document by document."""

    def __init__(self, corpus: Path, ids: list[str], *, complete: bool) -> None:
        self._file = str(splits.file(corpus))
        self._corpus, self._complete = corpus, complete
        assignment, self._problems = splits.read(corpus)
        self._splits = splits.Lookup(assignment)
        self._assigned = not self._problems
        # Eight bytes a document: memory stays flat as the corpus grows.
        self._digests, self._ids = array("Q"), ids
        self._leaks = leaks.Search(corpus, ids)

    def begin(self) -> list[Problem]:
        """Problems of the assignment itself."""
        return self._problems

    def add(self, examined: Examined) -> list[Problem]:
        """Problems of a document that has none at the levels before."""
        article = examined.article
        if _errors(examined.problems):
            self._complete = False
            return []
        self._digests.append(int(article["text_sha256"][:16], 16))
        split = self._splits.split(article["story"])
        file = files_of(self._corpus, article["id"]).article
        problems = [*self._misplaced(article, split, file)]
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
        """Repeated texts; and stories that no article reports, if all articles were seen."""
        if len(np.unique(np.array(self._digests))) < len(self._digests):
            yield from self._repeated()
        elif self._complete and self._assigned:
            yield from self._leaks.problems()
        if self._complete and not self._splits.all_seen():
            for split, stories in splits.as_json(splits.read(self._corpus)[0]).items():
                for i, story in enumerate(stories if split in splits.SPLITS else ()):
                    if not self._splits.seen(story):
                        message = f'no article reports the story "{story}"'
                        yield Problem("story-unknown", self._file, message, f"/{split}/{i}")

    def _repeated(self) -> Iterator[Problem]:
        first: dict[str, Json] = {}
        for document_id in self._ids:
            file = files_of(self._corpus, document_id).article
            article = read_json(file, self._corpus)
            if isinstance(article, Problem) or [*schema.check("article", article, file)]:
                continue
            same = first.setdefault(article["text_sha256"], article)
            if same["story"] != article["story"]:
                message = f'has the text of {same["id"]}; expected its story "{same["story"]}", too'
                yield Problem("text-repeated", file, message, "/story")
