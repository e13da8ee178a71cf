"""How well near-duplicates are found: measured on copies of articles that a program edits."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from onrecord.leaks import THRESHOLD, jaccard, near_duplicates, shingles

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


def table(texts: Mapping[str, str], story_of: Mapping[str, str]) -> str:
    """Recall by kind and share of edits, and how alike unedited articles are, in Markdown."""
    lines = [f"| words edited | {' | '.join(EDITS)} |", "|---" + "|---:" * len(EDITS) + "|"]
    for share in SHARES:
        cells = (f"{recall([*texts.values()], edit, share):.3f}" for edit in EDITS)
        lines.append(f"| {share:.0%} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", *_unedited(texts, story_of)])


def _unedited(texts: Mapping[str, str], story_of: Mapping[str, str]) -> Iterator[str]:
    found = {name: shingles(text) for name, text in texts.items()}
    pairs = {pair: jaccard(*map(found.__getitem__, pair)) for pair in combinations(texts, 2)}
    one_story = [pair for pair in pairs if story_of[pair[0]] == story_of[pair[1]]]
    others = [likeness for pair, likeness in pairs.items() if pair not in one_story]
    wrong = sum(likeness >= THRESHOLD for likeness in others)
    yield (
        f"Of the {len(texts):,} articles themselves, {wrong:,} pairs of different stories are called "
        f"alike; the most that two of them have in common is {max(others, default=0):.3f}."
    )
    for one, other in one_story:
        likeness = pairs[one, other]
        verdict = "alike" if likeness >= THRESHOLD else "not alike"
        yield f"`{one}` and `{other}`, of one story, have {likeness:.3f} in common: {verdict}."
