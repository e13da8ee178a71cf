"""Agreement as JSON, as tables, and in the words of the documentation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.console import Console

from onrecord import grid, readings
from onrecord.agreement import LAYERS, MATCHES, Agreement, Pair
from onrecord.alignment import Disagreement
from onrecord.source import Json


def as_json(found: Agreement) -> Json:
    """All of it for programs. What is not defined is absent."""
    read = [_reading(*each) for each in readings.found(found.readings).items()]
    if not found.pairs:
        return {"pairs": [], "disagreements": [], "readings": read}
    size, accuracy = found.speakers
    return {
        "pairs": [{"document": each.document, "annotations": each.names} for each in found.pairs],
        "spans": [
            {"layer": layer, "items": found.sizes[layer]}
            | {name: figure.as_json() for name, figure in figures.items()}
            for layer, figures in found.spans.items()
        ],
        "labels": [
            {"layer": layer, "label": name, "items": items, "kappa": figure.as_json()}
            for (layer, name), (items, figure) in found.labels.items()
        ],
        "speakers": {"quotes": size, "accuracy": accuracy.as_json()},
        "disagreements": [_disagreement(*each) for each in found.disagreements()],
        "readings": read,
    }


def _disagreement(pair: Pair, each: Disagreement) -> Json:
    found: Json = {"document": pair.document, "annotations": pair.names, "layer": each.layer}
    found["items"] = [item["id"] if item else None for item in (each.one, each.other)]
    found["kind"] = each.kind
    return found | ({"field": each.field} if each.field else {})


def _reading(place: tuple[int, str], of: readings.Found) -> Json:
    number, layer = place
    found: Json = {"reading": number, "layer": layer, "items": of.items, "added": of.added}
    return found | {"removed": of.removed, "changed": of.changed, "errors": of.rate.as_json()}


def tables(found: Agreement) -> Iterator[grid.Table]:
    """The figures as tables."""
    head = ("spans", "items", "match", "precision", "recall", "F1")
    yield grid.Table(head, [*_span_rows(found)])
    size, accuracy = found.speakers
    rows: list[tuple[str, ...]] = [
        (f"{layer.removesuffix('s').replace('_', ' ')} {name}", f"{items:,}", "κ", str(figure))
        for (layer, name), (items, figure) in found.labels.items()
    ]
    rows.append(("speakers of a quote", f"{size:,}", "accuracy", str(accuracy)))
    yield grid.Table(("labels", "items", "measure", "agreement"), rows)


def readings_table(found: Agreement) -> grid.Table:
    """What readings after the first mended, and how many errors that are for each item."""
    head = ("reading", "layer", "items before", "added", "removed", "changed", "errors an item")
    rows = [
        (str(number), layer.replace("_", " "), *_cells(of), str(of.rate))
        for (number, layer), of in readings.found(found.readings).items()
    ]
    return grid.Table(head, rows)


def _cells(of: readings.Found) -> tuple[str, ...]:
    return tuple(f"{count:,}" for count in (of.items, of.added, of.removed, of.changed))


def _span_rows(found: Agreement) -> Iterator[tuple[str, ...]]:
    for layer, figures in found.spans.items():
        sizes = " / ".join(f"{size:,}" for size in found.sizes[layer])
        for match in MATCHES:
            cells = (str(figures[f"{match}_{name}"]) for name in ("precision", "recall", "f1"))
            yield LAYERS[layer], sizes, match, *cells


def disagreement_rows(found: Agreement) -> Iterator[tuple[str, ...]]:
    """The disagreements as rows: document, annotations, item, kind."""
    for pair, each in found.disagreements():
        items = " / ".join(item["id"] if item else "–" for item in (each.one, each.other))
        kind = f"{each.kind}: {each.field}" if each.field else each.kind
        yield pair.document, " / ".join(pair.names), f"{each.item} {items}", kind


def summary(found: Agreement) -> str:
    """What was measured, in a sentence."""
    if not found.pairs:
        return "No agreement between machine passes has been measured: there are no passes."
    return (
        f"Agreement between machine passes, measured on {len(found.pairs):,} pairs of annotations "
        f"of {len(found.documents):,} documents, with 95 % intervals over documents."
    )


def readings_summary(found: Agreement) -> str:
    """How many documents were read again, in a sentence."""
    if not found.readings:
        return "No document has been read again by another annotator."
    counts = Counter(each.number for each in found.readings)
    told = ", ".join(f"reading {number}: {counts[number]:,}" for number in sorted(counts))
    return (
        "Documents that another machine annotator read again and mended, alone or deciding between"
        f" two passes: {told}. A changed item differs in at least one field; wording is no field."
    )


def show(found: Agreement) -> None:
    """Print the figures as tables, then the disagreements."""
    console = Console()
    console.print(summary(found), highlight=False)
    if found.readings:
        console.print(readings_summary(found), highlight=False)
        grid.show([readings_table(found)], console)
    if not found.pairs:
        return
    head = ("document", "annotations", "item", "disagreement")
    grid.show([*tables(found), grid.Table(head, [*disagreement_rows(found)])], console)


def markdown(found: Agreement) -> str:
    """The figures for the documentation."""
    lines = [summary(found)]
    for table in tables(found) if found.pairs else ():
        lines += ["", *grid.markdown(table)]
    if found.readings:
        lines += ["", readings_summary(found), "", *grid.markdown(readings_table(found))]
    return "\n".join(lines)
