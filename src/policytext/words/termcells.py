"""What does one cell of a table of concepts and regions say?"""

from __future__ import annotations

from collections import Counter

import pandas as pd


def terms_by_cell(hits: pd.DataFrame, concept: str) -> dict[tuple[str, str], list[str]]:
    """Return the terms hit, by concept and group.

    Parameters
    ----------
    hits
        With ``term``, ``group`` and a column of concepts.
    concept
        The name of that column.

    Examples
    --------
    >>> hits = pd.DataFrame({"concept": ["医共体"], "group": ["某省"], "term": ["县域医共体"]})
    >>> terms_by_cell(hits, "concept")
    {('医共体', '某省'): ['县域医共体']}
    """
    cells: dict[tuple[str, str], list[str]] = {}
    for name, group, term in zip(hits[concept], hits["group"], hits["term"], strict=True):
        cells.setdefault((name, str(group)), []).append(term)
    return cells


def status_cell(
    own: list[str], other: list[str], years: pd.Series | None, since: float, regional: set[str]
) -> dict[str, object]:
    """Return status and counts of one concept in one group.

    Parameters
    ----------
    own, other
        Terms of the hits of the concept, and of concepts that stand for it there.
    years
        Years of the group's reports, <NA> where not known; ``None``: there is no report.
    since
        The year of the document that introduced the concept, <NA> if not known.
    regional
        Terms that are regional forms.

    Examples
    --------
    >>> status_cell([], [], pd.Series([1990], dtype="Int64"), 2015, set())["status"]
    'not applicable'
    """
    if years is None:
        return {"status": "no report", "names": "", "other_names": "", "n_reports": 0}
    if own:
        status = "other name" if set(own) <= regional else "count"
    elif other:
        status = "other name"
    else:
        status = "not applicable" if _too_early(years, since) else "not named"
    return {
        "status": status,
        "n": len(own),
        "names": _forms(own),
        "n_other": len(other),
        "other_names": _forms(other),
        "n_reports": len(years),
    }


def _too_early(years: pd.Series, since: float) -> bool:
    """Say whether every report is dated, and before the concept."""
    if pd.isna(since) or years.isna().any():
        return False
    return bool((years < int(since)).all())


def _forms(terms: list[str]) -> str:
    counts = sorted(Counter(terms).items(), key=lambda pair: (-pair[1], pair[0]))
    return "|".join(f"{term} {n}" for term, n in counts)
