"""What must cleaning make of each case in ``cases/cleaning.jsonl``?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from policytext.cleaning import (
    Damage,
    Finding,
    MappedText,
    clean_source,
    cleaning_steps,
    repair_report,
)
from policytext.cleaning.context import Context

KEYS = ("label", "step", "original", "cleaned", "comment", "expect")


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


def read_cases(path: Path = Path(__file__).parent / "cases" / "cleaning.jsonl") -> list[Case]:
    """Read cases from a JSON-lines file."""
    return list(_parse(path))


def _parse(file: Path) -> Iterator[Case]:
    names = {step.name for step in cleaning_steps()} | {"all"}
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        where = f"{file.name}, line {number}"
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise ValueError(f"{where}: not JSON: {error}") from None
        if missing := [key for key in KEYS if key not in row]:
            raise ValueError(f"{where}: lacks {', '.join(missing)}")
        if row["step"] not in names:
            raise ValueError(
                f"{where}: there is no step {row['step']!r}; cleaning_steps() lists them"
            )
        if row["expect"] not in ("pass", "fail"):
            raise ValueError(f"{where}: expect must be pass or fail")
        yield Case(**{key: str(row[key]) for key in KEYS}, damage=row.get("damage", {}))


def run_case(case: Case) -> str:
    """Return what cleaning makes of a case's original."""
    if case.step == "all":
        cleaned = clean_source(case.original)
        return repair_report(cleaned.mapped, cleaned.context).text
    (step,) = (s for s in cleaning_steps() if s.name == case.step)
    damage = {kind: Finding(4, "", tuple(values)) for kind, values in case.damage.items()}
    edits = step.repairs(case.original, Context(Damage(damage)))
    return MappedText.of(case.original).apply(edits).text
