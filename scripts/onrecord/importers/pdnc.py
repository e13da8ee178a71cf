"""Project Dialogism Novel Corpus: quotes of whole novels, with addressees and mentions within."""

from __future__ import annotations

import ast
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from onrecord.importers.draft import Draft, Imported, published, values
from onrecord.importers.loss import Loss
from onrecord.model import Extent
from onrecord.source import Json

_OPENING, _CLOSING = frozenset("\"'“‘`«"), frozenset("\"'”’«»")
# Names that stand for no character.
_NAMING = {"_group": "collective", "_unknowable": "anonymous"}


class Importer:
    """Reads data/NOVEL/{novel_text.txt, quotation_info.csv, character_info.csv}."""

    def __init__(self, loss: Loss, options: Json) -> None:
        self._loss = loss

    def find(self, source: Path) -> list[Path]:
        """The folders of the novels."""
        return sorted(path.parent for path in (source / "data").glob("*/quotation_info.csv"))

    def convert(self, folder: Path) -> Iterator[Imported]:
        """One novel."""
        self._loss.held["documents"] += 1
        raw = (folder / "novel_text.txt").read_bytes()
        text = published(raw, self._loss, folder.name)
        draft = Draft(text, self._loss, folder.name)
        cast = _Cast(draft, folder / "character_info.csv")
        for row in _rows(folder / "quotation_info.csv"):
            self._loss.held["quotes"] += 1
            self._quote(draft, cast, row)
            self._mentions(draft, cast, row)
        cast.unused()
        yield Imported(folder.name, text, draft.annotation())

    def _quote(self, draft: Draft, cast: _Cast, row: dict[str, str]) -> None:
        found = [(int(start), int(end)) for start, end in _literal(row["quoteByteSpans"])]
        surfaces = [draft.text[start:end] for start, end in found]
        if surfaces != list(_literal(row["subQuotationList"])):
            why = "the repeated text differs from the offsets', which are trusted"
            self._loss.repaired("quotes", why, f"{draft.where} {row['quoteID']}")
        speaker = cast.resolve(row["speaker"], row["quoteID"])
        addressees = [cast.resolve(name, row["quoteID"]) for name in _literal(row["addressees"])]
        draft.quote(
            [self._with_marks(draft, extent) for extent in found],
            type="direct",
            speakers=[speaker] if speaker else [],
            addressees=[*dict.fromkeys(each for each in addressees if each)],
            original_id=row["quoteID"],
            original_values=values(
                quoteType=_given(row["quoteType"]),
                referringExpression=_given(row["referringExpression"]),
            ),
        )

    def _with_marks(self, draft: Draft, extent: Extent) -> Extent:
        """The extent with the quotation marks beside it, which the corpus leaves out."""
        start, end = extent
        opened = draft.text[start - 1 : start] in _OPENING and start > 0
        closed = draft.text[end : end + 1] in _CLOSING
        count = opened + closed
        self._loss.repaired("quotation marks", "beside the span, and taken in", count=count)
        return start - opened, end + closed

    def _mentions(self, draft: Draft, cast: _Cast, row: dict[str, str]) -> None:
        """Who is mentioned in a quote; expressions for several are mentions of a collective."""
        spans, entities = _literal(row["mentionSpansList"]), _literal(row["mentionEntitiesList"])
        texts = _literal(row["mentionTextsList"])
        for part, names, surfaces in zip(spans, entities, texts, strict=False):
            for (start, end), who, surface in zip(part, names, surfaces, strict=False):
                self._loss.held["mentions"] += 1
                if draft.text[start:end].split() != surface.split():
                    why = "the repeated text differs from the offsets', which are trusted"
                    self._loss.repaired("mentions", why, f"{draft.where} {row['quoteID']}")
                key = cast.key([name for name in who if _given(name)], row["quoteID"])
                if key is None:
                    self._loss.dropped("mentions", "of no entity", f"{draft.where} {start}–{end}")
                else:
                    draft.mention(key, [(start, end)], "mention")


class _Cast:
    """The characters of a novel, found by their names and aliases."""

    def __init__(self, draft: Draft, path: Path) -> None:
        self._draft, self._loss = draft, draft.loss
        self._rows = {row["Main Name"]: row for row in _rows(path)}
        self._used: set[str] = set()
        self._aliases: dict[str, list[str]] = {}
        for name, row in self._rows.items():
            self._loss.held["characters"] += 1
            for alias in _literal(row["Aliases"]):
                self._aliases.setdefault(alias, []).append(name)

    def resolve(self, name: str, where: str) -> str | None:
        """The speaker id of a name, of whatever form; None where there is none."""
        key = self.key([name], where) if _given(name) else None
        return None if key is None else str(self._draft.speakers[key]["id"])

    def key(self, names: list[str], where: str) -> str | None:
        """The key of the speaker whom names stand for: a collective if they are several."""
        keys = [*dict.fromkeys(self._main(name, where) for name in names)]
        for key in keys:
            self._add(key)
        if len(keys) < 2:
            return keys[0] if keys else None
        together = " and ".join(keys)
        members = [self._draft.speakers[key]["id"] for key in keys]
        self._draft.speaker(together, together, naming="collective", members=members)
        return together

    def _main(self, name: str, where: str) -> str:
        if name in self._rows:
            return name
        place = f"{self._draft.where} {where}: {name}"
        found = self._aliases.get(name, [])
        if not found:
            self._loss.repaired("speakers", "in no character list; kept by this name", place)
            return name
        self._loss.repaired("speakers", "named by an alias; resolved")
        if len(found) > 1:
            self._loss.repaired("speakers", "an alias of several; the first was taken", place)
        return found[0]

    def _add(self, name: str) -> None:
        self._used.add(name)
        row = self._rows.get(name, {})
        aliases = sorted(set(_literal(row.get("Aliases", "[]"))) - {name, ""})
        self._draft.speaker(
            name,
            name,
            naming=_NAMING.get(name, "unknown"),
            aliases=aliases,
            original_id=row.get("Character ID"),
            original_values=values(gender=row.get("Gender"), category=row.get("Category")),
        )

    def unused(self) -> None:
        """Count the characters who neither speak nor are addressed or mentioned in speech."""
        for name in self._rows.keys() - self._used:
            self._loss.dropped("characters", "not speaking, addressed or mentioned", name)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _literal(value: str) -> Any:
    """A Python list or set as the tables have them; nothing where there is none."""
    return ast.literal_eval(value) if _given(value) else []


def _given(value: str | None) -> str:
    return "" if value is None or value.strip().lower() in ("", "nan") else value
