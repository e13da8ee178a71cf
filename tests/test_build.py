"""A release appears whole or not at all, and is the same every time."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from conftest import add_document
from onrecord import __version__, tables
from onrecord.build import build
from onrecord.folders import replaced
from onrecord.release import checksums
from onrecord.source import write_json
from onrecord.verify import verify

# More moments: ONRECORD_KILLS=200 python -m pytest tests/test_build.py -k killed
KILLS = int(os.environ.get("ONRECORD_KILLS", "25"))
FORK = multiprocessing.get_context("fork")


def assert_whole(folder: Path) -> None:
    assert (folder / "SHA256SUMS").read_text() == checksums(folder)


def add_story(corpus: Path, slug: str, text: str, split: str = "train") -> None:
    add_document(corpus, f"town/{slug}", text, {})
    stories = {"train": ["bridge"], "validation": [], "test": [], "real": []}
    stories[split] = sorted([*stories[split], slug])
    write_json(corpus / "splits.json", {"schema_version": "1", **stories})


def test_two_builds_give_equal_bytes(corpus: Path, tmp_path: Path) -> None:
    one, two = (build(corpus, tmp_path / name, __version__).folder for name in ("one", "two"))
    assert one is not None
    assert two is not None
    files = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(two) for path in two.rglob("*") if path.is_file())
    for file in files:
        assert (one / file).read_bytes() == (two / file).read_bytes(), file


def test_a_rebuild_takes_the_place_of_the_previous_release(corpus: Path, tmp_path: Path) -> None:
    first = build(corpus, tmp_path / "dist", __version__)
    assert first.folder is not None
    before = (first.folder / "SHA256SUMS").read_bytes()
    add_story(corpus, "ferry", "The ferry sails on.")
    second = build(corpus, tmp_path / "dist", __version__)
    assert second.folder == first.folder
    assert (first.folder / "SHA256SUMS").read_bytes() != before
    assert_whole(first.folder)
    assert [path.name for path in (tmp_path / "dist").glob("[!.]*")] == [first.folder.name]


def test_a_build_without_tasks_is_a_release_of_the_rest(
    corpus: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    whole = build(corpus, tmp_path / "whole", __version__).folder
    assert run("build", "--without-tasks").exit_code == 0
    built = tmp_path / "dist" / f"onrecord-{__version__}"
    assert whole is not None
    assert verify(built) == []
    assert sorted(path.name for path in (built / "data").iterdir()) == sorted(tables.ANNOTATED)
    for path in built.glob("data/*/*.parquet"):
        assert path.read_bytes() == (whole / path.relative_to(built)).read_bytes()
    card = (built / "README.md").read_text()
    assert "## Tasks" not in card
    assert "quote_tagging" not in card


def test_a_refused_build_leaves_the_previous_release(
    corpus: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    folder = build(corpus, tmp_path / "dist", __version__).folder
    assert folder is not None
    before = (folder / "SHA256SUMS").read_bytes()
    (corpus / "articles/town/bridge.txt").write_text("edited")
    assert run("build").exit_code == 1
    assert (folder / "SHA256SUMS").read_bytes() == before
    assert_whole(folder)


def test_a_build_killed_at_any_moment_leaves_the_previous_release(
    corpus: Path, tmp_path: Path
) -> None:
    dist = tmp_path / "dist"
    for n in range(20):
        add_document(corpus, f"town/n{n}", f"Nothing {n} happened.\n" * 50, {})
    stories = {"train": ["bridge", *sorted(f"n{n}" for n in range(20))]}
    empty: dict[str, list[str]] = {"validation": [], "test": [], "real": []}
    write_json(corpus / "splits.json", {"schema_version": "1", **stories, **empty})
    started = time.monotonic()
    folder = build(corpus, dist, __version__).folder
    duration = time.monotonic() - started
    assert folder is not None
    expected, killed, moments = (folder / "SHA256SUMS").read_bytes(), 0, random.Random(7)
    for _ in range(KILLS):
        process = FORK.Process(target=build, args=(corpus, dist, __version__))
        process.start()
        process.join(moments.uniform(0, duration))
        if process.is_alive() and process.pid is not None:
            os.kill(process.pid, signal.SIGKILL)
            process.join()
            killed += 1
        assert (folder / "SHA256SUMS").read_bytes() == expected
        assert_whole(folder)
    assert killed > KILLS / 5
    assert verify(folder) == []
    assert build(corpus, dist, __version__).folder == folder
    assert not list(dist.glob(".*.partial-*"))


def test_without_an_exchange_of_folders_the_target_is_still_replaced(
    tmp_path: Path, monkeypatch: object
) -> None:
    monkeypatch.setattr("onrecord.folders._exchange", lambda one, other: False)  # type: ignore[attr-defined]
    for content in ("one", "two"):
        with replaced(tmp_path / "target") as partial:
            (partial / "file").write_text(content)
    assert (tmp_path / "target" / "file").read_text() == "two"
    assert [path.name for path in tmp_path.glob("[!.]*")] == ["target"]


def test_an_exception_leaves_nothing(tmp_path: Path) -> None:
    class BrokenError(Exception):
        pass

    try:
        with replaced(tmp_path / "target") as partial:
            (partial / "file").write_text("half")
            raise BrokenError
    except BrokenError:
        pass
    assert not [path for path in tmp_path.iterdir() if path.is_dir()]


def test_withheld_articles_are_left_out_and_named(
    corpus: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    add_story(corpus, "ferry", "The ferry sails on.", "real")
    path = corpus / "articles/town/ferry"
    text = path.with_suffix(".txt").read_text()
    path.with_suffix(".txt").unlink()
    record = path.with_suffix(".json").read_text()
    obtain = '"obtain": {"instructions": "Ask the harbour.", "file": "f.txt", "format": "plain"},'
    record = record.replace('"included",', f'"withheld", {obtain}')
    path.with_suffix(".json").write_text(record)
    result = run("build")
    assert result.exit_code == 0, result.stderr
    assert "left out: town/ferry" in result.stderr
    assert "Ask the harbour." in result.stderr
    assert "onrecord hydrate town --from FOLDER" in result.stderr
    assert not list((tmp_path / "dist").rglob("real-*"))
    (tmp_path / "f.txt").write_text(text)
    assert run("hydrate", "town", "--from", tmp_path).exit_code == 0
    result = run("build")
    assert result.stderr == ""
    assert len(list((tmp_path / "dist").rglob("real-*.parquet"))) == len(tables.CONFIGS)


def test_a_target_that_cannot_be_written_is_a_message(
    corpus: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    (tmp_path / "dist").write_text("a file where a folder should be")
    result = run("build", "--out", tmp_path / "dist" / "inner")
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert "Not a directory" in result.output
