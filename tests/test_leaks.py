"""Near-duplicates across splits are found, edits included, and nothing else is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT, SHARED, add_document, needs_shared
from onrecord import edits, leaks, minhash, shards, validate
from onrecord.engines import Engine
from onrecord.hydrate import extract
from onrecord.problems import Problem
from onrecord.source import write_json

BRIDGE = "The old bridge will close, Ana Hall said. We have no choice, she added, none."
PATHS = sorted((ROOT / "corpus" / "articles").glob("*/*.txt"))
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in PATHS}
STORIES = {path.stem: json.loads(path.with_suffix(".json").read_bytes())["story"] for path in PATHS}


@pytest.fixture
def split_corpus(corpus: Path) -> Path:
    """The small valid corpus with its article once more, a little edited, in another split."""
    add_document(corpus, "town/bridge-again", BRIDGE, {})
    stories = {"train": ["bridge"], "validation": ["bridge-again"], "test": [], "real": []}
    write_json(corpus / "splits.json", {"schema_version": "1", **stories})
    return corpus


def decide(corpus: Path, *documents: str) -> None:
    decision = {"documents": documents, "decision": "kept", "reason": "Known.", "by": ["ann"]}
    write_json(leaks.file(corpus), {"schema_version": "1", "decisions": [decision]})


def test_a_decision_of_people_settles_a_pair(
    split_corpus: Path, run: Callable[..., Result]
) -> None:
    assert run("build").exit_code == 1
    decide(split_corpus, "town/bridge-again", "town/bridge")
    result = run("build")
    assert result.exit_code == 0
    release = Path(result.output.splitlines()[-1])
    assert run("verify", release).exit_code == 0


def test_a_decision_on_a_document_that_is_not_there_is_a_problem(
    split_corpus: Path, run: Callable[..., Result]
) -> None:
    decide(split_corpus, "town/bridge", "town/gone")
    lines = run("validate").output.splitlines()
    assert lines[0].endswith("[near-duplicate-across-splits]")
    assert lines[1].endswith(
        'found the document "town/gone"; expected one of the corpus [unknown-reference]'
    )


def test_a_broken_file_of_decisions_is_a_problem(
    split_corpus: Path, run: Callable[..., Result]
) -> None:
    leaks.file(split_corpus).write_text('{"schema_version": "1"}')
    assert "[missing-key]" in run("validate").output


def test_near_duplicates_within_a_split_are_none_of_its_business(
    split_corpus: Path, run: Callable[..., Result]
) -> None:
    stories = {"train": ["bridge", "bridge-again"], "validation": [], "test": [], "real": []}
    write_json(split_corpus / "splits.json", {"schema_version": "1", **stories})
    assert run("validate").exit_code == 0


def test_several_processes_find_what_one_finds(
    split_corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "_STRETCH", 1)
    found = [*validate.problems(split_corpus, engine=Engine(2))]
    assert [problem.id for problem in found] == ["near-duplicate-across-splits"]
    assert found == [*validate.problems(split_corpus)]
    assert found == [each for each in validate.checked(split_corpus) if isinstance(each, Problem)]


def test_articles_of_different_stories_are_unlike_each_other() -> None:
    found = leaks.near_duplicates(TEXTS.items(), TEXTS.__getitem__)
    assert [each for each in found if STORIES[each[0]] != STORIES[each[1]]] == []
    shingles = {name: leaks.shingles(text) for name, text in TEXTS.items()}
    for one, other in combinations(TEXTS, 2):
        if STORIES[one] != STORIES[other]:
            assert leaks.jaccard(shingles[one], shingles[other]) < leaks.THRESHOLD / 2


@needs_shared
def test_so_are_those_that_the_threshold_was_not_chosen_on() -> None:
    texts: dict[str, str] = {}
    for path in sorted((SHARED / "corpora").rglob("*.conllu")):
        text = extract(path, "conllu")
        if not isinstance(text, Problem):
            texts[path.stem] = text
    assert len(texts) >= 20
    assert [*leaks.near_duplicates(texts.items(), texts.__getitem__)] == []


@pytest.mark.parametrize("edit", edits.EDITS)
@pytest.mark.parametrize(("share", "least"), [(0.05, 1.0), (0.15, 0.99), (0.3, 0.95)])
def test_edited_articles_are_found(edit: str, share: float, least: float) -> None:
    assert edits.recall([*TEXTS.values()], edit, share) >= least


def test_candidates_are_those_that_a_comparison_of_all_pairs_finds() -> None:
    texts = {f"{name}/{edit}": text for name, text in TEXTS.items() for edit in ("a", "b")}
    texts |= {name: edits.edited(text, "replaced", 0.3, name) for name, text in texts.items()}
    exact = {
        (one, other)
        for one, other in combinations(texts, 2)
        if leaks.jaccard(leaks.shingles(texts[one]), leaks.shingles(texts[other]))
        >= leaks.THRESHOLD
    }
    found = {
        (one, other) for one, other, _ in leaks.near_duplicates(texts.items(), texts.__getitem__)
    }
    assert found == exact


@given(st.text())
def test_words_are_those_of_the_regular_expression(text: str) -> None:
    found = minhash.pair_hashes(minhash.words(text))
    assert len(found) == max(0, len(leaks.words(text)) - 1)
    assert len({*found.tolist()}) == len(leaks.shingles(text))
    assert [*found] == [*minhash.pair_hashes(minhash.words(text.casefold()))]


def test_every_character_is_of_a_word_or_not_as_in_the_regular_expression() -> None:
    characters = [chr(code) for code in range(0x30000) if not 0xD800 <= code < 0xE000]
    for start in range(0, len(characters), 500):
        text = " ".join(characters[start : start + 500])
        assert len(minhash.pair_hashes(minhash.words(text))) == max(
            0, len(leaks.words(text)) - 1
        ), start


def test_words_in_another_order_are_other_pairs() -> None:
    texts = ("a bc", "b ac", "bc a", "ab c", "abc", "A  BC!")
    assert [len({*minhash.pair_hashes(minhash.words(text)).tolist()}) for text in texts] == [
        1,
        1,
        1,
        1,
        0,
        1,
    ]
    assert len({*map(minhash.keys, map(minhash.words, texts))}) == 5


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        (BRIDGE, "c5bf852c2b683b03"),
        ("Die Straße, 日本語 𐐀𐐁: ½ two_words", "00c6e284562a1ce6"),
    ],
)
def test_keys_are_the_same_on_every_machine(text: str, digest: str) -> None:
    assert len(minhash.keys(minhash.words(text))) == 512
    assert hashlib.sha256(minhash.keys(minhash.words(text))).hexdigest()[:16] == digest


def test_a_text_without_two_words_is_like_no_other() -> None:
    assert [*leaks.near_duplicates([("a", ""), ("b", ""), ("c", "One")], str)] == []


def test_every_pair_of_several_copies_is_found_once_and_in_order() -> None:
    texts = {"a": BRIDGE, "b": "Quite another text.", "c": BRIDGE, "d": BRIDGE}
    found = [*leaks.near_duplicates(texts.items(), texts.__getitem__)]
    assert found == [("a", "c", 1.0), ("a", "d", 1.0), ("c", "d", 1.0)]
