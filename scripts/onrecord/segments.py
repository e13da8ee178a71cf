"""A text in paragraphs, sentences and tokens, each as an extent in code points.

A token is a run of letters, digits and underscores, with the marks that combine with them, or any
one other visible character: models that split words at punctuation, as BERT's do, find whole
tokens in it. A paragraph is a line. A sentence is what syntok finds within a paragraph.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence

import regex
from syntok import segmenter
from syntok.tokenizer import Tokenizer

from onrecord.model import Extent

_TOKEN = regex.compile(r"[\p{L}\p{N}\p{M}_]+|\S\p{M}*")
_PARAGRAPH = regex.compile(r"\S(?:.*\S)?")


def tokens(text: str) -> list[Extent]:
    """The tokens of a text."""
    return [match.span() for match in _TOKEN.finditer(text)]


def paragraphs(text: str) -> list[Extent]:
    """The lines of a text that are not blank, without white space at their edges."""
    return [match.span() for match in _PARAGRAPH.finditer(text)]


def sentences(text: str) -> list[Extent]:
    """The sentences of a text: none goes beyond its paragraph."""
    found = []
    for start, end in paragraphs(text):
        words = Tokenizer().tokenize(text[start:end])
        for sentence in segmenter.segment(words):
            last = sentence[-1]
            found.append((start + sentence[0].offset, start + last.offset + len(last.value)))
    return found


def numbers(found: Sequence[Extent], stretches: Sequence[Extent]) -> list[int]:
    """For each of some extents the number of the stretch in which it begins, from 1."""
    starts = [start for start, _ in stretches]
    return [bisect(starts, start) for start, _ in found]


def around(text: str, start: int, end: int) -> Extent:
    """The paragraphs that a stretch of a text lies in, with one more before and after them."""
    places = paragraphs(text)
    inside = [n for n, (a, b) in enumerate(places) if a < end and start < b]
    if not inside:
        return start, end
    return places[max(0, inside[0] - 1)][0], places[min(len(places), inside[-1] + 2) - 1][1]
