"""Which analyses can a study file name, and what does each of them compute?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from policytext.errors import ParameterError, StudyError
from policytext.study.settings import AnalysisSettings, WordSettings

if TYPE_CHECKING:
    from policytext.corpus import Corpus
    from policytext.result import Result
    from policytext.topics.nmf import NmfTopics
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
    models: dict[int, NmfTopics] = field(default_factory=dict, repr=False)

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

    def model(self, n_topics: int) -> NmfTopics:
        """The topic model of the study with this many topics, fitted once, on what is counted."""
        from policytext.topics.nmf import NmfTopics

        if n_topics not in self.models:
            model = NmfTopics(n_topics=n_topics, random_state=self.seed)
            self.models[n_topics] = model.fit(self.counts.select(self.corpus.counted()))
        return self.models[n_topics]

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
    from policytext.themes.profile import theme_profile

    return theme_profile(bench.corpus, code_by_cues(bench.corpus), **p)


def _topics(bench: Bench, p: Parameters) -> Result:
    from policytext.topics.reading import top_words

    return top_words(bench.model(p.pop("n_topics")), **p)


def _topic_shares(bench: Bench, p: Parameters) -> Result:
    from policytext.topics.shares import topic_shares

    return topic_shares(bench.model(p.pop("n_topics")), bench.corpus, **p)


def _topic_paragraphs(bench: Bench, p: Parameters) -> Result:
    from policytext.topics.reading import representative_paragraphs

    return representative_paragraphs(bench.model(p.pop("n_topics")), bench.corpus, **p)


ANALYSES: Mapping[str, Callable[[Bench, Parameters], Result]] = {
    "coverage": _coverage,
    "panel": _panel,
    "trends": _trends,
    "term_status": _term_status,
    "keyness": _keyness,
    "distances": _distances,
    "themes": _themes,
    "topics": _topics,
    "topic_shares": _topic_shares,
    "topic_paragraphs": _topic_paragraphs,
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
    except (ParameterError, KeyError) as error:
        raise StudyError(f"analysis {settings.id!r}: {error}") from error
    except TypeError as error:
        unknown = [name for name in settings.parameters if f"'{name}'" in str(error)]
        if not unknown:
            raise
        raise StudyError(
            f"analysis {settings.id!r} has the parameter {unknown[0]!r}, which {settings.kind!r} "
            f"does not take"
        ) from error
