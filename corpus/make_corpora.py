"""How the corpora of counts and facts in this folder are made from the raw reports.

Usage: python corpus/make_corpora.py FOLDER

FOLDER holds the raw files as seeds/, provinces-2025/ and state-council/; README.md of each corpus
says where they come from. Sentences are not kept: see "What is shipped" in CONTRIBUTING.md.
"""

import sys
from pathlib import Path

import pandas as pd

from policytext import (
    Corpus,
    count_words,
    load_theme_classifier,
    read_corpus,
    segment,
)
from policytext.themes.labels import silver_coding

HERE = Path(__file__).parent

CORPORA = {
    "seeds": {"path": "seeds", "design": "convenience"},
    "provinces-2025": {"path": "provinces-2025", "design": "census"},
    "state-council": {
        "path": "state-council/gov_reports1954-2022.txt",
        "design": "census",
        "columns": {"year": 0, "text": 1},
    },
}


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
    """Read each corpus, count it, and save what may be shared."""
    for name, settings in CORPORA.items():
        options = dict(settings)
        corpus = read_corpus(Path(raw) / options.pop("path"), name=name, **options)
        counts = corpus.to_counts(words=count_words(segment(corpus)), themes=themes_of(corpus))
        counts.save(HERE / name / "counts")
        size = sum(p.stat().st_size for p in (HERE / name / "counts").iterdir())
        print(f"{name}: {len(corpus)} reports, {len(corpus.paragraphs)} paragraphs, {size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
