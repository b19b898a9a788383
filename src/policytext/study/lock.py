"""What does a study's result depend on, and which part of it changed?"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from policytext.data import data_path
from policytext.errors import DamagedFileError, PolicytextError, StudyError
from policytext.segmentation.weights import load_model
from policytext.storage import file_digests, stands

if TYPE_CHECKING:
    import pandas as pd

    from policytext.study.bench import Bench
    from policytext.study.settings import Study

LOCK_NAME: Final = "study.lock"
LOCK_VERSION: Final = 1

RECORDED: Final = (
    "policytext",
    "numpy",
    "pandas",
    "scipy",
    "scikit-learn",
    "spacy",
    "spacy-pkuseg",
    "gensim",
    "tomotopy",
    "statsmodels",
    "matplotlib",
)
"""Packages whose versions a run records."""

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "reading": ("layout", "reading", "intake.py", "contract.py"),
    "cleaning rules": ("cleaning", "data/cleaning"),
    "anatomy": ("anatomy", "data/anatomy", "data/kinds"),
    "origin": ("origin", "data/events.csv"),
    "gazetteer": ("data/regions",),
    "codebook": ("data/codebooks",),
    "theme model": ("data/models/themes/health-themes.skops",),
    "words": ("terms", "segmentation", "words", "data/stopwords.csv"),
    "analysis": ("analysis", "inference", "comparable.py", "corpus.py", "counts.py"),
    "topics": ("topics",),
    "themes": ("themes", "data/models/themes/errors.csv", "data/labels"),
    "statements": ("statements", "narratives", "data/statements", "data/narratives"),
    "study": ("study",),
}
"""Files of the package, program and lists, that each component of the lock stands for."""

OF_CORPUS: Final = ("reading", "cleaning rules", "anatomy", "origin", "gazetteer")
"""Components that act through the tables of the corpus only."""

OF_KIND: Final[Mapping[str, tuple[str, ...]]] = {
    "terms": ("term table", "words", "analysis", "versions"),
    "words": ("segmentation model", "word counts", "words", "analysis", "versions"),
    "topics": ("segmentation model", "word counts", "words", "topics", "versions"),
    "themes": ("codebook", "theme model", "themes", "versions"),
    "statements": ("statements", "term table", "versions"),
    "facts": ("analysis",),
    "checks": ("analysis", "words", "topics", "themes", "study", "versions"),
}

KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("coverage", "panel", "ledger", "passages", "passage_shares"), "facts"),
    **dict.fromkeys(("keyness", "distances", "collocations", "word_totals"), "words"),
    **dict.fromkeys(
        ("topics", "topic_shares", "topic_paragraphs", "topic_quality", "stability"), "topics"
    ),
    **dict.fromkeys(("themes", "crosstab"), "themes"),
    **dict.fromkeys(("worked_examples", "stored_topic_model", "keyword_shares"), "checks"),
    "statements": "statements",
}
"""What a kind of analysis rests on; terms, where nothing is said."""


def make_lock(study: Study, bench: Bench) -> dict[str, Any]:
    """Return everything that the result of a study depends on."""
    corpus = bench.corpus
    sources = corpus.sources
    return {
        "lock_version": LOCK_VERSION,
        "inputs": dict(zip(sources["source_id"], sources["sha256_bytes"], strict=True)),
        "made from": "sentences" if corpus.has_text else "stored counts",
        "documents": table_digest(corpus.documents),
        "paragraphs": table_digest(corpus.paragraphs),
        "word counts": _stored_digest(bench),
        "files": named_files(study, bench),
        "term table": bench.terms.digest,
        "segmentation model": _segmenter(bench),
        **{name: files_digest(places) for name, places in PARTS.items()},
        "versions": {**{name: version_of(name) for name in RECORDED}, **_machine()},
        "settings": digest({k: v for k, v in study.model_dump().items() if k != "published"}),
        "analyses": {a.id: digest(a.model_dump()) for a in study.analysis},
        "seed": study.seed,
    }


def named_files(study: Study, bench: Bench) -> dict[str, str]:
    """Return the SHA-256 of each file beside the study that its corpus or an analysis names."""
    corpus = study.corpus
    stated = [corpus.metadata, corpus.corrections] if corpus and bench.corpus.has_text else []
    named = [value for a in study.analysis for value in a.parameters.values()]
    found: dict[str, str] = {}
    for name in [*stated, *named]:
        if isinstance(name, str) and name and stands(bench.folder / name):
            inner = file_digests(bench.folder / name)
            found |= {(f"{name}/{place}" if place else name): sums for place, sums in inner.items()}
    return found


def read_lock(path: Path) -> dict[str, Any]:
    """Read a lock file; one of an earlier version is read as far as it goes."""
    try:
        lock: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        number = int(lock["lock_version"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise StudyError(f"the lock {path.name!r} cannot be read: {error}") from error
    if number > LOCK_VERSION:
        raise StudyError(f"{path.name!r} was written by a newer policytext; update policytext")
    return lock


def changed_components(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return the names of the components whose values differ, those of inputs first.

    >>> changed_components({"seed": 1, "term table": "a"}, {"seed": 1, "term table": "b"})
    ['term table']
    """
    names = [n for n in new if n not in ("lock_version", "settings", "analyses", "made from")]
    return [n for n in names if n in old and old[n] != new[n]]


def responsible(
    old: Mapping[str, Any], new: Mapping[str, Any], analysis: str, kind: str
) -> list[str]:
    """Name the changed components that the table of one analysis rests on.

    What acts on a table through the corpus only (cleaning, anatomy, gazetteer …) is named if the
    corpus tables are others than before, and not otherwise.
    """
    changed = changed_components(old, new)
    moved = {"documents", "paragraphs", "inputs", "files"} & set(changed)
    own = set(OF_KIND[KINDS.get(kind, "terms")]) | {"seed", *(OF_CORPUS if moved else ()), *moved}
    named = [_detailed(name, old[name], new[name]) for name in changed if name in own]
    before, after = (lock.get("analyses", {}).get(analysis) for lock in (old, new))
    if before != after:
        named.insert(0, "settings of the analysis")
    if old.get("made from") != new.get("made from"):
        named.append(f"made from {new.get('made from')} instead of {old.get('made from')}")
    return named


def _detailed(name: str, old: Any, new: Any) -> str:
    if not isinstance(new, dict) or not isinstance(old, dict):
        return name
    parts = [
        f"{k} {old.get(k, 'none')} → {new.get(k, 'none')}" if name == "versions" else str(k)
        for k in sorted({*old, *new})
        if old.get(k) != new.get(k)
    ]
    return f"{name} ({', '.join(parts[:5])}{'…' if len(parts) > 5 else ''})"


def digest(content: Any) -> str:
    """Return 16 hex digits of a value that JSON can hold."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def table_digest(table: pd.DataFrame) -> str:
    """Return 16 hex digits of a table's facts; sentences and titles are left out.

    So the digest is the same whether the sentences are at hand or not.
    """
    shown = table.drop(columns=[c for c in ("text", "title") if c in table.columns])
    return hashlib.sha256(shown.to_csv(index=False, lineterminator="\n").encode()).hexdigest()[:16]


def files_digest(places: Iterable[str]) -> str:
    """Return 16 hex digits of files of the package, whatever the ends of their lines."""
    package = data_path("").parent
    digest_ = hashlib.sha256()
    for place in places:
        root = package / place
        if not root.exists():
            raise DamagedFileError(f"the installation lacks {place!r}; install policytext again")
        files = [root] if root.is_file() else sorted(p for p in root.rglob("*") if p.is_file())
        for file in files:
            if file.suffix != ".pyc":
                digest_.update(file.relative_to(package).as_posix().encode())
                digest_.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return digest_.hexdigest()[:16]


def version_of(name: str) -> str:
    """Return the installed version of a package, or ``not installed``."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _machine() -> dict[str, str]:
    return {"python": platform.python_version(), "machine": platform.machine()}


def _stored_digest(bench: Bench) -> str:
    stored = bench.corpus.stored
    tables = [stored[k] for k in ("word_counts", "vocabulary") if k in stored]
    return digest([table_digest(t) for t in tables]) if tables else "counted from sentences"


def _segmenter(bench: Bench) -> str:
    if not bench.corpus.has_text:
        return "stored counts"
    if bench.words.segmenter != "pkuseg":
        return f"{bench.words.segmenter} {version_of(bench.words.segmenter)}"
    try:
        return load_model().identity
    except PolicytextError:
        return "not installed"
