"""What may come in through a public function, and what is said of anything else?

Whoever mistakes a table for a corpus, or the model for its counts, is told so by name before
anything is computed. What is asked is read from the annotations of the function.
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from numbers import Integral, Real
from typing import Any, Final, ParamSpec, TypeVar

from policytext.errors import ParameterError

_OWN: Final = {
    "Codebook": "a Codebook",
    "Corpus": "a Corpus",
    "Counts": "Counts",
    "KeynessSettings": "KeynessSettings",
    "Result": "a Result",
    "Scored": "what cross_validate returns",
    "TermTable": "a TermTable",
    "ThemeClassifier": "a ThemeClassifier",
    "TopicModel": "a fitted topic model",
    "Words": "the result of segment",
}
"""Classes of this package, known by name: nothing is imported to check what is no such object."""

_ALIASES: Final = {
    "CountTable": "Counts | DataFrame | ArrayLike",
    "Covariates": "DataFrame | Series | ArrayLike | None",
    "Reports": "Corpus | ArrayLike | None",
    "Terms": "TermTable | Iterable[str] | None",
    "Bools": "ArrayLike",
    "Floats": "ArrayLike",
}
"""What names of annotations stand for where their own parts say more than a researcher needs."""

_NAMED: Final = {
    "confidence": "between 0 and 1, such as 0.95",
    "level": "an administrative level; for the width of intervals write confidence=",
    "by": "here one grouping column is taken",
}
"""What to do with a parameter, whatever came."""

_MADE_BY: Final = {
    "passages": ("similarity", "shared_passages"),
    "statements": ("figures", "read_statements"),
    "frames": ("verb", "read_frames"),
    "key": ("options", "word_intrusion or topic_intrusion"),
    "pairs": ("g2", "cooccurrence"),
    "accepted": ("phrase", "propose_cues"),
    "errors": ("report", "load_theme_errors"),
    "distances": ("a", "region_distances"),
}
"""A column by which the result of one function is known, and that function, by parameter."""

_SAID: Final = _OWN | {
    "DataFrame": "a DataFrame",
    "Series": "a Series",
    "Path": "a path",
    "str": "a string",
    "int": "a whole number",
    "float": "a number",
    "bool": "True or False",
    "Sequence": "a list",
    "Iterable": "a list",
    "Mapping": "a dict",
    "dict": "a dict",
    "tuple": "a list",
    "ArrayLike": "an array or a list",
    "NDArray": "an array or a list",
    "Pattern": "a regular expression",
    "csr_matrix": "a sparse matrix",
    "Literal": "one of",
    "None": "None",
}
_ADVICE: Final = {
    ("Corpus", "str"): "read it first with read_corpus(path) or load_corpus(path)",
    ("Corpus", "Path"): "read it first with read_corpus(path) or load_corpus(path)",
    ("Corpus", "DataFrame"): "pass the corpus itself, or read a table with read_corpus(path)",
    ("Corpus", "list"): "make one of texts with read_texts({name: text})",
    ("Corpus", "dict"): "make one of texts with read_texts({name: text})",
    ("Corpus", "Result"): "pass the corpus the result was made of",
    ("Corpus", "Counts"): "pass the corpus the counts were made of",
    ("Counts", "Corpus"): "count first: count_words(corpus)",
    ("Counts", "list"): "count first: count_terms(corpus, terms)",
    ("Counts", "str"): "did you mean by={value!r}?",
    ("TopicModel", "Counts"): "fit one first: NmfTopics(n_topics=10).fit(counts)",
    ("TopicModel", "Corpus"): "fit one first: NmfTopics(n_topics=10).fit(count_words(corpus))",
    ("Result", "DataFrame"): "pass the result itself, not its table",
    ("DataFrame", "Result"): "pass result.table",
    ("DataFrame", "Corpus"): "pass corpus.paragraphs or corpus.documents",
    (
        "Mapping",
        "str",
    ): "name each text: {'a.txt': text}, or read files with read_corpus(path)",
    ("Mapping", "list"): "name each text: {'a.txt': text}",
    ("Path", "list"): "one is taken: put the raw files into one folder, subfolders are read too",
    ("Sequence", "Counts"): "words in reading order are asked for: segment(corpus)",
    ("Sequence", "Corpus"): "for the paragraphs of a corpus pass list(corpus.paragraphs['text'])",
}
"""What to do where one thing was asked and another came."""


_EXAMPLES: Final = {"subset": ", such as subset(\"province == '浙江省' and year >= 2020\")"}
_P = ParamSpec("_P")
_R = TypeVar("_R")


def guarded(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Return a public function that says in words what it was given and what it needs.
    >>> def double(number: int) -> int:
    ...     return 2 * number
    >>> double.__annotations__ = {"number": "int", "return": "int"}
    >>> guarded(double)(2)
    4
    >>> guarded(double)("two")
    Traceback (most recent call last):
    policytext.errors.ParameterError: `number` of double must be a whole number, got 'two' (str)
    """
    signature = inspect.signature(function)
    asked = {
        name: _parts(_spelled_out(str(parameter.annotation), function.__globals__))
        for name, parameter in signature.parameters.items()
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    }
    if "self" in asked:
        asked = {}  # methods say themselves what they take, and only names are checked here

    @wraps(function)
    def checked(*args: _P.args, **named: _P.kwargs) -> _R:
        try:
            bound = signature.bind(*args, **named)
        except TypeError as error:
            raise ParameterError(_misfit(function.__name__, signature, error, named)) from None
        for name, value in bound.arguments.items():
            if value is signature.parameters[name].default or not asked.get(name):
                continue
            if wrong := _wrong(asked[name], value):
                hint = _hint(asked, name, value)
                raise ParameterError(f"`{name}` of {function.__name__} {wrong}{hint}")
            if name in _MADE_BY:
                _check_made(function.__name__, name, value)
        try:
            return function(*args, **named)
        except (IsADirectoryError, NotADirectoryError, PermissionError) as error:
            raise ParameterError(
                f"{function.__name__} cannot use {error.filename!r}: {error.strerror}; choose "
                "another file or folder, or change who may write there"
            ) from error

    return checked


def _check_made(function: str, name: str, value: Any) -> None:
    """Refuse the result of another function than the one a parameter is named after."""
    column, maker = _MADE_BY[name]
    table = getattr(value, "table", value)
    if hasattr(table, "columns") and column not in table.columns:
        columns = ", ".join(map(str, table.columns))
        raise ParameterError(
            f"`{name}` of {function} must be the result of {maker}, got a table of: {columns}"
        )


def _misfit(
    function: str, signature: inspect.Signature, error: TypeError, named: Iterable[str]
) -> str:
    """Return what is wrong with the number or the names of the arguments."""
    from difflib import get_close_matches

    taken = ", ".join(
        name if p.default is p.empty else f"{name}={p.default!r}"
        for name, p in signature.parameters.items()
        if name != "self"
    )
    unknown = [name for name in named if name not in signature.parameters]
    if not unknown:
        return f"{function}: {error}; it is called as {function}({taken})"
    near = get_close_matches(unknown[0], list(signature.parameters), n=1, cutoff=0.6)
    meant = f"did you mean `{near[0]}`? It" if near else "it"
    called = f"is called as {function}({taken}){_EXAMPLES.get(function, '')}"
    return f"{function} has no parameter `{unknown[0]}`; {meant} {called}"


def _wrong(parts: Sequence[str], value: Any) -> str:
    """Return why a value cannot be what is asked for; nothing if it can."""
    if any(_is(part, value) for part in parts):
        inside = _inside(parts)
        return _odd_entry(value, inside) if inside and isinstance(value, list | tuple) else ""
    said = " or ".join(dict.fromkeys(_said(part) for part in parts))
    return f"must be {said}, got {_shown(value)}"


def _said(part: str) -> str:
    name, _, inside = part.partition("[")
    return f"one of {inside[:-1]}" if name == "Literal" else _SAID[name]


def _hint(asked: Mapping[str, Sequence[str]], name: str, value: Any) -> str:
    """Return what to do: put arguments in order, or make of the value what is asked for."""
    for other, parts in asked.items():
        if other != name and any(_is(part, value) for part in parts if part in _OWN):
            order = [one for one in asked if one in (name, other)]
            return f"; that looks like `{other}`: `{order[0]}` comes first, then `{order[1]}`"
    came = {k.__name__ for k in type(value).__mro__}
    came |= {"Path"} if isinstance(value, os.PathLike) else set()
    wanted = {part.partition("[")[0] for part in asked[name]}
    found = [what for (one, kind), what in _ADVICE.items() if one in wanted and kind in came]
    if name in _MADE_BY:
        found.insert(0, f"make it with {_MADE_BY[name][1]}")
    if name in _NAMED:
        found.insert(0, _NAMED[name])
    return f"; {found[0].replace('{value!r}', repr(value))}" if found else ""


# What does an annotation ask for, and is a value that?


def _spelled_out(annotation: str, names: Mapping[str, Any]) -> str:
    """Return an annotation with the names of unions replaced by what they stand for.

    >>> _spelled_out("Own | None", {"Own": str | list[str]})
    'str | list[str] | None'
    """
    whole = [_ALIASES.get(part) or _of_union(part, names) for part in _alternatives(annotation)]
    return " | ".join(re.sub(r"(?:\w+\.)+(\w+)", r"\1", part) for part in whole)


def _of_union(part: str, names: Mapping[str, Any]) -> str:
    """Return what a name stands for, where that is a union or has parts; else the name."""
    meant = str(names.get(part, part))
    return meant if "|" in meant or "[" in meant else part


def _parts(annotation: str) -> tuple[str, ...]:
    """Return the alternatives of an annotation; none where one of them cannot be checked.

    >>> _parts("str | Path | None"), _parts("Callable[[int], str] | None")
    (('str', 'Path', 'None'), ())
    """
    found = tuple(_alternatives(annotation))
    return found if all(part.partition("[")[0] in _SAID for part in found) else ()


def _alternatives(annotation: str) -> Iterator[str]:
    """Yield what stands between the bars of an annotation that lie in no bracket."""
    depth = start = 0
    for at, sign in enumerate(annotation):
        depth += (sign == "[") - (sign == "]")
        if sign == "|" and not depth:
            yield annotation[start:at].strip()
            start = at + 1
    yield annotation[start:].strip()


def _is(part: str, value: Any) -> bool:
    """Say whether a value is what one alternative asks for; classes are known by name."""
    name = part.partition("[")[0]
    if name in _OWN or name in ("DataFrame", "Series"):
        package = "policytext" if name in _OWN else "pandas"
        return any(
            k.__name__ == name and k.__module__.startswith(package) for k in type(value).__mro__
        )
    # A string where a list of strings may stand is left to the function, which knows what it means.
    return _PLAIN[name](value) or (part.endswith("[str]") and isinstance(value, str))


def _is_listed(value: Any) -> bool:
    plain = isinstance(value, str | bytes | Mapping)
    return not plain and (isinstance(value, Iterable) or hasattr(value, "__array__"))


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool) or type(value).__name__ == "bool_"


_PLAIN: Final[Mapping[str, Callable[[Any], bool]]] = {
    "None": lambda value: value is None,
    "str": lambda value: isinstance(value, str),
    "Path": lambda value: isinstance(value, str | os.PathLike),
    "bool": _is_bool,
    "int": lambda value: isinstance(value, Integral) and not isinstance(value, bool),
    "float": lambda value: isinstance(value, Real) and not isinstance(value, bool),
    "Sequence": _is_listed,
    "Iterable": _is_listed,
    "Mapping": lambda value: isinstance(value, Mapping),
    "dict": lambda value: isinstance(value, Mapping),
    "tuple": _is_listed,
    "Literal": lambda value: isinstance(value, str),
    "ArrayLike": _is_listed,
    "NDArray": _is_listed,
    "Pattern": lambda value: isinstance(value, re.Pattern),
    "csr_matrix": lambda value: hasattr(value, "tocsr"),
}


def _inside(parts: Sequence[str]) -> str:
    """Return what the entries of a list must be, where that can be checked."""
    lists = [
        m[1]
        for part in parts
        if (m := re.fullmatch(r"(?:Sequence|Iterable)\[(\w+)(?:\[.*)?\]", part))
    ]
    return lists[0] if len(lists) == 1 and lists[0] in _PLAIN else ""


def _odd_entry(values: Sequence[Any], inside: str) -> str:
    for place, value in enumerate(values):
        if not _PLAIN[inside](value):
            held = "words or other strings" if inside == "str" else _SAID[inside]
            return f"must hold {held}, but entry {place} is {_shown(value)}"
    return ""


def _shown(value: Any) -> str:
    plain = value is None or isinstance(value, str | int | float)
    came = type(value).__name__
    return f"{repr(value)[:60]} ({came})" if plain and value is not None else came
