"""How the pictures of README and documentation are made: ``python docs/make_images.py``.

Those of the pages on figures and on tasks come from the code on these pages. The README's is
drawn from corpus/provinces-2025/counts: one panel a programme, one line a province, grouped as the
National Bureau of Statistics groups them, so that neighbours stand together.
"""

import contextlib
import re
import tempfile
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from policytext import load_corpus, term_status, trends
from policytext.data import read_table
from policytext.plots import ACCENT, CONTRAST, GRID, INK, MUTED, new_axes, new_figure

ROOT = Path(__file__).parents[1]
TERMS = {
    "医共体": "county medical communities",
    "分级诊疗": "tiered care",
    "医养结合": "medical + elder care",
}
GAP = 0.9
"""Empty rows between two groups of provinces."""

ON_AXIS = {"clip_on": False, "zorder": 6}


def province_rows() -> pd.DataFrame:
    """Return one row a province from top to bottom, with its label and place on the axis."""
    groups = read_table("groupings.csv").query("grouping == '四大板块'")
    codes = groups.assign(adcode=groups["adcodes"].str.split("|")).explode("adcode")
    names = read_table("regions/provinces.csv")[["adcode", "name", "short", "label_en"]]
    rows = codes[["group", "adcode"]].merge(names, on="adcode")
    rows["order"] = rows["group"].map({"东部": 0, "中部": 1, "西部": 2, "东北": 3})
    rows = rows.sort_values(["order", "adcode"], ignore_index=True)
    rows["y"] = -(rows.index.to_numpy() + GAP * rows["order"])
    rows["label"] = rows["short"] + " " + rows["label_en"]
    return rows


def draw_panel(axes: Axes, rows: pd.DataFrame, rates: pd.DataFrame, other: set[str]) -> None:
    """Draw rate and interval of one programme; hollow where it is not named under this name."""
    for name, y in zip(rows["name"], rows["y"], strict=True):
        found = rates.loc[name]
        named = found["hits"] > 0
        colour, alpha, width = (ACCENT, 0.33, 2.6) if named else (MUTED, 0.35, 1.0)
        axes.hlines(y, found["low"], found["high"], color=colour, alpha=alpha, lw=width)
        if named:
            axes.plot(found["rate"], y, "o", color=ACCENT, ms=5.6, zorder=5)
        elif name in other:
            axes.plot(0, y, "D", mfc="white", mec=CONTRAST, mew=1.3, ms=4.8, **ON_AXIS)
        else:
            axes.plot(0, y, "o", mfc="white", mec=MUTED, ms=3.6, **ON_AXIS)
    axes.grid(axis="x", color=GRID)
    axes.tick_params(axis="y", length=0, pad=7)
    axes.spines["left"].set_color(GRID)
    axes.set_ylim(rows["y"].min() - 0.8, 0.8)


def name_groups(axes: Axes, rows: pd.DataFrame) -> None:
    """Write the four groups beside the last panel."""
    for (_, group), part in rows.groupby(["order", "group"]):
        axes.text(
            1.02, part["y"].mean(), group, transform=axes.get_yaxis_transform(),
            color=MUTED, fontsize=10, va="center",
        )  # fmt: skip


def add_key(figure: Figure) -> None:
    """Say below the panels what the marks mean."""
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], marker="o", color=ACCENT, ms=5.6, lw=2.6, label="次数与区间 rate, interval"),
        Line2D([], [], marker="D", mfc="white", mec=CONTRAST, mew=1.3, ms=4.8, lw=0,
               label="另有他名 goes by another name"),
        Line2D([], [], marker="o", mfc="white", mec=MUTED, ms=3.4, lw=0,
               label="未提及 not named"),
    ]  # fmt: skip
    figure.legend(handles=marks, loc="outside lower center", ncols=3, frameon=False, fontsize=9)


GALLERIES = ("figures.md", "figures-zh.md", "seven-tasks.md", "seven-tasks-zh.md")


def draw_gallery(name: str) -> None:
    """Run the code of a page, which saves its own pictures."""
    page = (ROOT / "docs" / "how-to" / name).read_text(encoding="utf-8")
    blocks = re.findall(
        r"```python\n(.*?)```", re.split("## What a journal|## 期刊的要求", page)[0], re.S
    )
    code = "\n".join(blocks)
    with contextlib.chdir(ROOT / "docs"), tempfile.TemporaryDirectory() as folder:
        for file in ("terms.docx", "index.dta", "topics"):
            code = code.replace(f'"{file}"', repr(str(Path(folder, file))))
        exec(code, {})


def main() -> None:
    """Draw all pictures."""
    for name in GALLERIES:
        draw_gallery(name)
    draw_readme()


def draw_readme() -> None:
    """Draw the three panels and save them as PNG, 900 pixels wide at normal size."""
    corpus = load_corpus(ROOT / "corpus" / "provinces-2025" / "counts")
    table = trends(corpus, list(TERMS), by="province").table
    status = term_status(corpus, list(TERMS)).table
    rows = province_rows()
    figure = new_figure(width=9.0, height=8.0)
    figure.suptitle(
        "每万汉字提及次数，2025年省级政府工作报告\n"
        "Mentions per 10,000 Han characters, provincial government work reports of 2025",
        x=0.01, ha="left", fontsize=11.5, color=INK,
    )  # fmt: skip
    panels = figure.subplots(1, len(TERMS), sharex=True, sharey=True)
    for (term, english), axes in zip(TERMS.items(), panels, strict=True):
        new_axes(axes, title=f"{term}\n{english}")
        mine = status[(status["concept"] == term) & (status["status"] == "other name")]
        rates = table[table["term"] == term].set_index("province")
        draw_panel(axes, rows, rates, set(mine["group"]))
    panels[0].set_yticks(rows["y"], rows["label"], fontsize=9)
    panels[0].set_xlim(left=0)
    name_groups(panels[-1], rows)
    add_key(figure)
    figure.savefig(
        ROOT / "docs" / "images" / "terms-by-province.png", dpi=200, metadata={"Software": None}
    )


if __name__ == "__main__":
    main()
