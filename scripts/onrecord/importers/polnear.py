"""PolNeAR: attributions in political news, brat standoff with events, up to six annotators."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from onrecord.importers import standoff
from onrecord.importers.draft import Draft, Imported, published, values
from onrecord.importers.loss import Loss
from onrecord.source import Json

_SPLITS = {"train": "train", "dev": "validation", "test": "test"}
_ROLES = {"Content": "content", "Cue": "cue", "Source": "source"}
# What an event may be triggered by; only attributions proper go without saying.
_EVENTS = ("Attribution", "Attribution-no-source", "Discuss", "Discard")
_MAPPING = standoff.Mapping(dict.fromkeys(_EVENTS), _ROLES)


@dataclass(frozen=True, slots=True)
class Part:
    """A text with its annotation files, the first annotator's first."""

    text: Path
    annotations: tuple[Path, ...]
    about: dict[str, str]

    @property
    def name(self) -> str:
        """The name of the document."""
        return self.text.stem


class Importer:
    """Reads data/SPLIT/{text/DOC.txt, attributions/DOC_ANNOTATOR.ann} and data/metadata.tsv."""

    def __init__(self, loss: Loss, options: Json) -> None:
        self._loss = loss

    def find(self, source: Path) -> list[Part]:
        """The documents of train, dev and test."""
        data = source / "data"
        for compartment in ("annotator-training", "parc3-replication"):
            files = sorted((data / compartment / "attributions").glob("*.ann"))
            why = f"{compartment}: not of the corpus proper"
            self._loss.dropped("annotation files", why, count=len(files))
        about = _metadata(data / "metadata.tsv")
        return [part for split in _SPLITS for part in _parts(data / split, about)]

    def convert(self, part: Part) -> Iterator[Imported]:
        """One document: the first annotator's decisions, the others' as passes."""
        split = part.text.parent.parent.name
        self._loss.held["documents"] += 1
        self._loss.held["annotation files"] += len(part.annotations)
        text = published(part.text.read_bytes(), self._loss, part.name)
        first, *others = part.annotations
        passes = {
            path.stem.rpartition("_")[2]: self._annotation(path, text, "further annotators")
            for path in others
        }
        annotation = self._annotation(first, text, f"the first annotator in {split}")
        annotation["annotators"] = [first.stem.rpartition("_")[2]]
        article = {**_article(part.about), "original_split": split}
        yield Imported(part.name, text, annotation, article, _SPLITS[split], passes)

    def _annotation(self, path: Path, text: str, whose: str) -> Json:
        found = standoff.read(path, text, self._loss)
        draft = Draft(text, self._loss, path.stem)
        held = [event for event in found.events if event.type in _EVENTS]
        self._loss.held[f"attributions of {whose}"] += sum(bool(e.arguments) for e in held)
        empty = [event for event in held if not event.arguments]
        self._loss.held["events without arguments"] += len(empty)
        found.events = [event for event in found.events if event not in empty]
        for event in empty:
            why = "no arguments: it says nothing"
            self._loss.dropped("events", why, f"{path.stem} {event.id}")
        used = standoff.quotes(found, _MAPPING, draft)
        used |= {event.trigger for event in empty}
        self._leftover(found, used, path.stem)
        return {**draft.annotation(), "derived": ["quotes/type"]}

    def _leftover(self, found: standoff.Standoff, used: set[str], name: str) -> None:
        for span, label in found.labels.items():
            if span not in used:
                self._loss.dropped("spans", f"{label}: in no attribution", f"{name} {span}")
        comments = [note for notes in found.notes.values() for note in notes]
        self._loss.dropped("comments", "annotators' notes", name, len(comments))
        others = [event for event in found.events if event.type not in _EVENTS]
        self._loss.dropped("events", "of a type that the corpus does not define", name, len(others))


def _parts(folder: Path, about: dict[str, dict[str, str]]) -> Iterator[Part]:
    # A document's name may end like another's annotation file: the annotator has no "_".
    files: dict[str, list[Path]] = {}
    for path in sorted((folder / "attributions").glob("*.ann")):
        files.setdefault(path.stem.rpartition("_")[0], []).append(path)
    for name, paths in sorted(files.items()):
        yield Part(folder / "text" / f"{name}.txt", tuple(paths), about.get(name, {}))


def _metadata(path: Path) -> dict[str, dict[str, str]]:
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {
            row["filename"]: {key: value for key, value in row.items() if key and value != "None"}
            for row in rows
        }


def _article(about: dict[str, str]) -> Json:
    known = {
        "title": about.get("title"),
        "publisher": about.get("publisher"),
        "byline": about.get("author"),
        "published": about.get("publication_date"),
    }
    rest = ("level", "trump_count", "clinton_count", "credit", "wire")
    found = values(**{key: about.get(key) for key in rest})
    article = {key: value for key, value in known.items() if value}
    return {**article, "original_values": found} if found else article
