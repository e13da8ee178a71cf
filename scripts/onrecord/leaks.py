"""What splits must not share: articles in nearly the same words, and long quotes.

Two articles are alike if the word pairs of both are at least THRESHOLD of those of either.
Candidates come from MinHash signatures in a locality-sensitive index; each is then decided by
its word pairs themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from itertools import pairwise
from pathlib import Path

from rensa import RMinHash, RMinHashLSH

from onrecord import schema, splits
from onrecord.problems import Problem
from onrecord.source import Document, Json, files_of, read_document, read_json

# Far above any two articles of different stories (0.05 at most in the corpus, GUM's news
# included), and below what is left of an article when three words in ten are replaced (0.30).
THRESHOLD = 0.2
# 64 bands of two rows find 99.9 per cent of the pairs that are alike by 0.32.
_PERMUTATIONS, _BANDS, _SEED = 128, 64, 1
# Shorter quotes recur by chance and as catchphrases.
QUOTE_WORDS = 8

_WORD = re.compile(r"\w+")
Shingles = frozenset[str]
Pair = tuple[str, str]


def words(text: str) -> list[str]:
    """The words of a text, whatever their case and what stands between them."""
    return _WORD.findall(text.casefold())


def shingles(text: str) -> Shingles:
    """The pairs of neighbouring words of a text."""
    return frozenset(map(" ".join, pairwise(words(text))))


def jaccard(one: Shingles, other: Shingles) -> float:
    """The share of what two sets have in common in what either has."""
    return len(one & other) / (len(one | other) or 1)


def near_duplicates(
    texts: Iterable[tuple[str, str]],
    text_of: Callable[[str], str],
    apart: Callable[[str, str], bool] = lambda one, other: True,
) -> Iterator[tuple[str, str, float]]:
    """Pairs of named texts that are alike, with how much; only those that are `apart` are compared.

    `text_of` gives a text again where it is a candidate: only signatures are kept in memory.
    """
    shingles_of = lru_cache(1000)(lambda name: shingles(text_of(name)))
    index, names = RMinHashLSH(THRESHOLD, _PERMUTATIONS, _BANDS), list[str]()
    for name, text in texts:
        found, signature = shingles(text), RMinHash(_PERMUTATIONS, _SEED)
        signature.update(found)
        for candidate in sorted(index.query(signature)):
            other = names[candidate]
            if apart(other, name):
                likeness = jaccard(shingles_of(other), found)
                if likeness >= THRESHOLD:
                    yield other, name, likeness
        index.insert(len(names), signature)
        names.append(name)


def file(folder: Path) -> Path:
    """Where a corpus or release keeps what people decided on near-duplicates; it need not exist."""
    return folder / "duplicates.json"


def check(corpus: Path, ids: list[str], assignment: splits.Assignment) -> Iterator[Problem]:
    """Documents of a valid corpus that are alike, or share a quote, and are in different splits."""
    decided, problems = decisions(corpus, set(ids))
    split_of: dict[str, str] = {}

    def texts() -> Iterator[tuple[str, str]]:
        quotes: dict[str, str] = {}
        for document in map(partial(read_document, corpus), ids):
            if isinstance(document, Document) and document.text is not None:
                split_of[document.id] = assignment[document.article["story"]]
                problems.extend(_quotes(document, split_of, quotes, decided))
                yield document.id, document.text

    def text_of(document_id: str) -> str:
        document = read_document(corpus, document_id)
        return document.text or "" if isinstance(document, Document) else ""

    def apart(one: str, other: str) -> bool:
        return split_of[one] != split_of[other] and pair(one, other) not in decided

    for one, other, likeness in near_duplicates(texts(), text_of, apart):
        message = (
            f"{likeness:.0%} of its word pairs are those of {one}, which is in {split_of[one]}; "
            f"expected no more than {THRESHOLD:.0%} across splits (this is in {split_of[other]})"
        )
        file = str(files_of(corpus, other).article)
        yield Problem("near-duplicate-across-splits", file, message, "/story")
    yield from problems


def _quotes(
    document: Document, split_of: dict[str, str], quotes: dict[str, str], decided: set[Pair]
) -> Iterator[Problem]:
    """Long direct quotes that a document of another split has, too, compared word by word."""
    text = document.text or ""
    for i, quote in enumerate(document.annotation["quotes"]):
        said = words(
            " ".join(text[span["start"] : span["end"]] for span in quote.get("content", ()))
        )
        if quote["type"] != "direct" or len(said) < QUOTE_WORDS:
            continue
        first = quotes.setdefault(" ".join(said), document.id)
        if split_of[first] != split_of[document.id] and pair(first, document.id) not in decided:
            message = f"quote {quote['id']} is also in {first}, which is in {split_of[first]}"
            yield Problem(
                "quote-across-splits", str(document.files.annotation), message, f"/quotes/{i}"
            )


def decisions(folder: Path, ids: set[str]) -> tuple[set[Pair], list[Problem]]:
    """The pairs that people decided on for a corpus or release, and what is wrong with the file."""
    path = file(folder)
    if not path.exists():
        return set(), []
    value = read_json(path)
    if isinstance(value, Problem):
        return set(), [value]
    problems = [*schema.check("duplicates", value, str(path))]
    if problems:
        return set(), problems
    return {pair(*each["documents"]) for each in value["decisions"]}, [*_unknown(path, value, ids)]


def _unknown(path: Path, value: Json, ids: set[str]) -> Iterator[Problem]:
    for i, decision in enumerate(value["decisions"]):
        for j, name in enumerate(decision["documents"]):
            if name not in ids:
                message = f'found the document "{name}"; expected one of the corpus'
                pointer = f"/decisions/{i}/documents/{j}"
                yield Problem("unknown-reference", str(path), message, pointer)


def pair(one: str, other: str) -> Pair:
    """Two names as one key, in whichever order they come."""
    return (one, other) if one < other else (other, one)
