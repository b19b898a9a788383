"""Which ledger accounts for every character between a source and its paragraphs?"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

import pandas as pd

from policytext.anatomy.lines import is_rule
from policytext.anatomy.paragraphs import ParagraphSlice
from policytext.anatomy.reports import LeftOut, ReportSlice
from policytext.cleaning.mapped import Change, MappedText
from policytext.errors import CorpusError
from policytext.records import TABLES

BETWEEN = "between_paragraphs"


class _Entry(NamedTuple):
    """What one row of the ledger says, as ``policytext.records.TABLES`` names it."""

    place: str
    start: int
    end: int
    before: str
    after: str
    rules: str
    certainty: str


class _Gaps(NamedTuple):
    """The source, the rules by place, and how far any rule up to each one reaches."""

    source_id: str
    source: str
    rules: list[LeftOut]
    reach: list[int]


def build_ledger(
    source_id: str,
    root: MappedText,
    paragraphs: Sequence[ParagraphSlice],
    *,
    reports: Sequence[ReportSlice] = (),
) -> pd.DataFrame:
    """Return the ledger of one source: what no paragraph covers, and what was changed inside.

    >>> from policytext.anatomy.paragraphs import paragraphs
    >>> root = MappedText.of("甲。\\n乙。\\n")
    >>> ledger = build_ledger("s1", root, paragraphs(root))
    >>> ledger[["place", "start", "end", "rules"]].values.tolist()
    [['outside', 2, 3, 'between_paragraphs'], ['outside', 5, 6, 'between_paragraphs']]
    """
    rows = ledger_rows(source_id, root, paragraphs, reports=reports)
    return pd.DataFrame(rows, columns=list(TABLES["ledger"])).astype(TABLES["ledger"])


def ledger_rows(
    source_id: str,
    root: MappedText,
    paragraphs: Sequence[ParagraphSlice],
    *,
    reports: Sequence[ReportSlice] = (),
) -> list[dict[str, object]]:
    """Return what ``build_ledger`` returns as plain rows, for callers that join many sources.

    >>> ledger_rows("s1", MappedText.of(" \\n"), [])[0]["rules"]
    'between_paragraphs'
    """
    ordered = sorted(paragraphs, key=lambda p: p.raw_start)
    rules = _outside_rules(root, reports)
    gaps = _Gaps(source_id, root.source, rules, list(accumulate((r.end for r in rules), max)))
    rows: list[_Entry] = []
    at = 0
    for paragraph in ordered:
        start, end = paragraph.mapped.source_span()
        if start < at:
            raise CorpusError(f"source {source_id!r}: two paragraphs share offset {start}")
        rows += _outside(gaps, at, start)
        rows += _inside(paragraph.mapped)
        at = end
    rows += _outside(gaps, at, len(root.source))
    return [{"source_id": source_id, "seq": n, **row._asdict()} for n, row in enumerate(rows)]


def _outside_rules(root: MappedText, reports: Sequence[ReportSlice]) -> list[LeftOut]:
    """Return all rules under which text may stand outside of paragraphs, by place."""
    found = {(c.start, c.end, c.rules, c.certainty) for c in _changes(root, reports)}
    rules = [LeftOut(a, b, "|".join(names), sure) for a, b, names, sure in found if a < b]
    rules += [left for report in reports for left in report.left_out]
    return sorted(rules, key=lambda left: (left.start, -left.end, left.rule))


def _changes(root: MappedText, reports: Iterable[ReportSlice]) -> Iterator[Change]:
    yield from root.changes()
    for report in reports:
        yield from report.mapped.changes()


def _outside(gaps: _Gaps, at: int, stop: int) -> Iterator[_Entry]:
    """Yield the rows that tile a gap between two paragraphs."""
    for i in range(bisect_right(gaps.reach, at), len(gaps.rules)):
        left = gaps.rules[i]
        if left.start >= stop:
            break
        if left.end <= at:
            continue
        if left.start > at:
            yield _blank_row(gaps, at, left.start)
        start, end = max(left.start, at), min(left.end, stop)
        yield _Entry("outside", start, end, gaps.source[start:end], "", left.rule, left.certainty)
        at = end
    if at < stop:
        yield _blank_row(gaps, at, stop)


def _blank_row(gaps: _Gaps, start: int, end: int) -> _Entry:
    words = gaps.source[start:end]
    if any(line.strip() and not is_rule(line.strip()) for line in words.splitlines()):
        raise CorpusError(
            f"source {gaps.source_id!r}: no rule accounts for {words.strip()[:20]!r} "
            f"at offset {start}"
        )
    return _Entry("outside", start, end, words, "", BETWEEN, "certain")


def _inside(mapped: MappedText) -> list[_Entry]:
    """Return the changes within a paragraph, none of them an insertion at its border."""
    start, end = mapped.source_span()
    changes = mapped.changes()
    if changes and changes[0].start == changes[0].end == start:
        changes = _widen_first(mapped.source, changes, end)
    if changes and changes[-1].start == changes[-1].end == end:
        changes = _widen_last(mapped.source, changes, start)
    return [
        _Entry("inside", c.start, c.end, c.before, c.after, "|".join(c.rules), c.certainty)
        for c in changes
    ]


def _widen_first(source: str, changes: list[Change], limit: int) -> list[Change]:
    """Let an insertion before the first character replace that character too."""
    first, *rest = changes
    if rest and rest[0].start == first.end:
        return [_merge(first, rest[0]), *rest[1:]]
    at = first.end
    if at >= limit:
        return changes
    sign = source[at]
    return [first._replace(end=at + 1, before=sign, after=first.after + sign), *rest]


def _widen_last(source: str, changes: list[Change], limit: int) -> list[Change]:
    """Let an insertion behind the last character replace that character too."""
    *rest, last = changes
    if rest and rest[-1].end == last.start:
        return [*rest[:-1], _merge(rest[-1], last)]
    at = last.start - 1
    if at < limit:
        return changes
    sign = source[at]
    return [*rest, last._replace(start=at, before=sign, after=sign + last.after)]


def _merge(one: Change, two: Change) -> Change:
    rules = tuple(dict.fromkeys(one.rules + two.rules))
    weaker = max(one.certainty, two.certainty, key=("certain", "likely", "unknown").index)
    return Change(one.start, two.end, one.before + two.before, one.after + two.after, rules, weaker)
