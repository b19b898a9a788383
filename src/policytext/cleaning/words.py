"""Which words did a rewriting tool swap, and which known slips stand in the text?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from policytext.cleaning.context import Context, Finding
from policytext.cleaning.edits import Edit
from policytext.data import read_table

_LEAST_HITS = 3
_SHARE_LEFT = 4


class Swap(NamedTuple):
    """A swapped word and the word it stands for; ``keep`` matches its genuine uses."""

    swapped: str
    original: str
    kind: str
    pattern: re.Pattern[str]
    keep: re.Pattern[str] | None


@cache
def swaps() -> tuple[Swap, ...]:
    """Return the list of swaps that rewriting tools make (``cleaning/swaps.csv``)."""
    rows = read_table("cleaning/swaps.csv").itertuples()
    return tuple(
        Swap(
            str(r.swapped),
            str(r.original),
            str(r.kind),
            re.compile(str(r.pattern) or re.escape(str(r.swapped))),
            re.compile(str(r.keep)) if r.keep else None,
        )
        for r in rows
    )


def find_swaps(text: str) -> Finding | None:
    """Return the swapped words of a document, or None where no rewriting tool was at work.

    A tool swaps every occurrence. A pair counts where the swapped word stands and the word it
    replaces, common in every report, is missing (for words that no report uses: nearly missing).
    One such pair with three hits, of a word that reports never use, shows the tool; with words
    that have uses of their own it takes two pairs.

    Examples
    --------
    >>> find_swaps("提高效劳质量，优化效劳流程，扩大效劳范围，到达标准").values
    ('效劳', '到达')
    >>> find_swaps("提高服务质量，队伍到达现场") is None
    True
    """
    hits: dict[Swap, int] = {}
    for swap in swaps():
        count = _count_swapped(text, swap)
        if count:
            hits[swap] = count
    strong = [s for s, n in hits.items() if s.kind == "signature" and n >= _LEAST_HITS]
    frequent = [s for s, n in hits.items() if n >= _LEAST_HITS]
    if not strong and len(frequent) < 2:
        return None
    note = ", ".join(
        f"{s.swapped} {n}, {s.original} {text.count(s.original)}" for s, n in hits.items()
    )
    return Finding(sum(hits.values()), note, tuple(s.swapped for s in hits))


def _count_swapped(text: str, swap: Swap) -> int:
    """Return how often a swapped word stands where its original is missing; else 0.

    The original is looked for first: in a clean report it stands near the beginning.
    """
    if swap.kind == "word":
        if swap.original in text or swap.swapped not in text:
            return 0
    elif swap.kind != "signature" or swap.swapped not in text:
        return 0
    count = text.count(swap.swapped) - (len(swap.keep.findall(text)) if swap.keep else 0)
    if swap.kind == "signature" and text.count(swap.original) > count // _SHARE_LEFT:
        return 0
    return max(count, 0)


def swapped_words(text: str, context: Context) -> list[Edit]:
    """Put back the words a rewriting tool swapped, in documents that show the tool.

    Words that also have a use of their own (标准, 开展, 工程) are put back only in patterns where
    they cannot be right.

    Examples
    --------
    >>> from policytext.cleaning.context import Damage
    >>> context = Context(Damage({"synonym_swapped": Finding(3, "", ("效劳",))}))
    >>> swapped_words("签约效劳,进一步标准诊疗行为", context)[0].after
    '服务'
    """
    fired = set(context.damage.values("synonym_swapped"))
    if not context.damage.has("synonym_swapped"):
        return []
    edits = []
    for swap in sorted(
        swaps(), key=lambda s: ("pattern", "phrase", "signature", "word").index(s.kind)
    ):
        if swap.kind in ("signature", "word") and swap.swapped not in fired:
            continue
        if swap.swapped not in text:
            continue
        kept = {m.end() for m in swap.keep.finditer(text)} if swap.keep else set()
        starts = {m.start() for m in swap.keep.finditer(text)} if swap.keep else set()
        certainty = "certain" if swap.kind in ("signature", "phrase") else "likely"
        for m in swap.pattern.finditer(text):
            if m.start() not in starts and m.end() not in kept:
                after = swap.original
                edits.append(Edit(m.start(), m.end(), after, "synonym_swapped", certainty))
    return first_of_overlapping(edits)


def first_of_overlapping(edits: Iterable[Edit]) -> list[Edit]:
    """Keep edits in order of priority and drop later ones that touch the same characters."""
    kept: list[Edit] = []
    taken: set[int] = set()
    for edit in edits:
        places = range(edit.start, max(edit.end, edit.start + 1))
        if not taken.intersection(places):
            kept.append(edit)
            taken.update(places)
    return sorted(kept)


class Slip(NamedTuple):
    """A known wrong phrase, its right form, and what must stand in the document."""

    trigger: str
    pattern: re.Pattern[str]
    right: str
    certainty: str


@cache
def slips() -> tuple[Slip, ...]:
    """Return the whitelist of wrong phrases (``cleaning/phrases.csv``)."""
    rows = read_table("cleaning/phrases.csv").itertuples()
    return tuple(
        Slip(str(r.trigger), re.compile(str(r.pattern)), str(r.right), str(r.certainty))
        for r in rows
    )


def wrong_phrases(text: str, context: Context) -> list[Edit]:
    """Correct whole phrases that are always wrong; never single characters.

    Examples
    --------
    >>> wrong_phrases("征收社会扶养费", Context())[0].after
    '社会抚养费'
    """
    edits = []
    for slip in slips():
        if slip.trigger in text:
            for m in slip.pattern.finditer(text):
                after = m.expand(slip.right)
                edits.append(Edit(m.start(), m.end(), after, "typo", slip.certainty))
    return first_of_overlapping(edits)


def own_rules(text: str, context: Context) -> list[Edit]:
    """Apply the researcher's own replacements, in the order of the list."""
    edits = []
    for rule in context.rules:
        if rule.condition and not _holds(rule.condition, text, context):
            continue
        is_regex = rule.pattern.startswith("regex:")
        pattern = re.compile(rule.pattern[6:] if is_regex else re.escape(rule.pattern))
        for m in pattern.finditer(text):
            after = m.expand(rule.replacement) if is_regex else rule.replacement
            edits.append(Edit(m.start(), m.end(), after, rule.name, "stated"))
    return first_of_overlapping(edits)


def _holds(condition: str, text: str, context: Context) -> bool:
    if condition.startswith("flag:"):
        return context.damage.has(condition[5:].strip())
    return condition in text
