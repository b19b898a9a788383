"""Printed dates in all their forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.origin.period import count_masked_years, find_dates


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2020年7月27日", ["2020-07-27"]),
        ("二〇一一年十二月五日", ["2011-12-05"]),
        ("二0一0年8月3日", ["2010-08-03"]),
        ("一九九八年", ["1998"]),
        ("2019年度", ["2019"]),
        ("2021-02-28 上传", ["2021-02-28"]),
        ("2021—2023年", []),
        ("20235.39人", []),
        ("2020年13月", ["2020"]),
        ("2098年", []),
    ],
)
def test_dates(text, dates):
    assert [d.iso for d in find_dates(text)] == dates


def test_bare_years_only_where_asked():
    assert find_dates("总结(2021)") == []
    assert [d.year for d in find_dates("总结(2021)", bare=True)] == [2021]


@pytest.mark.parametrize(
    ("text", "n"), [("20xx年和XX年", 2), ("‹YEAR›年", 1), ("2019年", 0), ("xx县", 0)]
)
def test_masked_years(text, n):
    assert count_masked_years(text) == n


@given(st.integers(1949, 2049), st.integers(1, 12), st.integers(1, 28))
def test_every_date_is_read_back(year, month, day):
    (date,) = find_dates(f"于{year}年{month}月{day}日印发")
    assert date.iso == f"{year:04d}-{month:02d}-{day:02d}"
