"""Who issued a report, at which level, under which number?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from policytext.data import any_of, pattern_of, read_table, words_of
from policytext.origin.claims import Claim, ReportView
from policytext.origin.gazetteer import Gazetteer, level_of, load_gazetteer
from policytext.origin.printed import find_dates, may_mask
from policytext.origin.scanner import ListHit

WORDS: Final = "kinds/words.csv"
HEAD_LINES: Final = 8
SIGNATURE_LINES: Final = 9
LINE: Final = 60
LEAD: Final = 600
NUMBER_LINE: Final = re.compile(
    r"[一-龥]{2,12}\s*[〔\[(（【]\s*(?:19|20)\d{2}\s*[〕\])）】]\s*第?\s*\d{1,4}\s*号"
)
OWNER: Final = re.compile(
    r"(?:[省市县区州旗盟镇乡院xX×会局›国团]|(?<![省市县区州旗盟])(?:街道|苏木))$"
)
VOICE_LEVEL: Final = {
    "national": "national",
    "province": "province",
    "corps": "province",
    "city": "city",
    "prefecture": "city",
    "county": "county",
    "district": "county",
    "township": "township",
    "institution": "institution",
}


class DivisionWords(NamedTuple):
    """Words a division's name ends in: pattern of all and of masked names; levels and voices."""

    ends: re.Pattern[str]
    masked: re.Pattern[str]
    levels: dict[str, str]
    voices: dict[str, str]


@cache
def _division_words() -> DivisionWords:
    table = read_table("kinds/division_words.csv")
    levels = dict(zip(table["word"], table["level"], strict=True))
    voices = {w: v for w, v in zip(table["word"], table["voice"], strict=True) if v}
    ends = "|".join(sorted(levels, key=len, reverse=True))
    masked = rf"(?:(?<![a-zA-Z])[xX×]{{2,4}}|‹(?:PLACE|NAME)›)({'|'.join(voices)})(?!内|域|级)"
    return DivisionWords(re.compile(rf"({ends})(?=委|$)"), re.compile(masked), levels, voices)


@cache
def _bodies() -> tuple[re.Pattern[str], dict[str, str]]:
    table = read_table("kinds/bodies.csv")
    words = sorted(set(table["words"]), key=len, reverse=True)
    levels = dict(zip(table["words"], table["level"], strict=True))
    return re.compile("|".join(map(re.escape, words))), levels


def body_level(issuer: str, gazetteer: Gazetteer) -> str:
    """Return the level of an issuer from its name.

    >>> from policytext.origin.gazetteer import load_gazetteer
    >>> body_level("芷江侗族自治县卫生健康局", load_gazetteer())
    'county'
    >>> body_level("国务院办公厅", load_gazetteer())
    'national'
    >>> body_level("绩溪县伏岭镇人民政府", load_gazetteer())
    'township'
    """
    if is_national(issuer):
        return "national"
    branch = branch_of(issuer)
    if branch:
        places = gazetteer.short_named(branch["place"])
        named = {level_of(d.adcode) for d in places if d.last is None}
        return named.pop() if len(named) == 1 else "unknown"
    issuer = _without_branch(issuer)
    if is_institution(issuer):
        return "institution"
    if pattern_of(WORDS, "village", after="$").search(issuer):
        return "township"  # 某县某乡某村村民委员会
    pattern, levels = _bodies()
    found = list(pattern.finditer(issuer))
    place = 0 if found else place_end(issuer, known=True)
    if not found and not place:
        return "unknown"
    own = levels[found[-1].group()] if found else "province" if issuer[-1] == "厅" else "own"
    if own in {"province", "institution"}:
        return own
    stem = issuer[: found[-1].start() if found else place] or issuer
    words = _division_words()
    for size in range(min(len(stem), 14), 1, -1):
        named = {level_of(d.adcode) for d in gazetteer.named(stem[:size])}
        if len(named) == 1 and not re.search(r"[县区市旗]", stem[size:]):
            inner = words.ends.search(stem[size:].removesuffix("人民政府"))
            lower = inner is not None and words.levels[inner[1]] == "township"
            return "township" if lower else named.pop()
    tail = words.ends.search(stem.removesuffix("人民政府"))
    return words.levels[tail[1]] if tail else "unknown"


def read_issuers(report: ReportView) -> tuple[tuple[str, ...], list[Claim]]:
    """Return the issuers named in signature, head lines or title, and the words.

    Where signature and head lines share an issuer, both name one group of joint issuers. The
    addressee, whose line ends in a colon, is never one.

    >>> read_issuers(ReportView("工作总结", "正文。\\n某县卫生局 某县财政局\\n2012年3月1日"))[0]
    ('某县卫生局', '某县财政局')
    """
    lines = report.filled_lines
    head = _head_lines(lines)
    foot = _foot_lines(lines, len(head)) if report.signs_for_all else []
    signed = _issuers_in(foot, "signature")
    headed = _issuers_in(head, "head_line")
    shared = {c.value for c in signed} & {c.value for c in headed}
    both = headed + signed if len(headed) > len(signed) else signed + headed
    claims = both if shared else signed or headed
    claims = claims or _title_issuers(report.own_title) or _spoken_for(report.text)
    claims = claims or _speakers(head)
    first = {c.value: c for c in reversed(claims)}
    values = tuple(dict.fromkeys(c.value for c in claims))
    return values, [first[value] for value in values]


def _head_lines(lines: Sequence[tuple[int, str]]) -> Sequence[tuple[int, str]]:
    """Return the lines before the first sentence, no more than a letterhead has."""
    for number, (_, line) in enumerate(lines[:HEAD_LINES]):
        if "。" in line:
            return lines[:number]
    return lines[: min(HEAD_LINES, max(1, len(lines) - 1))]


def _foot_lines(lines: Sequence[tuple[int, str]], head: int) -> Sequence[tuple[int, str]]:
    """Return the last lines behind the head, without an annex: no date follows who issued it."""
    foot = lines[max(head, len(lines) - SIGNATURE_LINES) :]
    annexed = pattern_of(WORDS, "annexed", before=r"\s*", after=r"\s*\d*\s*[:：]?\s*$")
    stop = next((n for n, (_, line) in enumerate(foot) if annexed.match(line)), len(foot))
    dated = any(find_dates(line) for _, line in foot[stop:])
    return foot if dated else foot[:stop]


def _issuers_in(lines: Sequence[tuple[int, str]], rule: str) -> list[Claim]:
    return [claim for start, line in lines for claim in _line_issuers(start, line, rule)]


def _spoken_for(text: str) -> list[Claim]:
    """A government work report says whom it speaks for: 我代表省人民政府."""
    spoken_for = pattern_of(WORDS, "spoken_for", "我(?:谨)?(?:受)?代表([一-龥]{0,12}?", ")")
    match = spoken_for.search(text[:LEAD])
    if match is None:
        return []
    return [Claim("issuers", match[1], "certain", match[1], *match.span(1), "text", "spoken_for")]


def _speakers(head: Sequence[tuple[int, str]]) -> list[Claim]:
    """A head line that names who speaks names the body (某县人民检察院检察长 张某)."""
    post = pattern_of(WORDS, "post", before=r"[\s—–-]*(?P<body>[一-龥]{4,24}?)", after=POST_OF)
    for start, line in head:
        match = post.fullmatch(line.strip())
        body = match["body"] if match else ""
        if body and (is_office(body) or is_institution(body, known=True)):
            at = start + line.index(body)
            span = (at, at + len(body))
            return [Claim("issuers", body, "likely", body, *span, "text", "speaker")]
    return []


POST_OF: Final = r"[\s:：]*[一-龥·某×]{1,3}\s{0,4}[一-龥·某×]{1,3}\s*"
"""The name of who holds a post, spaced or not."""


def _line_issuers(start: int, line: str, rule: str) -> list[Claim]:
    """A line of issuers holds names of bodies only, with blanks or commas and a date between."""
    if len(line.strip()) > LINE or re.search(r"[。；;:：]", line):
        return []
    bare = re.sub(
        r"[（(]?\s*(?:\d{4}|[一二][〇○零0O九一-九]{3})?\s*年\s*[\d一二三四五六七八九十]+\s*月"
        r"(?:\s*[\d一二三四五六七八九十]+\s*日)?\s*[)）]?",
        lambda m: " " * len(m.group()),
        line,
    )
    tokens = [(m.start(), m.group()) for m in re.finditer(r"[^\s、,，]+", bare)]
    if rule == "head_line":  # a bulletin says below its name who edits it
        edited = pattern_of(WORDS, "edited_by", before="(?<=[一-龥]{4})", after="{1,2}$")
        tokens = [(at, edited.sub("", token)) for at, token in tokens]
    out = []
    for offset, token in tokens:
        if not _is_issuer(token):
            return []
        position = start + offset
        out.append(
            Claim("issuers", token, "certain", token, position, position + len(token), "text", rule)
        )
    return out


def _is_issuer(name: str) -> bool:
    """A body with its place before it (某县卫生局), a national one, or a party committee."""
    own = is_office(name) or is_institution(name, known=True)
    return own or (_is_of_state(name) and is_national(name)) or _is_listed(name)


def _is_listed(name: str) -> bool:
    bodies = list(_bodies()[0].finditer(name))
    if not bodies or bodies[-1].end() != len(name) or len(name) < 3:
        return False
    if re.search(r"[“”\"《》、，,]", name):
        return False
    owner = name[: bodies[0].start()]
    if _bodies()[1][bodies[0].group()] == "national" and owner:
        return owner == STATE_NAME  # 某县水利部门 names no ministry
    return not owner or owner.startswith("中共") or _owns(owner)


def _owns(owner: str) -> bool:
    """Whether what stands before a body is a place, or another body of one; no words of a text."""
    if OWNER.search(owner) is None:
        return False
    rest = owner[place_end(owner) :]
    return not rest or not (
        pattern_of(WORDS, "no_owner", before="^").search(rest) or _holds_place(rest)
    )


def _holds_place(words: str) -> bool:
    gazetteer = load_gazetteer()
    spans = ((a, b) for a in range(1, len(words)) for b in range(a + 3, min(len(words), a + 9) + 1))
    return any(_is_division(words[a:b], gazetteer) for a, b in spans)


def _is_division(name: str, gazetteer: Gazetteer) -> bool:
    return bool(gazetteer.named(name)) or name in gazetteer.spoken


def place_end(name: str, *, known: bool = False) -> int:
    """Return where the places end with which a body's name begins, 0 where it begins with none.

    ``known`` takes divisions of the gazetteer, masked ones and 县 alone, not any word before 县.

    >>> place_end("浙江省安吉县水利局"), place_end("县水利局"), place_end("参观安吉县")
    (6, 1, 0)
    """
    gazetteer, at = load_gazetteer(), 0
    while at < len(name):
        sizes = range(min(len(name) - at, LONGEST_NAME), 1, -1)
        size = next((n for n in sizes if _is_division(name[at : at + n], gazetteer)), 0)
        unit = UNIT.match(name, at)
        if not size and unit and (unit["masked"] or not (known or _odd(unit.group()))):
            size = len(unit.group())
        if not size and at == 0:
            size = len(match.group()) if (match := BARE.match(name)) else 0
        if not size:
            break
        at += size
    return at


def _odd(unit: str) -> bool:
    """Whether a word before 县 is no name: a verb at its head, or a known name at its end."""
    return pattern_of(WORDS, "no_owner", before="^").search(unit) is not None or _holds_place(unit)


STATE_NAME: Final = "中华人民共和国"
LONGEST_NAME: Final = 14
SHORTEST_OFFICE: Final = 3
UNIT: Final = re.compile(
    r"(?:(?P<masked>‹(?:PLACE|NAME|MASK)›|[xX×*＊○]{1,4}|某{1,4})|[一-龥]{1,6}?)"
    r"(?:自治[区州县旗]|街道|[省市县区州旗盟镇乡])"
)
BARE: Final = re.compile(r"(?:自治[区州县旗]|兵团|[省市县区州旗盟镇乡])(?![内域级场民])")


def is_national(name: str) -> bool:
    """Return whether a body is one of the state: listed as such, or 国家 with a body's ending.

    >>> is_national("水利部"), is_national("国家税务总局"), is_national("国家税务总局某县税务局")
    (True, True, False)
    """
    pattern, levels = _bodies()
    plain = name.removeprefix(STATE_NAME)
    listed = pattern.match(plain)
    if branch_of(name):
        return False
    if listed and levels[listed.group()] == "national":
        return place_end(plain[listed.end() :]) == 0
    if _is_of_state(name):
        return not _holds_place(name) and place_end(_without_branch(name)) == 0
    return plain.startswith(words_of(WORDS, "national_body")) and pattern.search(plain) is not None


def _is_of_state(name: str) -> bool:
    return pattern_of(WORDS, "state_body").fullmatch(name.removeprefix(STATE_NAME)) is not None


def _without_branch(name: str) -> str:
    """A tax office bears the name of the state's before that of its place, a committee 中共."""
    plain = pattern_of(WORDS, "state_branch", before="^", after="(?=.)").sub("", name)
    state = _state_bodies("^").match(plain)
    return plain[state.end() :] if state and place_end(plain[state.end() :], known=True) else plain


def branch_of(name: str) -> re.Match[str] | None:
    """Match a body of the state and its branch behind a short name (国家统计局宜春调查队).

    >>> branch_of("国家统计局宜春调查队2022年工作总结")["place"]
    '宜春'
    >>> branch_of("国家统计局宜春市调查队") is branch_of("国家统计局农村司") is None
    True
    """
    match = _branch().match(name)
    known = match is not None and load_gazetteer().short_named(match["place"])
    return match if match and known and not not_its_own(name[match.end() :]) else None


@cache
def _branch() -> re.Pattern[str]:
    state = rf"(?:{any_of(WORDS, 'state_branch')}|{_state_bodies('').pattern})"
    end = any_of(WORDS, "branch_end")
    return re.compile(rf"{state}(?P<place>[一-龥]{{2,3}}?){end}")


def without_state(lead: str) -> str:
    """Return what stands before a place without the body of the state whose branch is there.

    >>> without_state("中国人民银行"), without_state("附件2 国家税务总局"), without_state("转自")
    ('', '附件2 ', '转自')
    """
    plain = pattern_of(WORDS, "state_branch", after="$").sub("", lead)
    return _state_bodies("", "$").sub("", plain)


@cache
def _state_bodies(before: str, after: str = "") -> re.Pattern[str]:
    levels = _bodies()[1]
    state = sorted((w for w in levels if levels[w] == "national"), key=len, reverse=True)
    return re.compile(f"{before}(?:{'|'.join(map(re.escape, state))}){after}")


def is_office(name: str) -> bool:
    """Return whether a name is a place with any office of its government.

    >>> is_office("安吉县水利局"), is_office("水利局")
    (True, False)
    """
    branch = branch_of(name)
    if branch and branch.end() == len(name):
        return True
    name = _without_branch(name)
    at = place_end(name, known=True)
    rest = name[at:]
    office = pattern_of(WORDS, "office_end", before="[一-龥]{0,16}?").fullmatch(rest)
    group = "no_owner" if rest.endswith("中心") else "no_office"
    told = pattern_of(WORDS, group, before="^").search(rest) is not None
    whole = len(rest) >= SHORTEST_OFFICE or rest in words_of(WORDS, "short_office")
    return bool(at and office and whole and not told) and not _holds_place(rest)


def is_institution(name: str, *, known: bool = False) -> bool:
    """Return whether a name is a place and what is no office in it: a hospital, school or company.

    ``known`` takes places in full only.

    >>> is_institution("湖州市第一人民医院"), is_institution("浙江某某公司", known=True)
    (True, False)
    >>> is_institution("湖州市公立医院")
    False
    """
    name = _without_branch(name)
    at = place_end(name, known=True)
    if not at and not known:
        shorts = (n for n in (3, 2) if load_gazetteer().short_named(name[:n]))
        at = next(shorts, 0)
    rest = name[at:]
    ended = pattern_of(WORDS, "institution_end", before="[一-龥（）()]{0,20}?").fullmatch(rest)
    several = pattern_of(WORDS, "several", before="^").search(rest)
    return bool(at and ended) and not several


def titled_institution(title: str) -> bool:
    """Return whether a title begins with the name of a hospital, school or company.

    >>> titled_institution("湖州妇幼保健院2022年工作总结"), titled_institution("湖州市工作总结")
    (True, False)
    >>> titled_institution("某某大学第二医院2022年工作总结")
    True
    """
    begun = _begun(title)
    named = pattern_of(WORDS, "institution_end", before="[一-龥（）()]{0,24}?").fullmatch(begun)
    of_one = pattern_of(WORDS, "institution_of").search(begun)
    return begun != "" and bool(is_institution(begun) or (named and of_one))


def titled_township(title: str) -> bool:
    """Return whether a title begins with a township, or a village in one, behind its county.

    >>> titled_township("湖州市埭溪镇2022年工作总结"), titled_township("湖州市2022年工作总结")
    (True, False)
    >>> titled_township("湖州市埭溪镇上强村2022年工作总结")
    True
    """
    begun = pattern_of(WORDS, "village", after="$").sub("", _begun(title))
    ends = _division_words().ends.search(begun)
    lower = ends is not None and _division_words().levels[ends[1]] == "township"
    return lower and 0 < place_end(begun, known=True) < len(begun) == place_end(begun)


def _begun(title: str) -> str:
    """Return what stands before 关于, a year or the kind of report, or nothing without these."""
    kind = any_of(WORDS, "own_report")
    begun = re.split(rf"关于|(?:19|20)\d\d|{kind}", title, maxsplit=1)[0].strip()
    return begun if begun != title else ""


def _title_issuers(title: str) -> list[Claim]:
    """Return the bodies a title begins with: one, or several with marks between them."""
    joint = _joint_issuers(title)
    if joint:
        return joint
    begun = _begun(title)
    if begun and (is_office(begun) or is_institution(begun, known=True)):
        at = title.index(begun)
        span = (at, at + len(begun))
        return [Claim("issuers", begun, "likely", begun, *span, "title", "title_issuer")]
    court = pattern_of(WORDS, "court", before="^[一-龥]{2,24}?").match(title)
    if court and is_office(court.group()) and not not_its_own(title[court.end() :]):
        name = court.group()
        return [Claim("issuers", name, "likely", name, *court.span(), "title", "title_issuer")]
    branch = branch_of(title)
    if branch:
        name = branch.group()
        return [Claim("issuers", name, "likely", name, *branch.span(), "title", "title_issuer")]
    pattern, _ = _bodies()
    match = pattern.search(title)
    if match is None or match.start() > 20 or begun != _without_branch(begun):
        return []
    ends = [m.end() for m in pattern.finditer(title) if m.start() <= match.end()]
    start = max(
        (m.end() for m in re.finditer(r"关于(?:对)?|[\s—:：《]|印发", title[: match.start()])),
        default=0,
    )
    name = title[start : max(ends)]
    report = name.endswith("政府") and title[max(ends) :].startswith("工作")
    if report or not _is_listed(name) or not_its_own(title[max(ends) :]):
        return []
    return [Claim("issuers", name, "likely", name, start, max(ends), "title", "title_issuer")]


def not_its_own(behind: str) -> bool:
    """Return whether a title tells of a body that it begins with, by the words behind that body.

    >>> not_its_own("调研组到我县调研"), not_its_own("关于派出调研组的通知")
    (True, False)
    """
    return pattern_of(WORDS, "not_its_own").match(behind) is not None


def _joint_issuers(title: str) -> list[Claim]:
    """Return the issuers before 关于, where marks part them and every part is a body."""
    begun = title.partition("关于")[0]
    parts = list(re.finditer(r"[^\s、,，]+", begun))
    if begun == title or len(parts) < 2 or not all(_is_issuer(m.group()) for m in parts):
        return []
    return [
        Claim("issuers", m.group(), "likely", m.group(), *m.span(), "title", "title_issuer")
        for m in parts
    ]


def read_document_number(report: ReportView) -> tuple[str, list[Claim]]:
    """Return the report's own document number: one in its title or alone in a head line.

    >>> read_document_number(ReportView("某通知", "潭政办发〔2018〕33号\\n各县:\\n正文。"))[0]
    '潭政办发〔2018〕33号'
    """
    alone = pattern_of(
        WORDS, "number_label", r"[\s（()）]*", r"?[:：\s]*(?:签发人.{0,10})?[\s（()）]*"
    )
    for start, line in report.filled_lines[:HEAD_LINES]:
        match = NUMBER_LINE.search(line)
        if match and alone.fullmatch(line.replace(match[0], "")):
            return match[0], [_number(match, start, "text", "head_line")]
    match = NUMBER_LINE.search(report.title)
    return (match[0], [_number(match, 0, "title", "title")]) if match else ("", [])


def _number(match: re.Match[str], start: int, place: str, rule: str) -> Claim:
    words, (a, b) = match[0], match.span()
    return Claim("document_number", words, "certain", words, start + a, start + b, place, rule)


def count_voices(text: str, hits: Sequence[ListHit]) -> dict[str, float]:
    """Add up how often a report says 我省, 我市, 全县, or masks its own name (‹PLACE›市).

    >>> from policytext.origin.scanner import load_scanner
    >>> text = "我县坚持预防为主,全县参合率提高。"
    >>> count_voices(text, load_scanner().hits(text))
    {'county': 4.5}
    """
    out: defaultdict[str, float] = defaultdict(float)
    words = _division_words()
    for match in words.masked.finditer(text) if may_mask(text) else ():
        out[words.voices[match[1]]] += 0.4
    for hit in hits:
        for entry in hit.entries:
            if entry.kind == "voice":
                out[entry.detail[0]] += entry.weight
    return dict(out)


def read_level(
    issuers: Sequence[str], voices: dict[str, float], gazetteer: Gazetteer
) -> tuple[str, str]:
    """Return the level of a report and the rule: from its issuers, else from its voice.

    >>> from policytext.origin.gazetteer import load_gazetteer
    >>> read_level((), {"county": 3.0, "city": 1.0}, load_gazetteer())
    ('county', 'voice')
    """
    levels = [body_level(issuer, gazetteer) for issuer in issuers]
    known = [level for level in levels if level != "unknown"]
    if known:
        return known[0], "issuers"
    local = {k: v for k, v in voices.items() if k != "national"}
    if local and max(local.values()) >= 0.4:
        loudest = max(sorted(local), key=lambda k: local[k])
        return VOICE_LEVEL[loudest], "voice"
    if voices.get("national", 0) >= 2:
        return "national", "voice"
    return "unknown", ""
