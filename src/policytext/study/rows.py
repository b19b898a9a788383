"""Which rows of a result are shown, and which paragraphs belong to them then?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from policytext.result import Result


def named_only(result: Result, names: Sequence[str]) -> Result:
    """Return the rows of the terms that were named; the terms below them are counted in them."""
    column = "term" if "term" in result.table.columns else "concept"
    return only_rows(result, result.table[column].isin(list(names)))


def only_rows(result: Result, kept: Iterable[bool]) -> Result:
    """Return a result with some of its rows, and the evidence of these.

    Parameters
    ----------
    result
        Any result.
    kept
        True or False for each row of its table.
    """
    old = pd.Series(range(len(result.table)))[list(kept)]
    new_id = pd.Series(range(len(old)), index=old.to_numpy())

    def evidence() -> pd.DataFrame:
        found = result.evidence
        found = found[found["row_id"].isin(new_id.index)]
        return found.assign(row_id=found["row_id"].map(new_id)).reset_index(drop=True)

    return replace(result, table=result.table.iloc[old.to_numpy()], evidence_from=evidence)
