"""Agreement as JSON, as tables, and in the words of the documentation."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from onrecord import grid
from onrecord.agreement import LAYERS, MATCHES, Agreement, Pair
from onrecord.alignment import Disagreement
from onrecord.source import Json


def as_json(found: Agreement) -> Json:
    """All of it for programs. What is not defined is absent."""
    if not found.pairs:
        return {"pairs": [], "disagreements": []}
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
    }


def _disagreement(pair: Pair, each: Disagreement) -> Json:
    found: Json = {"document": pair.document, "annotations": pair.names, "layer": each.layer}
    found["items"] = [item["id"] if item else None for item in (each.one, each.other)]
    found["kind"] = each.kind
    return found | ({"field": each.field} if each.field else {})


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
    judged = sum("adjudicated" in pair.names for pair in found.pairs)
    told = (
        f" In {judged:,} of them one side is the adjudicated annotation, which saw the other: "
        "they agree more than independent ones would."
        if judged
        else ""
    )
    return (
        f"Agreement between machine passes, measured on {len(found.pairs):,} pairs of annotations "
        f"of {len(found.documents):,} documents, with 95 % intervals over documents.{told}"
    )


def show(found: Agreement) -> None:
    """Print the figures as tables, then the disagreements."""
    console = Console()
    console.print(summary(found), highlight=False)
    if not found.pairs:
        return
    head = ("document", "annotations", "item", "disagreement")
    grid.show([*tables(found), grid.Table(head, [*disagreement_rows(found)])], console)


def markdown(found: Agreement) -> str:
    """The figures for the documentation."""
    lines = [summary(found)]
    for table in tables(found) if found.pairs else ():
        lines += ["", *grid.markdown(table)]
    return "\n".join(lines)
