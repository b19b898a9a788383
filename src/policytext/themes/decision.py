"""Which labels does a paragraph get, given the probability of each theme?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class DecisionRule:
    """From probabilities to labels.

    A theme is given from its threshold on. A code that is used alone replaces all themes if it is
    more likely than each of them by more than the margin; and if no theme reaches its threshold,
    the likeliest single code is given.
    """

    thresholds: Floats
    real: Bools
    alone_margin: float = 0.0

    def labels(self, probabilities: Floats) -> Bools:
        """Return n × T labels; every row has at least one.

        Examples
        --------
        >>> rule = DecisionRule(np.array([0.5, 0.5]), np.array([True, False]))
        >>> rule.labels(np.array([[0.8, 0.3], [0.2, 0.4]])).tolist()
        [[True, False], [False, True]]
        """
        themes = np.where(self.real, probabilities, -1.0)
        alone = np.where(self.real, -1.0, probabilities)
        given = (probabilities >= self.thresholds) & self.real
        best_given = np.where(given, probabilities, -1.0).max(axis=1)
        any_given = given.any(axis=1) & (best_given + self.alone_margin >= alone.max(axis=1))
        single = np.where(themes.max(axis=1) > alone.max(axis=1), themes.argmax(1), alone.argmax(1))
        only = np.zeros_like(given)
        only[np.arange(len(given)), single] = True
        result: Bools = np.where(any_given[:, None], given, only)
        return result


def expected_f1(probabilities: Floats, labels: Bools) -> Floats:
    """Return per paragraph the F1 that the model expects of its own answer (0 to 1).

    2 × sum of p over given labels / (number given + sum of all p): the ratio of expectations,
    which stands in for the expectation of the ratio.

    References
    ----------
    Lewis, D. D. (1995). Evaluating and optimizing autonomous text classification systems. SIGIR
    '95, 246-254.
    https://doi.org/10.1145/215206.215366

    Examples
    --------
    >>> expected_f1(np.array([[1.0, 0.0]]), np.array([[True, False]])).tolist()
    [1.0]
    """
    hit = (probabilities * labels).sum(axis=1)
    result: Floats = 2 * hit / np.maximum(labels.sum(axis=1) + probabilities.sum(axis=1), 1e-12)
    return result
