"""Which reports share text, and which of them are one report twice?

In this genre shared text is a finding: counties fill in one model, cities pass one law, a province
reprints its own report a year later. Such reports form a family, and all of them count. One report
twice is something else: nearly the same text of the same region and year. It counts once.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.data import pattern_of
from policytext.records import HAN, UNKNOWN

Signs = npt.NDArray[np.uint64]
Sketch = npt.NDArray[np.uint32]
Whole = npt.NDArray[np.int64]

RUN: Final = 5
"""Han characters of a run."""
PLACES: Final = 256
"""Numbers in the sketch of a text."""
TOGETHER: Final = 3
"""Numbers of two sketches that must agree side by side before the texts are compared."""
BACK: Final = 3
"""Earlier texts that each is compared with for each group of numbers that agrees."""
SHARED: Final = 0.5
"""Least share of the shorter report's runs that stands in another of its family."""
CANDIDATE: Final = 0.35
"""Least similarity of sketches before two reports are compared letter by letter."""
MOST: Final = 5
"""Earlier reports, the most similar ones, with which each is compared letter by letter."""
ALIKE: Final = 0.9
"""Least similarity of the letters of one report and its copy."""
ALIKE_UNPLACED: Final = 0.95
"""The same, where neither region and year nor figures could speak against it."""
SHORTEST: Final = 50
"""Han characters; shorter texts share text only if they are the same."""
FIGURES: Final = 8
SAME_FIGURES: Final = 0.5
"""Least share of figures that a copy keeps; a filled-in model has figures of its own."""

_FACTORS: Final = np.array(
    [
        *(0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB),
        *(0xD6E8FEB86659FD93, 0xA0761D6478BD642F),
    ],
    dtype=np.uint64,
)
"""One large odd number for each character of a run; the sum of products is the run's number."""


def mark_copies(
    documents: pd.DataFrame, claims: pd.DataFrame, paragraphs: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return documents with ``text_family`` and ``duplicate_of``, and claims that say why.

    A family is named by its first report. Of one report twice the least damaged is kept. Memory
    grows by a kilobyte for each report, time nearly in line with the text.

    Source: Broder (1997); sketches by one permutation, Li, Owen & Zhang (2012).

    >>> from policytext import read_texts
    >>> corpus = read_texts({"a.txt": "甲县建成医共体。", "b.txt": "甲县建成医共体。"})
    >>> corpus.documents[["text_family", "duplicate_of"]].values.tolist()
    [['a.txt#1', ''], ['a.txt#1', 'a.txt#1']]
    """
    if len(documents) < 2:
        return documents, claims
    texts = _Texts(documents["doc_id"], paragraphs)
    sketches, sizes, digests = _sketched(texts)
    pairs, near = _compared(documents, sketches, digests)
    share = np.minimum(near * (sizes[pairs].sum(1)) / ((1 + near) * sizes[pairs].min(1)), 1.0)
    kin = share >= SHARED
    families = _families(len(documents), pairs[kin])
    copies = _copies(documents, texts, pairs[near >= CANDIDATE], near[near >= CANDIDATE], digests)
    ids = documents["doc_id"].to_numpy(dtype=object)
    closest = np.zeros(len(documents))
    for side in (0, 1):
        np.maximum.at(closest, pairs[kin][:, side], share[kin])
    of_family = [
        _claim(ids[i], "text_family", ids[first], "likely", f"shares {closest[i]:.2f}")
        for i, first in families.items()
    ]
    of_copies = [
        _claim(
            ids[i],
            "duplicate_of",
            ids[j],
            "certain" if same == 1 else "likely",
            f"alike {same:.2f}",
        )
        for i, (j, same) in sorted(copies.items())
    ]
    places = range(len(documents))
    marked = documents.assign(
        text_family=[ids[families[i]] if i in families else "" for i in places],
        duplicate_of=[ids[copies[i][0]] if i in copies else "" for i in places],
    )
    new = [*of_copies, *of_family]
    return marked, pd.concat([claims, pd.DataFrame(new)], ignore_index=True) if new else claims


def _claim(doc_id: str, field: str, value: str, certainty: str, rule: str) -> dict[str, object]:
    claim: dict[str, object] = {"doc_id": doc_id, "field": field, "value": value}
    return claim | {"certainty": certainty, "words": "", "start": -1, "end": -1, "rule": rule}


class _Texts:
    """The text of each report, put together when it is asked for."""

    def __init__(self, doc_ids: pd.Series, paragraphs: pd.DataFrame) -> None:
        self.rows = paragraphs.groupby("doc_id", sort=False).indices
        self.ids = list(doc_ids)
        self.column = paragraphs["text"]

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, place: int) -> str:
        rows = self.rows.get(self.ids[place])
        if rows is None:
            return ""
        whole = rows[-1] - rows[0] + 1 == len(rows)  # side by side: a slice copies no column
        return "\n".join(self.column.iloc[slice(rows[0], rows[-1] + 1) if whole else rows])


# Which texts may share so much that they are worth comparing?


def _sketched(texts: _Texts) -> tuple[Sketch, Whole, Signs]:
    """Return the sketch of each text, how many different runs it has, and a digest of it."""
    sketches = np.zeros((len(texts), PLACES), dtype=np.uint32)
    sizes = np.zeros(len(texts), dtype=np.int64)
    digests = np.zeros(len(texts), dtype=np.uint64)
    for i in range(len(texts)):
        signs = _han_signs(texts[i])
        digest = hashlib.blake2b(signs.tobytes(), digest_size=8).digest()
        digests[i] = int.from_bytes(digest, "big") if len(signs) else i
        sizes[i] = max(len(signs), 1)
        if len(signs) >= SHORTEST:
            sketches[i], sizes[i] = sketch(signs)
    return sketches, sizes, digests


def _han_signs(text: str) -> Signs:
    """Return the Han characters of a text as numbers: OCR, page and mask differ in the others."""
    signs = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    han = ((signs >= 0x3400) & (signs <= 0x9FFF)) | ((signs >= 0xF900) & (signs <= 0xFAFF))
    return signs[han].astype(np.uint64)


def sketch(signs: Signs) -> tuple[Sketch, int]:
    """Return the sketch of a text and how many different runs of characters it has.

    The runs' numbers are dealt into so many places, and of each the least is kept; a place that
    got none borrows from the next.

    Of these two texts 89 of 103 runs are the same:

    >>> text = np.arange(100, dtype=np.uint64)
    >>> round(float(np.mean(sketch(text)[0] == sketch(text + np.uint64(7))[0])), 2)
    0.85
    """
    runs = np.zeros(len(signs) - RUN + 1, dtype=np.uint64)
    for place, factor in enumerate(_FACTORS):
        runs += signs[place : place + len(runs)] * factor
    for factor in _FACTORS[1:3]:  # spread the numbers over all 64 bits
        runs ^= runs >> np.uint64(31)
        runs *= factor
    runs ^= runs >> np.uint64(32)
    runs.sort()
    n_runs = int(np.count_nonzero(runs[1:] != runs[:-1])) + 1
    dealt = runs >> np.uint64(56)
    first = np.searchsorted(dealt, np.arange(PLACES, dtype=np.uint64))
    inside = np.minimum(first, len(runs) - 1)
    filled = dealt[inside] == np.arange(PLACES, dtype=np.uint64)
    lender = np.flatnonzero(filled)
    borrowed = np.searchsorted(lender, np.arange(PLACES)) % len(lender)
    away = (lender[borrowed] - np.arange(PLACES)) % PLACES
    least = (runs[inside] >> np.uint64(24)).astype(np.uint32)[lender[borrowed]]
    return least + away.astype(np.uint32) * np.uint32(0x9E3779B1), n_runs


def _compared(
    documents: pd.DataFrame, sketches: Sketch, digests: Signs
) -> tuple[Whole, npt.NDArray[np.float64]]:
    """Return pairs of reports whose sketches meet, and how much of their runs is the same."""
    cells = documents.groupby(["adcode", "county", "year"], dropna=False).ngroup().to_numpy()
    has = sketches.any(axis=1)
    gathered = [_linked(digests, cells, np.arange(len(digests)))]
    rows = np.flatnonzero(has)
    for first in range(0, PLACES - TOGETHER + 1, TOGETHER):
        key = np.zeros(len(rows), dtype=np.uint64)
        for place in range(first, first + TOGETHER):
            key = key * _FACTORS[0] + sketches[rows, place].astype(np.uint64)
        gathered.append(_linked(key, cells[rows], rows))
        if sum(map(len, gathered[1:])) > max(len(gathered[0]), _UNSORTED):
            gathered = [_distinct(gathered)]  # seldom: what is found is sorted each time
    found = _distinct(gathered)
    pairs = np.stack([found >> 32, found & 0xFFFFFFFF], axis=1) if len(found) else _NO_PAIRS
    near = np.ones(len(pairs))
    for at in range(0, len(pairs), 4096):
        one, two = pairs[at : at + 4096].T
        agree = (sketches[one] == sketches[two]).mean(axis=1)
        near[at : at + 4096] = np.where(digests[one] == digests[two], 1.0, agree)
    return pairs, near


_UNSORTED: Final = 1_000_000
"""Links that are gathered before those that are the same are sought."""

_NO_PAIRS: Final = np.zeros((0, 2), dtype=np.int64)


def _linked(key: Signs, cells: Whole, rows: Whole) -> Whole:
    """Link each report with the first and the last few before it that have its key.

    Once among all, for families, and once among those of its region and year, for copies: so the
    links grow with the reports, however many share a key. A pair is one number.
    """
    out = [np.zeros(0, dtype=np.int64)]
    for within in (np.zeros_like(cells), cells):
        order = np.lexsort((rows, within, key))
        key_, cell, row = key[order], within[order], rows[order]
        begins = np.ones(len(order), dtype=bool)
        begins[1:] = (key_[1:] != key_[:-1]) | (cell[1:] != cell[:-1])
        head = np.flatnonzero(begins)[np.cumsum(begins) - 1]
        here = np.arange(len(order))
        for other in (head, *(here - back for back in range(1, BACK + 1))):
            linked = (other >= head) & (other < here)
            out.append((row[other[linked]] << 32) | row[here[linked]])
    return _distinct(out)


def _distinct(numbers: list[Whole]) -> Whole:
    """Return each number once, in order; sorting beats the table of hashes that numpy makes."""
    found = np.sort(np.concatenate(numbers))
    return found[np.concatenate([[True], found[1:] != found[:-1]])] if len(found) else found


def _families(n: int, kin: Whole) -> dict[int, int]:
    """Return the first report of the family of each report that has one."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(kin)), (kin[:, 0], kin[:, 1])), shape=(n, n))
    labels = connected_components(graph, directed=False)[1]
    _, first, size = np.unique(labels, return_index=True, return_counts=True)
    return {i: int(first[label]) for i, label in enumerate(labels) if size[label] > 1}


# Which reports of a family are one report twice?


class _Facts(NamedTuple):
    """What can speak against two reports being one; empty where it is unknown."""

    year: str
    adcode: str
    county: str
    document_number: str
    period: str
    title: str
    level: str


def _copies(
    documents: pd.DataFrame,
    texts: _Texts,
    pairs: Whole,
    near: npt.NDArray[np.float64],
    digests: Signs,
) -> dict[int, tuple[int, float]]:
    """Return for each copy the report that is kept, and how alike both are."""
    facts = list(_facts(documents))
    text_of = lru_cache(maxsize=8)(texts.__getitem__)
    worth = documents["damage"].map(lambda kinds: len(str(kinds).split("|")) if kinds else 0)
    rank = np.lexsort((np.arange(len(documents)), worth, documents["truncated"]))
    at = np.empty(len(rank), dtype=np.int64)
    at[rank] = np.arange(len(rank))
    out: dict[int, tuple[int, float]] = {}
    tried: Counter[int] = Counter()
    pairs = np.where((at[pairs[:, 0]] < at[pairs[:, 1]])[:, None], pairs, pairs[:, ::-1])
    for one, two in pairs[np.lexsort((at[pairs[:, 0]], -near, at[pairs[:, 1]]))].tolist():
        kept = out[one][0] if one in out else one
        if two in out or tried[two] == MOST or _contradict(facts[kept], facts[two]):
            continue
        tried[two] += 1
        same = digests[one] == digests[two]
        alike = 1.0 if same else _alike(facts[one], facts[two], text_of(one), text_of(two))
        if alike and not _other_owner(facts[kept].title, facts[two].title, text_of, kept, two):
            out[two] = (kept, alike)
    return out


def _facts(documents: pd.DataFrame) -> Iterator[_Facts]:
    for row in documents.itertuples(index=False):
        period = f"{row.period_start}/{row.period_end}" if row.period_end else ""
        year = "" if pd.isna(row.year) else str(row.year)
        number = str(row.document_number)
        level = "" if row.level == UNKNOWN else str(row.level)
        yield _Facts(year, str(row.adcode), str(row.county), number, period, str(row.title), level)


def _contradict(one: _Facts, two: _Facts) -> bool:
    """Return whether two reports are of different years, regions, levels, periods or numbers."""
    for name in ("year", "county", "document_number", "period"):
        a, b = getattr(one, name), getattr(two, name)
        if a and b and a != b:
            return True
    named = one.title and two.title and one.title != two.title and one.level and two.level
    if named and one.level != two.level:
        return True  # 四川省教育厅 and 成都市教育局 with one text
    a, b = (re.sub(r"(?:00)+$", "", facts.adcode) for facts in (one, two))
    return bool(a and b) and a != b and ("10" in (a, b) or not (a.startswith(b) or b.startswith(a)))


def _alike(one: _Facts, two: _Facts, text: str, other: str) -> float:
    """Return how alike the letters of two texts are, 0 if that is too little for a copy."""
    from rapidfuzz.distance import Indel

    placed = all(f.year and (f.adcode or f.county) for f in (one, two))
    figures = [Counter(re.findall(r"\d+(?:\.\d+)?", t)) for t in (text, other)]
    fewer = min(f.total() for f in figures)
    if fewer >= FIGURES and (figures[0] & figures[1]).total() < SAME_FIGURES * fewer:
        return 0.0
    least = ALIKE if placed or fewer >= FIGURES else ALIKE_UNPLACED
    a, b = ("".join(HAN.findall(t)) for t in (text, other))
    alike = float(Indel.normalized_similarity(a, b, score_cutoff=least))
    return alike if alike >= least else 0.0


def _other_owner(one: str, two: str, text_of: Callable[[int], str], place: int, other: int) -> bool:
    """Return whether two titles name different owners, each of which its own text knows.

    A damaged letter is no other owner: there the name stands elsewhere in the copy as it was.
    """
    if one == two or not one or not two:
        return False
    level = pattern_of("kinds/words.csv", "level_end", after="$")
    changes = difflib.SequenceMatcher(None, one, two, autojunk=False).get_opcodes()
    for kind, start, end, begin, stop in changes:
        if kind != "replace" or not (HAN.search(one[start:end]) and HAN.search(two[begin:stop])):
            continue
        names, others = _named(one, start, end), _named(two, begin, stop)
        places = level.search(names) and level.search(others)
        if places and min(end - start, stop - begin) > 1:
            return True
        text, copy = text_of(place), text_of(other)
        own = min(text.count(names), copy.count(others)) > 1
        if own and names not in copy and others not in text:
            return True
    return False


def _named(title: str, start: int, end: int) -> str:
    """Return the words of a title that differ, with a letter more where they are very short."""
    return title[start : end + 1]
