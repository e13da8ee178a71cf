"""Loading a release: sugar over `datasets.load_dataset`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from onrecord.version import current

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict


def path() -> Path:
    """The folder of this version's release. Raises FileNotFoundError where none was built."""
    name = f"onrecord-{current()}"
    here = Path(__file__).resolve().parent
    for folder in (here / "_release" / name, here.parents[1] / "dist" / name, Path("dist") / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"there is no release {name}; build it with: onrecord build")


def load(
    config: str = "documents",
    split: str | None = None,
    *,
    release: str | Path | None = None,
    **options: Any,
) -> Dataset | DatasetDict:
    """Rows of a release: `config` is documents, quotes, speakers, claims, or one of the tasks.

    `split` is train, validation, test or real (where hydrated), or anything that
    `load_dataset` takes; None gives all of them. `release` is the release's folder, by default
    that of this version. Raises FileNotFoundError without a release, ValueError for unknown names.
    """
    from datasets import load_dataset  # noqa: PLC0415 - heavy, and not needed to import onrecord

    folder = Path(release) if release is not None else path()
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no release at {folder}")
    return load_dataset(str(folder), config, split=split, **options)
