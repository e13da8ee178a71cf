"""Faults to plant at random places of a corpus: the validator has to report each at its place."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from onrecord import report, splits, validate
from onrecord.faults import files, identity, marks, references, roles, shape, spans, whole
from onrecord.faults.case import PARTS, Case, Fault, Place
from onrecord.source import Document, Json, document_ids, files_of, read_document

FAULTS: dict[str, Fault] = {
    kind: fault
    for room in (files, shape, identity, spans, references, roles, marks, whole)
    for kind, fault in room.FAULTS.items()
}


@dataclass(slots=True)
class Tally:
    """How often a kind of fault was planted and reported, and what was missed."""

    kind: str
    problem_ids: set[str] = field(default_factory=set)
    planted: int = 0
    missed: list[str] = field(default_factory=list)

    @property
    def reported(self) -> int:
        """How often the fault was reported at its place."""
        return self.planted - len(self.missed)


def documents_of(corpus: Path) -> list[Document]:
    """The documents to plant faults in, as they are committed: withheld ones without their text."""
    entries = (read_document(corpus, name) for name in document_ids(corpus))
    documents = (each for each in entries if isinstance(each, Document))
    return [each if each.committed else replace(each, text=None) for each in documents]


def seed(kind: str, documents: list[Document], assignment: Json, times: int, folder: Path) -> Tally:
    """Plant a kind of fault so many times, one at a time, and see whether it is reported."""
    tally = Tally(kind)
    for n in range(times):
        case, place = _planted(FAULTS[kind], random.Random(f"{kind}/{n}"), documents, assignment)
        _write(case, folder)
        found = _found(folder)
        tally.planted += 1
        tally.problem_ids.add(place.problem_id)
        file = os.fspath(_path(folder, case.document.id, place.part))
        if (place.problem_id, file, case.line(place)) not in found:
            tally.missed.append(f"{kind}/{n}: {case.document.id}, {place}; found {found}")
    return tally


def _planted(
    fault: Fault, rng: random.Random, documents: list[Document], assignment: Json
) -> tuple[Case, Place]:
    """A random document with the fault in it, of those that offer a place for it."""
    for _ in range(1_000):
        case = Case(rng.choice(documents), assignment, rng)
        place = fault(case)
        if place is not None:
            return case, place
    raise LookupError(f"no document offers a place for {fault}")


def _write(case: Case, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for part in PARTS:
        content = case.raw[part] if part in case.raw else case.content(part)
        if content is not None:
            path = _path(folder, case.document.id, part)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def _path(folder: Path, document_id: str, part: str) -> Path:
    if part == "splits":
        return splits.file(folder)
    return Path(getattr(files_of(folder, document_id), part))


def _found(folder: Path) -> set[tuple[str, str, int]]:
    problems = report.located(validate.problems(folder))
    return {(each.problem.id, each.problem.file, each.line) for each in problems}


def table(tallies: Iterable[Tally]) -> Iterator[str]:
    """A table in Markdown of what was planted and reported, by kind, with the total."""
    yield "| fault | reported as | planted | reported |"
    yield "|---|---|---:|---:|"
    planted = reported = 0
    for each in tallies:
        ids = ", ".join(f"`{name}`" for name in sorted(each.problem_ids))
        yield f"| {each.kind} | {ids} | {each.planted} | {each.reported} |"
        planted, reported = planted + each.planted, reported + each.reported
    yield f"| total | | {planted:,} | {reported:,} |"


def figure(tallies: list[Tally]) -> str:
    """The table in one sentence."""
    planted, reported = (
        sum(each.planted for each in tallies),
        sum(each.reported for each in tallies),
    )
    return (
        f"Of {planted:,} faults of {len(tallies)} kinds, planted one at a time at random places of the"
        f" corpus, `onrecord validate` reports {reported:,} at their line"
        " (`python scripts/seed_faults.py`)."
    )
