"""Who does what to what, how firmly, with which figures: one row a clause of a corpus?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.anatomy.clauses import cut_clauses
from policytext.corpus import Corpus
from policytext.data import any_of, pattern_of, read_table, words_of
from policytext.piecework import corpus_parts, each_part
from policytext.records import KINDS_COUNTED, Bilingual, Method
from policytext.result import Result, evidence_of_places
from policytext.statements.amounts import FigureReader, make_reader, write_cell
from policytext.statements.clause_frames import (
    NONE,
    WORDS,
    Frame,
    Lexicon,
    after_opening,
    load_lexicon,
    read_frame,
)
from policytext.statements.figure_nouns import bind_figures
from policytext.statements.reader import tense_of
from policytext.statements.rules import NOTHING, Decision, Rule, read_rules
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
    single = f"(?<!{before})(?:{'|'.join(short)})(?!{after})"
    return re.compile("|".join([*long, *([single] if short else [])]))


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
    return re.compile(rf"(?P<five_years>{five})|(?P<year>{one})")


def horizon_of(text: str, before: str) -> str:
    """Return ``five_years`` or ``year`` by the last words for it, else what held before.

    >>> horizon_of("五年来新建诊室12间", "")
    'five_years'
    """
    found = before
    for match in _horizons().finditer(text):
        found = str(match.lastgroup)
    return found


# Which rules can apply to the clauses of a paragraph at all?


@dataclass
class RuleSets:
    """The rules of phase and status, kept by what a paragraph is, so that few are tried."""

    phase: tuple[Rule, ...]
    status: tuple[Rule, ...]
    known: dict[tuple[str, ...], tuple[Rule, ...]] = field(default_factory=dict)

    def decide(self, name: str, facts: Mapping[str, str], texts: Mapping[str, str]) -> Decision:
        """Return what the first rule of a field says that applies."""
        key = (name, *facts.values())
        if key not in self.known:
            rules = self.phase if name == "phase" else self.status
            self.known[key] = tuple(
                rule
                for rule in rules
                if all(facts.get(what, "") in allowed for what, allowed in rule.conditions)
            )
        for rule in self.known[key]:
            if rule.pattern.search(texts[rule.where]):
                return Decision(
                    "" if rule.value == NOTHING else rule.value, rule.name, rule.certainty
                )
        return Decision()


# What does one paragraph say, clause by clause?


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

    def read(self, paragraph: Mapping[str, Any], genre: str, horizon: str) -> list[dict[str, Any]]:
        """Return one row a clause of a paragraph."""
        text = paragraph["text"]
        facts = {
            "part": paragraph["part_of_report"],
            "kind": paragraph["kind"],
            "genre": genre,
            "tense": "future" if paragraph.get("promised") else tense_of(text),
        }
        rows: list[dict[str, Any]] = []
        carried, sentence, begin = _Carried(), -1, 0
        for piece in cut_clauses(text):
            if piece.sentence != sentence:
                sentence, begin, carried = piece.sentence, piece.start, _Carried()
            if piece.end - piece.start < 2:
                continue
            row = self._clause(text, (begin, piece.start, piece.end), facts, carried)
            horizon = horizon_of(row["clause"], horizon)
            rows.append({**row, "horizon": horizon})
        return rows

    def _clause(
        self, text: str, places: tuple[int, int, int], facts: Mapping[str, str], carried: _Carried
    ) -> dict[str, Any]:
        begin, start, end = places
        clause = text[start:end]
        frame = read_frame(clause, self.lexicon)
        texts = {
            "clause": clause,
            "before": text[begin:start],
            "sentence": text[begin:end],
            "paragraph": text,
        }
        speaks = self._speaks(frame, clause)
        phase = self._phase(frame, clause, facts, texts) if speaks else _SILENT
        figures = self.figures.read(clause, before=texts["before"], phase=phase.value)
        texts["figures"] = "|".join(one.kind for one in figures if one.mark != "damaged")
        facts = {**facts, "phase": phase.value}
        status = self._status(frame, clause, facts, texts) if speaks else _SILENT
        amounts = self.figures.scanner.find(clause) if figures else []
        nouns = bind_figures(clause, amounts, frame, self.lexicon)
        actor, actor_from = carried.actor_of(frame)
        means = self._phrase(clause, frame, self.means) or carried.means
        row = {
            "start": start,
            "end": end,
            "clause": clause,
            "actor": actor,
            "actor_from": actor_from,
            "subject": _cut(clause, frame.subject),
            "verb": _cut(clause, frame.verb),
            "verb_class": self._class(clause, frame),
            "object": _cut(clause, frame.object),
            "beneficiary": self._beneficiary(clause, frame),
            "means": means if frame.verb != NONE else "",
            "role": self._role(clause, frame, carried),
            "negated": frame.negated,
            "phase": phase.value,
            "status": status.value,
            "firmness": firmness_of(clause, frame) if speaks else "",
            "figures": write_cell(figures),
            "figure_nouns": "; ".join(_cut(clause, noun) for noun in nouns),
            "phase_rule": phase.rule,
            "status_rule": status.rule,
        }
        carried.take(frame, means)
        return row

    def _phase(
        self, frame: Frame, clause: str, facts: Mapping[str, str], texts: Mapping[str, str]
    ) -> Decision:
        found = self.rules.decide("phase", facts, texts)
        if found.rule or frame.verb == NONE or facts["kind"] == "heading":
            return found
        if frame.duty and facts["genre"] in _INSTRUCTING:
            return Decision("planned", "duty", "likely")
        if self._class(clause, frame) in ("say", "be") or (
            frame.subject != NONE and not frame.actor
        ):
            return found
        if facts["genre"] in _INSTRUCTING:
            return Decision("planned", "instruction", "likely")
        if facts["part"] in ("other", "lead") and facts["genre"] not in _PLANNING:
            return Decision("reviewed", "narrated_act", "likely")
        return found

    def _speaks(self, frame: Frame, clause: str) -> bool:
        """Return whether a clause says something: not a condition, a circumstance, a bare name."""
        body = clause.rstrip("。；;!！ ")
        if body.endswith("的"):
            return False
        if frame.verb != NONE:
            left_open = frame.verb[1] == len(body) and self._class(clause, frame) == "be"
            aim = clause[: frame.verb[0]].lstrip("0123456789. ") in self.lexicon.purpose
            return not (left_open or aim or clause.startswith(self.conditions))
        if body.endswith(self.lexicon.not_verb_end):
            return False
        if frame.phrase != NONE or after_opening(body, self.lexicon) >= len(body) - 1:
            return False
        return not (frame.subject != NONE and self.lexicon.agents.before(body, len(body)))

    def _status(
        self, frame: Frame, clause: str, facts: Mapping[str, str], texts: Mapping[str, str]
    ) -> Decision:
        found = self.rules.decide("status", facts, texts)
        if found.rule == _BY_WORDS and self._attained(clause, frame):
            return Decision("done", "verb_attain", "likely")
        if found.rule or frame.verb == NONE or facts["phase"] not in ("reviewed", "planned"):
            return found
        if facts["phase"] == "planned":
            return Decision("planned", "planned_act", "likely")
        aspect = self.lexicon.verbs[_cut(clause, frame.verb)].aspect
        done = aspect in ("attain", "act")
        return Decision("done" if done else "under_way", f"verb_{aspect}", "likely")

    def _attained(self, clause: str, frame: Frame) -> bool:
        """Return whether the verb itself says that something was reached (成为, not 打造)."""
        if frame.verb == NONE or self.lexicon.verbs[_cut(clause, frame.verb)].aspect != "attain":
            return False
        rule = next(one for one in self.rules.status if one.name == _BY_WORDS)
        return rule.pattern.search(_cut(clause, frame.verb)) is None

    def _class(self, clause: str, frame: Frame) -> str:
        if frame.verb == NONE:
            return ""
        return self.lexicon.verbs[_cut(clause, frame.verb)].group

    def _phrase(self, clause: str, frame: Frame, words: Iterable[str]) -> str:
        """Return the phrase before the verb without its preposition, if that is a listed one."""
        if frame.phrase == NONE:
            return ""
        phrase = _cut(clause, frame.phrase)
        for word in words:
            if phrase.startswith(word):
                return phrase[len(word) :]
        return ""

    def _beneficiary(self, clause: str, frame: Frame) -> str:
        """Return for whom it is done: a phrase with 为 or 向 that ends in people or bodies."""
        if frame.verb == NONE or frame.phrase == NONE or self._class(clause, frame) == "say":
            return ""
        word = self.lexicon.agents.before(clause, frame.phrase[1])
        if self.lexicon.actor_of.get(word, "") in ("", "own"):
            return ""
        return self._phrase(clause, frame, self.beneficiary)

    def _role(self, clause: str, frame: Frame, carried: _Carried) -> str:
        if frame.verb == NONE:
            return "circumstance" if frame.phrase != NONE else "other"
        if carried.acted and _cut(clause, frame.verb) in self.purpose and frame.subject == NONE:
            return "purpose"
        return "act" if self._class(clause, frame) not in ("be", "say") else "state"


_BY_WORDS: Final = "under_way_verb"
"""The rule of status that looks for words anywhere in a clause, and not for its verb."""

_SILENT: Final = Decision("", "says_nothing", "likely")
_INSTRUCTING: Final = frozenset({"公文", "通知", "方案", "规划"})
_PLANNING: Final = frozenset({"公文", "方案", "规划", "计划", "工作报告"})


@dataclass
class _Carried:
    """What later clauses of a sentence take over from earlier ones."""

    actor: str = ""
    means: str = ""
    acted: bool = False

    def actor_of(self, frame: Frame) -> tuple[str, str]:
        """Return who acts and where that is said."""
        if frame.actor:
            return frame.actor, "clause"
        if frame.verb != NONE and frame.subject == NONE and self.actor:
            return self.actor, "sentence"
        return "", ""

    def take(self, frame: Frame, means: str) -> None:
        """Keep what the clause says for those behind it."""
        self.actor = frame.actor or ("" if frame.subject != NONE else self.actor)
        self.means = means if frame.verb == NONE else ""
        self.acted = self.acted or frame.verb != NONE


def _cut(text: str, span: tuple[int, int]) -> str:
    return "" if span == NONE else text[span[0] : span[1]]


def load_frame_reader(rules: str | Path | None = None) -> FrameReader:
    """Return a reader of frames, with the researcher's own rules where there are some.

    >>> rows = load_frame_reader().read(
    ...     {"text": "新建诊室12间。", "part_of_report": "plan", "kind": "body"}, "工作报告", ""
    ... )
    >>> rows[0]["verb"], rows[0]["object"], rows[0]["figures"], rows[0]["figure_nouns"]
    ('新建', '诊室', 'target: 12间', '诊室')
    """
    return FrameReader(
        load_lexicon(),
        make_reader(rules),
        RuleSets(read_rules("phase", rules), read_rules("status", rules)),
        words_of(WORDS, "for"),
        words_of(WORDS, "means"),
        frozenset(words_of(WORDS, "purpose")),
        words_of(WORDS, "condition"),
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
        Processes (joblib); the table is the same for any number.

    Returns
    -------
    Result
        One row a clause, by report and place: who acts (``actor``, and in ``actor_from`` whether
        the clause says so, its sentence, or only the issuer), ``verb`` and ``verb_class``,
        ``object``, ``beneficiary``, ``means``, ``role``, ``negated``, ``phase``, ``status``,
        ``horizon``, ``firmness``, ``figures`` with their ``figure_nouns``. Empty where nothing
        decides.

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
    reader = load_frame_reader(rules)
    tasks = ((part, reader, parts, kinds) for part in corpus_parts(corpus))
    table = pd.concat(list(each_part(_frames, tasks, n_jobs)), ignore_index=True)
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


def _frames(
    corpus: Corpus, reader: FrameReader, parts: Sequence[str] | None, kinds: Sequence[str]
) -> pd.DataFrame:
    """Return the frames of some reports."""
    keep = corpus.counted(parts=parts, kinds=kinds)
    promised = _promised_in_annex(corpus, kinds) if parts is None else np.zeros(len(keep), bool)
    documents = _documents(corpus)
    records: list[dict[str, Any]] = []
    horizon, last = "", ("", "")
    read = corpus.paragraphs.assign(
        part_of_report=corpus.paragraphs["part_of_report"].astype("str").mask(promised, "plan"),
        promised=promised,
    )
    for paragraph in read[keep | promised].to_dict("records"):
        document = documents[paragraph["doc_id"]]
        here = (paragraph["doc_id"], paragraph["part_of_report"])
        horizon = horizon if here == last else ""
        last = here
        rows = reader.read({str(k): v for k, v in paragraph.items()}, document["genre"], horizon)
        shared = {
            "doc_id": paragraph["doc_id"],
            "para_no": paragraph["para_no"],
            **document,
            "part_of_report": paragraph["part_of_report"],
        }
        records += [{**shared, **_with_issuer(row, document)} for row in rows]
        horizon = rows[-1]["horizon"] if rows else horizon
    numbers = {"para_no": "int64", "start": "int64", "end": "int64", "year": "Int64"}
    return pd.DataFrame(records, columns=list(COLUMNS)).astype(
        {c: "bool" if c == "negated" else numbers.get(c, "str") for c in COLUMNS}
    )


def _promised_in_annex(corpus: Corpus, kinds: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return which paragraphs of an annex stand under a heading that names what will be done."""
    heads = pattern_of(WORDS, "promise_heading")
    found, doc, inside = [], "", False
    table = corpus.paragraphs
    for report, part, kind, text in zip(
        table["doc_id"], table["part_of_report"], table["kind"], table["text"], strict=True
    ):
        inside = inside and report == doc and part == "annex"
        doc = report
        if part == "annex" and kind == "heading":
            inside = heads.search(str(text)) is not None
        found.append(inside and kind in kinds)
    return np.array(found, dtype=bool)


def _with_issuer(row: dict[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """Give a clause without a subject to the body whose report it stands in."""
    alone = row["verb"] and not row["subject"] and row["role"] in ("act", "purpose")
    if not row["actor"] and alone and document["genre"] not in _INSTRUCTING:
        return {**row, "actor": "own", "actor_from": "issuer"}
    return row


def _documents(corpus: Corpus) -> dict[str, dict[str, Any]]:
    province = corpus.document_groups("province").astype("str").replace({"unknown": ""})
    year = pd.to_numeric(corpus.document_groups("year").astype("str"), errors="coerce")
    columns = zip(
        corpus.documents["doc_id"].astype("str"),
        province.to_numpy(),
        year.astype("Int64").array,
        corpus.documents["genre"].astype("str"),
        strict=True,
    )
    return {
        doc: {"province": place, "year": when, "genre": genre}
        for doc, place, when, genre in columns
    }


def _cautions(table: pd.DataFrame) -> tuple[Bilingual, ...]:
    said = [say("frames.check_the_clause")]
    without = int((table["verb"] == "").sum())
    if without:
        said.append(say("frames.without_verb", n=without, all=len(table)))
    return tuple(said)
