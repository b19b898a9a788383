"""How are counts of terms, their collocates and their co-occurrence drawn?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from policytext.plots.figure import (
    ACCENT,
    GRID,
    INK,
    MUTED,
    PALETTE,
    in_words,
    new_axes,
    say_left,
)
from policytext.texts import in_order, word_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_BARS = 25
MOST_ACROSS = 12
"""Groups that may stand side by side; more stand below one another, so that names can be read."""
STATUS_COLOURS = {
    "count": ACCENT,
    "other name": "#fbe6cf",
    "not named": "#ffffff",
    "not applicable": GRID,
    "no report": "#c9d1d8",
}
STATUS_HATCHES = {"other name": "//", "not applicable": "..", "no report": "xx"}
"""Seen in grey too: a filled tile names the term, a striped one goes by another name, a crossed one
has no report, an empty one does not name it."""


def plot_term_counts(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the most frequent concepts as bars, with the number of reports that name each."""
    top = table[table["n_hits"] > 0].nlargest(MOST_BARS, "n_hits")[::-1]
    axes = new_axes(
        ax,
        height=0.5 + 0.22 * max(len(top), 4),
        title=in_words("概念词频（含下位概念）", "Concepts, with those below them"),
    )
    axes.barh(range(len(top)), top["n_hits"], color=ACCENT, height=0.7)
    axes.set_yticks(range(len(top)), list(top["label_zh"]))
    for place, (hits, reports) in enumerate(zip(top["n_hits"], top["n_documents"], strict=True)):
        axes.annotate(
            f"{hits} ({reports})",
            (hits, place),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            color=INK,
        )
    axes.set_xlabel(in_words("命中次数（括号内为报告份数）", "hits (reports in brackets)"))
    say_left(axes, int((table["n_hits"] > 0).sum()) - len(top), "个概念", "concepts")
    axes.margins(x=0.15)
    return axes


def plot_term_status(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw concepts × groups as tiles: colour says the status, the figure in it the count."""
    from matplotlib.patches import Patch, Rectangle

    concepts = list(dict.fromkeys(table["concept"]))
    found = list(dict.fromkeys(table["group"]))
    groups = in_order(found)
    upright = len(groups) > MOST_ACROSS
    across, down = (concepts, groups) if upright else (groups, concepts)
    said = in_words("各组对概念的提及情况", "Where concepts are named")
    least = 5.0 if upright and " / " not in said else 7.0  # the legend is twice as long in both
    axes = new_axes(
        ax,
        width=max(least, 1.8 + (0.8 if upright else 0.34) * len(across)),
        height=(2.2 if upright else 1.4) + (0.24 if upright else 0.3) * len(down),
    )
    axes.set_title(said, loc="left", fontsize=11, color=INK, pad=36 if upright else 22)
    for row in table.to_dict("records"):
        group, concept = groups.index(row["group"]), concepts.index(row["concept"])
        x, y = (concept, group) if upright else (group, concept)
        colour, hatch = STATUS_COLOURS[row["status"]], STATUS_HATCHES.get(row["status"])
        edge = MUTED if hatch else GRID
        axes.add_patch(
            Rectangle((x, y), 1, 1, facecolor=colour, edgecolor=edge, hatch=hatch, linewidth=0.6)
        )
        shown = row["n_other"] if row["status"] == "other name" and row["n"] == 0 else row["n"]
        if row["status"] in ("count", "other name"):
            named = row["status"] == "count"
            ink = "white" if named else INK
            axes.text(x + 0.5, y + 0.5, f"{shown}", ha="center", va="center", size=8, color=ink)
    axes.set_xlim(0, len(across))
    axes.set_ylim(len(down), 0)
    turned = {"rotation": 30, "ha": "right"} if upright else {"rotation": 90}
    axes.set_xticks(np.arange(len(across)) + 0.5, across, **turned)
    axes.set_yticks(np.arange(len(down)) + 0.5, down)
    handles = [
        Patch(
            facecolor=colour,
            edgecolor=MUTED,
            hatch=STATUS_HATCHES.get(status),
            label=in_words(word_of("status", status, "zh"), status),
        )
        for status, colour in STATUS_COLOURS.items()
    ]
    axes.legend(
        handles=handles,
        ncols=3 if upright else 5,
        fontsize=8,
        frameon=False,
        loc="lower left" if upright else "lower right",
        bbox_to_anchor=(0, 1) if upright else (1, 1),
        borderaxespad=0,
    )
    return axes


def plot_collocations(table: pd.DataFrame, ax: Axes | None = None, *, measure: str) -> Axes:
    """Draw the strongest pairs by one measure, with their counts."""
    top = table.head(MOST_BARS)[::-1]
    axes = new_axes(
        ax, height=0.5 + 0.22 * max(len(top), 4), title=in_words("搭配", "Collocations")
    )
    axes.scatter(top[measure], range(len(top)), color=ACCENT, s=22)
    axes.set_yticks(
        range(len(top)),
        [f"{a} {b}（{n}）" for a, b, n in zip(top["word1"], top["word2"], top["n"], strict=True)],
    )
    axes.set_xlabel(
        in_words(f"{measure}（括号内为共现次数）", f"{measure} (joint counts in brackets)")
    )
    say_left(axes, len(table) - len(top), "对", "pairs")
    axes.grid(axis="x", color=GRID)
    return axes


def plot_network(table: pd.DataFrame, ax: Axes | None = None, *, most: int = 60) -> Axes:
    """Draw a co-occurrence network: size of a node its units, width of an edge its strength."""
    import networkx as nx

    strong = table[table["g2"] > 0]
    drawn = strong.head(most)
    ends = [drawn[[f"concept{i}", f"family{i}", f"n{i}"]] for i in (1, 2)]
    concepts = pd.concat([end.set_axis(["concept", "family", "n"], axis=1) for end in ends])
    concepts = concepts.drop_duplicates("concept").set_index("concept")
    graph = nx.from_pandas_edgelist(drawn, "concept1", "concept2", edge_attr="n")
    axes = new_axes(
        ax,
        width=7.0,
        height=7.0 if graph else 1.2,
        title=in_words("概念共现网络", "Concepts named together"),
    )
    if not graph:
        axes.text(
            0.5,
            0.5,
            in_words("没有达到阈值的共现", "no pair is strong enough"),
            ha="center",
            va="center",
            color=MUTED,
        )
        axes.set_axis_off()
        return axes
    # On a circle, families side by side: readable with clusters that no edge connects.
    nodes = sorted(graph.nodes, key=lambda node: (concepts.at[node, "family"], node))
    families = sorted(set(concepts["family"]))
    angles = {node: 2 * np.pi * at / len(nodes) for at, node in enumerate(nodes)}
    place = {node: (np.cos(angle), np.sin(angle)) for node, angle in angles.items()}
    largest = concepts["n"].max()
    weights = [float(data["n"]) for _, _, data in graph.edges(data=True)]
    widths = [0.4 + 3.6 * weight / max(weights) for weight in weights]
    colours = [PALETTE[families.index(concepts.at[n, "family"]) % len(PALETTE)] for n in nodes]
    sizes = [20 + 260 * concepts.at[node, "n"] / largest for node in nodes]
    nx.draw_networkx_edges(graph, place, ax=axes, width=widths, edge_color=MUTED, alpha=0.5)
    nx.draw_networkx_nodes(
        graph, place, ax=axes, nodelist=nodes, node_size=sizes, node_color=colours
    )
    for node in nodes:
        _write_outside(axes, node, angles[node])
    axes.set_xlim(-1.5, 1.5)
    axes.set_ylim(-1.5, 1.5)
    axes.set_aspect("equal")
    axes.set_axis_off()
    if len(strong) > len(drawn):
        left = len(strong) - len(drawn)
        axes.text(
            -1.5, -1.5, in_words(f"另有 {left} 对未画", f"{left} pairs more not drawn"), fontsize=8
        )
    return axes


def _write_outside(axes: Axes, label: str, angle: float) -> None:
    """Write a label outside the circle, along its radius and never upside down."""
    left = np.cos(angle) < 0
    axes.text(
        1.08 * np.cos(angle),
        1.08 * np.sin(angle),
        label,
        rotation=np.degrees(angle) + (180 if left else 0),
        rotation_mode="anchor",
        ha="right" if left else "left",
        va="center",
        fontsize=8,
        color=INK,
    )
