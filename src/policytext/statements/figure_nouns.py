"""Of what is a figure: which noun does it count or measure?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from policytext.data import pattern_of, words_of
from policytext.statements.amounts import Amount
from policytext.statements.clause_frames import NONE, WORDS, Frame, Lexicon, after_opening

_NOUN: Final = r"(?P<noun>[^，。；、：（）()0-9‹和及\s]*)"
_LAST_BREAK: Final = re.compile(r".*[；，]", re.DOTALL)
_SHARES: Final = frozenset({"%", "％", "个百分点", "百分点", "倍"})


def bind_figures(
    clause: str, amounts: Sequence[Amount], frame: Frame, lists: Lexicon
) -> list[tuple[int, int]]:
    """Return the span of the noun of each figure; (-1, -1) where the clause names none.

    >>> from policytext.statements.clause_frames import load_lexicon, read_frame
    >>> from policytext.statements.amounts import make_reader
    >>> clause = "新建乡村诊室12间、改造旧楼3栋"
    >>> amounts = make_reader().scanner.find(clause)
    >>> spans = bind_figures(clause, amounts, read_frame(clause), load_lexicon())
    >>> [clause[slice(*span)] for span in spans]
    ['乡村诊室', '旧楼']
    """
    found: list[tuple[int, int]] = []
    for number, amount in enumerate(amounts):
        begin = amounts[number - 1].end if number else 0
        stop = amounts[number + 1].start if number + 1 < len(amounts) else len(clause)
        span = NONE
        if amount.unit not in _SHARES or clause.startswith("的", amount.end):
            span = _behind(clause, amount.end, stop, lists)
        if span == NONE:
            span = _in_front(clause, begin, amount.start, frame, lists)
        span = _thing(clause, span, lists)
        if span == NONE and found and (amount.unit in _SHARES or _carried_on(clause, amount.start)):
            span = found[-1]  # 甲占比16%、提高2个百分点: of the same noun
        found.append(span)
    return found


def _carried_on(clause: str, start: int) -> bool:
    """Return whether a rank, or the second of two values, is told of the noun before."""
    return clause.endswith(words_of(WORDS, "carried_on"), 0, start)


def _thing(clause: str, span: tuple[int, int], lists: Lexicon) -> tuple[int, int]:
    """Return a noun without the year before it and without what is done to it (3个病房建设)."""
    if span == NONE:
        return NONE
    start, end = span
    dated = pattern_of(WORDS, "dated").match(clause, start, end)
    start = dated.end() if dated else start
    value = pattern_of(WORDS, "from_value").search(clause, start, end)
    end = value.start() if value else end
    if clause.endswith(lists.done_to, start + 2, end):
        word = next(word for word in lists.done_to if clause.endswith(word, start + 2, end))
        left = end - len(word)
        end = end if clause.endswith(lists.adjective_end, 0, left) else left
    while len(word := lists.manner.before(clause, end)) > 1 and word in lists.own_marks:
        end -= len(word)  # 中心稳步推进
    return (start, end) if end > start and (end - start > 1 or (start, end) == span) else NONE


def _behind(clause: str, place: int, stop: int, lists: Lexicon) -> tuple[int, int]:
    """Return the noun that follows a figure (17所学校)."""
    behind = pattern_of(WORDS, "behind_figure", after="*" + _NOUN)
    match = behind.match(clause, place, stop)
    if match is None or len(match["noun"]) < 2:
        return NONE
    verb = lists.verb_tree.at(clause, match.start("noun"))
    if len(verb) > 1 and (not lists.verbs[verb].noun or len(verb) == len(match["noun"])):
        return NONE
    start, end = match.span("noun")
    for at in range(start + 1, end - 1):
        inside = lists.verb_tree.at(clause, at)
        if len(inside) > 1 and _acts_here(clause, at, inside, end, lists):
            end = at
            while word := lists.manner.before(clause, end):
                if end - len(word) <= start or lists.noun_after.at(word, 0):
                    break
                end -= len(word)  # 个县域医共体全部达到
            break
    return start, end


def _acts_here(clause: str, at: int, verb: str, end: int, lists: Lexicon) -> bool:
    """Return whether a verb behind a noun is what the noun does, or what happens to it."""
    entry, behind = lists.verbs[verb], at + len(verb)
    if len(lists.agents.before(clause, behind)) > len(verb):
        return False  # 党组织
    if entry.noun:
        word = lists.manner.before(clause, at)
        marked = len(word) > 1 and word in lists.own_marks
        return (marked and behind == end) or (verb in lists.acting and behind + 2 <= end)
    return entry.after_subject and (verb in lists.acting or not lists.noun_after.at(clause, behind))


def _in_front(clause: str, begin: int, place: int, frame: Frame, lists: Lexicon) -> tuple[int, int]:
    """Return the noun between the last figure, or the verb, and a figure (改造小区26个)."""
    start = begin or after_opening(clause, lists)
    if begin == 0:
        for _, last in (frame.manner, frame.phrase):
            start = max(start, last if last <= place else 0)
        acted = frame.verb[1] <= frame.object[0] and frame.object[1] <= place + 1
        whole = clause[slice(*frame.verb)].startswith("占")
        if frame.subject != NONE and frame.subject[1] <= place and (whole or not acted):
            start = frame.subject[0]
        elif frame.verb != NONE and frame.verb[1] <= place:
            start = max(frame.verb[1], frame.object[0] if acted else 0)
    break_at = _LAST_BREAK.match(clause, start, place)
    if break_at:
        start = break_at.end()
    front = pattern_of(WORDS, "before_noun", after="+").match(clause[start:place])
    if front:
        start += front.end()
    while verb := _leading_verb(clause, start, place, lists, listed=begin > 0):
        start += len(verb)
    end = _without_verb(clause, start, place, lists)
    return (start, end) if end - start >= 2 else NONE


def _leading_verb(clause: str, start: int, place: int, lists: Lexicon, *, listed: bool) -> str:
    """Return a verb or word of manner with which a noun phrase would not begin."""
    verb = lists.verb_tree.at(clause, start)
    room = start + len(verb) + 2 <= place and not lists.noun_after.at(clause, start + len(verb))
    if verb and (not lists.verbs[verb].noun or (listed and room)) and start + len(verb) <= place:
        return verb
    if clause[start : start + 1] in tuple("了的"):
        return clause[start]
    return ""


def _without_verb(clause: str, start: int, end: int, lists: Lexicon) -> int:
    """Return where a noun phrase ends if verbs and words of manner follow it."""
    while end > start:
        word = lists.verb_tree.before(clause, end) or lists.manner.before(clause, end)
        if len(word) < 2 and clause[end - 1] in "了到至约近共为达超各逾翻":
            word = clause[end - 1]
        elif (word in lists.verbs and not lists.verbs[word].after_subject) or (
            word in lists.verbs
            and lists.verbs[word].noun
            and lists.verbs[word].group
            not in (
                "expand",
                "improve",
            )
        ):
            word = ""
        if not word or end - len(word) < start:
            break
        end -= len(word)
    return end
