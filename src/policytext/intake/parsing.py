"""What does one source text hold: reports, paragraphs, claims and its ledger?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from policytext.anatomy.ledger import ledger_rows
from policytext.anatomy.paragraphs import ParagraphSlice, paragraphs
from policytext.anatomy.reports import ReportSlice, split_reports
from policytext.cleaning.clean import CleanSource, clean_source, repair_with, report_context
from policytext.cleaning.marks import find_marks
from policytext.origin.claims import claim_origin
from policytext.origin.report import Claim, Origin, ReportView
from policytext.reading.source import Source
from policytext.records import count_han

Row = dict[str, Any]


class Parsed(NamedTuple):
    """The rows that one source adds to the tables of a corpus."""

    source: Row
    documents: list[Row]
    claims: list[Row]
    paragraphs: list[Row]
    ledger: list[Row]


class _Report(NamedTuple):
    """A report after its repairs: slice, paragraphs, kinds of damage, places that are marked."""

    cut: ReportSlice
    parts: list[ParagraphSlice]
    damage: tuple[str, ...]
    marks: list[tuple[int, int, str]]


def parse_source(source: Source, rules: str | None = None) -> Parsed:
    """Clean a source, split it, and find out where and when its reports come from.

    A pure function of the source: it changes nothing, and reads no other file but the rules.

    Parameters
    ----------
    source
        What a reader returned.
    rules
        Path of a CSV file with the researcher's own replacements.
    """
    furniture = [(h.start, h.end, "page_furniture") for h in source.hints if h.kind == "furniture"]
    cleaned = clean_source(source.text, (source.reader,), extra_rules=rules, left_out=furniture)
    found = split_reports(cleaned.mapped, source.file.rsplit("/", 1)[-1])
    reports = [_read_report(cut, cleaned, source) for cut in found]
    out = Parsed(source.row, [], [], [], [])
    for number, report in enumerate(reports, 1):
        doc_id = f"{source.source_id}#{number}"
        origin = claim_origin(_view(report, source, alone=len(reports) == 1))
        written = [_paragraph(doc_id, n, report, source) for n in range(len(report.parts))]
        facts = {"doc_id": doc_id, "source_id": source.source_id, "part": number}
        out.documents.append({**facts, **_document(report, origin, written)})
        out.claims.extend(_claim(doc_id, claim, report) for claim in origin.claims)
        out.paragraphs.extend(written)
    parts = [part for report in reports for part in report.parts]
    ledger = ledger_rows(
        source.source_id, cleaned.mapped, parts, reports=[report.cut for report in reports]
    )
    return out._replace(ledger=[row._asdict() for row in ledger])


def _read_report(cut: ReportSlice, cleaned: CleanSource, source: Source) -> _Report:
    own = report_context(cut.mapped, cleaned.context)
    mapped = repair_with(cut.mapped, own)
    marks = [(m.start, m.end, m.kind) for m in find_marks(mapped, cleaned.context)]
    of_format = [(h.start, h.end, h.kind) for h in source.hints if h.kind != "furniture"]
    parts = paragraphs(mapped, title_span=cut.title_span)
    return _Report(cut.repaired(mapped), parts, own.damage.flags, [*marks, *of_format])


def _view(report: _Report, source: Source, *, alone: bool) -> ReportView:
    return ReportView(
        title=report.cut.title,
        text="\n".join(p.text for p in report.parts),
        paragraphs=[(p.text, p.kind, p.part_of_report) for p in report.parts],
        file_name=(source.member or source.file).rsplit("/", 1)[-1],
        compilation_title=report.cut.compilation_title,
        alone=alone,
        damage=frozenset(report.damage),
    )


def _document(report: _Report, origin: Origin, written: Sequence[Row]) -> Row:
    fields = {name: getattr(origin, name) for name in Origin.__dataclass_fields__}
    del fields["claims"]
    return {
        "title": report.cut.title,
        **fields,
        "n_han": sum(row["n_han"] for row in written),
        "truncated": report.cut.truncated,
        "duplicate_of": "",
        "raw_start": report.cut.raw_start,
        "raw_end": report.cut.raw_end,
        "damage": "|".join(report.damage),
    }


def _paragraph(doc_id: str, number: int, report: _Report, source: Source) -> Row:
    part = report.parts[number]
    start, end = part.mapped.source_span()
    marked = {kind for a, b, kind in report.marks if a < end and start < b}
    return {
        "doc_id": doc_id,
        "para_no": number,
        "section": part.section,
        "part_of_report": part.part_of_report,
        "kind": part.kind,
        "text": part.text,
        "source_id": source.source_id,
        "raw_start": start,
        "raw_end": end,
        "flags": "|".join([*part.flags, *sorted(marked - set(part.flags))]),
        "n_han": count_han(part.text),
    }


def _claim(doc_id: str, claim: Claim, report: _Report) -> Row:
    """Return a claim with its words placed in the source; -1 where they stand outside of it."""
    start, end = -1, -1
    if claim.place == "title" and report.cut.title_span is not None:
        start, end = report.cut.title_span
    elif claim.place == "text":
        start, end = _in_source(claim.start, claim.end, report.parts)
    return {
        "doc_id": doc_id,
        "field": claim.field,
        "value": claim.value,
        "certainty": claim.certainty,
        "words": claim.words,
        "start": start,
        "end": end,
        "rule": f"{claim.place}:{claim.rule}",
    }


def _in_source(start: int, end: int, parts: Sequence[ParagraphSlice]) -> tuple[int, int]:
    """Return the source span of words whose offsets count paragraphs joined by line feeds."""
    begins = accumulate((len(p.text) + 1 for p in parts), initial=0)
    for begin, part in zip(begins, parts, strict=False):
        if begin <= start <= begin + len(part.text):
            stop = min(end - begin, len(part.text))
            return part.mapped.source_span(start - begin, stop)
    return -1, -1
