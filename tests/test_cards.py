"""A region's card says what the tables say, row by row, and nothing else."""

import pandas as pd
import pytest

from policytext import Result
from policytext.cards import regions_of
from policytext.records import Bilingual, Method


def result(table):
    return Result(
        pd.DataFrame(table),
        Bilingual("表", "table"),
        {name: name for name in table},
        Method(Bilingual("数。", "Counted.")),
    )


RATES = {
    "term": "医共体",
    "province": ["浙江省", "北京市", "山西省", "海南省"],
    "status": ["count", "other name", "not named", "no report"],
    "hits": [2, 0, 0, 0],
    "rate": [1.5, 0.0, 0.0, float("nan")],
    "low": [0.2, 0.0, 0.0, float("nan")],
    "high": [5.0, 2.0, 2.0, float("nan")],
}

PAIRS = {
    "a": ["北京市", "北京市", "山西省"],
    "b": ["浙江省", "山西省", "浙江省"],
    "distance": [0.5, 0.6, 0.7],
    "noise_high": 0.55,
    "above_noise": [False, True, True],
    "words_a": "首都",
    "words_b": "海洋",
}


def line(card, key):
    return next(one for one in card.lines if one.key == key)


def test_cards_stand_in_the_official_order():
    found = regions_of({"rates": result(RATES)})
    assert [card.name for card in found.cards] == ["北京市", "山西省", "浙江省"]  # Hainan: nothing


def test_a_line_leads_back_to_its_row():
    found = regions_of({"rates": result(RATES)})
    last = line(found.cards[2], "rates:医共体")
    assert last.rows == (0,) and last.analysis == "rates"
    assert last.value.zh == "1.50（0.20–5.00），2 次"


def test_zero_another_name_and_no_report_are_three_things():
    (measure,) = regions_of({"rates": result(RATES)}).measures
    states = {name: tile.state for name, tile in measure.tiles.items()}
    assert states == {"浙江省": "value", "北京市": "other", "山西省": "zero", "海南省": "none"}


def test_a_pair_says_whether_it_lies_above_the_noise():
    found = regions_of({"rates": result(RATES), "far": result(PAIRS)})
    said = {(pair.a, pair.b): pair.sentence for pair in found.pairs}
    assert "不能区分" in said["北京市", "浙江省"].zh and "首都" in said["北京市", "浙江省"].zh
    assert "above the noise" in said["北京市", "山西省"].en
    assert line(found.cards[0], "nearest").value.en == "Zhejiang 0.500, Shanxi 0.600"


@pytest.mark.parametrize("table", [{"x": [1, 2]}, {"group": ["甲乡", "乙乡"], "share": [1, 2]}])
def test_without_known_regions_there_are_no_cards(table):
    assert regions_of({"one": result(table)}).cards == ()
