"""Which years dated events leave open."""

import datetime

import pytest

from policytext.data import read_table
from policytext.origin.names import load_scanner
from policytext.origin.period import contradicts, find_events, pinned_year, window_year


def events(text):
    return find_events(text, load_scanner().hits(text))


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("今年是全面贯彻落实党的二十大精神的开局之年", 2023),
        ("今年是“十四五”开局之年", 2021),
        ("去年是“十四五”开局之年", None),
        ("明确了“十四五”开局之年的任务", None),
    ],
)
def test_pinned(text, year):
    assert pinned_year(text, events(text)).year == year


def test_a_news_item_after_8_january_2023():
    dating = window_year(events("落实“乙类乙管”,做好新阶段疫情防控"), summary=False)
    assert (dating.year, dating.certainty) == (2023, "likely")


def test_a_summary_of_2022_written_in_the_winter():
    text = "全年开展核酸检测,由“防”转“治”后扩容床位,宣讲二十大精神"
    assert window_year(events(text), summary=True).year == 2022


def test_two_open_years_stay_open():
    assert window_year(events("县卫计委学习十九大精神"), summary=True).year is None


def test_an_ended_body_contradicts_a_later_year():
    assert contradicts(2023, events("县卫计委推进改革,县卫计委督导")) is not None
    assert contradicts(2017, events("县卫计委推进改革,县卫计委督导")) is None
    assert contradicts(2023, events("县卫健委(原卫计委)推进")) is None


def test_a_later_event_contradicts_an_earlier_year():
    assert contradicts(2010, events("新冠疫苗接种")).words == "新冠"


def test_bounds_in_the_list_are_dates_in_order():
    table = read_table("events.csv")
    for row in table.itertuples():
        first = datetime.date.fromisoformat(row.first)
        assert not row.last or first <= datetime.date.fromisoformat(row.last)
        assert row.kind in {"mention", "activity", "exists", "year"}
        assert row.firmness in {"hard", "soft"}
        assert row.source
