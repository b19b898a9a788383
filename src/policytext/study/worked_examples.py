"""Do the statistics give the numbers that other programs and papers print?

Every example is small enough to stand here whole; the published figures stand in the study file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from policytext.errors import StudyError
from policytext.records import Bilingual, Method
from policytext.result import Result

COLUMNS: Final = {
    "quantity": "统计量与例子 / statistic and example",
    "value": "本库算出的值 / as computed here",
}

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

    Returns
    -------
    Result
        Columns ``quantity, value``.

    Examples
    --------
    >>> table = worked_examples().table.set_index("quantity")["value"]
    >>> round(float(table["DP, Gries 2008"]), 6)
    0.18
    """
    rows = [*_fourfold(), *_log_odds(), *_pairs(), *_dispersion(), *_agreement()]
    return _table(
        rows,
        Bilingual("文献算例", "Worked examples of the literature"),
        Bilingual(
            "以文献与其他软件给出的算例核对本库的统计量。",
            "Statistics were checked against worked examples printed in papers and programs.",
        ),
    )


def stored_topic_model(folder: Path) -> Result:
    """Measure the topic model that R's stm stored, with the functions of this package.

    Parameters
    ----------
    folder
        Holds ``gadarianFit.json``, ``gadarian_counts.csv`` and ``gadarian.csv``.

    Returns
    -------
    Result
        Columns ``quantity, value``: mean share, exclusivity and coherence of each topic, residual
        dispersion, and the effect of treatment without the uncertainty of the shares.

    Raises
    ------
    StudyError
        The files lack.

    References
    ----------
    Roberts M. E., Stewart B. M., Tingley D. (2019). stm: An R package for structural topic models.
    Journal of Statistical Software 91(2). https://doi.org/10.18637/jss.v091.i02
    """
    from scipy import sparse

    from policytext.topics.composition import fit_independent

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
    return _table(
        rows,
        Bilingual("stm 所存模型的各项指标", "Measures of the model stored by stm"),
        Bilingual(
            "以 R 包 stm 自带模型核对话题质量与协变量效应的算法。",
            "Topic diagnostics and effects were checked on the model that R's stm ships.",
        ),
    )


def _model_rows(words: Any, shares: Any, counts: Any) -> Iterator[tuple[str, float]]:
    from policytext.topics.coherence import umass
    from policytext.topics.fit_measures import residual_dispersion
    from policytext.topics.scores import exclusivity

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
    from policytext.analysis.keyness_measures import chi2, fisher_exact, g2

    yield "G2 (4 cells), 7 of 9 and 3 of 10", float(g2([7], [3], 9, 10)[0])
    yield "chi2 with Yates, 7 of 9 and 3 of 10", float(chi2([7], [3], 9, 10, yates=True)[0])
    yield "chi2 without Yates, 7 of 9 and 3 of 10", float(chi2([7], [3], 9, 10)[0])
    test = fisher_exact(7, 3, 9, 10)
    yield "Fisher, conditional odds ratio", float(test.odds_ratio)
    yield "Fisher, p", float(test.p_value)


def _log_odds() -> Iterator[tuple[str, float]]:
    from policytext.analysis.keyness_measures import log_odds

    one, two = (text.split() for text in FIGHTIN)
    words = sorted({*one, *two})
    z = log_odds([one.count(w) for w in words], [two.count(w) for w in words], 0.05).z
    for word in ("brown", "purple", "the"):
        yield f"log-odds z, {word}", float(z[words.index(word)])


def _pairs() -> Iterator[tuple[str, float]]:
    from policytext.words.association import association

    found = association(np.array([7]), np.array([10]), np.array([9]), 19).iloc[0]
    yield "PMI, (7, (10, 9), 19)", float(found["pmi"])
    yield "t, (7, (10, 9), 19)", float(found["t"])


def _dispersion() -> Iterator[tuple[str, float]]:
    from policytext.analysis import dispersion_measures as measures

    yield "DP, Gries 2008", float(measures.dp(*SHARES)[0])
    yield "DPnorm, Lijffijt & Gries 2012", float(measures.dp_norm(*SHARES)[0])
    yield "Juilland's D", float(measures.juilland_d(*SHARES)[0])
    yield "Carroll's D2", float(measures.carroll_d2(*SHARES)[0])
    yield "Rosengren's S", float(measures.rosengren_s(*SHARES)[0])


def _agreement() -> Iterator[tuple[str, float]]:
    from policytext.themes.agreement import krippendorff_alpha

    for name, codings in (("4 x 12", FOUR_CODERS), ("3 x 15", THREE_CODERS)):
        for distance in ("nominal", "interval"):
            yield f"Krippendorff's alpha, {name}, {distance}", krippendorff_alpha(codings, distance)


def _table(rows: list[tuple[str, float]], title: Bilingual, method: Bilingual) -> Result:
    return Result(pd.DataFrame(rows, columns=list(COLUMNS)), title, COLUMNS, Method(method))
