"""What became of last year's plan: kept, changed, under way, repeated, or not spoken of again?"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache
from itertools import chain, pairwise
from math import log, sqrt
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from policytext.comparable import groups_of_rows
from policytext.data import pattern_of, words_of
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.narratives.frames import read_frames
from policytext.records import Method
from policytext.result import Drawing, Result, evidence_of_places
from policytext.statements.amounts import Amount, Figure, FigureScanner, make_reader, read_cell
from policytext.statements.clause_frames import WORDS
from policytext.statements.figure_nouns import makes, makes_each
from policytext.texts import columns_of, say

if TYPE_CHECKING:
    from policytext.corpus import Corpus

COLUMNS: Final = columns_of("promises")
TABLE_COLUMNS: Final = columns_of("promise_table")
OUTCOMES: Final = ("kept", "changed", "under_way", "repeated", "silent")
NAMING: Final = ("clause", "verb", "figure_nouns", "object", "actor", "subject")
ISSUER: Final = ("level", "province", "city", "county")

# How alike are two clauses in what they name?

_SIGNS: Final = re.compile(r"[^一-龥A-Za-z0-9+]|[0-9.]+(?:万|亿)?")
_LONGEST: Final = 160
_FEWEST: Final = 4
"""Characters that must run alike: shorter runs are words that every report uses."""

SAME: Final = 0.62
"""Cosine of rare pairs of characters from which two clauses speak of one thing; on pairs judged."""

SHORT: Final = 8
SAME_SHORT: Final = 0.75
"""The same for names of at most ``SHORT`` characters, where one more character is another thing."""


class NamedThings(NamedTuple):
    """What a clause names: its characters, and the weight of each pair of neighbours."""

    text: str
    pairs: dict[str, float]
    norm: float


def pairs_of(text: str) -> dict[str, None]:
    """Return the pairs of neighbouring characters of a text, signs and figures left out.

    >>> list(pairs_of("新诊室3间"))
    ['新诊', '诊室']
    """
    runs = _SIGNS.split(text)
    return dict.fromkeys(map("".join, chain.from_iterable(map(pairwise, runs))))


class Weighed(Sequence[NamedThings]):
    """Texts with each pair weighted by how few texts hold it; weighed when they are asked for."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.counted = [pairs_of(text) for text in texts]
        self.held = Counter(chain.from_iterable(self.counted))
        self.known: dict[int, NamedThings] = {}

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, row: Any) -> Any:
        if row not in self.known:
            text, pairs = self.texts[row], self.counted[row]
            weights = {pair: log(1 + len(self.texts) / self.held[pair]) for pair in pairs}
            norm = sqrt(sum(w * w for w in weights.values()))
            self.known[row] = NamedThings(text, weights, norm)
        return self.known[row]


def likeness(one: NamedThings, other: NamedThings) -> float:
    """Return the cosine of two texts' pairs, each weighted by its rarity."""
    if not one.norm or not other.norm:
        return 0.0
    shared = one.pairs.keys() & other.pairs.keys()
    return sum(one.pairs[p] * other.pairs[p] for p in shared) / (one.norm * other.norm)


def longest_run(one: str, other: str) -> int:
    """Return how many characters in a row two texts share.

    >>> longest_run("县域影像中心", "建成影像中心")
    4
    """
    best, before = 0, [0] * (len(other) + 1)
    for char in one:
        now = [0] * (len(other) + 1)
        for place, that in enumerate(other, 1):
            if char == that and _HAN_OR_LETTER.match(char):
                now[place] = before[place - 1] + 1
                best = max(best, now[place])
        before = now
    return best


_HAN_OR_LETTER: Final = re.compile(r"[一-龥A-Za-z0-9]")

# Which clause of the review answers a clause of the plan?


class Answer(NamedTuple):
    """The row of the answering frame and how alike it is; row -1 if there is none."""

    row: int = -1
    likeness: float = 0.0


class Index:
    """Frames that may answer, found by their rarest pairs.

    ``verbs``: Of all frames: where a name is too short to tell (学校, 床位), both must do the same.
    ``clauses``: Of all frames: what is made new is not answered by work on what there is.
    """

    def __init__(
        self,
        named: Weighed,
        rows: Iterable[int],
        verbs: Sequence[str] = (),
        clauses: Sequence[str] = (),
    ) -> None:
        self.named, self.verbs, self.clauses = named, verbs, clauses
        self.by_pair: dict[str, list[int]] = defaultdict(list)
        for row in map(int, rows):
            for pair in named.counted[row]:
                self.by_pair[pair].append(row)

    def answer(self, row: int) -> Answer:
        """Return the frame most like a row, if it is like enough."""
        promise = self.named[row]
        rarest = sorted(promise.pairs, key=lambda pair: (-promise.pairs[pair], pair))[:6]
        tried = {found for pair in rarest for found in self.by_pair.get(pair, ())}
        acts = makes(self.clauses[row]) if self.clauses else None
        if acts:
            tried = {one for one in tried if not _other_act(acts, makes(self.clauses[one]))}
        scored = [(likeness(promise, self.named[one]), -one) for one in tried]
        for score, negative in sorted(scored, reverse=True)[:3]:
            if score < (SAME_SHORT if len(promise.text) <= SHORT else SAME):
                break
            other = self.named[-negative].text
            alike = bool(self.verbs) and promise.text == other
            alike = alike and self.verbs[row] == self.verbs[-negative]
            if alike or longest_run(promise.text, other) >= _FEWEST:
                return Answer(-negative, score)
        return Answer()


def _other_act(one: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether one builds anew and the other works on what there is (新建, 改建)."""
    return bool(one and other) and one.isdisjoint(other)


# Is the figure that was promised the figure that was reached?


class Compared(NamedTuple):
    """Two figures of one noun in one unit; ``met`` is None where there are none."""

    target: str = ""
    achieved: str = ""
    met: bool | None = None


def compare_cells(plan: dict[str, Any], review: dict[str, Any], scanner: FigureScanner) -> Compared:
    """Set the figure of a plan beside that of its answer, where both count one noun in one unit."""
    goals, gots = _bound(plan, scanner), _bound(review, scanner)
    upward, _ = _told(str(plan["clause"]))
    risen, level = _told(str(review["clause"]))
    if review.get("horizon") == "five_years" or (upward and level and not risen):
        return Compared()  # five years against one, or a stock against what is added to it
    if risen and not upward and not any(goal.at_most for goal in goals):
        return Compared()  # what was added against a stock
    best, found = 0, dict[tuple[str, frozenset[str]], Compared]()
    for goal in goals:
        for got in gots:
            run = longest_run(goal.noun, got.noun)
            kinds = got.figure.kind == "achieved" or (got.figure.kind == "change" and upward)
            alike = run >= min(_FEWEST, len(goal.noun)) > 0 and goal.figure.kind != "base"
            if not kinds or not alike or not _comparable(goal, got):
                continue
            one = _met(goal, got)
            if run > best:
                best, found = run, {(goal.noun, goal.act): one}
            elif any(goal.noun == noun and _other_act(goal.act, act) for noun, act in found):
                found.setdefault((goal.noun, goal.act), one)  # 新建60公里、改建40公里: two figures
    return _all_of(list(found.values()))


def _told(clause: str) -> tuple[bool, bool]:
    """Return whether a clause tells what is added, and whether it tells what is reached.

    >>> _told("新认定高新技术企业12家"), _told("高新技术企业达到90家")
    ((True, False), (False, True))
    """
    words = pattern_of(WORDS, "new_in_names").sub("", clause)
    words, reached = pattern_of(WORDS, "level_reached").subn("", words)  # 增加到 adds nothing
    return pattern_of(WORDS, "amount_of_change").search(words) is not None, reached > 0


def _comparable(goal: _Bound, got: _Bound) -> bool:
    """Return whether two figures have one unit and count one thing of the same people."""
    one, other = goal.figure, got.figure
    if one.unit != other.unit or one.unit == "" or None in (one.value, other.value):
        return False
    if _other_act(goal.act, got.act):
        return False
    shared = SequenceMatcher(None, goal.noun, got.noun, autojunk=False).find_longest_match()
    ends = (goal.noun[shared.a + shared.size :], got.noun[shared.b + shared.size :])
    if not all(end in ("", *words_of(WORDS, "how_much")) for end in ends):
        return False  # 能耗 of 地区生产总值 is not 地区生产总值
    return goal.whose == got.whose


def _met(goal: _Bound, got: _Bound) -> Compared:
    """Compare two figures; one that moves the other way counts below zero."""
    reached, wanted = got.figure.value or 0.0, goal.figure.value or 0.0
    turned = bool(goal.way and got.way) and goal.way != got.way and reached > 0
    reached = -reached if turned else reached
    met = reached <= wanted if goal.at_most else reached >= wanted
    return Compared(goal.figure.text, (got.way if turned else "") + got.figure.text, met)


def _all_of(compared: Sequence[Compared]) -> Compared:
    """Return figures of one noun as one comparison: reached if each of them was."""
    if len(compared) < 2:
        return compared[0] if compared else Compared()
    target = "; ".join(one.target for one in compared)
    achieved = "; ".join(one.achieved for one in compared)
    return Compared(target, achieved, all(one.met for one in compared))


class _Bound(NamedTuple):
    """A figure and what is said of it.

    ``act``: made new, worked on. ``way``: 增长 or 下降. ``at_most``: less is better. ``whose``: of
    which people or owners, 农村.
    """

    figure: Figure
    noun: str
    act: frozenset[str] = frozenset()
    way: str = ""
    at_most: bool = False
    whose: frozenset[str] = frozenset()


def _bound(row: dict[str, Any], scanner: FigureScanner) -> list[_Bound]:
    """Return each figure with what is said of it."""
    figures = read_cell(str(row["figures"]), scanner)
    clause, cells = str(row["clause"]), str(row["figure_nouns"]).split("; ")
    nouns = [*cells, *[""] * len(figures)][: len(figures)]
    amounts = scanner.find(clause)
    if len(amounts) != len(figures):
        limit = pattern_of(WORDS, "at_most").search(clause) is not None
        act, whose = makes(clause), _whose(clause)
        pairs = zip(figures, nouns, strict=True)
        return [_Bound(*pair, act, at_most=limit, whose=whose) for pair in pairs]
    nouns = [_share_of(clause, *one) for one in zip(nouns, amounts, strict=True)]
    ways = _ways(clause, amounts)
    limits = _limits(clause, amounts, nouns, ways)
    acts = makes_each(clause, amounts)
    owners = [
        _whose(clause[: amount.start]) | _whose(noun)
        for noun, amount in zip(nouns, amounts, strict=True)
    ]
    return [_Bound(*one) for one in zip(figures, nouns, acts, ways, limits, owners, strict=True)]


def _whose(before: str) -> frozenset[str]:
    """Return whom or whose a figure counts, by the words before it."""
    said = re.split("[，；]", before)[-1]
    return frozenset(pattern_of(WORDS, "whose").findall(said))


def _share_of(clause: str, noun: str, amount: Amount) -> str:
    """Return what a share is of: 研发经费 of 研发经费相当于生产总值的比例达3%."""
    before = re.split("[，、；]", clause[: amount.start])[-1]
    part = pattern_of(WORDS, "share_of").search(before)
    return before[: part.start()] if part and part.start() > 1 else noun


@cache
def _moves(group: str) -> re.Pattern[str]:
    """Compile words that tell a change; 下降到 tells a level that is reached."""
    return pattern_of(WORDS, group, after="(?![到至为])")


def _limits(
    clause: str, amounts: Sequence[Amount], nouns: Sequence[str], ways: Sequence[str]
) -> list[bool]:
    """Return for each figure whether it is a limit: 控制在5%以内, or a level of what is bad."""
    pattern, found = pattern_of(WORDS, "at_most"), list[bool]()
    falls_to = pattern_of(WORDS, "falls_to")
    each = pattern_of(WORDS, "each_of").search(clause) is not None
    for number, amount in enumerate(amounts):
        start = amounts[number - 1].end if number and not each else 0
        end = len(clause) if each else amount.end
        tail = re.split("[，、；]", clause[end:], maxsplit=1)[0]
        words = clause[start:end] + tail
        told = pattern.search(words) is not None or falls_to.search(words) is not None
        bad = not ways[number] and nouns[number].endswith(words_of(WORDS, "better_low"))
        found.append(told or bad)
    return found


def _ways(clause: str, amounts: Sequence[Amount]) -> list[str]:
    """Return for each figure the word that says that it rises or falls, 增长 or 下降, if one does.

    >>> clause = "投资下降3.3%，其中工业增长2%"
    >>> _ways(clause, make_reader().scanner.find(clause))
    ['下降', '增长']
    """
    found = []
    for number, amount in enumerate(amounts):
        words = clause[amounts[number - 1].end if number else 0 : amount.start]
        last: dict[str, int] = {
            way: max((one.end() for one in _moves(group).finditer(words)), default=-1)
            for way, group in (("下降", "falls"), ("增长", "rises"))
        }
        way = max(last, key=lambda one: last[one])
        found.append(way if last[way] >= 0 else "")
    return found


def follow_promises(
    corpus: Corpus, *, frames: Result | None = None, only: Iterable[int] | None = None
) -> Result:
    """Follow each concrete clause of a plan into the next year's report of the same issuer.

    Parameters
    ----------
    corpus
        Work reports of the same issuers in consecutive years, with text.
    frames
        As `policytext.read_frames` returns them for this corpus; read if not given.
    only
        Rows of the frames to follow; by default all concrete plans.

    Returns
    -------
    Result
        One row a concrete plan (a figure, or an object of at least six characters): ``promise``,
        ``outcome`` (``kept``: reported as done; ``changed``: the figure reported is below the one
        planned; ``under_way``: reported without an end, or with a figure of another kind;
        ``repeated``: planned again; ``silent``: not found), ``answer``, ``likeness``, ``target``,
        ``achieved``. ``explain`` leads to both clauses.

    Raises
    ------
    NotEnoughDataError
        No issuer has reports of two consecutive years.

    Notes
    -----
    Silent is not broken: reports choose what they say, and may say it in other words.

    Examples
    --------
    >>> from policytext import read_texts
    >>> first = "浙江省2021年政府工作报告\\n二、2021年工作安排\\n新建社区助老食堂12个。"
    >>> second = "浙江省2022年政府工作报告\\n一、2021年工作回顾\\n建成社区助老食堂13个。"
    >>> corpus = read_texts({"2021.txt": first, "2022.txt": second})
    >>> followed = follow_promises(corpus)
    >>> followed.table[["outcome", "target", "achieved"]].values.tolist()
    [['kept', '12个', '13个']]
    """
    read = read_frames(corpus) if frames is None else frames
    table = read.table
    pairs = _consecutive(corpus, table)
    if not pairs:
        raise NotEnoughDataError(
            "promises are followed between reports of one issuer in consecutive years, and no "
            "issuer has two; add last year's reports, or check level, region and year in "
            "corpus.documents"
        )
    naming = records_of(table, NAMING)
    named = Weighed([what_is_named(row) for row in naming])
    by_report = {
        str(doc): np.asarray(rows) for doc, rows in table.groupby("doc_id").indices.items()
    }
    scanner = make_reader().scanner
    records: list[dict[str, Any]] = []
    evidence: list[tuple[int, int]] = []
    wanted = None if only is None else {int(row) for row in only}
    for earlier, later in pairs:
        rows = [int(r) for r in by_report[earlier] if wanted is None or int(r) in wanted]
        if not rows:
            continue
        for found in _followed(table, rows, by_report[later], named, scanner):
            evidence += [(len(records), row) for row in found.pop("rows")]
            records.append(found)
    out = pd.DataFrame(records, columns=list(COLUMNS))
    return Result(
        out,
        say("promises.title"),
        COLUMNS,
        Method(say("promises.method")),
        cautions=(say("promises.silent_is_not_broken"), *read.cautions),
        parameters={**read.parameters, "same": SAME, "pairs": len(pairs)},
        corpus=corpus,
        evidence_from=lambda: _evidence(table, evidence),
        figure=Drawing("narratives.plot_outcomes", {"by": "province"}),
    )


def _evidence(table: pd.DataFrame, found: Sequence[tuple[int, int]]) -> pd.DataFrame:
    rows = table.iloc[[row for _, row in found]][["doc_id", "para_no", "start", "end"]]
    return evidence_of_places(rows.assign(row_id=[number for number, _ in found]))


def _consecutive(corpus: Corpus, table: pd.DataFrame) -> list[tuple[str, str]]:
    """Return pairs of reports of one issuer and genre, the year of the second following."""
    documents = corpus.documents[corpus.documents["doc_id"].isin(table["doc_id"].unique())]
    if documents.empty:
        return []
    year = pd.to_numeric(corpus.document_groups("year").astype("str"), errors="coerce")
    issuer = documents[list(ISSUER)].fillna("").astype(str).agg("/".join, axis=1)
    when = year.reindex(documents.index)
    known = (documents["province"].fillna("").astype(str) != "") & when.notna()
    keys = {
        (one, genre, int(date)): str(doc)
        for one, genre, date, doc in zip(
            issuer[known],
            documents["genre"].astype(str)[known],
            when[known],
            documents["doc_id"][known],
            strict=True,
        )
    }
    return [
        (doc, keys[(one, genre, date + 1)])
        for (one, genre, date), doc in sorted(keys.items())
        if (one, genre, date + 1) in keys
    ]


def records_of(table: pd.DataFrame, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the rows of some columns of a table.

    >>> list(records_of(pd.DataFrame({"a": [1], "b": [2]}), ("a",)))
    [{'a': 1}]
    """
    values = [table[name].tolist() for name in columns]
    return (dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True))


def what_is_named(row: dict[str, Any]) -> str:
    """Return what a frame names: its object with the nouns of its figures, else its theme.

    >>> row = {"figure_nouns": "诊室", "object": "乡村诊室", "actor": "", "subject": ""}
    >>> what_is_named(row)
    '乡村诊室'
    """
    nouns = str(row["figure_nouns"]).replace("; ", " ")
    target = str(row["object"])
    theme = "" if row["actor"] not in ("", "own") else str(row["subject"])
    if len(nouns) >= _FEWEST and target.removeprefix(nouns) in words_of(WORDS, "done_to"):
        theme, target = ("" if theme == target else theme), nouns  # 山区户厕改造完成300户
    named = f"{target} {nouns if nouns not in target else ''}"
    whole = f"{theme}{row.get('verb', '')}{target}"
    if 0 < len(theme) < _FEWEST > len(target) > 0 and whole in str(row.get("clause", "")):
        return whole  # 山区新增诊室30间: neither name tells enough without the act
    whole = named if theme in named else f"{theme} {named}"
    return whole.strip()[:_LONGEST]


def _followed(
    table: pd.DataFrame,
    earlier: Sequence[int],
    later: Any,
    named: Weighed,
    scanner: FigureScanner,
) -> list[dict[str, Any]]:
    """Return one record a concrete plan of one report, answered from the next."""
    facts = table.iloc[later]
    measured = (facts["role"] == "state") & (facts["figures"] != "")  # 签约率为82%
    acts = facts["role"].isin(["act", "purpose", "other"]) | measured
    told = table["verb"].tolist(), table["clause"].tolist()
    told_of = ((facts["phase"] == "reviewed") & acts).to_numpy()
    reviewed = Index(named, later[told_of], *told)
    long = (facts["horizon"] == "five_years").to_numpy()
    yearly = Index(named, later[told_of & ~long], *told)
    planned = Index(named, later[((facts["phase"] == "planned") & acts).to_numpy()], *told)
    out = []
    for row in earlier:
        promise = table.iloc[int(row)].to_dict()
        if not _concrete(promise):
            continue
        answer = reviewed.answer(int(row))
        if answer.row in later[long]:
            nearer = yearly.answer(int(row))  # as alike, and of the year that was planned
            answer = nearer if nearer.likeness >= answer.likeness else answer
        again = Answer() if answer.row >= 0 else planned.answer(int(row))
        found = answer if answer.row >= 0 else again
        other = table.iloc[found.row].to_dict() if found.row >= 0 else {}
        compared = Compared()
        if answer.row >= 0:
            compared = compare_cells(promise, other, scanner)
        out.append(
            {
                "province": promise["province"],
                "year": promise["year"],
                "doc_id": promise["doc_id"],
                "para_no": promise["para_no"],
                "promise": promise["clause"],
                "firmness": promise["firmness"],
                "outcome": _outcome(promise, other, answer, again, compared),
                "answer": other.get("clause", ""),
                "answer_doc_id": other.get("doc_id", ""),
                "answer_para_no": other.get("para_no", -1),
                "likeness": round(found.likeness, 3),
                "target": compared.target,
                "achieved": compared.achieved,
                "rows": [int(row), *([found.row] if found.row >= 0 else [])],
            }
        )
    return out


def _concrete(row: dict[str, Any]) -> bool:
    """Return whether a clause plans something that a later report could confirm."""
    measured = row["role"] == "state" and bool(row["figures"])  # 签约率为80%
    if row["phase"] != "planned" or not (row["role"] == "act" or measured) or row["negated"]:
        return False
    if row["verb"] in words_of(WORDS, "no_promise"):
        return False
    return bool(row["figures"]) or len(str(row["object"])) >= 6


def _outcome(
    promise: dict[str, Any],
    other: dict[str, Any],
    answer: Answer,
    again: Answer,
    compared: Compared,
) -> str:
    """Return what became of a promise; a figure that cannot be compared is not called kept."""
    if answer.row < 0:
        return "repeated" if again.row >= 0 else "silent"
    if compared.met is False:
        return "changed"
    if promise["figures"] and other["figures"] and not compared.target:
        return "under_way"
    done = other["status"] == "done" or (compared.met and other["status"] != "under_way")
    return "kept" if done else "under_way"


# How many promises became what, by region?


def promise_table(promises: Result, by: str = "province") -> Result:
    """Count the outcomes of promises by group.

    Parameters
    ----------
    promises
        As `policytext.follow_promises` returns them.
    by
        ``firmness``, a column of the reports that plan, such as ``province``, ``level`` or one you
        joined, or a shipped grouping.

    Returns
    -------
    Result
        One row a group: ``promises``, each outcome, ``with_figures`` (target and achieved figure
        of one noun in one unit), ``met`` among them. ``explain`` leads to the clauses.

    Raises
    ------
    ParameterError
        There is no such column, or the promises come from elsewhere.

    Examples
    --------
    >>> from policytext import read_texts
    >>> first = "浙江省2021年政府工作报告\\n二、2021年工作安排\\n新建社区助老食堂12个。"
    >>> second = "浙江省2022年政府工作报告\\n一、2021年工作回顾\\n建成社区助老食堂13个。"
    >>> corpus = read_texts({"2021.txt": first, "2022.txt": second})
    >>> counted = promise_table(follow_promises(corpus), by="year")
    >>> counted.table[["promises", "kept"]].values.tolist()
    [[1, 1]]
    """
    if "outcome" not in promises.table.columns:
        raise ParameterError(f"promises must come from follow_promises, got {promises.title.en!r}")
    labels, pooled = groups_of_rows(promises.table, promises.corpus, by)
    records, gathered = [], []
    for group, part in promises.table.groupby(labels, sort=True):
        compared = part["target"] != ""
        counts = {name: int((part["outcome"] == name).sum()) for name in OUTCOMES}
        met = int((compared & (part["outcome"] != "changed")).sum())
        records.append(
            {
                by: group,
                "promises": len(part),
                **counts,
                "with_figures": int(compared.sum()),
                "met": met,
            }
        )
        gathered += [(len(records) - 1, int(row)) for row in part.index]
    columns = {by: f"{by} / group", **TABLE_COLUMNS}
    own = promises.evidence
    return Result(
        pd.DataFrame(records, columns=list(columns)),
        say("promises.table_title"),
        columns,
        promises.method,
        cautions=(*pooled, *promises.cautions),
        parameters={**promises.parameters, "by": by},
        corpus=promises.corpus,
        evidence_from=lambda: _regrouped(own, gathered),
        figure=Drawing("narratives.plot_outcomes", {"by": by}),
    )


def _regrouped(own: pd.DataFrame, gathered: Sequence[tuple[int, int]]) -> pd.DataFrame:
    new = {old: number for number, old in gathered}
    return evidence_of_places(own.assign(row_id=own["row_id"].map(new)))
