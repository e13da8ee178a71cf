"""One version, in pyproject.toml; whatever else names it agrees."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

import onrecord
from conftest import ROOT
from onrecord import version

DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def test_the_package_takes_its_version_from_there() -> None:
    assert onrecord.__version__ == DECLARED
    assert version.numbers(DECLARED)


def test_citation_and_change_log_name_it() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert str(citation["version"]) == DECLARED
    assert re.findall(r"(?m)^## (\S+)", (ROOT / "CHANGELOG.md").read_text())[0] == DECLARED


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_the_documentation_names_no_other_release(name: str) -> None:
    named = re.findall(r"onrecord-(\d+\.\d+\.\d+)", (ROOT / name).read_text())
    assert set(named) <= {DECLARED}


def test_a_tagged_commit_has_the_version_of_its_tag() -> None:
    git = ["git", "tag", "--points-at", "HEAD", "--list", "v*"]
    tags = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    assert set(tags.split()) <= {f"v{DECLARED}"}


def test_a_release_names_it_throughout(release: Path) -> None:
    # That card, manifest, citation and change log of a release agree is what verify checks.
    assert release.name == f"onrecord-{DECLARED}"
    assert f'"version": "{DECLARED}"' in (release / "manifest.json").read_text()


@pytest.mark.parametrize("text", ["1.2", "1.2.3-rc.1", "v1.2.3", "1.02.3", "1.2.3.4", ""])
def test_a_version_is_three_numbers(text: str) -> None:
    with pytest.raises(ValueError, match="expected MAJOR"):
        version.numbers(text)
