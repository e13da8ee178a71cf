"""German Wikinews with quotations (Petersen-Frey and Biemann 2024): five types, five roles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from onrecord.importers.draft import Draft, Imported, published, values
from onrecord.importers.loss import Loss
from onrecord.model import Extent
from onrecord.source import Json, read_json

_SPLITS = {"train": "train", "dev": "validation", "test": "test"}
_TYPES = {
    "Direct": "direct",
    "Indirect": "indirect",
    "Reported": "reported",
    "FreeIndirect": "free_indirect",
    "IndirectFreeIndirect": "indirect_free_indirect",
}
_MEDIA = {"S": "speech", "T": "thought", "W": "writing"}
_NAME = re.compile(r"(?P<id>\d+) - (?P<title>.*) \((?P<date>\d{4}-\d\d-\d\d)\)\.pretty\.json")


class Importer:
    """Reads data/SPLIT/ID - TITLE (YYYY-MM-DD).pretty.json."""

    def __init__(self, loss: Loss, options: Json) -> None:
        self._loss = loss

    def find(self, source: Path) -> list[Path]:
        """The documents of all splits."""
        return [
            path for split in _SPLITS for path in sorted((source / "data" / split).glob("*.json"))
        ]

    def convert(self, path: Path) -> Iterator[Imported]:
        """One document."""
        self._loss.held["documents"] += 1
        value = read_json(path)
        if not isinstance(value, dict):
            raise ValueError(value.message)
        text = published(value["originalText"].encode(), self._loss, path.name)
        draft = Draft(text, self._loss, path.stem)
        nested = []
        for each in value["annotations"]:
            self._loss.held["quotes"] += 1
            self._loss.held["nested quotes"] += bool(each["isNested"])
            self._compare(draft, each)
            quote = self._quote(draft, each)
            if quote and each["isNested"]:
                nested.append(quote)
        self._nest(draft, nested)
        split = path.parent.name
        article = {**self._article(path), **_tokens(value), "original_split": split}
        yield Imported(
            path.name.removesuffix(".pretty.json"),
            text,
            draft.annotation(),
            article,
            _SPLITS[split],
        )

    def _quote(self, draft: Draft, each: Json) -> Json | None:
        source = draft.expression(_extents(each["speaker"]), "source")
        addressee = draft.expression(_extents(each["addressee"]), "addressee")
        frame = draft.spans(_extents(each["frame"]), "frame")
        media = [_MEDIA[letter] for letter in _letters(each["medium"])]
        kind = _TYPES.get(each["type"], "unknown")
        return draft.quote(
            _extents(each["quote"]),
            _extents(each["cue"]),
            type=kind,
            medium=media[0] if len(media) == 1 else "unknown",
            media=media if len(media) > 1 else [],
            source=source and source[0],
            speakers=[source[1]] if source else [],
            addressees=[addressee[1]] if addressee else [],
            other_roles=[{"role": "frame", "spans": frame}] if frame else [],
            original_id=str(each["id"]),
            original_values=values(
                type=each["type"] if kind == "unknown" else "",
                medium="" if media else each["medium"],
            ),
        )

    def _compare(self, draft: Draft, each: Json) -> None:
        """Offsets are trusted; a role's own text that differs is counted."""
        for role in ("quote", "speaker", "cue", "frame", "addressee"):
            surface = "".join(draft.text[start:end] for start, end in _extents(each[role]))
            if "".join(surface.split()) != "".join(each[role]["text"].split()):
                where = f"{draft.where} {each['id']} {role}"
                self._loss.repaired("spans", "the repeated text differs from the offsets'", where)

    def _nest(self, draft: Draft, nested: list[Json]) -> None:
        draft.nest(nested)
        for quote in nested:
            if "parent" not in quote:
                self._loss.dropped(
                    "parents",
                    "nested, but in no other quote; kept as original value nested",
                    f"{draft.where} {quote['original_id']}",
                )
                quote["original_values"] = [*quote.get("original_values", []), *values(nested=True)]

    def _article(self, path: Path) -> Json:
        match = _NAME.fullmatch(path.name)
        if match is None:
            self._loss.dropped("titles and dates", "the file's name has another form", path.name)
            return {}
        if match["date"].startswith("0001"):
            self._loss.dropped("dates", "the year 0001 is no year of publication", path.name)
            return {"title": match["title"]}
        return {"title": match["title"], "published": match["date"]}


def _letters(medium: str) -> str:
    """The letters of a medium that may be one or two: Speech, SW, none."""
    known = {"Speech": "S", "Writing": "W", "Thought": "T", "none": ""}
    return known.get(medium, medium if set(medium) <= set(_MEDIA) else "")


def _extents(role: Json) -> list[Extent]:
    return [(span["charBegin"], span["charEnd"]) for span in role["spans"]]


def _tokens(value: Json) -> Json:
    tokens = value.get("tokens") or []
    if not tokens:
        return {}
    return {
        "token_starts": [token["charBegin"] for token in tokens],
        "token_ends": [token["charEnd"] for token in tokens],
        "sentence_starts": [sentence["begin"] for sentence in value.get("sentences", [])],
    }
