"""Would the figure be another one under other choices that are as defensible?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from policytext.errors import NeedsTextError, NotEnoughDataError, ParameterError, StudyError
from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.study.bench import Bench
from policytext.study.opening import open_corpus
from policytext.study.settings import load_study, study_file
from policytext.study.specifications import CHOICES, Case, Quantity

COLUMNS: Final = {
    "choice": "改变的设定 / what was varied",
    "specification": "取值 / how",
    "quantity": "量 / quantity",
    "value": "值 / value under this specification",
    "baseline": "基准值 / value under the study's own specification",
    "ratio": "与基准之比 / value divided by the baseline",
    "note": "说明 / why there is no value",
}


def robustness(
    study: str | Path,
    *,
    vary: Sequence[str] | None = None,
    terms: Sequence[str] | None = None,
    raw: str | Path | None = None,
) -> Result:
    """Compute the rates of a study's terms under other specifications, one row each.

    Parameters
    ----------
    study
        The study file or its folder.
    vary
        Any of ``dictionary`` (longest or all matches), ``annexes`` (in or out), ``boilerplate``
        (passages that three or more reports share, in or out), ``regions`` (likely ones in or
        out), ``denominator`` (characters, paragraphs, reports), ``segmenter``, ``topics`` (number
        of topics), ``leave_one_out`` (each report left out once). All of them by default.
    terms
        The terms; by default those of the study's first trend.
    raw
        Folder with raw files.

    Returns
    -------
    Result
        One row a specification and quantity: ``choice, specification, quantity, value, baseline,
        ratio, note``. What needs sentences is told in ``note`` where there are none.

    Raises
    ------
    ParameterError
        An unknown choice.
    StudyError
        No terms are named.

    References
    ----------
    Simonsohn U., Simmons J. P., Nelson L. D. (2020). Specification curve analysis. Nature Human
    Behaviour 4, 1208-1214. https://doi.org/10.1038/s41562-020-0912-z
    """
    file = study_file(study)
    settings = load_study(file)
    trends = (a.parameters["terms"] for a in settings.analysis if a.kind == "trends")
    asked = list(terms or next(trends, ()))
    if not asked:
        raise StudyError("robustness needs terms, as the study has no analysis of kind 'trends'")
    corpus = open_corpus(settings, file.parent, raw, progress=False)
    bench = Bench(corpus, settings.words, settings.seed, file.parent)
    return specifications(bench, asked, vary=vary)


def specifications(
    bench: Bench,
    terms: Sequence[str],
    *,
    vary: Sequence[str] | None = None,
    n_topics: Sequence[int] = (10, 15, 20),
) -> Result:
    """Compute the rates of terms under other specifications, as :func:`robustness` does.

    Parameters
    ----------
    bench
        Corpus, term table and seed.
    terms, vary
        As in :func:`robustness`.
    n_topics
        Numbers of topics for ``topics``.

    Raises
    ------
    ParameterError
        An unknown choice.
    """
    names = tuple(vary or CHOICES)
    unknown = [name for name in names if name not in CHOICES]
    if unknown:
        raise ParameterError(f"vary must be among {list(CHOICES)}, got {unknown}")
    case = Case(bench, list(terms), tuple(n_topics))
    table = pd.DataFrame(
        [row for name in names for row in _choice_rows(name, case)], columns=list(COLUMNS)
    )
    return Result(table, TITLE, COLUMNS, METHOD, _cautions(table), {"vary": names}, bench.corpus)


TITLE: Final = Bilingual("稳健性：设定表", "Robustness: specifications")
METHOD: Final = Method(
    Bilingual(
        "逐一改变一项设定而保持其余不变，列出各设定下的同一数值。",
        "One choice was changed at a time and the others kept; every specification is listed.",
    ),
    (
        "Simonsohn U., Simmons J. P., Nelson L. D. (2020). Specification curve analysis. Nature "
        "Human Behaviour 4, 1208-1214. https://doi.org/10.1038/s41562-020-0912-z",
    ),
)


def _choice_rows(name: str, case: Case) -> Iterator[dict[str, Any]]:
    """Yield the rows of one choice; the first specification is the study's own."""
    baseline: dict[str, float] = {}
    for specification, compute in CHOICES[name](case):
        try:
            quantities, note = compute(), ""
        except (NeedsTextError, NotEnoughDataError) as error:
            quantities, note = [Quantity("", float("nan"))], str(error)
        for quantity, value in quantities:
            base = baseline.setdefault(quantity, value)
            yield {
                "choice": name,
                "specification": specification,
                "quantity": quantity,
                "value": value,
                "baseline": base,
                "ratio": value / base if base else float("nan"),
                "note": note,
            }


def _cautions(table: pd.DataFrame) -> tuple[Bilingual, ...]:
    ratios = table.loc[table["ratio"].notna() & (table["choice"] != "topics"), "ratio"]
    said = [
        Bilingual(
            "设定之间并不独立，也未穷尽；各行不是置信区间。",
            "Specifications are neither independent nor exhaustive: the rows are no interval.",
        )
    ]
    if len(ratios):
        low, high = ratios.min(), ratios.max()
        said.append(
            Bilingual(
                f"与基准之比介于 {low:.2f} 与 {high:.2f} 之间。",
                f"Ratios to the baseline lie between {low:.2f} and {high:.2f}.",
            )
        )
    return tuple(said)
