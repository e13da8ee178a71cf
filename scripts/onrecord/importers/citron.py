"""BBC Citron: quotes with cue, sources, contents and coreferences, a JSON file a document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from onrecord.importers.draft import Draft, Imported, published, values
from onrecord.importers.loss import Loss
from onrecord.model import Extent, extents
from onrecord.source import Json, read_json


class Importer:
    """Reads any *.json of this format, in folders of any depth, or one file."""

    def __init__(self, loss: Loss, options: Json) -> None:
        self._loss = loss

    def find(self, source: Path) -> list[Path]:
        """The files."""
        return [source] if source.is_file() else sorted(source.rglob("*.json"))

    def convert(self, path: Path) -> Iterator[Imported]:
        """One document."""
        value = read_json(path)
        if not isinstance(value, dict):
            raise ValueError(value.message)
        self._loss.held["documents"] += 1
        text = published(value["text"].encode(), self._loss, path.name)
        draft = Draft(text, self._loss, path.stem)
        groups = [self._extents(draft, group) for group in value.get("coreference_groups", [])]
        for number, quote in enumerate(value["quotes"]):
            self._loss.held["quotes"] += 1
            self._quote(draft, quote, groups, number)
        self._unused(draft, groups)
        yield Imported(path.stem, text, draft.annotation() | {"derived": ["quotes/type"]})

    def _quote(self, draft: Draft, quote: Json, groups: list[list[Extent]], number: int) -> None:
        source = self._source(draft, quote, groups)
        cue = quote.get("cue")
        added = draft.quote(
            self._extents(draft, quote.get("contents", [])),
            self._extents(draft, [cue] if cue else []),
            source=source and source[0],
            speakers=[source[1]] if source else [],
            original_id=str(quote.get("id", number)),
            original_values=values(confidence=quote.get("confidence")),
        )
        if added and "content" in added:
            added["type"] = draft.type_from_marks(extents(added["content"]))
            self._loss.derived("quotes/type", "from the quotation marks of the content")

    def _source(
        self, draft: Draft, quote: Json, groups: list[list[Extent]]
    ) -> tuple[str, str] | None:
        """The mention and speaker of a quote; its coreferences are mentions of the same speaker."""
        found = self._extents(draft, quote.get("sources", []))
        same = self._extents(draft, quote.get("coreferences", []))
        group = next((group for group in groups if not {*found, *same}.isdisjoint(group)), [])
        if not (found or same):
            return None
        name = " ".join(draft.text[start:end] for start, end in same or found)
        key = f"group {group}" if group else f"source {found} {same}"
        speaker = draft.speaker(key, " ".join(name.split()))
        for extent in dict.fromkeys([*group, *same]):
            if [extent] != found:
                draft.mention(key, [extent], "mention")
        mention = draft.mention(key, found, "source")
        return (mention, speaker) if mention else None

    def _extents(self, draft: Draft, spans: Iterable[Json]) -> list[Extent]:
        """Spans as extents; offsets are trusted over the text that they repeat."""
        found = []
        for span in spans:
            start, end = int(span["start"]), int(span["end"])
            if span.get("text", draft.text[start:end]) != draft.text[start:end]:
                why = "the repeated text differs; offsets are trusted"
                self._loss.repaired("spans", why, f"{draft.where} {start}–{end}")
            found.append((start, end))
        return found

    def _unused(self, draft: Draft, groups: list[list[Extent]]) -> None:
        unused = sum(f"group {group}" not in draft.speakers for group in groups)
        self._loss.held["coreference groups"] += len(groups)
        self._loss.dropped("coreference groups", "of nobody quoted", draft.where, unused)
