"""The fast way to Arrow equals the plain one: on the corpus, and on every key given or absent."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import everything
from conftest import sample_copy
from onrecord import rows, schema, synthetic, tables
from onrecord.source import Document, Json, document_ids, files_of, read_document


def equal(documents: list[Document]) -> None:
    fast = rows.tables(documents)
    assert [*fast] == [*tables.CONFIGS]
    for config, table in fast.items():
        table.validate(full=True)
        expected = rows.slow(config, documents)
        assert table.schema.equals(expected.schema, check_metadata=True)
        for name in expected.column_names:
            assert table[name].to_pylist() == expected[name].to_pylist(), (config, name)
        assert table.equals(expected)


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> Document:
    found = read_document(everything.corpus(tmp_path_factory.mktemp("every")), "town/all")
    assert isinstance(found, Document)
    return found


def test_on_the_real_corpus(tmp_path: Path) -> None:
    corpus = sample_copy(tmp_path / "corpus")
    entries = [read_document(corpus, name) for name in document_ids(corpus)]
    equal([each for each in entries if isinstance(each, Document) and each.text is not None])


def test_on_generated_documents() -> None:
    made = [synthetic.document(n) for n in range(20)]
    equal([Document(a["id"], files_of("c", a["id"]), a, b, t) for a, t, b in made])


def test_the_fast_way_is_taken(every: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(rows, "slow", lambda config, _: made.append(config))
    assert rows.tables([every])["documents"].num_rows == 1
    assert made == []


def test_a_whole_number_with_a_point_takes_the_plain_way(every: Document) -> None:
    article = every.article | {"token_starts": [0.0, 2.0]}
    equal([replace(every, article=article), every])


def without(value: Json, kind: Json, root: Json, drawn: st.DataObject) -> Json:
    """A value of the schema without some of the keys that it may leave out."""
    node = schema.resolve(root, kind)
    if isinstance(value, list):
        return [without(each, node["items"], root, drawn) for each in value]  # type: ignore[return-value]
    if not isinstance(value, dict):
        return value
    return {
        key: without(each, node["properties"][key], root, drawn)
        for key, each in value.items()
        if key in node.get("required", ()) or key == "text" or drawn.draw(st.booleans())
    }


def offsets_only(value: Any) -> Any:
    if isinstance(value, list):
        return [offsets_only(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        k: offsets_only(each) for k, each in value.items() if not ("start" in value and k == "text")
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=st.data())
def test_on_every_optional_key(every: Document, drawn: st.DataObject) -> None:
    documents = []
    for n in range(drawn.draw(st.integers(1, 4))):
        article, annotation = (
            without(copy.deepcopy(value), root, root, drawn)
            for value, root in (
                (every.article, schema.load("article")),
                (every.annotation, schema.load("annotation")),
            )
        )
        if drawn.draw(st.booleans()):
            obtain = {"instructions": "Ask.", "file": "f.txt", "format": "plain"}
            article |= {"text_availability": "withheld", "obtain": obtain}
            annotation = offsets_only(annotation)
        empty = drawn.draw(st.sets(st.sampled_from(["quotes", "claims", "quoted_terms"])))
        if "quotes" in empty:
            empty = {*empty, "claims"}
        annotation |= {key: [] for key in empty}
        documents.append(
            replace(
                every,
                id=f"town/n{n}",
                article=article | {"id": f"town/n{n}"},
                annotation=annotation,
            )
        )
    equal(documents)


@given(text=st.text(st.characters(codec="utf-8"), min_size=1))
@settings(max_examples=60, deadline=None)
def test_on_any_string(every: Document, text: str) -> None:
    annotation = copy.deepcopy(every.annotation)
    annotation["speakers"][0]["name"] = text
    annotation["speakers"][0]["aliases"] = [text, ""]
    equal([replace(every, annotation=annotation, article=every.article | {"title": text})])


def test_no_value_is_lost_to_integers() -> None:
    assert pa.types.is_int64(tables.features("quotes").arrow_schema.field("type").type)
