"""Where is a concept named, where under another name, and where can there be no answer?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.comparable import Selection, group_notes, grouping, select
from policytext.data import read_table
from policytext.errors import ParameterError
from policytext.records import KINDS_COUNTED, Bilingual, Method, OneOrMore
from policytext.regions import full_name
from policytext.result import Drawing, Result, evidence_of_places
from policytext.terms.concepts import TermTable, as_terms, variants_of
from policytext.terms.hits import Hits, Match, Terms, find_hits
from policytext.texts import cite, columns_of, listing, say

if TYPE_CHECKING:
    from policytext.corpus import Corpus

MAINLAND: Final = ("municipality", "province", "autonomous region")
NOT_REPORTING: Final = ("台湾省",)
STATUS_COLUMNS: Final = columns_of("status.status")
METHOD: Final = Method(say("status.method"), cite("aho-1975"))


def term_status(
    corpus: Corpus,
    terms: Terms = None,
    by: str = "province",
    *,
    groups: Sequence[str] | None = None,
    match: Match = "longest",
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
) -> Result:
    """Say for every concept and region whether it is named: a zero is not a silence.

    Parameters
    ----------
    corpus
        With text or with stored hits.
    terms, match
        As in `term_hits`.
    by
        A column of documents or paragraphs.
    groups
        The groups shown, in this order. ``None``: with ``by="province"`` the provinces of the
        mainland and whatever else occurs, otherwise the groups that occur.
    parts, kinds, level, genre, exclude_rows, mix, min_certainty
        What is counted; see :func:`~policytext.comparable.select`.

    Returns
    -------
    Result
        One row a concept and group. ``status`` is ``count``; ``other name`` (only forms marked as
        regional, or a concept that stands for this one in that province); ``not named``; ``not
        applicable`` (every report of the group is dated before the concept's document); ``no
        report``. ``n`` is <NA> where there is no report.

    Raises
    ------
    ParameterError
        ``by`` names two columns, or one that the corpus does not have.
    NotEnoughDataError
        Nothing is left to count.
    NeedsTextError
        The corpus holds counts only and terms are not among the stored ones.

    References
    ----------
    Aho & Corasick 1975, doi:10.1145/360825.360855 (the search).

    Examples
    --------
    >>> from policytext import read_texts
    >>> text = "甲县2021年工作总结\\n一、工作情况\\n推进医养结合，发展普惠托育。"
    >>> corpus = read_texts({"甲县2021年工作总结.txt": text})
    >>> result = term_status(corpus, ["医养结合"], groups=["unknown", "广东省"])
    >>> result.table["status"].tolist()
    ['count', 'no report']
    """
    if len(grouping(by)) != 1:
        raise ParameterError(f"term_status takes one grouping column, got {by!r}")
    chosen = select(
        corpus,
        by,
        parts=parts,
        kinds=kinds,
        exclude_rows=exclude_rows,
        level=level,
        genre=genre,
        mix=mix,
        min_certainty=min_certainty,
        splits=True,
    )
    table = as_terms(terms)
    hits = find_hits(corpus, table, match=match)
    named = named_by_group(corpus, chosen, hits)
    status = named.status(table.concepts, _groups_shown(chosen, named.reports, groups))
    evidence = named.evidence(status)
    return Result(
        table=chosen.told_apart(status),
        title=say("status.title"),
        columns={**STATUS_COLUMNS, **group_notes(chosen.own_columns)},
        method=METHOD,
        cautions=(
            *chosen.cautions,
            *hits.cautions,
            *_cautions(named.reports),
            *undated_terms(status.rename(columns={"concept": "term"}), table),
        ),
        parameters={"by": by, "match": match, **chosen.settings},
        coverage=chosen.coverage,
        corpus=corpus,
        evidence_from=evidence,
        figure=Drawing(
            "words.plot_term_status", table=status if chosen.apart else None, titled=False
        ),
    )


@dataclass(frozen=True, eq=False)
class Named:
    """What is named in which group of a selection.

    ``table``: the terms. ``own``: places by concept and ``group``. ``others``: places of concepts
    that stand for another one there (``stands_for``). ``reports``: ``doc_id``, ``group``, ``year``.
    """

    table: TermTable
    own: pd.DataFrame
    others: pd.DataFrame
    reports: pd.DataFrame

    def status(self, asked: Collection[str], shown: Sequence[str]) -> pd.DataFrame:
        """Return one row a concept asked for and group shown."""
        rows = self.table.table
        # A concept that stands for another one elsewhere is no regional form of itself.
        is_form = (rows["region_variant"] != "") & (rows["variant_of"] == "")
        regional = set(rows.loc[is_form, "term"])
        own = terms_by_cell(self.own, "concept")
        other = terms_by_cell(self.others, "stands_for")
        years = {str(group): rows for group, rows in self.reports.groupby("group")["year"]}
        cells = [
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
            for concept in self.table.concept_table().to_dict("records")
            if concept["concept"] in asked
            for group in shown
        ]
        status = pd.DataFrame(cells, columns=list(STATUS_COLUMNS))
        return status.astype({"n": "Int64", "n_other": "Int64", "n_reports": "int64"})

    def evidence(self, status: pd.DataFrame) -> pd.DataFrame:
        """Return the places behind each row of a table of statuses."""
        keys = zip(status["concept"], status["group"], strict=True)
        row_of = {key: row for row, key in enumerate(keys)}
        standing = self.others.assign(concept=self.others["stands_for"])
        places = pd.concat([self.own, standing.drop(columns="stands_for")], ignore_index=True)
        keys = zip(places["concept"], places["group"], strict=True)
        places["row_id"] = pd.Series([row_of.get(key, -1) for key in keys], dtype="int64")
        return evidence_of_places(places[places["row_id"] >= 0])


def named_by_group(corpus: Corpus, chosen: Selection, hits: Hits) -> Named:
    """Sort the hits of the selection by its one grouping column."""
    certainty = str(chosen.settings["min_certainty"])
    labels = pd.Series(chosen.group, index=corpus.paragraphs.index)
    own = hits.among(chosen.counted)
    own = own.assign(group=labels.to_numpy()[own["row"]])
    others = _standing_for(own, hits.table, corpus, certainty)
    return Named(hits.table, own, others, _reports(corpus, labels, chosen.counted, certainty))


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


def _reports(
    corpus: Corpus, labels: pd.Series, keep: npt.NDArray[np.bool_], min_certainty: str
) -> pd.DataFrame:
    """Return the reports that have a counted paragraph in a group, with their year if known."""
    pairs = pd.DataFrame({"doc_id": corpus.paragraphs["doc_id"], "group": labels})[keep]
    years = corpus.document_groups("year", min_certainty=min_certainty)
    known = pd.DataFrame({"doc_id": corpus.documents["doc_id"], "year": years})
    reports = pairs.drop_duplicates().merge(known, on="doc_id", how="left")
    reports["year"] = pd.to_numeric(reports["year"], errors="coerce").astype("Int64")
    return reports


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


def _groups_shown(
    chosen: Selection, reports: pd.DataFrame, groups: Sequence[str] | None
) -> list[str]:
    """Return the labels shown: those that occur, and the places without any report."""
    found = sorted({str(group) for group in reports["group"]})
    plain = chosen.told_apart(pd.DataFrame({"group": found}))["group"].tolist()
    if groups is None and chosen.asked != ("province",):
        return found
    known = {*plain, *mainland()}
    wanted = mainland() if groups is None else [full_name(group, known) for group in groups]
    inside: dict[str, list[str]] = {}
    for name, label in zip(plain, found, strict=True):
        inside.setdefault(name, []).append(label)
    shown = [label for name in wanted for label in inside.get(name, [name])]
    return [*shown, *(label for label in found if groups is None and label not in shown)]


def mainland() -> list[str]:
    """Return the names of the provinces of the mainland in the order of their codes."""
    provinces = read_table("regions/provinces.csv")
    names = provinces.loc[provinces["kind"].isin(MAINLAND), "name"]
    return [str(name) for name in names if name not in NOT_REPORTING]


def undated_terms(status: pd.DataFrame, table: TermTable) -> list[Bilingual]:
    """Say for which terms a zero may stem from the time before the term existed.

    >>> from policytext import load_terms
    >>> status = pd.DataFrame({"term": ["养老", "医共体"], "status": "not named"})
    >>> [said.en[:31] for said in undated_terms(status, load_terms())]
    ['The first year of 养老 is unknown']
    """
    concepts = table.concept_table()
    undated = set(concepts.loc[concepts["since"].isna(), "concept"])
    silent = status.loc[status["status"] == "not named", "term"]
    names = [name for name in dict.fromkeys(silent) if name in undated]
    return [say("status.since_unknown", names=listing(names, most=8))] if names else []


def _cautions(reports: pd.DataFrame) -> tuple[Bilingual, ...]:
    cautions = [say("status.zero")]
    per_group = reports.groupby("group")["doc_id"].nunique()
    single = int((per_group == 1).sum())
    if single:
        cautions.append(say("status.one_report", single=single))
    undated = int(reports.drop_duplicates("doc_id")["year"].isna().sum())
    if undated:
        cautions.append(say("status.undated", undated=undated))
    return tuple(cautions)
