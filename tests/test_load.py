"""Whatever `load_dataset` can do with a folder works on a release."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from datasets import concatenate_datasets, load_dataset

from onrecord import tables


def rows(release: Path, split: str) -> Any:
    return load_dataset(str(release), "quotes", split=split)


def test_slices(release: Path) -> None:
    whole = list(rows(release, "train"))
    assert list(rows(release, "train[:5]")) == whole[:5]
    assert list(rows(release, "train[-3:]")) == whole[-3:]
    assert len(rows(release, "train[50%:]")) == len(whole) - round(len(whole) / 2)


def test_splits_add_up(release: Path) -> None:
    both = rows(release, "train+validation")
    expected = concatenate_datasets([rows(release, "train"), rows(release, "validation")])
    assert both.features == expected.features
    assert list(both) == list(expected)
    assert list(rows(release, "train[:2]+test[:1]")["id"]) == [
        *rows(release, "train")["id"][:2],
        rows(release, "test")["id"][0],
    ]


@pytest.mark.parametrize("streaming", [False, True])
def test_columns(streaming: bool, release: Path) -> None:
    columns = ["id", "type", "speakers"]
    found = load_dataset(
        str(release), "quotes", split="train", columns=columns, streaming=streaming
    )
    whole = rows(release, "train")
    assert list(found) == [{key: row[key] for key in columns} for row in whole]
    assert found.features["type"] == tables.features("quotes")["type"]


@pytest.mark.parametrize("streaming", [False, True])
def test_filters(streaming: bool, release: Path) -> None:
    direct = tables.features("quotes")["type"].str2int("direct")
    filters = [("type", "==", direct)]
    found = load_dataset(
        str(release), "quotes", split="train", filters=filters, streaming=streaming
    )
    expected = [row for row in rows(release, "train") if row["type"] == direct]
    assert list(found) == expected
    assert 0 < len(expected) < len(rows(release, "train"))


def test_numpy(release: Path) -> None:
    row = rows(release, "train").with_format("numpy")[0]
    assert isinstance(row["type"], np.int64)
    assert row["content"][0]["start"].dtype.kind == "i"


def test_pandas(release: Path) -> None:
    frame = rows(release, "train").with_format("pandas")[:]
    assert isinstance(frame, pd.DataFrame)
    assert list(frame["id"]) == list(rows(release, "train")["id"])


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")
def test_torch(release: Path) -> None:
    import torch  # noqa: PLC0415

    row = rows(release, "train").with_format("torch")[0]
    assert isinstance(row["type"], torch.Tensor)
    assert int(row["type"]) == rows(release, "train")[0]["type"]
