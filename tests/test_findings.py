"""A sentence claims no more than its table carries, and says so where it carries nothing."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext import findings
from policytext.findings import COMMON, DIFFERENT, LIMIT, Background, findings_of, marking_words
from policytext.inference import poisson_interval

POISSON = "this report only (Poisson)"


def rates(hits, size=10_000, *, paragraphs=None, interval=POISSON, term="医共体"):
    hits = np.asarray(hits)
    found = poisson_interval(hits, size / 10_000)
    return pd.DataFrame(
        {
            "term": term,
            "province": [f"甲{i}省" for i in range(len(hits))],
            "status": np.where(hits > 0, "count", "not named"),
            "hits": hits,
            "n_han": size,
            "rate": found.estimate,
            "low": found.low,
            "high": found.high,
            "interval": interval,
            "paragraphs": hits if paragraphs is None else paragraphs,
            "n_units": 1,
        }
    )


def pairs(n, above, *, q=np.nan):
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"a": "甲省", "b": [f"乙{i}省" for i in range(n)]})
    return table.assign(
        distance=rng.uniform(0.5, 0.7, n), above_noise=np.arange(n) < above, q_value=q
    )


def only(found, kind):
    return [one for one in found if one.kind == kind]


@pytest.mark.parametrize(("mean", "repeats"), [(1, 1), (20, 1), (8, 3)])
def test_without_difference_few_tables_claim_an_order(mean, repeats):
    rng = np.random.default_rng(7)
    claimed = 0
    for _ in range(120):
        places = rng.poisson(mean, 31)
        claimed += findings_of(rates(places * repeats, paragraphs=places))[0].supported
    assert claimed <= 0.05 * 120


def test_a_planted_difference_is_found_and_how_far_it_goes_is_said():
    (found,) = findings_of(rates([60, 8, 9, 7, 0, 8]))
    assert found.kind == DIFFERENT and found.supported
    assert "甲0省（每万汉字 60.00 次" in found.sentence.zh
    assert (
        "首位高于其中 5 个" in found.sentence.zh and "首位也与第二、三位分得开" in found.sentence.zh
    )
    assert "不是发布者一贯如何" in found.sentence.zh
    assert found.rows == (0, 2, 1)


def test_one_hit_more_is_no_rank():
    (found,) = findings_of(rates([2, 2, 1, 0, 0]))
    assert not found.supported and "不能据此排名" in found.sentence.zh
    assert "no ranking rests on this" in found.sentence.en


def test_one_paragraph_that_repeats_a_term_is_one_place():
    assert findings_of(rates([30, 1, 1]))[0].supported
    assert not findings_of(rates([30, 1, 1], paragraphs=[1, 1, 1]))[0].supported


def test_reports_of_several_kinds_carry_no_comparison():
    (found,) = findings_of(rates([60, 8, 9]), Background(mixed=True))
    assert not found.supported and "不能据此比较" in found.sentence.zh


def test_what_no_group_names_is_common():
    (found,) = findings_of(rates([0, 0]))
    assert found.kind == COMMON and "无一提到" in found.sentence.zh


def test_counts_that_tie_are_said_to_follow_the_length_of_reports():
    provinces = ["山西省", "辽宁省", "浙江省", "广东省", "青海省"]
    (tied,) = findings_of(rates([2, 2, 2, 2, 1]).assign(province=provinces))
    (apart,) = findings_of(rates([3, 2, 2, 2, 1]).assign(province=provinces))
    assert "按次数，4 个省份同为 2 次" in tied.sentence.zh
    assert "同为" not in apart.sentence.zh


def test_hits_in_reports_of_nowhere_are_told():
    table = rates([4, 6, 30])
    table.loc[2, "province"] = "unknown"
    last = findings_of(table)[-1]
    assert (last.kind, last.rows) == (LIMIT, (2,))
    assert last.sentence.en.startswith("30 of 40 hits stand in reports")
    assert "hits stand" not in findings_of(rates([4, 6, 30]))[-1].sentence.en


def test_themes_are_ranked_by_what_was_coded():
    rows = [("甲", "tcm", 0.01, 0.05), ("甲", "workforce", 0.03, 0.03)]
    rows += [("乙", *rows[0][1:]), ("乙", *rows[1][1:])]
    table = pd.DataFrame(rows, columns=["group", "theme", "share_coded", "share"]).assign(
        label_zh=lambda t: t["theme"], label_en=lambda t: t["theme"], n_coded=3, n_positive=99,
        n_paragraphs=100, n_labelled=50, low=0.01, high=0.09,
    )  # fmt: skip
    first = findings_of(table)[0].sentence.en
    assert first.index("workforce (3.0% coded") < first.index("tcm (1.0% coded, 5.0% corrected")
    assert "By corrected shares the largest is tcm (5.0%)" in first


def test_totals_name_what_is_never_found():
    table = pd.DataFrame({"concept": ["甲", "乙"], "n_hits": [3, 0], "n_documents": [1, 0]})
    common, limit = findings_of(table)
    assert "2 个词中有 1 个出现过，次数最多的是甲（3 次）" in common.sentence.zh
    assert limit.kind == LIMIT and "乙" in limit.sentence.zh


def test_another_name_is_not_silence():
    table = pd.DataFrame(
        {
            "concept": "医共体",
            "group": ["北京市", "山西省", "浙江省", "海南省"],
            "status": ["other name", "not named", "count", "no report"],
            "n": [0, 0, 2, 0],
            "n_other": [2, 0, 0, 0],
            "other_names": ["紧密型城市医疗集团 2", "", "", ""],
        }
    )
    common, other, limit = findings_of(table)
    assert "3 个省份中 1 个提到，1 个只用别称，1 个都没有（山西省）" in common.sentence.zh
    assert "Beijing (紧密型城市医疗集团 2)" in other.sentence.en and other.rows == (0,)
    assert limit.kind == LIMIT


def words(above, q=np.nan):
    return pd.DataFrame(
        {
            "group": "广东省",
            "feature": ["广东", "港澳", "海洋"],
            "z": [20.0, 8.0, 2.0],
            "low": [3.0, 2.0, -0.1],
            "above_noise": above,
            "q_value": q,
        }
    )


def test_names_of_places_mark_no_group():
    assert marking_words(words(True))["feature"].tolist() == ["港澳"]


@pytest.mark.parametrize(
    ("above", "q", "carried"),
    [(True, np.nan, True), (False, np.nan, False), (True, 0.2, False), (True, 0.01, True)],
)
def test_words_need_noise_and_test(above, q, carried):
    found = findings_of(words(above, q))
    assert only(found, DIFFERENT)[0].supported is carried
    assert bool(only(found, LIMIT)) is not carried


@pytest.mark.parametrize(
    ("table", "carried"),
    [
        (pairs(465, 14), False),  # fewer than chance alone would give
        (pairs(465, 40), False),
        (pairs(465, 200), True),
        (pairs(10, 3, q=0.3), False),
        (pairs(10, 3, q=0.01), True),
    ],
)
def test_distances_are_held_against_chance(table, carried):
    (found,) = findings_of(table)
    assert found.supported is carried
    assert found.kind == (DIFFERENT if carried else LIMIT)


def test_themes_with_few_labels_are_not_named():
    table = pd.DataFrame(
        {
            "group": ["甲省", "乙省"] * 3,
            "theme": ["a", "a", "b", "b", "outside", "outside"],
            "label_zh": ["医保", "医保", "少见", "少见", "其他", "其他"],
            "label_en": ["Insurance", "Insurance", "Rare", "Rare", "Outside", "Outside"],
            "n_coded": 3,
            "share_coded": 0.1,
            "share": [0.1, 0.2, 0.9, 0.0, np.nan, np.nan],
            "low": np.nan,
            "high": np.nan,
            "n_positive": [50, 50, 5, 5, np.nan, np.nan],
        }
    )
    found = findings_of(table)
    said = " ".join(f.sentence.zh for f in found)
    limits = [f.sentence.zh for f in found if f.kind == "limit"]
    assert "医保" in said and said.count("少见") == 1
    assert any("1 个主题的标注段落不足 30 个" in one and "少见" in one for one in limits)
    assert not any(f.supported for f in only(found, DIFFERENT))


def topics(low, high):
    return pd.DataFrame(
        {
            "group": ["甲省", "乙省"],
            "topic": 0,
            "name": "topic_00",
            "share": [0.6, 0.1],
            "low": [0.6 - low, 0.1 - low],
            "high": [0.6 + high, 0.1 + high],
        }
    )


def test_topics_are_called_by_their_words_and_need_intervals():
    setting = Background(names={"topic_00": "产业 发展"})
    *_, described = findings_of(topics(np.nan, np.nan), setting)
    assert "“产业 发展”" in described.sentence.zh and not described.supported
    assert findings_of(topics(0.05, 0.05))[-1].supported
    assert not findings_of(topics(0.3, 0.3))[-1].supported


def test_a_table_that_no_reader_knows_says_nothing():
    assert findings_of(pd.DataFrame({"x": [1]})) == []


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6), st.booleans(), st.randoms())
@settings(max_examples=60, deadline=None)
def test_part_of_a_table_is_read_too(hits, mixed, chance):
    table = rates(hits)
    table.loc[[i for i in table.index if chance.random() < 0.3], ["rate", "low", "high"]] = np.nan
    for found in findings_of(table, Background(mixed=mixed)):
        assert all(found.sentence) and set(found.rows) <= set(table.index)
        assert not any("nan" in words for words in found.sentence)
    assert findings_of(table.iloc[:0]) == []


def test_a_census_has_facts_and_no_intervals():
    """Two years of all provinces: what stands there is said, without an interval or a ranking."""
    table = rates([28, 25]).assign(low=np.nan, high=np.nan, interval="none: census")
    (found,) = [one for one in findings_of(table) if one.kind == "different"]
    assert not found.supported and "a fact of these reports" in found.sentence.en
    assert "28" in found.sentence.en and "characters, interval" not in found.sentence.en


def test_lists_say_how_many_they_leave_out():
    assert findings._listed([f"甲{i}省" for i in range(9)]).zh.endswith("等 9 个")


def test_a_card_of_a_census_has_no_empty_interval():
    """The line of a card says a rate as a finding does: without an interval where there is none."""
    row = {"rate": 0.5, "hits": 3, "low": np.nan, "high": np.nan}
    for key in ("cards.rate_value", "findings.rates.place"):
        more = {} if key.startswith("cards") else {"place": "甲省"}
        assert "nan" not in "".join(findings.rate_in_words(row, key, f"{key}_alone", **more))
        row_held = {**row, "low": 0.1, "high": 1.5}
        held = findings.rate_in_words(row_held, key, f"{key}_alone", **more)
        assert "0.10–1.50" in held.zh and "0.10–1.50" in held.en


def narratives(apart, *, few=0, elsewhere=0, told=20):
    n = told + few + elsewhere
    table = pd.DataFrame({"province": [f"甲{i}省" for i in range(n)], "reading": "plans"})
    speaks, compared = np.arange(n) < told + few, np.arange(n) < told
    return table.assign(
        clauses=np.where(speaks, 6, 0),
        **dict.fromkeys(("done", "under_way"), 0),
        planned=np.where(speaks, 6, 0),
        difference=np.where(np.arange(n) < apart, 0.7, np.where(compared, 0.3, np.nan)),
        chance_high=np.where(compared, 0.5, np.nan),
        other_names=np.where(speaks, "", "医联体（1）"),
    )


@pytest.mark.parametrize(("apart", "carried"), [(0, False), (1, False), (4, True)])
def test_narratives_are_held_against_random_deals(apart, carried):
    said = findings_of(narratives(apart, few=2, elsewhere=1))
    told = [one for one in said if one.kind != COMMON]
    assert any(one.kind == DIFFERENT and one.supported for one in told) == carried
    assert any("甲0省" in one.sentence.zh for one in told) == (apart > 0)
    assert sum("甲22省" in one.sentence.zh for one in told) == 1
    mixed = findings_of(narratives(apart), Background(mixed=True))
    assert not any(one.kind == DIFFERENT for one in mixed)


def test_what_is_not_found_again_is_not_called_broken():
    outcomes = ["kept", "changed", "silent", "silent"]
    table = pd.DataFrame(
        {"province": "甲省", "promise": "建诊室", "outcome": outcomes, "answer": ""}
    )
    common, below, limit = findings_of(table)
    assert "not found again 2" in common.sentence.en
    assert (below.rows, below.supported) == ((1,), False)
    assert limit.kind == LIMIT


def test_the_first_to_name_a_programme_may_have_done_so_before():
    rows = [
        ("甲省", "mention", 2016, 2016),
        ("乙省", "mention", 2018, 2016),
        ("乙省", "full", 2020, 2016),
    ]
    table = pd.DataFrame(rows, columns=["province", "step", "year", "first_report"])
    first, full, limit = findings_of(table.assign(clause="建医共体"))
    assert "甲省" in first.sentence.zh and "乙省" not in first.sentence.zh
    assert "2020" in full.sentence.zh and full.rows == (2,)
    assert ", 1 do so in their first report" in limit.sentence.en


def test_effects_on_reuse_and_the_largest_pair_are_said():
    pairs = pd.DataFrame({"receiver": ["甲省", "乙省"], "year": 2021, "sender": ["乙省", "甲省"]})
    most, source = findings_of(pairs.assign(n_sentences=[0, 2], share=[0.0, 0.03]))
    assert "乙省 2021 年对甲省（3.00 %，2 句）" in most.sentence.zh and source.kind == LIMIT
    effects = pd.DataFrame({"variable": ["borders", "km"], "value": ["neighbours", "+1"]})
    effects[["estimate", "low", "high", "mean_with"]] = 0.4
    said = findings_of(effects.assign(p_value=[0.004, 0.04], refused=""))
    assert [(one.kind, one.rows) for one in said] == [(DIFFERENT, (0,)), (LIMIT, (1,))]
    assert findings_of(pairs[:1].assign(n_sentences=0, share=0.0))[0].kind == LIMIT


def test_a_hazard_is_told_apart_at_the_level_of_all_rows():
    table = pd.DataFrame(
        {
            "variable": ["period", "region", "region", "peers"],
            "value": ["2016-2018", "东部", "西部", "10"],
            "hazard_ratio": [np.nan, 3.0, 2.0, np.nan],
            **dict.fromkeys(("low", "high"), 1.5),
            "p_value": [np.nan, 0.004, 0.04, np.nan],
            "refused": ["", "", "", "too few events"],
        }
    )
    said = findings_of(table)
    assert [(one.kind, one.rows) for one in said] == [(DIFFERENT, (1,)), (LIMIT, (2,)), (LIMIT, ())]
