"""Figures carry Chinese glyphs everywhere and save the same bytes twice."""

import warnings
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

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


def test_tiff_is_grey_at_600_dpi(axes, tmp_path):
    (path,) = figure.save_figure(axes, tmp_path / "a", ["tiff"])
    with Image.open(path) as image:
        assert image.mode == "L"
        assert round(float(image.info["dpi"][0])) == 600


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
