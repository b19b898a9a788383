"""How do counts leave for R (quanteda, stm), and tables for Stata?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext import export
from policytext.comparable import check_counts, rows_chosen
from policytext.corpus import Corpus, check_corpus
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.export import safe_table
from policytext.records import KINDS_COUNTED, UNKNOWN, OneOrMore
from policytext.result import Result
from policytext.storage import write_folder

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from policytext.counts import Counts


# How do counts leave for R (quanteda, stm)?

FACTS: Final = ("title", "genre", "level", "province", "city", "county", "adcode", "year")
"""Columns of documents that become covariates of every paragraph."""

QUANTEDA_SCRIPT: Final = """\
# One row a paragraph: a quanteda dfm with the facts about each paragraph as docvars.
counts <- as(Matrix::readMM("counts.mtx"), "CsparseMatrix")
facts <- read.csv("paragraphs.csv", fileEncoding = "UTF-8-BOM",
                  colClasses = c(adcode = "character"))
dimnames(counts) <- list(facts$docname, readLines("features.txt", encoding = "UTF-8"))
words <- quanteda::as.dfm(counts)
quanteda::docvars(words) <- facts
"""

STM_SCRIPT: Final = """\
# One entry a paragraph: documents, vocab and meta as stm::stm() takes them.
vocab <- readLines("vocab.txt", encoding = "UTF-8")
meta <- read.csv("meta.csv", fileEncoding = "UTF-8-BOM", colClasses = c(adcode = "character"))
documents <- lapply(strsplit(readLines("documents.ldac"), " ", fixed = TRUE), function(line) {
  pairs <- matrix(as.integer(unlist(strsplit(line[-1], ":", fixed = TRUE))), nrow = 2)
  pairs[1, ] <- pairs[1, ] + 1L
  pairs
})
# fit <- stm::stm(documents, vocab, K = 20, prevalence = ~ province, data = meta)
"""


def paragraph_facts(corpus: Corpus, *, min_certainty: str = "likely") -> pd.DataFrame:
    """Return one row of covariates a paragraph, in the order of ``corpus.paragraphs``."""
    table = corpus.paragraphs
    own = table[["doc_id", "para_no", "part_of_report", "kind", "n_han"]]
    docname = own["doc_id"].astype(str) + "/" + own["para_no"].astype(str)
    facts = {
        name: corpus.groups(name, min_certainty=min_certainty).replace(UNKNOWN, "").to_numpy()
        for name in FACTS
    }
    return pd.concat([docname.rename("docname"), own, pd.DataFrame(facts, index=own.index)], axis=1)


def to_quanteda(
    corpus: Corpus,
    counts: Counts,
    folder: str | Path,
    *,
    parts: OneOrMore = None,
    kinds: OneOrMore = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    min_certainty: str = "likely",
) -> Path:
    """Write counts for quanteda: a Matrix Market file with the names of its rows and columns.

    Parameters
    ----------
    corpus
        The corpus the counts were made from.
    counts
        Words, terms or themes; row i is row i of ``corpus.paragraphs``.
    folder
        New folder, or one that an earlier export wrote.
    parts, kinds, exclude_rows, level, genre
        Paragraphs to write; see :func:`~policytext.comparable.select`. Paragraphs without a word
        stay, as empty rows.
    min_certainty
        Regions and years less certain than this are left empty.

    Returns
    -------
    pathlib.Path
        The folder with ``counts.mtx`` (integers, paragraphs × features), ``features.txt`` (one a
        line), ``paragraphs.csv`` (docvars) and ``read_in_R.R``.

    Raises
    ------
    ParameterError
        The counts are those of another corpus, or are not whole numbers.
    NotEnoughDataError
        No paragraph is left to write.
    ReadingError
        The folder holds other files.

    References
    ----------
    Benoit K. et al. (2018). quanteda: An R package for the quantitative analysis of textual data.
    Journal of Open Source Software 3(30), 774. https://doi.org/10.21105/joss.00774

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from policytext import read_texts, count_terms
    >>> corpus = read_texts({"report.txt": "甲县2021年工作总结\\n推进医共体建设。"})
    >>> with TemporaryDirectory() as folder:
    ...     written = to_quanteda(corpus, count_terms(corpus, ["医共体"]), Path(folder, "r"))
    ...     sorted(file.name for file in written.iterdir() if file.suffix == ".txt")
    ['features.txt']
    """
    _check_counts(corpus, counts)
    chosen = rows_chosen(
        corpus, parts=parts, kinds=kinds, exclude_rows=exclude_rows, level=level, genre=genre
    )
    rows = np.flatnonzero(chosen)
    facts = paragraph_facts(corpus, min_certainty=min_certainty).iloc[rows]

    def write(work: Path) -> None:
        from scipy.io import mmwrite

        mmwrite(work / "counts.mtx", counts.matrix[rows].tocoo(), field="integer")
        _write_lines(work / "features.txt", counts.features)
        _write_facts(facts, work / "paragraphs.csv")
        (work / "read_in_R.R").write_text(QUANTEDA_SCRIPT, encoding="utf-8")

    return write_folder(folder, write, {"made_for": "quanteda", "corpus": corpus.name})


def to_stm(
    corpus: Corpus,
    counts: Counts,
    folder: str | Path,
    *,
    parts: OneOrMore = None,
    kinds: OneOrMore = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    min_certainty: str = "likely",
) -> Path:
    """Write counts for stm: documents as LDA-C, the vocabulary, and one row of facts each.

    Paragraphs without a word and words without a paragraph are left out, because stm takes
    neither; ``docname`` in ``meta.csv`` says which paragraphs are left.

    Parameters
    ----------
    corpus, counts, folder, parts, kinds, exclude_rows, level, genre, min_certainty
        As in `to_quanteda`.

    Returns
    -------
    pathlib.Path
        The folder with ``documents.ldac`` (word numbers from 0), ``vocab.txt``, ``meta.csv`` and
        ``read_in_R.R``, which makes ``documents``, ``vocab`` and ``meta``.

    Raises
    ------
    ParameterError
        The counts are those of another corpus, or are not whole numbers.
    NotEnoughDataError
        No paragraph with a word is left to write.
    ReadingError
        The folder holds other files.

    References
    ----------
    Roberts M. E., Stewart B. M., Tingley D. (2019). stm: An R package for structural topic
    models. Journal of Statistical Software 91(2). https://doi.org/10.18637/jss.v091.i02

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from policytext import read_texts, count_terms
    >>> corpus = read_texts({"report.txt": "甲县2021年工作总结\\n推进医共体建设。"})
    >>> with TemporaryDirectory() as folder:
    ...     written = to_stm(corpus, count_terms(corpus, ["医共体"]), Path(folder, "r"))
    ...     sorted(file.name for file in written.iterdir() if file.suffix == ".txt")
    ['vocab.txt']
    """
    _check_counts(corpus, counts)
    chosen = rows_chosen(
        corpus, parts=parts, kinds=kinds, exclude_rows=exclude_rows, level=level, genre=genre
    )
    rows = np.flatnonzero(chosen)
    rows = rows[np.diff(counts.matrix.indptr)[rows] > 0]
    if rows.size == 0:
        raise NotEnoughDataError(
            "stm needs paragraphs with at least one word, and none is left; "
            "check min_docs and stop_words of count_words"
        )
    matrix = counts.matrix[rows]
    used = np.flatnonzero(np.asarray(matrix.sum(axis=0)).ravel())
    facts = paragraph_facts(corpus, min_certainty=min_certainty).iloc[rows]

    def write(work: Path) -> None:
        _write_lines(work / "documents.ldac", _ldac_lines(matrix[:, used].tocsr()))
        _write_lines(work / "vocab.txt", [counts.features[i] for i in used])
        _write_facts(facts, work / "meta.csv")
        (work / "read_in_R.R").write_text(STM_SCRIPT, encoding="utf-8")

    return write_folder(folder, write, {"made_for": "stm", "corpus": corpus.name})


def _check_counts(corpus: Corpus, counts: Counts) -> None:
    check_corpus(corpus)
    check_counts(counts)
    if counts.matrix.shape[0] != len(corpus.paragraphs):
        raise ParameterError(
            f"the counts must have one row for each of the {len(corpus.paragraphs)} paragraphs of "
            f"corpus {corpus.name!r}, got {counts.matrix.shape[0]}; count the same corpus"
        )
    if np.any(np.mod(counts.matrix.data, 1) != 0):
        raise ParameterError("R's text packages take whole counts; export counts, not shares")


def _ldac_lines(matrix: csr_matrix) -> list[str]:
    matrix.sort_indices()
    lines = []
    for start, end in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True):
        pairs = zip(matrix.indices[start:end], matrix.data[start:end], strict=True)
        lines.append(" ".join([str(end - start), *(f"{word}:{int(n)}" for word, n in pairs)]))
    return lines


def _write_lines(path: Path, lines: list[str] | tuple[str, ...]) -> None:
    path.write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8"))


def _write_facts(facts: pd.DataFrame, path: Path) -> None:
    safe_table(facts).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


# How does a table leave for Stata?


def to_dta(
    what: Result | pd.DataFrame, path: str | Path, *, labels: Mapping[str, str] | None = None
) -> Path:
    """Write a result or a table as a Stata file (.dta, version 118, UTF-8).

    Parameters
    ----------
    what
        A result, whose column meanings become variable labels, or a table such as
        ``corpus.documents``.
    path
        File to write, ending in ``.dta``.
    labels
        Variable labels that replace or add to those of the result.

    Returns
    -------
    pathlib.Path
        The file. Names are cut to 32 characters and labels to 80; text that is longer than 2,045
        bytes becomes ``strL``; empty numbers become ``.``; True and False 1 and 0.

    Raises
    ------
    ParameterError
        The file does not end in ``.dta``, or there is nothing to write.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = to_dta(pd.DataFrame({"词": ["医共体"], "hits": [3]}), Path(folder, "a.dta"))
    ...     pd.read_stata(file)["hits"].tolist()
    [3]
    """
    if not isinstance(what, Result | pd.DataFrame):
        raise ParameterError(
            f"to_dta takes a Result or a table such as corpus.documents, got {type(what).__name__}"
        )
    meanings = {**(what.columns if isinstance(what, Result) else {}), **(labels or {})}
    return export.to_dta(
        what.table if isinstance(what, Result) else what,
        Path(path),
        meanings=meanings,
        title=what.title.en if isinstance(what, Result) else "",
    )
