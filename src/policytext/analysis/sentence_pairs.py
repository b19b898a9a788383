"""Which sentences of different reports say the same, word for word or reworded?"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.errors import ParameterError
from policytext.records import HAN, MASK

if TYPE_CHECKING:
    from collections.abc import Iterator

SENTENCE: Final = re.compile(r"[^。！？；!?;\n]+[。！？；!?;]?")
SIGNS: Final = re.compile(r"[\W_]+")
MIN_HAN: Final = 15
SHINGLE: Final = 3
PERMUTATIONS: Final = 96
LSH_THRESHOLD: Final = 0.35
"""Jaccard of shingles at which two sentences become candidates; rapidfuzz decides."""

NEAR: Final = 90.0
REWORDED: Final = 70.0
MOST_PLACES: Final = 12
"""Places of one sentence that are all paired; beyond, each is paired with the first one."""

PAIR_COLUMNS: Final = ("left", "right", "similarity")


def sentences(
    texts: pd.Series, rows: npt.NDArray[np.int64], *, min_han: int = MIN_HAN
) -> pd.DataFrame:
    """Cut paragraphs into sentences, keeping their place.

    Parameters
    ----------
    texts
        Text of each paragraph.
    rows
        Which paragraphs to cut.
    min_han
        Sentences with fewer Han characters are left out.

    Returns
    -------
    pandas.DataFrame
        ``row`` (paragraph), ``start``, ``end`` (offsets in its text), ``plain`` (the sentence
        without signs and masks), ``n_han``.

    Examples
    --------
    >>> found = sentences(pd.Series(["推进甲事。完善乙制度；短"]), np.array([0]), min_han=4)
    >>> found[["start", "end", "plain"]].values.tolist()
    [[0, 5, '推进甲事'], [5, 11, '完善乙制度']]
    """
    found = [
        (int(row), *place) for row in rows for place in _cut(str(texts.iloc[int(row)]), min_han)
    ]
    return pd.DataFrame(found, columns=["row", "start", "end", "plain", "n_han"])


def _cut(text: str, min_han: int) -> Iterator[tuple[int, int, str, int]]:
    for match in SENTENCE.finditer(text):
        plain = SIGNS.sub("", MASK.sub("", match.group()))
        n_han = len(HAN.findall(plain))
        if n_han >= min_han:
            yield match.start(), match.end(), plain, n_han


def alike(plain: pd.Series, *, min_similarity: float = REWORDED, seed: int = 1) -> pd.DataFrame:
    """Find pairs of different texts that are alike.

    Candidates share enough character trigrams (MinHash with locality-sensitive hashing); their
    similarity is rapidfuzz's normalised indel similarity of characters.

    Parameters
    ----------
    plain
        Different texts.
    min_similarity
        Pairs below this are dropped, 0 to 100.
    seed
        Seed of the hash functions.

    Returns
    -------
    pandas.DataFrame
        ``left``, ``right`` (positions, left < right), ``similarity``.

    Raises
    ------
    ParameterError
        ``min_similarity`` is not between 50 and 100.

    References
    ----------
    Broder A. Z. (1997). On the resemblance and containment of documents. SEQUENCES, 21-29.
    https://doi.org/10.1109/SEQUEN.1997.666900

    Examples
    --------
    >>> one, two = "推进县域医疗资源整合共享和下沉", "推进县域医疗资源整合共享与下沉"
    >>> alike(pd.Series([one, two, "另一件不同的事情"]))[["left", "right"]].values.tolist()
    [[0, 1]]
    """
    from datasketch import MinHash, MinHashLSH
    from rapidfuzz.fuzz import ratio

    if not 50 <= min_similarity <= 100:
        raise ParameterError(f"`min_similarity` must lie between 50 and 100, got {min_similarity}")
    shingles = [_shingles(text) for text in plain]
    prints = list(MinHash.generator(shingles, num_perm=PERMUTATIONS, seed=seed))
    index = MinHashLSH(threshold=LSH_THRESHOLD, num_perm=PERMUTATIONS)
    with index.insertion_session() as session:
        for i, value in enumerate(prints):
            session.insert(i, value)
    texts = plain.tolist()
    rows = []
    for i, value in enumerate(prints):
        for j in sorted(index.query(value)):
            score = ratio(texts[i], texts[j], score_cutoff=min_similarity) if j > i else 0.0
            if score > 0:
                rows.append((i, int(j), round(float(score), 2)))
    return pd.DataFrame(rows, columns=list(PAIR_COLUMNS))


def _shingles(text: str) -> list[bytes]:
    cut = {text[i : i + SHINGLE] for i in range(max(1, len(text) - SHINGLE + 1))}
    return [piece.encode("utf-8") for piece in sorted(cut)]


def place_pairs(
    places: pd.DataFrame, reports: npt.NDArray[np.str_], pairs: pd.DataFrame
) -> pd.DataFrame:
    """Pair the places of equal and of alike sentences that stand in different reports.

    Parameters
    ----------
    places
        Sentences with ``text_id``: equal texts have one number.
    reports
        Report of each sentence.
    pairs
        Alike texts: ``left``, ``right``, ``similarity``.

    Returns
    -------
    pandas.DataFrame
        ``a``, ``b`` (positions in ``places``), ``similarity``. Texts with more than twelve places
        are paired with their first place only.
    """
    members: dict[int, list[int]] = defaultdict(list)
    for i, text in enumerate(places["text_id"]):
        members[int(text)].append(i)
    rows: list[tuple[int, int, float]] = []
    for same in members.values():
        rows += [(i, j, 100.0) for i, j in _crossed(same, same) if i < j]
    for left, right, score in pairs.itertuples(index=False):
        rows += [(min(p), max(p), score) for p in _crossed(members[left], members[right])]
    kept = [row for row in rows if reports[row[0]] != reports[row[1]]]
    table = pd.DataFrame(kept, columns=["a", "b", "similarity"])
    return table.sort_values(["a", "b"], kind="stable").reset_index(drop=True)


def _crossed(left: list[int], right: list[int]) -> list[tuple[int, int]]:
    if len(left) > MOST_PLACES or len(right) > MOST_PLACES:
        return [(left[0], j) for j in right] + [(i, right[0]) for i in left[1:]]
    return [(i, j) for i in left for j in right]
