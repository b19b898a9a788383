"""How does a table of groups by features look as a heat map?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from policytext.plots.figure import INK, new_axes

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def plot_heat(
    table: pd.DataFrame, ax: Axes | None = None, *, title: str = "", percent: bool = True
) -> Axes:
    """Draw groups (rows) by features (columns) as shades with the value in each cell.

    Parameters
    ----------
    table
        One row a group, one column a feature; missing values stay white.
    ax
        Axes to draw on; a new figure grows with the table if not given.
    title
        Title above the axes.
    percent
        Write values as per cent.

    Examples
    --------
    >>> import pandas as pd
    >>> ax = plot_heat(pd.DataFrame({"医养结合": [0.1, 0.2]}, index=["陕西", "山西"]))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['陕西', '山西']
    """
    rows, columns = table.shape
    ax = new_axes(ax, width=2.6 + 0.42 * columns, height=1.4 + 0.26 * rows, title=title)
    values = table.to_numpy(dtype=float)
    top = np.nanmax(values) if values.size and np.isfinite(values).any() else 1.0
    ax.imshow(values, cmap="Blues", vmin=0, vmax=top or 1.0, aspect="auto")
    ax.set_xticks(range(columns), [str(c) for c in table.columns], rotation=55, ha="right")
    ax.set_yticks(range(rows), [str(i) for i in table.index])
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0, labelsize=8)
    for i, j in zip(*np.nonzero(np.isfinite(values) & (values > 0)), strict=True):
        shown = f"{100 * values[i, j]:.0f}" if percent else f"{values[i, j]:.2g}"
        color = "white" if values[i, j] > 0.6 * top else INK
        ax.text(j, i, shown, ha="center", va="center", fontsize=6.5, color=color)
    return ax
