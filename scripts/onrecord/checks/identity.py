"""A document is what and where it says it is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from onrecord.problems import Problem
from onrecord.source import Document


def ids_match_place(document: Document) -> Iterator[Problem]:
    """The ids in both files equal the place of the files."""
    for path, value, key in (
        (document.files.article, document.article, "id"),
        (document.files.annotation, document.annotation, "article"),
    ):
        if value[key] != document.id:
            message = f'found "{value[key]}"; expected "{document.id}", from the file\'s place'
            yield Problem("id-path-mismatch", str(path), message, f"/{key}")


def text_is_the_annotated_one(document: Document) -> Iterator[Problem]:
    """Digest and length are those of the text at hand, and both files mean the same text."""
    files, article, annotation = document.files, document.article, document.annotation
    expected = article["text_sha256"]
    if annotation["text_sha256"] != expected:
        message = f"found {annotation['text_sha256']}; expected {expected}, from the article record"
        yield Problem("text-digest-mismatch", str(files.annotation), message, "/text_sha256")
    if document.text is None:
        return
    if article["text_availability"] == "withheld" and files.text.exists():
        message = "the article's text is withheld; expected no such file"
        yield Problem("text-committed", str(files.text), message, line=1)
    found = hashlib.sha256(document.text.encode()).hexdigest()
    if found != expected:
        message = f"the text has changed: its SHA-256 is {found}; expected {expected}"
        yield Problem("text-digest-mismatch", str(files.article), message, "/text_sha256")
    elif article["text_length"] != len(document.text):
        message = f"found {article['text_length']}; expected {len(document.text)} code points"
        yield Problem("text-length-mismatch", str(files.article), message, "/text_length")
