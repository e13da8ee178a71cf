"""pip install onrecord gives the release of that version."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from onrecord import __version__
from onrecord.archive import unpacked
from onrecord.build import build
from onrecord.verify import verify

NAME = f"onrecord-{__version__}"
INSTALLED = """
import onrecord
print(onrecord.__version__)
print(onrecord.path())
print(onrecord.load("quotes", "train").num_rows)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of what the wheel is made of, with the release of the small valid corpus."""
    root = tmp_path / "root"
    root.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-DATA"):
        shutil.copyfile(ROOT / name, root / name)
    for name in ("scripts", "schema", "tests/problems"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, root / name, ignore=ignored, symlinks=True)
    assert build(ROOT / "tests" / "valid" / "corpus", root / "dist", __version__).folder
    return root


def make_wheel(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def wheel(root: Path) -> Path:
    done = make_wheel(root)
    assert done.returncode == 0, done.stderr
    return next((root / "dist").glob("*.whl"))


def test_the_wheel_carries_the_release_and_loads_it_offline(root: Path, tmp_path: Path) -> None:
    archive = wheel(root)
    with unpacked(archive) as folder:
        assert verify(folder) == []
    site = tmp_path / "site"
    shutil.unpack_archive(archive, site, "zip")
    environment = {"PYTHONPATH": str(site), "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf")}
    command = [sys.executable, "-c", INSTALLED]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    expected = site / "onrecord" / "_release" / NAME
    assert done.stdout.splitlines() == [__version__, str(expected), "2"]


def test_the_wheel_is_built_without_a_release_too(root: Path) -> None:
    shutil.rmtree(root / "dist")
    with pytest.raises(ValueError, match="holds 0 releases"), unpacked(wheel(root)):
        pass


def test_withheld_texts_never_get_into_a_wheel(root: Path) -> None:
    data = root / "dist" / NAME / "data" / "quotes"
    (data / "real-00000-of-00001.parquet").write_bytes(b"")
    done = make_wheel(root)
    assert "holds withheld texts: the wheel goes without it" in done.stdout + done.stderr
    with pytest.raises(ValueError, match="holds 0 releases"), unpacked(wheel(root)):
        pass


def test_a_release_that_is_too_large_is_refused(root: Path) -> None:
    with (root / "dist" / NAME / "large").open("wb") as file:
        file.truncate(20_000_001)
    assert "expected at most 20,000,000" in make_wheel(root).stderr
