"""How are facts about paragraphs handed to a topic model that learns from them?"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.errors import ParameterError


def covariate_table(covariates: Any, n_rows: int) -> pd.DataFrame:
    """Return covariates as a table of text and float columns, one row per paragraph.

    Parameters
    ----------
    covariates : Series, DataFrame or sequence of length n_rows
        Numbers are continuous, anything else is a group. A year meant as a group must be text.
    n_rows : int

    Returns
    -------
    DataFrame
        Columns of dtype `str` (groups) or `float64` (continuous).

    Raises
    ------
    ParameterError
        If covariates are lacking, of another length, or a number is missing.

    Examples
    --------
    >>> covariate_table(["山东", "四川"], 2)
      covariate
    0        山东
    1        四川
    """
    if covariates is None:
        raise ParameterError(
            "DmrTopics learns from covariates: pass them as y, one value or row of values per "
            "paragraph, e.g. fit(counts, corpus.groups('province')). "
            "Without covariates use GibbsTopics. "
            "(requires y to be passed, but the target y is None)"
        )
    if not isinstance(covariates, pd.DataFrame | pd.Series):
        covariates = np.asarray(covariates)
    table = pd.DataFrame(covariates)
    table = table.reset_index(drop=True)
    table.columns = pd.Index(
        ["covariate"] if list(table.columns) == [0] else [str(c) for c in table.columns]
    )
    if len(table) != n_rows:
        raise ParameterError(
            f"Covariates must have one row per paragraph: {n_rows} paragraphs, {len(table)} rows."
        )
    return pd.DataFrame({name: _column(table[name], name) for name in table.columns})


def _column(values: pd.Series, name: str) -> pd.Series:
    if pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
        return values.map(lambda value: "unknown" if pd.isna(value) else str(value)).astype(str)
    numbers = values.astype("float64")
    if not np.isfinite(numbers.to_numpy()).all():
        raise ParameterError(
            f"Covariate {name!r} is continuous and has missing values. Leave those paragraphs out "
            "(counts.select), fill them, or pass the covariate as text to make 'unknown' a group."
        )
    return numbers


def is_continuous(table: pd.DataFrame) -> bool:
    """Say whether any covariate is continuous.

    Examples
    --------
    >>> is_continuous(covariate_table([1.0, 2.0], 2))
    True
    """
    return any(pd.api.types.is_numeric_dtype(table[name]) for name in table.columns)


def engine_metadata(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what tomotopy wants to be told of each row.

    Examples
    --------
    >>> engine_metadata(covariate_table(["山东"], 1))
    [{'multi_metadata': ['covariate=山东']}]
    """
    numeric = [c for c in table.columns if pd.api.types.is_numeric_dtype(table[c])]
    groups = [c for c in table.columns if c not in numeric]
    rows: list[dict[str, Any]] = []
    for row in table.to_dict("records"):
        told: dict[str, Any] = {"multi_metadata": [f"{c}={row[c]}" for c in groups]}
        if numeric:
            told["numeric_metadata"] = [row[c] for c in numeric]
        rows.append(told)
    return rows


def combinations(table: pd.DataFrame) -> tuple[pd.DataFrame, npt.NDArray[np.intp]]:
    """Return the distinct rows of `table` in order of appearance, and which one each row is.

    Examples
    --------
    >>> distinct, code = combinations(covariate_table(["b", "a", "b"], 3))
    >>> distinct["covariate"].tolist(), code.tolist()
    (['b', 'a'], [0, 1, 0])
    """
    keys = pd.MultiIndex.from_frame(table)
    code, _ = pd.factorize(keys)
    first = np.unique(code, return_index=True)[1]
    return table.iloc[first].reset_index(drop=True), np.asarray(code, dtype=np.intp)
