"""How well near-duplicates are found: measured on copies of articles that a program edits."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations

from onrecord.leaks import jaccard, near_duplicates, shingles

EDITS = ("replaced", "deleted", "inserted", "moved")
SHARES = (0.05, 0.15, 0.3)
_COPIES = 10


def edited(text: str, edit: str, share: float, seed: str) -> str:
    """A text of which a share of the words is edited, at random places."""
    chance, found = random.Random(seed), text.split()
    places = sorted(chance.sample(range(len(found)), round(share * len(found))), reverse=True)
    for place in places:
        word = f"{chance.choice(found)}{chance.randrange(100)}"  # not one of the text's word pairs
        if edit == "replaced":
            found[place] = word
        elif edit == "inserted":
            found.insert(place, word)
        else:
            moved = found.pop(place)
            if edit == "moved":
                found.insert(chance.randrange(len(found)), moved)
    return " ".join(found)


def recall(texts: Sequence[str], edit: str, share: float) -> float:
    """The share of edited copies that are found to be near-duplicates of their originals."""
    found = 0
    for text in texts:
        for copy in range(_COPIES):
            both = {"original": text, "copy": edited(text, edit, share, f"{edit}{copy}")}
            found += len([*near_duplicates(both.items(), both.__getitem__)])
    return found / (len(texts) * _COPIES)


def table(texts: Sequence[str]) -> str:
    """Recall by kind and share of edits, and what unedited articles have in common, in Markdown."""
    lines = [f"| words edited | {' | '.join(EDITS)} |", "|---" + "|---:" * len(EDITS) + "|"]
    for share in SHARES:
        cells = (f"{recall(texts, edit, share):.3f}" for edit in EDITS)
        lines.append(f"| {share:.0%} | {' | '.join(cells)} |")
    named = {str(number): text for number, text in enumerate(texts)}
    wrong = len([*near_duplicates(named.items(), named.__getitem__)])
    most = max((jaccard(*each) for each in combinations(map(shingles, texts), 2)), default=0.0)
    return "\n".join(
        [
            *lines,
            "",
            f"Of the {len(texts):,} articles themselves, {wrong:,} pairs are called alike; the "
            f"most that two have in common is {most:.3f}.",
        ]
    )
