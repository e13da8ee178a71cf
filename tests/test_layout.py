"""How rows lie in Parquet, so that an article more leaves most bytes as they were."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from onrecord import layout, tables


def ends(ids: list[str]) -> set[str]:
    """The documents with which row groups end."""
    found, documents = set(), 0
    for each in ids:
        documents += 1
        if layout.ends_group(each, documents):
            found.add(each)
            documents = 0
    return found


IDS = [f"newsroom/n{n:05}" for n in range(30_000)]
ENDS = ends(IDS)


@given(st.sets(st.integers(0, len(IDS) - 1), min_size=1, max_size=10))
def test_documents_more_move_few_ends_of_row_groups(places: set[int]) -> None:
    added = [
        name
        for n, each in enumerate(IDS)
        for name in ((each, f"{each}n") if n in places else (each,))
    ]
    assert len(ENDS ^ ends(added)) <= 3 * len(places)


def test_row_groups_are_neither_small_nor_large() -> None:
    places = [-1, *(n for n, each in enumerate(IDS) if each in ENDS)]
    sizes = [b - a for a, b in pairwise(places)]
    assert 1_000 <= min(sizes) <= max(sizes) <= 4_000
    assert 1_500 < sum(sizes) / len(sizes) < 2_500


def test_only_labels_have_dictionaries(release: Path) -> None:
    for path in release.glob("data/*/*.parquet"):
        schema, group = pq.read_schema(path), pq.read_metadata(path).row_group(0)
        columns = [group.column(n) for n in range(group.num_columns)]
        named = [*layout.label_columns(path.parent.name)]
        found = [each.path_in_schema for each in columns if each.has_dictionary_page]
        assert set(found) <= set(named) <= {each.path_in_schema for each in columns}
        assert len(found) > 3
        assert schema.equals(tables.features(path.parent.name).arrow_schema)
