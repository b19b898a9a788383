"""Which reports count as one: issuers, bodies, families of text."""

import numpy as np
import pandas as pd

from analysis_corpora import make_corpus, planted
from policytext import trends
from policytext.comparable import select


def units(rows):
    table = pd.DataFrame(rows).fillna("")
    corpus = make_corpus(table, pd.DataFrame({"doc_id": table["doc_id"]}))
    return corpus.units.set_index("doc_id")["unit"]


def test_years_of_one_county_are_one_unit_and_counties_are_many():
    one = [{"doc_id": f"a{y}", "province": "甲省", "county": "子县", "year": y} for y in range(5)]
    many = [
        {"doc_id": f"b{i}", "province": "甲省", "county": f"丑{i}县", "year": 1} for i in range(5)
    ]
    found = units(one + many)
    assert found[[f"a{y}" for y in range(5)]].nunique() == 1
    assert found.nunique() == 6


def test_bodies_part_issuers_only_where_all_are_known():
    known = [
        {"doc_id": "a", "province": "甲省", "issuers": "甲省人民政府"},
        {"doc_id": "b", "province": "甲省", "issuers": "省人民政府"},
        {"doc_id": "c", "province": "甲省", "issuers": "省卫生健康委"},
    ]
    found = units(known)
    assert found["a"] == found["b"] != found["c"]
    assert units([*known, {"doc_id": "d", "province": "甲省", "issuers": ""}]).nunique() == 1


def test_reports_of_unknown_place_stand_for_themselves():
    rows = [{"doc_id": d, "level": "county", "province": ""} for d in "ab"]
    assert units(rows).nunique() == 2
    assert units([{**row, "level": "national"} for row in rows]).nunique() == 1


def test_a_family_of_text_joins_issuers():
    rows = [
        {"doc_id": "a", "province": "甲省", "text_family": "f"},
        {"doc_id": "b", "province": "乙省", "text_family": "f"},
        {"doc_id": "c", "province": "丙省", "text_family": ""},
        {"doc_id": "d", "province": "乙省", "text_family": ""},
    ]
    found = units(rows)
    assert found["a"] == found["b"] == found["d"] != found["c"]


def test_a_text_shared_by_reports_that_are_left_out_joins_nobody():
    reports = pd.DataFrame({"doc_id": list("abcd"), "genre": ["工作报告"] * 2 + ["公文"] * 2})
    reports["province"] = ["甲省", "乙省"] * 2
    reports["text_family"] = ["", "", "f", "f"]
    corpus = make_corpus(reports, pd.DataFrame({"doc_id": reports["doc_id"]}))
    assert select(corpus, "province", genre="工作报告").units.nunique() == 2
    assert select(corpus, "province", mix=True).units.nunique() == 1


def test_intervals_follow_families():
    corpus, counts = planted(6, apart=True)
    alone = trends(corpus, counts=counts, by="province").table
    assert alone["n_units"].eq(6).all()
    family = np.where(corpus.documents["province"] == "甲省", "f", "")
    from dataclasses import replace

    shared = replace(corpus, documents=corpus.documents.assign(text_family=family))
    joined = trends(shared, counts=counts, by="province").table.set_index("province")
    assert joined.loc["甲省", "n_units"].eq(1).all() and joined.loc["乙省", "n_units"].eq(6).all()
    assert joined.loc["甲省", "interval"].str.contains("Poisson").all()
