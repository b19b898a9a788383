"""Which analyses can a study file name, and what does each of them compute?"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from policytext.errors import ParameterError, StudyError
from policytext.study.settings import AnalysisSettings, WordSettings

if TYPE_CHECKING:
    from policytext.corpus import Corpus
    from policytext.result import Result
    from policytext.words.counts import Counts
    from policytext.words.terms import TermTable

Parameters = dict[str, Any]


@dataclass(frozen=True)
class Bench:
    """What the analyses of one study share: corpus, term table, word counts, seed.

    Parameters
    ----------
    corpus
        The corpus, or the reports that an analysis chose from it.
    words
        How words are cut and terms found.
    seed
        The one seed of the study.
    """

    corpus: Corpus
    words: WordSettings
    seed: int

    @cached_property
    def terms(self) -> TermTable:
        """The term table of the study."""
        from policytext.words.terms import load_terms

        return load_terms(self.words.terms or None)

    @cached_property
    def counts(self) -> Counts:
        """Words of each paragraph, stop words left out."""
        from policytext.words.segment import segment
        from policytext.words.wordcount import count_words

        if not self.corpus.has_text:
            return count_words(self.corpus, stop_words="default", min_chars=2)
        cut = segment(self.corpus, segmenter=self.words.segmenter)
        return count_words(cut, stop_words="default", min_chars=2)

    def chosen(self, where: str) -> Bench:
        """Return the bench for the reports that a query chooses."""
        return Bench(self.corpus.subset(where), self.words, self.seed) if where else self


def _coverage(bench: Bench, p: Parameters) -> Result:
    return bench.corpus.coverage(**p)


def _panel(bench: Bench, p: Parameters) -> Result:
    return bench.corpus.panel(**p)


def _trends(bench: Bench, p: Parameters) -> Result:
    from policytext.analysis.trends import trends

    return trends(bench.corpus, bench.terms.select(p.pop("terms")), **p)


def _term_status(bench: Bench, p: Parameters) -> Result:
    from policytext.words.termstatus import term_status

    return term_status(bench.corpus, bench.terms.select(p.pop("terms")), **p)


def _keyness(bench: Bench, p: Parameters) -> Result:
    from policytext.analysis.keyness import keyness

    return keyness(bench.corpus, counts=bench.counts, **p)


def _distances(bench: Bench, p: Parameters) -> Result:
    from policytext.analysis.distances import region_distances

    return region_distances(bench.corpus, counts=bench.counts, random_state=bench.seed, **p)


def _themes(bench: Bench, p: Parameters) -> Result:
    from policytext.themes.dictionary import code_by_cues

    return code_by_cues(bench.corpus, **p)


def _topics(bench: Bench, p: Parameters) -> Result:
    from policytext.topics import NmfTopics
    from policytext.topics.reading import top_words

    model = NmfTopics(random_state=bench.seed, **p).fit(bench.counts)
    return top_words(model, corpus=bench.corpus)


ANALYSES: Mapping[str, Callable[[Bench, Parameters], Result]] = {
    "coverage": _coverage,
    "panel": _panel,
    "trends": _trends,
    "term_status": _term_status,
    "keyness": _keyness,
    "distances": _distances,
    "themes": _themes,
    "topics": _topics,
}


def analyse(bench: Bench, settings: AnalysisSettings) -> Result:
    """Run one analysis of a study.

    Raises
    ------
    StudyError
        The kind is unknown, or a parameter is not one of the analysis.
    """
    if settings.kind not in ANALYSES:
        raise StudyError(
            f"analysis {settings.id!r} has the unknown kind {settings.kind!r}; there are: "
            f"{', '.join(sorted(ANALYSES))}"
        )
    try:
        return ANALYSES[settings.kind](bench.chosen(settings.where), dict(settings.parameters))
    except (KeyError, TypeError, ParameterError) as error:
        if isinstance(error, TypeError) and not _is_call_error(error):
            raise
        raise StudyError(f"analysis {settings.id!r}: {error}") from error


def _is_call_error(error: TypeError) -> bool:
    """Say whether a TypeError comes from the parameters of a call rather than from within."""
    frames = inspect.getinnerframes(error.__traceback__) if error.__traceback__ else []
    return len(frames) <= 3 and "argument" in str(error)
