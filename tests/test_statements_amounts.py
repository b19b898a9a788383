"""Amounts: values and units of known figures; what is no figure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.statements.amounts import make_scanner
from policytext.statements.rules import read_list

SCANNER = make_scanner(read_list("units"))


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("床位1.2万张", 12000.0, "张"),
        ("投入3亿元", 3e8, "元"),
        ("补助1,200元", 1200.0, "元"),
        ("惠及20多万人次", 200000.0, "人次"),
        ("达到百分之九十五", 95.0, "%"),
        ("新建两所", 2.0, "所"),
        ("十二个县", 12.0, "个"),
        ("增长９．３％", 9.3, "%"),
        ("人均预期寿命79岁", 79.0, "岁"),
    ],
)
def test_value_and_unit(text, value, unit):
    found = SCANNER.find(text)
    assert [(round(a.value, 6), a.unit) for a in found] == [(value, unit)]


@pytest.mark.parametrize(
    "text",
    [
        "2025年3月底",
        "截至6月30日",
        "0-6岁儿童",
        "65岁以上老人",
        "某发〔2020〕12号",
        "某政办(2023)96号",
        "《2030年规划纲要》",
        "（3）加强",
        "1、推进",
        "第3届",
        "5G网络",
        "PM2.5浓度",
        "“1+8”体系",
        "三年行动",
        "24小时值守",
        "两个维护",
        "‹YEAR›年",
        "‹PLACE›市",
    ],
)
def test_dates_ages_numbers_and_names_are_no_figures(text):
    assert SCANNER.find(text) == []


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("‹NUM›家", "masked"),
        ("‹NUM›~‹NUM›个", "masked"),
        ("3 0 0 0万人", "damaged"),
        ("8~10万元", "range"),
    ],
)
def test_what_cannot_be_known_has_a_mark_and_no_value(text, mark):
    (amount,) = SCANNER.find(text)
    assert (amount.mark, amount.value) == (mark, None)


@given(st.text(alphabet="医0123456789.,，%万亿个家年月日岁两十‹NUM›~第 ()〔〕“”", max_size=40))
def test_any_text_gives_ordered_disjoint_figures_at_their_place(text):
    end = 0
    for amount in SCANNER.find(text):
        assert amount.start >= end
        assert text[amount.start : amount.end].strip() == amount.text
        end = amount.end
