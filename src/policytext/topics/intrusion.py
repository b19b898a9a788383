"""Do people see the topics the model sees? Sheets out, answers back."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from policytext.corpus import Corpus
from policytext.errors import NotEnoughDataError
from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.topics.scores import top_columns
from policytext.topics.weighing import check_rows

METHOD: Final = Method(
    Bilingual(
        "词入侵与主题入侵测验：请人找出混入的词或主题，正确率附 Wilson 区间。",
        "Word and topic intrusion: people look for the word or topic that does not belong; shares "
        "of right answers with Wilson intervals.",
    ),
    (
        "Chang J. et al. (2009). Reading tea leaves: how humans interpret topic models. NIPS 22, "
        "288-296.",
    ),
)

_KEY_COLUMNS: Final = {
    "item": "number of the question on the sheet",
    "kind": "word or topic",
    "topic": "topic asked about, or topic that is the intruder",
    "name": "its name",
    "truth": "number of the option that does not belong; not on the sheet",
    "options": "options as on the sheet, joined by |",
    "shares": "for topic questions: share of each option's topic in the paragraph, joined by |",
}


def word_intrusion(model: Any, *, n_words: int = 5, random_state: int = 0) -> Result:
    """Make word intrusion questions: the top words of a topic, and one word of another.

    The intruder is improbable in the topic (lower half) and among the top words of another one.

    Parameters
    ----------
    model : fitted topic model
    n_words : int, default=5
        Top words shown.
    random_state : int, default=0

    Returns
    -------
    Result
        The key, one row a question: `item, kind, topic, name, truth, options, shares`. Give people
        `write_sheet`'s file, never the key.

    Raises
    ------
    NotEnoughDataError
        If no topic has enough words, or no intruder can be found.

    References
    ----------
    Chang, J. et al. (2009). Reading tea leaves: how humans interpret topic models. NIPS 22.

    Examples
    --------
    >>> from policytext.topics import NmfTopics
    >>> counts = [[3, 2, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]]
    >>> key = word_intrusion(NmfTopics(n_topics=2).fit(counts), n_words=2)
    >>> len(key.table), sorted(key.table["options"][0].split("|"))[:2]
    (2, ['x0', 'x1'])
    """
    check_is_fitted(model)
    rng = np.random.default_rng(random_state)
    top = top_columns(model.topic_word_, n_words)
    rows: list[dict[str, Any]] = []
    for k in rng.permutation(len(top)):
        intruder = _word_intruder(model.topic_word_, top, int(k), rng)
        if intruder is None or (model.topic_word_[k, top[k]] <= 0).any():
            continue
        order = rng.permutation(n_words + 1)
        options = np.append(top[k], intruder)[order]
        rows.append(
            {
                "item": len(rows) + 1,
                "kind": "word",
                "topic": int(k),
                "name": model.topic_names_[k],
                "truth": int(np.flatnonzero(order == n_words)[0]) + 1,
                "options": "|".join(str(model.feature_names_[w]) for w in options),
                "shares": "",
            }
        )
    return _key(rows, "词入侵测验", "Word intrusion", {"n_words": n_words, "seed": random_state})


def _word_intruder(
    weights: npt.NDArray[np.float64],
    top: npt.NDArray[np.intp],
    topic: int,
    rng: np.random.Generator,
) -> int | None:
    rare = weights[topic] <= np.median(weights[topic])
    others = np.unique(np.delete(top, topic, axis=0))
    found = others[rare[others] & ~np.isin(others, top[topic])]
    return int(rng.choice(found)) if len(found) else None


def topic_intrusion(
    model: Any, corpus: Corpus, n_items: int = 30, *, min_words: int = 30, random_state: int = 0
) -> Result:
    """Make topic intrusion questions: a paragraph, its three largest topics, and one it lacks.

    Parameters
    ----------
    model : fitted topic model
        With at least four topics.
    corpus : Corpus
        With sentences.
    n_items : int, default=30
        Paragraphs, drawn at random.
    min_words : int, default=30
        Least counted words of a paragraph.
    random_state : int, default=0

    Returns
    -------
    Result
        The key, one row a question; topics are shown by their eight top words.

    Raises
    ------
    NeedsTextError
        If the corpus holds counts only.
    NotEnoughDataError
        If there are fewer than four topics or no paragraph is long enough.

    References
    ----------
    Chang, J. et al. (2009). Reading tea leaves: how humans interpret topic models. NIPS 22.
    """
    check_is_fitted(model)
    check_rows(model, corpus)
    corpus.require_text("topic_intrusion")
    if len(model.topic_names_) < 4:
        raise NotEnoughDataError(
            f"Topic intrusion needs four topics or more, the model has {len(model.topic_names_)}."
        )
    rng = np.random.default_rng(random_state)
    sizes = np.asarray(model.counts_.sum(axis=1)).ravel()
    fit = np.flatnonzero((sizes >= min_words) & (model.doc_topic_.sum(axis=1) > 0))
    words = [
        " ".join(str(model.feature_names_[w]) for w in row)
        for row in top_columns(model.topic_word_, 8)
    ]
    rows: list[dict[str, Any]] = []
    for row in rng.permutation(fit)[:n_items]:
        share = model.doc_topic_[row]
        order = np.argsort(-share, kind="stable")
        shown = np.append(order[:3], rng.choice(order[max(3, len(order) // 2) :]))
        place = rng.permutation(4)
        shown = shown[place]
        intruder = int(shown[place == 3][0])
        rows.append(
            {
                "item": len(rows) + 1,
                "kind": "topic",
                "topic": intruder,
                "name": model.topic_names_[intruder],
                "truth": int(np.flatnonzero(place == 3)[0]) + 1,
                "options": "|".join(words[k] for k in shown),
                "shares": "|".join(f"{share[k]:.6f}" for k in shown),
                "text": corpus.paragraphs["text"].iloc[row],
            }
        )
    return _key(rows, "主题入侵测验", "Topic intrusion", {"n_items": n_items, "seed": random_state})


def _key(rows: list[dict[str, Any]], zh: str, en: str, parameters: dict[str, Any]) -> Result:
    if not rows:
        raise NotEnoughDataError(
            f"No question could be made for {en.lower()}: topics have too few words of their own, "
            "or no paragraph is long enough."
        )
    return Result(
        table=pd.DataFrame(rows),
        title=Bilingual(f"{zh}（答案）", f"{en}: key"),
        columns={**_KEY_COLUMNS, "text": "the paragraph"},
        method=METHOD,
        cautions=(Bilingual("这是答案，勿交给答题人。", "This is the key: do not hand it out."),),
        parameters=parameters,
    )
