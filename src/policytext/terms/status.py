"""Where is a concept named, where under another name, and where can there be no answer?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from policytext.data import read_table
from policytext.records import Bilingual, Method
from policytext.result import Drawing, Result
from policytext.terms.concepts import TermTable, as_terms, load_terms, variants_of
from policytext.terms.hits import Match, Terms, term_hits
from policytext.terms.termcount import AHO_CORASICK, roll_up
from policytext.texts import columns_of, say

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from policytext.corpus import Corpus


# What does one cell of a table of concepts and regions say?


def terms_by_cell(hits: pd.DataFrame, concept: str) -> dict[tuple[str, str], list[str]]:
    """Return the terms hit, by concept and group.

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


# Where is a concept named, where under another name, and where can there be no answer?

STATUSES = ("count", "other name", "not named", "not applicable", "no report")
MAINLAND = ("municipality", "province", "autonomous region")
NOT_REPORTING = ("台湾省",)

STATUS_COLUMNS = columns_of("status.status")


def term_status(
    corpus: Corpus,
    terms: Terms = None,
    *,
    by: str = "province",
    groups: Sequence[str] | None = None,
    min_certainty: str = "likely",
    match: Match = "longest",
    counted: NDArray[np.bool_] | None = None,
) -> Result:
    """Say for every concept and region whether it is named: a zero is not a silence.

    Parameters
    ----------
    corpus
        With text or with stored hits.
    terms, match
        As in `policytext.words.termcount.term_hits`.
    by
        A column of documents or paragraphs.
    groups
        The groups shown, in this order. ``None``: with ``by="province"`` the provinces of the
        mainland and whatever else occurs, otherwise the groups that occur.
    min_certainty
        Regions and years less certain than this count as ``unknown``.
    counted
        Which paragraphs count; ``None``: ``corpus.counted()``.

    Returns
    -------
    Result
        One row a concept and group. ``status`` is ``count``; ``other name`` (only forms marked as
        regional, or a concept that stands for this one in that province); ``not named``; ``not
        applicable`` (every report of the group is dated before the concept's document); ``no
        report``. ``n`` is <NA> where there is no report.

    Raises
    ------
    NeedsTextError
        The corpus holds counts only and terms are not among the stored ones.

    References
    ----------
    Aho & Corasick 1975, doi:10.1145/360825.360855 (the search).

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from policytext.intake import read_corpus
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "甲县2021年工作总结.txt").write_text(
    ...         "甲县2021年工作总结\\n一、工作情况\\n推进医养结合，发展普惠托育。", encoding="utf-8"
    ...     )
    ...     corpus = read_corpus(folder, progress=False)
    >>> result = term_status(corpus, ["医养结合"], groups=["unknown", "广东省"])
    >>> result.table["status"].tolist()
    ['count', 'no report']
    """
    table, asked = _with_variants(terms)
    keep = corpus.counted() if counted is None else np.asarray(counted, dtype=bool)
    labels = corpus.groups(by, min_certainty=min_certainty)
    hits = term_hits(corpus, table, match=match)
    rolled = roll_up(hits[keep[hits["row"].to_numpy()]], table)
    rolled["group"] = labels.to_numpy()[rolled["row"]]
    others = _standing_for(rolled, table, corpus, min_certainty)
    reports = _reports(corpus, labels, keep, min_certainty)
    shown = list(groups) if groups is not None else _groups_shown(by, reports)
    cells = _cells(table, asked, shown, (rolled, others, reports))
    status = pd.DataFrame(cells, columns=list(STATUS_COLUMNS))
    status = status.astype({"n": "Int64", "n_other": "Int64", "n_reports": "int64"})
    return Result(
        table=status,
        title=say("status.term_status.title"),
        columns=STATUS_COLUMNS,
        method=_STATUS_METHOD,
        cautions=_status_cautions(status, reports),
        parameters={"by": by, "min_certainty": min_certainty, "match": match},
        corpus=corpus,
        evidence_from=_status_evidence(status, rolled, others),
        figure=Drawing("words.plot_term_status", titled=False),
    )


def _with_variants(terms: Terms) -> tuple[TermTable, set[str]]:
    """Return the terms with those that stand for them elsewhere, and the concepts asked for."""
    if terms is None or isinstance(terms, TermTable):
        table = as_terms(terms)
        return table, set(table.concepts)
    names = list(terms)
    asked = as_terms(names).concepts
    standing = variants_of(load_terms())
    added = {other for concept in asked for other, _ in standing.get(concept, [])}
    return as_terms([*names, *sorted(added - set(names))]), set(asked)


def _cells(
    table: TermTable,
    asked: set[str],
    shown: Sequence[str],
    found: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> list[dict[str, object]]:
    """Return one row a concept asked for and group shown."""
    rolled, others, reports = found
    rows = table.table
    # A concept that stands for another one elsewhere is no regional form of itself.
    is_form = (rows["region_variant"] != "") & (rows["variant_of"] == "")
    regional = set(rows.loc[is_form, "term"])
    own = terms_by_cell(rolled, "concept")
    other = terms_by_cell(others, "stands_for")
    years = {str(group): rows for group, rows in reports.groupby("group")["year"]}
    return [
        {
            **{key: concept[key] for key in ("concept", "label_zh", "label_en")},
            "group": group,
            **status_cell(
                own.get((concept["concept"], group), []),
                other.get((concept["concept"], group), []),
                years.get(group),
                concept["since"],
                regional,
            ),
        }
        for concept in table.concept_table().to_dict("records")
        if concept["concept"] in asked
        for group in shown
    ]


_STATUS_METHOD = Method(
    say("status.status_method.method"),
    (AHO_CORASICK,),
)


def _reports(
    corpus: Corpus, labels: pd.Series, keep: NDArray[np.bool_], min_certainty: str
) -> pd.DataFrame:
    """Return the reports that have a counted paragraph in a group, with their year if known."""
    pairs = pd.DataFrame({"doc_id": corpus.paragraphs["doc_id"], "group": labels})[keep]
    years = corpus.document_groups("year", min_certainty=min_certainty)
    known = pd.DataFrame({"doc_id": corpus.documents["doc_id"], "year": years})
    reports = pairs.drop_duplicates().merge(known, on="doc_id", how="left")
    reports["year"] = pd.to_numeric(reports["year"], errors="coerce").astype("Int64")
    return reports


def _groups_shown(by: str, reports: pd.DataFrame) -> list[str]:
    found = sorted({str(group) for group in reports["group"]})
    if by != "province":
        return found
    provinces = read_table("regions/provinces.csv")
    names = provinces.loc[provinces["kind"].isin(MAINLAND), "name"]
    mainland = names[~names.isin(NOT_REPORTING)].tolist()
    return [*mainland, *(group for group in found if group not in mainland)]


def _standing_for(
    rolled: pd.DataFrame, table: TermTable, corpus: Corpus, min_certainty: str
) -> pd.DataFrame:
    """Return hits of concepts that stand for another one in the province of the report."""
    provinces = corpus.groups("province", min_certainty=min_certainty).to_numpy()[rolled["row"]]
    parts = [rolled.iloc[:0].assign(stands_for="")]
    for concept, standing in variants_of(table).items():
        for other, regions in standing:
            there = np.isin(provinces.astype(str), regions) if regions else True
            parts.append(rolled[(rolled["concept"] == other) & there].assign(stands_for=concept))
    return pd.concat(parts)


def _status_evidence(
    status: pd.DataFrame, rolled: pd.DataFrame, others: pd.DataFrame
) -> pd.DataFrame:
    row_of = {
        key: row for row, key in enumerate(zip(status["concept"], status["group"], strict=True))
    }
    standing = others.assign(concept=others["stands_for"]).drop(columns="stands_for")
    places = pd.concat([rolled, standing], ignore_index=True)
    keys = zip(places["concept"], places["group"], strict=True)
    places["row_id"] = pd.Series([row_of.get(key, -1) for key in keys], dtype="int64")
    places["weight"] = 1.0
    columns = ["row_id", "doc_id", "para_no", "start", "end", "weight"]
    shown = places.loc[places["row_id"] >= 0, columns]
    return shown.sort_values("row_id", kind="stable", ignore_index=True)


def _status_cautions(status: pd.DataFrame, reports: pd.DataFrame) -> tuple[Bilingual, ...]:
    cautions = [say("status.status_cautions")]
    per_group = reports.groupby("group")["doc_id"].nunique()
    single = int((per_group == 1).sum())
    if single:
        cautions.append(say("status.status_cautions.2", single=single))
    undated = int(reports.drop_duplicates("doc_id")["year"].isna().sum())
    if undated:
        cautions.append(say("status.status_cautions.3", undated=undated))
    return tuple(cautions)
