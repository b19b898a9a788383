"""How are the cells of a codebook file read?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from policytext.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd


def require(condition: bool, message: str) -> None:
    """Refuse with the message unless the condition holds."""
    if not condition:
        raise ParameterError(message)


def spoken(record: Mapping[str, Any], field: str, language: str) -> str:
    """Return the text of a bilingual field."""
    return str((record.get(field) or {}).get(language, "")).strip()


def facts_of(sheet: pd.DataFrame | None) -> dict[str, str]:
    """Return a sheet of fields and values as a dictionary."""
    if sheet is None or not {"field", "value"} <= set(sheet.columns):
        return {}
    return dict(zip(sheet["field"], sheet["value"], strict=True))


def strings(value: str | Iterable[object] | None) -> tuple[str, ...]:
    """Return the entries of a list, or of a cell with one entry a line."""
    if value is None:
        return ()
    entries = value.splitlines() if isinstance(value, str) else [str(v) for v in value]
    return tuple(entry.strip() for entry in entries if entry.strip())
