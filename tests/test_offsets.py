"""Offsets are code points, whatever the script, from the file to the loaded row."""

from __future__ import annotations

from pathlib import Path

import pytest
from datasets import load_dataset

from conftest import add_document
from onrecord.build import build
from onrecord.source import write_json

TEXTS = {
    "emoji": "“Fine 👩‍👩‍👧‍👦 by me 🇳🇴,” said Åse.",
    "combining": "“On a fe\u0301te\u0301,” said E\u0301lodie Nguye\u0302\u0303n.",
    "cyrillic": "«Мы решим сами», — сказала Нина Дроженко.",
    "right-to-left": "قالت ليلى: «لن نغادر الميناء». Leila said so.",
    "astral": "“𝔘𝔫𝔣𝔲𝔤,” said 𝒜𝓃𝓃𝒶.",
}


def quote_of(text: str) -> tuple[int, int]:
    marks = [i for i, char in enumerate(text) if char in "“”«»"]
    return marks[0], marks[1] + 1


@pytest.mark.parametrize("name", TEXTS)
def test_a_span_survives_the_whole_way(name: str, corpus: Path, tmp_path: Path) -> None:
    text = TEXTS[name]
    start, end = quote_of(text)
    quote = {
        "id": "q1",
        "type": "direct",
        "medium": "speech",
        "content": [{"start": start, "end": end, "text": text[start:end]}],
        "speakers": [],
        "polarity": "affirmed",
        "delimiters": "balanced",
        "phenomena": ["guillemets" if "«" in text else "curly_marks"],
    }
    add_document(corpus, f"town/{name}", text, {"quotes": [quote]})
    stories = {"train": ["bridge", name], "validation": [], "test": [], "real": []}
    write_json(corpus / "splits.json", {"schema_version": "1", **stories})
    built = build(corpus, tmp_path / "dist", "0.0.1")
    assert built.problems == []
    rows = load_dataset(str(built.folder), "quotes", split="train")
    (row,) = [row for row in rows if row["document"] == f"town/{name}"]
    (span,) = row["content"]
    assert span == {"start": start, "end": end, "text": text[start:end]}


@pytest.mark.parametrize(("name", "start", "end"), [("emoji", 1, 7), ("combining", 1, 8)])
def test_a_span_within_a_grapheme_is_reported(
    name: str, start: int, end: int, corpus: Path, tmp_path: Path
) -> None:
    text = TEXTS[name]
    term = {
        "id": "t1",
        "kind": "term",
        "spans": [{"start": start, "end": end, "text": text[start:end]}],
    }
    add_document(corpus, f"town/{name}", text, {"quoted_terms": [term]})
    problems = [problem.id for problem in build(corpus, tmp_path / "dist", "0.0.1").problems]
    assert "span-cuts-grapheme" in problems
