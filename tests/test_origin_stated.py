"""Checks of values that a researcher states."""

import pandas as pd
import pytest

from policytext.errors import ParameterError
from policytext.origin.metadata import check_stated

ROW = pd.Series({"adcode": "421088", "province_certainty": "certain"})


def test_a_county_is_looked_for_in_the_certain_province():
    assert (
        check_stated(ROW, {"county": "鼓楼区", "province": "江苏", "city": "南京"}, "row")["adcode"]
        == "320106"
    )


def test_a_code_must_fit_the_name():
    with pytest.raises(ParameterError, match="which the name contradicts"):
        check_stated(ROW, {"province": "江苏", "adcode": "350102"}, "row 1")


def test_an_unknown_field_is_named():
    with pytest.raises(ParameterError, match=r"field must be one of .*got 'colour'"):
        check_stated(ROW, {"colour": "red"}, "row 1")
