"""How often are terms named, by whom and when?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Unpack

import pandas as pd

from policytext.analysis.cells import Cells, build_cells
from policytext.analysis.evidence import emptied, hit_evidence, paragraph_evidence
from policytext.analysis.panel import balanced_reports
from policytext.analysis.selection import COLUMN_NAMES, Selecting, Selection, grouping, select
from policytext.analysis.trend_status import STATUS_COLUMN, with_status
from policytext.analysis.trend_table import INTERVALS, TREND_COLUMNS, trend_table
from policytext.inference.intervals import check_level
from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.words.termcount import roll_up, term_counts, term_hits
from policytext.words.terms import TermTable, as_terms

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from policytext.corpus import Corpus
    from policytext.words.counts import Counts
    from policytext.words.termhits import Terms

METHOD: Final = Method(
    Bilingual(
        "词语频次除以所计段落的汉字数（每万汉字），并报告提及该词的段落比例与报告比例。"
        "一组有五份及以上报告时，以报告为聚类单位给出对数率的 t 区间（自由度为报告数减一）；"
        "不足五份时给出只针对这些报告的 Poisson 精确区间（Garwood）。报告比例用 Wilson 区间。",
        "Hits were divided by the Han characters of the paragraphs counted (per 10,000); shares of "
        "paragraphs and of reports that name the term are given beside. Groups of five or more "
        "reports have log-rate t intervals with reports as clusters (n - 1 degrees of freedom); "
        "smaller groups have exact Poisson intervals (Garwood) that speak of these reports only. "
        "Shares of reports have Wilson intervals.",
    ),
    (
        "Garwood F. (1936). Fiducial limits for the Poisson distribution. Biometrika 28, 437-442. "
        "https://doi.org/10.1093/biomet/28.3-4.437",
        "Cameron A. C., Miller D. L. (2015). A practitioner's guide to cluster-robust inference. "
        "Journal of Human Resources 50, 317-372. https://doi.org/10.3368/jhr.50.2.317",
        "Wilson E. B. (1927). Probable inference. JASA 22, 209-212. "
        "https://doi.org/10.1080/01621459.1927.10502953",
    ),
)


def trends(
    corpus: Corpus,
    terms: Terms = None,
    *,
    by: str | Sequence[str] | None = "year",
    counts: Counts | None = None,
    balanced: bool = False,
    level: float = 0.95,
    **which: Unpack[Selecting],
) -> Result:
    """Count terms by year, region, genre, level, part of report, any column, or two of them.

    Parameters
    ----------
    corpus
        The corpus.
    terms
        Concepts or a term table; the table of the package by default. Ignored with ``counts``.
    by
        One grouping column of documents or paragraphs, two of them, or None for the whole corpus.
    counts
        Counts made before: paragraphs × features, aligned with ``corpus.paragraphs``.
    balanced
        With ``year`` in ``by``: keep only issuers with a report in every year of the corpus.
    level
        Stated coverage of the intervals.
    **which
        What is counted: ``parts``, ``kinds``, ``exclude_rows``, ``mix_levels``,
        ``min_certainty``; see :class:`~policytext.analysis.selection.Selecting`.

    Returns
    -------
    Result
        One row a term and group; columns as in
        :data:`~policytext.analysis.trend_table.TREND_COLUMNS` and ``status``: ``count``,
        ``other name``, ``not named``, ``not applicable`` (before the term existed: rate and shares
        are empty, not zero) or ``no report``; ``other name`` is told for one grouping column, and
        only when terms are counted here. ``.evidence`` lists the paragraphs.

    Raises
    ------
    ParameterError
        Unknown columns or keywords.
    NotEnoughDataError
        Nothing is left to count.

    References
    ----------
    Garwood F. (1936). https://doi.org/10.1093/biomet/28.3-4.437
    Wilson E. B. (1927). https://doi.org/10.1080/01621459.1927.10502953
    Cameron A. C., Miller D. L. (2015). https://doi.org/10.3368/jhr.50.2.317
    """
    check_level(level)
    chosen = select(corpus, by, which)
    known = as_terms(terms)
    found = counts if counts is not None else term_counts(corpus, terms)
    cells, said = term_cells(corpus, chosen, found, balanced=balanced)
    table = trend_table(cells, design=chosen.design, level=level)
    others = None if counts is not None else _other_names(corpus, known, chosen, which)
    table = with_status(table, cells.by, first_years(found.features, known), others)
    return Result(
        table=table,
        title=_title(cells, chosen, balanced),
        columns=_columns(cells),
        method=METHOD,
        cautions=(*chosen.cautions, *said, *_cautions(table)),
        parameters=_parameters(by, balanced, level, which),
        corpus=corpus,
        evidence_from=lambda: _evidence(
            corpus, chosen, found if counts is not None else known, table
        ),
        figure=_figure,
    )


def term_cells(
    corpus: Corpus, chosen: Selection, counts: Counts, *, balanced: bool
) -> tuple[Cells, list[Bilingual]]:
    """Add counts up by report and group, on a balanced panel if asked for.

    Parameters
    ----------
    corpus
        The corpus.
    chosen
        What is counted.
    counts
        paragraphs × features.
    balanced
        Keep only issuers with a report in every year.

    Returns
    -------
    tuple
        The cells, and what has to be said about the panel.
    """
    counted, said = chosen.counted, []
    if balanced:
        keep, sentence = balanced_reports(corpus.documents, chosen.labels, counted)
        counted, said = counted & keep, [sentence]
    size = corpus.paragraphs["n_han"].to_numpy()
    return build_cells(counts.matrix, counts.features, chosen.labels, size, counted), said


def first_years(features: Sequence[str], terms: Terms = None) -> dict[str, int]:
    """First year of each concept that the term table dates.

    Parameters
    ----------
    features
        Concepts.
    terms
        The term table; that of the package by default.

    Examples
    --------
    >>> first_years(["no such term"])
    {}
    """
    table = as_terms(terms).concept_table().dropna(subset=["since"])
    dated = dict(zip(table["concept"], table["since"].astype(int), strict=True))
    return {name: dated[name] for name in features if name in dated}


def _other_names(
    corpus: Corpus, terms: TermTable, chosen: Selection, which: Selecting
) -> pd.DataFrame | None:
    """Groups that use a regional name only; known for one grouping column, not for pairs."""
    from policytext.words.termstatus import term_status

    if len(chosen.by) != 1 or chosen.by == ("corpus",):
        return None
    certainty = which.get("min_certainty", "likely")
    status = term_status(
        corpus, terms, by=chosen.by[0], min_certainty=certainty, counted=chosen.counted
    ).table
    named = status.loc[status["status"] == "other name", ["concept", "group"]]
    return named.set_axis(["term", chosen.by[0]], axis=1)


def _title(cells: Cells, chosen: Selection, balanced: bool) -> Bilingual:
    by = " × ".join(cells.by)
    by_zh = " × ".join(COLUMN_NAMES.get(name, name) for name in cells.by)
    panel = ("，平衡面板", ", balanced panel") if balanced else ("", "")
    zh, en = (f"（{chosen.scope.zh}）", f" ({chosen.scope.en})") if chosen.scope.zh else ("", "")
    return Bilingual(f"词语频次，按{by_zh}{panel[0]}{zh}", f"Terms by {by}{panel[1]}{en}")


def _columns(cells: Cells) -> Mapping[str, str]:
    groups = {name: "分组 / group" for name in cells.by}
    return {"term": "概念 / concept counted", **groups, **STATUS_COLUMN, **TREND_COLUMNS}


def _parameters(
    by: str | Sequence[str] | None, balanced: bool, level: float, which: Selecting
) -> dict[str, object]:
    plain = {key: value for key, value in which.items() if key != "exclude_rows"}
    plain["rows_excluded"] = which.get("exclude_rows") is not None
    return {"by": list(grouping(by)), "balanced": balanced, "level": level, **plain}


def _cautions(table: pd.DataFrame) -> list[Bilingual]:
    said = []
    if table["interval"].astype(str).isin([INTERVALS["poisson"], INTERVALS["poisson_few"]]).any():
        said.append(
            Bilingual(
                "少于五份报告的组：区间只针对这些报告，不反映报告之间的差异。",
                "Groups of fewer than five reports: the interval speaks of these reports only, "
                "not of how reports differ.",
            )
        )
    single = table.loc[table["one_report_only"].eq(True), "term"].unique()
    if len(single):
        names = "、".join(single[:10])
        said.append(
            Bilingual(
                f"以下词在某组中只见于一份报告：{names}。",
                f"In some group these terms come from one report only: {names}.",
            )
        )
    heavy = table[(table["top_share"] >= 0.5) & (table["n_reports"] >= 5) & (table["hits"] >= 5)]
    most = heavy.loc[~heavy["one_report_only"].astype(bool), "term"].unique()
    if len(most):
        names = "、".join(most[:10])
        said.append(
            Bilingual(
                f"以下词在某组中有一半以上的命中出自一份报告（top_report）：{names}。",
                f"In some group one report holds half or more of the hits (top_report): {names}.",
            )
        )
    if (table["status"] == "not applicable").any():
        said.append(
            Bilingual(
                "词语出现之前的年份不计为零。",
                "Years before a term existed are not counted as zero.",
            )
        )
    return said


def _evidence(
    corpus: Corpus, chosen: Selection, counts: Counts | TermTable, table: pd.DataFrame
) -> pd.DataFrame:
    paragraphs = chosen.labels.assign(para_no=corpus.paragraphs["para_no"].to_numpy())
    if isinstance(counts, TermTable):
        hits = roll_up(term_hits(corpus, counts), counts)
        return hit_evidence(table, hits[chosen.counted[hits["row"].to_numpy()]], paragraphs)
    kept = emptied(counts.matrix, chosen.counted)
    return paragraph_evidence(
        table, kept, counts.features, paragraphs, feature="term", by=chosen.by
    )


def _figure(result: Result, ax: Axes | None = None) -> Axes:
    from policytext.plots.trends import plot_trends

    return plot_trends(result.table, ax=ax, title=result.title.zh)
