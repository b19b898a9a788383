"""Figures of statements: every group, every status, nothing masked drawn."""

import pandas as pd

from policytext.plots.statements import plot_dumbbells, plot_plan_grid, plot_status_grid


def numbers(ax):
    return sorted(text.get_text() for text in ax.texts)


def test_the_grid_counts_clauses_and_shows_what_is_undecided():
    rows = pd.DataFrame(
        {"province": ["甲省", "甲省", "", "乙省"], "status": ["done", "done", "planned", ""]}
    )
    ax = plot_status_grid(rows)
    assert [one.get_text() for one in ax.get_yticklabels()] == ["乙省", "未知 / unknown", "甲省"]
    assert ax.get_xticklabels()[-1].get_text() == "未判定 / undecided"
    assert numbers(ax) == ["1", "1", "2"]


def test_the_plan_grid_adds_concepts_up():
    row = {"province": ["甲省", "甲省"], "concept": ["a", "b"], "done": [1, 2]}
    table = pd.DataFrame({**row, "under_way": [0, 0], "planned": [0, 4], "mention": [0, 0]})
    assert numbers(plot_plan_grid(table)) == ["3", "4"]


def test_dumbbells_leave_out_what_has_no_value():
    table = pd.DataFrame(
        {
            "province": ["甲省", "甲省", "乙省", "丙省"],
            "kind": ["target", "achieved", "achieved", "change"],
            "value": [90.0, 75.0, None, 3.0],
            "base_unit": ["%"] * 4,
        }
    )
    ax = plot_dumbbells(table)
    assert [one.get_text() for one in ax.get_yticklabels()] == ["甲省"]
    drawn = [tuple(xy) for group in ax.collections for xy in group.get_offsets().tolist()]
    assert drawn == [(90.0, 0.0), (75.0, 0.0)]
