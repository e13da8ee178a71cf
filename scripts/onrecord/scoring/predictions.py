"""Predictions as JSON lines, checked against the rows that they are for; each refusal names a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
from datasets import ClassLabel, List

from onrecord import manifest, tables
from onrecord.model import extents
from onrecord.source import Json

Refusal = str
Check = Callable[[Any], str | None]


def gold(release: Path, task: str, split: str) -> tuple[list[Json], dict[str, str]]:
    """The rows of a task in a split, and the texts by document. Raises FileNotFoundError."""
    paths = sorted((release / "data" / task).glob(f"{split}-*.parquet"))
    if not paths:
        raise FileNotFoundError(f"{release} has no {task} in the split {split}")
    documents = sorted((release / "data" / "documents").glob(f"{split}-*.parquet"))
    texts = {row["id"]: row["text"] for path in documents for row in manifest.rows(path)}
    return [row for path in paths for row in manifest.rows(path)], texts


def read(
    path: Path, task: str, rows: list[Json], texts: dict[str, str]
) -> tuple[dict[str, Json], list[Refusal]]:
    """The predictions of a file by the id of their row, and why some are refused."""
    wanted = {row["id"]: row for row in rows}
    found: dict[str, Json] = {}
    refusals = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        value, problem = _parsed(line, wanted, found)
        if problem is None and value is not None:
            _name_labels(task, value)
            row = wanted[value["id"]]
            problem = next(_problems(task, value, row, texts[row["document"]]), None)
            found[value["id"]] = value
        if problem is not None:
            refusals.append(f"{path}:{number}: {problem}")
    missing = (name for name in wanted if name not in found)
    refusals += [f"{path}: row {name} is missing" for name in missing]
    return found, refusals


def _parsed(
    line: bytes, wanted: dict[str, Json], found: dict[str, Json]
) -> tuple[Json | None, str | None]:
    if not line.strip():
        return None, None
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return None, f"found no JSON: {error.msg}"
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        return None, "expected an object with the id of a row"
    if value["id"] not in wanted:
        return None, f"row {value['id']}: there is no such row in the split"
    if value["id"] in found:
        return None, f"row {value['id']}: has been predicted before"
    return value, None


def _name_labels(task: str, value: Json) -> None:
    """Replace numbers of labels by their names: `datasets` writes rows with numbers."""
    features = tables.features(task)
    for key in [key for key in value if key in features]:
        value[key] = _named(features[key], value[key])


def _named(feature: Any, value: Any) -> Any:
    if isinstance(feature, ClassLabel) and type(value) is int and 0 <= value < len(feature.names):
        return feature.names[value]
    if isinstance(feature, List) and isinstance(value, list):
        return [_named(feature.feature, each) for each in value]
    if isinstance(feature, dict) and isinstance(value, dict):
        return {key: _named(feature.get(key), each) for key, each in value.items()}
    return value


# What is checked of a prediction; what else a row has is not looked at.
_WANTED = {
    "quote_tagging": ("quotes",),
    "attribution": ("source", "speakers"),
    "claim_detection": ("claim", "score", "checkability", "checkworthiness"),
    "claim_extraction": ("claims",),
    "coreference": ("mentions",),
}
_KEYS: dict[str, dict[str, type]] = {
    "quotes": {"type": str, "content": list},
    "claims": {"proposition": str},
    "mentions": {"speaker": str, "spans": list},
}


def _problems(task: str, value: Json, row: Json, text: str) -> Iterator[str]:
    """What is wrong with a prediction, with its row's id before it."""
    known = {each["id"] for each in row.get("candidate_speakers", ())}
    features = tables.features(task)
    for key in _WANTED[task]:
        for message in _of_key(key, value.get(key), text):
            yield f"row {value['id']}, {key}: {message}"
        for message in _labels(features.get(key), value.get(key)):
            yield f"row {value['id']}, {key}: {message}"
    mentions = {each["mention"] for each in row.get("candidates", ())}
    if task == "attribution" and value.get("source") not in mentions:
        yield f"row {value['id']}, source: {value['source']} is none of the candidates"
    claims = value.get("claims") or () if task == "claim_extraction" else ()
    named = [*(value.get("speakers") or ()), *(n for c in claims for n in c.get("claimants") or ())]
    for name in named if known else ():
        if name not in known:
            yield f"row {value['id']}: {name} is none of the candidate speakers"


def _of_key(key: str, value: Any, text: str) -> Iterator[str]:
    if key == "score" and value is not None and type(value) not in (int, float):
        yield f"found {value!r}; expected a number"
    if key not in (*_KEYS, "speakers") or value is None:
        return
    if not isinstance(value, list):
        yield "expected a list"
        return
    for each in value if key in _KEYS else ():
        for name, kind in _KEYS[key].items():
            if not isinstance(each, dict) or not isinstance(each.get(name), kind):
                yield f"expected objects with {' and '.join(_KEYS[key])}"
                return
        for role in ("content", "cue", "source", "spans"):
            yield from _spans(each.get(role) or [], text)


def _spans(spans: Any, text: str) -> Iterator[str]:
    end = 0
    for span in spans if isinstance(spans, list) else [spans]:
        if not isinstance(span, dict) or not {"start", "end"} <= span.keys():
            yield f"found the span {span!r}; expected an object with start and end"
            return
        a, b = span["start"], span["end"]
        if type(a) is not int or type(b) is not int or not 0 <= a < b <= len(text):
            yield f"the span {a}–{b} is not within the text, of {len(text):,} code points"
            return
        if "text" in span and span["text"] != text[a:b]:
            yield f"the text at {a}–{b} is not the one that the span gives"
        if a < end:
            yield f"the span {a}–{b} begins before the one before it ends"
        end = b


def _labels(feature: Any, value: Any) -> Iterator[str]:
    if isinstance(feature, ClassLabel):
        if value is not None and value not in feature.names:
            yield f"found {value!r}; expected one of {', '.join(feature.names)}"
    elif isinstance(feature, List) and isinstance(value, list):
        for each in value:
            yield from _labels(feature.feature, each)
    elif isinstance(feature, dict) and isinstance(value, dict):
        for key in feature:
            yield from _labels(feature[key], value.get(key))


def covered(spans: list[Json] | None, tokens: list[tuple[int, int]]) -> frozenset[int]:
    """The tokens that some spans share a code point with."""
    places = extents(spans or [])
    return frozenset(
        n for n, (a, b) in enumerate(tokens) if any(a < end and start < b for start, end in places)
    )
