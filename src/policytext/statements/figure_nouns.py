"""Of what is a figure: which noun does it count or measure?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from policytext.data import pattern_of, words_of
from policytext.statements.amounts import Amount
from policytext.statements.clause_frames import (
    NONE,
    WORDS,
    Frame,
    Lexicon,
    after_opening,
    hide_quotations,
)

_NOUN: Final = r"(?P<noun>[^，。；、：（）()0-9‹和及\s]*)"
_LAST_BREAK: Final = re.compile(r".*[；，]", re.DOTALL)
_TENTHS: Final = "成"
_PERSON: Final = 4
"""Most characters of a name of persons before what they do."""
_LISTED: Final = frozenset("、，和及与")
_NEARLY: Final = "了到至约近共为达超各逾"
"""Signs that stand between a verb and its figure."""
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
        if found and found[-1][0] >= begin and _acts_behind(clause, found[-1][1], amount, lists):
            begin = found[-1][1]  # 11处煤矿建成试运转、新增产能3095万吨
        stop = amounts[number + 1].start if number + 1 < len(amounts) else len(clause)
        span = NONE
        of_noun = clause.startswith("的", amount.end) or amount.text.endswith(_TENTHS)
        if amount.unit not in _SHARES or of_noun:
            span = _thing(clause, _behind(clause, amount, stop, lists), lists)
        if span == NONE:
            span = _in_front(clause, begin, amount.start, frame, lists)
            span = _thing(clause, span, lists)
        told_on = amount.unit in _SHARES or _carried_on(clause, begin, amount.start)
        of_same = bool(found) and amount.unit == amounts[number - 1].unit
        told_on = told_on or (of_same and acts_alone(clause[begin : amount.start], lists))
        if span == NONE and found and told_on:
            span = found[-1]  # 甲占比16%、提高2个百分点: of the same noun
        found.append(span)
    return found


def acts_alone(words: str, lists: Lexicon) -> bool:
    """Return whether the words before a figure are an act alone (新建甲路60公里、改建40公里).

    >>> from policytext.statements.clause_frames import load_lexicon
    >>> acts_alone("、改建", load_lexicon()), acts_alone("、改建旧路", load_lexicon())
    (True, False)
    """
    act = words.lstrip("".join(_LISTED)).rstrip(_NEARLY)
    verb = lists.verb_tree.at(act, 0)
    return len(verb) > 1 and verb == act


NEW: Final = "new"
OLD: Final = "old"


_MAKING: Final = {NEW: "builds_new", OLD: "works_on_old"}


def makes(words: str) -> frozenset[str]:
    """Return whether words tell of making another (新建), of work on what there is (改建), or both.

    >>> makes("新建乡路"), sorted(makes("新建、改建乡路")), makes("建成乡路")
    (frozenset({'new'}), ['new', 'old'], frozenset())
    """
    return frozenset(k for k, group in _MAKING.items() if pattern_of(WORDS, group).search(words))


def makes_each(clause: str, amounts: Sequence[Amount]) -> list[frozenset[str]]:
    """Return the same for each figure by the words between the one before and it.

    >>> from policytext.statements.amounts import make_reader
    >>> clause = "新建乡路60公里、水渠3条、改建40公里"
    >>> [sorted(one) for one in makes_each(clause, make_reader().scanner.find(clause))]
    [['new'], ['new'], ['old']]
    """
    found: list[frozenset[str]] = []
    for number, amount in enumerate(amounts):
        words = clause[amounts[number - 1].end if number else 0 : amount.start]
        found.append(makes(words) or (found[-1] if found else frozenset()))
    return found


def _acts_behind(clause: str, place: int, amount: Amount, lists: Lexicon) -> bool:
    """Return whether what stands between a noun and the next figure is an act or another item."""
    return _acts_at(clause, place, amount.start, lists) or "、" in clause[place : amount.start]


def _acts_at(clause: str, place: int, end: int, lists: Lexicon) -> bool:
    """Return whether a verb that is no noun stands at a place, with room for what it is done to."""
    verb = lists.verb_tree.at(clause, place)
    return len(verb) > 1 and not lists.verbs[verb].noun and place + len(verb) + 2 <= end


def _carried_on(clause: str, begin: int, start: int) -> bool:
    """Return whether a rank, or another of several values, is told of the noun before."""
    apart = pattern_of(WORDS, "each_of").search(clause, 0, begin)
    listed = apart is not None and clause[begin:start] in _LISTED
    return listed or clause.endswith(words_of(WORDS, "carried_on"), 0, start)


def _thing(clause: str, span: tuple[int, int], lists: Lexicon) -> tuple[int, int]:
    """Return a noun without the year before it and without what is done to it (3个病房建设)."""
    if span == NONE or clause[slice(*span)] in words_of(WORDS, "no_noun"):
        return NONE
    start, end = span
    dated = pattern_of(WORDS, "dated").match(clause, start, end)
    start = dated.end() if dated else start
    value = pattern_of(WORDS, "from_value").search(clause, start, end)
    end = value.start() if value else end
    among = pattern_of(WORDS, "noun_tail", after="$").search(clause[:end], start)
    end = among.start() if among else end
    if clause.endswith(lists.done_to, start + 2, end):
        word = next(word for word in lists.done_to if clause.endswith(word, start + 2, end))
        left = end - len(word)
        end = end if clause.endswith(lists.adjective_end, 0, left) else left
    while len(word := lists.manner.before(clause, end)) > 1 and word in lists.own_marks:
        end -= len(word)  # 中心稳步推进
    return (start, end) if end > start and (end - start > 1 or (start, end) == span) else NONE


def _behind(clause: str, amount: Amount, stop: int, lists: Lexicon) -> tuple[int, int]:
    """Return the noun that follows a figure (17所学校, 3个试点)."""
    behind = pattern_of(WORDS, "behind_figure", after="*" + _NOUN)
    match = behind.match(clause, amount.end, stop)
    if match is None or len(match["noun"]) < 2:
        return NONE
    verb = lists.verb_tree.at(clause, match.start("noun"))
    alone = len(verb) == len(match["noun"]) and amount.unit not in words_of(WORDS, "counts_acts")
    if len(verb) > 1 and (not lists.verbs[verb].noun or alone):
        return NONE
    start, end = match.span("noun")
    said = hide_quotations(clause)  # “高效办成一件事”事项: no verb of the clause
    whole = words_of(WORDS, "no_noun")  # 111项全国首创举措: 全国 alone is not counted
    inside_from = max((start + len(w) for w in whole if clause.startswith(w, start)), default=start)
    persons = amount.unit in words_of(WORDS, "counts_persons")  # 百名骨干下沉
    persons = persons and not lists.manner.at(clause, start)
    for at in range(inside_from + 1, end - 1):
        inside = lists.verb_tree.at(said, at)
        last = persons and at <= start + _PERSON and at + len(inside) == end == len(clause)
        if len(inside) > 1 and (last or _acts_here(clause, at, inside, end, lists)):
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
        acted = acted or _gives(clause, frame, place, lists)
        whole = clause[slice(*frame.verb)].startswith("占")
        if frame.subject != NONE and frame.subject[1] <= place and (whole or not acted):
            start = frame.subject[0]
        elif frame.verb != NONE and frame.verb[1] <= place:
            start = max(frame.verb[1], frame.object[0] if acted else 0)
    break_at = _LAST_BREAK.match(clause, start, place)
    if break_at:
        start = break_at.end()
    front = pattern_of(WORDS, "before_noun", after="+").match(clause[start:place])
    if front and not lists.noun_after.blocks(clause, start):  # 和美乡村
        start += front.end()
    start = _last_act(clause, start, place, lists)
    while verb := _leading_verb(clause, start, place, lists, listed=begin > 0):
        start += len(verb)
    if start == place == frame.verb[1] and frame.object == NONE and begin == 0:
        holds = clause[slice(*frame.verb)] in words_of(WORDS, "holds_object")
        return frame.verb if holds else NONE  # 植树造林300亩
    end = _without_verb(clause, start, _reached_by(clause, place, frame, lists), lists)
    listed = clause.startswith("、", end - 1)  # 甲全覆盖、70%就读: none of its own before it
    return (start, end) if end - start >= 2 and not listed else NONE


def _last_act(clause: str, start: int, place: int, lists: Lexicon) -> int:
    """Return where the last of several acts begins (推进十件实事、近五年投入资金25亿元)."""
    last = clause.rfind("、", start, place) + 1
    if not last:
        return start
    dated = pattern_of(WORDS, "dated").match(clause, last, place)
    at = dated.end() if dated else last
    while word := lists.manner.at(clause, at):
        at += len(word)
    return at if _acts_at(clause, at, place, lists) else start


def _gives(clause: str, frame: Frame, place: int, lists: Lexicon) -> bool:
    """Return whether what a verb provides stands between it and a figure (下派骨干三十余名)."""
    provides = frame.verb != NONE and lists.verbs[clause[slice(*frame.verb)]].group == "provide"
    return provides and frame.verb[1] <= frame.object[0] < place


def _reached_by(clause: str, place: int, frame: Frame, lists: Lexicon) -> int:
    """Return where the verb begins that a figure ends (平台覆盖近九成), or the figure's place."""
    start, end = frame.verb
    apart = clause[end:place].strip(_NEARLY)
    acts = frame.subject != NONE and frame.subject[1] <= start and not apart
    verb = clause[start:end]
    attained = acts and end <= place and lists.verbs[verb].group == "attain"
    attained = attained and verb not in words_of(WORDS, "measure_verb")
    return start if attained else place


def _leading_verb(clause: str, start: int, place: int, lists: Lexicon, *, listed: bool) -> str:
    """Return a verb or word of manner with which a noun phrase would not begin."""
    verb = lists.verb_tree.at(clause, start)
    if verb and clause.startswith("式", start + len(verb)):
        return ""  # 嵌入式托幼点
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
        if len(word) < 2 and clause[end - 1] in f"{_NEARLY}翻":
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
