"""The one version, of the package and of the data: what pyproject.toml says."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

_PATTERN = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")

Numbers = tuple[int, int, int]


def current() -> str:
    """The version of the checkout that this module lies in, else of the installed package."""
    project = Path(__file__).resolve().parents[2] / "pyproject.toml"
    if Path(__file__).resolve().parents[1].name == "scripts" and project.is_file():
        version: str = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"]
        return version
    return metadata.version("onrecord")


def numbers(version: str) -> Numbers:
    """MAJOR, MINOR and PATCH. Raises ValueError for anything but three numbers with dots."""
    match = _PATTERN.fullmatch(version)
    if match is None:
        raise ValueError(f"{version} is not a version; expected MAJOR.MINOR.PATCH")
    return int(match[1]), int(match[2]), int(match[3])
