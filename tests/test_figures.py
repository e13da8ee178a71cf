"""The pictures: what they show is what was counted, and equal input gives equal bytes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from conftest import ROOT
from onrecord import docs, figures, stats
from onrecord.agreement import agreement
from onrecord.source import Json

SVG = "{http://www.w3.org/2000/svg}"
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def counted(corpus: Path) -> stats.Stats:
    return stats.count(stats.read(corpus)[0])


def shown(svg: str) -> Json:
    """What a picture says that it shows."""
    found: Json = json.loads(
        ET.fromstring(svg).findtext(".//{http://purl.org/dc/elements/1.1/}description") or ""
    )
    return found


def test_a_picture_says_what_it_shows(counted: stats.Stats) -> None:
    drawn = {each.name: each for each in figures.figures(counted)}
    assert [*drawn] == ["genres", "quote-types", "source-forms", "claims", "lengths", "phenomena"]
    found = shown(figures.svg(drawn["quote-types"], "dark"))
    assert found["splits"] == ["train"]
    assert found["rows"] == [["direct", [1]], ["indirect", [1]]]
    assert shown(figures.svg(drawn["lengths"], "light"))["rows"] == [["0–99", [1]]]
    assert figures.alt(drawn["genres"]) == "Articles by genre (articles): local council 1"
    # What does not occur is shown where it is aimed at.
    assert ("block quote", (0,)) in drawn["phenomena"].rows


def test_lengths_show_their_gaps() -> None:
    counted = stats.Stats(lengths=[(120, "train"), (399, "test")])
    counted.rows.update({("documents", "train"): 1, ("documents", "test"): 1})
    (lengths,) = (each for each in figures.figures(counted) if each.name == "lengths")
    assert lengths.rows == (("100–199", (1, 0)), ("200–299", (0, 0)), ("300–399", (0, 1)))


def test_agreement_is_drawn_where_it_was_measured(counted: stats.Stats, corpus: Path) -> None:
    assert "agreement" not in [each.name for each in figures.of(counted, corpus)]
    *_, last = figures.figures(counted, agreement(ROOT / "corpus")[0])
    assert isinstance(last, figures.Intervals)
    rows = {name: values for name, *values in last.rows}
    assert rows["quote content: overlap F1"][0] > 0.9
    assert all(0 <= low <= value <= high <= 1 for value, low, high in rows.values())


def test_the_themes_differ_in_their_colours_only(counted: stats.Stats) -> None:
    for figure in figures.figures(counted):
        light, dark = (figures.svg(figure, theme) for theme in figures.THEMES)
        assert light != dark
        assert re.sub("#[0-9a-f]{6}", "", light) == re.sub("#[0-9a-f]{6}", "", dark)


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", figures.THEMES)
def test_letters_and_bars_stand_out(theme: str) -> None:
    def themed(colour: str) -> str:
        return figures._DARK[colour] if theme == "dark" else colour

    paper = themed(figures._PAPER)
    assert all(contrast(themed(each), paper) >= 4.5 for each in (figures._INK, figures._SOFT))
    assert all(contrast(themed(each), paper) >= 3 for each in figures._SPLITS.values())


DRAW = """
from pathlib import Path
from onrecord import figures, stats
counted = stats.count(stats.read(Path("corpus"))[0])
for path in figures.write(Path("drawn"), figures.figures(counted)):
    print(path.read_text(encoding="utf-8"))
"""


def test_another_process_draws_the_same_bytes(counted: stats.Stats, corpus: Path) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "MPLCONFIGDIR": str(corpus)}
    command = [sys.executable, "-c", DRAW]
    done = subprocess.run(
        command, cwd=corpus.parent, env=environment, capture_output=True, text=True, check=True
    )
    expected = [figures.svg(f, t) for f in figures.figures(counted) for t in figures.THEMES]
    assert done.stdout == "".join(f"{each}\n" for each in expected)


def test_nothing_is_dated_or_fetched(counted: stats.Stats) -> None:
    for figure in figures.figures(counted):
        drawn = figures.svg(figure, "light")
        assert "dc:date" not in drawn
        assert "<text" not in drawn
        links = {value for each in ET.fromstring(drawn).iter() for value in each.attrib.values()}
        assert not [each for each in links if "://" in each and "purl.org" not in each]


def test_pictures_of_other_versions_are_compared_by_what_they_show(counted: stats.Stats) -> None:
    first, *_, last = figures.figures(counted)
    drawn = figures.svg(first, "light")
    older = re.sub(r"Matplotlib v[\d.]+", "Matplotlib v3.9.0", drawn).replace(" 0.4", " 0.5")
    assert figures.same(drawn, older)
    assert not figures.same(drawn, drawn.replace("#0b5394", "#0b5395"))
    assert not figures.same(figures.svg(last, "light"), older)


def test_the_command_writes_both_themes(corpus: Path, run: Callable[..., Result]) -> None:
    result = run("stats", "--figures", "pictures")
    assert result.exit_code == 0
    names = sorted(path.name for path in (corpus.parent / "pictures").iterdir())
    assert len(names) == 12
    assert names[:2] == ["claims-dark.svg", "claims-light.svg"]
    assert sorted(Path(line).name for line in result.stderr.split()) == names


def pictures(markdown: str) -> list[str]:
    return re.findall(r'(?:src|srcset)="([^"]+\.svg)"', markdown)


def test_the_readme_and_the_card_show_every_picture_that_is_there(release: Path) -> None:
    for text, folder, name in (
        (README, ROOT, docs._FIGURES),
        ((release / "README.md").read_text(encoding="utf-8"), release, Path(figures.FOLDER)),
    ):
        there = sorted(path.relative_to(folder).as_posix() for path in (folder / name).iterdir())
        assert sorted(pictures(text)) == there
        assert len(there) == 14
        assert text.count("<picture>") == text.count('media="(prefers-color-scheme: dark)"') == 7
    sums = (release / "SHA256SUMS").read_text()
    assert all(f"  {path}\n" in sums for path in there)
