"""What importers build a document with: spans that keep the model's rules, and fresh ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from onrecord import splits
from onrecord.checks.spans import cuts
from onrecord.importers.loss import Loss
from onrecord.marks import pair, scan
from onrecord.model import Extent, covers, extents
from onrecord.source import Json


@dataclass(frozen=True, slots=True)
class Imported:
    """One document of a source, in the model.

    `article` is what the source says of it: the importer's driver adds what follows from the
    text. `passes` are annotations of the same text by others, by annotator.
    """

    name: str
    text: str
    annotation: Json
    article: Json = field(default_factory=dict)
    split: str | None = None
    passes: dict[str, Json] = field(default_factory=dict)


# What comes back of a document's own record and head. Ids and digests are made anew.
_HEAD = frozenset(("annotators", "guidelines", "status", "annotation_license", "derived"))
_ANEW = frozenset(
    ("schema_version", "id", "text_sha256", "text_length", "origin", "obtain", "original_id")
) | {"text_availability"}


def returned(item: Imported, head: Json) -> Imported:
    """A document of our own that comes back from a tool, which kept its record and head."""
    return replace(
        item,
        annotation=item.annotation | {key: head[key] for key in head if key in _HEAD},
        article={key: value for key, value in item.article.items() if key not in _ANEW},
        # The text is at hand now, wherever it was withheld.
        split=item.split if item.split in splits.SHARES else None,
    )


def published(raw: bytes, loss: Loss, where: str) -> str:
    """The text of a file with LF line ends; offsets stay as they are."""
    text = raw.decode("utf-8")
    if "\r" in text:
        loss.repaired("texts", "carriage returns became spaces or line feeds", where)
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    return text


def runs(indices: Iterable[int]) -> list[Extent]:
    """Indices as maximal stretches (first, last + 1)."""
    found: list[Extent] = []
    for index in sorted(set(indices)):
        if found and found[-1][1] == index:
            found[-1] = (found[-1][0], index + 1)
        else:
            found.append((index, index + 1))
    return found


def values(**named: Any) -> list[Json]:
    """`original_values` of what is there."""
    return [{"name": key, "value": str(value)} for key, value in named.items() if value]


class Draft:
    """An annotation under construction. Repairs and losses go to the report."""

    def __init__(self, text: str, loss: Loss, where: str) -> None:
        self.text, self.loss, self.where = text, loss, where
        self.speakers: dict[str, Json] = {}
        self.quotes: list[Json] = []
        self._mentions: dict[tuple[Any, ...], str] = {}
        self._marks = scan(text)

    def spans(self, found: Iterable[Extent], what: str) -> list[Json]:
        """Spans of a role: trimmed, whole characters, sorted and apart."""
        kept: list[Extent] = []
        for start, end in sorted(found):
            extent = self._fitted(start, end, what)
            if extent is None:
                continue
            if kept and extent[0] < kept[-1][1]:
                self.loss.repaired(what, "overlapping spans of one role were joined", self.where)
                extent = (kept[-1][0], max(extent[1], kept.pop()[1]))
            kept.append(extent)
        return [{"start": a, "end": b, "text": self.text[a:b]} for a, b in kept]

    def _fitted(self, start: int, end: int, what: str) -> Extent | None:
        place = f"{self.where}:{start}–{end}"
        if not 0 <= start < end <= len(self.text) or not self.text[start:end].strip():
            self.loss.dropped(f"{what} spans", "empty, or outside the text", place)
            return None
        surface = self.text[start:end]
        if surface != surface.strip():
            self.loss.repaired(f"{what} spans", "white space at the edges was left out", place)
            start += len(surface) - len(surface.lstrip())
            end -= len(surface) - len(surface.rstrip())
        if cuts(self.text, start) or cuts(self.text, end):
            self.loss.repaired(f"{what} spans", "cut characters were taken in whole", place)
            while cuts(self.text, start):
                start -= 1
            while cuts(self.text, end):
                end += 1
        return start, end

    def speaker(self, key: str, name: str, **fields: Any) -> str:
        """The id of the speaker of a key, who is added at the first use."""
        if key not in self.speakers:
            named = {"id": f"s{len(self.speakers) + 1}", "name": name.strip() or key}
            given = {"kind": "unknown", "naming": "unknown", **fields}
            self.speakers[key] = {**named, **_present(given), "mentions": []}
        return str(self.speakers[key]["id"])

    def mention(self, key: str, found: Iterable[Extent], what: str, **fields: Any) -> str | None:
        """The id of a speaker's mention; equal spans of one speaker are one mention."""
        spans = self.spans(found, what)
        if not spans:
            return None
        place = (key, *extents(spans))
        if place not in self._mentions:
            self._mentions[place] = f"m{len(self._mentions) + 1}"
            mention = {"id": self._mentions[place], "form": "unknown", "spans": spans}
            self.speakers[key]["mentions"].append({**mention, **_present(fields)})
        return self._mentions[place]

    def expression(
        self, found: Sequence[Extent], what: str, **fields: Any
    ) -> tuple[str, str] | None:
        """A mention whose speaker the source does not resolve: (mention id, speaker id).

        Such a speaker is as many expressions as share their spans, and named by them.
        """
        spans = self.spans(found, what)
        if not spans:
            return None
        key = f"expression {extents(spans)}"
        speaker = self.speaker(key, " ".join(" ".join(span["text"] for span in spans).split()))
        mention = self.mention(key, extents(spans), what, **fields)
        return (mention, speaker) if mention else None

    def quote(
        self, content: Iterable[Extent], cue: Iterable[Extent] = (), **fields: Any
    ) -> Json | None:
        """Add a quote, unless it has neither content nor cue."""
        quote: Json = {"id": f"q{len(self.quotes) + 1}", "type": "unknown", "medium": "unknown"}
        quote |= {"content": self.spans(content, "content"), "cue": self.spans(cue, "cue")}
        quote |= {"speakers": [], "polarity": "unknown", "delimiters": "none", **fields}
        if not (quote["content"] or quote["cue"]):
            where = f"{self.where} {fields.get('original_id', '')}".strip()
            self.loss.dropped("quotes", "neither content nor cue", where)
            return None
        self.quotes.append(_present(quote, "speakers"))
        return self.quotes[-1]

    def type_from_marks(self, content: Sequence[Extent]) -> str:
        """direct if every stretch stands in quotation marks, indirect without any, else mixed."""
        inside = [m for m in self._marks if any(a <= m.start and m.end <= b for a, b in content)]
        marks = pair(self.text, inside).marks
        if not marks:
            return "indirect"
        starts, ends = {mark.start for mark in marks}, {mark.end for mark in marks}
        closed = (end - len(_after_marks(self.text[start:end])) for start, end in content)
        enclosed = all(start in starts for start, _ in content) and all(c in ends for c in closed)
        return "direct" if enclosed else "mixed"

    def nest(self, quotes: Iterable[Json] | None = None) -> None:
        """Give quotes, by default all, the smallest larger one around them as their parent."""
        for quote in self.quotes if quotes is None else quotes:
            around = [other for other in self.quotes if _lies_in(quote, other)]
            if around:
                quote["parent"] = min(around, key=_size)["id"]

    def annotation(self) -> Json:
        """The items of the annotation."""
        for speaker in self.speakers.values():
            speaker["mentions"].sort(key=lambda mention: mention["spans"][0]["start"])
        speakers = [*self.speakers.values()]
        return {"speakers": speakers, "quotes": self.quotes, "quoted_terms": [], "claims": []}


def _after_marks(surface: str) -> str:
    """The punctuation that may follow a closing mark."""
    return surface[len(surface.rstrip(" .,;:")) :]


def _present(fields: Json, *required: str) -> Json:
    """Without what is absent: None, and empty strings and lists."""
    return {key: value for key, value in fields.items() if key in required or value}


def _size(quote: Json) -> int:
    return sum(span["end"] - span["start"] for span in quote["content"])


def _lies_in(quote: Json, other: Json) -> bool:
    """Whether a quote's content lies in another, larger one's."""
    if not (quote.get("content") and other.get("content")):
        return False
    return _size(other) > _size(quote) and covers(
        extents(other["content"]), extents(quote["content"])
    )
