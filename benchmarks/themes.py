"""How fast is the theme classifier? python benchmarks/themes.py [N_JOBS]

Prints seconds and peak memory for 100,000 paragraphs of provincial length (about 215 characters),
made from the fictional examples of the package.
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np

from policytext import load_theme_classifier
from policytext.themes.coding import fictional_examples

N = 100_000
LENGTH = 215


def paragraphs(n: int) -> list[str]:
    """Return n paragraphs of the usual length, put together from fictional ones by chance."""
    rng = np.random.default_rng(0)
    parts = [text for text, _ in fictional_examples()]
    made = []
    for _ in range(n):
        text = ""
        while len(text) < LENGTH:
            text += parts[rng.integers(len(parts))]
        made.append(text[:LENGTH])
    return made


def main(n_jobs: int) -> None:
    """Measure and print."""
    texts = paragraphs(N)
    model = load_theme_classifier().set_params(n_jobs=n_jobs)
    start = time.perf_counter()
    model.predict_labels(texts)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"themes: {N:,} paragraphs, {n_jobs} process(es): {seconds:.1f} s, peak {peak:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
