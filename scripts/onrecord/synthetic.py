"""Generated corpora for benchmarks: about 600 words, 8 quotes, 5 speakers of 3 mentions, 6 claims.

The words mean nothing, so nothing can be learned from such a corpus about language; sizes,
shapes and labels are those of real annotation.
"""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

from onrecord import bulk, schema, shards, splits
from onrecord.anchor import derive
from onrecord.source import Document, Json, dumps, files_of

_SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "ar", "en", "is")]
_SPEAKERS, _MENTIONS, _QUOTES, _CLAIMS, _WORDS = 5, 3, 8, 6, 600


class _Article:
    """A text under construction that remembers where its parts stand."""

    def __init__(self, number: int, seed: int) -> None:
        self.random = random.Random(f"{seed}/{number}")
        self.text = ""

    def word(self) -> str:
        return "".join(self.random.choices(_SYLLABLES, k=self.random.randint(1, 4)))

    def words(self, count: int) -> str:
        return " ".join(self.word() for _ in range(count))

    def add(self, surface: str, after: str = " ") -> list[Json]:
        """Append a surface and what follows it; the surface as spans."""
        start = len(self.text)
        self.text += surface + after
        return [{"start": start, "end": start + len(surface), "text": surface}]


def document(number: int, seed: int = 0) -> tuple[Json, str, Json]:
    """The article record, text and annotation of one generated document."""
    article = _Article(number, seed)
    article.add(article.words(8).capitalize(), "\n\n")
    names = [f"{article.word()} {article.word()}".title() for _ in range(_SPEAKERS)]
    mentions: list[list[Json]] = [[] for _ in names]
    quotes = [_quote(article, n, n % _SPEAKERS, names, mentions) for n in range(_QUOTES)]
    for n in range(_SPEAKERS * _MENTIONS - _QUOTES):
        _mention(article, n % _SPEAKERS, names, mentions, ", ")
    article.add(article.words(max(1, _WORDS - len(article.text.split()))), ".\n")
    digest = hashlib.sha256(article.text.encode()).hexdigest()
    slug = f"d{number:08}"
    annotation = {
        "schema_version": "1",
        "article": f"generated/{slug}",
        "text_sha256": digest,
        "annotators": ["generator"],
        "guidelines": "1.0",
        "status": "draft",
        "annotation_license": "CC0-1.0",
        "speakers": [_speaker(n, name, mentions[n]) for n, name in enumerate(names)],
        "quotes": quotes,
        "quoted_terms": [],
        "claims": [_claim(article, n, quotes[n]) for n in range(_CLAIMS)],
    }
    record = _record(slug, digest, article)
    files = files_of(Path(), record["id"])
    derive(Document(record["id"], files, record, annotation, article.text))
    return record, article.text, annotation


def _record(slug: str, digest: str, article: _Article) -> Json:
    return {
        "schema_version": "1",
        "id": f"generated/{slug}",
        "title": article.text.partition("\n")[0],
        "language": "en",
        "genre": article.random.choice(schema.enum("genre")),
        "story": slug,
        "text_sha256": digest,
        "text_length": len(article.text),
        "text_license": "CC0-1.0",
        "text_availability": "included",
        "origin": "original",
        "regions": [{"start": 0, "end": len(article.text) - 1, "kind": "body"}],
    }


def _mention(
    article: _Article, speaker: int, names: list[str], mentions: list[list[Json]], after: str
) -> str:
    identifier = f"m{sum(map(len, mentions)) + 1}"
    spans = article.add(names[speaker], after)
    mentions[speaker].append({"id": identifier, "form": "name", "spans": spans})
    return identifier


def _quote(
    article: _Article, number: int, speaker: int, names: list[str], mentions: list[list[Json]]
) -> Json:
    article.add(article.words(30).capitalize(), ". ")
    direct = number % 2 == 0
    body = article.words(article.random.randint(10, 40))
    content = article.add(f"“{body.capitalize()},”" if direct else body.capitalize(), " ")
    cue = article.add(article.random.choice(("said", "told", "warned")))
    source = _mention(article, speaker, names, mentions, ".\n\n")
    return {
        "id": f"q{number + 1}",
        "type": "direct" if direct else "indirect",
        "medium": "speech",
        "content": content,
        "cue": cue,
        "source": source,
        "speakers": [f"s{speaker + 1}"],
        "polarity": "affirmed",
        "delimiters": "none",
    }


def _speaker(number: int, name: str, mentions: list[Json]) -> Json:
    return {
        "id": f"s{number + 1}",
        "name": name,
        "kind": "person",
        "naming": "named",
        "mentions": mentions,
    }


def _claim(article: _Article, number: int, quote: Json) -> Json:
    labels = ("claim_category", "stance", "certainty", "claim_time", "checkability")
    chosen = [article.random.choice(schema.enum(name)) for name in labels]
    keys = ("category", "stance", "certainty", "time", "checkability")
    return {
        "id": f"c{number + 1}",
        "spans": quote["content"],
        "claimants": quote["speakers"],
        "quote": quote["id"],
        "proposition": article.words(12).capitalize() + ".",
        **dict(zip(keys, chosen, strict=True)),
        "checkworthiness": "some",
    }


def write(corpus: Path, count: int, seed: int = 0) -> None:
    """Write a corpus of so many generated documents, three files each."""
    for folder in ("articles", "annotations"):
        (corpus / folder / "generated").mkdir(parents=True)
    records = []
    for number in range(count):
        record, text, annotation = document(number, seed)
        records.append({key: record[key] for key in ("story", "genre", "text_availability")})
        place = corpus / "articles" / f"{record['id']}.json"
        place.write_text(dumps(record), encoding="utf-8")
        place.with_suffix(".txt").write_text(text, encoding="utf-8")
        (corpus / "annotations" / f"{record['id']}.json").write_text(dumps(annotation), "utf-8")
    assignment = splits.as_json(splits.assign(records, {}))
    splits.file(corpus).write_text(dumps(assignment), encoding="utf-8")


def write_shards(corpus: Path, count: int, seed: int = 0, size: int = bulk.SIZE) -> None:
    """Write a corpus of so many generated documents in shards of JSON lines."""
    (corpus / shards.FOLDER).mkdir(parents=True)
    records = []
    for n, first in enumerate(range(0, count, size)):
        lines = []
        for number in range(first, min(first + size, count)):
            record, text, annotation = document(number, seed)
            records.append({key: record[key] for key in ("story", "genre", "text_availability")})
            lines.append({"article": record, "text": text, "annotation": annotation})
        bulk.write_shard(corpus / shards.FOLDER / f"{n:05}.jsonl", lines)
    assignment = splits.as_json(splits.assign(records, {}))
    splits.file(corpus).write_text(dumps(assignment), encoding="utf-8")
