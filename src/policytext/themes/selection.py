"""Which paragraphs should be labelled next?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policytext.errors import ParameterError
from policytext.themes.classifier import ThemeClassifier
from policytext.themes.decision import expected_f1
from policytext.themes.ngrams import count_ngrams

_POOL = 8


def paragraphs_to_label(
    model: ThemeClassifier,
    texts: Sequence[str],
    reports: Sequence[object],
    n: int,
    *,
    per_report: int | None = None,
) -> pd.DataFrame:
    """Choose paragraphs whose labels would teach most: uncertain, and unlike each other.

    The 8 n least confident paragraphs are the pool; from it, one after the other, the paragraph is
    taken whose doubt × distance to those already taken (1 - highest cosine of characters) is
    largest.

    Parameters
    ----------
    model
        Fitted.
    texts, reports
        Unlabelled paragraphs and the report of each.
    n
        How many to choose.
    per_report
        At most so many from one report; by default twice the even share, at least 2.

    Returns
    -------
    pandas.DataFrame
        Columns row (position in `texts`), report, confidence (expected F1 of the model's answer),
        themes (what it would say), in the order of choice.

    Raises
    ------
    ParameterError
        n is not positive, or lengths differ.

    References
    ----------
    Lewis, D. D., & Gale, W. A. (1994). A sequential algorithm for training text classifiers. SIGIR
    '94, 3-12 (uncertainty). Carbonell, J., & Goldstein, J. (1998). The use of MMR, diversity-based
    reranking. SIGIR '98, 335-336. https://doi.org/10.1145/290941.291025 (variety).
    """
    if n < 1 or len(texts) != len(reports):
        raise ParameterError(
            f"n must be positive and reports as long as texts, got n={n}, {len(texts)} texts, "
            f"{len(reports)} reports"
        )
    probabilities = model.predict_proba(texts)
    given = model.decide(probabilities)
    doubt = 1 - expected_f1(probabilities, given)
    report = np.array([str(r) for r in reports])
    most = per_report or max(2, -(-2 * n // max(len(np.unique(report)), 1)))
    pool = np.argsort(-doubt, kind="stable")[: _POOL * n]
    rows = pool[_varied([texts[i] for i in pool], doubt[pool], report[pool], model, (n, most))]
    themes = [" ".join(str(model.classes_[t]) for t in np.flatnonzero(given[i])) for i in rows]
    return pd.DataFrame(
        {"row": rows, "report": report[rows], "confidence": 1 - doubt[rows], "themes": themes}
    )


def _varied(
    texts: Sequence[str],
    doubt: NDArray[np.float64],
    report: NDArray[np.str_],
    model: ThemeClassifier,
    limits: tuple[int, int],
) -> NDArray[np.int64]:
    vectors = count_ngrams(texts, model.vocabulary_, model.idf_)
    nearest = np.zeros(len(texts))
    open_ = np.ones(len(texts), dtype=bool)
    chosen: list[int] = []
    while open_.any() and len(chosen) < limits[0]:
        value = np.where(open_, doubt * (1 - nearest), -1.0)
        best = int(value.argmax())
        chosen.append(best)
        open_[best] = False
        if (report[chosen] == report[best]).sum() >= limits[1]:
            open_[report == report[best]] = False
        nearest = np.maximum(nearest, (vectors @ vectors[best].T).toarray().ravel())
    return np.array(chosen, dtype=np.int64)
