"""How large are estimates, and how far are they known?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from policytext.plots.figure import ACCENT, GRID, MUTED, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS = 40


def plot_ratios(
    table: pd.DataFrame,
    columns: tuple[str, str, str],
    *,
    label: Sequence[str],
    ax: Axes | None = None,
    title: str = "",
) -> Axes:
    """Draw ratios with their intervals on a logarithmic axis.

    Parameters
    ----------
    table
        One row an estimate.
    columns
        Names of the columns with ratio, lower and upper end; rows without a ratio are left out.
    label
        Columns whose values name a row.
    ax
        Axes to draw on.
    title
        Title above the axes.

    Returns
    -------
    matplotlib.axes.Axes
        At most 40 rows, in the order of the table; a point without a line has no interval.
    """
    shown = table.dropna(subset=[columns[0]]).head(MOST_ROWS)[::-1]
    axes = new_axes(ax, height=max(2.0, 0.24 * len(shown) + 1), title=title)
    value, low, high = (shown[name].to_numpy(dtype=float) for name in columns)
    places = np.arange(len(shown))
    axes.hlines(places, low, high, color=ACCENT, lw=1.6)
    axes.plot(value, places, "o", color=ACCENT, ms=4)
    axes.axvline(1, color=MUTED, ls=":")
    axes.set_xscale("log")
    axes.set_yticks(places, shown[list(label)].astype(str).agg("，".join, axis=1).tolist())
    axes.set_xlabel("频率之比 / ratio of rates", fontsize=9)
    axes.grid(axis="x", color=GRID)
    return axes


def plot_shares(
    table: pd.DataFrame,
    parts: Sequence[str],
    *,
    label: str,
    ax: Axes | None = None,
    title: str = "",
) -> Axes:
    """Draw shares as bars over each other, the first in front.

    Parameters
    ----------
    table
        One row a bar.
    parts
        Columns with shares, 0 to 1; later ones contain earlier ones.
    label
        Column that names a row.
    ax
        Axes to draw on.
    title
        Title above the axes.

    Returns
    -------
    matplotlib.axes.Axes
        At most 40 rows, the largest last share on top.
    """
    shown = table.sort_values(parts[-1], kind="stable").tail(MOST_ROWS)
    axes = new_axes(ax, height=max(2.0, 0.22 * len(shown) + 1), title=title)
    places = np.arange(len(shown))
    for name, colour in zip(reversed(parts), (GRID, ACCENT), strict=False):
        axes.barh(places, shown[name].to_numpy(dtype=float), color=colour, label=name, height=0.75)
    axes.set_yticks(places, shown[label].astype(str).tolist(), fontsize=8)
    axes.legend(frameon=False, fontsize=8, loc="lower right")
    return axes


def plot_crosstab(table: pd.DataFrame, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw a crosstab as a heat map: colour is the share, the number the count of paragraphs.

    Parameters
    ----------
    table
        ``first``, ``second``, ``share``, ``paragraphs``; several rows of one pair (a third coding)
        are added up.
    ax
        Axes to draw on.
    title
        Title above the axes.

    Returns
    -------
    matplotlib.axes.Axes
        Rows are the first coding, columns the second.
    """
    summed = table.groupby(["first", "second"], sort=False)[["paragraphs", "n_first"]].sum()
    count = summed["paragraphs"].unstack(fill_value=0)
    share = (summed["paragraphs"] / summed["n_first"].replace(0, 1)).unstack(fill_value=0)
    n_rows, n_columns = count.shape
    axes = new_axes(ax, width=1.5 + 0.5 * n_columns, height=1.5 + 0.35 * n_rows, title=title)
    axes.imshow(share.to_numpy(dtype=float), cmap="Blues", aspect="auto", vmin=0)
    axes.set_xticks(range(n_columns), [str(c) for c in count.columns], rotation=90, fontsize=8)
    axes.set_yticks(range(n_rows), [str(r) for r in count.index], fontsize=8)
    top = float(share.to_numpy().max()) or 1.0
    for i in range(n_rows):
        for j in range(n_columns):
            ink = "white" if float(share.iloc[i, j]) > 0.6 * top else "black"
            words = str(int(count.iloc[i, j]))
            axes.text(j, i, words, ha="center", va="center", fontsize=7, color=ink)
    return axes
