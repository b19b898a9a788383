"""What would a study file for these reports say?

A folder is read, and a study file is written that runs at once: where the reports are, how far
their places and years are known, and the analyses that this corpus can carry. Every other kind of
analysis stands in it as a comment, with its parameters and their defaults.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from policytext.errors import StudyError
from policytext.intake import read_corpus
from policytext.records import checked_language, spoken
from policytext.report import overview, write_text
from policytext.storage import stands
from policytext.study.analyses import ANALYSES, Kind
from policytext.study.settings import Study
from policytext.terms.termcount import term_totals
from policytext.texts import name_of, say

if TYPE_CHECKING:
    from policytext.corpus import Corpus

SCHEMA: Final = "study.schema.json"
GROUPS: Final = ("province", "city", "county", "year")
"""Columns by which reports are compared, the first of which at least two values are known."""
MOST_TERMS: Final = 3
NOT_STARTED: Final = frozenset({"stored_topic_model", "worked_examples", "word_totals"})
"""Kinds that check stored figures of a publication; they are in the schema only."""


def start_study(
    folder: str | Path,
    *,
    out: str | Path = "study.toml",
    language: str | None = None,
    overwrite: bool = False,
    progress: bool = True,
) -> Path:
    """Look at a folder of reports and write a commented study file for them.

    Parameters
    ----------
    folder : path
        A folder or file of reports.
    out : path, default="study.toml"
        The study file; beside it a schema is written, by which editors complete and check it.
    language : {"zh", "en"}, optional
        Language of the comments and of the page; that of `set_language` if not given, Chinese
        where both are set.
    overwrite : bool, default=False
        Replace a study file that stands there.
    progress : bool, default=True
        Show a progress bar while the reports are read.

    Returns
    -------
    Path
        The study file. It runs as it is: ``policytext run study.toml``.

    Raises
    ------
    StudyError
        A file stands at ``out``.
    ParameterError
        There is no such folder or file.
    ReadingError
        It holds nothing.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> report = "青田县2023年卫生健康工作总结\\n一、主要工作\\n建成医共体2个，新建村卫生室12所。"
    >>> with TemporaryDirectory() as folder:
    ...     raw = Path(folder, "raw")
    ...     raw.mkdir()
    ...     _ = Path(raw, "a.txt").write_text(report, encoding="utf-8")
    ...     file = start_study(raw, out=Path(folder, "study.toml"), language="en", progress=False)
    ...     "kind = \\"trends\\"" in file.read_text(encoding="utf-8")
    True
    """
    file = Path(out).expanduser()
    if stands(file) and not overwrite:
        raise StudyError(
            f"a study file must not be written over: {str(file)!r} stands already; name another "
            "with out (--out), or ask for it with overwrite=True (--overwrite)"
        )
    tongue = checked_language(language)
    tongue = "zh" if tongue == "both" else tongue  # a page is in one language
    corpus = read_corpus(folder, progress=progress)
    file.parent.mkdir(parents=True, exist_ok=True)
    raw = os.path.relpath(Path(folder).expanduser().resolve(), file.parent.resolve())
    lines = list(_lines(corpus, Path(raw).as_posix(), tongue))
    write_text(file.with_name(SCHEMA), json.dumps(study_schema(), ensure_ascii=False, indent=1))
    write_text(file, "\n".join(lines) + "\n")
    return file


def _lines(corpus: Corpus, raw: str, tongue: str) -> Iterator[str]:
    """Yield the lines of the study file."""

    def said(key: str, **values: Any) -> str:
        return spoken(say(f"start.{key}", **values), tongue)

    yield f"#:schema {SCHEMA}"
    yield f"# {said('head')}"
    yield from (f"#   {spoken(label, tongue)}: {value}" for label, value in overview(corpus))
    yield ""
    for key in ("title_zh", "title_en"):
        yield f"{key} = {_toml(corpus.name)}"
    yield f"language = {_toml(tongue)}"
    yield f"seed = 1  # {said('seed')}"
    yield ""
    yield "[corpus]"
    yield f"name = {_toml(corpus.name)}"
    yield f"raw = {_toml(raw)}  # {said('raw')}"
    yield f'design = "convenience"  # {said("design")}'
    yield f'# metadata = "metadata.csv"  # {said("metadata")}'
    yield f'# corrections = "corrections.csv"  # {said("corrections")}'
    by, terms = _group_of(corpus), _terms_of(corpus)
    carried = _carried(corpus, by, terms)
    for name, parameters in carried.items():
        yield from ("", f"# {spoken(name_of('kind', name), tongue)}", "[[analysis]]")
        yield from (f'id = "{name}"', f'kind = "{name}"')
        if parameters:
            yield f"parameters = {_toml(parameters)}"
        yield from _open_parameters(ANALYSES[name], parameters, said("more"))
    yield from ("", f"# {said('others')}")
    for name, kind in ANALYSES.items():
        if name not in carried and name not in NOT_STARTED:
            needed = {one: _example(one, by, terms) for one in kind.needed}
            yield from ("#", f"# {spoken(name_of('kind', name), tongue)}", "# [[analysis]]")
            yield from (f'# id = "{name}"', f'# kind = "{name}"')
            yield from [f"# parameters = {_toml(needed)}"] if needed else []
            yield from _open_parameters(kind, needed, said("more"))


def _group_of(corpus: Corpus) -> str:
    """Return by what the reports can be compared."""
    documents = corpus.documents
    known = (c for c in GROUPS if documents[c].replace("", None).dropna().nunique() > 1)
    return next(known, "doc_id")


def _terms_of(corpus: Corpus) -> list[str]:
    """Return the programmes that most reports name."""
    found = term_totals(corpus).table
    found = found[found["n_hits"] > 0].sort_values(
        ["n_documents", "n_hits", "concept"], ascending=[False, False, True]
    )
    return list(found["concept"].head(MOST_TERMS)) or ["医共体"]


def _carried(corpus: Corpus, by: str, terms: list[str]) -> dict[str, dict[str, Any]]:
    """Return the analyses that the corpus can carry, with their parameters."""
    several = corpus.documents["genre"].nunique() > 1 or corpus.documents["level"].nunique() > 1
    compared: dict[str, Any] = {"by": by} | ({"mix": True} if several else {})
    found: dict[str, dict[str, Any]] = {
        "coverage": {},
        "ledger": {},
        "trends": {"terms": terms, **compared},
        "term_status": {"terms": terms, **compared},
    }
    if by != "doc_id":
        found["keyness"] = compared
    return found


def _example(name: str, by: str, terms: list[str]) -> Any:
    """Return an example of a parameter that a study must name."""
    known = {
        "terms": terms,
        "term": terms[0] if terms else "…",
        "words": terms,
        "n_topics": 10,
        "first": by,
        "second": "genre",
    }
    return known.get(name, "…")


def _open_parameters(kind: Kind, used: Mapping[str, Any], said: str) -> Iterator[str]:
    """Yield a comment with the parameters that may be added, and their defaults."""
    defaults = kind.defaults()
    free = [name for name in kind.known if name not in used]
    shown = [f"{n} = {_toml(defaults[n])}" if _plain(defaults.get(n)) else n for n in free]
    if shown:
        yield f"# {said} {', '.join(shown)}"


def _plain(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)


def _toml(value: Any) -> str:
    """Return a value as TOML writes it.

    >>> _toml({"terms": ["医共体"], "mix": True, "top": 5})
    '{ terms = ["医共体"], mix = true, top = 5 }'
    """
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


# Which keys may a study file hold, for an editor that completes them?


def study_schema() -> dict[str, Any]:
    """Return the JSON schema of a study file, with the parameters of each kind of analysis.

    Returns
    -------
    dict
        A schema of draft 2020-12, as ``json.dump`` writes it; editors that read TOML complete
        and check a study file by it.

    Examples
    --------
    >>> "trends" in study_schema()["$defs"]["AnalysisSettings"]["properties"]["kind"]["enum"]
    True
    """
    schema = Study.model_json_schema()
    analysis = schema["$defs"]["AnalysisSettings"]
    analysis["properties"]["kind"]["enum"] = sorted(ANALYSES)
    analysis["allOf"] = [
        {
            "if": {"properties": {"kind": {"const": name}}},
            "then": {
                "properties": {
                    "parameters": {
                        "properties": _described(kind),
                        "required": list(kind.needed),
                        "additionalProperties": False,
                    }
                }
            },
        }
        for name, kind in sorted(ANALYSES.items())
    ]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _described(kind: Kind) -> dict[str, Any]:
    """Return what each parameter must be, and its default where that is a plain value."""
    defaults, shapes = kind.defaults(), kind.shapes()
    return {
        name: {"description": shapes.get(name, "")}
        | ({"default": defaults[name]} if _plain(defaults.get(name)) else {})
        for name in kind.known
    }
