"""How plausible is a reading of some characters where they stand, as official Chinese?

Runs of one, two and three characters of clean official text were counted (``models/plausibility``);
the file holds counts, no sentence. A step asks only about the places it proposes to change.
"""

from __future__ import annotations

import hashlib
import io
import re
from functools import cache, cached_property
from math import log
from typing import Final

import numpy as np
import numpy.typing as npt

from policytext.data import data_path
from policytext.errors import DamagedFileError

PLACE: Final = "plausible.npz"
SHA256: Final = "751b199fdf1ddf2f9401e15cbe9a28b4b7d16f599666d80b0e5885ea012210c4"
_DIGIT: Final = re.compile(r"\d")
_LETTER: Final = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ]")
_WIDE: Final = {"(": "（", ")": "）", ",": "，", ":": "：", ";": "；", "\f": "\n"}
_PRIOR: Final = (30.0, 8.0)
"""How many sightings the shorter run counts for, behind one and behind two characters."""

_UNSEEN: Final = 0.02
"""Count of a character that was not seen."""

_STRANGE: Final = -2.0
"""What a character that was not seen takes from the gain."""

_MOST_KEPT: Final = 200_000
"""Chances that are remembered."""

Codes = npt.NDArray[np.uint16]


def signs_of(text: str) -> str:
    """Return a text as it is counted: one sign for all digits and one for all letters.

    >>> signs_of("5G(试点)")
    '0A（试点）'
    """
    shown = _LETTER.sub("A", _DIGIT.sub("0", text))
    return "".join(_WIDE.get(c, c) for c in shown)


def codes_of(text: str, known: dict[str, int]) -> Codes:
    """Return the numbers of a text's characters; 0 stands for those that are rare."""
    return np.fromiter((known.get(c, 0) for c in signs_of(text)), np.uint16)


class Wording:
    """Counts of runs of characters, and the odds they give."""

    def __init__(self, arrays: dict[str, npt.NDArray[np.generic]]) -> None:
        signs = arrays["signs"].astype(np.uint32).tobytes().decode("utf-32-le")
        self.known = {sign: number + 1 for number, sign in enumerate(signs)}
        self.ones, self.pair_counts, self.triple_counts = (
            _unpacked(arrays[name]) for name in ("ones", "pair_counts", "triple_counts")
        )
        self.pairs, self.triples = arrays["pairs"], arrays["triples"]
        self.pair_ends, self.triple_ends = (
            np.cumsum(arrays[name], dtype=np.int64) for name in ("pair_ends", "triple_ends")
        )
        self.total = float(self.ones.sum())

    @cached_property
    def _chances(self) -> dict[tuple[int, int, int], float]:
        return {}

    def count(self, run: str) -> float:
        """Return about how often a run of one to three characters was seen."""
        codes = [self.known.get(c, 0) for c in signs_of(run)]
        if len(codes) == 1:
            return float(self.ones[codes[0]])
        at = self._pair(codes[0], codes[1])
        if len(codes) == 2 or at < 0:
            return float(self.pair_counts[at]) if at >= 0 else 0.0
        return self._triple(at, codes[2])

    def chance(self, first: int, second: int, third: int) -> float:
        """Return the logarithm of the chance of a character behind two others."""
        key = (first, second, third)
        if len(self._chances) > _MOST_KEPT:
            self._chances.clear()
        if key not in self._chances:
            one = max(float(self.ones[third]), _UNSEEN) / self.total
            at = self._pair(second, third)
            seen = float(self.pair_counts[at]) if at >= 0 else 0.0
            two = (seen + _PRIOR[0] * one) / (float(self.ones[second]) + _PRIOR[0])
            before = self._pair(first, second)
            if before >= 0:
                seen = self._triple(before, third)
                two = (seen + _PRIOR[1] * two) / (float(self.pair_counts[before]) + _PRIOR[1])
            self._chances[key] = log(two)
        return self._chances[key]

    def score(self, text: str) -> float:
        """Return the logarithm of the chance of a text's characters from the third one on."""
        codes = [self.known.get(c, 0) for c in signs_of(text)]
        return sum(self.chance(*codes[i - 2 : i + 1]) for i in range(2, len(codes)))

    def log_odds(self, text: str, start: int, end: int, after: str) -> float:
        """Return how much likelier (natural logarithm) a repaired reading is than what stands.

        >>> text = "签约效劳质量"
        >>> wording().log_odds(text, 2, 4, "服务") > 10
        True
        """
        left = text[max(0, start - 2) : start].rjust(2, "\n")
        right = text[end : end + 2]
        return self.score(left + after + right) - self.score(left + text[start:end] + right)

    def fit(self, text: str, start: int, end: int, after: str) -> float:
        """Return how much likelier (logarithm) a reading and its surroundings are together.

        A rare word loses to a common one anywhere; whether the common one belongs into this place
        is told by its first sign behind what stands before, and by the two signs behind it.

        >>> place = wording().fit
        >>> place("签约效劳质量", 2, 4, "服务") > 4 > 0 > place("修建扶植产业", 2, 4, "扶持")
        True
        """
        left = text[max(0, start - 2) : start].rjust(2, "\n")
        gains = self._gains(left + after + text[end : end + 2])
        return gains[0] + sum(gains[len(after) :])

    def gain(self, text: str) -> float:
        """Return how much likelier (logarithm) a character is behind the others than by itself.

        >>> wording().gain("政府工作报告") > 2 > 0 > wording().gain("赵钱孙李周吴")
        True
        """
        return sum(self._gains("\n\n" + text)) / max(1, len(text))

    def _gains(self, text: str) -> list[float]:
        """Return for each character from the third one on how much likelier it is there."""
        codes = [self.known.get(c, 0) for c in signs_of(text)]
        return [
            self.chance(*codes[i - 2 : i + 1]) - log(float(self.ones[codes[i]]) / self.total)
            if codes[i]
            else _STRANGE
            for i in range(2, len(codes))
        ]

    def _pair(self, first: int, second: int) -> int:
        begin = int(self.pair_ends[first - 1]) if first else 0
        return _find(self.pairs, begin, int(self.pair_ends[first]), second)

    def _triple(self, pair: int, third: int) -> float:
        begin = int(self.triple_ends[pair - 1]) if pair else 0
        at = _find(self.triples, begin, int(self.triple_ends[pair]), third)
        return float(self.triple_counts[at]) if at >= 0 else 0.0


def _find(row: npt.NDArray[np.generic], begin: int, end: int, wanted: int) -> int:
    """Return where a number stands in an ordered stretch of a row, or -1."""
    at = begin + int(np.searchsorted(row[begin:end], row.dtype.type(wanted)))
    return at if at < end and row[at] == wanted else -1


def _unpacked(logs: npt.NDArray[np.generic]) -> npt.NDArray[np.float32]:
    """Return counts that were stored as eighths of their binary logarithm plus one."""
    eighths = logs.astype(np.float32)
    return np.where(eighths > 0, np.exp2((eighths - 1) / 8), 0).astype(np.float32)


@cache
def wording() -> Wording:
    """Return the counts that the package carries, once a process."""
    data = data_path(f"cleaning/{PLACE}").read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise DamagedFileError(f"the data file {PLACE!r} is not the one of this version; "
                               "install policytext again")  # fmt: skip
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return Wording(dict(arrays))
