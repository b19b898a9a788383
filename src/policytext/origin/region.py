"""Of which province, city and county is a report, and how sure is that?

Every hint has a weight and the set of divisions it can mean. A division's score is the sum of what
points at it, repeated words counting little more than once. A reading is certain only if the
report names its own region, or carries several fixed expressions of it, and little else speaks
for another region.

References
----------
.. [1] National Bureau of Statistics, GB/T 2260 Codes for the administrative divisions of the
   People's Republic of China.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, TypedDict

from policytext.data import any_of, read_table, words_of
from policytext.origin.claims import Claim, ReportView, stem_of
from policytext.origin.gazetteer import (
    AUTONOMOUS,
    MUNICIPALITIES,
    NATIONAL,
    NATIONAL_NAME,
    Gazetteer,
    abbreviations,
    city_code,
    inner_prefix,
    level_of,
    province_code,
)
from policytext.origin.issuer import not_its_own
from policytext.origin.names import (
    HEAD_RULES,
    OWN_RULES,
    WEIGHTS,
    WORDS,
    WRITTEN_RULES,
    RegionHint,
    Zone,
    chains,
    follows_partner,
    listed,
    name_hints,
    place_hits,
    zones,
)
from policytext.origin.scanner import STRENGTHS, ListHit, ListScanner

# Which province, city and county follow from the hints and the level a report speaks at?

CLAIMS_KEPT: Final = 12
VOICE_OF: Final = {
    "province": "province",
    "city": "city",
    "prefecture": "city",
    "county": "county",
    "district": "county",
}
VOICED: Final = 0.4
CORPS: Final = "660000"


class SharedName(TypedDict, total=False):
    """The name of a county that several divisions bear, as fields of the whereabouts."""

    county: str
    county_certainty: str


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
    report: ReportView, hits: Sequence[ListHit], scanner: ListScanner, voices: Mapping[str, float]
) -> list[RegionHint]:
    """Return all hints at the region in title, text and, for a file of one report, file name.

    >>> from policytext.origin.scanner import load_scanner
    >>> gather(ReportView("青田县工作总结", ""), [], load_scanner(), {})[0].adcodes
    ('331121',)
    """
    marked = zones(report.text, report.filled_lines)
    if len(report.filled_lines) < len(report.all_lines):  # 抄送：… below the text
        marked += [one for one in zones(report.text, report.all_lines) if one.rule == "dead"]
    out = name_hints(report.text, hits, scanner, marked=marked)
    out += cue_hints(report.text, hits, scanner.gazetteer, voices, marked)
    title = report.own_title
    out += name_hints(title, scanner.hits(title), scanner, place="title")
    if report.alone and report.file_name and not report.compilation_title:
        name = stem_of(report.file_name)
        out += name_hints(name, scanner.hits(name), scanner, place="file_name")
    for name in filter(None, report.folder.split("/")):
        out += name_hints(name, scanner.hits(name), scanner, place="folder")
    return _beside_masked_owner(_beside_own_words(out), title, report.text)


def _beside_own_words(hints: Sequence[RegionHint]) -> list[RegionHint]:
    """A file named after another place than title and signature name weighs less than they do."""
    own = [set(h.adcodes) for h in hints if h.rule in {"title", "signature"} and h.place in OWN]
    return [
        replace(h, weight=WEIGHTS["zone"])
        if h.rule == "file_name" and own and not any(_within(set(h.adcodes), one) for one in own)
        else h
        for h in hints
    ]


OWN: Final = frozenset({"title", "text"})


def _within(some: set[str], others: set[str]) -> bool:
    """Whether a division of one set lies in, or holds, one of another."""
    return any(
        a.startswith(inner_prefix(b)) or b.startswith(inner_prefix(a)) for a in some for b in others
    )


_MASKED_OWNER: Final = re.compile(r"(?:‹(?:PLACE|MASK)›|[xX×*＊○某]{1,4})[省市县区州旗乡镇]")


def _beside_masked_owner(hints: Sequence[RegionHint], title: str, text: str) -> list[RegionHint]:
    """Where a title masks its owner (XX县工作总结), names in other lines are not the owner's.

    >>> hint = RegionHint(("430000",), 5.0, "header", "", "湖南", 0, 2, "title")
    >>> _beside_masked_owner([hint], "湖南某医院座谈会 XX县工作总结", "")[0].rule
    'aside'
    """
    parts = re.split(r"\s+", title)
    if not any(_MASKED_OWNER.match(part) for part in parts):
        return list(hints)
    texts = {"title": re.sub(r"\s", "\n", title), "text": text}
    return [
        replace(e, rule="aside", weight=WEIGHTS["aside"])
        if e.rule in {"title", "header"}
        and e.place in texts
        and not _MASKED_OWNER.search(line_at(texts[e.place], e.start))
        else e
        for e in hints
    ]


def line_at(text: str, position: int) -> str:
    """Return the line of a text that holds a position.

    >>> line_at("甲县\\n乙县", 4)
    '乙县'
    """
    end = text.find("\n", position)
    return text[text.rfind("\n", 0, position) + 1 : end if end >= 0 else len(text)]


def settle(
    report: ReportView,
    level: str,
    evidence: Sequence[RegionHint],
    voices: Mapping[str, float],
    gazetteer: Gazetteer,
    *,
    issued: bool = False,
    year: int | None = None,
) -> Whereabouts:
    """Return the place of a report.

    ``issued``: The level is that of the issuer, which limits the place: what a national body
    writes about a county speaks for no county. ``year``: Year of the report, for names that moved.

    >>> hint = RegionHint(("331121",), 6.0, "title", "title", "青田县", 0, 3, "title")
    >>> from policytext.origin.gazetteer import load_gazetteer
    >>> settle(ReportView("", ""), "county", [hint], {"county": 3.0}, load_gazetteer()).city
    '丽水市'
    """
    national = _national(report, level, evidence, voices, issued=issued)
    if national:
        claim = Claim("province", NATIONAL_NAME, national, "", -1, -1, "text", "national")
        return Whereabouts("national", NATIONAL_NAME, "", "", NATIONAL, national, claims=(claim,))
    evidence = _without_stray_towns(_by_voice(evidence, voices))
    voiced = any(weight >= VOICED for name, weight in voices.items() if name != "national")
    province = best_division(evidence, "province", voiced=voiced)
    headed = any(e.rule in WRITTEN_RULES for e in province.evidence)
    local = headed or (issued and level not in {"national", "unknown"})
    own = 1.0 if local else own_text(evidence, province.adcode, voices)
    if own >= AT_HOME and any(e.rule in {"visited", "branch"} for e in province.evidence):
        own = max(own, _own_model()["likely"])  # who says that guests come is at home there
    mentioned = all(e.rule in MENTIONS | {"named"} for e in province.evidence)
    away = mentioned and _may_be_elsewhere(province)
    if not province.adcode or away or own < _own_model()["certain" if mentioned else "likely"]:
        said = sum(weight for name, weight in voices.items() if name != "national")
        placeless = not province.adcode and said >= voices.get("national", 0.0)
        bodily = level == "institution"  # known without its place
        heard = issued or placeless or bodily or own_features(evidence, "", voices)[1] >= HEARD
        return Whereabouts(
            level if heard else "unknown",
            **_shared_name(level, evidence),
            claims=tuple(_set_aside(evidence)),
        )
    city = best_division(evidence, "city", within=province.adcode, voiced=voiced)
    inner = city.adcode or province.adcode
    county = best_division(evidence, "county", within=inner, voiced=voiced)
    city = _at_most(city, province.certainty)  # no more sure than what it lies in
    county = _at_most(county, city.certainty if city.adcode else province.certainty)
    if own < _own_model()["certain"] or _of_the_corps(province):
        province, city, county = (_at_most(r, "likely") for r in (province, city, county))
    if headed and not any(e.rule in WRITTEN_RULES for e in (*city.evidence, *county.evidence)):
        city, county = _at_most(city, "likely"), _at_most(county, "likely")
    inside = [e for e in evidence if e.adcodes and e.adcodes[0][:2] == province.adcode[:2]]
    shared: SharedName = {} if city.adcode else _shared_name(level, inside)
    level = "county" if shared and level == "unknown" else level
    level = _level("unknown" if level == "national" else level, province, city, county)
    level = _of_a_division(report.own_title, level, province)
    spoken = max(sorted(voices), key=lambda v: voices[v]) if voices else ""
    prefecture = listed("prefecture_end", after="$").search(gazetteer.name(city.adcode))
    if spoken == "city" and level == "city" and prefecture and not _heads(city):
        level = "county"  # 我市 of a prefecture is a county-level city in it
    where = _assemble(level, province, city, county, gazetteer, year)
    return where if where.county else replace(where, **shared)


def _of_the_corps(province: DivisionReading) -> bool:
    """Whether a city that a division of the Corps runs names the region: it is in Xinjiang too."""
    return any(e.adcodes == (CORPS,) and e.name.endswith("市") for e in province.evidence)


def _of_a_division(title: str, level: str, province: DivisionReading) -> str:
    """Return the level of a division of the Corps and its city, or of a regiment behind them."""
    named = [e for e in province.evidence if e.place == "title" and e.adcodes == (CORPS,)]
    last = next((e for e in named if e.name.endswith("市")), None)
    if level not in {"province", "unknown"} or last is None:
        return level
    return "county" if listed("regiment").match(title, last.end) else "city"


def _may_be_elsewhere(province: DivisionReading) -> bool:
    """Whether a province that a text only mentions may be a partner's.

    A county names its own province alone (浙江省先进), and the home of others down to the county.
    """
    named = {e.words: e.adcodes for e in province.evidence if e.rule == "named"}
    alone = any(level_of(code) == "province" for codes in named.values() for code in codes)
    return len(named) < 2 and not alone


def maker_level(report: ReportView, scanner: ListScanner) -> str:
    """Return the level of the congress that passed a law by a head line, "" if none says it.

    A province's law about a district names the district everywhere, and is the province's.

    >>> from policytext.origin.scanner import load_scanner
    >>> line = "2021年3月1日浙江省第十三届人民代表大会常务委员会第二次会议通过"
    >>> maker_level(ReportView("杭州市西湖区景区条例", line), load_scanner())
    'province'
    """
    for _, line in report.filled_lines[:STATE_LINES]:
        passed = listed("passed").search(line)
        lead = line[: passed.start()] if passed and passed.start() <= STATE_LINE else ""
        for chain in chains(lead, scanner.hits(lead), scanner) if lead else ():
            levels = {level_of(code) for code in chain.adcodes}
            if chain.full and len(levels) == 1 and listed("session").search(lead[chain.end :]):
                return levels.pop()
    return ""


AT_HOME: Final = 0.5
"""Least probability of a region's own text of which guests that come there may make it likely."""
HEARD: Final = 0.5
"""Least share of local voices by which a text of no region still has a level."""


def own_text(evidence: Sequence[RegionHint], adcode: str, voices: Mapping[str, float]) -> float:
    """Return the probability that a text speaks of its own region, and not of the country.

    Asked where no title, head line or signature names the region. It is a logistic model of two
    things: the region's ``share`` of all that points at a province, and the share of 我省, 全县
    among all voices. National news names one province loudly and has no such voice.

    >>> hint = RegionHint(("330000",), 2.0, "own_before", "", "浙江", 0, 2, "text")
    >>> round(own_text([hint], "330000", {"province": 9.0}), 2)
    0.99
    >>> own_text([hint], "330000", {}) < 0.8
    True
    """
    model, (share, voice) = _own_model(), own_features(evidence, adcode, voices)
    score = model["intercept"] + model["share"] * share + model["voice"] * voice
    return 1 / (1 + math.exp(-score))


def own_features(
    evidence: Sequence[RegionHint], adcode: str, voices: Mapping[str, float]
) -> tuple[float, float]:
    """Return the share of a province in the hints at one province, and of local voices."""
    scores: defaultdict[str, float] = defaultdict(float)
    for item in pooled(evidence):
        provinces = {code[:2] for code in item.adcodes}
        if len(provinces) == 1:
            scores[provinces.pop()] += item.weight
    local = sum(weight for name, weight in voices.items() if name != "national")
    total = sum(scores.values())
    share = scores[adcode[:2]] / total if total else 0.0
    return share, local / (local + voices.get("national", 0.0) + 1.0)


@cache
def _own_model() -> dict[str, float]:
    table = read_table("regions/own-text.csv")
    return dict(zip(table["name"], table["value"].astype(float), strict=True))


def _at_most(reading: DivisionReading, certainty: str) -> DivisionReading:
    sure = certainty == "likely" and reading.certainty == "certain"
    return replace(reading, certainty="likely") if sure else reading


def _without_stray_towns(evidence: Sequence[RegionHint]) -> list[RegionHint]:
    """Set townships aside that lie in none of the provinces the report names otherwise.

    Township names repeat across the country, and no list of them is complete: one of them must
    not outweigh the name of a province.
    """
    named = {c[:2] for e in evidence if e.rule != "town" and e.weight > 0 for c in e.adcodes}
    return [
        replace(e, weight=0.0)
        if e.rule == "town" and named and not {c[:2] for c in e.adcodes} & named
        else e
        for e in evidence
    ]


def _by_voice(evidence: Sequence[RegionHint], voices: Mapping[str, float]) -> list[RegionHint]:
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
    report: ReportView,
    level: str,
    evidence: Sequence[RegionHint],
    voices: Mapping[str, float],
    *,
    issued: bool,
) -> str:
    """``certain`` for the State Council and national bodies, ``likely`` by voice alone."""
    if any(e.rule == "title" and e.place == "title" for e in evidence):
        return ""
    if (issued and level == "national") or _names_the_state(report):
        return "certain"
    spoken = sum(v for k, v in voices.items() if k != "national")
    own = sum(e.weight for e in evidence if e.rule in OWN_RULES)
    by_voice = level == "national" and spoken < 1 and voices.get("national", 0) >= 2 and own < 3
    return "likely" if by_voice else ""


STATE_LINES: Final = 8
STATE_LINE: Final = 90


def _names_the_state(report: ReportView) -> bool:
    """Whether title or head lines name a body of the state, or an addressee in all provinces."""
    begun = listed("national_title", before=r"^[\W\d_]*").match(report.own_title)
    if begun and not not_its_own(report.own_title[begun.end() :]):
        return True
    if listed("state_words").search(report.text[:STATE_TEXT]):
        return True
    heads = [line for _, line in report.filled_lines[:STATE_LINES] if len(line) <= STATE_LINE]
    return any(
        listed("national_session").search(line)
        or listed("addressed_all", before=r"^\s*").match(line)
        or listed("national_number", before=r"^[\s（(]*").match(line)
        for line in [*heads, report.own_title]
    )


STATE_TEXT: Final = 400


def _level(
    level: str, province: DivisionReading, city: DivisionReading, county: DivisionReading
) -> str:
    """Correct the level by the place: 我市 of a municipality, 我区 of an autonomous region."""
    if level == "county" and province.adcode in AUTONOMOUS and not _heads(county):
        return "province" if _heads(province, own=True) else level
    if level == "city":
        if province.adcode in MUNICIPALITIES:
            return "county" if _heads(county) else "province"
        if _heads(county) and not _heads(city, own=True):
            return "county"
    if level == "unknown":
        for reading, name in ((county, "county"), (city, "city"), (province, "province")):
            branch = any(e.rule == "branch" and e.place == "title" for e in reading.evidence)
            if _heads(reading, own=name == "province") or (branch and name != "province"):
                return name
    return level


def _heads(reading: DivisionReading, *, own: bool = False) -> bool:
    """Whether a division stands in title, head lines, signature or file name."""
    codes = {reading.adcode}
    return any(
        e.rule in HEAD_RULES and (not own or set(e.adcodes) == codes) for e in reading.evidence
    ) and bool(reading.adcode)


def _assemble(
    level: str,
    province: DivisionReading,
    city: DivisionReading,
    county: DivisionReading,
    gazetteer: Gazetteer,
    year: int | None,
) -> Whereabouts:
    use_city = level not in {"province", "national"} and city.adcode != ""
    use_county = level in {"county", "township", "institution", "unknown"} and county.adcode != ""
    adcode = county.adcode if use_county else city.adcode if use_city else province.adcode
    printed = county if use_county else city if use_city else province
    name = _printed(printed)
    then = gazetteer.then(adcode, name, year) if year else adcode
    if level_of(then) != level_of(adcode):
        return _moved(then, printed, gazetteer)
    place = gazetteer.place(adcode, printed=name)
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


def _moved(adcode: str, reading: DivisionReading, gazetteer: Gazetteer) -> Whereabouts:
    """A name that stood for a division of another level in the year of the report."""
    place, level, sure = gazetteer.place(adcode), level_of(adcode), reading.certainty
    claims = _claims("province", place.province, reading)
    held = [f for f in ("province", "city", "county") if getattr(place, f)]
    certainties = {f"{name}_certainty": sure for name in held}
    for name in held[1:]:
        claims += _claims(name, getattr(place, name), reading)
    names = (place.province, place.city, place.county)
    return Whereabouts(level, *names, adcode, **certainties, claims=tuple(claims))


def _printed(reading: DivisionReading) -> str:
    own = [e for e in reading.evidence if set(e.adcodes) == {reading.adcode}]
    best = max(own, key=lambda e: e.weight, default=None)
    return (best.name or best.words) if best else ""


def _shared_name(level: str, evidence: Sequence[RegionHint]) -> SharedName:
    """A title's county name that several provinces have (鼓楼区): the name is likely, no more."""
    for item in evidence:
        counties = len(item.adcodes) > 1 and all(level_of(a) == "county" for a in item.adcodes)
        if item.rule in HEAD_RULES and counties and level in {"county", "unknown"}:
            return {"county": item.name or item.words, "county_certainty": "likely"}
    return {}


def _claims(field: str, value: str, reading: DivisionReading) -> list[Claim]:
    ranked = sorted(reading.evidence, key=lambda e: (-e.weight, e.start))[:CLAIMS_KEPT]
    out = [
        Claim(field, value, reading.certainty, e.words, e.start, e.end, e.place, e.rule)
        for e in ranked
    ]
    return out + _set_aside(reading.against)[:CLAIMS_KEPT]


def _set_aside(evidence: Sequence[RegionHint]) -> list[Claim]:
    """Hints that were not enough or spoke for another region, kept to be seen."""
    return [
        Claim(
            "province", "|".join(e.adcodes[:4]), "unknown", e.words, e.start, e.end, e.place, e.rule
        )
        for e in evidence
    ][:CLAIMS_KEPT]


# Which division of one level do the hints speak for, and how clearly?

CERTAIN: Final = 3.0
LIKELY: Final = 1.2
CONFLICT: Final = 0.34
MARGIN: Final = 1.3
APART: Final = 0.4
OFTEN: Final = 4
NAME_RULES: Final = OWN_RULES | {"named", "often", "cited", "duty", "institution", "own_after"}


MENTIONS: Final = frozenset({"cited", "institution", "duty", "listed", "aside"})
"""Rules that show a name to be in the text, and nothing about whose report it is."""


@dataclass(frozen=True, slots=True)
class DivisionReading:
    """The best division of one level: its code ("" if none), certainty and the evidence for it."""

    adcode: str
    certainty: str
    evidence: tuple[RegionHint, ...]
    against: tuple[RegionHint, ...] = ()


NO_READING: Final = DivisionReading("", "unknown", ())


def pooled(evidence: Iterable[RegionHint]) -> list[RegionHint]:
    """Merge repeated hints: the same words by the same rule count once and a little more.

    >>> hint = RegionHint(("610000",), 2.0, "cue", "heliao", "合疗", 0, 2, "text", True)
    >>> [round(e.weight, 2) for e in pooled([hint, hint])]
    [2.5]
    """
    groups: defaultdict[tuple[object, ...], list[RegionHint]] = defaultdict(list)
    for item in evidence:
        if item.rule == "cue":
            groups[item.rule, item.group].append(item)
        elif item.rule == "document_number":
            groups[item.rule, item.group, item.adcodes].append(item)
        else:
            groups[item.rule, item.words, item.adcodes].append(item)
    out = []
    for rows in groups.values():
        if len(rows) == 1:
            out.append(rows[0])
            continue
        best = max(rows, key=lambda e: e.weight)
        weight = best.weight * (1 + 0.25 * min(math.log2(len(rows)), 3))
        often = best.rule == "named" and len(rows) >= OFTEN
        out.append(replace(best, weight=weight, rule="often" if often else best.rule))
    return out


def best_division(
    evidence: Sequence[RegionHint], level: str, *, within: str = "", voiced: bool = True
) -> DivisionReading:
    """Return the best division of one level.

    >>> hint = RegionHint(("431228",), 6.0, "title", "title", "芷江侗族自治县", 0, 7, "title")
    >>> reading = best_division([hint], "province")
    >>> reading.adcode, reading.certainty
    ('430000', 'certain')
    """
    project = _projector(level, within)
    items = [(item, project(item.adcodes)) for item in pooled(evidence) if item.weight > 0]
    items = [(item, codes) for item, codes in items if codes]
    scores: defaultdict[str, float] = defaultdict(float)
    for item, codes in items:
        for code in codes:
            scores[code] += item.weight
    if not scores:
        return NO_READING
    ranked = sorted(scores, key=lambda c: (-scores[c], c))
    best = ranked[0]
    support = [item for item, codes in items if best in codes]
    against = [(item, codes) for item, codes in items if best not in codes]
    rival = max((_score_of(code, against) for code in scores if code != best), default=0.0)
    apart = scores[best] - max(
        (
            sum(i.weight for i, codes in items if best in codes and code in codes)
            for code in ranked[1:]
        ),
        default=0.0,
    )
    certainty = _certainty(scores[best], apart, rival, support)
    if certainty == "certain" and len(ranked) > 1 and not _decided(items, best, ranked[1]):
        certainty = "likely"
    in_text = any(e.rule in HEAD_RULES and e.place != "file_name" for e in support)
    if certainty == "certain" and not voiced and not in_text:
        certainty = "likely"
    return DivisionReading(
        best if certainty != "unknown" else "",
        certainty,
        tuple(support),
        tuple(item for item, _ in against),
    )


def _decided(items: Sequence[tuple[RegionHint, frozenset[str]]], best: str, next_: str) -> bool:
    """Whether more than a mention tells the best from the next: its own words, or its whole name.

    市中区 of a title with 乐山市人民医院 in the text is likely that of 乐山, and no more.
    """
    shared = {a for item, codes in items if {best, next_} <= codes for a in item.adcodes}
    deciding = [item for item, codes in items if best in codes and next_ not in codes]
    return not shared or any(
        item.rule in OWN_RULES | {"cue", "often"} or shared & set(item.adcodes) for item in deciding
    )


def _score_of(code: str, items: Sequence[tuple[RegionHint, frozenset[str]]]) -> float:
    return sum(item.weight for item, codes in items if code in codes)


def _certainty(best: float, apart: float, rival: float, support: list[RegionHint]) -> str:
    """``apart`` is what speaks for the best and not for the next, ``rival`` the reverse."""
    own = sum(e.weight for e in support if e.rule in OWN_RULES)
    if best < LIKELY or apart < APART or all(e.rule in MENTIONS for e in support):
        return "unknown"
    if rival > CONFLICT * best:
        return "likely" if best >= MARGIN * rival and apart > rival else "unknown"
    settled = own >= LIKELY or _cues_certain(support)
    if settled and best >= CERTAIN and apart >= LIKELY:
        return "certain"
    return "likely"


def _cues_certain(support: Sequence[RegionHint]) -> bool:
    """Fixed expressions settle a region if they are several, or stand beside its name."""
    strong = {e.group for e in support if e.rule == "cue" and e.strong}
    groups = {e.group for e in support if e.rule in {"cue", "town"}}
    score = sum(e.weight for e in support)
    named = sum(e.weight for e in support if e.rule in NAME_RULES)
    return (
        len(strong) >= 2
        or (len(strong) == 1 and len(groups) >= 3 and score >= 4.0)
        or (len(strong) == 1 and named >= 1.0)
    )


def _projector(level: str, within: str) -> Callable[[tuple[str, ...]], frozenset[str]]:
    prefix = inner_prefix(within) if within else ""

    def project(adcodes: tuple[str, ...]) -> frozenset[str]:
        inside = [a for a in adcodes if a.startswith(prefix)]
        if level == "province":
            return frozenset(province_code(a) for a in inside)
        if level == "city":
            return frozenset(city_code(a) for a in inside if level_of(a) != "province")
        return frozenset(a for a in inside if level_of(a) == "county")

    return project


# Which other words point at a region: townships, officials, fixed expressions, file numbers?

TOWN_WEIGHTS: Final = {1: 1.6, 2: 0.8, 3: 0.6, 4: 0.4, 5: 0.4}
NUMBER: Final = re.compile(
    r"[〔\[(（【]\s*(?P<year>(?:19|20)\d{2})\s*[〕\])）】]\s*(?:第\s*)?(?P<number>\d{1,4})\s*号"
)
LETTERS: Final = 12
LETTER_WEIGHT: Final = 1.8
PREFIX_CHOICES: Final = 8
LEVEL_VOICES: Final = {
    "voice_province": frozenset({"province"}),
    "voice_city": frozenset({"city"}),
    "voice_prefecture": frozenset({"prefecture"}),
}


def cue_hints(
    text: str,
    hits: Sequence[ListHit],
    gazetteer: Gazetteer,
    voices: Mapping[str, float],
    marked: Sequence[Zone] = (),
) -> list[RegionHint]:
    """Return evidence from townships, officials, fixed expressions and document numbers.

    >>> from policytext.origin.scanner import load_scanner
    >>> scanner, text = load_scanner(), "各苏木卫生院和嘎查卫生室"
    >>> hits = scanner.hits(text)
    >>> [e.words for e in cue_hints(text, hits, scanner.gazetteer, {})]
    ['苏木', '嘎查']
    """
    dead = [(z.start, z.end) for z in marked if z.rule == "dead"]
    found = [
        *_towns(text, hits),
        *_officials(hits),
        *_outside_names(_cues(text, hits, voices), hits),
        *_patterns(text),
        *_visits(text),
        *number_hints(text, gazetteer),
    ]
    return [e for e in found if not any(a <= e.start < b for a, b in dead)]


def _towns(text: str, hits: Sequence[ListHit]) -> list[RegionHint]:
    out = []
    for hit, entry in place_hits(hits, ("trap", "name", "town")):
        broken = hit.word.endswith("乡镇") or text[hit.end : hit.end + 1] in {"镇", "乡"}
        from_partner = follows_partner(text[max(0, hit.start - 14) : hit.start])
        if entry.kind == "town" and not broken and not from_partner:
            weight = TOWN_WEIGHTS[len(entry.adcodes)]
            out.append(_evidence(hit, entry.adcodes, weight, "town", f"town {hit.word}"))
    return out


def _officials(hits: Sequence[ListHit]) -> list[RegionHint]:
    return [
        _evidence(hit, entry.adcodes, entry.weight, "official", f"official {hit.word}")
        for hit in hits
        for entry in hit.entries
        if entry.kind == "official"
    ]


def _cues(text: str, hits: Sequence[ListHit], voices: Mapping[str, float]) -> list[RegionHint]:
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


def _outside_names(found: list[RegionHint], hits: Sequence[ListHit]) -> list[RegionHint]:
    """Drop expressions that lie in a name or cut one: 州市 in 湖州市 says nothing of Yunnan."""
    names = [(h.start, h.end) for h, _ in place_hits(hits, ("trap", "name", "short"))]
    inside = {at: span for span in names for at in range(*span)}

    def cut(item: RegionHint) -> bool:
        spans = {inside[at] for at in (item.start, item.end - 1) if at in inside}
        return any(a < item.start or item.end < b for a, b in spans)

    return [item for item in found if not cut(item)]


def _evidence(
    hit: ListHit,
    adcodes: tuple[str, ...],
    weight: float,
    rule: str,
    group: str,
    *,
    strong: bool = False,
) -> RegionHint:
    return RegionHint(adcodes, weight, rule, group, hit.word, hit.start, hit.end, "text", strong)


@cache
def _compiled_patterns() -> tuple[tuple[re.Pattern[str], tuple[str, ...], str, str], ...]:
    table = read_table("regions/cues.csv")
    return tuple(
        (re.compile(row.cue[3:]), tuple(row.adcodes.split("|")), row.strength, row.group)
        for row in table.itertuples(index=False)
        if row.cue.startswith("re:")
    )


def _patterns(text: str) -> list[RegionHint]:
    return [
        RegionHint(
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


@cache
def _visit() -> re.Pattern[str]:
    letters = (a for a in abbreviations() if len(a) == 1 and a not in words_of(WORDS, "two_places"))
    come, then = any_of(WORDS, "visited_before"), any_of(WORDS, "visited_after")
    return re.compile(f"{come}(?P<letter>[{''.join(letters)}])(?={then})")


def _visits(text: str) -> list[RegionHint]:
    """Read the province to which guests come by its one letter (来湘调研): likely, and no more."""
    return [
        RegionHint(
            (abbreviations()[match["letter"]],),
            *(LETTER_WEIGHT, "visited", "letter", match.group(), *match.span(), "text"),
        )
        for match in _visit().finditer(text)
    ]


@cache
def _office() -> re.Pattern[str]:
    office = any_of(WORDS, "office_letters")
    return re.compile(rf"(?:^|[^一-龥])(?P<prefix>[一-龥]{{1,3}}?){office}[一-龥]{{0,6}}\s*$")


def number_hints(text: str, gazetteer: Gazetteer) -> list[RegionHint]:
    """Read the letters of document numbers: 绩政办 points at 绩溪县, 皖卫 at Anhui.

    >>> from policytext.origin.gazetteer import load_gazetteer
    >>> number_hints("按照(绩政办〔2019〕5号)要求", load_gazetteer())[0].adcodes
    ('341824',)
    """
    out = []
    for match in NUMBER.finditer(text):
        before = text[max(0, match.start() - LETTERS) : match.start()]
        office = _office().search(before)
        if office is None or listed("central_letters").match(office["prefix"]):
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
        out.append(
            RegionHint(adcodes, weight, "document_number", prefix, words, start, end, "text")
        )
    return out


def prefix_codes(prefix: str, gazetteer: Gazetteer) -> tuple[str, ...]:
    """Return the divisions the letters before 政办 can stand for.

    >>> from policytext.origin.gazetteer import load_gazetteer
    >>> prefix_codes("绩", load_gazetteer())
    ('341824',)
    >>> prefix_codes("皖", load_gazetteer())
    ('340000',)
    """
    province = abbreviations().get(prefix[0])
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
