"""How do narratives look: when steps were taken, what became of plans, who speaks how firmly?"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from unicodedata import east_asian_width

import numpy as np
import pandas as pd

from policytext.plots.analysis import FEW_CLAUSES as FEW
from policytext.plots.analysis import MOST_ROWS, plot_keyness, plot_ratios
from policytext.plots.figure import (
    ACCENT,
    CONTRAST,
    GRID,
    INK,
    MARKERS,
    MUTED,
    PALETTE,
    called,
    in_words,
    new_axes,
    new_figure,
    on_paper,
    plot_heat,
    say_left,
)
from policytext.records import UNKNOWN
from policytext.texts import in_order, label_of, official_order

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STEPS: Final = ("mention", "plan", "pilot", "full")
REPORT: Final = "report"
"""A row of the drawn table that says that a group has a report of that year."""

FEW_VALUES: Final = ("actor", "firmness", "verb_class")
MOST_VALUES: Final = 6
"""Values of a profile that get a panel of their own."""

WIDEST: Final = 12.0
"""Inches: a figure of many years grows no wider."""


def _ranked(groups: Iterable[Any]) -> list[str]:
    """Return groups from top to bottom: provinces in their official order, others by name."""
    return in_order(sorted(set(map(str, groups)), key=lambda name: (name == UNKNOWN, name)))


def _call_rows(axes: Axes, groups: Sequence[str], by: str, pale: Iterable[str] = ()) -> None:
    """Name the rows of a figure, the first on top; those of which nothing is drawn are pale."""
    axes.set_yticks(range(len(groups)), [called(name, by) for name in groups])
    axes.set_ylim(len(groups) - 0.4, -0.6)
    quiet = set(pale)
    for label, name in zip(axes.get_yticklabels(), groups, strict=True):
        label.set_color("#66737f" if name in quiet else INK)
    axes.tick_params(axis="y", length=0)


def _legend_above(axes: Axes, title: str, columns: int = 3, *, heads: bool = False) -> None:
    """Explain marks between the title and the axes; words of two languages take more room.

    ``heads``: over the heads of numbers beside the bars, which a long legend would reach.
    """
    columns = min(columns, 2) if " / " in in_words("甲", "a") else columns
    rows = -(-len(axes.get_legend_handles_labels()[1]) // columns)
    room = 1.9 if heads else 0.4
    axes.legend(frameon=False, fontsize=8, ncols=columns, loc="lower left", bbox_to_anchor=(0, 1),
                borderaxespad=room, handletextpad=0.6, columnspacing=1.2)  # fmt: skip
    axes.set_title(title, loc="left", fontsize=11, color=INK, pad=10 + 14 * rows + 12 * heads)


def _lines(axes: Axes, said: Iterable[str]) -> str:
    """Return sentences line by line; two languages stand below each other where they are long."""
    figure = axes.get_figure(root=True)
    most = 11 * (figure.get_size_inches()[0] if figure else 7)
    lines = []
    for line in "\n".join(filter(None, said)).split("\n"):
        wide = sum(1 + east_asian_width(sign).startswith(("W", "F")) for sign in line)
        lines += line.split(" / ") if wide > most else [line]
    return "\n".join(lines)


def _say_below(axes: Axes, *said: str) -> None:
    axes.set_xlabel(_lines(axes, said), fontsize=8, color=INK)


def _fit(axes: Axes, rows: int) -> Axes:
    """Give a figure of its own the height that rows, legend and the words below them need."""
    figure, legend = axes.get_figure(root=True), axes.get_legend()
    above = 0 if legend is None else -(-len(legend.get_texts()) // 2)
    lines = above + axes.get_xlabel().count("\n") + 1
    titles = axes.get_title(loc="left").count("\n") + 1
    if figure is not None:
        figure.set_figheight(0.5 + 0.23 * max(rows, 2) + 0.17 * lines + 0.2 * titles)
    return axes


# When did each group first name, plan, try and complete a programme?


def plot_steps(table: pd.DataFrame, ax: Axes | None = None, *, by: str, title: str = "") -> Axes:
    """Draw the first year of each step of a programme, a line a group; hollow: may be older.

    ``table``: ``by``, ``step``, ``year``, ``first_report``; rows of the step ``report`` say of
    which years a group has reports, and let groups be seen that never name it.

    >>> rows = pd.DataFrame({"province": ["甲省"] * 2, "step": ["mention", "report"],
    ...                      "year": [2020, 2020], "first_report": [2020, 2020]})
    >>> [one.get_text() for one in plot_steps(rows, by="province").get_yticklabels()]
    ['甲省']
    """
    rows = table.assign(group=table[by].astype(str), year=table["year"].astype(int))
    steps = rows[rows["step"] != REPORT]
    groups = _by_first_step(rows, steps)
    shown = groups[:MOST_ROWS]
    place = {name: row for row, name in enumerate(shown)}
    first, last = (int(rows["year"].min()), int(rows["year"].max())) if len(rows) else (0, 0)
    years = last - first + 1
    width = min(4.6 + 0.5 * max(years, 4), WIDEST)
    apart = min(0.24, 0.13 * years / (width - 1.8))  # side by side: no one reads months off them
    axes = new_axes(ax, width=width)
    for year in range(first, last + 1, 2):
        axes.axvspan(year - 0.5, year + 0.5, color="#f1f4f7", lw=0, zorder=0)
    there = rows[rows["group"].isin(place)]
    for name, part in there.groupby("group"):
        axes.plot([part["year"].min() - 0.42, part["year"].max() + 0.42], [place[str(name)]] * 2,
                  color="#c3ccd4", lw=0.8, zorder=1)  # fmt: skip
    seen = there[there["step"] == REPORT]
    axes.plot(seen["year"], seen["group"].map(place), "|", color=MUTED, ms=5, mew=0.8, zorder=2)
    for i, step in enumerate(STEPS):
        part = there[there["step"] == step]
        older = (part["year"] == part["first_report"]).to_numpy()
        x = part["year"].to_numpy(dtype=float) + apart * (i - 1.5)
        y = part["group"].map(place).to_numpy(dtype=float)
        look: dict[str, Any] = {"ls": "", "marker": MARKERS[i], "mec": PALETTE[i], "ms": 5.4}
        axes.plot(x[older], y[older], mfc="white", mew=1.3, zorder=3, **look)
        axes.plot(x[~older], y[~older], mfc=PALETTE[i], zorder=3, **look)
        axes.plot([], [], mfc=PALETTE[i], label=called(step, "step"), **look)
    axes.plot([], [], "|", color=MUTED, ms=6, label=in_words("有报告的年份", "year with a report"))
    silent = [name for name in shown if name not in set(steps["group"])]
    _call_rows(axes, shown, by, silent)
    axes.set_xlim(first - 0.5, last + 0.5)
    every = 1 if last - first < 16 else 5
    axes.set_xticks([year for year in range(first, last + 1) if every == 1 or year % every == 0])
    _legend_above(axes, title)
    hollow = bool((steps["year"] == steps["first_report"]).any())
    _say_below(
        axes,
        in_words("首次这样说的报告年份", "year of the first report that says so"),
        in_words("空心：见于该组最早一份报告，可能更早",
                 "hollow: in the group's first report, may be older") if hollow else "",
        in_words("灰色组名：没有报告以此名提及", "grey name: no report names it so")
        if silent else "",
    )  # fmt: skip
    say_left(axes, len(groups) - len(shown), "组", "groups")
    return axes if ax is not None else _fit(axes, len(shown))


def _by_first_step(rows: pd.DataFrame, steps: pd.DataFrame) -> list[str]:
    """Return provinces in their official order, other groups by the year of their first step."""
    names = sorted(set(rows["group"]))
    first = steps.groupby("group")["year"].min().to_dict()
    return official_order(names) or sorted(names, key=lambda name: (first.get(name, 9999), name))


# What goes with naming it sooner?


def plot_hazard(table: pd.DataFrame, ax: Axes | None = None, *, title: str = "") -> Axes:
    """Draw ratios of hazards with their intervals; without covariates the hazard of each period.

    >>> rows = pd.DataFrame({"variable": ["period"], "value": ["2019–2021"], "reference": [""],
    ...                      "n_events": [3], "years": [6], "hazard": [0.5], "refused": [""]})
    >>> plot_hazard(rows).get_yticklabels()[0].get_text()
    '2019–2021（3 / 6）'
    """
    periods = table[table["variable"] == "period"]
    asked = table[table["variable"] != "period"]
    rows = asked if len(asked) else periods.assign(low=np.nan, high=np.nan)
    named = [_hazard_row(row) for row in rows.to_dict("records")]
    value = "hazard_ratio" if len(asked) else "hazard"
    told = (
        "首次提及的风险率之比（大于 1：较早提及） / ratio of hazards (above 1: named sooner)"
        if len(asked) else "每个风险年的首次提及数 / first mentions a year at risk"
    )  # fmt: skip
    axes = plot_ratios(
        rows.assign(label=named), ax, columns=[value, "low", "high"], label=["label"], axis=told,
        ratios=bool(len(asked)), title=title,
    )  # fmt: skip
    drawn = rows[value].notna()
    if drawn.any():
        n = int((~drawn).sum())
        said = [
            in_words("括号内：首次提及数与处于风险中的年数",
                     "in brackets: first mentions and years at risk"),
            in_words(f"另有 {n} 项没有估计，原因见表", f"without an estimate, see the table: {n}")
            if n else "",
        ]  # fmt: skip
        _say_below(axes, axes.get_xlabel(), *said)
    return axes if ax is not None else _fit(axes, len(axes.get_yticks()))


def _hazard_row(row: Mapping[Hashable, Any]) -> str:
    """Return what a row of a hazard is about, with the counts behind it."""
    value, against = called(str(row["value"])), called(str(row["reference"]))
    named = value
    if row["variable"] != "period":
        name = str(row["variable"])
        column = label_of(name, "zh"), label_of(name, "en")
        named = in_words(*(PEERS if name == "peers" else column)) + (f"：{value}" if value else "")
    named += in_words(f"，对{against}", f", against {against}") if against else ""
    counts = (row["n_events"], row["years"])
    return named if any(map(pd.isna, counts)) else f"{named}（{counts[0]} / {counts[1]}）"


PEERS: Final = ("已提及的邻居", "neighbours that had named it")


# How is a whole parted: what became of plans, how much is done, what is answered?


class Look(NamedTuple):
    """How a part of a bar is drawn: seen in grey too."""

    colour: str
    hatch: str = ""


SAID: Final = (
    Look(ACCENT),
    Look("#7fb4d0"),
    Look("#d3e5ef"),
    Look("#b8641b"),
    Look("#ffffff", "///"),
)
"""Three shades of one colour, its contrast in a shade of its own, and a hatched part of which
nothing is known."""

OUTCOMES: Final = dict(
    zip(("kept", "under_way", "repeated", "changed", "silent"), SAID, strict=True)
)
STATUS: Final = dict(
    zip(("done", "under_way", "planned", "rest"), (*SAID[:3], SAID[4]), strict=True)
)
PAIRED: Final = {"paired": SAID[0], "unpaired": SAID[4]}


def plot_outcomes(table: pd.DataFrame, ax: Axes | None = None, *, by: str, title: str = "") -> Axes:
    """Draw which shares of plans became what, with every number beside its bar.

    ``table``: promises, a row each, or their counts by group; of promises of one region the years
    are drawn.

    >>> rows = pd.DataFrame({"province": ["甲省"] * 2, "outcome": ["kept", "silent"]})
    >>> [float(bar.get_width()) for bar in plot_outcomes(rows, by="province").patches][:5]
    [50.0, 0.0, 0.0, 0.0, 50.0]
    """
    if "outcome" in table:
        by = (
            "year"
            if table[by].nunique() == 1 and table.get("year", table[by]).nunique() > 1
            else by
        )
        counts = pd.crosstab(table[by].astype(str), table["outcome"])
    else:
        counts = table.set_index(table[by].astype(str))
    counts = counts.reindex(columns=list(OUTCOMES), fill_value=0)
    said = [
        in_words("占上年具体计划的份额（%）", "% of last year's concrete plans"),
        in_words(
            "未再提及不等于没有完成；完成与否是报告的说法",
            "not found again is not broken; done is what reports say",
        ),
        in_words("各行：作出计划的年份", "rows: the year that plans") if by == "year" else "",
    ]
    return _stacked(counts, OUTCOMES, ax, by, title, said)


def plot_answers(table: pd.DataFrame, ax: Axes | None = None, *, by: str, title: str = "") -> Axes:
    """Draw for how many of the problems that reports name a planned measure is worded alike.

    >>> rows = pd.DataFrame({"province": ["甲省"] * 2, "measure": ["", "扩建诊室"]})
    >>> [float(bar.get_width()) for bar in plot_answers(rows, by="province").patches][:2]
    [50.0, 50.0]
    """
    paired = table["measure"].ne("").map({True: "paired", False: "unpaired"})
    counts = pd.crosstab(table[by].astype(str), paired).reindex(columns=list(PAIRED), fill_value=0)
    said = [
        in_words("占报告所列问题的份额（%）", "% of the problems that reports name"),
        in_words(
            "没有措辞相近的措施不等于无人处理",
            "no measure worded alike does not mean that nothing is done",
        ),
    ]
    return _stacked(counts, PAIRED, ax, by, title, said)


def _stacked(
    counts: pd.DataFrame,
    looks: Mapping[str, Look],
    ax: Axes | None,
    by: str,
    title: str,
    said: Sequence[str],
) -> Axes:
    """Draw shares of parts by group, with sentences below them."""
    groups = _ranked(counts.index)
    shown = groups[:MOST_ROWS]
    axes = new_axes(ax, width=7.6)
    _stack(axes, counts.loc[shown], looks, shares=True)
    _call_rows(axes, shown, by)
    _legend_above(axes, title)
    _say_below(axes, *said)
    say_left(axes, len(groups) - len(shown), "组", "groups")
    return axes if ax is not None else _fit(axes, len(shown))


def _stack(axes: Axes, counts: pd.DataFrame, looks: Mapping[str, Look], *, shares: bool) -> None:
    """Draw counts by group as bars of parts, with every number in a column beside the bars."""
    from matplotlib.ticker import MaxNLocator

    total = counts.sum(axis=1).to_numpy(dtype=float)
    scale = 100 / np.maximum(total, 1) if shares else 1.0
    place, begin = np.arange(len(counts)), np.zeros(len(counts))
    for name, look in looks.items():
        size = counts[name].to_numpy(dtype=float) * scale
        axes.barh(place, size, left=begin, height=0.74, color=look.colour, hatch=look.hatch,
                  edgecolor=MUTED, linewidth=0.5, label=_part(name))  # fmt: skip
        begin = begin + size
    axes.set_xlim(0, 100 if shares else max(1.02 * float(total.max(initial=0)), 1.0))
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    _beside(axes, 0, in_words("共", "all"), total)
    for i, (name, look) in enumerate(looks.items(), start=1):
        _beside(axes, i, look, counts[name])


def _beside(axes: Axes, column: int, head: str | Look, numbers: Iterable[float]) -> None:
    """Write a column of numbers beside the bars, under a word or under the colour of their part."""
    from matplotlib.offsetbox import AnnotationBbox, DrawingArea
    from matplotlib.patches import Rectangle

    right = 34 + 26 * column
    look: dict[str, Any] = {
        "xycoords": axes.get_yaxis_transform(), "textcoords": "offset points", "fontsize": 7,
        "ha": "right", "va": "center", "annotation_clip": False,
    }  # fmt: skip
    for row, n in enumerate(numbers):
        axes.annotate(f"{int(n)}", (1, row), (right, 0), color=INK if n else MUTED, **look)
    if isinstance(head, str):
        axes.annotate(head, (1, -0.95), (right, 0), color=INK, **look)
        return
    box = DrawingArea(14, 7)
    box.add_artist(Rectangle((0, 0), 14, 7, facecolor=head.colour, hatch=head.hatch,
                             edgecolor=MUTED, linewidth=0.5))  # fmt: skip
    axes.add_artist(
        AnnotationBbox(
            box, (1, -0.95), (right, 0), xycoords=look["xycoords"], boxcoords="offset points",
            box_alignment=(1, 0.5), frameon=False, pad=0, annotation_clip=False,
        )
    )  # fmt: skip


def _part(name: str) -> str:
    """Return what a part of a bar is called in the legend."""
    named = {
        "rest": ("仅提及或未判定", "named only, or undecided"),
        "paired": ("计划中有措辞相近的措施", "a planned measure is worded alike"),
        "unpaired": ("没有", "none is"),
    }
    return in_words(*named[name]) if name in named else called(name)


# How unlike the rest is the narrative of each group, and how much of it is done?


def plot_narratives(
    table: pd.DataFrame, ax: Axes | None = None, *, by: str, least: int = FEW, title: str = ""
) -> Axes:
    """Draw clauses by status, and how unlike the rest each group is beside where chance puts it.

    Clauses alone where no group has enough of them for a difference, or on given axes.

    >>> row = {"province": ["甲省"], "clauses": [2], "done": [1], "under_way": [0], "planned": [1],
    ...        "difference": [None], "chance_low": [None], "chance_high": [None]}
    >>> axes = plot_narratives(pd.DataFrame(row), by="province")
    >>> [text.get_text() for text in axes.texts]
    ['2', '共 / all', '1', '0', '1', '0']
    """
    rows = table.assign(group=table[by].astype(str)).set_index("group")
    groups = _ranked(rows.index)
    shown = groups[:MOST_ROWS]
    rows = rows.loc[shown]
    told = rows[["done", "under_way", "planned"]]
    counts = told.assign(rest=rows["clauses"] - told.sum(axis=1)).astype("int64")
    compared = rows["difference"].notna()
    if ax is None and compared.any():
        figure = new_figure(width=10.4)
        left, right = figure.subplots(1, 2, sharey=True)
        figure.suptitle(title, x=0.01, ha="left", fontsize=11, color=INK)
        _differences(new_axes(right), rows, least)
        right.set_title(
            in_words("动词类别：与其余各组之差", "kinds of verbs: how unlike all others"),
            loc="left", fontsize=9, color=INK, pad=10,
        )  # fmt: skip
        title = ""
    else:
        left = ax
    left = new_axes(left, width=7.0)
    _stack(left, counts, STATUS, shares=False)
    _call_rows(left, shown, by, [name for name in shown if not rows["clauses"][name]])
    _legend_above(left, title, 2, heads=True)
    said = [in_words("小句数", "clauses")]
    if not rows["clauses"].all():
        said.append(in_words("灰色组名：只用别称", "grey name: another name only"))
    if not compared.any() and (rows["clauses"] >= least).any():
        said.append(in_words("没有可比的两边", "no two sides to compare"))
    elif not compared.any():
        said.append(in_words(f"没有一组满 {least} 个小句，不比较",
                             f"no group has {least} clauses: not compared"))  # fmt: skip
    _say_below(left, *said)
    say_left(left, len(groups) - len(shown), "组", "groups")
    return left if ax is not None else _fit(left, len(shown))


def _differences(axes: Axes, rows: pd.DataFrame, least: int) -> None:
    """Draw differences as points on the band where chance alone would put them."""
    value, low, high = (
        rows[name].to_numpy(dtype=float) for name in ("difference", "chance_low", "chance_high")
    )
    place, known = np.arange(len(rows)), np.isfinite(value)
    beyond = known & (value > high)
    axes.hlines(place[known], low[known], high[known], color="#ccd5dc", lw=6, zorder=1)
    look: dict[str, Any] = {"ls": "", "mec": ACCENT, "ms": 5.2, "mew": 1.2, "zorder": 3}
    axes.plot(value[known & ~beyond], place[known & ~beyond], "o", mfc="white", **look)
    axes.plot(value[beyond], place[beyond], "o", mfc=ACCENT, **look)
    for row in place[~known]:
        short = rows["clauses"].iloc[row] < least
        axes.text(0.01, row, f"< {least}" if short else "–", fontsize=7, color=MUTED, va="center",
                  transform=axes.get_yaxis_transform())  # fmt: skip
    axes.set_xlim(0, min(1.05 * float(np.nanmax([value, high])), 1.02))
    axes.grid(axis="x", color=GRID)
    axes.tick_params(axis="y", length=0)
    _say_below(
        axes,
        in_words("差异（0 相同，1 全不同）", "difference (0 the same, 1 wholly other)"),
        in_words("灰带：随机分派的 95% 区间；实心：超出",
                 "grey: 95 % of random deals; filled: beyond"),
        in_words(f"< {least}：小句不足 {least} 个，不比较",
                 f"< {least}: fewer than {least} clauses, not compared") if not known.all() else "",
    )  # fmt: skip


# Who speaks how firmly, and what is typical of each group?


def plot_frame_profile(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    by: str,
    least: int,
    what: str = "frame",
    title: str = "",
) -> Axes:
    """Draw what is most typical of each group as bars; of few values the share of each in a panel.

    On given axes the group with the longest bar, or the value with most clauses.

    >>> rows = pd.DataFrame({"genre": ["公文"], "frame": ["press"], "clauses": [3], "share": [0.5],
    ...                      "elsewhere": [0.2], "log_ratio": [1.0]})
    >>> axes = plot_frame_profile(rows, by="genre", least=2, what="firmness")
    >>> axes.get_title(loc="left"), [text.get_text() for text in axes.texts]
    ('力推 / presses', ['3'])
    """
    rows = table.assign(group=table[by].astype(str))
    if what not in FEW_VALUES:
        return _typical(rows, ax, title)
    values = rows.groupby("frame")["clauses"].sum().sort_values(ascending=False, kind="stable")
    groups = _ranked(rows["group"])
    shown, named = groups[:MOST_ROWS], list(values.index[: MOST_VALUES if ax is None else 1])
    if ax is None:
        width = 2.2 + 1.5 * max(len(named), 3)
        figure = new_figure(width=width, height=2.0 + 0.21 * max(len(shown), 3))
        panels: list[Axes] = list(figure.subplots(1, len(named), sharey=True, squeeze=False)[0])
        figure.suptitle(title, x=0.01, ha="left", fontsize=11, color=INK)
    else:
        panels = [ax]
    for axes, value in zip(panels, named, strict=True):
        new_axes(axes)
        axes.set_title(fill(called(str(value), what), 20), loc="left", fontsize=9, color=INK)
        _shares(axes, rows[rows["frame"] == value], shown)
    _call_rows(panels[0], shown, by)
    left = len(values) - len(named)
    said = [
        in_words("占该组小句的份额（%），各栏尺度不同；竖线：其余各组合计",
                 "% of the group's clauses, each panel on its scale; bars: all other groups"),
        in_words(f"数字：小句数；空心：不足 {FEW} 个；无点：不足 {least} 个",
                 f"numbers: clauses; hollow: fewer than {FEW}; no mark: fewer than {least}"),
        in_words(f"另有 {left} 类未画", f"{left} kinds more not drawn") if left else "",
    ]  # fmt: skip
    if ax is None:
        figure.supxlabel(_lines(panels[0], said), fontsize=8, color=INK)
    else:
        _say_below(panels[0], *said)
    say_left(panels[0], len(groups) - len(shown), "组", "groups")
    return panels[0]


def _shares(axes: Axes, part: pd.DataFrame, groups: Sequence[str]) -> None:
    """Draw the share that one value has in each group, beside its share in all others."""
    part = part[part["group"].isin(groups)]
    place = part["group"].map({name: row for row, name in enumerate(groups)}).to_numpy()
    share, rest = (100 * part[name].to_numpy(dtype=float) for name in ("share", "elsewhere"))
    many = (part["clauses"] >= FEW).to_numpy()
    axes.hlines(place, 0, share, color=GRID, lw=1, zorder=1)
    axes.plot(rest, place, "|", color=CONTRAST, ms=7, mew=1.4, zorder=2)
    look: dict[str, Any] = {"ls": "", "mec": ACCENT, "ms": 4.6, "mew": 1.1, "zorder": 3}
    axes.plot(share[many], place[many], "o", mfc=ACCENT, **look)
    axes.plot(share[~many], place[~many], "o", mfc="white", **look)
    for x, y, n in zip(np.fmax(share, rest), place, part["clauses"], strict=True):
        axes.annotate(f"{n}", (x, y), xytext=(5, 0), textcoords="offset points", va="center",
                      fontsize=6.5, color=INK)  # fmt: skip
    axes.set_xlim(0, 1.3 * float(np.max(np.append(share, rest), initial=1)))
    axes.tick_params(axis="x", labelsize=8)
    axes.tick_params(axis="y", length=0)


def _typical(rows: pd.DataFrame, ax: Axes | None, title: str) -> Axes:
    """Draw the frames that are more frequent in a group than elsewhere, as keywords are drawn."""
    own = rows[rows["log_ratio"] > 0]
    named = [f"{_short(called(x))} {n}" for x, n in zip(own["frame"], own["clauses"], strict=True)]
    words = own.assign(
        feature=named, above_noise=own["clauses"] >= FEW, one_report_only=False, n_reports=1
    )
    return plot_keyness(words.drop(columns="frame"), ax, title=title)


def _short(words: str, most: int = 16) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


# Of what do reports boast?


def plot_claims(table: pd.DataFrame, ax: Axes | None = None, *, by: str) -> Axes:
    """Draw how many clauses of each group make each kind of claim; what is planned is an aim.

    >>> rows = pd.DataFrame({"province": ["甲省"] * 2, "claim": ["first"] * 2,
    ...                      "phase": ["reviewed", "planned"]})
    >>> plot_claims(rows, by="province").get_xlabel().splitlines()[-1]
    '计划中的目标 1 句未计 / aims in plans, not counted: 1'
    """
    planned = table["phase"] == "planned"
    made = table[~planned]
    kinds = [kind for kind in CLAIMS if (made["claim"] == kind).any()]
    counts = pd.crosstab(made[by].astype(str), made["claim"]).reindex(columns=kinds)
    groups = _ranked(counts.index)
    counts = counts.loc[groups[:MOST_ROWS]].rename(
        index=lambda name: called(name, by), columns=lambda kind: called(kind, "claim")
    )
    title = in_words("报告的自述（小句数）", "Claims of reports (clauses)")
    axes = ax or new_axes(width=5.6, height=2.2 + 0.26 * max(len(counts), 2))
    axes = plot_heat(counts, axes, title=title, percent=False)
    words = [str(kind).replace(" / ", "\n") for kind in counts.columns]
    axes.set_xticks(range(len(words)), words, rotation=0, ha="center")
    n = int(planned.sum())
    _say_below(
        axes,
        in_words("报告自己的说法，未经核实", "the reports' own words, not checked"),
        in_words(f"计划中的目标 {n} 句未计", f"aims in plans, not counted: {n}") if n else "",
    )
    say_left(axes, len(groups) - len(counts), "组", "groups")
    return axes


CLAIMS: Final = ("first", "top", "pilot", "praise", "centre")


# Who says again what whom said before?


@on_paper()
def plot_reuse(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw who says again (rows) what whom (columns) said before, the mean over years in per cent.

    >>> import pandas as pd
    >>> pairs = pd.DataFrame({"receiver": ["甲"], "sender": ["乙"], "share": [0.02]})
    >>> [label.get_text() for label in plot_reuse(pairs).get_xticklabels()]
    ['乙']
    """
    wide = table.pivot_table(index="receiver", columns="sender", values="share", aggfunc="mean")
    rows = wide.mean(axis=1).sort_values(ascending=False, kind="stable").index[:MOST_ROWS]
    columns = wide.mean(axis=0).sort_values(ascending=False, kind="stable").index[:MOST_ROWS]
    shown = 100 * wide.loc[rows, columns]
    title = in_words("各地报告重述他地此前语句的比例", "Share of text that others said before")
    axes = new_axes(ax, width=3.4 + 0.26 * len(columns), height=2.4 + 0.26 * len(rows), title=title)
    axes.set_facecolor(GRID)
    image = axes.imshow(shown.to_numpy(), cmap="Blues", vmin=0)
    axes.set_xticks(range(len(columns)), [str(name) for name in columns], rotation=90, fontsize=8)
    axes.set_yticks(range(len(rows)), [str(name) for name in rows], fontsize=8)
    axes.set_xlabel(in_words("先说者", "said before by"), fontsize=9)
    axes.set_ylabel(in_words("后说者", "said again by"), fontsize=9)
    axes.figure.colorbar(image, ax=axes, shrink=0.7, label="%")
    return axes
