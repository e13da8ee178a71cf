"""What the work on one shard leaves behind, as a file beside its tables."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import orjson

from onrecord.leaks import Prints
from onrecord.problems import Problem
from onrecord.source import Json
from onrecord.stats import Stats
from onrecord.validate import Examined

NAME = "outcome.json"


@dataclass(slots=True)
class Outcome:
    """The documents of a shard as the checks of the whole corpus need them, and its tables.

    `left_out` are the records of sound articles whose text is withheld; `tables` is what the
    manifest says of the Parquet files.
    """

    examined: list[Examined] = field(default_factory=list)
    left_out: list[Json] = field(default_factory=list)
    counted: Stats = field(default_factory=Stats)
    tables: list[Json] = field(default_factory=list)


def write(folder: Path, outcome: Outcome) -> None:
    """Write an outcome into the folder of its shard."""
    value = {
        "examined": [[*map(_plain, each)] for each in outcome.examined],
        "left_out": outcome.left_out,
        "counted": {
            each.name: [*_counts(getattr(outcome.counted, each.name))] for each in fields(Stats)
        },
        "tables": outcome.tables,
    }
    (folder / NAME).write_bytes(orjson.dumps(value))


def read(folder: Path) -> Outcome:
    """The outcome that was written into a folder."""
    value = orjson.loads((folder / NAME).read_bytes())
    examined = [_examined(*each) for each in value["examined"]]
    return Outcome(examined, value["left_out"], _stats(value["counted"]), value["tables"])


def _counts(counted: object) -> Iterator[object]:
    """Counts as (what, split, how often); lengths as they are."""
    if isinstance(counted, dict):
        yield from ([*key, count] for key, count in counted.items())
    elif isinstance(counted, list):
        yield from counted


def _stats(value: Json) -> Stats:
    lengths = [(count, split) for count, split in value.pop("lengths")]
    counts = {
        name: Counter({(what, split): count for what, split, count in found})
        for name, found in value.items()
    }
    return Stats(**counts, lengths=lengths)


def _plain(part: object) -> object:
    """A part of what was examined as JSON."""
    if isinstance(part, Prints):
        return [base64.b64encode(each).decode() for each in part]
    return [asdict(each) for each in part] if isinstance(part, list) else part


def _examined(
    problems: list[Json], of_passes: list[Json], file: str, article: Json, prints: list[str]
) -> Examined:
    return Examined(
        [Problem(**each) for each in problems],
        [Problem(**each) for each in of_passes],
        file,
        article,
        Prints(*map(base64.b64decode, prints)),
    )
