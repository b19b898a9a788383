"""Numerals in Han and Arabic figures have one reading, or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.records import read_numeral


@given(st.integers(1, 99))
def test_chinese_figures_are_read_as_they_are_written(n):
    digits = "零一二三四五六七八九"
    tens, ones = divmod(n, 10)
    words = ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (
        digits[ones] if ones else ""
    )
    assert read_numeral(words) == n


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("两百", 200),
        ("一百零五", 105),
        ("三千二百一十", 3210),
        ("二〇", 20),
        ("〇", 0),
        ("08", 8),
        ("三四", None),
        ("二三十", None),
        ("十百", None),
        ("一点五", None),
        ("", None),
    ],
)
def test_a_row_of_figures_without_a_zero_is_several_numbers(words, value):
    assert read_numeral(words) == value
