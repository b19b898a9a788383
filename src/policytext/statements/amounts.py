"""What is each figure of a clause: a target, an achievement, a change, a rank, a base?

Its value and unit, its kind and period, and how certain its digits are after repairs of the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pandas as pd

from policytext.data import any_of, pattern_of, words_of
from policytext.errors import ParameterError
from policytext.records import read_numeral
from policytext.statements.rules import NOTHING, WORDS, compiled, read_list

if TYPE_CHECKING:
    from policytext.corpus import Corpus


# Which figures stand in a clause, with which value and unit?

_HALF_WIDTH: Final = str.maketrans("０１２３４５６７８９．，％﹪", "0123456789.,%%")
_FULL_WIDTH: Final = re.compile("|".join(re.escape(chr(sign)) for sign in _HALF_WIDTH))
_TIMES: Final = {
    **{"": 1.0, "百": 1e2, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7},
    **{"亿": 1e8, "千亿": 1e11, "万亿": 1e12},
}
_HAN: Final = frozenset("零〇一二三四五六七八九十百千万两")
_DASH: Final = "[-—–~～－至]"
_MINUS: Final = ("-", "－", "−")

# Han numerals are read before words that count things only: 两个 and 三个 open slogans as often.
_HAN_FIGURE: Final = (
    r"[百千万二三四五六七八九十]+分之[零一二三四五六七八九十百点]+"
    r"|(?<![零〇一二三四五六七八九十百千万亿两几数])"
    r"(?:[一两二三四](?=番)|一(?=倍)|万(?=亿)|(?:[两二三四五六七八九十百千]|一(?=[百千万亿]))"
    r"(?:[零〇一二三四五六七八九十百千]|万(?=[零一二三四五六七八九]))*)"
)
_MAY_BE_FIGURE: Final = re.compile(r"[0-9０-９‹百千万两二三四五六七八九十成番倍]")
_ANY_FIGURE: Final = re.compile(
    r"[0-9０-９]|‹NUM›|‹[A-Z]+›[处个家所名]|[一两二三四五六七八九]成|" + _HAN_FIGURE
)


@cache
def _no_figure() -> re.Pattern[str]:
    """Return what holds digits and is no figure: titles, dates, durations, ages, numbering."""
    lifetime = "".join(f"(?<!{word})" for word in words_of(WORDS, "life_expectancy"))
    return re.compile(
        r"《[^》]*》?|“[^”]*”|‹(?!NUM›)[A-Z]+›(?![处个家所名])|"
        r"[〔(（\[](?:19|20)[0-9]{2}[〕)）\]](?:第?[0-9]+号)?|"
        r"[〔［\[][0-9]{1,3}[〕］\]]|"
        r"^\s*[（(]?[0-9]{1,2}(?:[)）、．]|\.(?![0-9])|(?:\.[0-9]{1,2}){1,3}\s)|"
        rf"(?<![0-9.])(?:19|20)[0-9]{{2}}(?:{_DASH}(?:19|20)?[0-9]{{2}})?"
        rf"(?=[年届春冬]|{_DASH}[0-9])年?|"
        rf"(?:[0-9]{{1,2}}|‹NUM›)(?:{_DASH}[0-9]{{1,2}})?月[份底初末]?(?:[0-9]{{1,2}}日)?|"
        r"[0-9]{1,2}日(?![均接])|"
        rf"(?:(?<![0-9.])[0-9.]+(?:{_DASH}[0-9]*)?|"
        rf"(?:‹NUM›|[一二三四五六七八九十两]+){_DASH}?[0-9]*)"
        rf"{any_of(WORDS, 'duration')}|"
        rf"(?<![0-9])[0-9]+{_DASH}[0-9]*岁|{lifetime}(?:[0-9]+|‹NUM›)周?岁|"
        r"第(?:[0-9]+|‹NUM›|[一二三四五六七八九十]+)(?![0-9一二三四五六七八九十]*[位名])|"
        r"(?<![0-9])[0-9]{1,4}号(?=[线楼院文])|"
        rf"(?<![0-9.])1[0-9]{{2,4}}(?={any_of(WORDS, 'hotline')})|"
        rf"{any_of(WORDS, 'counted_name')}|"
        r"[A-Za-z]+[-._]?[0-9][0-9.]*[A-Za-z]*|[0-9]+(?:[A-Za-z](?!m)|\+)[A-Za-z0-9]*"
    )


class Unit(NamedTuple):
    """A unit: what it measures, and how it becomes the base unit of that."""

    name: str
    dimension: str
    factor: float
    base: str


@dataclass(frozen=True)
class Amount:
    """A figure as it stands in a text.

    ``text``: Its characters, from the first digit to the unit and 以上 or 左右.
    ``value``: The number without its unit (3万人 is 30000); None if masked, damaged or a range.
    ``unit``: Unit as written, ``""`` where a thing is counted without one.
    ``mark``: ``masked``, ``damaged``, ``range`` or ``""``.
    ``start, end``: Offsets in the text.
    """

    text: str
    value: float | None
    unit: str
    mark: str
    start: int
    end: int


@dataclass(frozen=True)
class FigureScanner:
    """Finds figures; made from a list of units."""

    units: dict[str, Unit]
    pattern: re.Pattern[str]

    def find(self, text: str) -> list[Amount]:
        """Return the figures of a text in order; dates, ages, numbering and names are left out."""
        first = _ANY_FIGURE.search(text) if _MAY_BE_FIGURE.search(text) else None
        if first is None:
            return []
        same = text.translate(_HALF_WIDTH) if _FULL_WIDTH.search(text) else text
        begin = max(first.start() - 1, 0)  # a minus may stand before it
        found = [match for match in self.pattern.finditer(same, begin) if _counts(same, match)]
        if not found:
            return []  # most Han numerals count nothing
        hidden = bytearray(len(same))
        for match in _no_figure().finditer(same):
            hidden[match.start() : match.end()] = b"\1" * (match.end() - match.start())
        return [_amount(text, match) for match in found if not hidden[match.start("value")]]

    def read(self, text: str) -> Amount | None:
        """Return the figure that a text begins with, whatever stands around it elsewhere."""
        if text[:1] in _MINUS and (below := self.read(text[1:])):
            value = None if below.value is None else -below.value
            return replace(below, text=text[0] + below.text, value=value, end=below.end + 1)
        match = self.pattern.match(text.translate(_HALF_WIDTH))
        return None if match is None else _amount(text, match)


def _counts(text: str, match: re.Match[str]) -> bool:
    """Return whether a Han numeral counts things; digits and shares always do."""
    raw, before = match["value"], text[: match.start()]
    if "分之" in raw or match["tenths"] or raw[0] not in _HAN:
        return True
    if match["unit"] == "番":
        return before.endswith(("翻", "翻了"))
    if before.endswith("第"):
        return True  # 第二位: places are hidden where they are no rank
    if len(raw) == 1 and raw in "百千万":  # 上百家, 百余家, but no 千家万户 and 百万吨项目
        about = match["about"] or match["more"] or match["limit"]
        scale = pattern_of(WORDS, "of_scale").match(text, match.start("unit"))
        nearly = about or pattern_of(WORDS, "nearly", after="$").search(before)
        return bool(match["unit"] and nearly and not scale)
    if match["unit"] and (match["about"] or match["more"]):
        return True  # 十余公里
    if match["unit"] and len(raw) >= _COMPOSED:
        return True  # 二十五期, but slogans count with one or two signs (三个, 二十条)
    if match["unit"] and re.search("[百千万亿]", raw + (match["times"] or "")):
        return True
    counts = pattern_of(WORDS, "han_numeral_counts", before="[多余]?[万亿]?[多余]?")
    return counts.match(text, match.end("value")) is not None


_COMPOSED: Final = 3
"""Signs of a Han numeral above twenty that is no round number."""


def make_scanner(units: pd.DataFrame) -> FigureScanner:
    """Return a scanner for a list of units (``unit, dimension, factor, base_unit, not_before``).

    No unit stands before a sign of ``not_before``, which would make another word of it (3部门).

    >>> from policytext.statements.rules import read_list
    >>> scanner = make_scanner(read_list("units"))
    >>> [(a.text, a.value, a.unit) for a in scanner.find("新增床位1.2万张，签约率达90%以上")]
    [('1.2万张', 12000.0, '张'), ('90%以上', 90.0, '%')]
    >>> scanner.find("2025年3月，‹NUM›家")[0].mark
    'masked'
    """
    known = {
        row["unit"]: Unit(row["unit"], row["dimension"], float(row["factor"]), row["base_unit"])
        for row in units.to_dict("records")
    }
    return FigureScanner(known, _figure_pattern(unit_words(units)))


def unit_words(units: pd.DataFrame) -> str:
    """Return an expression that finds the units of a list, the longest first.

    >>> re.findall(unit_words(pd.DataFrame({"unit": ["部"], "not_before": ["门"]})), "3部和5部门")
    ['部']
    """
    pairs = zip(units["unit"], units["not_before"], strict=True)
    return "|".join(
        re.escape(unit) + (f"(?![{re.escape(other)}])" if other else "")
        for unit, other in sorted(pairs, key=lambda pair: (-len(pair[0]), pair))
    )


@cache
def _figure_pattern(words: str) -> re.Pattern[str]:
    digits = r"(?<![0-9.])[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?"
    nearly = "".join(sorted({word[-1] for word in words_of(WORDS, "nearly")}))
    signs = "".join(_MINUS)
    return re.compile(
        # most signs begin no figure, whatever stands around them
        rf"(?=[{signs}0-9‹{''.join(sorted(_HAN))}])"
        rf"(?P<sign>(?<=[为是达率长])[{signs}](?=[0-9]))?"
        rf"(?P<value>‹NUM›(?:[-—~至]‹NUM›)?|‹[A-Z]+›(?=[处个家所名])"
        rf"|(?P<spaced>(?:[0-9] ){{2,}}[0-9]"
        rf"|(?<![0-9.])[0-9]{{1,3}}(?: [0-9]{{3}})+(?![0-9])(?=[万亿]?(?:{words})))"
        rf"|(?P<tenths>(?:(?<![0-9.])[1-9](?:\.[0-9])?|[一两二三四五六七八九])成"
        rf"[半一二三四五六七八九]?(?=$|[，。；、！？：:,;）)\s的多和]"
        rf"|{any_of(WORDS, 'limit')}|{any_of(WORDS, 'changed')}|[降升增])"
        rf"|(?<=[{nearly}])[一两二三四五六七八九]成(?!{any_of(WORDS, 'not_tenths')}))"
        r"|(?P<fraction>(?<=[\u4e00-\u9fff])[1-9][0-9]?/[1-9][0-9]{0,2}(?![0-9./]|[万千百亿元日号]))"
        rf"|(?P<ratio>{digits}[比:∶]{digits})|(?P<range>{digits}[千万亿]?%?{_DASH}{digits})|{digits}|{_HAN_FIGURE})"
        rf"\s?(?P<about>[多余])?(?P<times>万亿|千亿|千万|百万|亿|万|千(?!伏)|百)?"
        rf"(?:(?P<rest>[0-9]+)(?P<small>千万|百万|万|千|百)(?=[多余]?(?:{words})))?(?P<more>[多余])?"
        rf"\s?(?P<unit>{words})?(?P<limit>{any_of(WORDS, 'limit')})?"
    )


def _amount(text: str, match: re.Match[str]) -> Amount:
    raw = match["value"]
    mark, value = "", None
    if raw.startswith("‹"):
        mark = "masked"
    elif match["spaced"]:
        mark = "damaged"
    elif match["range"]:
        mark = "range"
    elif match["ratio"]:
        pass  # 2.3:1 is neither of its numbers
    elif match["unit"] == "类" and _YEAR.fullmatch(raw):
        mark = "damaged"  # no report counts two thousand classes: a year and a figure ran together
    elif match["fraction"]:
        part, _, whole = raw.partition("/")
        value = 100 * int(part) / int(whole) if int(part) < int(whole) else None
    elif match["tenths"]:
        value = _tenths(raw)
    else:
        number = _read_han(raw) if raw[0] in _HAN else _digits(raw)
        value = None if number is None else number * _TIMES[match["times"] or ""]
        if value is not None and match["rest"]:  # 12万3千人
            value += _digits(match["rest"]) * _TIMES[match["small"]]
        mark = "range" if number is None and "点" not in raw else ""  # 三四家, 二三十家
    value = -value if match["sign"] and value is not None else value  # 增长率为-1.2‰
    share = "分之" in raw or match["tenths"] or (match["fraction"] and value is not None)
    unit = "%" if share else match["unit"] or ""
    words = text[match.start() : match.end()].strip()
    return Amount(words, value, unit, mark, match.start(), match.end())


def _read_han(raw: str) -> float | None:
    """Read a numeral in Han characters; of a share its percent (三分之二 is 66.7)."""
    parts, share, of = raw.rpartition("分之")
    number = _number(of)
    whole = _WHOLES.get(parts) or read_numeral(parts) if share else 100
    return number if number is None or not whole or whole == 100 else 100 * number / whole


def _number(words: str) -> float | None:
    """Read a number in Han characters, above ten thousand or with decimals too.

    >>> _number("三点五"), _number("一万二千"), _number("3.5"), _number("三四")
    (3.5, 12000, 3.5, None)
    """
    if words[:1].isdecimal():
        return _digits(words)
    above, many, below = words.partition("万")
    if many:
        high, low = read_numeral(above) if above else 1, read_numeral(below) if below else 0
        return None if high is None or low is None else high * 10_000 + low
    whole, point, decimals = words.partition("点")
    digits = [read_numeral(sign) for sign in decimals]
    number = read_numeral(whole)
    if not point or number is None or not digits or None in digits:
        return None if point else number
    return float(f"{number}.{''.join(map(str, digits))}")


def _tenths(words: str) -> float:
    """Read a share in tenths as percent.

    >>> _tenths("九成五"), _tenths("3.5成"), _tenths("两成半")
    (95.0, 35.0, 25.0)
    """
    whole, _, part = words.partition("成")
    rest = 5.0 if part == "半" else _number(part or "零")
    return float(10 * (_number(whole) or 0) + (rest or 0))


_WHOLES: Final = {"百": 100, "千": 1000, "万": 10000}
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}")


def _digits(raw: str) -> float:
    return float(raw.replace(",", ""))


# Which characters of a paragraph were repaired or masked, and how certain is each repair?


class Repair(NamedTuple):
    """A span of a text that a ledger row wrote; empty where characters were dropped."""

    start: int
    end: int
    rules: str
    certainty: str


LedgerRow = tuple[int, int, str, str, str]


def repairs_by_source(corpus: Corpus, of: pd.Series) -> dict[str, list[LedgerRow]]:
    """Return, for each source of some, start, end, replacement, rules, certainty of every repair.

    >>> from policytext.contract import empty_table
    >>> from policytext import Corpus
    >>> from policytext.records import TABLES
    >>> corpus = Corpus(**{name: empty_table(name) for name in TABLES})
    >>> repairs_by_source(corpus, corpus.sources["source_id"])
    {}
    """
    ledger = corpus.ledger[corpus.ledger["source_id"].isin(of.unique())]
    inside = ledger[ledger["place"] == "inside"].sort_values(["source_id", "seq"])
    columns = ["start", "end", "after", "rules", "certainty"]
    return {
        str(source): list(rows[columns].itertuples(index=False, name=None))
        for source, rows in inside.groupby("source_id")
    }


def repairs_in(rows: Sequence[LedgerRow], raw_start: int, raw_end: int) -> list[Repair]:
    """Return the repairs of one paragraph, with offsets in its text.

    >>> repairs_in([(12, 14, "10", "ten_to_year", "likely")], 10, 20)
    [Repair(start=2, end=4, rules='ten_to_year', certainty='likely')]
    """
    found, shift = [], -raw_start
    for start, end, after, rules, certainty in rows:
        if start < raw_start or end > raw_end:
            continue
        place = start + shift
        found.append(Repair(place, place + len(after), rules, certainty))
        shift += len(after) - (end - start)
    return found


def repair_at(repairs: Sequence[Repair], start: int, end: int) -> Repair | None:
    """Return the least certain repair that touches the characters of a span.

    Characters dropped at the border of the span are outside it.

    >>> repair_at([Repair(2, 4, "ten_to_year", "likely")], 3, 6).certainty
    'likely'
    >>> repair_at([Repair(3, 3, "spaces_in_numbers", "certain")], 3, 6) is None
    True
    """
    touching = [
        one
        for one in repairs
        if (one.start < end and one.end > start)
        or (one.start == one.end and start < one.start < end)
    ]
    doubtful = [one for one in touching if one.certainty != "certain"]
    return next(iter(doubtful or touching), None)


# Which kind of figure is it, of which period, and how is it written into a cell?

FIGURE_KINDS: Final = ("target", "achieved", "change", "rank", "base")
DOUBTFUL_DAMAGE: Final = frozenset(
    {"year_digits_deleted", "ten_to_year", "range_sign_lost", "doubtful_figure"}
)
"""Kinds of damage after which even a figure that looks whole may lack or have gained digits; the
last is a flag of paragraphs in which OCR was not sure of a digit."""

_PLACEHOLDER: Final = "‹F›"
# A figure that only stands in a list takes its kind from the one before: 新增甲3家、乙5家.
_DEFAULTS: Final = ("", "planned", "reached", "reached_word")
_CELL: Final = re.compile(
    r"(?P<kind>[a-z?]+): (?P<text>[^\[\]()]+?)(?: \((?P<period>[^()]*)\))?"
    r"(?: \[(?P<mark>[a-z]*)(?:, (?P<certainty>[a-z]+))?\])?$"
)


def _listed() -> re.Pattern[str]:
    """Return what stands between two figures of a list that are of one kind."""
    return pattern_of(
        WORDS,
        "own_achievement",
        before=r"[^、和及，到至]*(?:[、和及])(?!.*",
        after=r")[^0-9‹，到至]*$",
    )


@cache
def _named_period() -> re.Pattern[str]:
    return re.compile(
        r"(?<![比较与])(?:截[至止]|[到至])?(?:(?:19|20)[0-9]{2}|‹YEAR›)年(?:[0-9]{1,2}月)?[底末初]?"
        rf"(?:[0-9]{{1,2}}日)?|“?十[一二三四五六]五”?{any_of(WORDS, 'plan_period')}"
        rf"|(?<![比较与]){any_of(WORDS, 'period')}"
    )


@dataclass(frozen=True)
class Figure:
    """One figure of a statement.

    ``text, value, unit``: As `policytext.statements.amounts.Amount`.
    ``kind``: One of ``FIGURE_KINDS``, or ``""`` where no rule decides.
    ``period``: The words that name the period, within its sentence; ``""`` if none do.
    ``mark``: ``masked``, ``damaged``, ``repaired``, ``range`` or ``""``.
    ``certainty``: How certain its digits are: that of the ledger row, where a repair touched
      them.
    ``rule, rule_certainty``: The rule that set the kind, and how certain it is.
    """

    text: str
    value: float | None
    unit: str
    kind: str
    period: str = ""
    mark: str = ""
    certainty: str = "certain"
    rule: str = ""
    rule_certainty: str = ""


@dataclass(frozen=True)
class FigureRule:
    """A rule of figures.csv: in which words around it a figure is of a kind."""

    name: str
    phases: frozenset[str]
    pattern: re.Pattern[str]
    value: str
    certainty: str


@dataclass(frozen=True)
class FigureReader:
    """Reads the figures of clauses by the lists of units and rules."""

    scanner: FigureScanner
    rules: tuple[FigureRule, ...]

    def read(
        self,
        clause: str,
        *,
        before: str = "",
        phase: str = "",
        repairs: Sequence[Repair] = (),
        damage: str = "",
    ) -> list[Figure]:
        """Return the figures of a clause."""
        return self.name(clause, self.scanner.find(clause), before, phase, repairs, damage)

    def name(
        self,
        clause: str,
        amounts: Sequence[Amount],
        before: str,
        phase: str,
        repairs: Sequence[Repair] = (),
        damage: str = "",
    ) -> list[Figure]:
        """Return what each of the amounts found in a clause is."""
        found: list[Figure] = []
        last = 0
        for amount in amounts:
            kind, rule, sure = self._kind(clause, amount, phase)
            if found and rule in _DEFAULTS and _listed().match(clause[last : amount.start]):
                kind, rule, sure = found[-1].kind, "listed_with_previous", "likely"
            last = amount.end
            figure = Figure(
                *(amount.text, amount.value, amount.unit, kind),
                period=_period(clause, amount, before),
                mark=amount.mark,
                rule=rule,
                rule_certainty=sure,
            )
            found.append(_with_certainty(figure, amount, repairs, damage))
        return found

    def _kind(self, clause: str, amount: Amount, phase: str) -> tuple[str, str, str]:
        around = clause[: amount.start] + _PLACEHOLDER + clause[_end_without_limit(amount) :]
        for rule in self.rules:
            if (not rule.phases or phase in rule.phases) and rule.pattern.search(around):
                return ("" if rule.value == NOTHING else rule.value), rule.name, rule.certainty
        return "", "", ""


def _end_without_limit(amount: Amount) -> int:
    """Return where a figure ends without 以上, which may say which things are meant.

    A share has it in the figure: 90%以上 of something is what was reached.
    """
    limit = pattern_of(WORDS, "limit", after="$").search(amount.text)
    counted = limit is not None and amount.unit != "%"
    return amount.end - len(limit.group()) if limit and counted else amount.end


def make_reader(folder: str | Path | None = None) -> FigureReader:
    """Return a reader of figures, with the researcher's own lists where there are some.

    >>> found = make_reader().read("签约率由60%提高到75%", phase="reviewed")
    >>> [(f.kind, f.value) for f in found]
    [('base', 60.0), ('achieved', 75.0)]
    """
    rules = []
    for row in read_list("figures", folder).to_dict("records"):
        if row["value"] not in (*FIGURE_KINDS, NOTHING):
            raise ParameterError(
                f"figures.csv, rule {row['rule']!r}: value must be one of {list(FIGURE_KINDS)} or "
                f"{NOTHING}, got {row['value']!r}"
            )
        pattern = compiled("figures", row)
        phases = frozenset(filter(None, row["phases"].split("|")))
        rules.append(FigureRule(row["rule"], phases, pattern, row["value"], row["certainty"]))
    return FigureReader(make_scanner(read_list("units", folder)), tuple(rules))


OF_THE_COUNTRY: Final = "of_the_country"


def not_its_own(figures: Sequence[Figure], clause: str, *, local: bool) -> list[Figure]:
    """Return figures; what a local report tells of the whole country is no achievement of its own.

    >>> clause = "全国家庭医生签约率达到70%"
    >>> found = make_reader().read(clause, phase="reviewed")
    >>> [one.kind for one in not_its_own(found, clause, local=True)]
    ['']
    """
    if not (local and figures and pattern_of(WORDS, OF_THE_COUNTRY).match(clause)):
        return list(figures)
    return [
        replace(one, kind="", rule=OF_THE_COUNTRY, rule_certainty="likely")
        if one.kind == "achieved"
        else one
        for one in figures
    ]


def _with_certainty(
    figure: Figure, amount: Amount, repairs: Sequence[Repair], damage: str
) -> Figure:
    if figure.mark in ("masked", "damaged"):
        return replace(figure, certainty="unknown")
    repair = repair_at(repairs, amount.start, amount.end)
    if repair is not None:
        return replace(figure, mark=figure.mark or "repaired", certainty=repair.certainty)
    if DOUBTFUL_DAMAGE & set(damage.split("|")):
        return replace(figure, certainty="likely")
    return figure


_REACHED_FROM: Final = re.compile(r"[的0-9‹百两二三四五六七八九][^，。]*[到至为]")
"""The year of a value from which another was reached: 由2020年的52%提高到61%."""


_COMPARED_VALUE: Final = re.compile(r"[较比]((?:(?:19|20)[0-9]{2}|‹YEAR›)年[底末]?)的$")
"""The year of a value that another is compared with: 较2022年的29张增加9张."""


def _period(clause: str, amount: Amount, before: str) -> str:
    """Return the words for the period nearest before the figure, else the first after it.

    What a figure is compared with is none (较上年增长15%), and stands behind a comma too.
    """
    lead = before + clause[: amount.start]
    compared = _COMPARED_VALUE.search(lead[-12:])
    if compared:
        return compared[1]
    found = _named_period().finditer(lead)
    earlier = [
        match.group()
        for match in found
        if not (
            lead.endswith(("从", "由"), 0, match.start()) and _REACHED_FROM.match(lead, match.end())
        )
    ]
    if earlier:
        return earlier[-1]
    comma = clause.find("，", amount.end)
    later = _named_period().search(clause, amount.end, comma if comma >= 0 else len(clause))
    return later.group() if later else ""


def write_cell(figures: Sequence[Figure]) -> str:
    """Write figures as one cell that people can read and correct.

    >>> write_cell([Figure("90%以上", 90.0, "%", "target", "2025年")])
    'target: 90%以上 (2025年)'
    >>> write_cell([Figure("‹NUM›家", None, "家", "achieved", "", "masked", "unknown")])
    'achieved: ‹NUM›家 [masked, unknown]'
    """
    return "; ".join(_written(figure) for figure in figures)


def _written(figure: Figure) -> str:
    period = f" ({figure.period})" if figure.period else ""
    plain = not figure.mark and figure.certainty == "certain"
    mark = "" if plain else f" [{figure.mark}, {figure.certainty}]"
    return f"{figure.kind or '?'}: {figure.text}{period}{mark}"


def read_cell(cell: str, scanner: FigureScanner) -> list[Figure]:
    """Read figures from a cell that `write_cell` wrote or a person corrected.

    >>> scanner = make_reader().scanner
    >>> read_cell("target: 90%以上 (2025年); achieved: 3家", scanner)[1].value
    3.0
    """
    found = []
    for piece in filter(None, (part.strip() for part in cell.split(";"))):
        match = _CELL.match(piece)
        first = scanner.read(match["text"]) if match else None
        if match is None or first is None or match["kind"] not in (*FIGURE_KINDS, "?"):
            raise ParameterError(
                f"a figure must be written 'kind: figure (period) [mark, certainty]' with kind one "
                f"of {list(FIGURE_KINDS)}, got {piece!r}"
            )
        kind = "" if match["kind"] == "?" else match["kind"]
        unsure = match["certainty"] or "certain"
        mark = match["mark"] or first.mark
        value = None if mark in ("masked", "damaged") else first.value
        period = match["period"] or ""
        found.append(Figure(match["text"], value, first.unit, kind, period, mark, unsure))
    return found
