"""How is a map drawn with the boundaries of the researcher's own file?

No boundaries are shipped: a map of China is published under its 审图号 only, which whoever draws it
must name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from policytext.errors import ParameterError, ReadingError
from policytext.plots.analysis import named_measure, scale_from_zero, short_names, values_by_name
from policytext.plots.figure import ACCENT, INK, MUTED, in_words, new_axes, on_paper

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LIGHT = "#eef3f6"
LONGEST_STEP = 1e7
"""A coordinate beyond it is neither a degree nor a metre on a map of a country."""


@on_paper()
def plot_boundaries(
    table: pd.DataFrame,
    geojson: str | Path | Mapping[str, Any],
    value: str = "rate",
    *,
    place: str = "province",
    name: str = "name",
    licence: str = "",
    ax: Axes | None = None,
    title: str = "",
) -> Axes:
    """Draw places by the boundaries of a GeoJSON file, the shade says the value.

    Parameters
    ----------
    table
        One row a place.
    geojson
        A file of your own, or what it holds: features with polygons. Degrees are drawn so that
        shapes are right in the middle of the map; other units as they are.
    value
        Column that sets the shade; a zero is white, a zero under another name (column ``status``)
        hatched with ◇, a place without a row or value dotted.
    place
        Column with the names (short names of provinces will do) or codes of the places.
    name
        Property of the features that names or codes their place.
    licence
        Written below the map: the number under which the base map may be published (审图号), and
        whose it is.
    ax
        Axes to draw on.
    title
        Title above the axes.

    Returns
    -------
    matplotlib.axes.Axes
        The map, with a colour bar.

    Raises
    ------
    ReadingError
        The file is no GeoJSON with polygons.
    ParameterError
        A column or property is missing, a place has two rows, or no row has a boundary.

    Examples
    --------
    >>> square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
    >>> land = {"type": "FeatureCollection", "features": [
    ...     {"type": "Feature", "properties": {"name": "甲省"}, "geometry": square}]}
    >>> rates = pd.DataFrame({"province": ["甲省"], "rate": [1.5]})
    >>> plot_boundaries(rates, land, licence="审图号：GS(2024)0000号").get_xlabel()
    '审图号：GS(2024)0000号'
    """
    import matplotlib as mpl
    from matplotlib.patches import PathPatch

    shapes = list(_shapes(_read(geojson), name))
    values, other = _by_place(table, value, place)
    if not values.index.intersection([key for key, _ in shapes]).size:
        raise ParameterError(
            f"no place of column {place!r} has a boundary: the table has "
            f"{list(values.index[:3])}, property {name!r} of the features "
            f"{[key for key, _ in shapes[:3]]}; name the property with name="
        )
    axes = new_axes(ax, width=7, height=6, title=title)
    scale = scale_from_zero(values)
    colours = mpl.colors.LinearSegmentedColormap.from_list("places", ["#ffffff", LIGHT, ACCENT])
    for key, path in shapes:
        here = float(values.get(key, np.nan))
        otherwise = key in other and here == 0
        hatch = "////" if otherwise else "...." if np.isnan(here) else None
        face = "white" if np.isnan(here) or here == 0 else colours(scale(here))
        axes.add_patch(PathPatch(path, facecolor=face, edgecolor=MUTED, linewidth=0.6, hatch=hatch))
        if otherwise:
            middle = path.get_extents().get_points().mean(axis=0)
            axes.annotate("◇", middle, ha="center", va="center", fontsize=8, color=INK)
    axes.autoscale_view()
    axes.set_aspect(_aspect(axes))
    axes.set(xticks=[], yticks=[])
    axes.set_xlabel(licence)
    axes.spines[:].set_visible(False)
    bar = mpl.cm.ScalarMappable(norm=scale, cmap=colours)
    drawn = axes.figure.colorbar(bar, ax=axes, shrink=0.5, label=named_measure(value))
    drawn.ax.set_title(in_words("点：无报告", "dotted: no report"), fontsize=7, color=MUTED)
    return axes


def _read(geojson: str | Path | Mapping[str, Any]) -> list[Any]:
    """Return the features of a file or of what it holds."""
    held: Any = geojson
    if not isinstance(geojson, Mapping):
        try:
            held = json.loads(Path(geojson).expanduser().read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as error:
            raise ReadingError(f"{str(geojson)!r} cannot be read as GeoJSON: {error}") from error
    features = held.get("features") if isinstance(held, Mapping) else None
    if not isinstance(features, list) or not features:
        raise ReadingError("a map must be a GeoJSON FeatureCollection with features, got none")
    return features


def _shapes(features: list[Any], name: str) -> Iterator[tuple[str, Any]]:
    """Yield each place with its outline, holes and islands in one path."""
    from matplotlib.path import Path as Outline

    short = short_names()
    for number, feature in enumerate(features):
        properties = feature.get("properties") or {} if isinstance(feature, Mapping) else {}
        if name not in properties:
            raise ParameterError(
                f"feature {number} has no property {name!r}; its properties are {list(properties)}"
            )
        key = str(properties[name])
        rings = list(_rings(feature.get("geometry") or {}, key))
        if rings:
            yield short.get(key, key), Outline.make_compound_path(*map(_outline, rings))


def _rings(geometry: Mapping[str, Any], key: str) -> Iterator[list[Any]]:
    """Yield the rings of a polygon or of several; lines and points have none."""
    kind, held = geometry.get("type"), geometry.get("coordinates") or []
    if kind == "GeometryCollection":
        for one in geometry.get("geometries") or []:
            yield from _rings(one, key)
    elif kind in ("Polygon", "MultiPolygon"):
        for polygon in [held] if kind == "Polygon" else _listed(held):
            yield from map(_listed, _listed(polygon))


def _listed(held: Any) -> list[Any]:
    if not isinstance(held, list):
        raise ReadingError(f"coordinates must be lists of points, got {str(held)[:60]}")
    return held


def _outline(ring: list[Any]) -> Any:
    from matplotlib.path import Path as Outline

    try:
        points = np.array([_listed(point)[:2] for point in ring], dtype=float)
    except (TypeError, ValueError, IndexError) as error:
        raise ReadingError(f"a boundary must be a list of [x, y], got {str(ring)[:60]}") from error
    if points.ndim != 2 or len(points) < 3 or not (np.abs(points) < LONGEST_STEP).all():
        raise ReadingError(f"a boundary must have three points or more, got {str(ring)[:60]}")
    return Outline(points, closed=True) if (points[0] == points[-1]).all() else Outline(points)


def _aspect(axes: Axes) -> float:
    """Return how much longer a degree of latitude is than one of longitude in the middle."""
    low, high = axes.get_ylim()
    west, east = axes.get_xlim()
    degrees = max(abs(low), abs(high)) <= 90 and max(abs(west), abs(east)) <= 360
    return float(1 / np.cos(np.radians((low + high) / 2))) if degrees else 1.0


def _by_place(table: pd.DataFrame, value: str, place: str) -> tuple[pd.Series, set[str]]:
    """Return the values by place, and which places go by another name."""
    values = values_by_name(table, value, place)
    if "status" not in table:
        return values, set()
    silent = table["status"].isin(["no report", "not applicable"]).to_numpy()
    return values.mask(silent), set(values.index[table["status"] == "other name"])
