"""Do topic shares differ by region, year or any covariate, and how sure is it?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from policytext.corpus import Corpus
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.intervals import check_level
from policytext.inference.multiple_testing import benjamini_hochberg
from policytext.records import Bilingual
from policytext.result import Result
from policytext.topics import composition
from policytext.topics.effect_notes import COLUMNS, effects_cautions, effects_method
from policytext.topics.formula import (
    Columns,
    Contrasts,
    contrast_rows,
    covariate_frame,
    formula_variables,
    make_columns,
)
from policytext.topics.weighing import topic_evidence

Floats = npt.NDArray[np.float64]


def topic_effects(
    model: Any,
    corpus: Corpus | pd.DataFrame,
    formula: str,
    *,
    contrasts: Contrasts | None = None,
    clusters: str | None = "doc_id",
    n_draws: int = 25,
    level: float = 0.95,
    random_state: int = 0,
) -> Result:
    """Regress topic shares of paragraphs on covariates, with the model's uncertainty carried along.

    Shares are drawn from the model's own uncertainty; each draw is regressed on the formula with
    errors clustered by report; the fits are pooled (method of composition).

    Parameters
    ----------
    model : fitted topic model
    corpus : Corpus or DataFrame
        What the model's rows are. A DataFrame has one row per row of the model: covariates, and
        the report in the column `clusters`.
    formula : str
        One-sided, such as `"~ region + bs(year, df=4)"`: columns of documents or paragraphs.
        Write `C(year)` for years as groups.
    contrasts : str or mapping, optional
        A covariate of groups, for all differences between two groups; or name of contrast →
        coefficient → weight.
    clusters : str or None, default="doc_id"
        Column that names the report. None takes every paragraph as independent, as stm's
        `estimateEffect` does; on reports that claims far too much.
    n_draws : int, default=25
    level : float, default=0.95
    random_state : int, default=0

    Returns
    -------
    Result
        One row per topic and term: `topic, name, kind, term, estimate, std_error, low, high, df,
        p_value, q_value, model_share, n_paragraphs, n_reports`.

    Raises
    ------
    NotEnoughDataError
        If a group has only one report, or an effect rests on one report.
    ParameterError
        If the formula, a contrast, or another argument is not what it must be.

    References
    ----------
    Roberts, M. E., Stewart, B. M. & Airoldi, E. M. (2016). A model of text for experimentation in
    the social sciences. JASA 111(515), 988-1003. doi:10.1080/01621459.2016.1141684

    Bell, R. M. & McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression
    with multi-stage samples. Survey Methodology 28(2), 169-181.

    Examples
    --------
    >>> from policytext.topics import NmfTopics
    >>> counts = [[3, 1, 0, 0], [2, 2, 1, 0], [0, 1, 2, 1], [0, 0, 1, 2]] * 5
    >>> facts = pd.DataFrame(
    ...     {"doc_id": [i // 2 for i in range(20)], "region": ["东部", "东部", "西部", "西部"] * 5}
    ... )
    >>> model = NmfTopics(n_topics=2).fit(counts)
    >>> found = topic_effects(model, facts, "~ region", n_draws=3)
    >>> found.table.loc[found.table["term"] == "region[T.西部]", "n_reports"].tolist()
    [10, 10]
    """
    facts = _checked_facts(model, corpus, formula, n_draws)
    check_level(level)
    filled = np.diff(model.counts_.indptr) > 0
    columns = make_columns(facts, formula, filled)
    reports = _reports(corpus, clusters)
    _check_groups(columns, reports)
    draws = model.draw_shares(n_draws, random_state, reports)
    table = _table(model, columns, _terms(columns, contrasts), draws, reports)
    n_unknown = int(filled.sum()) - len(columns.rows)
    return Result(
        table=_tested(table, level),
        title=Bilingual(f"主题份额与协变量：{formula}", f"Topic shares by covariates: {formula}"),
        columns=COLUMNS,
        method=effects_method(model, clusters),
        cautions=tuple(effects_cautions(corpus, table, n_unknown, clusters)),
        parameters={
            "formula": formula,
            "engine": type(model).__name__,
            "clusters": clusters,
            "n_draws": n_draws,
            "level": level,
            "random_state": random_state,
        },
        corpus=corpus if isinstance(corpus, Corpus) else None,
        evidence_from=topic_evidence(model, corpus, table["topic"].tolist(), columns.rows),
        figure=_figure,
    )


def _checked_facts(
    model: Any, corpus: Corpus | pd.DataFrame, formula: str, n_draws: int
) -> pd.DataFrame:
    check_is_fitted(model)
    if n_draws < 1:
        raise ParameterError(f"n_draws must be 1 or more, got {n_draws}.")
    facts = covariate_frame(corpus, formula_variables(formula))
    n_rows = len(model.doc_topic_)
    n_facts = len(corpus if isinstance(corpus, pd.DataFrame) else corpus.paragraphs)
    if n_facts != n_rows:
        raise ParameterError(
            f"The model was fitted on {n_rows} rows and the corpus has {n_facts} paragraphs: "
            "pass the corpus the counts were made of."
        )
    return facts


def _figure(result: Result, ax: Any) -> Any:
    from policytext.plots.topics import plot_effects

    return plot_effects(result.table, ax)


def _reports(corpus: Corpus | pd.DataFrame, clusters: str | None) -> npt.NDArray[Any] | None:
    if clusters is None:
        return None
    table = corpus if isinstance(corpus, pd.DataFrame) else corpus.paragraphs
    if clusters not in table.columns:
        raise ParameterError(
            f"clusters must name the column with the report of each row, got {clusters!r}; "
            f"there are: {', '.join(map(str, table.columns))}."
        )
    return np.asarray(table[clusters].astype(str), dtype=object)


def _check_groups(columns: Columns, reports: npt.NDArray[Any] | None) -> None:
    if not len(columns.rows):
        raise NotEnoughDataError("No paragraph with words has all covariates of the formula.")
    if reports is None:
        return
    for name in columns.facts:
        if pd.api.types.is_numeric_dtype(columns.facts[name]):
            continue
        per_group = pd.Series(reports[columns.rows]).groupby(columns.facts[name].to_numpy())
        single = sorted(str(g) for g, n in per_group.nunique().items() if n < 2)
        if single:
            shown = ", ".join(single[:5]) + (" …" if len(single) > 5 else "")
            raise NotEnoughDataError(
                f"{len(single)} group(s) of {name!r} have only one report ({shown}): what is "
                "special to the group cannot be told from what is special to its report. Use a "
                "coarser grouping, add years, or report shares without a test (topic_shares)."
            )


Terms = list[tuple[str, list[str], Floats]]


def _terms(columns: Columns, contrasts: Contrasts | None) -> Terms:
    terms: Terms = [("coefficient", columns.names, np.eye(len(columns.names)))]
    if contrasts is not None:
        names, rows = contrast_rows(columns, contrasts)
        terms.append(("contrast", names, rows))
    return terms


def _table(
    model: Any,
    columns: Columns,
    terms: Terms,
    draws: Floats,
    reports: npt.NDArray[Any] | None,
) -> pd.DataFrame:
    contrasts = np.vstack([rows for _, _, rows in terms])
    kinds = [(kind, name) for kind, names, _ in terms for name in names]
    shares = [draw[columns.rows] for draw in draws]
    if reports is None:
        fits, df = _independent(columns.design, shares, contrasts)
        n_reports = len(columns.rows)
    else:
        codes, names = pd.factorize(reports[columns.rows])
        gathered = composition.gather(columns.design, codes, list(map(str, names)))
        fits = [composition.fit_clustered(gathered, s, contrasts) for s in shares]
        df, n_reports = composition.clustered_df(gathered, contrasts), len(names)
    pooled = composition.compose(
        np.stack([f.estimate for f in fits]), np.stack([f.variance for f in fits]), df
    )
    n_topics = len(model.topic_names_)
    return pd.DataFrame(
        {
            "topic": np.repeat(np.arange(n_topics), len(kinds)),
            "name": np.repeat(np.asarray(model.topic_names_, dtype=object), len(kinds)),
            "kind": [kind for kind, _ in kinds] * n_topics,
            "term": [name for _, name in kinds] * n_topics,
            "estimate": pooled.estimate.ravel(),
            "std_error": pooled.std_error.ravel(),
            "df": pooled.df.ravel(),
            "model_share": pooled.between.ravel(),
            "reports_df": np.tile(df, n_topics),
            "n_paragraphs": len(columns.rows),
            "n_reports": n_reports,
        }
    )


def _independent(
    design: Floats, shares: Iterable[Floats], contrasts: Floats
) -> tuple[list[composition.Fit], Floats]:
    both = [composition.fit_independent(design, s, contrasts) for s in shares]
    return [fit for fit, _ in both], np.full(len(contrasts), both[0][1])


def _tested(table: pd.DataFrame, level: float) -> pd.DataFrame:
    values = ("estimate", "std_error", "df", "model_share")
    composed = composition.Composed._make(table[c].to_numpy(dtype=np.float64) for c in values)
    p, low, high = composition.p_and_interval(composed, level)
    p = np.where(table["term"] == "Intercept", np.nan, p)
    q = np.full(len(p), np.nan)
    for kind in table["kind"].unique():
        of_kind = (table["kind"] == kind).to_numpy()
        q[of_kind] = benjamini_hochberg(p[of_kind])
    return table.assign(low=low, high=high, p_value=p, q_value=q)[list(COLUMNS)]
