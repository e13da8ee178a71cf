"""Equal input gives equal bytes with the same libraries, and equal logical digests with any."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conftest import ROOT

# Where .ci/run puts a second version of pyarrow.
OTHER = ROOT / ".pyarrow"
BUILD = "from onrecord.cli import main; main()"


def build(release: Path, out: Path, *paths: Path, **variables: str) -> Path:
    """Build the corpus of a release again, in another process."""
    corpus = release.parents[1] / "corpus"
    path = os.pathsep.join(map(str, (*paths, ROOT / "scripts")))
    subprocess.run(
        [sys.executable, "-c", BUILD, "build", "--corpus", str(corpus), "--out", str(out)],
        env={**os.environ, "PYTHONPATH": path, **variables},
        check=True,
        capture_output=True,
    )
    return out / release.name


def digests(release: Path) -> dict[str, str]:
    """The logical digest of each file."""
    tables = json.loads((release / "manifest.json").read_text())["tables"]
    return {each["file"]: each["logical_sha256"] for each in tables}


def test_a_second_build_of_the_corpus_gives_equal_bytes(sample: Path, tmp_path: Path) -> None:
    threads = {"OMP_NUM_THREADS": "1", "ARROW_IO_THREADS": "1", "PYTHONHASHSEED": "4711"}
    second = build(sample, tmp_path, **threads)
    files = sorted(each.relative_to(sample) for each in sample.rglob("*") if each.is_file())
    assert files == sorted(each.relative_to(second) for each in second.rglob("*") if each.is_file())
    assert [
        each for each in files if (sample / each).read_bytes() != (second / each).read_bytes()
    ] == []


@pytest.mark.skipif(
    not OTHER.is_dir(),
    reason="a second pyarrow is absent: pip install --no-deps --target .pyarrow pyarrow==25.0.1",
)
def test_another_version_of_pyarrow_gives_equal_logical_digests(
    release: Path, tmp_path: Path
) -> None:
    other = build(release, tmp_path, OTHER)
    assert digests(other) == digests(release)
    for file in digests(release):
        makers = {pq.read_metadata(each / file).created_by for each in (release, other)}
        assert len(makers) == 2
        assert f"parquet-cpp-arrow version {pa.__version__}" in makers
        assert pq.read_table(other / file).equals(pq.read_table(release / file))
