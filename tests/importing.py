"""What the tests of importers share: a corpus as imported, looked into."""

from __future__ import annotations

import json
from pathlib import Path

from onrecord import splits
from onrecord.importers.run import import_corpus
from onrecord.problems import Problem
from onrecord.source import REPORT, Document, Json
from onrecord.validate import checked, problems


class Imports:
    """An imported corpus without a problem: its loss report, and its documents by slug."""

    def __init__(self, name: str, source: Path, out: Path, options: Json | None = None) -> None:
        import_corpus(name, source, out, options)
        assert [*problems(out)] == []
        self.folder = out
        self.report: Json = json.loads((out / REPORT).read_bytes())
        self.held, self.kept = self.report["held"], self.report["imported"]
        self.documents: dict[str, Document] = {
            item.id.partition("/")[2]: item
            for item in checked(out)
            if not isinstance(item, Problem)
        }

    @property
    def only(self) -> Document:
        """The one document."""
        (document,) = self.documents.values()
        return document

    @property
    def quotes(self) -> list[Json]:
        """The quotes of the one document."""
        quotes: list[Json] = self.only.annotation["quotes"]
        return quotes

    def count(self, action: str, what: str, why: str = "") -> int:
        """How often something was dropped, repaired or derived."""
        rows = self.report[action]
        return sum(r["count"] for r in rows if r["what"] == what and why in r["why"])

    def split(self, slug: str) -> str:
        """The split of a document."""
        stories = json.loads((self.folder / "splits.json").read_bytes())
        story = self.documents[slug].article["story"]
        return next(split for split in splits.SPLITS if story in stories[split])


def write(path: Path, content: str | Json) -> None:
    """Write a text, or JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    path.write_text(text, encoding="utf-8", newline="")


def surfaces(item: Json, role: str = "content") -> list[str]:
    """The surfaces of a role."""
    return [span["text"] for span in item.get(role, [])]


def source(document: Document, quote: Json) -> list[str]:
    """The surfaces of a quote's source."""
    for speaker in document.annotation["speakers"]:
        for mention in speaker["mentions"]:
            if mention["id"] == quote.get("source"):
                return surfaces(mention, "spans")
    return []


def names(document: Document, ids: list[str]) -> list[str]:
    """The names of speakers."""
    speakers = {speaker["id"]: speaker["name"] for speaker in document.annotation["speakers"]}
    return [speakers[each] for each in ids]


def others(quote: Json) -> dict[str, list[str]]:
    """The surfaces of a quote's further roles."""
    return {each["role"]: surfaces(each, "spans") for each in quote.get("other_roles", [])}


def original(item: Json) -> dict[str, str]:
    """The values that the source has and the model has not."""
    return {each["name"]: each["value"] for each in item.get("original_values", [])}
