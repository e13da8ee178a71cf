"""Corpus Redewiedergabe: German texts 1840–1919, four types of representation on several levels."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from onrecord.importers.draft import Draft, Imported, values
from onrecord.importers.loss import Loss
from onrecord.importers.tokens import Text, detokenise
from onrecord.source import Json

_TYPES = {
    frozenset(["direct"]): "direct",
    frozenset(["indirect"]): "indirect",
    frozenset(["reported"]): "reported",
    frozenset(["freeIndirect"]): "free_indirect",
    frozenset(["indirect", "freeIndirect"]): "indirect_free_indirect",
    frozenset(["mixed"]): "mixed",
}
_MEDIA = ("speech", "writing", "thought")
_COLUMNS = (
    *("tok", "normtok", "lemma", "pos", "rfpos", "sentstart"),
    *("stwr", "frame", "speaker", "intexpr", "note"),
)
_ROLES = ("frame", "speaker", "intexpr")


@dataclass(slots=True)
class _Unit:
    """A quote: what its cells say beside type, medium and id, and its tokens."""

    level: int
    type: str
    medium: str
    id: str
    flags: dict[str, str] = field(default_factory=dict)
    tokens: list[int] = field(default_factory=list)


class Importer:
    """Reads data/main/tsv/*.tsv, and metadata.tsv where there is one."""

    def __init__(self, loss: Loss, options: Json) -> None:
        self._loss = loss
        self._metadata: dict[str, dict[str, str]] = {}

    def find(self, source: Path) -> list[Path]:
        """The documents."""
        main = source / "data" / "main"
        for path in (main / "metadata.tsv", source / "metadata.tsv"):
            if path.is_file():
                self._metadata = _metadata(path)
        layers = sorted((source / "data" / "additional" / "primary").rglob("*.tsv"))
        why = "layers of single annotators, from which the main one was decided"
        self._loss.dropped("files", why, count=len(layers))
        return [path for path in sorted((main / "tsv").glob("*.tsv")) if path.stem != "metadata"]

    def convert(self, path: Path) -> Iterator[Imported]:
        """One document."""
        self._loss.held["documents"] += 1
        rows = self._rows(path)
        sentences: list[list[str]] = []
        for row in rows:
            if row["sentstart"] == "yes" or not sentences:
                sentences.append([])
            sentences[-1].append(row["tok"])
        tokens = detokenise(sentences)
        name = path.name.removesuffix(".tsv").removesuffix(".xmi")
        draft = Draft(tokens.text, self._loss, name)
        self._quotes(draft, tokens, self._units(rows, name), _parts(rows))
        about = values(**self._metadata.get(name, {}))
        article = {**tokens.as_json(), **({"original_values": about} if about else {})}
        yield Imported(name, tokens.text, draft.annotation(), article)

    def _rows(self, path: Path) -> list[dict[str, str]]:
        """The rows of a table in which quotation marks are text."""
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            header = next(reader)
            rows = []
            for number, cells in enumerate(reader, 2):
                if not any(cells) or not cells[0].strip():
                    why = "a row without a token"
                    self._loss.dropped("rows", why, f"{path.name}:{number}")
                    continue
                if len(cells) != len(header):
                    why = "a row with cells too few or too many"
                    self._loss.repaired("rows", why, f"{path.name}:{number}")
                padded = [*cells, *["-"] * (len(header) - len(cells))]
                rows.append(dict.fromkeys(_COLUMNS, "-") | dict(zip(header, padded, strict=False)))
        self._loss.held["tokens"] += len(rows)
        self._loss.dropped("columns", "normtok, lemma, pos, rfpos: not of quotation", path.name)
        notes = sum(row["note"] not in ("-", "") for row in rows)
        self._loss.dropped("notes", "annotators' remarks on tokens", path.name, notes)
        return rows

    def _units(self, rows: list[dict[str, str]], name: str) -> list[_Unit]:
        """The quotes of a document: a level, a type, a medium and an id each."""
        units: dict[tuple[int, str, str, str], _Unit] = {}
        for i, row in enumerate(rows):
            for level, cell in enumerate(row["stwr"].split("|"), 1):
                kind, *rest = cell.split(".")
                if not rest:
                    if kind not in ("-", ""):
                        self._loss.dropped("cells", "stwr of another form", f"{name}: {cell}")
                    continue
                medium, number, *flags = [*rest, *["0"] * (2 - len(rest))]
                key = (level, kind, medium, number)
                unit = units.setdefault(key, _Unit(level, kind, medium, number))
                unit.tokens.append(i)
                pairs = (flag.partition("=") for flag in flags)
                unit.flags |= {flag: value or "yes" for flag, _, value in pairs}
        self._loss.held["quotes"] += len(units)
        for unit in units.values():
            self._loss.held[f"quotes on level {unit.level}"] += 1
        return [*units.values()]

    def _quotes(
        self, draft: Draft, tokens: Text, units: list[_Unit], parts: dict[str, dict[str, list[int]]]
    ) -> None:
        """Add the quotes, each with the frames, speakers and expressions of its id."""
        for unit in units:
            roles = {role: tokens.extents(parts[role].get(unit.id, ())) for role in _ROLES}
            source = draft.expression(roles["speaker"], "source")
            frame = draft.spans(roles["frame"], "frame")
            kinds = frozenset(re.split("[ _]", unit.type))
            media = [name for name in _MEDIA if name in re.split("[ _]", unit.medium)]
            draft.quote(
                tokens.extents(unit.tokens),
                roles["intexpr"],
                type=_TYPES.get(kinds, "unknown"),
                medium=media[0] if len(media) == 1 else "unknown",
                media=media if len(media) > 1 else [],
                source=source and source[0],
                speakers=[source[1]] if source else [],
                other_roles=[{"role": "frame", "spans": frame}] if frame else [],
                original_id=unit.id,
                original_values=values(
                    level=unit.level,
                    type="" if kinds in _TYPES else unit.type,
                    medium="" if media else unit.medium,
                    **unit.flags,
                ),
            )
        self._nest(draft)
        known = {unit.id for unit in units}
        for role in _ROLES:
            for number, indices in parts[role].items():
                if number not in known:
                    self._unlinked(draft, tokens, role, number, indices)

    def _nest(self, draft: Draft) -> None:
        """A quote on a higher level lies in one below, where the tokens say so."""
        upper = [quote for quote in draft.quotes if _level(quote) > 1]
        draft.nest(upper)
        for quote in upper:
            if "parent" not in quote:
                why = "on a higher level, but not within another quote; the level is kept"
                self._loss.dropped("parents", why, f"{draft.where} {quote['original_id']}")

    def _unlinked(
        self, draft: Draft, tokens: Text, role: str, number: str, indices: list[int]
    ) -> None:
        where = f"{draft.where} {role}.{number}"
        why = "marked as linked to no quote" if number == "0" else "its id is that of no quote"
        if role == "speaker":
            draft.expression(tokens.extents(indices), "mention")
            self._loss.repaired("speakers", f"{why}; kept as a mention", where)
        else:
            self._loss.dropped(f"{role} spans", why, where)


def _level(quote: Json) -> int:
    return int(next(v["value"] for v in quote["original_values"] if v["name"] == "level"))


def _parts(rows: list[dict[str, str]]) -> dict[str, dict[str, list[int]]]:
    """The tokens of frames, speakers and expressions by the id of their quote."""
    parts: dict[str, dict[str, list[int]]] = {role: {} for role in _ROLES}
    for i, row in enumerate(rows):
        for role in _ROLES:
            for cell in re.split("[| ]", row[role]):
                _, _, ids = cell.partition(".")
                # One speaker of several quotes has their ids joined.
                for number in filter(None, ids.partition(".")[0].split("_")):
                    parts[role].setdefault(number, []).append(i)
    return parts


def _metadata(path: Path) -> dict[str, dict[str, str]]:
    """The rows of the metadata by the document's name, which is in the first column."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {
            next(iter(row.values())).removesuffix(".tsv").removesuffix(".xmi"): {
                key: value for key, value in row.items() if key and value
            }
            for row in rows
        }
