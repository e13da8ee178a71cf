"""A document is what and where it says it is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from onrecord.model import Annotated
from onrecord.problems import Problem


def ids_match_place(annotated: Annotated) -> Iterator[Problem]:
    """The ids in both files equal the place of the files."""
    document = annotated.document
    for path, value, key in (
        (document.files.article, document.article, "id"),
        (document.files.annotation, document.annotation, "article"),
    ):
        if value[key] != document.id:
            message = f'found "{value[key]}"; expected "{document.id}", from the file\'s place'
            yield Problem("id-path-mismatch", str(path), message, f"/{key}")


def text_is_the_annotated_one(annotated: Annotated) -> Iterator[Problem]:
    """Digest and length are those of the text at hand, and both files mean the same text."""
    document, text = annotated.document, annotated.text
    files, article, expected = document.files, document.article, document.article["text_sha256"]
    if annotated.annotation["text_sha256"] != expected:
        found = annotated.annotation["text_sha256"]
        message = f"found {found}; expected {expected}, from the article record"
        yield Problem("text-digest-mismatch", annotated.file, message, "/text_sha256")
    if text is None:
        return
    if document.committed and article["text_availability"] == "withheld":
        message = "found the text of a withheld article; expected no such file"
        yield Problem("text-committed", str(files.text), message, line=1)
    found = hashlib.sha256(text.encode()).hexdigest()
    if found != expected:
        message = f"the text has changed: its SHA-256 is {found}; expected {expected}"
        yield Problem("text-digest-mismatch", str(files.article), message, "/text_sha256")
    elif article["text_length"] != len(text):
        message = f"found {article['text_length']}; expected {len(text)} code points"
        yield Problem("text-length-mismatch", str(files.article), message, "/text_length")
