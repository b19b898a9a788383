"""Which columns does a formula make of facts about paragraphs?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import combinations
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.corpus import Corpus
from policytext.errors import ParameterError
from policytext.records import CERTAINTIES, CERTAINTY_COLUMNS, UNKNOWN

Floats = npt.NDArray[np.float64]
Contrasts = str | Mapping[str, Mapping[str, float]]

FUNCTIONS: Final = frozenset({"C", "bs", "cr", "cc", "poly", "center", "scale", "log"})
"""What a formula may call; anything else could run code that came with a study file."""


_FORBIDDEN = re.compile(r"""[{}\[\]@;\\'"]|__|\.\s*[^\W\d]|\blambda\b""")


class Columns(NamedTuple):
    """A design matrix over the rows whose covariates are known."""

    design: Floats
    names: list[str]
    rows: npt.NDArray[np.intp]
    facts: pd.DataFrame
    """The covariates of these rows."""
    spec: Any


def formula_variables(formula: str) -> list[str]:
    """Return the covariates a one-sided formula names, after checking that it is harmless.

    Parameters
    ----------
    formula : str
        Such as `"~ region + bs(year, df=4)"`; the `~` may be left out.

    Raises
    ------
    ParameterError
        If it has a left side, cannot be read, or calls something that is not allowed.

    Examples
    --------
    >>> formula_variables("~ region + year")
    ['region', 'year']
    """
    from formulaic import Formula

    called = set(re.findall(r"([\w.]+)\s*\(", formula)) - FUNCTIONS
    if called or re.search(_FORBIDDEN, formula):
        raise ParameterError(
            f"The formula may hold columns, numbers, + - * : / ^ and the functions "
            f"{', '.join(sorted(FUNCTIONS))}; got {formula!r}."
        )
    if formula.strip().partition("~")[0].strip() and "~" in formula:
        raise ParameterError(
            f"The formula must have no left side (the topics stand there), got {formula!r}."
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


def covariate_frame(corpus: Corpus | pd.DataFrame, variables: list[str]) -> pd.DataFrame:
    """Return one column per variable and one row per paragraph; what is not known is missing.

    Parameters
    ----------
    corpus : Corpus or DataFrame
        Of a corpus: columns of documents or paragraphs; regions and years that are less than
        likely are missing. A DataFrame has one row per paragraph.
    variables : list of str

    Raises
    ------
    ParameterError
        If there is no such column.

    Examples
    --------
    >>> facts = pd.DataFrame({"region": ["东部", None], "size": [1, 2]})
    >>> covariate_frame(facts, ["region"])["region"].isna().tolist()
    [False, True]
    """
    known = set(corpus.columns) if isinstance(corpus, pd.DataFrame) else _columns_of(corpus)
    lacking = [name for name in variables if name not in known]
    if lacking:
        raise ParameterError(
            f"There is no column {lacking[0]!r}; there are: {', '.join(sorted(map(str, known)))}."
        )
    if isinstance(corpus, pd.DataFrame):
        return pd.DataFrame({v: _plain(corpus[v].reset_index(drop=True)) for v in variables})
    return pd.DataFrame({v: _plain(_of_corpus(corpus, v)) for v in variables})


def _columns_of(corpus: Corpus) -> set[str]:
    return {*corpus.documents.columns, *corpus.paragraphs.columns}


def _of_corpus(corpus: Corpus, name: str) -> pd.Series:
    if name in corpus.paragraphs.columns:
        return corpus.paragraphs[name]
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


def make_columns(facts: pd.DataFrame, formula: str, usable: npt.NDArray[np.bool_]) -> Columns:
    """Return the design matrix of the usable rows whose covariates are all known.

    Parameters
    ----------
    facts : DataFrame
        As `covariate_frame` returns it.
    formula : str
    usable : ndarray of bool

    Raises
    ------
    ParameterError
        If the formula does not fit the covariates.

    Examples
    --------
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

    Parameters
    ----------
    columns : Columns
    contrasts : str or mapping
        The name of a covariate of groups: all differences between two of its groups, the other
        covariates as they are in the data. Or name of contrast → coefficient → weight.

    Returns
    -------
    list of str, ndarray of shape (n_contrasts, n_columns)

    Raises
    ------
    ParameterError
        If there is no such covariate or coefficient.

    Examples
    --------
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
