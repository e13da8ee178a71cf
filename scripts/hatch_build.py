"""The wheel carries the release of its version, where `make release` has built it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_LARGEST = 20_000_000


class ReleaseHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds dist/onrecord-VERSION to the wheel as onrecord/_release/onrecord-VERSION."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """List the files, unless they may not be passed on; refuse what is too large."""
        name = f"onrecord-{self.metadata.version}"
        release = Path(self.root) / "dist" / name
        if version == "editable" or not release.is_dir():
            return
        files = [path for path in sorted(release.rglob("*")) if path.is_file()]
        if any(path.name.startswith("real-") for path in files):
            self.app.display_warning(f"{release} holds withheld texts: the wheel goes without it")
            return
        size = sum(path.stat().st_size for path in files)
        if size > _LARGEST:
            raise RuntimeError(f"{release} has {size:,} bytes; expected at most {_LARGEST:,}")
        for path in files:
            inside = f"onrecord/_release/{name}/{path.relative_to(release).as_posix()}"
            build_data["force_include"][str(path)] = inside
