"""One cell: which status follows from hits, other names, years and first year."""

import pandas as pd
import pytest

from policytext.terms.status import status_cell

YEARS = pd.Series([2001, 2003], dtype="Int64")
PARTLY = pd.Series([2001, pd.NA], dtype="Int64")


@pytest.mark.parametrize(
    ("own", "other", "years", "since", "status"),
    [
        (["甲"], [], YEARS, pd.NA, "count"),
        (["甲", "乙称"], [], YEARS, pd.NA, "count"),
        (["乙称"], [], YEARS, pd.NA, "other name"),
        ([], ["丙"], YEARS, pd.NA, "other name"),
        (["甲"], ["丙"], YEARS, pd.NA, "count"),
        ([], [], YEARS, 2004, "not applicable"),
        ([], [], YEARS, 2003, "not named"),
        ([], [], PARTLY, 2004, "not named"),
        ([], [], YEARS, pd.NA, "not named"),
        (["甲"], [], YEARS, 2004, "count"),
        ([], [], None, 2004, "no report"),
    ],
)
def test_status_of_a_cell(own, other, years, since, status):
    assert status_cell(own, other, years, since, {"乙称"})["status"] == status


def test_forms_come_with_their_counts_most_frequent_first():
    cell = status_cell(["乙", "甲", "甲"], [], YEARS, pd.NA, set())
    assert (cell["n"], cell["names"], cell["n_reports"]) == (3, "甲 2|乙 1", 2)
