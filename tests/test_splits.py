"""A story keeps its split for ever; new ones go where they are missing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT, add_document
from onrecord import splits

GENRES = st.sampled_from(["sport", "business", "interview"])
ARTICLES = st.lists(
    st.builds(
        lambda number, genre: {
            "story": f"story-{number}",
            "genre": genre,
            "text_availability": "withheld" if number % 7 == 0 else "included",
        },
        st.integers(0, 60),
        GENRES,
    ),
    max_size=80,
)


@given(st.lists(ARTICLES, max_size=4))
def test_no_story_ever_moves(batches: list[list[dict[str, str]]]) -> None:
    assignment: splits.Assignment = {}
    for batch in batches:
        after = splits.assign(batch, assignment)
        assert assignment.items() <= after.items()
        assert after.keys() == assignment.keys() | {article["story"] for article in batch}
        assignment = after


STORIES = st.integers(0, 30)
STEPS = st.one_of(
    st.tuples(st.just("add"), STORIES, GENRES),
    st.tuples(st.just("remove"), STORIES, st.none()),
    st.tuples(st.just("merge"), STORIES, STORIES),
)


def stepped(articles: list[dict[str, str]], step: tuple[str, int, object]) -> list[dict[str, str]]:
    """A corpus after an article is added, a story removed, or one story found to be another."""
    kind, number, other = step
    story = f"story-{number}"
    if kind == "add":
        article = {"story": story, "genre": str(other), "text_availability": "included"}
        return [*articles, article]
    if kind == "remove":
        return [article for article in articles if article["story"] != story]
    return [
        {**article, "story": f"story-{other}"} if article["story"] == story else article
        for article in articles
    ]


@given(st.lists(STEPS, max_size=60))
def test_a_story_keeps_its_split_through_any_history(steps: list[tuple[str, int, object]]) -> None:
    """Additions, removals, returns and merges: what a model was once trained on stays in train."""
    articles: list[dict[str, str]] = []
    assignment: splits.Assignment = {}
    first: splits.Assignment = {}
    for step in steps:
        articles = stepped(articles, step)
        assignment = splits.assign(articles, assignment)
        assert {article["story"] for article in articles} <= assignment.keys()
        for story, split in assignment.items():
            assert first.setdefault(story, split) == split


@given(ARTICLES, st.randoms())
def test_the_order_of_articles_does_not_matter(
    articles: list[dict[str, str]], random: object
) -> None:
    shuffled = sorted(articles, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert splits.assign(articles, {}) == splits.assign(shuffled, {})


def test_withheld_stories_go_to_real_and_others_never() -> None:
    articles = [
        {"story": f"s{n}", "text_availability": "withheld" if n % 2 else "included"}
        for n in range(50)
    ]
    for story, split in splits.assign(articles, {}).items():
        assert (split == "real") == (int(story[1:]) % 2 == 1)


def test_shares_are_approached() -> None:
    genres = ["sport", "business", "interview", "science"]
    articles = [
        {"story": f"s{n}", "genre": genres[n % 4], "text_availability": "included"}
        for n in range(300)
    ]
    assignment = splits.assign(articles, {})
    counts = Counter(assignment.values())
    assert {split: count / 300 for split, count in counts.items()} == {
        split: pytest.approx(share, abs=0.02) for split, share in splits.SHARES.items()
    }
    for genre in range(4):
        assert len({assignment[f"s{n}"] for n in range(genre, 300, 4)}) == 3


def test_assign_writes_only_what_is_new(corpus: Path, run: Callable[..., Result]) -> None:
    before = (corpus / "splits.json").read_bytes()
    assert run("assign").exit_code == 0
    assert (corpus / "splits.json").read_bytes() == before
    add_document(corpus, "town/ferry", "Ferry sails.", {})
    assert run("assign").stdout == "ferry: train\n"
    assert json.loads((corpus / "splits.json").read_bytes())["train"] == ["bridge", "ferry"]


def test_no_story_of_the_corpus_is_in_two_splits() -> None:
    committed = json.loads((ROOT / "corpus" / "splits.json").read_bytes())
    stories = [story for split in splits.SPLITS for story in committed[split]]
    assert len(stories) == len(set(stories))
