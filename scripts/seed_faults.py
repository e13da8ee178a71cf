"""Plant faults at random places of the corpus, and see whether each is reported at its place."""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
from functools import partial
from pathlib import Path

import click

from onrecord import docs, faults, splits

ROOT = Path(__file__).resolve().parents[1]


def _seed(times: int, kind: str) -> faults.Tally:
    corpus = ROOT / "corpus"
    assignment = splits.as_json(splits.read(corpus)[0])
    with tempfile.TemporaryDirectory() as folder:
        documents = faults.documents_of(corpus)
        return faults.seed(kind, documents, assignment, times, Path(folder) / "corpus")


@click.command()
@click.option("--times", default=50, show_default=True, help="How often each fault is planted.")
@click.option("--write", is_flag=True, help="Write the figure into the README.")
def main(times: int, write: bool) -> None:
    """Print what was planted and reported; exit code 1 if any fault was missed."""
    with multiprocessing.Pool() as pool:
        tallies = pool.map(partial(_seed, times), faults.FAULTS, chunksize=1)
    for line in faults.table(tallies):
        click.echo(line)
    missed = [line for tally in tallies for line in tally.missed]
    for line in missed:
        click.echo(line, err=True)
    if write:
        docs.write(ROOT / "README.md", {"faults": faults.figure(tallies)})
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
