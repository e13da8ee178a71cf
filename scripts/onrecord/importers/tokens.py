"""Text from tokens, for corpora that have nothing else; the offsets of the tokens are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from onrecord.importers.draft import runs
from onrecord.model import Extent
from onrecord.source import Json

_CLOSING = frozenset([*".,;:!?)]}%…", "...", "''"])
_CLITICS = frozenset(["'s", "'re", "'ve", "'ll", "'d", "'m", "n't"])
_OPENING = frozenset("([{$£€¿¡")
# What closes each mark. Most marks open or close by turns: “ closes where „ is open.
_CLOSERS = {
    "„": ("“", "”"),
    "‚": ("‘", "’"),
    "“": ("”",),
    "‘": ("’",),
    "«": ("»",),
    "»": ("«",),
    "‹": ("›",),
    "›": ("‹",),
    '"': ('"',),
    "'": ("'",),
    "``": ("''",),
}
_ONLY_CLOSE = frozenset(["”", "’", "''"])


@dataclass(frozen=True, slots=True)
class Text:
    """A text put together from tokens, with the extent of each token and each sentence's first."""

    text: str
    starts: list[int]
    ends: list[int]
    sentences: list[int]

    def extents(self, tokens: Iterable[int]) -> list[Extent]:
        """Tokens by their indices, as extents of the text."""
        return [(self.starts[a], self.ends[b - 1]) for a, b in runs(tokens)]

    def as_json(self) -> Json:
        """What an article record keeps of it."""
        offsets = {"token_starts": self.starts, "token_ends": self.ends}
        return {"text_form": "detokenised", **offsets, "sentence_starts": self.sentences}


def detokenise(sentences: Iterable[Sequence[str]], separator: str = " ") -> Text:
    """Sentences of tokens as a text, the sentences parted by a separator."""
    pieces: list[str] = []
    found, length = Text("", [], [], []), 0
    open_marks: list[str] = []
    for sentence in sentences:
        found.sentences.append(len(found.starts))
        glue = separator if found.starts else ""
        for token in sentence:
            opens = _opens(token, open_marks)
            if _hugs_left(token, opens) and glue == " ":
                glue = ""
            pieces += [glue, token]
            found.starts.append(length + len(glue))
            length += len(glue) + len(token)
            found.ends.append(length)
            glue = "" if token in _OPENING or opens else " "
    return Text("".join(pieces), found.starts, found.ends, found.sentences)


def sentences_of(article: Json, text: str) -> Iterator[list[str]]:
    """The tokens of a text by its record, sentence by sentence, as the source had them."""
    starts, ends = article["token_starts"], article["token_ends"]
    for first, after in pairwise([*article["sentence_starts"], len(starts)]):
        pairs = zip(starts[first:after], ends[first:after], strict=True)
        yield [text[start:end] for start, end in pairs]


def _hugs_left(token: str, opens: bool) -> bool:
    """Whether a token stands at its predecessor without a space."""
    closes = (token in _CLOSERS or token in _ONLY_CLOSE) and not opens
    return closes or token in _CLOSING or token.replace("’", "'").lower() in _CLITICS


def _opens(token: str, open_marks: list[str]) -> bool:
    """Whether a token is a mark that opens a quotation; keeps the open ones."""
    for depth in range(len(open_marks) - 1, -1, -1):
        if token in _CLOSERS[open_marks[depth]]:
            del open_marks[depth:]
            return False
    if token in _CLOSERS:
        open_marks.append(token)
        return True
    return False
