"""Draw the 100 labelled paragraphs that two people should code: python models/themes/hundred.py.

Half from work reports, half from provincial reports; every theme that has labelled paragraphs is
drawn at least three times where it can be, the rest at random. The file holds places, no text and
no labels, so that coders are not led.
"""

from __future__ import annotations

import json

import numpy as np

from policytext import read_label_file
from policytext.data import data_path

SEED = 20251122
AT_LEAST = 3


def main() -> None:
    """Write ``labels/hundred-to-code.jsonl``."""
    labels = read_label_file()
    labels = labels[labels["round"] == 1]
    rng = np.random.default_rng(SEED)
    chosen: list[int] = []
    for corpus in ("seeds", "provinces-2025"):
        rows = rng.permutation(labels.index[labels["corpus"] == corpus])
        own: list[int] = []
        themes = sorted({t for row in rows for t in labels.at[row, "adjudicated"]})
        for theme in themes:
            having = [row for row in rows if theme in labels.at[row, "adjudicated"]]
            drawn = sum(theme in labels.at[row, "adjudicated"] for row in own)
            own += [row for row in having if row not in own][: max(0, AT_LEAST - drawn)]
        own += [row for row in rows if row not in own][: max(0, 50 - len(own))]
        chosen += own[:50]
    shown = labels.loc[
        sorted(chosen), ["corpus", "file", "report", "unit", "raw_spans", "cut_sha256"]
    ]
    path = data_path("labels") / "hundred-to-code.jsonl"
    lines = [json.dumps(row, ensure_ascii=False) for row in shown.to_dict("records")]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
