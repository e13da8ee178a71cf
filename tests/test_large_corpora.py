"""What was measured on large corpora is shown as it is, and what is extrapolated says so."""

from __future__ import annotations

from typing import Any

from onrecord import large_corpora

MEASURED: dict[str, Any] = {
    "machine": "a machine",
    "documents": 1_000,
    "large": 10_000,
    "runs": 5,
    "targets": [
        {"what": "build", "target": ">= 1.5", "figure": 1.26, "note": "400 documents/s"},
        {"what": "Ray", "target": ">= 0.7", "figure": None, "note": "missing"},
    ],
    "costs": {
        "seconds, without tasks": 0.0018,
        "seconds, nine configs": 0.018,
        "bytes, without tasks": 5_000,
        "bytes, nine configs": 20_000,
        "bytes of a line": 12_000,
        "keys": 64,
        "seconds to sort a key": 1e-9,
    },
}


def test_targets_stand_beside_what_was_reached() -> None:
    assert large_corpora.table(MEASURED).splitlines() == [
        "| ours / the peer | target | reached |  |",
        "|---|---|---|---|",
        "| build | >= 1.5 | 1.26 | 400 documents/s |",
        "| Ray | >= 0.7 | not measured | missing |",
        "",
        "Medians of 5 on 1,000 and 10,000 generated documents, measured side by side: a machine.",
    ]


def test_an_extrapolation_is_the_arithmetic_that_it_says_and_marked_as_one() -> None:
    assert large_corpora.estimate(MEASURED) == (
        "Extrapolated, not measured: 200,000,000 such articles would take 100 core-hours to check "
        "and build, 1.0 TB of Parquet (without tasks); 1,000 core-hours to check and build, 4.0 TB "
        "of Parquet (nine configs), from 2.4 TB of JSON lines. Near-duplicates: 12.8 billion keys "
        "of bands, 205 GB with their documents, sorted in 0.1 core-hours."
    )
