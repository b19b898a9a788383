"""What does every analysis give back: a table, its limits, its method and its paragraphs?"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import import_module
from inspect import signature
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext import export
from policytext.border import guarded
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.records import Bilingual, Cautions, Method, checked_language, spoken
from policytext.storage import in_one_piece
from policytext.texts import PLACED, label_of, listing, say, word_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from policytext.counts import Counts
    from policytext.findings import Saying
    from policytext.records import Places

EVIDENCE: Final = ("row_id", "doc_id", "para_no", "start", "end", "weight")
"""Columns of the evidence of a result; ``start`` and ``end`` are -1 for a whole paragraph."""

MOST_SAID: Final = 6
"""Sentences of one kind that a summary holds; more are counted."""


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

    def draw(
        self,
        table: pd.DataFrame,
        title: str,
        ax: Axes | None,
        *,
        kind: str | None = None,
        groups: str | Sequence[str] | None = None,
        language: str | None = None,
    ) -> Axes:
        """Draw a table, or the one that is kept for it, in a language."""
        module, _, function = self.name.rpartition(".")
        if not function.startswith("plot_"):
            raise ParameterError(f"a figure is drawn by a function plot_…, got {self.name!r}")
        plot: Callable[..., Axes] = getattr(import_module(f"policytext.plots.{module}"), function)
        shown = table if self.table is None else self.table
        given = {"title": title} if self.titled else {}
        if kind is not None:
            if "kind" not in signature(plot).parameters:
                raise ParameterError(f"this figure is drawn in one way only, got kind={kind!r}")
            given["kind"] = kind
        figures = import_module("policytext.plots.figure")
        with figures.speaking(language), figures.on_paper():
            drawn = plot(_named(_of_groups(shown, groups), language), ax, **given, **self.settings)
        figures.plain_words(drawn)
        return drawn


def _named(table: pd.DataFrame, language: str | None) -> pd.DataFrame:
    """Return a table with its regions named in a language."""
    columns = [c for c in table.columns if c in PLACED and table[c].dtype.kind in "OUT"]
    if checked_language(language) == "both" or not columns:
        return table
    return table.assign(
        **{c: [word_of("group", name, language) for name in table[c]] for c in columns}
    )


def _of_groups(table: pd.DataFrame, groups: str | Sequence[str] | None) -> pd.DataFrame:
    """Return the rows that carry one of the labels in any of the columns that name rows.

    Labels of one column are alternatives; labels of two columns must both be met.
    """
    if groups is None:
        return table
    wanted = [groups] if isinstance(groups, str) else [str(group) for group in groups]
    keys = export.keys_of(table)
    texts = table[keys].astype(str)
    found = {name: texts[name].isin(wanted) for name in keys}
    unknown = [group for group in wanted if not (texts == group).to_numpy().any()]
    if unknown:
        known = list(dict.fromkeys(texts.to_numpy().ravel()))[:12]
        raise ParameterError(f"`groups` must be labels of rows, such as {known}, got {unknown}")
    kept = np.ones(len(table), dtype=bool)
    for mask in found.values():
        if mask.any():
            kept &= mask.to_numpy()
    return table[kept].reset_index(drop=True)


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
    coverage
        Which reports it rests on: one row a level and genre, ``reports``, ``counted`` and
        ``left_out``. None where reports are not chosen.
    again
        The same call on another corpus, its groups by another column; for `placebo`.

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
    coverage: pd.DataFrame | None = None
    again: Callable[[Any, str | None], Result] | None = None

    def __post_init__(self) -> None:
        unexplained = [c for c in self.table.columns if str(c) not in self.columns]
        if unexplained:
            raise ParameterError(f"columns must explain every column, but {unexplained} lack")
        object.__setattr__(self, "table", self.table.reset_index(drop=True))
        said = [one for one in _on_copies(self.corpus) if one not in self.cautions]
        object.__setattr__(self, "cautions", Cautions((*self.cautions, *said)))

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

    @guarded
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
        if not isinstance(row, Integral):
            raise ParameterError(
                f"row must be the position of a row in table, such as 0; got {type(row).__name__}"
            )
        if not 0 <= row < len(self.table):
            raise ParameterError(f"row must lie between 0 and {len(self.table) - 1}, got {row}")
        if self.corpus is None or self.evidence_from is None:
            raise NotEnoughDataError(
                "explain needs the corpus behind the result, and this one was computed from a "
                "matrix alone; pass the corpus to the analysis"
            )
        evidence = self.evidence
        return places(self.corpus, evidence[evidence["row_id"] == row])

    @cached_property
    def said(self) -> list[Saying]:
        """The findings as records, with both languages; see `findings`."""
        from policytext.findings import Background, findings_of

        strata = self.coverage
        mixed = False
        if strata is not None and "counted" in strata:
            mixed = int((strata["counted"] > 0).sum()) > 1
        names = {} if self.figure is None else self.figure.settings.get("names") or {}
        census = getattr(self.corpus, "design", "") == "census"
        term = self.parameters.get("term")
        about = {"subject": _quoted(term)} if term else {}
        return findings_of(self.table, Background(mixed, census, names, **about))

    @guarded
    def findings(self, language: str | None = None) -> pd.DataFrame:
        """Say what the table shows and what it cannot say, in sentences with their numbers.

        A difference counts as supported where an interval that holds for all groups at once, a
        test, or the noise of groups dealt at random carries it; otherwise the sentence says that
        it only describes these reports, and why.

        Parameters
        ----------
        language
            ``"zh"``, ``"en"`` or ``"both"``; as set by default.

        Returns
        -------
        pandas.DataFrame
            ``kind`` (``different``, ``common`` or ``limit``), ``supported``, ``sentence``, and
            ``rows``: the rows of the table that it speaks of, for `explain`. Empty for tables that
            no sentence is written for.

        References
        ----------
        Bonferroni's inequality: Dunn O. J. (1961). Journal of the American Statistical
        Association 56(293), 52-64.

        Examples
        --------
        >>> from policytext import read_texts, trends
        >>> corpus = read_texts({
        ...     "a.txt": "浙江省2024年政府工作报告\\n建成医共体2个。",
        ...     "b.txt": "山西省2024年政府工作报告\\n改造公园2个。",
        ... })
        >>> found = trends(corpus, ["医共体"], by="province").findings("en")
        >>> found[["kind", "supported"]].values.tolist()
        [['different', False]]
        """
        return pd.DataFrame(
            [(f.kind, f.supported, spoken(f.sentence, language), f.rows) for f in self.said],
            columns=["kind", "supported", "sentence", "rows"],
        )

    def plot(
        self,
        ax: Axes | None = None,
        *,
        kind: str | None = None,
        groups: str | Sequence[str] | None = None,
        language: str | None = None,
    ) -> Axes:
        """Draw the result and return the axes; what is not drawn is said on the figure.

        Parameters
        ----------
        ax
            Axes to draw on; a new figure if not given.
        kind
            One of several ways to draw it, where the figure has them.
        groups
            Draw only these terms, regions, years or other labels of rows.
        language
            Language of the figure, ``"zh"``, ``"en"`` or ``"both"``; as set by default. In English
            provinces bear their English names.

        Raises
        ------
        NotEnoughDataError
            There is no figure for this kind of table.
        ParameterError
            No such kind, or no row has one of the labels.
        """
        if self.figure is None:
            raise NotEnoughDataError(
                f"there is no figure for {self.title.en!r}; use its .table with your own plot"
            )
        title = spoken(self.title, language, between="\n")
        return self.figure.draw(self.table, title, ax, kind=kind, groups=groups, language=language)

    def summary(self, language: str | None = None) -> str:
        """Say in a paragraph what the table holds: extremes, zeros and the first cautions.

        Parameters
        ----------
        language
            ``"zh"``, ``"en"`` or ``"both"``; as set by default.
        """
        said = [say("result.summary.rows", title=self.title, n=len(self.table))]
        main = export.measure_of(self.table)
        rows = export.extremes(self.table)
        for name, top, low, zeros in rows[:MOST_SAID]:
            lowest = _in_words(low, self.table, str(main))
            said.append(
                say(
                    "result.summary.extremes",
                    name=Bilingual(f"{name}：", f"{name}: ") if name else "",
                    measure=Bilingual(label_of(str(main), "zh"), label_of(str(main), "en")),
                    top=_in_words(top, self.table, str(main)),
                    low=say("result.summary.zeros", n=zeros)
                    if zeros > 1
                    else say("result.summary.lowest", low=lowest),
                    overlap=say("result.summary.overlap") if _overlap(top, low) else "",
                )
            )
        if len(rows) > MOST_SAID:
            said.append(say("result.summary.more", n=len(rows) - MOST_SAID))
        asked = checked_language(language)
        sentences = [*said, *self.cautions[:MOST_SAID]]
        zh, en = "".join(s.zh for s in sentences), " ".join(s.en for s in sentences)
        return {"zh": zh, "en": en, "both": f"{zh}\n{en}"}[asked]

    @guarded
    def to_excel(
        self,
        path: str | Path,
        *,
        columns: Sequence[str] | None = None,
        language: str | None = None,
    ) -> Path:
        """Write an Excel file: the table under labels with formats and filter, meanings, notes.

        Parameters
        ----------
        path
            File to write (.xlsx). Text that a spreadsheet would run as a formula is neutralised.
        columns
            Columns to write, in this order; all by default.
        language
            Language of the labels: ``"zh"``, ``"en"`` or ``"both"``; as set by default.
        """
        table = export.chosen(self.table, columns)
        names = [str(name) for name in table.columns]
        meanings = pd.DataFrame(
            {
                "column": names,
                "zh": [label_of(name, "zh") for name in names],
                "en": [label_of(name, "en") for name in names],
                "meaning": [self.columns[name] for name in names],
            }
        )
        return export.to_excel(
            table,
            _ends_in(path, ".xlsx"),
            meanings=meanings,
            notes=notes_of(self),
            language=language,
        )

    @guarded
    def to_word(
        self,
        path: str | Path,
        *,
        columns: Sequence[str] | None = None,
        language: str | None = None,
        landscape: bool | None = None,
        figure: bool = False,
    ) -> Path:
        """Write a three-line table (三线表) with its title, figure and notes to a Word file.

        Parameters
        ----------
        path
            File to write (.docx).
        columns
            Columns to print, in this order; by default all if a page holds them, else what the
            rows are about, the measure, its interval and the counts behind it, and a note.
        language
            Language of title, labels and notes: ``"zh"``, ``"en"`` or ``"both"``; as set by
            default.
        landscape
            Turn the page; by default where there are more than seven columns.
        figure
            Print the figure of the result below the table.
        """
        table = export.chosen(self.table, columns or export.core_columns(self.table))
        notes = self._printed_notes(language)
        left = len(self.table.columns) - table.shape[1]
        if left and columns is None:
            notes.insert(0, spoken(say("result.columns_left", n=left), language))
        return export.to_word(
            table,
            _ends_in(path, ".docx"),
            title=spoken(self.title, language),
            notes=notes,
            language=language,
            landscape=landscape,
            picture=self._picture(language) if figure else None,
        )

    def to_latex(
        self,
        path: str | Path | None = None,
        *,
        columns: Sequence[str] | None = None,
        language: str | None = None,
    ) -> str:
        """Return a three-line table in LaTeX, and write it if a path is given.

        It needs the packages booktabs, and ctex for Chinese. ``columns`` and ``language`` as in
        `to_word`.
        """
        table = export.chosen(self.table, columns or export.core_columns(self.table))
        text = export.latex_table(
            table,
            title=spoken(self.title, language),
            notes=self._printed_notes(language),
            language=language,
        )
        return _kept(text, path)

    def to_html(
        self,
        path: str | Path | None = None,
        *,
        columns: Sequence[str] | None = None,
        language: str | None = None,
    ) -> str:
        """Return the table in HTML with title and notes, and write it if a path is given.

        ``columns`` (all by default) and ``language`` as in `to_word`; every cell is escaped.
        """
        text = export.html_table(
            export.chosen(self.table, columns),
            title=spoken(self.title, language),
            notes=self._printed_notes(language),
            language=language,
        )
        return _kept(text, path)

    def to_stata(self, path: str | Path) -> Path:
        """Write the table as a Stata file (.dta, version 118); meanings become variable labels."""
        return export.to_dta(
            self.table, _ends_in(path, ".dta"), meanings=self.columns, title=self.title.en
        )

    def to_csv(self, path: str | Path) -> Path:
        """Write the table as CSV that Excel opens (UTF-8 with BOM), formulae neutralised."""
        return export.to_csv(self.table, _ends_in(path, ".csv"))

    def _printed_notes(self, language: str | None) -> list[str]:
        """Return method, sources and cautions as they stand below a printed table."""
        return [
            spoken(self.method.text, language),
            *self.method.citations,
            *(spoken(caution, language) for caution in self.cautions),
        ]

    def _picture(self, language: str | None) -> bytes:
        import io

        buffer = io.BytesIO()
        drawn = self.plot(language=language).get_figure(root=True)
        if drawn is not None:
            drawn.savefig(buffer, format="png", dpi=200)
        return buffer.getvalue()

    def __repr__(self) -> str:
        """Return title, size, first rows and cautions as text."""
        cautions = "".join(f"\n! {spoken(c)}" for c in self.cautions)
        shown = export.leading_rows(export.numbers_first(self.table), 12)
        return f"{spoken(self.title, between=' / ')}\n{shown}{cautions}"

    def _repr_html_(self) -> str:
        shown = export.leading_rows(export.numbers_first(self.table))
        left = len(self.table) - len(shown)
        more = f"<p>{html.escape(spoken(say('result.rows_left', n=left)))}</p>" if left else ""
        notes = "".join(f"<li>{html.escape(spoken(caution))}</li>" for caution in self.cautions)
        lines = [spoken(self.method.text, between="\n"), *self.method.citations]
        method = html.escape("\n".join(lines)).replace("\n", "<br>")
        with pd.option_context("display.float_format", "{:.4g}".format):
            table = export.labelled(shown).to_html(escape=True, index_names=False, na_rep="")
        said = "".join(f"<li>{html.escape(spoken(f.sentence))}</li>" for f in self.said)
        said = f"<ul>{said}</ul>" if said else ""
        return (
            f"<div><strong>{html.escape(spoken(self.title))}</strong>"
            f"{said}{table}{more}{f'<ul>{notes}</ul>' if notes else ''}"
            f"<details><summary>{spoken(say('result.method'))}</summary>{method}</details></div>"
        )


def _quoted(terms: str | Sequence[str]) -> Bilingual:
    """Return the concepts that a table is about as a sentence names them."""
    names = listing([terms] if isinstance(terms, str) else terms)
    return Bilingual(f"“{names.zh}”", f"“{names.en}”")


def _in_words(row: pd.Series, table: pd.DataFrame, main: str) -> Bilingual:
    """Return one row as words: what it is about, its value and its interval."""
    keys = export.keys_of(table)
    about = " ".join(str(row[name]) for name in keys[1:] or keys)
    value = export.written(float(row[main]))
    if {"low", "high"} <= set(table.columns) and pd.notna(row["low"]) and pd.notna(row["high"]):
        low, high = (export.written(float(row[name])) for name in ("low", "high"))
        return Bilingual(
            f"{about} {value}（{low} 至 {high}）", f"{about} {value} ({low} to {high})"
        )
    return Bilingual(f"{about} {value}", f"{about} {value}")


def _overlap(top: pd.Series, low: pd.Series) -> bool:
    """Say whether the intervals of two rows overlap, where both have one."""
    if not {"low", "high"} <= set(top.index):
        return False
    return bool(low["high"] >= top["low"])


def _kept(text: str, path: str | Path | None) -> str:
    """Write a text where a path is given, and return it."""
    if path is not None:
        with in_one_piece(Path(path)) as part:
            part.write_text(text, encoding="utf-8", newline="\n")
    return text


def _ends_in(path: str | Path, ending: str) -> Path:
    """Return a path that has the ending its content needs; one is added where there is none."""
    given = Path(path)
    if given.suffix.lower() not in ("", ending):
        raise ParameterError(f"the file must end in {ending}, got {given.name!r}")
    return given if given.suffix else given.with_name(given.name + ending)


def places(corpus: Places, evidence: pd.DataFrame, *, within: Sequence[str] = ()) -> pd.DataFrame:
    """Return paragraphs with file and offset for rows of evidence, the weightiest first.

    Columns named in `within` are kept, and rows stand in their order.
    """
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
    shown = [*within, "doc_id", "para_no", "title", "province", "year", "words", "text", "file"]
    order = [*within, "weight", "doc_id", "para_no", "start"]
    rising = [name != "weight" for name in order]
    ordered = found.sort_values(order, ascending=rising, kind="stable")
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
    places = list(dict.fromkeys(["doc_id", "para_no", *by]))
    found = paragraphs.iloc[hits.row].reset_index(drop=True)[places]
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
    found = found[list(dict.fromkeys(["doc_id", "para_no", *by]))].assign(
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


# What does a result say about itself?


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
