"""Who issued a report, at which level, under which number?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from policytext.data import pattern_of, read_table, words_of
from policytext.origin.claims import Claim, ReportView
from policytext.origin.gazetteer import Gazetteer, level_of
from policytext.origin.scanner import ListHit

WORDS: Final = "kinds/words.csv"
HEAD_LINES: Final = 8
SIGNATURE_LINES: Final = 9
LINE: Final = 60
LEAD: Final = 600
NUMBER_LINE: Final = re.compile(
    r"[一-龥]{2,12}\s*[〔\[(（【]\s*(?:19|20)\d{2}\s*[〕\])）】]\s*第?\s*\d{1,4}\s*号"
)
OWNER: Final = re.compile(r"[省市县区州旗盟镇乡院xX×会局›国团]$")
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
    """
    pattern, levels = _bodies()
    found = list(pattern.finditer(issuer))
    if not found:
        return "unknown"
    own = levels[found[-1].group()]
    central = issuer.startswith(words_of(WORDS, "national_body"))
    if central or (own == "national" and found[0].start() == 0):
        return "national"
    if own in {"province", "institution"}:
        return own
    stem = issuer[: found[-1].start()] or issuer
    for size in range(min(len(stem), 14), 1, -1):
        named = {level_of(d.adcode) for d in gazetteer.named(stem[:size])}
        if len(named) == 1 and not re.search(r"[县区市旗]", stem[size:]):
            return named.pop()
    words = _division_words()
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
    signed = _issuers_in(lines[max(len(head), len(lines) - SIGNATURE_LINES) :], "signature")
    headed = _issuers_in(head, "head_line")
    shared = {c.value for c in signed} & {c.value for c in headed}
    both = headed + signed if len(headed) > len(signed) else signed + headed
    claims = both if shared else signed or headed
    claims = claims or _title_issuers(report.own_title) or _spoken_for(report.text)
    first = {c.value: c for c in reversed(claims)}
    values = tuple(dict.fromkeys(c.value for c in claims))
    return values, [first[value] for value in values]


def _head_lines(lines: Sequence[tuple[int, str]]) -> Sequence[tuple[int, str]]:
    """Return the lines before the first sentence, no more than a letterhead has."""
    for number, (_, line) in enumerate(lines[:HEAD_LINES]):
        if "。" in line:
            return lines[:number]
    return lines[: min(HEAD_LINES, max(1, len(lines) - 1))]


def _issuers_in(lines: Sequence[tuple[int, str]], rule: str) -> list[Claim]:
    return [claim for start, line in lines for claim in _line_issuers(start, line, rule)]


def _spoken_for(text: str) -> list[Claim]:
    """A government work report says whom it speaks for: 我代表省人民政府."""
    spoken_for = pattern_of(WORDS, "spoken_for", "我(?:谨)?(?:受)?代表([一-龥]{0,12}?", ")")
    match = spoken_for.search(text[:LEAD])
    if match is None:
        return []
    return [Claim("issuers", match[1], "certain", match[1], *match.span(1), "text", "spoken_for")]


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
    bodies = list(_bodies()[0].finditer(name))
    if not bodies or bodies[-1].end() != len(name) or len(name) < 3:
        return False
    if re.search(r"[“”\"《》、，,]", name):
        return False
    owner = name[: bodies[0].start()]
    return not owner or owner.startswith("中共") or OWNER.search(owner) is not None


def _title_issuers(title: str) -> list[Claim]:
    """Return the bodies a title begins with: one, or several with marks between them."""
    pattern, _ = _bodies()
    match = pattern.search(title)
    if match is None or match.start() > 20:
        return []
    joint = _joint_issuers(title)
    if joint:
        return joint
    ends = [m.end() for m in pattern.finditer(title) if m.start() <= match.end()]
    start = max(
        (m.end() for m in re.finditer(r"关于(?:对)?|[\s—:：《]|印发", title[: match.start()])),
        default=0,
    )
    name = title[start : max(ends)]
    report = name.endswith("政府") and title[max(ends) :].startswith("工作")
    if report or not _is_issuer(name):
        return []
    return [Claim("issuers", name, "likely", name, start, max(ends), "title", "title_issuer")]


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
    for match in words.masked.finditer(text):
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
