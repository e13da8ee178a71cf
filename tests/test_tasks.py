"""The task configs: tokens, sentences, layers of tags, and what they cannot express."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord import layers, segments, tasks
from onrecord.manifest import rows
from onrecord.source import Json


def surfaces(text: str, extents: list[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in extents]


def test_tokens_are_words_and_single_characters() -> None:
    text = "“We can’t,” e\u0301lan said—5.2% שלום 🙂"
    expected = ["“", "We", "can", "’", "t", ",", "”", "e\u0301lan", "said", "—", "5", ".", "2", "%"]
    assert surfaces(text, segments.tokens(text)) == [*expected, "שלום", "🙂"]


@given(st.text())
def test_tokens_cover_all_that_is_visible(text: str) -> None:
    found = segments.tokens(text)
    assert all(start < end for start, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    covered = {place for start, end in found for place in range(start, end)}
    assert all(place in covered for place, sign in enumerate(text) if not sign.isspace())


@given(st.text("ab.?!” \n’A1", max_size=80))
def test_sentences_are_in_order_and_within_a_line(text: str) -> None:
    found = segments.sentences(text)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    assert all("\n" not in text[start:end] for start, end in found)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in found)


def test_sentences_end_where_people_end_them() -> None:
    text = "Toll up\n\nMr. Hall left at 5 p.m. on Monday. “It closes,” he said.\n"
    assert surfaces(text, segments.sentences(text)) == [
        "Toll up",
        "Mr. Hall left at 5 p.m. on Monday.",
        "“It closes,” he said.",
    ]


def test_a_context_is_a_paragraph_more_on_each_side() -> None:
    text = "one\n\ntwo\nthree\n\nfour\nfive\n"
    assert surfaces(text, [segments.around(text, 9, 12), segments.around(text, 0, 1)]) == [
        "two\nthree\n\nfour",
        "one\n\ntwo",
    ]


def spans(text: str, *found: str) -> list[Json]:
    return [{"start": text.index(each), "end": text.index(each) + len(each)} for each in found]


def test_a_split_quote_and_one_within_it_come_back_from_their_tags() -> None:
    text = "“She said ‘No’,” he told us, “and left.”"
    outer = {
        "id": "q1",
        "type": "direct",
        "content": spans(text, "“She said ‘No’,”", "“and left.”"),
        "cue": spans(text, "told"),
        "source": spans(text, "he"),
    }
    outer["source"] = [{"start": text.index("he told"), "end": text.index(" told")}]
    inner = {
        "id": "q2",
        "type": "direct",
        "content": spans(text, "‘No’"),
        "cue": spans(text, "said"),
        "source": spans(text, "She"),
    }
    places = segments.tokens(text)
    tagged, left_out = layers.tags([inner, outer], places)
    assert left_out == []
    assert tagged["content"][:3] == ["B-direct", "I-direct", "I-direct"]
    assert tagged["content"][-5:] == ["I-direct"] * 5  # no B: the quote goes on
    assert tagged["content_2"].count("B-direct") == 1
    assert {*tagged["content_3"]} == {"O"}
    found = layers.quotes(tagged, places, text)
    assert found == [{key: quote[key] for key in quote if key != "id"} for quote in (outer, inner)]


def test_a_quote_has_the_cue_of_its_sentence_and_the_source_of_its_cue() -> None:
    text = "“Yes.” Bo Lind asked, “Why?” and Ana Hall said no.\n\n“Later.”\n"
    tagged = {
        "content": tags(text, {"“Yes.”": "direct", "“Why?”": "direct", "no": "reported"}),
        "cue": tags(text, {"asked": "cue", "said": "cue"}),
        "source": tags(text, {"Bo Lind": "source", "Ana Hall": "source"}),
    }
    found = [
        [surfaces(text, extents(quote[role])) for role in layers.ROLES]
        for quote in layers.quotes(tagged, segments.tokens(text), text)
    ]
    assert found == [
        [["“Yes.”"], [], []],
        [["“Why?”"], ["asked"], ["Bo Lind"]],
        [["no"], ["said"], ["Ana Hall"]],
    ]


def test_what_goes_on_is_of_the_same_paragraph_and_kind() -> None:
    text = "a b c d\ne f"
    rows = {
        "B-direct O I-direct O O I-direct": ["a / c", "f"],
        "B-direct O I-mixed O O O": ["a", "c"],
        "B-direct O O I-direct I-direct O": ["a / d\ne"],
        "O O I-direct O O O": ["c"],
    }
    for row, wanted in rows.items():
        found = layers.quotes({"content": row.split()}, segments.tokens(text), text)
        assert [" / ".join(surfaces(text, extents(q["content"]))) for q in found] == wanted


def tags(text: str, kinds: dict[str, str]) -> list[str]:
    found = ["O"] * len(segments.tokens(text))
    for n, (start, _) in enumerate(segments.tokens(text)):
        for surface, kind in kinds.items():
            first = text.index(surface)
            if first <= start < first + len(surface):
                found[n] = f"{'B' if start == first else 'I'}-{kind}"
    return found


def test_more_quotes_in_each_other_than_layers_are_named() -> None:
    text = "a b c d e"
    nested = [
        {"id": f"q{n}", "type": "direct", "content": [{"start": 0, "end": 9 - 2 * n}]}
        for n in range(layers.LAYERS + 1)
    ]
    assert layers.tags(nested, segments.tokens(text))[1] == [f"q{layers.LAYERS}"]


def extents(found: list[Json] | None) -> list[tuple[int, int]]:
    return [(each["start"], each["end"]) for each in found or []]


def every(release: Path, config: str) -> list[Json]:
    return [row for path in sorted((release / "data" / config).glob("*")) for row in rows(path)]


def test_tags_express_every_quote_and_most_links(release: Path) -> None:
    """The content of every quote, and its type; which cue and source is whose, not always."""
    texts = {row["id"]: row["text"] for row in every(release, "documents")}
    total, lost = 0, Counter[str]()
    for row in every(release, "quote_tagging"):
        places = [*zip(row["token_starts"], row["token_ends"], strict=True)]
        decoded = layers.quotes(row, places, texts[row["id"]])
        found = {tuple(extents(each["content"])): each for each in decoded}
        assert len(decoded) == len(row["quotes"])
        for quote in row["quotes"]:
            again = found.get(tuple(extents(quote["content"])))
            total += 1
            lost["content"] += again is None or again["type"] != quote["type"]
            lost["cue"] += again is None or extents(again["cue"]) != extents(quote["cue"])
            lost["source"] += again is None or extents(again["source"]) != extents(quote["source"])
    assert total > 800
    # Spans that end within a token, as where a blank is missing, are all that may be lost.
    assert lost["content"] <= 0.005 * total
    assert lost["cue"] < 0.02 * total
    assert lost["source"] < 0.06 * total


def test_every_quote_with_content_is_a_row(release: Path) -> None:
    quotes = [row["id"] for row in every(release, "quotes") if row["content"]]
    for config in ("attribution", "claim_extraction"):
        assert [row["id"] for row in every(release, config)] == quotes
    tagged = [quote["id"] for row in every(release, "quote_tagging") for quote in row["quotes"]]
    assert tagged == quotes


def test_an_answer_is_the_candidate_that_is_the_source(release: Path) -> None:
    found = every(release, "attribution")
    outside = sum(row["answer"] is None for row in found)
    assert outside <= 0.01 * len(found)
    for row in found:
        assert row["candidates"][-1]["mention"] is None
        if row["answer"] is not None:
            assert row["candidates"][row["answer"]]["mention"] == row["source"]
        known = {each["id"] for each in row["candidate_speakers"]}
        assert known >= {*row["speakers"]}


def test_every_claim_is_in_a_sentence(release: Path) -> None:
    claims = {row["id"] for row in every(release, "claims")}
    sentences = every(release, "claim_detection")
    assert {name for row in sentences for name in row["claims"]} == claims
    assert all((row["claim"] == "claim") == bool(row["claims"]) for row in sentences)
    extracted = every(release, "claim_extraction")
    inside = {row["id"] for row in every(release, "claims") if row["quote"]}
    assert {claim["id"] for row in extracted for claim in row["claims"]} == inside


def test_every_mention_has_its_cluster(release: Path) -> None:
    mentions = {
        (mention["id"], row["id"])
        for row in every(release, "speakers")
        for mention in row["mentions"]
    }
    found = every(release, "coreference")
    assert {(each["id"], each["speaker"]) for row in found for each in row["mentions"]} == mentions


@pytest.mark.parametrize("name", tasks.TASKS)
def test_the_card_says_what_a_task_is(name: str, release: Path) -> None:
    card = (release / "README.md").read_text()
    assert f"**`{name}`**: a row is {tasks.TASKS[name].row}. Given: " in card
