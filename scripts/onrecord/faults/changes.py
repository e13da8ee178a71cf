"""Documents changed at random: near to valid ones, so that every check is reached."""

from __future__ import annotations

import copy
import random
from typing import Any

# No line feeds: before the last one of a string `$` matches in Python, and nowhere else.
VALUES: list[Any] = [
    *(None, True, False, 0, 1, -1, 1.0, 0.5, 1e300, 2**63, 2.0**70, -(2.0**70), [], {}, [[]], [{}]),
    *("", " ", "x", "é", "q1", "s1", "s01", "s٣", "t1", "m1 ", "Q0", "a/b", "A/b", "a-/b", "a--b"),
    *("2031-03-04", "2031-02-29", "2032-02-29", "20310304", "2031-3-4", "2031-W10-2", "2031-063"),
    *("2031-03-04T05:06:07Z", "2031-03-04t05:06:07z", "2031-03-04 05:06:07Z", "2031-03-04T05:06Z"),
    *("2031-03-04T05:06:07", "2031-03-04T05:06:07+01:00", "2031-03-04T25:06:07Z", "0000-01-01"),
    *("2031-03-04T05:06:07.123456789Z", "2031-03-04T05:06:07+24:00", "2031-03-04T05:06:60Z"),
    *("https://é.example", "http://[::1]/", "http://[x]/", "urn:a:b", "//a/b", "a b", "http://a b"),
    *(
        "http://a/%zz",
        "mailto:a@b",
        "x:",
        ":x",
        "http://a/<b>",
        "http://a/{b}",
        "1http://a",
        "en-GB",
    ),
]


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every object or list with each of its keys or indices."""
    items = [*value.items()] if isinstance(value, dict) else [*enumerate(value)]
    found = [(value, key) for key, _ in items]
    for _, inner in items:
        if isinstance(inner, dict | list):
            found += _places(inner)
    return found


def change(value: Any, rng: random.Random) -> None:
    """Change something somewhere in a document."""
    places = _places(value)
    owner, key = rng.choice(places)
    match rng.randrange(8):
        case 0:
            del owner[key]
        case 1:
            owner[key] = copy.deepcopy(rng.choice(VALUES))
        case 2:
            other, at = rng.choice(places)
            owner[key] = copy.deepcopy(other[at])
        case 3 if isinstance(owner, dict):
            name = rng.choice(("x", "text", "id", "start", "kind", "ID", f"{key}s"))
            owner[name] = copy.deepcopy(owner[key])
        case 4 if isinstance(owner, list):
            owner.append(copy.deepcopy(owner[key]))
        case 5 if isinstance(owner[key], str) and owner[key]:
            i = rng.randrange(len(owner[key]))
            owner[key] = owner[key][:i] + rng.choice("aZ0-/_.é٣ \t") + owner[key][i + 1 :]
        case 6 if type(owner[key]) is int:
            owner[key] += rng.randint(-3, 3)
        case _ if isinstance(owner[key], str):
            owner[key] *= rng.choice((2, 50))
