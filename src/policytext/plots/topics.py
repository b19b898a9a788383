"""How do tables about topics look as figures?"""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from policytext.plots.figure import (
    ACCENT,
    CONTRAST,
    GRID,
    LINES,
    MARKERS,
    MUTED,
    PALETTE,
    in_words,
    new_axes,
    say_left,
)
from policytext.records import FEW_LABELLED, WEAK_COSINE
from policytext.texts import in_order, listing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage

MOST_EFFECTS = 40


# How are shares of themes, scores and calibration drawn?


def plot_profile(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw shares of themes: a grid of shades, or points with intervals for one group.

    Themes without a share in any group are named below the grid.
    """
    shown = table[~table["theme"].isin(["outside", "general"])]
    value = "share" if shown["share"].notna().any() else "share_coded"
    label = in_words("zh", "en").split(" / ")[0]
    label = f"label_{label}"
    if shown["group"].nunique() == 1:
        return _points(shown, value, label, ax)
    known = shown[shown[value].notna()]
    grid = known.pivot_table(index="group", columns=label, values=value, sort=False)
    grid = grid.loc[in_order(grid.index)]
    few = known.loc[known["n_positive"].fillna(FEW_LABELLED) < FEW_LABELLED, label].unique()
    left = [name for name in dict.fromkeys(shown[label]) if name not in grid.columns]
    title = in_words("政策主题构成", "Profile of policy themes")
    slant = 0.07 * max((len(str(name)) for name in grid.columns), default=0)
    slant *= 1.0 if label == "label_en" else 1.9  # a Chinese sign is twice as wide
    ax = new_axes(ax, width=11, height=0.28 * max(len(grid), 4) + 1.4 + slant, title=title)
    image = ax.imshow(100 * grid.to_numpy(), aspect="auto", cmap="Blues", vmin=0)
    names = [f"{name} †" if name in few else str(name) for name in grid.columns]
    ax.set_xticks(np.arange(grid.shape[1]), names, rotation=60, ha="right", fontsize=8)
    ax.set_yticks(np.arange(grid.shape[0]), [str(g) for g in grid.index], fontsize=8)
    ax.figure.colorbar(image, ax=ax, shrink=0.6, label=in_words("段落占比（%）", "% of paragraphs"))
    said = []
    if len(few):
        said.append(
            in_words(
                f"† 标注段落不足 {FEW_LABELLED} 个，比例不宜引用",
                f"† fewer than {FEW_LABELLED} labelled paragraphs: not to be cited",
            )
        )
    if left:
        rest = listing(map(str, left))
        said.append(in_words(f"没有可引用的比例：{rest.zh}", f"no share to cite: {rest.en}"))
    if said:
        width = 70 if label == "label_zh" else 130
        ax.set_xlabel("\n".join(fill(one, width) for one in said), fontsize=8)
    return ax


def plot_pmc(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the variables of each policy as a grid of shades, its PMC index beside its name."""
    shown = table.sort_values("pmc", ascending=False)
    grid = shown.drop(columns=["policy", "pmc", "grade"])
    ax = new_axes(ax, width=8, height=max(3.0, 0.32 * len(grid) + 2.0))
    image = ax.imshow(grid.to_numpy(dtype=float), aspect="auto", cmap="Blues", vmin=0, vmax=1)
    ax.set_xticks(np.arange(grid.shape[1]), list(grid.columns), fontsize=8)
    names = [f"{p} {v:.2f}" for p, v in zip(shown["policy"], shown["pmc"], strict=True)]
    ax.set_yticks(np.arange(len(grid)), names, fontsize=8)
    ax.figure.colorbar(image, ax=ax, shrink=0.6, label=in_words("得分", "score"))
    return ax


def plot_scores(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw F1 by theme with intervals and n, from the table of `score_table`."""
    shown = table[~table["theme"].isin(["ALL", "MEAN"])].sort_values("f1")
    ax = new_axes(ax, width=8, height=0.28 * len(shown) + 1.5)
    place = np.arange(len(shown))
    ax.hlines(place, shown["low"], shown["high"], color=MUTED, lw=2)
    ax.plot(shown["f1"], place, "o", color=ACCENT)
    names = [f"{label} (n={n})" for label, n in zip(shown["label_zh"], shown["n"], strict=True)]
    ax.set_yticks(place, names, fontsize=8)
    ax.set_xlim(0, 1)
    ax.set_xlabel("F1")
    return ax


def plot_reliability(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw what probabilities promised against what came true, from `reliability_table`."""
    ax = new_axes(ax, width=4.5, height=4.2)
    ax.plot([0, 1], [0, 1], color=GRID)
    ax.plot(table["mean_probability"], table["share"], "o-", color=ACCENT)
    ax.set_xlabel(in_words("预测概率", "probability"))
    ax.set_ylabel(in_words("标注比例", "share labelled"))
    return ax


def _points(table: pd.DataFrame, value: str, label: str, ax: Axes | None) -> Axes:
    shown = table.dropna(subset=[value]).sort_values(value)
    ax = new_axes(ax, width=8, height=0.28 * len(shown) + 1.5)
    place = np.arange(len(shown))
    ax.hlines(place, 100 * shown["low"], 100 * shown["high"], color=MUTED, lw=2)
    few = shown["n_positive"].fillna(0) < FEW_LABELLED
    ax.scatter(100 * shown[value], place, c=np.where(few, CONTRAST, ACCENT), zorder=3)
    ax.set_yticks(place, list(shown[label]), fontsize=8)
    ax.set_xlabel(in_words("段落占比（%）", "% of paragraphs"))
    return ax


# How do tables about topics look as figures?


def plot_stability(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the word cosine of each topic over refits, one dot a kind of refit."""
    order = table.groupby("topic")["word_cosine"].mean().sort_values(kind="stable")
    place = {topic: i for i, topic in enumerate(order.index)}
    ax = new_axes(
        ax,
        height=1.5 + 0.28 * len(order),
        title=in_words("话题稳定性（词余弦）", "Stability of topics (cosine of words)"),
    )
    for over, colour in (("reports", ACCENT), ("seeds", CONTRAST)):
        part = table[table["over"] == over]
        if len(part):
            label = in_words(
                *{"reports": ("换报告", "reports"), "seeds": ("换种子", "seeds")}[over]
            )
            y = [place[t] for t in part["topic"]]
            ax.scatter(part["word_cosine"], y, color=colour, label=label, s=24, zorder=3)
    names = table.drop_duplicates("topic").set_index("topic")["name"]
    ax.set_yticks(range(len(order)), [str(names[t]) for t in order.index])
    ax.set_xlim(0, 1.02)
    ax.axvline(WEAK_COSINE, color=MUTED, linewidth=0.8, linestyle=":")
    ax.grid(axis="x", color=GRID)
    ax.set_xlabel(
        in_words(
            "与再次拟合中最近话题的词余弦（虚线：低于此线难以再现）",
            "cosine with the nearest topic of a refit (dotted: hardly comes back below)",
        ),
        fontsize=8,
    )
    ax.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def plot_effects(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw estimates with their intervals, in percentage points, grouped by topic."""
    kind = "contrast" if (table["kind"] == "contrast").any() else "coefficient"
    part = table[(table["kind"] == kind) & (table["term"] != "Intercept")]
    size = (part["estimate"] / part["std_error"]).abs().fillna(0.0)
    left = len(part) - MOST_EFFECTS
    part = part.loc[size.sort_values(ascending=False, kind="stable").index[:MOST_EFFECTS]]
    part = part.sort_values(["term", "topic"], ascending=False, kind="stable")
    ax = new_axes(
        ax,
        height=1.5 + 0.26 * len(part),
        title=in_words("话题份额之差（百分点）", "Differences of topic shares (percentage points)"),
    )
    y = np.arange(len(part))
    colours = [ACCENT if q < 0.05 else MUTED for q in part["q_value"]]
    ax.hlines(y, 100 * part["low"], 100 * part["high"], colors=colours, linewidth=1.6)
    ax.scatter(100 * part["estimate"], y, color=colours, s=20, zorder=3)
    labels = [f"{name} · {term}" for name, term in zip(part["name"], part["term"], strict=True)]
    ax.set_yticks(y, labels)
    ax.axvline(0, color=MUTED, linewidth=0.8)
    ax.grid(axis="x", color=GRID)
    ax.set_xlabel(in_words("百分点；实色：q < 0.05", "percentage points; dark: q < 0.05"))
    say_left(ax, left)
    return ax


def plot_shares(
    table: pd.DataFrame, ax: Axes | None = None, *, names: Mapping[str, str] | None = None
) -> Axes:
    """Draw the shares of the topics in groups as a heat map, groups in rows.

    ``names``: what topics are called, by their names in the table.
    """
    table = _named(table, names).assign(group=table["group"].astype(str))
    wide = table.pivot(index="group", columns="topic", values="share")
    wide = wide.loc[in_order(wide.index)]
    called = table.drop_duplicates("topic").set_index("topic")["name"]
    width, height = 2.5 + 0.42 * wide.shape[1], 2.0 + 0.26 * len(wide)
    ax = new_axes(
        ax,
        width=width,
        height=height,
        title=in_words("各组话题份额（%）", "Shares of topics by group (% of words)"),
    )
    image = ax.imshow(100 * wide.to_numpy(dtype=float), aspect="auto", cmap="Blues", vmin=0)
    return _label_map(ax, image, list(wide.index), [str(called[t]) for t in wide.columns])


def _named(table: pd.DataFrame, names: Mapping[str, str] | None) -> pd.DataFrame:
    """Return a table with topics called by their words."""
    called = table["name"].astype(str).map(lambda name: (names or {}).get(name, name))
    return table.assign(name=called)


def plot_over_time(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    n_topics: int = 8,
    names: Mapping[str, str] | None = None,
) -> Axes:
    """Draw the shares of the topics that move most over the years, with intervals where given."""
    table = _named(table, names)
    shown = table.assign(year=table["group"].astype(float)).sort_values("year", kind="stable")
    spread = shown.groupby("topic")["share"].agg(lambda s: s.max() - s.min())
    chosen = spread.sort_values(ascending=False, kind="stable").index[:n_topics]
    ax = new_axes(
        ax, title=in_words("话题份额随年份（%）", "Shares of topics over the years (% of words)")
    )
    for i, topic in enumerate(chosen):
        part = shown[shown["topic"] == topic]
        colour = PALETTE[i % len(PALETTE)]
        ax.plot(
            part["year"], 100 * part["share"], color=colour, label=str(part["name"].iloc[0]),
            marker=MARKERS[i % len(MARKERS)], ms=4, ls=LINES[i % len(LINES)],
        )  # fmt: skip
        ax.fill_between(
            part["year"], 100 * part["low"], 100 * part["high"], color=colour, alpha=0.15, lw=0
        )
    ax.grid(axis="y", color=GRID)
    ax.set_ylim(bottom=0)
    ax.legend(frameon=False, fontsize=8, ncols=2)
    return ax


def plot_correlation(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the correlations of topics as a heat map."""
    n = int(table[["topic_a", "topic_b"]].to_numpy().max()) + 1 if len(table) else 1
    grid = np.eye(n)
    a, b = table["topic_a"].to_numpy(), table["topic_b"].to_numpy()
    grid[a, b] = grid[b, a] = table["correlation"].to_numpy()
    names = dict(zip([*a, *b], [*table["name_a"], *table["name_b"]], strict=True))
    side = 2.5 + 0.3 * n
    ax = new_axes(
        ax, width=side, height=side, title=in_words("主题间相关", "Correlation of topics")
    )
    image = ax.imshow(grid, cmap="RdBu_r", vmin=-1, vmax=1)
    labels = [str(names.get(k, k)) for k in range(n)]
    return _label_map(ax, image, labels, labels)


def _label_map(ax: Axes, image: AxesImage, rows: list[str], columns: list[str]) -> Axes:
    ax.set_yticks(range(len(rows)), rows)
    ax.set_xticks(range(len(columns)), columns, rotation=90)
    if ax.figure is not None:
        ax.figure.colorbar(image, ax=ax, shrink=0.6)
    return ax


def plot_choice(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw all criteria over the number of topics, each from its worst (0) to its best (1)."""
    criteria = {
        "stability": in_words("稳定性", "stability"),
        "npmi": "NPMI",
        "exclusivity": in_words("排他性", "exclusivity"),
        "diversity": in_words("多样性", "diversity"),
        "held_out": in_words("留出似然", "held-out"),
        "umass": "UMass",
        "c_v": "C_v",
    }
    ax = new_axes(
        ax,
        title=in_words(
            "主题数的各项准则（0 最差，1 最好）",
            "Criteria for the number of topics (0 worst, 1 best)",
        ),
    )
    for i, (name, label) in enumerate(criteria.items()):
        if name not in table or table[name].notna().sum() < 2:
            continue
        span = table[name].max() - table[name].min()
        scaled = (table[name] - table[name].min()) / (span if span else 1.0)
        ax.plot(
            table["n_topics"], scaled, marker=MARKERS[i], ms=4, ls=LINES[i], color=PALETTE[i],
            label=label,
        )  # fmt: skip
    for k in table.loc[table["recommended"], "n_topics"]:
        ax.axvline(k, color=MUTED, linestyle=":")
    ax.set_xticks(list(table["n_topics"]))
    ax.set_xlabel(in_words("主题数", "number of topics"))
    ax.grid(axis="y", color=GRID)
    ax.legend(frameon=False, fontsize=8, ncols=2)
    return ax
