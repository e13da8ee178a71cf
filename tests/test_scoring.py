"""Scores: computed by hand, against other definitions, and for what must be perfect or nothing."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from scipy.optimize import linear_sum_assignment

from onrecord import tables, tasks, training
from onrecord.intervals import Figure
from onrecord.layers import ROLES
from onrecord.manifest import rows
from onrecord.scoring import coreference, detection, extraction, tagging
from onrecord.scoring.counts import Key, figures
from onrecord.scoring.run import TALLIES, Score, measure, score
from onrecord.source import Json

SPLITS = ("train", "test")


def gold(release: Path, task: str, split: str = "test") -> list[Json]:
    return [row for path in (release / "data" / task).glob(f"{split}-*") for row in rows(path)]


def write(path: Path, predictions: list[Json]) -> Path:
    path.write_text("".join(json.dumps(each) + "\n" for each in predictions))
    return path


def values(found: Score) -> list[float | None]:
    return [figure.value for each in found.figures.values() for figure in each.values()]


def test_every_task_has_a_scorer_and_the_command_line_knows_it() -> None:
    assert [*TALLIES] == [*tasks.TASKS] == [*training.TASKS]
    assert {*tasks.TASKS} <= {*tables.CONFIGS}


@pytest.mark.parametrize("task", tasks.TASKS)
def test_gold_against_itself_is_perfect(task: str, release: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "gold.jsonl", gold(release, task))
    found = score(task, path, release, "test")
    assert found.refusals == []
    assert len(found.figures) > 3
    assert {*values(found)} == {1.0}


@pytest.mark.parametrize("task", tasks.TASKS)
def test_no_answers_are_nothing(task: str, release: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "no.jsonl", [{"id": row["id"]} for row in gold(release, task)])
    assert {*values(score(task, path, release, "test"))} == {0.0}


def span(start: int, end: int) -> Json:
    return {"start": start, "end": end}


def quote(kind: str, content: list[Json], cue: list[Json], source: list[Json]) -> Json:
    return {"type": kind, "content": content, "cue": cue, "source": source, "phenomena": []}


def article(quotes: list[Json], tokens: int = 20, name: str = "d") -> Json:
    """An article of tokens of one code point each, with a blank between them."""
    starts = [2 * n for n in range(tokens)]
    ends = [start + 1 for start in starts]
    return {
        "id": name,
        "document": name,
        "token_starts": starts,
        "token_ends": ends,
        "quotes": quotes,
    }


def tokens(first: int, last: int) -> list[Json]:
    """The span of some tokens of `article`."""
    return [span(2 * first, 2 * last + 1)]


def test_quotes_by_hand() -> None:
    wanted = [
        quote("direct", tokens(0, 3), tokens(4, 4), tokens(5, 5)),
        quote("indirect", tokens(10, 13), tokens(9, 9), []),
        quote("direct", tokens(15, 16), [], []),
    ]
    found = [
        quote("direct", tokens(0, 3), tokens(4, 4), tokens(6, 6)),  # another source
        quote("mixed", tokens(12, 15), tokens(8, 9), []),  # half of q2; one token of q3
        quote("direct", tokens(18, 18), [], []),  # of nothing
    ]
    result = figures([tagging.tally(article(wanted), {"quotes": found})])
    shown = {key: [each.value for each in result[key].values()] for key in result}
    third = pytest.approx(1 / 3)
    assert shown[Key("all", "content", "exact")] == [third, third, third]
    assert shown[Key("all", "content", "overlap")] == [pytest.approx(2 / 3)] * 3
    # 4 + 2 of the 4 + 4 + 1 predicted, of the 4 + 4 + 2 wanted
    assert shown[Key("all", "content", "tokens")] == [
        pytest.approx(6 / 9),
        pytest.approx(6 / 10),
        pytest.approx(12 / 19),
    ]
    # (1 + 1/2 + 0) / 3 on both sides
    assert shown[Key("all", "content", "mean")] == [0.5, 0.5, 0.5]
    assert shown[Key("all", "cue", "exact")] == [0.5, 0.5, 0.5]
    assert shown[Key("all", "cue", "tokens")] == [pytest.approx(2 / 3), 1.0, pytest.approx(0.8)]
    assert shown[Key("all", "source", "overlap")] == [0.0, 0.0, 0.0]
    assert shown[Key("all", "quote", "exact")] == [0.0, 0.0, 0.0]
    assert shown[Key("all", "type", "exact")] == [third, third, third]
    assert shown[Key("type direct", "content", "exact")] == [0.5, 0.5, 0.5]
    assert shown[Key("type mixed", "content", "overlap")] == [0.0, 0.0, 0.0]


def drawn(generator: random.Random, *, apart: bool) -> list[Json]:
    """Some quotes; with `apart`, in stretches of ten tokens of their own."""
    found = []
    for n in range(generator.randint(0, 5)):
        first = 10 * n if apart else generator.randint(0, 40)
        length = generator.randint(0, 3)
        cue = tokens(first + 5, first + 5 + generator.randint(0, 1))
        source = tokens(first + 8, first + 8) if generator.random() < 0.7 else []
        kind = generator.choice(["direct", "indirect"])
        start = first + generator.randint(0, 1)
        found.append(quote(kind, tokens(start, start + length), cue, source))
    return found


def covered(spans: list[Json]) -> set[int]:
    return {place // 2 for each in spans for place in range(each["start"], each["end"], 2)}


@pytest.mark.parametrize("seed", range(20))
def test_tokens_and_means_are_those_of_the_german_wikinews_scorer(seed: int) -> None:
    """Matched by the greatest sum of F1; then tokens by role, and their means over pairs."""
    generator = random.Random(seed)
    wanted, found = (drawn(generator, apart=False) for _ in range(2))
    scores = np.zeros((len(wanted), len(found)))
    for n, one in enumerate(wanted):
        for m, other in enumerate(found):
            a, b = covered(one["content"]), covered(other["content"])
            scores[n, m] = 2 * len(a & b) / (len(a) + len(b))
            scores[n, m] += 0.01 if a & b and one["type"] == other["type"] else 0
    matched = [(n, m) for n, m in zip(*linear_sum_assignment(-scores), strict=True) if scores[n, m]]
    sides: list[tuple[Json, Json]] = [(wanted[n], found[m]) for n, m in matched]
    sides += [(each, {}) for n, each in enumerate(wanted) if n not in {n for n, _ in matched}]
    sides += [({}, each) for m, each in enumerate(found) if m not in {m for _, m in matched}]
    result = figures([tagging.tally(article(wanted, 60), {"quotes": found})])
    for role in ROLES:
        pairs = [(covered(a.get(role, [])), covered(b.get(role, []))) for a, b in sides]
        hit = sum(len(a & b) for a, b in pairs)
        predicted, total = sum(len(b) for _, b in pairs), sum(len(a) for a, _ in pairs)
        precisions = [len(a & b) / len(b) for a, b in pairs if b]
        recalls = [len(a & b) / len(a) for a, b in pairs if a]
        if not (precisions and recalls):
            continue
        micro = result[Key("all", role, "tokens")]
        assert micro["precision"].value == pytest.approx(hit / predicted)
        assert micro["recall"].value == pytest.approx(hit / total)
        mean = result[Key("all", role, "mean")]
        assert mean["precision"].value == pytest.approx(sum(precisions) / len(precisions))
        assert mean["recall"].value == pytest.approx(sum(recalls) / len(recalls))


@pytest.mark.parametrize("seed", range(20))
def test_tokens_and_exact_are_those_of_citron_where_quotes_are_apart(seed: int) -> None:
    """Without matching: the tokens that any two share; equal cues, and equal whole quotes."""
    generator = random.Random(seed)
    wanted, found = (drawn(generator, apart=True) for _ in range(2))
    result = figures([tagging.tally(article(wanted, 60), {"quotes": found})])
    every = [(a, b) for a in wanted for b in found]
    for role in ROLES:
        shared = sum(len(covered(a[role]) & covered(b[role])) for a, b in every)
        sizes = [sum(len(covered(each[role])) for each in side) for side in (found, wanted)]
        # Contents that share nothing are not matched here: then neither are their cues.
        unmatched = sum(
            len(covered(a[role]) & covered(b[role]))
            for a, b in every
            if not covered(a["content"]) & covered(b["content"])
        )
        if all(sizes) and not unmatched:
            assert result[Key("all", role, "tokens")]["precision"].value == shared / sizes[0]
            assert result[Key("all", role, "tokens")]["recall"].value == shared / sizes[1]
    if wanted and found:
        same = sum(all(a[role] == b[role] for role in ROLES) for a, b in every)
        assert result[Key("all", "quote", "exact")]["precision"].value == same / len(found)


@pytest.mark.parametrize("seed", range(20))
def test_exchanging_sides_exchanges_precision_and_recall(seed: int) -> None:
    generator = random.Random(seed)
    one, other = (drawn(generator, apart=False) for _ in range(2))
    forth = figures([tagging.tally(article(one, 60), {"quotes": other})])
    back = figures([tagging.tally(article(other, 60), {"quotes": one})])
    for key in forth:
        if key.group == "all":
            assert forth[key]["precision"].value == pytest.approx(back[key]["recall"].value)
            assert forth[key]["f1"].value == pytest.approx(back[key]["f1"].value)


def mentions(clusters: dict[str, list[int]]) -> list[Json]:
    return [
        {"speaker": name, "form": "name", "spans": [span(place, place + 1)]}
        for name, places in clusters.items()
        for place in places
    ]


def test_clusters_by_hand() -> None:
    """Key {0 1 2} {3 4 5 6}; response {0 1} {2 3} {5 6 7 8}."""
    wanted = mentions({"a": [0, 1, 2], "b": [3, 4, 5, 6]})
    found = mentions({"x": [0, 1], "y": [2, 3], "z": [5, 6, 7, 8]})
    result = figures([coreference.tally({"mentions": wanted}, {"mentions": found})])
    shown = {key: [each.value for each in result[key].values()] for key in result}
    assert shown[Key("all", "mention", "exact")] == [6 / 8, 6 / 7, pytest.approx(0.8)]
    # Links: of the response 1 + 0 + 1 of 1 + 1 + 3 hold, of the key 1 + 1 of 2 + 3.
    assert shown[Key("all", "cluster", "MUC")][:2] == [pytest.approx(2 / 5), pytest.approx(2 / 5)]
    # Precision (2·2/2 + (1 + 1)/2 + 2·2/4) / 8, recall ((4 + 1)/3 + (1 + 4)/4) / 7.
    precision, recall = 4 / 8, (5 / 3 + 5 / 4) / 7
    assert shown[Key("all", "cluster", "B³")][:2] == [
        pytest.approx(precision),
        pytest.approx(recall),
    ]
    # a with x 2·2/5, b with z 2·2/8: 1.3 of three and of two clusters.
    assert shown[Key("all", "cluster", "CEAF-e")][:2] == [
        pytest.approx(1.3 / 3),
        pytest.approx(1.3 / 2),
    ]


def test_the_coreference_average_is_that_of_three_f1s() -> None:
    row = {"id": "d", "document": "d", "mentions": mentions({"a": [0, 1, 2], "b": [3, 4, 5, 6]})}
    found = {"d": {"mentions": mentions({"x": [0, 1], "y": [2, 3], "z": [5, 6, 7, 8]})}}
    result = measure("coreference", "test", [row], found).figures
    f1s = [result[Key("all", "cluster", name)]["f1"].value for name in coreference.METRICS]
    assert result[Key("all", "cluster", "CoNLL")]["f1"].value == pytest.approx(sum(f1s) / 3)  # type: ignore[arg-type]


def sentence(number: int, wanted: bool) -> Json:
    return {
        "id": f"d#x{number}",
        "document": "d",
        "claim": "claim" if wanted else "no_claim",
        "checkability": "partly" if wanted else None,
        "checkworthiness": "high" if wanted else None,
        "phenomena": [],
    }


def test_detection_by_hand() -> None:
    """Ranked: a claim, none, a claim; a third claim has no answer."""
    rows = [sentence(n, wanted) for n, wanted in enumerate([True, False, True, True])]
    predicted = {
        "d#x0": {"score": 0.9, "checkability": "partly"},
        "d#x1": {"score": 0.8},
        "d#x2": {"score": 0.4, "checkworthiness": "high"},
        "d#x3": {},
    }
    result = measure("claim_detection", "test", rows, predicted).figures
    # 1/1 at the first claim, 2/3 at the second, of three
    average = (1 + 2 / 3) / 3
    assert result[Key("all", "claim", "average precision")] == {
        "share": Figure(pytest.approx(average))  # type: ignore[arg-type]
    }
    sums = result[Key("all", "claim", "sentence")]
    assert [each.value for each in sums.values()] == [0.5, pytest.approx(1 / 3), 0.4]
    for name in ("checkability", "checkworthiness"):
        assert result[Key("all", name, "of claims")]["share"].value == pytest.approx(1 / 3)


def test_a_label_without_a_score_is_ranked_by_itself() -> None:
    assert detection.score({"claim": "claim"}) == 1.0
    assert detection.score({"claim": "no_claim"}) == 0.0
    assert not detection.says_claim({"claim": "no_claim", "score": 0.9})


def claim(proposition: str, **fields: object) -> Json:
    return {"proposition": proposition, **fields}


def test_extraction_by_hand() -> None:
    row = {
        "claims": [
            claim("The old bridge will close.", category="prediction", claimants=["s1"]),
            claim("It costs five million.", category="quantity", claimants=["s1"]),
        ],
        "phenomena": ["denial"],
    }
    found = [
        claim("the bridge will close", category="prediction", claimants=["s2"]),  # 2·4/9
        claim("Nobody knows.", category="state"),
        claim("Ships wait.", category="state"),
    ]
    result = figures([extraction.tally(row, {"claims": found})])
    shown = {key: [each.value for each in result[key].values()] for key in result}
    assert shown[Key("all", "proposition", "exact")] == [0.0, 0.0, 0.0]
    near = [pytest.approx(1 / 3), 0.5, pytest.approx(0.4)]
    assert shown[Key("all", "proposition", "half the words")] == near
    assert shown[Key("all", "proposition", "words")][:2] == [4 / 8, 4 / 9]
    assert shown[Key("all", "category", "half the words")] == near
    assert shown[Key("all", "claimants", "half the words")] == [0.0, 0.0, 0.0]
    assert shown[Key("denial", "proposition", "half the words")] == [0.5]


def test_speakers_follow_from_the_source_where_they_are_not_given() -> None:
    row = {
        "type": "direct",
        "candidates": [
            {"mention": "m1", "speaker": "s1"},
            {"mention": "m2", "speaker": "s1"},
            {"mention": None, "speaker": None},
        ],
        "source": "m2",
        "speakers": ["s1"],
        "phenomena": ["denial"],
    }
    tally = TALLIES["attribution"](row, {"source": "m1"})
    assert tally[Key("all", "source", "same mention")].tolist() == [0, 1]
    assert tally[Key("all", "source", "same speaker")].tolist() == [1, 1]
    assert tally[Key("denial", "speakers", "same set")].tolist() == [1, 1]
    assert not TALLIES["attribution"](row, {"source": None})[Key("all", "speakers", "same set")][0]


def test_intervals_are_over_documents_and_the_same_each_time() -> None:
    rows = [
        article([quote("direct", tokens(0, 1), [], [])], name=str(n)) | {"id": str(n)}
        for n in range(10)
    ]
    found = {str(n): {"quotes": rows[n]["quotes"] if n % 2 else []} for n in range(10)}
    key = Key("all", "content", "exact")
    once, again = (
        measure("quote_tagging", "test", rows, found).figures[key]["recall"] for _ in range(2)
    )
    assert once == again
    assert once.value == 0.5
    assert once.low is not None
    assert once.high is not None
    assert 0.1 <= once.low < 0.5 < once.high <= 0.9


REFUSED = [
    ("quote_tagging", {"quotes": [{"type": "direct", "content": [span(5, 5)]}]}, "the span 5–5 is"),
    (
        "quote_tagging",
        {"quotes": [{"type": "direct", "content": [span(0, 10**6)]}]},
        "is not within",
    ),
    (
        "quote_tagging",
        {"quotes": [{"type": "direct", "content": [span(0, 2), span(1, 3)]}]},
        "begins",
    ),
    (
        "quote_tagging",
        {"quotes": [{"type": "direct", "content": [span(0, 1) | {"text": "~"}]}]},
        "at 0–1",
    ),
    ("quote_tagging", {"quotes": [{"type": "told", "content": [span(0, 1)]}]}, "found 'told'"),
    ("quote_tagging", {"quotes": [{"content": [span(0, 1)]}]}, "expected objects with type and"),
    ("quote_tagging", {"quotes": "all"}, "expected a list"),
    ("attribution", {"source": "m1"}, "m1 is none of the candidates"),
    ("attribution", {"source": None, "speakers": ["s0"]}, "s0 is none of the candidate speakers"),
    ("claim_detection", {"score": "high"}, "found 'high'; expected a number"),
    ("claim_detection", {"claim": "maybe"}, "expected one of no_claim, claim"),
    ("claim_extraction", {"claims": [{"category": "event"}]}, "expected objects with proposition"),
    ("claim_extraction", {"claims": [{"proposition": "x", "claimants": ["s0"]}]}, "s0 is none of"),
    (
        "coreference",
        {"mentions": [{"speaker": "a", "spans": [{"start": 1}]}]},
        "with start and end",
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_wrong_prediction_is_refused_and_its_row_named(
    case: tuple[str, Json, str], release: Path, run: Callable[..., Result], tmp_path: Path
) -> None:
    task, wrong, message = case
    found: list[Json] = [{"id": row["id"]} for row in gold(release, task)]
    found[1] |= wrong
    write(tmp_path / "p.jsonl", found)
    result = run("score", task, "p.jsonl", "--gold", release)
    assert result.exit_code == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"p.jsonl:2: row {found[1]['id']}")
    assert message in line


def test_rows_that_are_missing_twice_or_unknown_are_refused(
    release: Path, run: Callable[..., Result], tmp_path: Path
) -> None:
    one, two, *rest = [{"id": row["id"]} for row in gold(release, "coreference")]
    write(tmp_path / "p.jsonl", [two, two, {"id": "town/bridge"}, *rest])
    with (tmp_path / "p.jsonl").open("a") as file:
        file.write("{\n[]\n\n")
    result = run("score", "coreference", "p.jsonl", "--gold", release)
    number = len(rest) + 4
    assert result.stderr.splitlines() == [
        f"p.jsonl:2: row {two['id']}: has been predicted before",
        "p.jsonl:3: row town/bridge: there is no such row in the split",
        f"p.jsonl:{number}: found no JSON: unexpected end of data",
        f"p.jsonl:{number + 1}: expected an object with the id of a row",
        f"p.jsonl: row {one['id']} is missing",
    ]
    assert result.exit_code == 1


def test_a_split_that_is_not_there_is_a_usage_error(
    release: Path, run: Callable[..., Result], tmp_path: Path
) -> None:
    write(tmp_path / "p.jsonl", [])
    result = run("score", "coreference", "p.jsonl", "--gold", release, "--split", "dev")
    assert result.exit_code == 2
    assert "has no coreference in the split dev" in result.stderr


def test_tables_and_json_say_the_same(
    release: Path, run: Callable[..., Result], tmp_path: Path
) -> None:
    write(tmp_path / "p.jsonl", gold(release, "attribution"))
    table = run("score", "attribution", "p.jsonl", "--gold", release)
    assert table.exit_code == 0
    assert "same mention" in table.stdout
    assert "1.000 [1.000, 1.000]" in table.stdout
    found = json.loads(run("score", "attribution", "p.jsonl", "--gold", release, "--json").stdout)
    assert (found["task"], found["split"]) == ("attribution", "test")
    first = found["figures"][0]
    assert (first["group"], first["name"], first["match"]) == ("all", "source", "same mention")
    assert first["share"] == {"value": 1.0, "low": 1.0, "high": 1.0}


def test_numbers_of_labels_are_as_good_as_their_names(release: Path, tmp_path: Path) -> None:
    """`Dataset.to_json` writes numbers."""
    found = [
        {"id": row["id"], "claim": int(row["claim"] == "claim")}
        for row in gold(release, "claim_detection")
    ]
    result = score("claim_detection", write(tmp_path / "p.jsonl", found), release, "test")
    assert result.figures[Key("all", "claim", "sentence")]["f1"].value == 1.0
