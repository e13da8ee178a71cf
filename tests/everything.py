"""A document that has every key of the schemas, in every script, and a corpus of it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from onrecord import anchor, schema
from onrecord.source import Document, Json, files_of, write_json

TEXT = (
    "🙂 Мэр: the bridge «closes»\n\n"
    "“We met e\u0301lan,”\tshe said in a letter, “and — Rot: ‘No!’ — left.” & <b>so\n"
    "Ann Lee and Bo, speaking for her, told שלום they had no choice; it costs 5.\n\n"
    "The “Red Book” doubts it. Ends.\n"
)


def spans(*surfaces: str) -> list[Json]:
    found = [(TEXT.index(surface), surface) for surface in surfaces]
    return [{"start": at, "end": at + len(text), "text": text} for at, text in sorted(found)]


def mention(number: int, form: str, *surfaces: str, **rest: str) -> Json:
    return {"id": f"m{number}", "form": form, "spans": spans(*surfaces), **rest}


SPEAKERS: list[Json] = [
    {
        "id": "s1",
        "name": "Ann Lee",
        "kind": "person",
        "naming": "named",
        "role": "mayor",
        "affiliation": "Town | & <Co>",
        "aliases": ["Мэр", "A.\tLee"],
        "wikidata": "Q1",
        "mentions": [
            mention(1, "description", "Мэр", original_id="T1"),
            mention(2, "pronoun", "she"),
            mention(3, "name", "Ann Lee"),
        ],
        "original_id": "C1",
        "original_values": [{"name": "gender", "value": "F"}],
    },
    {
        "id": "s2",
        "name": "Bo",
        "kind": "person",
        "naming": "named",
        "mentions": [mention(4, "name", "Bo")],
    },
    {
        "id": "s3",
        "name": "both",
        "kind": "group",
        "naming": "collective",
        "members": ["s1", "s2"],
        "mentions": [mention(5, "unknown", "they")],
    },
    {
        "id": "s4",
        "name": "שלום",
        "kind": "organization",
        "naming": "named",
        "mentions": [mention(6, "name", "שלום")],
    },
    {
        "id": "s5",
        "name": "Rot",
        "kind": "unknown",
        "naming": "unknown",
        "mentions": [mention(7, "name", "Rot")],
    },
    {"id": "s6", "name": "the author", "kind": "author", "naming": "role_only", "mentions": []},
]
QUOTES: list[Json] = [
    {
        "id": "q1",
        "type": "direct",
        "medium": "unknown",
        "media": ["speech", "writing"],
        "content": spans("“We met e\u0301lan,”", "“and — Rot: ‘No!’ — left.”"),
        "cue": spans("said"),
        "source": "m2",
        "speakers": ["s1"],
        "addressees": ["s4"],
        "relayed_by": ["s2"],
        "polarity": "affirmed",
        "phenomena": ["relayed_by_spokesperson"],
        "other_roles": [
            {"role": "medium", "spans": spans("in a letter")},
            {"role": "frame", "spans": spans("she said")},
        ],
        "original_id": "E1",
        "original_values": [{"name": "level", "value": "1"}, {"name": "note", "value": "a\nb"}],
    },
    {
        "id": "q2",
        "type": "direct",
        "medium": "thought",
        "content": spans("‘No!’"),
        "source": "m7",
        "speakers": ["s5"],
        "parent": "q1",
        "polarity": "negated",
    },
    {
        "id": "q3",
        "type": "indirect",
        "medium": "speech",
        "cue": spans("told"),
        "content": spans("they had no choice"),
        "speakers": ["s3", "s6"],
        "polarity": "unknown",
    },
    {
        "id": "q4",
        "type": "reported",
        "medium": "writing",
        "cue": spans("doubts"),
        "speakers": [],
        "polarity": "affirmed",
    },
]
CLAIMS: list[Json] = [
    {
        "id": "c1",
        "spans": spans("they had no choice"),
        "claimants": ["s3", "s6"],
        "quote": "q3",
        "proposition": "Ann & Bo had «no»\tchoice.",
        "category": "state",
        "stance": "asserts",
        "certainty": "certain",
        "time": "past",
        "checkability": "partly",
        "checkworthiness": "high",
    },
    {
        "id": "c2",
        "spans": spans("it costs 5"),
        "claimants": ["s6"],
        "proposition": "It costs 5.",
        "category": "quantity",
        "stance": "doubts",
        "certainty": "possible",
        "time": "timeless",
        "checkability": "checkable",
        "checkworthiness": "some",
        "relations": [{"type": "contradicts", "claim": "c1"}],
    },
]
TERMS: list[Json] = [{"id": "t1", "kind": "title", "spans": spans("“Red Book”")}]
HEAD: Json = {
    "annotators": ["ann", "bo"],
    "guidelines": "2.0",
    "status": "adjudicated",
    "annotation_license": "CC0-1.0",
    "derived": ["quotes/type"],
}
RECORD: Json = {
    "title": "Мэр: «closes»",
    "publisher": "Post",
    "byline": "By Bo",
    "language": "en-GB",
    "url": "https://example.org/a?b=1&c=2",
    "published": "2031-03-04",
    "genre": "interview",
    "translated_from": "ru",
    "story": "the-bridge",
    "text_license": "CC0-1.0",
    "text_form": "detokenised",
    "original_split": "trial",
    "token_starts": [0, 2],
    "token_ends": [1, 5],
    "sentence_starts": [0],
    "original_values": [{"name": "credit", "value": "Wire"}],
    "regions": [{"start": 0, "end": 27, "kind": "headline"}],
}


def corpus(folder: Path) -> Path:
    """Write the corpus of the document town/all."""
    files = files_of(folder, "town/all")
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    article = {
        "schema_version": "1",
        "id": "town/all",
        "text_sha256": digest,
        "text_length": len(TEXT),
        "text_availability": "included",
        "origin": "third_party",
        "original_id": "a/ll",
        **RECORD,
    }
    annotation = {
        "schema_version": "1",
        "article": "town/all",
        "text_sha256": digest,
        **HEAD,
        "imported_from": {
            "corpus": "All",
            "format": "brat",
            "citation": "Us",
            "url": "https://example.org",
        },
        "speakers": SPEAKERS,
        "quotes": QUOTES,
        "quoted_terms": TERMS,
        "claims": CLAIMS,
    }
    document = Document("town/all", files, article, annotation, TEXT)
    for quote in QUOTES:
        quote.setdefault("delimiters", "none")
    anchor.derive(document)
    for path, name, value in (
        (files.article, "article", article),
        (files.annotation, "annotation", document.annotation),
    ):
        root = schema.load(name)
        write_json(Path(path), anchor.ordered(root, root, value))
    Path(files.text).write_text(TEXT, encoding="utf-8", newline="")
    assignment = {"train": [], "validation": ["the-bridge"], "test": [], "real": []}
    write_json(folder / "splits.json", {"schema_version": "1", **assignment})
    return folder
