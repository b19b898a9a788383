"""How the package's font is made: the GB 2312 characters of Noto Sans CJK SC, regular weight.

Usage: python models/font/make_font.py NotoSansCJK-Regular.ttc

The collection is in Debian's package fonts-noto-cjk. Its licence (SIL Open Font License 1.1)
reserves the name "Source" only, so that a subset may be called Noto Sans; ours adds "policytext",
so that it never hides a fuller Noto Sans on the same machine.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

OUT = Path(__file__).parents[2] / "src/policytext/data/font/NotoSansSC-policytext.otf"
FAMILY = "Noto Sans SC policytext"


def gb2312() -> str:
    """Return the characters of GB 2312, ASCII, and the symbols that statistics need."""
    pairs = (bytes([high, low]) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    chars = "".join(pair.decode("gb2312", errors="ignore") for pair in pairs)
    return chars + "".join(map(chr, range(0x20, 0x7F))) + "\u00a0−–—‹›²³καβλχΔ≤≥≈±×·…“”‘’《》囍瞭"


def main(source: str) -> None:
    """Cut the simplified Chinese font of a collection down and write it."""
    fonts = TTCollection(source).fonts
    font = next(f for f in fonts if f["name"].getDebugName(1) == "Noto Sans CJK SC")
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True)
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    cutter = subset.Subsetter(options)
    cutter.populate(text=gb2312())
    cutter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 4):
            record.string = FAMILY
        elif record.nameID == 6:
            record.string = FAMILY.replace(" ", "")
    font.save(OUT)
    print(f"{OUT.name}: {OUT.stat().st_size:,} bytes, {len(font.getGlyphOrder())} glyphs")


if __name__ == "__main__":
    main(sys.argv[1])
