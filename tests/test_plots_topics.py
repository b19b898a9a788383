"""Figures of topics show what the tables say, with Chinese names."""

import pandas as pd
import pytest

from policytext.plots.topics import plot_choice, plot_effects, plot_over_time


@pytest.fixture
def effects():
    return pd.DataFrame(
        {
            "topic": [0, 0, 1, 1],
            "name": ["养老", "养老", "教育", "教育"],
            "kind": "coefficient",
            "term": ["Intercept", "region[T.西部]"] * 2,
            "estimate": [0.2, 0.05, 0.3, -0.01],
            "std_error": [0.01, 0.01, 0.01, 0.02],
            "low": [0.1, 0.03, 0.2, -0.05],
            "high": [0.3, 0.07, 0.4, 0.03],
            "q_value": [None, 0.01, None, 0.6],
        }
    )


def test_effects_are_in_percentage_points_without_the_intercept(effects):
    ax = plot_effects(effects)
    labels = [text.get_text() for text in ax.get_yticklabels()]
    assert labels == ["教育 · region[T.西部]", "养老 · region[T.西部]"]
    assert ax.collections[1].get_offsets()[:, 0].tolist() == pytest.approx([-1.0, 5.0])


def test_contrasts_are_drawn_instead_of_coefficients(effects):
    more = effects.assign(kind=["coefficient", "contrast"] * 2)
    assert len(plot_effects(more).get_yticks()) == 2


def test_lines_are_those_of_the_topics_that_move_most():
    table = pd.DataFrame(
        {
            "group": [2020, 2021] * 2,
            "topic": [0, 0, 1, 1],
            "name": ["稳", "稳", "动", "动"],
            "share": [0.1, 0.1, 0.1, 0.4],
            "low": float("nan"),
            "high": float("nan"),
        }
    )
    ax = plot_over_time(table, n_topics=1)
    assert [line.get_label() for line in ax.lines] == ["动"]
    assert ax.lines[0].get_ydata().tolist() == pytest.approx([10.0, 40.0])


def test_every_criterion_runs_from_its_worst_to_its_best():
    table = pd.DataFrame(
        {
            "n_topics": [5, 10, 20],
            "stability": [0.9, 0.8, 0.7],
            "held_out": [-7.0, -6.5, -6.4],
            "recommended": [False, True, False],
        }
    )
    ax = plot_choice(table)
    curves = {line.get_label().split()[-1]: line.get_ydata().tolist() for line in ax.lines[:2]}
    assert curves["stability"] == pytest.approx([1.0, 0.5, 0.0])
    assert curves["held-out"] == pytest.approx([0.0, 5 / 6, 1.0])
    assert ax.lines[2].get_xdata()[0] == 10
