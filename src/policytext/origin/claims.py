"""What does a report say about its own place, time and kind, and in which words?"""

from __future__ import annotations

from dataclasses import replace

from policytext.origin.describing import Claim, Origin, ReportView
from policytext.origin.gazetteer import Gazetteer, load_gazetteer
from policytext.origin.issuer import (
    count_voices,
    read_carried,
    read_doc_type,
    read_genre,
    read_issuers,
    read_level,
    read_number,
)
from policytext.origin.names import Scanner, load_scanner
from policytext.origin.period import FULL_WIDTH, FULL_WIDTH_DIGIT, Period, find_events, read_period
from policytext.origin.region import Whereabouts, gather, settle

__all__ = ["Claim", "Origin", "ReportView", "claim_origin"]


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
    scanner = load_scanner() if gazetteer is None else Scanner(gazetteer)
    divisions = gazetteer or load_gazetteer()
    hits = scanner.hits(report.text)
    voices = count_voices(report.text, hits)
    issuers, issuer_claims = read_issuers(report)
    level, level_rule = read_level(issuers, voices, divisions)
    genre, genre_claims = read_genre(report)
    doc_type, type_claims = read_doc_type(report)
    number, number_claims = read_number(report)
    evidence = gather(report, hits, scanner, voices)
    where = settle(report, level, evidence, voices, divisions)
    period = read_period(report, genre, find_events(report.text, hits))
    kind = [*genre_claims, *type_claims, *read_carried(report), *number_claims, *issuer_claims]
    speaking = _level_claim(where.level, level_rule, issuer_claims)
    origin = _placed(where, period, (*kind, *speaking, *where.claims, *period.claims))
    return replace(
        origin,
        genre=genre,
        doc_type=doc_type,
        issuers="|".join(issuers),
        document_number=number,
    )


def _placed(where: Whereabouts, period: Period, claims: tuple[Claim, ...]) -> Origin:
    return Origin(
        level=where.level,
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
        claims=claims,
    )


def _half_width(report: ReportView) -> ReportView:
    """Digits as ASCII, so that every rule reads １９９７; lengths and offsets stay."""
    if not FULL_WIDTH_DIGIT.search(report.text) and not FULL_WIDTH_DIGIT.search(report.title):
        return report
    text, title = report.text.translate(FULL_WIDTH), report.title.translate(FULL_WIDTH)
    return replace(report, title=title, text=text)


def _blank_title(report: ReportView) -> ReportView:
    """Blank the title where the text repeats it at its start, so that it is read once."""
    wanted = "".join(report.title.split())
    reached = position = 0
    while reached < len(wanted) and position < len(report.text):
        letter = report.text[position]
        if not letter.isspace():
            if letter != wanted[reached]:
                return report
            reached += 1
        position += 1
    if (
        not wanted
        or reached < len(wanted)
        or report.text[position : position + 1] not in {"", "\n"}
    ):
        return report
    blank = "".join("\n" if c == "\n" else " " for c in report.text[:position])
    return replace(report, text=blank + report.text[position:])


def _level_claim(level: str, rule: str, issuers: list[Claim]) -> list[Claim]:
    if level == "unknown":
        return []
    if rule == "issuers" and issuers:
        first = issuers[0]
        return [
            Claim("level", level, "certain", first.words, first.start, first.end, first.place, rule)
        ]
    return [Claim("level", level, "likely", "", -1, -1, "text", rule or "region")]
