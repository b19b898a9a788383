"""When did each region first name, plan, try and complete a programme?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from policytext.comparable import select
from policytext.errors import NotEnoughDataError
from policytext.narratives.frames import read_frames
from policytext.narratives.side_by_side import frames_of_term, groups_of
from policytext.records import Method, OneOrMore
from policytext.result import Result, evidence_of_places
from policytext.statements.rules import Setting, decide_all, read_rules
from policytext.texts import columns_of, listing, say

if TYPE_CHECKING:
    from policytext.corpus import Corpus

COLUMNS: Final = columns_of("spread")
STEPS: Final = ("mention", "plan", "pilot", "full")


def programme_spread(
    corpus: Corpus,
    term: str | Sequence[str],
    by: str = "province",
    *,
    frames: Result | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
) -> Result:
    """Date the steps of a programme in each region: first mention, plan, pilot, full coverage.

    Parameters
    ----------
    corpus
        With text, of several years.
    term
        A concept of the term table or a word, or several; concepts below it count too.
    by
        Any grouping column of documents, such as ``province``.
    frames
        As `policytext.read_frames` returns them for this corpus; read if not given.
    level, genre, mix
        Only reports of these levels and genres, or several accepted; see
        :func:`~policytext.comparable.select`.
    min_certainty
        Regions and years less certain than this count as unknown.

    Returns
    -------
    Result
        One row a group and step: ``step`` (``mention``; ``plan``; ``pilot``: a pilot that is
        reported; ``full``: full coverage that is reported), ``year`` of the first report that
        says so, ``clause``, ``first_report`` (year of the group's first report: what it says
        may be older), and the place. Steps that no report takes have no row.

    Raises
    ------
    NotEnoughDataError
        No clause of a dated report names the term.

    Examples
    --------
    >>> from policytext import read_texts
    >>> early = "浙江省2020年政府工作报告\\n二、2020年工作安排\\n推进银龄巡诊医共体试点。"
    >>> late = "浙江省2021年政府工作报告\\n一、2020年工作回顾\\n医共体实现全覆盖。"
    >>> corpus = read_texts({"2020.txt": early, "2021.txt": late})
    >>> programme_spread(corpus, "医共体").table[["step", "year"]].values.tolist()
    [['mention', 2020], ['plan', 2020], ['full', 2021]]
    """
    read = read_frames(corpus) if frames is None else frames
    choice = select(corpus, by, level=level, genre=genre, mix=mix, min_certainty=min_certainty)
    group_of = groups_of(choice, by)
    table = read.table[read.table["year"].notna()]
    begun = table.assign(group=table["doc_id"].astype(str).map(group_of)).groupby("group")
    first_report = begun["year"].min().to_dict()
    named = table[frames_of_term(corpus, table, term)]
    scope = read_rules("scope")
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in named.sort_values(["year", "doc_id", "para_no", "start"]).to_dict("records"):
        group = group_of.get(str(row["doc_id"]))
        if group is None:
            continue
        said = decide_all(scope, Setting(str(row["clause"]))).value.split("|")
        for step in _steps(row, said):
            found.setdefault((group, step), {str(k): v for k, v in row.items()})
    if not found:
        raise NotEnoughDataError(
            f"no clause of a dated report names {term!r}; try another word or a broader concept"
        )
    records = [
        {by: group, "step": step, "first_report": first_report[group], **found[group, step]}
        for group, step in sorted(found, key=lambda key: (key[0], STEPS.index(key[1])))
    ]
    columns = {by: f"{by} / group", **COLUMNS}
    out = pd.DataFrame(records, columns=list(columns)).astype(
        {"year": "int64", "first_report": "int64"}
    )
    places = pd.DataFrame(records)[["doc_id", "para_no", "start", "end"]]
    return Result(
        out,
        say("spread.title", term=term if isinstance(term, str) else listing(term)),
        columns,
        Method(say("spread.method")),
        cautions=(*choice.cautions, say("spread.first_report")),
        parameters={**read.parameters, "term": term, "by": by, **choice.settings},
        coverage=choice.coverage,
        corpus=corpus,
        evidence_from=lambda: evidence_of_places(places.assign(row_id=range(len(places)))),
    )


def _steps(row: dict[Any, Any], said: Sequence[str]) -> list[str]:
    """Return the steps that a clause takes: an aim of full coverage is a plan, not a step."""
    steps = ["mention"]
    if row["phase"] == "planned":
        steps.append("plan")
    elif row["phase"] == "reviewed":
        steps += [step for step in ("pilot", "full") if step in said]
    return steps
