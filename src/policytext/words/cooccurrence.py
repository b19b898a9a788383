"""Which concepts are spoken of together?"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.comparable import rows_chosen
from policytext.counts import Counts
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.measures import association
from policytext.records import KINDS_COUNTED, Bilingual, Method, OneOrMore
from policytext.result import Drawing, Result, evidence_of_rows
from policytext.terms.concepts import TermTable, as_terms
from policytext.terms.termcount import count_terms
from policytext.texts import cite, columns_of, say
from policytext.words.wordcount import UNITS, Unit

if TYPE_CHECKING:
    from networkx import Graph
    from numpy.typing import NDArray
    from scipy.sparse import csc_matrix, csr_matrix

    from policytext.corpus import Corpus


COOCCURRENCE_COLUMNS: Final = columns_of("cooccurrence")


def cooccurrence(
    corpus: Corpus,
    terms: TermTable | Iterable[str] | Counts | None = None,
    *,
    unit: Unit = "paragraph",
    min_count: int = 3,
    parts: OneOrMore = None,
    kinds: OneOrMore = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
) -> Result:
    """Find which concepts are named in the same paragraphs, or in the same reports.

    Parameters
    ----------
    corpus
        With text, or with stored hits of the terms.
    terms
        Concepts as in `policytext.count_terms`, or counts made before. A concept
        and one above it are never paired: they share their hits.
    unit
        ``"paragraph"`` or ``"report"``.
    min_count
        Pairs named together in fewer units are left out.
    parts, kinds, exclude_rows, level, genre
        What is counted; see :func:`~policytext.comparable.select`.

    Returns
    -------
    Result
        One row a pair, the largest G² first; the figure is a network, as
        `policytext.cooccurrence_graph` and `policytext.save_graphml` give it.

    Raises
    ------
    ParameterError
        ``unit`` is another word, or the counts are those of another corpus.
    NotEnoughDataError
        No pair is named together often enough.

    References
    ----------
    Dunning 1993 (G² of the fourfold table of units); Bouma 2009 (NPMI); Jaccard, P.
    (1912). The distribution of the flora in the alpine zone. New Phytologist, 11(2), 37-50.
    https://doi.org/10.1111/j.1469-8137.1912.tb05611.x

    Examples
    --------
    >>> from policytext import read_texts
    >>> text = "甲县2021年工作总结\\n推进医养结合，发展普惠托育。\\n改善就医环境。"
    >>> corpus = read_texts({"a.txt": text})
    >>> found = cooccurrence(corpus, ["医养结合", "普惠托育"], min_count=1)
    >>> found.table[["concept1", "concept2", "n"]].values.tolist()
    [['医养结合', '普惠托育', 1]]
    """
    if unit not in UNITS:
        raise ParameterError(f"unit must be one of {list(UNITS)}, got {unit!r}")
    if min_count < 1:
        raise ParameterError(f"min_count must be at least 1, got {min_count}")
    keep = rows_chosen(
        corpus, parts=parts, kinds=kinds, exclude_rows=exclude_rows, level=level, genre=genre
    )
    table, counts = _table_and_counts(corpus, terms)
    named, doc_ids = _units(corpus, counts, keep, unit)
    pairs = _pairs(named, doc_ids, counts.features, min_count)
    pairs = _without_kin(pairs, table)
    if pairs.empty:
        raise NotEnoughDataError(
            f"no two concepts are named together in {min_count} or more {unit}s; lower min_count "
            "or take more concepts"
        )
    # equal strengths may differ in the last digit by the order of their sums: that is no order
    pairs = _with_facts(pairs, table).assign(strength=pairs["g2"].round(9))
    order = ["strength", "n", "concept1", "concept2"]
    pairs = pairs.sort_values(order, ascending=[False, False, True, True], ignore_index=True)
    return Result(
        table=pairs[list(COOCCURRENCE_COLUMNS)],
        title=say("cooccurrence.title"),
        columns=COOCCURRENCE_COLUMNS,
        method=_method(unit),
        cautions=_cautions(pairs, unit),
        parameters={"unit": unit, "min_count": min_count},
        corpus=corpus,
        evidence_from=lambda: _evidence(corpus, counts, keep, pairs, unit),
        figure=Drawing("words.plot_network", {"most": 60}, titled=False),
    )


def _table_and_counts(
    corpus: Corpus, terms: TermTable | Iterable[str] | Counts | None
) -> tuple[TermTable, Counts]:
    if not isinstance(terms, Counts):
        table = as_terms(terms)
        return table, count_terms(corpus, table)
    if terms.matrix.shape[0] != len(corpus.paragraphs):
        raise ParameterError(
            f"counts must have one row for each of the {len(corpus.paragraphs)} paragraphs, "
            f"got {terms.matrix.shape[0]}"
        )
    return as_terms(None), terms


def _units(
    corpus: Corpus, counts: Counts, keep: NDArray[np.bool_], unit: str
) -> tuple[csr_matrix, NDArray[np.object_]]:
    """Return which unit names which concept (0 or 1), and the report of each unit."""
    from scipy.sparse import csr_matrix

    doc_ids = corpus.paragraphs["doc_id"].to_numpy(dtype=object)
    if unit == "report":
        summed, groups = counts.by_group(list(doc_ids), keep)
        return csr_matrix(summed > 0, dtype=np.int64), np.array(groups, dtype=object)
    chosen = counts.matrix[np.flatnonzero(keep)]
    return csr_matrix(chosen > 0, dtype=np.int64), doc_ids[keep]


def _pairs(
    named: csr_matrix, doc_ids: NDArray[np.object_], features: tuple[str, ...], min_count: int
) -> pd.DataFrame:
    from scipy.sparse import triu

    n_units = named.shape[0]
    both = triu(named.T @ named, k=1).tocoo()
    often = both.data >= min_count
    one, two, n = both.row[often], both.col[often], both.data[often].astype(np.int64)
    totals = np.asarray(named.sum(axis=0)).ravel().astype(np.int64)
    n1, n2 = totals[one], totals[two]
    scores = association(n, n1, n2, n_units)
    sign = np.where(n < scores["expected"], -1.0, 1.0)
    names = np.array(features, dtype=object)
    return pd.DataFrame(
        {
            "concept1": names[one],
            "concept2": names[two],
            "n": n,
            "n1": n1,
            "n2": n2,
            "n_units": n_units,
            "expected": scores["expected"],
            "npmi": scores["npmi"],
            "g2": sign * scores["g2"],
            "jaccard": n / (n1 + n2 - n),
            "n_reports": _reports_with_both(named, doc_ids, one, two),
        }
    )


def _reports_with_both(
    named: csr_matrix,
    doc_ids: NDArray[np.object_],
    one: NDArray[np.int32],
    two: NDArray[np.int32],
) -> list[int]:
    by_column = named.tocsc()
    reports = pd.factorize(doc_ids)[0]
    return [
        len(np.unique(reports[np.intersect1d(_rows_of(by_column, a), _rows_of(by_column, b))]))
        for a, b in zip(one, two, strict=True)
    ]


def _rows_of(by_column: csc_matrix, at: int) -> NDArray[np.int32]:
    """Return the rows that hold anything in one column."""
    rows: NDArray[np.int32] = by_column.indices[by_column.indptr[at] : by_column.indptr[at + 1]]
    return rows


def _without_kin(pairs: pd.DataFrame, table: TermTable) -> pd.DataFrame:
    """Drop pairs in which one concept stands above the other."""
    line = {concept: {concept, *table.ancestors(concept)} for concept in table.concepts}
    kin = [
        two in line.get(one, {one}) or one in line.get(two, {two})
        for one, two in zip(pairs["concept1"], pairs["concept2"], strict=True)
    ]
    return pairs[~np.array(kin, dtype=bool)].reset_index(drop=True)


def _with_facts(pairs: pd.DataFrame, table: TermTable) -> pd.DataFrame:
    facts = table.concept_table().set_index("concept")
    for end in ("1", "2"):
        concept = pairs[f"concept{end}"]
        pairs[f"label{end}"] = concept.map(facts["label_en"]).fillna(concept)
        pairs[f"family{end}"] = concept.map(facts["family"]).fillna("")
    return pairs


def _method(unit: str) -> Method:
    text = say("cooccurrence.method", unit=say(f"cooccurrence.unit.{unit}"))
    return Method(text, cite("dunning-1993", "bouma-2009"))


def _cautions(pairs: pd.DataFrame, unit: str) -> tuple[Bilingual, ...]:
    cautions = []
    if unit == "paragraph":
        cautions.append(say("cooccurrence.caution.not_independent"))
    single = int((pairs["n_reports"] == 1).sum())
    if single:
        cautions.append(say("cooccurrence.caution.single_report", single=single))
    return tuple(cautions)


def _evidence(
    corpus: Corpus, counts: Counts, keep: NDArray[np.bool_], pairs: pd.DataFrame, unit: str
) -> pd.DataFrame:
    """Return the paragraphs that name both, or in shared reports those that name either."""
    place = {name: at for at, name in enumerate(counts.features)}
    by_column = counts.matrix.tocsc()
    kept = np.flatnonzero(keep)
    doc_ids = corpus.paragraphs["doc_id"].to_numpy(dtype=object)
    found = []
    for one, two in zip(pairs["concept1"], pairs["concept2"], strict=True):
        a, b = (np.intersect1d(_rows_of(by_column, place[name]), kept) for name in (one, two))
        if unit == "paragraph":
            rows = np.intersect1d(a, b)
        else:
            shared = list(set(doc_ids[a]) & set(doc_ids[b]))
            rows = np.union1d(a, b)
            rows = rows[np.isin(doc_ids[rows], shared)]
        found.append(rows)
    numbers = np.repeat(np.arange(len(found)), [len(rows) for rows in found])
    return evidence_of_rows(numbers, np.concatenate(found), corpus.paragraphs)


# How do pairs of concepts become a network, here or in Gephi?


def cooccurrence_graph(pairs: Result, *, most: int | None = None) -> Graph[str]:
    """Return the pairs as a network of concepts.

    Parameters
    ----------
    pairs
        From `cooccurrence`.
    most
        Only so many of the strongest pairs; ``None``: all.

    Returns
    -------
    networkx.Graph
        Nodes with ``label``, ``label_en``, ``family``, ``n`` (units that name the concept); edges
        with ``weight`` (units that name both), ``npmi``, ``g2``. Only pairs that stand together
        more often than expected are joined.

    Examples
    --------
    >>> from policytext import read_texts
    >>> text = "甲县2021年工作总结\\n推进医养结合，发展普惠托育。\\n改善就医环境。"
    >>> result = cooccurrence(read_texts({"a.txt": text}), ["医养结合", "普惠托育"], min_count=1)
    >>> cooccurrence_graph(result).edges["医养结合", "普惠托育"]["weight"]
    1
    """
    import networkx as nx

    graph: Graph[str] = nx.Graph()
    drawn = pairs.table[pairs.table["g2"] > 0]
    for row in (drawn if most is None else drawn.head(most)).to_dict("records"):
        for end in ("1", "2"):
            name = row[f"concept{end}"]
            graph.add_node(
                name,
                label=name,
                label_en=row[f"label{end}"],
                family=row[f"family{end}"],
                n=int(row[f"n{end}"]),
            )
        graph.add_edge(
            row["concept1"],
            row["concept2"],
            weight=int(row["n"]),
            npmi=float(row["npmi"]),
            g2=float(row["g2"]),
        )
    return graph


def save_graphml(pairs: Result, path: str | Path) -> Path:
    """Write the network as GraphML, which Gephi opens, and return the path.

    Parameters
    ----------
    pairs
        From `cooccurrence`.
    path
        Where to; the ending .graphml is added if it lacks.

    Returns
    -------
    Path

    Examples
    --------
    >>> from policytext import read_texts
    >>> text = "甲县2021年工作总结\\n推进医养结合，发展普惠托育。\\n改善就医环境。"
    >>> result = cooccurrence(read_texts({"a.txt": text}), ["医养结合", "普惠托育"], min_count=1)
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     save_graphml(result, Path(folder, "network")).name
    'network.graphml'
    """
    import networkx as nx

    target = Path(path)
    target = target if target.suffix == ".graphml" else target.with_name(f"{target.name}.graphml")
    nx.write_graphml_xml(cooccurrence_graph(pairs), target, encoding="utf-8", prettyprint=True)
    return target
