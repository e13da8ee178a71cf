"""Writes the pages of a corpus or release into a folder."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader

from onrecord import figures, grid, stats
from onrecord.alignment import KINDS
from onrecord.folders import replaced
from onrecord.problems import Problem
from onrecord.site import prose, search
from onrecord.site.article import LAYERS, Article
from onrecord.site.compare import comparisons
from onrecord.site.people import People
from onrecord.site.shown import Shown, Withheld, read
from onrecord.source import dumps

_HERE = Path(__file__).resolve().parent
_MARK = Path("assets") / "onrecord.css"


class NotASiteError(Exception):
    """The target holds something that is no earlier site, and would be lost."""


@dataclass(slots=True)
class Written:
    """What came of a run: the folder, or None where problems forbid it."""

    folder: Path | None = None
    problems: list[Problem] = field(default_factory=list)
    pages: int = 0


def write(
    source: Path, target: Path, *, withheld: Withheld = "labels", passes: bool = False
) -> Written:
    """Write the site of a corpus or release, replacing an earlier one of that name.

    Equal input gives equal bytes. Raises OSError, and NotASiteError where the target is
    a folder of something else.
    """
    if target.exists() and not (target / _MARK).exists() and any(target.iterdir()):
        raise NotASiteError(f"{target} holds something that is no site; expected a new folder")
    found = [*read(source, withheld, passes=passes)]
    problems = [item for item in found if isinstance(item, Problem)]
    if any(problem.rule.severity == "error" for problem in problems):
        return Written(problems=problems)
    with replaced(target) as folder:
        shown = [item for item in found if isinstance(item, Shown)]
        counted = stats.count((each.document, each.split) for each in shown)
        drawn = figures.of(counted, source)
        pages = _Site(
            folder, shown, prose.find(source), stats.tables(counted)["rows"], drawn
        ).write()
    return Written(target, problems, pages)


class _Site:
    """The pages of one site, under construction."""

    def __init__(
        self,
        folder: Path,
        shown: list[Shown],
        documents: dict[str, tuple[str, Path]],
        rows: grid.Table,
        drawn: list[figures.Figure],
    ) -> None:
        self._folder, self._pages = folder, 0
        self._articles = [Article(each) for each in shown]
        self._people = People(self._articles)
        self._documents, self._rows, self._drawn = documents, rows, drawn
        self._sections = {
            "index.html": "Articles",
            "speakers.html": "Speakers",
            "figures.html": "Figures",
            **{page: label for page, (label, _) in documents.items()},
        }

    def write(self) -> int:
        shutil.copytree(_HERE / "assets", self._folder / "assets")
        self._index()
        for article in self._articles:
            self._article(article)
        for person in self._people:
            self._page("speaker.html", person.url, person=person)
        pages = {path.name: page for page, (_, path) in self._documents.items()}
        for page, (label, path) in self._documents.items():
            content = prose.html(path.read_text(encoding="utf-8"), pages)
            self._page("prose.html", page, label=label, content=content)
        return self._pages

    def _index(self) -> None:
        articles = sorted(self._articles, key=lambda article: article.title.casefold())
        script = self._folder / "assets" / "search.js"
        script.write_text(search.script(articles), encoding="utf-8")
        filters = search.used(articles)
        self._page("index.html", "index.html", articles=articles, filters=filters)
        self._page("speakers.html", "speakers.html")
        for _ in figures.write(self._folder / figures.FOLDER, self._drawn):
            pass
        self._page(
            "figures.html", "figures.html", rows=self._rows, drawn=self._drawn, figures=figures
        )

    def _article(self, article: Article) -> None:
        pairs = comparisons(article)
        for pair in pairs:
            self._page("compare.html", pair.url, pair=pair, kinds=KINDS, layers=LAYERS)
        url = f"articles/{article.id}.html"
        self._page("article.html", url, article=article, layers=LAYERS, comparisons=pairs)
        document = article.shown.document
        text = {} if document.text is None else {"text": document.text}
        value = {"article": document.article, "annotation": document.annotation, **text}
        path = (self._folder / url).with_suffix(".json")
        path.write_text(dumps(value) + "\n", encoding="utf-8")

    def _page(self, template: str, url: str, **values: object) -> None:
        path = self._folder / url
        path.parent.mkdir(parents=True, exist_ok=True)
        root = "../" * url.count("/")
        shared = {
            "root": root,
            "url": url,
            "people": self._people,
            "sections": self._sections.items(),
        }
        text = _environment().get_template(template).render(shared | values)
        path.write_text(text, encoding="utf-8", newline="\n")
        self._pages += 1


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("onrecord.site"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
