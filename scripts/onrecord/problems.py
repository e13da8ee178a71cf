"""What can be wrong with a corpus: problems as data, and the rules that they break."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Severity = Literal["error", "warning"]

# Nobody reads more problems of one document than that, and memory has to stay bounded.
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding.

    `pointer` is a JSON pointer (RFC 6901) into `file`, to the key instead of the value if
    `at_key`. `line` and `column` (from 1, in code points) are given where no pointer can
    tell: in text files and in broken JSON.
    """

    id: str
    file: str
    message: str
    pointer: str = ""
    at_key: bool = False
    line: int | None = None
    column: int | None = None

    @property
    def rule(self) -> Rule:
        """The rule that is broken."""
        return RULES[self.id]


@dataclass(frozen=True, slots=True)
class Rule:
    """A permanent problem id with what it means and how to mend it.

    Levels: 1 readable, 2 schema, 3 references and spans, 4 corpus-wide.
    """

    id: str
    level: int
    meaning: str
    mend: str
    severity: Severity = "error"


def _read() -> dict[str, Rule]:
    raw = (Path(__file__).parent / "rules.toml").read_text(encoding="utf-8")
    return {name: Rule(name, **fields) for name, fields in tomllib.loads(raw).items()}


RULES = _read()
