"""Do people see the topics the model sees?

Questions are made, handed out as Excel sheets without the key, and the answers are scored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.corpus import Corpus
from policytext.errors import NotEnoughDataError, ParameterError, ReadingError
from policytext.inference.by_unit import unit_share_interval
from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.sheets import Page, read_page, write_pages
from policytext.texts import cite, columns_of, say
from policytext.topics.estimators import TopicModel, check_fitted
from policytext.topics.shares import check_rows
from policytext.topics.stability import top_columns

_METHOD: Final = Method(say("intrusion.method"), cite("chang-2009"))

_KEY_COLUMNS: Final = columns_of("intrusion_key")


def word_intrusion(model: TopicModel, *, n_words: int = 5, random_state: int = 0) -> Result:
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
        `intrusion_sheet`'s file, never the key.

    Raises
    ------
    NotEnoughDataError
        If no topic has enough words, or no intruder can be found.

    References
    ----------
    Chang, J. et al. (2009). Reading tea leaves: how humans interpret topic models. NIPS 22.

    Examples
    --------
    >>> from policytext import NmfTopics, word_intrusion
    >>> counts = [[3, 2, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]]
    >>> key = word_intrusion(NmfTopics(n_topics=2).fit(counts), n_words=2)
    >>> len(key.table), sorted(key.table["options"][0].split("|"))[:2]
    (2, ['x0', 'x1'])
    """
    check_fitted(model)
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
    return _key(rows, say("intrusion.words"), {"n_words": n_words, "random_state": random_state})


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
    model: TopicModel,
    corpus: Corpus,
    n_items: int = 30,
    *,
    min_words: int = 30,
    random_state: int = 0,
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

    Examples
    --------
    >>> from policytext import NmfTopics, read_texts, topic_intrusion
    >>> lines = ["养老养老照护。", "学校学校教师。", "医院医院医生。", "道路道路桥梁。"]
    >>> corpus = read_texts({"a.txt": "甲县2021年工作总结\\n" + "\\n".join(lines) + "\\n"})
    >>> rows = [[text.count(c) for c in "养学院路"] for text in corpus.paragraphs["text"]]
    >>> key = topic_intrusion(NmfTopics(n_topics=4).fit(rows), corpus, min_words=2)
    >>> len(key.table), sorted(key.table["text"])[0]
    (4, '养老养老照护。')
    """
    check_fitted(model)
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
    return _key(rows, say("intrusion.topics"), {"n_items": n_items, "random_state": random_state})


def _key(rows: list[dict[str, Any]], test: Bilingual, parameters: dict[str, Any]) -> Result:
    if not rows:
        raise NotEnoughDataError(
            f"No question could be made for {test.en.lower()}: topics have too few words of their "
            "own, or no paragraph is long enough."
        )
    return Result(
        table=pd.DataFrame(rows),
        title=say("intrusion.key.title", test=test),
        columns=_KEY_COLUMNS,
        method=_METHOD,
        cautions=(say("intrusion.key.keep"),),
        parameters=parameters,
    )


# How are questions handed to people, and their answers scored?


def intrusion_sheet(key: Result, path: str | Path) -> Path:
    """Write the questions to an Excel sheet with a column for the answer, without the key.

    Parameters
    ----------
    key : Result
        Of `word_intrusion` or `topic_intrusion`.
    path : path
        Ending in .xlsx.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ParameterError
        If the path does not end in .xlsx.

    Examples
    --------
    >>> import tempfile
    >>> from policytext import NmfTopics, intrusion_sheet, word_intrusion
    >>> counts = [[3, 2, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]]
    >>> key = word_intrusion(NmfTopics(n_topics=2).fit(counts), n_words=2)
    >>> with tempfile.TemporaryDirectory() as place:
    ...     sheet = pd.read_excel(intrusion_sheet(key, f"{place}/sheet.xlsx"), engine="calamine")
    >>> [str(name) for name in sheet.columns]
    ['item', '1', '2', '3', 'answer']
    """
    shown = _shown(key)
    n_options = _n_options(key)
    rule = {
        "validate": "integer",
        "criteria": "between",
        "minimum": 1,
        "maximum": n_options,
        "error_message": f"1 - {n_options}",
    }
    items = Page(
        "items",
        shown.assign(answer=""),
        widths=dict.fromkeys(shown.columns[1:], 30 if "text" in shown else 18),
        rules={"answer": rule},
        wrapped=True,
    )
    how_to = Page("说明 how to", pd.DataFrame({"how_to": list(say("intrusion.sheet.how_to"))}))
    return write_pages(path, [items, how_to])


def _shown(key: Result) -> pd.DataFrame:
    """Return what people see: number, paragraph where there is one, options, none of the key."""
    options = pd.DataFrame([str(row).split("|") for row in key.table["options"]])
    options.columns = pd.Index([str(i + 1) for i in options.columns])
    before = [name for name in ("item", "text") if name in key.table]
    return pd.concat([key.table[before], options], axis=1)


def _n_options(key: Result) -> int:
    return str(key.table["options"].iloc[0]).count("|") + 1


def score_intrusion(key: Result, sheets: Sequence[str | Path]) -> Result:
    """Score answered sheets: the share of intruders found, topic by topic.

    Parameters
    ----------
    key : Result
        What the sheets were written from.
    sheets : sequence of paths
        One answered sheet per person; unanswered questions are left out.

    Returns
    -------
    Result
        One row per topic, the first for all together (topic -1): `topic, name, n, right,
        precision, low, high, chance, log_odds`. `log_odds` is Chang's topic log odds (0 is
        perfect), for topic questions only.

    Raises
    ------
    ReadingError
        If a sheet cannot be read or is not this key's.
    NotEnoughDataError
        If nothing was answered.

    References
    ----------
    Chang, J. et al. (2009). Reading tea leaves: how humans interpret topic models. NIPS 22.

    Examples
    --------
    >>> import tempfile
    >>> from policytext import NmfTopics, intrusion_sheet, score_intrusion, word_intrusion
    >>> counts = [[3, 2, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]]
    >>> key = word_intrusion(NmfTopics(n_topics=2).fit(counts), n_words=2)
    >>> with tempfile.TemporaryDirectory() as place:
    ...     sheet = intrusion_sheet(key, f"{place}/a.xlsx")
    ...     answered = pd.read_excel(sheet, engine="calamine").assign(answer=key.table["truth"])
    ...     answered.to_excel(sheet, sheet_name="items", index=False)
    ...     score_intrusion(key, [sheet]).table["right"].tolist()
    [2, 1, 1]
    """
    if isinstance(sheets, str | Path):
        raise ParameterError("sheets must be a list of paths, one per person, got a single path.")
    answers = pd.concat([_answers(key, Path(s)) for s in sheets], ignore_index=True)
    if not len(answers):
        raise NotEnoughDataError("No question was answered on the sheets.")
    merged = answers.merge(key.table, on="item")
    merged["right"] = merged["answer"] == merged["truth"]
    merged["n_options"] = merged["options"].str.split("|").str.len()
    merged["odds"] = [_log_odds(row) for row in merged.to_dict("records")]
    return Result(
        table=scored_answers(merged),
        title=say("intrusion.score.title"),
        columns=columns_of("intrusion_score"),
        method=_METHOD,
        cautions=(say("intrusion.score.not_independent"),),
        parameters={"n_people": len(sheets)},
    )


def scored_answers(answers: pd.DataFrame) -> pd.DataFrame:
    """Return one row a topic, the first for all: right answers with the interval of the questions.

    Several people answer one question alike; questions are the units.

    >>> said = {"item": [1, 1, 2, 2], "topic": 0, "name": "a", "right": [True, True, False, False]}
    >>> row = scored_answers(pd.DataFrame(said).assign(n_options=6, odds=0.0)).iloc[0]
    >>> int(row["n"]), round(float(row["low"]), 2)
    (4, 0.09)
    """
    return pd.DataFrame(list(_rows(answers)))


def _rows(merged: pd.DataFrame) -> Iterable[dict[str, Any]]:
    groups = [(-1, "all", merged)]
    groups += [(int(t), str(g["name"].iloc[0]), g) for t, g in merged.groupby("topic")]
    for topic, name, part in groups:
        ends = unit_share_interval(part[["right"]], np.ones(len(part)), part["item"])
        yield {
            "topic": topic,
            "name": name,
            "n": len(part),
            "right": int(part["right"].sum()),
            "precision": part["right"].mean(),
            "low": float(ends.low[0]),
            "high": float(ends.high[0]),
            "chance": (1 / part["n_options"]).mean(),
            "log_odds": part["odds"].mean(),
        }


def _log_odds(row: dict[str, Any]) -> float:
    if row["kind"] != "topic":
        return float("nan")
    share = [max(float(s), 1e-6) for s in str(row["shares"]).split("|")]
    return float(np.log(share[int(row["truth"]) - 1] / share[int(row["answer"]) - 1]))


def _answers(key: Result, path: Path) -> pd.DataFrame:
    shown = _shown(key)
    sheet = read_page(
        path, "items", [*shown.columns, "answer"], what="sheet of intrusion questions"
    )
    options = list(shown.columns.drop(["item", "text"], errors="ignore"))
    if sheet[options].to_numpy().tolist() != shown[options].to_numpy().tolist():
        raise ReadingError(f"The sheet {str(path)!r} holds other questions than the key.")
    given = sheet["answer"].str.strip()
    answered = pd.to_numeric(given, errors="coerce")
    wrong = (given != "") & ~answered.isin(range(1, len(options) + 1))
    if wrong.any():
        raise ReadingError(
            f"The answer to question {sheet.loc[wrong, 'item'].iloc[0]} in {str(path)!r} must be "
            f"the number of an option, got {given[wrong].iloc[0]!r}."
        )
    kept = answered.notna()
    return pd.DataFrame(
        {"item": key.table.loc[kept, "item"].astype(int), "answer": answered[kept].astype(int)}
    )
