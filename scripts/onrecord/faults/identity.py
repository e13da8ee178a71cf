"""Faults of ids, digests and lengths."""

from __future__ import annotations

from onrecord.faults.case import FLAG, Case, Fault, Place


def _changed_digit(digest: str) -> str:
    return ("1" if digest[0] == "0" else "0") + digest[1:]


def _other_id(case: Case) -> Place:
    part, key = case.random.choice((("article", "id"), ("annotation", "article")))
    case.values[part][key] += "-x"
    return Place("id-path-mismatch", part, f"/{key}")


def _other_digest(case: Case) -> Place:
    case.annotation["text_sha256"] = _changed_digit(case.annotation["text_sha256"])
    return Place("text-digest-mismatch", "annotation", "/text_sha256")


def _changed_text(case: Case) -> Place | None:
    if case.text == "":
        return None
    index = case.random.randrange(len(case.text))
    case.text = f"{case.text[:index]}{FLAG}{case.text[index + 1 :]}"
    return Place("text-digest-mismatch", "article", "/text_sha256")


def _other_length(case: Case) -> Place | None:
    if case.text == "":
        return None
    case.article["text_length"] += case.random.randint(1, 99)
    return Place("text-length-mismatch", "article", "/text_length")


def _text_of_a_withheld_article(case: Case) -> Place | None:
    if case.article["text_availability"] != "withheld":
        return None
    case.raw["text"] = b"Text.\n"
    return Place("text-committed", "text", line=1)


FAULTS: dict[str, Fault] = {
    "other id": _other_id,
    "other digest": _other_digest,
    "changed text": _changed_text,
    "other length": _other_length,
    "text of a withheld article": _text_of_a_withheld_article,
}
