"""Markdown as pages, the guidelines' examples drawn by the code that draws articles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from onrecord.site.markup import Mark, Marker

# The documents that become pages, by where they lie beside or in a corpus or release.
PAGES = {
    "guidelines.html": ("Guidelines", ("GUIDELINES.md", "corpus/GUIDELINES.md")),
    "datasheet.html": ("Datasheet", ("DATASHEET.md", "../DATASHEET.md")),
}
# How the guidelines note a span in an example: closing mark → opening mark, layer and rank.
_NOTATION = {"⟧": ("⟦", "quote", 1), "›": ("‹", "cue", 2), "}": ("{", "mention", 3)}
_SIGNS = re.compile(r"[⟦⟧‹›{}]")
_ANCHOR = re.compile(r'<a id="([\w-]+)"></a>')
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def find(source: Path) -> dict[str, tuple[str, Path]]:
    """The documents that are there: page → (label, file)."""
    places = {
        page: (label, [source / place for place in places if (source / place).is_file()])
        for page, (label, places) in PAGES.items()
    }
    return {page: (label, paths[0]) for page, (label, paths) in places.items() if paths}


def html(text: str, pages: Mapping[str, str]) -> Markup:
    """Markdown as HTML. Links to other documents lead to their pages, or nowhere."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(_COMMENT.sub("", text))
    for opening, content, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opening.type == "heading_open":
            _name(opening, content)
        elif opening.type in ("th_open", "td_open"):
            _plain_cell(opening, content, closing)
        elif opening.type == "table_open":
            # Wide ones scroll, which has to be possible by keyboard.
            opening.attrSet("tabindex", "0")
    for token in tokens:
        for child in token.children or ():
            _redirect(child, pages)
        if token.children and _SIGNS.search(token.content):
            token.children = [*_drawn(token.children)]
    return Markup(parser.renderer.render(tokens, parser.options, {}))


def _name(heading: Token, content: Token) -> None:
    """Give a heading its id: the one written before it, or else its own words."""
    named = _ANCHOR.match(content.content)
    if named and content.children:
        content.content = content.content.removeprefix(named[0])
        content.children[0].content = content.children[0].content.removeprefix(named[0])
    words = re.sub(r"\W+", "-", content.content.lower()).strip("-")
    heading.attrSet("id", named[1] if named else words)


def _plain_cell(cell: Token, content: Token, closing: Token) -> None:
    """A cell aligned by a class, as no page may have styles of its own; without words no header."""
    if style := cell.attrs.pop("style", None):
        cell.attrSet("class", str(style).rpartition(":")[2])
    if cell.tag == "th" and not content.content:
        cell.tag = closing.tag = "td"


def _redirect(link: Token, pages: Mapping[str, str]) -> None:
    target = str(link.attrGet("href") or "")
    if link.type == "link_open" and "://" not in target and not target.startswith("#"):
        # The repository's other files are not part of the site.
        path, _, place = target.partition("#")
        page = pages.get(path.rpartition("/")[2])
        link.attrs = {"href": f"{page}#{place}" if place else page} if page else {}


def _drawn(children: Iterable[Token]) -> Iterator[Token]:
    """The words of a paragraph with its notation drawn, stretch by stretch between links."""
    example = _Example()
    for child in children:
        if not example.take(child):
            yield example.token()
            yield child
            example = _Example()
    yield example.token()


class _Example:
    """A stretch of text in the guidelines' notation."""

    def __init__(self) -> None:
        self._text = ""
        self._marks: list[Mark] = []
        self._open: list[tuple[str, int]] = []

    def take(self, token: Token) -> bool:
        """Add a token, unless it is one that no mark can stand for."""
        match token.type:
            case "text":
                self._add(token.content)
            case "code_inline":
                self._begin("`")
                self._add(token.content)
                self._end("`", "code", (5,))
            case "softbreak":
                self._text += "\n"
            case "strong_open" | "em_open":
                self._begin(token.markup)
            case "strong_close" | "em_close":
                self._end(token.markup, token.tag, (4,))
            case _:
                return False
        return True

    def token(self) -> Token:
        """What was added, as HTML."""
        drawn = Marker(self._text, self._marks).markup(0, len(self._text))
        return Token("html_inline", "", 0, content=drawn)

    def _add(self, text: str) -> None:
        last = 0
        for sign in _SIGNS.finditer(text):
            self._text += text[last : sign.start()]
            last = sign.end()
            if sign[0] not in _NOTATION:
                self._begin(sign[0])
            else:
                opening, layer, rank = _NOTATION[sign[0]]
                depth = sum(each == "⟦" for each, _ in self._open) - 1
                classes = f"quote depth-{depth}" if layer == "quote" else layer
                self._end(opening, classes, (rank, depth), sign[0])
        self._text += text[last:]

    def _begin(self, sign: str) -> None:
        self._open.append((sign, len(self._text)))

    def _end(self, sign: str, classes: str, rank: tuple[int, ...], closing: str = "") -> None:
        for n in range(len(self._open) - 1, -1, -1):
            if self._open[n][0] == sign:
                start = self._open.pop(n)[1]
                if closing and not self._text[start:].strip():
                    # Signs around nothing are themselves what is spoken of.
                    self._text = f"{self._text[:start]}{sign}{self._text[start:]}{closing}"
                self._marks.append(Mark(rank, start, len(self._text), "", classes))
                return
