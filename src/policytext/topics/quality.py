"""How good are the topics, by criteria that do not agree with one another?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.topics import coherence
from policytext.topics.fit_measures import residual_dispersion, smoothed
from policytext.topics.scores import diversity, exclusivity

Floats = npt.NDArray[np.float64]

MEASURES = {
    "umass": "UMass coherence as in R's stm: sum over pairs, 0.01 added, own paragraphs",
    "npmi": "mean normalised pointwise mutual information of pairs, -1 to 1",
    "c_v": "C_v coherence, 0 to 1",
    "exclusivity": "sum of FREX scores (weight of exclusivity 0.7) of the top words, as in stm",
}

_COLUMNS = {
    "topic": "number of the topic, as in the model",
    "name": "name of the topic",
    "share": "mean share over paragraphs that hold a word",
    **MEASURES,
    "words": "top words",
}

CITATIONS = (
    "Mimno D. et al. (2011). Optimizing semantic coherence in topic models. EMNLP, 262-272.",
    "Aletras N., Stevenson M. (2013). Evaluating topic coherence using distributional semantics. "
    "IWCS, 13-22.",
    "Röder M., Both A., Hinneburg A. (2015). Exploring the space of topic coherence measures. "
    "WSDM, 399-408. doi:10.1145/2684822.2685324",
    "Roberts M. E. et al. (2014). Structural topic models for open-ended survey responses. AJPS "
    "58(4), 1064-1082. doi:10.1111/ajps.12103",
    "Dieng A. B., Ruiz F. J. R., Blei D. M. (2020). Topic modeling in embedding spaces. TACL 8. "
    "doi:10.1162/tacl_a_00325",
    "Taddy M. (2012). On estimation and selection for topic models. AISTATS. arXiv:1109.4518",
)


class Texts(NamedTuple):
    """What coherence within windows is counted in."""

    texts: Sequence[Sequence[str]]
    in_order: bool
    """False: bags of words, whose only window is the whole paragraph."""


def topic_quality(
    model: Any, texts: Sequence[Sequence[str]] | None = None, *, n_words: int = 10
) -> Result:
    """Measure each topic by coherence and exclusivity, and the model by diversity and dispersion.

    Parameters
    ----------
    model : fitted topic model
    texts : sequence of word lists, optional
        Segmented paragraphs in reading order: NPMI then looks through windows of 10 words and C_v
        of 110, as usual. Without them the window is the paragraph.
    n_words : int, default=10
        Top words of a topic.

    Returns
    -------
    Result
        One row per topic: `topic, name, share, umass, npmi, c_v, exclusivity, words`. In
        `.parameters`: `diversity` (of 25 words), `residual_dispersion`, `residual_df`, `window`.

    References
    ----------
    Mimno, D. et al. (2011). Optimizing semantic coherence in topic models. EMNLP 2011, 262-272.

    Röder, M., Both, A. & Hinneburg, A. (2015). Exploring the space of topic coherence measures.
    WSDM 2015. doi:10.1145/2684822.2685324

    Taddy, M. (2012). On estimation and selection for topic models. AISTATS 2012. arXiv:1109.4518

    Examples
    --------
    >>> from policytext.topics import NmfTopics
    >>> counts = [[3, 1, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]]
    >>> found = topic_quality(NmfTopics(n_topics=2).fit(counts), n_words=2)
    >>> found.table["npmi"].round(2).tolist()
    [1.0, 1.0]
    """
    check_is_fitted(model)
    window = "paragraph" if texts is None else "10 words (NPMI), 110 words (C_v)"
    used = Texts(coherence.paragraph_texts(model.counts_), False)
    if texts is not None:
        used = Texts(texts, True)
    table = _per_topic(model, used, n_words)
    totals = np.asarray(model.counts_.sum(axis=0)).ravel()
    words = np.asarray(model.word_probabilities())
    dispersion = residual_dispersion(model.counts_, model.doc_topic_, smoothed(words, totals))
    parameters = {
        "engine": type(model).__name__,
        "n_topics": len(table),
        "n_words": n_words,
        "window": window,
        "diversity": diversity(model.topic_word_),
        "residual_dispersion": dispersion.dispersion,
        "residual_df": dispersion.df,
    }
    return Result(
        table=table,
        title=Bilingual("主题质量", "Quality of topics"),
        columns=_COLUMNS,
        method=Method(
            Bilingual(
                f"一致性取每主题前 {n_words} 词，窗口：{window}，语料为建模所用段落。",
                f"Coherence of the {n_words} top words of each topic, window: {window}, counted in "
                f"the paragraphs the model was fitted on.",
            ),
            CITATIONS,
        ),
        cautions=_cautions(table),
        parameters=parameters,
    )


def _per_topic(model: Any, used: Texts, n_words: int) -> pd.DataFrame:
    named = coherence.top_words_present(model.topic_word_, model.feature_names_, n_words)
    labels = np.arange(len(model.feature_names_))
    listed = named
    if not used.in_order:
        listed = coherence.top_words_present(model.topic_word_, labels, n_words)
    windows = {"npmi": 10, "c_v": 110}
    values = {
        measure: coherence.windowed_coherence(
            listed, used.texts, measure=measure, window=width if used.in_order else None
        )
        for measure, width in windows.items()
    }
    filled = model.doc_topic_.sum(axis=1) > 0
    return pd.DataFrame(
        {
            "topic": np.arange(len(named)),
            "name": list(model.topic_names_),
            "share": model.doc_topic_[filled].mean(axis=0),
            "umass": coherence.umass(model.topic_word_, model.counts_, n_words=n_words),
            "npmi": values["npmi"],
            "c_v": values["c_v"],
            "exclusivity": exclusivity(np.asarray(model.word_probabilities()), n_words=n_words),
            "words": [" ".join(words) for words in named],
        }
    )


def _cautions(table: pd.DataFrame) -> tuple[Bilingual, ...]:
    weak = table.loc[table["npmi"] < 0, "name"]
    if not len(weak):
        return ()
    return (
        Bilingual(
            f"以下主题的词同现少于随机预期（NPMI 低于 0）：{'、'.join(weak)}。",
            f"Words of these topics meet less often than by chance (NPMI below 0): "
            f"{', '.join(weak)}.",
        ),
    )
