"""How varied a corpus is: its cues, names, sources and words, and what its articles share.

Measured on the articles whose text is included, so that everybody finds the same.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from statistics import fmean, median

from lemminflect import getLemma

from onrecord import leaks, schema, stats
from onrecord.source import Document, Json

WINDOW, SEQUENCE, STORIES = 1_000, 8, 4

_TYPE_AIMS = {"direct": (0.25, 0.45), "indirect": (0.35, 0.6), "mixed": (0.1, 0.2)}

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# Words that a cue may begin with, and that are not what it says.
_LIGHT = frozenset(
    re.findall(
        r"\w+",
        """a about am an and are as be been being by can could did do does doing for from had has have having
        if in is its longer may might must neither never no nobody none nor not of on or own shall
        should still than that the their to was were will with without would yet""",
    )
)
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv"))


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure by name, and the bounds that the corpus aims at."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    share: bool = False

    def met(self) -> bool:
        """Whether the aim, if there is one, is reached."""
        return (self.low is None or self.value >= self.low) and (
            self.high is None or self.value <= self.high
        )


@dataclass(frozen=True, slots=True)
class Shared:
    """Words that articles of different stories have in the same order."""

    words: str
    documents: tuple[str, ...]


class Variety:
    """What is measured on the documents of a corpus."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = [each for each in documents if stats.included(each)]
        self._texts = {each.id: each.text or "" for each in self._documents}
        self._quotes = [q for each in self._documents for q in each.annotation["quotes"]]
        self._speakers = [
            (each.article["story"], speaker)
            for each in self._documents
            for speaker in each.annotation["speakers"]
        ]

    @cached_property
    def measures(self) -> list[Measure]:
        """The figures, with what is aimed at."""
        lengths = [len(text.split()) for text in self._texts.values()]
        names = {speaker["name"] for _, speaker in self._speakers}
        return [
            Measure("articles", len(lengths), 300),
            Measure("words", sum(lengths), 130_000),
            Measure("median words of an article", median(lengths or [0]), 400, 500),
            Measure("stories told by several articles", len(self.retold), 30),
            Measure("near-duplicate rewrites", len(self.rewrites), 15),
            Measure("speakers", len(self._speakers), 1_500),
            Measure("names of speakers", len(names)),
            Measure(f"surnames in more than {STORIES} stories", len(self.surnames), high=0),
            Measure("lemmas of cues", len(self.cues), 120),
            Measure(
                '"say" among cues', _share(self.cues["say"], self.cues.total()), None, 0.45, True
            ),
            *self._shares(),
            Measure(f"sequences of {SEQUENCE} words in several stories", len(self.sequences)),
        ]

    def _shares(self) -> Iterator[Measure]:
        total = len(self._quotes)
        types = Counter(quote["type"] for quote in self._quotes)
        for name in schema.enum("quote_type"):
            low, high = _TYPE_AIMS.get(name, (None, None))
            if types[name] or high:
                yield Measure(f"{name} quotes", _share(types[name], total), low, high, share=True)
        nested = sum("parent" in quote for quote in self._quotes)
        negated = sum(quote["polarity"] == "negated" for quote in self._quotes)
        yield Measure("nested quotes", _share(nested, total), 0.06, share=True)
        yield Measure("negated quotes", _share(negated, total), 0.04, share=True)
        sources = Counter(
            form for each in self._documents for form in stats.source_forms(each.annotation)
        )
        for form in stats.forms():
            yield Measure(f"sources: {form}", _share(sources[form], total), share=True)

    @cached_property
    def cues(self) -> Counter[str]:
        """How often each lemma is the word of a cue; a cue without words has none."""
        cues = (" ".join(span["text"] for span in quote.get("cue", ())) for quote in self._quotes)
        return Counter(found for cue in cues if (found := lemma(cue)))

    @cached_property
    def surnames(self) -> dict[str, list[str]]:
        """The stories of each surname that has too many."""
        found = defaultdict(set)
        for story, speaker in self._speakers:
            if speaker["kind"] == "person" and speaker["naming"] == "named":
                found[surname(speaker)].add(story)
        return {name: sorted(found[name]) for name in sorted(found) if len(found[name]) > STORIES}

    @cached_property
    def retold(self) -> dict[str, list[str]]:
        """The articles of each story that has several."""
        found = defaultdict(list)
        for document in self._documents:
            found[document.article["story"]].append(document.id)
        return {story: found[story] for story in sorted(found) if len(found[story]) > 1}

    @cached_property
    def rewrites(self) -> list[tuple[str, str, float]]:
        """Articles of one story in nearly the same words, and how alike they are."""
        story = {each.id: each.article["story"] for each in self._documents}
        return sorted(
            leaks.near_duplicates(
                self._texts.items(),
                self._texts.__getitem__,
                lambda one, other: bool(story[one] == story[other]),
            )
        )

    @cached_property
    def sequences(self) -> list[Shared]:
        """The longest runs of eight words or more that articles of different stories share."""
        words = {name: leaks.words(text) for name, text in self._texts.items()}
        story = {each.id: each.article["story"] for each in self._documents}
        holders = defaultdict(set)
        for name, found in words.items():
            for n in range(len(found) - SEQUENCE + 1):
                holders[tuple(found[n : n + SEQUENCE])].add(name)
        shared = {
            key: names for key, names in holders.items() if len({story[each] for each in names}) > 1
        }
        runs = {run for found in words.values() for run in _runs(found, shared)}
        return [Shared(*run) for run in sorted(runs)]


def _runs(
    words: list[str], shared: dict[tuple[str, ...], set[str]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The stretches of a text whose sequences are all in the same articles."""
    start, names = 0, frozenset[str]()
    for n in range(len(words) - SEQUENCE + 2):
        here = frozenset(shared.get(tuple(words[n : n + SEQUENCE]), ()))
        if here != names:
            if names:
                yield " ".join(words[start : n + SEQUENCE - 1]), tuple(sorted(names))
            start, names = n, here


def lemma(cue: str) -> str | None:
    """The lemma of the first word of a cue that says something, as a verb; None without words."""
    words = [word.casefold() for word in _WORD.findall(cue)]
    heavy = [word for word in words if word not in _LIGHT and not word.endswith(("n't", "n’t"))]
    return _lemma((heavy or words)[0]) if words else None


@cache
def _lemma(word: str) -> str:
    return str((getLemma(word, upos="VERB", lemmatize_oov=False) or (word,))[0])


def surname(speaker: Json) -> str:
    """The last word of a speaker's name that is no suffix."""
    words = speaker["name"].split()
    return str(
        next((w for w in reversed(words) if w.strip(".").lower() not in _SUFFIXES), words[0])
    )


def type_token(texts: Sequence[str]) -> float | None:
    """The mean share of different words in windows of 1,000 words of texts, one after the other."""
    words = [word for text in texts for word in leaks.words(text)]
    windows = [words[n : n + WINDOW] for n in range(0, len(words) - WINDOW + 1, WINDOW)]
    return fmean(len(set(window)) / WINDOW for window in windows) if windows else None


def type_tokens(documents: Sequence[Document]) -> dict[str, tuple[float, int]]:
    """The type–token ratio of each section whose texts are all at hand, and of how many articles."""
    sections = defaultdict(list)
    for document in documents:
        sections[document.id.partition("/")[0]].append(document.text)
    found = {}
    for name, texts in sorted(sections.items()):
        present = [text for text in texts if text is not None]
        ratio = type_token(present) if len(present) == len(texts) else None
        if ratio is not None:
            found[name] = ratio, len(texts)
    return found


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
