"""How are words counted where a published study has to be repeated as it counted?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from policytext.errors import NotEnoughDataError, ParameterError
from policytext.records import HAN, Bilingual, Method
from policytext.result import Result

if TYPE_CHECKING:
    from policytext.corpus import Corpus
    from policytext.study.bench import Bench

UNITS = {"clause": re.compile(r"[，。！？；：,!?;:\n]+"), "sentence": re.compile(r"[。！？!?\n]+")}

TOTAL_COLUMNS = {
    "word": "词 / the word",
    "count": "次数 / occurrences in all paragraphs",
    "reports": "报告数 / reports that hold it",
    "how": "计法：分词或字串 / counted as words or as strings of characters",
}

SHARE_COLUMNS = {
    "period": "时期 / first and last year",
    "n_reports": "报告数 / number of reports",
    "n_named": "含任一词的报告数 / reports that hold any of the words",
    **{
        f"{what}_{unit}": f"{zh} / {en} of the reports' shares (%) of Han characters in "
        f"{unit}s that hold any of the words"
        for unit in UNITS
        for what, zh, en in (("share", "占比均值", "mean"), ("sd", "标准差", "SD"))
    },
}


def word_totals(bench: Bench, words: Sequence[str], *, how: str = "words") -> Result:
    """Count words in all paragraphs, as words that were cut or as strings of characters.

    Parameters
    ----------
    bench
        Corpus and segmenter.
    words
        The words.
    how
        ``words`` (also from stored counts) or ``strings`` (needs the sentences).

    Raises
    ------
    ParameterError
        ``how`` is neither.
    NeedsTextError
        Strings are to be counted, and the corpus holds counts only.
    """
    if how not in ("words", "strings"):
        raise ParameterError(f"how must be 'words' or 'strings', got {how!r}")
    corpus = bench.corpus
    if how == "strings":
        corpus.require_text("counting strings of characters")
        columns = [corpus.paragraphs["text"].str.count(re.escape(w)).to_numpy() for w in words]
    else:
        columns = _cut_counts(bench, words)
    docs = corpus.paragraphs["doc_id"].to_numpy()
    rows = [
        {
            "word": word,
            "count": int(found.sum()),
            "reports": len(np.unique(docs[found > 0])),
            "how": how,
        }
        for word, found in zip(words, columns, strict=True)
    ]
    return Result(
        pd.DataFrame(rows, columns=list(TOTAL_COLUMNS)),
        Bilingual("词的总次数", "Totals of words"),
        TOTAL_COLUMNS,
        Method(
            Bilingual(
                "统计全部段落（含附件）中的词次，不按报告部分筛选。",
                "Words were counted in all paragraphs, annexes included, without choosing parts.",
            )
        ),
        (),
        {"how": how},
        corpus,
    )


def _cut_counts(bench: Bench, words: Sequence[str]) -> list[Any]:
    from policytext.words.wordcount import count_words

    counts = count_words(bench.cut if bench.corpus.has_text else bench.corpus)
    place = {word: i for i, word in enumerate(counts.features)}
    nothing = np.zeros(len(bench.corpus.paragraphs), dtype=np.int64)
    matrix = counts.matrix.tocsc()
    return [
        matrix[:, [place[w]]].toarray().ravel() if w in place else nothing.copy() for w in words
    ]


def keyword_shares(
    corpus: Corpus, words: Sequence[str], periods: Sequence[Sequence[int]]
) -> Result:
    """Measure what share of each report stands in clauses, and in sentences, with given words.

    Which unit a published study took decides its figures: both are given, and a share that was
    counted otherwise should lie between them.

    Parameters
    ----------
    corpus
        A corpus with sentences and years.
    words
        Any of these words makes a unit count.
    periods
        First and last year of each period.

    Returns
    -------
    Result
        A row a period and one for all of them; means and standard deviations over reports.

    Raises
    ------
    NeedsTextError
        The corpus holds counts only.
    NotEnoughDataError
        No report is dated within the periods.
    """
    corpus.require_text("measuring shares of text by keyword")
    shares = _report_shares(corpus, re.compile("|".join(map(re.escape, words))))
    spans = [(int(a), int(b)) for a, b in periods]
    rows = [_period_row(f"{a}-{b}", shares[shares["year"].between(a, b)]) for a, b in spans]
    first, last = min(a for a, _ in spans), max(b for _, b in spans)
    rows.append(_period_row("all", shares[shares["year"].between(first, last)]))
    if not rows[-1]["n_reports"]:
        raise NotEnoughDataError(f"no report is dated between {first} and {last}")
    return Result(
        pd.DataFrame(rows, columns=list(SHARE_COLUMNS)),
        Bilingual("含关键词的文字占比，按时期", "Share of text with keywords, by period"),
        SHARE_COLUMNS,
        Method(
            Bilingual(
                "各报告中含任一关键词的分句（句）的汉字数占全文汉字数的百分比，按时期取均值与标准差。",
                "Percentage of a report's Han characters that stand in clauses (sentences) with "
                "any of the keywords; mean and standard deviation over the reports of a period.",
            )
        ),
        (),
        {"words": "|".join(words)},
        corpus,
    )


def _report_shares(corpus: Corpus, pattern: re.Pattern[str]) -> pd.DataFrame:
    docs = corpus.documents[corpus.documents["duplicate_of"] == ""]
    texts = corpus.paragraphs.groupby("doc_id", sort=False)["text"].agg("\n".join)
    rows = []
    for doc_id, year in zip(docs["doc_id"], docs["year"], strict=True):
        text = str(texts.get(doc_id, ""))
        size = max(len(HAN.findall(text)), 1)
        found = {
            unit: 100
            * sum(len(HAN.findall(p)) for p in cut.split(text) if pattern.search(p))
            / size
            for unit, cut in UNITS.items()
        }
        rows.append({"year": year, "named": bool(pattern.search(text)), **found})
    return pd.DataFrame(rows, columns=["year", "named", *UNITS]).dropna(subset=["year"])


def _period_row(name: str, shares: pd.DataFrame) -> dict[str, Any]:
    row: dict[str, Any] = {
        "period": name,
        "n_reports": len(shares),
        "n_named": int(shares["named"].sum()),
    }
    for unit in UNITS:
        row[f"share_{unit}"] = float(shares[unit].mean())
        row[f"sd_{unit}"] = float(shares[unit].std())
    return row
