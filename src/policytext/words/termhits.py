"""Where do the terms stand in texts, and in the paragraphs of a corpus?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from policytext.errors import NeedsTextError, ParameterError
from policytext.words.termmatch import Match, TermMatcher, check_match
from policytext.words.terms import TermTable, as_terms

if TYPE_CHECKING:
    from policytext.corpus import Corpus

Terms = TermTable | Iterable[str] | None
HIT_COLUMNS = ["row", "term", "concept", "start", "end"]


def find_terms(
    texts: Sequence[str] | pd.Series,
    terms: Terms = None,
    *,
    match: Match = "longest",
    exclusions: bool | None = None,
    keep_excluded: bool = False,
) -> pd.DataFrame:
    """Find terms in texts.

    Parameters
    ----------
    texts
        One string a text; empty ones are allowed.
    terms
        A `TermTable`, concept names or other words, or ``None`` for the package's table.
    match
        ``"longest"``: a hit inside a longer one does not count. ``"all"``: every hit counts.
    exclusions
        Whether a term inside one of its exclusions is dropped. ``None``: yes with ``"longest"``,
        no with ``"all"``, which so gives what a plain search gives.
    keep_excluded
        Also list hits that do not count, with a column ``reason``
        (``exclusion: …`` or ``longer term: …``; ``""`` for a hit that counts).

    Returns
    -------
    pandas.DataFrame
        One row a hit, by text and position: ``row`` (number of the text), ``term``, ``concept``,
        ``start``, ``end`` (offsets in the text, half-open, in code points).

    References
    ----------
    Aho & Corasick 1975, doi:10.1145/360825.360855 (the search).

    Examples
    --------
    >>> find_terms(["康养小镇，健康养老"], ["康养"], keep_excluded=True)
       row term concept  start  end          reason
    0    0   康养      康养      0    2
    1    0   康养      康养      6    8  exclusion: 健康养
    """
    if isinstance(texts, str):
        raise ParameterError("texts must be a list of strings, got one string; write [text]")
    check_match(match)
    table = as_terms(terms)
    matcher = TermMatcher(table)
    rows = [
        (row, *hit)
        for row, text in enumerate(texts)
        for hit in matcher.hits(
            text, match=match, exclusions=exclusions, keep_excluded=keep_excluded
        )
    ]
    hits = pd.DataFrame(rows, columns=["row", "term", "start", "end", "reason"])
    hits = hits.astype({"row": "int64", "start": "int64", "end": "int64", "term": "str"})
    concepts = table.table.set_index("term")["concept"]
    hits["concept"] = hits["term"].map(concepts).astype("str")
    return hits[[*HIT_COLUMNS, "reason"] if keep_excluded else HIT_COLUMNS]


def raw_count(text: str, term: str) -> int:
    """Count a word in a text as an editor's search does: no table, no exclusion, no overlap.

    Parameters
    ----------
    text, term
        Any strings; the term must not be empty.

    Raises
    ------
    ParameterError
        The term is empty.

    Examples
    --------
    >>> raw_count("县域医共体和紧密型医共体", "医共体")
    2
    """
    if not term:
        raise ParameterError("term must be a non-empty string, got ''")
    return text.count(term)


def term_hits(
    corpus: Corpus,
    terms: Terms = None,
    *,
    match: Match = "longest",
    exclusions: bool | None = None,
) -> pd.DataFrame:
    """Find terms in every paragraph of a corpus, counted or not.

    Parameters
    ----------
    corpus
        With text, or with stored hits (``corpus.stored["term_hits"]``).
    terms, match, exclusions
        As in `find_terms`.

    Returns
    -------
    pandas.DataFrame
        ``doc_id, para_no, row, term, concept, start, end``; ``row`` is the row of
        ``corpus.paragraphs``, ``start`` and ``end`` are offsets in the paragraph's text.

    Raises
    ------
    NeedsTextError
        The corpus holds counts only, and the terms asked for are not among the stored ones.

    Examples
    --------
    >>> from policytext.words.terms import load_terms
    >>> term_hits(corpus, ["医养结合"])                                      # doctest: +SKIP
    """
    keys = corpus.paragraphs[["doc_id", "para_no"]]
    if corpus.has_text:
        hits = find_terms(corpus.paragraphs["text"], terms, match=match, exclusions=exclusions)
        found = keys.take(hits["row"]).reset_index(drop=True)
        return pd.concat([found, hits], axis=1)
    check_match(match)
    stored = _stored_hits(corpus, terms, match)
    places = pd.MultiIndex.from_frame(keys)
    stored["row"] = places.get_indexer(pd.MultiIndex.from_frame(stored[["doc_id", "para_no"]]))
    columns = ["doc_id", "para_no", *HIT_COLUMNS]
    return stored[columns].sort_values(["row", "start", "end"]).reset_index(drop=True)


def _stored_hits(corpus: Corpus, terms: Terms, match: Match) -> pd.DataFrame:
    """Return the stored hits of the terms asked for, or refuse."""
    stored = corpus.stored.get("term_hits")
    if stored is None or match != "longest":
        what = "stored term hits" if stored is None else "match='all': hits were stored as longest"
        corpus.require_text(f"counting terms ({what})")
        raise NeedsTextError(f"counting terms needs the sentences ({what})")
    known = {*stored["concept"], *stored["term"], *_searched(corpus)}
    if terms is None:
        return stored.copy()
    table = as_terms(terms)
    lacking = sorted(set(table.terms) - known)
    named = [c for c in table.concepts if c not in known]
    if named:
        raise NeedsTextError(
            f"{named[:5]} were not counted when the text of this corpus was set aside; give the "
            "raw files (--raw, or POLICYTEXT_RAW), or ask for terms that are stored"
        )
    kept = stored[stored["term"].isin(set(table.terms) - set(lacking))].copy()
    kept["concept"] = kept["term"].map(table.table.set_index("term")["concept"])
    return kept


def _searched(corpus: Corpus) -> set[str]:
    """Terms that were searched for when the hits were stored, those never found included."""
    searched = corpus.info.get("terms_searched", ())
    return set(searched) if isinstance(searched, (list, tuple)) else set()
