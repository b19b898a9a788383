"""What remains of a corpus when its sentences may not be shared?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from policytext.errors import ReadingError
from policytext.intake import read_corpus
from policytext.records import HAN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policytext.corpus import Corpus
    from policytext.counts import Counts
    from policytext.terms.concepts import TermTable

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

    Examples
    --------
    >>> from policytext import Counts, read_texts
    >>> from scipy.sparse import csr_matrix
    >>> corpus = read_texts({"a.txt": "甲县2021年工作总结\\n全县建成医共体2个。\\n"})
    >>> shared = to_counts(corpus, words=Counts(csr_matrix([[0], [1]]), ("建成",)))
    >>> shared.has_text, shared.paragraphs["text"].tolist(), len(shared.stored["term_hits"])
    (False, ['', ''], 1)
    """
    from policytext.terms.concepts import load_terms
    from policytext.terms.hits import term_hits

    corpus.require_text("to_counts")
    table = terms if terms is not None else load_terms()
    hits = term_hits(corpus, table)[["doc_id", "para_no", "term", "concept", "start", "end"]]
    stored = {
        **_stored_words(corpus, words),
        "term_hits": hits,
        "left_out": corpus.left_out,
        "borders": corpus.borders,
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

    >>> shorten("甲县2021年工作总结")
    '甲县2021年工作总结'
    """
    places = [match.start() for match in HAN.finditer(title)]
    return title if len(places) <= LONGEST_QUOTATION else title[: places[LONGEST_QUOTATION]] + "…"


def _stored_words(corpus: Corpus, words: Counts | None) -> dict[str, pd.DataFrame]:
    from policytext.words.wordcount import count_words

    counts = words
    if counts is None:
        counts = count_words(corpus, stop_words=None, min_chars=1)
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


# How do sentences come back to a corpus of counts, for whoever has the raw files?


def restore_text(
    corpus: Corpus,
    raw: str | Path,
    *,
    columns: Mapping[str, str | int] | None = None,
    traditional: str = "",
    progress: bool = True,
) -> Corpus:
    """Return a corpus of counts with its sentences, read again from the raw files.

    Parameters
    ----------
    corpus
        A corpus of counts.
    raw
        File or folder with the same raw files.
    columns
        Column map of tables, as for ``read_corpus``.
    traditional
        As for ``read_corpus``, when the corpus was made.
    progress
        Show a progress bar.

    Returns
    -------
    Corpus
        The reports of ``corpus`` with text and ledger; what is stated in its ``documents`` stays.

    Raises
    ------
    ReadingError
        A file lacks, is another one than the corpus was made from, or is now cut into other
        paragraphs because the rules of cleaning have changed since.

    Examples
    --------
    >>> import tempfile
    >>> from policytext import Counts
    >>> from scipy.sparse import csr_matrix
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.txt").write_text("甲县总结\\n全县建成医共体2个。\\n", "utf-8")
    >>> corpus = read_corpus(folder, progress=False)
    >>> shared = to_counts(corpus, words=Counts(csr_matrix([[0], [1]]), ("建成",)))
    >>> restore_text(shared, folder, progress=False).paragraphs["text"].tolist()
    ['甲县总结', '全县建成医共体2个。']
    """
    found = read_corpus(
        raw,
        name=corpus.name,
        design=corpus.design,
        columns=columns,
        traditional=traditional,
        progress=progress,
    )
    have = dict(zip(found.sources["source_id"], found.sources["sha256_bytes"], strict=True))
    for source_id, checksum in zip(
        corpus.sources["source_id"], corpus.sources["sha256_bytes"], strict=True
    ):
        if have.get(source_id) != checksum:
            state = "is another file" if source_id in have else "is missing"
            raise ReadingError(
                f"{str(raw)!r} must hold the raw file {source_id!r} with SHA-256 "
                f"{checksum[:12]}…, but it {state}"
            )
    chosen = found.subset(found.documents["doc_id"].isin(corpus.documents["doc_id"]))
    keys = ["doc_id", "para_no", "raw_start", "raw_end", "n_han"]
    if not chosen.paragraphs[keys].equals(corpus.paragraphs[keys]):
        raise ReadingError(
            "the raw files are the same, but this version of policytext cuts other paragraphs "
            "from them; read them anew with read_corpus and recount"
        )
    whole = len(chosen) == len(found)
    return replace(
        corpus,
        claims=chosen.claims,
        paragraphs=corpus.paragraphs.assign(text=chosen.paragraphs["text"]),
        ledger=chosen.ledger,
        info={**corpus.info, "has_text": True, "subset": not whole},
    )
