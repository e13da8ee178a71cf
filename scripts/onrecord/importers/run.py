"""From a source to a corpus folder: what is common to all importers.

An importer knows its format and the model, and nothing else. `find` lists the parts of a source;
`convert` turns one part into documents. What is common to all stands here: ids, article records,
splits, the check of every document, the loss report, and that a folder appears whole or not at all.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from onrecord import anchor, bulk, schema, splits
from onrecord.folders import replaced
from onrecord.importers import FORMATS, Format, alike
from onrecord.importers.draft import Imported
from onrecord.importers.loss import Loss
from onrecord.progress import watched
from onrecord.source import REPORT, Document, Files, Json, files_of, write_json
from onrecord.validate import check_document

# What a source with a defect may raise; anything else is a fault of the importer.
_DEFECTS = (ValueError, LookupError, TypeError, AttributeError, SyntaxError, OSError)


# Where an import is written that is packed at its end.
_FILES = ".files"


class SourceError(Exception):
    """A source that is not what its format says, or a target that may not be replaced."""


def import_corpus(  # noqa: PLR0913 - two of them are choices
    name: str,
    source: Path,
    out: Path,
    options: Json | None = None,
    *,
    layout: str = "files",
    progress: bool = False,
) -> Loss:
    """Import SOURCE into the corpus folder OUT, whose layout is files or one of shards.LAYOUTS.

    Raises SourceError and OSError.
    """
    row, loss = FORMATS[name], Loss()
    if out.exists() and (not out.is_dir() or any(out.iterdir())) and not (out / REPORT).is_file():
        raise SourceError(f"{out} exists and was not made by an import; name another folder")
    importer = _importer(name)(loss, options or {})
    parts = importer.find(source)
    if not parts:
        raise SourceError(f"{source} holds no {row.holds}; expected the layout as published")
    with replaced(out) as folder:
        files = folder if layout == "files" else folder / _FILES
        writer = _Writer(files, name, row, loss, options or {})
        for part in watched(parts, f"importing {name}", len(parts), progress):
            for item in _converted(importer, part, loss):
                writer.add(item)
        writer.finish()
        if layout != "files":
            bulk.packed(files, folder, layout)
            shutil.rmtree(files)
    return loss


def _converted(importer: Any, part: Any, loss: Loss) -> Iterator[Imported]:
    """The documents of a part; a part that cannot be read is counted and passed over."""
    try:
        yield from importer.convert(part)
    except _DEFECTS as error:
        reason = f"cannot be read: {type(error).__name__}: {error}".partition("\n")[0]
        loss.dropped("files", reason, str(getattr(part, "name", part)))


class _Writer:
    """A corpus under construction, of which only splits and taken ids are in memory."""

    def __init__(self, folder: Path, name: str, row: Format, loss: Loss, options: Json) -> None:
        self._folder, self._section, self._row, self._loss = folder, name, row, loss
        self._about = {**_about(row, name), **options.get("about", {})}
        self._assigned: splits.Assignment = {}
        self._stories: dict[str, str] = {}
        self._free: list[Json] = []
        self._taken: set[str] = set()
        # A text that occurs twice is one story: its documents share a split.
        self._texts: dict[str, str] = {}

    def add(self, item: Imported) -> None:
        """Write a document with the passes over it, if it is sound."""
        slug = self._slug(item.name)
        files = files_of(self._folder, f"{self._section}/{slug}")
        article = self._article(slug, item)
        decided, *passes = (
            self._document(files, article, item.text, annotation, annotator)
            for annotator, annotation in {"": item.annotation, **item.passes}.items()
        )
        if not self._sound(decided, item.name, "documents"):
            return
        passes = [each for each in passes if self._sound(each, item.name, "passes")]
        write_json(Path(files.article), article)
        Path(files.text).write_text(item.text, encoding="utf-8", newline="")
        write_json(Path(files.annotation), decided.annotation)
        for document in passes:
            (annotator,) = document.annotation["annotators"]
            write_json(Path(files.passes) / f"{annotator}.json", document.annotation)
        self._count(article, item)
        self._loss.imported["passes"] += len(passes)
        passed = sum(len(each.annotation["quotes"]) for each in passes)
        self._loss.imported["quotes of further passes"] += passed

    def _sound(self, document: Document, name: str, what: str) -> bool:
        errors = [p for p in check_document(document) if p.rule.severity == "error"]
        if errors:
            reason, count = errors[0].id, len(document.annotation["quotes"])
            where = f"{name}: {errors[0].message}"
            self._loss.dropped(what, f"not sound in the model ({reason})", where)
            self._loss.dropped("quotes", f"in {what} that were dropped", name, count)
        return not errors

    def _slug(self, name: str) -> str:
        slug = base = slugify(name)
        number = 1
        while slug in self._taken:
            number += 1
            slug = f"{base}-{number}"
        self._taken.add(slug)
        return slug

    def _article(self, slug: str, item: Imported) -> Json:
        digest = hashlib.sha256(item.text.encode()).hexdigest()
        known = {
            "schema_version": "1",
            "id": f"{self._section}/{slug}",
            "language": self._about["language"],
            "text_sha256": digest,
            "text_length": len(item.text),
            "text_license": self._about["text_license"],
            "text_availability": "included",
            "text_form": "as_published",
            "origin": "third_party",
            "original_id": item.name,
            "regions": [],
        }
        root = schema.load("article")
        story = {"story": self._texts.setdefault(digest, item.article.get("story", slug))}
        value: Json = anchor.ordered(root, root, {**known, **item.article, **story})
        return value

    def _document(
        self, files: Files, article: Json, text: str, annotation: Json, annotator: str
    ) -> Document:
        head = {
            "schema_version": "1",
            "article": article["id"],
            "text_sha256": article["text_sha256"],
            "annotators": [annotator or f"{self._section}-annotators"],
            "guidelines": f"those of {self._about['corpus']}",
            "status": "single",
            "annotation_license": self._about["annotation_license"],
            "imported_from": {
                key: self._about[key]
                for key in ("corpus", "format", "citation", "url")
                if self._about.get(key)
            },
        }
        document = Document(article["id"], files, article, {**head, **annotation}, text)
        anchor.derive(document)
        root = schema.load("annotation")
        return replace(document, annotation=anchor.ordered(root, root, document.annotation))

    def _count(self, article: Json, item: Imported) -> None:
        self._loss.imported["documents"] += 1
        annotation = item.annotation
        for key in ("quotes", "speakers", "quoted_terms", "claims"):
            self._loss.imported[key] += len(annotation[key])
        self._loss.imported["mentions"] += sum(len(s["mentions"]) for s in annotation["speakers"])
        self._stories[article["id"]] = article["story"]
        if item.split is None:
            self._free.append({"story": article["story"], "text_availability": "included"})
            return
        split = self._assigned.setdefault(article["story"], item.split)
        self._loss.imported[f"documents in {split}"] += 1
        if split != item.split:
            why = f"the text is that of a document in {split}, so it is, too"
            self._loss.repaired("splits", why, item.name)

    def finish(self) -> None:
        """Write the splits and the loss report."""
        self._loss.derived("splits", "the source has none; assigned by rule", count=len(self._free))
        (self._folder / "articles").mkdir(exist_ok=True)
        assigned = splits.assign(self._free, self._assigned)
        free = assigned.keys() - self._assigned.keys()
        alike.settle(self._folder, self._stories, assigned, free, self._loss)
        write_json(splits.file(self._folder), splits.as_json(assigned))
        write_json(self._folder / REPORT, {"corpus": self._about, **self._loss.as_json()})


def _about(row: Format, name: str) -> dict[str, str]:
    """What the documents of a corpus say of it."""
    return {
        "corpus": row.corpus,
        "format": name,
        "language": row.language,
        "text_license": row.text_license,
        "annotation_license": row.annotation_license,
        "citation": row.citation,
        "url": row.url,
    }


def slugify(name: str) -> str:
    """A name as a slug: ASCII letters, digits and single hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:120].strip("-") or "document"


def _importer(name: str) -> Any:
    """The importer of a format. Raises SourceError where a library that it needs is missing."""
    try:
        return import_module(f"onrecord.importers.{FORMATS[name].module}").Importer
    except ModuleNotFoundError as error:
        message = f"{name} needs {error.name}; install it with: pip install 'onrecord[{name}]'"
        raise SourceError(message) from error


def read_options(path: Path | None) -> Json:
    """The mapping file of an import. Raises SourceError where it is no YAML mapping."""
    if path is None:
        return {}
    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SourceError(f"{path} is not YAML: {error}".partition("\n")[0]) from error
    if not isinstance(value, dict):
        raise SourceError(f"{path} holds no mapping; see the README of the importers")
    return value
