"""One folder per rule, named after its problem id, with the exact expected output."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from onrecord.problems import RULES
from onrecord.source import MAX_BYTES

FOLDERS = Path(__file__).parent / "problems"
NAMES = sorted(path.name for path in FOLDERS.iterdir())
LOUD = [name for name in NAMES if RULES[name].severity == "error"]


def test_every_rule_has_a_folder_and_every_folder_a_rule() -> None:
    assert sorted(RULES) == NAMES


def _outgrow(case: Path) -> None:
    """What is too large to commit."""
    os.truncate(case / "corpus/articles/town/bridge.txt", MAX_BYTES + 1)


@pytest.fixture
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    source = FOLDERS / request.param
    case = Path(shutil.copytree(source, tmp_path, dirs_exist_ok=True, symlinks=True))
    if request.param == "file-too-large":
        _outgrow(case)
    return case


@pytest.mark.parametrize("case", NAMES, indirect=True, ids=NAMES)
def test_problem_is_reported_as_expected(
    case: Path, request: pytest.FixtureRequest, run: Callable[..., Result]
) -> None:
    name = request.node.callspec.id
    draft = case / "draft.yaml"
    result = run("anchor", "draft.yaml") if draft.exists() else run("validate", "corpus")
    expected = (case / "expected.txt").read_text(encoding="utf-8")
    assert result.output == expected
    assert f"[{name}]" in expected
    assert result.exit_code == (1 if RULES[name].severity == "error" else 0)


@pytest.mark.parametrize("case", LOUD, indirect=True, ids=LOUD)
def test_nothing_is_written_while_a_problem_remains(case: Path, run: Callable[..., Result]) -> None:
    if (case / "draft.yaml").exists():
        before = (case / "corpus/annotations/town/bridge.json").read_bytes()
        assert run("anchor", "draft.yaml").exit_code == 1
        assert (case / "corpus/annotations/town/bridge.json").read_bytes() == before
        return
    result = run("build")
    assert result.exit_code == 1
    assert result.stderr == (case / "expected.txt").read_text(encoding="utf-8")
    assert not list((case / "dist").glob("[!.]*"))
