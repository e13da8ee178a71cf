"""The git repository that a corpus lies in: its state, its tags, the releases of its revisions."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from onrecord import version
from onrecord.diff import diff, lines

_BUILD = "from onrecord.cli import main; main()"


def uncommitted(root: Path) -> list[str]:
    """The files of a repository that differ from its last commit."""
    return _git(root, "status", "--porcelain").decode().splitlines()


def versions(root: Path) -> list[str]:
    """The versions that are tagged (vMAJOR.MINOR.PATCH), the smallest first."""
    tags = _git(root, "tag", "--list", "v*").decode().split()
    found = [tag.removeprefix("v") for tag in tags]
    return sorted((each for each in found if _is_version(each)), key=version.numbers)


def build_revision(root: Path, revision: str, out: Path) -> Path:
    """Build the release of a revision below OUT, with the code of that revision.

    What is not committed has no part in it: no draft, and no withheld text. Raises RuntimeError
    where the revision does not build.
    """
    with TemporaryDirectory() as folder:
        with tarfile.open(fileobj=BytesIO(_git(root, "archive", revision))) as archive:
            archive.extractall(folder, filter="data")
        # Found in place of an installed package: the revision's own code.
        environment = {**os.environ, "PYTHONPATH": str(Path(folder) / "scripts")}
        arguments = ["build", "--corpus", str(Path(folder) / "corpus"), "--out", str(out)]
        command = [sys.executable, "-c", _BUILD, *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{revision} does not build: {done.stderr.strip()}")
    return Path(done.stdout.splitlines()[-1])


def refusals(root: Path, release: Path) -> Iterator[str]:
    """Why a release may not become a version: what it is compared with is the latest tag."""
    yield from (f"is not committed: {line}" for line in uncommitted(root))
    name, earlier = release.name.removeprefix("onrecord-"), versions(root)
    if name in earlier and _git(root, "rev-list", "-n1", f"v{name}") != _git(
        root, "rev-list", "-n1", "HEAD"
    ):
        yield f"the tag v{name} is on another commit"
    elif earlier and earlier[-1] != name:
        with TemporaryDirectory() as folder:
            previous = build_revision(root, f"v{earlier[-1]}", Path(folder))
            found = diff(previous, release)
        if not found.is_promised():
            yield from lines(found)


def _is_version(text: str) -> bool:
    try:
        return bool(version.numbers(text))
    except ValueError:
        return False


def _git(root: Path, *arguments: str) -> bytes:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"git {arguments[0]}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
