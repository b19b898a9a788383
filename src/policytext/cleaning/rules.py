"""How does a researcher add replacements of their own without writing Python?"""

from __future__ import annotations

import re
from pathlib import Path

from policytext.cleaning.context import ExtraRule
from policytext.errors import ParameterError

_COLUMNS = ("pattern", "replacement")


def load_rules(path: str | Path) -> tuple[ExtraRule, ...]:
    """Read a list of replacements from a CSV file.

    Parameters
    ----------
    path
        A CSV file (UTF-8) with the columns ``pattern`` (the words to replace; after ``regex:`` a
        regular expression), ``replacement``, and if wanted ``condition`` (words that must stand in
        the document, or ``flag:`` and a kind of damage, such as ``flag:synonym_swapped``) and
        ``name`` (what the ledger calls the rule).

    Raises
    ------
    ParameterError
        A column is missing, a pattern is empty or is no regular expression.

    Examples
    --------
    >>> from policytext.data import data_path
    >>> load_rules(data_path("cleaning/rules-example.csv"))[0].replacement
    '医疗共同体'
    """
    import pandas as pd

    table = pd.read_csv(Path(path), dtype=str, keep_default_na=False, encoding="utf-8-sig")
    missing = [c for c in _COLUMNS if c not in table.columns]
    if missing:
        raise ParameterError(
            f"a replacement list must have the columns pattern and replacement, "
            f"{Path(path).name} lacks {', '.join(missing)}"
        )
    rules = []
    for number, row in enumerate(table.to_dict("records"), start=2):
        pattern = str(row["pattern"])
        _check(pattern, f"{Path(path).name}, line {number}")
        name = str(row.get("name", "")) or "own_rule"
        condition = str(row.get("condition", ""))
        rules.append(ExtraRule(pattern, str(row["replacement"]), condition, name))
    return tuple(rules)


def _check(pattern: str, place: str) -> None:
    if not pattern:
        raise ParameterError(f"{place}: the pattern is empty; write the words to replace")
    if pattern.startswith("regex:"):
        try:
            compiled = re.compile(pattern[6:])
        except re.error as error:
            raise ParameterError(
                f"{place}: {pattern!r} is no regular expression: {error}"
            ) from None
        if compiled.match(""):
            raise ParameterError(f"{place}: {pattern!r} matches nothing at all; make it narrower")
