"""Which issuers have a report in every year?"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.errors import NotEnoughDataError, ParameterError
from policytext.records import Bilingual

ISSUER: Final = ("level", "province", "city", "county")


def balanced_reports(
    documents: pd.DataFrame, labels: pd.DataFrame, counted: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.bool_], Bilingual]:
    """Keep the reports of issuers that have one in every year.

    An issuer is a level with its province, city and county.

    Parameters
    ----------
    documents
        Documents of the corpus: ``doc_id`` and the columns of ``ISSUER``.
    labels
        One row a paragraph: ``doc_id`` and ``year``.
    counted
        True for the paragraphs that are counted.

    Returns
    -------
    tuple
        True for the paragraphs of these issuers, and a sentence on who was left out.

    Raises
    ------
    ParameterError
        ``year`` is not among the grouping columns.
    NotEnoughDataError
        No issuer has a report in every year.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": ["a", "b", "c"], "level": "province",
    ...                           "province": ["甲省", "甲省", "乙省"], "city": "", "county": ""})
    >>> labels = pd.DataFrame({"doc_id": ["a", "b", "c"], "year": [2019, 2020, 2020]})
    >>> balanced_reports(documents, labels, np.ones(3, dtype=bool))[0].tolist()
    [True, True, False]
    """
    if "year" not in labels.columns:
        raise ParameterError('`balanced=True` needs "year" in `by`')
    pairs = labels.loc[counted, ["doc_id", "year"]].drop_duplicates().dropna()
    issuers = documents.set_index("doc_id")[list(ISSUER)].fillna("").astype(str)
    pairs["issuer"] = issuers.agg("/".join, axis=1).reindex(pairs["doc_id"]).to_numpy()
    years = pairs["year"].nunique()
    reach = pairs.groupby("issuer")["year"].nunique()
    full = set(reach.index[reach == years])
    if not full:
        raise NotEnoughDataError(
            f"a balanced panel needs issuers with a report in each of the {years} years; the best "
            f"has {int(reach.max())}; choose fewer years or use balanced=False"
        )
    inside = set(pairs.loc[pairs["issuer"].isin(full), "doc_id"])
    sentence = Bilingual(
        f"平衡面板：{years} 年均有报告的 {len(full)} 个发布者，略去 {len(reach) - len(full)} 个。",
        f"Balanced panel: {len(full)} issuers with a report in all {years} years; "
        f"{len(reach) - len(full)} left out.",
    )
    return labels["doc_id"].isin(inside).to_numpy(), sentence
