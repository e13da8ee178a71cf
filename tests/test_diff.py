"""Two releases differ by exactly what was done between them, and the version has to say so."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import Result

from conftest import add_document, sample_copy
from onrecord import manifest
from onrecord.build import build
from onrecord.diff import Change, Diff, diff
from onrecord.source import read_json, write_json

FERRY = {
    "speakers": [
        {
            "id": "s1",
            "name": "Bo Lind",
            "kind": "person",
            "naming": "named",
            "mentions": [
                {"id": "m1", "form": "name", "spans": [{"start": 0, "end": 7, "text": "Bo Lind"}]}
            ],
        }
    ]
}


def released(corpus: Path, out: Path, version: str) -> Path:
    folder = build(corpus, out, version).folder
    assert folder is not None
    return folder


def add_ferry(corpus: Path) -> None:
    add_document(corpus, "town/ferry", "Bo Lind sails on.", FERRY)
    stories = {"train": ["bridge"], "validation": ["ferry"], "test": [], "real": []}
    write_json(corpus / "splits.json", {"schema_version": "1", **stories})


def edit(path: Path, change: Callable[[dict[str, object]], None]) -> None:
    value = json.loads(path.read_bytes())
    change(value)
    write_json(path, value)


def test_equal_corpora_ask_for_nothing(corpus: Path, tmp_path: Path) -> None:
    one, two = (released(corpus, tmp_path, version) for version in ("0.1.0", "0.1.1"))
    found = diff(one, two)
    assert found == Diff("0.1.0", "0.1.1", [])
    assert found.bump == "PATCH"


def test_an_added_document_asks_for_a_minor_version(
    corpus: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    old = released(corpus, tmp_path, "0.1.0")
    add_ferry(corpus)
    new = released(corpus, tmp_path, "0.1.1")
    result = run("diff", old, new)
    assert result.output.splitlines() == [
        "claim_detection: town/ferry#x1 added: validation",
        "coreference: town/ferry added: validation",
        "documents: town/ferry added: validation",
        "quote_tagging: town/ferry added: validation",
        "speakers: town/ferry#s1 added: validation",
        "claim_detection: 1 rows added",
        "coreference: 1 rows added",
        "documents: 1 rows added",
        "quote_tagging: 1 rows added",
        "speakers: 1 rows added",
        "MINOR, but 0.1.0 → 0.1.1 promises less",
    ]
    assert result.exit_code == 1
    result = run("diff", old, released(corpus, tmp_path, "0.2.0"))
    assert result.output.splitlines()[-1] == "MINOR, as 0.1.0 → 0.2.0 promises"
    assert result.exit_code == 0


def test_a_removed_document_asks_for_a_major_version(corpus: Path, tmp_path: Path) -> None:
    old = released(corpus, tmp_path, "0.2.0")
    add_ferry(corpus)
    found = diff(released(corpus, tmp_path, "0.3.0"), old)
    assert [(each.config, each.id) for each in found.changes if each.kind == "removed"] == [
        ("claim_detection", "town/ferry#x1"),
        ("coreference", "town/ferry"),
        ("documents", "town/ferry"),
        ("quote_tagging", "town/ferry"),
        ("speakers", "town/ferry#s1"),
    ]
    assert found.bump == "MAJOR"


def test_a_changed_field_is_named(corpus: Path, tmp_path: Path) -> None:
    old = released(corpus, tmp_path, "0.1.0")
    annotation = corpus / "annotations/town/bridge.json"
    edit(annotation, lambda value: value["speakers"][1].update(naming="collective"))  # type: ignore[index]
    found = diff(old, released(corpus, tmp_path, "0.9.0"))
    detail = 'naming from "anonymous" to "collective"'
    assert found.changes == [
        Change("documents", "town/bridge", "changed", f"speakers/1/{detail}"),
        Change("speakers", "town/bridge#s2", "changed", detail),
    ]
    assert found.bump == "MAJOR"
    assert not found.is_promised()


def test_a_story_in_another_split_has_moved(corpus: Path, tmp_path: Path) -> None:
    old = released(corpus, tmp_path, "0.1.0")
    stories = {"train": [], "validation": [], "test": ["bridge"], "real": []}
    write_json(corpus / "splits.json", {"schema_version": "1", **stories})
    found = diff(old, released(corpus, tmp_path, "1.0.0"))
    assert {(change.kind, change.detail) for change in found.changes} == {
        ("moved", "from train to test")
    }
    assert found.bump == "MAJOR"
    assert found.is_promised()


def rewritten(folder: Path, change: Callable[[pa.Table], pa.Table]) -> Path:
    copy = Path(shutil.copytree(folder, folder.with_name("rewritten")))
    for path in (copy / "data" / "speakers").glob("*.parquet"):
        pq.write_table(change(pq.read_table(path)).replace_schema_metadata(None), path)
    return copy


def bare(table: pa.Table) -> pa.Table:
    return table


@pytest.mark.parametrize(
    ("change", "expected", "bump"),
    [
        (
            lambda table: table.append_column("age", pa.nulls(len(table), pa.int32())),
            Change("speakers", "", "added", "age"),
            "MINOR",
        ),
        (
            lambda table: table.drop_columns(["role"]),
            Change("speakers", "", "removed", "role"),
            "MAJOR",
        ),
        (
            lambda table: table.set_column(
                table.schema.get_field_index("wikidata"),
                "wikidata",
                table["wikidata"].cast(pa.large_string()),
            ),
            Change("speakers", "", "changed", "wikidata from string to large_string"),
            "MAJOR",
        ),
        (
            lambda table: pa.concat_tables([table.slice(1), table.slice(0, 1)]),
            Change(
                "speakers",
                "town/bridge#s1",
                "moved",
                "within its split, where town/bridge#s2 stands now",
            ),
            "MAJOR",
        ),
    ],
    ids=["column added", "column removed", "column changed", "order changed"],
)
def test_changes_of_the_tables_themselves_are_named(
    change: Callable[[pa.Table], pa.Table],
    expected: Change,
    bump: str,
    corpus: Path,
    tmp_path: Path,
) -> None:
    release = released(corpus, tmp_path, "0.1.0")
    # Both without the names of labels, so that they differ in nothing else.
    old = rewritten(release, bare).rename(tmp_path / "old")
    found = diff(old, rewritten(release, change))
    assert found.changes == [expected]
    assert found.bump == bump


@pytest.mark.parametrize(
    ("old", "new", "kind", "promised"),
    [
        ("0.1.0", "0.2.0", "added", True),
        ("0.1.0", "1.0.0", "added", True),
        ("0.1.0", "0.1.9", "added", False),
        ("1.1.0", "1.9.0", "changed", False),
        ("1.1.0", "2.0.0", "changed", True),
        ("1.1.0", "0.9.0", "changed", False),
    ],
)
def test_what_a_version_promises(old: str, new: str, kind: str, promised: bool) -> None:
    changes = [Change("quotes", "a/b#q1", kind, "")]  # type: ignore[arg-type]
    assert Diff(old, new, changes).is_promised() is promised


def test_the_corpus_before_and_after_ten_articles(sample: Path, tmp_path: Path) -> None:
    corpus = sample_copy(tmp_path / "corpus")
    assignment = read_json(corpus / "splits.json")
    for n in range(10):
        add_document(corpus, f"newsroom/zz-{n}", f"Nothing number {n} happened.", {})
        assignment["train"] = sorted([*assignment["train"], f"zz-{n}"])  # type: ignore[index]
    write_json(corpus / "splits.json", assignment)  # type: ignore[arg-type]
    found = diff(sample, released(corpus, tmp_path, "9.0.0"))
    assert [(change.config, change.id, change.kind) for change in found.changes] == [
        *[("claim_detection", f"newsroom/zz-{n}#x1", "added") for n in range(10)],
        *[
            (config, f"newsroom/zz-{n}", "added")
            for config in ("coreference", "documents", "quote_tagging")
            for n in range(10)
        ],
    ]


def test_what_is_no_release_is_an_error(tmp_path: Path, run: Callable[..., Result]) -> None:
    result = run("diff", tmp_path, tmp_path)
    assert result.exit_code == 1
    assert f"is no release: {manifest.NAME} cannot be read" in result.output
