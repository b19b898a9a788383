"""Is a paragraph heading, list item, signature or body?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from policytext.anatomy.lines import RANK, Enumerator, count_han, ends_sentence, read_enumerator

LONGEST_HEADING: Final = 60
LONGEST_PLAIN_HEADING: Final = 45
LONGEST_ITEM: Final = 200

_D: Final = "[0-9０-９xX二〇零○OＯ一三四五六七八九十]"
DATE_LINE: Final = re.compile(
    rf"[（(【]?\s*(?:{_D}{{2,4}}\s*年|年|{_D}{{4}}[-./]){_D}{{1,3}}[\s月\-./]*(?:{_D}{{1,3}}\s*日?)?\s*[)）】]?$"
)
SALUTATION: Final = re.compile(
    r"(?:尊敬的|主席团)?(?:各位|同志们|女士们|主席团|代表们)[^，。；]{0,24}[：:！!]?$"
)
SPEAKER: Final = re.compile(
    r"(?:[—－\-─]+\s*)?(?:[（(])?[0-9０-９xX二〇零○\s]{1,8}年.{2,60}(?:会议|大会|全会|会)(?:上|所?作?的)(?:[^。，]{0,24})[)）。]?$"
    r"|[^，。；：:]{0,20}(?:总理|省长|市长|县长|区长|州长|旗长|盟长|主席|主任|书记|局长|院长|厅长)[\s\u3000]+[^\s，。]{2,4}(?:[\s·][^\s，。]{1,10})?$"
    r"|(?:国务院|代)?(?:总理|省长|市长|县长|区长)$"
    r"|[—－─]{2}.{0,40}(?:会议|大会)上.{0,12}$"
)
SOURCE_LINE: Final = re.compile(r"(?:信息|文章|稿件)?来源\s?[:：].{0,40}$")
OFFICE: Final = re.compile(
    r"[^，。；：:！!?？、]{2,40}(?:局|委|委员会|政府|办公室|办公厅|中心|医院|县委|市委|区委|省委|党组|党委|厅|部|院|协会|联合会|公司|支队|大队|学校|大学|学院|所|站|处|科)(?:[(（]\S{1,6}[)）])?$"
)
BULLET: Final = re.compile(
    r"[—－─]{2}|[•●■◆▪·○★☆➢✓]\s*|[一二三四五六七八九十]{1,2}[是要](?!求)|[-*]\s|第[一二三四五六七八九十]{1,2}[，,、]"
)
RUN_IN: Final = re.compile(r"[^。，,；;：:！？!?]{4,30}。(?=.{8})")
NUMBERED_RUN_IN: Final = re.compile(r"[^。；;：:！？!?]{4,36}。(?=.{8})")

OPENING_SPEAKER: Final = re.compile(
    r"(?:国务院|[\u4e00-\u9fff]{2,12}(?:政府|省|市|自治区))?代?(?:总理|省长|市长|县长|主席)[\u4e00-\u9fff]{2,4}$"
)
"""A speaker without a space before the name: only among the first lines of a report."""
FIRST_LINES: Final = 6
MARKDOWN: Final = re.compile(r"#{1,6}\s+(?=\S)")
_SEVERAL: Final = re.compile("^一[是要].*[；;。]二[是要]")


class Kind(NamedTuple):
    """What a paragraph is, and what was seen on the way."""

    kind: str
    enumerator: Enumerator | None = None
    flags: tuple[str, ...] = ()


def read_kinds(rows: Sequence[str], titles: Sequence[bool] = ()) -> list[Kind]:
    """Return the kind of each paragraph of one report.

    >>> rows = ["一、医改工作", "全县推进医改。", "某县卫生健康局", "2020年7月27日"]
    >>> [k.kind for k in read_kinds(rows)]
    ['heading', 'body', 'signature', 'signature']
    """
    numbers = [read_enumerator(row) for row in rows]
    known = list(titles) + [False] * (len(rows) - len(titles))
    kinds: list[Kind] = []
    for i, number in enumerate(numbers):
        if known[i]:
            kinds.append(Kind("heading", None, ("title",)))
            continue
        marks = MARKDOWN.match(rows[i])
        if marks:
            inner = read_enumerator(rows[i], marks.end())
            kinds.append(Kind("heading", inner, ("markdown_heading",)))
            continue
        formal = _formality(rows, i)
        if formal:
            kinds.append(Kind("signature", None, (formal,)))
        elif number is not None:
            kinds.append(_numbered(rows, numbers, i))
        else:
            kinds.append(_plain(rows, i))
    return kinds


def _formality(rows: Sequence[str], i: int) -> str:
    """Name what kind of formal line a short line is, or return nothing."""
    row = rows[i]
    if len(row) > 80:
        return ""
    if SALUTATION.match(row):
        return "salutation"
    if DATE_LINE.match(row):
        return "date_line"
    if SPEAKER.match(row) or (i < FIRST_LINES and OPENING_SPEAKER.match(row)):
        return "speaker"
    if SOURCE_LINE.match(row):
        return "source_line"
    near_date = any(DATE_LINE.match(other) for other in rows[i + 1 : i + 4])
    last = i == len(rows) - 1
    if OFFICE.match(row) and (near_date or last) and read_enumerator(row) is None and i > 0:
        return "issuer"
    return ""


def _numbered(rows: Sequence[str], numbers: Sequence[Enumerator | None], i: int) -> Kind:
    row, number = rows[i], numbers[i]
    if number is None:
        return _plain(rows, i)
    words = row[number.end :]
    if _is_short_heading(words) and _carries(rows, numbers, i):
        return Kind("heading", number)
    run_in = ("runin_heading",) if NUMBERED_RUN_IN.match(words) else ()
    single = len(row) <= LONGEST_ITEM and len(re.findall("[。；;]", row[:-1])) == 0
    return Kind("list" if single and _has_sibling(numbers, i) else "body", number, run_in)


def _carries(rows: Sequence[str], numbers: Sequence[Enumerator | None], i: int) -> bool:
    """Say whether text stands below a numbered line, rather than the next item of its list."""
    number = numbers[i]
    if number is None or i + 1 == len(rows):
        return False
    if RANK[number.style] <= RANK["han"] and not ends_sentence(rows[i]):
        return True
    before = numbers[i - 1] if i else None
    last_item = before is not None and before.style == number.style
    if last_item and ends_sentence(rows[i]):
        return False
    following = numbers[i + 1]
    if following is None:
        return not _formality(rows, i + 1)
    deeper = RANK[following.style] > RANK[number.style] or following.number == 1
    return deeper and following.style != number.style


def _is_short_heading(words: str) -> bool:
    bare = words.rstrip("。.")
    if bare != words and re.search("[：:]", bare):
        return False
    return 0 < len(bare) <= LONGEST_HEADING and not re.search("[。；;！!]|[：:，,、]$", bare)


def _has_sibling(numbers: Sequence[Enumerator | None], i: int) -> bool:
    own = numbers[i]
    near = [*numbers[max(i - 1, 0) : i], *numbers[i + 1 : i + 2]]
    return own is not None and any(
        one is not None and one.style == own.style and abs(one.number - own.number) == 1
        for one in near
    )


def _plain(rows: Sequence[str], i: int) -> Kind:
    row = rows[i]
    if BULLET.match(row) and not _SEVERAL.search(row):
        return Kind("list", None, ("runin_heading",) if RUN_IN.match(row) else ())
    if is_plain_heading(row) and i + 1 < len(rows):
        return Kind("heading")
    return Kind("body", None, ("runin_heading",) if RUN_IN.match(row) else ())


def is_plain_heading(row: str) -> bool:
    """Say whether a line without a number is short and has no sentence end, as headings are.

    >>> is_plain_heading("持续完善服务体系"), is_plain_heading("主要做了以下工作：")
    (True, False)
    """
    if len(row) > LONGEST_PLAIN_HEADING or not count_han(row) >= 2 or row[-1] in "，,、：:；;%％—-":
        return False
    return not ends_sentence(row) and not re.search("[。；;]", row)
