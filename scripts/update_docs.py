"""Write the generated tables, figures and pictures of the documentation, or check them (--check)."""

from __future__ import annotations

import sys
from pathlib import Path

from onrecord.docs import outdated

ROOT = Path(__file__).resolve().parents[1]


def main(check: bool) -> int:
    """Exit code 1 if --check finds anything out of date."""
    found = list(outdated(ROOT))
    for path, content in found:
        print(f"{path.relative_to(ROOT)} {'is out of date: run make docs' if check else 'written'}")
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8")
    return 1 if check and found else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
