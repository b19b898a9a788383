"""Which words and which paragraphs stand for each topic, and how do topics leave the library?

Lists for reading, and tables and files for other programs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.corpus import Corpus
from policytext.errors import ParameterError
from policytext.export import to_csv
from policytext.records import WEAK_COSINE, Bilingual, Floats, Method, checked_language
from policytext.result import Result, evidence_of_places
from policytext.storage import in_one_piece
from policytext.texts import cite, columns_of, in_order, listing, name_of, place_of, say
from policytext.topics import quality
from policytext.topics.estimators import TopicModel, check_fitted
from policytext.topics.shares import check_rows
from policytext.topics.stability import top_columns

RANKINGS = columns_of("word_ranking")
"""What words can be ranked by, and what the score then is."""

_SOURCES = {
    "frex": ("bischof-2012",),
    "lift": ("taddy-2012",),
    "relevance": ("sievert-2014",),
}

_PARAGRAPH_COLUMNS = columns_of("topic_paragraph")


def top_words(model: TopicModel, n_words: int = 10, *, sort: str = "weight") -> Result:
    """List the words that stand for each topic.

    Parameters
    ----------
    model : fitted topic model
    n_words : int, default=10
    sort : {"weight", "probability", "frex", "lift", "relevance"}
        What words are ranked by. Lift alone brings up rare words; FREX and relevance balance it.

    Returns
    -------
    Result
        One row per topic and rank: `topic, name, rank, word, score, probability, count`. Words
        the topic does not have are left out.

    Raises
    ------
    ParameterError
        If `sort` or `n_words` is not what it must be.

    References
    ----------
    Bischof, J. M. & Airoldi, E. M. (2012). Summarizing topical content with word frequency and
    exclusivity. ICML 2012. arXiv:1206.4631

    Sievert, C. & Shirley, K. (2014). LDAvis. doi:10.3115/v1/W14-3110

    Examples
    --------
    >>> from policytext import NmfTopics, top_words
    >>> counts = pd.DataFrame(
    ...     [[3, 1, 0, 0], [3, 2, 0, 0], [0, 0, 2, 1], [0, 0, 2, 1]],
    ...     columns=["养老", "照护", "学校", "教师"],
    ... )
    >>> sorted(top_words(NmfTopics(n_topics=2).fit(counts), 1).table["word"])
    ['养老', '学校']
    """
    if n_words < 1:
        raise ParameterError(f"n_words must be 1 or more, got {n_words}.")
    ranked = word_scores(model, sort)
    words = model.word_probabilities()
    totals = np.asarray(model.counts_.sum(axis=0)).ravel()
    order = top_columns(ranked, n_words)
    topic, word = np.repeat(np.arange(len(order)), order.shape[1]), order.ravel()
    table = pd.DataFrame(
        {
            "topic": topic,
            "name": np.asarray(model.topic_names_, dtype=object)[topic],
            "rank": np.tile(np.arange(1, order.shape[1] + 1), len(order)),
            "word": model.feature_names_[word].astype(str),
            "score": ranked[topic, word],
            "probability": words[topic, word],
            "count": totals[word],
        }
    )
    return Result(
        table=table[table["probability"] > 0],
        title=say("contents.top_words.title", by=sort),
        columns={**columns_of("top_words"), "score": RANKINGS[sort]},
        method=Method(
            say("contents.top_words.method", by=sort), cite(*_SOURCES.get(sort, ()))
        ).also(model.words_note_),
        parameters={"n_words": n_words, "sort": sort, "engine": type(model).__name__},
    )


def word_scores(model: TopicModel, by: str = "weight") -> Floats:
    """Return the score of every word in every topic, shape (n_topics, n_words).

    >>> from policytext import NmfTopics
    >>> model = NmfTopics(n_topics=2).fit([[3, 1, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]])
    >>> word_scores(model, "lift").shape
    (2, 4)
    """
    check_fitted(model)
    if by not in RANKINGS:
        raise ParameterError(f"by must be one of {', '.join(RANKINGS)}, got {by!r}.")
    if by == "weight":
        return model.topic_word_
    words = model.word_probabilities()
    if by == "probability":
        return words
    totals = np.asarray(model.counts_.sum(axis=0)).ravel()
    if by == "frex":
        return quality.frex(words, totals)
    if by == "lift":
        return quality.lift(words, totals / totals.sum())
    return quality.relevance(words, totals / totals.sum())


def representative_paragraphs(
    model: TopicModel, corpus: Corpus, n: int = 5, *, min_words: int = 20, per_report: int = 1
) -> Result:
    """List the paragraphs in which each topic has its largest share.

    Parameters
    ----------
    model : fitted topic model
    corpus : Corpus
        The corpus the model's counts were made of.
    n : int, default=5
        Paragraphs per topic.
    min_words : int, default=20
        Shorter paragraphs are left out: a heading of three words is all one topic.
    per_report : int, default=1
        Most paragraphs of one report, so that one report does not speak for a topic.

    Returns
    -------
    Result
        One row per topic and rank: `topic, name, rank, share, n_words, doc_id, para_no, text`;
        `text` is empty in a corpus without sentences. `explain(row)` gives file and place.

    Raises
    ------
    ParameterError
        If the corpus is not the model's, or a number is below 1.

    References
    ----------
    Roberts, M. E., Stewart, B. M. & Tingley, D. (2019). stm: an R package for structural topic
    models. Journal of Statistical Software 91(2). doi:10.18637/jss.v091.i02

    Examples
    --------
    >>> from policytext import NmfTopics, read_texts, representative_paragraphs
    >>> corpus = read_texts({"a.txt": "甲县2021年工作总结\\n养老养老照护。\\n学校教师教师。\\n"})
    >>> rows = [[text.count("养"), text.count("教")] for text in corpus.paragraphs["text"]]
    >>> model = NmfTopics(n_topics=2).fit(rows)
    >>> sorted(representative_paragraphs(model, corpus, min_words=2).table["text"])
    ['养老养老照护。', '学校教师教师。']
    """
    check_fitted(model)
    check_rows(model, corpus)
    if min(n, min_words, per_report) < 1:
        raise ParameterError("n, min_words and per_report must be 1 or more.")
    sizes = np.asarray(model.counts_.sum(axis=1)).ravel()
    long_enough = np.flatnonzero(sizes >= min_words)
    table = pd.concat(
        [
            _largest(model, corpus, k, long_enough, n, per_report)
            for k in range(len(model.topic_names_))
        ],
        ignore_index=True,
    )
    table = table.assign(n_words=sizes[table["row"]].astype(int))[list(_PARAGRAPH_COLUMNS)]
    return Result(
        table=table,
        title=say("contents.representative_paragraphs.title"),
        columns=_PARAGRAPH_COLUMNS,
        method=Method(
            say(
                "contents.representative_paragraphs.method",
                min_words=min_words,
                per_report=per_report,
            )
        ),
        parameters={"n": n, "min_words": min_words, "per_report": per_report},
        corpus=corpus,
        evidence_from=evidence_of_places(
            table.assign(row_id=np.arange(len(table)), weight=table["share"])
        ),
    )


def _largest(
    model: TopicModel,
    corpus: Corpus,
    topic: int,
    rows: npt.NDArray[np.intp],
    n: int,
    per_report: int,
) -> pd.DataFrame:
    order = rows[np.argsort(-model.doc_topic_[rows, topic], kind="stable")]
    order = order[model.doc_topic_[order, topic] > 0]
    found = corpus.paragraphs[["doc_id", "para_no", "text"]].iloc[order]
    found = found[found.groupby("doc_id").cumcount() < per_report].head(n)
    chosen = found.index.to_numpy()
    return found.assign(
        row=chosen,
        topic=topic,
        name=model.topic_names_[topic],
        rank=np.arange(1, len(found) + 1),
        share=model.doc_topic_[chosen, topic],
    )


# How do topics leave the library: for pyLDAvis, and as tables?


def pyldavis_input(model: TopicModel) -> dict[str, Any]:
    """Return the arguments of `pyLDAvis.prepare`, which must be told not to renumber topics.

    Source: Sievert & Shirley (2014).

    >>> from policytext import NmfTopics
    >>> model = NmfTopics(n_topics=2).fit([[3, 1, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]])
    >>> pyldavis_input(model)["sort_topics"]
    False
    """
    check_fitted(model)
    totals = np.asarray(model.counts_.sum(axis=0)).ravel()
    used = totals > 0
    placed = model.doc_topic_.sum(axis=1) > 0
    words = model.word_probabilities()[:, used]
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


def write_pyldavis(model: TopicModel, path: str | Path) -> Path:
    """Write the arguments of `pyLDAvis.prepare` as one JSON file.

    Parameters
    ----------
    model : fitted topic model
    path : path
        Load it with `pyLDAvis.prepare(**json.load(open(path, encoding="utf-8")))`.

    Returns
    -------
    pathlib.Path

    Examples
    --------
    >>> import tempfile
    >>> from policytext import NmfTopics, write_pyldavis
    >>> model = NmfTopics(n_topics=2).fit([[3, 1, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]])
    >>> with tempfile.TemporaryDirectory() as place:
    ...     json.loads(write_pyldavis(model, f"{place}/a.json").read_text("utf-8"))["vocab"]
    ['x0', 'x1', 'x2', 'x3']
    """
    plain = {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in pyldavis_input(model).items()
    }
    place = Path(path)
    with in_one_piece(place) as part:
        part.write_text(json.dumps(plain, ensure_ascii=False) + "\n", encoding="utf-8")
    return place


def topic_tables(model: TopicModel) -> dict[str, pd.DataFrame]:
    """Return what a model holds as tables.

    >>> from policytext import NmfTopics
    >>> model = NmfTopics(n_topics=2).fit([[3, 1, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]])
    >>> sorted(topic_tables(model))
    ['paragraph_topics', 'topic_words', 'topics']
    """
    check_fitted(model)
    topic, word = np.nonzero(model.topic_word_)
    probability = model.word_probabilities()
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
        "topics": model.topic_table(),
        "topic_words": words.reset_index(drop=True),
        "paragraph_topics": pd.DataFrame(model.doc_topic_, columns=list(model.topic_names_)),
    }


def write_topic_tables(model: TopicModel, folder: str | Path) -> list[Path]:
    """Write the tables of a model as CSV files that Excel opens.

    Parameters
    ----------
    model : fitted topic model
    folder : path

    Returns
    -------
    list of pathlib.Path

    Examples
    --------
    >>> import tempfile
    >>> from policytext import NmfTopics, write_topic_tables
    >>> model = NmfTopics(n_topics=2).fit([[3, 1, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]])
    >>> with tempfile.TemporaryDirectory() as place:
    ...     sorted(path.name for path in write_topic_tables(model, place))
    ['paragraph_topics.csv', 'topic_words.csv', 'topics.csv']
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    return [to_csv(table, place / f"{name}.csv") for name, table in topic_tables(model).items()]


# What should stand beside a model that others read or use?

_OVER: Final = {"seeds": say("topic_card.seeds"), "reports": say("topic_card.reports")}
"""What a refit varies, as a card calls it."""


def write_topic_card(
    model: TopicModel,
    corpus: Corpus,
    path: str | Path,
    by: str | Sequence[str] = ("province", "year"),
    *,
    choice: Result | None = None,
    n_words: int = 10,
    language: str | None = None,
) -> Path:
    """Write the card of a topic model: what it rests on, how sure its topics are, what it covers.

    Stability is that which was last computed (`model.stability(corpus)`), over seeds and over
    reports; where it was not, the card says so. Nothing is fitted.

    Parameters
    ----------
    model : fitted topic model
    corpus : Corpus
        The corpus the model's counts were made of.
    path : path
        A Markdown file (.md).
    by : str or list of str, default=("province", "year")
        Columns of documents whose reports and paragraphs are listed, each by itself.
    choice : Result, optional
        What `choose_topics` gave: how the number of topics was chosen.
    n_words : int, default=10
        Top words of a topic.
    language : {"zh", "en", "both"}, optional
        As set by default; with both, the whole card stands in Chinese, then in English.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ParameterError
        The corpus is not the model's, `choice` is no result of `choose_topics`, or the file does
        not end in .md.

    References
    ----------
    Mitchell, M. et al. (2019). Model cards for model reporting. FAT* 2019, 220-229.
    doi:10.1145/3287560.3287596

    Examples
    --------
    >>> import tempfile
    >>> from policytext import NmfTopics, read_texts, write_topic_card
    >>> corpus = read_texts({"a.txt": "甲县2021年工作总结\\n养老养老照护。\\n学校教师教师。\\n"})
    >>> rows = [[text.count("养"), text.count("教")] for text in corpus.paragraphs["text"]]
    >>> model = NmfTopics(n_topics=2).fit(rows)
    >>> with tempfile.TemporaryDirectory() as place:
    ...     card = write_topic_card(model, corpus, f"{place}/card.md", language="en")
    ...     card.read_text("utf-8").splitlines()[0]
    '# Topic model card: NmfTopics, 2 topics'
    """
    check_fitted(model)
    check_rows(model, corpus)
    place = Path(path)
    if place.suffix != ".md":
        raise ParameterError(f"a card is a Markdown file that ends in .md, got {place.name!r}")
    if choice is not None and "recommended" not in choice.parameters:
        raise ParameterError(f"`choice` must be what choose_topics gave, got {choice.title.en!r}")
    lines = list(_card(model, corpus, [by] if isinstance(by, str) else by, choice, n_words))
    asked = checked_language(language)
    whole = "\n\n".join(
        "\n\n".join(getattr(line, one) for line in lines)
        for one in (("zh", "en") if asked == "both" else (asked,))
    )
    with in_one_piece(place) as part:
        part.write_text(whole + "\n", encoding="utf-8")
    return place


def _card(
    model: TopicModel, corpus: Corpus, by: Sequence[str], choice: Result | None, n_words: int
) -> Iterator[Bilingual]:
    engine, n_topics = type(model).__name__, len(model.topic_names_)
    yield _head(1, say("topic_card.title", engine=engine, k=n_topics))
    yield _head(2, say("topic_card.corpus"))
    rows = np.diff(model.counts_.indptr) > 0
    units = corpus.units[corpus.units["doc_id"].isin(corpus.paragraphs.loc[rows, "doc_id"])]
    yield say(
        "topic_card.size",
        n_docs=len(units),
        n_units=units["unit"].nunique(),
        design=name_of("record", corpus.design),
        n_rows=f"{rows.sum():,}",
        n_tokens=f"{model.counts_.sum():,.0f}",
        n_words=f"{model.n_features_in_:,}",
    )
    if any(model.words_note_):
        yield model.words_note_
    yield _head(2, say("topic_card.model"))
    settings = ", ".join(f"{name}={value!r}" for name, value in model.get_params().items())
    yield say("topic_card.settings", engine=f"`{engine}({settings})`")
    yield (
        say("topic_card.seed", seed=model.random_state)
        if model.has_random_start
        else say("topic_card.no_seed")
    )
    yield from _chosen(choice, n_topics)
    yield _head(2, say("topic_card.stability"))
    yield from _came_back(model.stability_)
    yield _head(2, say("topic_card.topics"))
    yield _topics_of(model, n_words)
    yield say("topic_card.read", n_words=n_words)
    said = [say("topic_card.use"), *corpus.coverage().cautions]
    if model.stability_ is not None:
        yield say("topic_card.read_back")
        said += model.stability_.cautions
    for column in by:
        yield _head(2, say("topic_card.coverage", by=name_of("column", column)))
        yield _covered(corpus, column, rows)
    yield _head(2, say("topic_card.cautions"))
    zh, en = zip(*((f"- {one.zh}", f"- {one.en}") for one in dict.fromkeys(said)), strict=True)
    yield Bilingual("\n".join(zh), "\n".join(en))


def _head(depth: int, title: Bilingual) -> Bilingual:
    return Bilingual(*(f"{'#' * depth} {one}" for one in title))


def _chosen(choice: Result | None, n_topics: int) -> Iterator[Bilingual]:
    if choice is None:
        yield say("topic_card.not_chosen", k=n_topics)
        return
    best = choice.parameters["recommended"]
    yield say(
        "topic_card.chosen",
        tried=listing(map(str, choice.table["n_topics"])),
        engine=choice.parameters["engine"],
        best=say("topic_card.none") if best is None else best,
        k=n_topics,
    )
    yield from choice.cautions


def _covered(corpus: Corpus, column: str, rows: npt.NDArray[np.bool_]) -> Bilingual:
    """Return reports and paragraphs of each group, of the paragraphs that the model rests on."""
    of = corpus.paragraphs.loc[rows, "doc_id"].groupby(corpus.groups(column)[rows].astype(str))
    cells = pd.DataFrame({"n_reports": of.nunique(), "n_paragraphs": of.size()}).astype(str)
    cells = cells.loc[in_order(cells.index)].reset_index(names=column)
    return _rows([name_of("column", name) for name in cells], cells.to_numpy().tolist())


def _came_back(found: Result | None) -> Iterator[Bilingual]:
    if found is None:
        yield say("topic_card.not_refitted")
        return
    for over, part in found.table.groupby("over", sort=False):
        least = part.loc[part["word_cosine"].idxmin()]
        yield say(
            "topic_card.refitted",
            over=_OVER[str(over)],
            n=int(part["n_refits"].iloc[0]),
            mean=part["word_cosine"].mean(),
            least=least["word_cosine"],
            name=least["name"],
            weak=int((part["word_cosine"] < WEAK_COSINE).sum()),
            line=WEAK_COSINE,
        )


def _topics_of(model: TopicModel, n_words: int) -> Bilingual:
    """Return the table of topics: share, exclusivity, coherence, what came back, and words."""
    table = quality.topic_quality(model, n_words=n_words, measures=("npmi",)).table
    shown = pd.DataFrame({name: table[name].astype(str) for name in ("topic", "name")})
    shown["share"] = [f"{share:.1%}" for share in table["share"]]
    for name in ("exclusivity", "npmi"):
        shown[name] = [f"{value:.2f}" for value in table[name]]
    heads = [name_of("column", str(name)) for name in shown]
    if model.stability_ is not None:
        back = model.stability_.table.pivot(index="topic", columns="over", values="word_cosine")
        for over in back:
            shown[over] = [f"{back.loc[k, over]:.2f}" for k in table["topic"]]
            heads.append(_OVER[str(over)])
    shown["words"] = table["words"]
    return _rows([*heads, name_of("column", "words")], shown.to_numpy().tolist())


def _rows(heads: Sequence[Bilingual], cells: list[list[str]]) -> Bilingual:
    """Return a table in Markdown; names of places are those of either language."""
    rule = ["---"] * len(heads)
    found = []
    for k, head in enumerate(zip(*heads, strict=True)):
        rows = [[place_of(cell)[k] for cell in row[:1]] + row[1:] for row in cells]
        escaped = [[cell.replace("|", "\\|") for cell in row] for row in rows]
        lines = (f"| {' | '.join(row)} |" for row in (head, rule, *escaped))
        found.append("\n".join(lines))
    return Bilingual(*found)
