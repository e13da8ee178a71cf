"""Attribution: whether the source and the speakers of a quote are the right ones."""

from __future__ import annotations

from onrecord.scoring.counts import Key, Tally, add, share
from onrecord.source import Json


def tally(row: Json, predicted: Json) -> Tally:
    """The counts of one quote. A key that is absent is no answer; null and [] say: nobody."""
    owners = {each["mention"]: each["speaker"] for each in row["candidates"]}
    answered = "source" in predicted
    source = predicted.get("source")
    right = answered and source == row["source"]
    alike = answered and owners.get(source) == owners.get(row["source"])
    named = predicted.get("speakers")
    if named is None and answered:
        named = [owners[source]] if owners.get(source) else []
    speakers = named is not None and {*named} == {*row["speakers"]}
    counts: Tally = {}
    for group in ("all", f"type {row['type']}", *(row["phenomena"] or ())):
        add(counts, Key(group, "source", "same mention"), share(right, 1))
        add(counts, Key(group, "source", "same speaker"), share(alike, 1))
        add(counts, Key(group, "speakers", "same set"), share(speakers, 1))
    return counts
