"""Policy narratives of Chinese regions, compared with their limits stated.

The names below are loaded when they are first used, so that ``import policytext`` is quick.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version as _version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from policytext.analysis.annex_repeats import annex_repeats as annex_repeats
    from policytext.analysis.crosstab import crosstab as crosstab
    from policytext.analysis.dispersion import dispersion as dispersion
    from policytext.analysis.distances import region_distances as region_distances
    from policytext.analysis.keyness import keyness as keyness
    from policytext.analysis.passage_shares import boilerplate_rows as boilerplate_rows
    from policytext.analysis.passage_shares import passage_shares as passage_shares
    from policytext.analysis.passages import shared_passages as shared_passages
    from policytext.analysis.profile import region_profile as region_profile
    from policytext.analysis.regression import adjusted_rates as adjusted_rates
    from policytext.analysis.trend_tests import trend_tests as trend_tests
    from policytext.analysis.trends import trends as trends
    from policytext.cleaning.explain import explain_cleaning as explain_cleaning
    from policytext.corpus import Corpus as Corpus
    from policytext.corpus import load_corpus as load_corpus
    from policytext.intake.reading import read_corpus as read_corpus
    from policytext.intake.restoring import restore_text as restore_text
    from policytext.result import Result as Result
    from policytext.statements.following import plan_against_report as plan_against_report
    from policytext.statements.measures import compare_figures as compare_figures
    from policytext.statements.measures import statement_figures as statement_figures
    from policytext.statements.reading import read_statements as read_statements
    from policytext.statements.wording import wording as wording
    from policytext.study.reproduce import reproduce as reproduce
    from policytext.study.robustness import robustness as robustness
    from policytext.study.run import run_study as run_study
    from policytext.themes.agreement_table import agreement as agreement
    from policytext.themes.classifier import ThemeClassifier as ThemeClassifier
    from policytext.themes.codebook import Codebook as Codebook
    from policytext.themes.coding_sheet import coding_sheet as coding_sheet
    from policytext.themes.dictionary import code_by_cues as code_by_cues
    from policytext.themes.model_file import load_theme_classifier as load_theme_classifier
    from policytext.themes.profile import theme_profile as theme_profile
    from policytext.topics.choice import choose_topics as choose_topics
    from policytext.topics.dmr import DmrTopics as DmrTopics
    from policytext.topics.effects import topic_effects as topic_effects
    from policytext.topics.gibbs import GibbsTopics as GibbsTopics
    from policytext.topics.lda import LdaTopics as LdaTopics
    from policytext.topics.nmf import NmfTopics as NmfTopics
    from policytext.topics.reading import representative_paragraphs as representative_paragraphs
    from policytext.topics.reading import top_words as top_words
    from policytext.topics.shares import topic_shares as topic_shares
    from policytext.topics.shares import topics_over_time as topics_over_time
    from policytext.topics.storage import load_topics as load_topics
    from policytext.words.collocations import collocations as collocations
    from policytext.words.concordance import concordance as concordance
    from policytext.words.cooccurrence import cooccurrence as cooccurrence
    from policytext.words.phrases import find_phrases as find_phrases
    from policytext.words.pipeline import make_nlp as make_nlp
    from policytext.words.segment import segment as segment
    from policytext.words.termcount import count_terms as count_terms
    from policytext.words.termcount import term_counts as term_counts
    from policytext.words.termhits import find_terms as find_terms
    from policytext.words.termreport import term_report as term_report
    from policytext.words.terms import load_terms as load_terms
    from policytext.words.termstatus import term_status as term_status
    from policytext.words.wordcount import count_words as count_words

_HOMES = {
    "Codebook": "themes.codebook",
    "Corpus": "corpus",
    "DmrTopics": "topics.dmr",
    "GibbsTopics": "topics.gibbs",
    "LdaTopics": "topics.lda",
    "NmfTopics": "topics.nmf",
    "Result": "result",
    "ThemeClassifier": "themes.classifier",
    "adjusted_rates": "analysis.regression",
    "agreement": "themes.agreement_table",
    "annex_repeats": "analysis.annex_repeats",
    "boilerplate_rows": "analysis.passage_shares",
    "choose_topics": "topics.choice",
    "code_by_cues": "themes.dictionary",
    "coding_sheet": "themes.coding_sheet",
    "collocations": "words.collocations",
    "compare_figures": "statements.measures",
    "concordance": "words.concordance",
    "cooccurrence": "words.cooccurrence",
    "count_terms": "words.termcount",
    "count_words": "words.wordcount",
    "crosstab": "analysis.crosstab",
    "dispersion": "analysis.dispersion",
    "explain_cleaning": "cleaning.explain",
    "find_phrases": "words.phrases",
    "find_terms": "words.termhits",
    "keyness": "analysis.keyness",
    "load_corpus": "corpus",
    "load_terms": "words.terms",
    "load_topics": "topics.storage",
    "load_theme_classifier": "themes.model_file",
    "make_nlp": "words.pipeline",
    "passage_shares": "analysis.passage_shares",
    "plan_against_report": "statements.following",
    "read_corpus": "intake.reading",
    "read_statements": "statements.reading",
    "region_distances": "analysis.distances",
    "region_profile": "analysis.profile",
    "representative_paragraphs": "topics.reading",
    "reproduce": "study.reproduce",
    "restore_text": "intake.restoring",
    "robustness": "study.robustness",
    "run_study": "study.run",
    "segment": "words.segment",
    "shared_passages": "analysis.passages",
    "statement_figures": "statements.measures",
    "term_counts": "words.termcount",
    "term_report": "words.termreport",
    "term_status": "words.termstatus",
    "theme_profile": "themes.profile",
    "top_words": "topics.reading",
    "topic_effects": "topics.effects",
    "topic_shares": "topics.shares",
    "topics_over_time": "topics.shares",
    "trend_tests": "analysis.trend_tests",
    "trends": "analysis.trends",
    "wording": "statements.wording",
}

__all__ = sorted(_HOMES)

__version__ = _version("policytext")


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"policytext has no {name!r}; it has: {', '.join(__all__)}")
    return getattr(import_module(f"policytext.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
