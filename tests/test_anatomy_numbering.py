"""Numbers before headings are told from figures that only look like them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.anatomy.lines import read_enumerator, read_number


@pytest.mark.parametrize(
    ("row", "style", "number", "label"),
    [
        ("一、总体情况", "han", 1, "一"),
        ("十二、下一步打算", "han", 12, "十二"),
        ("一、2024年工作回顾", "han", 1, "一"),
        ("（三）强化保障", "hanp", 3, "（三）"),
        ("(十一)抓好落实", "hanp", 11, "（十一）"),
        ("3、业务培训", "num", 3, "3"),
        ("3．10种有色金属：铜、铅", "num", 3, "3"),
        ("1.2025年工作总结", "num", 1, "1"),
        ("１２．零碳园区", "num", 12, "12"),
        ("(2)开展督导", "nump", 2, "(2)"),
        ("2）开展督导", "numr", 2, "(2)"),
        ("③完善机制", "circled", 3, "③"),
        ("第二章 组织保障", "chapter", 2, "第二章"),
        ("第一节：机构", "node", 1, "第一节"),
        ("第三部分 工作打算", "part", 3, "第三部分"),
        ("1.2 研究对象", "dec", 2, "1.2"),
        ("1.3研究现场的选择", "dec", 3, "1.3"),
    ],
)
def test_styles(row, style, number, label):
    found = read_enumerator(row)
    assert (found.style, found.number, found.label) == (style, number, label)


@pytest.mark.parametrize(
    "row",
    [
        "3.5亿元资金到位",
        "2020年7月",
        "一是加强领导",
        "10种药品",
        "（2020）96号",
        "1.88‰的增长率",
        "",
        "12",
    ],
)
def test_what_is_no_number_of_a_heading(row):
    assert read_enumerator(row) is None


@given(st.integers(1, 99))
def test_chinese_figures_are_read_as_they_are_written(n):
    digits = "零一二三四五六七八九"
    tens, ones = divmod(n, 10)
    words = ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (
        digits[ones] if ones else ""
    )
    assert read_number(words) == n
