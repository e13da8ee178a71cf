"""What splits must not share: articles in nearly the same words, and long quotes.

Two articles are alike if the word pairs of both are at least THRESHOLD of those of either.
Candidates come from MinHash; each is then decided by its word pairs themselves. A document
leaves a few hundred bytes on disk, its prints, and is read again only where they recur.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import NamedTuple

from onrecord import minhash, schema, splits
from onrecord.model import extents
from onrecord.postings import Postings
from onrecord.problems import Problem
from onrecord.shards import Catalogue, placed
from onrecord.source import Document, Entry, Json, read_json

# Far above any two articles of different stories (0.05 at most in the corpus, GUM's news
# included), and below what is left of an article when three words in ten are replaced (0.30).
THRESHOLD = 0.2
# Shorter quotes recur by chance and as catchphrases.
QUOTE_WORDS = 8

_WORD = re.compile(r"\w+")
Shingles = frozenset[str]
Pair = tuple[str, str]


class Prints(NamedTuple):
    """What a document leaves to find others like it: keys of its text, hashes of long quotes."""

    keys: bytes = b""
    quotes: bytes = b""


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

    `text_of` gives a text again where it is a candidate: only its keys are kept in memory.
    """
    names, index = list[str](), Postings()
    for name, text in texts:
        index.add(len(names), minhash.keys(minhash.words(text)))
        names.append(name)
    for i, j, likeness in _alike(
        index, lambda i: text_of(names[i]), lambda i, j: apart(names[i], names[j])
    ):
        yield names[i], names[j], likeness


def _alike(
    index: Postings, text_of: Callable[[int], str], apart: Callable[[int, int], bool]
) -> list[tuple[int, int, float]]:
    """The numbers of texts that are alike, the smaller first, in the order of the larger."""
    shingles_of = lru_cache(32)(lambda number: shingles(text_of(number)))
    candidates = {(one, other) for one, other in index.pairs() if apart(one, other)}
    pairs = (
        (one, other, jaccard(shingles_of(one), shingles_of(other)))
        for one, other in sorted(candidates)
    )
    return sorted((each for each in pairs if each[2] >= THRESHOLD), key=lambda each: each[1::-1])


def file(folder: Path) -> Path:
    """Where a corpus or release keeps what people decided on near-duplicates; it need not exist."""
    return folder / "duplicates.json"


def prints(document: Document) -> Prints:
    """The prints of a valid document; none of an import, which keeps the splits of its corpus."""
    if document.text is None or "imported_from" in document.annotation:
        return Prints()
    found = minhash.words(document.text)
    return Prints(minhash.keys(found), b"".join(_quote_prints(document, found)))


def _quote_prints(document: Document, found: minhash.Words) -> Iterator[bytes]:
    """A hash of each of `_long_quotes`."""
    quotes = document.annotation["quotes"]
    said = [extents(q.get("content", ())) for q in quotes if q["type"] == "direct"]
    hashes = iter(found.within([*chain.from_iterable(said)]))
    for spans in said:
        words_of = [*islice(hashes, len(spans))]
        if sum(map(len, words_of)) >= QUOTE_WORDS:
            yield blake2b(b"".join(map(bytes, words_of)), digest_size=8).digest()


def _long_quotes(document: Document) -> Iterator[tuple[int, str]]:
    """The direct quotes that are long, by their place, as words with one space between them."""
    text = document.text or ""
    for i, quote in enumerate(document.annotation["quotes"]):
        if quote["type"] == "direct":
            spans = quote.get("content", ())
            said = words(" ".join(text[span["start"] : span["end"]] for span in spans))
            if len(said) >= QUOTE_WORDS:
                yield i, " ".join(said)


class Search:
    """Documents of a corpus that are alike, or share a quote, and are in different splits.

    All documents of a valid corpus are added, in their order.
    """

    def __init__(self, corpus: Path, documents: Catalogue) -> None:
        self._corpus, self._documents = corpus, documents
        self._splits, self._index, self._quotes = bytearray(), Postings(), Postings()
        self._decided: set[Pair] = set()

    def add(self, split: str, found: Prints) -> None:
        """Keep the split and the prints of the next document."""
        number = len(self._splits)
        self._splits.append(splits.SPLITS.index(split))
        self._index.add(number, found.keys)
        self._quotes.add(number, found.quotes)

    def problems(self) -> Iterator[Problem]:
        """Pairs that people have not decided on, and what is wrong with what they decided."""
        ids = [*self._documents.ids()] if file(self._corpus).exists() else []
        self._decided, problems = decisions(self._corpus, ids)
        for one, other, likeness in _alike(self._index, self._text, self._apart):
            message = (
                f"{likeness:.0%} of its word pairs are those of {self._place(one)}; expected no "
                f"more than {THRESHOLD:.0%} across splits (this is in {self._split(other)})"
            )
            place = self._documents.files(other).article
            yield placed(Problem("near-duplicate-across-splits", place, message, "/story"))
        yield from problems
        yield from self._shared_quotes()

    def _shared_quotes(self) -> Iterator[Problem]:
        """Long direct quotes that a document of another split has, too, compared word by word."""
        first: dict[str, int] = {}
        for number in self._quotes.sharing():
            document = self._read(number)
            if not isinstance(document, Document):  # changed since it was examined
                continue
            for i, said in _long_quotes(document):
                one = first.setdefault(said, number)
                if self._apart(one, number):
                    quote = document.annotation["quotes"][i]["id"]
                    message = f"quote {quote} is also in {self._place(one)}"
                    place = document.files.annotation
                    yield placed(Problem("quote-across-splits", place, message, f"/quotes/{i}"))

    def _text(self, number: int) -> str:
        document = self._read(number)
        return document.text or "" if isinstance(document, Document) else ""

    def _read(self, number: int) -> Entry:
        return self._documents.read(number)

    def _split(self, number: int) -> str:
        return splits.SPLITS[self._splits[number]]

    def _place(self, number: int) -> str:
        return f"{self._documents.id(number)}, which is in {self._split(number)}"

    def _apart(self, one: int, other: int) -> bool:
        if self._splits[one] == self._splits[other]:
            return False
        name = self._documents.id
        return not self._decided or pair(name(one), name(other)) not in self._decided


def decisions(folder: Path, ids: Collection[str]) -> tuple[set[Pair], list[Problem]]:
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
    return {pair(*each["documents"]) for each in value["decisions"]}, [
        *_unknown(path, value, set(ids))
    ]


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
