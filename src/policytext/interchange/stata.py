"""How does a table leave for Stata?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from policytext.errors import ParameterError
from policytext.result import Result

STATA_NAME, STATA_LABEL, STATA_TEXT = 32, 80, 2045
"""Longest name, label and fixed-width text (bytes) of a Stata variable."""


def to_dta(
    what: Result | pd.DataFrame, path: str | Path, *, labels: Mapping[str, str] | None = None
) -> Path:
    """Write a result or a table as a Stata file (.dta, version 118, UTF-8).

    Parameters
    ----------
    what
        A result, whose column meanings become variable labels, or a table such as
        ``corpus.documents``.
    path
        File to write, ending in ``.dta``.
    labels
        Variable labels that replace or add to those of the result.

    Returns
    -------
    pathlib.Path
        The file. Names are cut to 32 characters and labels to 80; text that is longer than 2,045
        bytes becomes ``strL``; empty numbers become ``.``; True and False 1 and 0.

    Raises
    ------
    ParameterError
        The file does not end in ``.dta``, or there is nothing to write.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = to_dta(pd.DataFrame({"词": ["医共体"], "hits": [3]}), Path(folder, "a.dta"))
    ...     pd.read_stata(file)["hits"].tolist()
    [3]
    """
    target = Path(path)
    table = what.table if isinstance(what, Result) else what
    if target.suffix != ".dta" or table.shape[1] == 0:
        raise ParameterError(
            f"to_dta writes a table with columns to a file ending in .dta, got "
            f"{table.shape[1]} columns for {target.name!r}"
        )
    meanings = {**(what.columns if isinstance(what, Result) else {}), **(labels or {})}
    names = stata_names([str(column) for column in table.columns])
    plain = pd.DataFrame(
        {new: _stata_values(table[old]) for new, old in zip(names, table.columns, strict=True)}
    )
    long = [n for n in names if plain[n].dtype == object and _longest(plain[n]) > STATA_TEXT]
    target.parent.mkdir(parents=True, exist_ok=True)
    plain.to_stata(
        target,
        version=118,
        write_index=False,
        convert_strl=long,
        time_stamp=pd.Timestamp("2000-01-01").to_pydatetime(),
        data_label=what.title.en[:STATA_LABEL] if isinstance(what, Result) else None,
        variable_labels={
            new: stata_label(meanings.get(str(old), str(old)))
            for new, old in zip(names, table.columns, strict=True)
        },
    )
    return target


def stata_names(columns: list[str]) -> list[str]:
    """Return legal and different Stata names: letters, digits and _ only, at most 32.

    Examples
    --------
    >>> stata_names(["rate", "2019年", "share of reports", "if", "rate"])
    ['rate', '_2019年', 'share_of_reports', '_if', 'rate_2']
    """
    reserved = {"if", "in", "int", "long", "byte", "float", "double", "using", "with", "strL"}
    names: list[str] = []
    for column in columns:
        name = "".join(c if f"a{c}".isidentifier() else "_" for c in column)
        legal = name.isidentifier() and name not in reserved
        name = (name if legal else f"_{name}")[:STATA_NAME]
        number = 2
        while name in names:
            name = f"{name[: STATA_NAME - 4].removesuffix(f'_{number - 1}')}_{number}"
            number += 1
        names.append(name)
    return names


def stata_label(meaning: str) -> str:
    """Return the meaning of a column as a label of at most 80 characters, English if two-tongued.

    Examples
    --------
    >>> stata_label("命中次数 / hits counted")
    'hits counted'
    """
    english = meaning.rsplit(" / ", 1)[-1]
    return english if len(english) <= STATA_LABEL else english[: STATA_LABEL - 1] + "…"


def _stata_values(column: pd.Series) -> pd.Series:
    """Return a column as float, integer or text, as Stata knows nothing else."""
    values = column.reset_index(drop=True)
    if pd.api.types.is_bool_dtype(values):
        return values.astype("float64") if values.isna().any() else values.astype("int8")
    if pd.api.types.is_integer_dtype(values) and not values.isna().any():
        return values.astype("int64" if values.abs().max() > 2**31 - 102 else "int32")
    if pd.api.types.is_numeric_dtype(values):
        return values.astype("float64").replace([np.inf, -np.inf], np.nan)
    return values.astype(object).where(values.notna(), "").map(str)


def _longest(column: pd.Series) -> int:
    measure: Callable[[str], int] = lambda text: len(text.encode("utf-8"))  # noqa: E731
    return int(column.map(measure).max()) if len(column) else 0
