"""Which year a report is of, by genre, and the printed dates and named events that say so."""

import datetime
import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext import read_texts
from policytext.data import read_table
from policytext.origin.claims import ReportView
from policytext.origin.describing import claim_origin
from policytext.origin.period import read_period, year_hints
from policytext.origin.printed import (
    contradicts,
    count_masked_years,
    find_dates,
    find_events,
    find_spans,
    pinned_year,
    window_year,
)
from policytext.origin.scanner import load_scanner
from policytext.records import GENRES

BODY = "正文内容从略。\n" * 8


@pytest.mark.parametrize(
    ("title", "text", "genre", "year", "certainty"),
    [
        ("2021年工作总结", BODY, "工作总结", 2021, "likely"),
        ("2021年总结和2022年计划", BODY, "总结和计划", 2021, "likely"),
        ("2022年工作要点", BODY, "工作计划", 2022, "certain"),
        ("工作总结", BODY + "某局\n2022年1月10日", "工作总结", 2021, "likely"),
        ("工作总结", BODY + "某局\n2021年12月10日", "工作总结", 2021, "likely"),
        ("通知", BODY + "某局\n2021年12月10日", "公文", 2021, "certain"),
        (
            "政府工作报告",
            "——2020年1月9日在某县人民代表大会上\n" + BODY,
            "工作报告",
            2020,
            "certain",
        ),
        ("政府工作报告", "一、2019年工作回顾\n二、2020年工作安排\n", "工作报告", 2020, "certain"),
        ("工作总结", BODY, "工作总结", None, "unknown"),
        ("2021年工作总结", "现将2018年工作总结如下\n" + BODY, "工作总结", 2018, "likely"),
        ("2021年工作总结", "20xx年,我局完成任务。", "工作总结", 2021, "likely"),
    ],
)
def test_years(title, text, genre, year, certainty):
    period = read_period(ReportView(title, text), genre, [])
    assert (period.year, period.certainty) == (year, certainty)


def test_a_government_report_reviews_the_year_before():
    text = "——2020年1月9日在某县人民代表大会上\n一、2019年工作回顾\n二、2020年工作安排"
    period = read_period(ReportView("政府工作报告", text), "工作报告", [])
    assert (period.date_issued, period.start, period.end) == (
        "2020-01-09",
        "2019-01-01",
        "2019-12-31",
    )
    assert ("plan_year", "2020") in {(c.field, c.value) for c in period.claims}


@pytest.mark.parametrize("damage", ["year_digits_deleted", "masked_years"])
def test_damage_lowers_certainty(damage):
    report = ReportView("2021年工作总结", BODY, damage=frozenset({damage}))
    assert read_period(report, "工作总结", []).certainty == "likely"


def test_collapsed_years_are_not_read():
    report = ReportView("2023年工作总结", BODY, damage=frozenset({"years_collapsed"}))
    assert read_period(report, "工作总结", []).year is None


def roles(title, text, **more):
    return {(h.year, h.role) for h in year_hints(ReportView(title, text, **more))}


def test_roles():
    text = "2021年,我局完成任务。\n二、2022年工作安排\n某局\n2022年1月5日"
    assert roles("2021年总结", text) == {
        (2021, "title"),
        (2021, "review"),
        (2022, "plan"),
        (2022, "issue"),
    }


def test_page_titles_and_cited_documents_say_nothing():
    assert roles("某局2022年计划3", "", compilation_title="关于某局2022年计划【三篇】") == set()
    assert roles("总结", "印发《2018年度考核总结办法》") == set()


def test_only_han_numerals_survive_collapsed_years():
    damage = frozenset({"years_collapsed"})
    assert roles("2023年总结", "某局\n二〇一八年三月一日", damage=damage) == {(2018, "issue")}


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2020年7月27日", ["2020-07-27"]),
        ("二〇一一年十二月五日", ["2011-12-05"]),
        ("二0一0年8月3日", ["2010-08-03"]),
        ("一九九八年", ["1998"]),
        ("2019年度", ["2019"]),
        ("2021-02-28 上传", ["2021-02-28"]),
        ("2021. 2. 28", ["2021-02-28"]),
        ("2021. 2.28", []),
        ("2021—2023年", []),
        ("20235.39人", []),
        ("2020年13月", ["2020"]),
        ("2023年2月29日", ["2023"]),
        ("2024年2月29日", ["2024-02-29"]),
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


CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "time.jsonl").read_text("utf-8").splitlines()
]
RANK = {"certain": 3, "likely": 2, "unknown": 1}


def found(row, field):
    if field == "period":
        return [row.period_start, row.period_end]
    value = row[field]
    return None if pd.isna(value) else value


def holds(row, field, expected):
    """``year_certainty`` may be bounded: not certain, at most likely, at least likely."""
    if field.endswith("_not"):
        return found(row, field.removesuffix("_not")) != expected
    got = found(row, field)
    if field == "year_certainty" and " " in expected:
        how, bound = expected.rsplit(" ", 1)
        rank, limit = RANK[got], RANK[bound]
        return {"not": rank != limit, "at most": rank <= limit, "at least": rank >= limit}[how]
    return got == expected


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_case(case):
    row = read_texts({case["file_name"]: case["text"]}).documents.iloc[0]
    missed = {f: row.get(f) for f, e in case["expect"].items() if not holds(row, f, e)}
    assert not missed, missed


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("2023年1—6月", ("2023-01-01", "2023-06-30")),
        ("2023年1月至9月", ("2023-01-01", "2023-09-30")),
        ("2022年10月—2023年9月", ("2022-10-01", "2023-09-30")),
        ("2022年前三季度", ("2022-01-01", "2022-09-30")),
        ("2022年前三个季度", ("2022-01-01", "2022-09-30")),
        ("2022年前两个季度", ("2022-01-01", "2022-06-30")),
        ("2022年第四季度", ("2022-10-01", "2022-12-31")),
        ("2021-2023年", ("2021-01-01", "2023-12-31")),
        ("2022―2023年度", ("2022-01-01", "2023-12-31")),
        ("“十三五”", ("2016-01-01", "2020-12-31")),
        ("截至2022年9月底", ("2022-01-01", "2022-09-30")),
        ("第十个五年计划纲要", ("2001-01-01", "2005-12-31")),
        ("第十三个五年规划", ("2016-01-01", "2020-12-31")),
    ],
)
def test_periods(text, bounds):
    (span,) = find_spans(text)
    assert span.bounds() == bounds


@pytest.mark.parametrize(
    "text",
    ["2022年9月9日", "2022年13—15月", "十五年来", "2019年总结", "第十个五年", "十四个五年规划"],
)
def test_no_periods(text):
    assert find_spans(text) == []


@pytest.mark.parametrize(
    ("foot", "issued", "certainty"),
    [
        ("有效期至2026年3月2日", "", "unknown"),
        ("报名截止时间：2024年3月2日", "", "unknown"),
        ("（数据截至2024年3月31日）", "", "unknown"),
        ("最后更新：2024年3月2日", "", "unknown"),
        ("会议时间：2024年3月2日", "", "unknown"),
        ("2024年3月2日", "2024-03-02", "likely"),
        ("成文日期：2024年3月2日", "2024-03-02", "certain"),
        ("某县统计局 2024年3月2日", "2024-03-02", "certain"),
        ("数据来源：某县统计局 2024年3月2日", "", "unknown"),
        ("某县水利局\n2024年3月2日", "2024-03-02", "certain"),
        ("某县水利局\n（此件公开发布）\n2024年3月2日", "2024-03-02", "certain"),
        ("某县水利局\n2023年2月29日", "", "unknown"),
        ("某县水利局\n20230230", "", "unknown"),
        ("某县水利局\n二〇二三年二月三十日", "", "unknown"),
    ],
)
def test_only_a_signed_date_is_surely_that_of_issue(foot, issued, certainty):
    report = ReportView("关于开展检查的通知", "各乡镇：\n现通知如下。\n分三批检查。\n" + foot)
    period = read_period(report, "公文", [])
    assert (period.date_issued, period.certainty) == (issued, certainty)


def test_a_date_that_nobody_signs_lowers_no_right_year():
    text = BODY + "\n落实情况持续向好。\n2025年3月2日"
    period = read_period(ReportView("某县2018年工作总结", text), "工作总结", [], named=True)
    assert (period.year, period.certainty) == (2018, "certain")


def test_a_date_in_no_calendar_is_set_aside():
    claims = read_period(ReportView("通知", BODY + "某局\n2023年4月31日"), "公文", []).claims
    assert ("date_issued", "unknown", "2023年4月31日") in {
        (c.field, c.certainty, c.words) for c in claims
    }


@pytest.mark.parametrize(
    ("title", "year", "certainty"),
    [
        ("某县面向2035年远景目标推进情况汇报", None, "unknown"),
        ("某县2030年前碳达峰工作总结", None, "unknown"),
        ("某县2020年底前完成危房改造情况汇报", None, "unknown"),
        ("某县第2022期干部培训班工作总结", None, "unknown"),
        ("某县GB19083-2010标准实施工作总结", None, "unknown"),
        ("某县1998年洪灾二十周年纪念活动总结", None, "unknown"),
        ("某县2021年中央一号文件落实情况汇报", 2021, "likely"),
        ("某县贯彻2019年一号文件工作总结", 2019, "likely"),
        ("某县2023年前三季度工作总结", 2023, "certain"),
        ("某县2023年前半年工作总结", 2023, "certain"),
        ("某县2021年目标任务完成情况汇报", 2021, "certain"),
        ("某县医改工作总结（2021年）", 2021, "certain"),
        ("某县2021年度工作总结", 2021, "certain"),
    ],
)
def test_a_year_in_a_title_may_be_of_something_else(title, year, certainty):
    period = read_period(ReportView(title, BODY), "工作总结", [], named=True)
    assert (period.year, period.certainty) == (year, certainty)


def test_a_review_is_not_surely_of_a_year_after_all_it_names():
    report = ReportView("某县2027年工作总结", "2021年起步。2022年巩固。")
    assert read_period(report, "工作总结", [], named=True).certainty == "likely"


@pytest.mark.parametrize(
    ("title", "bounds"),
    [
        ("某县2023年6月工作总结", ("2023-06-01", "2023-06-30")),
        ("某县2024年2月份工作总结", ("2024-02-01", "2024-02-29")),
        ("某县2023.01-2023.06工作总结", ("2023-01-01", "2023-06-30")),
        ("某县2023年半年工作总结", ("2023-01-01", "2023-06-30")),
        ("某县2023年Q2工作总结", ("2023-04-01", "2023-06-30")),
        ("某县十三五期间工作总结", ("2016-01-01", "2020-12-31")),
        ("某县2021年至今工作总结", ("", "")),
        ("某县2021年春季造林工作总结", ("", "")),
        ("某县2021年工作总结", ("2021-01-01", "2021-12-31")),
    ],
)
def test_a_title_says_which_part_of_a_year(title, bounds):
    period = read_period(ReportView(title, BODY), "工作总结", [], named=True)
    assert (period.start, period.end) == bounds


def test_every_genre_says_by_which_year_it_is_cited():
    assert set(read_table("kinds/genre_years.csv")["genre"]) == set(GENRES)
    table = read_table("kinds/year_evidence.csv")
    assert not table.duplicated(["rule", "year"]).any()
    assert (table["right"].astype(int) <= table["claims"].astype(int)).all()
    assert set(table["year"]) == set(read_table("kinds/genre_years.csv")["year"])


def test_one_of_several_reports_does_not_date_the_others():
    text = "一、工作\n" + "完成改水。\n" * 12 + "某县卫生健康局\n2019年12月3日"
    alone = claim_origin(ReportView("工作总结", text))
    several = claim_origin(ReportView("工作总结", text, damage=frozenset({"several_reports"})))
    assert (alone.year, alone.issuers) == (2019, "某县卫生健康局")
    assert (several.year, several.year_certainty, several.issuers) == (None, "unknown", "")
