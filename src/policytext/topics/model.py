"""What do all fitted topic models hold, and how are their topics named and shown?"""

from __future__ import annotations

import copy
import html
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from sklearn.utils.validation import check_is_fitted

from policytext.errors import ParameterError
from policytext.topics.matrix import shares_of

Floats = npt.NDArray[np.float64]


class TopicModel(Protocol):
    """A fitted topic model of this library; topics are numbered from 0 and never renumbered."""

    n_topics: int
    random_state: int
    components_: Floats
    """Weights as the engine holds them, shape (n_topics, n_words)."""
    topic_word_: Floats
    """Rows of `components_` divided by their sums."""
    doc_topic_: Floats
    """Shares of the topics in the rows the model was fitted on; empty rows are all zero."""
    feature_names_: npt.NDArray[Any]
    topic_names_: tuple[str, ...]
    counts_: sparse.csr_array

    def fit(self, X: Any, y: Any = None) -> Any:
        """Learn topics from counts."""
        ...

    def transform(self, X: Any) -> Floats:
        """Return the topic shares of rows."""
        ...

    def word_probabilities(self) -> Floats:
        """Return the probability of each word in each topic."""
        ...

    def draw_shares(
        self, n_draws: int, random_state: int = 0, reports: Any = None
    ) -> npt.NDArray[np.float64]:
        """Draw document-topic shares from the model's own uncertainty."""
        ...


Model = TypeVar("Model")


def keep_fit(
    model: Any,
    counts: sparse.csr_array,
    components: Floats,
    shares: Floats,
    *,
    seeds: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Set the attributes every fitted topic model has; seeded topics are named by their seeds."""
    model.components_ = np.ascontiguousarray(components, dtype=np.float64)
    model.topic_word_ = shares_of(model.components_)
    model.doc_topic_ = np.ascontiguousarray(shares, dtype=np.float64)
    model.counts_ = counts
    width = max(2, len(str(len(components) - 1)))
    numbered = tuple(f"topic_{k:0{width}d}" for k in range(len(components)))
    model.topic_names_ = tuple(seeds or ()) + numbered[len(seeds or ()) :]
    model.stability_ = None
    model.refits_ = {}


def rename(model: Model, names: Mapping[int, str] | Sequence[str]) -> Model:
    """Return the fitted model with its topics named; numbers and tables stay as they are.

    Parameters
    ----------
    model : fitted topic model
    names : mapping of topic number to name, or one name per topic
        Topics that a mapping leaves out keep their name.

    Returns
    -------
    The same kind of model; the one passed in is not changed.

    Raises
    ------
    ParameterError
        If a topic does not exist, a name is empty, or two topics get one name.

    Examples
    --------
    >>> from policytext.topics import NmfTopics
    >>> model = NmfTopics(n_topics=2).fit([[3, 1, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]])
    >>> rename(model, {0: "养老"}).topic_names_
    ('养老', 'topic_01')
    """
    check_is_fitted(model)
    old: tuple[str, ...] = model.topic_names_  # type: ignore[attr-defined]
    if not isinstance(names, Mapping):
        if isinstance(names, str) or len(names) != len(old):
            raise ParameterError(
                f"names must hold one name for each of the {len(old)} topics, got {names!r}."
            )
        names = dict(enumerate(names))
    unknown = sorted(set(names) - set(range(len(old))))
    if unknown:
        raise ParameterError(
            f"There is no topic {unknown[0]!r}: topics are numbered 0 to {len(old) - 1}."
        )
    new = tuple(str(names.get(k, name)).strip() for k, name in enumerate(old))
    if not all(new) or len(set(new)) != len(new):
        raise ParameterError(f"Topic names must be filled in and differ, got {', '.join(new)}.")
    named = copy.copy(model)
    named.topic_names_ = new  # type: ignore[attr-defined]
    return named


def topic_names_out(model: Any, input_features: Any = None) -> npt.NDArray[Any]:
    """Return the topic names as output columns, for scikit-learn's `set_output`."""
    check_is_fitted(model)
    return np.asarray(model.topic_names_, dtype=object)


def topic_table(model: TopicModel, n_words: int = 10) -> pd.DataFrame:
    """Return one row per topic: its number, name, mean share and top words.

    Columns are `topic`, `name`, `share` (mean over rows that hold a word), `words`, and, once
    `model.stability()` was computed, the means of its three measures over bootstrap samples.

    Examples
    --------
    >>> from policytext.topics import NmfTopics
    >>> model = NmfTopics(n_topics=2).fit([[3, 1, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]])
    >>> list(topic_table(model, 2).columns)
    ['topic', 'name', 'share', 'words']
    """
    check_is_fitted(model)
    placed = model.doc_topic_.sum(axis=1) > 0
    share = model.doc_topic_[placed].mean(axis=0) if placed.any() else np.zeros(len(placed))
    order = np.argsort(-model.topic_word_, axis=1, kind="stable")[:, :n_words]
    table = pd.DataFrame(
        {
            "topic": np.arange(len(model.topic_word_)),
            "name": list(model.topic_names_),
            "share": share,
            "words": [
                " ".join(str(model.feature_names_[w]) for w in row if model.topic_word_[k, w] > 0)
                for k, row in enumerate(order)
            ],
        }
    )
    stability = getattr(model, "stability_", None)
    if stability is None:
        return table
    means = stability.table.loc[stability.table["over"] == "reports"]
    return table.merge(means.drop(columns=["over", "name", "n_refits"]), on="topic", how="left")


def show_html(model: Any) -> str:
    """Return the model's parameters, its topics and what is known of their stability as HTML."""
    if not hasattr(model, "components_"):
        return f"<pre>{html.escape(repr(model))}</pre>"
    if getattr(model, "stability_", None) is None:
        note = "Stability not computed: call model.stability() before reading the topics."
    else:
        note = "Stability over bootstrap samples of reports, after optimal matching."
    table = topic_table(model).round(3).to_html(index=False, escape=True, border=0)
    return f"<p><code>{html.escape(repr(model))}</code></p>{table}<p>{html.escape(note)}</p>"


def show_bundle(model: Any, **kwargs: Any) -> dict[str, str]:
    """Return what a notebook shows of the model."""
    return {"text/plain": repr(model), "text/html": show_html(model)}
