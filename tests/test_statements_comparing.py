"""Plan against report, one measure in one unit, wording over the years: planted and found again."""

from functools import partial

import pandas as pd
import pytest

from corpora import make_corpus
from policytext import (
    compare_figures,
    plan_against_report,
    read_statements,
    statement_figures,
    wording,
)
from policytext.errors import ParameterError


def plan(text):
    return {"text": text, "part_of_report": "plan"}


@pytest.fixture
def statements():
    reports = [
        {
            "texts": ["2020年家庭医生签约率达到60%。", plan("家庭医生签约率达到75%。")],
            "province": "甲省",
            "year": 2020,
        },
        {"texts": [plan("推广家庭医生签约。")], "province": "乙省", "year": 2021},
        {
            "texts": [
                "开展家庭医生签约试点。",
                {"text": "家庭医生签约", "kind": "heading"},
            ],
            "province": "丙省",
            "year": 2019,
        },
        {"texts": ["家庭医生签约率达到‹NUM›%。"], "province": "丁省", "year": 2021},
    ]
    return read_statements(make_corpus(reports), ["家庭医生"])


def test_who_plans_and_who_reports(statements):
    table = plan_against_report(statements).table.set_index("province")
    assert table["reading"].to_dict() == {
        "甲省": "plans_and_reports",
        "乙省": "plans",
        "丙省": "reports",
        "丁省": "reports",
    }
    assert table.loc["甲省", ["targets", "achievements"]].tolist() == ["75%", "60%（2020年）"]
    counted = table[["done", "under_way", "planned", "mention", "undecided"]].sum(axis=1)
    assert (counted == table["clauses"]).all()


def test_concepts_below_are_pooled_once():
    made = make_corpus([{"texts": ["推进紧密型县域医共体、医共体建设。"], "province": "甲省"}])
    table = plan_against_report(read_statements(made, ["医共体"])).table
    assert table[["concept", "clauses"]].values.tolist() == [["医共体", 1]]


def test_rows_lead_back_to_their_clauses(statements):
    result = plan_against_report(statements)
    row = result.table.index[result.table["province"] == "甲省"][0]
    assert len(result.explain(int(row))) == 2
    assert result.plot().get_yticklabels()


def test_one_measure_in_one_unit_with_masked_figures_kept_apart(statements):
    table = compare_figures(statements, "contract_rate").table
    assert sorted(table["value"].dropna()) == [60.0, 75.0]
    assert table.loc[table["province"] == "丁省", "mark"].tolist() == ["masked"]
    assert table.loc[table["province"] == "丁省", "value"].isna().all()


def test_units_are_brought_together():
    made = make_corpus([{"texts": ["医养结合投入2亿元。", "医养结合投入300万元。"]}])
    figures = statement_figures(read_statements(made, ["医养结合"]))
    assert figures["value"].tolist() == [2e8, 3e6]
    assert figures["base_unit"].tolist() == ["元", "元"]


def test_wording_moves_over_the_years(statements):
    result = wording(statements, "year")
    table = result.table.set_index(["year", "stage"])
    assert table.loc[("2019", "pilot"), ["clauses", "named"]].tolist() == [1, 2]
    assert table.loc[("2021", "extension"), "clauses"] == 1
    # one issuer a year: nothing is said of others
    assert table[["low", "high"]].isna().all().all()
    assert any("fewer than 20 clauses" in c.en for c in result.cautions)
    assert result.plot().get_ylabel()


def test_dumbbells_draw_targets_and_achievements(statements):
    ax = compare_figures(statements, "contract_rate").plot()
    assert [one.get_text() for one in ax.get_yticklabels()] == ["甲省"]


def test_unknown_measures_and_groups_are_refused(statements):
    with pytest.raises(ParameterError, match="measure must be one of"):
        compare_figures(statements, "happiness")
    with pytest.raises(ParameterError, match="by must be a column"):
        plan_against_report(statements, by="colour")
    with pytest.raises(ParameterError, match="by must be a column"):
        compare_figures(statements, "beds", by="colour")


@pytest.fixture
def mixed():
    """Two provincial reports and one of a county and another genre in the same province."""
    reports = [
        {"texts": ["建成医共体3个。"], "province": "甲省", "year": 2021},
        {"texts": ["医共体覆盖率达到60%。"], "province": "乙省", "year": 2021},
        {"texts": ["扩大医共体试点，医共体覆盖率达到90%。"], "province": "甲省", "year": 2020},
    ]
    for report, level in zip(reports, ("province", "province", "county"), strict=True):
        report |= {"level": level, "genre": "工作总结", "province_certainty": "likely"}
    return read_statements(make_corpus(reports), ["医共体"])


@pytest.mark.parametrize(
    "compare", [plan_against_report, wording, partial(compare_figures, measure="coverage_rate")]
)
def test_only_reports_of_one_level_and_genre_are_compared_unless_they_are_mixed(mixed, compare):
    one, all_ = compare(mixed, level="province"), compare(mixed, mix=True)
    apart = compare(mixed)
    assert apart.table["level"].nunique() == 2 and "mix=True" in apart.cautions[0].en
    assert len(one.evidence) < len(all_.evidence)
    assert set(one.evidence["doc_id"]) <= {"d0", "d1"} and "d2" in set(all_.evidence["doc_id"])
    left_out = [c.en for c in one.cautions if "left out" in c.en]
    assert len(left_out) == 1 and "1 are left out" in left_out[0]
    assert not [c for c in all_.cautions if "left out" in c.en]
    assert (one.parameters["mix"], all_.parameters["mix"]) == (False, True)
    for row in range(len(one)):
        assert len(one.explain(row)) or not one.table.get("clauses", pd.Series([1]))[row]


def test_what_is_compared_can_be_chosen_as_for_trends(mixed):
    rest = plan_against_report(mixed, mix=True, exclude_rows=[0]).table
    assert rest["clauses"].sum() == 3
    assert len(plan_against_report(mixed, kinds=["heading", "body"], level="province")) == 2
    sure = plan_against_report(mixed, mix=True, min_certainty="certain").table
    assert sure["province"].tolist() == ["unknown"]
    figures = compare_figures(mixed, "coverage_rate", mix=True, min_certainty="certain")
    assert set(figures.table["province"]) == {""}


def test_parts_that_were_read_are_compared():
    annex = make_corpus([{"texts": [{"text": "建成医共体。", "part_of_report": "annex"}]}])
    statements = read_statements(annex, ["医共体"], parts=["annex"])
    assert plan_against_report(statements).table["clauses"].tolist() == [1]


def test_no_statements_give_empty_tables():
    empty = read_statements(make_corpus([{"texts": ["别的事。"]}]), ["医共体"])
    assert len(plan_against_report(empty)) == len(wording(empty)) == 0
    assert len(compare_figures(empty, "beds")) == 0
