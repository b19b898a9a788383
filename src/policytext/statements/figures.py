"""What is each figure of a clause: a target, an achievement, a change, a rank, a base?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from policytext.errors import ParameterError
from policytext.statements.amounts import Amount, Scanner, make_scanner
from policytext.statements.repairs import Repair, repair_at
from policytext.statements.rules import NOTHING, read_list

FIGURE_KINDS: Final = ("target", "achieved", "change", "rank", "base")
DOUBTFUL_DAMAGE: Final = frozenset({"year_digits_deleted", "ten_to_year", "range_sign_lost"})
"""Kinds of damage after which even a figure that looks whole may lack or have gained digits."""

_PLACEHOLDER: Final = "‹F›"
# A figure that only stands in a list takes its kind from the one before: 新增甲3家、乙5家.
_DEFAULTS: Final = ("", "planned", "reached", "reached_word")
_LISTED: Final = re.compile(
    r"[^、和及，到至]*(?:[、和及])(?!.*(?:达|完成|实现|建成|提高|超|突破|投入|总投|占|建设|建立))"
    r"[^0-9‹，到至]*$"
)
_PERIOD: Final = re.compile(
    r"(?:截至|截止|到|至)?(?:(?:19|20)[0-9]{2}|‹YEAR›)年(?:[0-9]{1,2}月)?(?:[底末初])?"
    r"(?:[0-9]{1,2}日)?|“?十[一二三四五六]五”?(?:时期|期间|末)|今年|去年|上年|明年|全年|"
    r"[上下]半年|[一二三四]季度|(?:过去|近|未来|今后)[0-9一二两三四五十]+年|截[至止][0-9]{1,2}月底?前?"
)
_CELL: Final = re.compile(
    r"(?P<kind>[a-z?]+): (?P<text>[^\[\]()]+?)(?: \((?P<period>[^()]*)\))?"
    r"(?: \[(?P<mark>[a-z]*)(?:, (?P<certainty>[a-z]+))?\])?$"
)


@dataclass(frozen=True)
class Figure:
    """One figure of a statement.

    Parameters
    ----------
    text, value, unit
        As `policytext.statements.amounts.Amount`.
    kind
        One of ``FIGURE_KINDS``, or ``""`` where no rule decides.
    period
        The words that name the period, within its sentence; ``""`` if none do.
    mark
        ``masked``, ``damaged``, ``repaired``, ``range`` or ``""``.
    certainty
        How certain its digits are: that of the ledger row, where a repair touched them.
    rule, rule_certainty
        The rule that set the kind, and how certain it is.
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

    scanner: Scanner
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
        """Return the figures of a clause.

        Parameters
        ----------
        clause, before
            The clause, and the words of its sentence before it (for the period).
        phase
            As decided for the clause.
        repairs
            Repairs with offsets in the clause.
        damage
            Kinds of damage of the document, joined by ``|``.
        """
        found: list[Figure] = []
        last = 0
        for amount in self.scanner.find(clause):
            kind, rule, sure = self._kind(clause, amount, phase)
            if found and rule in _DEFAULTS and _LISTED.match(clause[last : amount.start]):
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
        around = clause[: amount.start] + _PLACEHOLDER + clause[amount.end :]
        for rule in self.rules:
            if (not rule.phases or phase in rule.phases) and rule.pattern.search(around):
                return ("" if rule.value == NOTHING else rule.value), rule.name, rule.certainty
        return "", "", ""


def make_reader(folder: str | Path | None = None) -> FigureReader:
    """Return a reader of figures, with the researcher's own lists where there are some.

    Raises
    ------
    ParameterError
        A kind in figures.csv is none of ``FIGURE_KINDS``, or a pattern cannot be read.

    Examples
    --------
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
        try:
            pattern = re.compile(row["pattern"])
        except re.error as error:
            raise ParameterError(
                f"figures.csv, rule {row['rule']!r}: the pattern cannot be read ({error})"
            ) from error
        phases = frozenset(filter(None, row["phases"].split("|")))
        rules.append(FigureRule(row["rule"], phases, pattern, row["value"], row["certainty"]))
    return FigureReader(make_scanner(read_list("units", folder)), tuple(rules))


def _with_certainty(
    figure: Figure, amount: Amount, repairs: Sequence[Repair], damage: str
) -> Figure:
    if figure.mark == "masked":
        return replace(figure, certainty="unknown")
    if figure.mark == "damaged":
        return replace(figure, certainty="unknown")
    repair = repair_at(repairs, amount.start, amount.end)
    if repair is not None:
        return replace(figure, mark=figure.mark or "repaired", certainty=repair.certainty)
    if DOUBTFUL_DAMAGE & set(damage.split("|")):
        return replace(figure, certainty="likely")
    return figure


def _period(clause: str, amount: Amount, before: str) -> str:
    """Return the words for the period nearest before the figure, else the first after it."""
    earlier = [match.group() for match in _PERIOD.finditer(before + clause[: amount.start])]
    if earlier:
        return earlier[-1]
    later = _PERIOD.search(clause, amount.end)
    return later.group() if later else ""


def write_cell(figures: Sequence[Figure]) -> str:
    """Write figures as one cell that people can read and correct.

    Examples
    --------
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


def read_cell(cell: str, scanner: Scanner) -> list[Figure]:
    """Read figures from a cell that `write_cell` wrote or a person corrected.

    Raises
    ------
    ParameterError
        The cell is written otherwise.

    Examples
    --------
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
