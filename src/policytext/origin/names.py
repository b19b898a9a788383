"""Which place names of a report speak of the reporting region, and how loudly?

Partner places (help sent elsewhere, models studied, hospitals worked with), lists of provinces,
licence lines and sources are told from names of the report's own region by the words around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import pairwise
from typing import Final, NamedTuple

from policytext.data import any_of, pattern_of, read_table, words_of
from policytext.origin.claims import filled_lines
from policytext.origin.gazetteer import city_code, inner_prefix, level_of, province_code
from policytext.origin.issuer import branch_of, without_state
from policytext.origin.scanner import ListEntry, ListHit, ListScanner

WORDS: Final = "regions/words.csv"
listed = partial(pattern_of, WORDS)

WEIGHTS: Final = {
    "title": 6.0,
    "subject": 2.5,
    "file_name": 5.0,
    "zone": 3.4,
    "header": 5.0,
    "signature": 5.0,
    "folder": 1.5,
    "own_after": 2.0,
    "own_voice": 2.0,
    "cited": 1.5,
    "own_before": 2.5,
    "visited": 2.5,
    "branch": 2.5,
    "own_both": 3.5,
    "news_source": 3.5,
    "named": 1.2,
    "duty": 1.6,
    "institution": 0.6,
    "aside": 0.3,
    "listed": 0.1,
    "partner": 0.0,
    "dead": 0.0,
}
OVERSEAS: Final = frozenset({"710000", "810000", "820000"})
"""Named by mainland reports as partners; their own reports name them in title or head."""
WRITTEN_RULES: Final = frozenset({"title", "file_name", "zone", "header", "signature"})
"""Places where a report names itself."""
HEAD_RULES: Final = WRITTEN_RULES | {"news_source"}
OWN_RULES: Final = HEAD_RULES | {
    "subject",
    "own_before",
    "visited",
    "branch",
    "own_both",
    "own_voice",
    "town",
    "official",
    "document_number",
}
"""Rules that show a name to be the report's own; without one of them no name makes certain."""


@dataclass(frozen=True, slots=True)
class RegionHint:
    """One hint at the region: the divisions it may mean, its weight, its words and their place.

    ``name``: The last name of the words, where they are names that follow each other.
    """

    adcodes: tuple[str, ...]
    weight: float
    rule: str
    group: str
    words: str
    start: int
    end: int
    place: str
    strong: bool = False
    name: str = ""


def name_hints(
    text: str,
    hits: Sequence[ListHit],
    scanner: ListScanner,
    *,
    place: str = "text",
    marked: Sequence[Zone] = (),
) -> list[RegionHint]:
    """Turn place names into evidence, weighed by the words around them.

    >>> from policytext.origin.scanner import load_scanner
    >>> scanner, text = load_scanner(), "医疗队驰援湖北"
    >>> [(e.words, e.rule) for e in name_hints(text, scanner.hits(text), scanner)]
    [('湖北', 'partner')]
    """
    found = chains(text, hits, scanner)
    in_lists = _in_lists(text, found)
    bound = _bound(text, found)
    owned = _branches(text, found)
    visited = 0
    out: list[RegionHint] = []
    for number, chain in enumerate(found):
        rule = "listed" if number in in_lists else rule_of(text, chain, marked, place)
        if number in owned and rule in {*WRITTEN_RULES, "subject", "branch", "aside"}:
            rule = owned[number]
        elif rule == "institution" and owned.get(number) == "partner":
            rule = "partner"
        rule = "aside" if rule == "zone" and number in bound else rule
        if rule == "":
            continue
        joined = bool(out) and _joined(text, out[-1], chain, rule)
        rule = out[-1].rule if joined else rule
        if rule == "named" and visited and _NEXT_OF_LIST.fullmatch(text[visited : chain.start]):
            rule = "partner"
        visited = chain.end if rule == "partner" else 0
        own = rule in HEAD_RULES and chain.full
        if chain.provinces <= OVERSEAS and not own:
            rule = "partner"
        weight = WEIGHTS[rule] * (1.0 if chain.full else 0.7)
        adcodes = chain.adcodes
        if rule == "duty":
            adcodes = tuple(sorted({city_code(a) or a for a in adcodes}))
        words = text[chain.start : chain.end]
        name = chain.hits[-1].word
        span = chain.start, chain.end
        group = "joined" if joined else rule
        out.append(RegionHint(adcodes, weight, rule, group, words, *span, place, name=name))
    return out if place == "text" else _first_speaks(text, out)


_NEXT_OF_LIST: Final = re.compile("[一-龥]{0,8}[、和及与]")
"""Between two places of one list: 到甲县某镇、乙县某乡义诊."""


def _first_speaks(text: str, hints: list[RegionHint]) -> list[RegionHint]:
    """In a title the first name is its owner's; a later one elsewhere is what it writes about.

    Two owners, each in words of its own, contradict each other and both remain.
    """
    owner = next((h for h in hints if h.rule in HEAD_RULES), None)
    if owner is None:
        return hints
    gap = re.search(r"\s", text[owner.end :])
    apart = owner.end + gap.start() if gap else len(text)
    return [
        h
        if h.start <= owner.start
        or h.group == "joined"
        or _compatible(h.adcodes, owner.adcodes)
        or (h.rule in HEAD_RULES and h.start > apart)
        else replace(h, rule="partner", weight=0.0)
        for h in hints
    ]


def _compatible(one: Iterable[str], two: Iterable[str]) -> bool:
    """Whether a division of the one lies in, holds or is one of the other."""
    return any(
        a.startswith(inner_prefix(b)) or b.startswith(inner_prefix(a)) for a in one for b in two
    )


def _joined(text: str, first: RegionHint, chain: NameChain, rule: str) -> bool:
    """Whether a name shares a head line with an owner before it: 甲区、乙县2022年工作总结.

    Who is named behind 和 in another city is a partner.
    """
    between = text[first.end : chain.start]
    bound = between in BOUND and _alike(first.adcodes, chain.adcodes)
    if first.rule not in HEAD_RULES or not (bound or between in LIST_MARKS):
        return False
    cities = {city_code(a) for codes in (first.adcodes, chain.adcodes) for a in codes}
    aside = rule in {"aside", "subject"} or (bound and rule in HEAD_RULES)
    if not (aside or (rule == "partner" and len(cities) == 1)):
        return False
    levels = {level_of(a) for codes in (first.adcodes, chain.adcodes) for a in codes}
    return len(levels) == 1 and not _compatible(first.adcodes, chain.adcodes)


BOUND: Final = frozenset({"", "-", "－", "—", "——", "–", "·"})
"""Between two places that run one thing together: 苏州宿迁工业园区, 江阴—靖江园区."""
LIST_MARKS: Final = frozenset({"、", "和", "及", "与", "，", ",", "或"})


def _in_lists(text: str, found: Sequence[NameChain]) -> set[int]:
    """Chains in a list that names several provinces (四川、贵州、河南等省)."""
    out: set[int] = set()
    for number, (one, two) in enumerate(pairwise(found)):
        between = text[one.end : two.start]
        joined = between in LIST_MARKS or (between == "" and not one.full)
        if joined and not one.provinces & two.provinces:
            out |= {number, number + 1}
    return out


def _bound(text: str, found: Sequence[NameChain]) -> set[int]:
    """Chains beside another of their level: a zone that two places run names neither alone."""
    return {
        number + step
        for number, (one, two) in enumerate(pairwise(found))
        if text[one.end : two.start] in BOUND and _alike(one.adcodes, two.adcodes)
        for step in (0, 1)
    }


def _branches(text: str, found: Sequence[NameChain]) -> dict[int, str]:
    """Chains in the name of a branch, each with its rule: the parent's place is not the branch's.

    北京某医院保定医院 is in 保定, which may be written nowhere else: likely, and no more.
    """
    out: dict[int, str] = {}
    for number, (one, two) in enumerate(pairwise(found)):
        between = text[one.end : two.start]
        chained = listed("parent_end", before="^[一-龥（）()]{0,20}?", after="$").search(between)
        branch = listed("branch_after").match(text[two.end : two.end + 24])
        if chained and branch and not _compatible(one.adcodes, two.adcodes):
            out[number], out[number + 1] = "partner", "branch"
    return out


# Which names follow each other, and which of them are names at all?


@dataclass(frozen=True, slots=True)
class NameChain:
    """Place names that follow each other without a gap (福州市鼓楼区)."""

    hits: tuple[ListHit, ...]
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


def place_hits(hits: Iterable[ListHit], kinds: Sequence[str]) -> list[tuple[ListHit, ListEntry]]:
    """Keep the leftmost, longest hits of some kinds; none overlaps another.

    Kinds that stand earlier in ``kinds`` win: 江油市 in 从江油市 beats 从江. A trap that a longer
    name holds (长白山 in 长白山保护开发区) is none.

    >>> from policytext.origin.scanner import load_scanner
    >>> hits = load_scanner().hits("记者从江油市获悉")
    >>> [hit.word for hit, _ in place_hits(hits, ("trap", "name", "short"))]
    ['江油市']
    """
    ranks = {kind: rank for rank, kind in enumerate(kinds)}
    hits = list(hits)
    named = [(h.start, h.end) for h in hits if any(e.kind == "name" for e in h.entries)]
    candidates = [
        (ranks[entry.kind], hit.start, -hit.end, hit, entry)
        for hit in hits
        for entry in hit.entries
        if entry.kind in ranks and not (entry.kind == "trap" and _lies_in(hit, named))
    ]
    candidates.sort(key=lambda c: c[:3])
    chosen: list[tuple[ListHit, ListEntry]] = []
    taken: set[int] = set()
    for *_, hit, entry in candidates:
        if hit.start in taken or hit.end - 1 in taken:
            continue
        taken.update(range(hit.start, hit.end))
        chosen.append((hit, entry))
    return sorted((c for c in chosen if c[1].kind != "trap"), key=lambda c: c[0].start)


def _lies_in(hit: ListHit, spans: Iterable[tuple[int, int]]) -> bool:
    return any(a <= hit.start and hit.end <= b and b - a > hit.end - hit.start for a, b in spans)


def chains(text: str, hits: Sequence[ListHit], scanner: ListScanner) -> list[NameChain]:
    """Join names that follow each other, and read homonyms by the name before them.

    >>> from policytext.origin.scanner import load_scanner
    >>> scanner, text = load_scanner(), "福州市鼓楼区"
    >>> chains(text, scanner.hits(text), scanner)[0].adcodes
    ('350102',)
    """
    out: list[NameChain] = []
    current: list[tuple[ListHit, ListEntry]] = []
    hits = [hit for hit in hits if not _is_market(text, hit, scanner)]
    for hit, entry in place_hits(hits, ("trap", "name", "short")):
        if current and current[-1][0].end != hit.start:
            _close(out, current, text, scanner)
            current = []
        current.append((hit, entry))
    _close(out, current, text, scanner)
    return out


def _close(
    out: list[NameChain], current: list[tuple[ListHit, ListEntry]], text: str, scanner: ListScanner
) -> None:
    if not current:
        return
    adcodes: tuple[str, ...] = ()
    kept: list[ListHit] = []
    full = False
    for hit, entry in current:
        inside = tuple(
            a for a in entry.adcodes if a in adcodes or any(_within(a, b) for b in adcodes)
        )
        if not inside and not _stands_alone(text, hit, entry, scanner):
            continue
        if kept and full and _names_street_only(text, hit, entry):
            continue
        apart = inside or full or _alike(adcodes, entry.adcodes)
        if kept and not apart and _names_zone_only(text, hit, entry):
            continue
        if kept and not inside:
            out.append(NameChain(tuple(kept), adcodes, full))
            kept = []
        adcodes = inside or entry.adcodes
        full = entry.kind == "name"
        kept.append(hit)
    if len(kept) > 1 and not full and _is_about(kept, text):
        outer = tuple(sorted({province_code(a) for a in adcodes}))
        out.append(NameChain(tuple(kept[:-1]), outer, True))
        kept = kept[-1:]
    if kept:
        out.append(NameChain(tuple(kept), adcodes, full))


def _alike(one: Iterable[str], two: Iterable[str]) -> bool:
    """Whether places of one level in one province are meant: two that run a zone together."""
    return bool(
        {(province_code(a), level_of(a)) for a in one}
        & {(province_code(a), level_of(a)) for a in two}
    ) and not _compatible(one, two)


def _names_zone_only(text: str, hit: ListHit, entry: ListEntry) -> bool:
    """Whether a short name behind a city's is that of its zone (武汉东湖新技术开发区)."""
    return entry.kind == "short" and listed("zone_after").match(text, hit.end) is not None


def _names_street_only(text: str, hit: ListHit, entry: ListEntry) -> bool:
    """Whether a short name behind a full one is that of a street in it (西湖区西湖街道)."""
    return entry.kind == "short" and listed("street_after").match(text, hit.end) is not None


def _is_about(kept: Sequence[ListHit], text: str) -> bool:
    """Whether a province, in full, names a place in it in short: 某省某地古城保护条例."""
    outer = kept[0].entries[0]
    whole = outer.kind == "name" and all(level_of(a) == "province" for a in outer.adcodes)
    after = text[kept[-1].end : kept[-1].end + 12]
    return whole and len(kept) == 2 and listed("title_after", after="|$").match(after) is None


MARKET: Final = "市场"


def _is_market(text: str, hit: ListHit, scanner: ListScanner) -> bool:
    """Whether 市 belongs to 市场 behind the name of what is no city any more (顺德市场监管局)."""
    if text[hit.end - 1 : hit.end + 1] != MARKET:
        return False
    return all(one.last is not None for one in scanner.gazetteer.named(hit.word))


def _within(adcode: str, outer: str) -> bool:
    return adcode != outer and (
        province_code(adcode) == outer or (level_of(outer) == "city" and city_code(adcode) == outer)
    )


def _stands_alone(text: str, hit: ListHit, entry: ListEntry, scanner: ListScanner) -> bool:
    """Names of two characters and ordinary words count only where a line or title begins.

    What only speech calls a county (沿河县 of 沿河土家族自治县) may be a word and 县级, 县道.
    """
    if entry.kind == "name" and (hit.word in scanner.rules.chain or len(hit.word) == 2):
        before = text[hit.start - 1 : hit.start]
        after = text[hit.end : hit.end + 1]
        listed_second = _BEFORE_LISTED.search(text, max(0, hit.start - 3), hit.start)
        begun = before in {"", "\n", "《", "共"} or listed_second is not None
        return begun and after not in {"级", "域", "城"}
    if entry.kind == "name" and hit.word[:-1] in scanner.rules.never:
        listed_name = hit.word[-1] != "县" or scanner.gazetteer.named(hit.word)
        return bool(listed_name) or _COUNTY_IN_WORD.match(text, hit.end) is None
    return True


_BEFORE_LISTED: Final = re.compile("[市县区州旗盟][、和及与]$")
"""Before a name that is listed second: 甲区、乙县."""
_COUNTY_IN_WORD: Final = re.compile("[级域]|道(?!路)")
"""Behind an ordinary word and 县 (沿河县道, 互助县域) that are no name of a county."""


# Does a name speak of the reporting region, judged by its line and the words around it?


class Zone(NamedTuple):
    """A stretch of the text that is read in one way: header, signature or dead."""

    start: int
    end: int
    rule: str


def zones(text: str, lines: Sequence[tuple[int, str]] | None = None) -> list[Zone]:
    """Find the head lines, the signature lines and what is no evidence.

    ``lines``: those of the text that are not empty, where they are known.

    >>> [zone.rule for zone in zones("某县卫生局文件\\n蜀ICP备1号\\n" + "正文。" * 40)]
    ['header', 'dead']
    """
    out: list[Zone] = []
    lines = filled_lines(text) if lines is None else lines
    last = len(lines) - SIGNATURE_LINES
    dead = _Dead.of(text)
    for index, (start, line) in enumerate(lines):
        rule, offset = ("dead", 0) if dead.holds(line) else _line_rule(line, index, start, last)
        if rule:
            out.append(Zone(start + offset, start + len(line), rule))
    return out


HEADER_LINES: Final = 6
SIGNATURE_LINES: Final = 6


def _line_rule(line: str, index: int, start: int, last: int) -> tuple[str, int]:
    """How a line is read, and from which of its characters on."""
    if HEADER_LINES <= index < last:
        return "", 0
    stripped = line.strip()
    at_head = index < HEADER_LINES and start < HEAD
    short = len(stripped) <= LINE and not re.search(r"[。；;，,]", line)
    if at_head and stripped.endswith(("：", ":")):
        return "dead", 0  # the addressee
    label = re.match(r"\s*[（(]?(?P<name>[^：:，。；]{2,12})[：:](?=\s*\S)", line)
    if label and len(stripped) <= LINE and (at_head or index >= last):
        own = listed("own_label").fullmatch("".join(label["name"].split()))
        return ("header", label.end()) if own else ("dead", label.end())
    if (at_head and short) or (index < HEADER_LINES and _is_session(line)):
        return "header", 0
    return ("signature", 0) if short and index >= last else ("", 0)


HEAD: Final = 300
LINE: Final = 60
SESSION_LINE: Final = 90


def _is_session(line: str) -> bool:
    return len(line.strip()) <= SESSION_LINE and listed("session").search(line) is not None


_POSTCODE: Final = re.compile(r"(?<!\d)\d{6}(?!\d)[，,、；;\s)）]")


class _Dead(NamedTuple):
    """What tells licences, sources, authors and addresses: they name no reporting region.

    ``words``: Those that stand anywhere in the text: most texts have none.
    ``postcode``: Whether a number such as that of a postal district stands in it.
    """

    words: tuple[str, ...]
    postcode: bool

    @classmethod
    def of(cls, text: str) -> _Dead:
        """Look for what tells dead lines in a whole text, so that few lines are searched."""
        said = tuple(word for word in words_of(WORDS, "dead_line") if word in text)
        return cls(said, _POSTCODE.search(text) is not None)

    def holds(self, line: str) -> bool:
        """Say whether a line is a dead one."""
        if self.postcode and _POSTCODE.search(line):
            return True
        return any(word in line for word in self.words) or _dead_opening().match(line) is not None


@cache
def _dead_opening() -> re.Pattern[str]:
    opening = any_of(WORDS, "dead_opening")
    label = rf"[（(]?\s*{any_of(WORDS, 'source_label')}\s*[:：]"
    return re.compile(rf"\s*(?:{opening}|{label})")


# Does a line speak for the place it begins with: a body, a title, a session, an official?


@cache
def _kind_words() -> str:
    words = sorted(set(read_table("kinds/doc_types.csv")["words"]), key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, words))})"


@cache
def _speaking() -> re.Pattern[str]:
    """What follows a name in a line that is its own: nothing, a body, a year, a kind of report."""
    bodies = sorted(set(read_table("kinds/bodies.csv")["words"]), key=len, reverse=True)
    body = f"(?:{'|'.join(map(re.escape, bodies))}|[一-龥]{{1,24}}?{any_of(WORDS, 'body_end')})"
    closing = r"[\s\W\d_]*$"
    return re.compile(
        rf"{closing}|[（(]?(?:19|20)\d\d|{any_of(WORDS, 'own_zone')}"
        rf"|{body}(?:{closing}|关于|[\s　])"
        rf"|[^。；]{{0,60}}{_kind_words()}(?:{closing}|[\s（(《【\[—–―_-])"
        rf"|[一-龥]{{0,12}}{any_of(WORDS, 'chief')}"
        rf"|第[^\s，。]{{1,8}}[届次][^。]{{0,40}}{any_of(WORDS, 'session')}"
    )


def begins(lead: str) -> bool:
    """Return whether a name after these words begins its line: numbers, dates and marks only.

    >>> begins("2022年1月"), begins("转自")
    (True, False)
    """
    return listed("lead_in").search(without_state(lead)) is not None


def speaks(lead: str, rest: str) -> bool:
    """Return whether a head or signature line is the voice of the place named in it.

    >>> speaks("", "卫生健康局"), speaks("", "某某文化传媒有限公司"), speaks("转自", "卫健委")
    (True, False, False)
    """
    lead = without_state(lead)
    edited = pattern_of("kinds/words.csv", "edited_by", after=r"{1,2}(?=[）)]?\s*(?:$|[\d（(]))")
    rest = edited.sub("", rest, count=1)
    session = lead.rstrip().endswith("在") and listed("session").search(rest) is not None
    convened = listed("convened", after="$").search(lead) is not None
    if convened and _OWN_SESSION.match(rest) and listed("session").search(rest):
        return True
    own = begins(lead.rstrip().removesuffix("在") if session else lead)
    if not own or _of_outlet(rest):
        return False
    return session or _speaking().match(rest) is not None


_OWN_SESSION: Final = re.compile(r"(?:人民政府)?第[^\s，。]{1,8}[届次]")
"""Behind the place whose session its head convened: 安吉县第十七届人民政府第3次常务会议."""

GAP: Final = r"[了在于向着的“《]?$"


def rule_of(text: str, chain: NameChain, marked: Sequence[Zone], place: str) -> str:
    """Return which rule reads a chain of names, "" for a name that is no name here.

    >>> from policytext.origin.scanner import load_scanner
    >>> scanner, text = load_scanner(), "赴三明市考察"
    >>> rule_of(text, chains(text, scanner.hits(text), scanner)[0], (), "text")
    'partner'
    """
    before, after = text[max(0, chain.start - 14) : chain.start], text[chain.end : chain.end + 24]
    zone = next((z.rule for z in marked if z.start <= chain.start < z.end), "")
    if zone == "dead":
        return "dead"
    in_zone = listed("own_zone", after="$").search(before) is not None
    if not (chain.full or in_zone) and listed("street_after").match(after):
        return ""
    if zone == "" and listed("news_after", r"[^，。,；;、\n]{0,14}").match(after):
        return "news_source"
    visited = _is_visited(before, after)
    partner = not visited and (follows_partner(before) or _partner_after().match(after) is not None)
    titled = _title_name(chain, before, after[:12])
    if place != "text":
        titular = "visited" if visited else _in_title(text, chain, place)
        if not titled:
            return "zone" if not partner and _names_zone(text, chain) else ""
        return "partner" if partner else titular
    if zone:
        named_after = not chain.full and listed("school_after").match(after) is not None
        own = titled and not (partner or named_after) and speaks(*_around(text, chain))
        return zone if own else "partner" if partner else "aside" if titled else ""
    return "visited" if visited else _rule_in_text(chain, before, after[:12], partner=partner)


def _is_visited(before: str, after: str) -> bool:
    """Whether guests come to a place: who writes that they come (某省考察团来) is at home there."""
    come = listed("visited_before", after="$").search(before) is not None
    return come and listed("visited_after", before="[^，。；\\s]{0,4}?").match(after) is not None


def _around(text: str, chain: NameChain) -> tuple[str, str]:
    """The line of a name before and after it."""
    start = text.rfind("\n", 0, chain.start) + 1
    end = text.find("\n", chain.end)
    return text[start : chain.start], text[chain.end : end if end >= 0 else len(text)]


BREAK: Final = re.compile(r"[\s（(《【\[】\]—–―\-_|·]")


NEAR: Final = 120
"""So many characters beside a name of a title are read, so that long titles cost little."""


def _in_title(title: str, chain: NameChain, place: str) -> str:
    """Read a name of a title or file name: its owner's, its subject's, or only mentioned."""
    lead = title[max(0, chain.start - NEAR) : chain.start]
    rest = title[chain.end : chain.end + NEAR]
    segment = BREAK.split(lead)[-1]
    parent = listed("parent_end", after="$").search(segment)
    branch = parent is not None and listed("branch_after").match(rest) is not None
    if not chain.full and not branch and listed("school_after").match(rest):
        outer = all(level_of(a) == "province" for a in chain.adcodes)
        own = outer and begins(segment) and listed("own_school").match(rest)
        return "branch" if own else "institution"
    if listed("trainees").match(rest):
        return "cited"  # who was sent to a school there comes from elsewhere
    if listed("circle_after").match(rest):
        return "aside"  # 武汉都市圈 is more than the city
    if listed("of_another", after="《$").search(lead):
        outer = all(level_of(a) == "province" for a in chain.adcodes)
        return "subject" if outer else "cited"  # who passes a paper on lies in its province
    if not begins(segment):
        about = listed("subject_lead").search(lead) or listed("own_before", after="$").search(lead)
        return "branch" if branch else "subject" if about else "aside"
    if speaks(segment, rest) or branch_of(segment + title[chain.start : chain.end] + rest):
        return place
    return "aside" if _of_outlet(rest) else place if chain.full else "subject"


def _of_outlet(rest: str) -> bool:
    """Whether a name is the beginning of a site's, company's or account's name."""
    word = re.split(r"[\s_|—–-]", rest, maxsplit=1)[0]
    return listed("outlet_end", after=r"[\W\d]*$").search(word) is not None


def _rule_in_text(chain: NameChain, before: str, after: str, *, partner: bool) -> str:
    if partner and listed("duty_after").match(after):
        return "duty"
    if _is_bare_county(chain):
        own = _short_own(before) or listed("short_own_after").match(after)
        return "own_before" if own and not partner else ""
    own_before = listed("own_before", after="[“]?$").search(before) is not None
    if listed("institution_after", "[市省]?").match(after) and not own_before:
        away = listed("away_before", after="$").search(before)
        return "partner" if away else "institution"
    return "partner" if partner else _own_rule(before, after, own_before=own_before)


def _own_rule(before: str, after: str, *, own_before: bool) -> str:
    """Return by which words a name shows itself to be the report's own, if by any."""
    if re.search("《$", before):
        return "cited"
    own_after = listed("own_after").match(after) is not None
    if listed("itself_after").match(after) or (own_before and own_after):
        return "own_both"
    if own_before:
        return "own_before"
    return "own_after" if own_after else "named"


def follows_partner(before: str) -> bool:
    """Return whether what stands before a name makes it a partner's: 驰援, 学习, 来自 …"""
    return listed("partner_before", after=GAP).search(before) is not None


@cache
def _partner_after() -> re.Pattern[str]:
    return re.compile(
        rf"等?[省市县区州]?{any_of(WORDS, 'partner_after')}"
        r"|等(?:省|地|市|[\d一二三四五六七八九十多几数])"
    )


def _is_bare_county(chain: NameChain) -> bool:
    """Return whether a chain is no more than the short name of a county."""
    return not chain.full and len(chain.hits) == 1 and level_of(chain.adcodes[0]) == "county"


def _title_name(chain: NameChain, before: str, after: str) -> bool:
    """In titles a county's short name counts only beside the name of a body (宝安卫生健康局)."""
    if not _is_bare_county(chain):
        return True
    body = listed("title_after", after="|[：:]|$").match(after)
    seat = after[:1] in "）)" and listed("parent_end", after="[（(]$").search(before)  # （义乌）
    return bool(body or seat) or _short_own(before)


def _names_zone(title: str, chain: NameChain) -> bool:
    """Whether a title begins with a development zone named after a county (高青经济开发区).

    Names of districts are too often those of townships and quarters elsewhere.
    """
    county = any(int(adcode[4:]) > LAST_DISTRICT for adcode in chain.adcodes)
    own = begins(BREAK.split(title[: chain.start])[-1])
    return county and own and listed("zone_after").match(title[chain.end :]) is not None


LAST_DISTRICT: Final = 20
"""Codes of districts end in 01 to 20, those of counties and cities in more."""


def _short_own(before: str) -> bool:
    return listed("short_own_before", after="[“]?$").search(before) is not None
