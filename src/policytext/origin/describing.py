"""What does a report say about its own place, time and kind, and in which words?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from policytext.data import pattern_of
from policytext.origin.claims import Claim, Origin, ReportView
from policytext.origin.gazetteer import Gazetteer, load_gazetteer
from policytext.origin.header import listed_bodies
from policytext.origin.issuer import (
    count_voices,
    read_document_number,
    read_issuers,
    read_level,
    titled_institution,
    titled_township,
)
from policytext.origin.kind import read_carried, read_doc_type, read_genre
from policytext.origin.period import WORDS, read_period
from policytext.origin.printed import FULL_WIDTH, FULL_WIDTH_DIGIT, find_dates, find_events
from policytext.origin.region import gather, maker_level, settle
from policytext.origin.scanner import ListHit, ListScanner, load_scanner


def claim_origin(report: ReportView, gazetteer: Gazetteer | None = None) -> Origin:
    """Read region, year, kind and issuers of a report, each with its evidence.

    >>> report = ReportView("青田县卫生健康局2021年工作总结", "2021年,我县继续推进医改。")
    >>> origin = claim_origin(report)
    >>> origin.province, origin.county, origin.year, origin.level
    ('浙江省', '青田县', 2021, 'county')
    >>> origin.province_certainty, origin.year_certainty
    ('certain', 'certain')
    """
    report = _blank_title(_half_width(report))
    divisions = gazetteer or load_gazetteer()
    scanner = ListScanner(gazetteer) if gazetteer else load_scanner()
    hits = scanner.hits(report.text)
    voices = _voices(report, hits, scanner)
    issuers, issuer_claims = _labelled_issuers(report) or read_issuers(report)
    level, level_rule = read_level(issuers, voices, divisions)
    if level_rule != "issuers" and titled_institution(report.own_title):
        level, level_rule = "institution", "title"
    elif level_rule != "issuers" and titled_township(report.own_title):
        level, level_rule = "township", "title"
    made = maker_level(report, scanner)
    level, level_rule = (made, "maker") if made else (level, level_rule)
    number, number_claims = _labelled_number(report) or read_document_number(report)
    genre, genre_claims = read_genre(report, number=number)
    doc_type, type_claims = read_doc_type(report)
    evidence = gather(report, hits, scanner, voices)
    named = _names_a_place(report.own_title, scanner)
    period = read_period(report, genre, find_events(report.text, hits), named=named)
    issued = level_rule in {"issuers", "maker"}
    where = settle(report, level, evidence, voices, divisions, issued=issued, year=period.year)
    kind = [*genre_claims, *type_claims, *read_carried(report), *number_claims, *issuer_claims]
    kind += _labelled(report)
    speaking = _level_claim(where.level, level_rule, issuer_claims)
    return Origin(
        genre=genre,
        doc_type=doc_type,
        level=where.level,
        issuers="|".join(issuers),
        document_number=number,
        date_issued=period.date_issued,
        period_start=period.start,
        period_end=period.end,
        year=period.year,
        province=where.province,
        city=where.city,
        county=where.county,
        adcode=where.adcode,
        year_certainty=period.certainty,
        province_certainty=where.province_certainty,
        city_certainty=where.city_certainty,
        county_certainty=where.county_certainty,
        claims=(*kind, *speaking, *where.claims, *period.claims),
    )


def _voices(report: ReportView, hits: Sequence[ListHit], scanner: ListScanner) -> dict[str, float]:
    """Voices of the text, and of a title that stands outside of it."""
    voices, title = count_voices(report.text, hits), report.own_title
    for name, weight in count_voices(title, scanner.hits(title)).items():
        voices[name] = voices.get(name, 0.0) + weight
    return voices


def _labelled_issuers(report: ReportView) -> tuple[tuple[str, ...], list[Claim]] | None:
    entry = report.header.get("issuers")
    if entry is None:
        return None
    names = listed_bodies(entry.value)
    span = (entry.start, entry.end)
    return names, [
        Claim("issuers", n, "certain", entry.value, *span, "source", "header") for n in names
    ]


def _labelled_number(report: ReportView) -> tuple[str, list[Claim]] | None:
    entry = report.header.get("document_number")
    if entry is None:
        return None
    words, start, end = entry
    return words, [
        Claim("document_number", words, "certain", words, start, end, "source", "header")
    ]


def _labelled(report: ReportView) -> list[Claim]:
    """What else the labels say: the title and whether the document is in force."""
    return [
        Claim(name, _as_date(name, value), "certain", value, start, end, "source", "header")
        for name, (value, start, end) in report.header.items()
        if name in {"title", "validity", "valid_from", "valid_until"}
    ]


def _as_date(name: str, value: str) -> str:
    """Return a date as all dates are written; other values, and what is no whole date, as said."""
    dates = find_dates(value, alone=True) if name.startswith("valid_") else []
    return dates[0].iso if len(dates) == 1 and dates[0].day else value


def _names_a_place(title: str, scanner: ListScanner) -> bool:
    """Whether a title names a division or a national body: it is then no page's title."""
    kinds = {entry.kind for hit in scanner.hits(title) for entry in hit.entries}
    return (
        bool(kinds & {"name", "short"})
        or pattern_of(WORDS, "national_body").match(title) is not None
    )


def _half_width(report: ReportView) -> ReportView:
    """Digits as ASCII, so that every rule reads １９９７; lengths and offsets stay."""
    if not FULL_WIDTH_DIGIT.search(report.text) and not FULL_WIDTH_DIGIT.search(report.title):
        return report
    text, title = report.text.translate(FULL_WIDTH), report.title.translate(FULL_WIDTH)
    return replace(report, title=title, text=text)


def _blank_title(report: ReportView) -> ReportView:
    """Blank the title where the text repeats it at its start, so that it is read once."""
    wanted, read = _tight(report.title), ""
    for start, line in report.filled_lines[:TITLE_LINES]:
        read += _tight(line)
        if read == wanted:
            end = start + len(line)
            text = re.sub(r"[^\n]", " ", report.text[:end]) + report.text[end:]
            return replace(report, text=text)
        if not wanted.startswith(read):
            break
    return report


TITLE_LINES: Final = 6
"""Most lines over which a title may be printed."""
MASKED: Final = re.compile(r"‹[A-Z]+›|[xX×*＊○]{2,4}|某{1,4}")


def _tight(words: str) -> str:
    """Words without blanks, each mask one sign: a title keeps the masks that its text changes."""
    return MASKED.sub("×", "".join(words.split()))


def _level_claim(level: str, rule: str, issuers: list[Claim]) -> list[Claim]:
    if level == "unknown":
        return []
    if rule == "issuers" and issuers:
        return [replace(issuers[0], field="level", value=level, certainty="certain", rule=rule)]
    return [Claim("level", level, "likely", "", -1, -1, "text", rule or "region")]
