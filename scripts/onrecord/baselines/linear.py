"""The linear baseline: a CRF for tags, logistic regression for candidates and sentences."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pycrfsuite
import regex

from onrecord import layers
from onrecord.baselines import weights
from onrecord.baselines.rules import CUE
from onrecord.baselines.weights import Features, Weights
from onrecord.model import extents
from onrecord.source import Json, read_json, write_json

_OPENING, _CLOSING = frozenset('“«„‘"'), frozenset('”»’"')
_PARAMETERS = {"c1": 0.05, "c2": 0.05, "max_iterations": 80, "feature.minfreq": 2}
_LABELS = ("claim", "checkability", "checkworthiness")
_WEIGHTS = "weights.json"


class Model:
    """A CRF for each column of tags, and the weights of the other tasks."""

    def __init__(self, taggers: dict[str, pycrfsuite.Tagger], known: dict[str, Weights]) -> None:
        self._taggers, self._weights = taggers, known

    @staticmethod
    def train(folder: Path, rows: dict[str, list[Json]], texts: dict[str, str]) -> None:
        """Train on the rows of each task, and write the model into a folder."""
        for column in layers.COLUMNS:
            _train_tagger(folder / f"{column}.crfsuite", column, rows["quote_tagging"], texts)
        pairs = [each for row in rows["attribution"] for each in _labelled(row, texts)]
        known = {"source": weights.fit(pairs, strength=0.5)}
        for name in _LABELS:
            labelled = [(sentence(row), row[name]) for row in rows["claim_detection"] if row[name]]
            known[name] = weights.fit(labelled, strength=0.3)
        write_json(folder / _WEIGHTS, known)

    @classmethod
    def load(cls, folder: Path) -> Model:
        """A model from its folder."""
        taggers = {}
        for column in layers.COLUMNS:
            taggers[column] = pycrfsuite.Tagger()
            taggers[column].open(str(folder / f"{column}.crfsuite"))
        known = read_json(folder / _WEIGHTS)
        assert isinstance(known, dict)
        return cls(taggers, known)

    def predict(self, task: str, rows: list[Json], texts: dict[str, str]) -> Iterator[Json]:
        """A prediction for each row of a task."""
        predict = {
            "quote_tagging": self._tag,
            "attribution": self._attribute,
            "claim_detection": self._detect,
        }[task]
        for row in rows:
            yield {"id": row["id"], **predict(row, texts[row["document"]])}

    def _tag(self, row: Json, text: str) -> Json:
        places = [*zip(row["token_starts"], row["token_ends"], strict=True)]
        lines = [*_lines(row, text)]
        tagged = {
            column: [tag for line in lines for tag in tagger.tag(line)]
            for column, tagger in self._taggers.items()
        }
        return {"quotes": layers.quotes(tagged, places, text)}

    def _attribute(self, row: Json, text: str) -> Json:
        ranked = [
            (weights.chances(self._weights["source"], features)["yes"], -n)
            for n, features in enumerate(candidates(row, text))
        ]
        return {"source": row["candidates"][-max(ranked)[1]]["mention"]}

    def _detect(self, row: Json, _: str) -> Json:
        features = sentence(row)
        found = {name: weights.best(self._weights[name], features) for name in _LABELS[1:]}
        score = weights.chances(self._weights["claim"], features)["claim"]
        return {"score": round(score, 4), **found}


def _train_tagger(path: Path, column: str, rows: list[Json], texts: dict[str, str]) -> None:
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", params=_PARAMETERS, verbose=False)
    for row in rows:
        first = 0
        for line in _lines(row, texts[row["document"]]):
            trainer.append(line, row[column][first : first + len(line)])
            first += len(line)
    trainer.train(str(path))


def _lines(row: Json, text: str) -> Iterator[list[list[str]]]:
    """The features of the tokens, a paragraph at a time."""
    line: list[int] = []
    for n, start in enumerate(row["token_starts"]):
        if line and "\n" in text[row["token_ends"][n - 1] : start]:
            yield tokens([row["tokens"][k] for k in line])
            line = []
        line.append(n)
    if line:
        yield tokens([row["tokens"][k] for k in line])


def tokens(words: list[str]) -> list[list[str]]:
    """The features of the tokens of a paragraph: what they look like, and what stands around them."""
    looks = [(word.casefold(), _shape(word), bool(CUE.fullmatch(word))) for word in words]
    marked = _inside(words)
    found = []
    for n in range(len(words)):
        features = ["bias", f"suffix={looks[n][0][-3:]}", f"in={marked[n]}", f"first={n == 0}"]
        for k in range(-3, 4):
            if 0 <= n + k < len(words):
                word, shape, cue = looks[n + k]
                features += [
                    f"{k}:{word}",
                    f"{k}:{shape}",
                    f"{k}:cue={cue}",
                    f"{k}:in={marked[n + k]}",
                ]
            else:
                features.append(f"{k}:none")
        features.append(f"pair={looks[n - 1][0] if n else ''} {looks[n][0]}")
        features.append(
            f"cues={any(look[2] for look in looks[:n])},{any(look[2] for look in looks[n + 1 :])}"
        )
        found.append(features)
    return found


def _inside(words: list[str]) -> list[bool]:
    """Whether each token stands in quotation marks."""
    found, opened = [], False
    for word in words:
        closes = opened and word in _CLOSING - {"’"}
        opened = not closes and (opened or word in _OPENING - {"‘"})
        found.append(opened or closes)
    return found


def _shape(word: str) -> str:
    shape: str = regex.sub(
        r"\p{Lu}", "X", regex.sub(r"\p{Ll}", "x", regex.sub(r"\p{N}", "9", word))
    )
    return str(regex.sub(r"(.)\1+", r"\1+", shape))


def _labelled(row: Json, texts: dict[str, str]) -> Iterator[tuple[Features, str]]:
    for n, features in enumerate(candidates(row, texts[row["document"]])):
        yield features, "yes" if n == row["answer"] else "no"


def candidates(row: Json, text: str) -> Iterator[Features]:
    """The features of every candidate, nobody last."""
    content = extents(row["content"])
    first, last = content[0][0], content[-1][1]
    line = text.rfind("\n", 0, first) + 1, (text + "\n").find("\n", last - 1)
    there = 0
    for candidate in row["candidates"][:-1]:
        start, end = candidate["spans"][0]["start"], candidate["spans"][-1]["end"]
        inside = line[0] <= start and end <= line[1]
        there += inside
        gap = text[end:first] if end <= first else text[last:start] if start >= last else ""
        where = "before" if end <= first else "after" if start >= last else "within"
        side = f"{where},{inside}"
        yield {
            f"form={candidate['form']},{inside}": 1.0,
            f"side={side},{row['type']}": 1.0,
            f"gap={min(len(gap.split()), 12)},{side}": 1.0,
            f"sentence={'.' in gap},{side}": 1.0,
            f"cue in gap={bool(CUE.search(gap))},{side}": 1.0,
            f"before={_word(text[:start], -1)}": 1.0,
            f"after={_word(text[end:], 0)}": 1.0,
            f"after reports={bool(CUE.match(text[end:].lstrip()))},{inside}": 1.0,
            f"before reports={bool(CUE.fullmatch(_word(text[:start], -1)))},{inside}": 1.0,
        }
    yield {"nobody": 1.0, f"nobody,{min(there, 3)}": 1.0, f"nobody,{row['type']}": 1.0}


def _word(text: str, place: int) -> str:
    stretch = text[-30:] if place else text[:30]
    found = stretch.casefold().split()
    return found[place] if found else ""


def sentence(row: Json) -> Features:
    """The features of a sentence: its words, pairs of words, and length."""
    words = regex.findall(r"[\p{L}\p{N}]+|[^\s]", row["text"].casefold())
    pairs = pairwise(words)
    found = {f"word={word}": 1.0 for word in words} | {f"pair={a} {b}": 1.0 for a, b in pairs}
    marks = {
        f"digit={any(map(str.isdigit, row['text']))}": 1.0,
        f"end={words[-1] if words else ''}": 1.0,
    }
    return found | marks | {f"length={min(len(words) // 4, 8)}": 1.0}
