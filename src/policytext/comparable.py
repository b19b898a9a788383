"""Which reports and paragraphs may be compared with each other?

A province's label is not the province's voice: hospital, county, city and press speak
differently. Issuers of one level and one genre are compared unless the caller mixes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from policytext.counts import indicator
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.records import DESIGNS, KINDS_COUNTED, UNKNOWN, Bilingual
from policytext.texts import columns_of, name_of, say

__all__ = ["select"]

if TYPE_CHECKING:
    from policytext.corpus import Corpus

KEYS: Final = ("doc_id", "para_no")
STRATA: Final = ("level", "genre")
ISSUER: Final = ("level", "province", "city", "county")


@dataclass(frozen=True)
class Selection:
    """What is counted, under which labels, and what must be said about it.

    ``labels``: One row a paragraph: ``doc_id``, ``para_no`` and the grouping columns.
    ``counted``: True for the paragraphs that are counted.
    ``design``: census, sample or convenience.
    ``scope``: Whose reports are compared.
    ``cautions``: Sentences that belong to every result drawn from this selection.
    ``settings``: What was asked for, to stand among the parameters of the result.
    """

    labels: pd.DataFrame
    counted: npt.NDArray[np.bool_]
    design: str
    scope: Bilingual
    cautions: tuple[Bilingual, ...]
    settings: Mapping[str, object]

    @property
    def by(self) -> tuple[str, ...]:
        """Names of the grouping columns."""
        return tuple(str(name) for name in self.labels.columns if name not in KEYS)

    @property
    def in_brackets(self) -> Bilingual:
        """The scope in brackets for the end of a title, or nothing."""
        return say("comparable.in_brackets", scope=self.scope) if self.scope.zh else self.scope


def select(
    corpus: Corpus,
    by: str | Sequence[str] | None,
    *,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    mix_levels: bool = False,
    min_certainty: str = "likely",
) -> Selection:
    """Choose the paragraphs of comparable reports and label them.

    Parameters
    ----------
    corpus
        The corpus.
    by
        One grouping column of documents or paragraphs, two of them, or None for the whole corpus.
    parts, kinds
        Parts of the report and kinds of paragraph that count; by default body and list paragraphs
        without annex and glossary.
    exclude_rows
        Paragraphs to leave out: True or False for each paragraph, or row numbers.
    mix_levels
        Compare issuers of different levels and genres; otherwise the level and genre with most
        reports is kept and a caution says what is left out.
    min_certainty
        Labels less certain than this count as unknown.

    Raises
    ------
    ParameterError
        No such column or certainty, or rows that the corpus does not have.
    NotEnoughDataError
        No paragraph is left to count.

    Returns
    -------
    Selection
        ``labels`` (one row a paragraph: ``doc_id`` and the grouping columns), ``counted``,
        ``design``, ``scope`` and the ``cautions`` that belong to every result drawn from it.

    Examples
    --------
    >>> from policytext import read_texts
    >>> corpus = read_texts({"a.txt": "甲县2021年工作总结\\n建成医共体2个。\\n"})
    >>> chosen = select(corpus, "year")
    >>> chosen.labels["year"].tolist(), chosen.counted.tolist()
    ([2021, 2021], [False, True])
    """
    names = grouping(by)
    labels = corpus.paragraphs[list(KEYS)].reset_index(drop=True)
    for name in names:
        labels[name] = typed_labels(corpus.groups(name, min_certainty=min_certainty), name)
    if not names:
        labels["corpus"] = "all"
    counted = np.array(corpus.counted(parts=parts, kinds=kinds), dtype=bool)
    counted &= ~excluded(exclude_rows, len(labels))
    cautions: list[Bilingual] = []
    if mix_levels:
        scope = say("comparable.mixed")
    else:
        keep, scope, said = _one_kind(corpus.documents, labels, counted, names)
        counted &= keep
        cautions += said
    if not counted.any():
        raise NotEnoughDataError(
            "no paragraph is left to count: check `parts`, `kinds` and `exclude_rows`, or the "
            "parts of the report in corpus.paragraphs"
        )
    design = str(corpus.info.get("design", "convenience"))
    if design not in DESIGNS:
        raise ParameterError(f"corpus.info['design'] must be one of {DESIGNS}, got {design!r}")
    if design != "sample":
        cautions.append(say(f"comparable.{design}"))
    if parts is None:
        cautions += _said_of_annexes(corpus, kinds)
    settings = {
        "parts": None if parts is None else list(parts),
        "kinds": list(kinds),
        "rows_excluded": exclude_rows is not None,
        "mix_levels": mix_levels,
        "min_certainty": min_certainty,
    }
    return Selection(labels, counted, design, scope, tuple(cautions), settings)


_MUCH: Final = 0.05
"""Share of the characters from which on it is said that annexes were left out."""


def _said_of_annexes(corpus: Corpus, kinds: Sequence[str]) -> list[Bilingual]:
    """Return a caution where annexes that are not counted hold much of the text."""
    han = corpus.paragraphs["n_han"].to_numpy()
    counted = corpus.counted(kinds=kinds)
    annexes = corpus.counted(parts=["annex"], kinds=kinds) & ~counted
    left, kept = int(han[annexes].sum()), int(han[counted].sum())
    if not left or left < _MUCH * (left + kept):
        return []
    return [say("comparable.annexes", left=left, share=left / (left + kept))]


def grouping(by: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the grouping columns as a tuple of at most two names.

    >>> grouping("province"), grouping(["province", "year"]), grouping(None)
    (('province',), ('province', 'year'), ())
    """
    names = () if by is None else (by,) if isinstance(by, str) else tuple(by)
    if len(names) > 2 or len(set(names)) < len(names):
        raise ParameterError(f"`by` must be one column or two different ones, got {list(names)}")
    return names


def typed_labels(labels: pd.Series[str], name: str) -> pd.Series:
    """Years as whole numbers (unknown is ``<NA>``), everything else as it is.

    >>> typed_labels(pd.Series(["2019", "unknown"]), "year").tolist()
    [2019, <NA>]
    """
    plain = labels.reset_index(drop=True)
    if name != "year":
        return plain.fillna(UNKNOWN).astype(str)
    return pd.to_numeric(plain.astype("object"), errors="coerce").astype("Int64")


def excluded(rows: npt.ArrayLike | None, n_paragraphs: int) -> npt.NDArray[np.bool_]:
    """True for the paragraphs to leave out.

    >>> excluded([0, 2], 3).tolist()
    [True, False, True]
    """
    out = np.zeros(n_paragraphs, dtype=bool)
    if rows is None:
        return out
    given = np.asarray(rows)
    if given.dtype == bool:
        if given.shape != (n_paragraphs,):
            raise ParameterError(
                f"`exclude_rows` has {given.size} entries, the corpus {n_paragraphs} paragraphs"
            )
        return given.copy()
    numbers = given.astype(np.int64)
    if numbers.size and (numbers.min() < 0 or numbers.max() >= n_paragraphs):
        raise ParameterError(
            f"`exclude_rows` must be row numbers from 0 to {n_paragraphs - 1}, got "
            f"{int(numbers.min())} to {int(numbers.max())}"
        )
    out[numbers] = True
    return out


def _one_kind(
    documents: pd.DataFrame,
    labels: pd.DataFrame,
    counted: npt.NDArray[np.bool_],
    names: tuple[str, ...],
) -> tuple[npt.NDArray[np.bool_], Bilingual, list[Bilingual]]:
    columns = [name for name in STRATA if name not in names]
    if not columns:
        return np.ones(len(labels), dtype=bool), Bilingual("", ""), []
    table = documents[documents["doc_id"].isin(labels.loc[counted, "doc_id"])]
    kinds = table[columns].fillna(UNKNOWN).astype(str)
    sizes = kinds.value_counts().reset_index()
    sizes = sizes.sort_values(
        ["count", *columns], ascending=[False, *[True] * len(columns)], kind="stable"
    )
    if sizes.empty:
        return np.ones(len(labels), dtype=bool), Bilingual("", ""), []
    chosen = sizes.iloc[0][columns]
    inside = set(table.loc[(kinds == chosen).all(axis=1), "doc_id"])
    words = [name_of("level", str(chosen[name])) for name in columns]
    scope = Bilingual(" · ".join(w.zh for w in words), " · ".join(w.en for w in words))
    left = len(table) - len(inside)
    said = [say("comparable.left_out", words=scope, kept=len(inside), left=left)] if left else []
    return labels["doc_id"].isin(inside).to_numpy(), scope, said


def names_of(by: Sequence[str]) -> Bilingual:
    """Return the names of grouping columns for a title.

    >>> names_of(["province", "year"])
    Bilingual(zh='省份 × 年份', en='province × year')
    """
    words = [name_of("column", name) for name in by]
    return Bilingual(" × ".join(w.zh for w in words), " × ".join(w.en for w in words))


def group_notes(by: Sequence[str]) -> dict[str, str]:
    """Return what grouping columns mean, for the notes of a table."""
    return dict.fromkeys(by, columns_of("grouping")["group"])


# How much of each feature does each report hold in each group?
# A cell is one report in one group (a report of 2019 is one cell of the group 2019, and one cell of
# each of its parts when parts are compared). All later statistics are computed from cells.


@dataclass(frozen=True)
class Cells:
    """Counts of features by report and group.

    ``table``: One row a cell: ``doc_id``, the grouping columns, ``n_han`` (Han characters
      counted), ``n_paragraphs`` (paragraphs counted).
    ``by``: Names of the grouping columns.
    ``counts``: cells × features: hits.
    ``paragraphs``: cells × features: paragraphs with at least one hit.
    ``features``: Names of the columns of both matrices.
    """

    table: pd.DataFrame
    by: tuple[str, ...]
    counts: sparse.csr_array
    paragraphs: sparse.csr_array
    features: tuple[str, ...]

    @property
    def group(self) -> npt.NDArray[np.str_]:
        """One label a cell; two grouping columns are joined by `` | ``."""
        return join_labels(self.table, self.by)

    def keep(self, rows: npt.NDArray[np.bool_]) -> Cells:
        """Return the cells where ``rows`` is True."""
        table = self.table[rows].reset_index(drop=True)
        chosen = np.flatnonzero(rows)
        return Cells(table, self.by, self.counts[chosen], self.paragraphs[chosen], self.features)


def join_labels(table: pd.DataFrame, by: Sequence[str]) -> npt.NDArray[np.str_]:
    """One label a row from the grouping columns.

    >>> table = pd.DataFrame({"province": ["甲"], "year": [2020]})
    >>> join_labels(table, ["province", "year"]).tolist()
    ['甲 | 2020']
    """
    parts = [table[name].astype(str).to_numpy(dtype=str) for name in by]
    return np.array([" | ".join(row) for row in zip(*parts, strict=True)], dtype=str)


def build_cells(
    matrix: sparse.csr_array,
    features: Sequence[str],
    labels: pd.DataFrame,
    n_han: npt.ArrayLike,
    counted: npt.NDArray[np.bool_],
) -> Cells:
    """Add paragraphs up to reports and groups.

    >>> labels = pd.DataFrame({"doc_id": ["a", "a", "b"], "year": [2020, 2020, 2021]})
    >>> cells = build_cells(sparse.csr_array([[1], [2], [0]]), ["医共体"], labels, [10, 10, 5],
    ...                     np.array([True, True, True]))
    >>> cells.counts.toarray().ravel().tolist(), cells.table["n_han"].tolist()
    ([3, 0], [20, 5])
    """
    size = np.asarray(n_han, dtype=np.int64)
    if not (matrix.shape[0] == len(labels) == len(size) == len(counted)):
        raise ParameterError(
            "the counts must have one row a paragraph of the corpus: got "
            f"{matrix.shape[0]} rows of counts for {len(labels)} paragraphs; count again from "
            "this corpus"
        )
    if matrix.shape[1] != len(features):
        raise ParameterError(f"{matrix.shape[1]} columns of counts, {len(features)} names")
    by = tuple(str(name) for name in labels.columns if name not in KEYS)
    rows = np.flatnonzero(counted)
    kept = labels.iloc[rows].reset_index(drop=True)
    grouped = kept.groupby([*by, "doc_id"], sort=True, dropna=False)
    codes = grouped.ngroup().to_numpy()
    table = grouped.size().reset_index(name="n_paragraphs")[["doc_id", *by, "n_paragraphs"]]
    table["n_han"] = np.bincount(codes, weights=size[rows], minlength=len(table)).astype(np.int64)
    sums = indicator(codes, len(table))
    block = sparse.csr_array(matrix)[rows]
    present = block.copy()
    present.data = (present.data > 0).astype(np.int64)
    cells = Cells(table, by, _csr(sums @ block), _csr(sums @ present), tuple(features))
    return cells.keep(cells.table["n_han"].to_numpy() > 0)


def _csr(matrix: sparse.sparray) -> sparse.csr_array:
    return sparse.csr_array(matrix)


# Which issuers have a report in every year?


def balanced_reports(
    documents: pd.DataFrame, labels: pd.DataFrame, counted: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.bool_], Bilingual]:
    """Keep the reports of issuers that have one in every year.

    An issuer is a level with its province, city and county.

    >>> documents = pd.DataFrame({"doc_id": ["a", "b", "c"], "level": "province",
    ...                           "province": ["甲省", "甲省", "乙省"], "city": "", "county": ""})
    >>> labels = pd.DataFrame({"doc_id": ["a", "b", "c"], "year": [2019, 2020, 2020]})
    >>> balanced_reports(documents, labels, np.ones(3, dtype=bool))[0].tolist()
    [True, True, False]
    """
    if "year" not in labels.columns:
        raise ParameterError('`balanced=True` needs "year" in `by`')
    pairs = labels.loc[counted, ["doc_id", "year"]].drop_duplicates().dropna()
    issuers = documents.set_index("doc_id")[list(ISSUER)].fillna("").astype(str)
    pairs["issuer"] = issuers.agg("/".join, axis=1).reindex(pairs["doc_id"]).to_numpy()
    years = pairs["year"].nunique()
    reach = pairs.groupby("issuer")["year"].nunique()
    full = set(reach.index[reach == years])
    if not full:
        raise NotEnoughDataError(
            f"a balanced panel needs issuers with a report in each of the {years} years; the best "
            f"has {int(reach.max())}; choose fewer years or use balanced=False"
        )
    inside = set(pairs.loc[pairs["issuer"].isin(full), "doc_id"])
    sentence = say(
        "comparable.balanced", years=years, n_full=len(full), left=len(reach) - len(full)
    )
    return labels["doc_id"].isin(inside).to_numpy(), sentence
