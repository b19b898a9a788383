"""Which other choices would have been as defensible, and what do they give?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from policytext.errors import NotEnoughDataError
from policytext.records import PARTS
from policytext.study.bench import Bench

if TYPE_CHECKING:
    from policytext.corpus import Corpus
    from policytext.words.counts import Counts


NO_PROVINCE: Final = ("unknown", "全国")


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
        from policytext.words.termcount import term_counts

        table = self.bench.terms.select(self.terms)
        return term_counts(self.corpus, table, match=match or self.bench.words.match)

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
        from policytext.analysis.passage_shares import boilerplate_rows

        return case.rates(case.corpus.counted() & ~boilerplate_rows(case.bench.passages))

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
    from policytext.topics.quality import topic_quality

    def quality(k: int) -> list[Quantity]:
        table = topic_quality(case.bench.model(k)).table
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
