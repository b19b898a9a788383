"""Do the words of an index mean what they are counted for, and what is the index if some do not?

Hits are sampled by word, judged by people in their context, and the index is multiplied by what
they found. Only what was counted is judged: what a dictionary misses is another question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.errors import NeedsTextError, NotEnoughDataError, ParameterError
from policytext.inference.intervals import check_confidence, share_interval
from policytext.records import Bilingual, Floats, Method
from policytext.result import Drawing, Result
from policytext.sheets import Page, notes_page, read_page, write_pages
from policytext.texts import cite, columns_of, listing, say

if TYPE_CHECKING:
    from policytext.records import Places

PLACE: Final = ("doc_id", "para_no", "start", "end")
SAMPLE_COLUMNS: Final = ("index", "word", *PLACE, "before", "hit", "after", "valid")
CONTEXT: Final = 40
"""Characters on each side of a hit that a judge sees."""

LEAST_EACH: Final = 5
"""Hits drawn of every word that has as many; fewer judgements say too little of a word alone."""

DRAWS: Final = 2000
YES: Final = frozenset({"1", "yes", "y", "true", "是", "有效", "对"})
NO: Final = frozenset({"0", "no", "n", "false", "否", "无效", "错"})
_SHEET: Final = "hits"


def sample_hits(index: Result, n: int = 200, *, random_state: int = 1) -> pd.DataFrame:
    """Draw hits of an index to be judged in their context.

    Parameters
    ----------
    index
        From `attention_index`, one row an index and cell.
    n
        How many hits; every word gets at least five of its hits, if it has as many.
    random_state
        Seed of the draw.

    Returns
    -------
    pandas.DataFrame
        ``index, word, doc_id, para_no, start, end, before, hit, after, valid``, in random order
        so that a judge sees no word or region in a row; ``valid`` is empty: fill in yes or no.

    Raises
    ------
    ParameterError
        ``n`` is below 1, or the result is not from `attention_index`.
    NotEnoughDataError
        There is no hit to judge.
    NeedsTextError
        The corpus holds counts only.

    Examples
    --------
    >>> from policytext import attention_index, read_texts, sample_hits
    >>> corpus = read_texts({"a.txt": "甲县2021年工作总结\\n治理大气污染，关停排污企业3家。"})
    >>> hits = sample_hits(attention_index(corpus, ["污染", "排污"], by="year"))
    >>> hits["hit"].sort_values().tolist()
    ['排污', '污染']
    """
    if n < 1:
        raise ParameterError(f"`n` must be 1 or more hits, got {n}")
    hits = _hits_of(index)
    if hits.empty:
        raise NotEnoughDataError(
            "the index has no hit, so there is nothing to judge; check the words"
        )
    rng = np.random.default_rng(random_state)
    mixed = hits.iloc[rng.permutation(len(hits))].reset_index(drop=True)
    rank = mixed.groupby(["index", "word"]).cumcount()
    first = mixed[rank < LEAST_EACH]
    rest = mixed[rank >= LEAST_EACH].head(max(0, n - len(first)))
    drawn = pd.concat([first, rest], ignore_index=True)
    drawn = drawn.iloc[rng.permutation(len(drawn))].reset_index(drop=True)
    texts = _text_of(index.corpus, drawn)
    spans = list(zip(texts, drawn["start"], drawn["end"], strict=True))
    drawn["before"] = [text[max(0, start - CONTEXT) : start] for text, start, _ in spans]
    drawn["hit"] = [text[start:end] for text, start, end in spans]
    drawn["after"] = [text[end : end + CONTEXT] for text, _, end in spans]
    return drawn.assign(valid="")[list(SAMPLE_COLUMNS)]


def validity_sheet(index: Result, path: str | Path, n: int = 200, *, random_state: int = 1) -> Path:
    """Write a sample of the hits of an index to an Excel file in which people judge them.

    Parameters
    ----------
    index, n, random_state
        As in `sample_hits`.
    path
        File to write (.xlsx).

    Returns
    -------
    pathlib.Path
        The file: sheet ``hits`` with each hit between its context and a column ``valid`` that
        takes yes or no; sheet ``notes``.

    Raises
    ------
    ParameterError
        As in `sample_hits`, or the path does not end in ``.xlsx``.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from policytext import attention_index, read_texts, read_validity_sheet, validity_sheet
    >>> corpus = read_texts({"a.txt": "甲县2021年工作总结\\n治理大气污染，关停排污企业3家。"})
    >>> index = attention_index(corpus, ["污染", "排污"], by="year")
    >>> with TemporaryDirectory() as folder:
    ...     validity_sheet(index, Path(folder, "hits.xlsx")).name
    'hits.xlsx'
    """
    sample = sample_hits(index, n, random_state=random_state)
    shown = ["before", "hit", "after", "valid", "index", "word", *PLACE]
    page = Page(
        _SHEET,
        sample[shown],
        widths={"before": 50, "after": 50},
        rules={"valid": {"validate": "list", "source": ["yes", "no"], "ignore_blank": True}},
        wrapped=True,
    )
    return write_pages(path, [page, notes_page(index)])


def read_validity_sheet(path: str | Path) -> pd.DataFrame:
    """Read an Excel file in which people judged hits.

    Parameters
    ----------
    path
        A file that `validity_sheet` wrote and people filled in.

    Returns
    -------
    pandas.DataFrame
        As `sample_hits` returns it, ``valid`` filled in; hits that nobody judged have ``""``.

    Raises
    ------
    ReadingError
        The file is not there or is no such sheet.
    ParameterError
        A cell of ``valid`` is neither yes nor no.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from policytext import attention_index, read_texts, read_validity_sheet, validity_sheet
    >>> corpus = read_texts({"a.txt": "甲县2021年工作总结\\n治理大气污染，关停排污企业3家。"})
    >>> index = attention_index(corpus, ["污染"], by="year")
    >>> with TemporaryDirectory() as folder:
    ...     sheet = validity_sheet(index, Path(folder, "hits.xlsx"))
    ...     read_validity_sheet(sheet)[["hit", "valid"]].values.tolist()
    [['污染', '']]
    """
    what = "sheet of hits to judge"
    page = read_page(path, _SHEET, list(SAMPLE_COLUMNS), what=what)[list(SAMPLE_COLUMNS)]
    return _checked(page)


def validity(index: Result, judged: pd.DataFrame, *, confidence: float = 0.95) -> Result:
    """Estimate how many hits of each word, and of each index, mean what they are counted for.

    Parameters
    ----------
    index
        The result that was sampled.
    judged
        From `read_validity_sheet`, or a table of `sample_hits` with ``valid`` filled in.
    confidence
        Stated coverage of the intervals.

    Returns
    -------
    Result
        A row for each index as a whole (``word`` is 全部) and for each word: ``hits``, ``judged``,
        ``valid``, ``precision``, ``low``, ``high``. The precision of an index weighs words by
        their hits.

    Raises
    ------
    ParameterError
        A judgement is neither yes nor no, or belongs to a hit that the index does not have.
    NotEnoughDataError
        Nothing was judged.

    References
    ----------
    Wilson E. B. (1927). https://doi.org/10.1080/01621459.1927.10502953
    Korn E. L., Graubard B. I. (1998). Survey Methodology 24, 193-201.
    Cochran W. G. (1977). Sampling techniques, 3rd ed. Wiley.

    Examples
    --------
    >>> from policytext import attention_index, read_texts, sample_hits, validity
    >>> corpus = read_texts({"a.txt": "甲县2021年工作总结\\n治理大气污染，关停排污企业3家。"})
    >>> index = attention_index(corpus, ["污染", "排污"], by="year")
    >>> judged = sample_hits(index).assign(valid="yes")
    >>> validity(index, judged).table[["word", "judged", "precision"]].values.tolist()
    [['全部', 2, 1.0], ['排污', 1, 1.0], ['污染', 1, 1.0]]
    """
    check_confidence(confidence)
    words, given, said = _judged_words(index, _hits_of(index), judged)
    rows = []
    for name, part in words.groupby("index", sort=False):
        rows.append(_whole(str(name), part, confidence))
        worth = _worth(part) / part["judged"].clip(lower=1)
        share = share_interval(part["valid"] * worth, part["judged"] * worth, confidence=confidence)
        rows += [
            {**row, "precision": p, "low": low, "high": high}
            for row, p, low, high in zip(
                part[["index", "word", "hits", "judged", "valid"]].to_dict("records"),
                share.estimate,
                share.low,
                share.high,
                strict=True,
            )
        ]
    notes = columns_of("validity")
    return Result(
        table=pd.DataFrame(rows)[list(notes)],
        title=say("validity.title"),
        columns=notes,
        method=Method(say("validity.method"), cite("wilson-1927", "korn-1998")),
        cautions=(say("validity.recall"), *said, *_group_cautions(index, given)),
        parameters={"confidence": confidence, "n_judged": len(given)},
        corpus=index.corpus,
    )


def corrected_index(
    index: Result, judged: pd.DataFrame, *, confidence: float = 0.95, random_state: int = 1
) -> Result:
    """Correct an index by the precision of its words.

    Parameters
    ----------
    index
        The result that was sampled, one row an index and cell.
    judged
        From `read_validity_sheet`, or a table of `sample_hits` with ``valid`` filled in.
    confidence
        Stated coverage of the intervals of the correction.
    random_state
        Seed of the draws.

    Returns
    -------
    Result
        The table of the index with ``hits_corrected``, ``precision`` (of the hits of the row),
        ``value_corrected``, ``corrected_low`` and ``corrected_high``. Words judged fewer than five
        times take the precision of the whole index for the rest of their hits. The interval is for
        the right hits of these reports: it holds the error of the judged sample (Jeffreys) and
        what each hit that nobody judged may be, not that of the reports (``low``, ``high``).

    Raises
    ------
    ParameterError
        As in `validity`.

    References
    ----------
    Brown L. D., Cai T. T., DasGupta A. (2001). https://doi.org/10.1214/ss/1009213286

    Examples
    --------
    >>> from policytext import attention_index, corrected_index, read_texts, sample_hits
    >>> corpus = read_texts({"a.txt": "甲县2021年工作总结\\n治理大气污染，关停排污企业3家。"})
    >>> index = attention_index(corpus, ["污染", "排污"], by="year")
    >>> hits = sample_hits(index)
    >>> judged = hits.assign(valid=hits["hit"].map({"污染": "yes", "排污": "no"}))
    >>> corrected_index(index, judged).table["hits_corrected"].tolist()
    [1.0]
    """
    check_confidence(confidence)
    hits = _hits_of(index)
    words, given, said = _judged_words(index, hits, judged)
    counts = hits.groupby(["row_id", "index", "word"]).size().rename("n").reset_index()
    place = {pair: i for i, pair in enumerate(zip(words["index"], words["word"], strict=True))}
    column = [place[pair] for pair in zip(counts["index"], counts["word"], strict=True)]
    by_row = np.zeros((len(index.table), len(words)))
    np.add.at(by_row, (counts["row_id"].to_numpy(), np.array(column, dtype=int)), counts["n"])
    n, k = (words[c].to_numpy(dtype=float) for c in ("judged", "valid"))
    seen = np.divide(k, n, out=np.zeros(len(words)), where=n > 0)
    rates = _word_precision(words, seen[None, :])
    rng = np.random.default_rng(random_state)
    drawn = rng.beta(k + 0.5, n - k + 0.5, (DRAWS, len(words)))
    spread = _right_hits(words, drawn, by_row, _judged_by_row(given, place, by_row.shape), rng)
    right = (rates @ by_row.T)[0]
    total = index.table["hits"].to_numpy(dtype=float)
    share = np.divide(right, total, out=np.full(len(right), np.nan), where=total > 0)
    tail = (1 - confidence) / 2
    low, high = np.quantile(spread, [tail, 1 - tail], axis=0)
    value = index.table["value"].to_numpy(dtype=float)
    per_hit = np.divide(value, total, out=np.zeros(len(right)), where=total > 0)
    known = np.where(index.table["n_reports"].to_numpy() > 0, 1.0, np.nan)
    table = index.table.assign(
        hits_corrected=right,
        precision=share,
        value_corrected=per_hit * right * known,
        corrected_low=per_hit * low * known,
        corrected_high=per_hit * high * known,
    )
    few = words[(words["judged"] < LEAST_EACH) & (words["judged"] < words["hits"])]
    if len(few):
        names = listing(few["word"], most=12)
        said.append(say("validity.few", least=LEAST_EACH, words=names))
    return replace(
        index,
        table=table,
        title=say("validity.corrected.title", title=index.title),
        columns={**index.columns, **columns_of("corrected")},
        method=Method(
            Bilingual(
                index.method.text.zh + say("validity.corrected.method", draws=DRAWS).zh,
                f"{index.method.text.en} " + say("validity.corrected.method", draws=DRAWS).en,
            ),
            (*index.method.citations, *cite("brown-2001")),
        ),
        cautions=(
            *index.cautions,
            say("validity.recall"),
            *said,
            *_group_cautions(index, given),
        ),
        parameters={**index.parameters, "n_judged": len(given), "random_state": random_state},
        evidence_from=lambda: index.evidence,
        figure=Drawing(
            "analysis.plot_attention",
            table=table.assign(
                value=table["value_corrected"],
                low=table["corrected_low"],
                high=table["corrected_high"],
            ),
        ),
    )


# Which hits does an index have, and what was said of them?


def _hits_of(index: Result) -> pd.DataFrame:
    """Return one row a hit: ``row_id``, index, word and place."""
    if index.corpus is None or "top_word" not in index.table.columns:
        raise ParameterError(
            "`index` must be a result of attention_index with a row for each index and cell "
            f"(wide=False), got {index.title.en!r}"
        )
    hits = index.evidence[["row_id", *PLACE]].reset_index(drop=True)
    texts = _text_of(index.corpus, hits)
    spans = zip(texts, hits["start"], hits["end"], strict=True)
    hits.insert(1, "word", [text[start:end] for text, start, end in spans])
    names = index.table["index"].to_numpy(dtype=object)
    hits.insert(1, "index", names[hits["row_id"].to_numpy(dtype=int)])
    return hits


def _text_of(corpus: Places | None, places: pd.DataFrame) -> list[str]:
    if corpus is None:
        raise ParameterError("`index` must carry its corpus; compute it again from the corpus")
    if "text" not in corpus.paragraphs or corpus.paragraphs["text"].eq("").all():
        raise NeedsTextError("judging hits needs the sentences; this corpus holds counts only")
    texts = corpus.paragraphs.set_index(["doc_id", "para_no"])["text"]
    keys = pd.MultiIndex.from_frame(places[["doc_id", "para_no"]])
    return [str(text) for text in texts.reindex(keys).fillna("")]


def _checked(judged: pd.DataFrame) -> pd.DataFrame:
    lacking = [c for c in ("index", *PLACE, "valid") if c not in judged.columns]
    if lacking:
        raise ParameterError(
            f"judged hits must have the columns of sample_hits, but {lacking} are missing"
        )
    said = judged["valid"].fillna("").map(lambda v: str(v).strip().lower().removesuffix(".0"))
    odd = sorted(set(said) - YES - NO - {""})
    if odd:
        raise ParameterError(f"`valid` must be yes or no (是, 否, 1, 0), got {odd[:5]}")
    plain = said.map(lambda v: "yes" if v in YES else "no" if v in NO else "")
    whole = dict.fromkeys(("para_no", "start", "end"), "int64")
    return judged.assign(valid=plain).astype(whole).reset_index(drop=True)


def _judged_words(
    index: Result, hits: pd.DataFrame, judged: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, list[Bilingual]]:
    """Return each word with hits, judged and valid ones; the judged hits; what must be said."""
    checked = _checked(judged)
    key = ["index", *PLACE]
    both = checked[[*key, "valid"]].merge(hits, on=key, how="left")
    strange = int(both["word"].isna().sum())
    if strange:
        raise ParameterError(
            f"{strange} of {len(both)} judged hits are not hits of this index; judge a sample of "
            "this result (other words, paragraphs or reports were counted when it was drawn)"
        )
    if both.duplicated(key).any():
        raise ParameterError("a hit must be judged once; delete the repeated rows")
    given = both[both["valid"] != ""]
    if given.empty:
        raise NotEnoughDataError("no hit was judged; fill yes or no into the column `valid`")
    said = []
    if len(given) < len(both):
        said.append(say("validity.unjudged", n=len(both) - len(given)))
    pair = ["index", "word"]
    words = hits.groupby(pair, sort=False).size().rename("hits").reset_index()
    votes = given.assign(yes=given["valid"].eq("yes")).groupby(pair)["yes"]
    words = words.join(votes.agg(judged="size", valid="sum"), on=pair)
    words = words.fillna({"judged": 0, "valid": 0}).astype({"judged": "int64", "valid": "int64"})
    order = list(dict.fromkeys(index.table["index"]))
    words["_"] = words["index"].map({name: i for i, name in enumerate(order)})
    words = words.sort_values(["_", "hits", "word"], ascending=[True, False, True], kind="stable")
    return words.drop(columns="_").reset_index(drop=True), given, said


def _judged_by_row(
    given: pd.DataFrame, place: dict[tuple[object, object], int], shape: tuple[int, ...]
) -> npt.NDArray[np.float64]:
    """Count judged hits, and those that were right, by row and word: 2 × rows × words."""
    found = np.zeros((2, *shape))
    column = [place[pair] for pair in zip(given["index"], given["word"], strict=True)]
    at = (given["row_id"].to_numpy(dtype=int), np.array(column, dtype=int))
    np.add.at(found[0], at, 1.0)
    np.add.at(found[1], at, given["valid"].eq("yes").to_numpy(dtype=float))
    return found


def _right_hits(
    words: pd.DataFrame,
    drawn: Floats,
    by_row: Floats,
    judged: npt.NDArray[np.float64],
    rng: np.random.Generator,
) -> Floats:
    """Draw the right hits of each row: judged ones as said, each other one by its word's precision.

    Precision is that of hits that nobody judged; a row of few hits may have more or fewer right
    ones than its words have elsewhere.
    """
    unseen = _borrowed(words, drawn)
    rest = np.maximum(by_row - judged[0], 0.0).astype(np.int64)
    right = np.empty((len(drawn), len(by_row)))
    for row, left in enumerate(rest):
        right[:, row] = judged[1][row].sum() + rng.binomial(left, unseen).sum(axis=1)
    return right


def _word_precision(words: pd.DataFrame, share: Floats) -> Floats:
    """Return the precision of each word for rows of shares; seldom judged words borrow.

    Such a word takes the precision of its index, in which words weigh by their hits. Hits that
    were judged keep what was said of them: a word of which all hits were judged is known.
    """
    judged, valid, hits = (words[c].to_numpy(dtype=float) for c in ("judged", "valid", "hits"))
    precision: Floats = (valid + (hits - judged) * _borrowed(words, share)) / hits
    return precision


def _borrowed(words: pd.DataFrame, share: Floats) -> Floats:
    """Return rows of shares in which seldom judged words have the share of their index."""
    judged, hits = (words[c].to_numpy(dtype=float) for c in ("judged", "hits"))
    unseen = share.copy()
    names = words["index"].to_numpy(dtype=object)
    for name in dict.fromkeys(names):
        mine = names == name
        weight = hits * (mine & (judged > 0))
        if weight.sum() > 0:
            whole = (share * weight).sum(axis=1) / weight.sum()
            unseen[:, mine & (judged < LEAST_EACH)] = whole[:, None]
    return unseen


_ALL_KNOWN: Final = 1e-9
"""In the place of no hit that was not judged."""


def _worth(words: pd.DataFrame) -> pd.Series:
    """How many judgements of a boundless stock those of a word are worth: of its few hits, more.

    Source: Cochran (1977), the finite population correction.
    """
    judged, hits = words["judged"].astype(float), words["hits"].astype(float)
    return judged * (hits - 1).clip(lower=1) / (hits - judged).clip(lower=_ALL_KNOWN)


def _whole(name: str, part: pd.DataFrame, confidence: float) -> dict[str, object]:
    """Return the row of a whole index: words weigh by hits, and the interval by what that costs."""
    seen = part[part["judged"] > 0]
    n, k = (seen[c].to_numpy(dtype=float) for c in ("judged", "valid"))
    weight = seen["hits"].to_numpy(dtype=float)
    row: dict[str, object] = {
        "index": name,
        "word": say("validity.all_words").zh,
        "hits": int(part["hits"].sum()),
        "judged": int(n.sum()),
        "valid": int(k.sum()),
    }
    if not len(seen):
        return row | {"precision": np.nan, "low": np.nan, "high": np.nan}
    weight = weight / weight.sum()
    p = float((weight * k / n).sum())
    middle = (k + 0.5) / (n + 1)
    worth = _worth(seen).to_numpy(dtype=float)
    variance = float((weight**2 * middle * (1 - middle) / worth).sum())
    spread = float((weight * middle).sum())
    whole = seen[["hits", "judged"]].sum().to_frame().T
    effective = min(_worth(whole).item(), spread * (1 - spread) / variance)
    interval = share_interval(p * effective, effective, confidence=confidence)
    return row | {"precision": p, "low": float(interval.low), "high": float(interval.high)}


def _group_cautions(index: Result, given: pd.DataFrame) -> list[Bilingual]:
    """Say where judgements differ between the groups of an index more than chance allows."""
    from scipy.stats import chi2_contingency

    columns: Sequence[str] = index.parameters.get("by", [])
    said = []
    for name in columns:
        groups = index.table[name].astype(str).to_numpy()[given["row_id"].to_numpy(dtype=int)]
        table = pd.crosstab(groups, given["valid"].to_numpy())
        if min(table.shape) < 2 or table.shape[0] > len(given) / 5:
            continue
        p = float(chi2_contingency(table).pvalue)
        if p < 0.05:
            said.append(say("validity.groups", by=name, p=p))
    return said
