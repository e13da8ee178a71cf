"""Faults of a corpus as a whole."""

from __future__ import annotations

from onrecord import splits
from onrecord.faults.case import Case, Fault, Place


def _split_of(case: Case) -> tuple[str, int]:
    story = case.article["story"]
    return next(
        (split, case.values["splits"][split].index(story))
        for split in splits.SPLITS
        if story in case.values["splits"][split]
    )


def _story_without_split(case: Case) -> Place:
    split, i = _split_of(case)
    del case.values["splits"][split][i]
    return Place("story-unassigned", "article", "/story")


def _story_with_two_splits(case: Case) -> Place:
    split, _ = _split_of(case)
    later = case.random.choice([name for name in splits.SPLITS if name != split])
    case.values["splits"][later].append(case.article["story"])
    last = max(split, later, key=splits.SPLITS.index)
    at = case.values["splits"][last].index(case.article["story"])
    return Place("story-in-two-splits", "splits", f"/{last}/{at}")


def _story_in_the_wrong_split(case: Case) -> Place:
    split, i = _split_of(case)
    story = case.values["splits"][split].pop(i)
    wrong = case.random.choice([*splits.SHARES]) if split == "real" else "real"
    case.values["splits"][wrong].append(story)
    return Place("story-split-availability", "article", "/story")


def _story_that_nobody_reports(case: Case) -> Place:
    split = case.random.choice(splits.SPLITS)
    stories = case.values["splits"][split]
    stories.append("zz-unreported")
    return Place("story-unknown", "splits", f"/{split}/{len(stories) - 1}")


def _story_of_bad_form(case: Case) -> Place:
    split = case.random.choice(splits.SPLITS)
    stories = case.values["splits"][split]
    stories.append(case.random.choice(("Two Words", "-x", "UPPER", "a/b", "../a", "naïve")))
    return Place("bad-pattern", "splits", f"/{split}/{len(stories) - 1}")


FAULTS: dict[str, Fault] = {
    "story without split": _story_without_split,
    "story with two splits": _story_with_two_splits,
    "story in the wrong split": _story_in_the_wrong_split,
    "story that nobody reports": _story_that_nobody_reports,
    "story of bad form": _story_of_bad_form,
}
