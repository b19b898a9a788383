"""Which codings go together in one paragraph?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from policytext.analysis.trends import group_interval
from policytext.comparable import select
from policytext.counts import Counts, indicator
from policytext.errors import ParameterError
from policytext.inference.by_unit import KINDS
from policytext.inference.intervals import check_confidence
from policytext.records import KINDS_COUNTED, Bilingual, Method, OneOrMore
from policytext.result import Drawing, Result, evidence_of_rows
from policytext.texts import cite, columns_of, say

if TYPE_CHECKING:
    from policytext.corpus import Corpus


CROSSTAB_COLUMNS: Final = columns_of("crosstab")
METHOD: Final = Method(
    say("crosstab.method"),
    cite("cameron-2015"),
)

Coding: TypeAlias = str | Counts | pd.DataFrame
"""A column of documents or paragraphs, paragraphs × labels, or a table of labels."""


def crosstab(
    corpus: Corpus,
    first: Coding,
    second: Coding,
    third: Coding | None = None,
    *,
    confidence: float = 0.95,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
) -> Result:
    """Cross two or three codings of paragraphs.

    Parameters
    ----------
    corpus
        The corpus.
    first, second, third
        Columns of documents or paragraphs, ``Counts`` (themes, terms), or tables with ``doc_id``,
        ``para_no``, ``label``. A paragraph may carry several labels of one coding.
    confidence
        Stated coverage of the intervals.
    parts, kinds, level, genre, exclude_rows, mix, min_certainty
        What is counted; see :func:`~policytext.comparable.select`.

    Returns
    -------
    Result
        One row a combination of labels; columns ``first``, ``second`` (``third``) and those of
        ``CROSSTAB_COLUMNS``.

    Raises
    ------
    ParameterError
        A coding does not fit the corpus.

    Examples
    --------
    >>> from policytext import crosstab, read_texts, count_terms
    >>> texts = {"安徽省2021年政府工作报告.txt": "推进医共体建设，发展托育服务。\\n" * 5,
    ...          "河南省2021年政府工作报告.txt": "推进医共体建设。\\n发展医养结合。\\n" * 5}
    >>> corpus = read_texts(texts)
    >>> found = crosstab(corpus, "province", count_terms(corpus, ["医共体"]))
    >>> found.table[["first", "second", "paragraphs", "share"]].values.tolist()
    [['安徽省', '医共体', 5, 1.0], ['河南省', '医共体', 5, 0.5]]

    References
    ----------
    Cameron A. C., Miller D. L. (2015). https://doi.org/10.3368/jhr.50.2.317
    """
    check_confidence(confidence)
    by = [c for c in (first, second, third) if isinstance(c, str)]
    chosen = select(
        corpus,
        by[:2] or None,
        parts=parts,
        kinds=kinds,
        exclude_rows=exclude_rows,
        level=level,
        genre=genre,
        mix=mix,
        min_certainty=min_certainty,
    )
    codings = [
        as_labels(corpus, c, min_certainty=min_certainty)
        for c in (first, second, third)
        if c is not None
    ]
    reports = chosen.labels["doc_id"].to_numpy(dtype=str)
    table = cross_table(
        codings,
        reports,
        chosen.counted,
        units=chosen.units,
        design=chosen.design,
        confidence=confidence,
    )
    names = [coding.kind for coding in codings]
    labels = dict(zip(("first", "second", "third"), names, strict=False))
    return Result(
        table=table,
        title=say("crosstab.title", names=" × ".join(names)),
        columns={**{k: f"编码 {v} / coding {v}" for k, v in labels.items()}, **CROSSTAB_COLUMNS},
        method=METHOD,
        cautions=(*chosen.cautions, *_cautions(table)),
        parameters={"codings": names, "confidence": confidence, **chosen.settings},
        coverage=chosen.coverage,
        corpus=corpus,
        evidence_from=lambda: _evidence(corpus, codings, chosen.counted, table),
        figure=Drawing("analysis.plot_crosstab"),
    )


def _cautions(table: pd.DataFrame) -> list[Bilingual]:
    said = []
    if table["interval"].isin([KINDS["one"], KINDS["few"]]).any():
        said.append(say("crosstab.few_reports"))
    small = int((table["expected"] < 5).sum())
    if small:
        said.append(say("crosstab.small_expected", small=small))
    return said


def _evidence(
    corpus: Corpus, codings: list[Counts], counted: npt.NDArray[np.bool_], table: pd.DataFrame
) -> pd.DataFrame:
    dense = [sparse.csc_matrix(coding.matrix > 0) for coding in codings]
    place = [{name: j for j, name in enumerate(coding.features)} for coding in codings]
    columns = ["first", "second", "third"][: len(codings)]
    parts = []
    for row_id, labels in enumerate(table[columns].itertuples(index=False)):
        member = counted.copy()
        for matrix, positions, label in zip(dense, place, labels, strict=True):
            member &= np.asarray(matrix[:, [positions[label]]].todense(), dtype=bool).ravel()
        rows = np.flatnonzero(member)
        parts.append(evidence_of_rows(np.full(len(rows), row_id), rows, corpus.paragraphs))
    return pd.concat(parts, ignore_index=True)


# How often do the labels of crossed codings stand together?


def cross_table(
    codings: list[Counts],
    reports: npt.NDArray[np.str_],
    counted: npt.NDArray[np.bool_],
    *,
    units: pd.Series | None = None,
    design: str = "sample",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Cross codings, each a matrix of paragraphs × labels with 0 and 1.

    Source: Cameron & Miller (2015).

    >>> a = Counts(sparse.csr_matrix([[1], [1], [0]]), ("供给",), "instrument")
    >>> b = Counts(sparse.csr_matrix([[1], [0], [1]]), ("人才",), "goal")
    >>> cross_table([a, b], np.array(["r", "r", "r"]), np.ones(3, dtype=bool))["lift"].tolist()
    [0.75]
    """
    if len(codings) not in (2, 3):
        raise ParameterError(f"two or three codings can be crossed, got {len(codings)}")
    doc_ids, codes = np.unique(reports, return_inverse=True)
    sums = indicator(codes, len(doc_ids))
    named = doc_ids if units is None else pd.Series(doc_ids).map(units).fillna("").to_numpy()
    owners = np.asarray(pd.factorize(named)[0], dtype=np.intp)
    kept = sparse.csr_matrix(sparse.diags_array(counted.astype(np.int64), dtype=np.int64))
    layers: list[tuple[dict[str, str], sparse.csr_matrix]] = [({}, kept)]
    if len(codings) == 3:
        third = codings[2]
        layers = [
            ({"third": name}, _only(kept, third.matrix[:, [k]]))
            for k, name in enumerate(third.features)
        ]
    blocks = [
        _layer(codings[0], codings[1], rows, sums, owners, names, design, confidence)
        for names, rows in layers
    ]
    order = ["first", "second", *(["third"] if len(codings) == 3 else []), *CROSSTAB_COLUMNS]
    return pd.concat(blocks, ignore_index=True)[order]


def _only(kept: sparse.csr_matrix, column: sparse.csr_matrix) -> sparse.csr_matrix:
    values = np.asarray(column.todense(), dtype=np.int64).ravel()
    return sparse.csr_matrix(kept @ sparse.diags_array(values, dtype=np.int64))


def _layer(
    first: Counts,
    second: Counts,
    rows: sparse.csr_matrix,
    sums: sparse.csr_array,
    owners: npt.NDArray[np.intp],
    names: dict[str, str],
    design: str,
    confidence: float,
) -> pd.DataFrame:
    total = float(rows.sum())
    base = sparse.csr_matrix(rows @ second.matrix)
    n_second = np.asarray(base.sum(axis=0), dtype=float).ravel()
    blocks = []
    for j, name in enumerate(first.features):
        member = _only(rows, first.matrix[:, [j]])
        size = np.asarray((sums @ member).sum(axis=1), dtype=float).ravel()
        present = size > 0
        if not present.any():
            continue
        hits = np.asarray((sums @ (member @ second.matrix)).todense(), dtype=float)[present]
        block = _shares(hits, size[present], owners[present], design, confidence)
        expected = size.sum() * n_second / max(total, 1.0)
        block["expected"] = expected
        block["lift"] = np.divide(
            block["paragraphs"], expected, out=np.full(len(expected), np.nan), where=expected > 0
        )
        block = block.assign(first=name, second=second.features, **names)
        blocks.append(block)
    return pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()


def _shares(
    hits: npt.NDArray[np.float64],
    size: npt.NDArray[np.float64],
    owners: npt.NDArray[np.intp],
    design: str,
    confidence: float,
) -> pd.DataFrame:
    together = hits.sum(axis=0)
    share, kind = group_interval(hits, size, owners, design=design, confidence=confidence)
    blank = np.full(len(together), np.nan)
    return pd.DataFrame(
        {
            "paragraphs": together.astype(np.int64),
            "reports": (hits > 0).sum(axis=0),
            "n_first": int(size.sum()),
            "share": share.estimate,
            "low": share.low,
            "high": np.minimum(share.high, 1.0),
            "interval": kind,
            "top_share": np.divide(hits.max(axis=0), together, out=blank, where=together > 0),
        }
    )


# Which labels does a coding give to which paragraphs?


def as_labels(corpus: Corpus, coding: Coding, *, min_certainty: str = "likely") -> Counts:
    """Bring any coding into one form: paragraphs × labels, 1 where the label is given."""
    n = len(corpus.paragraphs)
    if isinstance(coding, str):
        values = corpus.groups(coding, min_certainty=min_certainty).astype(str)
        codes, names = pd.factorize(values.to_numpy(dtype=object), sort=True)
        return _indicators(np.arange(n), codes, [str(name) for name in names], n, coding)
    if isinstance(coding, Counts):
        if coding.matrix.shape[0] != n:
            raise ParameterError(
                f"the coding has {coding.matrix.shape[0]} rows, the corpus {n} paragraphs"
            )
        matrix = sparse.csr_matrix(coding.matrix > 0).astype(np.int64)
        return Counts(matrix, coding.features, coding.kind)
    return _from_table(corpus, coding)


def _from_table(corpus: Corpus, coding: pd.DataFrame) -> Counts:
    column = "label" if "label" in coding.columns else "theme"
    lacking = {"doc_id", "para_no", column} - set(coding.columns)
    if lacking:
        raise ParameterError(
            f"a table of labels needs doc_id, para_no and label; {sorted(lacking)} lack"
        )
    keys = pd.MultiIndex.from_frame(corpus.paragraphs[["doc_id", "para_no"]])
    given = coding[["doc_id", "para_no", column]].drop_duplicates()
    rows = keys.get_indexer(pd.MultiIndex.from_frame(given[["doc_id", "para_no"]]))
    if (rows < 0).any():
        first = given.iloc[int(np.argmax(rows < 0))]
        raise ParameterError(
            f"{int((rows < 0).sum())} labels are for paragraphs that the corpus does not have, the "
            f"first for doc_id {first['doc_id']!r}, para_no {first['para_no']}"
        )
    codes, names = pd.factorize(given[column].astype(str).to_numpy(dtype=object), sort=True)
    return _indicators(rows, codes, [str(name) for name in names], len(keys), column)


def _indicators(rows: np.ndarray, codes: np.ndarray, names: list[str], n: int, kind: str) -> Counts:
    ones = np.ones(len(rows), dtype=np.int64)
    matrix = sparse.csr_matrix((ones, (rows, codes)), shape=(n, len(names)))
    return Counts(matrix, tuple(names), kind)
