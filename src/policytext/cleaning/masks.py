"""What did a run of x, *, ○ or 某 stand for, and which typed token takes its place?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from policytext.cleaning.context import (
    HAN,
    WORDS,
    Context,
    Finding,
    Mark,
    has_any,
    listed,
    replace_each,
)
from policytext.cleaning.mapped import Edit
from policytext.data import any_of, read_table
from policytext.records import MASK

_SIGNS = "xX×✕ｘＸ*＊○◯□■●_＿▲△◎"
_RUN = re.compile(rf"[{re.escape(_SIGNS)}]+(?:[.．][{re.escape(_SIGNS)}]+)?|某+")
_SINGLE = re.compile(rf"[xX]{{1,2}}(?=[{HAN}）)])(?<![A-Za-z0-9.][xX])(?<![A-Za-z0-9.][xX]{2})")
_UNIT_SIGN = r"[%％﹪‰℃㎡]|[~～—\-–－至到+＋∶:][xX×*○□_\d]"
_BESIDE = re.compile(f"[{HAN}0-9%％]")
_YEAR_RANGE_AFTER = re.compile(r"[~～—\-–－至][xX×*○□]{4}年")
_DATE_AFTER = re.compile(r"[月日](?!龄)")
_SIGN_BEFORE = re.compile(r"[~～—\-–－+＋×xX*○□_∶:]$")


@cache
def _unit() -> re.Pattern[str]:
    return re.compile(f"{_UNIT_SIGN}|{any_of(WORDS, 'unit_after_mask')}")


@cache
def _leaks() -> re.Pattern[str]:
    """Return the contexts in which a mask is one character of a word and stays as it is."""
    table = read_table("cleaning/mask_in_word.csv")
    return re.compile("|".join(f"(?:{p})" for p in table["pattern"]))


class _Run(NamedTuple):
    """A run of masking signs: its place, the signs, and the characters beside it."""

    start: int
    end: int
    signs: str
    before: str
    after: str


def _runs(text: str, markdown: bool) -> Iterator[_Run]:
    """Yield the runs of signs that mask something."""
    for m in _RUN.finditer(text):
        start, end = m.span()
        before, after = text[start - 1 : start] if start else "", text[end : end + 1]
        run = _Run(start, end, m[0], before, after)
        if _is_mask(run, text, markdown):
            yield run


def find_masks(text: str) -> Finding | None:
    """Return how many runs of masking signs and typed tokens a text has, or None."""
    if not has_any(text, _SIGNS + "某‹"):
        return None
    hits = sum(1 for _ in _runs(text, _is_markdown(text))) + len(MASK.findall(text))
    return Finding(hits, f"{hits} masked places") if hits else None


def leader_names(text: str, context: Context) -> list[Edit]:
    """Put ``‹NAME›`` where a leader's name was reduced to a letter (A总书记).

    >>> [e.after for e in leader_names("落实A总书记重要指示", Context())]
    ['‹NAME›']
    """
    if not has_any(text, "A_"):
        return []
    names = listed("leader_after_mask", r"(?<![A-Za-z_])[A_](?=", ")")
    return replace_each(text, names, "‹NAME›", "leader_name_masked")


def mask_tokens(text: str, context: Context) -> list[Edit]:
    """Put a typed token where a figure, place, date, name or year was masked; never unmask.

    The type is read from the words round the run: units make a ``‹NUM›``, 省 市 县 a ``‹PLACE›``,
    月 日 a ``‹DATE›``, four signs before 年 a ``‹YEAR›``, a title beside it a ``‹NAME›``. A sign
    inside a word (援x专家) stays.

    >>> text = "20xx年,xx县共有xx.x万人"
    >>> [(text[e.start : e.end], e.after) for e in mask_tokens(text, Context())]
    [('20xx', '‹YEAR›'), ('xx', '‹PLACE›'), ('xx.x', '‹NUM›')]
    """
    if not has_any(text, _SIGNS + "某"):
        return []
    markdown = "markdown" in context.hints or _is_markdown(text)
    years_deleted = context.damage.has("year_digits_deleted")
    edits = []
    for run in _runs(text, markdown):
        if not _is_leak(run, text):
            short = _is_short_year(run, text)
            after = "‹YEAR›" if short else _typed(run, text, years_deleted)
            edits.append(Edit(run.start - 2 * short, run.end, after, "mask"))
    return edits


def _is_leak(run: _Run, text: str) -> bool:
    """Return whether the run stands for one character of a word."""
    if len(run.signs) > 2 or run.signs[0] not in "xX":
        return False
    found = _leaks().finditer(text, max(0, run.start - 3), run.end + 6)
    return any(m.start() <= run.start < m.end() for m in found)


def _is_markdown(text: str) -> bool:
    return "**" in text and bool(re.search(r"(?m)^(?:#{1,6} |[*-] |\*\*[^*\n]+\*\*)", text))


def _is_mask(run: _Run, text: str, markdown: bool) -> bool:
    """Tell masks from multiplication signs, Chinese zeros, bullets, blanks and bold text."""
    sign, before, after = run.signs[0], run.before, run.after
    if sign == "某":
        return len(run.signs) > 1 or bool(listed("office_after_mask").match(after))
    if _is_latin(before) or _is_latin(after):
        return False
    product = before.isdigit() and after.isdigit()
    if sign in "xXｘＸ×✕":
        return len(run.signs) > 1 or _single_sign(run, text)
    if sign in "*＊":
        bullet = before in ("", "\n") and after in (" ", "\t")
        return not (markdown or bullet or product)
    if sign in "_＿":
        return bool(_BESIDE.match(after)) and not (before.isascii() and before.isalnum())
    if sign in "○◯" and any(c in "一二三四五六七八九〇零" for c in before + after):
        return False
    return len(run.signs) >= 2 or bool(listed("place_after_mask").match(text, run.end))


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _single_sign(run: _Run, text: str) -> bool:
    """Return whether one x is a mask: not a product, not X光, not 数据要素×, not 10+X."""
    unit = _unit().match(text, run.end)
    letter = listed("letter_x", "[-]?(?:", r"|\d)")
    if run.before.isdigit() or letter.match(text, run.end):
        return bool(run.before.isdigit() and unit and run.signs in "xX")
    joined = run.before != "" and run.before in "第∶:-~—" + "+" * run.signs.islower()
    dated = run.after in ("年", "月", "日")
    return bool(unit or dated or joined or listed("place_after_mask").match(text, run.end))


def _is_short_year(run: _Run, text: str) -> bool:
    """Return whether the run is the rear half of 20xx."""
    if len(run.signs) != 2 or run.start < 2 or not text.startswith("20", run.start - 2):
        return False
    before = text[run.start - 3] if run.start > 2 else ""
    return not (before.isdigit() or _is_latin(before))


def _typed(run: _Run, text: str, years_deleted: bool) -> str:
    """Return the token for one run."""
    before, at = text[max(0, run.start - 4) : run.start], run.end
    if run.signs[0] == "某":
        named = listed("name_after_mask").match(text, at)
        return "‹NAME›" if named and not listed("place_after_mask").match(text, at) else "‹PLACE›"
    if "." in run.signs or "．" in run.signs:
        return "‹NUM›"
    if run.after == "年":
        return _before_year(run.signs, before, text, at, years_deleted)
    if len(run.signs) == 4 and _YEAR_RANGE_AFTER.match(text, at):
        return "‹YEAR›"
    if _DATE_AFTER.match(text, at):
        return "‹DATE›"
    return _by_context(before, text, at)


def _before_year(run: str, before: str, text: str, at: int, years_deleted: bool) -> str:
    if len(run) == 3 and years_deleted:
        return "‹PLACE›‹YEAR›"
    lasting = listed("span_before_years", after="$").search(before)
    dated = listed("span_after_year", "年(?!", ")").match(text, at)
    return "‹YEAR›" if len(run) >= 4 or (len(run) == 2 and dated and not lasting) else "‹NUM›"


def _by_context(before: str, text: str, at: int) -> str:
    if before.endswith("第"):
        return "‹NUM›"
    place = listed("place_after_mask").match(text, at)
    if _unit().match(text, at) and not (place and len(place[0]) > 1):
        return "‹NUM›"
    if place:
        return "‹PLACE›"
    if listed("name_before_mask", after="$").search(before):
        return "‹NAME›"
    if listed("name_after_mask").match(text, at) or before.endswith("“"):
        return "‹NAME›"
    number = _SIGN_BEFORE.search(before) or listed("number_before_mask", after="$").search(before)
    if number and not listed("place_before_mask", after="$").search(before):
        return "‹NUM›"
    return "‹PLACE›"


def masked_words(text: str, context: Context) -> list[Mark]:
    """Mark signs that stand for one character of a word or name: weak evidence of a region."""
    if not (context.damage.has("masked") and has_any(text, "xX")):
        return []
    marks = []
    for m in _SINGLE.finditer(text):
        run = _Run(
            m.start(), m.end(), m[0], text[m.start() - 1 : m.start()], text[m.end() : m.end() + 1]
        )
        if _is_leak(run, text) or not _is_mask(run, text, True):
            marks.append(Mark(run.start, run.end, "mask_in_word"))
    return marks


def masked_ranges(text: str, context: Context) -> list[Mark]:
    """Mark dates and ages whose mask swallowed a separator: the number of signs tells nothing."""
    if not has_any(text, ("‹DATE›", "‹NUM›")):
        return []
    masked = listed("age", "‹DATE›|‹NUM›(?=", ")")
    return [Mark(m.start(), m.end(), "mask_swallows_separator") for m in masked.finditer(text)]
