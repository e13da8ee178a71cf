"""The targets for large corpora, measured side by side with their peers in one run."""

from __future__ import annotations

import json
import math
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from onrecord import edits, leaks, minhash, schema, shards, synthetic, tables, validate
from onrecord.build import build
from onrecord.engines import Engine, EngineError, tune

_VERSION = "0.0.0"
_CONFIGS = {"nine configs": tables.CONFIGS, "without tasks": tables.ANNOTATED}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: `figure` is None where nothing could be measured."""

    what: str
    target: str
    figure: float | None
    note: str


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many documents, how many in the large runs, and how often each is run."""

    documents: int
    large: int
    runs: int


def rows(sizes: Sizes, in_turn: Callable[..., list[float]]) -> Iterator[Row]:
    """Every target with its figure."""
    tune()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        # Four shards for two cores, and equally large ones in the large corpus.
        size = -(-sizes.documents // 4)
        synthetic.write_shards(place / "bulk", sizes.documents, size=size)
        synthetic.write(place / "files", sizes.documents)
        synthetic.write_shards(place / "large", sizes.large, size=size)
        in_turns = partial(in_turn, sizes.runs)
        yield from _building(place, sizes, in_turns)
        yield from _checking(place / "bulk", in_turns)
        yield from _growing(place, sizes)
        yield from _engines(place / "large", in_turns, sizes)
        yield from _alike(min(sizes.documents, 2_000), in_turns)
        yield _importing(in_turns)


def _build(
    corpus: Path, out: Path, engine: Engine, configs: tuple[str, ...] = tables.ANNOTATED
) -> None:
    if build(corpus, out, _VERSION, engine, configs).folder is None:
        raise SystemExit("the generated corpus has problems")


def _building(place: Path, sizes: Sizes, in_turn: Any) -> Iterator[Row]:
    for kind, what, target, peer_of in (
        (
            "bulk",
            "checks and build from JSON lines / load_dataset + to_parquet",
            ">= 1.5",
            _load_json,
        ),
        ("files", "the same from files / Dataset.from_generator", ">= 2", _from_files),
    ):
        builds = [
            partial(_build, place / kind, place / "out", Engine(2), configs)
            for configs in _CONFIGS.values()
        ]
        peer, *ours = in_turn(partial(peer_of, place / kind), *builds)
        for name, duration in zip(_CONFIGS, ours, strict=True):
            rates = [f"{sizes.documents / each:,.0f}" for each in (duration, peer)]
            note = f"{rates[0]} and {rates[1]} documents/s"
            yield Row(f"{what}, {name}", target, peer / duration, note)
    yield _size(place)


def _size(place: Path) -> Row:
    written = [*(place / "out" / f"onrecord-{_VERSION}" / "data" / "documents").glob("*")]
    size = sum(path.stat().st_size for path in written)
    theirs = _parquet_of(written, place / "peer.parquet")
    what = "Parquet size / to_parquet of the same rows"
    return Row(what, "<= 0.7", size / theirs, f"{size:,} bytes")


def _load_json(corpus: Path) -> None:
    from datasets import load_dataset  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as cache:
        files = [str(path) for path in sorted((corpus / shards.FOLDER).glob("*.jsonl"))]
        found = load_dataset("json", data_files=files, split="train", cache_dir=cache)
        found.to_parquet(f"{cache}/out.parquet")


def _from_files(corpus: Path) -> None:
    from datasets import Dataset  # noqa: PLC0415

    def read() -> Iterator[dict[str, Any]]:
        for path in sorted((corpus / "articles" / "generated").glob("*.json")):
            annotation = corpus / "annotations" / "generated" / path.name
            yield {
                "article": orjson.loads(path.read_bytes()),
                "text": path.with_suffix(".txt").read_text(encoding="utf-8"),
                "annotation": orjson.loads(annotation.read_bytes()),
            }

    with tempfile.TemporaryDirectory() as cache:
        Dataset.from_generator(read, cache_dir=cache).to_parquet(f"{cache}/out.parquet")


def _parquet_of(paths: list[Path], out: Path) -> int:
    from datasets import Dataset  # noqa: PLC0415

    size = 0
    for path in paths:
        Dataset.from_parquet(str(path), cache_dir=str(out.parent / "cache")).to_parquet(str(out))
        size += out.stat().st_size
    return size


def _checking(corpus: Path, in_turn: Any) -> Iterator[Row]:
    from jsonschema import Draft202012Validator  # noqa: PLC0415

    shard = shards.shards(corpus)[0]
    lines = [*shards.lines(shard.file)]
    values = [
        (name, json.loads(line)[name]) for line in lines for name in ("article", "annotation")
    ]
    peers = {name: Draft202012Validator(schema.load(name)) for name in ("article", "annotation")}
    few = values[:100]
    ours, peer, parse, checks = in_turn(
        lambda: _drain(schema.check(name, value, "") for name, value in values),
        lambda: _drain([peers[name].is_valid(value)] for name, value in few),
        lambda: _drain([orjson.loads(line)] for line in lines),
        lambda: validate.examine(shard),
    )
    ratio, note = peer / len(few) * len(values) / ours, f"{len(lines) / ours:,.0f} documents/s"
    yield Row("schema level / jsonschema, reused", ">= 200", ratio, note)
    note = f"{1e6 * checks / len(lines):,.0f} µs a document, of one core"
    yield Row("parse and all checks / orjson alone", "<= 4", checks / parse, note)


def _drain(found: Iterable[Iterable[object]]) -> None:
    """Make everything, and keep nothing: the collector would count the objects that are kept."""
    for each in found:
        for _ in each:
            pass


def _growing(place: Path, sizes: Sizes) -> Iterator[Row]:
    """Memory and processor time of a build in processes of its own, small and large."""
    (small, fast), (large, slow) = (_alone(place / name, place) for name in ("bulk", "large"))
    counts = f"{sizes.documents:,} and {sizes.large:,}"
    note = f"{small / 1024:.0f} and {large / 1024:.0f} MiB at {counts}"
    yield Row("peak memory of a process, large / small", "<= 1.2", large / small, note)
    # What is done once, such as drawing the figures, is no part of the time of a document.
    note = (
        f"{1e6 * (slow - fast) / (sizes.large - sizes.documents):,.0f} µs of one core for one more"
    )
    ratio = slow / sizes.large / (fast / sizes.documents)
    yield Row("processor time a document, large / small", "<= 1.05", ratio, note)


def _alone(
    corpus: Path, place: Path, configs: tuple[str, ...] = tables.ANNOTATED
) -> tuple[float, float]:
    """Peak memory in KiB, of the largest process, and processor time in seconds, of all."""
    context = multiprocessing.get_context("spawn")
    told, tell = context.Pipe(duplex=False)
    process = context.Process(target=_measured, args=(corpus, place / "alone", configs, tell))
    process.start()
    peak, seconds = told.recv()
    process.join()
    return peak, seconds


def _measured(corpus: Path, out: Path, configs: tuple[str, ...], tell: Any) -> None:
    _build(corpus, out, Engine(2), configs)
    used = [resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    seconds = sum(each.ru_utime + each.ru_stime for each in used)
    # Of this process getrusage says what the one that started it had: exec keeps its peak.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    own = int(status.partition("VmHWM:")[2].split()[0])
    tell.send((max(own, used[1].ru_maxrss), seconds))


def costs(sizes: Sizes) -> dict[str, float]:
    """What one document more costs, and one key of a band in a sort of all keys."""
    with tempfile.TemporaryDirectory() as name:
        place, found = Path(name), dict[str, float]()
        size = -(-sizes.documents // 4)
        for kind, count in (("small", sizes.documents), ("large", 2 * sizes.documents)):
            synthetic.write_shards(place / kind, count, size=size)
        for key, configs in _CONFIGS.items():
            small, large = (_alone(place / kind, place, configs)[1] for kind in ("small", "large"))
            found[f"seconds, {key}"] = (large - small) / sizes.documents
            data = (place / "alone" / f"onrecord-{_VERSION}" / "data").rglob("*.parquet")
            written = sum(path.stat().st_size for path in data)
            found[f"bytes, {key}"] = written / (2 * sizes.documents)
        lines = (place / "large" / shards.FOLDER).iterdir()
        found["bytes of a line"] = sum(p.stat().st_size for p in lines) / (2 * sizes.documents)
        found["keys"] = len(minhash.keys(minhash.words(synthetic.document(0)[1]))) / 8
        return found | {"seconds to sort a key": _sorting(4_000_000)}


def _sorting(count: int) -> float:
    """Seconds to sort a key, for each doubling of the keys."""
    keys = np.random.default_rng(0).integers(0, 2**63, count, np.uint64)
    start = time.process_time()
    np.argsort(keys, kind="stable")
    return (time.process_time() - start) / (count * math.log2(count))


def _engines(corpus: Path, in_turn: Any, sizes: Sizes) -> Iterator[Row]:
    one, two = in_turn(
        *(partial(_build, corpus, corpus.parent / f"on{jobs}", Engine(jobs)) for jobs in (1, 2))
    )
    yield Row("two processes / one", ">= 1.9", one / two, f"{sizes.large / two:,.0f} documents/s")
    try:
        here, ray = in_turn(
            *(
                partial(_build, corpus, corpus.parent / engine.name, engine)
                for engine in (Engine(2), Engine(name="ray"))
            )
        )
        yield Row("Ray / the process pool", ">= 0.7", here / ray, "on this machine")
    except EngineError as error:
        yield Row("Ray / the process pool", ">= 0.7", None, str(error))


def _alike(count: int, in_turn: Any) -> Iterator[Row]:
    """Grouping of articles, one in ten an edited copy (three words in ten) of another."""
    texts = [synthetic.document(n)[1] for n in range(count)]
    pairs = {(n, n + 1) for n in range(0, count - 1, 20)}
    for one, other in pairs:
        texts[other] = edits.edited(texts[one], "replaced", 0.3, str(other))
    found: dict[str, set[tuple[int, int]]] = {}
    ours, peer = in_turn(lambda: _ours(texts, found), lambda: _datasketch(texts, found))
    recalls = {who: len(found[who] & pairs) / len(pairs) for who in found}
    note = ", ".join(f"{who} finds {recall:.0%}" for who, recall in recalls.items())
    yield Row(
        f"near-duplicates of {count:,} / datasketch, one core each", ">= 3", peer / ours, note
    )


def _ours(texts: list[str], found: dict[str, set[tuple[int, int]]]) -> None:
    named = [(str(n), text) for n, text in enumerate(texts)]
    pairs = leaks.near_duplicates(named, lambda name: texts[int(name)])
    found["ours"] = {(int(one), int(other)) for one, other, _ in pairs}


def _datasketch(texts: list[str], found: dict[str, set[tuple[int, int]]]) -> None:
    from datasketch import MinHash, MinHashLSH  # noqa: PLC0415

    index, pairs = MinHashLSH(params=(64, 2), num_perm=128), set()
    for n, text in enumerate(texts):
        print_ = MinHash(num_perm=128)
        print_.update_batch([each.encode() for each in leaks.shingles(text)])
        pairs |= {(other, n) for other in index.query(print_)}
        index.insert(n, print_)
    words = {n: leaks.shingles(texts[n]) for pair in pairs for n in pair}
    found["datasketch"] = {
        (a, b) for a, b in pairs if leaks.jaccard(words[a], words[b]) >= leaks.THRESHOLD
    }


def _importing(in_turn: Any) -> Row:
    ours, peer = in_turn(*(partial(_imported, name) for name in ("onrecord", "datasets")))
    return Row("import onrecord / import datasets", "<= 0.2", ours / peer, f"{1000 * ours:.0f} ms")


def _imported(name: str) -> None:
    subprocess.run([sys.executable, "-c", f"import {name}"], check=True)
