"""Which year is a report of, by genre."""

import pytest

from policytext.origin.describing import ReportView
from policytext.origin.period import read_period

BODY = "正文内容从略。\n" * 8


@pytest.mark.parametrize(
    ("title", "text", "genre", "year", "certainty"),
    [
        ("2021年工作总结", BODY, "工作总结", 2021, "certain"),
        ("2021年总结和2022年计划", BODY, "总结和计划", 2021, "certain"),
        ("2022年工作要点", BODY, "工作计划", 2022, "certain"),
        ("工作总结", BODY + "某局\n2022年1月10日", "工作总结", 2021, "likely"),
        ("工作总结", BODY + "某局\n2021年12月10日", "工作总结", 2021, "certain"),
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
