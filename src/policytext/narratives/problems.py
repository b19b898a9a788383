"""Which planned measure answers which problem that a report names?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from policytext.data import pattern_of
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.narratives.frames import read_frames
from policytext.narratives.promises import (
    Index,
    Weighed,
    likeness,
    longest_run,
    records_of,
    what_is_named,
)
from policytext.records import Method
from policytext.result import Drawing, Result, evidence_of_places
from policytext.statements.clause_frames import WORDS
from policytext.texts import columns_of, say

if TYPE_CHECKING:
    from policytext.corpus import Corpus

COLUMNS: Final = columns_of("problems")
ANSWERS: Final = 0.28
"""Cosine of rare pairs of characters from which a measure answers a problem; on pairs judged."""

_FEWEST: Final = 4
_SHORT_RUN: Final = 3
_QUOTES: Final = re.compile("[“”]")


def pair_problems(
    corpus: Corpus, *, frames: Result | None = None, least: float = ANSWERS
) -> Result:
    """Pair each problem that a report names with the planned measure of the same report.

    Parameters
    ----------
    corpus
        Reports that name problems and plans, with text.
    frames
        As `policytext.read_frames` returns them for this corpus; read if not given.
    least
        Likeness from which a measure counts as an answer, 0 to 1.

    Returns
    -------
    Result
        One row a problem: ``problem``, ``measure`` (the planned clause that names most of the
        same things; empty if none is like enough), ``likeness``. ``explain`` leads to both.

    Raises
    ------
    NotEnoughDataError
        No report names a problem.
    ParameterError
        ``least`` is not between 0 and 1.

    Examples
    --------
    >>> from policytext import read_texts
    >>> report = (
    ...     "浙江省2021年政府工作报告\\n一、存在的问题\\n山区巡诊队伍力量不足。\\n"
    ...     "二、2021年工作安排\\n充实山区巡诊队伍。"
    ... )
    >>> pairs = pair_problems(read_texts({"a.txt": report}))
    >>> pairs.table[["problem", "measure"]].values.tolist()
    [['山区巡诊队伍力量不足', '充实山区巡诊队伍']]
    """
    if not 0 < least <= 1:
        raise ParameterError(f"least must be above 0 and at most 1, got {least!r}")
    corpus.require_text("pair_problems")
    read = read_frames(corpus) if frames is None else frames
    table = read.table.reset_index(drop=True)
    naming = ("phase", "clause", "figure_nouns", "object", "actor", "subject")
    named = Weighed([_named(row) for row in records_of(table, naming)])
    records: list[dict[str, Any]] = []
    evidence: list[tuple[int, int]] = []
    for _, part in table.groupby("doc_id", sort=False):
        told = (part["phase"] == "problem") & (part["clause"].str.len() >= _FEWEST)
        problems = [row for row in part.index[told] if _names_one(str(part.at[row, "clause"]))]
        planned = part.index[(part["phase"] == "planned") & (part["verb"] != "")]
        index = Index(named, planned)
        for row in problems:
            answer, alike = _answer(int(row), index, least)
            problem = table.iloc[int(row)]
            measure = table.iloc[answer] if answer >= 0 else None
            evidence += [(len(records), one) for one in (int(row), answer) if one >= 0]
            records.append(
                {
                    **{c: problem[c] for c in ("province", "year", "doc_id", "para_no")},
                    "problem": problem["clause"],
                    "measure": "" if measure is None else measure["clause"],
                    "measure_para_no": -1 if measure is None else measure["para_no"],
                    "likeness": round(alike, 3),
                }
            )
    if not records:
        raise NotEnoughDataError(
            "no report names a problem; work reports do so in a part headed by problems"
        )
    out = pd.DataFrame(records, columns=list(COLUMNS)).astype({"year": "Int64"})
    rows = table.iloc[[row for _, row in evidence]][["doc_id", "para_no", "start", "end"]]
    places = rows.assign(row_id=np.array([number for number, _ in evidence], dtype=np.int64))
    return Result(
        out,
        say("problems.title"),
        COLUMNS,
        Method(say("problems.method")),
        cautions=(say("problems.alike_in_words"),),
        parameters={**read.parameters, "least": least},
        corpus=corpus,
        evidence_from=lambda: evidence_of_places(places),
        figure=Drawing("narratives.plot_answers", {"by": "province"}),
    )


def _names_one(clause: str) -> bool:
    """Return whether a clause names a problem and does not only say that there are some.

    >>> _names_one("发展中还存在一些问题"), _names_one("山区路灯还存在一些问题")
    (False, True)
    """
    left = pattern_of(WORDS, "opens_problems").sub("", clause)
    return sum(map(str.isalnum, left)) > 1


def _named(row: dict[Any, Any]) -> str:
    """Return what a clause names: the whole clause of a problem, the object of a measure."""
    if row["phase"] == "problem":
        return str(row["clause"])
    return what_is_named(row) if row["phase"] == "planned" else ""


def _answer(row: int, index: Index, least: float) -> tuple[int, float]:
    """Return the planned clause most like a problem, if it is like enough, and how alike."""
    problem = index.named[row]
    tried = {one for pair in problem.pairs for one in index.by_pair.get(pair, ())}
    scored = sorted(((likeness(problem, index.named[one]), -one) for one in tried), reverse=True)
    for score, negative in scored[:3]:
        if score < least:
            break
        if _names_the_same(problem.text, index.named[-negative].text):
            return -negative, score
    return -1, 0.0


def _names_the_same(problem: str, measure: str) -> bool:
    """Return whether two texts share a run of four characters, or two runs of three.

    >>> _names_the_same("山货深加工不足", "山货精深加工"), _names_the_same("路灯不足", "路灯管护")
    (False, False)
    >>> _names_the_same("山核桃深加工不足", "山核桃精深加工")
    True
    """
    problem, measure = (_QUOTES.sub("", text) for text in (problem, measure))
    if longest_run(problem, measure) >= _FEWEST:
        return True
    pieces = [problem[at : at + _SHORT_RUN] for at in range(len(problem) - _SHORT_RUN + 1)]
    shared = [at for at, piece in enumerate(pieces) if piece.isalpha() and piece in measure]
    return bool(shared) and shared[-1] - shared[0] >= _SHORT_RUN
