"""Problems as people and programs read them: text, JSON, GitHub annotations, SARIF, JUnit."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from onrecord.positions import Positions
from onrecord.problems import RULES, Problem, Rule
from onrecord.source import read_text


@dataclass(frozen=True, slots=True)
class Located:
    """A problem with its line and column, both from 1 and in code points."""

    problem: Problem
    line: int
    column: int

    @property
    def message(self) -> str:
        """The message in one line without control characters, safe for a terminal."""
        return _visible(self.problem.message)

    @property
    def file(self) -> str:
        """The file's name, safe likewise."""
        return _visible(self.problem.file)


def located(problems: Iterable[Problem]) -> Iterator[Located]:
    """Each problem with its place; a file is read again only when a pointer has to be followed."""
    for file, group in groupby(problems, key=lambda problem: problem.file):
        positions: Positions | None = None
        for problem in group:
            if positions is None and problem.line is None:
                content = read_text(Path(file))
                positions = Positions(content if isinstance(content, str) else "")
            yield Located(problem, *(positions or Positions("")).of(problem))


def _visible(text: str) -> str:
    if text.isprintable():
        return text
    escaped = (char.encode("unicode_escape").decode() for char in text)
    return "".join(a if a.isprintable() else b for a, b in zip(text, escaped, strict=True))


def text(problems: Iterable[Located]) -> Iterator[str]:
    """`file:line:column: message [problem-id]`, a line a problem; warnings are called so."""
    for each in problems:
        severity = "" if each.problem.rule.severity == "error" else "warning: "
        place = f"{each.file}:{each.line}:{each.column}"
        yield f"{place}: {severity}{each.message} [{each.problem.id}]"


def as_json(problems: Iterable[Located]) -> Iterator[str]:
    """One JSON array; its items have the fields of a problem and of its rule."""
    yield json.dumps([*map(_record, problems)], ensure_ascii=False, indent=2)


def _record(each: Located) -> dict[str, Any]:
    problem, rule = each.problem, each.problem.rule
    return {
        "id": problem.id,
        "level": rule.level,
        "severity": rule.severity,
        "file": each.file,
        "line": each.line,
        "column": each.column,
        "pointer": problem.pointer,
        "message": each.message,
    }


def github(problems: Iterable[Located]) -> Iterator[str]:
    """Workflow commands that GitHub shows as annotations of the changed lines."""
    for each in problems:
        problem = each.problem
        place = f"file={_property(each.file)},line={each.line},col={each.column}"
        message = each.message.replace("%", "%25")
        yield f"::{problem.rule.severity} {place},title={problem.id}::{message}"


def _property(value: str) -> str:
    for char, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C")):
        value = value.replace(char, code)
    return value


def sarif(problems: Iterable[Located]) -> Iterator[str]:
    """SARIF 2.1.0, with every rule of which a problem is reported."""
    found = [*problems]
    used = sorted({each.problem.id for each in found})
    driver = {"name": "onrecord", "rules": [_sarif_rule(RULES[name]) for name in used]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(each, used.index(each.problem.id)) for each in found],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    yield json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, ensure_ascii=False)


def _sarif_rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.meaning},
        "help": {"text": rule.mend},
        "defaultConfiguration": {"level": rule.severity},
    }


def _sarif_result(each: Located, index: int) -> dict[str, Any]:
    place = {
        "artifactLocation": {"uri": quote(os.fsencode(each.problem.file))},
        "region": {"startLine": each.line, "startColumn": each.column},
    }
    logical = {"fullyQualifiedName": each.problem.pointer or "/"}
    return {
        "ruleId": each.problem.id,
        "ruleIndex": index,
        "level": each.problem.rule.severity,
        "message": {"text": each.message},
        "locations": [{"physicalLocation": place, "logicalLocations": [logical]}],
    }


def junit(problems: Iterable[Located]) -> Iterator[str]:
    """JUnit XML: a test case a file that has problems, errors as failures, warnings as output."""
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield '<testsuites><testsuite name="onrecord validate">'
    for file, group in groupby(problems, key=lambda each: each.file):
        found = [*group]
        yield f"<testcase classname={quoteattr(file)} name={quoteattr(file)}>"
        for line in text(each for each in found if each.problem.rule.severity == "error"):
            yield f"<failure message={quoteattr(line)}/>"
        warnings = [*text(each for each in found if each.problem.rule.severity == "warning")]
        if warnings:
            yield f"<system-out>{escape(chr(10).join(warnings))}</system-out>"
        yield "</testcase>"
    yield "</testsuite></testsuites>"


FORMATS: dict[str, Callable[[Iterable[Located]], Iterator[str]]] = {
    "text": text,
    "json": as_json,
    "github": github,
    "sarif": sarif,
    "junit": junit,
}
