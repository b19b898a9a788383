"""Which rules and lists does a reading use?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from policytext.statements.actors import acting, instruments
from policytext.statements.figures import Figure, FigureReader, make_reader, write_cell
from policytext.statements.phrases import Phrase, PhraseFinder, make_finder
from policytext.statements.places import naming, place_words
from policytext.statements.quotations import find_quotations, quoting
from policytext.statements.repairs import Repair
from policytext.statements.rules import (
    Decision,
    Rule,
    Setting,
    decide,
    decide_all,
    read_list,
    read_rules,
)

FIELDS = ("phase", "status", "scope", "figures", "actor", "instrument", "quotation")
"""The fields of a statement, in the order in which they stand in the table."""


@dataclass(frozen=True)
class StatementLists:
    """The rules and lists of all fields; see `load_lists`."""

    phase: tuple[Rule, ...]
    status: tuple[Rule, ...]
    scope: tuple[Rule, ...]
    figures: FigureReader
    phrases: PhraseFinder
    verbs: tuple[str, ...]

    def read(
        self, setting: Setting, repairs: Sequence[Repair] = (), damage: str = ""
    ) -> dict[str, Decision]:
        """Return the decision on each field of one clause.

        Parameters
        ----------
        setting
            The clause and what stands around it.
        repairs
            Repairs with offsets in the clause.
        damage
            Kinds of damage of its document, joined by ``|``.
        """
        phase = decide(self.phase, setting)
        with_phase = replace(setting, phase=phase.value)
        figures = self.figures.read(
            setting.clause,
            before=setting.before,
            phase=phase.value,
            repairs=repairs,
            damage=damage,
        )
        kinds = "|".join(figure.kind for figure in figures)
        found = self.phrases.find(setting.clause)
        none: list[Phrase] = []
        return {
            "phase": phase,
            "status": decide(self.status, replace(with_phase, figures=kinds)),
            "scope": _joined(
                decide_all(self.scope, with_phase),
                naming(setting.clause, found.get("place", none), setting.own_places),
            ),
            "figures": _figured(figures),
            "actor": acting(setting.clause, found.get("actor", none), self.verbs),
            "instrument": instruments(found.get("instrument", none)),
            "quotation": quoting(find_quotations(setting.clause, found.get("slogan", none))),
        }


def load_lists(folder: str | Path | None = None) -> StatementLists:
    """Load all rules and lists, the researcher's own where there are some.

    Parameters
    ----------
    folder
        Folder with edited copies of the package's lists (``actors.csv``, ``phase.csv`` …).

    Raises
    ------
    ParameterError
        A list breaks its form.
    ReadingError
        The folder is not there.

    Examples
    --------
    >>> setting = Setting("新建卫生院3所", part="plan", kind="body")
    >>> found = load_lists().read(setting)
    >>> found["status"].value, found["figures"].value, found["instrument"].value
    ('planned', 'target: 3所', 'facilities')
    """
    slogans = read_list("slogans", folder).assign(slogan="slogan")
    return StatementLists(
        phase=read_rules("phase", folder),
        status=read_rules("status", folder),
        scope=read_rules("scope", folder),
        figures=make_reader(folder),
        phrases=make_finder(
            {
                "actor": (read_list("actors", folder), "actor"),
                "instrument": (read_list("instruments", folder), "instrument"),
                "slogan": (slogans, "slogan"),
                "place": (place_words(), "place"),
            }
        ),
        verbs=tuple(read_list("actor-verbs", folder)["verb"]),
    )


def _joined(first: Decision, second: Decision) -> Decision:
    """Return two decisions on a field with several values as one."""
    if not first.rule or not second.rule:
        return first if first.rule else second
    values = dict.fromkeys([*first.value.split("|"), *second.value.split("|")])
    return Decision("|".join(values), f"{first.rule}|{second.rule}", "likely")


def _figured(figures: Sequence[Figure]) -> Decision:
    """Return figures as one decision: the cell, their rules, the least of their certainties."""
    if not figures:
        return Decision()
    rules = "|".join(dict.fromkeys(f.rule or "no_rule" for f in figures))
    sure = {f.rule_certainty for f in figures} | {f.certainty for f in figures}
    order = ("unknown", "", "likely", "certain")
    least = next(one for one in order if one in sure)
    return Decision(write_cell(figures), rules, least or "unknown")
