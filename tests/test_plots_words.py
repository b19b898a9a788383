"""Figures of terms, collocates and co-occurrence: what is written where, nothing of nothing."""

import numpy as np
import pandas as pd
import pytest

from policytext.plots.words import (
    MOST_BARS,
    STATUS_COLOURS,
    STATUS_HATCHES,
    plot_collocations,
    plot_network,
    plot_term_counts,
    plot_term_status,
)


def labels(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def test_the_most_frequent_concept_stands_on_top_with_its_reports():
    table = pd.DataFrame(
        {"label_zh": ["养老", "托育", "医保"], "n_hits": [3, 0, 9], "n_documents": [2, 0, 4]}
    )
    axes = plot_term_counts(table)
    assert labels(axes.yaxis) == ["养老", "医保"]
    assert [text.get_text() for text in axes.texts] == ["3 (2)", "9 (4)"]


def test_every_status_has_a_colour_a_name_and_its_count():
    statuses = list(STATUS_COLOURS)
    table = pd.DataFrame(
        {"concept": "养老", "group": statuses, "status": statuses, "n": [5, 0, 0, 0, 0]}
    ).assign(n_other=[0, 7, 0, 0, 0])
    axes = plot_term_status(table)
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert [name.split(" / ")[-1] for name in names] == statuses
    looks = [(patch.get_facecolor(), patch.get_hatch()) for patch in axes.patches[:5]]
    assert len(set(looks)) == 5 and axes.patches[1].get_hatch() == STATUS_HATCHES["other name"]
    assert [text.get_text() for text in axes.texts] == ["5", "7"]
    assert labels(axes.xaxis) == statuses


def test_the_strongest_pair_stands_on_top_and_only_so_many_are_drawn():
    n = MOST_BARS + 5
    table = pd.DataFrame({"word1": "甲", "word2": [f"乙{i}" for i in range(n)], "n": 2})
    axes = plot_collocations(table.assign(g2=np.arange(n, 0, -1.0)), measure="g2")
    assert labels(axes.yaxis)[-1] == "甲 乙0（2）"
    assert len(axes.get_yticks()) == MOST_BARS
    assert axes.get_xlabel().startswith("g2")


@pytest.mark.parametrize(("g2", "drawn"), [([9.0, 4.0], 3), ([9.0, -4.0], 2), ([-1.0, -2.0], 0)])
def test_a_network_joins_what_stands_together_more_often_than_expected(g2, drawn):
    table = pd.DataFrame(
        {"concept1": ["医保", "医保"], "concept2": ["养老", "托育"], "n": 5, "n1": 8, "n2": 6}
    ).assign(g2=g2, family1="保障", family2="服务")
    written = [text.get_text() for text in plot_network(table).texts]
    if drawn:
        assert set(written) == {"医保", "养老", "托育"} if drawn == 3 else {"医保", "养老"}
        assert len(written) == drawn
    else:
        assert written == ["没有达到阈值的共现 / no pair is strong enough"]
