"""Which province, city and county follow from the hints and the level a report speaks at?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from policytext.origin.context import zones
from policytext.origin.cues import cue_evidence
from policytext.origin.gazetteer import (
    AUTONOMOUS,
    MUNICIPALITIES,
    NATIONAL,
    NATIONAL_NAME,
    Gazetteer,
    level_of,
)
from policytext.origin.kind import usable_title
from policytext.origin.places import HEAD_RULES, OWN_RULES, Evidence, name_evidence
from policytext.origin.region import Reading, read_level
from policytext.origin.report import Claim, ReportView
from policytext.origin.scan import Hit, Scanner

PREFECTURE: Final = re.compile(r"(?:自治州|地区|盟)$")
STATE: Final = re.compile(r"我代表国务院|国务院总理|国务院政府工作报告|全国人民代表大会")
CLAIMS_KEPT: Final = 12
VOICE_OF: Final = {
    "province": "province",
    "city": "city",
    "prefecture": "city",
    "county": "county",
    "district": "county",
}
VOICED: Final = 0.4


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Province, city and county with their certainties, the level, and the evidence."""

    level: str
    province: str = ""
    city: str = ""
    county: str = ""
    adcode: str = ""
    province_certainty: str = "unknown"
    city_certainty: str = "unknown"
    county_certainty: str = "unknown"
    claims: tuple[Claim, ...] = ()


def gather(
    report: ReportView, hits: Sequence[Hit], scanner: Scanner, voices: Mapping[str, float]
) -> list[Evidence]:
    """Return all hints at the region in title, text and, for a file of one report, file name.

    Examples
    --------
    >>> from policytext.origin.scan import load_scanner
    >>> gather(ReportView("青田县工作总结", ""), [], load_scanner(), {})[0].adcodes
    ('331121',)
    """
    marked = zones(report.text)
    out = name_evidence(report.text, hits, scanner, marked=marked)
    out += cue_evidence(report.text, hits, scanner.gazetteer, voices, marked)
    title = usable_title(report)
    out += name_evidence(title, scanner.hits(title), scanner, place="title")
    if report.alone and report.file_name and not report.compilation_title:
        name = re.sub(r"\.\w{1,5}$", "", report.file_name)
        out += name_evidence(name, scanner.hits(name), scanner, place="file_name")
    return out


def settle(
    report: ReportView,
    level: str,
    evidence: Sequence[Evidence],
    voices: Mapping[str, float],
    gazetteer: Gazetteer,
) -> Whereabouts:
    """Return the place of a report.

    Parameters
    ----------
    report
        The report.
    level
        Its level by issuers or voice, ``unknown`` if neither tells.
    evidence
        Hints of :func:`gather`.
    voices
        How often it says 我国, 我省, 我市 …
    gazetteer
        The divisions.

    Examples
    --------
    >>> hint = Evidence(("331121",), 6.0, "title", "title", "青田县", 0, 3, "title")
    >>> from policytext.origin.gazetteer import load_gazetteer
    >>> settle(ReportView("", ""), "county", [hint], {"county": 3.0}, load_gazetteer()).city
    '丽水市'
    """
    national = _national(report, level, evidence, voices)
    if national:
        claim = Claim("province", NATIONAL_NAME, national, "", -1, -1, "text", "national")
        return Whereabouts("national", NATIONAL_NAME, "", "", NATIONAL, national, claims=(claim,))
    evidence = _without_stray_towns(_by_voice(evidence, voices))
    voiced = any(weight >= VOICED for name, weight in voices.items() if name != "national")
    province = read_level(evidence, "province", voiced=voiced)
    if not province.adcode:
        return Whereabouts(
            level, **_shared_name(level, evidence), claims=tuple(_set_aside(evidence))
        )
    city = read_level(evidence, "city", within=province.adcode, voiced=voiced)
    inner = city.adcode or province.adcode
    county = read_level(evidence, "county", within=inner, voiced=voiced)
    level = _level(level, province, city, county)
    if level == "county" and province.adcode in AUTONOMOUS and not _heads(county):
        level = "province" if _heads(province, own=True) else level
    if level == "national":
        level = _level("unknown", province, city, county)
    spoken = max(sorted(voices), key=lambda v: voices[v]) if voices else ""
    if spoken == "city" and level == "city" and PREFECTURE.search(gazetteer.name(city.adcode)):
        level = "city" if _heads(city) else "county"
    return _assemble(level, province, city, county, gazetteer)


def _without_stray_towns(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Set townships aside that lie in none of the provinces the report names otherwise.

    Township names repeat across the country, and no list of them is complete: one of them must
    not outweigh the name of a province.
    """
    named = {c[:2] for e in evidence if e.rule != "town" and e.weight > 0 for c in e.adcodes}
    return [
        e if e.rule != "town" or not named or {c[:2] for c in e.adcodes} & named else _unweighted(e)
        for e in evidence
    ]


def _unweighted(evidence: Evidence) -> Evidence:
    return replace(evidence, weight=0.0)


def _by_voice(evidence: Sequence[Evidence], voices: Mapping[str, float]) -> list[Evidence]:
    """A county that acts in a text which says 我县 is the report's own, a province is not."""
    local = {k: v for k, v in voices.items() if k in VOICE_OF}
    level = VOICE_OF[max(sorted(local), key=lambda k: local[k])] if local else ""
    return [
        replace(e, rule="own_voice")
        if e.rule == "own_after" and {level_of(a) for a in e.adcodes} == {level}
        else e
        for e in evidence
    ]


def _national(
    report: ReportView, level: str, evidence: Sequence[Evidence], voices: Mapping[str, float]
) -> str:
    """``certain`` for the State Council and national bodies, ``likely`` by voice alone."""
    title = usable_title(report)
    head = report.text[:400]
    local = any(e.rule in HEAD_RULES and e.place == "title" for e in evidence)
    if not local and (STATE.search(title) or STATE.search(head)):
        return "certain"
    spoken = sum(v for k, v in voices.items() if k != "national")
    if level == "national" and not local:
        own = sum(e.weight for e in evidence if e.rule in OWN_RULES)
        if spoken < 1 and voices.get("national", 0) >= 2 and own < 3:
            return "likely"
        if spoken < 1 and not voices:
            return "certain"
    return ""


def _level(level: str, province: Reading, city: Reading, county: Reading) -> str:
    """Correct the level by the place: 我市 of a municipality, of a county-level city."""
    if level == "city":
        if province.adcode in MUNICIPALITIES:
            return "county" if _heads(county) else "province"
        if _heads(county) and not _heads(city, own=True):
            return "county"
    if level == "unknown":
        for reading, name in ((county, "county"), (city, "city"), (province, "province")):
            if _heads(reading):
                return name
    return level


def _heads(reading: Reading, *, own: bool = False) -> bool:
    """Whether a division stands in title, head lines, signature or file name."""
    codes = {reading.adcode}
    return any(
        e.rule in HEAD_RULES and (not own or set(e.adcodes) == codes) for e in reading.evidence
    ) and bool(reading.adcode)


def _assemble(
    level: str, province: Reading, city: Reading, county: Reading, gazetteer: Gazetteer
) -> Whereabouts:
    use_city = level not in {"province", "national"} and city.adcode != ""
    use_county = level in {"county", "township", "institution", "unknown"} and county.adcode != ""
    adcode = county.adcode if use_county else city.adcode if use_city else province.adcode
    printed = county if use_county else city if use_city else province
    place = gazetteer.place(adcode, printed=_printed(printed))
    certainties = {
        "province_certainty": province.certainty,
        "city_certainty": city.certainty if use_city and place.city else "unknown",
        "county_certainty": county.certainty if use_county else "unknown",
    }
    claims = [
        *_claims("province", place.province, province),
        *(_claims("city", place.city, city) if use_city and place.city else []),
        *(_claims("county", place.county, county) if use_county else []),
    ]
    return Whereabouts(
        level, place.province, place.city, place.county, adcode, **certainties, claims=tuple(claims)
    )


def _printed(reading: Reading) -> str:
    own = [e for e in reading.evidence if set(e.adcodes) == {reading.adcode}]
    best = max(own, key=lambda e: e.weight, default=None)
    return best.words if best else ""


def _shared_name(level: str, evidence: Sequence[Evidence]) -> dict[str, str]:
    """A title's county name that several provinces have (鼓楼区): the name is likely, no more."""
    for item in evidence:
        counties = len(item.adcodes) > 1 and all(level_of(a) == "county" for a in item.adcodes)
        if item.rule in HEAD_RULES and counties and level in {"county", "unknown"}:
            return {"county": item.words, "county_certainty": "likely"}
    return {}


def _claims(field: str, value: str, reading: Reading) -> list[Claim]:
    ranked = sorted(reading.evidence, key=lambda e: (-e.weight, e.start))[:CLAIMS_KEPT]
    out = [
        Claim(field, value, reading.certainty, e.words, e.start, e.end, e.place, e.rule)
        for e in ranked
    ]
    return out + _set_aside(reading.against)[:CLAIMS_KEPT]


def _set_aside(evidence: Sequence[Evidence]) -> list[Claim]:
    """Hints that were not enough or spoke for another region, kept to be seen."""
    return [
        Claim(
            "province", "|".join(e.adcodes[:4]), "unknown", e.words, e.start, e.end, e.place, e.rule
        )
        for e in evidence
    ][:CLAIMS_KEPT]
