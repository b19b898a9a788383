"""Which words mark each group, and are they carried by more than one report?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from policytext.plots.figure import ACCENT, CONTRAST, GRID, MUTED, new_axes, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def plot_keyness(
    table: pd.DataFrame,
    *,
    group: str | None = None,
    n: int = 15,
    ax: Axes | None = None,
    title: str = "",
) -> Axes:
    """Draw the words with the highest z-scores of one group as bars.

    Parameters
    ----------
    table
        Columns of a keyness table.
    group
        Which group; the first by default.
    n
        How many words.
    ax
        Axes to draw on.
    title
        Title above the axes.

    Returns
    -------
    matplotlib.axes.Axes
        Pale bars are words that one report alone carries although the group has several; the
        dotted line is the noise between halves of the group.
    """
    chosen = str(table["group"].iloc[0]) if group is None else group
    rows = table[table["group"] == chosen].nlargest(n, "z")[::-1]
    axes = new_axes(ax, height=max(2.5, 0.26 * len(rows) + 1.2), title=f"{title}：{chosen}")
    alone = rows["one_report_only"].to_numpy(dtype=bool) & (rows["n_reports"] > 1).to_numpy()
    colours = np.where(alone, MUTED, ACCENT)
    places = np.arange(len(rows))
    axes.barh(places, rows["z"].to_numpy(dtype=float), color=colours.tolist(), height=0.7)
    axes.set_yticks(places, rows["feature"].astype(str).tolist())
    if "noise_z" in rows and rows["noise_z"].notna().any():
        axes.axvline(float(rows["noise_z"].iloc[0]), color=CONTRAST, ls=":", lw=1.2)
    axes.set_xlabel("z（对数优势比，Dirichlet 先验）/ z of log odds", fontsize=9)
    axes.grid(axis="x", color=GRID)
    return axes


def plot_keyness_multiples(table: pd.DataFrame, *, n: int = 8, columns: int = 4) -> Figure:
    """Draw small multiples, one panel a group.

    Parameters
    ----------
    table
        Columns of a keyness table.
    n
        Words a panel.
    columns
        Panels in a row.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    names = list(dict.fromkeys(table["group"]))
    rows = -(-len(names) // columns)
    figure = new_figure(width=2.6 * columns, height=(0.2 * n + 0.7) * rows)
    grid = figure.subplots(rows, columns, squeeze=False)
    for i, axes in enumerate(grid.ravel()):
        if i < len(names):
            plot_keyness(table, group=names[i], n=n, ax=axes)
            axes.set_title(names[i], loc="left", fontsize=9)
            axes.set_xlabel("")
        else:
            axes.set_visible(False)
    return figure
