"""Which names of private persons must not appear in what is shown or shared?"""

from __future__ import annotations

import re
from functools import cache

from policytext.data import read_table

_HAN = "\u4e00-\u9fff"
_TITLES = (
    "副?局长|副?主任|副?院长|副?书记|副?县长|副?区长|副?镇长|副?乡长|副?科长|副?处长|副?股长|副?所长|副?站长|"
    "副?队长|副?组长|副?校长|副?会长|调研员|主任科员|村医|医生|医师|护士长?|药师|教授|专家|村民|居民|患者|群众|"
    "同学|老师|记者|通讯员|联系人|负责人|签发人|审核人|填表人|经办人|职工|市民|老人|大爷|大妈|先生|女士"
)
_OFFICIAL_AFTER = "总书记|国家主席|总理|省委书记|省长|自治区主席|部长|委员长"
_VERBS = "介绍|说|表示|告诉|指出|强调|认为|坦言|回忆|感慨|激动|同志|带队|任组长|任副组长|主持|率"
_START = r"(?:(?<=[，。；、：！？,;:!?（(“\s])|^)"
_END = rf"(?=[，。；、：！？,;:!?（()）》”\s]|{_VERBS}|等|$)"


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    surnames = sorted(read_table("cleaning/surnames.csv")["surname"], key=len, reverse=True)
    name = rf"(?:{'|'.join(surnames)})(?:(?![等和与及同])[{_HAN}]){{1,2}}?"
    return (
        re.compile(rf"({name})(?=[（(](?:{_TITLES})[)）])"),
        re.compile(rf"(?:{_TITLES})[：:\s]?({name}){_END}", re.M),
        re.compile(rf"{_START}({name})(?=同志|先生|女士)", re.M),
        re.compile(rf"{_START}({name})(?=(?:{_TITLES})(?:[，。；、,;)）]|{_VERBS}))", re.M),
        re.compile(rf"(‹NAME›(?:[（(](?:{_TITLES})[)）])?、){name}(?=[、，。；（(等\s])"),
    )


@cache
def _officials() -> re.Pattern[str]:
    return re.compile(_OFFICIAL_AFTER)


def mask_private_names(text: str) -> str:
    """Replace the names of private persons and lower officials by ``‹NAME›``.

    A name is a surname and one or two characters beside a title (主任, 医生, 村民 …), in brackets
    before one, or before 同志. Persons of state and province (总书记, 总理, 省长, 部长) stay: they
    are public, and evidence of place and time. Names without a title are not found; check texts by
    eye before publishing them.

    Parameters
    ----------
    text
        Text to be shown or shared; the corpus keeps its own.

    Examples
    --------
    >>> mask_private_names("局长张某三介绍，李四（副局长）任组长。")
    '局长‹NAME›介绍，‹NAME›（副局长）任组长。'
    >>> mask_private_names("主任高度重视，毛某明省长到会。")
    '主任高度重视，毛某明省长到会。'
    """
    *beside_titles, in_list = _patterns()
    for pattern in beside_titles:
        text = pattern.sub(_mask, text)
    found = 1
    while found:
        text, found = in_list.subn(r"\1‹NAME›", text)
    return text


def _mask(match: re.Match[str]) -> str:
    after = match.string[match.end(1) : match.end(1) + 5]
    if _officials().match(after):
        return match[0]
    at = match.start(1) - match.start()
    return match[0][:at] + "‹NAME›" + match[0][at + len(match[1]) :]
