"""What does one source text hold: reports, paragraphs, claims and its ledger?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from policytext.anatomy.ledger import build_ledger
from policytext.anatomy.paragraphs import ParagraphSlice, paragraphs
from policytext.anatomy.reports import ReportSlice, split_reports
from policytext.cleaning.clean import clean_source, repair_report, report_context
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


def parse_source(source: Source) -> Parsed:
    """Clean a source, split it, and find out where and when its reports come from.

    A pure function of the source: it reads no other file and changes nothing.
    """
    furniture = [(h.start, h.end, "page_furniture") for h in source.hints if h.kind == "furniture"]
    cleaned = clean_source(source.text, (source.reader,), left_out=furniture)
    cut = split_reports(cleaned.mapped, source.file.rsplit("/", 1)[-1])
    damage = [report_context(report.mapped, cleaned.context).damage.flags for report in cut]
    reports = [report.repaired(repair_report(report.mapped, cleaned.context)) for report in cut]
    slices = [paragraphs(report.mapped, title_span=report.title_span) for report in reports]
    documents: list[Row] = []
    claims: list[Row] = []
    rows: list[Row] = []
    for number, (report, parts, flags) in enumerate(zip(reports, slices, damage, strict=True), 1):
        doc_id = f"{source.source_id}#{number}"
        origin = claim_origin(_view(report, parts, source, flags, alone=len(reports) == 1))
        written = [_paragraph(doc_id, n, part, source) for n, part in enumerate(parts)]
        facts = {"doc_id": doc_id, "source_id": source.source_id, "part": number}
        documents.append({**facts, **_document(report, origin, written, flags)})
        claims += [_claim(doc_id, claim, report, parts) for claim in origin.claims]
        rows += written
    ledger = build_ledger(
        source.source_id, cleaned.mapped, [p for parts in slices for p in parts], reports=reports
    )
    return Parsed(source.row, documents, claims, rows, ledger.to_dict("records"))


def _view(
    report: ReportSlice,
    parts: Sequence[ParagraphSlice],
    source: Source,
    flags: Sequence[str],
    *,
    alone: bool,
) -> ReportView:
    return ReportView(
        title=report.title,
        text="\n".join(p.text for p in parts),
        paragraphs=[(p.text, p.kind, p.part_of_report) for p in parts],
        file_name=(source.member or source.file).rsplit("/", 1)[-1],
        compilation_title=report.compilation_title,
        alone=alone,
        damage=frozenset(flags),
    )


def _document(
    report: ReportSlice, origin: Origin, written: Sequence[Row], flags: Sequence[str]
) -> Row:
    fields = {name: getattr(origin, name) for name in Origin.__dataclass_fields__}
    del fields["claims"]
    return {
        "title": report.title,
        **fields,
        "n_han": sum(row["n_han"] for row in written),
        "truncated": report.truncated,
        "duplicate_of": "",
        "raw_start": report.raw_start,
        "raw_end": report.raw_end,
        "damage": "|".join(flags),
    }


def _paragraph(doc_id: str, number: int, part: ParagraphSlice, source: Source) -> Row:
    start, end = part.mapped.source_span()
    of_format = {h.kind for h in source.hints if h.start < end and start < h.end}
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
        "flags": "|".join([*part.flags, *sorted(of_format - {"furniture"})]),
        "n_han": count_han(part.text),
    }


def _claim(doc_id: str, claim: Claim, report: ReportSlice, parts: Sequence[ParagraphSlice]) -> Row:
    """Return a claim with its words placed in the source; -1 where they stand outside of it."""
    start, end = -1, -1
    if claim.place == "title" and report.title_span is not None:
        start, end = report.title_span
    elif claim.place == "text":
        start, end = _in_source(claim.start, claim.end, parts)
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
