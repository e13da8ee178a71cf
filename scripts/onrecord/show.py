"""An annotated article in the terminal, for a person to review."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from onrecord import model
from onrecord.source import Document, Json

_STYLES = {
    "direct": "bold green",
    "mixed": "bold cyan",
    "indirect": "cyan",
    "reported": "blue",
    "free_indirect": "magenta",
    "unknown": "white",
    "indirect_free_indirect": "bold magenta",
}
_CUE, _MENTION, _TERM, _CLAIM = "yellow", "bold red", "magenta", "underline"


def show(document: Document, console: Console | None = None) -> None:
    """Print the text with its annotation in colour, then tables of quotes, speakers and claims."""
    console = console or Console(highlight=False)
    console.print(Text(document.id, "bold"), Text(_legend(), "dim"), sep="\n", end="\n\n")
    console.print(styled(document))
    for table in (_quotes(document), _speakers(document), _terms(document), _claims(document)):
        if table.row_count:
            console.print(table)


def styled(document: Document) -> Text:
    """The article's text; nested quotes lie over their parents, ids stand before each quote."""
    annotation, text = document.annotation, Text(_tame(document.text or ""))
    for claim in annotation["claims"]:
        _paint(text, claim["spans"], _CLAIM)
    for quote in sorted(annotation["quotes"], key=lambda quote: "parent" in quote):
        _paint(text, quote.get("content", []), _STYLES[quote["type"]])
        _paint(text, quote.get("cue", []), _CUE)
    for mention in model.Annotated(document).mentions.values():
        _paint(text, mention["spans"], _MENTION)
    for term in annotation["quoted_terms"]:
        _paint(text, term["spans"], _TERM)
    starts = sorted(
        (quote["content"][0]["start"], quote["id"])
        for quote in annotation["quotes"]
        if "content" in quote
    )
    pieces = text.divide([start for start, _ in starts])
    labelled = Text.assemble(pieces[0])
    for piece, (_, quote_id) in zip(pieces[1:], starts, strict=True):
        labelled.append_text(Text(f"[{quote_id}]", "reverse dim")).append_text(piece)
    return labelled


# Control characters would move the cursor of a terminal: their pictures stand for them.
_PICTURES = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"}
_PICTURES |= dict.fromkeys(
    (*range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD
)


def _tame(text: str) -> str:
    """A text of the same length that a terminal only shows."""
    return text.translate(_PICTURES)


def _paint(text: Text, spans: list[Json], style: str) -> None:
    for span in spans:
        text.stylize(style, span["start"], span["end"])


def _legend() -> str:
    types = ", ".join(f"{kind}: {style}" for kind, style in _STYLES.items())
    return f"{types}; cue: {_CUE}; mention: {_MENTION}; quoted term: {_TERM}; claim: {_CLAIM}"


def _surface(document: Document, spans: list[Json]) -> str:
    text = document.text or ""
    return " … ".join(text[span["start"] : span["end"]] for span in spans)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", show_lines=False, expand=True)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _add(table: Table, *cells: str) -> None:
    table.add_row(*(Text(_tame(cell)) for cell in cells))


def _quotes(document: Document) -> Table:
    table = _table("Quotes", "id", "type", "speakers", "source", "cue", "content", "notes")
    index = model.Annotated(document)
    for quote in document.annotation["quotes"]:
        source = index.mentions[quote["source"]]["spans"] if "source" in quote else []
        notes = [quote["polarity"]] if quote["polarity"] == "negated" else []
        notes += [quote["medium"]] if quote["medium"] != "speech" else []
        notes += [f"in {quote['parent']}"] if "parent" in quote else []
        notes += [f"relayed by {', '.join(quote['relayed_by'])}"] if "relayed_by" in quote else []
        _add(
            table,
            quote["id"],
            quote["type"],
            ", ".join(f"{key} {index.speakers[key]['name']}" for key in quote["speakers"]),
            _surface(document, source),
            _surface(document, quote.get("cue", [])),
            _surface(document, quote.get("content", [])),
            ", ".join([*notes, *quote.get("phenomena", [])]),
        )
    return table


def _speakers(document: Document) -> Table:
    table = _table("Speakers", "id", "name", "kind", "naming", "role", "mentions")
    for speaker in document.annotation["speakers"]:
        mentions = "; ".join(_surface(document, each["spans"]) for each in speaker["mentions"])
        role = ", ".join(speaker[key] for key in ("role", "affiliation") if key in speaker)
        _add(
            table,
            speaker["id"],
            speaker["name"],
            speaker["kind"],
            speaker["naming"],
            role,
            mentions,
        )
    return table


def _terms(document: Document) -> Table:
    table = _table("Quoted terms", "id", "kind", "text")
    for term in document.annotation["quoted_terms"]:
        _add(table, term["id"], term["kind"], _surface(document, term["spans"]))
    return table


def _claims(document: Document) -> Table:
    table = _table("Claims", "id", "claimants", "quote", "proposition", "labels", "text")
    keys = ("category", "stance", "certainty", "time", "checkability", "checkworthiness")
    for claim in document.annotation["claims"]:
        labels = [claim[key] for key in keys]
        labels += [f"{each['type']} {each['claim']}" for each in claim.get("relations", [])]
        _add(
            table,
            claim["id"],
            ", ".join(claim["claimants"]),
            claim.get("quote", ""),
            claim["proposition"],
            ", ".join(labels),
            _surface(document, claim["spans"]),
        )
    return table
