"""Do topic shares differ by region, year or any covariate, and how sure is it?

Shares are drawn from the model's own uncertainty and regressed, issuers as clusters.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from policytext.comparable import STRATA
from policytext.corpus import Corpus
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference import models
from policytext.inference.intervals import check_confidence
from policytext.inference.resampling import benjamini_hochberg
from policytext.records import CERTAINTIES, CERTAINTY_COLUMNS, UNKNOWN, Bilingual, Floats, Method
from policytext.regions import groupings
from policytext.result import Drawing, Result
from policytext.texts import cite, columns_of, listing, name_of, say
from policytext.topics.estimators import TopicModel, check_fitted
from policytext.topics.shares import topic_evidence
from policytext.topics.stability import refit_on_simulated, true_shares

_COLUMNS = columns_of("effects")

Contrasts = str | Mapping[str, Mapping[str, float]]
"""A covariate of groups, or name of contrast → coefficient → weight."""

Terms = list[tuple[str, list[str], Floats]]
"""Kind, names and coefficients' weights of what is estimated."""

FUNCTIONS: Final = frozenset({"C", "bs", "cr", "cc", "poly", "center", "scale", "log"})
"""What a formula may call; anything else could run code that came with a study file."""

LONGEST_FORMULA: Final = 500
LARGEST_POWER: Final = 5
LARGEST_SETTING: Final = 100
"""Of a number in a call, such as ``df``: more is a slip, and would fill the memory."""

_SIGNS = re.compile(r"[\w\s+\-*/:^(),=.]*")
_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.MatMult, ast.BitXor, ast.Pow)
_QUOTED = re.compile(r"`[^`\n]+`")


def topic_effects(
    model: TopicModel,
    corpus: Corpus | pd.DataFrame,
    formula: str,
    *,
    contrasts: Contrasts | None = None,
    shares: str = "likeliest",
    clusters: str | None = "unit",
    n_draws: int = 25,
    n_refits: int = 5,
    confidence: float = 0.95,
    random_state: int = 0,
    n_jobs: int = 1,
) -> Result:
    """Regress topic shares of paragraphs on covariates, with the model's uncertainty carried along.

    Shares are those under which each paragraph's own words are likeliest, moved by the model's own
    uncertainty draw by draw; each draw is regressed on the formula with errors clustered by issuer;
    the fits are pooled (method of composition). What a model blurs between topics makes
    differences smaller: it is fitted anew on text drawn from itself, where the differences are
    known, and what comes back of them stands beside every estimate.

    Parameters
    ----------
    model : fitted topic model
    corpus : Corpus or DataFrame
        What the model's rows are. A DataFrame has one row per row of the model: covariates, and
        the report in the column `clusters`.
    formula : str
        One-sided, such as `"~ region + bs(year, df=4)"`: columns of documents or paragraphs, or
        a shipped grouping (东中西, 四大板块 …). Write `C(year)` for years as groups.
    contrasts : str or mapping, optional
        A covariate of groups, for all differences between two groups; or name of contrast →
        coefficient → weight.
    shares : {"likeliest", "drawn"}, default="likeliest"
        ``"drawn"`` takes the model's draws as they are, as stm's `estimateEffect` does: its prior
        draws every paragraph towards the mean of all, and differences come out too small.
    clusters : str or None, default="unit"
        What is independent: the unit of `Corpus.units` (the issuer, joined where texts are shared),
        or a column of documents or paragraphs such as `"doc_id"` or `"province"`. A DataFrame
        without a column `unit` is taken by `doc_id`. None takes every paragraph as independent, as
        stm's `estimateEffect` does; on reports that claims far too much.
    n_draws : int, default=25
    n_refits : int, default=5
        Fits on simulated text; 0 leaves `planted` to `corrected_high` empty, and `low` and `high`
        with them: nobody knows what the model blurs. Two at least give an interval of what comes
        back. Where less than nine tenths of a topic's differences, or of all topics' on average,
        come back (or more than the inverse), only the corrected interval is given, and `refused`
        says so. Topics of simulated text are purer than those of real text: all intervals reach
        away from zero by a ninth of the estimate more. The fits are kept on the model: a second
        formula costs nothing. Only effects of `NmfTopics` and `GibbsTopics` are corrected, whose
        corrected intervals were measured to hold; of other engines `recovered` says what they lose,
        and nine tenths must come back by the shares they draw too.
    confidence : float, default=0.95
    random_state : int, default=0
    n_jobs : int, default=1
        Processes that fit side by side (-1: all); the result is the same for any number.

    Returns
    -------
    Result
        One row per topic and term: `topic, name, kind, term, estimate, std_error, low, high, df,
        p_value, q_value, model_share, planted, recovered, recovered_low, recovered_high,
        corrected, corrected_low, corrected_high, n_paragraphs, n_reports, refused`. Rows of kind
        ``joint`` test all columns of a term together: all groups of a covariate, or a whole spline.

    Raises
    ------
    NotEnoughDataError
        If a group has only one issuer, or an effect rests on one.
    ParameterError
        If the formula, a contrast, or another argument is not what it must be.

    References
    ----------
    Roberts, M. E., Stewart, B. M. & Airoldi, E. M. (2016). A model of text for experimentation in
    the social sciences. JASA 111(515), 988-1003. doi:10.1080/01621459.2016.1141684

    Bell, R. M. & McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression
    with multi-stage samples. Survey Methodology 28(2), 169-181.

    Robins, J. M. & Wang, N. (2000). Inference for imputation estimators. Biometrika 87(1), 113-124.
    doi:10.1093/biomet/87.1.113

    Examples
    --------
    >>> from policytext import NmfTopics, topic_effects
    >>> counts = [[3, 1, 0, 0], [2, 2, 1, 0], [0, 1, 2, 1], [0, 0, 1, 2]] * 5
    >>> facts = pd.DataFrame(
    ...     {"doc_id": [i // 2 for i in range(20)], "region": ["东部", "东部", "西部", "西部"] * 5}
    ... )
    >>> model = NmfTopics(n_topics=2).fit(counts)
    >>> found = topic_effects(model, facts, "~ region", n_draws=3)
    >>> found.table.loc[found.table["term"] == "region[T.西部]", "n_reports"].tolist()
    [10, 10]
    """
    facts = _checked_facts(model, corpus, formula, n_draws, n_refits)
    if shares not in ("likeliest", "drawn"):
        raise ParameterError(f"shares must be 'likeliest' or 'drawn', got {shares!r}.")
    check_confidence(confidence)
    filled = np.diff(model.counts_.indptr) > 0
    columns = make_columns(facts, formula, filled)
    reports = _reports(corpus, clusters)
    _check_groups(columns, reports)
    draws = model.draw_shares(n_draws, random_state, reports)
    if shares == "likeliest":
        # the draws say how far shares move, the words of each paragraph around what
        draws = draws + (model.likeliest_shares() - draws.mean(axis=0))
    terms = _terms(columns, contrasts)
    table = _table(model, columns, terms, draws, reports)
    n_unknown = int(filled.sum()) - len(columns.rows)
    table = _tested(table, confidence)
    refits = refit_on_simulated(model, n_refits, random_state, n_jobs)
    drawn = shares == "drawn"
    came = [r.shares if drawn or r.likeliest is None else r.likeliest for r in refits]
    table = _with_recovered(model, table, columns, terms, came, reports)
    if refits and not model.corrects_effects:
        # only where the engine's own shares tell topics apart too: their blur hides in the others
        own = _back([r.shares for r in refits], model, columns, reports).mean(axis=0)
        table["clear"] = own[table["topic"]]
    table = _with_corrected(table, confidence, model.corrects_effects)
    table = _refused(_allowing(table))
    if isinstance(corpus, Corpus) and corpus.design == "census":
        ends = ["low", "high", "corrected_low", "corrected_high"]
        table[[*ends, "p_value", "q_value"]] = np.nan
    evidence, again = None, None
    cautions = [*_not_used(n_unknown, clusters), *_shaky(table)]
    dealt = [name for name in facts if name in _columns_of_reports(corpus)]
    if isinstance(corpus, Corpus):
        used = np.isin(np.arange(len(filled)), columns.rows)
        cautions += [*_mixed(corpus, used, list(facts)), *_of_years(corpus, used, facts)]
        cautions += _split_units(corpus, used, clusters, reports)
        evidence = topic_evidence(model, corpus, table, used)
    if isinstance(corpus, Corpus) and dealt:

        def again(changed: Corpus, by: str | None) -> Result:
            told = _told_otherwise(corpus, facts, dealt[0], changed, by, reports)
            found = topic_effects(
                model,
                told,
                formula,
                contrasts=contrasts,
                shares=shares,
                clusters=None if reports is None else "unit",
                n_draws=n_draws,
                n_refits=0,
                confidence=confidence,
                random_state=random_state,
            )
            if corpus.design == "census":
                return replace(found, table=found.table.assign(p_value=np.nan, q_value=np.nan))
            return found

    return Result(
        table=table[list(_COLUMNS)],
        title=say("effects.title", formula=formula),
        columns=_COLUMNS,
        method=_method(model, shares, clusters, n_refits),
        cautions=tuple(cautions),
        parameters={
            **({"by": dealt[0]} if dealt else {}),
            "formula": formula,
            "engine": type(model).__name__,
            "shares": shares,
            "clusters": clusters,
            "n_draws": n_draws,
            "n_refits": n_refits,
            "confidence": confidence,
            "random_state": random_state,
        },
        corpus=corpus if isinstance(corpus, Corpus) else None,
        evidence_from=evidence,
        figure=Drawing("topics.plot_effects", titled=False),
        again=again,
    )


def _columns_of_reports(corpus: Corpus | pd.DataFrame) -> list[str]:
    return [*corpus.documents.columns, *groupings()] if isinstance(corpus, Corpus) else []


def _told_otherwise(
    corpus: Corpus,
    facts: pd.DataFrame,
    name: str,
    changed: Corpus,
    by: str | None,
    reports: npt.NDArray[Any] | None,
) -> pd.DataFrame:
    """Return the facts with one of them as another corpus has it, the units as they were."""
    dealt, facts_of = by or name, changed.documents
    told = facts_of[dealt] if dealt in facts_of.columns else changed.document_groups(dealt)
    labels = pd.Series(told.to_numpy(), index=facts_of["doc_id"].to_numpy())
    values = corpus.paragraphs["doc_id"].map(labels)
    if pd.api.types.is_numeric_dtype(facts[name]):
        values = pd.to_numeric(values, errors="coerce")
    units = corpus.paragraphs["doc_id"] if reports is None else reports
    return facts.assign(**{name: values.to_numpy(), "unit": np.asarray(units)})


# How were the effects computed, and what can they not carry?


def _method(model: TopicModel, shares: str, clusters: str | None, n_refits: int) -> Method:
    errors = say("effects.rows_independent" if clusters is None else "effects.rows_clustered")
    draws = model.draws_from
    told = (
        say("effects.shares.drawn", draws=draws)
        if shares == "drawn"
        else say("effects.shares.likeliest", draws=draws)
    )
    method = Method(
        say("effects.method", errors=errors, shares=told),
        cite(
            *("roberts-2016", "treier-2008", "bell-2002", "benjamini-1995"),
            *(() if clusters is None else ("robins-2000",)),
        ),
    )
    if n_refits:
        method = method.also(say("effects.recovered", n_refits=n_refits))
    return method.also(model.words_note_)


def _not_used(n_unknown: int, clusters: str | None) -> Iterable[Bilingual]:
    if n_unknown:
        yield say("effects.unknown_covariate", n_unknown=n_unknown)
    if clusters is None:
        yield say("effects.not_independent")


def _shaky(table: pd.DataFrame) -> Iterable[Bilingual]:
    effects = table[table["term"] != "Intercept"]
    few = effects.loc[effects["reports_df"] < 4, "term"].unique()[:8]
    if len(few):
        yield say("effects.few_reports", terms=listing(few))
    unsure = effects.loc[effects["model_share"] > 0.5, "name"].unique()
    if len(unsure):
        yield say("effects.model_unsure", names=listing(unsure))
    lost = effects[effects["back"] < CLEAR].drop_duplicates("topic").sort_values("back")
    if len(lost):
        first = lost[["name", "back"]].head(MOST_NAMED).itertuples(index=False)
        told = [f"{name} {back:.0%}" for name, back in first]
        yield say("effects.attenuated", n=len(lost), names=listing(told))


def _split_units(
    corpus: Corpus,
    used: npt.NDArray[np.bool_],
    clusters: str | None,
    reports: npt.NDArray[Any] | None,
) -> Iterable[Bilingual]:
    """Say where clusters that are taken as independent are of fewer issuers."""
    if reports is None or clusters == "unit":
        return
    units = corpus.paragraphs["doc_id"].map(corpus.units.set_index("doc_id")["unit"])
    both = pd.DataFrame({"unit": units.to_numpy(), "cluster": reports})[used]
    if (both.groupby("unit")["cluster"].nunique() > 1).any():
        yield say(
            "effects.split_units",
            n=both["cluster"].nunique(),
            column=str(clusters),
            units=both["unit"].nunique(),
        )


def _of_years(
    corpus: Corpus, used: npt.NDArray[np.bool_], facts: pd.DataFrame
) -> Iterable[Bilingual]:
    """Say which numbers are one for all reports of a year: a shock of a year looks like them."""
    years = corpus.documents.set_index("doc_id")["year"]
    years = corpus.paragraphs.loc[used, "doc_id"].map(years)
    if years.nunique() < 3:
        return
    numbers = facts.loc[used].select_dtypes("number").reset_index(drop=True)
    held = numbers.groupby(years.to_numpy()).nunique().max()
    names = [name for name in numbers if held[name] <= 1]
    if names:
        yield say("effects.of_years", names=listing(names))


def _mixed(
    corpus: Corpus, used: npt.NDArray[np.bool_], covariates: list[str]
) -> Iterable[Bilingual]:
    reports = corpus.documents[
        corpus.documents["doc_id"].isin(corpus.paragraphs.loc[used, "doc_id"])
    ]
    for name in STRATA:
        kinds = sorted(reports[name].fillna(UNKNOWN).astype(str).unique())
        if len(kinds) > 1 and name not in covariates:
            yield say(
                "effects.mixed",
                what=name_of("column", name),
                kinds=listing(kinds),
            )
    if corpus.design != "sample":
        yield say(f"comparable.{corpus.design}")


# What are the facts about the paragraphs, and which reports do they belong to?


def _checked_facts(
    model: TopicModel, corpus: Corpus | pd.DataFrame, formula: str, n_draws: int, n_refits: int
) -> pd.DataFrame:
    check_fitted(model)
    if n_draws < 1 or n_refits < 0:
        raise ParameterError(
            f"n_draws must be 1 or more and n_refits 0 or more, got {n_draws} and {n_refits}."
        )
    facts = covariate_frame(corpus, formula_variables(formula))
    n_rows = len(model.doc_topic_)
    n_facts = len(corpus if isinstance(corpus, pd.DataFrame) else corpus.paragraphs)
    if n_facts != n_rows:
        raise ParameterError(
            f"The model was fitted on {n_rows} rows and the corpus has {n_facts} paragraphs: "
            "pass the corpus the counts were made of."
        )
    return facts


def _reports(corpus: Corpus | pd.DataFrame, clusters: str | None) -> npt.NDArray[Any] | None:
    """Return the cluster of each row."""
    if clusters is None:
        return None
    if isinstance(corpus, Corpus):
        if clusters == "unit":
            names = corpus.units.set_index("doc_id")["unit"]
            return np.asarray(corpus.paragraphs["doc_id"].map(names).astype(str), dtype=object)
        if clusters in _columns_of(corpus):
            return np.asarray(_fact(corpus, clusters).astype(str), dtype=object)
        known = sorted({*_columns_of(corpus), "unit"})
    else:
        name = "doc_id" if clusters == "unit" and "unit" not in corpus.columns else clusters
        if name in corpus.columns:
            return np.asarray(corpus[name].astype(str), dtype=object)
        known = list(map(str, corpus.columns))
    raise ParameterError(
        f"clusters must name a column that says what is independent, got {clusters!r}; there are: "
        f"{', '.join(known)}."
    )


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
                f"{len(single)} group(s) of {name!r} have only one issuer ({shown}): what is "
                "special to the group cannot be told from what is special to its issuer. Use a "
                "coarser grouping, add issuers, or report shares without a test (topic_shares)."
            )


def covariate_frame(corpus: Corpus | pd.DataFrame, variables: list[str]) -> pd.DataFrame:
    """Return one column per variable and one row per paragraph; what is not known is missing.

    >>> facts = pd.DataFrame({"region": ["东部", None], "size": [1, 2]})
    >>> covariate_frame(facts, ["region"])["region"].isna().tolist()
    [False, True]
    """
    if isinstance(corpus, pd.DataFrame):
        known = set(corpus.columns)
    else:
        known = {*_columns_of(corpus), *groupings()}
    lacking = [name for name in variables if name not in known]
    if lacking:
        raise ParameterError(
            f"There is no column {lacking[0]!r}; there are: {', '.join(sorted(map(str, known)))}."
        )
    if isinstance(corpus, pd.DataFrame):
        return pd.DataFrame({v: _plain(corpus[v].reset_index(drop=True)) for v in variables})
    return pd.DataFrame({v: _plain(_fact(corpus, v)) for v in variables})


def _columns_of(corpus: Corpus) -> set[str]:
    return {*corpus.documents.columns, *corpus.paragraphs.columns}


def _fact(corpus: Corpus, name: str) -> pd.Series:
    if name in corpus.paragraphs.columns:
        return corpus.paragraphs[name]
    if name not in corpus.documents.columns:
        return corpus.groups(name)  # a shipped grouping
    values = corpus.documents[name]
    if name in CERTAINTY_COLUMNS:
        enough = CERTAINTIES[: CERTAINTIES.index("likely") + 1]
        values = values.where(corpus.documents[CERTAINTY_COLUMNS[name]].isin(enough))
    values.index = pd.Index(corpus.documents["doc_id"])
    return corpus.paragraphs["doc_id"].map(values)


def _plain(values: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return values.astype("float64")
    text = values.astype(object).where(values.notna() & (values.astype(str) != ""))
    return text.map(lambda v: None if v is None or v == UNKNOWN or pd.isna(v) else str(v))


# Which columns does a formula make of facts about paragraphs?


def formula_variables(formula: str) -> list[str]:
    """Return the covariates a one-sided formula names, after checking that it is harmless.

    >>> formula_variables("~ region + year")
    ['region', 'year']
    """
    from formulaic import Formula

    if not isinstance(formula, str):
        raise ParameterError(f"The formula must be text such as '~ year', got {formula!r}.")
    left, tilde, right = formula.strip().partition("~")
    if tilde and left.strip():
        raise ParameterError(
            f"The formula must have no left side (the topics stand there), got {formula!r}."
        )
    if not _is_harmless(right if tilde else left):
        raise ParameterError(
            f"The formula {formula[:200]!r} cannot be read. The formula may hold columns, numbers, "
            f"+ - * : / ^ and the functions {', '.join(sorted(FUNCTIONS))}, powers up to "
            f"{LARGEST_POWER}, numbers in calls up to {LARGEST_SETTING}, and in all "
            f"{LONGEST_FORMULA} characters."
        )
    try:
        Formula(formula)
    except Exception as error:  # formulaic raises many kinds
        raise ParameterError(f"The formula {formula!r} cannot be read: {error}") from error
    # formulaic does not list what stands inside a spline
    named = re.findall(r"`([^`]+)`|\b([^\W\d]\w*)\b(?!\s*[(=])", formula)
    variables = sorted({quoted or plain for quoted, plain in named})
    if not variables:
        raise ParameterError(f"The formula must name a covariate, got {formula!r}.")
    return variables


def _is_harmless(formula: str) -> bool:
    """Return whether every part of a formula is one of those that are allowed; nothing is run.

    >>> [_is_harmless(f) for f in ("bs(year, df=4) + `a b`:region", "year.real", "f(x)")]
    [True, False, False]
    """
    plain = _QUOTED.sub(" quoted ", formula)
    if len(formula) > LONGEST_FORMULA or not _SIGNS.fullmatch(plain) or "__" in plain:
        return False
    try:
        # ":" is an operator of formulas; Python reads "@" where it would stand.
        tree = ast.parse(" ".join(plain.replace(":", "@").split()), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return _is_term(tree.body)


def _is_term(node: ast.expr, largest: float = float("inf")) -> bool:
    """Return whether a node is a column, a number, an allowed operation or an allowed call."""
    match node:
        case ast.Name():
            return True
        case ast.Constant(value=bool()):
            return True
        case ast.Constant(value=int() | float() as number):
            return abs(number) <= largest
        case ast.UnaryOp(op=ast.UAdd() | ast.USub(), operand=inner):
            return _is_term(inner, largest)
        case ast.BinOp(left=left, op=ast.Pow() | ast.BitXor(), right=ast.Constant() as right):
            return _is_term(left, largest) and _is_term(right, LARGEST_POWER)
        case ast.BinOp(left=left, op=op, right=right):
            allowed = isinstance(op, _OPERATORS) and not isinstance(op, ast.Pow | ast.BitXor)
            return allowed and _is_term(left, largest) and _is_term(right, largest)
        case ast.Call(func=ast.Name(id=name), args=given, keywords=named) if name in FUNCTIONS:
            settings = [k.value for k in named if k.arg] if all(k.arg for k in named) else []
            return len(settings) == len(named) and all(
                [
                    *(_is_term(one, largest) for one in given),
                    *(_is_term(one, LARGEST_SETTING) for one in settings),
                ]
            )
    return False


class Columns(NamedTuple):
    """A design matrix over the rows whose covariates are known."""

    design: Floats
    names: list[str]
    rows: npt.NDArray[np.intp]
    facts: pd.DataFrame
    """The covariates of these rows."""
    spec: Any


def make_columns(facts: pd.DataFrame, formula: str, usable: npt.NDArray[np.bool_]) -> Columns:
    """Return the design matrix of the usable rows whose covariates are all known.

    >>> facts = pd.DataFrame({"region": ["东部", "西部", None]})
    >>> found = make_columns(facts, "~ region", np.ones(3, bool))
    >>> found.names, found.rows.tolist()
    (['Intercept', 'region[T.西部]'], [0, 1])
    """
    from formulaic import model_matrix

    rows = np.flatnonzero(usable & facts.notna().all(axis=1).to_numpy())
    kept = facts.iloc[rows].reset_index(drop=True)
    try:
        matrix = model_matrix(formula, kept, context={})
    except Exception as error:  # formulaic raises many kinds
        raise ParameterError(
            f"The formula {formula!r} does not fit the covariates: {error}"
        ) from error
    names = [str(name) for name in matrix.columns]
    return Columns(np.asarray(matrix, np.float64), names, rows, kept, matrix.model_spec)


def contrast_rows(columns: Columns, contrasts: Contrasts) -> tuple[list[str], Floats]:
    """Return named linear combinations of the coefficients.

    >>> facts = pd.DataFrame({"region": ["东部", "西部", "中部"]})
    >>> found = make_columns(facts, "~ region", np.ones(3, bool))
    >>> contrast_rows(found, "region")[0]
    ['中部 - 东部', '西部 - 东部', '西部 - 中部']
    """
    if isinstance(contrasts, str):
        return _pairs(columns, contrasts)
    rows = np.zeros((len(contrasts), len(columns.names)))
    for i, (name, weights) in enumerate(contrasts.items()):
        for coefficient, weight in weights.items():
            if coefficient not in columns.names:
                raise ParameterError(
                    f"Contrast {name!r} names {coefficient!r}, and the coefficients are: "
                    f"{', '.join(columns.names)}."
                )
            rows[i, columns.names.index(coefficient)] = weight
    return list(contrasts), rows


def _pairs(columns: Columns, variable: str) -> tuple[list[str], Floats]:
    if variable not in columns.facts or pd.api.types.is_numeric_dtype(columns.facts[variable]):
        raise ParameterError(
            f"contrasts must name a covariate of groups in the formula, got {variable!r}."
        )
    groups = sorted(columns.facts[variable].unique())
    means = []
    for group in groups:
        as_if = columns.facts.assign(**{variable: group})
        matrix = columns.spec.get_model_matrix(as_if, context={})
        means.append(np.asarray(matrix, np.float64).mean(axis=0))
    pairs = list(combinations(range(len(groups)), 2))
    names = [f"{groups[b]} - {groups[a]}" for a, b in pairs]
    return names, np.asarray([means[b] - means[a] for a, b in pairs]).reshape(len(pairs), -1)


def _terms(columns: Columns, contrasts: Contrasts | None) -> Terms:
    terms: Terms = [("coefficient", columns.names, np.eye(len(columns.names)))]
    if contrasts is not None:
        names, rows = contrast_rows(columns, contrasts)
        terms.append(("contrast", names, rows))
    return terms


# What do the draws of the shares say when they are regressed and pooled?


def _table(
    model: TopicModel,
    columns: Columns,
    terms: Terms,
    draws: Floats,
    reports: npt.NDArray[Any] | None,
) -> pd.DataFrame:
    contrasts = np.vstack([rows for _, _, rows in terms])
    kinds = [(kind, name) for kind, names, _ in terms for name in names]
    shares = [draw[columns.rows] for draw in draws]
    fitted = _fitted(columns, shares, reports)
    pooled, df, n_reports = fitted(contrasts, False)
    n_topics = len(model.topic_names_)
    plain = pd.DataFrame(
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
    return _with_joint(plain, columns, fitted)


Fitted = Callable[[Floats, bool], tuple[models.Composed, Floats, int]]
"""What the draws say of contrasts of the coefficients: pooled, df by units, and their number.

Variances are divided each by its own inflation, or (True) all by one, to make covariances."""


def _fitted(columns: Columns, shares: list[Floats], reports: npt.NDArray[Any] | None) -> Fitted:
    """Return how contrasts are estimated: issuers as clusters, or rows as independent."""
    gathered, n_reports = None, len(columns.rows)
    if reports is not None:
        codes, names = pd.factorize(reports[columns.rows])
        gathered = models.gather(columns.design, codes, list(map(str, names)))
        n_reports = len(names)

    def estimated(contrasts: Floats, alike: bool) -> tuple[models.Composed, Floats, int]:
        of_mean, wide = None, np.ones(len(contrasts))
        if gathered is None:
            fits, df = _independent(columns.design, shares, contrasts)
        else:
            fits = [models.fit_clustered(gathered, s, contrasts) for s in shares]
            df = models.clustered_df(gathered, contrasts)
            wide = models.inflation(gathered, contrasts)
            wide = np.full(len(wide), wide.mean()) if alike else wide
            mean = np.mean(shares, axis=0)
            of_mean = models.fit_clustered(gathered, mean, contrasts).variance / wide
        pooled = models.compose(
            np.stack([f.estimate for f in fits]),
            np.stack([f.variance / wide for f in fits]),
            df,
            of_mean,
        )
        return pooled, df, n_reports

    return estimated


MOST_JOINT: Final = 12
"""Columns of one term that are tested together; more ask for more issuers than there are."""


def _with_joint(table: pd.DataFrame, columns: Columns, fitted: Fitted) -> pd.DataFrame:
    """Add a row a topic and term of several columns: do all groups, or the whole curve, matter?"""
    each, parts = np.eye(len(columns.names)), [table]
    for term, place in columns.spec.term_slices.items():
        at = np.arange(len(columns.names))[place]
        if not 2 <= len(at) <= MOST_JOINT:
            continue
        first, second = np.triu_indices(len(at))
        sums, gaps = each[at[first]] + each[at[second]], each[at[first]] - each[at[second]]
        alone, df, n_reports = fitted(each[at], False)
        both = fitted(np.vstack([sums, gaps]), True)[0]
        n_topics = len(both.estimate)
        parts_of = np.zeros((2, n_topics, len(at), len(at)))
        for part, share in zip(parts_of, (1 - both.between, both.between), strict=True):
            whole = share * both.std_error**2
            found = (whole[:, : len(sums)] - whole[:, len(sums) :]) / 4
            part[:, first, second] = part[:, second, first] = found
        size, along = np.linalg.eigh(parts_of[1])
        # between draws variances are cut at zero one by one, so that covariances may not fit them
        lasting = along * np.maximum(size, 0.0)[:, None] @ along.swapaxes(1, 2)
        covariance = parts_of[0] + lasting
        spare = alone.df.min(axis=1)
        p = [
            models.hotelling_p(alone.estimate[k], covariance[k], float(spare[k]))
            for k in range(n_topics)
        ]
        names = table.drop_duplicates("topic")[["topic", "name"]].reset_index(drop=True)
        rows = names.assign(kind="joint", term=str(term), df=spare, p_value=p)
        rows = rows.assign(reports_df=float(df.min()), model_share=alone.between.max(axis=1))
        parts.append(
            rows.assign(n_paragraphs=len(columns.rows), n_reports=n_reports, estimate=np.nan)
        )
    whole = pd.concat(parts, ignore_index=True) if len(parts) > 1 else table
    return whole.sort_values("topic", kind="stable", ignore_index=True)


# How much of a difference that is known comes back?

CLEAR: Final = 0.9
"""Part of a topic's differences that must come back, or its inverse, for an interval to hold."""

CORRECTED: Final = ("corrected", "corrected_low", "corrected_high")

BLURRED: Final = (
    "{back:.0f} % of this topic's differences come back from text drawn from the model, and an "
    "interval around the estimate needs 90 to 111 %"
)
BLURRED_ALL: Final = BLURRED.replace("this topic's differences", "all topics' differences")
NOT_MEASURED: Final = (
    "what the model blurs was not measured: an interval needs n_refits of 1 or more"
)

MOST_NAMED: Final = 5

LEAST_BACK: Final = 1 / 3
"""Where less comes back, dividing by it would make much of little: nothing is corrected."""


def _with_recovered(
    model: TopicModel,
    table: pd.DataFrame,
    columns: Columns,
    terms: Terms,
    refits: list[Floats],
    reports: npt.NDArray[Any] | None,
) -> pd.DataFrame:
    """Add each effect in the text that was simulated, and what fits to that text give of it.

    ``back``: the slope of the shares that came back on those that were planted, over units, so
    that it is known for small effects too; ``back_error`` its error over the refits.
    """
    names = ("planted", "recovered", "recovered_low", "recovered_high", "back", "back_error")
    table = table.assign(**dict.fromkeys(names, np.nan))
    if not refits:
        return table
    contrasts = np.vstack([rows for _, _, rows in terms])
    planted = true_shares(model)[columns.rows]
    found = [shares[columns.rows] for shares in refits]
    back = _back(refits, model, columns, reports)
    solve = contrasts @ np.linalg.pinv(columns.design)
    effects = np.stack([(solve @ shares).T for shares in found])
    rows = (table["kind"] != "joint").to_numpy()
    table.loc[rows, "planted"] = (solve @ planted).T.ravel()
    middle, half = _over_refits(effects)
    table.loc[rows, "recovered"] = middle.ravel()
    table.loc[rows, "recovered_low"] = (middle - half).ravel()
    table.loc[rows, "recovered_high"] = (middle + half).ravel()
    table["back"] = back.mean(axis=0)[table["topic"]]
    if len(back) > 1:
        table["back_error"] = (back.std(axis=0, ddof=1) / np.sqrt(len(back)))[table["topic"]]
    return table


def _back(
    refits: list[Floats], model: TopicModel, columns: Columns, reports: npt.NDArray[Any] | None
) -> Floats:
    """Return which part of each topic's differences each refit gives back."""
    planted = true_shares(model)[columns.rows]
    return np.array([_slopes(planted, s[columns.rows], columns, reports) for s in refits])


def _slopes(
    planted: Floats, found: Floats, columns: Columns, reports: npt.NDArray[Any] | None
) -> Floats:
    """Return the slope of what was found on what was planted, over units, topic by topic."""
    both = np.hstack([planted, found])
    if reports is not None:
        both = pd.DataFrame(both).groupby(reports[columns.rows]).mean().to_numpy()
    x, y = np.hsplit(both - both.mean(axis=0), 2)
    spread = (x**2).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(spread > 0, (x * y).sum(axis=0) / spread, 1.0))


def _over_refits(effects: Floats) -> tuple[Floats, Floats]:
    """Return the mean over refits, and half of its interval; of one fit there is none."""
    n = len(effects)
    if n < 2:
        return effects.mean(axis=0), np.full(effects.shape[1:], np.nan)
    error = effects.std(axis=0, ddof=1) / np.sqrt(n)
    return effects.mean(axis=0), special.stdtrit(n - 1, 0.975) * error


def _with_corrected(table: pd.DataFrame, confidence: float, allowed: bool) -> pd.DataFrame:
    """Add the effects and intervals divided by what comes back, its own error included."""
    back = table["back"].where((table["back"] >= LEAST_BACK) & allowed)
    middle = (table["estimate"] / back).where(table["term"] != "Intercept")
    own = middle * table["back_error"].fillna(0.0) / back
    error = np.hypot(table["std_error"] / back, own)
    half = special.stdtrit(table["df"], (1 + confidence) / 2) * error
    return table.assign(corrected=middle, corrected_low=middle - half, corrected_high=middle + half)


def _allowing(table: pd.DataFrame) -> pd.DataFrame:
    """Stretch intervals away from zero by what may be lost beyond what simulated text shows.

    Words common to all topics are easily taken for one topic's own; topics of the simulated text
    are purer than those of the text, so that less is lost there. The same line holds for both.
    """
    for middle, low, high in (("estimate", "low", "high"), CORRECTED):
        more = (table[middle] * (1 / CLEAR - 1)).where(table["term"] != "Intercept", 0.0)
        ends = {low: table[low] + more.clip(upper=0), high: table[high] + more.clip(lower=0)}
        table = table.assign(**ends)
    return table


def _refused(table: pd.DataFrame) -> pd.DataFrame:
    """Empty the intervals of what a model blurs, or may blur, and say why.

    A topic of a model that blurs most of its topics is not clear by itself: what it is taken
    for in simulated text is already a mixture.
    """
    back = table["back"]
    if "clear" in table:
        back = back.where(table["clear"] >= CLEAR, table["clear"])
    whole = back[~table["topic"].duplicated()].mean()
    blurred = [BLURRED.format(back=100 * part) for part in back]
    all_blurred = not CLEAR <= whole <= 1 / CLEAR
    why = np.select(
        [back.isna(), ~back.between(CLEAR, 1 / CLEAR), np.full(len(back), all_blurred)],
        [NOT_MEASURED, blurred, BLURRED_ALL.format(back=100 * whole)],
        "",
    )
    why = np.where(table["kind"] == "joint", "", why)
    ends = {name: table[name].where(why == "") for name in ("low", "high")}
    return table.assign(**ends, refused=why)


def _independent(
    design: Floats, shares: Iterable[Floats], contrasts: Floats
) -> tuple[list[models.Fit], Floats]:
    both = [models.fit_independent(design, s, contrasts) for s in shares]
    return [fit for fit, _ in both], np.full(len(contrasts), both[0][1])


def _tested(table: pd.DataFrame, confidence: float) -> pd.DataFrame:
    values = ("estimate", "std_error", "df", "model_share")
    composed = models.Composed._make(table[c].to_numpy(dtype=np.float64) for c in values)
    p, low, high = models.p_and_interval(composed, confidence)
    p = np.where(table["term"] == "Intercept", np.nan, p)
    joint = (table["kind"] == "joint").to_numpy()
    if joint.any():
        p[joint] = table.loc[joint, "p_value"].to_numpy(dtype=np.float64)
    q = np.full(len(p), np.nan)
    for kind in table["kind"].unique():
        of_kind = (table["kind"] == kind).to_numpy()
        q[of_kind] = benjamini_hochberg(p[of_kind])
    return table.assign(low=low, high=high, p_value=p, q_value=q)
