"""What an import kept, dropped, repaired and derived: counted, with reasons and examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from onrecord.source import Json

ACTIONS = ("dropped", "repaired", "derived")
_SHOWN = 20


@dataclass(slots=True)
class Loss:
    """A loss report. `held` and `imported` count by kind, the rest by (kind, reason)."""

    held: Counter[str] = field(default_factory=Counter)
    imported: Counter[str] = field(default_factory=Counter)
    notes: dict[str, Counter[tuple[str, str]]] = field(
        default_factory=lambda: {action: Counter() for action in ACTIONS}
    )
    examples: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)

    def dropped(self, what: str, why: str, where: str = "", count: int = 1) -> None:
        """Something of the source is not in the corpus."""
        self._note("dropped", what, why, where, count)

    def repaired(self, what: str, why: str, where: str = "", count: int = 1) -> None:
        """Something is in the corpus, but not as the source has it."""
        self._note("repaired", what, why, where, count)

    def derived(self, what: str, why: str, where: str = "", count: int = 1) -> None:
        """Something is in the corpus that the source does not say."""
        self._note("derived", what, why, where, count)

    def _note(self, action: str, what: str, why: str, where: str, count: int) -> None:
        if not count:
            return
        self.notes[action][what, why] += count
        shown = self.examples.setdefault((action, what, why), [])
        if where and len(shown) < _SHOWN:
            shown.append(where)

    def as_json(self) -> Json:
        """The report as its file holds it."""
        return {
            "held": dict(sorted(self.held.items())),
            "imported": dict(sorted(self.imported.items())),
            **{action: [*self._rows(action)] for action in ACTIONS},
        }

    def _rows(self, action: str) -> Iterator[Json]:
        for (what, why), count in sorted(self.notes[action].items()):
            row: Json = {"what": what, "why": why, "count": count}
            if where := self.examples[action, what, why]:
                row["where"] = where
            yield row

    def lines(self) -> Iterator[str]:
        """The report as a table for people."""
        for title, counts in (("source holds", self.held), ("imported", self.imported)):
            for what, count in sorted(counts.items()):
                yield f"{title:<14}{count:>10,}  {what}"
        for action in ACTIONS:
            for row in self._rows(action):
                yield f"{action:<14}{row['count']:>10,}  {row['what']}: {row['why']}"
