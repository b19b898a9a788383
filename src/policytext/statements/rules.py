"""Which rule of a list decides a field of a clause?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import pandas as pd

from policytext.data import data_path
from policytext.errors import ParameterError, ReadingError
from policytext.reading.tabular.own_tables import own_expression, read_own_table

RULE_FILES: Final = (
    *("phase", "status", "scope", "figures", "actors", "actor-verbs", "instruments", "slogans"),
    *("units", "measures", "institutions"),
)
WORDS: Final = "statements/words.csv"
"""Words that only patterns of the program need, by what they are needed for."""

NOTHING: Final = "none"
WHERES: Final = ("clause", "before", "sentence", "paragraph", "figures", "attained")
_CONDITIONS: Final = {
    "phases": "phase",
    "parts": "part",
    "kinds": "kind",
    "genres": "genre",
    "tenses": "tense",
}


class Decision(NamedTuple):
    """A value, the rule that set it, and how certain it is; all empty if no rule decided."""

    value: str = ""
    rule: str = ""
    certainty: str = ""


@dataclass(frozen=True)
class Setting:
    """A clause and what stands around it.

    ``clause, before, sentence, paragraph``: Its words; those of its sentence before it; its
      sentence; its paragraph.
    ``part, kind, genre``: Part of the report, kind of paragraph, genre of the report.
    ``tense``: ``past``, ``mostly_past``, ``future``, ``mostly_future`` or ``""``: of the
      paragraph.
    ``phase``: As decided before, for the fields that depend on it.
    ``figures``: Kinds of the figures in the clause, joined by ``|``.
    ``attained``: The verb where it says by itself that something was reached; frames know it.
    ``own_places``: Names of the report's own province, city and county, joined by ``|``.
    """

    clause: str
    before: str = ""
    sentence: str = ""
    paragraph: str = ""
    part: str = ""
    kind: str = ""
    genre: str = ""
    tense: str = ""
    phase: str = ""
    figures: str = ""
    attained: str = ""
    own_places: str = ""


@dataclass(frozen=True)
class Rule:
    """One row of a rule list: under which conditions which words give which value."""

    name: str
    conditions: tuple[tuple[str, frozenset[str]], ...]
    where: str
    pattern: re.Pattern[str]
    value: str
    certainty: str

    def applies(self, setting: Setting) -> bool:
        """Return whether all conditions hold and the words are there."""
        return all(getattr(setting, name) in allowed for name, allowed in self.conditions) and (
            self.pattern.search(getattr(setting, self.where)) is not None
        )


def read_list(name: str, folder: str | Path | None = None) -> pd.DataFrame:
    """Read one of the lists, the researcher's own if there is one in the folder.

    >>> "hospital" in set(read_list("actors")["actor"])
    True
    """
    if name not in RULE_FILES:
        raise ParameterError(f"list must be one of {', '.join(RULE_FILES)}, got {name!r}")
    shipped = data_path(f"statements/{name}.csv")
    path = shipped
    if folder is not None:
        if not Path(folder).is_dir():
            raise ReadingError(f"rules must be a folder with edited lists, got {str(folder)!r}")
        own = Path(folder) / f"{name}.csv"
        path = own if own.is_file() else shipped
    table = read_own_table(path, "list")
    with shipped.open(encoding="utf-8-sig") as lines:
        needed = next(lines).strip().split(",")
    lacking = [column for column in needed if column not in table.columns]
    if lacking:
        raise ParameterError(f"{path.name} must have the columns {needed}, but {lacking} lack")
    return table


def read_rules(name: str, folder: str | Path | None = None) -> tuple[Rule, ...]:
    """Read the rules of a field, in the order in which they are tried.

    >>> read_rules("phase")[-1].certainty
    'likely'
    """
    return tuple(_rule(name, row) for row in read_list(name, folder).to_dict("records"))


def _rule(name: str, row: dict[str, str]) -> Rule:
    if row["where"] not in WHERES or row["certainty"] not in ("certain", "likely"):
        raise ParameterError(
            f"{name}.csv, rule {row['rule']!r}: where must be one of {list(WHERES)} and certainty "
            f"certain or likely, got {row['where']!r} and {row['certainty']!r}"
        )
    conditions = tuple(
        (field, frozenset(row[column].split("|")))
        for column, field in _CONDITIONS.items()
        if row[column]
    )
    pattern, value = compiled(name, row), row["value"]
    return Rule(row["rule"], conditions, row["where"], pattern, value, row["certainty"])


def compiled(name: str, row: dict[str, str]) -> re.Pattern[str]:
    """Return the pattern of a row, or say which rule of which list cannot be read."""
    return own_expression(row["pattern"], f"{name}.csv, rule {row['rule']!r}")


def decide(rules: Iterable[Rule], setting: Setting) -> Decision:
    """Return what the first rule that applies says; ``none`` is an empty field that a rule set.

    >>> setting = Setting("建成医共体2个", part="review", kind="body")
    >>> decide(read_rules("phase"), setting)
    Decision(value='reviewed', rule='review_section', certainty='certain')
    """
    for rule in rules:
        if rule.applies(setting):
            value = "" if rule.value == NOTHING else rule.value
            return Decision(value, rule.name, rule.certainty)
    return Decision()


def decide_all(rules: Sequence[Rule], setting: Setting) -> Decision:
    """Return the values of all rules that apply, joined by ``|``, for fields with several.

    The certainty is that of the least certain rule.

    >>> decide_all(read_rules("scope"), Setting("扩大试点范围，实现3个县全覆盖")).value
    'pilot|extension|full|place'
    """
    found = [rule for rule in rules if rule.applies(setting)]
    if not found:
        return Decision()
    return Decision(
        "|".join(dict.fromkeys(rule.value for rule in found)),
        "|".join(dict.fromkeys(rule.name for rule in found)),
        "certain" if all(rule.certainty == "certain" for rule in found) else "likely",
    )
