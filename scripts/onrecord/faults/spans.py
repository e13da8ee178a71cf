"""Faults of spans and regions."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from typing import NamedTuple

from onrecord import model
from onrecord.faults.case import FLAG, Case, Fault, Place, owner_of
from onrecord.source import Document, Json


class Role(NamedTuple):
    """A list of spans, and the pointer that leads to it."""

    pointer: str
    spans: list[Json]


def _roles(case: Case, at_least: int = 1) -> list[Role]:
    document = Document(case.document.id, case.document.files, case.article, case.annotation, None)
    roles = model.Annotated(document).roles
    return [Role(role.pointer, [*role.spans]) for role in roles if len(role.spans) >= at_least]


def _some_span(case: Case) -> tuple[str, Json, list[Json]]:
    role = case.random.choice(_roles(case))
    i = case.random.randrange(len(role.spans))
    return f"{role.pointer}/{i}", role.spans[i], role.spans


def _respan(case: Case, span: Json, start: int, end: int) -> None:
    span["start"], span["end"] = start, end
    if "text" in span:
        span["text"] = case.text[start:end]


def _offset_with_a_fraction_of_zero(case: Case) -> Place:
    pointer, span, _ = _some_span(case)
    key = case.random.choice(("start", "end"))
    span[key] = float(span[key])
    return Place("offset-not-integer", "annotation", f"{pointer}/{key}")


def _shifted_span(case: Case) -> Place | None:
    pointer, span, _ = _some_span(case)
    by = case.random.choice((-3, -2, -1, 1, 2, 3))
    start, end = span["start"] + by, span["end"] + by
    if case.text == "" or start < 0 or end > len(case.text) or "text" not in span:
        return None
    if case.text[start:end] == span["text"]:
        return None
    span["start"], span["end"] = start, end
    return Place("span-text-mismatch", "annotation", pointer)


def _misspelt_surface(case: Case) -> Place | None:
    pointer, span, _ = _some_span(case)
    if "text" not in span:
        return None
    index = case.random.randrange(len(span["text"]))
    span["text"] = f"{span['text'][:index]}{FLAG}{span['text'][index + 1 :]}"
    return Place("span-text-mismatch", "annotation", pointer)


def _span_over_white_space(case: Case) -> Place | None:
    pointer, span, _ = _some_span(case)
    start, end = span["start"], span["end"]
    if case.random.random() < 0.5 and case.text[start - 1 : start].isspace():
        _respan(case, span, start - 1, end)
    elif case.text[end : end + 1].isspace():
        _respan(case, span, start, end + 1)
    else:
        return None
    return Place("span-blank-edge", "annotation", pointer)


def _empty_span(case: Case) -> Place:
    pointer, span, _ = _some_span(case)
    span["end"] = max(1, span["start"] - case.random.randint(0, 5))
    span["start"] = max(span["start"], span["end"])
    return Place("span-empty", "annotation", pointer)


def _span_beyond_the_text(case: Case) -> Place:
    pointer, span, _ = _some_span(case)
    span["end"] = case.article["text_length"] + case.random.randint(1, 99)
    return Place("span-out-of-range", "annotation", pointer)


def _span_without_surface(case: Case) -> Place | None:
    pointer, span, _ = _some_span(case)
    if span.pop("text", None) is None:
        return None
    return Place("span-text-missing", "annotation", pointer)


def _surface_of_a_withheld_text(case: Case) -> Place | None:
    pointer, span, _ = _some_span(case)
    if case.article["text_availability"] != "withheld":
        return None
    span["text"] = "x" * (span["end"] - span["start"])
    return Place("text-committed", "annotation", f"{pointer}/text")


def _span_within_a_character(case: Case) -> Place | None:
    pointer, span, _ = _some_span(case)
    end = span["end"]
    if case.text == "" or end == len(case.text):
        return None
    case.text = f"{case.text[:end]}\u0301{case.text[end + 1 :]}"
    digest = hashlib.sha256(case.text.encode()).hexdigest()
    case.article["text_sha256"] = case.annotation["text_sha256"] = digest
    return Place("span-cuts-grapheme", "annotation", pointer)


def _spans_out_of_order(case: Case) -> Place | None:
    roles = _roles(case, at_least=2)
    if not roles:
        return None
    role = case.random.choice(roles)
    owner, key = owner_of(case.annotation, role.pointer)
    i = case.random.randrange(1, len(role.spans))
    owner[key][i - 1], owner[key][i] = owner[key][i], owner[key][i - 1]
    return Place("spans-unsorted", "annotation", f"{role.pointer}/{i}")


def _overlapping_spans(case: Case) -> Place:
    role = case.random.choice(_roles(case))
    owner, key = owner_of(case.annotation, role.pointer)
    i = case.random.randrange(len(role.spans))
    owner[key].insert(i, copy.deepcopy(role.spans[i]))
    return Place("spans-overlap", "annotation", f"{role.pointer}/{i + 1}")


def _region(problem_id: str, change: Callable[[Json, int], None]) -> Fault:
    def plant(case: Case) -> Place | None:
        if not case.article["regions"]:
            return None
        i = case.random.randrange(len(case.article["regions"]))
        change(case.article["regions"][i], case.article["text_length"])
        return Place(problem_id, "article", f"/regions/{i}")

    return plant


def _regions_out_of_order(case: Case) -> Place | None:
    regions = case.article["regions"]
    places = [i for i in range(1, len(regions)) if regions[i - 1]["start"] < regions[i]["start"]]
    if not places:
        return None
    i = case.random.choice(places)
    regions[i - 1], regions[i] = regions[i], regions[i - 1]
    return Place("spans-unsorted", "article", f"/regions/{i}")


FAULTS: dict[str, Fault] = {
    "offset with a fraction of zero": _offset_with_a_fraction_of_zero,
    "shifted span": _shifted_span,
    "misspelt surface": _misspelt_surface,
    "span over white space": _span_over_white_space,
    "empty span": _empty_span,
    "span beyond the text": _span_beyond_the_text,
    "span without surface": _span_without_surface,
    "surface of a withheld text": _surface_of_a_withheld_text,
    "span within a character": _span_within_a_character,
    "spans out of order": _spans_out_of_order,
    "overlapping spans": _overlapping_spans,
    "region beyond the text": _region(
        "span-out-of-range", lambda region, length: region.update(end=length + 1)
    ),
    "empty region": _region(
        "span-empty", lambda region, length: region.update(start=length, end=length)
    ),
    "regions out of order": _regions_out_of_order,
}
