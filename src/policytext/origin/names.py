"""Where do the words of the place, cue, event and voice lists stand in a text?

One pass of one automaton finds all lists at once, so that long texts cost little.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from policytext.data import read_table
from policytext.origin.gazetteer import (
    Division,
    Gazetteer,
    city_code,
    level_of,
    load_gazetteer,
    province_code,
)

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick


# Where do the words of the place, cue, event and voice lists stand in a text?
# One pass of one automaton finds all lists at once, so that long texts cost little.

MANY_TOWNS: Final = 5
"""Township names that more counties share than this say nothing."""

STRENGTHS: Final = {"strong": 2.0, "medium": 1.2, "weak": 0.4}


class Entry(NamedTuple):
    """One meaning of one word of the lists.

    ``kind`` is trap (a longer word that holds a name), name, short, town, official, cue, event or
    voice; ``adcodes`` are the divisions it can mean; ``weight`` is its strength as a cue;
    ``detail`` is the row it comes from.
    """

    kind: str
    adcodes: tuple[str, ...]
    weight: float
    detail: tuple[str, ...] = ()


class Hit(NamedTuple):
    """One place in a text where a word of the lists stands."""

    word: str
    start: int
    end: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Rules:
    """How names that are also ordinary words may be read."""

    never: frozenset[str]
    chain: frozenset[str]
    level: dict[str, str]


class Scanner:
    """Finds the words of all lists in one pass.

    ``gazetteer``: The divisions.

    >>> [hit.word for hit in Scanner(load_gazetteer()).hits("绩溪县各苏木和我县")]
    ['绩溪县', '绩溪', '苏木', '我县']
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer

    def __getstate__(self) -> dict[str, object]:
        return {"gazetteer": self.gazetteer}

    def __setstate__(self, state: dict[str, Gazetteer]) -> None:
        self.gazetteer = state["gazetteer"]

    @cached_property
    def rules(self) -> Rules:
        """Names that are also ordinary words, from ``regions/ordinary.csv``."""
        table = read_table("regions/ordinary.csv")
        use = dict(zip(table["name"], table["use"], strict=True))
        levels = {n: u for n, u in use.items() if u in {"province", "city", "county"}}
        return Rules(
            frozenset(n for n, u in use.items() if u == "never"),
            frozenset(n for n, u in use.items() if u == "chain"),
            levels,
        )

    @cached_property
    def _words(self) -> dict[str, tuple[Entry, ...]]:
        out: defaultdict[str, list[Entry]] = defaultdict(list)
        self._add_names(out)
        self._add_towns(out)
        for trap in read_table("regions/traps.csv")["words"]:
            out[trap].append(Entry("trap", (), 0.0))
        _add_officials(out)
        _add_cues(out)
        _add_events(out)
        _add_voices(out)
        return {word: tuple(entries) for word, entries in out.items()}

    def _add_names(self, out: defaultdict[str, list[Entry]]) -> None:
        names: defaultdict[str, list[Division]] = defaultdict(list)
        shorts: defaultdict[str, list[Division]] = defaultdict(list)
        for division in self.gazetteer.divisions:
            if division.name not in self.rules.never and not _far_district(division):
                names[division.name].append(division)
            if self._short_allowed(division):
                shorts[division.short].append(division)
        for name, divisions in names.items():
            out[name].append(Entry("name", _codes(divisions), 0.0))
        for short, divisions in shorts.items():
            if short not in names:
                out[short].append(Entry("short", _codes(divisions), 0.0))

    def _short_allowed(self, division: Division) -> bool:
        short = division.short
        if short in self.rules.never or short == division.name or _far_district(division):
            return False
        wanted = self.rules.level.get(short)
        return wanted is None or wanted == division.level

    def _add_towns(self, out: defaultdict[str, list[Entry]]) -> None:
        for name, codes in self.gazetteer.townships.items():
            if len(codes) <= MANY_TOWNS and name not in out:
                out[name].append(Entry("town", codes, 0.0))

    @cached_property
    def _order(self) -> tuple[str, ...]:
        return tuple(self._words)

    @cached_property
    def _automaton(self) -> AhoCorasick:
        from ahocorasick_rs import AhoCorasick

        return AhoCorasick(list(self._order))

    def hits(self, text: str) -> list[Hit]:
        """Return all hits in order of their start; longer ones first at the same start."""
        order, words = self._order, self._words
        found = [
            Hit(order[number], start, end, words[order[number]])
            for number, start, end in self._automaton.find_matches_as_indexes(
                text, overlapping=True
            )
        ]
        return sorted(found, key=lambda hit: (hit.start, -hit.end))


def _codes(divisions: list[Division]) -> tuple[str, ...]:
    """Codes a name can mean: within a province the current one, and the highest, come first."""
    rank = {"province": 0, "city": 1, "county": 2}
    by_province: defaultdict[str, list[Division]] = defaultdict(list)
    for division in divisions:
        by_province[division.adcode[:2]].append(division)
    out: set[str] = set()
    for rows in by_province.values():
        now = [d for d in rows if d.last is None] or rows
        top = min(rank[d.level] for d in now)
        out |= {d.adcode for d in now if rank[d.level] == top}
    return tuple(sorted(out))


def _far_district(division: Division) -> bool:
    """Districts of Hong Kong and Macao bear names that are ordinary words on the mainland."""
    return division.adcode[:2] in {"81", "82"} and division.level != "province"


def _add_officials(out: defaultdict[str, list[Entry]]) -> None:
    table = read_table("regions/officials.csv")
    codes: defaultdict[str, set[str]] = defaultdict(set)
    for row in table.itertuples(index=False):
        office = row.office.removeprefix("自治区")
        for word in (row.name + office, office + row.name, office + " " + row.name):
            codes[word].add(row.adcode)
    for word, provinces in codes.items():
        out[word].append(Entry("official", tuple(sorted(provinces)), 2.5))


def _add_cues(out: defaultdict[str, list[Entry]]) -> None:
    for row in read_table("regions/cues.csv").itertuples(index=False):
        if not row.cue.startswith("re:"):
            detail = (row.group, row.strength, row.needs, row.not_after)
            adcodes = tuple(row.adcodes.split("|"))
            out[row.cue].append(Entry("cue", adcodes, STRENGTHS[row.strength], detail))


def _add_events(out: defaultdict[str, list[Entry]]) -> None:
    for row in read_table("events.csv").itertuples(index=False):
        detail = (row.kind, row.first, row.last, row.firmness)
        out[row.phrase].append(Entry("event", (), 0.0, detail))


def _add_voices(out: defaultdict[str, list[Entry]]) -> None:
    for row in read_table("kinds/voices.csv").itertuples(index=False):
        out[row.words].append(Entry("voice", (), float(row.weight), (row.level,)))


@cache
def load_scanner() -> Scanner:
    """Return the scanner over the gazetteer that the package carries.

    >>> [hit.word for hit in load_scanner().hits("我县")]
    ['我县']
    """
    return Scanner(load_gazetteer())


# Does a place name speak of the reporting region, judged by the words around it?

GAP: Final = r"[了在于向着的“《]?$"
PARTNER_BEFORE: Final = re.compile(
    r"(?:驰援|支援|援助|援建|援|对口(?:支援|帮扶|协作|合作)?|帮扶|赴|前往|奔赴|抵达|去往?|来自|来源于|"
    r"学习(?:推广|借鉴|参照)?|推广|借鉴|参照|考察|参观|交流|与|同|联合|携手|结对|邀请|聘请|引进|毗邻|"
    r"对接|融入|流向|途经|返回|离|来|从|由|比|超过|低于|高于|接收|主要为|选派|派驻|派往|进驻|到|在外|和|"
    r"(?:赴|前往|驰援|支援|来自|学习)[^，。,；;\n]{0,8}[、和及])" + GAP
)
AFAR: Final = re.compile(r"(?:赴|前往|到|驰援|支援|进修|派往)$")
PARTNER_AFTER: Final = re.compile(
    r"(?:等?[省市县区州]?(?:经验|模式|做法|疫情|籍|务工|医疗队|援|对口|考察|保卫战|时间|战役|精神|会议|"
    r"日报|晚报|晨报|卫视|电视台|出版社|银行|公司|集团|药业|制药|同志|方言|来[深京沪穗的我]|协作|奥运|冬奥|亚运|大运会|世博|进博|代表团|东路|西路|路|大道|街\b|"
    r"(?:的)?(?:医疗)?专家|患者|游客|客商)|等(?:省|地|市|[\d一二三四五六七八九十多几数]))"
)
INSTITUTION_AFTER: Final = re.compile(
    r"[市省]?(?:大学|学院|医科大?|中医药大|交大|交通大学|协和|附属|第[一二三四五六七八九十]+(?![一二三四五六七八九十届次])|[一二三四五六七八九]院|"
    r"人民医院|中心医院|儿童医院|肿瘤医院|总医院|中医院|妇幼|胸科|军医)"
)
OWN_AFTER: Final = re.compile(
    r"(?:人民政府|政府|县委|区委|市委|省委|委员会|委|卫生|卫健|卫计|医保局?|医疗保障|财政|民政|疾控|人社|"
    r"位于|地处|总面积|下辖|辖|全[县市省区州]|域|县域|常住人口|总人口|地区生产总值|纪委|第[一二三四五六七八九十]+[届次]|"
    r"人大|政协|印发|出台|制定|坚持|始终|积极|持续|深入|扎实|全面|着力|认真|高度重视|成功|率先|被(?:评|列|授)|荣获|入选|"
    r"现有|共有|共设|社会|经济|乡镇|各[乡镇级]|基层)"
)
OWN_BEFORE: Final = re.compile(
    r"(?:中共|推进|推动|落地|创建|健康|平安|美丽|清洁|法治|数字|清廉|幸福|文明|齐聚|我家|建设|打造|落户)[“]?$"
)
CITED: Final = re.compile(r"《$")
SELF: Final = re.compile(r"位于|地处|总面积|下辖|现辖|常住人口|总人口|户籍人口")
OWN_BEFORE_SHORT: Final = re.compile(
    r"(?:中共|落地|健康|平安|美丽|清洁|法治|数字|清廉|幸福|齐聚|我家|落户|《|宜居)[“]?$"
)
OWN_AFTER_SHORT: Final = re.compile(r"人民医院|中医院|妇幼保健院|模式获")
NEWS_SOURCE: Final = re.compile(r"[^，。,；;、\n]{0,14}(?:获悉|了解到)")
TITLE_AFTER: Final = re.compile(
    r"卫生|卫健|卫计|医保局|医疗保障|人民医院|中医院|财政局|县域|：|:|$"
)
DUTY: Final = re.compile(r"(?:口岸|机场|隔离点|高速卡口)")
DEAD_LINE: Final = re.compile(
    r"ICP|公网安备|版权所有|主办单位|承办单位|技术支持|网站标识|^\s*(?:来源|来自|稿源|转自|作者单位)\s*[:：]|"
    r"本文来源|上传人|上传时间|基金项目|通信作者|通讯作者|作者简介|[Ee]-?mail|(?<!\d)\d{6}(?!\d)[，,、；;\s)）]"
)


class Zone(NamedTuple):
    """A stretch of the text that is read in one way: header, signature or dead."""

    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Place names that follow each other without a gap (福州市鼓楼区)."""

    hits: tuple[Hit, ...]
    adcodes: tuple[str, ...]
    full: bool

    @property
    def start(self) -> int:
        """Where the first name begins."""
        return self.hits[0].start

    @property
    def end(self) -> int:
        """Where the last name ends."""
        return self.hits[-1].end

    @property
    def provinces(self) -> frozenset[str]:
        """Codes of the provinces it can lie in."""
        return frozenset(province_code(a) for a in self.adcodes)


def zones(text: str) -> list[Zone]:
    """Find the head lines, the signature lines and the lines that are no evidence.

    >>> [zone.rule for zone in zones("某县卫生局文件\\n蜀ICP备1号\\n" + "正文。" * 40)]
    ['header', 'dead']
    """
    out: list[Zone] = []
    lines: list[tuple[int, int]] = []
    position = 0
    for line in text.split("\n"):
        lines.append((position, position + len(line)))
        position += len(line) + 1
    filled = [(a, b) for a, b in lines if text[a:b].strip()]
    for index, (a, b) in enumerate(filled):
        line = text[a:b]
        short = len(line.strip()) <= 60 and not re.search(r"[。；;，,]", line)
        if DEAD_LINE.search(line):
            out.append(Zone(a, b, "dead"))
        elif (index < 6 and len(line.strip()) <= 90 and "代表大会" in line) or (
            short and index < 4 and a < 300
        ):
            out.append(Zone(a, b, "header"))
        elif short and index >= len(filled) - 3 and len(line.strip()) <= 40:
            out.append(Zone(a, b, "signature"))
    return out


def rule_of(text: str, chain: Chain, marked: Sequence[Zone], place: str) -> str:
    """Return which rule reads a chain of names, "" for a name that is no name here.

    >>> from policytext.origin.names import load_scanner
    >>> from policytext.origin.names import chains
    >>> scanner, text = load_scanner(), "赴三明市考察"
    >>> rule_of(text, chains(text, scanner.hits(text), scanner)[0], (), "text")
    'partner'
    """
    before = text[max(0, chain.start - 14) : chain.start]
    after = text[chain.end : chain.end + 12]
    zone = next((z.rule for z in marked if z.start <= chain.start < z.end), "")
    if zone == "dead":
        return "dead"
    if zone == "" and NEWS_SOURCE.match(text[chain.end : chain.end + 24]):
        return "news_source"
    partner = PARTNER_BEFORE.search(before) is not None or PARTNER_AFTER.match(after) is not None
    if place != "text":
        if not _title_name(chain, before, after):
            return ""
        return "partner" if partner else place
    if zone and not partner and _title_name(chain, before, after):
        return zone
    if partner and DUTY.match(after):
        return "duty"
    if not chain.full and level_of(chain.adcodes[0]) == "county" and len(chain.hits) == 1:
        own = OWN_BEFORE_SHORT.search(before) or OWN_AFTER_SHORT.match(after)
        return "own_before" if own and not partner else ""
    own_before = OWN_BEFORE.search(before) is not None
    if INSTITUTION_AFTER.match(after) and not own_before:
        return "partner" if AFAR.search(before) else "institution"
    if partner:
        return "partner"
    own_after = OWN_AFTER.match(after) is not None
    if CITED.search(before):
        return "cited"
    if SELF.match(after):
        return "own_both"
    if own_before:
        return "own_both" if own_after else "own_before"
    return "own_after" if own_after else "named"


def _title_name(chain: Chain, before: str, after: str) -> bool:
    """In titles a county's short name counts only beside the name of a body (宝安卫生健康局)."""
    if chain.full or len(chain.hits) > 1 or level_of(chain.adcodes[0]) != "county":
        return True
    return TITLE_AFTER.match(after) is not None or OWN_BEFORE_SHORT.search(before) is not None


# Which place names of a report speak of the reporting region, and how loudly?
# Partner places (help sent elsewhere, models studied, hospitals worked with), lists of provinces,
# licence lines and sources are told from names of the report's own region by the words around them.

WEIGHTS: Final = {
    "title": 6.0,
    "file_name": 5.0,
    "header": 5.0,
    "signature": 5.0,
    "own_after": 2.0,
    "own_voice": 2.0,
    "cited": 1.5,
    "own_before": 2.5,
    "own_both": 3.5,
    "news_source": 3.5,
    "named": 1.2,
    "duty": 1.6,
    "institution": 0.6,
    "listed": 0.1,
    "partner": 0.0,
    "dead": 0.0,
}
OVERSEAS: Final = frozenset({"710000", "810000", "820000"})
"""Named by mainland reports as partners; their own reports name them in title or head."""
HEAD_RULES: Final = frozenset({"title", "file_name", "header", "signature", "news_source"})
OWN_RULES: Final = HEAD_RULES | {
    "own_before",
    "own_both",
    "own_voice",
    "town",
    "official",
    "document_number",
}
"""Rules that show a name to be the report's own; without one of them no name makes certain."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One hint at the region: the divisions it may mean, its weight, its words and their place."""

    adcodes: tuple[str, ...]
    weight: float
    rule: str
    group: str
    words: str
    start: int
    end: int
    place: str
    strong: bool = False


def place_hits(hits: Iterable[Hit], kinds: Sequence[str]) -> list[tuple[Hit, Entry]]:
    """Keep the leftmost, longest hits of some kinds; none overlaps another.

    Kinds that stand earlier in ``kinds`` win: 江油市 in 从江油市 beats 从江.

    >>> from policytext.origin.names import load_scanner
    >>> hits = load_scanner().hits("记者从江油市获悉")
    >>> [hit.word for hit, _ in place_hits(hits, ("trap", "name", "short"))]
    ['江油市']
    """
    ranks = {kind: rank for rank, kind in enumerate(kinds)}
    candidates = [
        (ranks[entry.kind], hit.start, -hit.end, hit, entry)
        for hit in hits
        for entry in hit.entries
        if entry.kind in ranks
    ]
    candidates.sort(key=lambda c: c[:3])
    chosen: list[tuple[Hit, Entry]] = []
    taken: set[int] = set()
    for *_, hit, entry in candidates:
        if hit.start in taken or hit.end - 1 in taken:
            continue
        taken.update(range(hit.start, hit.end))
        chosen.append((hit, entry))
    return sorted((c for c in chosen if c[1].kind != "trap"), key=lambda c: c[0].start)


def chains(text: str, hits: Sequence[Hit], scanner: Scanner) -> list[Chain]:
    """Join names that follow each other, and read homonyms by the name before them.

    >>> from policytext.origin.names import load_scanner
    >>> scanner, text = load_scanner(), "福州市鼓楼区"
    >>> chains(text, scanner.hits(text), scanner)[0].adcodes
    ('350102',)
    """
    out: list[Chain] = []
    current: list[tuple[Hit, Entry]] = []
    for hit, entry in place_hits(hits, ("trap", "name", "short")):
        if current and current[-1][0].end != hit.start:
            _close(out, current, text, scanner)
            current = []
        current.append((hit, entry))
    _close(out, current, text, scanner)
    return out


def _close(out: list[Chain], current: list[tuple[Hit, Entry]], text: str, scanner: Scanner) -> None:
    if not current:
        return
    adcodes: tuple[str, ...] = ()
    kept: list[Hit] = []
    full = False
    for hit, entry in current:
        inside = tuple(a for a in entry.adcodes if any(_within(a, b) for b in adcodes))
        if not inside and not _stands_alone(text, hit, entry, scanner):
            continue
        if kept and not inside:
            out.append(Chain(tuple(kept), adcodes, full))
            kept = []
        adcodes = inside or entry.adcodes
        full = entry.kind == "name"
        kept.append(hit)
    if kept:
        out.append(Chain(tuple(kept), adcodes, full))


def _within(adcode: str, outer: str) -> bool:
    return adcode != outer and (
        province_code(adcode) == outer or (level_of(outer) == "city" and city_code(adcode) == outer)
    )


def _stands_alone(text: str, hit: Hit, entry: Entry, scanner: Scanner) -> bool:
    """Names of two characters and ordinary words count only where a line or title begins."""
    if entry.kind == "name" and (hit.word in scanner.rules.chain or len(hit.word) == 2):
        before = text[hit.start - 1 : hit.start]
        after = text[hit.end : hit.end + 1]
        return before in {"", "\n", "《", "共"} and after not in {"级", "域", "城"}
    return True


def name_evidence(
    text: str,
    hits: Sequence[Hit],
    scanner: Scanner,
    *,
    place: str = "text",
    marked: Sequence[Zone] = (),
) -> list[Evidence]:
    """Turn place names into evidence, weighed by the words around them.

    >>> from policytext.origin.names import load_scanner
    >>> scanner, text = load_scanner(), "医疗队驰援湖北"
    >>> [(e.words, e.rule) for e in name_evidence(text, scanner.hits(text), scanner)]
    [('湖北', 'partner')]
    """
    found = chains(text, hits, scanner)
    listed = _listed(text, found)
    out = []
    for number, chain in enumerate(found):
        rule = "listed" if number in listed else rule_of(text, chain, marked, place)
        if rule == "":
            continue
        own = rule in HEAD_RULES and chain.full
        if chain.provinces <= OVERSEAS and not own:
            rule = "partner"
        weight = WEIGHTS[rule] * (1.0 if chain.full else 0.7)
        adcodes = chain.adcodes
        if rule == "duty":
            adcodes = tuple(sorted({city_code(a) or a for a in adcodes}))
        words = text[chain.start : chain.end]
        out.append(Evidence(adcodes, weight, rule, rule, words, chain.start, chain.end, place))
    return out


def _listed(text: str, found: Sequence[Chain]) -> set[int]:
    """Chains in a list that names several provinces (四川、贵州、河南等省)."""
    out: set[int] = set()
    for number, (one, two) in enumerate(pairwise(found)):
        between = text[one.end : two.start]
        if between in {"", "、", "和", "及", "与", "，", ",", "或"} and not (
            one.provinces & two.provinces
        ):
            out |= {number, number + 1}
    return out
