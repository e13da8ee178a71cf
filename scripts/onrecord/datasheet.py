"""Whether a datasheet answers each of the 57 questions of Gebru et al. (2021)."""

from __future__ import annotations

import re
from collections.abc import Iterator

SECTIONS = {
    "motivation": 4,
    "composition": 16,
    "collection": 12,
    "preprocessing": 4,
    "uses": 6,
    "distribution": 7,
    "maintenance": 8,
}
# Data statements for NLP (Bender & Friedman 2018).
STATEMENT = (
    "Curation rationale",
    "Language variety",
    "Speaker demographic",
    "Annotator demographic",
    "Speech situation",
    "Text characteristics",
    "Recording quality",
    "Other",
    "Provenance appendix",
)

_QUESTION = re.compile(r"^### (?P<title>.*?) <!-- q:(?P<id>[a-z]+-\d\d) -->$", re.M)
_HEADING = re.compile(r"^##+ .*$", re.M)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_PLACEHOLDER = re.compile(
    r"(?<![\w-])(todo|tbd|tba|fixme|xxx|lorem ipsum|to be (added|done|written))(?![\w-])", re.I
)
_BARE = re.compile(r"(yes|no|none|n/?a|not applicable|unknown|nothing)?[\s.!]*", re.I)


def unanswered(text: str) -> Iterator[str]:
    """What keeps a datasheet from being complete, a line each."""
    expected = [f"{name}-{n:02}" for name, count in SECTIONS.items() for n in range(1, count + 1)]
    found = [match["id"] for match in _QUESTION.finditer(text)]
    yield from (f"q:{name} is missing" for name in expected if name not in found)
    yield from (f"q:{name} is no question of the 57" for name in found if name not in expected)
    if sorted(found) == sorted(expected) and found != expected:
        yield "the questions are not in their order"
    for match in _QUESTION.finditer(text):
        yield from _lacking(f"q:{match['id']}", _section(text, match.end()))
    for title in STATEMENT:
        place = re.search(rf"^### {title}$", text, re.M)
        if place is None:
            yield f"the data statement has no {title}"
        else:
            yield from _lacking(title, _section(text, place.end()))


def answers(text: str) -> dict[str, str]:
    """What a datasheet answers to each question, by its id."""
    return {
        match["id"]: _COMMENT.sub("", _section(text, match.end())).strip()
        for match in _QUESTION.finditer(text)
    }


def _section(text: str, start: int) -> str:
    """What stands below a heading, down to the next."""
    after = _HEADING.search(text, start)
    return text[start : after.start() if after else len(text)]


def _lacking(name: str, answer: str) -> Iterator[str]:
    answer = _COMMENT.sub("", answer).strip()
    if placeholder := _PLACEHOLDER.search(answer):
        yield f'{name} has the placeholder "{placeholder[0]}"'
    elif _BARE.fullmatch(answer):
        yield f'{name} is answered by "{answer}"; expected a sentence that says what, or why not'
