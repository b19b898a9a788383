"""How the corpora of counts and facts in this folder are made from the raw reports.

Usage: python corpus/make_corpora.py FOLDER

FOLDER holds the raw files as seeds/, provinces-2025/, state-council/ and so on; README.md of each
study says where they come from. A corpus whose files are not there is left as it is. Sentences are
not kept: see "What is shipped" in CONTRIBUTING.md.
"""

import sys
from pathlib import Path

import pandas as pd
from scipy.sparse import csr_matrix

from policytext import (
    Corpus,
    Counts,
    count_words,
    load_study,
    load_terms,
    load_theme_classifier,
    segment,
)
from policytext.study.opening import open_corpus, raw_files
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
    "land-policy",
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


def words_of(corpus: Corpus, all_words: bool) -> Counts:
    """Return counts of all words, or of none: with terms of its own a corpus keeps only those."""
    if all_words:
        return count_words(segment(corpus), stop_words=None, min_chars=1)
    return Counts(csr_matrix((len(corpus.paragraphs), 0), dtype="int64"), ())


def main(raw: str) -> None:
    """Read each corpus as its study does, count it, and save what may be shared."""
    for name in CORPORA:
        study = load_study(STUDIES / name)
        if raw_files(study.corpus.raw, STUDIES / name, raw) == Path(raw):
            print(f"{name}: no {study.corpus.raw} in {raw}")
            continue
        own = STUDIES / name / study.words.terms if study.words.terms else None
        corpus = open_corpus(study, STUDIES / name, raw, progress=False)
        counts = corpus.to_counts(
            words=words_of(corpus, own is None),
            terms=None if own is None else load_terms(own),
            themes=themes_of(corpus) if own is None else None,
        )
        counts.save(HERE / name / "counts", overwrite=True)
        size = sum(p.stat().st_size for p in (HERE / name / "counts").iterdir())
        print(f"{name}: {len(corpus)} reports, {len(corpus.paragraphs)} paragraphs, {size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
