"""Does every public function say in words what it was given, whatever it is given?"""

import inspect
import os
from pathlib import Path

import pytest
from sklearn.exceptions import NotFittedError

import policytext
from policytext import NmfTopics, code_by_cues, load_codebook, load_terms, trends
from policytext.border import guarded
from policytext.errors import ParameterError, PolicytextError
from test_mistakes import reports, words_of

FUNCTIONS = sorted(
    name for name in policytext.__all__ if inspect.isfunction(getattr(policytext, name))
)
NEEDS_MORE = {"install_model", "run_study", "load_study", "reproduce"}
"""Functions of files and folders, whose mistakes have tests of their own."""


@pytest.fixture(scope="module")
def objects():
    corpus = reports("province")
    counts = words_of(corpus)
    model = NmfTopics(n_topics=2).fit(counts)
    right = {
        "corpus": corpus,
        "model": model,
        "counts": counts,
        "words": counts,
        "terms": load_terms(),
        "what": ["医共体"],
        "texts": ["推进医共体建设。"],
        "codebook": load_codebook(),
        "coding": code_by_cues(corpus),
        "by": "province",
        "folder": "out",
        "path": "out.file",
        "term": "医共体",
        "labels": [["a"]],
    }
    wrong = [None, 5, [1, 2], corpus.paragraphs, corpus, counts, model, trends(corpus, ["医共体"])]
    return right, wrong


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in NEEDS_MORE])
@pytest.mark.filterwarnings("ignore")
def test_a_wrong_object_is_answered_in_words_or_works(name, objects, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    right, wrong = objects
    function = getattr(policytext, name)
    asked = [p for p in inspect.signature(function).parameters.values() if p.default is p.empty]
    bare = []
    for k, parameter in enumerate(asked):
        for value in wrong:
            given = [right.get(p.name, right["corpus"]) for p in asked]
            given[k] = value
            try:
                function(*given)
            except (PolicytextError, NotFittedError):
                pass
            except Exception as error:
                bare.append(f"{parameter.name}: {type(value).__name__}: {error!r}")
    assert bare == []


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda p, c, n, m: p.trends("corpus/provinces", ["医共体"]), ["corpus", "read_corpus"]),
        (lambda p, c, n, m: p.trends(c.paragraphs, ["医共体"]), ["corpus itself"]),
        (lambda p, c, n, m: p.topic_shares(c, m), ["model", "looks like", "`model` comes first"]),
        (lambda p, c, n, m: p.topic_quality(n), ["NmfTopics", "fit"]),
        (lambda p, c, n, m: p.trends(c, ["医共体"], bye="year"), ["bye", "`by`"]),
        (lambda p, c, n, m: p.trends(c, ["医共体"], mix="yes"), ["mix", "True or False", "'yes'"]),
        (lambda p, c, n, m: p.trends(), ["trends", "corpus"]),
        (lambda p, c, n, m: p.top_words(m, "ten"), ["whole number", "'ten'"]),
        (lambda p, c, n, m: p.trends(c, ["医共体", 5]), ["words", "5"]),
        (lambda p, c, n, m: p.statement_figures(p.trends(c, ["医共体"])), ["read_statements"]),
        (lambda p, c, n, m: p.write_pyldavis(m, "."), ["write_pyldavis", "directory"]),
    ],
)
def test_it_is_said_what_must_be_what_came_and_what_to_do(call, words, objects):
    right, _ = objects
    with pytest.raises(ParameterError) as caught:
        call(policytext, right["corpus"], right["counts"], right["model"])
    assert [word for word in words if word not in str(caught.value)] == []


def test_every_annotation_of_a_public_function_is_one_that_can_be_checked_or_is_listed():
    """An annotation that is not understood checks nothing, so it must be meant."""
    from policytext.border import _parts, _spelled_out

    unknown = set()
    for name in FUNCTIONS:
        function = inspect.unwrap(getattr(policytext, name))
        for parameter in inspect.signature(function).parameters.values():
            spelled = _spelled_out(str(parameter.annotation), function.__globals__)
            if not _parts(spelled):
                unknown.add(spelled)
    assert unknown == UNCHECKED


UNCHECKED = {
    "Callable[[Sequence[str]], ArrayLike] | None",
    "CueMatcher | None",
    "SheetReading",
    "SheetReading | None",
    "TermTable | FindsTerms | Iterable[str] | None",
    "str | Callable[[Hashable, Hashable], float]",
}
"""What may be an object of the researcher's own."""


def test_a_function_of_the_root_is_one_and_the_same_and_keeps_its_face():
    assert policytext.trends is policytext.trends
    assert inspect.unwrap(policytext.trends).__module__ == "policytext.analysis.trends"
    assert "corpus" in inspect.signature(policytext.trends).parameters


def test_words_in_reading_order_are_a_list_of_lists(objects):
    right, _ = objects
    cut = policytext.segment(right["corpus"])
    assert len(policytext.topic_quality(right["model"], cut, n_words=2).table) == 2


def test_paths_may_be_objects_of_the_system():
    def read(path: "str | Path") -> str:
        return os.fspath(path)

    assert guarded(read)(Path("a")) == "a"
    with pytest.raises(ParameterError, match="must be a string or a path, got 5"):
        guarded(read)(5)
