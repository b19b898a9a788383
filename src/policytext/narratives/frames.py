"""Who does what to what, how firmly, with which figures: one row a clause of a corpus?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.anatomy.clauses import Clause, cut_clauses
from policytext.corpus import Corpus
from policytext.data import any_of, pattern_of, read_table, words_of
from policytext.piecework import corpus_parts, each_part
from policytext.records import KINDS_COUNTED, Bilingual, Method
from policytext.result import Result, evidence_of_places
from policytext.statements.amounts import (
    Figure,
    FigureReader,
    make_reader,
    not_its_own,
    write_cell,
)
from policytext.statements.clause_frames import NONE, WORDS, Frame, Lexicon
from policytext.statements.figure_nouns import acts_alone, bind_figures
from policytext.statements.phases import (
    INSTRUCTING,
    NEWS,
    SILENT,
    Here,
    PhaseReader,
    Said,
    cut_out,
    load_phase_reader,
)
from policytext.statements.reader import own_places, tells_a_change
from policytext.statements.rules import Where
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

    >>> from policytext.statements.clause_frames import read_frame
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
    phases: PhaseReader
    beneficiary: tuple[str, ...]
    means: tuple[str, ...]
    measured: frozenset[str]
    issuer_again: frozenset[str]
    issuer_does: frozenset[str]
    than: frozenset[str]
    finds: frozenset[str]
    penalty: frozenset[str]
    passed_by: tuple[str, ...]
    advises: frozenset[str]
    stands_as: frozenset[str]
    result_of: tuple[str, ...]
    acts: tuple[str, ...]
    toned: int
    timed: int

    def read(self, paragraph: Mapping[str, Any], genre: str, horizon: str) -> list[ClauseRow]:
        """Return one row a clause of a paragraph."""
        text = paragraph["text"]
        pieces = cut_clauses(text)
        tense = "future" if paragraph.get("promised") else ""
        where = Where(paragraph["part_of_report"], paragraph["kind"], genre, tense)
        own, year = paragraph.get("own", ()), paragraph.get("year")
        around, signs_of_each = self.phases.around(text, where, pieces, own=own, year=year)
        local = paragraph.get("local", False)
        rows: list[ClauseRow] = []
        others = _OTHERS if own else _OTHERS - {"centre"}  # 国家安排资金，推动减排
        listed = _Carried(paragraph.get("lead_actor", ""), source="section", others=others)
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
            here = Here(around, texts, follows, signs, carried.names_one)
            rows.append(self._clause((start, end), here, carried, horizon, local=local))
        return rows

    def _clause(
        self, place: tuple[int, int], here: Here, carried: _Carried, horizon: str, *, local: bool
    ) -> ClauseRow:
        clause, genre = here.texts["clause"], here.around.where.genre
        said = self.phases.say(here)
        frame = said.frame
        amounts = self.figures.scanner.find(clause)

        def figured(phase: str) -> list[Figure]:
            if not amounts:
                return []
            named = self.figures.name(clause, amounts, here.texts["before"], phase)
            return not_its_own(named, clause, local=local)

        speaks, phase, figures, status = self.phases.read(said, here, figured)
        if status.value == "mention" and not (said.verb or figures):
            status = SILENT  # a name alone: of a concept it is a mention, of an act nothing
        nouns = []
        if amounts:
            spans = bind_figures(clause, amounts, frame, self.lexicon)
            unnamed = amounts[0].unit == carried.unit and set(spans) == {NONE}
            alone = unnamed and acts_alone(clause[: amounts[0].start], self.lexicon)
            of = carried.noun if alone or tells_a_change(clause) else ""
            nouns = [cut_out(clause, span) or of for span in spans]
        carried.noun, carried.unit = (nouns[-1], amounts[-1].unit) if nouns else ("", "")
        role = self._role(said, carried)
        actor, actor_from = self._who_acts(said, carried, role, genre)
        means = self._phrase(said, self.means) or carried.means
        passed = not said.names_next and frame.phrase != NONE and clause.startswith(self.passed_by)
        before = carried.actor
        bare = carried.actor if frame.subject == NONE and frame.verb != NONE else ""
        carried.take(frame, means, passed=passed, aside=genre in INSTRUCTING)
        advises = said.verb in self.advises and clause.endswith(said.verb)
        if advises and carried.actor not in ("", "own"):
            carried.actor, carried.advised = "", True  # 甲局建议：加强检查
        if genre in INSTRUCTING and clause.endswith("的"):
            # A case in which a rule applies: who is named there acts again only where it is bound.
            # 审核材料，不符合要求的，应当说明; 对证言有异议，该证言有影响的，可以申请
            case = frame.actor or frame.named or before
            carried.actor, carried.source, carried.case = "", "sentence", case
            if bare and said.verb in self.finds:
                carried.actor, carried.case = bare, ""  # 检查药店，发现假药的，予以没收
        return ClauseRow(
            *place,
            clause,
            actor,
            actor_from,
            cut_out(clause, frame.subject),
            said.verb,
            said.entry.group,
            cut_out(clause, frame.object),
            self._beneficiary(said),
            means if said.verb else "",
            role,
            frame.negated,
            phase.value,
            status.value,
            horizon,
            _firmness(said, phase.value) if speaks and here.signs & self.toned else "",
            write_cell(figures) if figures else "",
            "; ".join(nouns),
            phase.rule,
            status.rule,
        )

    def _who_acts(self, said: Said, carried: _Carried, role: str, genre: str) -> tuple[str, str]:
        """Return who acts and where that is said; ``own`` by a name in the sentence, or not."""
        again = said.verb in self.issuer_again and not carried.bound  # 甲企业要扩产，力争增产
        again = again and carried.actor in carried.others
        again = again or (said.frame.duty and carried.free and carried.actor in _OTHERS)
        if genre == _REPORT and again and not _done(said):  # 乙企业进城，促进了就业
            carried.actor = ""  # 企业增多，支持兼并: the issuer speaks of itself again
        actor, source = self._actor(said, carried) or ("", "")
        if not (actor or carried.advised):
            actor, source = self._issuer_acts(said, role, genre)
        if actor == "own" and source in ("section", "issuer"):
            source = "sentence" if carried.spoken else "issuer"
        return actor, source

    def _actor(self, said: Said, carried: _Carried) -> tuple[str, str] | None:
        """Return who acts and where that is said; nobody where something is or happens."""
        actor, source = carried.actor_of(said.frame, penal=said.verb in self.penalty)
        case = said.clause.rstrip("；。; ").endswith("的")
        if case and (source == "section" or (source == "sentence" and carried.bound)):
            return None  # a case in which a rule applies is not what the one who is bound does
        if said.verb in self.phases.copula or said.verb in self.measured:
            return None
        if source != "clause" and (said.verb in self.phases.happens or self._asks(said)):
            return None
        stands = said.verb in self.stands_as and said.frame.verb[1] <= said.frame.object[0]
        if stands and source == "clause":
            return None  # 甲院作为试点，率先改革
        return (actor, source) if actor else None

    def _issuer_acts(self, said: Said, role: str, genre: str) -> tuple[str, str]:
        """Return the body whose report it is as the one who acts in a clause without a subject."""
        spoken = said.verb and not cut_out(said.clause, said.frame.subject)
        acts = role in _ACTS or said.verb in self.issuer_does
        if not (spoken and acts) or genre in INSTRUCTING or genre == NEWS:
            return "", ""
        entry, last = said.entry, said.frame.verb[1] >= len(said.clause.rstrip("。；;"))
        attained = entry.aspect == "attain" and entry.after_theme and last
        attained = attained and said.frame.object == NONE  # 年底前竣工
        nobody = attained or said.verb in self.phases.happens
        nobody = nobody or self._compares(said) or self._asks(said)
        nobody = nobody or self.lexicon.opening.at(said.clause, 0) in self.result_of  # 就失去了
        named = "clause" if said.frame.named == "own" else "issuer"  # 让我们携手前行
        return ("", "") if nobody else ("own", named)

    def _asks(self, said: Said) -> bool:
        """Return whether those who are asked act, and nobody says who they are (请予审议)."""
        manner = cut_out(said.clause, said.frame.manner) if said.frame.phrase == NONE else ""
        return manner != "" and any(word in manner for word in self.lexicon.asking)

    def _compares(self, said: Said) -> bool:
        """Return whether a clause only says how much more or less it is (比上年提高3个百分点)."""
        frame = said.frame
        return frame.object == NONE and cut_out(said.clause, frame.phrase)[:1] in self.than

    def _phrase(self, said: Said, words: Iterable[str]) -> str:
        """Return the phrase before the verb without its preposition, if that is a listed one."""
        if said.frame.phrase == NONE:
            return ""
        phrase = cut_out(said.clause, said.frame.phrase)
        for word in words:
            if phrase.startswith(word):
                return phrase[len(word) :]
        return ""

    def _beneficiary(self, said: Said) -> str:
        """Return for whom it is done: a phrase with 为 or 向 that ends in people or bodies."""
        phrase = said.frame.phrase
        if not said.verb or phrase == NONE or said.entry.group == "say":
            return ""
        word = self.lexicon.agents.before(said.clause, phrase[1])
        if self.lexicon.actor_of.get(word, "") in ("", "own"):
            return ""
        return self._phrase(said, self.beneficiary)

    def _role(self, said: Said, carried: _Carried) -> str:
        if not said.verb:
            return "circumstance" if said.frame.phrase != NONE else "other"
        if carried.acted and said.verb in self.phases.purpose and said.frame.subject == NONE:
            return "purpose"
        return "act" if said.entry.group not in ("be", "say") else "state"


def _done(said: Said) -> bool:
    """Return whether 了 stands right behind the verb."""
    return said.frame.verb != NONE and said.clause.startswith("了", said.frame.verb[1])


def _firmness(said: Said, phase: str) -> str:
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
_REPORT: Final = "工作报告"
_SEMICOLONS: Final = frozenset("；;")


@dataclass(slots=True)
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
    unit: str = ""
    others: frozenset[str] = _OTHERS

    def names_one(self) -> bool:
        """Return whether one who acts is carried."""
        return self.actor != ""

    def on(self, goes_on: bool) -> _Carried:
        """Return what a new sentence takes over: behind a semicolon who acts (甲负责；落实乙)."""
        acts = goes_on and self.first == self.actor != "own"
        goes = _Carried(others=self.others)
        return replace(goes, actor=self.actor, first=self.first) if acts else goes

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


def load_frame_reader(rules: str | Path | None = None) -> FrameReader:
    """Return a reader of frames, with the researcher's own rules where there are some.

    >>> rows = load_frame_reader().read(
    ...     {"text": "新建诊室12间。", "part_of_report": "plan", "kind": "body"}, "工作报告", ""
    ... )
    >>> rows[0].verb, rows[0].object, rows[0].figures, rows[0].figure_nouns
    ('新建', '诊室', 'target: 12间', '诊室')
    """
    tone, time = ("clause", _any_cue()), ("clause", _any_horizon())
    phases = load_phase_reader(rules, [tone, time])
    return FrameReader(
        phases.lexicon,
        make_reader(rules),
        phases,
        words_of(WORDS, "for"),
        words_of(WORDS, "means"),
        frozenset(words_of(WORDS, "measured")),
        frozenset(words_of(WORDS, "issuer_again")),
        frozenset(words_of(WORDS, "issuer_does")),
        frozenset(words_of(WORDS, "than")),
        frozenset(words_of(WORDS, "finds")),
        frozenset(words_of(WORDS, "penalty")),
        words_of(WORDS, "passed_by"),
        frozenset(words_of(WORDS, "advises")),
        frozenset(words_of(WORDS, "stands_as")),
        words_of(WORDS, "result_of"),
        words_of(WORDS, "list_of_acts"),
        phases.rules.signs.sign_of[tone],
        phases.rules.signs.sign_of[time],
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
        cautions=said_of_frames(table),
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
    reports = documents[["genre", "own", "local"]].assign(year=years).to_dict("index")
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
        paragraph["local"] = reports[doc]["local"]
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
            "local": (own_places(docs).str.strip("|") != "").to_numpy(),
        },
        index=docs["doc_id"].astype("str"),
    )


def _own_government(level: str, province: str) -> tuple[str, ...]:
    """Return the names by which a work report of a level speaks of its own government."""
    kind = "city" if level == "province" and province.endswith("市") else level
    own = {"province": "own_of_province", "city": "own_of_city", "county": "own_of_county"}
    return words_of(WORDS, own[kind]) if kind in own else ()


def said_of_frames(table: pd.DataFrame) -> tuple[Bilingual, ...]:
    """Return what frames, or some of their rows, cannot carry."""
    said = [say("frames.check_the_clause")]
    without = int((table["verb"] == "").sum())
    if without:
        said.append(say("frames.without_verb", n=without, all=len(table)))
    return tuple(said)
