"""What does every analysis give back: a table, its limits, its method and its paragraphs?"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.errors import NotEnoughDataError, ParameterError
from policytext.records import Bilingual, Method
from policytext.storage import in_one_piece
from policytext.texts import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from policytext.counts import Counts
    from policytext.records import Places

EVIDENCE: Final = ("row_id", "doc_id", "para_no", "start", "end", "weight")
"""Columns of the evidence of a result; ``start`` and ``end`` are -1 for a whole paragraph."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """Which function of :mod:`policytext.plots` draws a result, so that it can be stored.

    ``name``: module and function, such as ``"analysis.plot_trends"``.
    ``settings``: keywords of that function, such as JSON can hold.
    ``table``: the table that is drawn, where it is not the result's own.
    ``titled``: the figure has the result's title; otherwise one of its own.
    """

    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    table: pd.DataFrame | None = None
    titled: bool = True

    def draw(self, table: pd.DataFrame, title: str, ax: Axes | None) -> Axes:
        """Draw a table, or the one that is kept for it."""
        module, _, function = self.name.rpartition(".")
        if not function.startswith("plot_"):
            raise ParameterError(f"a figure is drawn by a function plot_…, got {self.name!r}")
        plot: Callable[..., Axes] = getattr(import_module(f"policytext.plots.{module}"), function)
        shown = table if self.table is None else self.table
        drawn = plot(shown, ax, **({"title": title} if self.titled else {}), **self.settings)
        import_module("policytext.plots.figure").plain_words(drawn)
        return drawn


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
        Which function of ``policytext.plots`` draws it.

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
    corpus: Places | None = None
    evidence_from: pd.DataFrame | Callable[[], pd.DataFrame] | None = None
    figure: Drawing | None = None

    def __post_init__(self) -> None:
        unexplained = [c for c in self.table.columns if str(c) not in self.columns]
        if unexplained:
            raise ParameterError(f"columns must explain every column, but {unexplained} lack")
        object.__setattr__(self, "table", self.table.reset_index(drop=True))
        said = [one for one in _on_copies(self.corpus) if one not in self.cautions]
        object.__setattr__(self, "cautions", (*self.cautions, *said))

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.table)

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """The places behind each row: ``row_id, doc_id, para_no, start, end, weight``."""
        found = self.evidence_from() if callable(self.evidence_from) else self.evidence_from
        if found is None:
            return pd.DataFrame({c: [] for c in EVIDENCE})
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
        return self.figure.draw(self.table, self.title.zh, ax)

    def to_excel(self, path: str | Path) -> Path:
        """Write table, columns, method and cautions to an Excel file, formulae neutralised."""
        return to_excel(self, Path(path))

    def to_word(self, path: str | Path) -> Path:
        """Write a three-line table (三线表) with title and notes to a Word file."""
        return to_word(self, Path(path))

    def to_csv(self, path: str | Path) -> Path:
        """Write the table as CSV that Excel opens (UTF-8 with BOM), formulae neutralised."""
        return to_csv(self.table, Path(path))

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


def places(corpus: Places, evidence: pd.DataFrame) -> pd.DataFrame:
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


def _on_copies(corpus: Places | None) -> Iterator[Bilingual]:
    """Yield what every result of a corpus says of reports that are there twice or share text."""
    if corpus is None:
        return
    n_copies, n_all, n_shared, n_families = numbers_of_copies(corpus.documents)
    if n_copies:
        yield say("result.copies", n_copies=n_copies, n_all=n_all)
    if n_shared:
        yield say("result.families", n_shared=n_shared, n_families=n_families)


def numbers_of_copies(documents: pd.DataFrame) -> tuple[int, int, int, int]:
    """Return the numbers of copies, of all reports, of reports that share text, and of families.

    >>> numbers_of_copies(pd.DataFrame({"duplicate_of": ["", "a", ""], "text_family": ["a"] * 3}))
    (1, 3, 2, 1)
    """
    twice = documents["duplicate_of"] != ""
    sizes = documents.loc[~twice, "text_family"].replace("", pd.NA).dropna().value_counts()
    shared = sizes[sizes > 1]
    return int(twice.sum()), len(documents), int(shared.sum()), len(shared)


# Which paragraphs stand behind each row of a table?


def evidence_of_places(
    places: pd.DataFrame, *, order: Sequence[str] = ("row_id",), falling: Sequence[str] = ()
) -> pd.DataFrame:
    """Bring places into the form of evidence: whole paragraphs of weight 1 if nothing else is said.

    >>> evidence_of_places(pd.DataFrame({"row_id": [0], "doc_id": ["a"], "para_no": [4]}))
       row_id doc_id  para_no  start  end  weight
    0       0      a        4     -1   -1     1.0
    """
    usual = {"start": -1, "end": -1, "weight": 1.0}
    full = places.assign(**{name: x for name, x in usual.items() if name not in places.columns})
    rising = [name not in falling for name in order]
    ordered = full.sort_values(list(order), ascending=rising, kind="stable", ignore_index=True)
    return ordered[list(EVIDENCE)]


def evidence_of_rows(
    row_id: npt.ArrayLike,
    rows: npt.ArrayLike,
    paragraphs: pd.DataFrame,
    *,
    start: npt.ArrayLike = -1,
    end: npt.ArrayLike = -1,
    weight: npt.ArrayLike = 1.0,
) -> pd.DataFrame:
    """List paragraphs of a corpus, or places in them, by their row numbers.

    >>> paragraphs = pd.DataFrame({"doc_id": ["a", "a"], "para_no": [0, 1]})
    >>> evidence_of_rows([0, 1], [1, 0], paragraphs)["para_no"].tolist()
    [1, 0]
    """
    keys = paragraphs[["doc_id", "para_no"]].take(np.asarray(rows, dtype=np.int64))
    numbers = np.asarray(row_id, dtype=np.int64)
    found = keys.reset_index(drop=True).assign(row_id=numbers, start=start, end=end, weight=weight)
    return evidence_of_places(found)


def evidence_of_counts(
    table: pd.DataFrame,
    counts: Counts,
    paragraphs: pd.DataFrame,
    *,
    feature: str,
    by: Sequence[str] = (),
) -> pd.DataFrame:
    """List the paragraphs that hold the feature of each row, in the group of that row.

    >>> from scipy.sparse import csr_matrix
    >>> from policytext import Counts
    >>> table = pd.DataFrame({"term": ["医共体"], "year": [2020]})
    >>> paragraphs = pd.DataFrame({"doc_id": ["a", "b"], "para_no": [0, 0], "year": [2020, 2021]})
    >>> evidence_of_counts(table, Counts(csr_matrix([[2], [1]]), ("医共体",)), paragraphs,
    ...                    feature="term", by=["year"]).values.tolist()
    [[0, 'a', 0, -1, -1, 2.0]]
    """
    names = [feature, *by]
    wanted = table[names].assign(row_id=np.arange(len(table)))
    column = {name: i for i, name in enumerate(counts.features)}
    numbers = sorted({column[name] for name in table[feature] if name in column})
    hits = counts.matrix.tocsc()[:, numbers].tocoo()
    found = paragraphs.iloc[hits.row].reset_index(drop=True)[["doc_id", "para_no", *by]]
    found[feature] = np.array(counts.features, dtype=object)[np.array(numbers, dtype=int)[hits.col]]
    found["weight"] = hits.data.astype(float)
    joined = wanted.merge(found, on=names, how="inner")
    return evidence_of_places(
        joined, order=["row_id", "weight", "doc_id", "para_no"], falling=["weight"]
    )


def evidence_of_hits(
    table: pd.DataFrame, hits: pd.DataFrame, paragraphs: pd.DataFrame, *, by: Sequence[str]
) -> pd.DataFrame:
    """List every hit of the term of each row, in the group of that row.

    >>> table = pd.DataFrame({"term": ["医共体"], "year": [2020]})
    >>> paragraphs = pd.DataFrame({"doc_id": ["a"], "para_no": [4], "year": [2020]})
    >>> hits = pd.DataFrame({"row": [0], "concept": ["医共体"], "start": [2], "end": [5]})
    >>> evidence_of_hits(table, hits, paragraphs, by=["year"]).values.tolist()
    [[0, 'a', 4, 2, 5, 1.0]]
    """
    wanted = table[["term", *by]].assign(row_id=np.arange(len(table)))
    found = paragraphs.iloc[hits["row"].to_numpy(dtype=int)].reset_index(drop=True)
    found = found[["doc_id", "para_no", *by]].assign(
        term=hits["concept"].to_numpy(dtype=object),
        start=hits["start"].to_numpy(dtype=np.int64),
        end=hits["end"].to_numpy(dtype=np.int64),
    )
    joined = wanted.astype({"term": object}).merge(found, on=["term", *by], how="inner")
    return evidence_of_places(joined, order=["row_id", "doc_id", "para_no", "start"])


# Which rows of a result are shown, and which paragraphs belong to them then?


def named_only(result: Result, names: Sequence[str]) -> Result:
    """Return the rows of the terms that were named; the terms below them are counted in them."""
    column = "term" if "term" in result.table.columns else "concept"
    return only_rows(result, result.table[column].isin(list(names)))


def only_rows(result: Result, kept: Iterable[bool]) -> Result:
    """Return a result with some of its rows, and the evidence of these."""
    old = pd.Series(range(len(result.table)))[list(kept)]
    new_id = pd.Series(range(len(old)), index=old.to_numpy())

    def evidence() -> pd.DataFrame:
        found = result.evidence
        found = found[found["row_id"].isin(new_id.index)]
        return found.assign(row_id=found["row_id"].map(new_id)).reset_index(drop=True)

    return replace(result, table=result.table.iloc[old.to_numpy()], evidence_from=evidence)


# How does a result leave for Excel, Word or CSV?

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Spreadsheets take the wide forms of the signs for the narrow ones."""

_NO_SIGN_OF_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def neutralise(value: Any) -> Any:
    """Put an apostrophe before text that a spreadsheet would run as a formula.

    >>> neutralise("=1+1"), neutralise("医共体"), neutralise(-2)
    ("'=1+1", '医共体', -2)
    """
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def as_it_was(cell: str) -> str:
    """Take off the apostrophe that was put before a cell because it begins like a formula.

    >>> as_it_was("'=1+1"), as_it_was("'医共体")
    ('=1+1', "'医共体")
    """
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def storable(value: Any) -> Any:
    """Return text that CSV, Excel and Word can hold: control characters as U+FFFD, CR as LF.

    >>> storable("a\\x07b\\rc"), storable(3)
    ('a\ufffdb\\nc', 3)
    """
    if not isinstance(value, str):
        return value
    return _NO_SIGN_OF_XML.sub("\ufffd", value.replace("\r\n", "\n").replace("\r", "\n"))


def _safe(value: Any) -> Any:
    return storable(neutralise(value))


def safe_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with every text cell and column name neutralised and storable."""
    out = table.copy()
    for column in out.columns:
        if out[column].dtype == object or isinstance(out[column].dtype, pd.StringDtype):
            out[column] = out[column].map(_safe, na_action="ignore")
    out.columns = pd.Index([_safe(str(c)) for c in out.columns])
    return out


def to_csv(table: pd.DataFrame, path: Path) -> Path:
    """Write a table as UTF-8 with BOM, one line feed a row, floats with at most 10 digits."""
    with in_one_piece(path) as part:
        safe_table(table).to_csv(
            part, index=False, encoding="utf-8-sig", lineterminator="\n", float_format="%.10g"
        )
    return path


def to_excel(result: Result, path: Path) -> Path:
    """Write a result to an Excel file with the sheets table and notes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    notes = pd.DataFrame(notes_of(result), columns=["what", "text"])
    options = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs=options) as writer:
        safe_table(result.table).to_excel(writer, sheet_name="table", index=False)
        safe_table(notes).to_excel(writer, sheet_name="notes", index=False)
        sheet = writer.sheets["table"]
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return path


def notes_of(result: Result) -> list[tuple[str, str]]:
    """Return title, method, sources, cautions, columns and settings as rows of two cells."""
    return [
        ("title", result.title.zh),
        ("title", result.title.en),
        ("method", result.method.text.zh),
        ("method", result.method.text.en),
        *(("source", c) for c in result.method.citations),
        *(("caution", s) for c in result.cautions for s in c),
        *(("column", f"{c}: {result.columns[str(c)]}") for c in result.table.columns),
        *(("setting", f"{k} = {v}") for k, v in result.parameters.items()),
    ]


def to_word(result: Result, path: Path) -> Path:
    """Write a result to a Word file as a three-line table with its title above and notes below."""
    from docx import Document
    from docx.shared import Pt

    path.parent.mkdir(parents=True, exist_ok=True)
    document = Document()
    document.add_paragraph(storable(f"{result.title.zh} {result.title.en}"))
    table = document.add_table(rows=1, cols=len(result.table.columns))
    for cell, name in zip(table.rows[0].cells, result.table.columns, strict=True):
        cell.text = storable(str(name))
    for values in result.table.itertuples(index=False):
        for cell, value in zip(table.add_row().cells, values, strict=True):
            cell.text = _shown(value)
    last = len(table.rows) - 1
    for number, row in enumerate(table.rows):
        for cell in row.cells:
            lines = [("top", 12)] * (number == 0) + [("bottom", 6 if number < last else 12)] * (
                number in (0, last)
            )
            _draw_lines(cell, lines)
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(9)
    for kind, text in notes_of(result):
        if kind in ("method", "source", "caution"):
            document.add_paragraph(storable(text)).runs[0].font.size = Pt(8)
    document.save(str(path))
    return path


def _shown(value: Any) -> str:
    if value is None or (isinstance(value, float) and pd.isna(value)) or value is pd.NA:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(storable(str(value)))


def _draw_lines(cell: Any, lines: list[tuple[str, int]]) -> None:
    """Draw borders of a table cell; python-docx has no call for it, so the XML is written."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    if not lines:
        return
    borders = OxmlElement("w:tcBorders")
    for edge, size in lines:
        line = OxmlElement(f"w:{edge}")
        line.set(qn("w:val"), "single")
        line.set(qn("w:sz"), str(size))
        line.set(qn("w:color"), "000000")
        borders.append(line)
    cell._tc.get_or_add_tcPr().append(borders)
