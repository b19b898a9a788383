"""What do draws of document-topic shares look like under a model's own uncertainty?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def dirichlet_draws(
    parameters: npt.NDArray[np.floating],
    rows: npt.NDArray[np.intp],
    n_rows: int,
    rng: np.random.Generator,
) -> Floats:
    """Draw the shares of each filled row from its Dirichlet distribution.

    Parameters
    ----------
    parameters : ndarray of shape (n_filled, n_topics)
        Prior plus number of words in each topic.
    rows : ndarray of shape (n_filled,)
        Which rows these are.
    n_rows : int
        Rows of the result; those not in `rows` are zero.
    rng : numpy Generator

    Returns
    -------
    ndarray of shape (n_rows, n_topics)

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> drawn = dirichlet_draws(np.array([[1e6, 1e6]]), np.array([1]), 2, rng)
    >>> drawn.round(2)
    array([[0. , 0. ], [0.5, 0.5]])
    """
    # tiny parameters underflow to 0; a row of zeros would divide by zero
    gammas = np.maximum(rng.standard_gamma(np.asarray(parameters, dtype=np.float64)), 1e-300)
    drawn = np.zeros((n_rows, parameters.shape[1]))
    drawn[rows] = gammas / gammas.sum(axis=1, keepdims=True)
    return drawn


def gibbs_draws(
    states: npt.NDArray[np.floating],
    rows: npt.NDArray[np.intp],
    n_rows: int,
    n_draws: int,
    random_state: int,
) -> Floats:
    """Draw shares from states of a Gibbs chain: state by state, then from its Dirichlet.

    Parameters
    ----------
    states : ndarray of shape (n_samples, n_filled, n_topics)
        Prior plus number of words in each topic, at several points of the chain.
    rows, n_rows
        As in `dirichlet_draws`.
    n_draws : int
        More draws than states go round the states again.
    random_state : int

    Returns
    -------
    ndarray of shape (n_draws, n_rows, n_topics)

    Examples
    --------
    >>> gibbs_draws(np.full((1, 1, 2), 1e6), np.array([0]), 1, 3, 0).shape
    (3, 1, 2)
    """
    rng = np.random.default_rng(random_state)
    which = np.linspace(0, len(states), n_draws, endpoint=False).astype(int)
    if n_draws > len(states):
        which = np.arange(n_draws) % len(states)
    return np.stack([dirichlet_draws(states[s], rows, n_rows, rng) for s in which])
