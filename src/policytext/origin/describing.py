"""What is a report to this stage, and what comes out of it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

PLACES: Final = ("title", "text", "file_name", "metadata")


@dataclass(frozen=True, slots=True)
class Claim:
    """One piece of evidence for one field of a report.

    ``field``: Column of ``documents`` it speaks of, or ``carried_document`` or ``plan_year``.
    ``value``: What it says.
    ``certainty``: One of ``stated``, ``certain``, ``likely``, ``unknown`` (evidence that was not
      enough, or was set aside).
    ``words``: The words of the report.
    ``start, end``: Half-open offsets of the words in ``place``.
    ``place``: Where the words stand: ``title``, ``text``, ``file_name`` or ``metadata``.
    ``rule``: Name of the rule that read them.
    """

    field: str
    value: str
    certainty: str
    words: str
    start: int
    end: int
    place: str
    rule: str


@dataclass(frozen=True)
class ReportView:
    """A report as the stages before see it.

    ``title, text``: Title and clean text of the report; paragraphs joined by line breaks.
    ``paragraphs``: (text, kind, part_of_report) in order; may be empty.
    ``file_name``: Name of the file. Counted as evidence only when the file holds this one report.
    ``compilation_title``: Title of the collection or page the report was cut from: never
      evidence.
    ``alone``: Whether the source holds this report only.
    ``damage``: Kinds of damage found: ``years_collapsed``, ``year_digits_deleted``,
      ``masked_years``.
    """

    title: str
    text: str
    paragraphs: Sequence[tuple[str, str, str]] = ()
    file_name: str = ""
    compilation_title: str = ""
    alone: bool = True
    damage: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Origin:
    """All fields of ``documents`` that come from reading the report, and the evidence.

    Text fields are "" and ``year`` is None where nothing was found; ``genre`` and ``level`` are
    then ``unknown``. ``issuers`` joins several by ``|``; dates are ISO (2020-07-27, or 2020-07).
    """

    genre: str = "unknown"
    doc_type: str = ""
    level: str = "unknown"
    issuers: str = ""
    document_number: str = ""
    date_issued: str = ""
    period_start: str = ""
    period_end: str = ""
    year: int | None = None
    province: str = ""
    city: str = ""
    county: str = ""
    adcode: str = ""
    year_certainty: str = "unknown"
    province_certainty: str = "unknown"
    city_certainty: str = "unknown"
    county_certainty: str = "unknown"
    claims: tuple[Claim, ...] = field(default=(), repr=False)
