"""Which words stand for which concept, and which concept belongs under which?"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Final

import pandas as pd

from policytext.data import data_path, read_table
from policytext.errors import ParameterError, ReadingError
from policytext.export import as_it_was, to_csv
from policytext.reading.tabular.own_tables import read_own_table
from policytext.records import UNKNOWN

TERM_COLUMNS: Final = (
    "term",
    "concept",
    "parent",
    "exclusions",
    "since",
    "region_variant",
    "variant_of",
    "family",
    "theme",
    "label_zh",
    "label_en",
    "source",
    "note",
    "shown",
)
"""Columns of a term table; ``term`` and ``concept`` must be there, the others may be left out."""

SEPARATOR: Final = "|"
"""Between several values in one cell."""

AS_WRITTEN: Final = "not in the term table: counted exactly as written"
"""Note of a term somebody asked for that no table holds; such words may hold any character."""

ALIAS_NOTE = "a form of {concept}, asked for by itself"
NOT_SHOWN: Final = "no"
"""``shown`` of a concept that is searched for only because it stands for another one elsewhere."""

WIDTH_SLIP: Final = re.compile(r"[０-９Ａ-Ｚａ-ｚ＋\u3000\ufe50-\ufe6f]")
"""Full-width letters, digits and plus, and small forms: clean text holds none of them."""

MOST_SHOWN: Final = 12

Rows = list[dict[str, str]]


@dataclass(frozen=True, eq=False, repr=False)
class TermTable:
    """Terms, the concepts they stand for, and the tree of concepts.

    Parameters
    ----------
    table
        One row a term; columns as in `policytext.terms.concepts.TERM_COLUMNS`:

        - ``term``: the words as they stand in a clean text;
        - ``concept``: what the term stands for. The row with ``term == concept`` is the concept's
          own row and carries parent, labels, family and theme;
        - ``parent``: the concept above it; hits are added to it once;
        - ``exclusions``: longer words, joined by ``|``, inside which the term is not meant;
        - ``since``: the year of the document that introduced the term; ``unknown``, or ``""``, if
          not known: its zeros are then never "not applicable", and results say so;
        - ``region_variant``: provinces, joined by ``|``, that use this form;
        - ``variant_of``: the concept for which the form stands in those provinces, where the two
          are not the same thing everywhere (``""`` otherwise);
        - ``family``, ``theme``: group for reading, theme of the codebook the term is a cue for;
        - ``label_zh``, ``label_en``, ``source``, ``note``;
        - ``shown``: ``no`` for a concept that is searched for only because it stands for another
          one of the table in some provinces (`select` adds these), ``""`` otherwise.
    read_as
        Names that were asked for, each with the concept it is counted as; `select` fills it in.

    Raises
    ------
    ParameterError
        The table breaks a rule; all problems are listed.

    Examples
    --------
    >>> words = ["医共体", "县域医共体", "县域总医院"]
    >>> concepts = ["医共体", "医共体", "县域总医院"]
    >>> table = pd.DataFrame({"term": words, "concept": concepts, "parent": ["", "", "医共体"]})
    >>> terms = TermTable(table)
    >>> terms
    TermTable: 3 terms, 2 concepts
    >>> terms.ancestors("县域总医院")
    ('医共体',)
    """

    table: pd.DataFrame
    read_as: Mapping[str, str] = field(default_factory=dict)
    _parents: dict[str, str] = field(init=False)
    _concepts: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        table = checked_terms(self.table)
        own = table[table["term"] == table["concept"]]
        parents = dict(zip(own["concept"], own["parent"], strict=True))
        shown = tuple(own.loc[own["shown"] != NOT_SHOWN, "concept"])
        object.__setattr__(self, "table", table)
        object.__setattr__(self, "_parents", parents)
        object.__setattr__(self, "_concepts", shown)

    def __repr__(self) -> str:
        return f"TermTable: {len(self.table)} terms, {len(self._concepts)} concepts"

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>{self.table.to_html(escape=True, max_rows=20)}"

    @property
    def terms(self) -> tuple[str, ...]:
        """All terms, in the order of the table."""
        return tuple(self.table["term"])

    @property
    def concepts(self) -> tuple[str, ...]:
        """The concepts that results show, in the order of their own rows."""
        return self._concepts

    @property
    def digest(self) -> str:
        """First 16 hex digits of the SHA-256 of the table: names it in a cache or a record."""
        text = self.table.to_csv(index=False, lineterminator="\n")
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]

    def ancestors(self, concept: str) -> tuple[str, ...]:
        """Return the concepts above one, nearest first.

        Raises
        ------
        ParameterError
            The concept is not in the table.
        """
        if concept not in self._parents:
            raise ParameterError(
                f"concept must be one of the table's {len(self._parents)} concepts, "
                f"got {concept!r}; see .concepts"
            )
        above: list[str] = []
        while parent := self._parents[above[-1] if above else concept]:
            above.append(parent)
        return tuple(above)

    def concept_table(self) -> pd.DataFrame:
        """Return one row a concept.

        Returns
        -------
        pandas.DataFrame
            ``concept, parent, label_zh, label_en, family, theme, since`` (Int64, the earliest year
            among its terms), ``terms`` (all its forms, joined by ``|``), ``note``. A label that is
            not given is the concept itself. Only concepts that are shown have a row.
        """
        own = self.table[self.table["term"] == self.table["concept"]].set_index("concept")
        own = own.loc[list(self._concepts)]
        rows = own[["parent", "label_zh", "label_en", "family", "theme", "note"]].copy()
        for name in ("label_zh", "label_en"):
            rows[name] = rows[name].where(rows[name] != "", rows.index.to_series())
        # The canonical row dates the concept; a narrower alias may well be younger.
        rows["since"] = pd.to_numeric(own["since"].replace(["", UNKNOWN], None)).astype("Int64")
        rows["terms"] = self.table.groupby("concept")["term"].agg(SEPARATOR.join)
        rows.index.name = "concept"
        order = ["parent", "label_zh", "label_en", "family", "theme", "since", "terms", "note"]
        return rows[order].reset_index()

    def select(self, names: Iterable[str]) -> TermTable:
        """Return the table for the named concepts, their forms and everything below them.

        Parameters
        ----------
        names
            Concepts, or any words; one string is one word. An alias or short form counts its whole
            concept (``read_as`` says so); beside its concept it is a concept of its own, below it.
            Words that the table does not know become a term of their own, with a note. Blanks at
            the ends and full-width letters make no difference. To count words exactly as written,
            use ``TermTable`` with a row for each, and ``match="all"``.

        Returns
        -------
        TermTable
            Also holds the concepts that stand for the chosen ones in other provinces, not shown:
            so that a silence can be told from another name.

        Raises
        ------
        ParameterError
            ``names`` is empty, or holds an empty or repeated name.

        Examples
        --------
        >>> chosen = load_terms().select(["长护险", "某某工程"])
        >>> chosen.concepts, chosen.read_as
        (('长期护理保险', '某某工程'), {'长护险': '长期护理保险'})
        """
        wanted = list(dict.fromkeys(map(_plainly, _checked_names(names))))
        forms = dict(zip(self.table["term"], self.table["concept"], strict=True))
        named = set(wanted) & set(self._parents)
        alone = [n for n in wanted if n not in forms or (n not in named and forms[n] in named)]
        chosen = {forms[name] for name in wanted if name not in alone}
        below = self._with_below(chosen)
        elsewhere = self.table["variant_of"].isin(below) & ~self.table["concept"].isin(below)
        standing = self._with_below(set(self.table.loc[elsewhere, "concept"])) - below
        kept = self.table[self.table["concept"].isin(below | standing)].copy()
        for column in ("parent", "variant_of"):
            kept[column] = kept[column].where(kept[column].isin(below | standing), "")
        kept["shown"] = kept["shown"].mask(kept["concept"].isin(standing), NOT_SHOWN)
        kept["shown"] = kept["shown"].mask(kept["concept"].isin(below), "")
        kept = kept[~kept["term"].isin(alone)]
        added = [self._own_row(name, below) for name in alone]
        table = pd.concat([kept, pd.DataFrame(added)], ignore_index=True).fillna("")
        read_as = {n: forms[n] for n in wanted if n not in alone and n != forms[n]}
        return TermTable(table, read_as)

    def _with_below(self, concepts: set[str]) -> set[str]:
        """Return concepts and everything below them."""
        return {c for c in self._parents if concepts & {c, *self.ancestors(c)}}

    def _own_row(self, name: str, below: set[str]) -> dict[str, str]:
        known = self.table[self.table["term"] == name]
        if known.empty:
            borders = _borders().get(name, "")
            return {"term": name, "concept": name, "exclusions": borders, "note": AS_WRITTEN}
        row = {str(key): str(value) for key, value in known.iloc[0].items()}
        concept = row["concept"]
        row |= {"concept": name, "parent": concept if concept in below else ""}
        return row | {"variant_of": "", "shown": "", "note": ALIAS_NOTE.format(concept=concept)}

    def save(self, path: str | Path) -> Path:
        """Write the table as CSV that Excel opens, formulae neutralised, and return the path."""
        return to_csv(self.table, Path(path))


def load_terms(path: str | Path | None = None) -> TermTable:
    """Read a table of terms that a researcher edits in Excel.

    Parameters
    ----------
    path
        A CSV file, as Excel saves it, or an .xlsx file with the columns of `TermTable`;
        ``None`` reads the table of health-policy terms in the package.

    Returns
    -------
    TermTable

    Raises
    ------
    ReadingError
        The file is not there or cannot be read as a table.
    ParameterError
        The table breaks a rule; the message lists row and term of every problem.

    Examples
    --------
    >>> terms = load_terms()
    >>> terms.ancestors("紧密型县域医共体")
    ('医共体',)
    """
    source = data_path("terms.csv") if path is None else Path(path)
    if not source.is_file():
        raise ReadingError(f"no term table at {str(path)!r}; give the path of a CSV or .xlsx file")
    frame = read_own_table(source, "table of terms").map(as_it_was)
    try:
        return TermTable(frame)
    except ParameterError as error:
        raise ParameterError(str(error).replace("the term table", source.name, 1)) from error


def as_terms(terms: TermTable | Iterable[str] | None) -> TermTable:
    """Return a term table for whatever a caller may give as ``terms``.

    >>> as_terms(["分级诊疗"]).concepts[0]
    '分级诊疗'
    """
    if isinstance(terms, TermTable):
        return terms
    if isinstance(terms, pd.DataFrame):
        return TermTable(terms)
    return _shipped() if terms is None else _shipped().select(terms)


def asked_for(
    terms: TermTable | Iterable[str] | None,
) -> tuple[TermTable, tuple[str, ...] | None]:
    """Return the term table for whatever is given as ``terms``, and the concepts of given names.

    >>> asked_for(["医共体"])[1], asked_for(None)[1]
    (('医共体',), None)
    """
    if terms is None or isinstance(terms, TermTable):
        return as_terms(terms), None
    names = _checked_names(terms)
    table = _shipped().select(names)
    asked = (_plainly(name) for name in names)
    return table, tuple(dict.fromkeys(table.read_as.get(name, name) for name in asked))


@cache
def _shipped() -> TermTable:
    """Read the package's table once; `load_terms` gives everybody a table of their own."""
    return load_terms()


def nearest_terms(name: str) -> list[str]:
    """Return at most two terms of the package's table that are written much like a name.

    >>> nearest_terms("医养接合")
    ['医养融合', '医养结合']
    """
    return get_close_matches(name, _shipped().terms, n=2, cutoff=0.7)


@cache
def _borders() -> dict[str, str]:
    """Return for words that are no terms of the table where two other words meet in them."""
    table = read_table("term_borders.csv")
    return dict(zip(table["term"], table["exclusions"], strict=True))


def literal_terms(words: Iterable[str]) -> TermTable:
    """Return a table in which every word is a concept of its own: nothing pooled, nothing excluded.

    >>> literal_terms(["医共体", "县域医共体"]).concepts
    ('医共体', '县域医共体')
    """
    names = _checked_names(words)
    return TermTable(pd.DataFrame({"term": names, "concept": names, "note": AS_WRITTEN}))


def _checked_names(names: Iterable[str]) -> list[str]:
    if not isinstance(names, Iterable):
        raise ParameterError(
            f"terms must be a word, a list of words or a TermTable, got {type(names).__name__}"
        )
    wanted = [names] if isinstance(names, str) else list(names)
    if not wanted or any(not isinstance(name, str) or not name.strip() for name in wanted):
        raise ParameterError(f"terms must be one or more non-empty words, got {wanted!r}")
    if len(set(wanted)) != len(wanted):
        twice = sorted({name for name in wanted if wanted.count(name) > 1})
        raise ParameterError(f"every term must be named once, got {twice} more than once")
    return wanted


def _plainly(name: str) -> str:
    """Return a name without blanks at its ends, and with half-width letters and digits."""
    return WIDTH_SLIP.sub(lambda slip: unicodedata.normalize("NFKC", slip[0]), name).strip()


def variants_of(table: TermTable) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Return, for each concept, the concepts that stand for it elsewhere, with their provinces.

    >>> [concept for concept, _ in variants_of(load_terms())["医共体"]]
    ['医联体', '城市医疗集团']
    """
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for row in table.table.to_dict("records"):
        if row["variant_of"]:
            pair = (row["term"], split_cell(row["region_variant"]))
            found.setdefault(row["variant_of"], []).append(pair)
    return found


# What must a table of terms satisfy before anything is counted with it?


def checked_terms(frame: pd.DataFrame, where: str = "the term table") -> pd.DataFrame:
    """Return a table of terms as strings with all columns, or say everything that is wrong with it.

    >>> checked_terms(pd.DataFrame({"term": ["医共体"], "concept": ["医联体"]}))
    Traceback (most recent call last):
    policytext.errors.ParameterError: the term table has 1 problem(s): row 2, '医共体': its concept
    '医联体' has no row of its own; add a row whose term is '医联体'
    """
    missing = [name for name in ("term", "concept") if name not in frame.columns]
    if missing:
        raise ParameterError(
            f"{where} must have the columns 'term' and 'concept', got {list(frame.columns)}; "
            f"add {missing}"
        )
    table = frame.copy().reset_index(drop=True)
    for name in TERM_COLUMNS:
        table[name] = "" if name not in table else table[name].fillna("").map(_as_text)
    order = [*TERM_COLUMNS, *(name for name in frame.columns if name not in TERM_COLUMNS)]
    columns = [table[name].tolist() for name in TERM_COLUMNS]
    rows = [dict(zip(TERM_COLUMNS, cells, strict=True)) for cells in zip(*columns, strict=True)]
    problems = [*_cell_problems(rows), *_concept_problems(rows), *_parent_problems(rows)]
    if problems:
        shown = "; ".join(problems[:MOST_SHOWN])
        more = f"; and {len(problems) - MOST_SHOWN} more" if len(problems) > MOST_SHOWN else ""
        raise ParameterError(f"{where} has {len(problems)} problem(s): {shown}{more}")
    return table[order]


def split_cell(cell: str) -> tuple[str, ...]:
    """Split a cell that may hold several values.

    >>> split_cell("上海市|天津市"), split_cell("")
    (('上海市', '天津市'), ())
    """
    return tuple(part for part in cell.split(SEPARATOR) if part)


def _as_text(value: object) -> str:
    """Excel hands a year back as 2015.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


LONGEST: Final = 200
"""Characters of a term: what is longer is a text, and a search tree of it takes minutes."""


def _row_name(position: int, term: str) -> str:
    return f"row {position + 2}, {term!r}"


def _cell_problems(rows: Rows) -> Iterator[str]:
    """Spaces, widths, years and exclusions: what is wrong within one row (row 1 is the header)."""
    first: dict[str, int] = {}
    for position, row in enumerate(rows):
        term, name = row["term"], _row_name(position, row["term"])
        if not term:
            yield f"row {position + 2}: the term is empty; fill it or delete the row"
            continue
        if len(term) > LONGEST:
            yield f"row {position + 2}: a term may have {LONGEST} characters, got {len(term):,}"
            continue
        if term in first:
            yield f"{name}: the same term stands in row {first[term] + 2}; keep one of the two"
        first.setdefault(term, position)
        if row["note"] != AS_WRITTEN:
            for column in ("term", "concept", "parent", "exclusions", "variant_of"):
                yield from _writing_problems(row[column], f"{name}, {column}")
        if row["since"] not in ("", UNKNOWN) and not re.fullmatch(r"(1[89]|20)\d\d", row["since"]):
            since = row["since"]
            yield f"{name}: since must be a year such as 2015, unknown or empty, got {since!r}"
        for longer in split_cell(row["exclusions"]):
            if term not in longer or term == longer:
                yield f"{name}: the exclusion {longer!r} must be longer than the term and hold it"


def _writing_problems(value: str, name: str) -> Iterator[str]:
    if value != value.strip() or re.search(r"[^\x00-\x7f]\s|\s[^\x00-\x7f]", value):
        yield f"{name}: {value!r} has a stray space; delete it"
    elif WIDTH_SLIP.search(value):
        wanted = WIDTH_SLIP.sub(lambda slip: unicodedata.normalize("NFKC", slip[0]), value)
        yield f"{name}: {value!r} has a full-width or look-alike character; write {wanted!r}"


def _concept_problems(rows: Rows) -> Iterator[str]:
    terms = {row["term"] for row in rows}
    concepts = {row["concept"] for row in rows}
    for position, row in enumerate(rows):
        name = _row_name(position, row["term"])
        if not row["concept"]:
            yield f"{name}: the concept is empty; repeat the term if it is its own concept"
        elif row["concept"] not in terms:
            yield (
                f"{name}: its concept {row['concept']!r} has no row of its own; "
                f"add a row whose term is {row['concept']!r}"
            )
        elif row["term"] in concepts and row["term"] != row["concept"]:
            yield f"{name}: other rows use it as concept, so its own concept must be itself"
        if row["variant_of"] and row["variant_of"] not in concepts:
            yield f"{name}: variant_of {row['variant_of']!r} is no concept of the table"


def _parent_problems(rows: Rows) -> Iterator[str]:
    parents = {row["concept"]: row["parent"] for row in rows if row["term"] == row["concept"]}
    for position, row in enumerate(rows):
        name, parent = _row_name(position, row["term"]), row["parent"]
        if parent and parent not in parents:
            yield f"{name}: unknown parent {parent!r}; a parent must be a concept of the table"
        if parent and parent != parents.get(row["concept"], parent):
            yield f"{name}: its parent {parent!r} differs from that of its concept's own row"
    for concept in parents:
        seen = [concept]
        while (above := parents.get(seen[-1], "")) and above not in seen:
            seen.append(above)
        if above == concept:
            yield f"concept {concept!r} is its own ancestor ({' > '.join([*seen, above])})"
