"""A corpus or release in the formats of other tools: one module a format, and one row here."""

from __future__ import annotations

from dataclasses import dataclass


class UnfitError(Exception):
    """A document that a format cannot hold."""


@dataclass(frozen=True, slots=True)
class Format:
    """One row: the module of the exporter, and what it writes."""

    module: str
    writes: str


FORMATS: dict[str, Format] = {
    "brat": Format("brat", "SECTION/SLUG.txt and .ann, annotation.conf"),
    "conll": Format("conll", "SPLIT.conllup: BIO labels, a column a role"),
    "jsonl": Format("jsonl", "SPLIT.jsonl: one document a line"),
    "labelstudio": Format("labelstudio", "tasks.json with predictions, config.xml"),
    "webannotation": Format("webannotation", "SECTION/SLUG.jsonld: W3C Web Annotations"),
    "xmi": Format("xmi", "SECTION/SLUG.xmi and TypeSystem.xml: UIMA CAS"),
}
