"""Who does it, and with which instruments?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from policytext.statements.phrases import Phrase
from policytext.statements.rules import NOTHING, Decision

# What may stand before the one who acts: time, place of the report, connectors.
_OPENING: Final = re.compile(
    r"^\s*(?:[（(]?[0-9一二三四五六七八九十]{1,3}[)）、.．是])?\s*"
    r"(?:(?:其中|同时|并|另外|此外|目前|近年来|今年以?来?|去年|一年来|截至[^，]{1,8}|"
    r"(?:‹YEAR›|20[0-9]{2})年(?:[0-9]{1,2}月)?|先后|由|全[国省市区县]|各级|各地|各|部分|"
    r"‹PLACE›[省市区县旗]?|[省市区县]))*"
)
# The rest of an institution's name before its last words; a verb in it makes the body an object.
_NAME: Final = re.compile(
    r"(?!.*(?:支持|推动|推进|加强|建设|建成|组织|依托|组建|打造|深化|开展|提升|发挥|对|向|为|与|引导|"
    r"鼓励|完善|的|、|新|加快|规范|强化|整合|选派|让|使|在))[一-龥‹›A-Z]{1,12}$"
)
_BY: Final = re.compile(r"由[^，、由]{0,12}$|依托$")
_OBJECT_OF_NOUN: Final = re.compile(
    r"(?!建设(?:了|完成))(?:的(?!要)|建设|改革|服务|能力|管理|综合|体系|机制|水平|发展|标准化|分类|"
    r"人员|工作人员|财政|同|从业|医疗人|间|内|床位|院长|重点|人均|科|编制|和|及|、)"
)


@cache
def _verbs(verbs: tuple[str, ...]) -> re.Pattern[str]:
    ordered = sorted(verbs, key=lambda word: (-len(word), word))
    return re.compile("|".join(re.escape(word) for word in ordered))


def acting(clause: str, phrases: Iterable[Phrase], verbs: Sequence[str]) -> Decision:
    """Return who acts in a clause: a listed body at its head, or after 由, before a verb.

    A body that is only named, as in 支持乡镇卫生院建设, does not act.

    Parameters
    ----------
    clause
        Words of the clause.
    phrases
        Listed bodies in it.
    verbs
        Verbs, one of which must follow within twelve characters.

    Examples
    --------
    >>> acting("市政府出台意见", [Phrase("government", 0, 3)], ["出台"]).value
    'government'
    >>> acting("支持乡镇卫生院建设", [Phrase("primary_care", 2, 7)], ["支持"]).value
    ''
    """
    opening = _OPENING.match(clause)
    head = opening.end() if opening else 0
    bodies, seeks = list(phrases), _verbs(tuple(verbs))
    begins = {phrase.start for phrase in bodies}
    found: dict[str, str] = {}
    for phrase in bodies:
        rest = clause[phrase.end :]
        by = _BY.search(clause[: phrase.start]) is not None
        if not (by or phrase.start <= head or _is_name(clause[head : phrase.start], rest, seeks)):
            continue
        if phrase.end in begins:  # 我县医疗机构: the second body acts
            head = phrase.end
        elif not _OBJECT_OF_NOUN.match(rest) and _acts(rest, seeks, 0 if by else 2):
            found.setdefault(phrase.entry, "by" if by else "head")
    if not found:
        return Decision()
    return Decision("|".join(found), "|".join(dict.fromkeys(found.values())), "likely")


def _is_name(before: str, rest: str, seeks: re.Pattern[str]) -> bool:
    """Return whether the words before a body belong to its name, and a verb follows at once."""
    return bool(_NAME.match(before)) and seeks.match(rest.lstrip("共已均都")) is not None


def _acts(rest: str, seeks: re.Pattern[str], after: int) -> bool:
    """Return whether a verb follows, with so many characters after it.

    A verb at the end has the body before it as its object (医共体基本建立), unless 由 names it.
    """
    return seeks.search(rest, 0, max(min(len(rest), 16) - after, 0)) is not None


def instruments(phrases: Iterable[Phrase]) -> Decision:
    """Return the instruments whose words a clause names, each once, in order.

    Examples
    --------
    >>> instruments([Phrase("money", 0, 2), Phrase("staff", 4, 6)]).value
    'money|staff'
    """
    names = list(dict.fromkeys(p.entry for p in phrases if p.entry != NOTHING))
    return Decision("|".join(names), "listed_word", "likely") if names else Decision()
