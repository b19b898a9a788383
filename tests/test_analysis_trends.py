"""trends: counts, denominators, intervals and statuses on corpora with a known truth."""

import inspect
import json
import re

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from analysis_corpora import make_corpus, planted
from corpora import make_corpus as text_corpus
from policytext import (
    Corpus,
    Counts,
    KeynessSettings,
    adjusted_rates,
    annex_repeats,
    attention_index,
    boilerplate_rows,
    count_terms,
    crosstab,
    design,
    dispersion,
    keyness,
    passage_shares,
    read_texts,
    region_distances,
    region_profile,
    shared_passages,
    trend_tests,
    trends,
)
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.terms.hits import TermMatcher


def small(design="sample"):
    docs = pd.DataFrame(
        {
            "doc_id": ["a1", "a2", "b1", "c1"],
            "province": ["甲省", "甲省", "乙省", "乙省"],
            "year": [1999, 2020, 2020, 2020],
            "level": ["province", "province", "province", "county"],
        }
    )
    paras = pd.DataFrame(
        {
            "doc_id": ["a1", "a1", "a2", "b1", "b1", "c1"],
            "n_han": [500, 500, 2000, 1000, 1000, 100],
            "part_of_report": ["review", "annex", "review", "review", "plan", "review"],
        }
    )
    counts = Counts(csr_matrix([[0], [7], [4], [1], [0], [9]]), ("医共体",), "terms")
    return make_corpus(docs, paras, design), counts


def row(result, **where):
    table = result.table
    for name, value in where.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_counts_and_denominators():
    corpus, counts = small()
    found = row(trends(corpus, counts=counts, by="year", level="province"), year=2020)
    assert found["hits"] == 5
    assert found["n_han"] == 4000
    assert found["rate"] == pytest.approx(12.5)
    assert found["share_paragraphs"] == pytest.approx(2 / 3)
    assert (found["reports"], found["n_reports"]) == (2, 2)
    assert found["top_share"] == pytest.approx(0.8)


def test_other_levels_are_shown_apart_unless_chosen_or_mixed():
    corpus, counts = small()
    apart = trends(corpus, counts=counts, by="province")
    assert list(apart.table.columns[:4]) == ["term", "province", "level", "status"]
    assert row(apart, province="乙省", level="province")["hits"] == 1
    assert row(apart, province="乙省", level="county")["hits"] == 9
    assert "mix=True" in apart.cautions[0].en and 'level="province"' in apart.cautions[0].en
    assert apart.coverage["left_out"].sum() == 0 and not apart.explain(0).empty
    alone = trends(corpus, counts=counts, by="province", level="province")
    assert row(alone, province="乙省")["hits"] == 1
    assert "province" in alone.title.en and alone.coverage["left_out"].sum() == 1
    assert any("left out" in c.en for c in alone.cautions)
    mixed = trends(corpus, counts=counts, by="province", mix=True)
    assert row(mixed, province="乙省")["hits"] == 10
    assert "levels and genres mixed" in mixed.title.en


def test_annex_is_not_counted_unless_asked_for():
    corpus, counts = small()
    assert row(trends(corpus, counts=counts, by="province"), province="甲省")["hits"] == 4
    parts = ["review", "annex"]
    assert (
        row(trends(corpus, counts=counts, by="province", parts=parts), province="甲省")["hits"]
        == 11
    )


def test_years_before_the_term_are_not_zero():
    corpus, counts = small()
    early = row(trends(corpus, counts=counts, by="year"), year=1999)
    assert early["status"] == "not applicable"
    assert np.isnan(early["rate"])
    assert early["hits"] == 0


def test_region_by_year_names_missing_reports():
    corpus, counts = small()
    result = trends(corpus, counts=counts, by=["province", "year"])
    assert row(result, province="乙省", year=1999)["level"] == ""
    missing = row(result, province="乙省", year=1999)
    assert missing["status"] == "no report"
    assert np.isnan(missing["rate"])
    assert np.isnan(missing["share_reports"])


def test_excluded_rows_leave_numerator_and_denominator():
    corpus, counts = small()
    found = row(
        trends(corpus, counts=counts, by="year", level="province", exclude_rows=[2]), year=2020
    )
    assert (found["hits"], found["n_han"]) == (1, 2000)
    mask = np.array([False, False, True, False, False, False])
    again = row(
        trends(corpus, counts=counts, by="year", level="province", exclude_rows=mask), year=2020
    )
    assert again["hits"] == 1


def test_intervals_follow_the_number_of_reports():
    corpus, counts = planted(6)
    years = row(trends(corpus, counts=counts, by="province"), province="甲省", term="词00")
    assert (years["interval"], years["n_units"]) == ("these reports only (Poisson)", 1)
    corpus, counts = planted(6, apart=True)
    found = row(trends(corpus, counts=counts, by="province"), province="甲省", term="词00")
    assert (found["interval"], found["n_units"]) == ("issuers as units, log-rate t", 6)
    assert found["low"] < found["rate"] < found["high"]
    single = trends(corpus, counts=counts, by=["province", "year"])
    assert set(single.table["interval"]) == {"this report only (Poisson)"}
    assert any("these reports only" in c.en for c in single.cautions)


def test_a_census_has_no_sampling_interval():
    corpus, counts = planted(6, design="census")
    found = row(trends(corpus, counts=counts, by="province"), province="甲省", term="词00")
    assert found["interval"] == "none: census"
    assert np.isnan(found["low"])
    assert np.isnan(found["share_low"])


def test_a_word_of_one_report_says_so():
    corpus, counts = planted(6)
    result = trends(corpus, counts=counts, by="province")
    assert bool(row(result, province="甲省", term="词01")["one_report_only"])
    assert row(result, province="甲省", term="词01")["top_report"] == "甲省-2010"
    assert any("词01" in c.zh for c in result.cautions)


def test_balanced_panel_keeps_issuers_with_every_year():
    corpus, counts = small()
    result = trends(corpus, counts=counts, by="year", balanced=True)
    assert row(result, year=2020)["hits"] == 4
    assert any("Balanced panel: 1 issuers" in c.en for c in result.cautions)
    with pytest.raises(ParameterError, match='needs "year" in `by`'):
        trends(corpus, counts=counts, by="province", balanced=True)


def test_evidence_adds_up_to_the_hits():
    corpus, counts = planted(3)
    for by in ("province", "year", ["province", "year"], None):
        result = trends(corpus, counts=counts, by=by)
        summed = result.evidence.groupby("row_id")["weight"].sum()
        hits = result.table["hits"]
        assert summed.reindex(hits.index, fill_value=0).astype(int).tolist() == hits.tolist()


def test_the_corpus_is_not_changed():
    corpus, counts = small()
    before = corpus.paragraphs.copy()
    trends(corpus, counts=counts, by=["province", "year"])
    pd.testing.assert_frame_equal(corpus.paragraphs, before)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"by": ["year", "year"]}, "two different ones"),
        ({"by": "colour"}, "got 'colour'"),
        ({"confidence": 1.5}, "between 0 and 1"),
        ({"exclude_rows": [99]}, "row numbers from 0 to 5"),
        ({"exclude_rows": [True]}, "has 1 entries, the corpus 6 paragraphs"),
    ],
)
def test_wrong_arguments_are_named(arguments, words):
    corpus, counts = small()
    with pytest.raises(ParameterError, match=words):
        trends(corpus, counts=counts, **arguments)


def test_a_keyword_that_no_analysis_has_is_named():
    corpus, counts = small()
    with pytest.raises(ParameterError, match="no parameter `colour`"):
        trends(corpus, counts=counts, colour=1)


def test_public_analyses_show_every_keyword_with_its_default():
    functions = (
        *(trends, keyness, region_distances, dispersion, crosstab, region_profile),
        *(adjusted_rates, trend_tests, shared_passages, passage_shares, boilerplate_rows),
        *(annex_repeats, Corpus.coverage, Corpus.panel, Corpus.to_counts),
    )
    for function in functions:
        parameters = inspect.signature(function).parameters.values()
        assert len(parameters) <= 16, function
        assert not [p for p in parameters if p.kind is p.VAR_KEYWORD], function
    shown = inspect.signature(keyness).parameters
    assert (shown["kinds"].default, shown["mix"].default) == (("body", "list"), False)


def test_nothing_left_to_count_is_an_error():
    corpus, counts = small()
    with pytest.raises(NotEnoughDataError, match="no paragraph is left"):
        trends(corpus, counts=counts, parts=["glossary"])


def test_counts_of_another_corpus_are_refused():
    corpus, _ = small()
    with pytest.raises(ParameterError, match="one row a paragraph"):
        trends(corpus, counts=Counts(csr_matrix([[1]]), ("医共体",), "terms"))


def test_a_figure_is_drawn_for_every_grouping():
    corpus, counts = planted(3, n_words=4)
    for by in ("province", "year", ["province", "year"], None):
        assert trends(corpus, counts=counts, by=by).plot().lines


def test_no_line_is_drawn_across_missing_years():
    corpus, counts = small()
    axes = trends(corpus, counts=counts, by="year", level="province").plot()
    drawn = axes.lines[0].get_ydata()
    assert len(drawn) == 22
    assert np.isnan(drawn[1:21]).all()


def test_a_dominating_report_is_named():
    corpus, counts = planted(6)
    matrix = counts.matrix.tolil()
    matrix[40, 2] = 5000
    heavy = Counts(csr_matrix(matrix), counts.features, counts.kind)
    result = trends(corpus, counts=heavy, by="province")
    assert row(result, province="甲省", term="词02")["top_report"] == "甲省-2011"
    assert any("half or more of the hits" in c.en and "词02" in c.en for c in result.cautions)


def test_the_text_is_searched_once_however_often_rows_are_explained(monkeypatch):
    corpus = text_corpus(
        [
            {"texts": ["推进县域医共体建设。", "完善分级诊疗。"], "province": "河南省"},
            {"texts": ["发展医养结合。", "推进医共体建设。"], "province": "安徽省"},
        ]
    )
    searched = []
    search = TermMatcher.hits

    def counted(self, text, **options):
        searched.append(text)
        return search(self, text, **options)

    monkeypatch.setattr(TermMatcher, "hits", counted)
    result = trends(corpus, ["医共体", "分级诊疗", "医养结合"], by="province")
    shown = [result.explain(row) for row in range(5)]
    assert sum(len(rows) for rows in shown) >= 4
    assert searched == corpus.paragraphs["text"].tolist()


# Published counts over the State Council reports: consistent, not reproduced. The texts are read
# plainly here, so that the figures depend on nothing else of the library.

HEALTH = re.compile("医药|医疗|卫生|健康|药品|疾病|计划生育")


HAN = re.compile("[\u4e00-\u9fff]")


SENTENCE, CLAUSE = re.compile("[。！？；]"), re.compile("[。！？；，、：]")


REPAIRED = (1958, 1959, 2007)
"""Lacking, doubled and short in the plain file; taken from the other scrape."""


@pytest.fixture(scope="module")
def reports(shared):
    folder = shared / "corpus" / "state-council"
    lines = (folder / "gov_reports1954-2022.txt").read_text(encoding="utf-8").splitlines()
    texts = {int(line[:4]): line[5:] for line in lines}
    records = (folder / "government_work_reports.jsonl").read_text(encoding="utf-8").splitlines()
    other = {}
    for record in map(json.loads, records):
        if record["year"]:
            other.setdefault(int(record["year"]), record["content"])
    texts |= {year: other[year] for year in REPAIRED}
    return dict(sorted(texts.items()))


def share_of_health(text, cut):
    pieces = [(len(HAN.findall(piece)), bool(HEALTH.search(piece))) for piece in cut.split(text)]
    return 100 * sum(n for n, named in pieces if named) / sum(n for n, _ in pieces)


@pytest.mark.shared
def test_health_in_work_reports_is_consistent_with_jin_2016(reports):
    # Jin P., Lancet 2016; 388 Suppl 1: S43: 48 reports, 1.72, 1.87, 2.62, above 5 %
    texts = {year: text for year, text in reports.items() if year <= 2016}
    assert len(texts) == 48
    assert all(HEALTH.search(text) for text in texts.values())
    periods = [(1954, 1977, 1.72), (1978, 1987, 1.87), (1988, 2003, 2.62), (2004, 2016, 5.0)]
    means = {}
    for name, cut in (("sentence", SENTENCE), ("clause", CLAUSE)):
        means[name] = [
            np.mean([share_of_health(t, cut) for y, t in texts.items() if first <= y <= last])
            for first, last, _ in periods
        ]
        assert means[name][1] < means[name][2] < means[name][3]
    for (_, _, published), low, high in zip(
        periods, means["clause"], means["sentence"], strict=True
    ):
        assert low <= published <= high


@pytest.mark.shared
def test_words_are_consistent_with_quantedas_chinese_example(reports):
    # 49 texts 1954-2017, ICU words; here substrings of 48 or 49 texts: within 3 per cent
    published = {"发展": 5627, "经济": 5036, "社会": 4255, "建设": 4248, "改革": 2931}
    texts = [text for year, text in reports.items() if year <= 2017]
    for word, count in published.items():
        assert sum(t.count(word) for t in texts) == pytest.approx(count, rel=0.03), word


@pytest.fixture(scope="module")
def health(reports):
    """One paragraph a report, hits of the seven words, a census of the national level."""
    years = list(reports)
    docs = pd.DataFrame({"doc_id": [f"n{y}" for y in years], "year": years, "level": "national"})
    n_han = [len(HAN.findall(text)) for text in reports.values()]
    paras = pd.DataFrame({"doc_id": docs["doc_id"], "n_han": n_han})
    hits = np.array([[len(HEALTH.findall(text))] for text in reports.values()])
    return make_corpus(docs, paras, "census"), Counts(csr_matrix(hits), ("health",), "words")


@pytest.mark.shared
def test_the_rise_of_health_is_seen_and_no_p_value_is_given(health):
    corpus, counts = health
    row = trend_tests(corpus, counts=counts).table.iloc[0]
    assert row["tau"] > 0.4
    assert row["sen_slope"] > 0
    assert row["rate_ratio"] > 1.01
    assert np.isnan(row["p_value"])
    assert row["change_points"] == ""
    table = trends(corpus, counts=counts, by="year").table
    assert table["reports"].sum() == len(table)
    assert (table["interval"] == "this report only (Poisson)").all()


# What is left of shared sentences when each counts once?

SAME = "推进县域医疗资源整合共享和优质服务下沉，建设医共体。"


def copies():
    """Three reports with one sentence in common, and one of their own each."""
    own = {
        "安徽省2021": "养老机构床位建成四千张，全部投入运营使用。",
        "河南省2022": "养老院改造十二所，配齐了护理人员和设备。",
        "四川省2023": "每月发放养老服务补贴三百元，惠及高龄老人。",
    }
    return read_texts(
        {
            f"{name}年政府工作报告.txt": f"{name}年政府工作报告\n{SAME}\n{line}\n"
            for name, line in own.items()
        }
    )


def test_a_shared_sentence_counts_once_where_it_stands_first():
    corpus = copies()
    plain = trends(corpus, ["医共体", "养老"], by="year").table
    once = trends(corpus, ["医共体", "养老"], by="year", origin_adjusted=True)
    assert plain["hits"].tolist() == [1, 1, 1, 1, 1, 1] and "n_effective" not in plain
    assert once.table["hits"].tolist() == [1, 0, 0, 1, 1, 1]
    # each report keeps a third of the sentence that three share
    han = corpus.paragraphs["n_han"].where(corpus.counted(), 0)
    size = han.groupby(corpus.paragraphs["doc_id"]).sum()
    shared = han[corpus.paragraphs["text"] == SAME].iloc[0]
    expected = 1 - shared * 2 / 3 / size
    assert sorted(once.table["n_effective"][:3]) == pytest.approx(sorted(expected))
    whole = trends(corpus, ["医共体"], by=None, origin_adjusted=True).table.iloc[0]
    assert whole["n_effective"] == pytest.approx(once.table["n_effective"][:3].sum())
    assert whole["n_reports"] == 3
    assert any("counted once" in caution.en for caution in once.cautions)
    assert once.parameters["origin_adjusted"] and once.columns["n_effective"]


def test_without_copies_every_report_is_worth_one():
    corpus = copies().subset("year == 2021 or year == 2023")
    alone = corpus.paragraphs["text"].ne(SAME).to_numpy()
    table = trends(corpus, ["养老"], exclude_rows=~alone, origin_adjusted=True).table
    assert table["n_effective"].tolist() == [1.0, 1.0]


def test_both_sides_of_keyness_say_what_their_text_is_worth():
    corpus = copies()
    settings = KeynessSettings(origin_adjusted=True)
    counts = count_terms(corpus, ["医共体", "养老"])
    found = keyness(corpus, counts, min_hits=1, settings=settings).table.set_index("group")
    own, rest = found["n_effective"], found["n_effective_rest"]
    assert (own + rest).round(6).nunique() == 1 and (own < 1).all()
    assert found.query("feature == '医共体'")["hits"].sum() == 1


LATIN = "Annual Health Report 2023\nThe bureau built 12 clinics.\n"


@pytest.mark.parametrize("by", ["doc_id", None])
def test_reports_without_han_characters_are_left_out_in_words(by):
    chinese = "湖南省2023年工作总结\n2023年，推进医共体建设。\n"
    mixed = read_texts({"en": LATIN, "zh": chinese})
    result = trends(mixed, "clinics", by=by, mix=True)
    assert result.table["n_reports"].tolist() == [1]
    assert "no Han characters, or none of the denominator asked for): 1." in str(result.cautions)
    assert "left out" not in str(dispersion(read_texts({"zh": chinese}), "医共体").cautions)
    for call, terms in ((dispersion, "clinics"), (attention_index, {"a": ["clinics"]})):
        assert "left out" in str(call(mixed, terms, by=by, mix=True).cautions)
    assert "left out" in str(design(mixed, by or "province", mix=True).cautions)


@pytest.mark.parametrize("text", [LATIN, "123 456\n789。\n"])
def test_only_reports_without_han_characters_are_refused_in_words(text):
    corpus = read_texts({"a": text})
    for ask in (
        lambda: trends(corpus, "clinics"),
        lambda: trends(corpus, "clinics", by=None),
        lambda: region_profile(corpus, "湖南省", terms="clinics"),
        lambda: dispersion(corpus, "clinics"),
        lambda: adjusted_rates(corpus, "clinics"),
        lambda: design(corpus),
    ):
        with pytest.raises(NotEnoughDataError, match=r"has Han characters.*1 report.*term_totals"):
            ask()
    with pytest.raises(NotEnoughDataError, match="a group that is known"):
        design(read_texts({"a": "推进医共体建设。\n"}))
