"""Which themes fill the paragraphs of each group of reports?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policytext.data import data_path
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.resampling import report_weights
from policytext.records import Bilingual, Floats, Method
from policytext.result import Drawing, Result
from policytext.texts import cite, columns_of, say
from policytext.themes.codebook import Codebook, load_codebook
from policytext.themes.coding import SILVER_NOTE
from policytext.themes.cues import UNVALIDATED
from policytext.themes.evaluation import Scored

if TYPE_CHECKING:
    from policytext.corpus import Corpus


# Which share of paragraphs truly has a theme, given that a classifier errs?


_WEAKEST = 0.2
_HALF = 0.5
ERROR_COLUMNS = (
    "corpus",
    "report",
    "theme",
    "hits",
    "false",
    "missed",
    "rest",
    "missed_outside",
    "outside",
)


class Corrected(NamedTuple):
    """A corrected share with its interval, and what it rests on."""

    share: float
    low: float
    high: float
    sensitivity: float
    specificity: float
    n_positive: int


def error_counts(scored: Scored, corpus: str) -> pd.DataFrame:
    """Count a classifier's errors per report and theme, inside the field and outside it.

    Parameters
    ----------
    scored
        Left-out answers to labelled paragraphs.
    corpus
        Name for the column `corpus`.

    Returns
    -------
    pandas.DataFrame
        Columns corpus, report, theme; among paragraphs not given `outside`: hits, false (given,
        not labelled), missed, rest (neither); among those given `outside`: missed_outside
        (labelled with the theme) and outside (all).
    """
    inside = np.ones(len(scored.given), dtype=bool)
    if _OUTSIDE in scored.themes:
        inside = ~scored.given[:, scored.themes.index(_OUTSIDE)]
    rows = []
    for report in np.unique(scored.reports):
        own = scored.reports == report
        y, g = scored.labels[own & inside], scored.given[own & inside]
        beyond = scored.labels[own & ~inside]
        counts = [(y & g), (~y & g), (y & ~g), (~y & ~g), beyond]
        sums = [part.sum(axis=0) for part in counts]
        for number, theme in enumerate(scored.themes):
            values = [int(s[number]) for s in sums]
            rows.append((corpus, report, theme, *values, len(beyond)))
    return pd.DataFrame(rows, columns=list(ERROR_COLUMNS))


def load_theme_errors(corpus: str | None = None) -> pd.DataFrame:
    """Load the shipped classifier's left-out errors on the silver labels (see `error_counts`).

    Parameters
    ----------
    corpus
        ``seeds`` (work reports of health bodies), ``provinces-2025`` (provincial government work
        reports), or None for both. Take the one that is like your texts.

    Raises
    ------
    ParameterError
        There are no errors for this corpus.
    """
    table = pd.read_csv(data_path("models/themes/errors.csv"))
    if corpus is None:
        return table
    known = sorted(table["corpus"].unique())
    if corpus not in known:
        raise ParameterError(f"corpus must be one of {known}, got {corpus!r}")
    return table[table["corpus"] == corpus].reset_index(drop=True)


def corrected_share(
    n_given: int,
    n_inside: int,
    n_all: int,
    errors: pd.DataFrame,
    *,
    level: float = 0.95,
    n_resamples: int = 1000,
    random_state: int | None = 0,
) -> Corrected:
    """Correct the share of paragraphs given a theme for the classifier's errors.

    Among paragraphs the classifier places inside the field, the true share is
    (given share + specificity - 1) / (sensitivity + specificity - 1), cut to 0 and 1; among those
    it calls `outside`, the share of labelled ones that have the theme is added. Sensitivity and
    specificity come from labelled paragraphs of other reports and are assumed to hold here too.

    Source: Rogan & Gladen (1978).

    >>> errors = pd.DataFrame([("c", f"r{i}", "tcm", 8, 1, 2, 89, 0, 50) for i in range(9)],
    ...     columns=list(ERROR_COLUMNS))
    >>> found = corrected_share(20, 100, 200, errors)
    >>> round(found.share, 3), found.n_positive
    (0.12, 90)
    """
    _refuse_contradiction(n_given, n_inside, n_all)
    counts = (
        errors.groupby("report", sort=True)[list(ERROR_COLUMNS[3:])].sum().to_numpy(dtype=float)
    )
    total = counts.sum(axis=0)
    n_positive = int(total[0] + total[2] + total[4])
    if n_positive == 0:
        raise NotEnoughDataError(
            "no labelled paragraph has the theme; its share cannot be corrected"
        )
    sensitivity, specificity, beyond = _rates(total[None, :])
    point = _corrected(
        n_given / max(n_inside, 1), sensitivity, specificity, beyond, n_inside / n_all
    )
    rng = np.random.default_rng(random_state)
    draws = report_weights(np.zeros(len(counts)), n_resamples=n_resamples, random_state=rng)
    given = rng.beta(n_given + _HALF, n_inside - n_given + _HALF, size=n_resamples)
    drawn = _corrected(given, *_drawn_rates(draws @ counts, rng), n_inside / n_all)
    ends = _ends(float(point[0]), drawn, level)
    return Corrected(
        float(point[0]), *ends, float(sensitivity[0]), float(specificity[0]), n_positive
    )


def _ends(point: float, drawn: Floats, level: float) -> tuple[float, float]:
    kept = drawn[np.isfinite(drawn)]
    if len(kept) < 0.8 * len(drawn) or not np.isfinite(point):
        return np.nan, np.nan
    low, high = np.quantile(kept, [(1 - level) / 2, (1 + level) / 2])
    return min(float(low), point), max(float(high), point)


def _refuse_contradiction(n_given: int, n_inside: int, n_all: int) -> None:
    if not 0 <= n_given <= n_inside <= n_all or n_all == 0:
        raise ParameterError(
            f"must hold: 0 <= given <= inside <= all, all > 0; got {n_given}, {n_inside}, {n_all}"
        )


def error_differences(errors: pd.DataFrame, groups: dict[str, str]) -> pd.DataFrame:
    """Compare the classifier's sensitivity and precision between groups of labelled reports.

    Whether errors are alike everywhere is the assumption of every corrected share; this is the
    check the labels allow.

    Source: Wilson (1927).
    """
    from policytext.inference.intervals import share_interval

    table = errors.assign(group=errors["report"].map(groups)).dropna(subset=["group"])
    sums = table.groupby(["group", "theme"], sort=True)[list(ERROR_COLUMNS[3:])].sum().reset_index()
    sums["n_positive"] = sums["hits"] + sums["missed"] + sums["missed_outside"]
    sums["n_given"] = sums["hits"] + sums["false"]
    sums = sums[(sums["n_positive"] > 0) | (sums["n_given"] > 0)].reset_index(drop=True)
    for name, n in (("sensitivity", "n_positive"), ("precision", "n_given")):
        size = sums[n].to_numpy(dtype=float)
        some = size > 0
        ends = share_interval(sums["hits"].to_numpy()[some], size[some])
        sums[name] = (sums["hits"] / sums[n]).where(some)
        sums.loc[some, f"{name}_low"] = ends.low
        sums.loc[some, f"{name}_high"] = ends.high
    shown = ["sensitivity", "precision"]
    columns = [c for name in shown for c in (name, f"{name}_low", f"{name}_high")]
    return sums[["group", "theme", "n_positive", "n_given", *columns]]


def _rates(counts: Floats) -> tuple[Floats, Floats, Floats]:
    hits, false, missed, rest, missed_outside, outside = counts.T
    with np.errstate(invalid="ignore", divide="ignore"):
        beyond = np.where(outside > 0, missed_outside / outside, 0.0)
        return hits / (hits + missed), rest / (rest + false), beyond


def _drawn_rates(counts: Floats, rng: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Draw the three rates from Jeffreys' Beta, so that no error seen is not taken for no error."""
    hits, false, missed, rest, missed_outside, outside = counts.T
    beyond = rng.beta(missed_outside + _HALF, outside - missed_outside + _HALF)
    return (
        rng.beta(hits + _HALF, missed + _HALF),
        rng.beta(rest + _HALF, false + _HALF),
        np.where(outside > 0, beyond, 0.0),
    )


def _corrected(
    given: Floats | float, sensitivity: Floats, specificity: Floats, beyond: Floats, inside: float
) -> Floats:
    apart = sensitivity + specificity - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.clip((given + specificity - 1) / apart, 0, 1)
    share = np.where(apart >= _WEAKEST, share, np.nan)
    return np.asarray(share * inside + beyond * (1 - inside))


# Which themes fill the paragraphs of each group of reports?

_FEW = 30
_OUTSIDE = "outside"
_COLUMNS = columns_of("theme_profile")


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
        say("theme_profile.theme_profile"),
        _COLUMNS,
        _METHOD,
        _cautions(table, coding, errors),
        {"by": str(by), "min_certainty": min_certainty, "random_state": random_state},
        corpus,
        _evidence(evidence),
        Drawing("topics.plot_profile", titled=False),
    )


_METHOD = Method(
    say("theme_profile.method"),
    cite("rogan-1978", "forman-2008"),
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
        cautions.append(say("theme_profile.cautions.2"))
    if errors is None:
        cautions.append(say("theme_profile.cautions.3"))
        return tuple(cautions)
    cautions.append(Bilingual("校正所用标签为银标准（大语言模型判读）。", SILVER_NOTE))
    cautions.append(say("theme_profile.cautions"))
    rare = table.loc[table["n_positive"] < _FEW, "theme"].unique()
    if len(rare):
        cautions.append(say("theme_profile.cautions.4", few=_FEW, value=", ".join(rare)))
    return tuple(cautions)
