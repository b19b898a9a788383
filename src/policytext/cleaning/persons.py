"""Which names of private persons must not appear in what is shown or shared?"""

from __future__ import annotations

import re
from functools import cache

from policytext.cleaning.context import WORDS, listed
from policytext.data import any_of, read_table

_HAN = "\u4e00-\u9fff"
_START = r"(?:(?<=[，。；、：！？,;:!?（(“\s])|^)"


def mask_private_names(text: str) -> str:
    """Replace the names of private persons and lower officials by ``‹NAME›``.

    A name is a surname and one or two characters beside a title (主任, 医生, 村民 …), in brackets
    before one, or before 同志. Persons of state and province (总书记, 总理, 省长, 部长) stay: they
    are public, and evidence of place and time. Names without a title are not found; check texts by
    eye before publishing them.

    Parameters
    ----------
    text
        Any text, such as the paragraphs of a table that is to be shown.

    Returns
    -------
    str
        The text with tokens in the place of names.

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


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    surnames = sorted(read_table("cleaning/surnames.csv")["surname"], key=len, reverse=True)
    name = rf"(?:{'|'.join(surnames)})(?:(?![等和与及同])[{_HAN}]){{1,2}}?"
    title, verb = any_of(WORDS, "person_title"), any_of(WORDS, "person_verb")
    end = rf"(?=[，。；、：！？,;:!?（()）》”\s]|{verb}|等|$)"
    return (
        re.compile(rf"({name})(?=[（(]{title}[)）])"),
        re.compile(rf"{title}[：:\s]?({name}){end}", re.M),
        re.compile(rf"{_START}({name})(?={any_of(WORDS, 'person_address')})", re.M),
        re.compile(rf"{_START}({name})(?={title}(?:[，。；、,;)）]|{verb}))", re.M),
        re.compile(rf"(‹NAME›(?:[（(]{title}[)）])?、){name}(?=[、，。；（(等\s])"),
    )


def _mask(match: re.Match[str]) -> str:
    if listed("state_office").match(match.string, match.end(1), match.end(1) + 5):
        return match[0]
    at = match.start(1) - match.start()
    return match[0][:at] + "‹NAME›" + match[0][at + len(match[1]) :]
