"""The stages before a document may be used: readable, schema, checks, splits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from onrecord import checks, schema, splits
from onrecord.problems import Problem
from onrecord.source import Document, read_corpus


def checked(corpus: Path, ids: Iterable[str] | None = None) -> Iterator[Document | Problem]:
    """The documents of a corpus, by id, and every problem; documents with errors are left out.

    A document ends at the first level that it fails; the run goes on. `ids` restricts the run
    to some documents: what concerns the corpus as a whole is then not looked for.
    """
    assignment, problems = splits.read(corpus)
    yield from problems
    stories: set[str] = set()
    complete = ids is None
    for entry in read_corpus(corpus, ids):
        found = check_document(entry) if isinstance(entry, Document) else [*entry]
        if isinstance(entry, Document) and not _errors(found):
            stories.add(entry.article["story"])
            found += _split(corpus, entry, assignment) if not problems else []
        yield from found
        if isinstance(entry, Document) and not _errors(found):
            yield entry
        complete &= not _errors(found)
    if complete:
        yield from _unknown_stories(corpus, assignment, stories)


def check_document(document: Document) -> list[Problem]:
    """Problems of one document at levels 2 and 3."""
    found = [
        *schema.check("article", document.article, str(document.files.article)),
        *schema.check("annotation", document.annotation, str(document.files.annotation)),
    ]
    return found or [*checks.check(document)]


def _errors(problems: list[Problem]) -> bool:
    return any(problem.rule.severity == "error" for problem in problems)


def _split(corpus: Path, document: Document, assignment: splits.Assignment) -> list[Problem]:
    article, file = document.article, str(document.files.article)
    story, split = article["story"], assignment.get(article["story"])
    if split is None:
        message = f'story "{story}" has no split in {splits.file(corpus)}; expected one'
        return [Problem("story-unassigned", file, message, "/story")]
    if (article["text_availability"] == "withheld") != (split == "real"):
        message = f'story "{story}" is in {split}, but the text is {article["text_availability"]}'
        return [Problem("story-split-availability", file, message, "/story")]
    return []


def _unknown_stories(
    corpus: Path, assignment: splits.Assignment, stories: set[str]
) -> Iterator[Problem]:
    for split, names in splits.as_json(assignment).items():
        for i, story in enumerate(names if isinstance(names, list) else []):
            if story not in stories:
                message = f'no article reports the story "{story}"'
                yield Problem("story-unknown", str(splits.file(corpus)), message, f"/{split}/{i}")
