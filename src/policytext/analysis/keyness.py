"""Which words mark a region, a year or any other group of reports?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Unpack

import numpy as np
import pandas as pd

from policytext.analysis.cells import Cells
from policytext.analysis.evidence import emptied, paragraph_evidence
from policytext.analysis.keyness_noise import noise_floor
from policytext.analysis.keyness_table import KEYNESS_COLUMNS, Reports, Settings, keyness_table
from policytext.analysis.report_groups import (
    Groups,
    Masks,
    as_reports,
    counted_words,
    group_masks,
    known_cells,
    labels_of,
)
from policytext.analysis.selection import COLUMN_NAMES, Selecting, Selection, grouping, select
from policytext.errors import ParameterError
from policytext.inference.intervals import MIN_REPORTS, check_level
from policytext.records import Bilingual, Method
from policytext.result import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from policytext.corpus import Corpus
    from policytext.words.counts import Counts

CITATIONS: Final = (
    "Monroe B. L., Colaresi M. P., Quinn K. M. (2008). Fightin' words. Political Analysis 16, "
    "372-403. https://doi.org/10.1093/pan/mpn018",
    "Dunning T. (1993). Accurate methods for the statistics of surprise and coincidence. "
    "Computational Linguistics 19, 61-74.",
    "Gries S. T. (2008). Dispersions and adjusted frequencies in corpora. IJCL 13, 403-437. "
    "https://doi.org/10.1075/ijcl.13.4.02gri",
    "Lijffijt J. et al. (2016). Significance testing of word frequencies in corpora. DSH 31, "
    "374-397. https://doi.org/10.1093/llc/fqu064",
    "Benjamini Y., Hochberg Y. (1995). Controlling the false discovery rate. JRSS B 57, 289-300. "
    "https://doi.org/10.1111/j.2517-6161.1995.tb02031.x",
)


class KeynessOptions(Selecting, total=False):
    """Keywords of :func:`keyness` beside those that choose what is counted.

    ``prior_words``: size of the Dirichlet prior in words (500; at most that of the shorter side).
    ``g2_cells``: 4 for Dunning's G², 2 for Rayson and Garside's. ``level``: stated coverage.
    ``n_resamples``: resamples of reports. ``random_state``: seed. ``min_hits``: fewest hits in all
    reports together.
    """

    prior_words: float
    g2_cells: int
    level: float
    n_resamples: int
    random_state: int | None
    min_hits: int


SETTINGS: Final = ("prior_words", "g2_cells", "level", "n_resamples", "random_state")


def keyness(
    corpus: Corpus,
    by: str = "province",
    *,
    groups: Groups | None = None,
    counts: Counts | None = None,
    top: int | None = 50,
    **options: Unpack[KeynessOptions],
) -> Result:
    """Compare the words of each group of reports with the rest, or two groups with each other.

    Parameters
    ----------
    corpus
        The corpus.
    by
        Column of documents or paragraphs that makes the groups.
    groups
        None: each label against all others. Two labels: the first against the second. A mapping of
        names to labels: each named group of labels against all other reports.
    counts
        paragraphs × features, aligned with ``corpus.paragraphs``; words by default.
    top
        Rows kept for each group, highest z first; None keeps all. Tests and their adjustment
        always run over all features.
    **options
        See :class:`KeynessOptions` and :class:`~policytext.analysis.selection.Selecting`.

    Returns
    -------
    Result
        Columns of :data:`~policytext.analysis.keyness_table.KEYNESS_COLUMNS`. Fewer than five
        reports on a side, or a census: effect sizes and noise floor, no p-value.

    Raises
    ------
    ParameterError
        Unknown keyword, column or group.
    NotEnoughDataError
        Fewer than two groups.

    References
    ----------
    Monroe B. L., Colaresi M. P., Quinn K. M. (2008). https://doi.org/10.1093/pan/mpn018
    Lijffijt J. et al. (2016). https://doi.org/10.1093/llc/fqu064
    """
    settings, min_hits, which = _split(options)
    names = grouping(by)
    if len(names) != 1:
        raise ParameterError(f"keyness takes one grouping column, got {list(names)}")
    chosen = select(corpus, names[0], which)
    found = counts if counts is not None else counted_words(corpus)
    cells = known_cells(corpus, chosen, found)
    reports = as_reports(cells, found.kind, min_hits=min_hits)
    masks = group_masks(cells.group, groups)
    full = keyness_table(reports, masks, design=chosen.design, settings=settings)
    members = {name: labels_of(cells, inside) for name, (inside, _) in masks.items()}
    noise = noise_floor(
        found, chosen, members, seed=settings.random_state, prior_words=settings.prior_words
    )
    full["noise_z"] = full["group"].map(noise)
    full["above_noise"] = full["z"].abs() > full["noise_z"]
    table = full if top is None else full.groupby("group", sort=False).head(top)
    table = table[list(KEYNESS_COLUMNS)].reset_index(drop=True)
    return Result(
        table=table,
        title=_title(by, groups, chosen),
        columns=KEYNESS_COLUMNS,
        method=_method(settings, reports, found.kind),
        cautions=(*chosen.cautions, *_cautions(table)),
        parameters={"by": by, "top": top, "min_hits": min_hits, **settings._asdict()},
        corpus=corpus,
        evidence_from=lambda: _evidence(corpus, chosen, found, table, masks, cells),
        figure=_figure,
    )


def _split(options: KeynessOptions) -> tuple[Settings, int, Selecting]:
    usual = Settings()
    settings = Settings(
        prior_words=options.get("prior_words", usual.prior_words),
        g2_cells=options.get("g2_cells", usual.g2_cells),
        level=options.get("level", usual.level),
        n_resamples=options.get("n_resamples", usual.n_resamples),
        random_state=options.get("random_state", usual.random_state),
    )
    check_level(settings.level)
    min_hits = int(options.get("min_hits", 5))
    which = Selecting(
        **{k: v for k, v in options.items() if k not in (*SETTINGS, "min_hits")}  # type: ignore[typeddict-item]
    )
    return settings, min_hits, which


def _title(by: str, groups: Groups | None, chosen: Selection) -> Bilingual:
    pair = groups is not None and not isinstance(groups, Mapping)
    against = (
        ("两组相比", "two groups") if pair else ("各组与其余相比", "each group against the rest")
    )
    zh, en = (f"（{chosen.scope.zh}）", f" ({chosen.scope.en})") if chosen.scope.zh else ("", "")
    return Bilingual(
        f"特征词，按{COLUMN_NAMES.get(by, by)}，{against[0]}{zh}",
        f"Keyness by {by}, {against[1]}{en}",
    )


def _method(settings: Settings, reports: Reports, kind: str) -> Method:
    unit = ("词", "words") if kind == "words" else ("汉字", "Han characters")
    convention = "Dunning (4 cells)" if settings.g2_cells == 4 else "Rayson & Garside (2 cells)"
    return Method(
        Bilingual(
            f"特征词按带信息 Dirichlet 先验的对数优势比 z 值排序（先验取全部所比报告的词频比例，"
            f"规模 {settings.prior_words:g} 词，不超过较短一方）；频率以{unit[0]}为分母。"
            f"两侧各有五份及以上报告时，频率之比的区间与 p 值以报告为单位（Welch t），"
            f"并重抽报告 {settings.n_resamples} 次；p 值经 Benjamini-Hochberg 校正。"
            f"G² 取 {convention}。",
            "Words were ranked by the z-score of the log odds ratio with an informative Dirichlet "
            f"prior (proportions of all reports compared, size {settings.prior_words:g} words, at "
            f"most the shorter side); rates are per {unit[1]}. With five or more reports on both "
            "sides, interval and p-value of the ratio of rates take reports as units (Welch's t), "
            f"reports were resampled {settings.n_resamples} times, and p-values adjusted after "
            f"Benjamini and Hochberg. G² follows {convention}.",
        ),
        CITATIONS,
    )


def _cautions(table: pd.DataFrame) -> list[Bilingual]:
    said = []
    few = (table[["n_reports", "n_reports_rest"]].min(axis=1) < MIN_REPORTS).any()
    if few:
        said.append(
            Bilingual(
                f"有组不足 {MIN_REPORTS} 份报告：不作检验；看效应量，并与同组对半拆分的噪声相比。",
                f"Some groups have fewer than {MIN_REPORTS} reports: nothing is tested; read the "
                "effect sizes against the noise between halves of the same group.",
            )
        )
    single = int((table["one_report_only"] & (table["n_reports"] > 1)).sum())
    if single:
        said.append(
            Bilingual(
                f"{single} 行的词在组内只见于一份报告（one_report_only）。",
                f"{single} rows are words that one report of the group alone carries "
                "(one_report_only).",
            )
        )
    return said


def _evidence(
    corpus: Corpus,
    chosen: Selection,
    counts: Counts,
    table: pd.DataFrame,
    masks: Masks,
    cells: Cells,
) -> pd.DataFrame:
    name = chosen.by[0]
    labels = chosen.labels[name].astype(str).to_numpy(dtype=object)
    paragraphs = pd.DataFrame(
        {"doc_id": chosen.labels["doc_id"], "para_no": corpus.paragraphs["para_no"].to_numpy()}
    )
    kept = emptied(counts.matrix, chosen.counted)
    parts = []
    for group, (inside, _) in masks.items():
        rows = table[table["group"] == group]
        member = np.isin(labels.astype(str), labels_of(cells, inside))
        found = paragraph_evidence(
            rows, emptied(kept, member), counts.features, paragraphs, feature="feature"
        )
        parts.append(found.assign(row_id=rows.index.to_numpy()[found["row_id"].to_numpy(int)]))
    return pd.concat(parts, ignore_index=True)


def _figure(result: Result, ax: Axes | None = None) -> Axes:
    from policytext.plots.keyness import plot_keyness

    return plot_keyness(result.table, ax=ax, title=result.title.zh)
