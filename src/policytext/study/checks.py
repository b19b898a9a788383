"""Does the library give the numbers that papers and other programs print?

Worked examples of its statistics, and counts made as a published study made them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from scipy import sparse

import policytext
from policytext.errors import NotEnoughDataError, ParameterError, StudyError
from policytext.inference import measures
from policytext.inference.models import fit_independent
from policytext.records import HAN, Bilingual, Method
from policytext.result import Result
from policytext.texts import columns_of, say
from policytext.topics.quality import exclusivity, residual_dispersion, umass

if TYPE_CHECKING:
    from policytext.corpus import Corpus
    from policytext.study.bench import Bench


# Do the statistics give the numbers that other programs and papers print?
# Every example is small enough to stand here whole; the published figures stand in the study file.

COLUMNS: Final = columns_of("checks.examples")

SHARES: Final = ([1, 2, 3, 4, 5], [9, 10, 10, 10, 11])
N: Final = None
FOUR_CODERS: Final = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]
THREE_CODERS: Final = [
    [N, N, N, N, N, 3, 4, 1, 2, 1, 1, 3, 3, N, 3],
    [1, N, 2, 1, 3, 3, 4, 3, N, N, N, N, N, N, N],
    [N, N, 2, 1, 3, 4, 4, N, 2, 1, 1, 3, 3, N, 4],
]
FIGHTIN: Final = (
    "the quick brown fox jumps over the lazy pig",
    "the lazy purple pig jumps over the lazier donkey",
)


def worked_examples() -> Result:
    """Compute the worked examples of the literature with the functions of this package.

    >>> table = worked_examples().table.set_index("quantity")["value"]
    >>> round(float(table["DP, Gries 2008"]), 6)
    0.18
    """
    rows = [*_fourfold(), *_log_odds(), *_pairs(), *_dispersion(), *_agreement()]
    return _values(
        rows,
        say("checks.worked_examples_title"),
        say("checks.worked_examples_method"),
    )


def stored_topic_model(folder: Path) -> Result:
    """Measure the topic model that R's stm stored, with the functions of this package.

    Source: Roberts et al. (2019).
    """
    try:
        fit = json.loads((folder / "gadarianFit.json").read_text(encoding="utf-8"))
        long = pd.read_csv(folder / "gadarian_counts.csv", keep_default_na=False)
        treatment = pd.read_csv(folder / "gadarian.csv")["treatment"].to_numpy(dtype=float)
    except OSError as error:
        raise StudyError(f"the stored model lacks in {folder.name!r}: {error}") from error
    words, shares = np.exp(np.array(fit["beta"]["logbeta"][0])), np.array(fit["theta"])
    column = {word: i for i, word in enumerate(fit["vocab"])}
    place = (long["row"].to_numpy(), long["word"].map(column).to_numpy())
    shape = (len(shares), len(column))
    counts = sparse.csr_array((long["count"].to_numpy(dtype=float), place), shape=shape)
    design = np.column_stack([np.ones(len(treatment)), treatment])
    effect, _ = fit_independent(design, shares, np.array([[0.0, 1.0]]))
    rows = [*_model_rows(words, shares, counts), *_by_topic("effect", effect.estimate.ravel())]
    return _values(
        rows,
        say("checks.stored_model_title"),
        say("checks.stored_model_method"),
    )


def _model_rows(words: Any, shares: Any, counts: Any) -> Iterator[tuple[str, float]]:
    yield "words counted", float(counts.sum())
    yield from _by_topic("mean share", shares.mean(axis=0))
    yield from _by_topic("exclusivity", exclusivity(words))
    yield from _by_topic("semantic coherence", umass(words, counts))
    found = residual_dispersion(counts, shares, words)
    yield "residual dispersion", float(found.dispersion)
    yield "residual df", float(found.df)


def _by_topic(name: str, values: Any) -> list[tuple[str, float]]:
    return [(f"{name}, topic {k + 1}", float(v)) for k, v in enumerate(values)]


def _fourfold() -> Iterator[tuple[str, float]]:
    yield "G2 (4 cells), 7 of 9 and 3 of 10", float(measures.g2([7], [3], 9, 10)[0])
    yield (
        "chi2 with Yates, 7 of 9 and 3 of 10",
        float(measures.chi2([7], [3], 9, 10, yates=True)[0]),
    )
    yield "chi2 without Yates, 7 of 9 and 3 of 10", float(measures.chi2([7], [3], 9, 10)[0])
    test = measures.fisher_exact(7, 3, 9, 10)
    yield "Fisher, conditional odds ratio", float(test.odds_ratio)
    yield "Fisher, p", float(test.p_value)


def _log_odds() -> Iterator[tuple[str, float]]:
    one, two = (text.split() for text in FIGHTIN)
    words = sorted({*one, *two})
    z = measures.log_odds([one.count(w) for w in words], [two.count(w) for w in words], 0.05).z
    for word in ("brown", "purple", "the"):
        yield f"log-odds z, {word}", float(z[words.index(word)])


def _pairs() -> Iterator[tuple[str, float]]:
    found = measures.association(np.array([7]), np.array([10]), np.array([9]), 19).iloc[0]
    yield "PMI, (7, (10, 9), 19)", float(found["pmi"])
    yield "t, (7, (10, 9), 19)", float(found["t"])


def _dispersion() -> Iterator[tuple[str, float]]:
    yield "DP, Gries 2008", float(measures.dp(*SHARES)[0])
    yield "DPnorm, Lijffijt & Gries 2012", float(measures.dp_norm(*SHARES)[0])
    yield "Juilland's D", float(measures.juilland_d(*SHARES)[0])
    yield "Carroll's D2", float(measures.carroll_d2(*SHARES)[0])
    yield "Rosengren's S", float(measures.rosengren_s(*SHARES)[0])


def _agreement() -> Iterator[tuple[str, float]]:
    both = ("nominal", "interval")
    for name, codings, distances in (
        ("4 x 12", FOUR_CODERS, (*both, "ordinal", "ratio")),
        ("3 x 15", THREE_CODERS, both),
    ):
        for distance in distances:
            yield (
                f"Krippendorff's alpha, {name}, {distance}",
                policytext.krippendorff_alpha(codings, distance),
            )


def _values(rows: list[tuple[str, float]], title: Bilingual, method: Bilingual) -> Result:
    return Result(pd.DataFrame(rows, columns=list(COLUMNS)), title, COLUMNS, Method(method))


# How are words counted where a published study has to be repeated as it counted?

UNITS = {"clause": re.compile(r"[，。！？；：,!?;:\n]+"), "sentence": re.compile(r"[。！？!?\n]+")}

TOTAL_COLUMNS = columns_of("checks.word_totals")

SHARE_COLUMNS = columns_of("checks.keyword_shares")


def word_totals(bench: Bench, words: Sequence[str], *, how: str = "words") -> Result:
    """Count words in all paragraphs, as words that were cut or as strings of characters."""
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
        say("checks.word_totals_title"),
        TOTAL_COLUMNS,
        Method(say("checks.word_totals_method")),
        (),
        {"how": how},
        corpus,
    )


def _cut_counts(bench: Bench, words: Sequence[str]) -> list[Any]:
    counts = policytext.count_words(
        bench.cut if bench.corpus.has_text else bench.corpus, stop_words=None, min_chars=1
    )
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
        say("checks.keyword_shares_title"),
        SHARE_COLUMNS,
        Method(say("checks.keyword_shares_method")),
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
