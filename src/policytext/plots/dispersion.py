"""Where in the reports does a word stand?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from policytext.plots.figure import ACCENT, GRID, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_REPORTS = 60


def plot_dispersion(places: pd.DataFrame, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw one line a report and one tick a hit, at its place in the report.

    Parameters
    ----------
    places
        One row a paragraph with hits: ``report`` (label of the line), ``position`` (0 beginning,
        1 end of the report). Reports without a hit have one row with NaN.
    ax
        Axes to draw on.
    title
        Title above the axes.

    Returns
    -------
    matplotlib.axes.Axes
        At most 60 reports, in the order given.
    """
    reports = list(dict.fromkeys(places["report"]))[:MOST_REPORTS]
    axes = new_axes(ax, height=max(2.0, 0.2 * len(reports) + 1), title=title)
    lines = [
        places.loc[places["report"] == name, "position"].dropna().to_numpy(dtype=float)
        for name in reports
    ]
    axes.eventplot(lines, colors=ACCENT, linelengths=0.7, linewidths=1.0)
    axes.set_yticks(range(len(reports)), [str(name) for name in reports], fontsize=8)
    axes.set_xlim(0, 1)
    axes.invert_yaxis()
    axes.set_xlabel("报告中的位置 / place in the report", fontsize=9)
    axes.grid(axis="y", color=GRID)
    return axes
