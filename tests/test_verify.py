"""A release is what it says it is, and no byte of it can change unnoticed."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import Result

from conftest import ROOT
from onrecord import __version__, croissant, manifest, tables
from onrecord.build import build
from onrecord.release import SUMS, checksums, digest
from onrecord.verify import verify

TRAIN = "data/quotes/train-00000-of-00001.parquet"


@pytest.fixture
def small(corpus: Path, tmp_path: Path) -> Path:
    """The release of the small valid corpus."""
    folder = build(corpus, tmp_path / "dist", __version__).folder
    assert folder is not None
    return folder


def resum(folder: Path) -> None:
    """Checksums that agree, as somebody who edits a release on purpose would write them."""
    (folder / SUMS).write_text(checksums(folder))


def rewrite(path: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    pq.write_table(change(pq.read_table(path)), path)


def messages(folder: Path) -> list[str]:
    return [f"{each.file}: {each.message}" for each in verify(folder)]


def test_the_release_of_the_corpus_is_verified(release: Path, run: Callable[..., Result]) -> None:
    result = run("verify", release)
    assert result.output == f"{release}: verified\n"
    assert result.exit_code == 0


def test_flipping_any_byte_of_any_file_is_found(small: Path) -> None:
    moments = random.Random(5)
    files = sorted(path for path in small.rglob("*") if path.is_file())
    sizes = [path.stat().st_size for path in files]
    for n in range(1000):
        # Every file is hit, the larger ones more often.
        path = files[n] if n < len(files) else moments.choices(files, sizes)[0]
        content = path.read_bytes()
        place, bit = moments.randrange(len(content)), 1 << moments.randrange(8)
        path.write_bytes(content[:place] + bytes([content[place] ^ bit]) + content[place + 1 :])
        name = path.relative_to(small).as_posix()
        assert any(name in message for message in messages(small)), (name, place, bit)
        path.write_bytes(content)
    assert messages(small) == []


def test_missing_and_additional_files_are_found(small: Path) -> None:
    (small / "notes.txt").write_text("mine")
    (small / "LICENSE-DATA").unlink(missing_ok=True)
    (small / "schema" / "article.schema.json").unlink()
    assert messages(small) == [
        "notes.txt: is not listed in SHA256SUMS",
        "schema/article.schema.json: is missing, but listed in SHA256SUMS",
    ]


def test_rows_that_the_manifest_does_not_describe_are_found(small: Path) -> None:
    rewrite(small / TRAIN, lambda table: table.slice(1))
    resum(small)
    assert messages(small)[0] == f"{TRAIN}: rows is 1; the manifest says 2"


def test_features_other_than_the_card_says_are_found(small: Path) -> None:
    card = (small / "README.md").read_text()
    (small / "README.md").write_text(card.replace("'0': direct", "'0': straight"))
    resum(small)
    assert f"{TRAIN}: has other features than the card" in messages(small)


def test_a_croissant_that_does_not_describe_the_data_is_found(small: Path) -> None:
    text = (small / croissant.NAME).read_text()
    described = json.loads(text)
    described["distribution"][0]["sha256"] = "0" * 64
    (small / croissant.NAME).write_text(json.dumps(described))
    resum(small)
    (first, *_) = sorted(tables.CONFIGS)
    name = f"data/{first}/test-00000-of-00001.parquet"
    assert messages(small) == [f"croissant.json: has another digest of {name}"]
    (small / croissant.NAME).write_text(text.replace('"claims/stance"', '"claims/attitude"'))
    resum(small)
    name = name.replace(first, "claims")
    assert f"croissant.json: has other columns than {name}" in messages(small)


def test_a_version_that_differs_is_found(small: Path) -> None:
    card = (small / "README.md").read_text()
    (small / "README.md").write_text(card.replace(f"version: {__version__}", "version: 9.0.0", 1))
    resum(small)
    expected = f"README.md: names the version 9.0.0; the manifest says {__version__}"
    assert messages(small) == [expected]


def remanifest(folder: Path) -> None:
    contents = manifest.manifest(folder, __version__)
    (folder / manifest.NAME).write_text(json.dumps(contents))
    digests = {each["file"]: digest(folder / each["file"]) for each in contents["tables"]}
    described = croissant.croissant(folder, contents, digests)
    (folder / croissant.NAME).write_text(json.dumps(described))
    resum(folder)


def test_a_span_that_is_not_its_text_is_found(small: Path) -> None:
    def moved(table: pa.Table) -> pa.Table:
        rows = table.to_pylist()
        rows[0]["content"][0]["start"] += 1
        return pa.Table.from_pylist(rows, schema=table.schema)

    rewrite(small / TRAIN, moved)
    remanifest(small)
    (found,) = messages(small)
    assert found.startswith(f"{TRAIN}: town/bridge#q1: the span at ")
    assert found.endswith(" is not the text of its article")


def test_a_story_in_two_splits_is_found(small: Path) -> None:
    for config in tables.CONFIGS:
        folder = small / "data" / config
        shutil.copyfile(
            folder / "train-00000-of-00001.parquet", folder / "test-00000-of-00001.parquet"
        )
    remanifest(small)
    assert any("story bridge is in test, too" in message for message in messages(small))


def test_a_zip_is_verified_and_a_broken_one_is_not(
    small: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "release"), "zip", small.parent, small.name))
    assert run("verify", archive).output == f"{archive}: verified\n"
    archive.write_bytes(archive.read_bytes()[:-100])
    result = run("verify", archive)
    assert result.exit_code == 1
    assert "is neither a folder nor a whole zip or wheel" in result.output


def test_logical_digests_do_not_depend_on_how_the_file_was_written(small: Path) -> None:
    before = manifest.manifest(small, __version__)
    path = small / TRAIN
    table = pq.read_table(path)
    pq.write_table(table, path, compression="snappy", row_group_size=1, version="1.0")
    assert manifest.manifest(small, __version__) == before


def test_the_logical_digest_is_what_the_datasheet_says(small: Path) -> None:
    lines = ROOT / "tests" / "valid" / "speakers.jsonl"  # as its words put it, once and for all
    speakers = TRAIN.replace("quotes", "speakers")
    contents = json.loads((small / manifest.NAME).read_bytes())
    (found,) = [each for each in contents["tables"] if each["file"] == speakers]
    assert found["logical_sha256"] == hashlib.sha256(lines.read_bytes()).hexdigest()
