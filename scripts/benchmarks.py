"""Benchmarks: ratios against peers, measured side by side in one run."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import platform
import random
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import click

from onrecord import build, bulk, large_corpora, schema, synthetic, validate
from onrecord.engines import Engine
from onrecord.source import write_json

RUNS = 5


@click.group()
def main() -> None:
    """Print ratios against peers: medians of several runs, in turn, with versions and machine."""


@main.command()
@click.argument("count", type=int)
@click.argument("corpus", type=click.Path(path_type=Path))
@click.option("--seed", default=0, show_default=True)
@click.option("--shards", is_flag=True, help="In shards of JSON lines, not in files.")
def generate(count: int, corpus: Path, seed: int, shards: bool) -> None:
    """Write a corpus of COUNT generated documents: 600 words, 8 quotes, 5 speakers, 6 claims."""
    (synthetic.write_shards if shards else synthetic.write)(corpus, count, seed)


@main.command(name="validate")
@click.option("--documents", default=20_000, show_default=True)
@click.option("--peer-documents", default=200, show_default=True, help="jsonschema is slow.")
@click.option("--runs", default=RUNS, show_default=True)
def validate_(documents: int, peer_documents: int, runs: int) -> None:
    """All levels of `onrecord validate` against jsonschema's schema level, in documents a second."""
    with _corpus(documents) as corpus:
        jobs = os.cpu_count() or 1
        ours, peer = _in_turn(
            runs,
            lambda: _drain(validate.problems(corpus, engine=Engine(jobs))),
            lambda: _jsonschema(corpus, peer_documents),
        )
        _head("jsonschema", "jsonschema-rs", "orjson")
        print(
            f"onrecord validate, all levels, {jobs} processes: {documents / ours:,.0f} documents/s"
        )
        print(f"jsonschema Draft202012Validator, reused: {peer_documents / peer:,.0f} documents/s")
        print(f"ratio: {documents / ours * peer / peer_documents:.1f} (target: 50)")


@main.command()
@click.option("--documents", default=1_000, show_default=True)
@click.option("--large", default=10_000, show_default=True, help="For memory, time and engines.")
@click.option("--runs", default=RUNS, show_default=True)
@click.option("--keep", is_flag=True, help="Write scripts/targets.json; `make docs` then shows it.")
def targets(documents: int, large: int, runs: int, keep: bool) -> None:
    """The table of targets for large corpora, our figures beside them, in Markdown."""
    from bulk_targets import Sizes, costs, rows  # noqa: PLC0415

    sizes, measured = Sizes(documents, large, runs), []
    for row in rows(sizes, _in_turn):
        measured.append(asdict(row))
        print(row, file=sys.stderr, flush=True)
    machine = _machine("datasets", "pyarrow", "jsonschema", "orjson", "datasketch")
    found = {"machine": machine, **asdict(sizes), "targets": measured, "costs": costs(sizes)}
    if keep:
        write_json(Path(__file__).resolve().parents[1] / large_corpora.FILE, found)
    print(large_corpora.table(found))
    print(large_corpora.estimate(found))


@main.command()
@click.option("--small", default=1_000, show_default=True)
@click.option("--large", default=100_000, show_default=True)
def memory(small: int, large: int) -> None:
    """Peak memory of `onrecord validate`, a process, on a small and on a large corpus."""
    _head("jsonschema-rs", "orjson")
    peaks = []
    for count in (small, large):
        with _corpus(count) as corpus:
            peaks.append(_peak(corpus))
            print(f"{count:,} documents: {peaks[-1] / 1024:.0f} MiB")
    print(f"ratio: {peaks[1] / peaks[0]:.2f} (target: at most 1.2)")


@main.command()
@click.option("--documents", default=1_000_000, show_default=True)
@click.option("--size", default=bulk.SIZE, show_default=True, help="Documents of a shard.")
@click.option("--kills", default=10, show_default=True)
@click.option("--tasks", is_flag=True, help="All configs, not only what is annotated.")
def resume(documents: int, size: int, kills: int, tasks: bool) -> None:
    """A build that is killed at random moments, and resumed, against one that is not."""
    with tempfile.TemporaryDirectory() as name:
        place, moments = Path(name), random.Random(documents)
        synthetic.write_shards(place / "corpus", documents, size=size)
        start = time.perf_counter()
        _built(place, "whole", tasks).wait()
        whole = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        killed = sum(
            _killed(_built(place, "resumed", tasks), moments.uniform(0.5, 1.5) * whole / kills)
            for _ in range(kills)
        )
        _built(place, "resumed", tasks).wait()
        one, other = ([*(place / out).glob("*/SHA256SUMS")] for out in ("whole", "resumed"))
        same = one[0].read_bytes() == other[0].read_bytes()
    _head("pyarrow", "datasets")
    print(f"{documents:,} documents in {whole:,.0f} s, at most {peak:,.0f} MiB a process")
    print(f"killed {killed} times and resumed: {'the same' if same else 'OTHER'} digests")


def _built(place: Path, out: str, tasks: bool) -> subprocess.Popen[bytes]:
    """A build in processes of its own."""
    command = [sys.executable, "-c", "from onrecord.cli import main; main()", "build"]
    options = ["--corpus", str(place / "corpus"), "--out", str(place / out)]
    return subprocess.Popen(
        [*command, *options, *([] if tasks else ["--without-tasks"])],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def _killed(process: subprocess.Popen[bytes], after: float) -> bool:
    """Kill a build with all its processes after some seconds; whether it was still running."""
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


@main.command()
@click.option("--documents", default=1_000, show_default=True)
@click.option("--runs", default=25, show_default=True)
def site(documents: int, runs: int) -> None:
    """A search on the index page in Chromium, with the layout of what is found, in milliseconds."""
    from selenium import webdriver  # noqa: PLC0415

    from onrecord.site.write import write  # noqa: PLC0415

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or "chromium"
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu"):
        options.add_argument(flag)
    with _corpus(documents) as corpus:
        start = time.perf_counter()
        write(corpus, corpus.parent / "site")
        built = time.perf_counter() - start
        word = synthetic.document(documents // 2)[1].split()[20]
        service = webdriver.ChromeService(shutil.which("chromedriver"))
        with webdriver.Chrome(options, service) as browser:
            browser.get(f"{(corpus.parent / 'site' / 'index.html').as_uri()}")
            times = [browser.execute_script(_SEARCH, word[: 3 + n % 3]) for n in range(runs)]
    _head("jinja2", "selenium")
    print(f"{documents:,} articles: pages written in {built:.1f} s")
    print(f"search: median {statistics.median(times):.0f} ms of {runs}")


@main.command()
@click.option("--documents", default=20_000, show_default=True, help="Generated articles.")
@click.option(
    "--corpus", type=click.Path(exists=True, path_type=Path), help="Or those of a corpus."
)
@click.option("--more", default=10, show_default=True, help="Articles added, spread over all.")
def reupload(documents: int, corpus: Path | None, more: int) -> None:
    """The share of a release that is sent again when articles are added, in chunks of 64 KiB.

    Chunks are cut by content (FastCDC), as storage does that keeps equal parts once. What is added
    are the articles that the older release lacks.
    """
    with tempfile.TemporaryDirectory() as folder:
        newer = Path(folder) / "newer"
        if corpus is None:
            synthetic.write(newer, documents)
        else:
            shutil.copytree(corpus, newer, ignore=shutil.ignore_patterns("passes", "drafts"))
        older = _without(newer, Path(folder) / "older", more)
        before, after = (_release(each, Path(folder) / "dist") for each in (older, newer))
        _head("pyarrow", "fastcdc", "datasets")
        kept = {chunk for path in before for chunk in _chunks(path)}
        sizes = Counter[str]()
        for path in after:
            sizes["all"] += path.stat().st_size
            sizes["sent"] += sum(size for name, size in _chunks(path) if (name, size) not in kept)
            sizes["peer"] += _peer_size(path)
    print(f"{sizes['all']:,} bytes of Parquet in {len(after)} files after {more} articles more")
    print(f"sent again: {sizes['sent'] / sizes['all']:.1%} (target: under 35 %)")
    print(
        f"size over that of datasets.to_parquet: {sizes['all'] / sizes['peer']:.2f} (target: 0.7)"
    )


def _without(corpus: Path, older: Path, more: int) -> Path:
    """A copy of a corpus that lacks some articles, at even distances in the order of their ids."""
    shutil.copytree(corpus, older)
    included = [path.with_suffix("") for path in sorted(older.glob("articles/*/*.txt"))]
    for n in range(more):
        path = included[(2 * n + 1) * len(included) // (2 * more)]
        annotation = older / "annotations" / path.parent.name / f"{path.name}.json"
        for each in (path.with_suffix(".txt"), path.with_suffix(".json"), annotation):
            each.unlink()
    return older


def _release(corpus: Path, out: Path) -> list[Path]:
    """The Parquet files of a corpus's release, below a folder named like the corpus."""
    built = build.build(corpus, out / corpus.name, "0.0.0")
    if built.folder is None:
        raise SystemExit(f"{corpus} does not build: {built.problems[:3]}")
    return sorted(built.folder.glob("data/*/*.parquet"))


def _chunks(path: Path) -> list[tuple[str, int]]:
    """The digest and the size of each chunk of a file."""
    from fastcdc import fastcdc  # noqa: PLC0415

    cut = fastcdc(str(path), 8 << 10, 64 << 10, 128 << 10, hf=hashlib.sha256)
    return [(each.hash, each.length) for each in cut]


def _peer_size(path: Path) -> int:
    """The size of the same rows as `datasets` writes them."""
    from datasets import Dataset  # noqa: PLC0415

    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        Dataset.from_parquet(str(path), cache_dir=f"{path}.cache").to_parquet(file.name)
        return Path(file.name).stat().st_size


_SEARCH = """
const query = document.getElementById("query");
const start = performance.now();
query.value = arguments[0];
query.dispatchEvent(new Event("input", {bubbles: true}));
document.body.getBoundingClientRect();
return performance.now() - start;
"""


@contextmanager
def _corpus(count: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        synthetic.write(Path(folder) / "corpus", count)
        yield Path(folder) / "corpus"


def _in_turn(runs: int, *measured: Callable[[], object]) -> list[float]:
    """The median duration of each, in seconds; a callable may return its own."""
    durations: list[list[float]] = [[] for _ in measured]
    for _ in range(runs):
        for each, kept in zip(measured, durations, strict=True):
            start = time.perf_counter()
            own = each()
            kept.append(own if isinstance(own, float) else time.perf_counter() - start)
    return [statistics.median(each) for each in durations]


def _drain(problems: Iterator[object]) -> None:
    if any(True for _ in problems):
        raise SystemExit("the generated corpus has problems")


def _jsonschema(corpus: Path, count: int) -> float:
    """Seconds for validating parsed documents; reading them is not counted."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415

    engines = {name: Draft202012Validator(schema.load(name)) for name in ("article", "annotation")}
    values = [
        (engine, json.loads(path.read_bytes()))
        for name, engine in engines.items()
        for path in sorted((corpus / f"{name}s" / "generated").glob("*.json"))[:count]
    ]
    start = time.perf_counter()
    for engine, value in values:
        if not engine.is_valid(value):
            raise SystemExit("the generated corpus has problems")
    return time.perf_counter() - start


def _peak(corpus: Path) -> int:
    """Peak resident memory, in KiB, of a process that validates a corpus."""
    process = multiprocessing.get_context("spawn").Process(target=_validate_alone, args=(corpus,))
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    process.start()
    process.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return max(before, after)


def _validate_alone(corpus: Path) -> None:
    _drain(validate.problems(corpus))


def _head(*packages: str) -> None:
    print(_machine(*packages))


def _machine(*packages: str) -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    python = platform.python_version()
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {python}, {versions}"


if __name__ == "__main__":
    main()
