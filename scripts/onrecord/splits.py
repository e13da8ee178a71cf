"""Which story belongs to which split: a committed file, and a rule for stories that are new."""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from onrecord import schema
from onrecord.problems import Problem
from onrecord.source import Json, read_json

# The share of included documents that the rule for new stories aims at.
SHARES = {"train": 0.70, "validation": 0.15, "test": 0.15}
SPLITS = (*SHARES, "real")

Assignment = dict[str, str]


def file(corpus: Path) -> Path:
    """Where a corpus keeps its assignment."""
    return corpus / "splits.json"


def read(corpus: Path) -> tuple[Assignment, list[Problem]]:
    """The committed split of each story, and what is wrong with the file."""
    path = file(corpus)
    value = read_json(path, corpus)
    if isinstance(value, Problem):
        return {}, [value]
    problems = [*check(path, value)]
    if problems:
        return {}, problems
    return {story: split for split in SPLITS for story in value[split]}, []


def check(path: Path, value: Json) -> Iterator[Problem]:
    """Problems of an assignment as its file holds it: of shape, or stories in two splits."""
    found = [*schema.check("splits", value, str(path))]
    yield from found
    if found or len(set().union(*(value[s] for s in SPLITS))) == sum(len(value[s]) for s in SPLITS):
        return
    first: dict[str, str] = {}
    for split in SPLITS:
        for i, story in enumerate(value[split]):
            if story in first:
                message = f'story "{story}" is in {split} and in {first[story]}; expected one split'
                yield Problem("story-in-two-splits", str(path), message, f"/{split}/{i}")
            first.setdefault(story, split)


class Lookup:
    """The split of each story in ten bytes a story: memory stays flat as a corpus grows."""

    def __init__(self, assignment: Assignment) -> None:
        codes = {split: code for code, split in enumerate(SPLITS)}
        digests = np.fromiter(map(_digest, assignment), np.uint64, len(assignment))
        order = np.argsort(digests)
        # A search in an array of Python's own takes a fifth of the time.
        self._digests = array("Q", digests[order].tobytes())
        found = np.fromiter((codes[split] for split in assignment.values()), np.uint8)
        self._codes = found[order].tobytes()
        self._seen = bytearray(len(assignment))

    def split(self, story: str) -> str | None:
        """The split of a story, which counts as seen from now on; None if it has none."""
        at = self._find(story)
        if at is None:
            return None
        self._seen[at] = 1
        return SPLITS[self._codes[at]]

    def all_seen(self) -> bool:
        """Whether every story has been asked for."""
        return all(self._seen)

    def seen(self, story: str) -> bool:
        """Whether a story has been asked for."""
        at = self._find(story)
        return at is not None and bool(self._seen[at])

    def _find(self, story: str) -> int | None:
        digest = _digest(story)
        at = bisect_left(self._digests, digest)
        return at if at < len(self._digests) and self._digests[at] == digest else None


def _digest(story: str) -> int:
    return int.from_bytes(hashlib.blake2b(story.encode(), digest_size=8).digest(), "big")


def as_json(assignment: Assignment) -> Json:
    """An assignment as its file holds it: the sorted stories of each split."""
    stories = {split: sorted(s for s in assignment if assignment[s] == split) for split in SPLITS}
    return {"schema_version": "1", **stories}


def assign(articles: Iterable[Json], assignment: Assignment) -> Assignment:
    """Add the stories of articles that have no split; no story that has one is moved.

    Withheld stories go to `real`. Others are taken in the order of their names' SHA-256, and
    each goes where its genres and the whole are furthest below their shares (by the method
    of Webster and Sainte-Laguë: a story counts half before it is there).
    """
    result = dict(assignment)
    fresh: dict[str, list[Json]] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for article in articles:
        story = article["story"]
        if story in assignment:
            _count(counts, article, assignment[story])
        else:
            fresh.setdefault(story, []).append(article)
    for story in sorted(fresh, key=lambda name: hashlib.sha256(name.encode()).digest()):
        result[story] = _choose(fresh[story], counts)
        for article in fresh[story]:
            _count(counts, article, result[story])
    return result


def _choose(articles: list[Json], counts: Counter[tuple[str, str]]) -> str:
    if any(article["text_availability"] == "withheld" for article in articles):
        return "real"
    genres = [article.get("genre", "other") for article in articles]

    def load(split: str) -> float:
        filled = sum(counts[split, genre] for genre in genres) / len(genres) + counts[split, ""]
        return (filled + len(articles) / 2) / SHARES[split]

    return min(SHARES, key=load)


def _count(counts: Counter[tuple[str, str]], article: Json, split: str) -> None:
    counts[split, ""] += 1
    counts[split, article.get("genre", "other")] += 1
