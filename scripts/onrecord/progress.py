"""Progress bars: with rate and remaining time, and only where standard error is a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TimeElapsedColumn

Item = TypeVar("Item")


def watched(
    items: Iterable[Item], what: str, total: int | None = None, shown: bool = True
) -> Iterator[Item]:
    """The items, with a bar while they come."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), *Progress.get_default_columns(), MofNCompleteColumn())
    with Progress(
        *columns,
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not (shown and console.is_terminal),
    ) as bar:
        yield from bar.track(items, total=total, description=what)
