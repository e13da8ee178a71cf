"""Raw articles annotated by a model: a corpus of drafts, for people to correct.

Each article comes out twice: as an annotation of status draft, and as a draft in the words of
CONTRIBUTING.md, which names spans by their surface and can be edited and anchored again.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from onrecord import anchor, columns, schema, segments, splits, tasks
from onrecord.baselines import load
from onrecord.importers import alike
from onrecord.importers.draft import Draft
from onrecord.importers.loss import Loss
from onrecord.importers.run import slugify
from onrecord.model import Extent, extents, overlaps
from onrecord.problems import Problem
from onrecord.source import Document, Json, files_of, read_json, read_text, write_json
from onrecord.validate import check_document

GUIDELINES = "1.1"
_LICENSE = "CC-BY-4.0"
_NAMED = 2
_TIMES = {"event": "past", "prediction": "future", "commitment": "future", "demand": "future"}


def articles(paths: Sequence[Path]) -> list[Path]:
    """The text files that some paths name; of folders, all below them."""
    found = [each.rglob("*.txt") if each.is_dir() else [each] for each in paths]
    return sorted(path for each in found for path in each)


def annotate(
    path: Path, model: Any, name: str, document_id: str, about: Json
) -> Document | Problem:
    """A text file as a document, annotated; what the model says and the rules forbid is left out."""
    text = read_text(path)
    if isinstance(text, Problem):
        return text
    article = _article(document_id, text, about)
    files = files_of("corpus", document_id)
    row = _row(article, text)
    (predicted,) = model.predict("quote_tagging", [row], {article["id"]: text})
    document = Document(article["id"], files, article, {}, text)
    quoted = _sound(document, "quotes", _sorted(predicted["quotes"]), partial(_quoted, name))
    if isinstance(quoted, Problem):
        return quoted
    return _sound(quoted, "claims", [*claims(quoted, model)], _claimed)


def _article(document_id: str, text: str, about: Json) -> Json:
    places = segments.paragraphs(text)
    regions = [{"kind": "body", "start": places[0][0], "end": places[-1][1]}] if places else []
    article = {
        "schema_version": "1",
        "id": document_id,
        "story": document_id.partition("/")[2],
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "text_length": len(text),
        "text_availability": "included",
        "regions": regions,
        **about,
    }
    root = schema.load("article")
    return dict(anchor.ordered(root, root, article))


def _row(article: Json, text: str) -> Json:
    """What a model of quote tagging is given."""
    places = segments.tokens(text)
    return {
        "id": article["id"],
        "document": article["id"],
        "tokens": [text[start:end] for start, end in places],
        "token_starts": [start for start, _ in places],
        "token_ends": [end for _, end in places],
    }


def _sorted(quotes: list[Json]) -> list[Json]:
    return sorted(quotes, key=lambda quote: extents(quote["content"])[0])


def _sound(
    document: Document,
    key: str,
    found: list[Json],
    annotation: Callable[[Document, list[Json]], Json],
) -> Document | Problem:
    """The document with the quotes or claims found, but for those that keep it from being valid."""
    left = found
    while True:
        annotated = replace(document, annotation=annotation(document, left))
        anchor.derive(annotated)
        errors = [each for each in check_document(annotated) if each.rule.severity == "error"]
        wrong = {_number(each, key) for each in errors} - {None}
        if not errors:
            return annotated
        if not wrong:
            return errors[0]
        left = [each for n, each in enumerate(left) if n not in wrong]


def _number(problem: Problem, key: str) -> int | None:
    parts = problem.pointer.split("/")
    return int(parts[2]) if parts[1:2] == [key] else None


def _quoted(name: str, document: Document, quotes: list[Json]) -> Json:
    """The annotation of some quotes."""
    draft = Draft(document.text or "", Loss(), document.id)
    for quote in quotes:
        roles = {role: extents(quote.get(role) or []) for role in ("content", "cue", "source")}
        added = draft.quote(roles["content"], roles["cue"], type=quote["type"])
        if added and roles["source"]:
            mention, speaker = _mentioned(draft, roles["source"])
            added |= {"source": mention, "speakers": [speaker]}
    draft.nest()
    annotation = {
        "schema_version": "1",
        "article": document.id,
        "text_sha256": document.article["text_sha256"],
        "annotators": [name],
        "guidelines": GUIDELINES,
        "status": "draft",
        "annotation_license": _LICENSE,
        **draft.annotation(),
    }
    return _ordered(annotation)


def _ordered(annotation: Json) -> Json:
    root = schema.load("annotation")
    return dict(anchor.ordered(root, root, annotation))


def _claimed(document: Document, found: list[Json]) -> Json:
    """The annotation of a document with some claims."""
    numbered = [{"id": f"c{n}", **each} for n, each in enumerate(found, 1)]
    return _ordered({**document.annotation, "claims": numbered})


def claims(document: Document, model: Any) -> Iterator[Json]:
    """What a model says is claimed in the quotes of a document that have speakers.

    No model says how certain a claim is, nor of what time: certain, and what its category suggests.
    """
    texts = {document.id: document.text or ""}
    rows = [*_claim_rows(document)]
    for row, predicted in zip(rows, model.predict("claim_extraction", rows, texts), strict=True):
        made = [each for each in predicted["claims"] if not _overlap(each["spans"], row["within"])]
        sentences = [{**row, "text": each["proposition"]} for each in made]
        worth = model.predict("claim_detection", sentences, texts)
        for claim, judged in zip(made, worth, strict=True):
            yield {
                "spans": [_surface(span, texts[document.id]) for span in claim["spans"]],
                "claimants": row["claimants"],
                "quote": row["quote"],
                **{key: claim[key] for key in ("proposition", "category", "stance")},
                "certainty": "certain",
                "time": _TIMES.get(claim["category"], "present"),
                **{key: judged[key] for key in ("checkability", "checkworthiness")},
            }


def _claim_rows(document: Document) -> Iterator[Json]:
    """What a model of claims is given: quotes with speakers, and none other to choose from."""
    seen, task = columns.view(document), tasks.TASKS["claim_extraction"]
    for item in task.items(seen):
        row = {name: function(seen, item) for name, (_, function) in task.columns.items()}
        nested = [each for each in seen.annotation["quotes"] if each.get("parent") == item["id"]]
        own = {seen.global_id(each) for each in item["speakers"]}
        if own:
            yield row | {
                "quote": item["id"],
                "claimants": item["speakers"],
                "within": [span for each in nested for span in each["content"]],
                "candidate_speakers": [e for e in row["candidate_speakers"] if e["id"] in own],
            }


def _overlap(spans: list[Json], others: list[Json]) -> bool:
    return any(overlaps(extents(others), *each) for each in extents(spans))


def _surface(span: Json, text: str) -> Json:
    return {**span, "text": text[span["start"] : span["end"]]}


def _mentioned(draft: Draft, found: list[Extent]) -> tuple[str | None, str]:
    """A mention of the speaker of its last word: Ana Hall is the Hall of later."""
    surface = " ".join(draft.text[start:end] for start, end in found)
    words = surface.split()
    # A pronoun or a description may be anybody's: each is a speaker of its own.
    name = len(words[-1]) > _NAMED and words[-1][0].isupper() and words[0].casefold() != "the"
    key = words[-1].casefold() if name else f"{surface} at {found[0][0]}"
    speaker = draft.speaker(key, surface)
    return draft.mention(key, found, "source"), speaker


def write(out: Path, document: Document) -> None:
    """Write an article, its annotation and its draft into a corpus folder."""
    files = files_of(out, document.id)
    write_json(Path(files.article), document.article)
    write_json(Path(files.annotation), document.annotation)
    Path(files.text).write_text(document.text or "", encoding="utf-8", newline="")
    path = out / "drafts" / f"{document.id}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(draft(document), encoding="utf-8")


def assign(out: Path) -> None:
    """Give the stories of a corpus folder splits, articles that are alike the same."""
    known, _ = splits.read(out) if splits.file(out).exists() else ({}, [])
    records = [read_json(path) for path in sorted((out / "articles").glob("*/*.json"))]
    found = [each for each in records if not isinstance(each, Problem)]
    assigned = splits.assign(found, known)
    stories = {each["id"]: each["story"] for each in found}
    alike.settle(out, stories, assigned, assigned.keys() - known.keys(), Loss())
    write_json(splits.file(out), splits.as_json(assigned))


def draft(document: Document) -> str:
    """An annotation as a draft: spans by their surface, and what anchoring computes left out."""
    text, computed = document.text or "", {"schema_version", "text_sha256", "phenomena"}
    kept = {key: value for key, value in document.annotation.items() if key not in computed}
    shown = yaml.safe_dump(_selected(kept, text), sort_keys=False, allow_unicode=True, width=100)
    return str(shown)


def _selected(value: Any, text: str) -> Any:
    if isinstance(value, list):
        return [_selected(each, text) for each in value]
    if not isinstance(value, dict):
        return value
    if {"start", "text"} <= value.keys():
        return _selector(value, text)
    left_out = ("delimiters", "phenomena")
    return {key: _selected(each, text) for key, each in value.items() if key not in left_out}


def _selector(span: Json, text: str) -> Json:
    """The surface of a span, with its number where it is not the only one."""
    places = [*_occurrences(text, span["text"])]
    number = {"occurrence": places.index(span["start"]) + 1} if len(places) > 1 else {}
    return {"text": span["text"], **number}


def _occurrences(text: str, surface: str) -> Iterator[int]:
    place = text.find(surface)
    while place >= 0:
        yield place
        place = text.find(surface, place + 1)


def run(
    paths: Sequence[Path], model: str, section: str, about: Json
) -> Iterator[Document | Problem]:
    """Every article, annotated; or why it cannot be."""
    loaded = load(model)
    name = f"model-{type(loaded).__module__.rpartition('.')[2]}"
    taken: Counter[str] = Counter()
    for path in articles(paths):
        slug = slugify(path.stem)
        taken[slug] += 1
        number = f"-{taken[slug]}" if taken[slug] > 1 else ""
        yield annotate(path, loaded, name, f"{section}/{slug}{number}", about)
