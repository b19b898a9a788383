"""Does each cleaning step do what its cases say?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from policytext.cleaning.clean import clean_source, cleaning_steps, repair_report
from policytext.cleaning.context import Context, Damage, Finding
from policytext.cleaning.mapped import MappedText
from policytext.data import data_path
from policytext.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

_KEYS = ("label", "step", "original", "cleaned", "comment", "expect")


class Case(NamedTuple):
    """One example of a step: what stands in the file and what must stand afterwards.

    ``step`` is the name of a step, or ``all``; ``damage`` maps kinds of damage the document is
    taken to have to the values of their findings; ``expect`` is ``pass``, or ``fail`` for what
    cannot be repaired yet.
    """

    label: str
    step: str
    original: str
    cleaned: str
    comment: str
    expect: str
    damage: dict[str, list[str]]


def read_cases(path: str | Path | None = None) -> list[Case]:
    """Read cases from a JSON-lines file.

    >>> read_cases()[0].expect
    'pass'
    """
    file = Path(path) if path else data_path("cleaning/cases.jsonl")
    return list(_parse(file))


def _parse(file: Path) -> Iterator[Case]:
    names = {step.name for step in cleaning_steps()} | {"all"}
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise ParameterError(f"{file.name}, line {number}: not JSON: {error}") from None
        missing = [key for key in _KEYS if key not in row]
        if missing:
            raise ParameterError(f"{file.name}, line {number}: lacks {', '.join(missing)}")
        if row["step"] not in names:
            raise ParameterError(
                f"{file.name}, line {number}: there is no step {row['step']!r}; "
                "the steps are listed by cleaning_steps()"
            )
        if row["expect"] not in ("pass", "fail"):
            raise ParameterError(f"{file.name}, line {number}: expect must be pass or fail")
        said = {key: str(row[key]) for key in _KEYS}
        yield Case(**said, damage=row.get("damage", {}))


def run_case(case: Case) -> str:
    """Return what cleaning makes of a case's original.

    >>> run_case(Case("", "percent_variants", "达95﹪", "达95%", "", "pass", {}))
    '达95%'
    """
    if case.step == "all":
        cleaned = clean_source(case.original)
        return repair_report(cleaned.mapped, cleaned.context).text
    step = next(s for s in cleaning_steps() if s.name == case.step)
    damage = {kind: Finding(1, "", tuple(values)) for kind, values in case.damage.items()}
    context = Context(Damage(damage))
    return MappedText.of(case.original).apply(step.run(case.original, context)).text


def check_cases(path: str | Path | None = None) -> pd.DataFrame:
    """Run cases and say which hold.

    >>> bool(check_cases()["as_expected"].all())
    True
    """
    import pandas as pd

    rows = []
    for case in read_cases(path):
        got = run_case(case)
        holds = got == case.cleaned
        rows.append(
            {
                "label": case.label,
                "step": case.step,
                "original": case.original,
                "cleaned": case.cleaned,
                "got": got,
                "holds": holds,
                "expect": case.expect,
                "as_expected": holds == (case.expect == "pass"),
                "comment": case.comment,
            }
        )
    return pd.DataFrame(rows)
