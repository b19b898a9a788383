"""How do rates run over years, with the width of what is known?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from policytext.errors import ParameterError
from policytext.plots.figure import GRID, MUTED, PALETTE, new_axes, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_LINES = len(PALETTE)
MOST_BANDS = 2
"""Bands of more lines hide each other; ``plot_trend_multiples`` shows all of them."""

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
        line = _every_year(known[chosen])
        year = line.index.to_numpy(dtype=float)
        rate, low, high = (line[c].to_numpy(dtype=float) for c in ("rate", "low", "high"))
        if i < MOST_BANDS:
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


def _every_year(line: pd.DataFrame) -> pd.DataFrame:
    """Put the missing years in, so that no line is drawn across them."""
    years = line["year"].astype(int)
    rates = line.set_index(years)[["rate", "low", "high"]].astype("float64").sort_index()
    if rates.index.has_duplicates:
        raise ParameterError("a line needs one row a year; choose one group first")
    return rates.reindex(range(int(years.min()), int(years.max()) + 1))


def plot_trend_multiples(table: pd.DataFrame, *, columns: int = 3) -> Figure:
    """Draw one panel a term (and group) with its own interval.

    Parameters
    ----------
    table
        A trend table with ``year``.
    columns
        Panels in a row.

    Returns
    -------
    matplotlib.figure.Figure
        All panels share years and scale.

    Raises
    ------
    ParameterError
        There is no year in the table.
    """
    if "year" not in table.columns:
        raise ParameterError("panels over years need the column `year`; use by='year'")
    others = [name for name in table.columns[1 : list(table.columns).index("status")]]
    keys = ["term", *(name for name in others if name != "year")]
    groups = list(table.dropna(subset=["year"]).groupby(keys, sort=False))
    rows = -(-len(groups) // columns)
    figure = new_figure(width=3 * columns, height=1.8 * rows + 0.4)
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
    for axes in grid.ravel()[len(groups) :]:
        axes.set_visible(False)
    for (label, part), axes in zip(groups, grid.ravel(), strict=False):
        line = _every_year(part)
        new_axes(axes, title="，".join(map(str, label)))
        axes.fill_between(line.index, line["low"], line["high"], color=PALETTE[0], alpha=0.2, lw=0)
        axes.plot(line.index, line["rate"], color=PALETTE[0], marker="o", ms=2.5, lw=1.2)
        axes.grid(axis="y", color=GRID)
    grid[0, 0].set_ylim(bottom=0)
    return figure


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
