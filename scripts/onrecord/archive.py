"""A release as it travels: a folder, a zip of one, or the wheel that carries it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from onrecord.release import SUMS


@contextmanager
def unpacked(release: Path) -> Iterator[Path]:
    """The folder of a release that is a folder, or lies in a zip or a wheel.

    Raises ValueError where there is none, or more than one.
    """
    if release.is_dir():
        yield release
        return
    try:
        with zipfile.ZipFile(release) as archive, TemporaryDirectory() as folder:
            roots = [
                name.removesuffix(SUMS)
                for name in archive.namelist()
                if PurePosixPath(name).name == SUMS
            ]
            if len(roots) != 1:
                raise ValueError(f"holds {len(roots)} releases; expected one {SUMS}")
            archive.extractall(folder, [n for n in archive.namelist() if n.startswith(roots[0])])
            yield Path(folder) / roots[0]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise ValueError(f"is neither a folder nor a whole zip or wheel: {error}") from error
