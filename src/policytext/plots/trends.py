"""How do rates run over years, with the width of what is known?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from policytext.plots.figure import GRID, MUTED, PALETTE, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_LINES = len(PALETTE)
MOST_BARS = 40


def plot_trends(table: pd.DataFrame, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw a trend table: lines over years, or points by group where there is no year.

    Parameters
    ----------
    table
        Columns ``term``, ``rate``, ``low``, ``high`` and the grouping columns between ``term`` and
        ``status``. The first eight lines are drawn, those with most hits first.
    ax
        Axes to draw on.
    title
        Title above the axes.

    Returns
    -------
    matplotlib.axes.Axes
        Rates per 10,000 Han characters with their intervals; gaps where a term did not exist or a
        report lacks.
    """
    by = list(table.columns[1 : list(table.columns).index("status")])
    axes = new_axes(ax, title=title)
    if "year" in by:
        return _lines(table, [name for name in by if name != "year"], axes)
    return _points(table, by, axes)


def _lines(table: pd.DataFrame, others: list[str], axes: Axes) -> Axes:
    from matplotlib.ticker import MaxNLocator

    known = table.dropna(subset=["year"])
    keys = ["term", *others]
    most = known.groupby(keys)["hits"].sum().sort_values(ascending=False, kind="stable")
    for i, key in enumerate(most.index[:MOST_LINES]):
        label = key if isinstance(key, tuple) else (key,)
        chosen = (known[keys] == list(label)).all(axis=1)
        line = known[chosen].sort_values("year", kind="stable")
        year = line["year"].astype(float).to_numpy()
        rate, low, high = (line[c].to_numpy(dtype=float) for c in ("rate", "low", "high"))
        axes.fill_between(year, low, high, color=PALETTE[i], alpha=0.15, linewidth=0)
        axes.plot(year, rate, color=PALETTE[i], marker="o", ms=3.5, lw=1.6, label="，".join(label))
    left = len(most) - MOST_LINES
    if left > 0:
        axes.plot([], [], " ", label=f"另有 {left} 条未画 / {left} more not drawn")
    axes.set_ylabel("每万汉字次数 / per 10,000 Han characters", fontsize=9)
    axes.set_ylim(bottom=0)
    axes.grid(axis="y", color=GRID)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    return axes


def _points(table: pd.DataFrame, by: list[str], axes: Axes) -> Axes:
    terms = table.groupby("term", sort=False)["hits"].sum()
    shown = list(terms.sort_values(ascending=False, kind="stable").index[:3])
    part = table[table["term"].isin(shown)]
    names = part[by].astype(str).agg(" | ".join, axis=1)
    lead = part[part["term"] == shown[0]].sort_values("rate", kind="stable")
    order = list(names.loc[lead.index])[-MOST_BARS:]
    place = {name: i for i, name in enumerate(order)}
    for i, term in enumerate(shown):
        rows = part[(part["term"] == term) & names.isin(order)]
        y = np.array([place[names[k]] for k in rows.index], dtype=float) + 0.2 * (i - 1)
        rate = rows["rate"].to_numpy(dtype=float)
        low = np.where(rows["low"].isna(), rate, rows["low"].to_numpy(dtype=float))
        high = np.where(rows["high"].isna(), rate, rows["high"].to_numpy(dtype=float))
        axes.hlines(y, low, high, color=PALETTE[i], alpha=0.5, lw=1.5)
        axes.plot(rate, y, "o", ms=3.5, color=PALETTE[i], label=term)
    axes.set_yticks(range(len(order)), order)
    figure = axes.get_figure()
    if figure is not None and len(order) > 12:
        figure.set_figheight(max(4.2, 0.24 * len(order) + 1))  # type: ignore[union-attr]
    axes.set_xlabel("每万汉字次数 / per 10,000 Han characters", fontsize=9)
    axes.grid(axis="x", color=GRID)
    axes.spines["left"].set_color(MUTED)
    axes.legend(frameon=False, fontsize=8, loc="lower right")
    return axes
