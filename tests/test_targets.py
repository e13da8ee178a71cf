"""What the paths of `onrecord validate` mean."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from conftest import ROOT, VALID, add_document
from onrecord import examples
from onrecord.problems import RULES


@pytest.fixture
def annotations(tmp_path: Path) -> list[Path]:
    """Three annotation files outside any corpus, the third with an unknown speaker."""
    value = json.loads((VALID / "annotations/town/bridge.json").read_bytes())
    paths = []
    for name in ("one", "two", "three"):
        if name == "three":
            value["quotes"][0]["speakers"] = ["s9"]
        paths.append(tmp_path / "own" / f"{name}.json")
        paths[-1].parent.mkdir(exist_ok=True)
        paths[-1].write_text(json.dumps(value, indent=1), encoding="utf-8")
    return paths


def test_annotation_needs_no_corpus(annotations: list[Path], run: Callable[..., Result]) -> None:
    assert run("validate", *annotations[:2]).output == ""
    result = run("validate", *annotations)
    assert result.exit_code == 1
    assert result.output.startswith(f"{annotations[2]}:")
    assert "there is no speaker s9; expected one of s1, s2" in result.output
    assert run("validate", annotations[0].parent).output == result.output
    assert run("validate", f"{annotations[0].parent}/*.json").output == result.output


def test_texts_are_compared_where_they_are_given(
    annotations: list[Path], tmp_path: Path, run: Callable[..., Result]
) -> None:
    texts = Path(shutil.copytree(VALID / "articles", tmp_path / "texts"))
    assert run("validate", "--texts", texts, annotations[0]).exit_code == 0
    (texts / "town" / "bridge.txt").write_text("Edited.\n")
    result = run("validate", "--texts", texts, annotations[0])
    assert "[text-digest-mismatch]" in result.output


def test_an_installed_wheel_validates(annotations: list[Path], tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "w")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = (tmp_path / "w").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    script = "from onrecord.cli import main; main()"
    command = [sys.executable, "-c", script, "validate", *map(str, annotations)]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    result = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (1, "")
    assert "[unknown-reference]" in result.stdout
    assert (tmp_path / "site/onrecord/_problems/unknown-reference/expected.txt").is_file()


def test_a_file_of_a_corpus_is_checked_with_its_document(
    corpus: Path, run: Callable[..., Result]
) -> None:
    (corpus / "articles/town/bridge.txt").write_text("Edited.\n")
    for part in (
        "articles/town/bridge.json",
        "articles/town/bridge.txt",
        "annotations/town/*.json",
    ):
        assert "[text-digest-mismatch]" in run("validate", f"{corpus}/{part}").output


def test_standard_input_and_lists_of_files(
    annotations: list[Path], tmp_path: Path, run: Callable[..., Result]
) -> None:
    (tmp_path / "list.txt").write_text("".join(f"{path}\n" for path in annotations))
    result = run("validate", "--files-from", "list.txt")
    assert result.output.count("[unknown-reference]") == 1
    command = [sys.executable, "-c", "from onrecord.cli import main; main()", "validate", "-"]
    piped = subprocess.run(
        command, input=annotations[2].read_bytes(), capture_output=True, check=False
    )
    assert piped.stdout.startswith(b"-:")
    assert piped.returncode == 1


def test_a_path_or_revision_that_is_none_is_a_usage_error(
    corpus: Path, run: Callable[..., Result]
) -> None:
    for arguments in (["nowhere"], ["--since", "HEAD", corpus], ["--files-from", "nowhere"]):
        result = run("validate", *arguments)
        assert result.exit_code == 2
        assert "Traceback" not in result.output


def test_since_looks_at_what_has_changed(corpus: Path, run: Callable[..., Result]) -> None:
    add_document(corpus, "town/ferry", "The ferry sails.", {})
    git = ["git", "-c", "user.name=n", "-c", "user.email=n@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *command], cwd=corpus, check=True)
    assert run("validate", "--since", "HEAD", corpus).output == ""
    for name in ("bridge", "ferry"):
        path = corpus / f"annotations/town/{name}.json"
        path.write_text(path.read_text().replace('"single"', '"singel"'))
        result = run("validate", "--since", "HEAD", corpus)
        assert (result.output.count("[unknown-value]"), result.exit_code) == (
            {"bridge": 1, "ferry": 2}[name],
            1,
        )
        if name == "bridge":
            assert "bridge.json" in result.output


def test_warnings_fail_when_strict_and_problems_can_be_limited(
    corpus: Path, run: Callable[..., Result]
) -> None:
    stories = '"train": ["bridge", "one", "two"]'
    path = corpus / "splits.json"
    path.write_text(path.read_text().replace('"train": ["bridge"]', stories))
    result = run("validate")
    assert (result.exit_code, result.output.count("[story-unknown]")) == (0, 2)
    assert run("validate", "--strict").exit_code == 1
    result = run("validate", "--strict", "--max-problems", 1)
    assert (result.exit_code, result.output.count("[story-unknown]")) == (1, 1)


def test_processes_find_what_one_finds(corpus: Path, run: Callable[..., Result]) -> None:
    for n in range(450):
        add_document(corpus, f"town/n{n:03}", f"Nothing {n}.", {})
    one, two = (run("validate", "--jobs", jobs).output for jobs in (1, 2))
    assert one == two
    assert one.count("[story-unassigned]") == 450


@pytest.mark.parametrize("problem_id", RULES)
def test_explain_shows_the_example(problem_id: str, run: Callable[..., Result]) -> None:
    output = run("explain", problem_id).output
    assert output.splitlines() == [*examples.explain(RULES[problem_id])]
    assert RULES[problem_id].mend in output
    assert f"[{problem_id}]" in output


def test_explain_suggests_the_nearest(run: Callable[..., Result]) -> None:
    result = run("explain", "span-txt-mismatch")
    assert result.exit_code == 2
    assert "did you mean span-text-mismatch?" in result.output
