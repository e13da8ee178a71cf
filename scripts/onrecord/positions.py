"""Lines and columns: from a JSON pointer on the slow path, when there is something to report."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml
from json_source_map import calculate
from json_source_map.errors import BaseError

from onrecord.problems import Problem

# Texts longer than that (in code points) are not mapped: it takes a hundred times their memory.
_MAPPED = 1_000_000

# What YAML takes for the end of a line, or refuses; JSON has neither in a key that matters.
_NOT_YAML = re.compile(f"[\t\r\x85\u2028\u2029]|{yaml.reader.Reader.NON_PRINTABLE.pattern}")


def line_column(text: str, index: int) -> tuple[int, int]:
    """Line and column, both from 1 and in code points, of a code point index."""
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def escape(key: str | int) -> str:
    """A key or index as a JSON pointer's reference token (RFC 6901)."""
    return str(key).replace("~", "~0").replace("/", "~1")


class Positions:
    """Where each pointer of one JSON text leads."""

    def __init__(self, text: str) -> None:
        try:
            self._entries = calculate(text) if len(text) <= _MAPPED else {}
        except (BaseError, RecursionError):
            self._entries = {}

    def of(self, problem: Problem) -> tuple[int, int]:
        """Line and column of a problem, those of the nearest enclosing value if need be."""
        if problem.line is not None:
            return problem.line, problem.column or 1
        pointer, at_key = problem.pointer, problem.at_key
        while pointer and pointer not in self._entries:
            pointer, at_key = pointer.rpartition("/")[0], False
        entry = self._entries.get(pointer)
        if entry is None:
            return 1, 1
        place = entry.key_start if at_key and entry.key_start else entry.value_start
        return place.line + 1, place.column + 1


def repeated_keys(text: str) -> Iterator[tuple[str, int, int]]:
    """Keys that one object of a JSON text has twice, with line and column of the second."""
    try:
        stack = (
            [yaml.compose(_NOT_YAML.sub(" ", text), yaml.SafeLoader)]
            if len(text) <= _MAPPED
            else []
        )
    except (yaml.YAMLError, RecursionError):
        stack = []
    while stack:
        node = stack.pop()
        if isinstance(node, yaml.SequenceNode):
            stack += node.value
        if not isinstance(node, yaml.MappingNode):
            continue
        seen: set[str] = set()
        for key, inner in node.value:
            if key.value in seen:
                yield key.value, key.start_mark.line + 1, key.start_mark.column + 1
            seen.add(key.value)
            stack.append(inner)
