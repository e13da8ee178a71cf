"""Tables as the terminal and the documentation show them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.box import SIMPLE
from rich.console import Console, JustifyMethod
from rich.table import Table as RichTable
from rich.text import Text


@dataclass(frozen=True, slots=True)
class Table:
    """A head and rows of cells. `numbers` says whether all but the first column are counts."""

    head: tuple[str, ...]
    rows: list[tuple[str, ...]]
    numbers: bool = False


def counts(name: str, columns: Sequence[str], rows: Iterable[tuple[str, Sequence[int]]]) -> Table:
    """A table of counts, a name before each row."""
    cells = [(first, *(f"{count:,}" for count in found)) for first, found in rows]
    return Table((name, *columns), cells, numbers=True)


def show(tables: Iterable[Table], console: Console) -> None:
    """Print tables."""
    for table in tables:
        shown = RichTable(box=SIMPLE)
        for n, name in enumerate(table.head):
            justify: JustifyMethod = "right" if table.numbers and n else "left"
            shown.add_column(name, justify=justify, overflow="fold")
        for row in table.rows:
            shown.add_row(*map(Text, row))
        console.print(shown)


def markdown(table: Table) -> Iterator[str]:
    """The lines of a table in Markdown."""
    yield _line(table.head)
    yield "|---" + ("|---:" if table.numbers else "|---") * (len(table.head) - 1) + "|"
    yield from map(_line, table.rows)


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
