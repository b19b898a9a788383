"""Train the shipped theme classifier: python models/themes/train.py RAW [OUT].

RAW is a folder that holds the labelled files (compilations of work reports, provincial reports of
2025 and 2026, reports of a district, a city and the State Council, notices, laws and daily news).
The texts are read from there by offsets and checked by checksum; the labels stand in the package.
"""

from __future__ import annotations

import sys
from pathlib import Path

from policytext import ThemeClassifier, read_label_file, save_theme_classifier
from policytext.data import data_path
from policytext.themes.coding import fictional_examples, fill_texts


def main(raw: str, out: str | None = None) -> None:
    """Fit on all 1,996 labelled paragraphs and the fictional examples, and write the model file."""
    labelled = fill_texts(read_label_file(), raw)
    extra = fictional_examples()
    model = ThemeClassifier(words_from=fictional_examples(words_only=True)).fit(
        [*labelled["text"], *(text for text, _ in extra)],
        [*labelled["adjudicated"], *(themes for _, themes in extra)],
        [*labelled["report"], *(f"extra {number}" for number in range(len(extra)))],
    )
    path = Path(out) if out else data_path("models/themes") / "health-themes.skops"
    save_theme_classifier(model, path)
    sys.stdout.write(
        f"{path}: {path.stat().st_size:,} bytes, {len(model.characters_.vocabulary_):,} strings\n"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
