"""What does every analysis give back: a table, its limits, its method and its paragraphs?"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from policytext import exports
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.records import Bilingual, Method

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from policytext.corpus import Corpus

EVIDENCE_COLUMNS = ("row_id", "doc_id", "para_no", "start", "end", "weight")


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """A table that says what its columns mean, what it cannot say, and where it comes from.

    Parameters
    ----------
    table
        Tidy table; its row positions are the ``row_id`` of the evidence.
    title
        Chinese and English.
    columns
        Meaning and unit of each column.
    method
        A sentence for the paper, with citations.
    cautions
        What the table cannot carry, one sentence each.
    parameters
        The settings it was computed with.
    corpus
        Where the paragraphs behind it stand.
    evidence_from
        The evidence, or a function that computes it when asked: ``row_id``, ``doc_id``,
        ``para_no``, ``start``, ``end`` (offsets in the paragraph's text, -1 for the whole
        paragraph), ``weight``.
    figure
        A function that draws the result on matplotlib axes.

    Examples
    --------
    >>> result = Result(
    ...     pd.DataFrame({"term": ["医养结合"], "hits": [3]}),
    ...     Bilingual("词频", "Counts"),
    ...     {"term": "concept", "hits": "number of hits"},
    ...     Method(Bilingual("计数。", "Counted.")),
    ... )
    >>> int(result.table["hits"].sum())
    3
    """

    table: pd.DataFrame
    title: Bilingual
    columns: Mapping[str, str]
    method: Method
    cautions: tuple[Bilingual, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    corpus: Corpus | None = None
    evidence_from: pd.DataFrame | Callable[[], pd.DataFrame] | None = None
    figure: Callable[[Result, Axes | None], Axes] | None = None

    def __post_init__(self) -> None:
        unexplained = [c for c in self.table.columns if str(c) not in self.columns]
        if unexplained:
            raise ParameterError(f"columns must explain every column, but {unexplained} lack")
        object.__setattr__(self, "table", self.table.reset_index(drop=True))

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.table)

    @property
    def evidence(self) -> pd.DataFrame:
        """The places behind each row: ``row_id, doc_id, para_no, start, end, weight``."""
        found = self.evidence_from() if callable(self.evidence_from) else self.evidence_from
        if found is None:
            return pd.DataFrame({c: [] for c in EVIDENCE_COLUMNS})
        return found.reset_index(drop=True)

    def explain(self, row: int) -> pd.DataFrame:
        """Return the paragraphs behind one row of the table, the weightiest first.

        Parameters
        ----------
        row
            Position of the row in ``table``.

        Returns
        -------
        pandas.DataFrame
            ``doc_id, para_no, title, province, year, words`` (the characters meant), ``text``,
            ``file, raw_start, raw_end, start, end, weight``; without sentences, ``words`` and
            ``text`` are empty and the places remain.

        Raises
        ------
        ParameterError
            No such row.
        NotEnoughDataError
            The result was computed without a corpus, so there is no way back.
        """
        if not 0 <= row < len(self.table):
            raise ParameterError(f"row must lie between 0 and {len(self.table) - 1}, got {row}")
        if self.corpus is None or self.evidence_from is None:
            raise NotEnoughDataError(
                "explain needs the corpus behind the result, and this one was computed from a "
                "matrix alone; pass the corpus to the analysis"
            )
        evidence = self.evidence
        return places(self.corpus, evidence[evidence["row_id"] == row])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the result and return the axes.

        Raises
        ------
        NotEnoughDataError
            There is no figure for this kind of table.
        """
        if self.figure is None:
            raise NotEnoughDataError(
                f"there is no figure for {self.title.en!r}; use its .table with your own plot"
            )
        return self.figure(self, ax)

    def to_excel(self, path: str | Path) -> Path:
        """Write table, columns, method and cautions to an Excel file, formulae neutralised."""
        return exports.to_excel(self, Path(path))

    def to_word(self, path: str | Path) -> Path:
        """Write a three-line table (三线表) with title and notes to a Word file."""
        return exports.to_word(self, Path(path))

    def to_csv(self, path: str | Path) -> Path:
        """Write the table as CSV that Excel opens (UTF-8 with BOM), formulae neutralised."""
        return exports.to_csv(self.table, Path(path))

    def __repr__(self) -> str:
        """Return title, size, first rows and cautions as text."""
        cautions = "".join(f"\n! {c.en}" for c in self.cautions)
        return f"{self.title.zh} / {self.title.en}\n{self.table.head(12)}{cautions}"

    def _repr_html_(self) -> str:
        notes = "".join(
            f"<li>{html.escape(c.zh)} <span style='color:#666'>{html.escape(c.en)}</span></li>"
            for c in self.cautions
        )
        method = "<br>".join(html.escape(line) for line in str(self.method).splitlines())
        more = f"<p>… {len(self.table) - 20} more rows</p>" if len(self.table) > 20 else ""
        return (
            f"<div><strong>{html.escape(self.title.zh)}</strong> {html.escape(self.title.en)}"
            f"{self.table.head(20).to_html(escape=True)}{more}"
            f"{f'<ul>{notes}</ul>' if notes else ''}"
            f"<details><summary>method</summary>{method}</details></div>"
        )


def places(corpus: Corpus, evidence: pd.DataFrame) -> pd.DataFrame:
    """Return paragraphs with file and offset for rows of evidence, the weightiest first."""
    docs = corpus.documents[["doc_id", "title", "province", "year", "source_id"]].merge(
        corpus.sources[["source_id", "file"]], on="source_id", how="left"
    )
    columns = ["doc_id", "para_no", "text", "raw_start", "raw_end"]
    found = evidence.merge(corpus.paragraphs[columns], on=["doc_id", "para_no"], how="left")
    found = found.merge(docs, on="doc_id", how="left")
    found["words"] = [
        text[start:end] if start >= 0 else ""
        for text, start, end in zip(found["text"], found["start"], found["end"], strict=True)
    ]
    shown = ["doc_id", "para_no", "title", "province", "year", "words", "text", "file"]
    ordered = found.sort_values(
        ["weight", "doc_id", "para_no", "start"], ascending=[False, True, True, True], kind="stable"
    )
    return ordered[[*shown, "raw_start", "raw_end", "start", "end", "weight"]].reset_index(
        drop=True
    )
