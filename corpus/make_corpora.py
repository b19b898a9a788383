"""How the corpora of counts and facts in this folder are made from the raw reports.

Usage: python corpus/make_corpora.py FOLDER

FOLDER holds the raw files as seeds/, provinces-2025/ and state-council/; README.md of each corpus
says where they come from. Sentences are not kept: see "What is shipped" in CONTRIBUTING.md.
"""

import sys
from pathlib import Path

import pandas as pd

from policytext import Corpus, count_words, load_study, load_theme_classifier, segment
from policytext.study.opening import open_corpus
from policytext.themes.coding import silver_coding

HERE = Path(__file__).parent

STUDIES = HERE.parent / "studies"
CORPORA = (
    "seeds",
    "provinces-2025",
    "provinces-2025-2026",
    "state-council",
    "shanghai-2020-2026",
    "hailar-2012-2019",
)


def themes_of(corpus: Corpus) -> pd.DataFrame:
    """Return theme labels: the silver ones where there are any, the classifier's elsewhere."""
    labelled = silver_coding(corpus)
    coded = load_theme_classifier().code(corpus, "classifier")
    rest = coded[~coded["row"].isin(labelled["row"])]
    both = pd.concat([labelled, rest]).sort_values(["row", "rank"], kind="stable")
    both = both.assign(probability=both["probability"].round(3))
    return both.rename(columns={"source": "by"})[
        ["doc_id", "para_no", "theme", "probability", "by"]
    ]


def main(raw: str) -> None:
    """Read each corpus as its study does, count it, and save what may be shared."""
    for name in CORPORA:
        study = load_study(STUDIES / name)
        corpus = open_corpus(study, STUDIES / name, raw, progress=False)
        counts = corpus.to_counts(
            words=count_words(segment(corpus), stop_words=None, min_chars=1),
            themes=themes_of(corpus),
        )
        counts.save(HERE / name / "counts", overwrite=True)
        size = sum(p.stat().st_size for p in (HERE / name / "counts").iterdir())
        print(f"{name}: {len(corpus)} reports, {len(corpus.paragraphs)} paragraphs, {size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
