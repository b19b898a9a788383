"""Which themes do the cue terms of a codebook see, before any model is trained?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from policytext.themes.codebook import Codebook, load_codebook
from policytext.themes.coding import coding_table, paragraphs_of
from policytext.themes.cues import CueMatcher, Found

if TYPE_CHECKING:
    import pandas as pd

    from policytext.corpus import Corpus

UNVALIDATED = "unvalidated dictionary"


def code_by_cues(
    corpus_or_texts: Corpus | Sequence[str],
    codebook: Codebook | None = None,
    *,
    matcher: CueMatcher | None = None,
) -> pd.DataFrame:
    """Code paragraphs by the cue terms of a codebook: an unvalidated dictionary, nothing more.

    A theme is coded if one of its cues stands in at least one clause. A paragraph of the domain
    without any theme gets ``general``, one without any word of the domain ``outside`` (where the
    scheme has these codes).

    Parameters
    ----------
    corpus_or_texts
        A corpus (its counted paragraphs are coded; see `Corpus.counted`) or a list of texts.
    codebook
        The scheme; the package's health themes by default.
    matcher
        A matcher already built for this codebook, to save building it again.

    Returns
    -------
    pandas.DataFrame
        The coding table, one row per paragraph and theme: row (of the paragraphs), doc_id,
        para_no, theme, rank (0 = the theme with most clauses), probability (missing: a dictionary
        has none), n_clauses (clauses with a cue), start and end (offsets of the first cue in the
        text; -1 where there is none), cue, source (``unvalidated dictionary``).

    Raises
    ------
    NeedsTextError
        The corpus holds counts only.

    Examples
    --------
    >>> table = code_by_cues(["全县建成紧密型医共体3个。", "粮食总产量再创新高。"])
    >>> table[["row", "theme", "cue"]].to_records(index=False).tolist()
    [(0, 'medical_consortium', '医共体'), (1, 'outside', '')]
    """
    codebook = codebook or load_codebook()
    matcher = matcher or CueMatcher(codebook)
    paragraphs = paragraphs_of(corpus_or_texts)
    rows: list[dict[str, object]] = []
    for row, text in paragraphs["text"].items():
        rows += [{"row": row, **entry} for entry in _codes(matcher.find(text), codebook)]
    return coding_table(rows, paragraphs, UNVALIDATED)


def _codes(found: Found, codebook: Codebook) -> list[dict[str, object]]:
    in_domain = not codebook.domain_words or sum(found.domain) > 0
    clauses_of: dict[int, set[int]] = {}
    first: dict[int, tuple[int, int, str]] = {}
    for hit in found.hits if in_domain else ():
        if hit.strong and codebook.ids[hit.theme] not in codebook.alone:
            clauses_of.setdefault(hit.theme, set()).add(hit.clause)
            place = (hit.start, hit.end, hit.cue)
            first[hit.theme] = min(first.get(hit.theme, place), place, key=_earliest)
    if not clauses_of:
        fallback = "general" if in_domain else "outside"
        return [_entry(fallback, 0, 0, (-1, -1, ""))] if fallback in codebook.ids else []
    order = sorted(clauses_of, key=lambda theme: (-len(clauses_of[theme]), first[theme]))
    return [
        _entry(codebook.ids[theme], rank, len(clauses_of[theme]), first[theme])
        for rank, theme in enumerate(order)
    ]


def _earliest(place: tuple[int, int, str]) -> tuple[int, int]:
    """Order by start, the longest first."""
    return place[0], -place[1]


def _entry(theme: str, rank: int, n_clauses: int, place: tuple[int, int, str]) -> dict[str, object]:
    start, end, cue = place
    return {
        "theme": theme,
        "rank": rank,
        "n_clauses": n_clauses,
        "start": start,
        "end": end,
        "cue": cue,
    }
