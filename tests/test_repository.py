"""A version is refused where the tag before it holds more than it promises."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import ROOT, add_document
from onrecord import repository
from onrecord.source import write_json


def git(root: Path, *arguments: str) -> None:
    name = ["-c", "user.name=ann", "-c", "user.email=ann@example.org"]
    subprocess.run(["git", *name, *arguments], cwd=root, check=True, capture_output=True)


def write_version(root: Path, version: str) -> None:
    (root / "pyproject.toml").write_text(f'[project]\nname = "onrecord"\nversion = "{version}"\n')
    git(root, "add", "-A")
    git(root, "commit", "-qm", version)


@pytest.fixture
def root(corpus: Path) -> Path:
    """A repository with version 0.1.0 of the small valid corpus, tagged."""
    root = corpus.parent / "repository"
    shutil.copytree(corpus, root / "corpus")
    for name in ("scripts", "schema"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    git(corpus.parent, "init", "-q", str(root))
    write_version(root, "0.1.0")
    git(root, "tag", "v0.1.0")
    git(root, "tag", "vnext")
    return root


def add_ferry(root: Path) -> None:
    add_document(root / "corpus", "town/ferry", "Bo Lind sails on.", {})
    stories = {"train": ["bridge"], "validation": ["ferry"], "test": [], "real": []}
    write_json(root / "corpus/splits.json", {"schema_version": "1", **stories})


def test_a_version_that_promises_too_little_is_refused(root: Path, tmp_path: Path) -> None:
    add_ferry(root)
    write_version(root, "0.1.1")
    release = repository.build_revision(root, "HEAD", tmp_path / "dist")
    assert release.name == "onrecord-0.1.1"
    assert [*repository.refusals(root, release)] == [
        "claim_detection: town/ferry#x1 added: validation",
        "coreference: town/ferry added: validation",
        "documents: town/ferry added: validation",
        "quote_tagging: town/ferry added: validation",
        "claim_detection: 1 rows added",
        "coreference: 1 rows added",
        "documents: 1 rows added",
        "quote_tagging: 1 rows added",
        "MINOR, but 0.1.0 → 0.1.1 promises less",
    ]
    write_version(root, "0.2.0")
    release = repository.build_revision(root, "HEAD", tmp_path / "dist")
    assert [*repository.refusals(root, release)] == []


def test_a_tagged_version_is_not_made_again_and_nothing_uncommitted_enters(
    root: Path, tmp_path: Path
) -> None:
    add_ferry(root)
    release = repository.build_revision(root, "HEAD", tmp_path / "dist")
    assert '"rows": 1,' in (release / "manifest.json").read_text()
    assert all(line.startswith("is not committed") for line in repository.refusals(root, release))
    git(root, "add", "-A")
    git(root, "commit", "-qm", "Add the ferry")
    release = repository.build_revision(root, "HEAD", tmp_path / "dist")
    assert [*repository.refusals(root, release)] == ["the tag v0.1.0 is on another commit"]


def test_a_revision_that_does_not_build_is_an_error(root: Path, tmp_path: Path) -> None:
    (root / "corpus/articles/town/bridge.txt").write_text("edited")
    write_version(root, "0.1.1")
    with pytest.raises(RuntimeError, match=r"HEAD does not build: .*text-digest-mismatch"):
        repository.build_revision(root, "HEAD", tmp_path / "dist")
