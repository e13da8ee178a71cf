"""What goes out comes back, as far as each format can carry it; others' libraries read it."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import conllu
import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from label_studio_sdk.label_interface import LabelInterface
from pyld import jsonld

import everything
from conftest import ROOT, add_document
from onrecord import anchor, graph, model, schema
from onrecord.build import build
from onrecord.checks.spans import cuts
from onrecord.exporters import FORMATS
from onrecord.exporters.conll import COLUMNS
from onrecord.exporters.run import MARK, export
from onrecord.graph import Graph, Link, Node
from onrecord.importers.run import import_corpus
from onrecord.problems import Problem
from onrecord.source import Document, Json
from onrecord.validate import checked, problems

README = ROOT / "scripts" / "onrecord" / "exporters" / "README.md"
BACK = ("brat", "labelstudio", "xmi")


def documents(corpus: Path) -> list[Document]:
    return [item for item in checked(corpus) if not isinstance(item, Problem)]


def there_and_back(name: str, corpus: Path, folder: Path) -> list[Document]:
    """The documents of a corpus after an export and an import."""
    export(name, corpus, folder / "there")
    source = folder / "there" / "tasks.json" if name == "labelstudio" else folder / "there"
    import_corpus(name, source, folder / "back")
    assert [*problems(folder / "back")] == []
    return documents(folder / "back")


def from_pages(corpus: Path, folder: Path) -> list[Document]:
    """The documents of a corpus after an export as Web Annotations, put together here."""
    export("webannotation", corpus, folder / "pages")
    result = []
    for document in documents(corpus):
        if document.text is None:
            continue
        page = json.loads((folder / "pages" / f"{document.id}.jsonld").read_bytes())
        items, _ = graph.annotation(_of_page(page), document.text or "")
        article = {"id": page["id"].removeprefix("urn:onrecord:")}
        result.append(Document(document.id, document.files, article, items, document.text))
        anchor.derive(result[-1])
    return result


def _of_page(page: Json) -> Graph:
    found = Graph()
    for item in page["items"]:
        name = item["id"].rpartition("#")[2]
        if item["motivation"] == "linking":
            target, tag = item["body"]
            ends = (item["target"].rpartition("#")[2], target.rpartition("#")[2])
            found.links.append(Link(tag["value"], *ends))
            continue
        kind, values = (body["value"] for body in item["body"])
        targets = item["target"] if isinstance(item["target"], list) else []
        positions = [target["selector"][0] for target in targets]
        extents = [(each["start"], each["end"]) for each in positions]
        found.add(Node(name, kind, extents, json.loads(values)))
    return found


# Made anew by an import, whatever the format: the name and digests of the document.
ANEW = {"schema_version", "id", "article", "text_sha256", "text_length", "origin"}
ANEW |= {"text_availability", "original_id", "imported_from", "obtain"}


def fields(kind: str, value: Json) -> Iterator[tuple[str, Any]]:
    """The fields of a document as a table names them, each with all its values."""
    for key, field in value.items():
        listed = isinstance(field, list) and field and isinstance(field[0], dict)
        if kind == "annotation" and listed:
            items = sorted(field, key=lambda item: item["id"])
            known = {name: [item.get(name) for item in items] for item in items for name in item}
            yield from ((f"{key}.{name}", values) for name, values in known.items())
        elif key not in ANEW:
            yield f"{kind}.{key}", field


def lost(before: Document, after: Document) -> list[str]:
    """The fields that did not come back as they were."""
    missing = []
    for kind in ("article", "annotation"):
        came = dict(fields(kind, getattr(after, kind)))
        pairs = fields(kind, getattr(before, kind))
        missing += [name for name, value in pairs if came.get(name) != value]
    return missing


def losses(folder: Path) -> dict[str, list[str]]:
    """What each format loses of a document that has every field."""
    corpus = everything.corpus(folder / "corpus")
    (before,) = documents(corpus)
    found: dict[str, list[str]] = {"jsonl": []}
    for name in BACK:
        (after,) = there_and_back(name, corpus, folder / name)
        found[name] = lost(before, after)
    (after,) = from_pages(corpus, folder)
    found["webannotation"] = lost(before, after)
    return found


def table(found: dict[str, list[str]]) -> str:
    """The losses as a table, an article's record and an annotation's head as one where all is lost."""
    rows = ["| format | loses |", "|---|---|"]
    for name, missing in sorted(found.items()):
        shown = [f"`{each}`" for each in missing]
        for kind, what in (
            ("article", "the article's record"),
            ("annotation", "the annotation's head (annotators, guidelines, status)"),
        ):
            if sum(each.startswith(f"{kind}.") for each in missing) > 4:
                shown = [what] + [each for each in shown if not each.startswith(f"`{kind}.")]
        rows.append(f"| `{name}` | {', '.join(shown) or 'nothing'} |")
    return "\n".join(rows)


_BLOCK = re.compile(r"(<!-- generated: losses -->\n).*?(<!-- /generated -->)", re.S)


def test_the_documentation_says_what_each_format_loses(tmp_path: Path) -> None:
    written = README.read_text("utf-8")
    assert written == documented(tmp_path), "run: python tests/test_exporters.py"
    assert len(written.splitlines()) < 40


def documented(folder: Path) -> str:
    """The documentation with its table of losses as they are."""
    found = table(losses(folder))
    return _BLOCK.sub(lambda match: f"{match[1]}{found}\n{match[2]}", README.read_text("utf-8"))


def test_the_document_with_everything_has_every_key(tmp_path: Path) -> None:
    (document,) = documents(everything.corpus(tmp_path / "corpus"))
    for name, value in (("article", document.article), ("annotation", document.annotation)):
        root = schema.load(name)
        assert set(root["properties"]) - set(value) <= {"obtain"}
    definitions = schema.load("annotation")["$defs"]
    for kind, key in graph.ITEMS.items():
        items = document.annotation[key]
        assert {name for item in items for name in item} == set(definitions[kind]["properties"])


@pytest.mark.parametrize("name", [*BACK, "webannotation"])
def test_the_real_corpus_comes_back_item_by_item(name: str, tmp_path: Path) -> None:
    before = {each.id: each for each in documents(ROOT / "corpus") if each.text and each.committed}
    committed = shutil.ignore_patterns("hydrated", "drafts")
    corpus = Path(shutil.copytree(ROOT / "corpus", tmp_path / "corpus", ignore=committed))
    if name == "webannotation":
        after = {each.id: each for each in from_pages(corpus, tmp_path)}
    else:
        came = there_and_back(name, corpus, tmp_path)
        after = {each.article["original_id"]: each for each in came}
    assert after.keys() == before.keys()
    for document_id, document in after.items():
        for key in graph.ITEMS.values():
            # The order of items is no field of theirs; brat, for one, keeps none.
            went = model.by_id(before[document_id].annotation[key])
            assert model.by_id(document.annotation[key]) == went, (document_id, key)


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """The corpus of the document that has everything."""
    return everything.corpus(tmp_path / "corpus")


def test_label_studio_accepts_tasks_and_configuration(full: Path, tmp_path: Path) -> None:
    export("labelstudio", full, tmp_path / "out")
    interface = LabelInterface((tmp_path / "out" / "config.xml").read_text("utf-8"))
    interface.validate()
    (task,) = json.loads((tmp_path / "out" / "tasks.json").read_bytes())
    assert interface.validate_task({"data": task["data"]})
    (prediction,) = task["predictions"]
    assert interface.validate_prediction(prediction, return_errors=True) == []
    names = {control.name for control in interface.controls}
    assert {each.get("from_name", "label") for each in prediction["result"]} <= names
    for each in prediction["result"]:
        if each["type"] == "labels":
            value = each["value"]
            assert task["data"]["text"][value["start"] : value["end"]] == value["text"]


def test_label_studio_exports_are_read_task_by_task(full: Path, tmp_path: Path) -> None:
    export("labelstudio", full, tmp_path / "out")
    tasks = (tmp_path / "out" / "tasks.json").read_text("utf-8").rstrip()
    tasks = f'{tasks.removesuffix("]")}, {{"data": {{"document": "b"}}, "annotations": 1}}, {{'
    (tmp_path / "out" / "tasks.json").write_text(tasks, "utf-8")
    loss = import_corpus("labelstudio", tmp_path / "out", tmp_path / "back")
    assert loss.imported["documents"] == 1
    reasons = [line for line in loss.lines() if "no JSON from some place on" in line]
    assert len(reasons) == 1


def test_what_annotators_change_in_label_studio_comes_back(full: Path, tmp_path: Path) -> None:
    export("labelstudio", full, tmp_path / "out")
    (task,) = json.loads((tmp_path / "out" / "tasks.json").read_bytes())
    result = task.pop("predictions")[0]["result"]
    ends = everything.TEXT.index("Ends")
    fresh = {"to_name": "text", "from_name": "label", "type": "labels"}

    def region(name: str, start: int, end: int, text: str, label: str) -> Json:
        value = {"start": start, "end": end, "text": text, "labels": [label]}
        return {**fresh, "id": name, "value": value}

    # The emoji at the head counts double in UTF-16.
    new = [
        region("aB1", ends + 1, ends + 5, "Ends", "Quote"),
        region("aB2", ends - 10, ends - 5, everything.TEXT[ends - 10 : ends - 5], "Mention"),
        region("aB3", 0, 1, "🙂", "Emoji"),
        {
            "type": "relation",
            "from_id": "aB2",
            "to_id": "aB1",
            "direction": "left",
            "labels": ["source"],
        },
        {
            "type": "relation",
            "from_id": "aB2",
            "to_id": "aB1",
            "direction": "left",
            "labels": ["likes"],
        },
        {"type": "rectangle", "id": "r", "value": {}},
    ]
    annotations = [{"result": [], "was_cancelled": True}, {"result": result + new}, {"result": []}]
    path = tmp_path / "project.json"
    path.write_text(json.dumps([task | {"annotations": annotations}, {"data": {"text": "x"}}]))
    loss = import_corpus("labelstudio", path, tmp_path / "back")
    assert [*problems(tmp_path / "back")] == []
    (document,) = documents(tmp_path / "back")
    quote = document.annotation["quotes"][-1]
    assert (quote["id"], quote["content"][0]["text"]) == ("q5", "Ends")
    (speaker,) = [each for each in document.annotation["speakers"] if each["id"] == "s7"]
    assert (quote["speakers"], quote["source"]) == (["s7"], speaker["mentions"][0]["id"])
    assert dict(loss.notes["repaired"]) == {("offsets", "of UTF-16 code units"): 1}
    assert {what: count for (what, _), count in loss.notes["dropped"].items()} == {
        "annotations": 1,
        "documents": 1,
        "regions": 1,
        "relations": 1,
        "results": 1,
    }


OA = "http://www.w3.org/ns/oa#"
# Of the context that the recommendation publishes, the terms that we use.
_REFERENCES = {"body": "hasBody", "target": "hasTarget", "source": "hasSource"}
CONTEXT: Json = {
    "oa": OA,
    "id": "@id",
    "type": "@type",
    "as": "http://www.w3.org/ns/activitystreams#",
    **{name: f"oa:{name}" for name in ("Annotation", "TextualBody", "exact", "prefix", "suffix")},
    **{name: f"oa:{name}" for name in ("TextPositionSelector", "TextQuoteSelector")},
    **{name: f"oa:{name}" for name in ("start", "end", "tagging", "linking", "describing")},
    "identifying": "oa:identifying",
    "AnnotationPage": "as:OrderedCollectionPage",
    **{name: {"@type": "@id", "@id": f"oa:{term}"} for name, term in _REFERENCES.items()},
    "selector": {"@type": "@id", "@id": "oa:hasSelector"},
    "motivation": {"@type": "@vocab", "@id": "oa:motivatedBy"},
    "purpose": {"@type": "@vocab", "@id": "oa:hasPurpose"},
    "items": {"@type": "@id", "@id": "as:items", "@container": "@list"},
    "value": "http://www.w3.org/1999/02/22-rdf-syntax-ns#value",
    "format": "http://purl.org/dc/elements/1.1/format",
}


def test_json_ld_processors_read_web_annotations(full: Path, tmp_path: Path) -> None:
    export("webannotation", full, tmp_path / "out")
    page = json.loads((tmp_path / "out/town/all.jsonld").read_bytes())

    def load(url: str, options: Json) -> Json:
        assert url == "http://www.w3.org/ns/anno.jsonld"
        return {"contextUrl": None, "documentUrl": url, "document": {"@context": CONTEXT}}

    options = {"documentLoader": load, "base": "https://example.org/town/all.jsonld"}
    flat = jsonld.flatten(page, options=options)
    found = [node for node in flat if f"{OA}Annotation" in node.get("@type", [])]
    assert len(found) == len(page["items"])
    for node in found:
        assert node[f"{OA}hasTarget"]
        assert node[f"{OA}hasBody"]
        assert node[f"{OA}motivatedBy"][0]["@id"].startswith(OA)
    text = (tmp_path / "out/town/all.txt").read_text("utf-8")
    by_id = {node["@id"]: node for node in flat}
    selectors = [node for node in flat if f"{OA}hasSelector" in node]
    assert selectors
    for node in selectors:
        (source,) = node[f"{OA}hasSource"]
        assert source["@id"] == "https://example.org/town/all.txt"
        parts = {
            by_id[each["@id"]]["@type"][0]: by_id[each["@id"]] for each in node[f"{OA}hasSelector"]
        }
        position, quotation = parts[f"{OA}TextPositionSelector"], parts[f"{OA}TextQuoteSelector"]
        start, end = (position[f"{OA}{key}"][0]["@value"] for key in ("start", "end"))
        assert text[start:end] == quotation[f"{OA}exact"][0]["@value"]


def test_conllu_reads_the_labels_of_each_role(full: Path, tmp_path: Path) -> None:
    export("conll", full, tmp_path / "out")
    content = (tmp_path / "out" / "validation.conllup").read_text("utf-8")
    sentences = conllu.parse(content)
    assert content.startswith(f"# global.columns = {' '.join(COLUMNS)}\n")
    assert sentences[0].metadata["newdoc id"] == "town/all"
    tokens = [token for sentence in sentences for token in sentence]
    for token in tokens:
        start, end = int(token["start"]), int(token["end"])
        assert everything.TEXT[start:end] == token["form"]
    (document,) = documents(full)
    quotes = document.annotation["quotes"]
    starts = {token["start"]: token for token in tokens}
    for quote in quotes:
        for span in quote.get("content", ()):
            column = "nested" if "parent" in quote else "quote"
            assert starts[str(span["start"])][column] == f"B-{quote['type']}"
    begun = [token for token in tokens if token["quote"].startswith("B-")]
    assert len(begun) == sum(len(q.get("content", ())) for q in quotes if "parent" not in q)
    assert [token["form"] for token in tokens if token["term"] != "O"] == ["“", "Red", "Book", "”"]


def test_json_lines_hold_everything(full: Path, tmp_path: Path) -> None:
    export("jsonl", full, tmp_path / "out")
    (line,) = (tmp_path / "out" / "validation.jsonl").read_bytes().splitlines()
    (document,) = documents(full)
    assert json.loads(line) == {
        "article": document.article,
        "text": document.text,
        "annotation": document.annotation,
    }


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_release_exports_as_its_corpus_does(name: str, full: Path, tmp_path: Path) -> None:
    release = build(full, tmp_path / "dist", "0.0.1").folder
    assert release is not None
    export(name, full, tmp_path / "one")
    export(name, release, tmp_path / "two")
    files = sorted(p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*.*"))
    assert files
    for file in files:
        one, two = ((tmp_path / each / file).read_bytes() for each in ("one", "two"))
        assert one == two, file


ALPHABET = st.sampled_from(
    [*"ab |;:&<>\"'{}", "\n", "\t", "é", "e\u0301", "👩‍👧", "𝒳", "я", "ש", "”"]
)


@pytest.mark.parametrize("name", BACK)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_text_and_span_come_back(name: str, corpus: Path, data: st.DataObject) -> None:
    text = "".join(data.draw(st.lists(ALPHABET, min_size=3, max_size=30))) + "x"
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    start, end = whole(text, start, end)
    span = {"start": start, "end": end, "text": text[start:end]}
    term = {"id": "t1", "kind": "irony", "spans": [span]}
    add_document(
        corpus, "town/bridge", text, {"quoted_terms": [term], "phenomena": ["scare_quotes"]}
    )
    with tempfile.TemporaryDirectory() as folder:
        (document,) = there_and_back(name, corpus, Path(folder))
        assert document.text == text
        assert document.annotation["quoted_terms"] == [term]


def whole(text: str, start: int, end: int) -> tuple[int, int]:
    """The whole characters around or after a stretch that are not white space at its edges."""
    while start < len(text) - 1 and (cuts(text, start) or text[start].isspace()):
        start += 1
    end = max(end, start + 1)
    while cuts(text, end) or text[end - 1].isspace():
        end += 1
    return start, end


def test_what_xml_cannot_hold_is_left_out_and_said(
    corpus: Path, run: Callable[..., Result], tmp_path: Path
) -> None:
    add_document(corpus, "town/bell", "It rang.\x07\n", {})
    (corpus / "splits.json").write_text(
        '{"schema_version": "1", "train": ["bell", "bridge"], "validation": [], "test": [], "real": []}'
    )
    result = run("export", "xmi", "corpus", "--out", "out")
    assert result.exit_code == 0
    assert result.stderr == "left out: town/bell: XML cannot hold the character U+0007\n"
    assert result.stdout == "out: 1 documents\n"


def test_exports_refuse_what_they_may_not_read_or_replace(
    corpus: Path, run: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    result = run("export", "brat", "empty", "--out", "out")
    assert result.exit_code == 2
    assert "empty is neither a corpus" in result.stderr
    result = run("export", "brat", "corpus", "--out", "corpus")
    assert result.exit_code == 2
    assert "corpus exists and was not made by an export" in result.stderr
    for _ in range(2):
        assert run("export", "brat", "corpus", "--out", "out").exit_code == 0
    assert (tmp_path / "out" / MARK).read_text() == "brat\n"
    (corpus / "articles/town/bridge.txt").write_text("edited")
    result = run("export", "brat", "corpus", "--out", "new")
    assert result.exit_code == 1
    assert "[text-digest-mismatch]" in result.stderr
    assert not (tmp_path / "new").exists()


def test_a_missing_library_is_named(
    corpus: Path, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cassis", None)
    for module in ("onrecord.exporters.xmi", "onrecord.importers.xmi"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    for arguments in (("export", "xmi", "corpus"), ("import", "xmi", "corpus")):
        result = run(*arguments, "--out", "out")
        assert result.exit_code == 2
        assert "xmi needs cassis; install it with: pip install 'onrecord[xmi]'" in result.stderr


def test_the_table_and_the_modules_agree() -> None:
    modules = {path.stem for path in README.parent.glob("*.py")} - {"__init__", "run"}
    assert {row.module for row in FORMATS.values()} == modules


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        README.write_text(documented(Path(folder)), encoding="utf-8")
