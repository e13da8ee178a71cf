"""Full disks, read-only targets, and builds at once: what stands under the name is verified."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import VALID, add_document
from onrecord.source import write_json
from onrecord.verify import verify

BUILD = "from onrecord.cli import main; main()"
# A file system with room for one release, not for a second one beside it.
MOUNTED = """
set -e
mount -t tmpfs -o size=1200k tmpfs "$1"
cp -r "$2" "$1"
{then}
set +e
shift 2
"$@"
echo "exit $?"
cp -r dist/onrecord-* after/
"""
FULL = ":"
READ_ONLY = 'mount -o remount,ro "$1"'


def can_mount() -> bool:
    command = ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return bool(shutil.which("unshare")) and subprocess.run(command, check=False).returncode == 0


def build_command(corpus: Path, out: Path) -> list[str]:
    return [sys.executable, "-c", BUILD, "build", "--corpus", str(corpus), "--out", str(out)]


@pytest.fixture
def larger(corpus: Path) -> Path:
    """The small valid corpus and twenty more articles, whose release is larger than the disk."""
    for n in range(20):
        add_document(corpus, f"town/n{n}", f"Nothing {n} happened here.\n", {})
    stories = {"train": ["bridge", *sorted(f"n{n}" for n in range(20))]}
    empty: dict[str, list[str]] = {"validation": [], "test": [], "real": []}
    write_json(corpus / "splits.json", {"schema_version": "1", **stories, **empty})
    return corpus


@pytest.mark.skipif(not can_mount(), reason="no file system can be mounted here")
@pytest.mark.parametrize(
    ("then", "message"),
    [(FULL, "No space left on device"), (READ_ONLY, "Read-only file system")],
    ids=["full", "read-only"],
)
def test_a_build_that_cannot_write_leaves_the_previous_release(
    then: str, message: str, larger: Path, tmp_path: Path
) -> None:
    for name in ("dist", "after"):
        (tmp_path / name).mkdir()
    before = tmp_path / "before"
    subprocess.run(build_command(VALID, before), check=True, capture_output=True)
    (release,) = before.glob("[!.]*")
    script = MOUNTED.format(then=then)
    command = ["unshare", "-rm", "sh", "-c", script, "sh", "dist", str(release)]
    done = subprocess.run(
        [*command, *build_command(larger, Path("dist"))],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "exit 1" in done.stdout, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    after = tmp_path / "after" / release.name
    assert verify(after) == []
    assert (after / "SHA256SUMS").read_bytes() == (release / "SHA256SUMS").read_bytes()


def test_builds_at_once_leave_one_verified_release(larger: Path, tmp_path: Path) -> None:
    out = tmp_path / "dist"
    commands = [build_command(corpus, out) for corpus in (VALID, larger, VALID, larger)]
    running = [
        subprocess.Popen(each, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for each in commands
    ]
    assert [process.wait() for process in running] == [0, 0, 0, 0]
    for process in running:
        process.communicate()
    (release,) = out.glob("[!.]*")
    assert verify(release) == []


def test_the_hash_seed_changes_no_byte(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sums = set()
    for seed in ("0", "1", "4711"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        out = tmp_path / seed
        subprocess.run(build_command(corpus, out), check=True, capture_output=True)
        sums |= {path.read_bytes() for path in out.glob("[!.]*/SHA256SUMS")}
    assert len(sums) == 1
