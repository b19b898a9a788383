"""Which marks were lost or written in a look-alike form?"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from policytext.cleaning.context import Context, Finding, Mark
from policytext.cleaning.edits import Edit
from policytext.cleaning.rewriting import HAN, has_any
from policytext.data import read_table

_LOOK_ALIKES = {
    "﹢": "+",
    "⋯": "…",
    "∶": ":",
    "﹐": "，",
    "﹔": "；",
    "﹕": "：",
    "﹑": "、",
    "﹒": ".",
}
_LOOK_ALIKE = re.compile("[" + "".join(_LOOK_ALIKES) + "]")
_MASK_AFTER_PERCENT = re.compile(rf"[%％](?=[xX×*○□_]+[{HAN}%％.])")
_PERCENT_AT_END = re.compile(r"[%％](?<=[\dxX×*○□_›].)(?=[ \t]*(?:\n|\Z))")
_LEAST_LINE = 40
_WIDE = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_NARROW_MARK = re.compile(rf"[,;:?!](?<=[{HAN}%％‰”）》].)(?=[{HAN}“《（]|\n|\Z)")
_LEAST_WIDE = 5


def find_lost_quotes(text: str) -> Finding | None:
    """Return the evidence that one kind of quotation mark was lost, or None.

    Examples
    --------
    >>> find_lost_quotes("“双百考评，“三名三进，“治未病预防").note
    '“ 3, ” 0'
    """
    opened, closed = text.count("“"), text.count("”")
    missing = abs(opened - closed)
    if missing < 3 or missing * 3 < max(opened, closed):
        return None
    return Finding(missing, f"“ {opened}, ” {closed}", ("”" if opened > closed else "“",))


@cache
def _quoted_names() -> re.Pattern[str]:
    names = sorted(read_table("cleaning/quoted_names.csv")["name"], key=len, reverse=True)
    return re.compile("“(" + "|".join(map(re.escape, names)) + ")(?!”)")


def lost_closing_quotes(text: str, context: Context) -> list[Edit]:
    """Close a quotation that holds a known name; other lost ends are only marked.

    Examples
    --------
    >>> from policytext.cleaning.context import Damage
    >>> context = Context(Damage({"quotes_lost": Finding(3, "", ("”",))}))
    >>> lost_closing_quotes("开展“双百考评", context)[0]
    Edit(start=5, end=5, after='”', rule='closing_quote_lost', certainty='likely')
    """
    if context.damage.values("quotes_lost") != ("”",):
        return []
    return [
        Edit(m.end(), m.end(), "”", "closing_quote_lost", "likely")
        for m in _quoted_names().finditer(text)
    ]


def open_quotes(text: str, context: Context) -> list[Mark]:
    """Mark each quotation mark whose partner was lost."""
    if not context.damage.has("quotes_lost"):
        return []
    marks = []
    for m in re.finditer("[“”]", text):
        if m[0] == "“" and not re.match(r"[^“\n]{0,60}”", text[m.end() : m.end() + 61]):
            marks.append(Mark(m.start(), m.end(), "closing_quote_lost"))
        elif m[0] == "”" and not re.search(
            r"“[^”\n]{0,60}$", text[max(0, m.start() - 61) : m.start()]
        ):
            marks.append(Mark(m.start(), m.end(), "opening_quote_lost"))
    return marks


def look_alikes(text: str, context: Context) -> list[Edit]:
    """Write look-alike symbols (﹢ ⋯ ∶) in their usual form; ㎡ stays."""
    if not has_any(text, _LOOK_ALIKES):
        return []
    return [
        Edit(m.start(), m.end(), _LOOK_ALIKES[m[0]], "odd_symbols")
        for m in _LOOK_ALIKE.finditer(text)
    ]


def break_after_percent(text: str, context: Context) -> list[Edit]:
    """Insert a comma where a mask swallowed the mark after a percentage.

    Examples
    --------
    >>> [(e.start, e.after) for e in break_after_percent("建档率xx%xx岁以上", Context())]
    [(6, '，')]
    """
    if not has_any(text, (a + b for a in "%％" for b in "xX×*○□_")):
        return []
    comma = "，" if text.count("，") >= text.count(",") else ","
    return [
        Edit(m.end(), m.end(), comma, "mask_swallows_punctuation", "likely")
        for m in _MASK_AFTER_PERCENT.finditer(text)
    ]


def full_stop_after_percent(text: str, context: Context) -> list[Edit]:
    """Add the full stop a paragraph lost after a final percentage; short lines are headings."""
    if not has_any(text, ("%\n", "％\n", "% \n")) and not text.rstrip().endswith(("%", "％")):
        return []
    edits = []
    for m in _PERCENT_AT_END.finditer(text):
        line_start = text.rfind("\n", 0, m.start()) + 1
        if m.end() - line_start > _LEAST_LINE:
            edits.append(Edit(m.end(), m.end(), "。", "sentence_end_lost_percent", "likely"))
    return edits


def mixed_widths(text: str, context: Context) -> list[Edit]:
    """Widen half-width marks between Han characters where the document writes them full-width.

    Each mark is judged by itself. A document that writes a mark in half-width throughout keeps its
    habit: nothing is wrong in it.

    Examples
    --------
    >>> text = "一，二，三，四，五，规范服药率83.4％,体检率"
    >>> [e.after for e in mixed_widths(text, Context())]
    ['，']
    """
    if not has_any(text, _WIDE):
        return []
    narrow = [m for m in _NARROW_MARK.finditer(text)]
    often = Counter(m[0] for m in narrow)
    slips = {c for c, n in often.items() if text.count(_WIDE[c]) >= max(_LEAST_WIDE, 4 * n)}
    return [
        Edit(m.start(), m.end(), _WIDE[m[0]], "halfwidth_punct") for m in narrow if m[0] in slips
    ]
