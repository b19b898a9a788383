"""Which places stay as they are and must be flagged?"""

from __future__ import annotations

import re
from collections.abc import Callable

from policytext.cleaning import masks, numbers, punctuation, years
from policytext.cleaning.context import Context, Mark
from policytext.cleaning.edits import MappedText
from policytext.cleaning.rewriting import has_any

MarkFunction = Callable[[str, Context], list[Mark]]

_DELETED_NAME = re.compile(
    r"[镇乡县市](?<=[与和、].)(?=中心卫生院|卫生院)|《[市县区](?=[巩创关健卫实推落加])"
    r"|健康建设(?<=[进快续设]健康建设)"
)
_REMOVED_WORD = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000](?=号码)")
_DROPPED = re.compile(r"(?<=进行了)岗培训|(?<=，)保了项目|(?<=,)保了项目|全民健活方式")
_DOUBLED = re.compile(r"(?<=获评)省评省级|(?<=率)达为(?=\d)")
_SPLICED = re.compile(
    r"在(?<=”在)[\u4e00-\u9fff]{2,8}方面[，,]|‹PLACE›(?<=[%％]‹PLACE›)[县市区][\u4e00-\u9fff]"
)
_UNDECODABLE = re.compile("\ufffd+")
_FIGURE_RULES = {
    "ten_to_year": "figure_repaired",
    "year_strip_hits_number": "figure_repaired",
    "missing_percent": "figure_repaired",
    "range_sign_lost": "figure_repaired",
}


def deleted_names(text: str, context: Context) -> list[Mark]:
    """Mark places where a name seems to have been deleted without trace."""
    return [Mark(m.start(), m.end(), "name_deleted") for m in _DELETED_NAME.finditer(text)]


def damaged_words(text: str, context: Context) -> list[Mark]:
    """Mark dropped, doubled and removed characters that only a reader can put right."""
    marks = []
    for triggers, pattern, kind in (
        ((" 号码",), _REMOVED_WORD, "word_removed"),
        (("岗培训", "保了", "健活"), _DROPPED, "char_dropped"),
        (("省评", "率达为"), _DOUBLED, "char_doubled"),
        (("”在", "%‹", "％‹", "，‹", ",‹"), _SPLICED, "spliced_paragraphs"),
    ):
        if has_any(text, triggers):
            marks += [Mark(m.start(), m.end(), kind) for m in pattern.finditer(text)]
    return marks


def undecodable(text: str, context: Context) -> list[Mark]:
    """Mark replacement characters: what stood there is lost."""
    if "\ufffd" not in text:
        return []
    return [Mark(m.start(), m.end(), "undecodable") for m in _UNDECODABLE.finditer(text)]


def masked_year_tokens(text: str, context: Context) -> list[Mark]:
    """Mark every year that is masked or was deleted."""
    if "‹YEAR›" not in text:
        return []
    return [Mark(m.start(), m.end(), "year_unknown") for m in re.finditer("‹YEAR›", text)]


MARKERS: tuple[MarkFunction, ...] = (
    years.equal_years,
    masked_year_tokens,
    masks.masked_words,
    masks.masked_ranges,
    numbers.doubtful_ranges,
    punctuation.open_quotes,
    deleted_names,
    damaged_words,
    undecodable,
)


def find_marks(mapped: MappedText, context: Context) -> tuple[Mark, ...]:
    """Return what is flagged in a repaired report; offsets are those of the source.

    Parameters
    ----------
    mapped
        A report after `policytext.cleaning.repair_report`.
    context
        The context of its file.

    Returns
    -------
    tuple of Mark
        In the order of the text. A figure that a rule repaired is marked ``figure_repaired``.

    Examples
    --------
    >>> from policytext.cleaning import clean_source, repair_report
    >>> cleaned = clean_source("喜迎崭新的20xx年")
    >>> report = repair_report(cleaned.mapped, cleaned.context)
    >>> find_marks(report, cleaned.context)
    (Mark(start=5, end=9, kind='year_unknown', note=''),)
    """
    found = [
        Mark(*mapped.source_span(mark.start, mark.end), mark.kind, mark.note)
        for marker in MARKERS
        for mark in marker(mapped.text, context)
    ]
    for change in mapped.changes():
        for rule in change.rules:
            if rule in _FIGURE_RULES:
                kind = _FIGURE_RULES[rule]
                found.append(
                    Mark(change.start, change.end, kind, f"{change.before} → {change.after}")
                )
    return tuple(sorted(set(found)))
