"""Figures of analyses: panels, tiles and trees."""

import numpy as np
import pandas as pd
import pytest

from analysis_corpora import planted
from policytext import adjusted_rates, read_texts, trend_tests, trends
from policytext.errors import ParameterError
from policytext.plots import plot_tiles, plot_trend_multiples
from policytext.plots.analysis import plot_keyness, plot_ratios, plot_trends


def test_small_multiples_show_every_term():
    corpus, counts = planted(3, n_words=4)
    figure = plot_trend_multiples(trends(corpus, counts=counts, by="year").table)
    assert sum(ax.get_visible() for ax in figure.axes) == 4
    with pytest.raises(ParameterError, match="need the column `year`"):
        plot_trend_multiples(trends(corpus, counts=counts, by="province").table)


def test_tiles_know_all_provinces():
    table = pd.DataFrame({"province": ["广东省", "内蒙古", "西藏自治区"], "rate": [1.0, 2, np.nan]})
    axes = plot_tiles(table)
    assert len(axes.patches) == 34
    words = {text.get_text() for text in axes.texts}
    assert {"广东\n1", "内蒙古\n2", "西藏"} <= words


def by_province(*terms):
    rows = [
        (term, name, status, hits)
        for term in terms
        for name, status, hits in (
            ("浙江省", "count", 3),
            ("北京市", "other name", 0),
            ("山西省", "not named", 0),
        )
    ]
    table = pd.DataFrame(rows, columns=["term", "province", "status", "hits"])
    rate = table["hits"].astype(float)
    return table.assign(rate=rate, low=rate / 2, high=rate + 2)


def test_each_of_a_few_terms_has_its_panel_and_provinces_their_order():
    axes = plot_trends(by_province("医共体", "医养结合"))
    panels = axes.get_figure().axes
    assert [panel.get_title(loc="left") for panel in panels] == ["医共体", "医养结合"]
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["浙江省", "山西省", "北京市"]  # drawn from below: the capital on top


def test_named_not_named_and_another_name_look_different():
    axes = plot_trends(by_province("医共体"))
    marks = [
        (line.get_marker(), line.get_markerfacecolor())
        for line in axes.lines
        if len(line.get_xdata())
    ]
    assert len(set(marks)) == 3
    assert [face for mark, face in marks if mark == "d"] == ["white"]


def test_words_of_every_group_are_drawn_without_names_of_places():
    rows = [
        (group, word, z)
        for group in ("上海市", "广东省", "unknown")
        for word, z in (("上海", 17.0), ("航运", 6.0), ("港澳", 5.0))
    ]
    table = pd.DataFrame(rows, columns=["group", "feature", "z"]).assign(
        one_report_only=False, n_reports=1, noise_z=14.0, above_noise=False
    )
    panels = [ax for ax in plot_keyness(table).get_figure().axes if ax.get_visible()]
    assert [panel.get_title(loc="left") for panel in panels] == ["上海市", "广东省", "unknown"]
    for panel in panels:
        assert [label.get_text() for label in panel.get_yticklabels()] == ["港澳", "航运"]
        assert {bar.get_facecolor()[:3] for bar in panel.patches} == {(1.0, 1.0, 1.0)}


def test_bars_are_what_ranks_the_words():
    table = pd.DataFrame(
        {"group": "甲", "feature": ["航运", "港澳", "口岸"], "z": [9.0, 5.0, 4.0]}
    ).assign(one_report_only=False, n_reports=3, noise_z=3.0, above_noise=True)
    ranked = table.assign(lrc=[0.5, 2.0, 1.0])
    for given, word, tallest, line in (
        (table, "航运", 9.0, True),
        (ranked, "港澳", 2.0, False),
    ):
        axes = plot_keyness(given)
        assert axes.get_yticklabels()[-1].get_text() == word
        assert [bar.get_width() for bar in axes.patches][-1] == tallest
        assert bool(axes.lines) is line
    assert "保守对数比" in axes.get_xlabel()


def test_a_figure_without_estimates_says_why():
    table = pd.DataFrame(
        {"term": ["医共体", "托育"], "ratio": np.nan, "low": np.nan, "high": np.nan}
    )
    drawing = {"columns": ["ratio", "low", "high"], "label": ["term"]}
    refused = plot_ratios(table.assign(refused=["only 1 year", "only 1 year"]), **drawing)
    assert "only 1 year" in refused.texts[0].get_text()
    assert refused.texts[0].get_text().count("only 1 year") == 1
    for empty in (table, table.head(0)):
        assert "no row has an estimate" in plot_ratios(empty, **drawing).texts[0].get_text()
    report = "湖南省2023年政府工作报告\n一、工作情况\n推进医共体建设。\n"
    one = read_texts({"湖南省2023年政府工作报告.txt": report})
    for result in (adjusted_rates(one, ["医共体"]), trend_tests(one, ["医共体"])):
        assert result.table["refused"].iloc[0][:20] in result.plot().texts[0].get_text()
