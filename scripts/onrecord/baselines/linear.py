"""The linear baseline: a CRF for tags, logistic regression for candidates and sentences."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, islice, pairwise
from pathlib import Path

import pycrfsuite
import regex

from onrecord import layers, segments
from onrecord.baselines import claims, mentions, rules, weights
from onrecord.baselines.rules import CUE
from onrecord.baselines.weights import Features, Weights
from onrecord.model import Extent, extents
from onrecord.source import Json, read_json, write_json

_OPENING, _CLOSING = frozenset('“«„‘"'), frozenset('”»’"')
_PARAMETERS = {"c1": 0.05, "c2": 0.05, "max_iterations": 80, "feature.minfreq": 2}
_STRENGTHS = {"source": 0.5}
_LABELS = ("claim", "checkability", "checkworthiness")
_EXTRACTED = ("made", *claims.LABELS)
_WEIGHTS = "weights.json"
_MENTIONS = "mentions"


class Model:
    """A CRF for each column of tags and one for mentions, and the weights of all else."""

    def __init__(self, taggers: dict[str, pycrfsuite.Tagger], known: dict[str, Weights]) -> None:
        self._taggers, self._weights = taggers, known

    @staticmethod
    def train(folder: Path, rows: dict[str, list[Json]], texts: dict[str, str]) -> None:
        """Train on the rows of each task, and write the model into a folder."""
        _train_taggers(folder, rows, texts)
        known = {
            name: weights.fit(labelled, strength=_STRENGTHS.get(name, 0.3))
            for name, labelled in _labelled(rows, texts).items()
        }
        known["claimant"] = claims.learn(rows["claim_extraction"], texts)
        write_json(folder / _WEIGHTS, known)

    @classmethod
    def load(cls, folder: Path) -> Model:
        """A model from its folder."""
        taggers = {}
        for column in (*layers.COLUMNS, _MENTIONS):
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
            "claim_extraction": self._extract,
            "coreference": self._resolve,
        }[task]
        for row in rows:
            yield {"id": row["id"], **predict(row, texts[row["document"]])}

    def _tag(self, row: Json, text: str) -> Json:
        places = [*zip(row["token_starts"], row["token_ends"], strict=True)]
        lines = [*_lines(text, places)]
        tagged = {
            column: [tag for line in lines for tag in self._taggers[column].tag(line)]
            for column in layers.COLUMNS
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

    def _extract(self, row: Json, text: str) -> Json:
        return claims.extract(row, text, self._judge, self._weights["claimant"])

    def _judge(self, row: Json, text: str, piece: Extent) -> tuple[float, dict[str, str]]:
        features = claims.features(row, text, piece)
        labels = {name: weights.best(self._weights[name], features) for name in claims.LABELS}
        return weights.chances(self._weights["made"], features)["yes"], labels

    def _resolve(self, _: Json, text: str) -> Json:
        places = segments.tokens(text)
        tagger = self._taggers[_MENTIONS]
        tagged = [tag for line in _lines(text, places) for tag in tagger.tag(line)]
        return mentions.resolve(mentions.tagged(tagged, places, text), self._weights["pair"])


def _labelled(
    rows: dict[str, list[Json]], texts: dict[str, str]
) -> dict[str, list[tuple[Features, str]]]:
    """What each choice is learned from."""
    found: dict[str, list[tuple[Features, str]]] = {
        "source": [each for row in rows["attribution"] for each in _sources(row, texts)],
        "pair": [
            each
            for row in rows["coreference"]
            for each in mentions.labelled(row["mentions"], texts[row["document"]])
        ],
        **{name: [] for name in _EXTRACTED},
    }
    for name in _LABELS:
        found[name] = [(sentence(row), row[name]) for row in rows["claim_detection"] if row[name]]
    for row in rows["claim_extraction"]:
        for piece in claims.pieces(row, text := texts[row["document"]]):
            features, claim = claims.features(row, text, piece), claims.made(row, piece)
            found["made"].append((features, "yes" if claim else "no"))
            if claim:
                for name in claims.LABELS:
                    found[name].append((features, claim[name]))
    return found


def _train_taggers(folder: Path, rows: dict[str, list[Json]], texts: dict[str, str]) -> None:
    wanted: dict[str, dict[str, list[str]]] = {
        name: {row["document"]: row[name] for row in rows["quote_tagging"]}
        for name in layers.COLUMNS
    }
    places = {
        row["document"]: segments.tokens(texts[row["document"]]) for row in rows["coreference"]
    }
    wanted[_MENTIONS] = {
        row["document"]: mentions.tags(row["mentions"], places[row["document"]])
        for row in rows["coreference"]
    }
    lines = {name: [*_lines(texts[name], found)] for name, found in places.items()}
    for column, tags in wanted.items():
        trainer = pycrfsuite.Trainer(algorithm="lbfgs", params=_PARAMETERS, verbose=False)
        for name, tagged in tags.items():
            following = iter(tagged)
            for line in lines[name]:
                trainer.append(line, [*islice(following, len(line))])
        trainer.train(str(folder / f"{column}.crfsuite"))


def _lines(text: str, places: list[Extent]) -> Iterator[list[list[str]]]:
    """The features of the tokens, a paragraph at a time."""
    words = [text[start:end] for start, end in places]
    said = _said(text, places)
    sentences = segments.numbers(places, segments.sentences(text))
    paragraphs = segments.numbers(places, segments.paragraphs(text))
    for _, line in groupby(range(len(places)), key=paragraphs.__getitem__):
        numbers = [*line]
        yield tokens(
            [words[n] for n in numbers], [said[n] for n in numbers], [sentences[n] for n in numbers]
        )


def _said(text: str, places: list[Extent]) -> list[list[str]]:
    """What the rules say of each token: where these are right, the model has little to learn."""
    found = [{**quote, "id": str(n)} for n, quote in enumerate(rules.quotes(text))]
    tagged, _ = layers.tags(found, places)
    return [[tagged[role][n] for role in layers.ROLES] for n in range(len(places))]


def tokens(words: list[str], said: list[list[str]], sentences: list[int]) -> list[list[str]]:
    """The features of the tokens of a paragraph: what they look like, and what stands around them."""
    cues, marked = [bool(CUE.fullmatch(word)) for word in words], _inside(words)
    looks = [
        [word.casefold(), _shape(word), f"cue={cue}", f"in={inside}"]
        for word, cue, inside in zip(words, cues, marked, strict=True)
    ]
    found = []
    for n, (word, *_) in enumerate(looks):
        before = looks[n - 1][0] if n else ""
        features = ["bias", f"suffix={word[-3:]}", f"first={n == 0}", f"pair={before} {word}"]
        for k in range(-3, 4):
            seen = looks[n + k] if 0 <= n + k < len(words) else ["none"]
            features += [f"{k}:{each}" for each in seen]
        for k in (-1, 0, 1):
            heard = said[n + k] if 0 <= n + k < len(words) else []
            features += [f"{k}:rules={each}" for each in (*heard, " ".join(heard))]
        found.append(features + _in_sentence(n, cues, sentences))
    return found


def _in_sentence(n: int, cues: list[bool], sentences: list[int]) -> list[str]:
    """How far the cues of a token's sentence are, and whether the token is at its edge."""
    inside = [k for k, number in enumerate(sentences) if number == sentences[n]]
    before = min((n - k for k in inside if k < n and cues[k]), default=0)
    after = min((k - n for k in inside if k > n and cues[k]), default=0)
    return [
        f"cue before={_steps(before)}",
        f"cue after={_steps(after)}",
        f"cues={before > 0},{after > 0}",
        f"edges={n == inside[0]},{n == inside[-1]}",
    ]


def _steps(count: int) -> str:
    return str(count) if count < 4 else "some" if count < 9 else "many"


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


def _sources(row: Json, texts: dict[str, str]) -> Iterator[tuple[Features, str]]:
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
