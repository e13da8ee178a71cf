"""Train the baselines on a release, measure them on `test` and `real`, and keep the results."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click

from onrecord.baselines import KINDS, results, run, shown
from onrecord.load import path
from onrecord.source import write_json

ROOT = Path(__file__).resolve().parents[1]


@click.command()
@click.option("--release", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--without", type=click.Choice([*KINDS]), multiple=True, help="Leave a model out.")
@click.option("--models", type=click.Path(path_type=Path), help="Where models are, or go to.")
def main(release: Path | None, without: tuple[str, ...], models: Path | None) -> None:
    """Write scripts/baselines.json; `make docs` then shows it."""
    release = release or path()
    with tempfile.TemporaryDirectory() as folder:
        kept = {"rules": "rules"}
        for kind in [kind for kind in KINDS if kind != "rules" and kind not in without]:
            kept[kind] = str((models or Path(folder)) / kind)
            if not Path(kept[kind]).exists():
                run.train(kind, release, Path(kept[kind]))
        found = results.results(release, kept, datetime.now(UTC).date())
    write_json(ROOT / shown.FILE, found)


if __name__ == "__main__":
    main()
