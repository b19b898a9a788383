"""Which themes fill the paragraphs of each group of reports?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policytext.errors import ParameterError
from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.themes.codebook import Codebook, load_codebook
from policytext.themes.dictionary import UNVALIDATED
from policytext.themes.labels import SILVER_NOTE
from policytext.themes.prevalence import corrected_share

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from policytext.corpus import Corpus

_FEW = 30
_OUTSIDE = "outside"
_COLUMNS = {
    "group": "group of reports",
    "theme": "theme id",
    "label_zh": "name of the theme",
    "label_en": "English name",
    "n_paragraphs": "counted paragraphs of the group",
    "n_labelled": "of these, paragraphs with labels (their labels are used, not the classifier)",
    "n_coded": "paragraphs coded with the theme (labels and classifier)",
    "share_coded": "n_coded / n_paragraphs",
    "share": "share corrected for the classifier's errors; missing without error counts",
    "low": "lower end of its interval",
    "high": "upper end",
    "n_positive": "labelled paragraphs with the theme behind the correction",
}


def theme_profile(
    corpus: Corpus,
    coding: pd.DataFrame,
    by: str | Sequence[str] = "province",
    *,
    labels: pd.DataFrame | None = None,
    errors: pd.DataFrame | None = None,
    codebook: Codebook | None = None,
    min_certainty: str = "likely",
    random_state: int | None = 0,
) -> Result:
    """Return the share of paragraphs of each group that treat each theme.

    Paragraphs that have labels count by their labels; the others by the coding, corrected for its
    errors.

    Parameters
    ----------
    corpus
        The corpus that was coded.
    coding
        A coding table: from `ThemeClassifier.code`, `code_by_cues` or coders.
    by
        Column of documents or paragraphs to group by.
    labels
        A coding table of labelled paragraphs (`silver_coding`), which replace the coding there.
    errors
        Error counts of the classifier (`load_theme_errors`); without them no share is corrected.
    codebook
        The scheme.
    min_certainty
        Regions and years less certain than this are `unknown`.
    random_state
        Chance of the intervals (95 %).

    Returns
    -------
    Result
        One row per group and theme; `explain(row)` gives the paragraphs.

    Raises
    ------
    ParameterError
        The coding holds paragraphs that the corpus does not count.

    References
    ----------
    Forman, G. (2008). Quantifying counts and costs via classification.
    https://doi.org/10.1007/s10618-008-0097-y
    """
    codebook = codebook or load_codebook()
    counted = np.flatnonzero(corpus.counted())
    final = _merged(coding, labels, counted)
    group = corpus.groups(by, min_certainty=min_certainty).astype(str)
    members = group.iloc[counted]
    labelled = set() if labels is None else set(labels["row"])
    rows, evidence = [], []
    for name in sorted(members.unique()):
        own = final[group.loc[final["row"]].to_numpy() == name]
        frame = _Group(name, set(members.index[members == name]), labelled, own)
        for theme in codebook.themes:
            coded = own[own["theme"] == theme.id]
            row = frame.row(theme.id, coded, errors, random_state)
            rows.append(row | {"label_zh": theme.label_zh, "label_en": theme.label_en})
            evidence.append(coded.assign(row_id=len(rows) - 1))
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    return Result(
        table,
        Bilingual("政策主题构成", "Profile of policy themes"),
        _COLUMNS,
        _METHOD,
        _cautions(table, coding, errors),
        {"by": str(by), "min_certainty": min_certainty, "random_state": random_state},
        corpus,
        _evidence(evidence),
        _figure,
    )


_METHOD = Method(
    Bilingual(
        "统计各组段落中涉及各主题的比例；已标注段落按标签计，其余按分类器结果计，"
        "并按留出报告上的灵敏度和特异度校正。",
        "Shares of paragraphs that treat each theme: labelled paragraphs by their labels, the "
        "others by the classifier, corrected for its sensitivity and specificity on left-out "
        "reports, which are assumed to be alike in all groups.",
    ),
    (
        "Rogan & Gladen 1978, doi:10.1093/oxfordjournals.aje.a112510",
        "Forman 2008, doi:10.1007/s10618-008-0097-y",
    ),
)


class _Group:
    """The counted paragraphs of one group: which are labelled, and how the others are coded."""

    def __init__(
        self, name: str, members: set[int], labelled: set[int], coding: pd.DataFrame
    ) -> None:
        self.name = name
        self.size = len(members)
        self.labelled = members & labelled
        free = coding[~coding["row"].isin(self.labelled)]
        self.n_free = self.size - len(self.labelled)
        self.n_outside = int((free["theme"] == _OUTSIDE).sum())

    def row(
        self,
        theme: str,
        coded: pd.DataFrame,
        errors: pd.DataFrame | None,
        random_state: int | None,
    ) -> dict[str, object]:
        n_label = int(coded["row"].isin(self.labelled).sum())
        n_coded = len(coded)
        row = {
            "group": self.name,
            "theme": theme,
            "n_paragraphs": self.size,
            "n_labelled": len(self.labelled),
            "n_coded": n_coded,
            "share_coded": n_coded / self.size,
            **dict.fromkeys(("share", "low", "high", "n_positive"), np.nan),
        }
        own = None if errors is None else errors[errors["theme"] == theme]
        if (
            own is None
            or theme == _OUTSIDE
            or own[["hits", "missed", "missed_outside"]].to_numpy().sum() == 0
        ):
            return row
        if self.n_free == 0:
            exact = n_label / self.size
            return row | {"share": exact, "low": exact, "high": exact}
        inside = self.n_free - self.n_outside
        found = corrected_share(
            n_coded - n_label, inside, self.n_free, own, random_state=random_state
        )
        ends = [
            (n_label + s * self.n_free) / self.size for s in (found.share, found.low, found.high)
        ]
        return (
            row
            | dict(zip(("share", "low", "high"), ends, strict=True))
            | {"n_positive": found.n_positive}
        )


def _merged(
    coding: pd.DataFrame, labels: pd.DataFrame | None, counted: NDArray[np.int64]
) -> pd.DataFrame:
    if not coding["row"].isin(counted).all():
        raise ParameterError(
            "the coding holds paragraphs that this corpus does not count; code it again"
        )
    if labels is None or labels.empty:
        return coding
    free = coding[~coding["row"].isin(labels["row"])]
    return pd.concat([free, labels[labels["row"].isin(coding["row"])]])


def _evidence(parts: list[pd.DataFrame]) -> pd.DataFrame:
    columns = ["row_id", "doc_id", "para_no", "start", "end", "weight"]
    frame = pd.concat(parts, ignore_index=True)
    return frame.assign(weight=frame["probability"].fillna(1.0))[columns]


def _cautions(
    table: pd.DataFrame, coding: pd.DataFrame, errors: pd.DataFrame | None
) -> tuple[Bilingual, ...]:
    cautions = []
    if (coding["source"] == UNVALIDATED).any():
        cautions.append(
            Bilingual(
                "编码由未经验证的词典得到。", "The coding comes from an unvalidated dictionary."
            )
        )
    if errors is None:
        cautions.append(
            Bilingual(
                "比例未按分类误差校正。", "Shares are not corrected for the errors of the coding."
            )
        )
        return tuple(cautions)
    cautions.append(Bilingual("校正所用标签为银标准（大语言模型判读）。", SILVER_NOTE))
    cautions.append(
        Bilingual(
            "校正假定分类误差在各组相同；见 error_differences。",
            "The correction assumes that errors are alike in all groups; see error_differences.",
        )
    )
    rare = table.loc[table["n_positive"] < _FEW, "theme"].unique()
    if len(rare):
        cautions.append(
            Bilingual(
                f"以下主题的标注段落少于{_FEW}，其比例不宜引用：{', '.join(rare)}",
                f"fewer than {_FEW} labelled paragraphs, do not cite these shares: "
                f"{', '.join(rare)}",
            )
        )
    return tuple(cautions)


def _figure(result: Result, ax: Axes | None) -> Axes:
    from policytext.plots.themes import plot_profile

    return plot_profile(result.table, ax)
