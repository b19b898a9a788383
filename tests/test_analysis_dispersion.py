"""Dispersion: a word of one report is clumped, and single reports have no dispersion."""

from analysis_corpora import planted
from policytext import dispersion


def test_a_word_of_one_report_is_clumped():
    corpus, counts = planted(6)
    table = dispersion(corpus, counts=counts, by="province").table
    row = table[(table["feature"] == "词01") & (table["province"] == "甲省")].iloc[0]
    assert row["one_report_only"]
    assert row["dp_norm"] > 0.9
    even = table[(table["feature"] == "词02") & (table["province"] == "甲省")].iloc[0]
    assert even["dp_norm"] < 0.4
    assert dispersion(corpus, counts=counts).plot().collections


def test_single_reports_have_no_dispersion():
    corpus, counts = planted(1)
    assert dispersion(corpus, counts=counts, by="province").table["dp"].isna().all()
