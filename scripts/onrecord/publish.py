"""A verified release to a dataset repository of the Hub, or to any address that fsspec knows.

Either target has the release whole or not at all: the Hub by one commit and then a tag, the others
by the checksums, which are written last. What an interruption leaves is taken up by the next run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import fsspec
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi
from huggingface_hub.errors import RepositoryNotFoundError

from onrecord import manifest
from onrecord.release import SUMS, digest
from onrecord.repository import uncommitted
from onrecord.verify import verify

HUB = "hf://datasets/"
# What the Hub itself puts into a repository.
_KEPT = ".gitattributes"


@dataclass(slots=True)
class Plan:
    """What publishing does, or why it may not be done."""

    to: str
    tag: str
    refusals: list[str] = field(default_factory=list)
    create: bool = False
    add: list[str] = field(default_factory=list)
    delete: list[str] = field(default_factory=list)


def plan(release: Path, to: str, api: HfApi | None = None) -> Plan:
    """What it takes to publish a release folder; nothing is written.

    Raises OSError and what huggingface_hub raises where the target cannot be asked.
    """
    found = Plan(to, f"v{_version(release)}", [*_refusals(release)])
    if not found.refusals:
        files = sorted(p.relative_to(release).as_posix() for p in release.rglob("*") if p.is_file())
        # The checksums come last: where they are, all is.
        found.add = [name for name in files if name != SUMS] + [SUMS]
        if to.startswith(HUB):
            _plan_hub(found, api or HfApi())
        else:
            _plan_files(release, found)
    return found


def lines(release: Path, found: Plan) -> Iterator[str]:
    """A plan for people."""
    yield from (f"refused: {reason}" for reason in found.refusals)
    if found.refusals:
        return
    if found.create:
        yield f"create {found.to}"
    for name in found.add:
        yield f"add {name} ({(release / name).stat().st_size:,} bytes)"
    yield from (f"delete {name}" for name in found.delete)
    if found.to.startswith(HUB):
        yield f"commit to {found.to}, then tag {found.tag}"
    else:
        yield f"write below {_folder(found)}"


def publish(release: Path, found: Plan, api: HfApi | None = None) -> None:
    """Carry out a plan that has no refusals. Raises as `plan` does."""
    if found.to.startswith(HUB):
        _publish_hub(release, found, api or HfApi())
        return
    files, root = fsspec.url_to_fs(_folder(found))
    for name in found.add:
        target = str(PurePosixPath(root) / name)
        files.makedirs(str(PurePosixPath(target).parent), exist_ok=True)
        files.put_file(str(release / name), target)


def _refusals(release: Path) -> Iterator[str]:
    """Why a release may not be published anywhere."""
    for each in verify(release):
        yield f"{each.file}: {each.message}"
    for path in sorted((release / "data" / "documents").glob("*.parquet")):
        if any(row["text_availability"] == "withheld" for row in manifest.rows(path)):
            yield f"{path.relative_to(release).as_posix()}: holds texts that may not be passed on"
    # Away from any repository, a release stands for itself.
    with suppress(RuntimeError):
        yield from (f"not committed: {line}" for line in uncommitted(Path()))


def _version(release: Path) -> str:
    contents = json.loads((release / manifest.NAME).read_bytes())
    return str(contents["version"])


def _plan_hub(found: Plan, api: HfApi) -> None:
    repository = found.to.removeprefix(HUB)
    try:
        refs = api.list_repo_refs(repository, repo_type="dataset")
    except RepositoryNotFoundError:
        found.create = True
        return
    if found.tag in {tag.name for tag in refs.tags}:
        found.refusals.append(f"{found.to} has the tag {found.tag} already")
        return
    present = api.list_repo_files(repository, repo_type="dataset")
    found.delete = sorted(set(present) - {*found.add, _KEPT})


def _publish_hub(release: Path, found: Plan, api: HfApi) -> None:
    repository = found.to.removeprefix(HUB)
    if found.create:
        api.create_repo(repository, repo_type="dataset")
    # Files that the Hub has already are neither sent nor committed again.
    commit = api.create_commit(
        repository,
        [
            *(CommitOperationAdd(name, release / name) for name in found.add),
            *(CommitOperationDelete(name, is_folder=False) for name in found.delete),
        ],
        commit_message=f"On Record {found.tag}",
        repo_type="dataset",
    )
    api.create_tag(repository, tag=found.tag, revision=commit.oid, repo_type="dataset")


def _plan_files(release: Path, found: Plan) -> None:
    files, root = fsspec.url_to_fs(_folder(found))
    if files.exists(str(PurePosixPath(root) / SUMS)):
        found.refusals.append(f"{_folder(found)} is there already")
        return
    found.create = not files.exists(root)
    found.add = [name for name in found.add if not _is_there(files, root, name, release / name)]


def _is_there(files: Any, root: str, name: str, path: Path) -> bool:
    """Whether a file was written whole by a run before."""
    target = str(PurePosixPath(root) / name)
    if not files.exists(target):
        return False
    with files.open(target, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == digest(path)


def _folder(found: Plan) -> str:
    return f"{found.to.rstrip('/')}/onrecord-{found.tag.removeprefix('v')}"
