"""Problems as people and programs read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from onrecord.positions import Positions
from onrecord.problems import Problem
from onrecord.source import read_text


def text(problems: Iterable[Problem]) -> Iterator[str]:
    """`file:line:column: message [problem-id]`, a line a problem; warnings are called so."""
    for problem, line, column in located(problems):
        severity = "" if problem.rule.severity == "error" else f"{problem.rule.severity}: "
        yield f"{problem.file}:{line}:{column}: {severity}{problem.message} [{problem.id}]"


def located(problems: Iterable[Problem]) -> Iterator[tuple[Problem, int, int]]:
    """Each problem with its line and column, both from 1 and in code points."""
    for file, group in groupby(problems, key=lambda problem: problem.file):
        content = read_text(Path(file))
        positions = Positions(content if isinstance(content, str) else "")
        for problem in group:
            yield problem, *positions.of(problem)
