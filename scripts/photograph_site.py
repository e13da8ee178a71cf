"""Take the README's pictures of pages into .github/; needs chromium, chromedriver and hydrated texts."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from selenium import webdriver

from onrecord.site.write import write

ROOT = Path(__file__).resolve().parents[1]
# Page and fragment, by picture. The seed's words may not be distributed: bars stand for them.
PICTURES = {
    "page.png": "articles/newsroom/budget-vote.html#q3",
    "page-seed.png": "articles/seed/red-lines.html#q18",
}
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --hide-scrollbars --force-prefers-reduced-motion "
    "--window-size=1400,1000"
)


def main() -> int:
    """Exit code 0, or 1 where the corpus has problems."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or "chromium"
    for flag in FLAGS.split():
        options.add_argument(flag)
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    with tempfile.TemporaryDirectory() as folder:
        if write(ROOT / "corpus", Path(folder) / "site", withheld="bars").folder is None:
            return 1
        with webdriver.Chrome(options, service) as browser:
            for picture, page in PICTURES.items():
                browser.get(f"{Path(folder).as_uri()}/site/{page}")
                browser.save_screenshot(str(ROOT / ".github" / picture))
    return 0


if __name__ == "__main__":
    sys.exit(main())
