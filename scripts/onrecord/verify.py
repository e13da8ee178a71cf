"""Whether a release is what it says it is: its bytes, its rows, its shape, its spans, its splits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from datasets import Features

from onrecord import croissant, leaks, manifest, schema
from onrecord.problems import Problem
from onrecord.release import SUMS, digest
from onrecord.source import Json, read_json, read_text


@dataclass(frozen=True, slots=True)
class Finding:
    """What keeps a release from being trusted, and the file that shows it."""

    file: str
    message: str


def verify(folder: Path) -> list[Finding]:
    """Everything that is wrong with a release folder; a stage is reached if those before hold."""
    for stage in STAGES:
        try:
            found = [*stage(folder)]
        except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
            found = [Finding(".", f"{stage.__name__} could not be decided: {error!r}")]
        if found:
            return found
    return []


def bytes_are_those_summed(folder: Path) -> Iterator[Finding]:
    """SHA256SUMS has a line for every other file, with its digest, and nothing else."""
    sums = read_text(folder / SUMS)
    if isinstance(sums, Problem):
        yield Finding(SUMS, sums.message)
        return
    listed: dict[str, str] = {}
    for line in sums.removesuffix("\n").split("\n"):
        expected, _, name = line.partition("  ")
        listed[name] = expected
    present = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if not p.is_dir()}
    present.pop(SUMS)
    for name in sorted(present.keys() - listed.keys()):
        yield Finding(name, f"is not listed in {SUMS}")
    for name in sorted(listed.keys() - present.keys()):
        yield Finding(name, f"is missing, but listed in {SUMS}")
    for name in sorted(listed.keys() & present.keys()):
        if (found := digest(present[name])) != listed[name]:
            yield Finding(name, f"has SHA-256 {found}; expected {listed[name]}, as {SUMS} says")
    if not sums.endswith("\n") or sums.count("\n") != len(listed):
        yield Finding(SUMS, "has lines that sha256sum would not print")


def manifest_describes_the_data(folder: Path) -> Iterator[Finding]:
    """The manifest has its shape, and each Parquet file the rows and the digest it gives."""
    contents = _manifest(folder)
    for problem in schema.check("manifest", contents, manifest.NAME):
        yield Finding(manifest.NAME, problem.message)
    listed = {each["file"]: each for each in contents["tables"]}
    present = {path.relative_to(folder).as_posix(): path for path in _tables(folder)}
    for name in sorted(listed.keys() ^ present.keys()):
        yield Finding(name, f"is {'listed' if name in listed else 'not listed'} in the manifest")
    for name in sorted(listed.keys() & present.keys()):
        found = manifest.entry(folder, present[name])
        for key in found:
            if found[key] != listed[name].get(key):
                yield Finding(name, f"{key} is {found[key]}; the manifest says {listed[name][key]}")


def one_version_throughout(folder: Path) -> Iterator[Finding]:
    """Manifest, card, citation, change log and Croissant name the same version."""
    version = _manifest(folder)["version"]
    for file, found in _versions(folder):
        if found != version:
            yield Finding(file, f"names the version {found}; the manifest says {version}")


def _versions(folder: Path) -> Iterator[tuple[str, str]]:
    yield from (("README.md", config["version"]) for config in _card(folder)["configs"])
    if (folder / "CITATION.cff").exists():
        citation = yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))
        yield "CITATION.cff", str(citation["version"])
    if (folder / "CHANGELOG.md").exists():
        log = (folder / "CHANGELOG.md").read_text(encoding="utf-8")
        yield "CHANGELOG.md", log.partition("\n## ")[2].split()[0]
    yield croissant.NAME, str(_json(folder / croissant.NAME)["version"])


def features_agree(folder: Path) -> Iterator[Finding]:
    """Every Parquet file has the Arrow schema that the card's features of its config define."""
    declared = {
        info["config_name"]: Features._from_yaml_list(info["features"])
        for info in _card(folder)["dataset_info"]
    }
    for path in _tables(folder):
        found, expected = pq.read_schema(path), declared[path.parent.name]
        columns = found.equals(expected.arrow_schema)
        if not columns or Features.from_arrow_schema(found) != expected:
            yield Finding(path.relative_to(folder).as_posix(), "has other features than the card")


def croissant_agrees(folder: Path) -> Iterator[Finding]:
    """croissant.json has the digest of every Parquet file, and the columns of every config that it can."""
    described = _json(folder / croissant.NAME)
    digests = {e["@id"]: e["sha256"] for e in described["distribution"] if "sha256" in e}
    columns = {
        each["@id"]: {field["@id"].partition("/")[2] for field in each["field"]} - {"split"}
        for each in described["recordSet"]
    }
    for path in _tables(folder):
        name = path.relative_to(folder).as_posix()
        if digests.get(name) != digest(path):
            yield Finding(croissant.NAME, f"has another digest of {name}")
        if columns.get(path.parent.name) != croissant.columns(path.parent.name):
            yield Finding(croissant.NAME, f"has other columns than {name}")


def spans_are_their_text(folder: Path) -> Iterator[Finding]:
    """Every span of every row, at any depth, repeats what its article has at its offsets."""
    texts = {row["id"]: row["text"] for row in _rows(folder, "documents")}
    for path in _tables(folder):
        for row in manifest.rows(path):
            text = texts.get(row.get("document", row["id"]))
            for span in _spans(row):
                if text is None or text[span["start"] : span["end"]] != span["text"]:
                    place = f"{span['start']}–{span['end']}"
                    message = f"{row['id']}: the span at {place} is not the text of its article"
                    yield Finding(path.relative_to(folder).as_posix(), message)


def _spans(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        if value.keys() == {"start", "end", "text"}:
            yield value
        for inner in value.values():
            yield from _spans(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _spans(inner)


def stories_keep_to_a_split(folder: Path) -> Iterator[Finding]:
    """No story is in two splits, and no row in another split than its document."""
    first: dict[str, str] = {}
    for path in sorted(_tables(folder), key=lambda path: path.parent.name != "documents"):
        split = path.name.partition("-")[0]
        for row in manifest.rows(path):
            if first.setdefault(row["story"], split) != split:
                message = f"{row['id']}: story {row['story']} is in {first[row['story']]}, too"
                yield Finding(path.relative_to(folder).as_posix(), message)


def no_article_leaks(folder: Path) -> Iterator[Finding]:
    """No two articles of different splits are alike, unless people decided that they may be."""
    texts = {row["id"]: row["text"] for row in _rows(folder, "documents")}
    split_of = {
        row["id"]: path.name.partition("-")[0]
        for path in _tables(folder)
        if path.parent.name == "documents"
        for row in manifest.rows(path)
    }
    decided, _ = leaks.decisions(folder, set(texts))

    def apart(one: str, other: str) -> bool:
        return split_of[one] != split_of[other] and leaks.pair(one, other) not in decided

    for one, other, likeness in leaks.near_duplicates(texts.items(), texts.__getitem__, apart):
        yield Finding("data/documents", f"{one} and {other} are alike by {likeness:.0%}")


def _tables(folder: Path) -> list[Path]:
    return sorted((folder / "data").glob("*/*.parquet"))


def _rows(folder: Path, config: str) -> Iterator[Json]:
    for path in _tables(folder):
        if path.parent.name == config:
            yield from manifest.rows(path)


def _manifest(folder: Path) -> Json:
    return _json(folder / manifest.NAME)


def _json(path: Path) -> Json:
    value = read_json(path)
    if isinstance(value, Problem):
        raise ValueError(f"{path.name} {value.message}")
    return value


def _card(folder: Path) -> Json:
    text = (folder / "README.md").read_text(encoding="utf-8")
    card: Json = yaml.safe_load(text.split("---\n")[1])
    return card


Stage = Callable[[Path], Iterator[Finding]]

STAGES: tuple[Stage, ...] = (
    bytes_are_those_summed,
    manifest_describes_the_data,
    one_version_throughout,
    features_agree,
    croissant_agrees,
    spans_are_their_text,
    stories_keep_to_a_split,
    no_article_leaks,
)
