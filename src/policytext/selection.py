"""Which group is a report in, and which rows belong to the reports that were chosen?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from policytext.errors import ParameterError
from policytext.records import CERTAINTIES, CERTAINTY_COLUMNS, STORED_TABLES, UNKNOWN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from policytext.corpus import Corpus


def labels(column: pd.Series) -> pd.Series:
    """Return a column as labels: text, and ``"unknown"`` where nothing stands."""
    text = column.astype("str").astype(object)
    return text.where(column.notna() & (text != ""), UNKNOWN)


def document_labels(
    documents: pd.DataFrame, by: str, min_certainty: str, known: Collection[str]
) -> pd.Series:
    """Return one group label a report; values less certain than asked for become unknown.

    Raises
    ------
    ParameterError
        No such column among the known ones, or no such certainty.
    """
    if by not in documents.columns:
        raise ParameterError(
            f"by must be a column of documents or paragraphs, got {by!r}; there are: "
            f"{', '.join(sorted(known))}"
        )
    if min_certainty not in CERTAINTIES:
        raise ParameterError(
            f"min_certainty must be one of {list(CERTAINTIES)}, got {min_certainty!r}"
        )
    found = labels(documents[by])
    if by in CERTAINTY_COLUMNS:
        enough = CERTAINTIES[: CERTAINTIES.index(min_certainty) + 1]
        found = found.where(documents[CERTAINTY_COLUMNS[by]].isin(enough), UNKNOWN)
    return found.rename(by)


def chosen(corpus: Corpus, which: str | Sequence[bool] | pd.Series) -> dict[str, Any]:
    """Return the tables of a corpus cut down to the reports that a query or mask chooses.

    Raises
    ------
    ParameterError
        The query cannot be read, or the mask has another length.
    """
    kept = _chosen_documents(corpus.documents, which)
    of_docs = corpus.paragraphs["doc_id"].isin(kept["doc_id"])
    sources = set(kept["source_id"])
    return {
        "sources": corpus.sources[corpus.sources["source_id"].isin(sources)],
        "documents": kept,
        "claims": corpus.claims[corpus.claims["doc_id"].isin(kept["doc_id"])],
        "paragraphs": corpus.paragraphs[of_docs],
        "ledger": corpus.ledger[corpus.ledger["source_id"].isin(sources)],
        "stored": _subset_stored(corpus.stored, np.asarray(of_docs), set(kept["doc_id"])),
        "info": {**corpus.info, "subset": True},
    }


def check_query(query: str) -> None:
    """Refuse a query that could reach beyond the columns of the table.

    Pandas resolves ``@name`` to Python objects and attributes with dots; a study file from
    somebody else must not be able to do more than compare columns.

    Raises
    ------
    ParameterError
        The query holds ``@`` or ``__``.

    Examples
    --------
    >>> check_query("province == '广东省' and year >= 2020")
    """
    if "@" in query or "__" in query:
        raise ParameterError(
            f"a query may name columns and values only, without '@' and '__', got {query!r}"
        )


def _chosen_documents(
    documents: pd.DataFrame, which: str | Sequence[bool] | pd.Series
) -> pd.DataFrame:
    if isinstance(which, str):
        check_query(which)
        try:
            return documents.query(which)
        except Exception as error:
            raise ParameterError(f"the query {which!r} cannot be read: {error}") from error
    if len(which) != len(documents):
        raise ParameterError(
            f"the mask must have {len(documents)} values, one a report, got {len(which)}"
        )
    return documents[np.asarray(which, dtype=bool)]


def _subset_stored(
    stored: Mapping[str, pd.DataFrame], rows: NDArray[np.bool_], doc_ids: set[str]
) -> dict[str, pd.DataFrame]:
    """Keep the stored rows of the chosen paragraphs; row numbers follow the new table."""
    new_row = np.cumsum(rows) - 1
    out: dict[str, pd.DataFrame] = {}
    for name, table in stored.items():
        if "row" in table.columns and name in STORED_TABLES:
            kept = table[rows[table["row"].to_numpy()]]
            out[name] = kept.assign(row=new_row[kept["row"].to_numpy()]).reset_index(drop=True)
        elif "doc_id" in table.columns:
            out[name] = table[table["doc_id"].isin(doc_ids)].reset_index(drop=True)
        else:
            out[name] = table
    return out
