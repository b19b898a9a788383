"""How do tables of statements look as figures?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policytext.plots.figure import (
    ACCENT,
    CONTRAST,
    GRID,
    MARKERS,
    MUTED,
    PALETTE,
    called,
    in_words,
    new_axes,
    plot_heat,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_STATUS: Final = ("done", "under_way", "planned", "mention")
_STAGE: Final = ("pilot", "extension", "full")
_UNDECIDED: Final = "undecided"


def plot_status_grid(table: pd.DataFrame, ax: Axes | None = None, *, by: str = "province") -> Axes:
    """Draw regions by status as a grid with the number of clauses in each cell.

    >>> import pandas as pd
    >>> rows = pd.DataFrame({"province": ["陕西省", "陕西省"], "status": ["done", "planned"]})
    >>> [label.get_text() for label in plot_status_grid(rows).get_yticklabels()]
    ['陕西省']
    """
    import pandas as pd

    groups = table[by].astype("str").replace(dict.fromkeys(("", "<NA>"), called("unknown")))
    status = table["status"].where(table["status"].isin(_STATUS), _UNDECIDED).map(called)
    columns = [called(code) for code in (*_STATUS, _UNDECIDED)]
    counts = pd.crosstab(groups, status).reindex(columns=columns, fill_value=0)
    return plot_heat(
        counts,
        ax,
        title=in_words("各地陈述的状态（小句数）", "Status of statements (clauses)"),
        percent=False,
    )


def plot_plan_grid(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the groups of `plan_against_report` by status, all concepts together.

    >>> import pandas as pd
    >>> row = {"province": ["甲省"], "done": [1], "under_way": [0], "planned": [2], "mention": [0]}
    >>> plot_plan_grid(pd.DataFrame(row)).get_xticklabels()[0].get_text()
    '已完成 / done'
    """
    by = str(table.columns[0])
    counts = table.groupby(by, sort=True)[list(_STATUS)].sum().rename(columns=called)
    return plot_heat(
        counts,
        ax,
        title=in_words("计划与报告对照（小句数）", "Plans and reports (clauses)"),
        percent=False,
    )


def plot_dumbbells(
    table: pd.DataFrame, ax: Axes | None = None, *, by: str = "province", title: str = ""
) -> Axes:
    """Draw targets and achievements of each group on one line, joined.

    >>> import pandas as pd
    >>> rows = pd.DataFrame(
    ...     {"province": ["甲省"] * 2, "kind": ["target", "achieved"], "value": [90.0, 75.0],
    ...      "base_unit": ["%"] * 2})
    >>> plot_dumbbells(rows).get_xlabel()
    '%'
    """
    drawn = table[table["kind"].isin(["target", "achieved"]) & table["value"].notna()]
    labels = drawn[by].astype("str").replace({"": "未知 unknown", "<NA>": "未知 unknown"})
    names = sorted(labels.unique(), reverse=True)
    place = {name: row for row, name in enumerate(names)}
    ax = new_axes(ax, height=1.5 + 0.32 * max(len(names), 1), title=title)
    for name, part in drawn.groupby(labels.to_numpy()):
        ax.plot(
            [part["value"].min(), part["value"].max()],
            [place[str(name)]] * 2,
            color=MUTED,
            linewidth=1.4,
            zorder=1,
        )
    for kind, colour in (("target", CONTRAST), ("achieved", ACCENT)):
        part = drawn[drawn["kind"] == kind]
        rows = [place[str(one)] for one in labels[part.index]]
        mark = "D" if kind == "target" else "o"
        ax.scatter(
            part["value"], rows, color=colour, marker=mark, label=called(kind), s=30, zorder=2
        )
    ax.set_yticks(range(len(names)), names)
    ax.set_xlabel("、".join(dict.fromkeys(drawn["base_unit"])))
    ax.grid(axis="x", color=GRID)
    ax.legend(frameon=False, fontsize=8)
    return ax


def plot_wording(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw how the wording of one concept moves from pilot to extension to full coverage.

    >>> import pandas as pd
    >>> rows = pd.DataFrame(
    ...     {"year": ["2020"], "concept": ["医共体"], "stage": ["pilot"], "clauses": [1],
    ...      "named": [2], "share": [0.5], "low": [0.1], "high": [0.9]})
    >>> plot_wording(rows).get_title(loc="left")
    '医共体：试点、推广、全覆盖 / 医共体: pilot, extension, full'
    """
    by = str(table.columns[0])
    totals = table.groupby("concept")["named"].sum().sort_values(ascending=False, kind="stable")
    concept = str(totals.index[0]) if len(totals) else ""
    shown = table[table["concept"] == concept]
    names = sorted(shown[by].astype("str").unique())
    place = {name: column for column, name in enumerate(names)}
    ax = new_axes(
        ax, title=in_words(f"{concept}：试点、推广、全覆盖", f"{concept}: pilot, extension, full")
    )
    for shift, stage in zip((-0.15, 0.0, 0.15), _STAGE, strict=True):
        part = shown[shown["stage"] == stage]
        x = [place[str(one)] + shift for one in part[by]]
        errors = [part["share"] - part["low"], part["high"] - part["share"]]
        number = _STAGE.index(stage)
        colour, mark = PALETTE[number], MARKERS[number]
        ax.errorbar(
            x, part["share"], yerr=errors, fmt=mark, color=colour, label=called(stage), ms=4
        )
    ax.set_xticks(range(len(names)), names, rotation=45)
    ax.set_ylabel(in_words("占提及小句的比例", "share of clauses that name it"))
    ax.set_ylim(0, 1)
    ax.grid(axis="y", color=GRID)
    ax.legend(frameon=False, fontsize=8)
    return ax
