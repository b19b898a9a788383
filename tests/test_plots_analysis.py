"""Figures of analyses: panels, tiles and trees."""

import numpy as np
import pandas as pd
import pytest

from analysis_corpora import planted
from policytext import trends
from policytext.errors import ParameterError
from policytext.plots import plot_tiles, plot_trend_multiples


def test_small_multiples_show_every_term():
    corpus, counts = planted(3, n_words=4)
    figure = plot_trend_multiples(trends(corpus, counts=counts, by="year").table)
    assert sum(ax.get_visible() for ax in figure.axes) == 4
    with pytest.raises(ParameterError, match="need the column `year`"):
        plot_trend_multiples(trends(corpus, counts=counts, by="province").table)


def test_tiles_know_all_provinces():
    table = pd.DataFrame({"province": ["广东省", "内蒙古", "西藏自治区"], "rate": [1.0, 2, np.nan]})
    axes = plot_tiles(table)
    assert len(axes.patches) == 34
    words = {text.get_text() for text in axes.texts}
    assert {"广东\n1", "内蒙古\n2", "西藏"} <= words
