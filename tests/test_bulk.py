"""A corpus in shards is the corpus of files that it was packed from, to every command."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from click.testing import Result

import everything
from conftest import ROOT, sample_copy
from onrecord import __version__, bulk, shards, stats
from onrecord.build import build
from onrecord.engines import Engine
from onrecord.source import Json
from onrecord.verify import verify

LAYOUTS = shards.LAYOUTS
PROBLEMS = ROOT / "tests" / "problems"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Documents of the real corpus, and beside them one with every field."""
    folder = sample_copy(tmp_path_factory.mktemp("real") / "corpus")
    every = everything.corpus(tmp_path_factory.mktemp("every"))
    for part in ("articles", "annotations"):
        shutil.copytree(every / part / "town", folder / part / "town")
    path = folder / "splits.json"
    value = orjson.loads(path.read_bytes())
    value["validation"] = sorted([*value["validation"], "the-bridge"])
    path.write_bytes(orjson.dumps(value))
    return folder


@pytest.fixture(scope="module")
def built(real: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of that corpus as files give it, in one process."""
    made = build(real, tmp_path_factory.mktemp("built"), __version__).folder
    assert made is not None
    return made


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != bulk.MARK
    }


def counted(corpus: Path) -> stats.Stats:
    return stats.count(stats.read(corpus)[0])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_packed_and_unpacked_is_the_same_bytes(layout: str, real: Path, tmp_path: Path) -> None:
    assert bulk.pack(real, tmp_path / "packed", layout, size=3, engine=Engine(2)) == []
    names = sorted(path.name for path in (tmp_path / "packed" / "documents").iterdir())
    count = len({p.stem for p in (real / "articles").glob("*/*.json")})
    assert names == [f"{n:05}.{layout}" for n in range(-(-count // 3))]
    assert bulk.unpack(tmp_path / "packed", tmp_path / "unpacked") == []
    assert files(tmp_path / "unpacked") == files(real)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_shards_give_the_release_that_files_give(
    layout: str, real: Path, built: Path, tmp_path: Path
) -> None:
    bulk.pack(real, tmp_path / "packed", layout)
    other = build(tmp_path / "packed", tmp_path / "other", __version__)
    assert other.folder is not None
    assert files(other.folder) == files(built)
    assert counted(tmp_path / "packed") == counted(real)


def test_processes_and_one_process_give_equal_bytes(real: Path, tmp_path: Path) -> None:
    bulk.pack(real, tmp_path / "packed", size=4)
    one = build(tmp_path / "packed", tmp_path / "one", __version__).folder
    two = build(tmp_path / "packed", tmp_path / "two", __version__, Engine(2)).folder
    assert one is not None
    assert two is not None
    assert files(one) == files(two)
    assert verify(one) == []


# What a single line of JSON cannot have, or has in another way.
_OF_FILES = {
    "annotation-missing",
    "draft-unreadable",
    "duplicate-key",
    "file-too-large",
    "file-unreadable",
    "forbidden-character",
    "id-path-mismatch",
    "line-ends",
    "link-outside",
    "not-json",
    "not-utf8",
    "record-missing",
    "surface-ambiguous",
    "surface-malformed",
    "surface-missing",
    "text-missing",
    "line-malformed",
    "document-repeated",
}


@pytest.mark.parametrize("name", sorted({p.name for p in PROBLEMS.iterdir()} - _OF_FILES))
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_problem_is_found_in_shards(
    name: str, layout: str, tmp_path: Path, run: Callable[..., Result]
) -> None:
    assert bulk.pack(PROBLEMS / name / "corpus", tmp_path / "packed", layout) == []
    found = run("validate", "packed", "--format", "json")
    expected = (PROBLEMS / name / "expected.txt").read_text().splitlines()
    values: list[Json] = orjson.loads(found.stdout)
    assert [each["id"] for each in values] == [line.rpartition("[")[2][:-1] for line in expected]
    for each in values:
        if each["file"].endswith(".jsonl"):
            line = Path(each["file"]).read_text(encoding="utf-8").split("\n")[each["line"] - 1]
            assert line[each["column"] - 1] in '"{[-0123456789'
            assert each["pointer"] or each["column"] == 1


def test_a_problem_stands_at_its_line_and_column(
    corpus: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    bulk.pack(corpus, tmp_path / "packed")
    path = tmp_path / "packed" / "documents" / "00000.jsonl"
    good = path.read_text(encoding="utf-8")
    bad = good.replace('"polarity":"affirmed"', '"polarity":"maybe"', 1)
    path.write_text(good.replace("town/bridge", "town/other") + bad, encoding="utf-8")
    line = run("validate", "packed/documents/00000.jsonl").output.splitlines()[0]
    column = bad.index('"maybe"') + 1
    assert line.startswith(f"packed/documents/00000.jsonl:2:{column}: quote q1, polarity: found")
    assert line.endswith("[unknown-value]")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{", "1:2: found no JSON: unexpected end of data; expected one JSON object [not-json]"),
        (b"[]", "1:1: found []; expected one JSON object [not-json]"),
        (
            b'{"annotation":{}}',
            '1:1: found no key "article"; expected one in every line [line-malformed]',
        ),
        (
            b'{"article":{},"annotation":{},"text":3}',
            "1:38: text: found another type; expected a string [line-malformed]",
        ),
        (
            b'{"article":{},"annotation":{},"text":"a\\rb"}',
            "1:38: found a carriage return; expected LF line ends only [line-ends]",
        ),
        (
            b'{"article":{},"article":{},"annotation":{},"text":""}',
            '1:15: found the key "article" twice in one object; expected it once [duplicate-key]',
        ),
    ],
)
def test_a_line_that_is_no_document(
    line: bytes, message: str, tmp_path: Path, run: Callable[..., Result]
) -> None:
    (tmp_path / "a.jsonl").write_bytes(line)
    result = run("validate", "a.jsonl")
    assert result.output == f"a.jsonl:{message}\n"
    assert result.exit_code == 1


def test_a_parquet_file_of_another_kind_is_a_problem(
    tmp_path: Path, run: Callable[..., Result]
) -> None:
    (tmp_path / "a.parquet").write_bytes(b"no Parquet")
    result = run("validate", "a.parquet")
    assert result.output.startswith("a.parquet:1:1: cannot be read: ")
    assert result.exit_code == 1


def test_what_cannot_be_read_is_not_packed(
    corpus: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    (corpus / "annotations/town/bridge.json").write_text("{")
    result = run("pack", corpus, "--out", "packed")
    assert result.exit_code == 1
    assert "[not-json]" in result.stderr
    assert not (tmp_path / "packed").exists()


def test_a_folder_of_somebody_else_is_not_replaced(
    corpus: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    (tmp_path / "packed").mkdir()
    (tmp_path / "packed" / "thesis.txt").touch()
    result = run("pack", corpus, "--out", "packed")
    assert result.exit_code == 2
    assert "name another folder" in result.stderr


@pytest.mark.parametrize("name", ["../../x", "a/../../x", "/x/y"])
def test_no_document_leads_out_of_the_folder(
    name: str, corpus: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    bulk.pack(corpus, tmp_path / "packed")
    path = tmp_path / "packed" / "documents" / "00000.jsonl"
    path.write_text(path.read_text().replace("town/bridge", name))
    result = run("unpack", "packed", "--out", "unpacked")
    assert result.exit_code == 1
    assert f'found the id "{name}"' in result.stderr
    assert not (tmp_path / "unpacked").exists()
