"""Which analyses can a study file name, and what does each of them compute?

A kind of analysis is a function of the library. What it takes that the bench has (corpus, terms,
counts, models, seed) is filled in; everything else that its signature shows may stand in the file.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import policytext
from policytext.errors import (
    CorpusError,
    NeedsTextError,
    NotEnoughDataError,
    ParameterError,
    StudyError,
)
from policytext.records import Method
from policytext.report import ledger_summary
from policytext.result import Result, named_only, only_rows
from policytext.study.settings import AnalysisSettings, listed
from policytext.texts import columns_of, say

if TYPE_CHECKING:
    from policytext.corpus import Corpus
    from policytext.study.bench import Bench

Parameters = Mapping[str, Any]


def ledger_result(corpus: Corpus) -> Result:
    """Count the ledger's places and characters by rule."""
    return Result(
        ledger_summary(corpus),
        say("analyses.ledger_title"),
        columns_of("analyses.ledger"),
        Method(say("analyses.ledger_method")),
        corpus=corpus,
    )


# What does the bench fill in, and which parameters of the study does it take for that?


class Filled(NamedTuple):
    """How a parameter of a function is filled in.

    ``fill``: From the bench and the parameters of the study.
    ``needs, takes``: Parameters of the study that this must have, or may have.
    """

    fill: Callable[[Bench, Parameters], Any]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


CORPUS: Final = Filled(lambda bench, _: bench.corpus)
COUNTS: Final = Filled(lambda bench, _: bench.counts)
SEED: Final = Filled(lambda bench, _: bench.seed)
MATCH: Final = Filled(lambda bench, _: bench.words.match)
TERMS: Final = Filled(lambda bench, p: bench.terms.select(p["terms"]), needs=("terms",))
TERMS_OR_ALL: Final = Filled(
    lambda bench, p: bench.terms.select(p["terms"]) if p.get("terms") else bench.terms,
    takes=("terms",),
)
FRAMES: Final = Filled(lambda bench, _: bench.frames)
MODEL: Final = Filled(lambda bench, p: bench.model(p["n_topics"]), needs=("n_topics",))


def _coded(name: str) -> Filled:
    """Return a column by its name, and the classifier's coding for the name ``themes``."""
    return Filled(
        lambda bench, p: bench.coding("classifier") if p[name] == "themes" else p[name],
        needs=(name,),
    )


def _errors(_: Bench, p: Parameters) -> Any:
    return policytext.load_theme_errors(p["errors"]) if "errors" in p else None


# Which function computes a kind of analysis?


def _named(result: Result, p: Parameters) -> Result:
    """Keep the rows of the terms that were named; those below them are counted in them."""
    return named_only(result, p["terms"]) if p.get("terms") else result


def _first(result: Result, p: Parameters) -> Result:
    return only_rows(result, result.table.index < p.get("top", 50))


@dataclass(frozen=True)
class Kind:
    """A kind of analysis.

    ``function``: Where the function stands, as an entry point names it.
    ``given``: What is filled in, by the function's parameter.
    ``then``: What is done with its result; ``takes`` are the study's parameters for that.
    """

    function: str
    given: Mapping[str, Filled]
    then: Callable[[Result, Parameters], Result] | None = None
    takes: tuple[str, ...] = ()

    @property
    def needed(self) -> tuple[str, ...]:
        """The parameters that a study must name."""
        own = [p.name for p in self._open() if p.default is p.empty]
        return tuple(dict.fromkeys([*(n for one in self.given.values() for n in one.needs), *own]))

    @property
    def known(self) -> tuple[str, ...]:
        """All parameters that a study may name."""
        own = [p.name for p in self._open()]
        return tuple(dict.fromkeys([*self._consumed(), *own]))

    def shapes(self) -> dict[str, str]:
        """Return by name what a parameter must be, as the signature says it."""
        own = {p.name: str(p.annotation) for p in self._open()}
        return {n: FILLED_SHAPES.get(n, "") for n in self._consumed()} | own

    def defaults(self) -> dict[str, Any]:
        """Return by name what a parameter is if the study does not name it."""
        return {p.name: p.default for p in self._open() if p.default is not p.empty}

    def _open(self) -> list[inspect.Parameter]:
        parameters = inspect.signature(resolve_name(self.function)).parameters
        return [p for name, p in parameters.items() if name not in self.given]

    def _consumed(self) -> list[str]:
        taken = [n for one in self.given.values() for n in (*one.needs, *one.takes)]
        return [*taken, *self.takes]

    def compute(self, bench: Bench, parameters: Parameters) -> Result:
        """Call the function with what the bench and the study give it."""
        filled = {name: one.fill(bench, parameters) for name, one in self.given.items()}
        own = {p.name: _settings(p, parameters) for p in self._open() if p.name in parameters}
        result: Result = resolve_name(self.function)(**filled, **own)
        return result if self.then is None else self.then(result, parameters)


def _settings(parameter: inspect.Parameter, parameters: Parameters) -> Any:
    """Return a value of the study; a table of a file changes some fields of a settings record."""
    value, default = parameters[parameter.name], parameter.default
    if not (is_dataclass(default) and isinstance(value, Mapping)):
        return value
    names = [field.name for field in fields(default)]
    unknown = sorted(set(value) - set(names))
    if unknown:
        raise ParameterError(f"{parameter.name} must be of {names}, got {unknown[0]!r}")
    return replace(default, **value)  # type: ignore[type-var]


def _of_terms(function: str, then: Callable[[Result, Parameters], Result] | None = _named) -> Kind:
    return Kind(function, {"corpus": CORPUS, "terms": TERMS}, then)


ANALYSES: Final[Mapping[str, Kind]] = {
    "adjusted_rates": _of_terms("policytext:adjusted_rates"),
    "collocations": Kind(
        "policytext:collocations",
        {"words": Filled(lambda bench, _: bench.cut), "corpus": CORPUS},
        _first,
        takes=("top",),
    ),
    "concordance": Kind(
        "policytext:concordance",
        {
            "corpus": CORPUS,
            "what": TERMS,
            "where": Filled(lambda _, p: p.get("among"), takes=("among",)),
        },
    ),
    "cooccurrence": Kind("policytext:cooccurrence", {"corpus": CORPUS, "terms": TERMS_OR_ALL}),
    "term_totals": Kind(
        "policytext:term_totals", {"corpus": CORPUS, "terms": TERMS_OR_ALL, "match": MATCH}
    ),
    "coverage": Kind("policytext:Corpus.coverage", {"self": CORPUS}),
    "crosstab": Kind(
        "policytext:crosstab",
        {"corpus": CORPUS, "first": _coded("first"), "second": _coded("second")},
    ),
    "dispersion": _of_terms("policytext:dispersion", None),
    "distances": Kind(
        "policytext:region_distances", {"corpus": CORPUS, "counts": COUNTS, "random_state": SEED}
    ),
    "frames": Kind("policytext:frame_profile", {"frames": FRAMES}),
    "keyness": Kind(
        "policytext:keyness", {"corpus": CORPUS, "counts": COUNTS, "random_state": SEED}
    ),
    "keyword_shares": Kind("policytext.study.checks:keyword_shares", {"corpus": CORPUS}),
    "ledger": Kind("policytext.study.analyses:ledger_result", {"corpus": CORPUS}),
    "narratives": Kind("policytext:compare_narratives", {"corpus": CORPUS, "frames": FRAMES}),
    "panel": Kind("policytext:Corpus.panel", {"self": CORPUS}),
    "passage_shares": Kind(
        "policytext:passage_shares", {"passages": Filled(lambda bench, _: bench.passages)}
    ),
    "passages": Kind("policytext:shared_passages", {"corpus": CORPUS}),
    "profile": Kind(
        "policytext:region_profile",
        {"corpus": CORPUS, "terms": TERMS_OR_ALL, "counts": COUNTS},
    ),
    "problems": Kind("policytext:pair_problems", {"corpus": CORPUS, "frames": FRAMES}),
    "promise_table": Kind(
        "policytext:promise_table",
        {"promises": Filled(lambda bench, _: bench.promises)},
    ),
    "promises": Kind(
        "policytext:follow_promises",
        {"corpus": CORPUS, "frames": FRAMES, "only": Filled(lambda *_: None)},
    ),
    "reuse": Kind("policytext:reuse_dyads", {"passages": Filled(lambda bench, _: bench.passages)}),
    "reuse_effects": Kind(
        "policytext:dyad_regression", {"dyads": Filled(lambda bench, _: bench.reuse)}
    ),
    "robustness": Kind(
        "policytext.study.robustness:specifications", {"bench": Filled(lambda bench, _: bench)}
    ),
    "spread": Kind("policytext:programme_spread", {"corpus": CORPUS, "frames": FRAMES}),
    "hazard": Kind("policytext:adoption_hazard", {"corpus": CORPUS}),
    "stability": Kind(
        "policytext.topics.stability:stability",
        {"model": MODEL, "reports": CORPUS, "random_state": SEED},
    ),
    "statements": Kind("policytext:read_statements", {"corpus": CORPUS}),
    "stored_topic_model": Kind(
        "policytext.study.checks:stored_topic_model",
        {"folder": Filled(lambda bench, p: bench.folder / p["folder"], needs=("folder",))},
    ),
    "term_status": Kind(
        "policytext:term_status", {"corpus": CORPUS, "terms": TERMS, "match": MATCH}, _named
    ),
    "themes": Kind(
        "policytext:theme_profile",
        {
            "corpus": CORPUS,
            "coding": Filled(
                lambda bench, p: bench.coding(
                    p.get("coded_by", "classifier"), p.get("codebook", "")
                ),
                takes=("coded_by",),
            ),
            "codebook": Filled(
                lambda bench, p: bench.codebook(p.get("codebook", "")), takes=("codebook",)
            ),
            "labels": Filled(
                lambda bench, p: bench.labels if p.get("labels") else None, takes=("labels",)
            ),
            "errors": Filled(_errors, takes=("errors",)),
            "random_state": SEED,
        },
    ),
    "topic_paragraphs": Kind(
        "policytext:representative_paragraphs", {"model": MODEL, "corpus": CORPUS}
    ),
    "topic_quality": Kind("policytext:topic_quality", {"model": MODEL}),
    "topic_shares": Kind("policytext:topic_shares", {"model": MODEL, "corpus": CORPUS}),
    "topics": Kind("policytext:top_words", {"model": MODEL}),
    "trend_tests": _of_terms("policytext:trend_tests"),
    "trends": _of_terms("policytext:trends"),
    "word_totals": Kind(
        "policytext.study.checks:word_totals", {"bench": Filled(lambda bench, _: bench)}
    ),
    "worked_examples": Kind("policytext.study.checks:worked_examples", {}),
}


FILLED_SHAPES: Final = {
    "terms": "Sequence[str]",
    "n_topics": "int",
    "top": "int",
    "among": "str",
    "codebook": "str",
}
"""What those parameters must be that the bench takes, in the words of a signature."""

CHOICES: Final = {"coded_by": ("classifier", "dictionary")}
"""What those parameters may be that name one of a few ways."""


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_words(value: Any) -> bool:
    """Whether a value is a text or texts; functions that take no single one say so themselves."""
    many = isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
    return many or isinstance(value, str)


SHAPES: Final[Mapping[str, tuple[str, Callable[[Any], bool]]]] = {
    "int": ("a number", _is_number),
    "float": ("a number", _is_number),
    "bool": ("true or false", lambda value: isinstance(value, bool)),
    "str": ("a text", lambda value: isinstance(value, str)),
    "Sequence[str]": ("a list of texts", _is_words),
    "Iterable[str]": ("a list of texts", _is_words),
}


def _unfitting(shape: str, value: Any) -> str:
    """Return what a value must be, in words, if it is something else.

    >>> _unfitting("str | Sequence[str] | None", 3), _unfitting("bool", True)
    ('a text or a list of texts', '')
    """
    kinds = [part for part in shape.split(" | ") if part != "None"]
    if value is None or not all(kind in SHAPES for kind in kinds):
        return ""
    named = [SHAPES[kind] for kind in kinds]
    return "" if any(fits(value) for _, fits in named) else " or ".join(said for said, _ in named)


def analyse(bench: Bench, settings: AnalysisSettings) -> Result:
    """Run one analysis of a study."""
    check_analyses([settings])
    kind = ANALYSES[settings.kind]
    try:
        return kind.compute(bench.chosen(settings.where), settings.parameters)
    except (NeedsTextError, NotEnoughDataError):
        raise  # the analysis is not run, and the page says why; the others are
    except (ParameterError, CorpusError) as error:
        raise StudyError(f"analysis {settings.id!r}: {error}") from error
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        raise StudyError(
            f"analysis {settings.id!r}: {settings.kind!r} cannot be computed with the parameters "
            f"{str(settings.parameters)[:200]} ({type(error).__name__}: {str(error)[:200]}); "
            "compare them with the function's page in the reference"
        ) from error


def check_analyses(analyses: Sequence[AnalysisSettings]) -> None:
    """Check the kinds and parameters of all analyses, before anything is computed.

    Raises
    ------
    StudyError
        With every fault, one a line.
    """
    faults = [fault for settings in analyses for fault in _faults(settings)]
    if faults:
        raise StudyError(listed(faults))


def _faults(settings: AnalysisSettings) -> Iterator[str]:
    kind = ANALYSES.get(settings.kind)
    if kind is None:
        yield (
            f"analysis {settings.id!r} has the unknown kind {settings.kind!r}; there are: "
            f"{', '.join(sorted(ANALYSES))}"
        )
        return
    known = kind.known
    for name in settings.parameters:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"it takes {', '.join(known)}"
            yield (
                f"analysis {settings.id!r} has the parameter {name!r}, which {settings.kind!r} "
                f"does not take; {hint}"
            )
    for name in kind.needed:
        if name not in settings.parameters:
            yield f"analysis {settings.id!r} needs the parameter {name!r}"
    for name, shape in kind.shapes().items():
        wanted = _unfitting(shape, settings.parameters.get(name))
        if wanted:
            got = str(settings.parameters[name])[:80]
            yield f"analysis {settings.id!r}: {name} must be {wanted}, got {got!r}"
    for name in sorted(CHOICES.keys() & settings.parameters.keys()):
        if (got := settings.parameters[name]) not in CHOICES[name]:
            yield f"analysis {settings.id!r}: {name} must be one of {CHOICES[name]}, got {got!r}"
