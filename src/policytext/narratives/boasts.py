"""Of what does a report boast, and which words does it take from the centre?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from policytext.data import read_table
from policytext.errors import ParameterError
from policytext.narratives.frames import read_frames
from policytext.records import Method
from policytext.result import Drawing, Result, evidence_of_places
from policytext.texts import columns_of, say

if TYPE_CHECKING:
    from policytext.corpus import Corpus

COLUMNS: Final = columns_of("boasts")
CENTRE: Final = "centre"
_HAN: Final = re.compile(r"[一-龥]+")


@cache
def boast_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the patterns of boasts.csv by claim, in the order in which they are tried.

    >>> boast_patterns()[0][0]
    'first'
    """
    rows = read_table("narratives/boasts.csv").to_dict("records")
    return tuple((row["claim"], re.compile(row["pattern"])) for row in rows)


def boasts_of(clause: str) -> Iterator[tuple[str, str]]:
    """Yield each kind of claim that a clause makes, once, with its words.

    >>> list(boasts_of("建成全国首个银龄护理站"))
    [('first', '全国首个')]
    """
    seen = set()
    for claim, pattern in boast_patterns():
        match = pattern.search(clause)
        if match and claim not in seen:
            seen.add(claim)
            yield claim, match.group()


def read_claims(
    corpus: Corpus,
    *,
    frames: Result | None = None,
    centre: Corpus | None = None,
    least: int = 12,
) -> Result:
    """List the clauses that claim to be first, ahead, a pilot or praised, or quote the centre.

    Parameters
    ----------
    corpus
        With text.
    frames
        As `policytext.read_frames` returns them for this corpus; read if not given.
    centre
        Reports of the centre (State Council, Party): passages taken from those of the same or
        the previous year are listed as well.
    least
        Characters that must run alike, signs left out, for a passage to count as taken over.

    Returns
    -------
    Result
        One row a clause and kind of claim: ``claim`` (``first``: first or only; ``top``: leads a
        ranking; ``pilot``: a pilot of a higher level; ``praise``; ``centre``: words of the
        centre), ``words`` that say so, ``phase`` (a claim that is planned is an aim).

    Raises
    ------
    NeedsTextError
        The corpus holds counts only.
    ParameterError
        ``least`` is below 6.

    Examples
    --------
    >>> from policytext import read_texts
    >>> report = "某县2021年工作总结\\n一、工作\\n建成全省首个银龄护理站。转诊做法在全国推广。"
    >>> read_claims(read_texts({"a.txt": report})).table[["claim", "words"]].values.tolist()
    [['first', '全省首个'], ['praise', '做法在全国推广']]
    """
    if least < 6:
        raise ParameterError(f"least must be 6 characters or more, got {least!r}")
    corpus.require_text("read_claims")
    read = read_frames(corpus) if frames is None else frames
    spoken = {} if centre is None else _runs_by_year(centre, least)
    records: list[dict[str, Any]] = []
    for row in read.table.to_dict("records"):
        found = list(boasts_of(row["clause"]))
        taken = _taken_over(row["clause"], row["year"], spoken, least)
        found += [(CENTRE, taken)] if taken else []
        records += [{**row, "claim": claim, "words": words} for claim, words in found]
    table = pd.DataFrame(records, columns=list(COLUMNS)).astype({"year": "Int64"})
    places = table[["doc_id", "para_no", "start", "end"]].astype({"para_no": "int64"})
    return Result(
        table,
        say("boasts.title"),
        COLUMNS,
        Method(say("boasts.method")),
        cautions=(say("boasts.own_words"),),
        parameters={**read.parameters, "centre": centre is not None, "least": least},
        corpus=corpus,
        evidence_from=lambda: evidence_of_places(
            places.assign(row_id=np.arange(len(places), dtype=np.int64))
        ),
        figure=Drawing("narratives.plot_claims", {"by": "province"}, titled=False),
    )


def _runs_by_year(centre: Corpus, least: int) -> dict[int, set[str]]:
    """Return all runs of characters of the centre's reports, by year."""
    years = pd.to_numeric(centre.document_groups("year").astype("str"), errors="coerce")
    by_report = dict(zip(centre.documents["doc_id"].astype(str), years, strict=True))
    runs: dict[int, set[str]] = {}
    for doc, text in zip(centre.paragraphs["doc_id"], centre.paragraphs["text"], strict=True):
        year = by_report.get(str(doc))
        if year is None or pd.isna(year):
            continue
        plain = "".join(_HAN.findall(str(text)))
        runs.setdefault(int(year), set()).update(
            plain[i : i + least] for i in range(len(plain) - least + 1)
        )
    return runs


def _taken_over(clause: str, year: Any, spoken: dict[int, set[str]], least: int) -> str:
    """Return the longest passage of a clause that the centre said the same or the last year."""
    if not spoken or pd.isna(year):
        return ""
    known = [spoken[when] for when in (int(year), int(year) - 1) if when in spoken]
    plain = "".join(_HAN.findall(clause))
    best, begin = "", -1
    for i in range(len(plain) - least + 1):
        if any(plain[i : i + least] in runs for runs in known):
            begin = i if begin < 0 else begin
            if i + least - begin > len(best):
                best = plain[begin : i + least]
        else:
            begin = -1
    return best
