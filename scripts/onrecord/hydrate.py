"""Withheld text from a user's own copy: verified, and kept out of version control."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from onrecord import schema
from onrecord.problems import Problem
from onrecord.source import Json, files_of, read_json, read_text


@dataclass(frozen=True, slots=True)
class Hydrated:
    """What came of one withheld article: `text` is None where nothing may be written."""

    document_id: str
    path: Path
    text: str | None
    message: str


def hydrate(corpus: Path, section: str, origin: Path) -> Iterator[Hydrated]:
    """Take the withheld texts of a section from a folder; the caller writes those that match.

    Raises LookupError where the section has no withheld article.
    """
    folder = corpus / "articles" / section
    records = {path: read_json(path) for path in sorted(folder.glob("*.json"))}
    withheld = {
        path: record
        for path, record in records.items()
        if isinstance(record, Problem) or "obtain" in record
    }
    if not withheld:
        raise LookupError(f"{folder} has no withheld article")
    for path, record in withheld.items():
        document_id = f"{section}/{path.stem}"
        place = Path(files_of(corpus, document_id).hydrated)
        yield Hydrated(document_id, place, *_matching(path, record, origin))


def _matching(path: Path, record: Json | Problem, origin: Path) -> tuple[str | None, str]:
    """The text that a record asks for, None where it is missing or differs, and what was found."""
    problems = (
        [record]
        if isinstance(record, Problem)
        else [*schema.check("article", record, os.fspath(path))]
    )
    if problems or isinstance(record, Problem):
        return None, f"{path}: {problems[0].message}"
    source = origin / record["obtain"]["file"]
    text = extract(source, record["obtain"]["format"])
    if isinstance(text, Problem):
        return None, f"{source}: {text.message}"
    found, expected = hashlib.sha256(text.encode()).hexdigest(), record["text_sha256"]
    if found != expected:
        return None, f"{source}: differs: found SHA-256 {found}; expected {expected}"
    return text, f"{source}: matches"


def extract(path: Path, source_format: str) -> str | Problem:
    """The text that a file holds, with LF line ends, by its format (`source_format` of the schema)."""
    text = read_text(path)
    return text if isinstance(text, Problem) else _READERS[source_format](text)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _conllu(text: str) -> str:
    paragraphs: list[list[str]] = []
    for line in text.split("\n"):
        if line == "# newpar" or line.startswith("# newpar "):
            paragraphs.append([])
        elif line.startswith("# text = "):
            if not paragraphs:
                paragraphs.append([])
            paragraphs[-1].append(line.removeprefix("# text = "))
    return "\n\n".join(" ".join(sentences) for sentences in paragraphs if sentences) + "\n"


_READERS: dict[str, Callable[[str], str]] = {"plain": _plain, "conllu": _conllu}
