"""Drafts name spans by their text; anchoring turns them into offsets.

A draft is YAML (or JSON) with the keys of an article record or an annotation document. A span is
written as its surface; as "prefix|surface|suffix" where the surface alone occurs more than once;
as {text, prefix, suffix, occurrence}, the names of the W3C TextQuoteSelector; or as {from, to},
from the first surface to the next occurrence of the second.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import yaml

from onrecord import hydrate, model, schema
from onrecord.checks.references import ids_are_unique, references_resolve
from onrecord.positions import escape, line_column, repeated_keys
from onrecord.problems import Problem
from onrecord.source import Document, Files, Json, files_of, read_json, read_text
from onrecord.validate import check_document

_CONTEXT = 25


@dataclass(frozen=True, slots=True)
class Anchored:
    """What came of a draft: the file to write and its content, or problems."""

    path: Path
    value: Json
    problems: list[Problem]


class _Loader(yaml.SafeLoader):
    """YAML whose dates stay strings, as in JSON, and that names no node by another."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Refuse aliases: a few lines of them stand for more than memory holds."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "found an alias", mark)
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def anchor(draft: Path, corpus: Path, origin: Path | None = None) -> Anchored:
    """Anchor a draft in the text of its article; `origin` holds withheld text not yet hydrated."""
    content = read_text(draft)
    if isinstance(content, Problem):
        return Anchored(draft, {}, [content])
    try:
        node, value = yaml.compose(content, _Loader), yaml.load(content, _Loader)
        # YAML has keys, numbers and other values that JSON does not have.
        orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_DATETIME)
    except (yaml.YAMLError, RecursionError, ValueError, orjson.JSONEncodeError) as error:
        return Anchored(draft, {}, [_unreadable(draft, error)])
    for key, line, column in repeated_keys(content):
        message = f'found the key "{key}" twice in one mapping; expected it once'
        problem = Problem("duplicate-key", str(draft), message, line=line, column=column)
        return Anchored(draft, {}, [problem])
    anchored = _anchor_value(draft, value, corpus, origin)
    return replace(anchored, problems=[_placed(draft, node, each) for each in anchored.problems])


def _unreadable(draft: Path, error: Exception) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    reason = getattr(error, "problem", None) or str(error).partition("\n")[0]
    message = f"found no YAML: {reason}; expected a draft"
    return Problem("draft-unreadable", str(draft), message, line=line, column=column)


def _anchor_value(draft: Path, value: Any, corpus: Path, origin: Path | None) -> Anchored:
    if not isinstance(value, dict) or not {"id", "article"} & value.keys():
        message = 'expected a mapping with the key "article" (an annotation) or "id" (a record)'
        return Anchored(draft, {}, [Problem("draft-unreadable", str(draft), message)])
    kind = "annotation" if "article" in value else "article"
    # What needs no text is checked first: ids and file names lead to files.
    if problems := [*schema.check(kind, {**value, **_PLACEHOLDERS[kind]}, str(draft))]:
        return Anchored(draft, {}, problems)
    files = files_of(corpus, value["article" if kind == "annotation" else "id"])
    text = _text(files, value, origin)
    if isinstance(text, Problem):
        return Anchored(draft, {}, [text])
    value["schema_version"] = "1"
    value["text_sha256"] = hashlib.sha256(text.encode()).hexdigest()
    root = schema.load(kind)
    found = _walk(_Anchor(str(draft), text, root, problems), root, value, "")
    finish = _annotation if kind == "annotation" else _article
    return Anchored(draft, {}, problems) if problems else finish(draft, files, found, text)


def pass_file(corpus: Path, value: Json) -> Path:
    """Where an independent pass belongs. Raises ValueError for what is by no single annotator."""
    annotators = value.get("annotators", [])
    if len(annotators) != 1:
        found = ", ".join(annotators) or "a record"
        raise ValueError(f"found {found}; expected the annotation of one annotator, as a pass")
    return Path(files_of(corpus, value["article"]).passes) / f"{annotators[0]}.json"


# What a draft leaves out, or has in another form, until it is anchored.
_COMPUTED = {"schema_version": "1", "text_sha256": "0" * 64}
_PLACEHOLDERS: dict[str, Json] = {
    "article": {**_COMPUTED, "text_length": 1, "regions": []},
    "annotation": {**_COMPUTED, "speakers": [], "quotes": [], "quoted_terms": [], "claims": []},
}


def _article(draft: Path, files: Files, value: Json, text: str) -> Anchored:
    value["text_length"] = len(text)
    problems = [*schema.check("article", value, str(draft))]
    if not problems:
        value["regions"].sort(key=lambda region: (region["start"], -region["end"]))
        value = ordered(schema.load("article"), schema.load("article"), value)
    return Anchored(Path(files.article), value, problems)


def _annotation(draft: Path, files: Files, value: Json, text: str) -> Anchored:
    root = schema.load("annotation")
    article = read_json(files.article)
    if isinstance(article, Problem):
        return Anchored(draft, {}, [article])
    unplaced = _usual(value)
    if problems := [*schema.check("annotation", value, str(draft))]:
        return Anchored(draft, {}, problems)
    if problems := [*_place(draft, value, unplaced)]:
        return Anchored(draft, {}, problems)
    if problems := [*_references(draft, files, article, value)]:
        return Anchored(draft, {}, problems)
    document = Document(value["article"], files, article, value, text, Path(files.text).exists())
    derive(document)
    if article.get("text_availability") == "withheld":
        _withhold(model.Annotated(document).roles)
    problems = [_of_draft(draft, files, problem) for problem in check_document(document)]
    for speaker in value["speakers"]:
        speaker["mentions"].sort(key=lambda mention: mention["spans"][0]["start"])
    return Anchored(Path(files.annotation), ordered(root, root, value), problems)


# What most quotes and claims are, and a draft need not say; delimiters are computed later.
_USUAL = {
    "quotes": {"polarity": "affirmed", "delimiters": "none"},
    "claims": {"stance": "asserts", "certainty": "certain"},
}
_NOT_YET = "s1"


def _usual(value: Json) -> list[Json]:
    """Add usual labels that a draft leaves out; gives the claims of which it does not say whose."""
    unplaced: list[Json] = []
    for key, labels in _USUAL.items():
        items = value.get(key)
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict):
                item.update({name: item.get(name, label) for name, label in labels.items()})
                if key == "claims" and "claimants" not in item:
                    item["claimants"] = [_NOT_YET]
                    unplaced.append(item)
    return unplaced


def _place(draft: Path, value: Json, unplaced: list[Json]) -> Iterator[Problem]:
    """Give claims the innermost quote around them with its speakers, or else the one author."""
    content = {each["id"]: model.extents(each.get("content", ())) for each in value["quotes"]}
    quotes = value["quotes"][::-1]  # children before their parents, where both are as long
    quotes.sort(key=lambda quote: _length(content[quote["id"]]))
    authors = [each["id"] for each in value["speakers"] if each["kind"] == "author"]
    for claim in unplaced:
        spans = model.extents(claim["spans"])
        around = (quote for quote in quotes if model.covers(content[quote["id"]], spans))
        if innermost := next(around, None):
            claim.setdefault("quote", innermost["id"])
        claim["claimants"] = [*innermost["speakers"]] if innermost else authors
        if not claim["claimants"] or (not innermost and len(authors) > 1):
            message = f"claim {claim['id']}: no quote with speakers is around it, nor is there one"
            message += ' author; expected the key "claimants"'
            pointer = f"/claims/{value['claims'].index(claim)}"
            yield Problem("missing-key", str(draft), message, pointer)


def _length(extents: list[model.Extent]) -> int:
    return sum(end - start for start, end in extents)


def _references(draft: Path, files: Files, article: Json, value: Json) -> Iterator[Problem]:
    """What has to hold before anything can be derived."""
    annotated = model.Annotated(Document(value["article"], files, article, value, None))
    for check in (ids_are_unique, references_resolve):
        yield from (_of_draft(draft, files, problem) for problem in check(annotated))


def _of_draft(draft: Path, files: Files, problem: Problem) -> Problem:
    same = problem.file == str(files.annotation)
    return replace(problem, file=str(draft)) if same else problem


def _withhold(roles: list[model.Role]) -> None:
    for role in roles:
        for span in role.spans:
            del span["text"]


def derive(document: Document) -> None:
    """Set the delimiters and derived phenomena of an annotation, beside the judged ones."""
    annotated, annotation = model.Annotated(document), document.annotation
    derived = model.DERIVED_FROM_QUOTE | model.DERIVED_FROM_TEXT
    for quote in annotation["quotes"]:
        quote["delimiters"] = annotated.pairings[quote["id"]].delimiters
        judged = set(quote.pop("phenomena", ())) - derived
        if tags := judged | annotated.phenomena_of(quote):
            quote["phenomena"] = sorted(tags, key=schema.enum("quote_phenomenon").index)
    annotation.pop("phenomena", None)
    if tags := annotated.phenomena():
        annotation["phenomena"] = sorted(tags, key=schema.enum("document_phenomenon").index)


def _text(files: Files, value: Json, origin: Path | None) -> str | Problem:
    if origin is not None and "obtain" in value:
        return hydrate.extract(origin / value["obtain"]["file"], value["obtain"]["format"])
    return read_text(files.text if Path(files.text).exists() else files.hydrated)


@dataclass(frozen=True, slots=True)
class _Anchor:
    file: str
    text: str
    schema: schema.Schema
    problems: list[Problem]

    def span(self, selector: Any, pointer: str) -> Json | None:
        """The span that a selector names, or None after noting the problem."""
        found = self._select(selector, 0)
        if isinstance(found, tuple):
            start, end = found
            return {"start": start, "end": end, "text": self.text[start:end]}
        self.problems.append(Problem(found.id, self.file, found.message, pointer))
        return None

    def _select(self, selector: Any, after: int) -> tuple[int, int] | Problem:
        match selector:
            case {"from": first, "to": last} if _is_surface(first) and _is_surface(last):
                begin = self._find(_parts(first), after)
                if isinstance(begin, Problem):
                    return begin
                end = self._find({**_parts(last), "occurrence": 1}, begin[0])
                return end if isinstance(end, Problem) else (begin[0], end[1])
            case _ if _is_surface(selector):
                return self._find(_parts(selector), after)
        message = f"found {selector!r}; expected a surface, {{text, prefix, suffix, occurrence}} or {{from, to}}"
        return Problem("surface-malformed", self.file, message)

    def _find(self, parts: Json, after: int) -> tuple[int, int] | Problem:
        prefix, surface, suffix = (parts.get(key, "") for key in ("prefix", "text", "suffix"))
        context = f"{prefix}{surface}{suffix}"
        if not surface:
            return Problem(
                "surface-malformed", self.file, "found an empty surface; expected some text"
            )
        places = [place + len(prefix) for place in _occurrences(self.text, context, after)]
        wanted = parts.get("occurrence")
        if wanted is not None and 1 <= wanted <= len(places):
            places = [places[wanted - 1]]
        if len(places) == 1 and (wanted is None or wanted >= 1):
            return places[0], places[0] + len(surface)
        if places:
            message = (
                f'"{context}" occurs {len(places)} times; name one by its context or occurrence: '
            )
            return Problem(
                "surface-ambiguous", self.file, message + self._candidates(places, len(surface))
            )
        return Problem(
            "surface-missing", self.file, f'"{context}" is not in the text{self._nearest(surface)}'
        )

    def _candidates(self, places: list[int], length: int) -> str:
        shown = (f"{n}. {self._around(place, length)}" for n, place in enumerate(places[:8], 1))
        return "; ".join(shown)

    def _around(self, place: int, length: int) -> str:
        line, column = line_column(self.text, place)
        before = self.text[max(0, place - _CONTEXT) : place].rpartition("\n")[2]
        after = self.text[place + length : place + length + _CONTEXT].partition("\n")[0]
        return f"line {line}, column {column}: {before}|{self.text[place : place + length]}|{after}"

    def _nearest(self, surface: str) -> str:
        """Where the longest beginning of a missing surface stands."""
        for length in range(len(surface) - 1, 3, -1):
            place = self.text.find(surface[:length])
            if place >= 0:
                return f"; the text has {self._around(place, length)}"
        return ""


def _is_surface(selector: Any) -> bool:
    """Whether a selector names one surface: {from, to} names two."""
    if not isinstance(selector, dict):
        return isinstance(selector, str)
    texts = [selector.get(key, "") for key in ("prefix", "text", "suffix")]
    occurrence = type(selector.get("occurrence", 1)) is int
    return "text" in selector and occurrence and all(isinstance(text, str) for text in texts)


def _parts(selector: str | Json) -> Json:
    """A selector with the short form "prefix|surface|suffix" taken apart."""
    parts = {"text": selector} if isinstance(selector, str) else selector
    pieces = parts["text"].split("|")
    if len(pieces) != 3 or "prefix" in parts or "suffix" in parts:
        return parts
    return {**parts, **dict(zip(("prefix", "text", "suffix"), pieces, strict=True))}


def _occurrences(text: str, surface: str, after: int) -> Iterator[int]:
    place = text.find(surface, after)
    while place >= 0:
        yield place
        place = text.find(surface, place + 1)


def _walk(anchors: _Anchor, node: schema.Schema, value: Any, pointer: str) -> Any:
    """A draft's value with every selector replaced, following the schema."""
    reference = node.get("$ref", "").removeprefix("#/$defs/")
    if reference == "spans":
        selectors = value if isinstance(value, list) else [value]
        found = [
            anchors.span(s, f"{pointer}/{i}" if isinstance(value, list) else pointer)
            for i, s in enumerate(selectors)
        ]
        return sorted((span for span in found if span), key=lambda span: span["start"])
    if reference == "region" and isinstance(value, dict):
        selector = {key: part for key, part in value.items() if key != "kind"}
        span = anchors.span(selector, pointer) or {"start": 0, "end": 1}
        return {"kind": value.get("kind"), "start": span["start"], "end": span["end"]}
    node = schema.resolve(anchors.schema, node)
    if isinstance(value, dict):
        inner = node.get("properties", {})
        return {
            key: _walk(anchors, inner.get(key, {}), item, f"{pointer}/{escape(key)}")
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [
            _walk(anchors, node.get("items", {}), item, f"{pointer}/{i}")
            for i, item in enumerate(value)
        ]
    return value


def ordered(root: schema.Schema, node: schema.Schema, value: Any) -> Any:
    """A value with its keys in schema order."""
    node = schema.resolve(root, node)
    if isinstance(value, dict):
        order = [*node.get("properties", {})]
        keys = sorted(value, key=lambda key: order.index(key) if key in order else len(order))
        return {
            key: ordered(root, node.get("properties", {}).get(key, {}), value[key]) for key in keys
        }
    if isinstance(value, list):
        return [ordered(root, node.get("items", {}), item) for item in value]
    return value


def _placed(draft: Path, node: yaml.Node | None, problem: Problem) -> Problem:
    """A problem of a draft with the line and column of its node."""
    if problem.file != str(draft) or problem.line is not None:
        return problem
    for token in problem.pointer.split("/")[1:]:
        inner = _child(node, token.replace("~1", "/").replace("~0", "~"))
        if inner is None:
            break
        node = inner
    mark = node.start_mark if node is not None else None
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return replace(problem, line=line, column=column)


def _child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((inner for name, inner in node.value if name.value == key), None)
    if isinstance(node, yaml.SequenceNode) and key.isdigit() and int(key) < len(node.value):
        inner: yaml.Node = node.value[int(key)]
        return inner
    return None
