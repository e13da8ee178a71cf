"""The smallest example of each problem: the folders that the tests hold the messages against."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from onrecord.problems import Rule


def folder(problem_id: str) -> Path:
    """The example of a problem, inside an installed package or else in the repository."""
    here = Path(__file__).resolve().parent
    installed = here / "_problems"
    return (
        installed if installed.is_dir() else here.parents[1] / "tests" / "problems"
    ) / problem_id


def explain(rule: Rule) -> Iterator[str]:
    """A rule, how to mend it, and its example: the message and the lines that it is about."""
    yield f"{rule.id} (level {rule.level}, {rule.severity})"
    yield f"  {rule.meaning}"
    yield f"  {rule.mend}"
    expected = (folder(rule.id) / "expected.txt").read_text(encoding="utf-8").splitlines()
    for message in expected:
        yield ""
        yield message
        yield from _lines(folder(rule.id), message)


def _lines(example: Path, message: str) -> Iterator[str]:
    """The lines around the place that a message names, with a caret below its column."""
    file, line, column = message.split(":")[:3]
    path, number = example / file, int(line)
    if not path.is_file():
        return
    content = path.read_text(encoding="utf-8", errors="replace").split("\n")
    for shown in range(max(1, number - 2), min(len(content), number + 1) + 1):
        yield f"{shown:>6} | {content[shown - 1]}"
        if shown == number:
            yield f"       | {' ' * (int(column) - 1)}^"
