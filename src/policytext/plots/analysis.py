"""How do rates, words, shares and distances look, with the width of what is known?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from policytext.data import read_table
from policytext.errors import ParameterError
from policytext.plots.figure import (
    ACCENT,
    GRID,
    INK,
    LINES,
    MARKERS,
    MUTED,
    PALETTE,
    in_words,
    new_axes,
    new_figure,
    on_paper,
    say_left,
)
from policytext.texts import in_order, label_of, names_of_places, official_order, place_of, word_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Normalize
    from matplotlib.figure import Figure

MOST_LINES = len(PALETTE)
MOST_BANDS = 2
"""Bands of more lines hide each other; ``plot_trend_multiples`` shows all of them."""


def _per_han() -> str:
    return in_words("每万汉字次数", "hits per 10,000 Han characters")


MOST_BARS = 60
MOST_ROWS = 60
MOST_TERM_PANELS = 4
FEW_CLAUSES = 5
"""Clauses below which a mark is hollow: a share of so few tells little."""
MOST_REPORTS = 60


KINDS = ("lines", "points")


def plot_trends(
    table: pd.DataFrame, ax: Axes | None = None, *, title: str = "", kind: str | None = None
) -> Axes:
    """Draw a trend table: lines over years, or points by group where there is no year.

    ``kind``: ``"lines"`` or ``"points"`` whatever the columns are.
    """
    by = list(table.columns[1 : list(table.columns).index("status")])
    drawn = kind or ("lines" if "year" in by else "points")
    if drawn not in KINDS or (drawn == "lines" and "year" not in by):
        raise ParameterError(
            f"`kind` must be 'points', or 'lines' where the rows have a year, got {kind!r}"
        )
    if drawn == "lines":
        axes = new_axes(ax, title=title)
        return _lines(table, [name for name in by if name != "year"], axes)
    return _points(table, by, ax, title)


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
        axes.plot(
            year, rate, color=PALETTE[i], marker=MARKERS[i], ms=4, lw=1.6, ls=LINES[i],
            label="，".join(label),
        )  # fmt: skip
    banded = min(MOST_BANDS, len(most))
    if known["low"].notna().any():
        told = in_words(f"色带：区间（前 {banded} 条）", f"bands: intervals (first {banded})")
        axes.plot([], [], " ", label=told)
    left = len(most) - MOST_LINES
    if left > 0:
        axes.plot([], [], " ", label=in_words(f"另有 {left} 条未画", f"{left} more not drawn"))
    axes.set_ylabel(_per_han(), fontsize=9)
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


def _points(table: pd.DataFrame, by: list[str], ax: Axes | None, title: str) -> Axes:
    """Draw a row a group and a point with interval a term: a panel a term where there are few.

    Provinces stand in the order of the official list, other groups by the most frequent term.
    """
    terms = table.groupby("term", sort=False)["hits"].sum()
    ranked = terms.sort_values(ascending=False, kind="stable").index
    shown = list(ranked[:MOST_LINES])
    part = table[table["term"].isin(shown)]
    names = part[by].astype(str).agg(" | ".join, axis=1) if by else part["term"].map(lambda _: "")
    lead = part[part["term"] == shown[0]].sort_values("rate", kind="stable")
    groups = official_order(names.loc[lead.index])[::-1] or list(names.loc[lead.index])
    place = {name: i for i, name in enumerate(groups[-MOST_BARS:])}
    part = part.assign(name=names)[names.isin(place)]
    tall = 0.24 * len(place) + 1
    if ax is None and 1 < len(shown) <= MOST_TERM_PANELS:
        figure = new_figure(width=2.0 * len(shown) + 1.6, height=max(3.2, tall + 0.5))
        panels: list[Axes] = list(figure.subplots(1, len(shown), sharex=True, sharey=True))
        for i, (term, axes) in enumerate(zip(shown, panels, strict=True)):
            _draw_term(new_axes(axes, title=str(term)), part, term, place, i, 0.0)
        figure.suptitle(title, x=0.01, ha="left", fontsize=11, color=INK)
        bottom = panels[0]
    else:
        bottom = new_axes(ax, title=title, height=max(4.2, tall * max(1.0, len(shown) / 4)))
        step = 0.7 / max(len(shown), 3)
        for i, term in enumerate(shown):
            _draw_term(bottom, part, term, place, i, step * (i - (len(shown) - 1) / 2))
        bottom.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
        panels = [bottom]
    bottom.set_yticks(range(len(place)), list(place))
    for axes in panels:
        axes.grid(axis="x", color=GRID)
        axes.spines["left"].set_color(MUTED)
        axes.set_xlim(left=0)
    _say_what_is_drawn(bottom, part, len(panels))
    say_left(bottom, len(ranked) - len(shown), "词", "terms")
    say_left(bottom, len(groups) - len(place), "组", "groups")
    return bottom


def _draw_term(
    axes: Axes, part: pd.DataFrame, term: str, place: dict[str, int], i: int, shift: float
) -> None:
    """Draw the rates of one term: filled where it is named, hollow where it is not."""
    rows = part[part["term"] == term]
    y = rows["name"].map(place).to_numpy(dtype=float) + shift
    rate = rows["rate"].to_numpy(dtype=float)
    low = np.where(rows["low"].isna(), rate, rows["low"].to_numpy(dtype=float))
    high = np.where(rows["high"].isna(), rate, rows["high"].to_numpy(dtype=float))
    axes.hlines(y, low, high, color=PALETTE[i], alpha=0.5, lw=1.5)
    named = rows["hits"].to_numpy(dtype=float) > 0
    other = rows["status"].eq("other name").to_numpy() & ~named
    axes.plot(rate[named], y[named], MARKERS[i], ms=4.5, color=PALETTE[i], label=term, zorder=4)
    for here, mark, size in ((~named & ~other, MARKERS[i], 3.5), (other, "d", 6.0)):
        if not here.any():
            continue  # marks without a place, which are not clipped, would leave no room for axes
        axes.plot(
            rate[here], y[here], mark, ms=size, mfc="white", mec=PALETTE[i], mew=1.1,
            clip_on=False, zorder=4,
        )  # fmt: skip


def _say_what_is_drawn(axes: Axes, part: pd.DataFrame, panels: int) -> None:
    """Name the unit, and what hollow marks mean where there are any."""
    said = [_per_han()]
    if (part["hits"] == 0).any():
        said.append(in_words("空心：未提及", "hollow: not named"))
    if part["status"].eq("other name").any():
        said.append(in_words("空心菱形：用别称", "diamond: another name"))
    figure = axes.get_figure(root=True)
    if panels > 1 and figure is not None:
        figure.supxlabel(" · ".join(said), fontsize=9)
    else:
        axes.set_xlabel("\n".join(said), fontsize=9)


def plot_attention(
    table: pd.DataFrame, ax: Axes | None = None, *, title: str = "", kind: str | None = None
) -> Axes:
    """Draw the values of indices as :func:`plot_trends` draws rates of terms."""
    named = table.rename(columns={"index": "term", "value": "rate"})
    axes = plot_trends(named, ax, title=title, kind=kind)
    for get, put in ((axes.get_xlabel, axes.set_xlabel), (axes.get_ylabel, axes.set_ylabel)):
        put(get().replace(_per_han(), in_words("指数值", "value of the index")), fontsize=9)
    return axes


@on_paper()
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

    Examples
    --------
    >>> from policytext import read_texts, trends
    >>> corpus = read_texts(
    ...     {f"{year}.txt": f"甲县{year}年工作总结\\n建成医共体2个。\\n" for year in (2019, 2020)}
    ... )
    >>> figure = plot_trend_multiples(trends(corpus, ["医共体"], by="year").table)
    >>> len(figure.axes)
    3
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
    figure.supylabel(_per_han(), fontsize=9)
    return figure


# Which words mark each group, and are they carried by more than one report?


def plot_keyness(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    group: str | None = None,
    n: int = 15,
    title: str = "",
) -> Axes:
    """Draw the first words by what ranks them as bars: one group, or a panel for each of them.

    Names of provinces and cities are left out where several groups are drawn: each would mark its
    own region. On given axes the group with the highest bar is drawn.
    """
    groups = list(dict.fromkeys(table["group"].astype(str)))
    if group is not None or len(groups) == 1 or ax is not None:
        top = table.loc[table[_ranked_by(table)].astype(float).idxmax(), "group"]
        chosen = str(top) if group is None else group
        axes = new_axes(ax, height=max(2.5, 0.26 * min(n, len(table)) + 1.2))
        axes.set_title(
            f"{title}：{chosen}" if title else chosen, loc="left", fontsize=11, color=INK
        )
        _bars_of_words(axes, table[table["group"].astype(str) == chosen], n, 9)
        axes.set_xlabel(f"{_axis_of_words(table)}\n{_what_bars_say(table)}", fontsize=9)
        return axes
    return _panels_of_words(table, groups, title)


MOST_PANELS = 36
WORDS_A_PANEL = 6


def _ranked_by(table: pd.DataFrame) -> str:
    """Return the column that ranks the words: it is there only where it does."""
    return "lrc" if "lrc" in table else "z" if "z" in table else "log_ratio"


def _axis_of_words(table: pd.DataFrame) -> str:
    if _ranked_by(table) == "lrc":
        return in_words(
            "保守对数比（区间把词当作独立）", "conservative log ratio, words taken as independent"
        )
    if _ranked_by(table) == "log_ratio":
        return in_words(
            "占比与其余各组之比（以 2 为底的对数）", "binary log of its share over that elsewhere"
        )
    return in_words("z（对数优势比，Dirichlet 先验）", "z of log odds, Dirichlet prior")


def _what_bars_say(table: pd.DataFrame) -> str:
    if _ranked_by(table) == "lrc":
        return in_words(
            "空心：z 未超过噪声；灰框：只见于一份报告",
            "hollow: z not above the noise; grey frame: in one report only",
        )
    if _ranked_by(table) == "log_ratio":
        return in_words(
            f"数字：小句数；空心：不足 {FEW_CLAUSES} 个",
            f"numbers: clauses; hollow: fewer than {FEW_CLAUSES}",
        )
    unknown = "noise_z" in table and table["noise_z"].isna().any()
    zh, en = ("，或噪声未知", ", or it is unknown") if unknown else ("", "")
    return in_words(
        f"空心：未超过噪声线（虚线）{zh}；灰框：只见于一份报告",
        f"hollow: not above the noise (dotted line){en}; grey frame: in one report only",
    )


def _panels_of_words(table: pd.DataFrame, groups: list[str], title: str) -> Axes:
    """Draw one panel a group, all on one scale."""
    words = table[~table["feature"].astype(str).isin(names_of_places())]
    shown = in_order(groups)[:MOST_PANELS]
    frames = _ranked_by(table) == "log_ratio"  # they have longer names than words
    columns = min(3 if frames else 4, len(shown))
    rows = -(-len(shown) // columns)
    figure = new_figure(width=(3.1 if frames else 2.3) * columns, height=1.35 * rows + 1.0)
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True)
    for axes in grid.ravel()[len(shown) :]:
        axes.set_visible(False)
    for name, axes in zip(shown, grid.ravel(), strict=False):
        new_axes(axes)
        axes.set_title(name, loc="left", fontsize=9, color=INK)
        _bars_of_words(axes, words[words["group"].astype(str) == name], WORDS_A_PANEL, 7)
    figure.suptitle(fill(title, 60), x=0.01, ha="left", fontsize=11, color=INK)
    said = in_words("省市名除外", "names of provinces and cities left out")
    told = [] if frames else [said]
    below = fill("; ".join([*told, _what_bars_say(table)]), 44 * columns)
    figure.supxlabel(f"{_axis_of_words(table)}\n{below}", fontsize=8)
    first: Axes = grid[0, 0]
    return first


def _bars_of_words(axes: Axes, part: pd.DataFrame, n: int, size: int) -> None:
    """Draw the first words of a group; hollow where noise alone reaches as far."""
    by = _ranked_by(part)
    order = [by, "z"] if by == "lrc" else [by]
    rows = part.sort_values(order, ascending=False, kind="stable").head(n)[::-1]
    alone = rows["one_report_only"].to_numpy(dtype=bool) & (rows["n_reports"] > 1).to_numpy()
    above = np.ones(len(rows), dtype=bool)
    if "above_noise" in rows:
        above = rows["above_noise"].fillna(False).to_numpy(dtype=bool)
    if "noise_z" in rows and rows["noise_z"].notna().any():
        noise = float(rows["noise_z"].iloc[0])
        if by == "z" and len(rows) and noise <= 1.6 * float(rows["z"].max()):
            axes.axvline(noise, color=INK, ls=":", lw=1.2)
    edges = np.where(alone, MUTED, ACCENT).tolist()
    faces = ["white" if not ok else edge for ok, edge in zip(above, edges, strict=True)]
    places = np.arange(len(rows))
    axes.barh(
        places,
        rows[by].to_numpy(dtype=float),
        color=faces,
        edgecolor=edges,
        linewidth=1.0,
        height=0.7,
    )
    axes.set_yticks(places, rows["feature"].astype(str).tolist(), fontsize=size)
    axes.tick_params(axis="x", labelsize=size)
    axes.grid(axis="x", color=GRID)


def plot_profile_words(table: pd.DataFrame, ax: Axes | None = None, *, title: str = "") -> Axes:
    """Draw the words of a region's profile as keywords."""
    words = table[table["section"] == "word"]
    return plot_keyness(
        words.rename(columns={"region": "group", "item": "feature"}), ax, title=title
    )


# How large are estimates, how far are they known, and where does a word stand?


def plot_ratios(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    columns: Sequence[str],
    label: Sequence[str],
    axis: str = "",
    ratios: bool = True,
    title: str = "",
) -> Axes:
    """Draw ratios with their intervals on a logarithmic axis, or others on a plain one."""
    known = table.dropna(subset=[columns[0]])
    shown = known.head(MOST_ROWS)[::-1]
    axes = new_axes(ax, height=max(2.0, 0.24 * len(shown) + 1), title=title)
    if known.empty:
        return _say_why(axes, table)
    value, low, high = (shown[name].to_numpy(dtype=float) for name in columns)
    places = np.arange(len(shown))
    axes.hlines(places, low, high, color=ACCENT, lw=1.6)
    bare = np.isnan(low) | np.isnan(high)
    axes.plot(value[~bare], places[~bare], "o", color=ACCENT, ms=4)
    axes.plot(value[bare], places[bare], "o", mfc="white", mec=ACCENT, mew=1.2, ms=4.5)
    axes.axvline(int(ratios), color=MUTED, ls=":")
    axes.set_xscale("log" if ratios else "linear")
    if ratios:
        for of in (axes.xaxis.set_major_formatter, axes.xaxis.set_minor_formatter):
            of(lambda x, _: f"{x:.3g}")
        axes.tick_params(axis="x", which="both", labelsize=8)
    axes.set_yticks(places, shown[list(label)].astype(str).agg("，".join, axis=1).tolist())
    said = in_words(*axis.split(" / ")) if " / " in axis else axis
    told = [said or in_words("频率之比", "ratio of rates")]
    told += [in_words("空心：没有区间", "hollow: no interval")] if bare.any() else []
    axes.set_xlabel("\n".join(told), fontsize=9)
    say_left(axes, len(known) - len(shown))
    axes.grid(axis="x", color=GRID)
    return axes


def _say_why(axes: Axes, table: pd.DataFrame) -> Axes:
    """Write on empty axes why there is nothing to draw."""
    said = table["refused"].dropna().astype(str).unique() if "refused" in table else []
    reasons = [reason for reason in said if reason][:3]
    why = [in_words(*(word_of("refused", one, c) for c in ("zh", "en"))) for one in reasons]
    words = in_words("没有一行有估计值", "no row has an estimate")
    axes.text(
        0.5,
        0.5,
        "\n".join(fill(line, 80) for line in (words, *why)),
        ha="center",
        va="center",
        fontsize=9,
        color=INK,
        transform=axes.transAxes,
    )
    axes.set_axis_off()
    return axes


def plot_shares(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    parts: Sequence[str],
    label: str,
    title: Sequence[str] = ("", ""),
) -> Axes:
    """Draw shares as bars over each other, the first in front; the title in Chinese and English."""
    shown = table.sort_values(parts[-1], kind="stable").tail(MOST_ROWS)
    axes = new_axes(ax, height=max(2.0, 0.22 * len(shown) + 1), title=in_words(*title))
    places = np.arange(len(shown))
    for name, colour in zip(reversed(parts), (GRID, ACCENT), strict=False):
        said = in_words(label_of(name, "zh"), label_of(name, "en"))
        axes.barh(places, shown[name].to_numpy(dtype=float), color=colour, label=said, height=0.75)
    axes.set_yticks(places, shown[label].astype(str).tolist(), fontsize=8)
    say_left(axes, len(table) - len(shown))
    axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    return axes


def plot_crosstab(table: pd.DataFrame, ax: Axes | None = None, *, title: str = "") -> Axes:
    """Draw a crosstab as a heat map: colour is the share, the number the count of paragraphs."""
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


def plot_dispersion(
    places: pd.DataFrame, ax: Axes | None = None, *, subject: str = "", title: str = ""
) -> Axes:
    """Draw one line a report and one tick a hit, at its place in the report."""
    reports = list(dict.fromkeys(places["report"]))[:MOST_REPORTS]
    said = f"{subject}：{title}" if subject else title
    axes = new_axes(ax, height=max(2.0, 0.2 * len(reports) + 1), title=said)
    lines = [
        places.loc[places["report"] == name, "position"].dropna().to_numpy(dtype=float)
        for name in reports
    ]
    axes.eventplot(lines, colors=ACCENT, linelengths=0.7, linewidths=1.0)
    axes.set_yticks(range(len(reports)), [str(name) for name in reports], fontsize=8)
    axes.set_xlim(0, 1)
    axes.invert_yaxis()
    axes.set_xlabel(in_words("报告中的位置", "place in the report"), fontsize=9)
    say_left(axes, places["report"].nunique() - len(reports), "份报告", "reports")
    axes.grid(axis="y", color=GRID)
    return axes


# Where on the map, and how far from each other?


@on_paper()
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
        A zero under another name (column ``status``) is drawn hatched with ◇.
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

    Examples
    --------
    >>> import pandas as pd
    >>> rates = pd.DataFrame({"province": ["浙江", "山西省"], "rate": [1.5, 0.4]})
    >>> plot_tiles(rates, title="每万字次数").get_title(loc="left")
    '每万字次数'
    """
    import matplotlib as mpl
    from matplotlib.patches import Rectangle

    values = values_by_name(table, value, province, known=set(short_names().values()))
    other = set(values.index[table["status"] == "other name"]) if "status" in table else set()
    grid = read_table("tile_grid.csv")
    axes = new_axes(ax, width=7, height=6, title=title)
    scale, english = scale_from_zero(values), in_words("zh", "en") == "en"
    colours = mpl.colors.LinearSegmentedColormap.from_list("tiles", ["#eef3f6", ACCENT])
    for tile in grid.itertuples():
        name = str(tile.short)
        here = float(values.get(name, np.nan))
        otherwise = name in other and here == 0
        hatch = "///" if otherwise or (name in values.index and np.isnan(here)) else None
        corner = (int(str(tile.column)), -int(str(tile.row)))
        face = "white" if np.isnan(here) else colours(scale(here))
        axes.add_patch(Rectangle(corner, 0.94, 0.94, facecolor=face, edgecolor=MUTED, hatch=hatch))
        said = "◇" if otherwise else f"{here:.3g}"
        label = place_of(str(tile.province)).en.replace(" ", "\n") if english else name
        words = label if np.isnan(here) else f"{label}\n{said}"
        ink = "white" if scale(np.nan_to_num(here)) > 0.6 else INK
        centre = (corner[0] + 0.47, corner[1] + 0.47)
        size = 6.5 if english else 8  # an English name is longer, and must stay inside
        ground = {"facecolor": "white", "edgecolor": "none", "pad": 0.8} if otherwise else None
        axes.annotate(
            words, centre, ha="center", va="center", fontsize=size, color=ink, bbox=ground
        )
    axes.set(xlim=(-0.2, 9.2), ylim=(-7.2, 1.2), aspect="equal")
    axes.axis("off")
    bar = mpl.cm.ScalarMappable(norm=scale, cmap=colours)
    axes.figure.colorbar(bar, ax=axes, shrink=0.5, label=named_measure(value))
    return axes


def named_measure(value: str) -> str:
    """Return what a column of values is called, with its unit."""
    return _per_han() if value == "rate" else in_words(label_of(value, "zh"), label_of(value, "en"))


def scale_from_zero(values: pd.Series[float]) -> Normalize:
    """Return the scale of the shades of a map: from zero, or below, to the highest value."""
    from matplotlib.colors import Normalize

    known = values.dropna()
    lowest = min(0.0, float(known.min())) if len(known) else 0.0
    return Normalize(lowest, float(known.max()) if len(known) else 1.0)


def short_names() -> dict[str, str]:
    """Return the short name of each province."""
    grid = read_table("tile_grid.csv")
    return dict(zip(grid["province"], grid["short"], strict=True))


def values_by_name(
    table: pd.DataFrame, value: str, place: str, *, known: Collection[str] | None = None
) -> pd.Series[float]:
    """Return the values of a map by the names of places, those of provinces short.

    A place may have one row: each place, or each of those ``known`` to the map.
    """
    for column in (value, place):
        if column not in table.columns:
            raise ParameterError(f"no column {column!r}; there are {list(table.columns)}")
    short = short_names()
    names = table[place].astype("str").map(lambda name: short.get(name, name))
    twice = names[names.duplicated() & (True if known is None else names.isin(list(known)))]
    if len(twice):
        raise ParameterError(
            f"a map needs one row a {'place' if known is None else 'province'}, got several for "
            f"{twice.iloc[0]}; choose one term and one year first"
        )
    return pd.Series(table[value].to_numpy(dtype=float), index=names.to_numpy())


def plot_distances(table: pd.DataFrame, ax: Axes | None = None, *, title: str = "") -> Axes:
    """Draw a heat map of distances between groups, ordered so that near ones stand together."""
    from scipy.cluster.hierarchy import leaves_list

    square = _square(table)
    order = [int(i) for i in leaves_list(_tree(square, optimal=True))]
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
    if len(quiet):
        axes.set_xlabel(in_words("圆点：未超过噪声线", "dots: not above the noise"), fontsize=8)
    axes.figure.colorbar(
        image, ax=axes, shrink=0.7, label=in_words("Jensen-Shannon 距离", "Jensen-Shannon distance")
    )
    return axes


@on_paper()
def plot_dendrogram(table: pd.DataFrame, ax: Axes | None = None, *, title: str = "") -> Axes:
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
        The axis starts near the smallest distance. The dotted line is the mean distance of groups
        dealt at random: joints near it mean little.

    References
    ----------
    Sokal R. R., Michener C. D. (1958). University of Kansas Science Bulletin 38, 1409-1438.

    Examples
    --------
    >>> import pandas as pd
    >>> pairs = pd.DataFrame({"a": ["甲", "甲", "乙"], "b": ["乙", "丙", "丙"],
    ...                       "distance": [0.1, 0.4, 0.5], "noise_floor": 0.05})
    >>> [label.get_text() for label in plot_dendrogram(pairs).get_yticklabels()]
    ['丙', '甲', '乙']
    """
    from scipy.cluster.hierarchy import dendrogram

    square = _square(table)
    names = [str(name) for name in square.index]
    axes = new_axes(ax, width=6, height=max(3.0, 0.24 * len(names) + 1), title=title)
    tree = _tree(square)
    dendrogram(
        tree,
        labels=names,
        orientation="left",
        ax=axes,
        color_threshold=0,
        above_threshold_color=ACCENT,
        leaf_font_size=8,
    )
    near, far = float(tree[:, 2].min()), float(tree[:, 2].max())
    noise = float(table["noise_floor"].mean())
    if np.isfinite(noise):
        axes.axvline(noise, color=MUTED, ls=":")
        near = min(noise, near)
    axes.set_xlim(far + 0.03 * (far - near), near - 0.1 * (far - near))
    axes.set_xlabel(in_words("Jensen-Shannon 距离", "Jensen-Shannon distance"), fontsize=9)
    axes.grid(axis="x", color=GRID)
    return axes


def _square(table: pd.DataFrame) -> pd.DataFrame:
    names = list(dict.fromkeys([*table["a"], *table["b"]]))
    square = pd.DataFrame(0.0, index=pd.Index(names), columns=pd.Index(names))
    for a, b, value in zip(table["a"], table["b"], table["distance"], strict=True):
        square.loc[a, b] = square.loc[b, a] = float(value)
    return square


def _tree(square: pd.DataFrame, *, optimal: bool = False) -> np.ndarray:
    """Cluster groups by average linkage of their distances (Sokal & Michener 1958)."""
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    distances = squareform(square.to_numpy(), checks=False)
    return np.asarray(linkage(distances, method="average", optimal_ordering=optimal), dtype=float)
