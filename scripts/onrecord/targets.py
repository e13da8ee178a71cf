"""What the paths of a command mean: whole corpora, documents of one, or files that stand alone."""

from __future__ import annotations

import glob
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from onrecord import checks, schema, splits, validate
from onrecord.engines import LOCAL, Engine
from onrecord.model import Annotated
from onrecord.problems import Problem
from onrecord.shards import FOLDER, LAYOUTS, Shard
from onrecord.source import Document, Files, Json, article_text, read_json

_PARTS = ("articles", "annotations")


class UsageError(Exception):
    """Paths or options that mean nothing."""


@dataclass(slots=True)
class Targets:
    """Corpora with the ids of their documents (None: all of them), and files that stand alone."""

    corpora: dict[Path, set[str] | None] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)


def targets(paths: Iterable[str], since: str | None = None) -> Targets:
    """Sort paths, globs and `-`, the standard input. `since`: only what git says has changed.

    Raises UsageError for a path that does not exist and for a revision that git does not know.
    """
    found = Targets()
    for path in _expanded(paths):
        if since is not None and path.is_dir():
            for changed in _changed(path, since):
                _add(found, changed)
        else:
            _add(found, path)
    return found


def _expanded(paths: Iterable[str]) -> Iterator[Path]:
    for path in paths:
        matches = sorted(glob.glob(path, recursive=True))  # noqa: PTH207 - Path.glob takes no absolute ones
        if path == "-" or Path(path).exists():
            yield Path(path)
        elif matches:
            yield from map(Path, matches)
        else:
            raise UsageError(f"there is no file or folder {path}")


def _add(found: Targets, path: Path) -> None:
    if path.is_dir() and any((path / part).is_dir() for part in (*_PARTS, FOLDER)):
        found.corpora[path] = None
    elif path.is_dir():
        for inner in sorted(path.rglob("*.json")):
            _add(found, inner)
    elif (place := _place(path)) is None:
        found.files.append(path)
    elif (ids := found.corpora.setdefault(place[0], set())) is not None:
        ids.add(place[1])


def _place(path: Path) -> tuple[Path, str] | None:
    """The corpus in whose folders a file lies, and the id of its document."""
    document = path.with_suffix("")
    if path.suffix == ".json" and path.parent.parent.parent.name == "passes":
        document = path.parent
    folder = document.parent.parent
    in_place = folder.name in (*_PARTS, "passes") and (folder.parent / "articles").is_dir()
    if not in_place or path.suffix not in (".json", ".txt"):
        return None
    return folder.parent, f"{document.parent.name}/{document.name}"


def _changed(folder: Path, since: str) -> Iterator[Path]:
    """Files below a folder that were added or changed since a revision, untracked ones included."""
    tracked = ("diff", "--name-only", "--diff-filter=d", "-z", "--relative", since, "--", ".")
    for command in (tracked, ("ls-files", "--others", "--exclude-standard", "-z")):
        result = subprocess.run(["git", *command], cwd=folder, capture_output=True, check=False)
        if result.returncode:
            raise UsageError(result.stderr.decode(errors="replace").strip())
        for name in filter(None, result.stdout.decode(errors="replace").split("\0")):
            if name.endswith((".json", ".txt")):
                yield folder / name


def problems(
    found: Targets, texts: Path | None = None, engine: Engine = LOCAL
) -> Iterator[Problem]:
    """Every problem of the targets. `texts`: where the texts of files that stand alone lie."""
    for corpus, ids in found.corpora.items():
        yield from validate.problems(corpus, ids, engine)
    for path in found.files:
        yield from alone(path, texts)


def alone(path: Path, texts: Path | None) -> Iterator[Problem]:
    """Problems of one file outside any corpus; what it is follows from its keys."""
    if path.suffix[1:] in LAYOUTS:
        for each in validate.examine(Shard(path.parent, str(path))):
            yield from [*each.problems, *each.of_passes]
        return
    value = read_json(path)
    if isinstance(value, Problem):
        yield value
    elif "train" in value:
        yield from splits.check(path, value)
    elif "id" in value and "article" not in value:
        yield from schema.check("article", value, str(path))
    else:
        found = [*schema.check("annotation", value, str(path))]
        yield from found or _annotation(path, value, texts)


def _annotation(path: Path, annotation: Json, texts: Path | None) -> Iterator[Problem]:
    """Problems of an annotation without a record: with its text, if that lies among the texts."""
    document_id = annotation["article"]
    file = (texts or path.parent) / f"{document_id if texts else path.stem}.txt"
    text = article_text(file) if file.exists() else None
    if isinstance(text, Problem):
        yield text
        return
    article = {
        "id": document_id,
        "text_sha256": annotation["text_sha256"],
        "text_length": sys.maxsize if text is None else len(text),
        "text_availability": "included",
        "regions": [],
    }
    document = Document(
        document_id,
        Files(str(path), str(path), str(file), str(file), str(path.parent)),
        article,
        annotation,
        text,
        False,
    )
    roles = Annotated(document).roles
    if not any("text" in span for role in roles for span in role.spans):
        article["text_availability"] = "withheld"
    yield from checks.check(document)
