"""What other repositories take from this one: the hooks of pre-commit and the GitHub action."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result

from conftest import ROOT

HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
ANNOTATION = "corpus/annotations/town/bridge.json"


@pytest.mark.parametrize(
    "command",
    [
        ("check_jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml"),
        ("pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"),
    ],
)
def test_the_files_are_what_their_readers_expect(command: tuple[str, ...]) -> None:
    subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=True, capture_output=True)


@pytest.mark.parametrize("hook", HOOKS, ids=[hook["id"] for hook in HOOKS])
@pytest.mark.parametrize(("status", "code"), [("single", 0), ("sngle", 1)])
def test_a_hook_checks_the_files_that_it_asks_for(
    hook: dict[str, Any], status: str, code: int, corpus: Path, run: Callable[..., Result]
) -> None:
    (corpus / "README.json").write_text("{")
    path = corpus.parent / ANNOTATION
    path.write_text(path.read_text().replace('"single"', f'"{status}"'))
    files = [each.relative_to(corpus.parent).as_posix() for each in corpus.rglob("*.*")]
    asked = sorted(each for each in files if re.search(hook["files"], each))
    assert asked == [
        ANNOTATION,
        "corpus/articles/town/bridge.json",
        "corpus/articles/town/bridge.txt",
        "corpus/splits.json",
    ]
    program, *arguments = shlex.split(hook["entry"])
    assert program == "onrecord"
    result = run(*arguments, *(asked if hook.get("pass_filenames", True) else ()))
    assert result.exit_code == code
    assert result.output.startswith(f"{ANNOTATION}:7:13: status: found" if code else "")


def act(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the action's last step as a runner would, with a program in the place of the installed one."""
    program = folder / "temp" / "onrecord" / "bin" / "onrecord"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(
        f'#!/bin/sh\nexec {sys.executable} -c "from onrecord.cli import main; main()" "$@"\n'
    )
    program.chmod(0o755)
    step = ACTION["runs"]["steps"][-1]
    values = {key: inputs.get(key, ACTION["inputs"][key]["default"]) for key in ACTION["inputs"]}
    given = {key: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda m: values[m[1]], value) for key, value in step["env"].items()}  # fmt: skip
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "scripts"),
            "RUNNER_TEMP": str(folder / "temp"),
            **given,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_action_annotates_and_fails_on_problems(corpus: Path) -> None:
    assert act(corpus.parent).returncode == 0
    path = corpus.parent / ANNOTATION
    content = path.read_text()
    path.write_text(content.replace('"Ana Hall"', '"Bo Berg"', 1))
    warned = act(corpus.parent)
    assert warned.returncode == 0
    assert warned.stdout.startswith(f"::warning file={ANNOTATION},line=")
    assert act(corpus.parent, strict="true").returncode == 1
    assert act(corpus.parent, strict="false; false").returncode == 0
    path.write_text(content.replace('"single"', '"sngle"'))
    (corpus.parent / "two words.json").write_text("{}")
    found = act(
        corpus.parent, format="json", paths="corpus/splits.json\ntwo words.json\n$(touch x)*"
    )
    assert found.returncode == 2
    found = act(corpus.parent, format="json", paths="corpus\ntwo words.json\n")
    assert found.returncode == 1
    files = {each["file"] for each in json.loads(found.stdout)}
    assert files == {ANNOTATION, "two words.json"}
    assert not (corpus.parent / "x").exists()


def test_the_action_installs_what_it_was_called_with() -> None:
    first, _ = ACTION["runs"]["steps"]
    assert '/bin/pip" install --quiet "$GITHUB_ACTION_PATH"' in first["run"]
