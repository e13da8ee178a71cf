"""Faults of quotation marks and of what follows from them."""

from __future__ import annotations

from onrecord import model, schema
from onrecord.faults.case import Case, Fault, Place
from onrecord.faults.roles import content_of, some_quote
from onrecord.marks import scan
from onrecord.positions import line_column


def _without_marks(kind: str) -> Fault:
    def plant(case: Case) -> Place | None:
        layouts = {"dash_dialogue", "block_quote", "interview_layout"}
        found = some_quote(
            case,
            lambda quote: (
                quote["delimiters"] == "none" and layouts.isdisjoint(quote.get("phenomena", ()))
            ),
        )
        if case.text == "" or found is None:
            return None
        found[1]["type"] = kind
        return Place(f"{kind}-without-marks", "annotation", f"/quotes/{found[0]}/type")

    return plant


def _other_delimiters(case: Case) -> Place | None:
    found = some_quote(case, lambda _: case.text != "")
    if found is None:
        return None
    i, quote = found
    others = [state for state in schema.enum("delimiters") if state != quote["delimiters"]]
    quote["delimiters"] = case.random.choice(others)
    return Place("delimiters-mismatch", "annotation", f"/quotes/{i}/delimiters")


def _derived(case: Case) -> frozenset[str]:
    text = model.DERIVED_FROM_TEXT if case.text else frozenset()
    return model.DERIVED_FROM_QUOTE | text


def _phenomenon_left_out(case: Case) -> Place | None:
    derived = _derived(case)
    found = some_quote(case, lambda quote: not derived.isdisjoint(quote.get("phenomena", ())))
    if found is None:
        return None
    i, quote = found
    quote["phenomena"].remove(case.random.choice(sorted(derived.intersection(quote["phenomena"]))))
    if not quote["phenomena"]:
        del quote["phenomena"]
    return Place("phenomena-mismatch", "annotation", f"/quotes/{i}")


def _phenomenon_that_does_not_hold(case: Case) -> Place:
    i = case.random.randrange(len(case.annotation["quotes"]))
    quote = case.annotation["quotes"][i]
    tags = quote.setdefault("phenomena", [])
    tags.append(case.random.choice(sorted(_derived(case) - {*tags})))
    return Place("phenomena-mismatch", "annotation", f"/quotes/{i}/phenomena")


def _document_phenomenon_that_does_not_hold(case: Case) -> Place | None:
    tags = case.annotation.setdefault("phenomena", [])
    others = sorted(model.DERIVED_FROM_DOCUMENT - {*tags})
    if not others:
        return None
    tags.append(case.random.choice(others))
    return Place("phenomena-mismatch", "annotation", "/phenomena")


def _mark_that_belongs_to_nothing(case: Case) -> Place | None:
    """Take away a quoted term that lies in no quote."""
    terms = case.annotation["quoted_terms"]
    quotes = [extent for quote in case.annotation["quotes"] for extent in content_of(quote)]
    places = [
        i
        for i, term in enumerate(terms)
        if scan(case.text[slice(*model.extents(term["spans"])[0])])
        and not any(model.overlaps(quotes, *extent) for extent in model.extents(term["spans"]))
    ]
    if not places:
        return None
    term = terms.pop(case.random.choice(places))
    start, end = model.extents(term["spans"])[0]
    first = scan(case.text[start:end])[0]
    line, _column = line_column(case.text, start + first.start)
    return Place("mark-uncovered", "text", line=line)


FAULTS: dict[str, Fault] = {
    "direct quote without marks": _without_marks("direct"),
    "mixed quote without marks": _without_marks("mixed"),
    "other delimiters": _other_delimiters,
    "phenomenon left out": _phenomenon_left_out,
    "phenomenon that does not hold": _phenomenon_that_does_not_hold,
    "document phenomenon that does not hold": _document_phenomenon_that_does_not_hold,
    "mark that belongs to nothing": _mark_that_belongs_to_nothing,
}
