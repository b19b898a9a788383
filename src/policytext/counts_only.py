"""What remains of a corpus when its sentences may not be shared?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from policytext.records import HAN

if TYPE_CHECKING:
    from policytext.corpus import Corpus
    from policytext.words.counts import Counts
    from policytext.words.terms import TermTable

LONGEST_QUOTATION = 24
"""Han characters; a longer title would be a sentence of a report."""


def to_counts(
    corpus: Corpus,
    *,
    words: Counts | None = None,
    terms: TermTable | None = None,
    themes: pd.DataFrame | None = None,
) -> Corpus:
    """Return the corpus without a sentence: documents, offsets, checksums, counts and labels.

    Parameters
    ----------
    corpus
        A corpus with text.
    words
        Word counts of its paragraphs; counted with the default segmenter if not given.
    terms
        Term table whose hits are kept; the package's own by default.
    themes
        Labels of paragraphs (``doc_id, para_no, theme, probability, by``), if any.

    Returns
    -------
    Corpus
        ``has_text`` is False. Paragraphs keep key, section, part, kind, offsets, flags and
        ``n_han``; claims lose their words, the ledger its before and after, and titles beyond 24
        Han characters their end.

    Raises
    ------
    NeedsTextError
        The corpus holds counts only already.
    """
    from policytext.words.termhits import term_hits
    from policytext.words.terms import load_terms

    corpus.require_text("to_counts")
    table = terms if terms is not None else load_terms()
    hits = term_hits(corpus, table)[["doc_id", "para_no", "term", "concept", "start", "end"]]
    stored = {
        **_stored_words(corpus, words),
        "term_hits": hits,
        **({} if themes is None else {"themes": themes.reset_index(drop=True)}),
    }
    return replace(
        corpus,
        documents=corpus.documents.assign(title=corpus.documents["title"].map(shorten)),
        claims=corpus.claims.assign(words=""),
        paragraphs=corpus.paragraphs.assign(text=""),
        ledger=corpus.ledger.assign(before="", after=""),
        stored=stored,
        info={**corpus.info, "has_text": False, "terms_searched": list(table.terms)},
    )


def shorten(title: str) -> str:
    """Cut a title before its 25th Han character, so that no sentence stands in it.

    Examples
    --------
    >>> shorten("甲县2021年工作总结")
    '甲县2021年工作总结'
    """
    places = [match.start() for match in HAN.finditer(title)]
    return title if len(places) <= LONGEST_QUOTATION else title[: places[LONGEST_QUOTATION]] + "…"


def _stored_words(corpus: Corpus, words: Counts | None) -> dict[str, pd.DataFrame]:
    from policytext.words.wordcount import count_words

    counts = words if words is not None else count_words(corpus)
    matrix = counts.matrix.tocoo()
    table: dict[str, Any] = {
        "row": matrix.row.astype(np.int32),
        "word_id": matrix.col.astype(np.int32),
        "count": matrix.data.astype(np.int32),
    }
    return {
        "vocabulary": pd.DataFrame(
            {"word_id": np.arange(len(counts.features), dtype=np.int32), "word": counts.features}
        ),
        "word_counts": pd.DataFrame(table).sort_values(["row", "word_id"], ignore_index=True),
    }
