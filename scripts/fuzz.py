"""Fuzz the reader, the anchoring, the checks and the reports, guided by coverage, for some time.

Needs the extra `proof` of the package. What crashes is written to tests/fuzz/KIND/, as a fixture.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from pathlib import Path

import atheris
import click

with atheris.instrument_imports(include=["onrecord"]):
    from onrecord.faults import harness

# What fuzzing begins with, besides its earlier finds.
SEEDS = {
    "json": "*/**/corpus/a*/**/*.json",
    "text": "*/**/corpus/a*/**/*.txt",
    "draft": "problems/*/draft.yaml",
    "changes": "fuzz/changes/*",
}

TESTS = Path(__file__).resolve().parents[1] / "tests"


@click.command()
@click.argument("kind", type=click.Choice([*harness.KINDS]))
@click.option("--seconds", default=60, show_default=True)
def main(kind: str, seconds: int) -> None:
    """Fuzz one KIND of input; stop at the first that raises, and keep it."""
    finds, corpus = TESTS / "fuzz" / kind, TESTS / "valid" / "corpus"
    seeds, work = Path(tempfile.mkdtemp()), Path(tempfile.mkdtemp())
    for i, path in enumerate(sorted(TESTS.glob(SEEDS[kind]))):
        if path.is_file():
            shutil.copyfile(path, seeds / str(i))

    def one(data: bytes) -> None:
        try:
            harness.run(kind, data, corpus, work)
        except Exception:
            finds.mkdir(parents=True, exist_ok=True)
            (finds / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
            raise

    options = [f"-max_total_time={seconds}", "-timeout=20", "-rss_limit_mb=2048", "-max_len=8192"]
    atheris.Setup([sys.argv[0], *options, str(seeds)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
