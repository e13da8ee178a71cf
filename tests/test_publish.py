"""A release is published whole, once, and only if it may be."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import fsspec
import pytest
from click.testing import Result
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError

from conftest import needs_shared
from hub import Hub
from onrecord import __version__
from onrecord.build import build
from onrecord.publish import Plan, lines, plan, publish

TO = "hf://datasets/ann/news"
TAG = f"v{__version__}"


@pytest.fixture
def small(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The release of the small valid corpus, away from any repository."""
    monkeypatch.chdir(tmp_path)
    folder = build(corpus, tmp_path / "dist", __version__).folder
    assert folder is not None
    return folder


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", True)
    with Hub() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def api(hub: Hub) -> HfApi:
    return HfApi(endpoint=hub.url, token="hf_nothing")


def contents(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def published(hub: Hub) -> dict[str, bytes]:
    return {path: text for path, text in (hub.files or {}).items() if path != ".gitattributes"}


def test_the_hub_gets_one_commit_and_then_the_tag(small: Path, hub: Hub, api: HfApi) -> None:
    planned = plan(small, TO, api)
    assert planned.create
    publish(small, planned, api)
    assert published(hub) == contents(small)
    assert hub.tags == {TAG: hub.commits[0]}
    assert len(hub.commits) == 1


def test_what_another_version_left_is_deleted(small: Path, hub: Hub, api: HfApi) -> None:
    hub.files = {".gitattributes": b"", "data/claims/old-00000-of-00001.parquet": b"old"}
    planned = plan(small, TO, api)
    assert planned.delete == ["data/claims/old-00000-of-00001.parquet"]
    publish(small, planned, api)
    assert published(hub) == contents(small)


def test_a_version_is_published_once(small: Path, hub: Hub, api: HfApi) -> None:
    publish(small, plan(small, TO, api), api)
    assert plan(small, TO, api).refusals == [f"{TO} has the tag {TAG} already"]


@pytest.mark.parametrize("moment", ["commit", "tag"])
def test_an_interrupted_run_is_taken_up(moment: str, small: Path, hub: Hub, api: HfApi) -> None:
    hub.failing = moment
    with pytest.raises(HfHubHTTPError):
        publish(small, plan(small, TO, api), api)
    assert hub.tags == {}
    hub.failing, sent = "", dict(hub.blobs)
    publish(small, plan(small, TO, api), api)
    assert published(hub) == contents(small)
    assert hub.tags == {TAG: hub.commits[0]}
    assert len(hub.commits) == 1
    assert hub.blobs == sent


def test_a_dry_run_prints_the_plan_and_does_nothing(small: Path, hub: Hub, api: HfApi) -> None:
    printed = [*lines(small, plan(small, TO, api))]
    assert printed[0] == f"create {TO}"
    assert printed[-1] == f"commit to {TO}, then tag {TAG}"
    size = (small / "SHA256SUMS").stat().st_size
    assert printed[-2] == f"add SHA256SUMS ({size:,} bytes)"
    assert len(printed) == len(contents(small)) + 2
    assert hub.files is None


@pytest.mark.parametrize("scheme", ["memory://", "file://"])
def test_any_address_of_fsspec_will_do(
    scheme: str, small: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    to = f"{scheme}{tmp_path}/target"
    assert run("publish", small, "--to", to, "--dry-run").exit_code == 0
    files, root = fsspec.url_to_fs(f"{to}/{small.name}")
    assert not files.exists(root)
    result = run("publish", small, "--to", to)
    assert result.exit_code == 0, result.output
    found = {path.removeprefix(f"{root}/"): files.cat_file(path) for path in files.find(root)}
    assert found == contents(small)
    result = run("publish", small, "--to", to)
    assert result.stderr == f"refused: {to}/{small.name} is there already\n"
    assert result.exit_code == 1


def test_only_what_an_interruption_left_out_is_written_again(small: Path, tmp_path: Path) -> None:
    to = f"file://{tmp_path}/target"
    planned = plan(small, to)
    publish(small, Plan(to, planned.tag, add=planned.add[:5]))
    (tmp_path / "target" / small.name / planned.add[4]).write_bytes(b"half")
    again = plan(small, to)
    assert again.add == planned.add[4:]
    publish(small, again)
    assert contents(tmp_path / "target" / small.name) == contents(small)


def test_a_release_that_does_not_verify_is_refused(
    small: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    (small / "manifest.json").write_text((small / "manifest.json").read_text() + " ")
    result = run("publish", small, "--to", f"file://{tmp_path}/target")
    assert result.stderr.startswith("refused: manifest.json: has SHA-256 ")
    assert result.exit_code == 1
    assert not (tmp_path / "target").exists()


@needs_shared
def test_withheld_texts_are_never_published(release: Path, tmp_path: Path) -> None:
    planned = plan(release, f"file://{tmp_path}/target")
    name = "data/documents/real-00000-of-00001.parquet"
    assert f"{name}: holds texts that may not be passed on" in planned.refusals


def test_a_dirty_tree_is_refused(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onrecord.publish.uncommitted", lambda root: [" M corpus/splits.json"])
    planned = plan(small, f"file://{tmp_path}/target")
    assert planned.refusals == ["not committed:  M corpus/splits.json"]


def test_an_unknown_kind_of_address_is_a_message(small: Path, run: Callable[..., Result]) -> None:
    result = run("publish", small, "--to", "gopher://nowhere")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: gopher://nowhere: ")
