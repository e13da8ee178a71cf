"""What a corpus holds, counted from what is committed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

from onrecord import grid, schema, splits
from onrecord.model import by_id
from onrecord.problems import Problem
from onrecord.source import Document, Json, pass_files
from onrecord.validate import checked

# How often the corpus aims to have each phenomenon, in how many documents, and how often in test.
PHENOMENON_AIMS = (25, 15, 4)
ROWS = ("documents", "words", "quotes", "speakers", "mentions", "quoted_terms", "claims")

Counts = Counter[tuple[str, str]]
Placed = tuple[Document, str]


@dataclass(slots=True)
class Stats:
    """Counts by (what, split): documents, words (runs between white space), and what is annotated.

    `tagged` counts the documents that have a phenomenon at all; `lengths` are words of articles.
    """

    rows: Counts = field(default_factory=Counter)
    genres: Counts = field(default_factory=Counter)
    quotes: Counts = field(default_factory=Counter)
    sources: Counts = field(default_factory=Counter)
    categories: Counts = field(default_factory=Counter)
    phenomena: Counts = field(default_factory=Counter)
    tagged: Counts = field(default_factory=Counter)
    lengths: list[tuple[int, str]] = field(default_factory=list)

    def present(self) -> list[str]:
        """The splits that have documents, in their usual order."""
        return [split for split in splits.SPLITS if self.rows["documents", split]]


def read(corpus: Path) -> tuple[list[Placed], list[Problem]]:
    """The valid documents of a corpus with their splits, and every problem."""
    placed, problems, (assignment, _) = list[Placed](), list[Problem](), splits.read(corpus)
    for item in checked(corpus):
        if isinstance(item, Problem):
            problems.append(item)
        else:
            placed.append((item, assignment[item.article["story"]]))
    return placed, problems


def count(placed: Iterable[Placed]) -> Stats:
    """Count documents."""
    counted = Stats()
    for document, split in placed:
        add(counted, document, split)
    return counted


def included(document: Document) -> bool:
    """Whether a document's text is distributed: what is counted of others holds without theirs."""
    return document.article["text_availability"] == "included" and document.text is not None


def add(counted: Stats, document: Document, split: str) -> None:
    """Count one more document."""
    annotation = document.annotation
    counted.rows["documents", split] += 1
    counted.genres[document.article.get("genre", "other"), split] += 1
    passes = pass_files(document.files) if document.passes is None else document.passes
    counted.rows["passes", split] += len(passes)
    for key in ("quotes", "speakers", "quoted_terms", "claims"):
        counted.rows[key, split] += len(annotation[key])
    counted.rows["mentions", split] += sum(len(each["mentions"]) for each in annotation["speakers"])
    if included(document):
        counted.lengths.append((len((document.text or "").split()), split))
        counted.rows["words", split] += counted.lengths[-1][0]
    counted.quotes.update((quote["type"], split) for quote in annotation["quotes"])
    counted.sources.update((form, split) for form in source_forms(annotation))
    counted.categories.update((claim["category"], split) for claim in annotation["claims"])
    tags = [*_tags(annotation)]
    counted.phenomena.update((tag, split) for tag in tags)
    counted.tagged.update((tag, split) for tag in set(tags))


def merge(counted: Stats, more: Stats) -> None:
    """Add what was counted elsewhere."""
    for each in fields(Stats):
        ours, theirs = getattr(counted, each.name), getattr(more, each.name)
        if isinstance(ours, Counter):
            ours.update(theirs)
        else:
            ours.extend(theirs)


def source_forms(annotation: Json) -> Iterator[str]:
    """The form of each quote's source; "none" where it has none."""
    mentions = by_id([each for who in annotation["speakers"] for each in who["mentions"]])
    for quote in annotation["quotes"]:
        yield mentions[quote["source"]]["form"] if "source" in quote else "none"


def _tags(annotation: Json) -> Iterator[str]:
    """The phenomena of the quotes, each as often as it occurs, and of the document."""
    for quote in annotation["quotes"]:
        yield from quote.get("phenomena", [])
    yield from annotation.get("phenomena", [])


def phenomena() -> tuple[str, ...]:
    """The phenomena of quotes, then those of documents."""
    return (*schema.enum("quote_phenomenon"), *schema.enum("document_phenomenon"))


def forms() -> tuple[str, ...]:
    """The forms that a source has, or "none"."""
    return (*schema.enum("mention_form"), "none")


def tables(counted: Stats) -> dict[str, grid.Table]:
    """The counts as tables, by name: a row a value, a column a split."""
    present = counted.present()
    return {
        "rows": _table(counted.rows, ROWS, present),
        "genres": _table(counted.genres, schema.enum("genre"), present),
        "quote-types": _table(counted.quotes, schema.enum("quote_type"), present),
        "source-forms": _table(counted.sources, forms(), present),
        "phenomena": _phenomena(counted, present),
    }


def _table(counts: Counts, names: Iterable[str], present: Sequence[str]) -> grid.Table:
    return grid.counts(
        "", (*present, "all"), ((name, _row(counts, name, present)) for name in names)
    )


def _row(counts: Counts, name: str, present: Sequence[str]) -> list[int]:
    cells = [counts[name, split] for split in present]
    return [*cells, sum(cells)]


def _phenomena(counted: Stats, present: Sequence[str]) -> grid.Table:
    rows = (
        (tag, [*_row(counted.phenomena, tag, present), _row(counted.tagged, tag, present)[-1]])
        for tag in phenomena()
    )
    return grid.counts("", (*present, "all", "documents"), rows)


def rare(counted: Stats) -> list[str]:
    """The phenomena that the corpus has less often than it aims to."""
    present = counted.present()
    return [
        tag
        for tag in phenomena()
        if (
            _row(counted.phenomena, tag, present)[-1] < PHENOMENON_AIMS[0]
            or _row(counted.tagged, tag, present)[-1] < PHENOMENON_AIMS[1]
            or counted.phenomena[tag, "test"] < PHENOMENON_AIMS[2]
        )
    ]
