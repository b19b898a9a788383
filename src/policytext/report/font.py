"""How does a page show Chinese glyphs on a machine that has none?"""

from __future__ import annotations

import io
from base64 import b64encode

from policytext.data import data_path
from policytext.plots.figure import FONT_FILE


def font_face(text: str) -> str:
    """Return a CSS rule with the package's font, cut down to the characters of a page.

    Parameters
    ----------
    text
        All text of the page.

    Returns
    -------
    str
        An ``@font-face`` rule that holds the font itself (WOFF, base64).

    Examples
    --------
    >>> font_face("医共体").startswith("@font-face")
    True
    """
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font = TTFont(data_path(FONT_FILE))
    cutter = subset.Subsetter(subset.Options(layout_features=[], hinting=False))
    cutter.populate(text=text)
    cutter.subset(font)
    font.flavor = "woff"
    buffer = io.BytesIO()
    font.save(buffer)
    data = b64encode(buffer.getvalue()).decode("ascii")
    return (
        '@font-face { font-family: "policytext"; font-display: swap; '
        f'src: url("data:font/woff;base64,{data}") format("woff"); }}'
    )
