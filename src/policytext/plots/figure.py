"""How does a figure get axes with Chinese glyphs, and how is it saved?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from policytext.data import data_path
from policytext.errors import ParameterError
from policytext.records import Bilingual, spoken
from policytext.storage import in_one_piece
from policytext.texts import place_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


# How does a figure get axes with Chinese glyphs, and how is it saved?

FONT_FAMILY = "Noto Sans SC policytext"
FONT_FILE = "font/NotoSansSC-policytext.otf"

INK = "#1b2a3a"
MUTED = "#8795a1"
GRID = "#e3e8ec"
ACCENT = "#0b5f85"
CONTRAST = "#e0912f"
PALETTE = (
    ACCENT,
    CONTRAST,
    "#3e1c4a",
    "#d02525",
    "#8fcd7a",
    "#2525d0",
    "#4e85bc",
    "#dada2f",
)
"""Colours that stay apart for readers who lack one kind of cone, and in grey; the first two carry
a contrast. Marker and line differ too: MARKERS, LINES."""

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
LINES: Final = (
    "-",
    "--",
    "-.",
    ":",
    (0, (6, 2)),
    (0, (3, 1, 1, 1, 1, 1)),
    (0, (1, 3)),
    (0, (8, 3)),
)

WIDTHS: Final = {"one column": 3.35, "two columns": 6.9}
"""Inches: 85 mm and 175 mm, as most journals print."""


# In which language does a figure speak?

_tongue: ContextVar[str | None] = ContextVar("tongue", default=None)


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Let what is drawn inside speak one language; as set by default if None.

    >>> with speaking("en"):
    ...     in_words("年份", "year")
    'year'
    """
    before = _tongue.set(language)
    try:
        yield
    finally:
        _tongue.reset(before)


# On which ground does a figure stand?


@contextmanager
def on_paper() -> Iterator[None]:
    """Let what is drawn inside stand on white, whatever style a notebook has set.

    The colours are chosen for it, and what is shown is what is printed. A ground one sees through
    would leave dark letters on the dark of some notebooks, and be white again in the others.

    >>> import matplotlib as mpl
    >>> with mpl.rc_context({"figure.facecolor": "black"}), on_paper():
    ...     mpl.rcParams["figure.facecolor"]
    'white'
    """
    import matplotlib as mpl

    # Colours alone are put back: what the first figure of a notebook sets beside them (that figures
    # are shown, the font) must stay.
    usual = {name: mpl.rcParamsDefault[name] for name in mpl.rcParams if name.endswith("color")}
    before = {name: mpl.rcParams[name] for name in usual}
    mpl.rcParams.update(usual)
    try:
        yield
    finally:
        mpl.rcParams.update(before)


def in_words(zh: str, en: str) -> str:
    """Return words of a figure in its language; both stand beside each other.

    >>> in_words("年份", "year")
    '年份 / year'
    """
    return spoken(Bilingual(zh, en), _tongue.get(), between=" / ")


def called(code: str, column: str = "") -> str:
    """Return what a code of a table, a year or another group is called in a figure.

    Years are numbers, and what is Chinese already stands once.

    >>> called("done"), called("2024"), called("陕西省"), called("centre", "claim")
    ('已完成 / done', '2024', '陕西省', '中央原话 / words of the centre')
    """
    words = in_words(*place_of(code, column))
    return code if code.isdigit() or words.startswith(f"{code} / ") else words


@cache
def _add_font() -> None:
    from matplotlib import font_manager

    font_manager.fontManager.addfont(str(data_path(FONT_FILE)))


def use_chinese_font() -> None:
    """Let matplotlib fall back to the package's font for glyphs that the user's font lacks.

    The user's own choice of font stays first. Called by each plot, for a style that is set between
    two of them forgets it; never on import.
    """
    import matplotlib as mpl

    _add_font()
    families = [mpl.rcParams["font.family"]] if isinstance(mpl.rcParams["font.family"], str) else []
    families = families or list(mpl.rcParams["font.family"])
    if FONT_FAMILY not in families:
        mpl.rcParams["font.family"] = [*families, FONT_FAMILY]
    mpl.rcParams["axes.unicode_minus"] = False


def new_axes(
    ax: Axes | None = None, *, width: float = 7.0, height: float = 4.2, title: str = ""
) -> Axes:
    """Return axes that are ready for Chinese text: the given ones, or those of a new figure.

    Parameters
    ----------
    ax
        Axes to draw on; a new figure is made if not given.
    width, height
        Size of a new figure in inches.
    title
        Title above the axes, left-aligned.

    Examples
    --------
    >>> new_axes(title="医共体").get_title(loc="left")
    '医共体'
    """
    use_chinese_font()
    if ax is None:
        ax = new_figure(width=width, height=height).subplots()
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(MUTED)
    ax.tick_params(colors=INK, labelsize=9)
    ax.set_axisbelow(True)
    if title:
        ax.set_title(title, loc="left", fontsize=11, color=INK)
    return ax


def new_figure(*, width: float = 7.0, height: float = 4.2) -> Figure:
    """Return an empty figure with constrained layout, known to pyplot so that notebooks show it.

    Parameters
    ----------
    width, height
        Inches.

    Returns
    -------
    matplotlib.figure.Figure
        Without axes.

    Examples
    --------
    >>> figure = new_figure(width=5, height=3)
    >>> [float(side) for side in figure.get_size_inches()]
    [5.0, 3.0]
    """
    use_chinese_font()
    import matplotlib.pyplot as plt

    return plt.figure(figsize=(width, height), layout="constrained")


def say_left(axes: Axes, n: int, zh: str = "项", en: str = "rows") -> None:
    """Say below the axes how much of a table is not drawn; say nothing where all of it is.

    >>> axes = new_axes()
    >>> say_left(axes, 3, "组", "groups")
    >>> axes.get_xlabel()
    '另有 3 组未画 / 3 groups more not drawn'
    """
    if n > 0:
        said = in_words(f"另有 {n} {zh}未画", f"{n} {en} more not drawn")
        before = axes.get_xlabel()
        axes.set_xlabel(f"{before}\n{said}" if before else said, fontsize=9)


def plain_words(drawn: Figure | Axes) -> None:
    """Let dollar signs in labels stand as they are: words of a report are no mathematics.

    Numbers that matplotlib itself sets as powers, on logarithmic axes, stay so.

    >>> axes = new_axes(title="$x_1$")
    >>> plain_words(axes)
    >>> axes.title.get_parse_math(), axes._left_title.get_parse_math()
    (True, False)
    """
    from matplotlib.text import Text

    for text in drawn.findobj(Text):
        if isinstance(text, Text) and "$" in text.get_text():
            text.set_parse_math("\\mathdefault" in text.get_text())


def save_figure(
    figure: Figure | Axes,
    stem: str | Path,
    formats: Sequence[str] = ("svg", "png"),
    *,
    size: str | float | None = None,
    dpi: int = 200,
    grey: bool = False,
) -> list[Path]:
    """Save a figure under one name in several formats, the same bytes for the same figure.

    Parameters
    ----------
    figure
        Figure, or axes of one.
    stem
        Path without ending.
    formats
        Any of ``svg`` (glyphs as outlines), ``png``, ``pdf`` (letters embedded as TrueType, no
        Type 3), ``tiff`` (600 dpi at least, LZW).
    size
        ``"one column"`` (85 mm), ``"two columns"`` (175 mm), or a width in inches; the height
        follows. As drawn if not given.
    dpi
        Dots per inch of ``png`` and ``tiff``.
    grey
        Save ``png`` and ``tiff`` in shades of grey.

    Returns
    -------
    list of pathlib.Path
        One a format.

    Raises
    ------
    ParameterError
        Unknown format or size.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     [path.name for path in save_figure(new_figure(), f"{folder}/rates", ["png"])]
    ['rates.png']
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure as MplFigure

    whole = figure if isinstance(figure, MplFigure) else figure.get_figure(root=True)
    if whole is None:
        return []
    unknown = sorted(set(formats) - {"svg", "png", "pdf", "tiff"})
    if unknown:
        raise ParameterError(f"formats must be some of svg, png, pdf, tiff, got {unknown[0]!r}")
    _to_width(whole, size)
    Path(stem).parent.mkdir(parents=True, exist_ok=True)
    plain_words(whole)
    whole.draw_without_rendering()
    paths = []
    with (
        on_paper(),
        # the layout is settled: nothing is left that would find it anew for each format
        mpl.rc_context({"figure.autolayout": False, "figure.constrained_layout.use": False}),
        mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "policytext", "pdf.fonttype": 42}),
    ):
        whole.set_layout_engine(None)
        for ending in formats:
            path = Path(f"{stem}.{ending}")
            with in_one_piece(path) as part:  # a full disk leaves no half of a figure
                if ending == "tiff" or (grey and ending == "png"):
                    _save_picture(
                        whole, part, ending, max(dpi, 600) if ending == "tiff" else dpi, grey
                    )
                else:
                    dates = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
                    whole.savefig(part, format=ending, dpi=dpi, metadata=dates.get(ending))
            paths.append(path)
    return paths


def _to_width(figure: Figure, size: str | float | None) -> None:
    """Give a figure the width of a column; its height keeps the shape."""
    if size is None:
        return
    if isinstance(size, str) and size not in WIDTHS:
        raise ParameterError(f"size must be one of {list(WIDTHS)} or inches, got {size!r}")
    wide = WIDTHS[size] if isinstance(size, str) else float(size)
    width, height = figure.get_size_inches()
    figure.set_size_inches(wide, height * wide / width)


def _save_picture(figure: Figure, path: Path, ending: str, dpi: int, grey: bool) -> None:
    """Save dots, in colour or in shades of grey; TIFF with LZW compression."""
    import io

    from PIL import Image

    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi)
    buffer.seek(0)
    more = {"compression": "tiff_lzw"} if ending == "tiff" else {}
    with Image.open(buffer) as image:
        shown = image.convert("L" if grey else "RGB")
        shown.save(path, format=ending.upper(), dpi=(dpi, dpi), **more)


def close(figure: Figure | Axes) -> None:
    """Forget a figure that has been saved, so that a long run does not keep all of them."""
    import matplotlib.pyplot as plt
    from matplotlib.figure import Figure as MplFigure

    whole = figure if isinstance(figure, MplFigure) else figure.get_figure(root=True)
    if whole is not None:
        plt.close(whole)


# How does a table of groups by features look as a heat map?


def plot_heat(
    table: pd.DataFrame, ax: Axes | None = None, *, title: str = "", percent: bool = True
) -> Axes:
    """Draw groups (rows) by features (columns) as shades with the value in each cell.

    A cell without a value is grey with a dash, and then zeros are written.

    >>> import pandas as pd
    >>> ax = plot_heat(pd.DataFrame({"医养结合": [0.1, 0.2]}, index=["陕西", "山西"]))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['陕西', '山西']
    """
    rows, columns = table.shape
    ax = new_axes(ax, width=max(2.6 + 0.42 * columns, 4.4), height=1.4 + 0.26 * rows, title=title)
    values = table.to_numpy(dtype=float)
    top = np.nanmax(values) if values.size and np.isfinite(values).any() else 1.0
    ax.set_facecolor(GRID)
    ax.imshow(values, cmap="Blues", vmin=0, vmax=top or 1.0, aspect="auto")
    ax.set_xticks(range(columns), [str(c) for c in table.columns], rotation=55, ha="right")
    ax.set_yticks(range(rows), [str(i) for i in table.index])
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0, labelsize=8)
    for i, j in zip(*np.nonzero(np.isfinite(values) & (values > 0)), strict=True):
        shown = f"{100 * values[i, j]:.0f}" if percent else f"{values[i, j]:.2g}"
        color = "white" if values[i, j] > 0.6 * top else INK
        ax.text(j, i, shown, ha="center", va="center", fontsize=6.5, color=color)
    unknown = not np.isfinite(values).all()
    for i, j in zip(*np.nonzero(~(values > 0) & unknown), strict=True):
        shown = "0" if np.isfinite(values[i, j]) else "–"
        ax.text(j, i, shown, ha="center", va="center", fontsize=6, color=MUTED)
    return ax
