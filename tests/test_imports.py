"""Real samples come in whole; a source that is none, and an import that is cut short, leave nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from datasets import load_dataset

from conftest import ROOT, SHARED, needs_shared
from importing import Imports, write
from onrecord import bulk, shards
from onrecord.build import build
from onrecord.importers import FORMATS
from onrecord.importers.loss import ACTIONS
from onrecord.importers.tokens import detokenise, sentences_of

CORPORA = SHARED / "corpora"


def loaded(found: Imports, tmp_path: Path) -> int:
    """The number of quotes that a release of an import has, loaded with `datasets`."""
    folder = build(found.folder, tmp_path / "dist", "0.0.1").folder
    return sum(rows.num_rows for rows in load_dataset(str(folder), "quotes").values())


@needs_shared
def test_litbank_sample(tmp_path: Path) -> None:
    raw = CORPORA / "litbank" / "quotations" / "tsv"
    lines = [line for path in raw.glob("*.ann") for line in path.read_text("utf-8").splitlines()]
    quotes = sum(line.startswith("QUOTE\t") for line in lines)
    found = Imports("litbank", CORPORA / "litbank", tmp_path / "out")
    assert found.kept["quotes"] == found.held["quotes"] == quotes == loaded(found, tmp_path)
    assert found.kept["documents"] == len([*raw.glob("*.txt")])
    speakers = {
        (path.name, line.split("\t")[2])
        for path in raw.glob("*.ann")
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("ATTRIB\t")
    }
    assert found.kept["speakers"] == len(speakers)
    assert found.report["repaired"] == []
    for document in found.documents.values():
        text = (raw / f"{document.article['original_id']}.txt").read_text("utf-8")
        again = sentences_of(document.article, document.text or "")
        assert "\n".join(" ".join(line) for line in again) == text.removesuffix("\n")


@needs_shared
def test_spkatt_sample(tmp_path: Path) -> None:
    source = CORPORA / "spkatt-2023"
    raw = [json.loads(path.read_bytes()) for path in sorted(source.glob("data/dev/task1/*.json"))]
    frames = [frame for value in raw for frame in value["Annotations"]]
    found = Imports("spkatt", source, tmp_path / "out")
    assert found.kept["quotes"] == found.held["cues"] == len(frames) == loaded(found, tmp_path)
    quotes = [q for d in found.documents.values() for q in d.annotation["quotes"]]
    for role, count in (
        ("Source", sum("source" in quote for quote in quotes)),
        ("Cue", sum("cue" in quote for quote in quotes)),
        ("Addr", sum("addressees" in quote for quote in quotes)),
        ("Message", sum("content" in q and q["type"] != "reported" for q in quotes)),
    ):
        assert count == sum(bool(frame[role]) for frame in frames), role
    assert {document.article["original_split"] for document in found.documents.values()} == {"dev"}
    assert all(found.split(slug) == "validation" for slug in found.documents)
    for value in raw:
        tokens = [sentence["Tokens"] for sentence in value["Sentences"]]
        text = detokenise(tokens)
        assert [*sentences_of(text.as_json(), text.text)] == tokens


@needs_shared
def test_an_import_is_the_same_every_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        Imports("spkatt", CORPORA / "spkatt-2023", tmp_path / name)
    files = sorted(p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*.*"))
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


@pytest.mark.parametrize("layout", shards.LAYOUTS)
def test_an_import_into_shards_is_the_one_into_files(
    layout: str, run: Callable[..., Result], tmp_path: Path
) -> None:
    for n in range(3):
        said = {"cue": None, "content": {"start": 0, "end": 3}}
        write(tmp_path / "in" / f"{n}.json", {"text": f"Ann said {n} so.", "quotes": [said]})
    for arguments in (("--out", "files"), ("--out", "packed", "--layout", layout)):
        assert run("import", "citron", tmp_path / "in", *arguments).exit_code == 0
    assert run("unpack", "packed", "--out", "unpacked").exit_code == 0
    one, other = (
        {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*.*") if p.is_file()}
        for folder in (tmp_path / "files", tmp_path / "unpacked")
    )
    other.pop(Path(bulk.MARK))
    assert other == one
    assert run("validate", "packed").exit_code == 0
    assert [p.name for p in (tmp_path / "packed" / "documents").iterdir()] == [f"00000.{layout}"]


def test_the_report_is_printed_and_written(run: Callable[..., Result], tmp_path: Path) -> None:
    write(tmp_path / "a.json", {"text": "Ann said so.", "quotes": [{"cue": None}]})
    result = run("import", "citron", tmp_path / "a.json", "--out", "out")
    assert result.exit_code == 0
    assert "dropped                1  quotes: neither content nor cue\n" in result.stdout
    report = json.loads((tmp_path / "out" / "loss.json").read_bytes())
    assert [*report] == ["corpus", "held", "imported", *ACTIONS]
    (row,) = report["dropped"]
    assert row == {
        "what": "quotes",
        "why": "neither content nor cue",
        "count": 1,
        "where": ["a 0"],
    }


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_source_that_is_none_is_a_usage_error(
    name: str, run: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    result = run("import", name, "empty", "--out", "out")
    assert result.exit_code == 2
    assert f"empty holds no {FORMATS[name].holds}" in result.stderr
    assert not (tmp_path / "out").exists()


def test_what_no_import_made_is_not_replaced(corpus: Path, run: Callable[..., Result]) -> None:
    write(corpus.parent / "a.json", {"text": "Ann said so.", "quotes": []})
    result = run("import", "citron", "a.json", "--out", "corpus")
    assert result.exit_code == 2
    assert "corpus exists and was not made by an import" in result.stderr
    assert (corpus / "articles/town/bridge.txt").exists()
    for _ in range(2):
        assert run("import", "citron", "a.json", "--out", "out").exit_code == 0


def test_a_mapping_that_is_none_is_a_usage_error(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    write(tmp_path / "map.yaml", "- a\n")
    result = run("import", "brat", tmp_path, "--out", "out", "--mapping", "map.yaml")
    assert result.exit_code == 2
    assert "map.yaml holds no mapping" in result.stderr


def novels(folder: Path, count: int) -> None:
    """Novels of the length of the longest in PDNC, with as many quotes."""
    text = '"Well, I never," said he. Then it rained for a while, and so on, and on.\n' * 12_000
    step = len(text) // 12_000
    rows = [
        f'Q{i},x,"[\'Well, I never,\']","[[{i * step + 1}, {i * step + 15}]]",He,"[\'She\']",'
        f'Explicit,said he,"[[\'I\']]","[[[{i * step + 7}, {i * step + 8}]]]","[[[\'He\']]]"'
        for i in range(0, 12_000, 6)
    ]
    head = "quoteID,quoteText,subQuotationList,quoteByteSpans,speaker,addressees,quoteType,"
    head += "referringExpression,mentionTextsList,mentionSpansList,mentionEntitiesList"
    for n in range(count):
        novel = folder / "data" / f"Novel{n}"
        write(novel / "novel_text.txt", f"{n}\n" + text[2:])
        write(novel / "quotation_info.csv", "\n".join([head, *rows]) + "\n")
        write(
            novel / "character_info.csv",
            "Character ID,Main Name,Aliases,Gender,Category\n0,He,{'He'},M,major\n",
        )


# The kernel's own figure of this process: that of getrusage includes the parent's before exec.
PEAK = "print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')))"


def start(tmp_path: Path) -> subprocess.Popen[str]:
    command = (
        f"import atexit; atexit.register(lambda: {PEAK})\nfrom onrecord.cli import main; main()"
    )
    arguments = ["import", "pdnc", str(tmp_path / "novels"), "--out", str(tmp_path / "out")]
    return subprocess.Popen(
        [sys.executable, "-c", command, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_memory_stays_bounded_over_long_novels(tmp_path: Path) -> None:
    novels(tmp_path / "novels", 3)
    process = start(tmp_path)
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert "imported           6,000  quotes\n" in out
    peak = int(out.split()[-2]) / 1024
    assert 10 < peak < 500, f"{peak:.0f} MB"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_import_cut_short_leaves_nothing_under_its_name(tmp_path: Path, number: int) -> None:
    novels(tmp_path / "novels", 3)
    process = start(tmp_path)
    while not list(tmp_path.glob(".out.partial-*/articles/*/*.json")):
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(number)
    process.communicate()
    assert process.returncode != 0
    assert not (tmp_path / "out").exists()


def test_progress_is_silent_without_a_terminal(run: Callable[..., Result], tmp_path: Path) -> None:
    write(tmp_path / "a.json", {"text": "Ann said so.", "quotes": []})
    assert run("import", "citron", "a.json", "--out", "out").stderr == ""


def test_the_table_and_the_modules_agree() -> None:
    folder = ROOT / "scripts" / "onrecord" / "importers"
    shared = {"__init__", "alike", "run", "draft", "loss", "tokens", "standoff"}
    modules = {path.stem for path in folder.glob("*.py")} - shared
    assert {row.module for row in FORMATS.values()} == modules
    assert len((folder / "README.md").read_text("utf-8").splitlines()) < 40


def test_the_card_of_an_import_says_whose_it_is(tmp_path: Path) -> None:
    write(tmp_path / "a.json", {"text": "Ann said so.", "quotes": []})
    (tmp_path / "LICENSE-DATA").write_text("ours")
    about = {
        "corpus": "Theirs",
        "language": "en",
        "annotation_license": "CC0-1.0",
        "citation": "T {1}",
    }
    Imports("citron", tmp_path / "a.json", tmp_path / "out", {"about": about})
    folder = build(tmp_path / "out", tmp_path / "dist", "0.0.1").folder
    assert folder is not None
    card = (folder / "README.md").read_text("utf-8")
    assert "pretty_name: Theirs\n" in card
    assert "license: other\n" in card
    assert "\n# Theirs\n" in card
    assert "T {1}" in card
    assert "On Record" not in card
    assert not (folder / "LICENSE-DATA").exists()


WORDS = "the old bridge by the mill will close in spring because nobody has paid for its repair"


def test_documents_that_are_alike_share_a_split_unless_their_corpus_parts_them(
    tmp_path: Path,
) -> None:
    for n in range(12):
        text = f"{WORDS} number {n}" if n % 2 else " ".join(f"w{n}x{i}" for i in range(30))
        write(tmp_path / "free" / f"{n}.json", {"text": text, "quotes": []})
    found = Imports("citron", tmp_path / "free", tmp_path / "one")
    assert len({found.split(str(n)) for n in range(1, 12, 2)}) == 1
    assert found.count("repaired", "splits", "nearly the same words") > 0
    for split, name in (("train", "a"), ("dev", "b")):
        tokens = [*WORDS.split(), name]
        value = {"Sentences": [{"SentenceId": 0, "Tokens": tokens}], "Annotations": []}
        write(tmp_path / "parted" / "data" / split / "task1" / f"{name}.json", value)
    found = Imports("spkatt", tmp_path / "parted", tmp_path / "two")
    assert (found.split("a"), found.split("b")) == ("train", "validation")
    assert found.count("repaired", "splits", "different splits of the source") == 1
    decided = json.loads((found.folder / "duplicates.json").read_bytes())
    assert [each["documents"] for each in decided["decisions"]] == [["spkatt/a", "spkatt/b"]]
