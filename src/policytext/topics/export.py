"""How do topics leave the library: for pyLDAvis, and as tables?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from policytext.exports import to_csv
from policytext.topics.model import topic_table


def pyldavis_input(model: Any) -> dict[str, Any]:
    """Return the arguments of `pyLDAvis.prepare`, which must be told not to renumber topics.

    Parameters
    ----------
    model : fitted topic model

    Returns
    -------
    dict
        `topic_term_dists, doc_topic_dists, doc_lengths, vocab, term_frequency, sort_topics=False,
        start_index=0`. Paragraphs in no topic and words that never occur are left out, since
        pyLDAvis wants rows that sum to one.

    References
    ----------
    Sievert, C. & Shirley, K. (2014). LDAvis: a method for visualizing and interpreting topics.
    doi:10.3115/v1/W14-3110

    Examples
    --------
    >>> from policytext.topics import NmfTopics
    >>> model = NmfTopics(n_topics=2).fit([[3, 1, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]])
    >>> pyldavis_input(model)["sort_topics"]
    False
    """
    check_is_fitted(model)
    totals = np.asarray(model.counts_.sum(axis=0)).ravel()
    used = totals > 0
    placed = model.doc_topic_.sum(axis=1) > 0
    words = np.asarray(model.word_probabilities())[:, used]
    words = np.where(words.sum(axis=1, keepdims=True) > 0, words, totals[used])
    lengths = np.asarray(model.counts_.sum(axis=1)).ravel()[placed]
    return {
        "topic_term_dists": words / words.sum(axis=1, keepdims=True),
        "doc_topic_dists": model.doc_topic_[placed],
        "doc_lengths": lengths,
        "vocab": [str(name) for name in model.feature_names_[used]],
        "term_frequency": totals[used],
        "sort_topics": False,
        "start_index": 0,
    }


def write_pyldavis(model: Any, path: str | Path) -> Path:
    """Write the arguments of `pyLDAvis.prepare` as one JSON file.

    Parameters
    ----------
    model : fitted topic model
    path : path
        Load it with `pyLDAvis.prepare(**json.load(open(path, encoding="utf-8")))`.

    Returns
    -------
    pathlib.Path
    """
    plain = {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in pyldavis_input(model).items()
    }
    place = Path(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(plain, ensure_ascii=False) + "\n", encoding="utf-8")
    return place


def topic_tables(model: Any) -> dict[str, pd.DataFrame]:
    """Return what a model holds as tables.

    Parameters
    ----------
    model : fitted topic model

    Returns
    -------
    dict of DataFrame
        `topics` (one row a topic: number, name, share, words), `topic_words` (topic, word,
        weight, probability; weights above zero) and `paragraph_topics` (one row a paragraph, one
        column a topic, named by the topics).

    Examples
    --------
    >>> from policytext.topics import NmfTopics
    >>> model = NmfTopics(n_topics=2).fit([[3, 1, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]])
    >>> sorted(topic_tables(model))
    ['paragraph_topics', 'topic_words', 'topics']
    """
    check_is_fitted(model)
    topic, word = np.nonzero(model.topic_word_)
    probability = np.asarray(model.word_probabilities())
    words = pd.DataFrame(
        {
            "topic": topic,
            "name": np.asarray(model.topic_names_, dtype=object)[topic],
            "word": model.feature_names_[word].astype(str),
            "weight": model.topic_word_[topic, word],
            "probability": probability[topic, word],
        }
    )
    words = words.sort_values(["topic", "weight"], ascending=[True, False], kind="stable")
    return {
        "topics": topic_table(model),
        "topic_words": words.reset_index(drop=True),
        "paragraph_topics": pd.DataFrame(model.doc_topic_, columns=list(model.topic_names_)),
    }


def write_topic_tables(model: Any, folder: str | Path) -> list[Path]:
    """Write the tables of a model as CSV files that Excel opens.

    Parameters
    ----------
    model : fitted topic model
    folder : path

    Returns
    -------
    list of pathlib.Path
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    return [to_csv(table, place / f"{name}.csv") for name, table in topic_tables(model).items()]
