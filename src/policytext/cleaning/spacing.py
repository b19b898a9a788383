"""Which spaces stand inside words and figures rather than between parts of the text?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policytext.cleaning.context import Context, Finding
from policytext.cleaning.edits import Edit
from policytext.cleaning.rewriting import HAN

_UNIT = (
    r"(?:[%％﹪‰℃]|余?[万亿]|平方|公里|公顷|小时|剂|以"
    r"|[人个家名份次项所张条件户元台辆座批场期篇套间吨类种例位岁年月日天组支亩分])"
)
_BEFORE_UNIT = re.compile(rf" (?<=\d ) *(?={_UNIT})")
_BEFORE_FIGURE = re.compile(
    rf" (?<=[{HAN}] ) *(?=\d+(?:\.\d+)?(?! *[、.．)）\d]| *年| *月)(?: *{_UNIT}| *[；;，,。]))"
)
_BEFORE_MARK = re.compile(rf" (?<=[{HAN}\d%％﹪‰] ) *(?=[，。；、：,;：)）])")
_AFTER_MARK = re.compile(rf" (?<=[；，] ) *(?=\d+岁|[{HAN}])")
_LEAST_HITS = 3
_LEAST_WRAPS = 2
_BETWEEN_HAN = re.compile(rf" (?<=[{HAN}”] )(?=[{HAN}“《])")
_ENUMERATED = re.compile(
    r"\s*(?:第?[一二三四五六七八九十百]+[、章节条部]|[（(][一二三四五六七八九十\d]+[)）]|\d+[、.．)）])"
)
_SALUTATION = re.compile(r"(?:各位|同志们|尊敬的|女士们|主任|附件|此致|特此)")
_BORDER = re.compile(r"[。！？!?\n\s]")
_INNER_MARK = re.compile(r"[，,、；;：:“（(]")


def find_spaced_figures(text: str) -> Finding | None:
    """Return how many figures have spaces round them; fewer than three are no pattern."""
    if " " not in text:
        return None
    hits = len(_BEFORE_UNIT.findall(text)) + len(_BEFORE_FIGURE.findall(text))
    return (
        Finding(hits, f"{hits} spaces between figures and units") if hits >= _LEAST_HITS else None
    )


def spaces_in_numbers(text: str, context: Context) -> list[Edit]:
    """Drop spaces between a figure and its unit or noun, and before punctuation.

    A space before an enumerator (做法 1、加快) is a lost line break and stays.

    Examples
    --------
    >>> from policytext.cleaning.context import Damage
    >>> context = Context(Damage({"spaced_figures": Finding(9, "")}))
    >>> text = "完成率108.03 %，主要做法 1、加强管理"
    >>> [(e.start, e.end) for e in spaces_in_numbers(text, context)]
    [(9, 10)]
    """
    if not context.damage.has("spaced_figures"):
        return []
    spans = {
        m.span()
        for p in (_BEFORE_UNIT, _BEFORE_FIGURE, _BEFORE_MARK, _AFTER_MARK)
        for m in p.finditer(text)
    }
    return [Edit(a, b, "", "spaces_in_numbers") for a, b in sorted(spans)]


def find_wrap_spaces(text: str) -> Finding | None:
    """Return how many spaces stand in mid-sentence, outside quotations; one is no pattern."""
    hits = sum(1 for at in _wrap_spaces(text) if not _is_quoted(text, at))
    if hits < _LEAST_WRAPS:
        return None
    return Finding(hits, f"{hits} spaces between Han characters in mid-sentence")


def spaces_in_words(text: str, context: Context) -> list[Edit]:
    """Drop a single space in mid-sentence: an old line wrap, not the end of a title.

    Only in documents with at least two such spaces. The stretch before the space must be running
    text (it has a comma, a quote or a colon since the last border and does not open with an
    enumerator); the stretch after it must go on to a full stop. Titles and the two halves of a
    slogan keep theirs.

    Examples
    --------
    >>> from policytext.cleaning.context import Damage
    >>> context = Context(Damage({"wrap_spaces": Finding(2, "")}))
    >>> text = "纳入财政预算,县财政每年为公立医 院安排资金。 二、主要做法"
    >>> [(e.start, e.end) for e in spaces_in_words(text, context)]
    [(16, 17)]
    """
    if not context.damage.has("wrap_spaces"):
        return []
    return [
        Edit(at, at + 1, "", "space_inside_word", "likely")
        for at in _wrap_spaces(text)
        if not _is_slogan(text, at)
    ]


def _wrap_spaces(text: str) -> Iterator[int]:
    for m in _BETWEEN_HAN.finditer(text):
        left = _stretch_before(text, m.start())
        if _ENUMERATED.match(left) or not _INNER_MARK.search(left):
            continue
        following = text[m.end() : m.end() + 12]
        if _ENUMERATED.match(following) or _SALUTATION.match(following) or following[:2] == "号码":
            continue
        if _goes_on(text, m.end()):
            yield m.start()


def _is_quoted(text: str, space: int) -> bool:
    before, after = text[max(0, space - 60) : space], text[space : space + 60]
    return (
        before.rfind("“") > before.rfind("”")
        or before.rfind("《") > before.rfind("》")
        or (after[1:2] == "“" or before[-1:] == "”")
    )


def _is_slogan(text: str, space: int) -> bool:
    """Return whether the space parts a title in 《》 or the equal halves of a quoted slogan."""
    if re.search(r"《[^》\n]*$", text[max(0, space - 60) : space]):
        return True
    before = re.search(r"“([^“”\s]{2,30})$", text[max(0, space - 31) : space])
    after = re.match(r"([^“”\s]{2,30})”", text[space + 1 : space + 32])
    return bool(before and after and len(before[1]) == len(after[1]))


def _stretch_before(text: str, position: int) -> str:
    window = text[max(0, position - 200) : position]
    borders = [m.end() for m in _BORDER.finditer(window)]
    return window[borders[-1] :] if borders else window


def _goes_on(text: str, position: int) -> bool:
    """Return whether a sentence follows that ends in a full stop before any space or line end."""
    match = _BORDER.search(text, position, position + 160)
    return match is None or match[0] in "。！？!?"
