"""What may a study file say, and what is wrong with this one?"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from policytext.errors import StudyError
from policytext.storage import stands

MOST_BYTES = 10_000_000


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SupplementSettings(_Section):
    """Reports of another file that are added to the corpus, or replace faulty ones.

    ``raw`` is a file beside the main one; ``where`` chooses its reports; reports of the corpus
    with the same value of the column ``replaces`` are left out.
    """

    raw: str
    where: str
    replaces: str = ""
    columns: dict[str, str | int] = Field(default_factory=dict)


class CorpusSettings(_Section):
    """Where the corpus is: a saved folder of counts, raw files, or both.

    ``saved`` and ``raw`` are relative to the study file; ``raw`` is looked up in the folder given
    by ``--raw`` or ``POLICYTEXT_RAW`` first. ``sha256`` maps raw file names to checksums.
    """

    name: str
    saved: str = ""
    raw: str = ""
    design: Literal["census", "sample", "convenience"] = "convenience"
    columns: dict[str, str | int] = Field(default_factory=dict)
    metadata: str = ""
    corrections: str = ""
    traditional: Literal["", "characters", "taiwan", "hong_kong"] = ""
    sha256: dict[str, str] = Field(default_factory=dict)
    supplement: tuple[SupplementSettings, ...] = ()


class WordSettings(_Section):
    """How words are cut and terms are found."""

    segmenter: Literal["pkuseg", "spacy-pkuseg", "jieba"] = "pkuseg"
    terms: str = ""
    match: Literal["longest", "all"] = "longest"


class AnalysisSettings(_Section):
    """One analysis: its kind, the name of its table and figure, and its parameters.

    ``tolerance`` is the largest relative difference of a number at which an expected table counts
    as reproduced; whole numbers and words must be equal.
    """

    kind: str
    id: str = Field(pattern=r"^[a-z0-9_]+$", max_length=60)
    title_zh: str = ""
    title_en: str = ""
    where: str = ""
    figure: bool = True
    tolerance: float = Field(1e-6, ge=0)
    parameters: dict[str, Any] = Field(default_factory=dict)


class PublishedSettings(_Section):
    """One published figure to compare with: where it stands and what is close enough.

    ``column`` of the ``row`` of an analysis' table is compared: within ``tolerance`` of
    ``published``, or, where ``low_column`` and ``high_column`` are named, ``published`` between
    them. ``not_testable`` says why a figure can only be listed, ``explained`` why one
    beyond its tolerance differs. A Chinese page takes the words in ``…_zh`` where they are given.
    """

    quantity: str
    quantity_zh: str = ""
    published: float
    source: str
    table: str = ""
    row: dict[str, str | int | float] = Field(default_factory=dict)
    column: str = ""
    tolerance: float = Field(0.0, ge=0)
    tolerance_kind: Literal["absolute", "relative"] = "absolute"
    low_column: str = ""
    high_column: str = ""
    verdict: Literal["reproduced", "consistent"] = "consistent"
    not_testable: str = ""
    not_testable_zh: str = ""
    explained: str = ""
    explained_zh: str = ""


class Study(_Section):
    """A whole study, as its TOML file states it."""

    title_zh: str = ""
    title_en: str = ""
    language: Literal["zh", "en"] = "zh"
    seed: int = Field(0, ge=0, lt=2**32, strict=True)
    summary_zh: str = ""
    summary_en: str = ""
    corpus: CorpusSettings | None = None
    words: WordSettings = WordSettings()
    analysis: tuple[AnalysisSettings, ...] = ()
    published: tuple[PublishedSettings, ...] = ()


def load_study(path: str | Path) -> Study:
    """Read and check a study file.

    Parameters
    ----------
    path
        The TOML file, or the folder that holds ``study.toml``.

    Returns
    -------
    Study
        Titles, seed, corpus, words, analyses and published figures, as the file states them.

    Raises
    ------
    StudyError
        The file lacks, is no TOML, has an unknown key (the nearest known one is named), a wrong
        value, or two analyses of one name.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "study.toml")
    ...     _ = file.write_text('title_zh = "例"\\ntitle_en = "e"\\nseed = 7', encoding="utf-8")
    ...     load_study(folder).seed
    7
    """
    file = study_file(path)
    try:
        if file.stat().st_size > MOST_BYTES:
            raise StudyError(f"the study file {file.name!r} must be under {MOST_BYTES} bytes")
        content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is no TOML error
        raise StudyError(f"the study file {file.name!r} is not valid TOML: {error}") from error
    except OSError as error:
        raise StudyError(f"the study file {file.name!r} cannot be opened: {error}") from error
    try:
        study = Study.model_validate(content)
    except ValidationError as error:
        raise StudyError(_in_words(error, file.name)) from error
    names = [a.id for a in study.analysis]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise StudyError(f"analyses must have different ids, but {twice} stand twice")
    return _titled(study, file)


def _titled(study: Study, file: Path) -> Study:
    """Give a study without titles those it has in the other language, or its folder's name."""
    name = study.title_zh or study.title_en or file.absolute().parent.name
    titles = {"title_zh": study.title_zh or name, "title_en": study.title_en or name}
    return study.model_copy(update=titles)


def study_file(path: str | Path) -> Path:
    """Return the path of the study file that a file or folder name means."""
    given = Path(path).expanduser()
    file = given / "study.toml" if stands(given) and given.is_dir() else given
    if not stands(file) or not file.is_file():
        raise StudyError(f"there is no study file at {str(given)!r}; name a study.toml")
    return file


def listed(faults: Sequence[str]) -> str:
    """Return one fault as it is, and several one a line.

    >>> print(listed(["seed lacks", "kind is unknown"]))
    2 faults:
    - seed lacks
    - kind is unknown
    """
    if len(faults) == 1:
        return faults[0]
    return "\n- ".join([f"{len(faults)} faults:", *faults])


def _in_words(error: ValidationError, name: str) -> str:
    """Turn all problems into sentences; unknown keys first, for they explain what lacks."""
    problems = sorted(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    return listed([_sentence(problem, name) for problem in problems])


def _sentence(problem: Mapping[str, Any], name: str) -> str:
    place = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        key = str(problem["loc"][-1])
        known = _known_keys(problem["loc"][:-1])
        near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
        return f"unknown key {place!r} in {name}; {hint}"
    if problem["type"] == "missing":
        return f"{name} must have the key {place!r}, and it lacks"
    return f"{place!r} in {name}: {problem['msg']}, got {problem['input']!r}"


def _known_keys(place: tuple[int | str, ...]) -> list[str]:
    sections: dict[str, type[BaseModel]] = {
        "corpus": CorpusSettings,
        "words": WordSettings,
        "analysis": AnalysisSettings,
        "published": PublishedSettings,
        "supplement": SupplementSettings,
    }
    names = [str(p) for p in place if not isinstance(p, int)]
    known = [sections[n] for n in names if n in sections]
    model = known[-1] if known else Study
    return sorted(model.model_fields)
