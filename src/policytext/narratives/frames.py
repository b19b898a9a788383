"""Who does what to what, how firmly, with which figures: one row a clause of a corpus?

More than 900 lines, since one reader decides all columns of a row, and each by the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.anatomy.clauses import Clause, cut_clauses
from policytext.anatomy.parts import any_tense
from policytext.corpus import Corpus
from policytext.data import any_of, pattern_of, read_table, words_of
from policytext.piecework import corpus_parts, each_part
from policytext.records import KINDS_COUNTED, Bilingual, Method
from policytext.result import Result, evidence_of_places
from policytext.statements.amounts import FigureReader, make_reader, not_its_own, write_cell
from policytext.statements.clause_frames import (
    NONE,
    WORDS,
    Frame,
    Lexicon,
    Verb,
    after_opening,
    load_lexicon,
    read_frame,
)
from policytext.statements.figure_nouns import bind_figures
from policytext.statements.reader import tells_a_change, tense_of
from policytext.statements.rules import (
    Decision,
    RuleSets,
    Tried,
    Where,
    dated_later,
    first_of,
    make_signs,
    read_rules,
)
from policytext.storage import GrowingTable, no_circles
from policytext.texts import columns_of, say

COLUMNS: Final = columns_of("frames")

# How firmly does a clause speak?


class FirmnessCue(NamedTuple):
    """Words that give a clause its tone; ``before``: they stand before the object."""

    firmness: str
    before: bool
    pattern: re.Pattern[str]


@cache
def firmness_cues() -> tuple[FirmnessCue, ...]:
    """Return the cues of firmness.csv, in the order in which they are tried.

    >>> firmness_cues()[0].firmness
    'forbid'
    """
    rows = read_table("narratives/firmness.csv").to_dict("records")
    return tuple(
        FirmnessCue(row["firmness"], row["where"] == "before", _words(row["words"])) for row in rows
    )


def _words(cell: str) -> re.Pattern[str]:
    words = sorted(cell.split("|"), key=lambda word: (-len(word), word))
    # A single character is a modal verb only where the clause begins or a subject ends.
    short = [re.escape(w) for w in words if len(w) == 1]
    long = [re.escape(w) for w in words if len(w) > 1]
    before, after = any_of(WORDS, "not_modal_before"), any_of(WORDS, "not_modal_after")
    # It stands first, what stands before it behind it: every choice begins with a character then,
    # and a search passes over all others at once.
    single = [f"{one}(?<!{before}{one})(?!{after})" for one in short]
    return re.compile("|".join([*long, *single]))


@cache
def _any_cue() -> re.Pattern[str]:
    return re.compile("|".join(cue.pattern.pattern for cue in firmness_cues()))


def firmness_of(clause: str, frame: Frame) -> str:
    """Return how firmly a clause speaks, or nothing where no listed word says it.

    >>> clause = "各乡镇必须加快改水"
    >>> firmness_of(clause, read_frame(clause))
    'oblige'
    """
    if not _any_cue().search(clause):
        return ""
    head = clause[: frame.verb[1]] if frame.verb != NONE else clause
    for cue in firmness_cues():
        if cue.pattern.search(head if cue.before else clause):
            return cue.firmness
    return ""


# Over which time does a paragraph look back or ahead?


@cache
def _horizons() -> re.Pattern[str]:
    five, one = any_of(WORDS, "five_years"), any_of(WORDS, "one_year")
    named = (
        r"(?<![0-9])(?:(?P<first>(?:19|20)[0-9]{2})年?[—–\-~～至到]+)?(?P<last>(?:19|20)[0-9]{2})年"
    )
    return re.compile(rf"(?P<five_years>{five})|(?P<year>{one})|{named}")


@cache
def _any_horizon() -> re.Pattern[str]:
    """Return the same without names, which is sought faster."""
    words = (*words_of(WORDS, "five_years"), *words_of(WORDS, "one_year"))
    return re.compile("|".join((*map(re.escape, words), r"[0-9]{4}年")))


def horizon_of(text: str, before: str, year: int | None = None) -> str:
    """Return ``five_years`` or ``year`` by the last words for it, else what held before.

    ``year``: That of the report. It and the one before are what a report of a year looks over; a
    span such as 2016—2020年 is five years; other years decide nothing.

    >>> horizon_of("五年来新建诊室12间", "")
    'five_years'
    >>> horizon_of("2018年新建诊室12间", "", 2019), horizon_of("较2012年多12间", "", 2019)
    ('year', '')
    """
    found = before
    if not _any_horizon().search(text):
        return found
    for match in _horizons().finditer(text):
        found = _horizon_named(match, year) or found
    return found


def _horizon_named(match: re.Match[str], year: int | None) -> str:
    last, first = match["last"], match["first"]
    if last is None:
        return str(match.lastgroup)
    if first is not None:
        return "five_years" if int(last) - int(first) == _FIVE_YEARS else ""
    return "year" if year is not None and year - int(last) in (0, 1) else ""


_FIVE_YEARS: Final = 4  # the last year less the first


# What does one paragraph say, clause by clause?


@dataclass
class _Around:
    """What all clauses of a paragraph share: what it is, and the rules that can apply to them."""

    where: Where
    sets: RuleSets
    text: str
    signs: int
    phase: tuple[Tried, ...] = ()
    own: tuple[str, ...] = ()
    year: int | None = None
    local: bool = False
    status: dict[str, tuple[Tried, ...]] = field(default_factory=dict)

    def status_rules(self, phase: str) -> tuple[Tried, ...]:
        """Return the rules of status for clauses of a phase."""
        if phase not in self.status:
            here = self.where._replace(phase=phase)
            self.status[phase] = self.sets.of_paragraph("status", here, self.text, self.signs)
        return self.status[phase]


class ClauseRow(NamedTuple):
    """The columns of the table that the words of a clause decide."""

    start: int
    end: int
    clause: str
    actor: str
    actor_from: str
    subject: str
    verb: str
    verb_class: str
    object: str
    beneficiary: str
    means: str
    role: str
    negated: bool
    phase: str
    status: str
    horizon: str
    firmness: str
    figures: str
    figure_nouns: str
    phase_rule: str
    status_rule: str


@dataclass(frozen=True)
class FrameReader:
    """All lists that reading frames needs, loaded once."""

    lexicon: Lexicon
    figures: FigureReader
    rules: RuleSets
    beneficiary: tuple[str, ...]
    means: tuple[str, ...]
    purpose: frozenset[str]
    conditions: tuple[str, ...]
    case: tuple[str, ...]
    cases: tuple[str, ...]
    ruling: tuple[str, ...]
    no_act: frozenset[str]
    copula: frozenset[str]
    happens: frozenset[str]
    measured: frozenset[str]
    issuer_again: frozenset[str]
    issuer_does: frozenset[str]
    than: frozenset[str]
    bare_own: frozenset[str]
    finds: frozenset[str]
    penalty: frozenset[str]
    defines: frozenset[str]
    passed_by: tuple[str, ...]
    advises: frozenset[str]
    stands_as: frozenset[str]
    acts: tuple[str, ...]
    to_come: tuple[str, ...]
    left_open: tuple[str, ...]
    open: tuple[str, ...]
    lasts: frozenset[str]
    told_when: re.Pattern[str]
    toned: int
    timed: int
    tensed: int

    def read(self, paragraph: Mapping[str, Any], genre: str, horizon: str) -> list[ClauseRow]:
        """Return one row a clause of a paragraph."""
        text = paragraph["text"]
        pieces = cut_clauses(text)
        signs, signs_of_each = self.rules.signs.of(text, pieces)
        tense = tense_of(text) if signs & self.tensed else ""
        tense = "future" if paragraph.get("promised") else tense
        part = paragraph["part_of_report"] if genre != _NEWS else "other"  # news has no plan
        where, year = Where(part, paragraph["kind"], genre, tense), paragraph.get("year")
        phase = self.rules.of_paragraph("phase", where, text, signs)
        own, local = paragraph.get("own", ()), paragraph.get("local", False)
        around = _Around(where, self.rules, text, signs, phase, own, year, local)
        rows: list[ClauseRow] = []
        listed = _Carried(actor=paragraph.get("lead_actor", ""), source="section")
        carried, sentence, begin = listed, -1, 0
        pieces.append(_NO_PIECE)
        for ((start, end, number), behind), signs in zip(
            pairwise(pieces), signs_of_each, strict=True
        ):
            if number != sentence:
                goes_on = sentence >= 0 and text[start - 1] in _SEMICOLONS and genre != _REPORT
                carried = carried.on(goes_on) if sentence >= 0 else listed
                sentence, begin = number, start
            if end - start < 2:
                continue
            follows = text[behind.start : behind.end] if behind.sentence == sentence else ""
            clause = text[start:end]
            horizon = horizon_of(clause, horizon, year) if signs & self.timed else horizon
            texts = {
                "clause": clause,
                "before": text[begin:start],
                "sentence": text[begin:end],
                "paragraph": text,
            }
            rows.append(self._clause((start, end), texts, around, follows, carried, horizon, signs))
        return rows

    def _clause(
        self,
        place: tuple[int, int],
        texts: dict[str, str],
        around: _Around,
        follows: str,
        carried: _Carried,
        horizon: str,
        signs: int,
    ) -> ClauseRow:
        clause, genre = texts["clause"], around.where.genre
        said = self._said(clause, around.own)
        naming = self._naming_next(said, follows, carried, genre)
        said = naming or said
        frame = said.frame
        speaks = naming is None and self._speaks(said)
        phase = self._phase(said, around, follows, carried, texts, signs) if speaks else _SILENT
        amounts = self.figures.scanner.find(clause)
        figures, nouns = [], []
        if amounts:
            named = self.figures.name(clause, amounts, texts["before"], phase.value)
            figures = not_its_own(named, clause, local=around.local)
            spans = bind_figures(clause, amounts, frame, self.lexicon)
            of = carried.noun if tells_a_change(clause) else ""
            nouns = [_cut(clause, span) or of for span in spans]
        carried.noun = nouns[-1] if nouns else ""
        texts["figures"] = "|".join([one.kind for one in figures if one.mark != "damaged"])
        texts["attained"] = said.verb if said.entry.aspect == "attain" else ""
        acts = speaks and bool(said.verb or figures)  # 利改税的第一步 is neither done nor planned
        status = self._status(said, around, phase.value, texts, signs) if acts else _SILENT
        if phase.rule == "narrated_event" and status.rule == "verb_act":
            status = Decision("done", "told_event", "likely")  # 会议日前举行
        if phase.rule in _GUESSED and status.rule in _BY_VERB:
            phase = status = _SILENT  # neither a word nor the part of the report says it was done
        if phase.rule in _BY_TENSE and not (said.verb or figures):
            phase = _SILENT  # a name or a half of a clause in a paragraph that narrates
        role = self._role(said, carried)
        actor, actor_from = self._who_acts(said, carried, role, genre)
        means = self._phrase(said, self.means) or carried.means
        passed = naming is None and frame.phrase != NONE and clause.startswith(self.passed_by)
        bare = carried.actor if frame.subject == NONE and frame.verb != NONE else ""
        carried.take(frame, means, passed=passed, aside=genre in _INSTRUCTING)
        advises = said.verb in self.advises and clause.endswith(said.verb)
        if advises and carried.actor not in ("", "own"):
            carried.actor, carried.advised = "", True  # 甲局建议：加强检查
        if genre in _INSTRUCTING and clause.endswith("的"):
            # A case in which a rule applies: who is named there acts again only where it is bound.
            case = frame.actor or frame.named or bare  # 审核材料，不符合要求的，应当说明
            carried.actor, carried.source, carried.case = "", "sentence", case
            if bare and said.verb in self.finds:
                carried.actor, carried.case = bare, ""  # 检查药店，发现假药的，予以没收
        return ClauseRow(
            *place,
            clause,
            actor,
            actor_from,
            _cut(clause, frame.subject),
            said.verb,
            said.entry.group,
            _cut(clause, frame.object),
            self._beneficiary(said),
            means if said.verb else "",
            role,
            frame.negated,
            phase.value,
            status.value,
            horizon,
            _firmness(said, phase.value) if speaks and signs & self.toned else "",
            write_cell(figures) if figures else "",
            "; ".join(nouns),
            phase.rule,
            status.rule,
        )

    def _said(self, clause: str, own: tuple[str, ...]) -> _Said:
        """Return a clause with its frame; what a word means is no act."""
        frame = _frame(clause)
        verb = _cut(clause, frame.verb)
        if verb in self.defines:
            frame, verb = Frame(subject=(0, len(clause))), ""
        if own and frame.actor == "government" and clause.endswith(own, 0, frame.subject[1]):
            frame = frame._replace(actor="own")
        if own and frame.actor == "government" and _cut(clause, frame.subject) in self.bare_own:
            frame = frame._replace(actor="own")  # 政府要过紧日子
        named = own and frame.named == "government"
        if named and clause.startswith(own, after_opening(clause, self.lexicon)):
            frame = frame._replace(named="own")  # 县政府在县委领导下，
        return _Said(clause, frame, verb, self.lexicon.verbs[verb] if verb else _NO_VERB)

    def _who_acts(self, said: _Said, carried: _Carried, role: str, genre: str) -> tuple[str, str]:
        """Return who acts and where that is said; ``own`` by a name in the sentence, or not."""
        again = said.verb in self.issuer_again and not carried.bound  # 甲企业要扩产，力争增产
        again = again or (said.frame.duty and carried.free)
        if genre == _REPORT and again and carried.actor in _OTHERS:
            carried.actor = ""  # 企业增多，支持兼并: the issuer speaks of itself again
        actor, source = self._actor(said, carried) or ("", "")
        if not (actor or carried.advised):
            actor, source = self._issuer_acts(said, role, genre)
        if actor == "own" and source in ("section", "issuer"):
            source = "sentence" if carried.spoken else "issuer"
        return actor, source

    def _actor(self, said: _Said, carried: _Carried) -> tuple[str, str] | None:
        """Return who acts and where that is said; nobody where something is or happens."""
        actor, source = carried.actor_of(said.frame, penal=said.verb in self.penalty)
        if source in ("sentence", "section") and said.clause.rstrip("；。; ").endswith("的"):
            return None  # a case in which a rule applies is not what the one who is bound does
        if said.verb in self.copula or said.verb in self.measured:
            return None
        if source != "clause" and self._asks(said):
            return None
        if said.verb in self.happens and source != "clause":
            return None
        stands = said.verb in self.stands_as and said.frame.verb[1] <= said.frame.object[0]
        if stands and source == "clause":
            return None  # 甲院作为试点，率先改革
        return (actor, source) if actor else None

    def _issuer_acts(self, said: _Said, role: str, genre: str) -> tuple[str, str]:
        """Return the body whose report it is as the one who acts in a clause without a subject."""
        spoken = said.verb and not _cut(said.clause, said.frame.subject)
        acts = role in _ACTS or said.verb in self.issuer_does
        if not (spoken and acts) or genre in _INSTRUCTING or genre == _NEWS:
            return "", ""
        entry, last = said.entry, said.frame.verb[1] >= len(said.clause.rstrip("。；;"))
        attained = entry.aspect == "attain" and entry.after_theme and last
        attained = attained and said.frame.object == NONE  # 年底前竣工
        nobody = attained or said.verb in self.happens or self._compares(said) or self._asks(said)
        named = "clause" if said.frame.named == "own" else "issuer"  # 让我们携手前行
        return ("", "") if nobody else ("own", named)

    def _asks(self, said: _Said) -> bool:
        """Return whether those who are asked act, and nobody says who they are (请予审议)."""
        manner = _cut(said.clause, said.frame.manner) if said.frame.phrase == NONE else ""
        return any(word in manner for word in self.lexicon.asking)

    def _compares(self, said: _Said) -> bool:
        """Return whether a clause only says how much more or less it is (比上年提高3个百分点)."""
        frame = said.frame
        return frame.object == NONE and _cut(said.clause, frame.phrase)[:1] in self.than

    def _phase(
        self,
        said: _Said,
        around: _Around,
        follows: str,
        carried: _Carried,
        texts: Mapping[str, str],
        signs: int,
    ) -> Decision:
        found, where = first_of(around.phase, texts, signs), around.where
        found = dated_later(found, texts["sentence"], around.year)
        if not said.verb or where.kind == "heading":
            return found
        tells = not said.frame.duty and (found.rule not in _TOLD or not _ARTICLE.match(around.text))
        if found.value == "reviewed" and where.genre in _INSTRUCTING and not tells:
            found = _UNDECIDED  # 第三条 已登记的单位应当年检
        if where.genre in _INSTRUCTING and follows and self._conditional(said, follows, carried):
            return Decision("", "condition", "likely")
        if found.value != "planned" and self._to_come(said, around.year):
            return Decision("planned", "to_come", "likely")
        if found.rule:
            says = said.verb in self.lexicon.tells and found.rule == "future_paragraph"
            return _UNDECIDED if says else found  # 会议指出，要…
        if said.frame.duty and (where.genre in _INSTRUCTING or where.genre == _NEWS):
            return Decision("planned", "duty", "likely")
        loose = where.part in ("other", "lead") and where.genre not in _PLANNING
        event = where.genre == _NEWS and self._happened(said)
        if event or (loose and self._attained(said) and where.genre not in _INSTRUCTING):
            return Decision("reviewed", "narrated_event" if event else "attained_theme", "likely")
        if said.entry.group in ("say", "be") or (
            said.frame.subject != NONE and not said.frame.actor
        ):
            return found
        if where.genre in _INSTRUCTING:
            happens = said.verb in self.happens and not said.frame.duty  # 包括, 受到
            return found if happens else Decision("planned", "instruction", "likely")
        return Decision("reviewed", "narrated_act", "likely") if loose else found

    def _happened(self, said: _Said) -> bool:
        """Return whether news tell an event: a subject attains it, or acts on a named day."""
        frame, verb, entry = said.frame, said.verb, said.entry
        told = frame.subject != NONE and entry.group not in ("say", "be") and not frame.negated
        if not told or verb in self.lasts:
            return False
        if any(word in said.clause[: frame.verb[0]] for word in self.open):
            return False
        if entry.aspect == "attain":
            return True
        return entry.aspect == "act" and self.told_when.search(said.clause) is not None

    def _attained(self, said: _Said) -> bool:
        """Return whether a clause ends by saying that its theme was attained (各项任务全部完成)."""
        theme = said.frame.object != NONE and said.frame.object == said.frame.subject
        return theme and said.entry.aspect == "attain" and said.entry.group != "be"

    def _to_come(self, said: _Said, year: int | None) -> bool:
        """Return whether a word of the future stands before the verb or its phrase (将比上年…).

        So does a year behind that of the report (到2025年，预计2025年).
        """
        frame, clause, lists = said.frame, said.clause, self.lexicon
        if year is not None and "20" in clause:
            ends = pattern_of(WORDS, "by_year", after="(20[0-9]{2})年").findall(clause)
            if any(int(end) > year for end in ends):
                return True
        words = [word for word in self.to_come if word in clause]
        if any(word in _cut(clause, frame.manner) for word in words):
            return True
        for word in words:
            behind = clause.rfind(word, 0, frame.verb[0]) + len(word)
            if behind >= len(word) and frame.object[0] != behind:
                opens = lists.preposition.at(clause, behind)
                return opens != "" and not lists.no_preposition.at(clause, behind)
        return False

    def _naming_next(
        self, said: _Said, follows: str, carried: _Carried, genre: str
    ) -> _Said | None:
        """Return a clause that only names what the next one binds (经营药店的单位，应当…)."""
        frame, lists, clause = said.frame, self.lexicon, said.clause
        bare = bool(said.verb) and frame.subject == NONE and not frame.duty
        if not follows or not bare or carried.actor or said.verb in self.copula:
            return None
        last = clause.rfind("的", frame.verb[1])
        if last < 0:
            return None
        towards = clause[(at := after_opening(clause, lists)) : at + 1] in lists.towards
        body = clause.rstrip("。；; ")
        named = lists.actor_before(body, len(body))
        longest = _LONGEST_LIST if named else _LONGEST_NAME
        short = last > frame.verb[1] and 0 < len(body) - 1 - last <= longest
        loose = not named and (genre not in _INSTRUCTING or frame.manner != NONE)
        alone = towards or frame.phrase == NONE  # 对作出贡献的人，
        if not short or not alone or loose or not self._bound(follows):
            return None
        actor = "" if towards else named  # 对立功的单位，应当奖励
        return _Said(clause, Frame(subject=(0, len(clause)), named=actor), "", _NO_VERB)

    def _bound(self, follows: str) -> bool:
        """Return whether a clause begins with a duty, or with whom it is given to."""
        place = after_opening(follows, self.lexicon)
        return bool(self.lexicon.duty_at(follows, place)) or follows[place : place + 1] == "由"

    def _conditional(self, said: _Said, follows: str, carried: _Carried) -> bool:
        """Return whether a clause of a rule says when it applies (违反规定，责令改正)."""
        if said.frame.duty:
            return False
        lists = self.lexicon
        bare = said.frame.subject == said.frame.phrase == said.frame.manner == NONE
        if bare and not carried.actor and lists.duty_at(follows, 0):
            return True  # 开设药店，应当申请
        if said.clause.startswith(self.case, after_opening(said.clause, lists)):
            return True
        if follows.endswith("的"):
            return True
        opens = follows.startswith(self.ruling, after_opening(follows, lists))
        return opens and said.frame.subject != NONE and said.frame.phrase == NONE

    def _speaks(self, said: _Said) -> bool:
        """Return whether a clause says something: not a condition, a circumstance, a bare name."""
        frame, clause = said.frame, said.clause
        body = clause.rstrip("。；;!！ ")
        if body.endswith("的"):
            return False
        if said.verb:
            if said.verb in self.no_act or body.endswith(self.cases):
                return False
            left_open = frame.verb[1] == len(body) and said.entry.group == "be"
            aim = clause[: frame.verb[0]].lstrip("0123456789. ") in self.lexicon.purpose
            return not (left_open or aim or clause.startswith(self.conditions))
        if body.endswith(self.left_open):
            return False
        if frame.phrase != NONE or after_opening(body, self.lexicon) >= len(body) - 1:
            return False
        return not (frame.subject != NONE and self.lexicon.agents.before(body, len(body)))

    def _status(
        self, said: _Said, around: _Around, phase: str, texts: Mapping[str, str], signs: int
    ) -> Decision:
        found = first_of(around.status_rules(phase), texts, signs)
        if found.rule == "under_way_verb" and said.entry.group == "implement":
            return Decision("", "carried_out", "likely")  # 开展义诊活动: over or not?
        if found.rule == "done_act" and said.entry.group == "provide" and not texts["figures"]:
            return Decision("", "given", "likely")
        if found.rule or not said.verb or phase not in ("reviewed", "planned"):
            return found
        if phase == "planned":
            return Decision("planned", "planned_act", "likely")
        aspect = said.entry.aspect
        value = {"attain": "done", "process": "under_way"}.get(aspect, "")
        return Decision(value, f"verb_{aspect}", "likely")

    def _phrase(self, said: _Said, words: Iterable[str]) -> str:
        """Return the phrase before the verb without its preposition, if that is a listed one."""
        if said.frame.phrase == NONE:
            return ""
        phrase = _cut(said.clause, said.frame.phrase)
        for word in words:
            if phrase.startswith(word):
                return phrase[len(word) :]
        return ""

    def _beneficiary(self, said: _Said) -> str:
        """Return for whom it is done: a phrase with 为 or 向 that ends in people or bodies."""
        phrase = said.frame.phrase
        if not said.verb or phrase == NONE or said.entry.group == "say":
            return ""
        word = self.lexicon.agents.before(said.clause, phrase[1])
        if self.lexicon.actor_of.get(word, "") in ("", "own"):
            return ""
        return self._phrase(said, self.beneficiary)

    def _role(self, said: _Said, carried: _Carried) -> str:
        if not said.verb:
            return "circumstance" if said.frame.phrase != NONE else "other"
        if carried.acted and said.verb in self.purpose and said.frame.subject == NONE:
            return "purpose"
        return "act" if said.entry.group not in ("be", "say") else "state"


@lru_cache(maxsize=16_384)
def _frame(clause: str) -> Frame:
    """Return the frame of a clause; one in six stood before, in laws and daily news."""
    return read_frame(clause)


class _Said(NamedTuple):
    """A clause with its frame, its verb, and what the list says of that verb."""

    clause: str
    frame: Frame
    verb: str
    entry: Verb


_NO_VERB: Final = Verb("", "", "", noun=False, after_theme=False, after_subject=False)


def _firmness(said: _Said, phase: str) -> str:
    """Return the tone of what is asked or done: none of a problem, or of a state reported."""
    if phase == "problem":
        return ""
    found = firmness_of(said.clause, said.frame)
    state = phase == "reviewed" and said.frame.subject == said.frame.object
    return "" if found == "vague" and state else found


_OTHERS: Final = frozenset(
    {
        *("centre", "people_congress", "hospital", "primary_care", "public_health"),
        *("institution", "enterprise", "school", "people"),
    }
)
_ACTS: Final = frozenset({"act", "purpose"})
_NO_PIECE: Final = Clause(0, 0, -1)
_SILENT: Final = Decision("", "says_nothing", "likely")
_NEWS: Final = "新闻"
_REPORT: Final = "工作报告"
_SEMICOLONS: Final = frozenset("；;")
_INSTRUCTING: Final = frozenset({"公文", "通知", "方案", "规划"})
_GUESSED: Final = frozenset({"narrative_paragraph", "narrated_act"})
_BY_VERB: Final = frozenset({"under_way_verb", "verb_process", "verb_act", "verb_state"})
_UNDECIDED: Final = Decision()
_TOLD: Final = {"done_marker", "narrative_paragraph", "plan_narrated", "plan_section_aspect"}
_BY_TENSE: Final = frozenset(
    {"narrated_news", "narrative_genre", "narrative_paragraph", "future_paragraph"}
)
_ARTICLE: Final = re.compile(r"\s*第[〇零一二三四五六七八九十百千0-9]{1,7}条")
_LONGEST_NAME: Final = 12
_LONGEST_LIST: Final = 40
_PLANNING: Final = frozenset({"公文", "方案", "规划", "计划", "工作报告"})


@dataclass
class _Carried:
    """What later clauses of a sentence take over from earlier ones."""

    actor: str = ""
    means: str = ""
    acted: bool = False
    free: bool = False
    bound: bool = False
    spoken: bool = False
    advised: bool = False
    begun: bool = False
    first: str = ""
    source: str = "sentence"
    case: str = ""
    noun: str = ""

    def on(self, goes_on: bool) -> _Carried:
        """Return what a new sentence takes over: behind a semicolon who acts (甲负责；落实乙)."""
        acts = goes_on and self.first == self.actor != "own"
        return _Carried(actor=self.actor, first=self.first) if acts else _Carried()

    def actor_of(self, frame: Frame, *, penal: bool) -> tuple[str, str]:
        """Return who acts and where that is said."""
        if frame.actor:
            return frame.actor, "clause"
        if self.case and frame.duty and frame.subject == NONE and not penal:
            self.actor, self.case = self.case, ""
        if frame.verb != NONE and frame.subject == NONE and self.actor:
            return self.actor, self.source
        return "", ""

    def take(self, frame: Frame, means: str, *, passed: bool, aside: bool) -> None:
        """Keep what the clause says for those behind it; who approves (经…同意) acts only there.

        ``aside``: What is said of a thing ends no duty (甲局应当治水，所需经费列入预算，加强管理).
        """
        asked = frame.phrase != NONE and frame.subject != NONE and frame.verb != NONE
        other = frame.subject != NONE and frame.verb != NONE and not asked
        other = other and not (aside and self.bound and not frame.duty)
        kept = "" if other else self.actor
        found = "" if passed else frame.actor or frame.named
        self.first = self.first if self.begun else frame.actor or self.first
        self.begun = True
        self.source = "sentence" if found else self.source
        self.bound = frame.duty if found else self.bound
        self.free = (frame.actor != "" and not frame.duty) or (self.free and not found)
        self.spoken = self.spoken or found == "own"
        self.actor = found or kept
        self.means = means if frame.verb == NONE else ""
        self.acted = self.acted or frame.verb != NONE


def _cut(text: str, span: tuple[int, int]) -> str:
    return "" if span == NONE else text[span[0] : span[1]]


def load_frame_reader(rules: str | Path | None = None) -> FrameReader:
    """Return a reader of frames, with the researcher's own rules where there are some.

    >>> rows = load_frame_reader().read(
    ...     {"text": "新建诊室12间。", "part_of_report": "plan", "kind": "body"}, "工作报告", ""
    ... )
    >>> rows[0].verb, rows[0].object, rows[0].figures, rows[0].figure_nouns
    ('新建', '诊室', 'target: 12间', '诊室')
    """
    phase, status = read_rules("phase", rules), read_rules("status", rules)
    tone, time = ("clause", _any_cue()), ("clause", _any_horizon())
    tense = ("paragraph", any_tense())
    of_rules = ((rule.where, rule.pattern) for rule in (*phase, *status))
    signs = make_signs([*of_rules, tone, time, tense])
    return FrameReader(
        load_lexicon(),
        make_reader(rules),
        RuleSets(phase, status, signs),
        words_of(WORDS, "for"),
        words_of(WORDS, "means"),
        frozenset(words_of(WORDS, "purpose")),
        words_of(WORDS, "condition"),
        words_of(WORDS, "condition_verb"),
        words_of(WORDS, "condition_end"),
        words_of(WORDS, "rule_opening"),
        frozenset(words_of(WORDS, "no_act_verb")),
        frozenset(words_of(WORDS, "copula")),
        frozenset(words_of(WORDS, "happens")),
        frozenset(words_of(WORDS, "measured")),
        frozenset(words_of(WORDS, "issuer_again")),
        frozenset(words_of(WORDS, "issuer_does")),
        frozenset(words_of(WORDS, "than")),
        frozenset(words_of(WORDS, "own_bare")),
        frozenset(words_of(WORDS, "finds")),
        frozenset(words_of(WORDS, "penalty")),
        frozenset(words_of(WORDS, "defines")),
        words_of(WORDS, "passed_by"),
        frozenset(words_of(WORDS, "advises")),
        frozenset(words_of(WORDS, "stands_as")),
        words_of(WORDS, "list_of_acts"),
        words_of(WORDS, "to_come"),
        (*words_of(WORDS, "not_verb_end"), *words_of(WORDS, "time_end")),
        words_of(WORDS, "still_open"),
        frozenset(words_of(WORDS, "lasts")),
        re.compile(any_of(WORDS, "told_when")),
        signs.sign_of[tone],
        signs.sign_of[time],
        signs.sign_of[tense],
    )


# Which frames does a corpus hold?


def read_frames(
    corpus: Corpus,
    *,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    rules: str | Path | None = None,
    n_jobs: int = 1,
) -> Result:
    """Read every clause into an action frame: who does what, how firmly, with which figures.

    Parameters
    ----------
    corpus
        With text.
    parts, kinds
        Parts of the report and kinds of paragraph to read; by default body and list paragraphs
        without annex and glossary. An annex headed by what will be done for people (民生实事) is
        read as a plan.
    rules
        Folder with edited copies of the rules of statements (phase, status, figures, units).
    n_jobs
        Processes (joblib), -1 for all cores, worth it from some million characters on; the table
        is the same for any number.

    Returns
    -------
    Result
        One row a clause, by report and place: who acts (``actor``, and in ``actor_from`` whether
        the clause says so, its sentence, the clause above a list, or only the issuer), ``verb``
        and ``verb_class``, ``object``, ``beneficiary``, ``means``, ``role``, ``negated``,
        ``phase``, ``status``, ``horizon``, ``firmness``, ``figures`` with their
        ``figure_nouns``. Empty where nothing decides.

    Raises
    ------
    NeedsTextError
        The corpus holds counts only.
    ParameterError
        Parts, kinds or rules are not as described.

    Examples
    --------
    >>> from policytext import read_texts
    >>> report = "某县2021年工作总结\\n一、工作\\n县医院组建专家团队3个，完善转诊制度。"
    >>> frames = read_frames(read_texts({"report.txt": report}))
    >>> frames.table[["actor", "verb", "object", "figure_nouns"]].values.tolist()
    [['hospital', '组建', '专家团队', '专家团队'], ['hospital', '完善', '转诊制度', '']]
    """
    corpus.require_text("read_frames")
    if rules is not None:
        load_frame_reader(rules)  # what is wrong with them is said before any report is read
    own = None if rules is None else str(rules)
    most = _PART if n_jobs != 1 else _PART_ALONE
    tasks = ((part, own, parts, kinds) for part in corpus_parts(corpus, most))
    grown = GrowingTable()
    for some in each_part(_frames, tasks, n_jobs):
        grown.add(some)
    table = grown.whole()
    places = table[["doc_id", "para_no", "start", "end"]]
    return Result(
        table,
        say("frames.title"),
        COLUMNS,
        Method(say("frames.method")),
        cautions=_cautions(table),
        parameters={
            "parts": None if parts is None else list(parts),
            "kinds": list(kinds),
            "rules": "package" if rules is None else str(rules),
        },
        corpus=corpus,
        evidence_from=lambda: evidence_of_places(
            places.assign(row_id=np.arange(len(places), dtype=np.int64))
        ),
    )


_PART: Final = 100_000
"""Characters that a process reads at once: about half a second of work, so that all have some."""

_PART_ALONE: Final = 400_000
"""The same where one process reads alone: a part of any size costs as much to take out."""


def _frames(
    corpus: Corpus, rules: str | None, parts: Sequence[str] | None, kinds: Sequence[str]
) -> pd.DataFrame:
    """Return the frames of some reports; each process loads the rules once, or its own a part."""
    reader = load_frame_reader(rules) if rules else _reader()
    keep = corpus.counted(parts=parts, kinds=kinds)
    promised = _promised_in_annex(corpus, kinds) if parts is None else np.zeros(len(keep), bool)
    read = corpus.paragraphs[["doc_id", "para_no", "part_of_report", "kind", "text"]]
    read = read.assign(
        part_of_report=read["part_of_report"].astype("str").mask(promised, "plan"),
        promised=promised,
    )[keep | promised]
    doc = pd.factorize(read["doc_id"])[0]
    read = read.iloc[np.argsort(doc, kind="stable")]
    documents = _documents(corpus)
    years = documents["year"].astype(object).where(documents["year"].notna(), None)
    reports = documents[["genre", "own", "province"]].assign(year=years).to_dict("index")
    names = list(read)
    cells = zip(*(read[name].tolist() for name in names), strict=True)
    with no_circles():
        records = (dict(zip(names, row, strict=True)) for row in cells)
        rows, counts = _read_all(records, reports, reader)
    owner = np.repeat(np.arange(len(read)), counts)
    columns: dict[str, Any] = {name: read[name].array[owner] for name in _SHARED}
    whose = documents.index.get_indexer(read["doc_id"])[owner]
    columns |= {name: values.array[whose] for name, values in documents.items()}
    read_out = zip(*rows, strict=True) if rows else _NOTHING_READ
    columns |= dict(zip(ClauseRow._fields, read_out, strict=True))
    return pd.DataFrame(
        {name: pd.array(columns[name], dtype=_TYPES.get(name, "str")) for name in COLUMNS}
    )


@cache
def _reader() -> FrameReader:
    return load_frame_reader()


def _read_all(
    paragraphs: Iterable[dict[Any, Any]], reports: Mapping[Any, dict[Any, Any]], reader: FrameReader
) -> tuple[list[ClauseRow], list[int]]:
    """Return the rows of paragraphs that stand report by report, and how many each has."""
    found, counts = [], []
    doc, horizon, last, lead = "", "", "", ""
    for paragraph in paragraphs:
        if paragraph["doc_id"] != doc:
            doc, horizon, last, lead = paragraph["doc_id"], "", "", ""
        numbered = paragraph["kind"] == "list" or (lead and paragraph["text"][:1] in _BRACKETS)
        item = numbered and last != ""
        paragraph["lead_actor"] = lead if item else ""
        horizon = horizon if paragraph["part_of_report"] == last else ""
        last = paragraph["part_of_report"]
        paragraph["own"], paragraph["year"] = reports[doc]["own"], reports[doc]["year"]
        paragraph["local"] = reports[doc]["province"] != ""
        rows = reader.read(paragraph, reports[doc]["genre"], horizon)
        horizon = rows[-1].horizon if rows else horizon
        if paragraph["text"].endswith(("：", ":")) and rows:
            acts = any(word in rows[-1].clause for word in reader.acts)
            lead = rows[-1].actor if acts else ""  # 有下列情形之一: no one does what follows
        elif not item:
            lead = ""
        found += rows
        counts.append(len(rows))
    return found, counts


_BRACKETS: Final = frozenset("(（")
_SHARED: Final = ("doc_id", "para_no", "part_of_report")
_TYPES: Final = dict.fromkeys(("para_no", "start", "end"), "int64") | {
    "year": "Int64",
    "negated": "bool",
}
_NOTHING_READ: Final = ((),) * len(ClauseRow._fields)


def _promised_in_annex(corpus: Corpus, kinds: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return which paragraphs of an annex stand under a heading that names what will be done."""
    table = corpus.paragraphs
    if not (table["part_of_report"] == "annex").any():
        return np.zeros(len(table), dtype=bool)
    heads = pattern_of(WORDS, "promise_heading")
    found, doc, inside = [], "", False
    for report, part, kind, text in zip(
        table["doc_id"], table["part_of_report"], table["kind"], table["text"], strict=True
    ):
        inside = inside and report == doc and part == "annex"
        doc = report
        if part == "annex" and kind == "heading":
            inside = heads.search(str(text)) is not None
        found.append(inside and kind in kinds)
    return np.array(found, dtype=bool)


def _documents(corpus: Corpus) -> pd.DataFrame:
    """Return province, year and genre of each report, and how its own government is called."""
    docs = corpus.documents
    province = corpus.document_groups("province").astype("str").replace({"unknown": ""})
    year = pd.to_numeric(corpus.document_groups("year").astype("str"), errors="coerce")
    own = [
        _own_government(level, province) if genre == "工作报告" else ()
        for level, province, genre in zip(docs["level"], province, docs["genre"], strict=True)
    ]
    return pd.DataFrame(
        {
            "province": province.to_numpy(),
            "year": year.astype("Int64").array,
            "genre": docs["genre"].astype("str").to_numpy(),
            "own": own,
        },
        index=docs["doc_id"].astype("str"),
    )


def _own_government(level: str, province: str) -> tuple[str, ...]:
    """Return the names by which a work report of a level speaks of its own government."""
    kind = "city" if level == "province" and province.endswith("市") else level
    own = {"province": "own_of_province", "city": "own_of_city", "county": "own_of_county"}
    return words_of(WORDS, own[kind]) if kind in own else ()


def _cautions(table: pd.DataFrame) -> tuple[Bilingual, ...]:
    said = [say("frames.check_the_clause")]
    without = int((table["verb"] == "").sum())
    if without:
        said.append(say("frames.without_verb", n=without, all=len(table)))
    return tuple(said)
