"""Documents of an import that are alike: in one split by our rule, or as their corpus has them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from onrecord import leaks, splits
from onrecord.importers.loss import Loss
from onrecord.source import Json, document_ids, files_of, write_json

# How often documents may pull others after them; a pair that is left is a problem to validate.
_ROUNDS = 10


def settle(
    corpus: Path, stories: dict[str, str], assigned: splits.Assignment, free: set[str], loss: Loss
) -> None:
    """Bring documents that are alike into one split where the rule chose it; else record them.

    `stories` has the story of each document, `free` the stories that the rule assigned.
    """
    for _ in range(_ROUNDS):
        pairs = [*_pairs(corpus, stories, assigned)]
        moved = sum(_move(assigned, free, stories[one], stories[other]) for one, other in pairs)
        loss.repaired("splits", "moved to that of a document in nearly the same words", "", moved)
        if not moved:
            break
    kept = [pair for pair in pairs if not free & {stories[name] for name in pair}]
    for one, other in kept:
        why = "near-duplicates are in different splits of the source, and stay there"
        loss.repaired("splits", why, f"{one}, {other}")
    if kept:
        decisions = [_decision(*pair) for pair in kept]
        write_json(leaks.file(corpus), {"schema_version": "1", "decisions": decisions})


def _pairs(
    corpus: Path, stories: dict[str, str], assigned: splits.Assignment
) -> Iterator[tuple[str, str]]:
    def text_of(name: str) -> str:
        return Path(files_of(corpus, name).text).read_text(encoding="utf-8")

    def apart(one: str, other: str) -> bool:
        return assigned[stories[one]] != assigned[stories[other]]

    if len(set(assigned.values())) > 1:
        texts = ((name, text_of(name)) for name in document_ids(corpus))
        for one, other, _ in leaks.near_duplicates(texts, text_of, apart):
            yield one, other


def _move(assigned: splits.Assignment, free: set[str], one: str, other: str) -> bool:
    """Give a story that the rule assigned the split of another; whether that changed anything."""
    if assigned[one] == assigned[other] or not free & {one, other}:
        return False
    mover, stayer = (other, one) if other in free else (one, other)
    assigned[mover] = assigned[stayer]
    return True


def _decision(one: str, other: str) -> Json:
    return {
        "documents": [one, other],
        "decision": "kept",
        "reason": "The splits are those of the corpus that the documents were imported from.",
        "by": ["onrecord-import"],
    }
