"""Where on the map, and how far from each other?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from policytext.data import read_table
from policytext.errors import ParameterError
from policytext.plots.figure import ACCENT, GRID, INK, MUTED, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_tiles(
    table: pd.DataFrame,
    value: str = "rate",
    *,
    province: str = "province",
    ax: Axes | None = None,
    title: str = "",
) -> Axes:
    """Draw provinces as tiles of equal size at roughly their place on the map.

    Parameters
    ----------
    table
        One row a province.
    value
        Column that sets the colour; NaN is drawn hatched, a province without a row is left empty.
    province
        Column with the names of GB/T 2260 (short names will do).
    ax
        Axes to draw on.
    title
        Title above the axes.

    Returns
    -------
    matplotlib.axes.Axes
        The tiles, with a colour bar.

    Raises
    ------
    ParameterError
        A column is missing, or a province has two rows.
    """
    import matplotlib as mpl
    from matplotlib.patches import Rectangle

    values = _by_short_name(table, value, province)
    grid = read_table("tile_grid.csv")
    axes = new_axes(ax, width=7, height=6, title=title)
    known = values.dropna()
    top = float(known.max()) if len(known) else 1.0
    scale = mpl.colors.Normalize(vmin=min(0.0, float(known.min()) if len(known) else 0.0), vmax=top)
    colours = mpl.colors.LinearSegmentedColormap.from_list("tiles", ["#eef3f6", ACCENT])
    for tile in grid.itertuples():
        name = str(tile.short)
        here = float(values.get(name, np.nan))
        hatch = "///" if name in values.index and np.isnan(here) else None
        corner = (int(str(tile.column)), -int(str(tile.row)))
        face = "white" if np.isnan(here) else colours(scale(here))
        axes.add_patch(Rectangle(corner, 0.94, 0.94, facecolor=face, edgecolor=MUTED, hatch=hatch))
        words = name if np.isnan(here) else f"{name}\n{here:.3g}"
        ink = "white" if scale(np.nan_to_num(here)) > 0.6 else INK
        centre = (corner[0] + 0.47, corner[1] + 0.47)
        axes.annotate(words, centre, ha="center", va="center", fontsize=8, color=ink)
    axes.set(xlim=(-0.2, 9.2), ylim=(-7.2, 1.2), aspect="equal")
    axes.axis("off")
    bar = mpl.cm.ScalarMappable(norm=scale, cmap=colours)
    axes.figure.colorbar(bar, ax=axes, shrink=0.5, label=value)
    return axes


def _by_short_name(table: pd.DataFrame, value: str, province: str) -> pd.Series[float]:
    for column in (value, province):
        if column not in table.columns:
            raise ParameterError(f"no column {column!r}; there are {list(table.columns)}")
    grid = read_table("tile_grid.csv")
    short = dict(zip(grid["province"], grid["short"], strict=True))
    names = table[province].astype(str).map(lambda name: short.get(name, name))
    twice = names[names.duplicated() & names.isin(grid["short"])]
    if len(twice):
        raise ParameterError(
            f"a map needs one row a province, got several for {twice.iloc[0]}; choose one term and "
            "one year first"
        )
    return pd.Series(table[value].to_numpy(dtype=float), index=names.to_numpy())


def plot_distances(table: pd.DataFrame, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw a heat map of distances between groups, ordered so that near ones stand together.

    Parameters
    ----------
    table
        Pairs: ``a``, ``b``, ``distance``, ``above_noise``.
    ax
        Axes to draw on.
    title
        Title above the axes.

    Returns
    -------
    matplotlib.axes.Axes
        Dark is far; a dot marks pairs that do not exceed the noise.
    """
    square, order = _ordered(table)
    names = [str(square.index[i]) for i in order]
    side = max(4.0, 0.26 * len(names) + 2)
    axes = new_axes(ax, width=side + 1, height=side, title=title)
    values = square.to_numpy()[np.ix_(order, order)]
    np.fill_diagonal(values, np.nan)
    image = axes.imshow(values, cmap="Blues", vmin=float(np.nanmin(values)))
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=8)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    place = {name: i for i, name in enumerate(names)}
    quiet = table[~table["above_noise"].astype(bool)]
    for a, b in zip(quiet["a"], quiet["b"], strict=True):
        axes.plot([place[a], place[b]], [place[b], place[a]], ".", color=INK, ms=3)
    axes.figure.colorbar(image, ax=axes, shrink=0.7, label="Jensen-Shannon")
    return axes


def plot_dendrogram(table: pd.DataFrame, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw the tree of average linkage of the distances between groups.

    Parameters
    ----------
    table
        Pairs: ``a``, ``b``, ``distance``, ``noise_floor``.
    ax
        Axes to draw on.
    title
        Title above the axes.

    Returns
    -------
    matplotlib.axes.Axes
        The axis starts near the smallest distance. The dotted line is the mean noise between halves
        of one group: joints near it mean little.

    References
    ----------
    Sokal R. R., Michener C. D. (1958). University of Kansas Science Bulletin 38, 1409-1438.
    """
    from scipy.cluster.hierarchy import dendrogram, linkage
    from scipy.spatial.distance import squareform

    square, _ = _ordered(table)
    names = [str(name) for name in square.index]
    axes = new_axes(ax, width=6, height=max(3.0, 0.24 * len(names) + 1), title=title)
    tree = linkage(squareform(square.to_numpy(), checks=False), method="average")
    dendrogram(
        tree,
        labels=names,
        orientation="left",
        ax=axes,
        color_threshold=0,
        above_threshold_color=ACCENT,
        leaf_font_size=8,
    )
    noise = float(table["noise_floor"].mean())
    axes.axvline(noise, color=MUTED, ls=":")
    near, far = min(noise, float(tree[:, 2].min())), float(tree[:, 2].max())
    axes.set_xlim(far + 0.03 * (far - near), near - 0.1 * (far - near))
    axes.set_xlabel("Jensen-Shannon 距离 / distance", fontsize=9)
    axes.grid(axis="x", color=GRID)
    return axes


def _ordered(table: pd.DataFrame) -> tuple[pd.DataFrame, list[int]]:
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    names = list(dict.fromkeys([*table["a"], *table["b"]]))
    square = pd.DataFrame(0.0, index=pd.Index(names), columns=pd.Index(names))
    for a, b, value in zip(table["a"], table["b"], table["distance"], strict=True):
        square.loc[a, b] = square.loc[b, a] = float(value)
    tree = linkage(squareform(square.to_numpy(), checks=False), "average", optimal_ordering=True)
    return square, [int(i) for i in leaves_list(tree)]
