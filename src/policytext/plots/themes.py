"""How are shares of themes, scores and calibration drawn?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from policytext.plots.figure import ACCENT, CONTRAST, GRID, MUTED, new_axes

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def plot_profile(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw shares of themes: a grid of shades, or points with intervals for one group.

    Parameters
    ----------
    table
        From `theme_profile`: group, theme, label_zh, share_coded, share, low, high.
    ax
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
    """
    shown = table[~table["theme"].isin(["outside", "general"])]
    value = "share" if shown["share"].notna().any() else "share_coded"
    if shown["group"].nunique() == 1:
        return _points(shown, value, ax)
    grid = shown.pivot_table(index="group", columns="label_zh", values=value, sort=False)
    ax = new_axes(ax, width=11, height=max(4.0, 0.28 * len(grid) + 2.5))
    image = ax.imshow(100 * grid.to_numpy(), aspect="auto", cmap="Blues", vmin=0)
    ax.set_xticks(np.arange(grid.shape[1]), list(grid.columns), rotation=60, ha="right", fontsize=8)
    ax.set_yticks(np.arange(grid.shape[0]), [str(g) for g in grid.index], fontsize=8)
    ax.figure.colorbar(image, ax=ax, shrink=0.6, label="段落占比（%） / % of paragraphs")
    return ax


def plot_scores(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw F1 by theme with intervals and n, from the table of `score_table`."""
    shown = table[~table["theme"].isin(["ALL", "MEAN"])].sort_values("f1")
    ax = new_axes(ax, width=8, height=0.28 * len(shown) + 1.5)
    place = np.arange(len(shown))
    ax.hlines(place, shown["low"], shown["high"], color=MUTED, lw=2)
    ax.plot(shown["f1"], place, "o", color=ACCENT)
    names = [f"{label} (n={n})" for label, n in zip(shown["label_zh"], shown["n"], strict=True)]
    ax.set_yticks(place, names, fontsize=8)
    ax.set_xlim(0, 1)
    ax.set_xlabel("F1")
    return ax


def plot_reliability(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw what probabilities promised against what came true, from `reliability_table`."""
    ax = new_axes(ax, width=4.5, height=4.2)
    ax.plot([0, 1], [0, 1], color=GRID)
    ax.plot(table["mean_probability"], table["share"], "o-", color=ACCENT)
    ax.set_xlabel("预测概率 / probability")
    ax.set_ylabel("标注比例 / share labelled")
    return ax


def _points(table: pd.DataFrame, value: str, ax: Axes | None) -> Axes:
    shown = table.dropna(subset=[value]).sort_values(value)
    ax = new_axes(ax, width=8, height=0.28 * len(shown) + 1.5)
    place = np.arange(len(shown))
    ax.hlines(place, 100 * shown["low"], 100 * shown["high"], color=MUTED, lw=2)
    few = shown["n_positive"].fillna(0) < 30
    ax.scatter(100 * shown[value], place, c=np.where(few, CONTRAST, ACCENT), zorder=3)
    ax.set_yticks(place, list(shown["label_zh"]), fontsize=8)
    ax.set_xlabel("段落占比（%） / % of paragraphs")
    return ax
