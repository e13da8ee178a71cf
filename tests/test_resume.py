"""A build that was killed goes on from its finished shards, and ends with the same bytes."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
from pathlib import Path

import pytest

from onrecord import build as building
from onrecord import bulk, splits, synthetic
from onrecord.build import build
from onrecord.engines import Engine
from onrecord.source import write_json

FORK = multiprocessing.get_context("fork")
VERSION = "0.1.0"
SHARDS = 6


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A generated corpus in six shards of ten documents."""
    made = [synthetic.document(n) for n in range(SHARDS * 10)]
    folder = tmp_path / "generated"
    (folder / "documents").mkdir(parents=True)
    for n in range(SHARDS):
        lines = [{"article": a, "text": t, "annotation": b} for a, t, b in made[n * 10 :][:10]]
        bulk.write_shard(folder / "documents" / f"{n:05}.jsonl", lines)
    write_json(splits.file(folder), splits.as_json(splits.assign([a for a, *_ in made], {})))
    return folder


def sums(release: Path | None) -> bytes:
    assert release is not None
    return (release / "SHA256SUMS").read_bytes()


def test_killed_at_random_it_ends_with_the_same_bytes(corpus: Path, tmp_path: Path) -> None:
    expected = sums(build(corpus, tmp_path / "whole", VERSION).folder)
    moments, killed = random.Random(9), 0
    for _ in range(5):
        process = FORK.Process(target=build, args=(corpus, tmp_path / "dist", VERSION))
        process.start()
        process.join(moments.uniform(0.05, 0.4))
        if process.is_alive() and process.pid is not None:
            os.kill(process.pid, signal.SIGKILL)
            process.join()
            killed += 1
    assert killed
    assert sums(build(corpus, tmp_path / "dist", VERSION, Engine(2)).folder) == expected
    assert not list((tmp_path / "dist").glob(".*shards*"))


def test_what_was_finished_is_not_done_again(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = sums(build(corpus, tmp_path / "whole", VERSION).folder)
    done: list[int] = []
    written = building._written

    def interrupted(task: building.Task, folder: Path) -> object:
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(task.number)
        return written(task, folder)

    monkeypatch.setattr(building, "_written", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build(corpus, tmp_path / "dist", VERSION)
    done[:] = []
    monkeypatch.setattr(
        building,
        "_written",
        lambda task, folder: (done.append(task.number), written(task, folder))[1],
    )
    assert sums(build(corpus, tmp_path / "dist", VERSION).folder) == expected
    assert done == [3, 4, 5]


def test_a_shard_that_changed_is_done_again(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = building.Task(building.shards.shards(corpus)[0], 0, SHARDS, tmp_path / "work")
    (tmp_path / "work").mkdir()
    before = building.work(task)
    assert building.work(task) == before
    path = corpus / "documents" / "00000.jsonl"
    path.write_bytes(path.read_bytes() + path.read_bytes())
    assert building.work(task) != before
