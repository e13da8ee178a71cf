"""Which of many texts may share much of their word pairs, by 256 bytes of each.

A text is cut, hashed and signed in arrays, without a loop over its words: one-permutation MinHash
(Li, Owen and Zhang 2012, "One Permutation Hashing", NIPS 25), its empty bins filled by rotation
(Shrivastava and Li 2014, "Densifying One Permutation Hashing via Rotation for Fast Near Neighbor
Search", ICML 31), in bands (Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", 3.4).
Everything is arithmetic modulo 2**64: the same on every machine and in every process.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# 64 bands of two rows find 99.9 per cent of the pairs that are alike by 0.32.
_BANDS = 64
_BINS_LOG2 = 7  # 128 bins: two a band
_EMPTY = np.uint64(2**64 - 1)
# Odd, so that it has an inverse modulo 2**64; else arbitrary.
_BASE = 0x9E3779B97F4A7C15
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_27, _30, _31 = np.uint64(27), np.uint64(30), np.uint64(31)
# The table of letters ends before the scripts that are too large for it.
_TABLE = 0x3000
_RARE = np.uint64(2**32)  # stands in it for what has no single code point there

Hashes = NDArray[np.uint64]


class Words(NamedTuple):
    """A hash of each word of a text, in their order, and where the words start and end."""

    text: str
    hashes: Hashes
    starts: NDArray[np.intp]
    ends: NDArray[np.intp]
    moved: bool  # casefolding has changed the text's length: starts and ends are not its own

    def within(self, stretches: Sequence[tuple[int, int]]) -> list[Hashes]:
        """The hashes of the words of each stretch; of a word that it cuts, what lies within it."""
        bounds = np.array(stretches).reshape(-1)
        begun = np.searchsorted(self.starts, bounds)
        cut = (np.searchsorted(self.ends, bounds, "right") != begun).any()
        if cut or self.moved:
            return [words(self.text[start:end]).hashes for start, end in stretches]
        at = iter(begun.tolist())
        return [self.hashes[first:last] for first, last in zip(at, at, strict=True)]


def keys(found: Words) -> bytes:
    """Eight bytes for each band of a text: texts of which one band is equal are candidates.

    A text of fewer than two words is like no other, and has none.
    """
    pairs = pair_hashes(found)
    if not pairs.size:
        return b""
    bins = np.full(1 << _BINS_LOG2, _EMPTY)
    np.minimum.at(bins, pairs >> np.uint64(64 - _BINS_LOG2), pairs)
    one, other = _rotated(bins).reshape(2, _BANDS)
    return _mixed(one, other).astype("<u8").tobytes()


def _rotated(bins: Hashes) -> Hashes:
    """The bins, each empty one with the value of the next that is not, around the end.

    Hashes start with the number of their bin: what is borrowed from afar equals nothing near.
    """
    filled = np.flatnonzero(bins != _EMPTY)
    following = np.searchsorted(filled, np.arange(len(bins))) % len(filled)
    return bins[filled[following]]


def pair_hashes(found: Words) -> Hashes:
    """A hash of each pair of neighbouring words, in their order: those of `leaks.shingles`."""
    return _mixed(found.hashes[:-1], found.hashes[1:])


def words(text: str) -> Words:
    r"""The words of a text, casefolded: what the regular expression `\w+` finds.

    A hash is a polynomial in a word's code points, as a difference of sums (Karp and Rabin 1987).
    """
    letters = _letters(text)
    inside = np.zeros(len(letters) + 2, np.bool_)
    np.not_equal(letters, 0, out=inside[1:-1])
    bounds = np.flatnonzero(inside[1:] != inside[:-1])
    starts, ends = bounds[::2], bounds[1::2]
    powers, inverses = _powers(1 << len(letters).bit_length())
    sums = np.zeros(len(letters) + 1, np.uint64)
    np.cumsum(letters * powers[: len(letters)], out=sums[1:])
    hashes = (sums[ends] - sums[starts]) * inverses[starts]
    return Words(text, hashes, starts, ends, len(letters) != len(text))


def _letters(text: str) -> Hashes:
    r"""The code points of a casefolded text; 0 where the regular expression `\w` does not match.

    Most texts are casefolded by the table, one code point for one, in a fifth of the time.
    """
    found = _letter_table().take(_codes(text), mode="clip")
    if (found == _RARE).any():
        codes = _codes(text.casefold())
        found = _letter_table().take(codes, mode="clip")
        for i in np.flatnonzero(found == _RARE):
            found[i] = codes[i] if chr(codes[i]).isalnum() else 0
    return found


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le"), "<u4")


@cache
def _letter_table() -> Hashes:
    """What `_letters` makes of each code point below _TABLE; what lies beyond is rare."""
    folded = (chr(code).casefold() for code in range(_TABLE))
    letters = [_RARE if len(f) > 1 else ord(f) if f.isalnum() or f == "_" else 0 for f in folded]
    return np.array([*letters, _RARE], np.uint64)


@cache
def _powers(length: int) -> tuple[Hashes, Hashes]:
    """The powers of the base from 1 on, and their inverses."""
    bases = (_BASE, pow(_BASE, -1, 2**64))
    powers, inverses = (np.full(length, base, np.uint64) for base in bases)
    powers[0] = inverses[0] = 1
    return np.cumprod(powers), np.cumprod(inverses)


def _mixed(one: Hashes, other: Hashes) -> Hashes:
    """A hash of two in their order: SplitMix64's finaliser (Steele, Lea and Flood 2014)."""
    mixed = one * _SECOND + other  # not by the base of words: ("a", "bc") would equal ("b", "ac")
    mixed = (mixed ^ (mixed >> _30)) * _FIRST
    mixed = (mixed ^ (mixed >> _27)) * _SECOND
    return mixed ^ (mixed >> _31)
