"""Which analyses can a study file name, and what does each of them compute?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from policytext.errors import CorpusError, NotEnoughDataError, ParameterError, StudyError
from policytext.records import Method
from policytext.report import ledger_summary
from policytext.result import Result, named_only, only_rows
from policytext.study.settings import AnalysisSettings
from policytext.texts import columns_of, say

if TYPE_CHECKING:
    from policytext.corpus import Corpus
    from policytext.study.bench import Bench


# What was removed and repaired, in numbers?

COLUMNS = columns_of("analyses.ledger")


def ledger_result(corpus: Corpus) -> Result:
    """Count the ledger's places and characters by rule."""
    return Result(
        ledger_summary(corpus),
        say("analyses.ledger_title"),
        COLUMNS,
        Method(say("analyses.ledger_method")),
        (),
        {},
        corpus,
    )


# Which analyses can a study file name, and what does each of them compute?

Parameters = dict[str, Any]


def _coverage(bench: Bench, p: Parameters) -> Result:
    return bench.corpus.coverage(**p)


def _panel(bench: Bench, p: Parameters) -> Result:
    return bench.corpus.panel(**p)


def _ledger(bench: Bench, p: Parameters) -> Result:

    return ledger_result(bench.corpus, **p)


def _trends(bench: Bench, p: Parameters) -> Result:
    from policytext.analysis.trends import trends

    names = p.pop("terms")
    return named_only(trends(bench.corpus, bench.terms.select(names), **p), names)


def _trend_tests(bench: Bench, p: Parameters) -> Result:
    from policytext.analysis.regression import trend_tests

    names = p.pop("terms")
    return named_only(trend_tests(bench.corpus, bench.terms.select(names), **p), names)


def _term_status(bench: Bench, p: Parameters) -> Result:
    from policytext.terms.status import term_status

    names = p.pop("terms")
    match = bench.words.match
    found = term_status(bench.corpus, bench.terms.select(names), match=match, **p)
    return named_only(found, names)


def _count_terms(bench: Bench, p: Parameters) -> Result:
    from policytext.terms.termcount import count_terms

    names = p.pop("terms", None)
    table = bench.terms if names is None else bench.terms.select(names)
    return count_terms(bench.corpus, table, match=bench.words.match, **p)


def _dispersion(bench: Bench, p: Parameters) -> Result:
    from policytext.analysis.dispersion import dispersion

    return dispersion(bench.corpus, bench.terms.select(p.pop("terms")), **p)


def _adjusted_rates(bench: Bench, p: Parameters) -> Result:
    from policytext.analysis.regression import adjusted_rates

    names = p.pop("terms")
    return named_only(adjusted_rates(bench.corpus, bench.terms.select(names), **p), names)


def _keyness(bench: Bench, p: Parameters) -> Result:
    from policytext.analysis.keyness import keyness

    return keyness(bench.corpus, counts=bench.counts, random_state=bench.seed, **p)


def _collocations(bench: Bench, p: Parameters) -> Result:
    from policytext.words.collocations import collocations

    top = p.pop("top", 50)
    found = collocations(bench.cut, corpus=bench.corpus, **p)
    return only_rows(found, found.table.index < top)


def _cooccurrence(bench: Bench, p: Parameters) -> Result:
    from policytext.words.cooccurrence import cooccurrence

    names = p.pop("terms", None)
    return cooccurrence(bench.corpus, bench.terms.select(names) if names else bench.terms, **p)


def _concordance(bench: Bench, p: Parameters) -> Result:
    from policytext.words.concordance import concordance

    names = p.pop("terms")
    found = concordance(bench.corpus, bench.terms.select(names), where=p.pop("among", None), **p)
    return found


def _distances(bench: Bench, p: Parameters) -> Result:
    from policytext.analysis.distances import region_distances

    return region_distances(bench.corpus, counts=bench.counts, random_state=bench.seed, **p)


def _profile(bench: Bench, p: Parameters) -> Result:
    from policytext.analysis.region_profile import region_profile

    names = p.pop("terms", None)
    terms = bench.terms.select(names) if names else bench.terms
    return region_profile(bench.corpus, terms=terms, counts=bench.counts, **p)


def _passages(bench: Bench, p: Parameters) -> Result:
    from policytext.analysis.passages import shared_passages

    return shared_passages(bench.corpus, **p)


def _passage_shares(bench: Bench, p: Parameters) -> Result:
    from policytext.analysis.passages import passage_shares

    return passage_shares(bench.passages, **p)


def _crosstab(bench: Bench, p: Parameters) -> Result:
    from policytext.analysis.crosstab import crosstab

    first, second = (_labels(bench, p.pop(key)) for key in ("first", "second"))
    return crosstab(bench.corpus, first, second, **p)


def _labels(bench: Bench, what: str) -> Any:
    """Return a column's name as it is, and ``themes`` as a coding of the paragraphs."""
    return bench.coding("classifier") if what == "themes" else what


def _themes(bench: Bench, p: Parameters) -> Result:
    from policytext.themes.coding import silver_coding
    from policytext.themes.theme_profile import load_theme_errors, theme_profile

    coding = bench.coding(p.pop("coded_by", "classifier"))
    errors = load_theme_errors(p.pop("errors")) if "errors" in p else None
    labels = None
    if p.pop("labels", False):
        found = silver_coding(bench.corpus)
        labels = found[bench.corpus.counted()[found["row"].to_numpy()]]
    return theme_profile(
        bench.corpus, coding, labels=labels, errors=errors, random_state=bench.seed, **p
    )


def _statements(bench: Bench, p: Parameters) -> Result:
    try:
        from policytext.statements.reader import read_statements
    except ImportError as error:
        raise NotEnoughDataError(f"this policytext does not read statements: {error}") from error
    return read_statements(bench.corpus, **p)


def _topics(bench: Bench, p: Parameters) -> Result:
    from policytext.topics.contents import top_words

    return top_words(bench.model(p.pop("n_topics")), **p)


def _topic_shares(bench: Bench, p: Parameters) -> Result:
    from policytext.topics.shares import topic_shares

    return topic_shares(bench.model(p.pop("n_topics")), bench.corpus, **p)


def _topic_paragraphs(bench: Bench, p: Parameters) -> Result:
    from policytext.topics.contents import representative_paragraphs

    return representative_paragraphs(bench.model(p.pop("n_topics")), bench.corpus, **p)


def _topic_quality(bench: Bench, p: Parameters) -> Result:
    from policytext.topics.quality import topic_quality

    return topic_quality(bench.model(p.pop("n_topics")), **p)


def _stability(bench: Bench, p: Parameters) -> Result:
    from policytext.topics.stability import stability

    model = bench.model(p.pop("n_topics"))
    return stability(model, bench.corpus, random_state=bench.seed, **p)


def _word_totals(bench: Bench, p: Parameters) -> Result:
    from policytext.study.checks import word_totals

    return word_totals(bench, **p)


def _keyword_shares(bench: Bench, p: Parameters) -> Result:
    from policytext.study.checks import keyword_shares

    return keyword_shares(bench.corpus, **p)


def _worked_examples(bench: Bench, p: Parameters) -> Result:
    from policytext.study.checks import worked_examples

    return worked_examples(**p)


def _stored_topic_model(bench: Bench, p: Parameters) -> Result:
    from policytext.study.checks import stored_topic_model

    return stored_topic_model(bench.folder / p.pop("folder"), **p)


def _robustness(bench: Bench, p: Parameters) -> Result:
    from policytext.study.robustness import specifications

    return specifications(bench, p.pop("terms"), **p)


ANALYSES: Mapping[str, Callable[[Bench, Parameters], Result]] = {
    "adjusted_rates": _adjusted_rates,
    "collocations": _collocations,
    "concordance": _concordance,
    "cooccurrence": _cooccurrence,
    "count_terms": _count_terms,
    "coverage": _coverage,
    "crosstab": _crosstab,
    "dispersion": _dispersion,
    "distances": _distances,
    "keyness": _keyness,
    "keyword_shares": _keyword_shares,
    "ledger": _ledger,
    "panel": _panel,
    "passage_shares": _passage_shares,
    "passages": _passages,
    "profile": _profile,
    "robustness": _robustness,
    "stability": _stability,
    "statements": _statements,
    "stored_topic_model": _stored_topic_model,
    "term_status": _term_status,
    "themes": _themes,
    "topic_paragraphs": _topic_paragraphs,
    "topic_quality": _topic_quality,
    "topic_shares": _topic_shares,
    "topics": _topics,
    "trend_tests": _trend_tests,
    "trends": _trends,
    "word_totals": _word_totals,
    "worked_examples": _worked_examples,
}

NEEDED = ("terms", "n_topics", "first", "second", "folder")
"""Parameters without a default; an analysis that takes one must be given it."""


def analyse(bench: Bench, settings: AnalysisSettings) -> Result:
    """Run one analysis of a study."""
    if settings.kind not in ANALYSES:
        raise StudyError(
            f"analysis {settings.id!r} has the unknown kind {settings.kind!r}; there are: "
            f"{', '.join(sorted(ANALYSES))}"
        )
    try:
        return ANALYSES[settings.kind](bench.chosen(settings.where), dict(settings.parameters))
    except KeyError as error:
        if error.args[0] not in NEEDED:
            raise
        raise StudyError(f"analysis {settings.id!r} needs the parameter {error}") from error
    except (ParameterError, CorpusError) as error:
        raise StudyError(f"analysis {settings.id!r}: {error}") from error
    except TypeError as error:
        unknown = [name for name in settings.parameters if f"'{name}'" in str(error)]
        if not unknown:
            raise
        raise StudyError(
            f"analysis {settings.id!r} has the parameter {unknown[0]!r}, which {settings.kind!r} "
            f"does not take"
        ) from error
