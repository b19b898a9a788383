"""PMC arithmetic on a table worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from policytext import load_codebook, pmc_index
from policytext.errors import ParameterError
from policytext.themes.pmc import pmc_surface, pmc_variables


def test_index_is_the_sum_of_means_and_grades_follow_the_cuts() -> None:
    variables = pmc_variables()
    assert list(variables) == [f"X{i}" for i in range(1, 11)]
    items = pd.DataFrame(
        1, index=["full", "half"], columns=[i for v in variables.values() for i in v]
    )
    items.loc["half", [names[0] for names in variables.values()]] = 0
    table = pmc_index(items).table.set_index("policy")
    assert table.loc["full", "pmc"] == pytest.approx(10)
    by_hand = sum((len(v) - 1) / len(v) for v in variables.values())
    assert table.loc["half", "pmc"] == pytest.approx(by_hand)
    assert table["grade"].tolist() == ["perfect", "acceptable"]


def test_surface_is_three_by_three_in_order() -> None:
    names = {f"V{i}": [f"v{i}"] for i in range(9)}
    items = pd.DataFrame([[i % 2 for i in range(9)]], columns=[f"v{i}" for i in range(9)])
    assert pmc_surface(items, names).tolist() == [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
    with pytest.raises(ParameterError, match="nine variables"):
        pmc_surface(items, {"V0": ["v0"]})


def test_items_other_than_zero_and_one_are_named() -> None:
    items = pd.DataFrame({"a": [0, 2]}, index=["P", "Q"])
    with pytest.raises(ParameterError, match=r"got .*2.* in 'a' of 'Q'"):
        pmc_index(items, {"A": ["a"]})
    with pytest.raises(ParameterError, match=r"lacks the columns \['b'\]"):
        pmc_index(items, {"A": ["b"]})
    with pytest.raises(ParameterError, match="start at 0"):
        pmc_index(items.replace(2, 1), {"A": ["a"]}, cuts={"good": 1.0})


def test_columns_are_explained_and_the_cut_points_cautioned() -> None:
    result = pmc_index(pd.DataFrame({"a": [0, 1]}), {"A": ["a"]})
    assert set(result.table.columns) == set(result.columns)
    assert "Cut points differ" in result.cautions[0].en
    assert np.isclose(result.table["pmc"].sum(), 1)


def test_codes_of_a_sheet_are_items_and_the_figure_shows_each_policy() -> None:
    book = load_codebook("pmc-index")
    names = pmc_variables(book)
    codes = pd.DataFrame(
        [("P", name) for name in names["X1"]] + [("Q", names["X2"][0])],
        columns=["doc_id", "theme"],
    )
    result = pmc_index(codes, codebook=book)
    table = result.table.set_index("policy")
    assert table.loc["P", "pmc"] == pytest.approx(1)
    assert table.loc["Q", "pmc"] == pytest.approx(1 / len(names["X2"]))
    labels = [tick.get_text() for tick in result.plot().get_yticklabels()]
    assert labels[0] == "P 1.00"
    with pytest.raises(ParameterError, match="1 items that codebook 'pmc-index' does not"):
        pmc_index(codes.replace("X1_1", "Y"), codebook=book)
    with pytest.raises(ParameterError, match="several coders or dates"):
        pmc_index(codes.assign(coder=["A", "B"] * 3 + ["A"] * (len(codes) - 6)), codebook=book)
