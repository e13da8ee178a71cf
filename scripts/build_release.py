"""Build the release of the corpus into dist/, as `onrecord build` does."""

from __future__ import annotations

from pathlib import Path

from onrecord.cli import main

ROOT = Path(__file__).resolve().parents[1]

if __name__ == "__main__":
    main(["build", "--corpus", str(ROOT / "corpus"), "--out", str(ROOT / "dist")])
