"""What the index searches and filters, as a script: pages opened from a folder may not fetch."""

from __future__ import annotations

import json
from collections.abc import Sequence

from onrecord import schema, splits
from onrecord.site.article import Article
from onrecord.source import Json

# The filters of the index: what readers call each, and the closed list of its values.
FILTERS = {
    "split": ("Split", splits.SPLITS),
    "genre": ("Genre", schema.enum("genre")),
    "type": ("Quote type", schema.enum("quote_type")),
    "phenomenon": (
        "Phenomenon",
        (*schema.enum("quote_phenomenon"), *schema.enum("document_phenomenon")),
    ),
    "kind": ("Speaker kind", schema.enum("speaker_kind")),
}


def facets(article: Article) -> dict[str, list[str]]:
    """The values of a document for each filter."""
    annotation = article.annotation
    quotes = annotation["quotes"]
    tags = [tag for quote in quotes for tag in quote.get("phenomena", [])]
    found = {
        "split": {article.shown.split},
        "genre": {article.record.get("genre", "other")},
        "type": {quote["type"] for quote in quotes},
        "phenomenon": {*tags, *annotation.get("phenomena", [])},
        "kind": {speaker["kind"] for speaker in annotation["speakers"]},
    }
    return {name: sorted(values) for name, values in found.items()}


def used(articles: Sequence[Article]) -> dict[str, tuple[str, list[str]]]:
    """The filters with the values that some document has, in schema order."""
    found = [facets(article) for article in articles]
    return {
        name: (label, [value for value in values if any(value in each[name] for each in found)])
        for name, (label, values) in FILTERS.items()
    }


def script(articles: Sequence[Article]) -> str:
    """A script that holds what the index needs, in the order of its rows."""
    rows = json.dumps([_row(article) for article in articles], ensure_ascii=False)
    # U+2028 and U+2029 end a line in older scripts, though not in JSON.
    rows = rows.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"window.onrecord = {rows};\n"


def _row(article: Article) -> Json:
    """What is searched: each text with the item that a find leads to."""
    annotation = article.annotation
    texts = [["", article.title]]
    for speaker in annotation["speakers"]:
        names = ", ".join([speaker["name"], *speaker.get("aliases", [])])
        texts.append([speaker["id"], names])
    if article.has_text:
        texts += [
            [quote["id"], article.surface(quote["content"])] for quote in annotation["quotes"]
        ]
    texts += [[claim["id"], claim["proposition"]] for claim in annotation["claims"]]
    return {
        "title": article.title,
        "published": article.record.get("published", ""),
        "quotes": len(annotation["quotes"]),
        "claims": len(annotation["claims"]),
        "length": article.record["text_length"],
        **facets(article),
        "texts": texts,
    }
