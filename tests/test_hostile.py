"""Hostile input ends in a problem or a usage error: no traceback, no hang, bounded memory."""

from __future__ import annotations

import hashlib
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import VALID
from onrecord import schema
from onrecord.source import Json

PACKAGE = Path(schema.__file__).parent
MEMORY, SECONDS = 1 << 30, 30
ANNOTATION = (VALID / "annotations/town/bridge.json").read_text(encoding="utf-8")
RECORD = (VALID / "articles/town/bridge.json").read_text(encoding="utf-8")
TEXT = (VALID / "articles/town/bridge.txt").read_text(encoding="utf-8")
DEEP = 100_000

Prepare = Callable[[Path], object]


def onrecord(folder: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and output of the command line, with limits on memory and time."""
    result = subprocess.run(
        [sys.executable, "-c", "from onrecord.cli import main; main()", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        timeout=SECONDS,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
        check=False,
    )
    output = (result.stdout + result.stderr).decode()
    assert "Traceback" not in output, output
    return result.returncode, output


def replaced(old: str, new: str, within: str = ANNOTATION) -> bytes:
    assert old in within
    return within.replace(old, new, 1).encode("utf-8", "surrogatepass")


def many(count: int, **fields: str) -> bytes:
    """An annotation of so many quotes; {} in a field is the quote's number, {next} the one after."""
    value = json.loads(ANNOTATION)
    value["quotes"] = [
        {
            **value["quotes"][0],
            **{k: [v.format(n)] if k == "speakers" else v.format(n + 1) for k, v in fields.items()},
            "id": f"q{n}",
        }
        for n in range(1, count + 1)
    ]
    return json.dumps(value).encode()


SINGLE = '"status": "single"'

# An annotation, and the place and problem that have to be reported first.
ANNOTATIONS: dict[str, tuple[bytes, str]] = {
    "empty file": (b"", "1:1 not-json"),
    "only white space": (b" \n", "1:1 not-json"),
    "no object": (b"[]", "1:1 not-json"),
    "invalid UTF-8": (replaced('"ann"', '"\udcff"'), "5:19 not-utf8"),
    "UTF-16": (ANNOTATION.encode("utf-16"), "1:1 not-utf8"),
    "byte order mark": (b"\xef\xbb\xbf" + ANNOTATION.encode(), "1:1 not-json"),
    "CRLF": (replaced("single", "x").replace(b"\n", b"\r\n"), "7:13 unknown-value"),
    "NUL": (replaced('"ann"', '"a\0n"'), "5:20 not-json"),
    "escaped NUL in an id": (replaced('"m1"', '"m1\\u0000"'), "18:17 bad-pattern"),
    "lone surrogate": (replaced('"ann"', '"\\ud800"'), "5:19 not-json"),
    "duplicate key": (replaced(SINGLE, f'{SINGLE}, "status": "draft"'), "7:23 duplicate-key"),
    "duplicate key by escape": (
        replaced(SINGLE, f'"st\\u0061tus": "draft", {SINGLE}'),
        "7:27 duplicate-key",
    ),
    "duplicate key after line separators": (
        replaced(SINGLE, f'"x": "\u2028\x85\x7f", "y": "\\u0022", {SINGLE}, {SINGLE}'),
        "7:50 duplicate-key",
    ),
    "duplicate key, tabs": (
        replaced(SINGLE, f"{SINGLE},\n  {SINGLE}").replace(b"  ", b"\t"),
        "8:2 duplicate-key",
    ),
    "duplicate key, compact": (
        json.dumps(json.loads(ANNOTATION), separators=(",", ":"))
        .replace('"status"', '"status":1,"status"', 1)
        .encode(),
        "1:181 duplicate-key",
    ),
    "duplicate key that is long": (
        replaced(SINGLE, f'"{"k" * 5000}": 1, "{"k" * 5000}": 1, {SINGLE}'),
        "1:1 duplicate-key",
    ),
    "NaN": (replaced('"start": 26', '"start": NaN'), "62:19 not-json"),
    "1e999": (replaced('"start": 26', '"start": 1e999'), "62:19 not-json"),
    "huge integer": (replaced('"end": 51', f'"end": {"9" * 400}'), "62:30 not-json"),
    "large integer": (replaced('"end": 51', f'"end": {"9" * 30}'), "62:30 offset-not-integer"),
    "3.0": (replaced('"start": 26', '"start": 26.0'), "62:19 offset-not-integer"),
    "true": (replaced('"start": 26', '"start": true'), "62:19 wrong-type"),
    "deep nesting": (b"[" * DEEP, "1:1026 not-json"),
    "deep nesting in a key": (
        replaced('"single"', "[" * DEEP + "]" * DEEP),
        "7:1037 not-json",
    ),
    "nesting that parsers take": (replaced('"single"', "[" * 900 + "]" * 900), "1:1 not-json"),
    "nesting that writers take": (
        replaced('"single"', "[" * 240 + "]" * 240),
        "7:13 unknown-value",
    ),
    "trailing data": (ANNOTATION.encode() + b"{}", "109:1 not-json"),
    "trailing comma": (replaced('"claims": [', '"claims": [,'), "91:14 not-json"),
    "path upwards": (replaced('"town/bridge"', '"../town/bridge"'), "3:14 bad-pattern"),
    "absolute path": (replaced('"town/bridge"', '"/etc/passwd"'), "3:14 bad-pattern"),
    "control characters": (replaced("town/bridge", "town/\\u001b[2J"), "3:14 bad-pattern"),
    "line feed after an id": (replaced("town/bridge", "town/bridge\\n"), "3:14 bad-pattern"),
    "ANSI escape in a surface": (
        replaced('"text": "said"', '"text": "\\u001b[31msaid\\u009b"'),
        "65:9 span-text-mismatch",
    ),
    "many errors of shape": (
        replaced('"quotes": [', f'"quotes": [{"1, " * 400_000}'),
        "1:1 wrong-type",
    ),
    "many unknown references": (many(6_000, speakers="s9{}"), "1:1 unknown-reference"),
    "a long circle of parents": (
        many(4_000, parent="q{}").replace(b'"q4001"', b'"q1"'),
        "1:1 parent-cycle",
    ),
    "a repeated key in megabytes": (
        replaced(SINGLE, f'{SINGLE}, {SINGLE}, "x": [{"[], " * 500_000}1]'),
        "1:1 duplicate-key",
    ),
}


def first_problems(output: str) -> dict[str, str]:
    """The place and id of the first problem of each file."""
    first: dict[str, str] = {}
    for line in output.splitlines():
        file, row, column, rest = line.split(":", 3)
        first.setdefault(file, f"{row}:{column} {rest.rpartition('[')[2].rstrip(']')}")
    return first


def test_each_hostile_annotation_is_reported_and_the_run_goes_on(tmp_path: Path) -> None:
    places = {name: f"corpus/annotations/town/bridge{n}.json" for n, name in enumerate(ANNOTATIONS)}
    for n, (content, _) in enumerate(ANNOTATIONS.values()):
        for part, suffix, source in (
            ("articles", "json", RECORD.encode()),
            ("articles", "txt", TEXT.encode()),
            ("annotations", "json", content),
        ):
            place = tmp_path / f"corpus/{part}/town/bridge{n}.{suffix}"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(source.replace(b'"town/bridge"', f'"town/bridge{n}"'.encode()))
    shutil.copy(VALID / "splits.json", tmp_path / "corpus")
    code, output = onrecord(tmp_path, "validate", "corpus", "--jobs", "1")
    first = first_problems(output)
    assert code == 1
    assert {name: first[place] for name, place in places.items()} == {
        name: expected for name, (_, expected) in ANNOTATIONS.items()
    }


def _text(folder: Path, content: str | bytes) -> None:
    """Make some content the text of the article, digests and all."""
    raw = content if isinstance(content, bytes) else content.encode()
    (folder / "corpus/articles/town/bridge.txt").write_bytes(raw)
    digest, old = hashlib.sha256(raw).hexdigest(), json.loads(RECORD)["text_sha256"]
    record: Json = json.loads(RECORD.replace(old, digest))
    record |= {"text_length": len(raw.decode(errors="replace")), "regions": []}
    empty = {"speakers": [], "quotes": [], "claims": []}
    annotation = {**json.loads(ANNOTATION.replace(old, digest)), **empty}
    for part, value in (("articles", record), ("annotations", annotation)):
        (folder / f"corpus/{part}/town/bridge.json").write_text(json.dumps(value))


def _link(place: str, target: str) -> Prepare:
    """Move something out of the corpus, and leave a link in its place."""

    def prepare(folder: Path) -> None:
        if (folder / place).exists():
            shutil.move(folder / place, folder / "outside")
        (folder / place).unlink(missing_ok=True)
        (folder / place).symlink_to(target)

    return prepare


def _copied(*names: bytes) -> Prepare:
    """Copy the annotation beside itself under other names."""
    section = "corpus/annotations/town"

    def prepare(folder: Path) -> None:
        for name in names:
            content = (folder / section / "bridge.json").read_bytes()
            Path(os.fsdecode(os.fsencode(folder / section) + b"/" + name)).write_bytes(content)

    return prepare


def _fifo(place: str) -> Prepare:
    def prepare(folder: Path) -> None:
        (folder / place).unlink(missing_ok=True)
        os.mkfifo(folder / place)

    return prepare


BRIDGE = "corpus/annotations/town/bridge.json"

# What is done to the valid corpus, and the lines that a run has to print.
CORPORA: dict[str, tuple[Prepare, list[str]]] = {
    "a sparse file of 2 GB": (
        lambda folder: os.truncate(folder / BRIDGE, 2 << 30),
        [f"{BRIDGE}:1:1: found more than 67,108,864 bytes; expected at most that [file-too-large]"],
    ),
    "a text of NULs": (
        lambda folder: _text(folder, "a\0"),
        [
            "corpus/articles/town/bridge.txt:1:2: found the character NUL; expected none"
            " [forbidden-character]"
        ],
    ),
    "a text with a byte order mark": (
        lambda folder: _text(folder, "\ufeffa"),
        [
            "corpus/articles/town/bridge.txt:1:1: found a byte order mark; expected none"
            " [forbidden-character]"
        ],
    ),
    "a text with CR": (
        lambda folder: _text(folder, "a\n\rb"),
        [
            "corpus/articles/town/bridge.txt:2:1: found a carriage return; expected LF line ends"
            " only [line-ends]"
        ],
    ),
    "an empty text": (
        lambda folder: _text(folder, ""),
        [
            "corpus/articles/town/bridge.json:1:271: text_length: found 0; expected minimum 1"
            " [out-of-range]"
        ],
    ),
    "a pipe as annotation": (
        _fifo(BRIDGE),
        [f"{BRIDGE}:1:1: found a folder or device; expected a regular file [file-unreadable]"],
    ),
    "a pipe as text": (
        _fifo("corpus/articles/town/bridge.txt"),
        [
            "corpus/articles/town/bridge.txt:1:1: found a folder or device; expected a regular"
            " file [file-unreadable]"
        ],
    ),
    "a link to a file outside": (
        _link(BRIDGE, "../../../outside"),
        [
            f"{BRIDGE}:1:1: is a link to ../../../outside; expected a file within the corpus"
            " [link-outside]"
        ],
    ),
    "a link to itself": (
        _link(BRIDGE, "bridge.json"),
        [
            "corpus/articles/town/bridge.json:1:1: found no corpus/annotations/town/bridge.json;"
            " expected it beside this file [annotation-missing]"
        ],
    ),
    "a section that is a link": (
        _link("corpus/annotations/town", "../../outside"),
        [
            f"{BRIDGE}:1:1: is a link to ../../outside; expected a file within the corpus"
            " [link-outside]"
        ],
    ),
    "a folder of sections that is a link": (
        _link("corpus/annotations", "../outside"),
        [
            f"{BRIDGE}:1:1: is a link to ../outside; expected a file within the corpus"
            " [link-outside]"
        ],
    ),
    "an assignment that is a link": (
        _link("corpus/splits.json", "../outside"),
        [
            "corpus/splits.json:1:1: is a link to ../outside; expected a file within the corpus"
            " [link-outside]"
        ],
    ),
    "names that differ by case": (
        _copied(b"Bridge.json"),
        [
            "corpus/annotations/town/Bridge.json:1:1: found no corpus/articles/town/Bridge.json;"
            " expected it beside this file [record-missing]"
        ],
    ),
    "names that differ by normalisation": (
        _copied(*(unicodedata.normalize(form, "é.json").encode() for form in ("NFC", "NFD"))),
        [
            f"corpus/annotations/town/{name}.json:1:1: found no corpus/articles/town/{name}.json;"
            " expected it beside this file [record-missing]"
            for name in ("e\u0301", "\u00e9")
        ],
    ),
    "names of control characters and no UTF-8": (
        _copied(b"\x1b[2J\n.json", b"\xff.json"),
        [
            f"corpus/annotations/town/{name}.json:1:1: found no corpus/articles/town/{name}.json;"
            " expected it beside this file [record-missing]"
            for name in ("\\x1b[2J\\n", "\\udcff")
        ],
    ),
}


@pytest.mark.parametrize("name", CORPORA)
def test_each_hostile_corpus_is_reported(name: str, corpus: Path) -> None:
    prepare, expected = CORPORA[name]
    prepare(corpus.parent)
    code, output = onrecord(corpus.parent, "validate", "corpus")
    assert output.splitlines() == expected
    assert code == 1


@pytest.mark.parametrize("unit", ["“", '" ', " ‘a", "«‹", "”", "''", "``"])
def test_marks_without_end_take_linear_time(unit: str, corpus: Path) -> None:
    _text(corpus.parent, unit * 100_000)
    code, output = onrecord(corpus.parent, "validate", "corpus", "--max-problems", "2")
    assert code == 0
    assert {line.rpartition(" ")[2] for line in output.splitlines()} == {"[mark-uncovered]"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads whatever it is forbidden to")
def test_a_file_without_permission_is_reported(corpus: Path) -> None:
    (corpus.parent / BRIDGE).chmod(0)
    code, output = onrecord(corpus.parent, "validate", "corpus")
    assert (code, output) == (
        1,
        f"{BRIDGE}:1:1: cannot be read: Permission denied [file-unreadable]\n",
    )


@pytest.mark.parametrize(
    ("path", "code", "expected"),
    [
        ("nowhere", 2, "Error: there is no file or folder nowhere"),
        ("a\0b", 2, "Error: there is no file or folder a"),
        ("/dev/zero", 1, "found a folder or device; expected a regular file [file-unreadable]"),
        ("/proc/self/mem", 1, "cannot be read: Input/output error [file-unreadable]"),
    ],
)
def test_paths_that_are_no_files(path: str, code: int, expected: str, tmp_path: Path) -> None:
    if "\0" in path:  # no system passes it on, but a list of files may have it
        (tmp_path / "list").write_text(path)
        found = onrecord(tmp_path, "validate", "--files-from", "list")
    else:
        found = onrecord(tmp_path, "validate", path)
    assert found[0] == code
    assert expected in found[1]


HEAD = "".join(
    f"{key}: {value}\n"
    for key, value in {
        "article": "town/bridge",
        "annotators": "[ann]",
        "guidelines": "'1.0'",
        "status": "single",
        "annotation_license": "CC0-1.0",
        "speakers": "[]",
        "quotes": "[]",
        "quoted_terms": "[]",
    }.items()
)
LAUGHS = "".join(f"a{n + 1}: &a{n + 1} [*a{n}, *a{n}]\n" for n in range(60))


def term(selector: str) -> str:
    return HEAD.replace(
        "quoted_terms: []", f"quoted_terms: [{{id: t1, kind: term, spans: {selector}}}]"
    )


DRAFTS: dict[str, tuple[str, str]] = {
    "empty": ("", "1:1 draft-unreadable"),
    "deep flow": ("[" * DEEP, "1:1 draft-unreadable"),
    "deep blocks": ("- " * DEEP, "1:1 draft-unreadable"),
    "deep inside": (f"{HEAD}claims: {'[' * 300}{']' * 300}\n", "1:1 draft-unreadable"),
    "a node in itself": (f"{HEAD}claims: &a [*a]\n", "9:13 draft-unreadable"),
    "a billion laughs": (f"a0: &a0 [x, x]\n{LAUGHS}", "2:10 draft-unreadable"),
    "a key that is a number": (f"{HEAD}1: 2\n", "1:1 draft-unreadable"),
    "a key that is a list": (f"{HEAD}? [a]\n: b\n", "9:3 draft-unreadable"),
    "a Python object": (f"{HEAD}claims: !!python/name:os.system\n", "9:9 draft-unreadable"),
    "bytes": (f"{HEAD}claims: !!binary aGk=\n", "1:1 draft-unreadable"),
    "a set": (f"{HEAD}claims: !!set {{a, b}}\n", "1:1 draft-unreadable"),
    "a date": (f"{HEAD}claims: !!timestamp 2031-01-01\n", "1:1 draft-unreadable"),
    "NUL": (f'{HEAD}claims: "\0"\n', "1:1 draft-unreadable"),
    "a lone surrogate": (f'{HEAD}claims: "\\ud800"\n', "1:1 draft-unreadable"),
    "a huge integer": (f"{HEAD}claims: {'9' * 5000}\n", "1:1 draft-unreadable"),
    "a duplicate key": (f"{HEAD}status: draft\n", "9:1 duplicate-key"),
    "a missing key": (HEAD, "1:1 missing-key"),
    "an occurrence that is no number": (
        f"{term('{text: said, occurrence: x}')}claims: []\n",
        "8:44 surface-malformed",
    ),
    "a prefix that is no text": (
        f"{term('{text: said, prefix: 3}')}claims: []\n",
        "8:44 surface-malformed",
    ),
    "an end that is no text": (
        f"{term('{from: said, to: 3}')}claims: []\n",
        "8:44 surface-malformed",
    ),
    "an end without text": (
        f"{term('{from: a, to: {x: y}}')}claims: []\n",
        "8:44 surface-malformed",
    ),
    "an article elsewhere": (
        HEAD.replace("town/bridge", "../../etc/passwd") + "claims: []\n",
        "1:10 bad-pattern",
    ),
}


def test_each_hostile_draft_is_reported(corpus: Path) -> None:
    drafts = [corpus.parent / f"{n}.yaml" for n in range(len(DRAFTS))]
    for draft, (content, _) in zip(drafts, DRAFTS.values(), strict=True):
        draft.write_text(content, encoding="utf-8")
    code, output = onrecord(corpus.parent, "anchor", *(draft.name for draft in drafts))
    assert code == 1
    found = dict(zip(DRAFTS, first_problems(output).values(), strict=True))
    assert found == {name: expected for name, (_, expected) in DRAFTS.items()}


ESCAPES = "“\x1b[31mWe\x9b2J \u202eclose,\x07” said Hall.\n"


def test_no_escape_reaches_a_terminal(corpus: Path) -> None:
    _text(corpus.parent, ESCAPES)
    place = corpus.parent / BRIDGE
    annotation: Json = json.loads(place.read_bytes())
    end = ESCAPES.index("”") + 1
    span = {"start": 0, "end": end, "text": ESCAPES[:end]}
    annotation["quoted_terms"] = [{"id": "t1", "kind": "term", "spans": [span]}]
    place.write_text(json.dumps(annotation))
    code, shown = onrecord(corpus.parent, "show", "town/bridge")
    assert code == 0
    assert "“␛[31mWe�2J �close,␇” said Hall." in shown
    span["text"] = ESCAPES[1:end]
    place.write_text(json.dumps(annotation))
    for command in (("validate", "corpus"), ("show", "town/bridge")):
        code, found = onrecord(corpus.parent, *command)
        assert code == 1
        assert 'but the span says "\\x1b[31mWe\\x9b2J \\u202eclose,\\x07”"' in found
        shown += found
    assert {char for char in shown if unicodedata.category(char) in ("Cc", "Cf")} == {"\n"}


def patterns(node: Any) -> Iterator[str]:
    """Every pattern of a schema."""
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            yield node["pattern"]
        for value in node.values():
            yield from patterns(value)
    elif isinstance(node, list):
        for value in node:
            yield from patterns(value)


PATTERNS = sorted({pattern for name in schema.NAMES for pattern in patterns(schema.load(name))})
BOMBS = [f"{head}{unit * 20_000}{tail}" for head in ("", "a", "q1", "Q1", "en") for unit in ("a", "1", "a-", "-a", "a/", "-aa") for tail in ("", "!", "\n")]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_pattern_explodes(pattern: str) -> None:
    """The engine that decides, and Python's, which is the reference's, take linear time."""
    program = (
        "import json, re, sys; from jsonschema_rs import validator_for\n"
        "pattern, bombs = json.load(sys.stdin)\n"
        "fast = validator_for({'pattern': pattern})\n"
        "print(sum(fast.is_valid(each) for each in bombs), sum(bool(re.search(pattern, each)) for each in bombs))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps([pattern, BOMBS]),
        capture_output=True,
        text=True,
        timeout=10,
        check=True,
    )
    fast, reference = map(int, result.stdout.split())
    # In Python `$` also matches before a last line feed, which nothing else makes of it.
    ends = sum(bool(re.search(pattern, each)) for each in BOMBS if each.endswith("\n"))
    assert fast == reference - ends
