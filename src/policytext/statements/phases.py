"""Does a clause look back, ahead or at a problem, and is what it tells done?

Statements and frames both ask here, so that they say the same of the same clause. The rules of
phase.csv and status.csv decide by words and by place; the frame of the clause then shows what words
alone do not: that it only names a circumstance, that a word of the future stands before its verb,
or that its verb says by itself that something was reached.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from policytext.anatomy.clauses import Clause, cut_clauses
from policytext.anatomy.parts import any_tense, count_tense
from policytext.data import any_of, pattern_of, words_of
from policytext.statements.amounts import OF_THE_COUNTRY, Figure
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
from policytext.statements.rules import WORDS as LIMITS
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

# What do all clauses of a paragraph share?


@dataclass
class Around:
    """What all clauses of a paragraph share: what it is, and the rules that can apply to them."""

    where: Where
    sets: RuleSets
    text: str
    signs: int
    phase: tuple[Tried, ...] = ()
    own: tuple[str, ...] = ()
    year: int | None = None
    status: dict[str, tuple[Tried, ...]] = field(default_factory=dict)

    def status_rules(self, phase: str) -> tuple[Tried, ...]:
        """Return the rules of status for clauses of a phase."""
        if phase not in self.status:
            part, kind, genre, tense, _ = self.where
            here = Where(part, kind, genre, tense, phase)
            self.status[phase] = self.sets.of_paragraph("status", here, self.text, self.signs)
        return self.status[phase]

    def signs_in(self, clause: str) -> int:
        """Return the signs of one clause, cut as it may be."""
        signs = self.sets.signs
        return signs.of(clause, [(0, len(clause), 0)])[1][0] | (self.signs & signs.around)


def tense_of(text: str) -> str:
    """Return the tense of a paragraph by its words for what was and what will be."""
    past, future = count_tense([text])
    if past >= 2 and not future:
        return "past"
    if future >= 2 and not past:
        return "future"
    if past != future:
        return "mostly_past" if past > future else "mostly_future"
    return ""


# Which clause is it, and where does it stand?


class Said(NamedTuple):
    """A clause with its frame, its verb, what the list says of that verb, and if it says anything.

    ``names_next``: It only names what the next clause binds.
    """

    clause: str
    frame: Frame
    verb: str
    entry: Verb
    names_next: bool = False


class Here(NamedTuple):
    """Where a clause stands.

    ``texts``: The clause, its sentence before it, its sentence and its paragraph, by rules.WHERES.
    ``follows``: The next clause of its sentence.
    ``signs``: Which rules can apply to it.
    ``carried``: Tells whether the sentence named one who acts before it.
    """

    around: Around
    texts: dict[str, str]
    follows: str
    signs: int
    carried: Callable[[], bool]


class Told(NamedTuple):
    """What a clause says: whether anything at all, its phase, its figures and its status."""

    speaks: bool
    phase: Decision
    figures: list[Figure]
    status: Decision


def cut_out(text: str, span: tuple[int, int]) -> str:
    """Return the words of a span; nothing where there is none."""
    return "" if span == NONE else text[span[0] : span[1]]


@lru_cache(maxsize=16_384)
def frame_of(clause: str) -> Frame:
    """Return the frame of a clause; one in six stood before, in laws and daily news."""
    return read_frame(clause)


@dataclass(frozen=True, eq=False)
class PhaseReader:
    """The rules of phase and status, and the words that decide where a frame is read."""

    lexicon: Lexicon
    rules: RuleSets
    purpose: frozenset[str]
    conditions: tuple[str, ...]
    case: tuple[str, ...]
    cases: tuple[str, ...]
    ruling: tuple[str, ...]
    no_act: frozenset[str]
    copula: frozenset[str]
    happens: frozenset[str]
    defines: frozenset[str]
    bare_own: frozenset[str]
    to_come: tuple[str, ...]
    left_open: tuple[str, ...]
    open: tuple[str, ...]
    lasts: frozenset[str]
    told_when: re.Pattern[str]
    share_told: re.Pattern[str]
    tensed: int

    def around(
        self,
        text: str,
        where: Where,
        pieces: Sequence[Clause] = (),
        *,
        own: tuple[str, ...] = (),
        year: int | None = None,
    ) -> tuple[Around, list[int]]:
        """Return what the clauses of a paragraph share, and the signs of each of them.

        A tense that is given holds; news has no plan, whatever its headings say.
        """
        signs, signs_of_each = self.rules.signs.of(text, pieces)
        if not where.tense and signs & self.tensed:
            where = where._replace(tense=tense_of(text))
        if where.genre == NEWS:
            where = where._replace(part="other")
        phase = self.rules.of_paragraph("phase", where, text, signs)
        return Around(where, self.rules, text, signs, phase, own, year), signs_of_each

    def say(self, here: Here) -> Said:
        """Return a clause with its frame; what a word means is no act."""
        clause, own = here.texts["clause"], here.around.own
        frame = frame_of(clause)
        verb = cut_out(clause, frame.verb)
        if verb in self.defines:
            frame, verb = Frame(subject=(0, len(clause))), ""
        if own and frame.actor == "government" and clause.endswith(own, 0, frame.subject[1]):
            frame = frame._replace(actor="own")
        if own and frame.actor == "government" and cut_out(clause, frame.subject) in self.bare_own:
            frame = frame._replace(actor="own")  # 政府要过紧日子
        named = own and frame.named == "government"
        if named and clause.startswith(own, after_opening(clause, self.lexicon)):
            frame = frame._replace(named="own")  # 县政府在县委领导下，
        said = Said(clause, frame, verb, self.lexicon.verbs[verb] if verb else NO_VERB)
        return self._naming_next(said, here) or said

    def names_one(self, before: str) -> bool:
        """Return whether one who acts was named in the words of a sentence before a clause."""
        frames = (frame_of(before[one.start : one.end]) for one in cut_clauses(before))
        return any(frame.actor or frame.named for frame in frames)

    def read(self, said: Said, here: Here, figured: Callable[[str], list[Figure]]) -> Told:
        """Return what a clause says; ``figured`` gives its figures for a phase."""
        if here.around.where.kind == "heading":
            return self._by_rules(here, figured)
        speaks = not said.names_next and self._speaks(said, here)
        phase = self._phase(said, here) if speaks else SILENT
        figures = figured(phase.value)
        told = self._with_figures(said, here, figures)
        status = self._status(said, here, phase.value, told)
        ended = status.rule in _ENDED
        acts = said.verb or figures  # 利改税的第一步 is neither done nor planned
        if not (speaks and (acts or ended)) and status.value != "mention":
            status = SILENT
        of_all = figures and any(one.rule == OF_THE_COUNTRY for one in figures)
        if of_all and phase.value != "planned":
            # 全国签约率达到70%, in a county's report
            status = Decision("", OF_THE_COUNTRY, "likely")
        if phase.rule == "narrated_event" and status.rule == "verb_act":
            status = Decision("done", "told_event", "likely")  # 会议日前举行
        if _guessed(said, phase, status, here.around.where.genre):
            phase = status = SILENT  # neither a word nor the part of the report says it was done
        if phase.rule in _BY_TENSE and not (acts or ended):
            phase = SILENT  # a name or a half of a clause in a paragraph that narrates
        return Told(speaks, phase, figures, status)

    def _by_rules(self, here: Here, figured: Callable[[str], list[Figure]]) -> Told:
        """Return what the rules alone say: a heading is read by its place, not by its frame."""
        phase = self._by_place(here)
        figures = figured(phase.value)
        rules = here.around.status_rules(phase.value)
        status = first_of(rules, here.texts | _UNTOLD, here.signs)
        return Told(True, phase, figures, status)

    def _by_place(self, here: Here) -> Decision:
        found = first_of(here.around.phase, here.texts, here.signs)
        return dated_later(found, here.texts["sentence"], here.around.year)

    def _phase(self, said: Said, here: Here) -> Decision:
        around, follows = here.around, here.follows
        found, where = self._by_place(here), around.where
        if not said.verb:
            return found
        tells = not said.frame.duty and (found.rule not in _TOLD or not _ARTICLE.match(around.text))
        if found.value == "reviewed" and where.genre in INSTRUCTING and not tells:
            found = Decision()  # 第三条 已登记的单位应当年检
        if where.genre in INSTRUCTING and follows and self._conditional(said, here):
            return Decision("", "condition", "likely")
        if found.value != "planned" and self._to_come(said, around.year):
            return Decision("planned", "to_come", "likely")
        if found.rule:
            says = said.verb in self.lexicon.tells and found.rule == "future_paragraph"
            return Decision() if says else found  # 会议指出，要…
        if said.frame.duty and (where.genre in INSTRUCTING or where.genre == NEWS):
            return Decision("planned", "duty", "likely")
        loose = where.part in ("other", "lead") and where.genre not in _PLANNING
        event = where.genre == NEWS and self._happened(said)
        if event or (loose and self._attained(said) and where.genre not in INSTRUCTING):
            return Decision("reviewed", "narrated_event" if event else "attained_theme", "likely")
        if said.entry.group in ("say", "be") or (
            said.frame.subject != NONE and not said.frame.actor
        ):
            return found
        if where.genre in INSTRUCTING:
            happens = said.verb in self.happens and not said.frame.duty  # 包括, 受到
            return found if happens else Decision("planned", "instruction", "likely")
        return Decision("reviewed", "narrated_act", "likely") if loose else found

    def _happened(self, said: Said) -> bool:
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

    def _attained(self, said: Said) -> bool:
        """Return whether a clause ends by saying that its theme was attained (各项任务全部完成)."""
        theme = said.frame.object != NONE and said.frame.object == said.frame.subject
        return theme and said.entry.aspect == "attain" and said.entry.group != "be"

    def _to_come(self, said: Said, year: int | None) -> bool:
        """Return whether a word of the future stands before the verb or its phrase (将比上年…).

        So does a year behind that of the report (到2025年，预计2025年).
        """
        frame, clause, lists = said.frame, said.clause, self.lexicon
        if year is not None and "20" in clause:
            ends = pattern_of(WORDS, "by_year", after="(20[0-9]{2})年").findall(clause)
            if any(int(end) > year for end in ends):
                return True
        words = [word for word in self.to_come if word in clause]
        if words and any(word in cut_out(clause, frame.manner) for word in words):
            return True
        for word in words:
            behind = clause.rfind(word, 0, frame.verb[0]) + len(word)
            if behind >= len(word) and frame.object[0] != behind:
                opens = lists.preposition.at(clause, behind)
                return opens != "" and not lists.no_preposition.at(clause, behind)
        return False

    def _naming_next(self, said: Said, here: Here) -> Said | None:
        """Return a clause that only names what the next one binds (经营药店的单位，应当…)."""
        frame, lists, clause = said.frame, self.lexicon, said.clause
        bare = bool(said.verb) and frame.subject == NONE and not frame.duty
        if not here.follows or not bare or said.verb in self.copula:
            return None
        last = clause.rfind("的", frame.verb[1])
        if last < 0 or here.carried():
            return None
        towards = clause[(at := after_opening(clause, lists)) : at + 1] in lists.towards
        body = clause.rstrip("。；; ")
        named = lists.actor_before(body, len(body))
        longest = _LONGEST_LIST if named else _LONGEST_NAME
        short = last > frame.verb[1] and 0 < len(body) - 1 - last <= longest
        loose = not named and (here.around.where.genre not in INSTRUCTING or frame.manner != NONE)
        alone = towards or frame.phrase == NONE  # 对作出贡献的人，
        if not short or not alone or loose or not self._bound(here.follows):
            return None
        actor = "" if towards else named  # 对立功的单位，应当奖励
        return Said(clause, Frame(subject=(0, len(clause)), named=actor), "", NO_VERB, True)

    def _bound(self, follows: str) -> bool:
        """Return whether a clause begins with a duty, or with whom it is given to."""
        place = after_opening(follows, self.lexicon)
        return bool(self.lexicon.duty_at(follows, place)) or follows[place : place + 1] == "由"

    def _conditional(self, said: Said, here: Here) -> bool:
        """Return whether a clause of a rule says when it applies (违反规定，责令改正)."""
        if said.frame.duty:
            return False
        lists, follows = self.lexicon, here.follows
        bare = said.frame.subject == said.frame.phrase == said.frame.manner == NONE
        if bare and lists.duty_at(follows, 0) and not here.carried():
            return True  # 开设药店，应当申请
        if said.clause.startswith(self.case, after_opening(said.clause, lists)):
            return True
        if follows.endswith("的"):
            return True
        opens = follows.startswith(self.ruling, after_opening(follows, lists))
        return opens and said.frame.subject != NONE and said.frame.phrase == NONE

    def _speaks(self, said: Said, here: Here) -> bool:
        """Return whether a clause says something: not a condition, a circumstance, a bare name."""
        frame, clause = said.frame, said.clause
        body = clause.rstrip("。；;!！ ")
        if body.endswith("的"):
            return False
        told = self.share_told.search(body)
        if said.verb:
            if told and said.verb in self.copula and told.start() == frame.verb[1]:
                return True  # 签约率是82%
            if said.verb in self.no_act or body.endswith(self.cases):
                return False
            needs = said.entry.group == "be" and not said.entry.after_theme
            left_open = needs and frame.verb[1] == len(body)
            aim = clause[: frame.verb[0]].lstrip("0123456789. ") in self.lexicon.purpose
            return not (left_open or aim or clause.startswith(self.conditions))
        lacking = here.around.where.part == "problems" and frame.subject != NONE
        if (told or lacking) and frame.phrase == NONE:
            return True  # 签约率均在82%以上; 一些干部还跟不上要求, among the problems
        if body.endswith(self.left_open):
            return False
        if frame.phrase != NONE or after_opening(body, self.lexicon) >= len(body) - 1:
            return False
        if frame.subject == NONE or not self.lexicon.agents.before(body, len(body)):
            return True
        rules = here.around.status_rules("reviewed")  # 甲市入选试验区 is more than a name
        ended = first_of(rules, here.texts | _UNTOLD, here.signs).rule == "done_aspect"
        return ended and "的" not in body

    def _with_figures(self, said: Said, here: Here, figures: Iterable[Figure]) -> dict[str, str]:
        """Return the texts with the kinds of figures, and the verb if it says what was reached."""
        kinds = "|".join([one.kind for one in figures if one.mark != "damaged"])
        attained = said.verb if said.entry.aspect == "attain" else ""
        return {**here.texts, "figures": kinds, "attained": attained}

    def _status(self, said: Said, here: Here, phase: str, texts: Mapping[str, str]) -> Decision:
        found = first_of(here.around.status_rules(phase), texts, here.signs)
        implements = found.rule == "under_way_verb" and said.entry.group == "implement"
        if implements and here.around.where.part != "review":
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


_UNTOLD: Final = {"figures": "", "attained": ""}
NO_VERB: Final = Verb("", "", "", noun=False, after_theme=False, after_subject=False)
SILENT: Final = Decision("", "says_nothing", "likely")
NEWS: Final = "新闻"
INSTRUCTING: Final = frozenset({"公文", "通知", "方案", "规划"})
_OF_OTHERS: Final = INSTRUCTING | {NEWS, "评论"}
"""Genres that narrate what others do, or why something is to be done."""
_BY_VERB: Final = frozenset({"under_way_verb", "verb_process", "verb_act", "verb_state"})
_ENDED: Final = frozenset({"done_aspect", "done_act", "done_attained"})
"""Rules of words that say by themselves that something ended, whether a verb is read or not."""
_TOLD: Final = {"done_marker", "narrative_paragraph", "plan_narrated", "plan_section_aspect"}
_BY_TENSE: Final = frozenset(
    {"narrated_news", "narrative_genre", "narrative_paragraph", "future_paragraph"}
)
_ARTICLE: Final = re.compile(r"\s*第[〇零一二三四五六七八九十百千0-9]{1,7}条")
_LONGEST_NAME: Final = 12
_LONGEST_LIST: Final = 40
_PLANNING: Final = frozenset({"公文", "方案", "规划", "计划", "工作报告"})


def _guessed(said: Said, phase: Decision, status: Decision, genre: str) -> bool:
    """Return whether a clause only seems to tell what was done, by its verb alone.

    A paragraph that narrates says so in a report on one's own work, not in news or a notice.
    """
    if status.rule not in _BY_VERB:
        return False
    own = genre not in _OF_OTHERS and said.entry.aspect != "state"  # 现汇报如下
    told = phase.rule == "narrative_paragraph"
    return phase.rule == "narrated_act" or (told and not own)


def load_phase_reader(
    rules: str | Path | None = None, also: Iterable[tuple[str, re.Pattern[str]]] = ()
) -> PhaseReader:
    """Return a reader of phase and status, with the researcher's own rules where there are some.

    ``also``: Further expressions whose signs are to be told, each with where it looks.

    >>> reader, text = load_phase_reader(), "新建诊室12间"
    >>> around, _ = reader.around(text, Where("plan", "body", "工作报告", ""))
    >>> texts = {"clause": text, "before": "", "sentence": text, "paragraph": text}
    >>> here = Here(around, texts, "", around.signs_in(text), lambda: False)
    >>> reader.read(reader.say(here), here, lambda phase: []).phase.value
    'planned'
    """
    phase, status = read_rules("phase", rules), read_rules("status", rules)
    tense = ("paragraph", any_tense())
    of_rules = ((rule.where, rule.pattern) for rule in (*phase, *status))
    signs = make_signs([*of_rules, *also, tense])
    return PhaseReader(
        load_lexicon(),
        RuleSets(phase, status, signs),
        purpose=frozenset(words_of(WORDS, "purpose")),
        conditions=words_of(WORDS, "condition"),
        case=words_of(WORDS, "condition_verb"),
        cases=words_of(WORDS, "condition_end"),
        ruling=words_of(WORDS, "rule_opening"),
        no_act=frozenset(words_of(WORDS, "no_act_verb")),
        copula=frozenset(words_of(WORDS, "copula")),
        happens=frozenset(words_of(WORDS, "happens")),
        defines=frozenset(words_of(WORDS, "defines")),
        bare_own=frozenset(words_of(WORDS, "own_bare")),
        to_come=words_of(WORDS, "to_come"),
        left_open=(*words_of(WORDS, "not_verb_end"), *words_of(WORDS, "time_end")),
        open=words_of(WORDS, "still_open"),
        lasts=frozenset(words_of(WORDS, "lasts")),
        told_when=re.compile(any_of(WORDS, "told_when")),
        share_told=pattern_of(LIMITS, "limit", before="[0-9.‹›A-Z]+[%％‰](?:", after=")?$"),
        tensed=signs.sign_of[tense],
    )
