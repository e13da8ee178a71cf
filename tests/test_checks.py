"""The checks of one document, case by case: what each reports, exactly, and what it lets pass."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from conftest import VALID
from onrecord import checks
from onrecord.checks import identity, marks, references, roles, spans
from onrecord.model import Annotated, span_lists
from onrecord.problems import MOST, Problem
from onrecord.source import Document, Json, read_document

BRIDGE = read_document(VALID, "town/bridge")
assert isinstance(BRIDGE, Document)
TEXT = BRIDGE.text or ""
GONE = object()


def changed(changes: Json) -> Annotated:
    """The valid document with values set at pointers: of the record after @, GONE ones removed."""
    assert isinstance(BRIDGE, Document)
    article, annotation = copy.deepcopy(BRIDGE.article), copy.deepcopy(BRIDGE.annotation)
    text = changes.get("text", TEXT)
    for pointer, value in changes.items():
        value = value if value is GONE else copy.deepcopy(value)  # noqa: PLW2901
        owner: Any = article if pointer.startswith("@") else annotation
        *path, last = pointer.split("/")[1:] or ("",)
        for token in path:
            owner = owner[int(token) if isinstance(owner, list) else token]
        if isinstance(owner, list) and int(last) == len(owner):
            owner.append(value)
        elif value is GONE:
            del owner[last]
        elif pointer not in ("text", "committed"):
            owner[int(last) if isinstance(owner, list) else last] = value
    committed = changes.get("committed", True)
    return Annotated(Document(BRIDGE.id, BRIDGE.files, article, annotation, text, committed))


def shown(problem: Problem) -> str:
    """All of a problem, with the part that its file is."""
    assert isinstance(BRIDGE, Document)
    part = {BRIDGE.files.annotation: "", BRIDGE.files.article: "@", BRIDGE.files.text: "text"}
    line = "" if problem.line is None else f" {problem.line}:{problem.column}"
    key = " at key" if problem.at_key else ""
    return f"{part[problem.file]}{problem.pointer}{key}{line} [{problem.id}] {problem.message}"


def at(start: int, end: int, surface: str | None = None) -> Json:
    """A span of the text, or one that says something else."""
    return {"start": start, "end": end, "text": TEXT[start:end] if surface is None else surface}


def offsets(start: int, end: int) -> Json:
    return {"start": start, "end": end}


def term(*where: Json) -> Json:
    return {"id": "t1", "kind": "term", "spans": [*where]}


def quote(name: str, start: int, end: int, **more: Any) -> Json:
    fields = {"type": "indirect", "medium": "speech", "speakers": ["s1"], "polarity": "affirmed"}
    return {"id": name, **fields, "content": [at(start, end)], "delimiters": "none", **more}


def claim(name: str, **more: Any) -> Json:
    assert isinstance(BRIDGE, Document)
    return {**copy.deepcopy(BRIDGE.annotation["claims"][0]), "id": name, **more}


def speaker(name: str, **more: Any) -> Json:
    return {"id": name, "name": name, "kind": "group", "naming": "named", "mentions": [], **more}


IDENTITY = [
    (identity.ids_match_place, {}, []),
    (
        identity.ids_match_place,
        {"@/id": "town/brigde", "/article": "town/x"},
        [
            '@/id [id-path-mismatch] found "town/brigde"; expected "town/bridge", from the file\'s place',
            '/article [id-path-mismatch] found "town/x"; expected "town/bridge", from the file\'s place',
        ],
    ),
    (identity.text_is_the_annotated_one, {"text": None, "@/text_length": 1}, []),
    (
        identity.text_is_the_annotated_one,
        {"@/text_sha256": "a", "/text_sha256": "b", "text": None},
        ["/text_sha256 [text-digest-mismatch] found b; expected a, from the article record"],
    ),
    (
        identity.text_is_the_annotated_one,
        {"@/text_availability": "withheld", "@/text_length": 5},
        [
            "text 1:None [text-committed] found the text of a withheld article; expected no such file",
            "@/text_length [text-length-mismatch] found 5; expected 128 code points",
        ],
    ),
    (
        identity.text_is_the_annotated_one,
        {"@/text_availability": "withheld", "committed": False},
        [],
    ),
]

BOTH = [at(26, 51, "x"), at(52, 128)]
LONG = "The old bridge will close, Ana Hall said. “We have no choice,” she added"
SPANS = [
    (spans.regions_fit, {"@/regions/2": {"start": 26, "end": 128, "kind": "residue"}}, []),
    (
        spans.regions_fit,
        {"@/regions/0/start": 24, "@/regions/1": {"start": 23, "end": 129, "kind": "body"}},
        [
            "@/regions/0 [span-empty] region headline: 24–24 is empty; expected an end after 24",
            "@/regions/1 [span-out-of-range] region body: 23–129 reaches beyond the text; expected an end up to 128",
            "@/regions/1 [spans-unsorted] region body: starts at 23; expected at least 24, the start of the one before",
        ],
    ),
    (spans.spans_fit, {"/quoted_terms/0": term(at(0, 5), at(5, 10), at(11, 127))}, []),
    (
        spans.spans_fit,
        # A span that is adjacent to a wrong one and ends with the text has nothing wrong.
        {
            "text": TEXT[:127],
            "@/text_length": 127,
            "/quoted_terms/0": term(at(0, 5, "x"), at(5, 127)),
        },
        [
            '/quoted_terms/0/spans/0 [span-text-mismatch] quoted term t1, spans: text at 0–5 is "Mayor", in'
            ' "…|Mayor|: bridge will close¶…", but the span says "x"; it occurs 0 times'
        ],
    ),
    (
        spans.spans_fit,
        {"/quoted_terms/0": term(at(7, 13, "will"), at(7, 13), at(12, 18))},
        [
            '/quoted_terms/0/spans/0 [span-text-mismatch] quoted term t1, spans: text at 7–13 is "bridge", in'
            ' "…Mayor: |bridge| will close¶¶The old…", but the span says "will"; it occurs 2 times',
            "/quoted_terms/0/spans/1 [spans-overlap] quoted term t1, spans: starts at 7; expected at least 13,"
            " the end of the one before",
            "/quoted_terms/0/spans/2 [spans-overlap] quoted term t1, spans: starts at 12; expected at least 13,"
            " the end of the one before",
        ],
    ),
    (
        spans.spans_fit,
        {"/quoted_terms/0": term(at(26, 26 + len(LONG), f"{LONG}s"), at(0, 5))},
        [
            "/quoted_terms/0/spans/0 [span-text-mismatch] quoted term t1, spans: text at 26–98 is"
            ' "The old bridge will close, Ana … “We have no choice,” she added", in'
            ' "… bridge will close¶¶|The old bridge will close, Ana … “We have no choice,” she added|'
            ', “none.”¶¶A union d…", but the span says "The old bridge will close, Ana … We have no choice,”'
            ' she addeds"; it occurs 0 times',
            "/quoted_terms/0/spans/1 [spans-unsorted] quoted term t1, spans: starts at 0; expected at least 26,"
            " the start of the one before",
        ],
    ),
    (
        spans.spans_fit,
        {"/quoted_terms/0": term(at(26.0, 51, "x"), at(60, 52))},  # type: ignore[arg-type]
        [
            "/quoted_terms/0/spans/0/start [offset-not-integer] quoted term t1, spans: found 26.0; expected 26",
            "/quoted_terms/0/spans/1 [span-empty] quoted term t1, spans: 60–52 is empty; expected an end after 60",
        ],
    ),
    (
        spans.spans_fit,
        {"/quoted_terms/0": term(at(26, 51.0, "x"))},  # type: ignore[arg-type]
        [
            "/quoted_terms/0/spans/0/end [offset-not-integer] quoted term t1, spans: found 51.0; expected 51"
        ],
    ),
    (
        spans.spans_fit,
        {"/quoted_terms/0": term(offsets(26, 51))},
        [
            "/quoted_terms/0/spans/0 [span-text-missing] quoted term t1, spans: 26–51 has no surface;"
            ' expected the key "text"'
        ],
    ),
    (
        spans.spans_fit,
        {"/quoted_terms/0": term(at(25, 51), at(51, 60), at(62, 67), at(67, 92))},
        [
            "/quoted_terms/0/spans/0 [span-blank-edge] quoted term t1, spans: text at 25–51 is"
            ' "¶The old bridge will close"; expected no white space at its edges',
            "/quoted_terms/0/spans/3 [span-blank-edge] quoted term t1, spans: text at 67–92 is"
            ' " “We have no choice,” she"; expected no white space at its edges',
        ],
    ),
]

# Where the text is withheld: with and without it, no surface may be there.
BARE = {
    "@/text_availability": "withheld",
    "/speakers": [],
    "/quotes": [],
    "/claims": [],
    "/quoted_terms/0": term(offsets(26, 51), offsets(53, 61)),
}
WITHHELD = [
    (spans.spans_fit, BARE, []),
    (spans.spans_fit, {**BARE, "text": None}, []),
    (
        spans.spans_fit,
        {**BARE, "/quoted_terms/0": term(at(26, 51), offsets(53, 61)), "text": None},
        [
            "/quoted_terms/0/spans/0/text at key [text-committed] quoted term t1, spans: found a surface;"
            " expected offsets only, as the text is withheld"
        ],
    ),
    (
        spans.spans_fit,
        {**BARE, "/quoted_terms/0": term(offsets(5, 5))},
        [
            "/quoted_terms/0/spans/0 [span-empty] quoted term t1, spans: 5–5 is empty; expected an end after 5"
        ],
    ),
    (
        spans.spans_fit,
        {**BARE, "/quoted_terms/0": term(offsets(25, 51))},
        [
            "/quoted_terms/0/spans/0 [span-blank-edge] quoted term t1, spans: text at 25–51 is"
            ' "¶The old bridge will close"; expected no white space at its edges'
        ],
    ),
]

FULL = {
    "/speakers/2": speaker("s3", members=["s1", "s2"]),
    "/quotes/0/addressees": ["s2"],
    "/quotes/0/relayed_by": ["s3"],
    "/quotes/0/source": "m2",
    "/quotes/1/source": "m3",
    "/quotes/2": quote("q3", 26, 37, parent="q2", source="m1"),
    "/quotes/3": quote("q4", 26, 37, parent="q3", source="m4"),
    "/claims/1": claim("c2", relations=[{"type": "supports", "claim": "c1"}], quote="q4"),
    "/claims/2": claim("c3", relations=[{"type": "supports", "claim": "c2"}], quote="q3"),
    "/claims/0/relations": [{"type": "supports", "claim": "c3"}],
}
MANY = [speaker(f"s{n}") for n in range(1, 43)]
REFERENCES = [
    (references.ids_are_unique, FULL, []),
    (
        references.ids_are_unique,
        {
            "/speakers/1/id": "s1",
            "/speakers/0/mentions/1/id": "m1",
            "/quotes/1/id": "q1",
            "/claims/1": claim("c1"),
            "/quoted_terms": [term(), term()],
        },
        [
            "/speakers/1/id [duplicate-id] speaker s1: /speakers/0 has the same id; expected another",
            "/speakers/0/mentions/1/id [duplicate-id] mention m1: /speakers/0/mentions/0 has the same id;"
            " expected another",
            "/quotes/1/id [duplicate-id] quote q1: /quotes/0 has the same id; expected another",
            "/quoted_terms/1/id [duplicate-id] term t1: /quoted_terms/0 has the same id; expected another",
            "/claims/1/id [duplicate-id] claim c1: /claims/0 has the same id; expected another",
        ],
    ),
    (references.references_resolve, FULL, []),
    *(
        (references.references_resolve, {**FULL, **changes}, [expected])
        for changes, expected in (
            (
                {"/speakers/2/members": ["s2", "s13"]},
                "/speakers/2/members/1 [unknown-reference] speaker s3, members: there is no speaker s13;"
                " expected one of s1, s2, s3 (did you mean s3?)",
            ),
            (
                {"/speakers/2/members": ["s3", "s1"], "/speakers/3": speaker("s4", members=["s1"])},
                "/speakers/2/members/0 [self-reference] speaker s3, members: found s3; expected another speaker",
            ),
            (
                {"/quotes/0/source": "m77"},
                "/quotes/0/source [unknown-reference] quote q1, source: there is no mention m77;"
                " expected one of m1, m2, m3, m4",
            ),
            (
                {"/quotes/1/speakers": ["s1", "s9"]},
                "/quotes/1/speakers/1 [unknown-reference] quote q2, speakers: there is no speaker s9;"
                " expected one of s1, s2, s3",
            ),
            (
                {"/quotes/0/addressees": ["s99"]},
                "/quotes/0/addressees/0 [unknown-reference] quote q1, addressees: there is no speaker s99;"
                " expected one of s1, s2, s3",
            ),
            (
                {"/quotes/0/relayed_by": ["s99"]},
                "/quotes/0/relayed_by/0 [unknown-reference] quote q1, relayed_by: there is no speaker s99;"
                " expected one of s1, s2, s3",
            ),
            (
                {"/quotes/2/parent": "q99"},
                "/quotes/2/parent [unknown-reference] quote q3, parent: there is no quote q99;"
                " expected one of q1, q2, q3, q4",
            ),
            (
                {"/quotes/0/parent": "q1"},
                "/quotes/0/parent [self-reference] quote q1, parent: found q1; expected another quote",
            ),
            (
                {"/claims/0/claimants": ["s99"]},
                "/claims/0/claimants/0 [unknown-reference] claim c1, claimants: there is no speaker s99;"
                " expected one of s1, s2, s3",
            ),
            (
                {"/claims/0/quote": "q99"},
                "/claims/0/quote [unknown-reference] claim c1, quote: there is no quote q99;"
                " expected one of q1, q2, q3, q4",
            ),
            (
                {"/claims/0/relations/1": {"type": "answers", "claim": "c99"}},
                "/claims/0/relations/1/claim [unknown-reference] claim c1, relations: there is no claim c99;"
                " expected one of c1, c2, c3",
            ),
            (
                {"/claims/0/relations/0/claim": "c1"},
                "/claims/0/relations/0/claim [self-reference] claim c1, relations: found c1; expected another claim",
            ),
        )
    ),
    (
        references.references_resolve,
        {"/speakers": [], "/quotes": [quote("q1", 26, 51, parent="q2")], "/claims": []},
        [
            "/quotes/0/speakers/0 [unknown-reference] quote q1, speakers: there is no speaker s1;"
            " expected one of none",
            "/quotes/0/parent [unknown-reference] quote q1, parent: there is no quote q2;"
            " expected one of q1",
        ],
    ),
    (
        references.references_resolve,
        {"/speakers": MANY, "/quotes": [quote("q1", 26, 51, speakers=["x"])], "/claims": []},
        [
            "/quotes/0/speakers/0 [unknown-reference] quote q1, speakers: there is no speaker x;"
            f" expected one of {', '.join(f's{n}' for n in range(1, 41))}, …"
        ],
    ),
    (references.parents_end, FULL, []),
    (
        references.parents_end,
        {
            # The circle is reported at its first quote, even where a tail that leads to it is before.
            "/quotes": [
                quote("q9", 26, 51, parent="q10"),
                quote("q2", 26, 51, parent="q10"),
                quote("q10", 26, 51, parent="q3"),
                quote("q3", 26, 51, parent="q2"),
                quote("q4", 26, 51, parent="q2"),
            ]
        },
        [
            "/quotes/1/parent [parent-cycle] quote q2: its parents lead back to it: q2 → q10 → q3 → q2;"
            " expected them to end"
        ],
    ),
]

ROLES = [
    (roles.parent_is_around, {"/quotes/2": quote("q3", 34, 51, parent="q1")}, []),
    (
        roles.parent_is_around,
        {"/quotes/2": quote("q3", 34, 52, parent="q1"), "/quotes/0/parent": "q2"},
        [
            "/quotes/0/parent [parent-not-around] quote q1: its content lies outside that of its parent q2;"
            " expected it within",
            "/quotes/2/parent [parent-not-around] quote q3: its content lies outside that of its parent q1;"
            " expected it within",
        ],
    ),
    (roles.quote_has_content, {"/quotes/0/content": GONE, "/imported_from": {}}, []),
    (
        roles.quote_has_content,
        {"/quotes/1/content": GONE},
        [
            "/quotes/1 [content-missing] quote q2: has no content; expected the text that is reported"
        ],
    ),
    (roles.roles_lie_outside_content, {"/quotes/0/cue": GONE, "/quotes/1/source": GONE}, []),
    (
        roles.roles_lie_outside_content,
        {"/quotes/1/cue": [at(67, 68), at(88, 100), at(107, 108)]},
        [],
    ),
    (
        roles.roles_lie_outside_content,
        {
            "/quotes/0/cue": [at(5, 6), at(50, 52), at(26, 27)],
            "/quotes/0/content": [at(26, 51), at(53, 55)],
            "/quotes/1/content/0": at(68, 90),
        },
        [
            "/quotes/0/cue [role-in-content] quote q1: its cue at 50–52 lies in its content; expected it outside",
            "/quotes/0/source [role-in-content] quote q1: its source at 53–61 lies in its content;"
            " expected it outside",
            "/quotes/1/source [role-in-content] quote q2: its source at 89–92 lies in its content;"
            " expected it outside",
        ],
    ),
    (
        roles.source_belongs_to_quote,
        {
            "/quotes/0/source": "m4",
            "/quotes/0/relayed_by": ["s2"],
            "/quotes/1/source": "m4",
            "/quotes/1/speakers": ["s1"],
            "/speakers/1/members": ["s1", "s3"],
        },
        [],
    ),
    (roles.source_belongs_to_quote, {"/quotes/0/source": "m4", "/quotes/0/relayed_by": ["s2"]}, []),
    (
        roles.source_belongs_to_quote,
        {
            "/quotes/0/source": GONE,
            "/quotes/1/source": "m4",
            "/quotes/1/speakers": ["s3", "s1"],
            "/quotes/2": quote("q3", 26, 51, source="m4", speakers=[]),
        },
        [
            "/quotes/1/source [source-not-speaker] quote q2: its source m4 is a mention of s2 (a union);"
            " expected one of s1, s3",
            "/quotes/2/source [source-not-speaker] quote q3: its source m4 is a mention of s2 (a union);"
            " expected one of its speakers",
        ],
    ),
    (
        roles.claim_belongs_to_quote,
        {"/quotes/0/speakers": ["s1", "s2"], "/claims/0/claimants": ["s2", "s1"]},
        [],
    ),
    (
        roles.claim_belongs_to_quote,
        {
            "/claims/0/quote": GONE,
            "/claims/1": claim(
                "c2", claimants=["s2", "s1"], quote="q2", spans=[at(68, 88), at(89, 92)]
            ),
            "/claims/2": claim("c3", quote="q3"),
            "/claims/3": claim("c4", quote="q4"),
            "/quotes/2": quote("q3", 26, 51, speakers=[]),
            "/quotes/3": quote("q4", 26, 51, speakers=["s2", "s1"]),
        },
        [
            "/claims/1/spans [claim-outside-quote] claim c2: its spans lie outside the content of quote q2;"
            " expected them within",
            "/claims/1/claimants [claim-not-speaker] claim c2: found the claimants s2, s1; expected s1,"
            " the speakers of quote q2",
            "/claims/2/claimants [claim-not-speaker] claim c3: found the claimants s1; expected none,"
            " the speakers of quote q3",
            "/claims/3/claimants [claim-not-speaker] claim c4: found the claimants s1; expected s2, s1,"
            " the speakers of quote q4",
        ],
    ),
    (roles.names_resemble, {"text": None, "/speakers/0/mentions/0/form": "name"}, []),
    *(
        (roles.names_resemble, {"/speakers/0/name": name, "/speakers/0/aliases": [alias]}, [])
        for name, alias in (
            ("x", "Ana Hall"),
            ("Dr. HÁLL", "x"),
            ("x", "Ana’s"),
            ("Ana's", "x"),
        )
    ),
    (
        roles.names_resemble,
        {"text": TEXT.replace("Ana Hall", "---- ---"), "/speakers/0/name": "---- ---"},
        [],
    ),
    (
        roles.names_resemble,
        {
            "/speakers/0/name": "Annabel",
            "/speakers/0/aliases": ["Hal", "Ann"],
            "/speakers/0/mentions/1/spans": [at(53, 56), at(57, 61)],
        },
        [
            '/speakers/0/mentions/1 [name-unlike-speaker] mention m2: "Ana Hall" has the form name;'
            " expected a word of the name or aliases of s1: Annabel, Hal, Ann"
        ],
    ),
]

# A text of seven marks: a term, a nickname in residue, boilerplate, and one that nothing covers.
MARKED = 'The "odd" <b title="x"> report\nsaid "so" and “on.\n'
MARKS = [
    (marks.quote_has_its_marks, {"/quotes/0/type": "direct", "text": None}, []),
    (
        marks.quote_has_its_marks,
        {
            "/quotes/0/type": "direct",
            "/quotes/0/phenomena": ["block_quote"],
            "/quotes/2": quote("q3", 26, 51, type="mixed", phenomena=["block_quote"]),
            "/quotes/3": quote("q4", 26, 51, type="direct", phenomena=["question"]),
            "/quotes/4": quote("q5", 26, 51, type="mixed"),
        },
        [
            f"/quotes/{i}/type [{kind}-without-marks] quote q{i + 1}: is {kind}; expected a quotation mark of"
            " its own in its content"
            for i, kind in ((2, "mixed"), (3, "direct"), (4, "mixed"))
        ],
    ),
    (marks.derived_values_hold, {}, []),
    (marks.derived_values_hold, {"text": None, "/quotes/1/delimiters": "none"}, []),
    (
        marks.derived_values_hold,
        {
            "/quotes/0/delimiters": "balanced",
            "/quotes/0/phenomena": ["question", "thought", "guillemets"],
            "/quotes/1/phenomena": ["curly_marks", "split_quote"],
            "/phenomena": ["nickname_in_marks"],
            "/quoted_terms/0": {**term(at(26, 29)), "kind": "irony"},
        },
        [
            "/quotes/0/delimiters [delimiters-mismatch] quote q1: found balanced; expected none, from the text",
            "/quotes/0/phenomena [phenomena-mismatch] quote q1: found guillemets among the phenomena,"
            " which does not hold",
            "/quotes/0/phenomena [phenomena-mismatch] quote q1: found thought among the phenomena,"
            " which does not hold",
            "/quotes/1 [phenomena-mismatch] quote q2: pronoun_source holds; expected it among the phenomena",
            " [phenomena-mismatch] document: scare_quotes holds; expected it among the phenomena",
            "/phenomena [phenomena-mismatch] document: found nickname_in_marks among the phenomena,"
            " which does not hold",
        ],
    ),
    (marks.marks_are_covered, {}, []),
    (marks.marks_are_covered, {"text": None, "/quotes": []}, []),
    (
        marks.marks_are_covered,
        {
            "text": MARKED,
            "/quotes": [],
            "/quoted_terms/0": term(offsets(4, 9)),
            "@/regions": [
                {"start": 10, "end": 23, "kind": "residue"},
                {"start": 36, "end": 40, "kind": "boilerplate"},
                {"start": 0, "end": 51, "kind": "body"},
            ],
        },
        [
            'text 2:15 [mark-uncovered] the mark “ in “eport said "so" and “on. ” is in no quote and no quoted'
            " term"
        ],
    ),
    (
        marks.marks_are_covered,
        {"text": "A ‘b’ don’t", "/quotes": []},
        [
            "text 1:3 [mark-uncovered] the mark ‘ in “A ‘b’ don’t” is in no quote and no quoted term",
            "text 1:5 [mark-uncovered] the mark ’ in “A ‘b’ don’t” is in no quote and no quoted term",
        ],
    ),
]


@pytest.mark.parametrize(
    ("check", "changes", "expected"),
    [*IDENTITY, *SPANS, *WITHHELD, *REFERENCES, *ROLES, *MARKS],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_check_reports_exactly(check: checks.Check, changes: Json, expected: list[str]) -> None:
    assert [*map(shown, check(changed(changes)))] == expected


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("e\u0301x", {1}),
        ("xe\u0301\u0323", {2, 3}),
        ("👩‍👧a", {1, 2}),
        ("a👍🏽", {2}),
        ("각", set()),
        ("\u1100\u1161\u11a8", {1, 2}),
        ("نا", set()),
    ],
)
def test_indices_within_a_character(text: str, inside: set[int]) -> None:
    assert {i for i in range(len(text) + 1) if spans.cuts(text, i)} == inside


def test_indices_within_a_row_of_flags() -> None:
    # The row is looked at from 32 code points before: beyond sixteen flags, a cut is not seen.
    flags = "\U0001f1f3\U0001f1f4" * 18
    assert [i for i in (*range(33), 34, 36) if spans.cuts(flags, i)] == [*range(1, 33, 2)]


def test_a_character_that_is_cut_is_shown(tmp_path: Path) -> None:
    text = f"{TEXT[:116]}\u0301{TEXT[117:]}"
    found = [*map(shown, spans.spans_fit(changed({"text": text})))]
    assert found == [
        "/speakers/1/mentions/0/spans/0 [span-cuts-grapheme] mention m4, spans: 109–116 cuts a character in"
        ' "…she added, “none.”¶¶|A union|\u0301doubts it.¶…"; expected it whole'
    ]


@pytest.mark.parametrize("withheld", [False, True])
@pytest.mark.parametrize("text", [TEXT[:-1], TEXT[:-1].replace("dou", "do\u0301"), None])
def test_what_is_sound_is_looked_at_once(text: str | None, withheld: bool) -> None:
    """The quick look is enough: the slow one would find nothing, either, but takes its time."""
    surface = text is not None and not withheld
    where = [
        {**offsets(a, b), **({"text": (text or "")[a:b]} if surface else {})}
        for a, b in ((0, 5), (5, 127))
    ]
    given = {"text": text, "@/text_length": 127, "/quoted_terms": [term(*where)]}
    annotated = changed(
        {
            **BARE,
            **({} if withheld or text is None else {"@/text_availability": "included"}),
            **given,
        }
    )
    assert all(map(spans._Sound(annotated), span_lists(annotated.annotation)))
    assert references._resolved(changed(FULL))


def test_a_surface_is_shown_whole_up_to_a_length() -> None:
    assert [spans.shown(letters * 15) for letters in ("abcd", "a\ncd")] == [
        "abcd" * 15,
        "a¶cd" * 15,
    ]
    assert spans.shown("abcd" * 15 + "e") == f"{'abcd' * 7}ab … {'dabc' * 7}de"


def test_the_guidelines_do_not_bind_imports() -> None:
    changes: Json = {"/speakers/0/name": "x", "/quotes/0/cue": [at(26, 29)]}
    assert [p.id for p in checks.check(changed(changes).document)] == [
        "role-in-content",
        "name-unlike-speaker",
    ]
    imported = changed({**changes, "/imported_from": {}}).document
    assert [*checks.check(imported)] == []


def test_a_stage_with_errors_ends_the_document_and_problems_are_bounded() -> None:
    later = {"/speakers/0/name": "x", "/quotes/0/speakers": ["s9"]}
    assert [p.id for p in checks.check(changed(later).document)] == ["unknown-reference"]
    terms = [{**term(at(0, 5, "x")), "id": f"t{n}"} for n in range(MOST + 1)]
    assert len([*checks.check(changed({"/quoted_terms": terms}).document)]) == MOST
