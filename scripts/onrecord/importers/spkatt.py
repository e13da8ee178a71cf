"""SpkAtt-2023 task 1: cues with their roles over the tokens of speeches in the Bundestag."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from onrecord.importers.draft import Draft, Imported
from onrecord.importers.loss import Loss
from onrecord.importers.tokens import Text, detokenise
from onrecord.model import Extent
from onrecord.source import Json, read_json

# The trial data is a sample to learn the format from. The model has no such split.
_SPLITS = {"train": "train", "dev": "validation", "trial": "train"}
_OTHER = {"Topic": "topic", "Medium": "medium", "Evidence": "evidence", "PTC": "particle"}


class Importer:
    """Reads data/SPLIT/task1/*.json."""

    def __init__(self, loss: Loss, options: Json) -> None:
        self._loss = loss

    def find(self, source: Path) -> list[Path]:
        """The documents of all splits."""
        return sorted((source / "data").glob("*/task1/*.json"))

    def convert(self, path: Path) -> Iterator[Imported]:
        """One document."""
        split = path.parent.parent.name
        self._loss.held[f"documents in {split}"] += 1
        value = read_json(path)
        if not isinstance(value, dict):
            raise ValueError(value.message)
        if split not in _SPLITS or "Annotations" not in value:
            self._loss.dropped("documents", f"{split} is not annotated", path.name)
            return
        if split == "trial":
            self._loss.repaired("splits", "the model has no split trial; it is train", path.name)
        tokens = detokenise([sentence["Tokens"] for sentence in value["Sentences"]])
        numbers = {s["SentenceId"]: i for i, s in enumerate(value["Sentences"])}
        draft = Draft(tokens.text, self._loss, path.stem)
        for i, frame in enumerate(value["Annotations"]):
            self._loss.held["cues"] += 1
            roles = {
                role: self._extents(tokens, numbers, places, f"{path.stem} {i}")
                for role, places in frame.items()
            }
            self._quote(draft, roles, str(i))
        draft.nest()
        article = {**tokens.as_json(), "original_split": split}
        yield Imported(path.stem, tokens.text, draft.annotation(), article, _SPLITS[split])

    def _extents(
        self, tokens: Text, numbers: dict[int, int], places: list[str], where: str
    ) -> list[Extent]:
        """Tokens named SENTENCE:TOKEN as extents."""
        found = []
        for place in places:
            sentence, _, token = place.partition(":")
            index = tokens.sentences[numbers[int(sentence)]] + int(token)
            if index >= len(tokens.starts):
                self._loss.dropped("tokens", "there is no such token", f"{where}: {place}")
            else:
                found.append(index)
        return tokens.extents(found)

    def _quote(self, draft: Draft, roles: dict[str, list[Extent]], number: str) -> None:
        source = draft.expression(roles.get("Source", []), "source")
        addressee = draft.expression(roles.get("Addr", []), "addressee")
        message = roles.get("Message", [])
        # A speech act whose topic alone is expressed is what the model calls reported.
        reported = not message and bool(roles.get("Topic"))
        if reported:
            self._loss.derived("quotes/type", "reported: a topic without a message")
        elif not message:
            self._loss.derived("quotes/content", "absent: neither message nor topic")
        other = [
            {"role": name, "spans": spans}
            for role, name in _OTHER.items()
            if (spans := draft.spans(roles.get(role, []), name))
            and not (reported and role == "Topic")
        ]
        draft.quote(
            roles["Topic"] if reported else message,
            roles.get("Cue", []),
            type="reported" if reported else "unknown",
            source=source and source[0],
            speakers=[source[1]] if source else [],
            addressees=[addressee[1]] if addressee else [],
            other_roles=other,
            original_id=number,
        )
