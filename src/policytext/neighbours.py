"""Where is a report from that does not say so, by the other files of its folder?

A folder of one county's reports is evidence for the one among them whose names are masked or lost.
It is weak: it makes a place likely, never certain, and only where all that is known agrees.
"""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from policytext.records import PLACE_FIELDS

ENOUGH: Final = 6
"""Files of a folder whose place is known, and the same, before they speak for another."""
MOST: Final = 0.8
"""Least share of the files of a folder whose place is known."""
KNOWN: Final = frozenset({"stated", "certain"})
NO_CLAIM: Final = re.compile(r":(?:partner|dead|listed|institution)$")
"""Rules of names in a text that are those of others."""


def place_by_neighbours(
    documents: pd.DataFrame, claims: pd.DataFrame, sources: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return documents and claims, with a likely place for reports whose whole folder has one.

    >>> from policytext import read_texts
    >>> texts = {f"{n}.txt": f"青田县201{n}年工作总结\\n全县完成任务。" for n in range(8)}
    >>> texts["8.txt"] = "2018年工作总结\\n全县完成任务。"
    >>> corpus = read_texts(texts)
    >>> corpus.documents.loc[8, ["county", "county_certainty"]].tolist()
    ['青田县', 'likely']
    """
    if len(documents) <= ENOUGH:
        return documents, claims
    folders = _folders(documents, sources)
    names = [*PLACE_FIELDS, "adcode"]
    out, rows = documents.copy(), []
    for _, group in documents.groupby(folders, sort=False):
        known = group[group["province_certainty"].isin(KNOWN) & (group["adcode"] != "")]
        lost = group[(group["province_certainty"] == "unknown") & (group["adcode"] == "")]
        sure = len(known) >= max(ENOUGH, MOST * len(group)) and known["adcode"].nunique() == 1
        if not sure or len(known) + len(lost) < len(group):
            continue
        place = known.iloc[0]
        level = known["level"].mode().iloc[0]
        for at, report in lost.iterrows():
            if report["level"] not in {level, "unknown"} or _speaks_against(
                claims[claims["doc_id"] == report["doc_id"]], place["adcode"]
            ):
                continue
            out.loc[at, names] = place[names]
            for field in PLACE_FIELDS:
                if place[field]:
                    out.loc[at, f"{field}_certainty"] = "likely"
                    facts = {"doc_id": report["doc_id"], "field": field, "value": place[field]}
                    said = {"certainty": "likely", "words": "", "start": -1, "end": -1}
                    rows.append({**facts, **said, "rule": f"folder:{len(known)} neighbours"})
    return out, pd.concat([claims, pd.DataFrame(rows)], ignore_index=True) if rows else claims


def _folders(documents: pd.DataFrame, sources: pd.DataFrame) -> pd.Series:
    """Return the folder of each report that is alone in its file, missing for all others."""
    paths = (sources["file"] + "/" + sources["member"]).str.rstrip("/")
    paths = paths.where(sources["record"] == "")
    by_source = paths.str.rpartition("/")[0].set_axis(sources["source_id"])
    alone = ~documents["source_id"].duplicated(keep=False)
    return documents["source_id"].map(by_source).where(alone)


def _speaks_against(claims: pd.DataFrame, adcode: str) -> bool:
    """Return whether a name in the text of a report is of another province."""
    own = claims[(claims["field"] == "province") & ~claims["rule"].str.contains(NO_CLAIM)]
    return any(adcode[:2] not in {c[:2] for c in value.split("|")} for value in own["value"])
