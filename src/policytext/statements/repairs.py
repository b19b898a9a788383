"""Which characters of a paragraph were repaired or masked, and how certain is each repair?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from policytext.corpus import Corpus


class Repair(NamedTuple):
    """A span of a text that a ledger row wrote; empty where characters were dropped."""

    start: int
    end: int
    rules: str
    certainty: str


LedgerRow = tuple[int, int, str, str, str]


def repairs_by_source(corpus: Corpus) -> dict[str, list[LedgerRow]]:
    """Return, for each source, start, end, replacement, rules and certainty of every repair.

    Examples
    --------
    >>> from policytext.contract import empty_table
    >>> from policytext.corpus import Corpus
    >>> from policytext.records import TABLES
    >>> repairs_by_source(Corpus(**{name: empty_table(name) for name in TABLES}))
    {}
    """
    inside = corpus.ledger[corpus.ledger["place"] == "inside"].sort_values(["source_id", "seq"])
    columns = ["start", "end", "after", "rules", "certainty"]
    return {
        str(source): list(rows[columns].itertuples(index=False, name=None))
        for source, rows in inside.groupby("source_id")
    }


def repairs_in(rows: Sequence[LedgerRow], raw_start: int, raw_end: int) -> list[Repair]:
    """Return the repairs of one paragraph, with offsets in its text.

    Parameters
    ----------
    rows
        Repairs of the paragraph's source, in order.
    raw_start, raw_end
        Where the paragraph stands in the source.

    Examples
    --------
    >>> repairs_in([(12, 14, "10", "ten_to_year", "likely")], 10, 20)
    [Repair(start=2, end=4, rules='ten_to_year', certainty='likely')]
    """
    found, shift = [], -raw_start
    for start, end, after, rules, certainty in rows:
        if start < raw_start or end > raw_end:
            continue
        place = start + shift
        found.append(Repair(place, place + len(after), rules, certainty))
        shift += len(after) - (end - start)
    return found


def repair_at(repairs: Sequence[Repair], start: int, end: int) -> Repair | None:
    """Return the least certain repair that touches the characters of a span.

    Characters dropped at the border of the span are outside it.

    Examples
    --------
    >>> repair_at([Repair(2, 4, "ten_to_year", "likely")], 3, 6).certainty
    'likely'
    >>> repair_at([Repair(3, 3, "spaces_in_numbers", "certain")], 3, 6) is None
    True
    """
    touching = [
        one
        for one in repairs
        if (one.start < end and one.end > start)
        or (one.start == one.end and start < one.start < end)
    ]
    doubtful = [one for one in touching if one.certainty != "certain"]
    return next(iter(doubtful or touching), None)
