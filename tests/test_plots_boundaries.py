"""A map of the researcher's own boundaries: each place its shade, what is unknown told apart."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.errors import ParameterError, PolicytextError, ReadingError
from policytext.plots import plot_boundaries


def square(x, y, size=1.0):
    ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    return ring


def feature(name, geometry):
    return {"type": "Feature", "properties": {"name": name, "code": 1}, "geometry": geometry}


LAND = {
    "type": "FeatureCollection",
    "features": [
        feature(
            "浙江省", {"type": "Polygon", "coordinates": [square(0, 30), square(0.2, 30.2, 0.2)]}
        ),
        feature(
            "北京市", {"type": "MultiPolygon", "coordinates": [[square(2, 30)], [square(4, 30)]]}
        ),
        feature("山西省", {"type": "Polygon", "coordinates": [square(6, 30)]}),
        feature("河", {"type": "LineString", "coordinates": [[0, 30], [9, 31]]}),
        feature("无", None),
    ],
}
RATES = pd.DataFrame(
    {"province": ["浙江", "北京市", "湖南省"], "rate": [2.0, 0.0, 1.0],
     "status": ["count", "other name", "count"]}
)  # fmt: skip


def test_places_have_their_shade_and_the_unknown_is_dotted(tmp_path):
    file = tmp_path / "own.geojson"
    file.write_text(json.dumps(LAND, ensure_ascii=False), encoding="utf-8")
    axes = plot_boundaries(RATES, file, licence="审图号：GS(2024)0000号", title="医共体")
    assert len(axes.patches) == 3  # a line and a place without boundary are not drawn
    assert [patch.get_hatch() for patch in axes.patches] == [None, "////", "...."]
    darkest = axes.patches[0].get_facecolor()
    assert sum(darkest[:3]) < 1.2
    assert axes.get_xlabel() == "审图号：GS(2024)0000号"
    assert [text.get_text() for text in axes.texts] == ["◇"]
    assert axes.get_aspect() == pytest.approx(1 / np.cos(np.radians(30.5)), abs=0.01)


def test_codes_and_metres_will_do():
    land = {
        "features": [feature("甲", {"type": "Polygon", "coordinates": [square(5e5, 3e6, 1e5)]})]
    }
    axes = plot_boundaries(
        pd.DataFrame({"adcode": ["1"], "n": [3]}), land, "n", place="adcode", name="code"
    )
    assert axes.get_aspect() == 1 and len(axes.patches) == 1


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"value": "nothing"}, "no column 'nothing'"),
        ({"name": "label"}, "no property 'label'"),
        ({"name": "code"}, "no place of column 'province' has a boundary"),
    ],
)
def test_what_does_not_fit_is_said(settings, words):
    with pytest.raises(ParameterError, match=words):
        plot_boundaries(RATES, LAND, **settings)


def test_one_row_a_place():
    with pytest.raises(ParameterError, match="one row a place"):
        plot_boundaries(pd.concat([RATES, RATES]), LAND)


@pytest.mark.parametrize("held", ["{", "[]", '{"features": []}', '{"type": "Topology"}'])
def test_no_map_is_said(held, tmp_path):
    (tmp_path / "a.json").write_text(held, encoding="utf-8")
    with pytest.raises(ReadingError):
        plot_boundaries(RATES, tmp_path / "a.json")


anything = st.recursive(
    st.none() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=12,
)


@given(anything, st.sampled_from(["Polygon", "MultiPolygon", "Point"]))
def test_any_coordinates_are_drawn_or_refused(coordinates, kind):
    land = {"features": [feature("浙江省", {"type": kind, "coordinates": coordinates})]}
    try:
        axes = plot_boundaries(RATES, land)
    except PolicytextError:
        return
    import matplotlib.pyplot as plt

    plt.close(axes.figure)
