"""What the commands share: kinds of paths, problems printed, and the exit code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from onrecord import report
from onrecord.problems import Problem

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
NEW_FOLDER = click.Path(file_okay=False, path_type=Path)


def printed(
    problems: Iterable[Problem], style: str = "text", *, strict: bool = False, err: bool = False
) -> bool:
    """Print problems as they come; whether any of them is an error, or with `strict` a warning."""
    failed = False

    def watched() -> Iterator[Problem]:
        nonlocal failed
        for problem in problems:
            failed |= strict or problem.rule.severity == "error"
            yield problem

    for line in report.FORMATS[style](report.located(watched())):
        click.echo(line, err=err)
    return failed


def leave(failed: bool) -> None:
    """End with exit code 1, or 0."""
    raise SystemExit(1 if failed else 0)
