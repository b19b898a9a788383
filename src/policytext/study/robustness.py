"""Would the figure be another one under other choices that are as defensible?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

import policytext
from policytext.errors import NeedsTextError, NotEnoughDataError, ParameterError, StudyError
from policytext.piecework import each_part
from policytext.records import PARTS, Bilingual, Method
from policytext.result import Result
from policytext.study.bench import Bench
from policytext.study.opening import open_corpus
from policytext.study.settings import load_study, study_file
from policytext.texts import cite, columns_of, say

if TYPE_CHECKING:
    from policytext.corpus import Corpus
    from policytext.counts import Counts


# Which other choices would have been as defensible, and what do they give?


NO_PROVINCE: Final = ("unknown", "全国")
NEEDS_TEXT: Final = "needs the sentences: run with --raw FOLDER"


class Quantity(NamedTuple):
    """A named value under one specification."""

    name: str
    value: float


Rows = Iterator[tuple[str, Callable[[], list[Quantity]]]]


class Case(NamedTuple):
    """Corpus, terms and numbers of topics of which other specifications are computed."""

    bench: Bench
    terms: list[str]
    n_topics: tuple[int, ...]

    @property
    def corpus(self) -> Corpus:
        """The corpus of the study."""
        return self.bench.corpus

    def counts(self, match: Any = None) -> Counts:
        """Counts of the terms, those below them included."""
        table = self.bench.terms.select(self.terms)
        return policytext.count_terms(self.corpus, table, match=match or self.bench.words.match)

    def rates(
        self, counted: Any = None, match: Any = None, counts: Counts | None = None
    ) -> list[Quantity]:
        """Hits per 10,000 Han characters of each term, over what is counted."""
        found = counts if counts is not None else self.counts(match)
        rows = self.corpus.counted() if counted is None else counted
        size = float(self.corpus.paragraphs["n_han"].to_numpy()[rows].sum())
        if not size:
            raise NotEnoughDataError("nothing is left to count")
        hits = np.asarray(found.matrix[np.flatnonzero(rows)].sum(axis=0)).ravel()
        return [
            Quantity(
                f"{term}: per 10,000 characters", 1e4 * hits[found.features.index(term)] / size
            )
            for term in self.terms
        ]


def _dictionary(case: Case) -> Rows:
    own = case.bench.words.match
    for match in (own, *({"longest", "all"} - {own})):
        yield f"match = {match}", partial(case.rates, match=match)


def _annexes(case: Case) -> Rows:
    yield "annexes and glossaries out", case.rates
    yield "annexes and glossaries in", lambda: case.rates(case.corpus.counted(parts=PARTS))


def _boilerplate(case: Case) -> Rows:
    def without() -> list[Quantity]:
        shared = policytext.boilerplate_rows(case.bench.passages)
        return case.rates(case.corpus.counted() & ~shared)

    yield "shared passages in", case.rates
    yield "paragraphs mostly shared by three or more reports out", without


def _regions(case: Case) -> Rows:
    def spread(certainty: str) -> list[Quantity]:
        """Regions that can be told apart, and how many of them name each term."""
        labels = case.corpus.groups("province", min_certainty=certainty)
        found, groups = case.counts().by_group(labels, case.corpus.counted())
        known = [i for i, group in enumerate(groups) if group not in NO_PROVINCE]
        named = np.asarray((found[known] > 0).sum(axis=0)).ravel()
        features = case.counts().features
        return [
            Quantity("provinces with a report", float(len(known))),
            *(Quantity(f"{t}: provinces", float(named[features.index(t)])) for t in case.terms),
        ]

    yield "likely regions in", lambda: spread("likely")
    yield "certain regions only", lambda: spread("certain")


def _denominator(case: Case) -> Rows:
    def shares(unit: str) -> list[Quantity]:
        counts, rows = case.counts(), np.flatnonzero(case.corpus.counted())
        docs = case.corpus.paragraphs["doc_id"].to_numpy()[rows]
        present = (counts.matrix[rows] > 0).toarray()
        if unit == "reports":
            present = pd.DataFrame(present).groupby(docs).any().to_numpy()
        return [
            Quantity(f"{t}: share of {unit}", float(present[:, counts.features.index(t)].mean()))
            for t in case.terms
        ]

    yield "Han characters", case.rates
    yield "paragraphs", lambda: shares("paragraphs")
    yield "reports", lambda: shares("reports")


def _segmenter(case: Case) -> Rows:
    def words(segmenter: str) -> list[Quantity]:
        case.corpus.require_text("cutting words anew")
        own = case.bench.words.model_copy(update={"segmenter": segmenter})
        counts = replace(case.bench, words=own).counts
        return [
            Quantity("words counted", float(counts.matrix.sum())),
            Quantity("different words", float(len(counts.features))),
        ]

    own = case.bench.words.segmenter
    for segmenter in dict.fromkeys((own, "pkuseg", "jieba")):
        yield segmenter, partial(words, segmenter)


def _topics(case: Case) -> Rows:
    def quality(k: int) -> list[Quantity]:
        table = policytext.topic_quality(case.bench.model(k)).table
        return [Quantity("mean NPMI of topics", float(table["npmi"].mean()))]

    for k in case.n_topics:
        yield f"K = {k}", partial(quality, k)


def _leave_one_out(case: Case) -> Rows:
    counts, counted = case.counts(), case.corpus.counted()
    docs = case.corpus.paragraphs["doc_id"].to_numpy()
    yield "all reports", lambda: case.rates(counts=counts)
    for doc_id in case.corpus.documents["doc_id"]:
        rows = counted & (docs != doc_id)
        yield f"without {doc_id}", partial(case.rates, rows, counts=counts)


CHOICES: Final[Mapping[str, Callable[[Case], Rows]]] = {
    "dictionary": _dictionary,
    "annexes": _annexes,
    "boilerplate": _boilerplate,
    "regions": _regions,
    "denominator": _denominator,
    "segmenter": _segmenter,
    "topics": _topics,
    "leave_one_out": _leave_one_out,
}


# Would the figure be another one under other choices that are as defensible?


def _choice_rows(name: str, case: Case) -> list[dict[str, Any]]:
    """Return the rows of one choice; the first specification is the study's own."""
    rows: list[dict[str, Any]] = []
    baseline: dict[str, float] = {}
    for specification, compute in CHOICES[name](case):
        try:
            quantities, note = compute(), ""
        except NeedsTextError:
            quantities, note = [Quantity("", float("nan"))], NEEDS_TEXT
        except NotEnoughDataError as error:
            quantities, note = [Quantity("", float("nan"))], str(error)
        for quantity, value in quantities:
            base = baseline.setdefault(quantity, value)
            rows.append(
                {
                    "choice": name,
                    "specification": specification,
                    "quantity": quantity,
                    "value": value,
                    "baseline": base,
                    "ratio": value / base if base else float("nan"),
                    "note": note,
                }
            )
    return rows


def _cautions(table: pd.DataFrame) -> tuple[Bilingual, ...]:
    ratios = table.loc[table["ratio"].notna() & (table["choice"] != "topics"), "ratio"]
    said = [say("robustness.no_interval")]
    if len(ratios):
        low, high = ratios.min(), ratios.max()
        said.append(say("robustness.range", low=low, high=high))
    return tuple(said)


def specifications(
    bench: Bench,
    terms: Sequence[str],
    *,
    vary: Sequence[str] | None = None,
    n_topics: Sequence[int] = (10, 15, 20),
    n_jobs: int = 1,
) -> Result:
    """Compute the rates of terms under other specifications, as :func:`robustness` does."""
    names = tuple(vary or CHOICES)
    unknown = [name for name in names if name not in CHOICES]
    if unknown:
        raise ParameterError(f"vary must be among {list(CHOICES)}, got {unknown}")
    case = Case(bench, list(terms), tuple(n_topics))
    parts = [(name, case) for name in names]
    table = pd.DataFrame(
        [row for rows in each_part(_choice_rows, parts, n_jobs) for row in rows],
        columns=list(columns_of("robustness")),
    )
    return Result(
        table,
        say("robustness.title"),
        columns_of("robustness"),
        Method(say("robustness.method"), cite("simonsohn-2020")),
        _cautions(table),
        {"vary": names},
        bench.corpus,
    )


def robustness(
    study: str | Path,
    *,
    vary: Sequence[str] | None = None,
    terms: Sequence[str] | None = None,
    raw: str | Path | None = None,
    n_jobs: int = 1,
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
    n_jobs
        Number of processes, -1 for all cores; each takes a choice. The table is the same for any.

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

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> words = 'title_zh = "例"\\ntitle_en = "e"\\ncorpus = { name = "mine", raw = "report.txt" }'
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "study.toml").write_text(words, encoding="utf-8")
    ...     _ = Path(folder, "report.txt").write_text("推进县域医共体建设。", encoding="utf-8")
    ...     table = robustness(folder, vary=["dictionary"], terms=["医共体"]).table
    >>> table[["specification", "value"]].values.tolist()
    [['match = longest', 1111.111111111111], ['match = all', 1111.111111111111]]
    """
    file = study_file(study)
    settings = load_study(file)
    trends = (a.parameters["terms"] for a in settings.analysis if a.kind == "trends")
    asked = list(terms or next(trends, ()))
    if not asked:
        raise StudyError("robustness needs terms, as the study has no analysis of kind 'trends'")
    corpus = open_corpus(settings, file.parent, raw, progress=False)
    bench = Bench(corpus, settings.words, settings.seed, file.parent)
    return specifications(bench, asked, vary=vary, n_jobs=n_jobs)
