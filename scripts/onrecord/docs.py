"""Generated parts of the documentation: between markers, written by a command, checked by another."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rich.console import Console

from onrecord import agreement, agreement_report, edits, figures, large_corpora, stats, stats_report
from onrecord.baselines import shown
from onrecord.problems import RULES, Problem
from onrecord.show import styled
from onrecord.source import Document, read_document, read_json
from onrecord.variety import Variety, type_tokens

FILES = (
    "README.md",
    "CONTRIBUTING.md",
    "DATASHEET.md",
    "scripts/onrecord/baselines/README.md",
)
PICTURE = Path(".github") / "article.svg"
_FIGURES = Path(".github") / figures.FOLDER
_PICTURED = "newsroom/harbour-toll-brief"
_BLOCK = re.compile(r"(<!-- generated: (?P<name>[a-z-]+) -->\n).*?(<!-- /generated -->)", re.S)


def outdated(root: Path) -> Iterator[tuple[Path, str]]:
    """The files of a repository whose generated parts are not up to date, with their new content."""
    placed, _ = stats.read(root / "corpus")
    measured, _ = agreement.agreement(root / "corpus")
    counted, documents = stats.count(placed), [document for document, _ in placed]
    drawn = figures.figures(counted, measured)
    blocks = {
        **stats_report.markdown(counted, Variety(documents), type_tokens(documents)),
        "agreement": agreement_report.markdown(measured),
        **_baselines(root),
        **_large_corpora(root),
        "figures": figures.markup(drawn, _FIGURES.as_posix()),
        "leaks": edits.table(*_texts(documents)),
        "problems": _problems(),
    }
    wanted = {
        root / name: _filled((root / name).read_text(encoding="utf-8"), blocks) for name in FILES
    }
    wanted[root / PICTURE] = picture(root / "corpus")
    for figure in drawn:
        for theme in figures.THEMES:
            path = root / _FIGURES / figures.file_name(figure, theme)
            wanted[path] = figures.svg(figure, theme)
    for path, content in wanted.items():
        if not path.exists() or not figures.same(path.read_text(encoding="utf-8"), content):
            yield path, content


def _baselines(root: Path) -> dict[str, str]:
    kept = read_json(root / shown.FILE)
    if isinstance(kept, Problem):
        return {}
    return {"baselines": shown.summary(kept), "baselines-in-full": shown.report(kept)}


def _large_corpora(root: Path) -> dict[str, str]:
    kept = read_json(root / large_corpora.FILE)
    if isinstance(kept, Problem):
        return {}
    return {"targets": large_corpora.table(kept), "estimate": large_corpora.estimate(kept)}


def _filled(text: str, blocks: Mapping[str, str]) -> str:
    """A text with the blocks that are given; others, which take longer to find out, stay."""
    return _BLOCK.sub(
        lambda match: (
            f"{match[1]}{blocks[match['name']]}\n{match[3]}"
            if match["name"] in blocks
            else match[0]
        ),
        text,
    )


def write(path: Path, blocks: Mapping[str, str]) -> None:
    """Write some generated parts of a file."""
    path.write_text(_filled(path.read_text(encoding="utf-8"), blocks), encoding="utf-8")


def _texts(documents: Iterable[Document]) -> tuple[dict[str, str], dict[str, str]]:
    """The included texts, and the stories of their articles, by id."""
    included = [each for each in documents if stats.included(each)]
    return (
        {each.id: each.text or "" for each in included},
        {each.id: each.article["story"] for each in included},
    )


def _problems() -> str:
    rows = (
        f"| `{rule.id}` | {rule.level} | {rule.severity} | {rule.meaning} | {rule.mend} |"
        for rule in sorted(RULES.values(), key=lambda rule: rule.level)
    )
    return "\n".join(
        ["| id | level | severity | what it means | how to mend it |", "|---" * 5 + "|", *rows]
    )


def picture(corpus: Path) -> str:
    """An annotated article as SVG."""
    document = read_document(corpus, _PICTURED)
    if not isinstance(document, Document):
        raise FileNotFoundError(f"{_PICTURED} cannot be read")
    console = Console(
        record=True, width=92, file=io.StringIO(), force_terminal=True, highlight=False
    )
    console.print(styled(document))
    return console.export_svg(
        title=f"onrecord show {_PICTURED}", unique_id="article", code_format=_SVG
    )


# The template of rich, without its fonts from the network.
_SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, monospace;
  font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-size: 18px; font-family: system-ui, sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
