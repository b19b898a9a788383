"""Which frames of different wording speak of one measure?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

import pandas as pd

from policytext.errors import ParameterError
from policytext.narratives.promises import SAME, SAME_SHORT, SHORT, Weighed, likeness, longest_run
from policytext.records import Method
from policytext.result import Result, evidence_of_places
from policytext.texts import columns_of, say

COLUMNS: Final = columns_of("frame_groups")
_FEWEST: Final = 4
"""Characters of an object that must run alike; shorter objects are one only if they are equal."""

_FEW_PAIRS: Final = 3
"""With at least so many rare pairs, two of them must be shared before wordings are compared."""

_HOLDS_BACK: Final = "control"
"""Verbs of this class stop or limit: 关停 and 新建 of one thing are two measures."""

Wording = tuple[bool, str]


def measures_of(frames: pd.DataFrame, least: float = SAME) -> pd.Series:
    """Return the name of the measure of each frame; empty where a frame has no verb or object.

    A measure is named by its most frequent wording (verb and object).

    >>> rows = [("新建", "establish", "县域影像中心"), ("建成", "establish", "县域影像中心")]
    >>> table = pd.DataFrame(rows, columns=["verb", "verb_class", "object"]).assign(negated=False)
    >>> measures_of(table).tolist()
    ['建成 县域影像中心', '建成 县域影像中心']
    """
    whole = (frames["verb"] != "") & (frames["object"] != "")
    back = (frames["verb_class"] == _HOLDS_BACK) ^ frames["negated"].astype("bool")
    wordings = pd.Series(list(zip(back, frames["object"], strict=True)), index=frames.index)[whole]
    counted = wordings.value_counts(sort=False)
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0][1], item[0][0]))
    led = _leaders([wording for wording, _ in ordered], least)
    leader = wordings.map(led)
    spoken = frames["verb"][whole] + " " + frames["object"][whole]
    ranked = pd.DataFrame({"leader": leader, "spoken": spoken}).value_counts(sort=False)
    ranked = ranked.rename("n").reset_index().sort_values(["n", "spoken"], ascending=[False, True])
    names = ranked.drop_duplicates("leader").set_index("leader")["spoken"].to_dict()
    return leader.map(names).reindex(frames.index).fillna("").astype("str")


def _leaders(wordings: Sequence[Wording], least: float) -> dict[Wording, Wording]:
    """Return for each wording the more frequent one that it is like, or itself.

    Each is compared with leaders only, so that no chain of likenesses joins what is not alike.
    """
    weighed = Weighed([name for _, name in wordings])
    by_pair: dict[tuple[bool, str], list[int]] = defaultdict(list)
    led: dict[Wording, Wording] = {}
    for row, wording in enumerate(wordings):
        back, name = wording
        mine = weighed[row]
        rarest = sorted(mine.pairs, key=lambda pair: (-mine.pairs[pair], pair))[:6]
        held = Counter(one for pair in rarest for one in by_pair.get((back, pair), ()))
        few = len(rarest) < _FEW_PAIRS
        best, found = 0.0, row
        for one in sorted(other for other, shared in held.items() if few or shared > 1):
            other = weighed[one]
            alike = likeness(mine, other)
            short = min(len(name), len(other.text)) <= SHORT
            enough = alike > best and alike >= max(least, SAME_SHORT if short else 0.0)
            if enough and longest_run(name, other.text) >= _FEWEST:
                best, found = alike, one
        led[wording] = wordings[found]
        if found == row:
            for pair in mine.pairs:
                by_pair[back, pair].append(row)
    return led


def group_frames(frames: Result, *, least: float = SAME) -> Result:
    """Group frames that speak of one measure in different words.

    Parameters
    ----------
    frames
        As `policytext.read_frames` returns them, or some of their rows.
    least
        Likeness of objects from which two wordings are one measure, 0 to 1: the cosine of their
        pairs of characters, each weighted by its rarity. Objects of at most eight characters need
        0.75, objects of fewer than four must be equal.

    Returns
    -------
    Result
        One row a wording (verb and object), the measure named most often first: ``group`` (its
        number), ``measure`` (its most frequent wording), ``frame``, ``clauses``. Verbs that stop
        or limit, and acts that are denied, are measures of their own.

    Raises
    ------
    ParameterError
        These are no frames, or ``least`` is not between 0 and 1.

    Notes
    -----
    Alike in words is not the same in law: read a group before counting it as one measure.

    Examples
    --------
    >>> from policytext import read_frames, read_texts
    >>> report = "某县2021年工作总结\\n一、工作\\n新建县域影像诊断中心。建成县域影像诊断中心2个。"
    >>> grouped = group_frames(read_frames(read_texts({"a.txt": report})))
    >>> grouped.table[["group", "frame"]].values.tolist()
    [[1, '建成 县域影像诊断中心'], [1, '新建 县域影像诊断中心']]
    """
    table = frames.table.reset_index(drop=True)
    if not 0 < least <= 1:
        raise ParameterError(f"least must be above 0 and at most 1, got {least!r}")
    long = pd.DataFrame(
        {"measure": measures_of(table, least), "frame": table["verb"] + " " + table["object"]}
    )
    long = long[long["measure"] != ""]
    counts = long.value_counts(sort=False).rename("clauses").reset_index()
    total = counts.groupby("measure")["clauses"].transform("sum")
    counts = counts.assign(total=total).sort_values(
        ["total", "measure", "clauses", "frame"], ascending=[False, True, False, True]
    )
    counts["group"] = (counts["measure"] != counts["measure"].shift()).cumsum()
    shown = counts[list(COLUMNS)].reset_index(drop=True).astype({"group": "int64"})
    pairs = zip(shown["measure"], shown["frame"], strict=True)
    keys = {pair: row for row, pair in enumerate(pairs)}
    own = frames.evidence

    def evidence() -> pd.DataFrame:
        of_rows = zip(long.index, long["measure"], long["frame"], strict=True)
        rows = {int(str(row)): keys[measure, frame] for row, measure, frame in of_rows}
        found = own[own["row_id"].isin(list(rows))]
        return evidence_of_places(found.assign(row_id=found["row_id"].map(rows)))

    return Result(
        shown,
        say("frames.groups_title"),
        COLUMNS,
        Method(say("frames.groups_method")),
        cautions=(say("frames.groups_alike"), *frames.cautions),
        parameters={**frames.parameters, "least": least},
        corpus=frames.corpus,
        evidence_from=evidence,
    )
