"""Faults of the files themselves."""

from __future__ import annotations

import copy

from onrecord.faults.case import FLAG, PARTS, Case, Fault, Place, owner_of
from onrecord.faults.shape import spots
from onrecord.positions import line_column
from onrecord.source import MAX_BYTES, dumps


def _byte_that_is_not_utf8(case: Case) -> Place:
    part = case.random.choice([part for part in PARTS[:3] if part not in case.raw])
    content = case.content(part).decode()
    index = case.random.randrange(len(content))
    case.raw[part] = content[:index].encode() + b"\xff" + content[index:].encode()
    return Place("not-utf8", part, line=line_column(content, index)[0])


def _in_text(problem_id: str, character: str) -> Fault:
    def plant(case: Case) -> Place | None:
        if case.text == "":
            return None
        index = case.random.randrange(len(case.text))
        case.raw["text"] = f"{case.text[:index]}{character}{case.text[index:]}".encode()
        return Place(problem_id, "text", line=line_column(case.text, index)[0])

    return plant


def _byte_order_mark_in_text(case: Case) -> Place | None:
    if case.text == "":
        return None
    case.raw["text"] = b"\xef\xbb\xbf" + case.text.encode()
    return Place("forbidden-character", "text", line=1)


def _byte_order_mark_in_json(case: Case) -> Place:
    part = case.random.choice(PARTS[:2])
    case.raw[part] = b"\xef\xbb\xbf" + case.content(part)
    return Place("not-json", part, line=1)


def _missing_comma(case: Case) -> Place:
    part = case.random.choice(PARTS[:2])
    lines = case.content(part).decode().split("\n")
    n = case.random.choice([n for n, line in enumerate(lines) if line.endswith(",")])
    lines[n] = lines[n][:-1]
    case.raw[part] = "\n".join(lines).encode()
    return Place("not-json", part, line=n + 2)


def _trailing_data(case: Case) -> Place:
    part = case.random.choice(PARTS[:2])
    content = case.content(part)
    case.raw[part] = content + b"\n{}"
    return Place("not-json", part, line=content.count(b"\n") + 2)


def _in_json(written: str, of: type) -> Fault:
    """Something that is no JSON in the place of a random value of some type."""

    def plant(case: Case) -> Place:
        part = case.random.choice(PARTS[:2])
        spot = case.random.choice([each for each in spots(case, part) if type(each.value) is of])
        value = copy.deepcopy(case.values[part])
        owner, key = owner_of(value, spot.pointer)
        owner[key] = FLAG
        flagged = dumps(value)
        case.raw[part] = flagged.replace(f'"{FLAG}"', written).encode()
        return Place("not-json", part, line=line_column(flagged, flagged.index(FLAG))[0])

    return plant


def _key_given_twice(case: Case) -> Place:
    part = case.random.choice(PARTS[:2])
    value = copy.deepcopy(case.values[part])
    pointers = [each.pointer for each in spots(case, part) if isinstance(each.value, dict)]
    pointer = case.random.choice(["", *pointers])
    owner, key = owner_of({"": value}, f"/{pointer}" if pointer else "/")
    inner = owner[key]
    twice = case.random.choice([*inner])
    inner[FLAG] = inner[twice]
    flagged = dumps(value)
    case.raw[part] = flagged.replace(FLAG, twice).encode()
    return Place("duplicate-key", part, line=line_column(flagged, flagged.index(FLAG))[0])


def _missing_annotation(case: Case) -> Place:
    case.raw["annotation"] = None
    return Place("annotation-missing", "article", line=1)


def _missing_record(case: Case) -> Place:
    case.raw["article"] = None
    return Place("record-missing", "annotation", line=1)


def _missing_text(case: Case) -> Place | None:
    if case.article["text_availability"] == "withheld":
        return None
    case.raw["text"] = None
    return Place("text-missing", "article", "/text_availability")


def _file_of_great_size(case: Case) -> Place:
    part = case.random.choice([part for part in PARTS[:3] if part not in case.raw])
    case.raw[part] = case.content(part) + bytes(MAX_BYTES)
    return Place("file-too-large", part, line=1)


FAULTS: dict[str, Fault] = {
    "byte that is not UTF-8": _byte_that_is_not_utf8,
    "carriage return in a text": _in_text("line-ends", "\r"),
    "NUL in a text": _in_text("forbidden-character", "\0"),
    "byte order mark in a text": _byte_order_mark_in_text,
    "byte order mark in JSON": _byte_order_mark_in_json,
    "missing comma": _missing_comma,
    "trailing data": _trailing_data,
    "NaN": _in_json("NaN", int),
    "number beyond all doubles": _in_json("1e999", int),
    "lone surrogate": _in_json('"\\ud800"', str),
    "control character in JSON": _in_json('"\x1b"', str),
    "key given twice": _key_given_twice,
    "missing annotation": _missing_annotation,
    "missing record": _missing_record,
    "missing text": _missing_text,
    "file of great size": _file_of_great_size,
}
