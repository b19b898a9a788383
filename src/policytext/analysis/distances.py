"""How far apart are the narratives of regions, and which words make the distance?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Unpack

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from policytext.analysis.distance_pairs import pairs_of, with_tests, with_words
from policytext.analysis.evidence import emptied, paragraph_evidence
from policytext.analysis.report_groups import counted_words, known_cells
from policytext.analysis.selection import COLUMN_NAMES, Selecting, Selection, grouping, select
from policytext.analysis.split_distances import SplitDistances, split_distances
from policytext.errors import ParameterError
from policytext.records import Bilingual, Method
from policytext.result import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from policytext.corpus import Corpus
    from policytext.words.counts import Counts

DISTANCE_COLUMNS: Final = {
    "a": "组一 / first group",
    "b": "组二 / second group",
    "distance": "等长 Jensen-Shannon 距离 / Jensen-Shannon distance at equal length, 0 to 1",
    "divergence": "其平方（比特）/ its square, in bits",
    "noise_floor": "两组各自对半拆分的平均距离 / mean distance between halves of one group",
    "noise_high": "该平均的第 99 百分位 / 99th percentile of that mean over splits",
    "above_noise": "距离大于 noise_high / distance above noise_high",
    "n_reports_a": "组一报告数 / reports of the first group",
    "n_reports_b": "组二报告数 / reports of the second group",
    "p_value": "按报告置换检验（不允许时为空）/ permutation test by report, where allowed",
    "q_value": "Benjamini-Hochberg 校正后 / adjusted over all pairs",
    "words_a": "使距离增大、组一较多的词 / features that make the distance, more in the first",
    "words_b": "使距离增大、组二较多的词 / features that make the distance, more in the second",
}

SHORT: Final = 1_000
"""Halves with fewer tokens get a caution."""

METHOD: Final = Method(
    Bilingual(
        "各组段落随机对半拆分若干次，所有半份抽至同一长度后计算 Jensen-Shannon 距离（以 2 为底，"
        "取平方根）；异组半份之间为距离，同组半份之间为噪声。各组有五份及以上报告且非普查时，"
        "按报告重排标签作置换检验，并作 Benjamini-Hochberg 校正。",
        "Paragraphs of each group were split at random into halves, all halves were cut to one "
        "length, and Jensen-Shannon distances (base 2, square root) were averaged over splits: "
        "between halves of different groups the distance, between halves of one group the noise. "
        "Where both groups have five or more reports and the corpus is no census, labels were "
        "permuted by report, and p-values adjusted after Benjamini and Hochberg.",
    ),
    (
        "Lin J. (1991). Divergence measures based on the Shannon entropy. IEEE Trans. Inf. Theory "
        "37, 145-151. https://doi.org/10.1109/18.61115",
        "Gallagher R. J. et al. (2021). Generalized word shift graphs. EPJ Data Science 10, 4. "
        "https://doi.org/10.1140/epjds/s13688-021-00260-3",
        "Phipson B., Smyth G. K. (2010). Permutation p-values should never be zero. "
        "https://doi.org/10.2202/1544-6115.1585",
    ),
)


class DistanceOptions(Selecting, total=False):
    """Keywords of :func:`region_distances` beside those that choose what is counted.

    ``n_splits``: random splits into halves (20). ``n_permutations``: deals of the labels (499).
    ``random_state``: seed (0). ``min_hits``: features with fewer hits in all are left out (2).
    """

    n_splits: int
    n_permutations: int
    random_state: int | None
    min_hits: int


class _Settings(NamedTuple):
    n_splits: int = 20
    n_permutations: int = 499
    random_state: int | None = 0
    min_hits: int = 2


def region_distances(
    corpus: Corpus,
    by: str = "province",
    *,
    counts: Counts | None = None,
    **options: Unpack[DistanceOptions],
) -> Result:
    """Compare the whole narrative of every region with every other, at equal length.

    Parameters
    ----------
    corpus
        The corpus.
    by
        Column that makes the groups; provinces by default.
    counts
        paragraphs × features (words, terms, topics, themes); words by default.
    **options
        See :class:`DistanceOptions` and :class:`~policytext.analysis.selection.Selecting`.

    Returns
    -------
    Result
        One row a pair of groups, columns of ``DISTANCE_COLUMNS``. ``distance_table`` and
        ``linkage`` of :mod:`policytext.analysis.clustering` make a square or a tree of it.

    Raises
    ------
    ParameterError
        Unknown keyword or column.
    NotEnoughDataError
        Fewer than two groups, or a group whose half has too little text.

    References
    ----------
    Lin J. (1991). https://doi.org/10.1109/18.61115
    Gallagher R. J. et al. (2021). https://doi.org/10.1140/epjds/s13688-021-00260-3
    """
    settings, which = _split(options)
    names = grouping(by)
    if len(names) != 1:
        raise ParameterError(f"region_distances takes one grouping column, got {list(names)}")
    chosen = select(corpus, names[0], which)
    found = counts if counts is not None else counted_words(corpus)
    cells = known_cells(corpus, chosen, found)
    groups = np.unique(cells.group)
    kept = np.flatnonzero(np.asarray(cells.counts.sum(axis=0)).ravel() >= settings.min_hits)
    split = _split_text(found, chosen, groups, kept, settings)
    table = with_tests(
        pairs_of(split, groups),
        cells,
        kept,
        chosen.design,
        n_permutations=settings.n_permutations,
        random_state=settings.random_state,
    )
    table = with_words(table, cells, kept)
    return Result(
        table=table[list(DISTANCE_COLUMNS)],
        title=_title(by, found.kind, chosen),
        columns=DISTANCE_COLUMNS,
        method=METHOD,
        cautions=(*chosen.cautions, *_cautions(table, split)),
        parameters={"by": by, "features": found.kind, "size": split.size, **settings._asdict()},
        corpus=corpus,
        evidence_from=lambda: _evidence(corpus, chosen, found, table),
        figure=_figure,
    )


def _split_text(
    counts: Counts,
    chosen: Selection,
    groups: npt.NDArray[np.str_],
    kept: npt.NDArray[np.int64],
    settings: _Settings,
) -> SplitDistances:
    labels = chosen.labels[chosen.by[0]].astype(str).to_numpy(dtype=str)
    rows = np.flatnonzero(chosen.counted & np.isin(labels, groups))
    return split_distances(
        sparse.csr_matrix(counts.matrix[rows][:, kept]),
        np.searchsorted(groups, labels[rows]).astype(np.int64),
        chosen.labels["doc_id"].to_numpy(dtype=str)[rows],
        n_splits=settings.n_splits,
        random_state=settings.random_state,
    )


def _split(options: DistanceOptions) -> tuple[_Settings, Selecting]:
    usual = _Settings()
    settings = _Settings(
        n_splits=options.get("n_splits", usual.n_splits),
        n_permutations=options.get("n_permutations", usual.n_permutations),
        random_state=options.get("random_state", usual.random_state),
        min_hits=options.get("min_hits", usual.min_hits),
    )
    rest = {key: value for key, value in options.items() if key not in _Settings._fields}
    return settings, Selecting(**rest)  # type: ignore[typeddict-item]


def _title(by: str, kind: str, chosen: Selection) -> Bilingual:
    zh, en = (f"（{chosen.scope.zh}）", f" ({chosen.scope.en})") if chosen.scope.zh else ("", "")
    return Bilingual(
        f"各{COLUMN_NAMES.get(by, by)}之间的距离（{kind}）{zh}", f"Distances by {by}, {kind}{en}"
    )


def _cautions(table: pd.DataFrame, split: SplitDistances) -> list[Bilingual]:
    unit = {"tokens": "个词次", "paragraphs": "个段落"}[split.unit]
    said = [
        Bilingual(
            f"每半份取 {split.size} {unit}；距离只可在同一表内比较。",
            f"Every half was cut to {split.size} {split.unit}; distances compare within this "
            "table only.",
        )
    ]
    if split.unit == "tokens" and split.size < SHORT:
        said.append(
            Bilingual(
                f"每半份不足 {SHORT} 个词次，文本太短，距离多为噪声。",
                f"Halves of fewer than {SHORT} tokens: so short a text mostly shows noise.",
            )
        )
    low = int((~table["above_noise"]).sum())
    if low:
        said.append(
            Bilingual(
                f"{len(table)} 对中有 {low} 对的距离未超过同组对半拆分的噪声，不能据以说两地不同。",
                f"{low} of {len(table)} pairs do not exceed the noise between halves of one group: "
                "they carry no difference.",
            )
        )
    if table["p_value"].isna().all():
        said.append(
            Bilingual(
                "没有检验：每组需五份及以上报告，且语料不是普查。",
                "Nothing was tested: that needs five reports in each group and no census.",
            )
        )
    return said


def _evidence(
    corpus: Corpus, chosen: Selection, counts: Counts, table: pd.DataFrame
) -> pd.DataFrame:
    name = chosen.by[0]
    sides = [
        pd.DataFrame({"row_id": table.index, "feature": table[words], name: table[side]})
        for side, words in (("a", "words_a"), ("b", "words_b"))
    ]
    wanted = pd.concat(sides, ignore_index=True)
    wanted["feature"] = wanted["feature"].str.split("、")
    wanted = wanted.explode("feature", ignore_index=True)
    paragraphs = chosen.labels.assign(para_no=corpus.paragraphs["para_no"].to_numpy())
    paragraphs[name] = paragraphs[name].astype(str)
    kept = emptied(counts.matrix, chosen.counted)
    found = paragraph_evidence(
        wanted[["feature", name]], kept, counts.features, paragraphs, feature="feature", by=[name]
    )
    found["row_id"] = wanted["row_id"].to_numpy()[found["row_id"].to_numpy(dtype=int)]
    joined = found.groupby(["row_id", "doc_id", "para_no", "start", "end"], as_index=False)
    summed = joined["weight"].sum()
    order = summed.sort_values(["row_id", "weight"], ascending=[True, False], kind="stable")
    return order.reset_index(drop=True)


def _figure(result: Result, ax: Axes | None = None) -> Axes:
    from policytext.plots.regions import plot_distances

    return plot_distances(result.table, ax=ax, title=result.title.zh)
