"""Figures of a corpus, counted from what is committed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from onrecord import schema, splits
from onrecord.source import Document
from onrecord.validate import checked


@dataclass(slots=True)
class Stats:
    """Counts by split: documents, words (runs between white space), and the items annotated."""

    rows: Counter[tuple[str, str]] = field(default_factory=Counter)
    quotes: Counter[tuple[str, str]] = field(default_factory=Counter)
    phenomena: Counter[tuple[str, str]] = field(default_factory=Counter)
    lengths: list[int] = field(default_factory=list)

    def present(self) -> list[str]:
        """The splits that have documents, in their usual order."""
        return [split for split in splits.SPLITS if self.rows["documents", split]]

    def total(self, row: str) -> int:
        """The count of a row over all splits."""
        return sum(count for (name, _), count in self.rows.items() if name == row)


def stats(corpus: Path) -> Stats:
    """Count the valid documents of a corpus; the words of withheld texts only where hydrated."""
    counted, (assignment, _) = Stats(), splits.read(corpus)
    for document in checked(corpus):
        if isinstance(document, Document):
            add(counted, document, assignment[document.article["story"]])
    return counted


def add(counted: Stats, document: Document, split: str) -> None:
    """Count one more document."""
    annotation = document.annotation
    counted.rows["documents", split] += 1
    for key in ("quotes", "speakers", "quoted_terms", "claims"):
        counted.rows[key, split] += len(annotation[key])
    counted.rows["mentions", split] += sum(len(each["mentions"]) for each in annotation["speakers"])
    if document.article["text_availability"] == "included" and document.text is not None:
        counted.lengths.append(len(document.text.split()))
        counted.rows["words", split] += counted.lengths[-1]
    for quote in annotation["quotes"]:
        counted.quotes[quote["type"], split] += 1
        counted.phenomena.update((tag, split) for tag in quote.get("phenomena", []))
    counted.phenomena.update((tag, split) for tag in annotation.get("phenomena", []))


def table(
    counts: Counter[tuple[str, str]], names: Iterable[str], present: list[str]
) -> Iterator[str]:
    """Counts as the lines of a Markdown table: a row a name, a column a split."""
    yield f"| | {' | '.join(present)} | all |"
    yield "|---" + "|---:" * (len(present) + 1) + "|"
    for name in names:
        cells = [counts[name, split] for split in present]
        yield f"| {name} | {' | '.join(f'{cell:,}' for cell in cells)} | {sum(cells):,} |"


ROWS = ("documents", "words", "quotes", "speakers", "mentions", "quoted_terms", "claims")


def tables(counted: Stats) -> dict[str, str]:
    """The tables that the documentation shows, by name."""
    present = counted.present()
    tags = (*schema.enum("quote_phenomenon"), *schema.enum("document_phenomenon"))
    kinds = {
        "rows": (counted.rows, ROWS),
        "quote-types": (counted.quotes, schema.enum("quote_type")),
        "phenomena": (counted.phenomena, tags),
    }
    return {name: "\n".join(table(*each, present)) for name, each in kinds.items()}
