"""Which other words point at a region: townships, officials, fixed expressions, file numbers?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from policytext.data import read_table
from policytext.origin.context import PARTNER_BEFORE, Zone
from policytext.origin.gazetteer import Gazetteer, level_of
from policytext.origin.places import Evidence, place_hits
from policytext.origin.scan import STRENGTHS, Hit

TOWN_WEIGHTS: Final = {1: 1.6, 2: 0.8, 3: 0.6, 4: 0.4, 5: 0.4}
NUMBER: Final = re.compile(
    r"[〔\[(（【]\s*(?P<year>(?:19|20)\d{2})\s*[〕\])）】]\s*(?:第\s*)?(?P<number>\d{1,4})\s*号"
)
OFFICE: Final = re.compile(
    r"(?:^|[^一-龥])(?P<prefix>[一-龥]{1,3}?)(?:政|府|卫|医保|财|民|委|发改|人社|教|办)[一-龥]{0,6}\s*$"
)
LETTERS: Final = 12
CENTRAL: Final = re.compile(r"^(?:国|中|财|民|人|建|教|医|党|卫|办|发|农|食药|京)")
PREFIX_CHOICES: Final = 8
LEVEL_VOICES: Final = {
    "voice_province": frozenset({"province"}),
    "voice_city": frozenset({"city"}),
    "voice_prefecture": frozenset({"prefecture"}),
}


def cue_evidence(
    text: str,
    hits: Sequence[Hit],
    gazetteer: Gazetteer,
    voices: Mapping[str, float],
    marked: Sequence[Zone] = (),
) -> list[Evidence]:
    """Return evidence from townships, officials, fixed expressions and document numbers.

    Parameters
    ----------
    text
        The report.
    hits
        Hits of the scanner in it.
    gazetteer
        The divisions.
    voices
        How often the report says 我省, 我市 and the like, by level.
    marked
        Zones of the text; hits in dead ones are left out.

    Examples
    --------
    >>> from policytext.origin.scan import load_scanner
    >>> scanner, text = load_scanner(), "各苏木卫生院和嘎查卫生室"
    >>> hits = scanner.hits(text)
    >>> [e.words for e in cue_evidence(text, hits, scanner.gazetteer, {})]
    ['苏木', '嘎查']
    """
    dead = [(z.start, z.end) for z in marked if z.rule == "dead"]
    found = [
        *_towns(text, hits),
        *_officials(hits),
        *_cues(text, hits, voices),
        *_patterns(text),
        *number_evidence(text, gazetteer),
    ]
    return [e for e in found if not any(a <= e.start < b for a, b in dead)]


def _towns(text: str, hits: Sequence[Hit]) -> list[Evidence]:
    out = []
    for hit, entry in place_hits(hits, ("trap", "name", "town")):
        broken = hit.word.endswith("乡镇") or text[hit.end : hit.end + 1] in {"镇", "乡"}
        if entry.kind == "town" and not broken and not _from_partner(text, hit.start):
            weight = TOWN_WEIGHTS[len(entry.adcodes)]
            out.append(_evidence(hit, entry.adcodes, weight, "town", f"town {hit.word}"))
    return out


def _officials(hits: Sequence[Hit]) -> list[Evidence]:
    return [
        _evidence(hit, entry.adcodes, entry.weight, "official", f"official {hit.word}")
        for hit in hits
        for entry in hit.entries
        if entry.kind == "official"
    ]


def _cues(text: str, hits: Sequence[Hit], voices: Mapping[str, float]) -> list[Evidence]:
    out = []
    loudest = max(voices, key=lambda v: voices[v]) if voices else ""
    for hit, entry in ((h, e) for h in hits for e in h.entries if e.kind == "cue"):
        group, strength, needs, not_after = entry.detail
        if needs and loudest not in LEVEL_VOICES[needs]:
            continue
        before = text[max(0, hit.start - 8) : hit.start]
        if not_after and re.search(f"(?:{not_after})$", before):
            continue
        strong = strength == "strong"
        out.append(_evidence(hit, entry.adcodes, entry.weight, "cue", group, strong=strong))
    return out


def _evidence(
    hit: Hit,
    adcodes: tuple[str, ...],
    weight: float,
    rule: str,
    group: str,
    *,
    strong: bool = False,
) -> Evidence:
    return Evidence(adcodes, weight, rule, group, hit.word, hit.start, hit.end, "text", strong)


@cache
def _compiled_patterns() -> tuple[tuple[re.Pattern[str], tuple[str, ...], str, str], ...]:
    table = read_table("regions/cues.csv")
    return tuple(
        (re.compile(row.cue[3:]), tuple(row.adcodes.split("|")), row.strength, row.group)
        for row in table.itertuples(index=False)
        if row.cue.startswith("re:")
    )


def _patterns(text: str) -> list[Evidence]:
    return [
        Evidence(
            adcodes,
            STRENGTHS[strength],
            "cue",
            group,
            match.group(),
            match.start(),
            match.end(),
            "text",
            strength == "strong",
        )
        for pattern, adcodes, strength, group in _compiled_patterns()
        for match in pattern.finditer(text)
    ]


def _from_partner(text: str, start: int) -> bool:
    return PARTNER_BEFORE.search(text[max(0, start - 14) : start]) is not None


@cache
def _abbreviations() -> dict[str, str]:
    table = read_table("regions/provinces.csv")
    return {
        abbreviation: code
        for code, cell in zip(table["adcode"], table["abbreviations"], strict=True)
        for abbreviation in cell.split("|")
        if abbreviation
    }


def number_evidence(text: str, gazetteer: Gazetteer) -> list[Evidence]:
    """Read the letters of document numbers: 绩政办 points at 绩溪县, 皖卫 at Anhui.

    Examples
    --------
    >>> from policytext.origin.gazetteer import load_gazetteer
    >>> number_evidence("按照(绩政办〔2019〕5号)要求", load_gazetteer())[0].adcodes
    ('341824',)
    """
    out = []
    for match in NUMBER.finditer(text):
        before = text[max(0, match.start() - LETTERS) : match.start()]
        office = OFFICE.search(before)
        if office is None or CENTRAL.match(office["prefix"]):
            continue
        prefix = office["prefix"]
        adcodes = prefix_codes(prefix, gazetteer)
        provinces = {a[:2] for a in adcodes}
        if not adcodes or len(provinces) > PREFIX_CHOICES:
            continue
        weight = 2.5 if len(provinces) == 1 else 1.0
        start = match.start() - len(before) + office.start("prefix")
        end = match.end()
        words = text[start:end]
        out.append(Evidence(adcodes, weight, "document_number", prefix, words, start, end, "text"))
    return out


def prefix_codes(prefix: str, gazetteer: Gazetteer) -> tuple[str, ...]:
    """Return the divisions the letters before 政办 can stand for.

    Examples
    --------
    >>> from policytext.origin.gazetteer import load_gazetteer
    >>> prefix_codes("绩", load_gazetteer())
    ('341824',)
    >>> prefix_codes("皖", load_gazetteer())
    ('340000',)
    """
    province = _abbreviations().get(prefix[0])
    if province is not None and len(prefix) == 1:
        return (province,)
    if province is not None:
        inside = _bearing(prefix[1:], gazetteer, province[:2])
        return inside or (province,)
    return _bearing(prefix, gazetteer, "")


def _bearing(letters: str, gazetteer: Gazetteer, within: str) -> tuple[str, ...]:
    found = {
        d.adcode
        for d in gazetteer.divisions
        if d.last is None
        and level_of(d.adcode) != "province"
        and d.adcode.startswith(within)
        and _in_order(letters, d.short)
    }
    return tuple(sorted(found))


def _in_order(letters: str, name: str) -> bool:
    position = -1
    for letter in letters:
        position = name.find(letter, position + 1)
        if position < 0:
            return False
    return True
