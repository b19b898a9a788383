"""How long do 1,000 resamples of keyness take over 60 reports and 20,000 words?

Run: ``python benchmarks/keyness.py``.
"""

import time

import numpy as np
from scipy.sparse import csr_matrix

from policytext import KeynessSettings
from policytext.analysis.keyness import keyness_table
from policytext.analysis.report_groups import Reports


def made_reports(n_reports=60, n_words=20_000, seed=0):
    """Reports of about 20,000 tokens with Zipf's frequencies."""
    rng = np.random.default_rng(seed)
    share = 1 / np.arange(1, n_words + 1)
    share /= share.sum()
    hits = np.array([rng.multinomial(20_000, share) for _ in range(n_reports)])
    doc_id = np.array([f"r{i}" for i in range(n_reports)], dtype=object)
    names = tuple(f"w{i}" for i in range(n_words))
    return Reports(csr_matrix(hits), hits.sum(axis=1).astype(float), doc_id, names)


def main():
    """Print seconds for two groups of 30, and for six groups of 10 against the rest."""
    reports = made_reports()
    place = np.arange(60)
    for n_groups in (2, 6):
        masks = {str(g): place % n_groups == g for g in range(n_groups)}
        groups = {name: (mask, ~mask) for name, mask in masks.items()}
        groups = {"0": groups["0"]} if n_groups == 2 else groups
        start = time.perf_counter()
        table = keyness_table(reports, groups, settings=KeynessSettings(n_resamples=1000))
        seconds = time.perf_counter() - start
        print(f"{len(groups)} comparisons, {len(table)} rows, 1000 resamples: {seconds:.1f} s")


if __name__ == "__main__":
    main()
