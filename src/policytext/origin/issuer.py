"""Who issued the report, at which level, under which number?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Final

from policytext.data import read_table
from policytext.origin.gazetteer import Gazetteer, level_of
from policytext.origin.kind import usable_title
from policytext.origin.report import Claim, ReportView
from policytext.origin.scan import Hit

HEAD_LINES: Final = 8
SIGNATURE_LINES: Final = 6
LINE: Final = 60
LEAD: Final = 600
SPOKEN_FOR: Final = re.compile(r"我(?:谨)?(?:受)?代表([一-龥]{0,12}?(?:人民政府|国务院))")
NUMBER_LINE: Final = re.compile(
    r"[一-龥]{2,12}\s*[〔\[(（【]\s*(?:19|20)\d{2}\s*[〕\])）】]\s*第?\s*\d{1,4}\s*号"
)
NUMBER_ALONE: Final = re.compile(
    r"[\s（()）]*(?:文号|发文字号|文件编号)?[:：\s]*(?:签发人.{0,10})?[\s（()）]*"
)
OWNER: Final = re.compile(r"[省市县区州旗盟镇乡院xX×会局›国团]$")
LEVEL_WORD: Final = {
    "省": "province",
    "自治区": "province",
    "兵团": "province",
    "市": "city",
    "州": "city",
    "盟": "city",
    "县": "county",
    "区": "county",
    "旗": "county",
    "镇": "township",
    "乡": "township",
}
MASKED_PLACE: Final = re.compile(
    r"(?:(?<![a-zA-Z])[xX×]{2,4}|‹(?:PLACE|NAME)›)(省|市|县|区|州|旗)(?!内|域|级)"
)
MASKED_VOICE: Final = {
    "省": "province",
    "市": "city",
    "县": "county",
    "区": "district",
    "州": "prefecture",
    "旗": "county",
}
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


@cache
def _bodies() -> tuple[re.Pattern[str], dict[str, str]]:
    table = read_table("kinds/bodies.csv")
    words = sorted(set(table["words"]), key=len, reverse=True)
    levels = dict(zip(table["words"], table["level"], strict=True))
    return re.compile("|".join(map(re.escape, words))), levels


def body_level(issuer: str, gazetteer: Gazetteer) -> str:
    """Return the level of an issuer from its name.

    Examples
    --------
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
    if issuer.startswith(("国家", "国务院", "中共中央")) or (
        own == "national" and found[0].start() == 0
    ):
        return "national"
    if own in {"province", "institution"}:
        return own
    stem = issuer[: found[-1].start()] or issuer
    for size in range(min(len(stem), 14), 1, -1):
        named = {level_of(d.adcode) for d in gazetteer.named(stem[:size])}
        if len(named) == 1 and not re.search(r"[县区市旗]", stem[size:]):
            return named.pop()
    tail = re.search(
        r"(自治区|兵团|省|市|州|盟|县|区|旗|镇|乡)(?=委|$)", stem.removesuffix("人民政府")
    )
    return LEVEL_WORD[tail.group(1)] if tail else "unknown"


def read_issuers(report: ReportView) -> tuple[tuple[str, ...], list[Claim]]:
    """Return the issuers named in signature, head lines or title, and the words.

    Examples
    --------
    >>> read_issuers(ReportView("工作总结", "正文。\\n某县卫生局 某县财政局\\n2012年3月1日"))[0]
    ('某县卫生局', '某县财政局')
    """
    lines = _filled_lines(report.text)
    tail = lines[max(HEAD_LINES, len(lines) - SIGNATURE_LINES) :]
    if len(lines) <= HEAD_LINES:
        tail = lines[1:][-SIGNATURE_LINES:]
    for rule, chosen in (("signature", tail), ("head_line", lines[:HEAD_LINES])):
        claims = [c for start, line in chosen for c in _line_issuers(start, line, rule)]
        if claims:
            return tuple(dict.fromkeys(c.value for c in claims)), claims
    claims = _title_issuer(usable_title(report)) or _spoken_for(report.text)
    return tuple(c.value for c in claims), claims


def _spoken_for(text: str) -> list[Claim]:
    """A government work report says whom it speaks for: 我代表省人民政府."""
    match = SPOKEN_FOR.search(text[:LEAD])
    if match is None:
        return []
    return [Claim("issuers", match[1], "certain", match[1], *match.span(1), "text", "spoken_for")]


def _filled_lines(text: str) -> list[tuple[int, str]]:
    out, position = [], 0
    for line in text.split("\n"):
        if line.strip():
            out.append((position, line))
        position += len(line) + 1
    return out


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


def _title_issuer(title: str) -> list[Claim]:
    pattern, _ = _bodies()
    match = pattern.search(title)
    if match is None or match.start() > 20:
        return []
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


def read_number(report: ReportView) -> tuple[str, list[Claim]]:
    """Return the report's own document number: one in its title or alone in a head line.

    Examples
    --------
    >>> read_number(ReportView("某通知", "潭政办发〔2018〕33号\\n各县:\\n正文。"))[0]
    '潭政办发〔2018〕33号'
    """
    for start, line in _filled_lines(report.text)[:HEAD_LINES]:
        match = NUMBER_LINE.search(line)
        if match and NUMBER_ALONE.fullmatch(line.replace(match.group(), "")):
            words = match.group()
            at = start + match.start()
            return words, [
                Claim(
                    "document_number",
                    words,
                    "certain",
                    words,
                    at,
                    at + len(words),
                    "text",
                    "head_line",
                )
            ]
    match = NUMBER_LINE.search(report.title)
    if match:
        words = match.group()
        return words, [
            Claim("document_number", words, "certain", words, *match.span(), "title", "title")
        ]
    return "", []


def count_voices(text: str, hits: Sequence[Hit]) -> dict[str, float]:
    """Add up how often a report says 我省, 我市, 全县, or masks its own name (‹PLACE›市).

    Examples
    --------
    >>> from policytext.origin.scan import load_scanner
    >>> text = "我县坚持预防为主,全县参合率提高。"
    >>> count_voices(text, load_scanner().hits(text))
    {'county': 4.5}
    """
    out: defaultdict[str, float] = defaultdict(float)
    for match in MASKED_PLACE.finditer(text):
        out[MASKED_VOICE[match.group(1)]] += 0.4
    for hit in hits:
        for entry in hit.entries:
            if entry.kind == "voice":
                out[entry.detail[0]] += entry.weight
    return dict(out)


def read_level(
    issuers: Sequence[str], voices: dict[str, float], gazetteer: Gazetteer
) -> tuple[str, str]:
    """Return the level of a report and the rule: from its issuers, else from its voice.

    Examples
    --------
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
