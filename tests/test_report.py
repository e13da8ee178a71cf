"""What programs read of the reports: GitHub's commands, SARIF, JUnit and JSON hold every problem."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from conftest import ROOT
from onrecord import report, validate
from onrecord.problems import RULES, Problem
from onrecord.report import Located

SARIF = json.loads((ROOT / "tests/sarif/sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))

HOSTILE = "100%, a:b, “c”\r\n::error::<&\"'>]]>\x00\x1b[31m\x85\ufffe\uffff\udcff\U0001f469"
SEEN = "100%, a:b, “c”\\r\\n::error::<&\"'>]]>\\x00\\x1b[31m\\x85\\ufffe\\uffff\\udcff\U0001f469"


@pytest.fixture(scope="module")
def problems(tmp_path_factory: pytest.TempPathFactory) -> list[Located]:
    """A hostile problem of each severity, and every problem of every fixture."""
    folder = tmp_path_factory.mktemp("fixtures")
    found = [
        Located(Problem("span-empty", f"{HOSTILE}.json", HOSTILE, "/a~1b"), 3, 7),
        Located(Problem("mark-uncovered", "a.txt", HOSTILE, line=1), 1, 1),
    ]
    for name in sorted(RULES):
        source = ROOT / "tests/problems" / name / "corpus"
        corpus = shutil.copytree(source, folder / name / "corpus", symlinks=True)
        found += report.located(validate.problems(Path(corpus)))
    return found


def lines(style: str, problems: list[Located]) -> str:
    return "\n".join(report.FORMATS[style](problems))


def test_text_is_a_line_a_problem(problems: list[Located]) -> None:
    first, *rest = lines("text", problems).split("\n")
    assert first == f"{SEEN}.json:3:7: {SEEN} [span-empty]"
    assert len(rest) == len(problems) - 1
    assert all(line.isprintable() for line in (first, *rest))


def test_json_has_the_fields_of_a_problem(problems: list[Located]) -> None:
    first, *rest = json.loads(lines("json", problems))
    assert first == {
        "id": "span-empty",
        "level": 3,
        "severity": "error",
        "file": f"{SEEN}.json",
        "line": 3,
        "column": 7,
        "pointer": "/a~1b",
        "message": SEEN,
    }
    assert len(rest) == len(problems) - 1


COMMAND = re.compile(
    r"::(?P<severity>error|warning) file=(?P<file>[^,:\r\n]*),line=(?P<line>\d+),col=(?P<col>\d+),"
    r"title=(?P<title>[a-z0-9-]+)::(?P<message>[^\r\n]*)"
)


def test_github_reads_the_commands_as_they_were_meant(problems: list[Located]) -> None:
    commands = [*map(COMMAND.fullmatch, lines("github", problems).split("\n"))]
    assert len(commands) == len(problems)
    for each, command in zip(problems, commands, strict=True):
        assert command is not None, each
        # The runner takes these five codes, and no other, for what they stand for.
        for code in re.findall("%..", command["file"] + command["message"]):
            assert code in ("%25", "%0D", "%0A", "%3A", "%2C")
        assert unquote(command["file"]) == each.file
        assert unquote(command["message"]) == each.message
        assert (command["severity"], command["title"]) == (
            each.problem.rule.severity,
            each.problem.id,
        )
        assert (int(command["line"]), int(command["col"])) == (each.line, each.column)
    assert lines("github", problems[1:2]) == (
        "::warning file=a.txt,line=1,col=1,title=mark-uncovered::" + SEEN.replace("%", "%25")
    )


def test_sarif_is_valid(problems: list[Located]) -> None:
    validator = jsonschema.Draft4Validator(
        SARIF, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER
    )
    for some in (problems, []):
        log = json.loads(lines("sarif", some))
        assert [error.message for error in validator.iter_errors(log)] == []
        (run,) = log["runs"]
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        assert rules == sorted({each.problem.id for each in some})
        for each, result in zip(some, run["results"], strict=True):
            assert rules[result["ruleIndex"]] == result["ruleId"] == each.problem.id
            place = result["locations"][0]["physicalLocation"]
            assert place["region"] == {"startLine": each.line, "startColumn": each.column}
            uri = place["artifactLocation"]["uri"]
            assert re.fullmatch(r"([A-Za-z0-9/._~-]|%[0-9A-F]{2})+", uri)
            assert unquote(uri, errors="surrogateescape") == each.problem.file


def test_junit_is_well_formed(problems: list[Located]) -> None:
    suite = ET.fromstring(lines("junit", problems).encode())[0]
    failures = [each.get("message") for each in suite.iter("failure")]
    output = "\n".join(each.text or "" for each in suite.iter("system-out")).split("\n")
    errors = [each for each in problems if each.problem.rule.severity == "error"]
    assert failures == [*report.text(errors)]
    assert sorted(output) == sorted(report.text(p for p in problems if p not in errors))
    assert suite[0].get("name") == f"{SEEN}.json"
    assert len(ET.fromstring(lines("junit", []).encode())[0]) == 0
