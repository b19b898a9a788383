"""Which kinds of damage does a document show, and by what evidence?"""

from __future__ import annotations

import re
from functools import lru_cache

from policytext.cleaning import figures, furniture, legible, masks, wording
from policytext.cleaning.chunks import chunk_markers, describe, find_chunks
from policytext.cleaning.context import Context, Damage, Finding, in_mid_sentence
from policytext.cleaning.mapped import MappedText, spliced

FILE_WIDE = (
    "chunked",
    "synonym_swapped",
    "ten_to_year",
    "year_digits_deleted",
    "years_collapsed",
    "hard_wrapped",
)
"""Kinds that a site did to a whole file: a report cut out of it has them too."""

_LEAST_LINE = 30
_CONTACT = re.compile(r"[\d-]{7,}$|[\w./@]*[./@][A-Za-z./]+$|^\W?[^，,：:。]{1,6}[：:]")
"""A line that ends in a telephone or an address of the net, or begins with a label (抄送：)."""


def detect_damage(text: str) -> Damage:
    """Return the kinds of damage a document shows, before anything in it is changed.

    Parameters
    ----------
    text
        The text of a file or of one report.

    Returns
    -------
    Damage
        Each kind with its count, its evidence in words, and what a repair needs to know.

    Examples
    --------
    >>> detect_damage("各项工作有序开展。").flags
    ()
    >>> damage = detect_damage("提高效劳质量，优化效劳流程，扩大效劳范围。")
    >>> damage.flags, damage.findings["synonym_swapped"].note
    (('synonym_swapped',), '效劳 3, 服务 0; log-odds of a rewriting tool 7.9')
    """
    return _all_damage(text.strip())


@lru_cache(maxsize=2)
def _all_damage(text: str) -> Damage:
    """Return the damage of a text without the blanks around it: a file's is often its report's."""
    of_pages = detect_page_damage(text)
    if of_pages.has("chunked"):
        text = MappedText.of(text).apply(chunk_markers(text, Context(of_pages))).text
    collapsed = figures.find_collapsed_year(text)
    masked = masks.find_masks(text)
    findings = {
        **of_pages.findings,
        "synonym_swapped": wording.find_swaps(text),
        "ten_to_year": collapsed,
        "years_collapsed": figures.find_equal_years(text, collapsed),
        "year_digits_deleted": figures.find_deleted_years(text),
        "masked_years": masks.find_masked_years(text, masked.values if masked else ()),
        "masked": masked,
        "quotes_lost": wording.find_lost_quotes(text),
        "spaced_figures": wording.find_spaced_figures(text),
        "wrap_spaces": wording.find_wrap_spaces(text),
        "truncated": find_truncation(text),
        "undecodable": _find_undecodable(text),
    }
    return Damage({kind: found for kind, found in findings.items() if found})


def detect_page_damage(text: str) -> Damage:
    """Return the damage done to lines and pages, which the steps of a whole file need to know.

    >>> detect_page_damage("各项工作有序开展。").flags
    ()
    """
    return _page_damage(text.strip())


@lru_cache(maxsize=2)
def _page_damage(text: str) -> Damage:
    text = spliced(text, furniture.quoted_lines(text, Context()))
    findings: dict[str, Finding] = {}
    if chunks := find_chunks(text):
        hits = sum(len(c.markers) for c in chunks)
        lengths = tuple(str(c.distance) for c in chunks)
        findings["chunked"] = Finding(hits, describe(chunks), lengths)
    if width := furniture.find_line_width(text):
        findings["hard_wrapped"] = width
    if traditional := legible.find_traditional(text):
        findings["traditional"] = traditional
    return Damage(findings)


def inherited(own: Damage, of_file: Damage) -> Damage:
    """Return a report's own damage and what was done to its whole file.

    >>> of_file = Damage({"chunked": Finding(5, ""), "masked": Finding(2, "")})
    >>> inherited(Damage(), of_file).flags
    ('chunked',)
    """
    wide = {k: f for k, f in of_file.findings.items() if k in FILE_WIDE}
    return own | Damage(wide)


def find_truncation(text: str) -> Finding | None:
    """Return the evidence that a text stops inside a sentence, or None.

    >>> find_truncation("四是继续完善县域内各级医疗机构之间的双向转诊和远程会诊制度，三是").note
    'ends with 诊制度，三是'
    """
    kept = text.rstrip()
    last = kept[kept.rfind("\n") + 1 :]
    if not in_mid_sentence(last, _LEAST_LINE) or last[-1] in "日%％‰":
        return None
    if last[-1] not in "，,、" and (
        _CONTACT.search(last) or not any(mark in last for mark in "，,。；;")
    ):
        return None
    return Finding(1, f"ends with {last[-6:]}")


def _find_undecodable(text: str) -> Finding | None:
    hits = text.count("\ufffd")
    return Finding(hits, f"{hits} characters that could not be decoded") if hits else None
