"""Which cue terms of a codebook stand in which clause of a text?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policytext.anatomy.clauses import (
    CLAUSE_ENDS,
    HALF_WIDTH_ENDS,
    SENTENCE_ENDS,
    Clause,
    comparable,
)
from policytext.corpus import Corpus
from policytext.errors import ParameterError
from policytext.themes.codebook import Codebook, load_codebook
from policytext.themes.coding import coding_table, paragraphs_of

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Pattern(NamedTuple):
    """One cue, hint or word of the domain (number -1), and what it asks for.

    ``trigger``: literals of which one must stand in the clause; ``needs``, ``forbids``: groups of
    literals of which one must, or none may stand there; ``nearby``: one must stand in the sentence.
    """

    cue: int
    theme: int
    trigger: frozenset[int]
    needs: tuple[int, ...]
    forbids: tuple[int, ...]
    nearby: tuple[int, ...]


class CueHit(NamedTuple):
    """One cue (strong) or hint found: numbers of clause and theme, the cue, its span."""

    clause: int
    theme: int
    strong: bool
    cue: str
    start: int
    end: int


class Found(NamedTuple):
    """What was found in one text: clauses, hits, and the number of domain words per clause."""

    clauses: list[Clause]
    hits: list[CueHit]
    domain: list[int]


class Batch(NamedTuple):
    """What was found in several texts at once; places are those of the joined text.

    Of each clause: its text, span, sentence (numbered through the batch), words of the domain. Of
    each cue or hint: its clause, its number, its span.
    """

    clause_text: Ints
    clause_start: Ints
    clause_end: Ints
    clause_sentence: Ints
    clause_domain: Ints
    hit_clause: Ints
    hit_cue: Ints
    hit_start: Ints
    hit_end: Ints


class CueMatcher:
    """Finds the cues and hints of a codebook in texts, clause by clause, in one pass.

    ``codebook``: The scheme; how its cues are written is explained at the head of
      ``data/codebooks/health-themes.yaml``.
    ``real``: for each theme, whether it is a theme and not a code that is used alone.
    ``theme_of_cue``, ``strong_cue``: for each cue and hint, by its number, the theme it speaks
      for, and whether it is a cue.

    >>> found = CueMatcher(load_codebook()).find("全县建成紧密型医共体，教育投入增长。")
    >>> [(h.clause, h.cue) for h in found.hits if h.strong]
    [(0, '医共体')]
    """

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        self._literals: dict[str, int] = {}
        self._groups: dict[frozenset[int], int] = {}
        self._patterns: list[Pattern] = []
        self._cues: dict[tuple[int, bool, str], int] = {}
        masks: dict[int, set[int]] = {}
        domain = len(codebook.themes)
        for number, theme in enumerate(codebook.themes):
            for strong, cues in ((True, theme.cues), (False, theme.hints)):
                for cue in cues:
                    key = (number, strong, cue)
                    held = self._cues.setdefault(key, len(self._cues))
                    self._patterns.append(self._pattern(held, number, cue, theme.id))
            self._add_masks(masks, number, theme.masks)
        for word in codebook.domain_words:
            self._patterns.append(self._pattern(-1, domain, word, "domain"))
        self._add_masks(masks, domain, codebook.domain_masks)
        self._automaton: AhoCorasick | None = None
        self._tables = _tables(self._literals, self._groups, self._patterns, masks)
        self.theme_of_cue = np.array([theme for theme, _, _ in self._cues], dtype=np.int64)
        self.strong_cue = np.array([strong for _, strong, _ in self._cues], dtype=bool)
        self.real = np.array([theme not in codebook.alone for theme in codebook.ids])

    def number(self, hit: CueHit) -> int:
        """Return the number of the cue that was found."""
        return self._cues[(hit.theme, hit.strong, hit.cue)]

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_automaton": None}

    def find(self, text: str) -> Found:
        """Find all cues and hints of one text; spans are offsets in the text as given."""
        plain = comparable(text)
        found = self.find_plain(plain.text)
        if plain.places is None:
            return found
        parts = [Clause(*plain.original(c.start, c.end), c.sentence) for c in found.clauses]
        hits = [CueHit(*h[:4], *plain.original(h.start, h.end)) for h in found.hits]
        return Found(parts, hits, found.domain)

    def find_plain(self, text: str) -> Found:
        """Find all cues and hints of a text that `comparable` has already spelled."""
        found = self.find_batch(Letters.of([text], "\n"))
        clauses = zip(*(v.tolist() for v in found[1:4]), strict=True)
        cues = list(self._cues)
        hits = [
            CueHit(clause, theme, strong, cue, start, end)
            for clause, number, start, end in zip(*(v.tolist() for v in found[5:]), strict=True)
            for theme, strong, cue in (cues[number],)
        ]
        return Found([Clause(*one) for one in clauses], hits, found.clause_domain.tolist())

    def find_batch(self, letters: Letters) -> Batch:
        """Find all cues and hints of texts in comparable spelling, joined by line breaks."""
        start, end, sentence = _clause_spans(letters)
        literals = self._occurrences(letters)
        held = _held(literals.inside(start, end), sentence, self._tables)
        masks = _Masks.of(literals, self._tables, letters)
        held = held.part(~masks.hide(self._tables.theme[held.pattern], held.start, held.end))
        held = held.part(held.first_of_each())
        cue = self._tables.cue[held.pattern]
        domain = np.bincount(held.clause[cue < 0], minlength=len(start))
        hits = held.part(cue >= 0)
        text = letters.text_of(start)
        spans = (hits.clause, cue[cue >= 0], hits.start, hits.end)
        return Batch(text, start, end, sentence, domain, *spans)

    def _occurrences(self, letters: Letters) -> _Literals:
        if self._automaton is None:
            from ahocorasick_rs import AhoCorasick

            self._automaton = AhoCorasick(list(self._literals))
        found = self._automaton.find_matches_as_indexes(letters.joined, overlapping=True)
        flat = np.fromiter(chain.from_iterable(found), dtype=np.int64, count=3 * len(found))
        literal, start, end = flat.reshape(-1, 3).T
        whole = ~(self._tables.bordered[literal] & letters.inside_word(start, end))
        return _Literals(literal[whole], start[whole], end[whole])

    def _pattern(self, number: int, theme: int, cue: str, owner: str) -> Pattern:
        needs: list[int] = []
        forbids: list[int] = []
        nearby: list[int] = []
        trigger: frozenset[int] | None = None
        near: set[int] = set()
        for atom in cue.split():
            if atom[0] == "-":
                forbids.append(self._group(self._ids(atom[1:])))
            elif atom[0] == "~":
                near.update(self._ids(atom[1:]))
            elif trigger is None:
                trigger = self._ids(atom)
            else:
                needs.append(self._group(self._ids(atom)))
        if trigger is None:
            raise ParameterError(f"the cue {cue!r} of {owner!r} needs an atom without - or ~")
        if near:
            nearby.append(self._group(frozenset(near)))
        return Pattern(number, theme, trigger, tuple(needs), tuple(forbids), tuple(nearby))

    def _ids(self, atom: str) -> frozenset[int]:
        words = [word for word in atom.split("|") if word]
        return frozenset(self._literals.setdefault(w, len(self._literals)) for w in words)

    def _group(self, literals: frozenset[int]) -> int:
        return self._groups.setdefault(literals, len(self._groups))

    def _add_masks(self, owners: dict[int, set[int]], theme: int, masks: Sequence[str]) -> None:
        for mask in masks:
            for literal in self._ids(mask):
                owners.setdefault(literal, set()).add(theme)


# Many texts at once: as one row of characters, and what is asked of it in tables of numbers

_LAST: Final = 0xFFFF


def table_of(characters: str) -> Bools:
    """Return for each character by its number whether it is among these."""
    table = np.zeros(_LAST + 1, dtype=bool)
    table[[ord(character) for character in characters]] = True
    return table


_ENDS_CLAUSE: Final = table_of(CLAUSE_ENDS)
_ENDS_SENTENCE: Final = table_of(SENTENCE_ENDS)
_MAY_END_CLAUSE: Final = table_of(HALF_WIDTH_ENDS)
_DIGITS: Final = table_of("0123456789")
_KIND: Final = np.array([chr(c).isdigit() + 2 * chr(c).isalpha() for c in range(128)] + [0])


class Letters(NamedTuple):
    """Texts joined to one, its characters by number, and where each text begins.

    >>> letters = Letters.of(["医保", "投资1205万元"], "\\n")
    >>> letters.begins.tolist(), letters.joined[3:]
    ([0, 3], '投资1205万元')
    """

    joined: str
    codes: NDArray[np.uint32]
    begins: Ints

    @classmethod
    def of(cls, texts: Sequence[str], between: str) -> Self:
        """Join texts by a single character."""
        joined = between.join(texts)
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        lengths = np.array([len(text) + 1 for text in texts], dtype=np.int64)
        return cls(joined, codes, np.cumsum(lengths) - lengths)

    def text_of(self, places: Ints) -> Ints:
        """Return the number of the text in which each place lies."""
        return np.searchsorted(self.begins, places, side="right") - 1

    def among(self, characters: Bools) -> Bools:
        """Return for each character whether the table holds it."""
        return characters[np.minimum(self.codes, _LAST)]

    def inside_word(self, start: Ints, end: Ints) -> Bools:
        """Return whether spans are cut out of a longer number or a longer word in Latin letters.

        >>> letters = Letters.of(["投资1205万元，拨打120急救"], "\\n")
        >>> letters.inside_word(np.array([2, 11]), np.array([5, 14])).tolist()
        [True, False]
        """
        kind = np.zeros(len(self.codes) + 2, dtype=np.int64)
        kind[1:-1] = _KIND[np.minimum(self.codes, 128)]
        begins = (kind[start] > 0) & (kind[start] == kind[start + 1])
        ends = (kind[end] > 0) & (kind[end] == kind[end + 1])
        inside: Bools = begins | ends
        return inside


def _clause_spans(letters: Letters) -> tuple[Ints, Ints, Ints]:
    """Return start, end and sentence of each clause, as `cut_clauses` cuts."""
    digit = np.pad(letters.among(_DIGITS), 1)
    narrow = letters.among(_MAY_END_CLAUSE) & ~(digit[:-2] & digit[2:])
    border = np.flatnonzero(letters.among(_ENDS_CLAUSE) | narrow)
    starts = np.concatenate([[0], border + 1])
    ends = np.concatenate([border, [len(letters.codes)]])
    sentence = np.concatenate([[0], np.cumsum(_ENDS_SENTENCE[letters.codes[border]])])
    filled = starts < ends
    return starts[filled], ends[filled], sentence[filled]


class _Lists(NamedTuple):
    """A list of numbers for each key: one after another, and where each begins."""

    starts: Ints
    values: Ints

    @classmethod
    def of_each(cls, lists: Iterable[Iterable[int]]) -> Self:
        """Keep the lists of the keys 0, 1, 2, …"""
        held = [list(one) for one in lists]
        lengths = np.array([0, *map(len, held)], dtype=np.int64)
        return cls(np.cumsum(lengths), np.array(list(chain(*held)), dtype=np.int64))

    def of(self, keys: Ints) -> tuple[Ints, Ints]:
        """Return the values of the keys, and for each the place of its key.

        >>> rows, values = _Lists.of_each([[7, 8], [], [9]]).of(np.array([2, 0]))
        >>> rows.tolist(), values.tolist()
        ([0, 1, 1], [9, 7, 8])
        """
        first = self.starts[keys]
        counts = self.starts[keys + 1] - first
        rows = np.flatnonzero(counts)
        first, counts = first[rows], counts[rows]
        shift = np.repeat(first - (np.cumsum(counts) - counts), counts)
        return np.repeat(rows, counts), self.values[np.arange(len(shift)) + shift]


class _Tables(NamedTuple):
    """What a codebook asks for: of each pattern, and of each literal."""

    theme: Ints
    cue: Ints
    needs: _Lists
    forbids: _Lists
    nearby: _Lists
    triggers: _Lists
    groups: _Lists
    masks: _Lists
    bordered: Bools


def _tables(
    literals: Mapping[str, int],
    groups: Mapping[frozenset[int], int],
    patterns: Sequence[Pattern],
    masks: Mapping[int, set[int]],
) -> _Tables:
    triggers: list[list[int]] = [[] for _ in literals]
    for number, pattern in enumerate(patterns):
        for literal in sorted(pattern.trigger):
            triggers[literal].append(number)
    groups_of: list[list[int]] = [[] for _ in literals]
    for members, group in groups.items():
        for literal in members:
            groups_of[literal].append(group)
    return _Tables(
        np.array([pattern.theme for pattern in patterns], dtype=np.int64),
        np.array([pattern.cue for pattern in patterns], dtype=np.int64),
        _Lists.of_each(pattern.needs for pattern in patterns),
        _Lists.of_each(pattern.forbids for pattern in patterns),
        _Lists.of_each(pattern.nearby for pattern in patterns),
        _Lists.of_each(triggers),
        _Lists.of_each(groups_of),
        _Lists.of_each(sorted(masks.get(literal, ())) for literal in literals.values()),
        np.array([word[0].isascii() or word[-1].isascii() for word in literals], dtype=bool),
    )


class _Literals(NamedTuple):
    """Literals found, in the order of their ends."""

    literal: Ints
    start: Ints
    end: Ints

    def inside(self, start: Ints, end: Ints) -> tuple[_Literals, Ints]:
        """Return those that lie inside one of the spans, and in which."""
        clause = np.searchsorted(start, self.start, side="right") - 1
        kept = clause >= 0
        kept[kept] = self.end[kept] <= end[clause[kept]]
        return _Literals(*(values[kept] for values in self)), clause[kept]


class _Held(NamedTuple):
    """Patterns that hold: in which clause, by which literal, where."""

    pattern: Ints
    clause: Ints
    literal: Ints
    start: Ints
    end: Ints

    def part(self, kept: Bools | Ints) -> _Held:
        """Return some of them."""
        return _Held(*(values[kept] for values in self))

    def first_of_each(self) -> Ints:
        """Return the places of the first of each pattern, clause and literal."""
        if not len(self.pattern):
            return np.zeros(0, dtype=np.int64)
        key = (self.clause * (self.literal.max() + 1) + self.literal) * (self.pattern.max() + 1)
        return np.sort(np.unique(key + self.pattern, return_index=True)[1])


def _held(found: tuple[_Literals, Ints], sentence: Ints, tables: _Tables) -> _Held:
    """Return the patterns whose triggers stand in a clause that has all that they ask for."""
    literals, clause = found
    n_groups = max(len(tables.groups.values), 1) + 1
    rows, group = tables.groups.of(literals.literal)
    here = np.sort(clause[rows] * n_groups + group)
    near = np.sort(sentence[clause[rows]] * n_groups + group)
    rows, pattern = tables.triggers.of(literals.literal)
    place = clause[rows]

    def count(lists: _Lists, where: Ints, present: Ints, *, there: bool) -> Ints:
        asking, group = lists.of(pattern)
        met = _among(where[asking] * n_groups + group, present) == there
        return np.bincount(asking[met], minlength=len(pattern))

    wrong = count(tables.needs, place, here, there=False)
    wrong += count(tables.forbids, place, here, there=True)
    wrong += count(tables.nearby, sentence[place], near, there=False)
    held = _Held(pattern, place, literals.literal[rows], literals.start[rows], literals.end[rows])
    return held.part(wrong == 0)


def _among(wanted: Ints, present: Ints) -> Bools:
    """Return which numbers stand in a sorted array."""
    if not len(present):
        return np.zeros(len(wanted), dtype=bool)
    place = np.minimum(np.searchsorted(present, wanted), len(present) - 1)
    found: Bools = present[place] == wanted
    return found


class _Masks(NamedTuple):
    """Masked spans of the themes, by theme and start, and how far those so far reach."""

    width: int
    begin: Ints
    reach: Ints

    @classmethod
    def of(cls, literals: _Literals, tables: _Tables, letters: Letters) -> _Masks:
        """Gather the masks that lie inside one text."""
        width = len(letters.codes) + 1
        rows, theme = tables.masks.of(literals.literal)
        start, end = literals.start[rows], literals.end[rows]
        whole = letters.text_of(start) == letters.text_of(end - 1)
        begin, until = (theme * width + start)[whole], (theme * width + end)[whole]
        order = np.argsort(begin, kind="stable")
        return cls(width, begin[order], np.maximum.accumulate(until[order]))

    def hide(self, theme: Ints, start: Ints, end: Ints) -> Bools:
        """Return which spans lie inside a mask of their theme (equal to it: hidden too)."""
        if not len(self.begin):
            return np.zeros(len(theme), dtype=bool)
        place = np.searchsorted(self.begin, theme * self.width + start, side="right") - 1
        hidden: Bools = (place >= 0) & (self.reach[place] >= theme * self.width + end)
        return hidden


# Which themes do the cue terms of a codebook see, before any model is trained?

UNVALIDATED = "unvalidated dictionary"


def code_by_cues(
    corpus_or_texts: Corpus | Sequence[str],
    codebook: Codebook | None = None,
    *,
    matcher: CueMatcher | None = None,
    min_clauses: int = 1,
) -> pd.DataFrame:
    """Code paragraphs by the cue terms of a codebook: an unvalidated dictionary, nothing more.

    A theme is coded if one of its cues stands in at least one clause. A paragraph of the domain
    without any theme gets ``general``, one without any word of the domain ``outside`` (where the
    scheme has these codes). A scheme that names no words of its domain gives ``outside``, or the
    one code that it uses alone, to every paragraph without a theme.

    Parameters
    ----------
    corpus_or_texts
        A corpus (its counted paragraphs are coded; see `Corpus.counted`) or a list of texts.
    codebook
        The scheme; the package's health themes by default.
    matcher
        A matcher already built for this codebook, to save building it again.
    min_clauses
        Clauses with a cue of the theme that are asked for; of a shorter paragraph all its clauses.
        Two make fewer false codes where paragraphs name many things in passing.

    Returns
    -------
    pandas.DataFrame
        The coding table, one row per paragraph and theme: row (of the paragraphs), doc_id,
        para_no, theme, rank (0 = the theme with most clauses), probability (missing: a dictionary
        has none), n_clauses (clauses with a cue), start and end (offsets of the first cue in the
        text; -1 where there is none), cue, source (``unvalidated dictionary``).

    Raises
    ------
    NeedsTextError
        The corpus holds counts only.
    ParameterError
        `min_clauses` is below one.

    Examples
    --------
    >>> table = code_by_cues(["全县建成紧密型医共体3个。", "粮食总产量再创新高。"])
    >>> table[["row", "theme", "cue"]].to_records(index=False).tolist()
    [(0, 'medical_consortium', '医共体'), (1, 'outside', '')]
    """
    if min_clauses < 1:
        raise ParameterError(f"min_clauses must be at least 1, got {min_clauses}")
    codebook = codebook or load_codebook()
    matcher = matcher or CueMatcher(codebook)
    paragraphs = paragraphs_of(corpus_or_texts)
    rows: list[dict[str, object]] = []
    for row, text in paragraphs["text"].items():
        rows += [
            {"row": row, **entry} for entry in _codes(matcher.find(text), codebook, min_clauses)
        ]
    return coding_table(rows, paragraphs, UNVALIDATED)


def themes_without_cues(coding: pd.DataFrame, codebook: Codebook) -> list[str]:
    """Name the themes that only a dictionary looked for, and it has no word for them."""
    if coding.empty or not (coding["source"] == UNVALIDATED).all():
        return []
    met = set(coding["theme"])
    return [one.id for one in codebook.themes if not one.cues and one.id not in met]


def _codes(found: Found, codebook: Codebook, min_clauses: int) -> list[dict[str, object]]:
    in_domain = not codebook.domain_words or sum(found.domain) > 0
    clauses_of: dict[int, set[int]] = {}
    first: dict[int, tuple[int, int, str]] = {}
    for hit in found.hits if in_domain else ():
        if hit.strong and codebook.ids[hit.theme] not in codebook.alone:
            clauses_of.setdefault(hit.theme, set()).add(hit.clause)
            place = (hit.start, hit.end, hit.cue)
            first[hit.theme] = min(first.get(hit.theme, place), place, key=_earliest)
    enough = min(min_clauses, len(found.clauses))
    clauses_of = {theme: held for theme, held in clauses_of.items() if len(held) >= enough}
    if not clauses_of:
        fallback = _fallback(codebook, in_domain=in_domain)
        return [_entry(fallback, 0, 0, (-1, -1, ""))] if fallback else []
    order = sorted(clauses_of, key=lambda theme: (-len(clauses_of[theme]), first[theme]))
    return [
        _entry(codebook.ids[theme], rank, len(clauses_of[theme]), first[theme])
        for rank, theme in enumerate(order)
    ]


def _fallback(codebook: Codebook, *, in_domain: bool) -> str:
    """Return the code of a paragraph without a theme, empty where the scheme has none."""
    if codebook.domain_words:
        fallback = "general" if in_domain else "outside"
        return fallback if fallback in codebook.ids else ""
    if "outside" in codebook.ids:
        return "outside"
    return codebook.alone[0] if len(codebook.alone) == 1 else ""


def _earliest(place: tuple[int, int, str]) -> tuple[int, int]:
    """Order by start, the longest first."""
    return place[0], -place[1]


def _entry(theme: str, rank: int, n_clauses: int, place: tuple[int, int, str]) -> dict[str, object]:
    start, end, cue = place
    return {
        "theme": theme,
        "rank": rank,
        "n_clauses": n_clauses,
        "start": start,
        "end": end,
        "cue": cue,
    }
