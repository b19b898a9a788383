"""Figures of narratives: what is not known looks so, small counts are seen, and words are whole."""

import warnings
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import policytext as pt
from policytext.plots.figure import on_paper
from policytext.plots.narratives import (
    OUTCOMES,
    STATUS,
    plot_answers,
    plot_claims,
    plot_frame_profile,
    plot_hazard,
    plot_narratives,
    plot_outcomes,
    plot_steps,
)
from policytext.result import Drawing
from policytext.texts import word_of
from test_plots_figure import SEEN, lab


def labels(axes):
    return [one.get_text() for one in axes.get_yticklabels()]


def marks(axes, shape):
    """Return the places of the marks of a shape, filled and hollow."""
    found = {True: [], False: []}
    for line in axes.lines:
        if line.get_marker() == shape and line.get_linestyle() == "None":
            xy = np.round(np.asarray(line.get_xydata(), dtype=float), 1).tolist()
            found[str(line.get_markerfacecolor()) != "white"] += xy
    return found[True], found[False]


def texts():
    return {
        f"{place}{year}.txt": f"{place}{year}年政府工作报告\n一、{year - 1}年工作回顾\n{did}\n"
        f"二、{year}年工作安排\n{will}\n"
        for place, year, did, will in (
            ("浙江省", 2020, "新建改水站3座。", "推进银龄巡诊。新建社区助老食堂12个。"),
            ("浙江省", 2021, "银龄巡诊实现全覆盖。建成社区助老食堂13个。", "推进改水。"),
            ("安徽省", 2020, "建成全国首个改水站。", "推进改水。新建社区助老食堂9个。"),
            ("安徽省", 2021, "改水试点获得肯定。", "推进银龄巡诊。"),
            ("北京市", 2020, "新建改水站4座。", "新建山区诊室12间。"),
            ("北京市", 2021, "新建改水站5座。", "新建山区诊室12间。"),
        )
    }


@pytest.fixture(scope="module")
def corpus():
    return pt.read_texts(texts())


@pytest.fixture(scope="module")
def frames(corpus):
    return pt.read_frames(corpus)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_steps_of_a_first_report_are_hollow_and_who_is_silent_has_a_row(corpus, frames):
    spread = pt.programme_spread(corpus, "银龄巡诊", frames=frames)
    axes = spread.plot(language="zh")
    assert labels(axes) == ["北京市", "浙江省", "安徽省"]  # as GB/T 2260 has them
    assert axes.get_yticklabels()[0].get_color() != axes.get_yticklabels()[1].get_color()
    full, hollow = marks(axes, "o")
    assert [round(y) for _, y in full] == [2] and [round(y) for _, y in hollow] == [1]
    assert [round(x) for x, _ in full] == [2021] and [round(x) for x, _ in hollow] == [2020]
    assert len(marks(axes, "D")[0]) == 1 and not marks(axes, "^")[0]
    said = axes.get_xlabel()
    assert "空心" in said and "灰色组名" in said
    reports = next(line for line in axes.lines if line.get_marker() == "|")
    assert len(reports.get_xdata()) == 6
    assert labels(spread.plot(groups="浙江省", language="en")) == ["Zhejiang"]


def test_marks_of_one_year_stand_beside_each_other():
    rows = [("甲", step, 2020, 2018) for step in ("mention", "plan", "pilot", "full")]
    table = pd.DataFrame(rows, columns=["city", "step", "year", "first_report"])
    axes = plot_steps(table, by="city")
    x = [
        line.get_xdata()[0]
        for line in axes.lines
        if line.get_marker() in "os^D" and len(line.get_xdata())
    ]
    assert len({round(float(one), 3) for one in x}) == 4
    assert max(abs(one - 2020) for one in x) < 0.5


def test_groups_without_an_order_stand_by_their_first_step():
    rows = [("甲", "mention", 2021), ("乙", "mention", 2019), ("丙", "report", 2019)]
    table = pd.DataFrame(rows, columns=["city", "step", "year"]).assign(first_report=2018)
    assert labels(plot_steps(table, by="city")) == ["乙", "甲", "丙"]


def test_outcomes_are_shares_with_every_number_beside_them(corpus, frames):
    promises = pt.follow_promises(corpus, frames=frames)
    for result in (promises, pt.promise_table(promises)):
        axes = result.plot(language="zh")
        assert labels(axes) == ["北京市", "浙江省", "安徽省"]
        widths = np.array([bar.get_width() for bar in axes.patches]).reshape(len(OUTCOMES), 3)
        assert widths.sum(axis=0).tolist() == [100.0] * 3
        assert "未再提及不等于没有完成" in axes.get_xlabel()
        counts = promises.table.groupby("province").size()
        shown = [text.get_text() for text in axes.texts]
        assert shown[:3] == [str(counts[place]) for place in labels(axes)]


def test_the_promises_of_one_region_are_drawn_by_year():
    rows = [("甲省", 2020, "kept"), ("甲省", 2021, "silent"), ("甲省", 2021, "changed")]
    table = pd.DataFrame(rows, columns=["province", "year", "outcome"])
    axes = plot_outcomes(table, by="province")
    assert labels(axes) == ["2020", "2021"] and "作出计划的年份" in axes.get_xlabel()


@pytest.mark.parametrize("seen", SEEN)
def test_parts_of_a_bar_stay_apart_in_grey_and_for_every_kind_of_eye(seen):
    for looks in (OUTCOMES, STATUS):
        colours = [lab(look.colour, SEEN[seen]) for look in looks.values()]
        assert min(np.linalg.norm(a - b) for a, b in combinations(colours, 2)) > 9
        grey = sorted(lab(look.colour, np.eye(3))[0] for look in looks.values())
        assert min(np.diff(grey)) > 8
        hatched = [look.hatch for look in looks.values()]
        assert hatched[-1] and not any(hatched[:-1])  # of what nothing is known


def narrated(differences):
    rows = [
        (place, 9 if known else 2, 3 if known else 1, *triple)
        for place, (known, *triple) in zip(("甲", "乙", "丙"), differences, strict=True)
    ]
    names = ["city", "clauses", "done", "difference", "chance_low", "chance_high"]
    return pd.DataFrame(rows, columns=names).assign(under_way=0, planned=1)


def test_a_difference_is_filled_only_beyond_chance_and_missing_below_five_clauses():
    table = narrated([(True, 0.6, 0.1, 0.4), (True, 0.2, 0.1, 0.4), (False, None, None, None)])
    left = plot_narratives(table, by="city")
    right = left.get_figure().axes[1]
    full, hollow = marks(right, "o")
    assert (len(full), len(hollow)) == (1, 1)
    assert [text.get_text() for text in right.texts] == ["< 5"]
    assert "9" in [text.get_text() for text in left.texts]


def test_where_no_group_can_be_compared_no_empty_panel_is_drawn():
    table = narrated([(False, None, None, None)] * 3)
    axes = plot_narratives(table, by="city")
    assert len(axes.get_figure().axes) == 1 and "不比较" in axes.get_xlabel()
    alone = plot_narratives(table.head(1).assign(clauses=9), by="city")  # nothing to set it against
    assert "满 5 个" not in alone.get_xlabel() and "没有可比的两边" in alone.get_xlabel()


def test_few_clauses_are_hollow_and_no_interval_is_made_up():
    rows = [("甲", "press", 12, 0.5, 0.4), ("乙", "press", 3, 0.2, 0.45)]
    table = pd.DataFrame(rows, columns=["city", "frame", "clauses", "share", "elsewhere"])
    axes = plot_frame_profile(table.assign(log_ratio=0.1), by="city", what="firmness", least=2)
    full, hollow = marks(axes, "o")
    assert (full, hollow) == ([[50.0, 1.0]], [[20.0, 0.0]])
    assert sorted(text.get_text() for text in axes.texts) == ["12", "3"]
    from_zero = [path.vertices[0][0] for lines in axes.collections for path in lines.get_paths()]
    assert set(from_zero) == {0.0}  # lines lead from zero to the mark, and say no width


def test_frames_are_bars_of_what_is_typical_with_their_clauses():
    rows = [("甲", "新建 诊室", 7, 2.0), ("甲", "推进 改水", 2, 3.0), ("甲", "加强 管理", 9, -1.0)]
    table = pd.DataFrame(rows, columns=["city", "frame", "clauses", "log_ratio"])
    axes = plot_frame_profile(table.assign(share=0.1, elsewhere=0.1), by="city", least=2)
    assert labels(axes) == ["新建 诊室 7", "推进 改水 2"]
    hollow = [bar.get_facecolor()[:3] == (1.0, 1.0, 1.0) for bar in axes.patches]
    assert hollow == [False, True]


def test_hazards_say_what_they_stand_against_and_what_was_not_estimated():
    rows = [
        ("period", "2015–2016", "", 4, 9, np.nan, np.nan, np.nan, ""),
        ("南北方", "北方", "南方", 3, 8, 1.5, 0.5, 4.0, ""),
        ("南北方", "东部", "南方", 3, 8, 2.5, np.nan, np.nan, "fewer than 5 places"),
        ("peers", "+10%", "", 4, 17, np.nan, np.nan, np.nan, "no"),
    ]
    names = ["variable", "value", "reference", "n_events", "years", "hazard_ratio", "low", "high"]
    table = pd.DataFrame(rows, columns=[*names, "refused"]).assign(hazard=0.3)
    axes = plot_hazard(table)
    assert labels(axes)[1].startswith("南北方 / North and South：北方，对南方 / ")
    assert "空心：没有区间" in axes.get_xlabel() and "没有估计，原因见表" in axes.get_xlabel()
    assert "风险率之比" in axes.get_xlabel() and "频率" not in axes.get_xlabel()
    plain = plot_hazard(table.head(1))
    assert labels(plain) == ["2015–2016（4 / 9）"]


def test_claims_of_plans_are_aims_and_answers_are_no_deeds():
    claims = pd.DataFrame(
        {"province": ["甲省"] * 3, "claim": ["centre", "first", "first"],
         "phase": ["reviewed", "reviewed", "planned"]}
    )  # fmt: skip
    axes = plot_claims(claims, by="province")
    words = [one.get_text() for one in axes.get_xticklabels()]
    assert words == ["首创\nfirst of its kind", "中央原话\nwords of the centre"]
    assert [text.get_text() for text in axes.texts] == ["1", "1"]
    problems = pd.DataFrame({"province": ["甲省"] * 2, "measure": ["", "扩建诊室"]})
    assert "不等于无人处理" in plot_answers(problems, by="province").get_xlabel()


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_every_narrative_has_a_figure_with_all_its_glyphs(corpus, frames, language):
    promises = pt.follow_promises(corpus, frames=frames)
    results = [
        pt.programme_spread(corpus, "银龄巡诊", frames=frames),
        pt.compare_narratives(corpus, "银龄巡诊", frames=frames),
        promises,
        pt.promise_table(promises, by="firmness"),
        pt.frame_profile(frames, what="firmness", least=1),
        pt.frame_profile(frames, what="actor", least=1),
        pt.frame_profile(frames, least=1),
        pt.read_claims(corpus, frames=frames),
        pt.adoption_hazard(corpus, "银龄巡诊"),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for result in results:
            axes = result.plot(language=language)
            axes.get_figure().canvas.draw()
            said = " ".join(
                [*labels(axes), axes.get_xlabel(), *axes.get_legend_handles_labels()[1]]
            )
            if language == "en":
                assert "空心" not in said and "浙江" not in said
            plt.close("all")


def test_figures_stand_on_white_under_a_dark_style():
    table = pd.DataFrame({"province": ["甲省"], "outcome": ["kept"]})
    with plt.style.context("dark_background"):
        drawn = Drawing("narratives.plot_outcomes", {"by": "province"}).draw(table, "题", None)
        assert drawn.get_figure().get_facecolor()[:3] == (1, 1, 1)
        for text in (drawn.xaxis.label, *drawn.get_legend().get_texts(), *drawn.get_yticklabels()):
            assert sum(plt.matplotlib.colors.to_rgb(text.get_color())) < 1.5


def test_drawing_leaves_settings_that_are_no_colours_as_the_first_figure_set_them():
    with plt.rc_context({"interactive": False, "axes.labelcolor": "red"}):
        with on_paper():
            plt.rcParams["interactive"] = True  # as the first figure of a notebook does
        assert plt.rcParams["interactive"] and plt.rcParams["axes.labelcolor"] == "red"


def test_a_word_of_two_columns_means_in_each_what_it_means_there():
    assert word_of("actors", "centre（2）", "zh") == "中央（2）"
    assert word_of("claim", "centre", "zh") == "中央原话"
    assert word_of("step", "mention", "zh") == "提及"
    assert word_of("status", "mention", "zh") == "仅提及"
    assert word_of("firmness", "unknown", "en") == "no such word"
