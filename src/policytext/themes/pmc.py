"""How consistent is a policy by the PMC index?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policytext.errors import ParameterError
from policytext.records import Method
from policytext.result import Drawing, Result
from policytext.texts import cite, columns_of, say
from policytext.themes.codebook import Codebook, load_codebook

CUTS: Mapping[str, float] = {"perfect": 9.0, "excellent": 7.0, "acceptable": 5.0, "low": 0.0}
"""Grades by lowest index for ten variables (Ruiz Estrada 2011); papers differ: a parameter."""


def pmc_index(
    items: pd.DataFrame,
    variables: Mapping[str, Sequence[str]] | None = None,
    *,
    codebook: Codebook | None = None,
    cuts: Mapping[str, float] = CUTS,
) -> Result:
    """Compute the PMC index of each policy: the sum over variables of the mean of their 0/1 items.

    Parameters
    ----------
    items
        One row per policy (index = its name), one column per item, 0 or 1; or the codes of a
        coding sheet of the PMC codebook (`read_coding_sheet`, `read_codings`; columns doc_id and
        theme), where an item that was not given is 0.
    variables
        Items of each main variable; by default those of the codebook (item ``X1_2`` belongs to
        ``X1``).
    codebook
        The package's PMC template by default.
    cuts
        Grade and the lowest index it starts from.

    Returns
    -------
    Result
        One row per policy: policy, one column per variable (0 to 1), pmc (0 to number of
        variables), grade. `plot` draws the variables of each policy.

    Raises
    ------
    ParameterError
        An item is missing or not 0 or 1, a code is no item, or no cut is reached by 0.

    References
    ----------
    Ruiz Estrada, M. A. (2011). Policy modeling: Definition, classification and evaluation. Journal
    of Policy Modeling, 33(4), 523-536. https://doi.org/10.1016/j.jpolmod.2011.02.003

    Examples
    --------
    >>> items = pd.DataFrame({"X1_1": [1, 0], "X1_2": [1, 1], "X2_1": [1, 0]}, index=["A", "B"])
    >>> variables = {"X1": ["X1_1", "X1_2"], "X2": ["X2_1"]}
    >>> found = pmc_index(items, variables, cuts={"high": 1.5, "low": 0})
    >>> found.table[["policy", "pmc", "grade"]].values.tolist()
    [['A', 2.0, 'high'], ['B', 0.5, 'low']]
    """
    variables = variables or pmc_variables(codebook)
    if {"doc_id", "theme"} <= set(items.columns):
        items = _items_of(items, codebook or load_codebook("pmc-index"))
    scores = pmc_scores(items, variables)
    index = scores.sum(axis=1)
    table = scores.assign(pmc=index, grade=_grades(index, cuts))
    table.insert(0, "policy", [str(name) for name in items.index])
    notes = columns_of("pmc")
    items_of = "{0}各二级变量（0/1）的均值 / mean of the 0/1 items of {0}"
    means = {name: items_of.format(name) for name in variables}
    return Result(
        table,
        say("pmc.title"),
        {"policy": notes.pop("policy"), **means, **notes},
        Method(say("pmc.method"), cite("ruiz-2011")),
        (say("pmc.cut_points"),),
        {"cuts": dict(cuts)},
        figure=Drawing("topics.plot_pmc", titled=False),
    )


def _items_of(codes: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Return one row a policy, 1 where an item was given to it."""
    odd = sorted(set(codes["theme"]) - set(codebook.ids))
    if odd:
        raise ParameterError(
            f"the codes hold {len(odd)} items that codebook {codebook.name!r} does not, such as "
            f"{', '.join(map(str, odd[:3]))}; pass the codebook they were made with: codebook=…"
        )
    if {"coder", "date"} & set(codes.columns):
        who = [name for name in ("coder", "date") if name in codes.columns]
        if len(codes[who].drop_duplicates()) > 1:
            raise ParameterError(
                "the codes are of several coders or dates; keep those of one, or settle them "
                "first (adjudication_sheet)"
            )
    given = pd.crosstab(codes["doc_id"], codes["theme"]).clip(upper=1)
    return given.reindex(columns=list(codebook.ids), fill_value=0)


def _grades(index: pd.Series[float], cuts: Mapping[str, float]) -> list[str]:
    if min(cuts.values()) > 0:
        raise ParameterError(f"the lowest grade must start at 0, got {dict(cuts)}")
    ordered = sorted(cuts.items(), key=lambda cut: -cut[1])
    return [next(name for name, low in ordered if value >= low) for value in index]


def pmc_scores(items: pd.DataFrame, variables: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return the score of each main variable (0 to 1), one row per policy."""
    wanted = [item for names in variables.values() for item in names]
    missing = [item for item in wanted if item not in items.columns]
    if missing:
        raise ParameterError(
            f"items lacks the columns {missing}; each item of a variable needs one"
        )
    bad = ~items[wanted].isin([0, 1])
    if bad.to_numpy().any():
        policy, item = next(iter(bad.stack()[lambda cell: cell].index))
        raise ParameterError(
            f"items must be 0 or 1, got {items.loc[policy, item]!r} in {item!r} of {policy!r}"
        )
    return pd.DataFrame(
        {name: items[list(own)].mean(axis=1).to_numpy() for name, own in variables.items()}
    )


def pmc_surface(items: pd.DataFrame, variables: Mapping[str, Sequence[str]]) -> NDArray[np.float64]:
    """Return the PMC surface of one policy: its nine main variables as a 3 × 3 matrix.

    Source: Ruiz (2011).
    """
    if len(variables) != 9 or len(items) != 1:
        raise ParameterError(
            f"a PMC surface needs one policy and nine variables, got {len(items)} and "
            f"{len(variables)}"
        )
    surface: NDArray[np.float64] = pmc_scores(items, variables).to_numpy(dtype=float).reshape(3, 3)
    return surface


def pmc_variables(codebook: Codebook | None = None) -> dict[str, list[str]]:
    """Return the items of each main variable of a PMC codebook: item ``X1_2`` belongs to ``X1``."""
    codebook = codebook or load_codebook("pmc-index")
    variables: dict[str, list[str]] = {}
    for item in codebook.ids:
        variables.setdefault(item.rsplit("_", 1)[0], []).append(item)
    return variables
