"""The pages of a corpus: what is marked, what may be shown, and what two passes differ in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT, VALID, add_document, needs_shared
from onrecord import figures, stats
from onrecord.anchor import derive
from onrecord.problems import Problem
from onrecord.site.article import Article, lights
from onrecord.site.compare import comparisons
from onrecord.site.markup import Mark, marked_up
from onrecord.site.people import People
from onrecord.site.prose import html
from onrecord.site.shown import Shown, read
from onrecord.site.write import write
from onrecord.source import Document, Json, read_document, read_json, write_json


def shown(corpus: Path, *, passes: bool = False) -> list[Shown]:
    found = [*read(corpus, "text", passes=passes)]
    assert not [item for item in found if isinstance(item, Problem)]
    return [item for item in found if isinstance(item, Shown)]


class Reader(HTMLParser):
    """What a browser sees: the text, and where each item stands in it."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.text = ""
        self.items: dict[str, set[int]] = defaultdict(set)
        self.ids: list[str] = []
        self._open: list[tuple[str, str | None]] = []
        self.feed(str(markup))
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append((tag, dict(attrs).get("data-item")))
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, item in self._open:
            if item is not None:
                self.items[item].update(range(len(self.text), len(self.text) + len(data)))
        self.text += data


class Page(HTMLParser):
    """The text of a whole page."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(str(markup))

    def handle_data(self, data: str) -> None:
        self.text += data


TEXTS = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("\n\n\n<>&\"';\r\u202e\u2066 a"),
    max_size=80,
)


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, list[Mark], list[Json]]:
    text = draw(TEXTS)
    places = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
    extents = st.lists(places.map(sorted).filter(lambda pair: pair[0] < pair[1]), max_size=12)
    ranks = st.tuples(st.integers(0, 3), st.integers(0, 2))
    marks = [
        Mark(draw(ranks), start, end, f"i{n}", first=(("id", f"i{n}"),))
        for n, (start, end) in enumerate(draw(extents) if text else [])
    ]
    kinds = st.sampled_from(["headline", "body", "caption"])
    regions = [
        {"start": start, "end": end, "kind": draw(kinds)}
        for start, end in (draw(extents) if text else [])
    ]
    return text, marks, regions


@given(marked_texts())
def test_the_tags_taken_away_the_text_remains(case: tuple[str, list[Mark], list[Json]]) -> None:
    text, marks, regions = case
    read = Reader(marked_up(text, marks, regions))
    assert read.text == text
    for mark in marks:
        # A line feed between two lines of the text belongs to neither of their elements.
        expected = {n for n in range(mark.start, mark.end) if text[n] != "\n"}
        assert read.items[mark.item] == expected
        assert read.ids.count(mark.item) == bool(expected)


def test_crossing_marks_become_fragments() -> None:
    marks = [Mark((1,), 0, 4, "q1", "quote"), Mark((2,), 2, 6, "c1", "claim")]
    assert marked_up("abcdef", marks, []) == (
        '<p class="body" dir="auto"><span class="quote" data-item="q1">ab'
        '<span class="claim" data-item="c1">cd</span></span>'
        '<span class="claim" data-item="c1">ef</span></p>'
    )


def test_every_article_of_the_corpus_is_its_text() -> None:
    for item in shown(ROOT / "corpus"):
        if item.document.text is not None:
            assert Reader(Article(item).text()).text == item.document.text


def test_a_quote_lights_up_what_belongs_to_it() -> None:
    document = read_document(VALID, "town/bridge")
    assert isinstance(document, Document)
    mentions = ["m1:speaker", "m2:speaker", "m3:speaker"]
    assert lights(document.annotation) == {
        "q1": ["q1:self", "q1-cue:cue", "m2:source", *mentions, "c1:claim"],
        "q2": ["q2:self", "q2-cue:cue", "m3:source", *mentions],
        "c1": ["c1:self", "q1:quote", *mentions],
        "s1": ["q1:quote", "q2:quote", *mentions],
        "s2": ["m4:speaker"],
    }


def test_nested_quotes_and_related_claims_light_up_both_ways() -> None:
    quote = {"speakers": [], "content": []}
    claim = {"claimants": [], "spans": []}
    annotation = {
        "speakers": [],
        "quotes": [{**quote, "id": "q1"}, {**quote, "id": "q2", "parent": "q1"}],
        "quoted_terms": [{"id": "t1"}],
        "claims": [
            {**claim, "id": "c1"},
            {**claim, "id": "c2", "relations": [{"type": "answers", "claim": "c1"}]},
        ],
    }
    assert lights(annotation) == {
        "q1": ["q1:self", "q1-cue:cue", "q2:child"],
        "q2": ["q2:self", "q2-cue:cue", "q1:parent"],
        "c1": ["c1:self", "c2:related"],
        "c2": ["c2:self", "c1:related"],
        "t1": ["t1:self"],
    }


def test_a_release_and_its_corpus_show_the_same(sample: Path) -> None:
    def essence(item: Shown) -> tuple[object, ...]:
        document = item.document
        article = {key: value for key, value in document.article.items() if key != "title"}
        return document.id, item.split, article, document.annotation, document.text

    corpus = sample.parents[1] / "corpus"
    with_text = [item for item in shown(corpus) if item.document.text is not None]
    assert [*map(essence, shown(sample))] == [*map(essence, with_text)]


def surfaces(corpus: Path) -> set[str]:
    """Longer stretches of withheld texts that no proposition or title repeats, as they may."""
    articles = [
        Article(item)
        for item in shown(corpus)
        if item.document.article["text_availability"] == "withheld"
    ]
    public = [claim["proposition"] for each in articles for claim in each.annotation["claims"]]
    public += [each.shown.document.article.get("title", "") for each in articles]
    quoted = {
        span["text"]
        for each in articles
        for quote in each.annotation["quotes"]
        for span in quote["content"]
    }
    return {each for each in quoted if len(each) > 40 and not any(each in p for p in public)}


@needs_shared
@pytest.mark.parametrize("source", ["corpus", "release"])
@pytest.mark.parametrize("withheld", ["labels", "bars", "text"])
def test_withheld_words_appear_only_when_asked_for(
    source: str, withheld: str, sample: Path, tmp_path: Path
) -> None:
    corpus = sample.parents[1] / "corpus"
    folder = corpus if source == "corpus" else sample
    write(folder, tmp_path / "site", withheld=withheld)  # type: ignore[arg-type]
    written = [path for path in (tmp_path / "site").rglob("*") if path.suffix in (".json", ".js")]
    everything = "\n".join(path.read_text("utf-8").replace('\\"', '"') for path in written)
    pages = (tmp_path / "site").rglob("*.html")
    everything += "\n".join(Page(path.read_text("utf-8")).text for path in pages)
    expected = surfaces(corpus)
    found = {each for each in expected if each in everything}
    assert expected
    assert found == (expected if withheld == "text" else set())
    assert ("━" in everything) == (withheld == "bars")
    page = (tmp_path / "site/articles/seed/red-lines.html").read_text("utf-8")
    assert ("onrecord hydrate seed" in page) == (withheld == "labels")


def test_two_sites_are_equal_byte_for_byte(corpus: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(corpus, tmp_path / name)
    one, two = (
        {path.relative_to(tmp_path / name): path.read_bytes() for path in _files(tmp_path / name)}
        for name in ("one", "two")
    )
    assert one == two
    assert Path("articles/town/bridge.html") in one


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_corpus_with_problems_leaves_the_earlier_site(
    corpus: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    assert run("site", corpus, "--out", "site").exit_code == 0
    before = {path: path.read_bytes() for path in _files(tmp_path / "site")}
    (corpus / "articles/town/bridge.txt").write_text("edited")
    result = run("site", corpus, "--out", "site")
    assert result.exit_code == 1
    assert "[text-digest-mismatch]" in result.stderr
    assert {path: path.read_bytes() for path in _files(tmp_path / "site")} == before


def test_a_folder_of_something_else_is_not_replaced(
    corpus: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear").write_text("Sir")
    result = run("site", corpus, "--out", "letters")
    assert result.exit_code == 2
    assert "letters holds something that is no site" in result.stderr
    assert (tmp_path / "letters" / "dear").read_text() == "Sir"


def test_a_broken_release_is_a_problem(tmp_path: Path, run: Callable[..., Result]) -> None:
    data = tmp_path / "release" / "data" / "documents"
    data.mkdir(parents=True)
    (data / "train-00000-of-00001.parquet").write_text("no Parquet")
    result = run("site", "release", "--out", "site")
    assert result.exit_code == 1
    assert "train-00000-of-00001.parquet:1:1: cannot be read" in result.stderr
    assert not (tmp_path / "site").exists()


def add_passes(corpus: Path, document_id: str, change: Callable[[Json], None]) -> None:
    """Two passes over a document: its annotation as it is, and one with a change."""
    for annotator in ("ann", "ben"):
        document = read_document(corpus, document_id)
        assert isinstance(document, Document)
        annotation = {**document.annotation, "annotators": [annotator]}
        if annotator == "ben":
            change(annotation)
            derive(replace(document, annotation=annotation))
        write_json(corpus / "passes" / document_id / f"{annotator}.json", annotation)


def test_passes_are_compared_by_what_they_mean(corpus: Path) -> None:
    def change(annotation: Json) -> None:
        # Other ids alone are no disagreement.
        names = {"q1": "q7", "q2": "q8"}
        for quote in annotation["quotes"]:
            quote["id"] = names.get(quote["id"], quote["id"])
            quote.setdefault("parent", "")
            quote["parent"] = names.get(quote["parent"], quote["parent"])
            if not quote["parent"]:
                del quote["parent"]
        for claim in annotation["claims"]:
            if "quote" in claim:
                claim["quote"] = names.get(claim["quote"], claim["quote"])
        annotation["quotes"][0]["medium"] = "writing"
        annotation["quotes"][0]["cue"] = [{"start": 53, "end": 66, "text": "Ana Hall said"}]
        annotation["quotes"][0].pop("source")

    add_passes(corpus, "town/bridge", change)
    (item,) = shown(corpus, passes=True)
    (pair,) = comparisons(Article(item))
    assert pair.url == "compare/town/bridge/ann--ben.html"
    assert [
        (each.kind, each.item, each.field, each.left, each.right, each.values, each.decision)
        for each in pair.differences
    ] == [
        ("extent", "quote", "cue", "q1", "q7", ("said", "Ana Hall said"), "as A: said"),
        ("label", "quote", "medium", "q1", "q7", ("speech", "writing"), "as A: speech"),
        ("reference", "quote", "source", "q1", "q7", ("Ana Hall", "none"), "as A: Ana Hall"),
    ]
    assert pair.differing("right") == {"q7"}


def test_what_one_pass_lacks_is_missing(corpus: Path) -> None:
    def change(annotation: Json) -> None:
        gone = annotation["quotes"].pop(0)["id"]
        annotation["claims"] = [c for c in annotation["claims"] if c.get("quote") != gone]

    add_passes(corpus, "town/bridge", change)
    (item,) = shown(corpus, passes=True)
    (pair,) = comparisons(Article(item))
    found = {(each.item, each.left, each.right, each.decision) for each in pair.differences}
    assert ("quote", "q1", None, "kept") in found
    assert {each.kind for each in pair.differences} == {"missing"}


def test_a_pass_with_a_problem_is_refused(corpus: Path, run: Callable[..., Result]) -> None:
    def change(annotation: Json) -> None:
        annotation["quotes"][0]["speakers"] = ["s9"]

    annotation = read_json(corpus / "annotations/town/bridge.json")
    assert not isinstance(annotation, Problem)
    change(annotation)
    write_json(corpus / "passes/town/bridge/ben.json", annotation)
    result = run("site", corpus, "--out", "site", "--passes")
    assert result.exit_code == 1
    assert "passes/town/bridge/ben.json" in result.stderr
    assert result.stderr.count("[unknown-reference]") == 1


def test_speakers_are_the_same_by_wikidata_or_by_name(corpus: Path) -> None:
    def speaker(name: str, **more: str) -> Json:
        return {
            "id": "s1",
            "name": name,
            "kind": "person",
            "naming": "named",
            "mentions": [],
            **more,
        }

    people = [
        speaker("Ana Hall", wikidata="Q1"),
        speaker("A. Hall", wikidata="Q1"),
        speaker("ana  hall"),
        speaker("Анна Холл"),
        speaker("Anna", naming="anonymous"),
    ]
    for n, each in enumerate(people):
        add_document(corpus, f"town/n{n}", "Nothing.", {"speakers": [each]})
    articles = []
    for n in range(len(people)):
        document = read_document(corpus, f"town/n{n}")
        assert isinstance(document, Document)
        articles.append(Article(Shown(document, "train")))
    found = {
        person.slug: [article.id for article, _ in person.appearances]
        for person in People(articles)
    }
    assert found.pop("ana-hall") == ["town/n0", "town/n1", "town/n2"]
    assert [*found.values()] == [["town/n3"]]


def test_the_figures_are_those_of_the_card(sample: Path, tmp_path: Path) -> None:
    """But for agreement, of which a release has the picture only."""
    write(sample, tmp_path / "site", withheld="text")
    drawn = {path.name: path.read_bytes() for path in (tmp_path / "site/figures").iterdir()}
    card = {path.name: path.read_bytes() for path in (sample / figures.FOLDER).iterdir()}
    assert card.keys() - drawn.keys() == {"agreement-light.svg", "agreement-dark.svg"}
    assert drawn == {name: card[name] for name in drawn}


def test_the_figures_stand_beside_their_numbers(corpus: Path, tmp_path: Path) -> None:
    write(corpus, tmp_path / "site")
    page = (tmp_path / "site/figures.html").read_text("utf-8")
    for figure in figures.figures(stats.count(stats.read(corpus)[0])):
        for theme in figures.THEMES:
            assert f'class="plot {theme}" src="figures/{figure.name}-{theme}.svg"' in page
            assert (tmp_path / "site/figures" / figures.file_name(figure, theme)).is_file()
        for row in figures.table(figure).rows:
            assert f'<th scope="row">{row[0]}</th><td>{"</td><td>".join(row[1:])}</td>' in page


def test_documents_become_pages_with_links_between_them_only() -> None:
    text = (
        '<!-- generated: x -->\n# <a id="r1"></a>Rules & more\n\n## Why\n\n'
        "[data](../DATASHEET.md#x) [code](a.py) <b>"
    )
    assert html(text, {"DATASHEET.md": "datasheet.html"}) == (
        '<h1 id="r1">Rules &amp; more</h1>\n<h2 id="why">Why</h2>\n'
        '<p><a href="datasheet.html#x">data</a> <a>code</a> &lt;b&gt;</p>\n'
    )


def test_tables_have_no_styles_and_no_empty_headers() -> None:
    drawn = html("| | all |\n|---|---:|\n| quotes | 3 |", {})
    assert re.sub(r"\n", "", drawn) == (
        '<table tabindex="0"><thead><tr><td></td><th class="right">all</th></tr></thead>'
        '<tbody><tr><td>quotes</td><td class="right">3</td></tr></tbody></table>'
    )


def test_the_notation_of_the_guidelines_is_drawn() -> None:
    text = "{Vane} ‹said› ⟦that {the **court**} ⟦`<br>` left⟧⟧ } [rule](#r1)"
    assert html(text, {}) == (
        '<p><span class="mention">Vane</span> <span class="cue">said</span> '
        '<span class="quote depth-0">that <span class="mention">the '
        '<span class="strong">court</span></span> '
        '<span class="quote depth-1"><span class="code">&lt;br&gt;</span> left</span></span>'
        '  <a href="#r1">rule</a></p>\n'
    )


def test_every_example_of_the_guidelines_is_drawn() -> None:
    text = (ROOT / "corpus" / "GUIDELINES.md").read_text(encoding="utf-8")
    drawn = html(text, {})
    for opening, layer in (("⟦", "quote"), ("‹", "cue")):
        # The paragraph on the notation shows each sign once.
        assert Page(drawn).text.count(opening) == 1
        assert drawn.count(f'<span class="{layer}') >= text.count(opening)
