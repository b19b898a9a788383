"""Conditions compare columns, and nothing else: they come from files of strangers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.conditions import rows_where
from policytext.errors import ParameterError

TABLE = pd.DataFrame(
    {
        "province": pd.array(["甲省", "乙省", ""], dtype="str"),
        "year": pd.array([2019, 2021, None], dtype="Int64"),
        "n_han": [10, 20, 30],
        "truncated": [True, False, False],
        "东中西": ["东", "西", "西"],
        "report part": ["plan", "review", "plan"],
        "title": ["甲县工作总结", "乙县.计划", "x"],
    }
)

RIGHT = [
    ("province == '甲省'", [1, 0, 0]),
    ("province != '甲省'", [0, 1, 1]),
    ("year >= 2020", [0, 1, 0]),
    ("year != 2019", [0, 1, 0]),
    ("2019 <= year < 2021", [1, 0, 0]),
    ("year == 2019 or n_han > 25", [1, 0, 1]),
    ("not year == 2019", [0, 1, 1]),
    ("(year == 2019) | (n_han > 25)", [1, 0, 1]),
    ("~(n_han > 15) & (province == '甲省')", [1, 0, 0]),
    ("province in ['甲省', '丙省']", [1, 0, 0]),
    ("province not in ('甲省',)", [0, 1, 1]),
    ("year not in [2019]", [0, 1, 0]),
    ("n_han == -5", [0, 0, 0]),
    ("truncated", [1, 0, 0]),
    ("not truncated", [0, 1, 1]),
    ("year.isna()", [0, 0, 1]),
    ("year.notna() and n_han.between(5, 15)", [1, 0, 0]),
    ("title.str.contains('县.')", [0, 1, 0]),
    ("title.str.startswith('甲')", [1, 0, 0]),
    ("title.str.endswith('总结')", [1, 0, 0]),
    ("province.isin(['乙省'])", [0, 1, 0]),
    ("东中西 == '西'", [0, 1, 1]),
    ("`report part` == 'plan'", [1, 0, 1]),
]

HOSTILE = [
    "title.to_csv('x.py', index=False, header=False) == 0",
    "__import__('os').system('x')",
    "@pd.read_csv('x') == 1",
    "title.str.contains.__func__('x')",
    "title.str.replace('a', 'b') == 'x'",
    "title.apply(print)",
    "title.str.contains('x', regex=True)",
    "(lambda: 1)()",
    "[x for x in title] == 1",
    "year + 1 == 2020",
    "title[0] == 'x'",
    "f'{title}' == 'x'",
    "(y := 1) == 1",
    "title.values.tofile('x')",
    "1 == 1",
    "open('x')",
    "province.isin(title)",
]


@pytest.mark.parametrize(("condition", "rows"), RIGHT)
def test_a_condition_chooses_rows(condition, rows):
    assert rows_where(TABLE, condition).tolist() == [bool(r) for r in rows]


@pytest.mark.parametrize("condition", HOSTILE)
def test_what_is_not_a_comparison_is_refused(condition, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ParameterError):
        rows_where(TABLE, condition)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("yaer == 2019", "did you mean 'year'"),
        ("year ==", "cannot be read: a condition may compare"),
        ("province == 3 and year == 'x' and province < 3", "text with a number"),
        ("(" * 500 + "year" + ")" * 500, "cannot be read|not allowed"),
        ("year == 1 or " * 400 + "year == 1", "at most 2,000 characters"),
    ],
)
def test_a_wrong_condition_says_what_to_do(condition, words):
    with pytest.raises(ParameterError, match=words):
        rows_where(TABLE, condition)


@given(st.text(max_size=60))
def test_any_text_chooses_rows_or_is_refused(condition):
    try:
        found = rows_where(TABLE, condition)
    except ParameterError:
        return
    assert found.dtype == np.bool_ and found.shape == (3,)
