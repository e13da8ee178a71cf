"""What readers do with the pages, in a headless Chromium that opens them from a folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, add_document
from onrecord.anchor import derive
from onrecord.site.write import write
from onrecord.source import Document, Json, read_document, read_json, write_json

webdriver = pytest.importorskip("selenium.webdriver")
from selenium.webdriver.common.by import By  # noqa: E402 - only where selenium is
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.support.wait import WebDriverWait  # noqa: E402

CHROMIUM, DRIVER = (shutil.which(name) for name in ("chromium", "chromedriver"))
AXE = ROOT / ".axe" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars "
    "--disable-background-networking --disable-component-update --disable-sync"
)
pytestmark = pytest.mark.skipif(
    not CHROMIUM or not DRIVER, reason="chromium or chromedriver is absent"
)

BRIEF = "newsroom/harbour-toll-brief"
HOSTILE = (
    "<script>window.hacked = 1</script> <img src=x onerror='window.hacked = 1'>\n\n"
    "“It &amp; &lt;b&gt; \u202eesrever\u202c \u2067\u05e9\u05dc\u05d5\u05dd\u2069 </article></html>,” said Bo.\n\n"
    f"{'x' * 10_000}\n"
    '<a href="javascript:window.hacked = 1" onclick="window.hacked = 1">" autofocus onfocus="</a>\n'
)
PAGES = {
    "index": "index.html",
    "article": f"articles/{BRIEF}.html",
    "lit": f"articles/{BRIEF}.html#q3",
    "withheld": "articles/wikinews/crane.html",
    "hostile": "articles/town/hostile.html",
    "speakers": "speakers.html",
    "speaker": "speakers/osric-dunne.html",
    "passes": f"compare/{BRIEF}/ann--ben.html",
    "figures": "figures.html",
    "guidelines": "guidelines.html",
    "datasheet": "datasheet.html",
}


def hostile(corpus: Path) -> None:
    """An article that tries everything, in its text as in its annotation."""
    start = HOSTILE.index("“It")
    end = HOSTILE.index(" said Bo")
    evil = "<script>window.hacked = 1</script>\u202e"
    speaker = {
        "id": "s1",
        "name": f"Bo {evil}",
        "kind": "person",
        "naming": "named",
        "mentions": [{"id": "m1", "form": "name", "spans": _spans(end + 6, end + 8)}],
    }
    quote = {
        "id": "q1",
        "type": "direct",
        "medium": "speech",
        "content": _spans(start, end),
        "cue": _spans(end + 1, end + 5),
        "source": "m1",
        "speakers": ["s1"],
        "polarity": "affirmed",
        "delimiters": "balanced",
    }
    annotation = {"speakers": [speaker], "quotes": [quote]}
    add_document(corpus, "town/hostile", HOSTILE, annotation)
    _rewrite(corpus / "articles/town/hostile.json", {"title": evil})
    document = read_document(corpus, "town/hostile")
    assert isinstance(document, Document)
    derive(document)
    write_json(corpus / "annotations/town/hostile.json", document.annotation)


def _spans(start: int, end: int) -> list[Json]:
    return [{"start": start, "end": end, "text": HOSTILE[start:end]}]


def _rewrite(path: Path, changes: Json) -> None:
    value = read_json(path)
    assert isinstance(value, dict)
    write_json(path, {**value, **changes})


def _passes(corpus: Path) -> None:
    annotation = read_json(corpus / "annotations" / f"{BRIEF}.json")
    assert isinstance(annotation, dict)
    folder = corpus / "passes" / BRIEF
    write_json(folder / "ann.json", annotation)
    write_json(folder / "ben.json", annotation)
    claims = [{**annotation["claims"][0], "certainty": "possible"}, *annotation["claims"][1:]]
    _rewrite(folder / "ben.json", {"claims": claims})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of the corpus, with passes, guidelines and a hostile article."""
    folder = tmp_path_factory.mktemp("site")
    ignored = shutil.ignore_patterns("hydrated", "drafts", "passes")
    corpus = Path(shutil.copytree(ROOT / "corpus", folder / "corpus", ignore=ignored))
    hostile(corpus)
    _passes(corpus)
    stories = read_json(corpus / "splits.json")
    assert isinstance(stories, dict)
    _rewrite(corpus / "splits.json", {"train": sorted([*stories["train"], "hostile"])})
    shutil.copy(ROOT / "DATASHEET.md", folder)
    written = write(corpus, folder / "pages", passes=True)
    assert written.folder is not None, written.problems
    return written.folder


class Browser:
    """A browser on the pages of one folder."""

    def __init__(self, driver: Any, site: Path) -> None:
        self.driver, self.site = driver, site

    def open(self, page: str, fragment: str = "") -> None:
        address = f"{self.site.as_uri()}/{PAGES[page]}{fragment}"
        self.driver.get("about:blank")
        self.driver.get(address)
        # Now and then `get` returns before the page has taken the place of the blank one.
        arrived = "return document.readyState === 'complete' && location.pathname === arguments[0]"
        path = address.removeprefix("file://").partition("#")[0]
        WebDriverWait(self.driver, 10, 0.02).until(lambda _: self.run(arrived, path))

    def find(self, selector: str) -> Any:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[Any]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def run(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(script, *arguments)

    def hover(self, element: Any) -> None:
        """Move the pointer onto an element; the first move on a page only says where it is."""
        moves = webdriver.ActionChains(self.driver)
        moves.move_by_offset(1, 1).move_to_element(element).perform()

    def lit(self, role: str) -> set[str]:
        """The items of the text that are lit in a role."""
        found = self.run(
            "return [...document.querySelectorAll(`.text .lit-${arguments[0]}`)]"
            ".map((element) => element.dataset.item)",
            role,
        )
        return set(found)

    def resize(self, width: int, height: int = 900) -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def prefer(self, theme: str) -> None:
        features = [
            {"name": "prefers-color-scheme", "value": theme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def requests(self) -> set[str]:
        """Every address asked for since the last call."""
        messages = (json.loads(e["message"])["message"] for e in self.driver.get_log("performance"))
        sent = (each for each in messages if each["method"] == "Network.requestWillBeSent")
        return {each["params"]["request"]["url"] for each in sent}


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS.split(), f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    # The browser's own first tab loads much; it is left before anything is counted.
    driver.get("about:blank")
    driver.get_log("performance")
    yield driver
    driver.quit()


@pytest.fixture
def browser(driver: Any, site: Path) -> Iterator[Browser]:
    """A browser whose console stays empty, and which asks for nothing outside the folder."""
    browser = Browser(driver, site)
    browser.resize(1280)
    browser.prefer("light")
    yield browser
    assert driver.get_log("browser") == []
    outside = {url for url in browser.requests() if not url.startswith(site.as_uri())}
    assert outside <= {"about:blank"}
    browser.run("try { localStorage.clear() } catch {}")


def annotation(document_id: str) -> Json:
    value = read_json(ROOT / "corpus" / "annotations" / f"{document_id}.json")
    assert isinstance(value, dict)
    return value


def expected(quote: Json) -> dict[str, set[str]]:
    """What has to light up with a quote of the brief."""
    document = annotation(BRIEF)
    owners = {each["id"]: each for each in document["speakers"]}
    mentions = {m["id"] for key in quote["speakers"] for m in owners[key]["mentions"]}
    claims = {claim["id"] for claim in document["claims"] if claim.get("quote") == quote["id"]}
    return {
        "self": {quote["id"]},
        "cue": {f"{quote['id']}-cue"},
        "source": {quote["source"]},
        "speaker": mentions,
        "claim": claims,
    }


def test_hovering_a_quote_lights_what_belongs_to_it(browser: Browser) -> None:
    browser.open("article")
    quote = annotation(BRIEF)["quotes"][2]
    element = browser.find(f"#{quote['id']}")
    browser.hover(element)
    assert {role: browser.lit(role) for role in expected(quote)} == expected(quote)
    assert browser.find(f"#item-{quote['id']}.lit-self")
    browser.hover(browser.find(".brand"))
    assert browser.lit("self") == set()


def test_the_keyboard_reaches_and_lights_every_quote(browser: Browser) -> None:
    browser.open("article")
    seen = []
    browser.find("#layer-mention").send_keys(Keys.TAB)
    quotes = annotation(BRIEF)["quotes"]
    for _ in quotes:
        seen.append(browser.driver.switch_to.active_element.get_attribute("id"))
        assert browser.lit("self") == {seen[-1]}
        browser.driver.switch_to.active_element.send_keys(Keys.TAB)
    assert sorted(seen) == sorted(quote["id"] for quote in quotes)
    browser.find("#q1").send_keys(Keys.ENTER)
    assert browser.driver.switch_to.active_element.get_attribute("href").endswith("#q1")
    assert browser.driver.current_url.endswith("#q1")
    browser.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert browser.lit("self") == set()


def test_permanent_links_lead_to_quotes_claims_and_speakers(browser: Browser) -> None:
    browser.open("article", "#q3")
    assert browser.lit("self") == {"q3"}
    assert browser.driver.switch_to.active_element.get_attribute("id") == "q3"
    assert browser.run("return document.getElementById('q3').matches(':target')")
    browser.open("article", "#c4")
    assert browser.lit("self") == {"c4"}
    browser.open("article", "#s1")
    owners = {each["id"]: each for each in annotation(BRIEF)["speakers"]}
    assert browser.lit("speaker") == {mention["id"] for mention in owners["s1"]["mentions"]}


def test_the_panel_jumps_into_the_text_and_back(browser: Browser) -> None:
    browser.open("article")
    browser.find("#item-q5 .ref").click()
    assert browser.driver.switch_to.active_element.get_attribute("id") == "q5"
    assert browser.lit("self") == {"q5"}
    browser.find("#q8").click()
    assert browser.driver.current_url.endswith("#q8")
    top, bottom, height = browser.run(
        "const box = document.getElementById('item-q8').getBoundingClientRect();"
        "return [box.top, box.bottom, innerHeight]"
    )
    assert 0 <= top < bottom <= height


def test_layers_are_switched_off_and_on(browser: Browser) -> None:
    browser.open("article")
    background = "return getComputedStyle(document.getElementById('q3')).textDecorationLine"
    assert browser.run(background) == "underline"
    browser.find("#layer-quote").click()
    assert browser.run(background) == "none"
    browser.hover(browser.find("#q3"))
    assert "q3" not in browser.lit("self")
    browser.find("#layer-quote").click()
    assert browser.run(background) == "underline"


def test_json_is_one_click_away(browser: Browser) -> None:
    browser.open("article")
    link = browser.find(".facts a[href$='.json']")
    file = browser.site / "articles" / "newsroom" / link.get_dom_attribute("href")
    value = json.loads(file.read_text(encoding="utf-8"))
    assert value["annotation"] == annotation(BRIEF)


def test_the_theme_is_toggled_and_kept(browser: Browser) -> None:
    paper = "return getComputedStyle(document.body).backgroundColor"
    browser.open("article")
    light = browser.run(paper)
    browser.find("#theme").click()
    dark = browser.run(paper)
    assert dark != light
    assert browser.find("#theme").get_attribute("aria-pressed") == "true"
    browser.open("index")
    assert browser.run(paper) == dark
    browser.find("#theme").click()
    assert browser.run(paper) == light


def test_the_figures_are_in_the_theme_of_the_page(browser: Browser) -> None:
    def pictures() -> set[str]:
        shown = [each for each in browser.all(".plot") if each.is_displayed()]
        assert len(shown) == len(browser.all(".figure"))
        return {each.get_attribute("src").rpartition("-")[2] for each in shown}

    for prefers, other in (("light", "dark"), ("dark", "light")):
        browser.prefer(prefers)
        browser.open("figures")
        assert pictures() == {f"{prefers}.svg"}
        browser.find("#theme").click()
        assert pictures() == {f"{other}.svg"}
        browser.run("localStorage.clear()")
    loaded = (
        "return [...document.querySelectorAll('.plot')]"
        ".every((each) => { each.loading = 'eager'; return each.complete && each.naturalWidth > 600; })"
    )
    WebDriverWait(browser.driver, 10, 0.02).until(lambda _: browser.run(loaded))


def visible(browser: Browser) -> list[str]:
    return [
        element.get_attribute("href").rpartition("/articles/")[2].removesuffix(".html")
        for element in browser.all("#rows > li:not([hidden]) h2 a")
    ]


def test_the_index_searches_filters_and_sorts(browser: Browser) -> None:
    browser.open("index")
    everything = visible(browser)
    documents = {path: annotation(path) for path in everything if path != "town/hostile"}
    assert len(documents) == len(list((ROOT / "corpus/annotations").glob("*/*.json")))
    browser.find("#query").send_keys("DREDGE goodwill")
    assert BRIEF in visible(browser)
    assert len(visible(browser)) < len(everything)
    find = browser.find("#rows > li:not([hidden]) .finds a")
    assert find.get_attribute("href").rpartition("#")[2]
    browser.find("#query").clear()
    browser.find("#query").send_keys("zzzz")
    assert visible(browser) == []
    assert browser.find("#count").text == f"0 of {len(everything)} articles"
    browser.find("#query").send_keys(Keys.BACKSPACE * 4)
    browser.run(
        "const filter = document.querySelector('[data-filter=type]'); filter.value = 'direct';"
        "filter.dispatchEvent(new Event('change'))"
    )
    direct = {k for k, v in documents.items() if any(q["type"] == "direct" for q in v["quotes"])}
    assert set(visible(browser)) == direct | {"town/hostile"}
    browser.run(
        "const sort = document.getElementById('sort'); sort.value = 'quotes';"
        "sort.dispatchEvent(new Event('change'))"
    )
    counts = [len(documents[each]["quotes"]) for each in visible(browser) if each in documents]
    assert counts == sorted(counts, reverse=True)
    address = browser.driver.current_url.partition("#")[2]
    browser.open("index", f"#{address}")
    assert set(visible(browser)) == direct | {"town/hostile"}


def test_passes_are_compared(browser: Browser) -> None:
    browser.open("article")
    browser.find(".facts a[href*='compare/']").click()
    items = browser.all("#panel .item")
    assert len(items) == 1
    assert "claim: certainty" in items[0].text
    assert "as A: certain" in items[0].text
    assert {e.get_attribute("data-item") for e in browser.all(".text .differs")} == {"a-c1", "b-c1"}
    browser.hover(items[0])
    assert browser.lit("self") == {"a-c1", "b-c1"}


def test_hostile_text_is_inert_and_exact(browser: Browser) -> None:
    for page in ("hostile", "index", "speakers"):
        for width in (360, 1280):
            browser.resize(width)
            browser.open(page)
            assert browser.run("return window.hacked") is None
            assert browser.run("return document.documentElement.scrollWidth <= innerWidth")
    browser.open("hostile")
    assert browser.find(".text").get_property("textContent") == HOSTILE
    assert browser.run("return document.querySelectorAll('.text script, .text img').length") == 0
    browser.open("index")
    browser.find("#query").send_keys("<script>")
    assert visible(browser) == ["town/hostile"]


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_wider_than_a_phone(page: str, browser: Browser) -> None:
    browser.resize(360)
    browser.open(page)
    assert browser.run("return document.documentElement.scrollWidth") <= 360


def test_lines_have_60_to_75_characters(browser: Browser) -> None:
    browser.open("article")
    measure = browser.run(
        "const text = document.querySelector('.text'); const probe = document.createElement('span');"
        "probe.textContent = arguments[0]; probe.style.whiteSpace = 'nowrap'; text.append(probe);"
        "return text.clientWidth / (probe.getBoundingClientRect().width / arguments[0].length)",
        (ROOT / "corpus" / "articles" / f"{BRIEF}.txt").read_text("utf-8").replace("\n", " "),
    )
    assert 60 <= measure <= 75


@pytest.mark.skipif(
    not AXE.is_file(), reason="axe-core is absent: npm install --prefix .axe axe-core"
)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing(page: str, theme: str, browser: Browser) -> None:
    browser.prefer(theme)
    browser.open(page)
    browser.run(AXE.read_text(encoding="utf-8"))
    violations = browser.driver.execute_async_script(
        "const [rules, done] = arguments; const options = { preload: false };"
        "if (rules.length) options.runOnly = rules;"
        "axe.run(options).then(({ violations }) => done(violations))",
        # The themes differ in their colours only.
        ["color-contrast"] if theme == "dark" else [],
    )
    assert [(each["id"], [n["html"] for n in each["nodes"]][:3]) for each in violations] == []
