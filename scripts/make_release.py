"""Build and verify the release of the last commit; refuse a version that promises too little."""

from __future__ import annotations

import sys
from pathlib import Path

from onrecord.repository import build_revision, refusals
from onrecord.verify import verify

ROOT = Path(__file__).resolve().parents[1]


def main(root: Path) -> int:
    """Exit code 1 if the release may not become a version."""
    release = build_revision(root, "HEAD", root / "dist")
    found = [f"{each.file}: {each.message}" for each in verify(release)]
    found += refusals(root, release)
    for line in found:
        print(line, file=sys.stderr)
    print(f"{release}: {'refused' if found else 'ready to be tagged and published'}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(ROOT))
