"""LitBank: direct quotes with their speakers, over tokens; mentions from the coreference layer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from onrecord.importers.draft import Draft, Imported
from onrecord.importers.loss import Loss
from onrecord.importers.tokens import Text, detokenise
from onrecord.model import Extent
from onrecord.source import Json

_FORMS = {"PROP": "name", "NOM": "description", "PRON": "pronoun"}
_KINDS = {"PER": "person", "ORG": "organization", "GPE": "government"}


class Importer:
    """Reads quotations/tsv/NAME.ann beside NAME.txt, and coref/tsv/NAME.ann where there is one."""

    def __init__(self, loss: Loss, options: Json) -> None:
        self._loss = loss

    def find(self, source: Path) -> list[Path]:
        """The annotation files."""
        return sorted((source / "quotations" / "tsv").glob("*.ann"))

    def convert(self, path: Path) -> Iterator[Imported]:
        """One document."""
        self._loss.held["documents"] += 1
        lines = path.with_suffix(".txt").read_text(encoding="utf-8").removesuffix("\n").split("\n")
        tokens = detokenise([line.split(" ") for line in lines], "\n")
        draft = Draft(tokens.text, self._loss, path.stem)
        rows = _rows(path)
        speakers = {row[1]: row[2] for row in rows if row[0] == "ATTRIB"}
        self._mentions(draft, tokens, path, set(speakers.values()))
        for _, quote_id, *place in (row for row in rows if row[0] == "QUOTE"):
            self._loss.held["quotes"] += 1
            extent = _extent(tokens, place)
            self._compare(place, lines, f"{path.stem} {quote_id}")
            speaker = speakers.get(quote_id)
            if speaker is None:
                self._loss.dropped("speakers", "a quote is attributed to nobody", quote_id)
            who = [draft.speaker(speaker, _name(speaker), original_id=speaker)] if speaker else []
            draft.quote([extent], type="direct", speakers=who, original_id=quote_id)
        self._loss.held["speakers"] += len(set(speakers.values()))
        yield Imported(path.stem, tokens.text, draft.annotation(), tokens.as_json())

    def _compare(self, place: list[str], lines: list[str], where: str) -> None:
        """The surface that a row repeats is not trusted over its offsets, but counted."""
        first, start, last, end = map(int, place[:4])
        tokens = [token for line in lines[first : last + 1] for token in line.split(" ")]
        after = len(tokens) - len(lines[last].split(" ")) + end + 1
        if " ".join(tokens[start:after]) != place[4]:
            self._loss.repaired("quotes", "the repeated text differs from the offsets'", where)

    def _mentions(self, draft: Draft, tokens: Text, path: Path, wanted: set[str]) -> None:
        """The mentions of those who are quoted."""
        coref = path.parents[2] / "coref" / "tsv" / path.name
        if not coref.is_file():
            missing = "there is no coref/tsv of the document; speakers have no mentions"
            self._loss.dropped("mentions", missing, path.stem)
            return
        rows = _rows(coref)
        entities = {row[1]: row[2] for row in rows if row[0] == "COREF"}
        self._loss.held["mentions"] += sum(row[0] == "MENTION" for row in rows)
        for kind in ("COP", "APPOS"):
            count = sum(row[0] == kind for row in rows)
            self._loss.held[f"{kind} links"] += count
            self._loss.dropped(f"{kind} links", "not of quotation", path.stem, count)
        for row in (row for row in rows if row[0] == "MENTION"):
            entity = entities.get(row[1], "")
            if entity not in wanted:
                self._loss.dropped("mentions", "of entities that are not quoted")
                continue
            kind = _KINDS.get(row[7], "unknown")
            draft.speaker(entity, _name(entity), kind=kind, original_id=entity)
            form = _FORMS.get(row[8], "unknown")
            extent = _extent(tokens, row[2:6])
            draft.mention(entity, [extent], "mention", form=form, original_id=row[1])


def _rows(path: Path) -> list[list[str]]:
    """Rows of a TSV in which quotation marks are text."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return [line.split("\t") for line in lines if line]


def _extent(tokens: Text, place: list[str]) -> Extent:
    """The extent from (sentence, token) to (sentence, token), the last one included."""
    first, start, last, end = map(int, place[:4])
    begin = tokens.starts[tokens.sentences[first] + start]
    return begin, tokens.ends[tokens.sentences[last] + end]


def _name(entity: str) -> str:
    """ "Mrs_Bennet-7" → "Mrs Bennet"."""
    return entity.rpartition("-")[0].replace("_", " ") or entity
