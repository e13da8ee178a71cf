"""What the documentation says is executed."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import duckdb
import pytest
import yaml

from conftest import ROOT, VALID
from onrecord import docs, examples
from onrecord.anchor import anchor
from onrecord.problems import RULES

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
GUIDELINES = (ROOT / "corpus" / "GUIDELINES.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.S)


def test_the_session_of_the_readme_runs(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(release.parents[1])
    session = "\n".join(blocks(README, "python"))
    test = doctest.DocTestParser().get_doctest(session, {}, "README.md", "README.md", 0)
    assert len(test.examples) > 3
    flags = doctest.NORMALIZE_WHITESPACE
    assert doctest.DocTestRunner(optionflags=flags).run(test).failed == 0


def test_the_query_of_the_readme_runs(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(release.parents[1])
    (query,) = blocks(README, "sql")
    assert len(duckdb.sql(query).fetchall()) > 3


def test_the_draft_of_contributing_anchors(corpus: Path, tmp_path: Path) -> None:
    (draft,) = blocks(CONTRIBUTING, "yaml")
    (tmp_path / "draft.yaml").write_text(draft.replace("newsroom/bridge", "town/bridge"))
    assert anchor(tmp_path / "draft.yaml", corpus).value["quotes"][0]["content"] == [
        {"start": 26, "end": 51, "text": "The old bridge will close"}
    ]
    assert VALID.is_dir()


def test_the_explanation_in_the_readme_is_the_one_printed() -> None:
    (shown,) = re.findall(r"\$ onrecord explain ([a-z-]+)\n(.*?)```", README, re.S)
    assert shown[1].splitlines() == [*examples.explain(RULES[shown[0]])]


def test_generated_parts_are_up_to_date() -> None:
    assert [path.name for path, _ in docs.outdated(ROOT)] == []


def test_every_problem_is_documented() -> None:
    for problem_id in RULES:
        assert f"| `{problem_id}` |" in CONTRIBUTING


def test_links_lead_somewhere() -> None:
    for path in [*ROOT.glob("*.md"), *ROOT.glob("corpus/*.md"), *ROOT.glob("*/README.md")]:
        text = path.read_text(encoding="utf-8")
        anchors = set(re.findall(r'<a id="([a-z-]+)"', text))
        anchors |= {
            re.sub(r"[^a-z0-9 -]", "", head.lower()).replace(" ", "-")
            for head in re.findall(r"^#+ (.*)$", text, re.M)
        }
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if target.startswith("#"):
                assert target[1:] in anchors, f"{path.name}: {target}"
            elif "://" not in target:
                assert (path.parent / target.partition("#")[0]).exists(), f"{path.name}: {target}"


def test_versions_agree() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    log = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## (\S+)$", log, re.M)[1] == citation["version"]  # type: ignore[index]
    assert f"dist/onrecord-{citation['version']}" in README


def test_annotations_follow_a_version_of_the_guidelines_that_exists() -> None:
    versions = set(re.findall(r"^\| (\d+\.\d+) \|", GUIDELINES, re.M))
    assert versions
    corpus = ROOT / "corpus"
    for path in [*corpus.glob("annotations/*/*.json"), *corpus.glob("passes/*/*/*.json")]:
        assert re.search(r'"guidelines": "([^"]+)"', path.read_text())[1] in versions  # type: ignore[index]
