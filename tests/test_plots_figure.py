"""Figures carry Chinese glyphs everywhere and save the same bytes twice."""

import warnings
from itertools import combinations
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from policytext.errors import ParameterError
from policytext.plots import figure, save_figure
from policytext.result import Drawing


@pytest.fixture
def axes():
    ax = figure.new_axes(title="县域医共体")
    ax.plot([1, 2], [-1, 2])
    ax.set_xticks([1, 2], ["陕西", "山西"])
    return ax


def test_no_glyph_is_missing(axes):
    axes.set_xlabel("每万汉字 −3 κ≥0.8 ‹NUM›")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        axes.get_figure().canvas.draw()


def test_saving_twice_gives_the_same_bytes(axes, tmp_path):
    one = figure.save_figure(axes, tmp_path / "a")
    two = figure.save_figure(axes, tmp_path / "b")
    assert [p.suffix for p in one] == [".svg", ".png"]
    for first, second in zip(one, two, strict=True):
        assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(("grey", "mode"), [(True, "L"), (False, "RGB")])
def test_tiff_has_600_dpi_in_colour_or_grey(axes, tmp_path, grey, mode):
    (path,) = figure.save_figure(axes, tmp_path / "a", ["tiff"], grey=grey)
    with Image.open(path) as image:
        assert image.mode == mode
        assert round(float(image.info["dpi"][0])) == 600


def test_pdf_embeds_its_fonts_and_holds_no_type_3(axes, tmp_path):
    (path,) = figure.save_figure(axes, tmp_path / "a", ["pdf"])
    content = path.read_bytes()
    assert b"/Type3" not in content and b"/FontFile" in content


@pytest.mark.parametrize(("size", "wide"), [("one column", 3.35), ("two columns", 6.9), (5, 5)])
def test_a_figure_takes_the_width_of_a_column(size, wide, axes, tmp_path):
    figure.save_figure(axes, tmp_path / "a", ["svg"], size=size)
    assert axes.get_figure().get_size_inches()[0] == pytest.approx(wide)


def test_what_cannot_be_saved_is_said(axes, tmp_path):
    with pytest.raises(ParameterError, match="one column"):
        figure.save_figure(axes, tmp_path / "a", size="three columns")
    with pytest.raises(ParameterError, match="svg, png, pdf, tiff"):
        figure.save_figure(axes, tmp_path / "a", ["gif"])


def test_a_figure_speaks_one_language_and_names_provinces_in_it():
    table = pd.DataFrame({"province": ["陕西省", "山西省"], "status": ["done", "planned"]})
    drawing = Drawing("statements.plot_status_grid", titled=False)
    axes = drawing.draw(table, "", None, language="en")
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Shaanxi", "Shanxi"]
    assert axes.get_title(loc="left") == "Status of statements (clauses)"


# Machado, Oliveira & Fernandes (2009), severity 1: what readers see who lack one kind of cone.
SEEN = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
    "all cones": np.eye(3),
}  # fmt: skip
XYZ = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
       [0.0193339, 0.1191920, 0.9503041]]  # fmt: skip


def lab(colour, seen):
    """Return a colour as CIE L*a*b* (D65), as it is seen."""
    rgb = np.array(mpl.colors.to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    white = np.array([0.95047, 1, 1.08883])
    x = np.array(XYZ) @ np.clip(np.array(seen) @ linear, 0, 1) / white
    f = np.where(x > 216 / 24389, np.cbrt(x), (24389 / 27 * x + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("seen", SEEN)
def test_colours_stay_apart_for_every_kind_of_eye(seen):
    colours = [lab(colour, SEEN[seen]) for colour in figure.PALETTE]
    assert min(np.linalg.norm(a - b) for a, b in combinations(colours, 2)) > 15


def test_colours_stay_apart_in_grey_and_marks_and_lines_differ_too():
    grey = sorted(lab(colour, np.eye(3))[0] for colour in figure.PALETTE)
    assert min(np.diff(grey)) > 7
    assert lab(figure.CONTRAST, np.eye(3))[0] - lab(figure.ACCENT, np.eye(3))[0] > 25
    n = len(figure.PALETTE)
    assert len(set(figure.MARKERS)) == n and len(set(figure.LINES)) == n


def test_given_axes_are_used(axes):
    assert figure.new_axes(axes) is axes


def test_the_users_font_stays_first():
    import matplotlib as mpl

    figure.use_chinese_font()
    assert mpl.rcParams["font.family"][-1] == figure.FONT_FAMILY


def test_dollar_signs_in_labels_are_no_mathematics(tmp_path):
    drawing = Drawing("figure.plot_heat")
    table = pd.DataFrame({r"$\frac{1}{$": [0.5], "$x_1$": [0.1]}, index=[r"$\bad$"])
    axes = drawing.draw(table, "$\\frac{$", None)
    save_figure(axes, tmp_path / "a", ["svg"])
    assert axes.get_xticklabels()[0].get_text() == r"$\frac{1}{$"
    assert not any(label.get_parse_math() for label in axes.get_xticklabels())


@pytest.mark.parametrize("ending", ["svg", "png", "pdf", "tiff"])
def test_a_full_disk_leaves_no_half_of_a_figure(ending, tmp_path, monkeypatch):
    def full(path):
        Path(path).write_bytes(b"half")
        raise OSError(28, "No space left on device", str(path))

    (before,) = save_figure(figure.new_figure(), tmp_path / "a", [ending])
    kept = before.read_bytes()
    writer = "PIL.Image.Image.save" if ending == "tiff" else "matplotlib.figure.Figure.savefig"
    real = Image.Image.save
    monkeypatch.setattr(
        writer,
        lambda self, path, *a, **k: (
            real(self, path, *a, **k) if hasattr(path, "write") else full(path)
        ),
    )
    with pytest.raises(OSError, match="No space"):
        save_figure(figure.new_figure(), tmp_path / "a", [ending])
    assert [path.name for path in tmp_path.iterdir()] == [f"a.{ending}"]
    assert before.read_bytes() == kept
