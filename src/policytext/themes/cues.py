"""Which cue terms of a codebook stand in which clause of a text?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from policytext.anatomy.clauses import Clause, comparable, cut_clauses
from policytext.corpus import Corpus
from policytext.errors import ParameterError
from policytext.themes.codebook import Codebook, load_codebook
from policytext.themes.coding import coding_table, paragraphs_of

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick


Span = tuple[int, int]


class Pattern(NamedTuple):
    """One cue or hint: literals that must stand in the clause, must not, or must stand nearby.

    ``plain``: one of the triggers is enough.
    """

    theme: int
    strong: bool
    text: str
    trigger: frozenset[int]
    needs: tuple[frozenset[int], ...]
    forbids: frozenset[int]
    nearby: frozenset[int]
    plain: bool


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


class CueMatcher:
    """Finds the cues and hints of a codebook in texts, clause by clause, in one pass.

    ``codebook``: The scheme; how its cues are written is explained at the head of
      ``data/codebooks/health-themes.yaml``.
    ``real``: for each theme, whether it is a theme and not a code that is used alone.
    ``theme_of_cue``: for each cue and hint, by its number, the theme it speaks for.

    >>> found = CueMatcher(load_codebook()).find("全县建成紧密型医共体，教育投入增长。")
    >>> [(h.clause, h.cue) for h in found.hits if h.strong]
    [(0, '医共体')]
    """

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        self._literals: dict[str, int] = {}
        self._by_trigger: dict[int, list[Pattern]] = {}
        self._masks: dict[int, set[int]] = {}
        self._numbers: dict[tuple[int, bool, str], int] = {}
        domain = len(codebook.themes)
        for number, theme in enumerate(codebook.themes):
            for strong, cues in ((True, theme.cues), (False, theme.hints)):
                for cue in cues:
                    self._add(self._pattern(number, strong, cue, theme.id))
                    self._numbers.setdefault((number, strong, cue), len(self._numbers))
            self._add_masks(number, theme.masks)
        for word in codebook.domain_words:
            self._add(self._pattern(domain, True, word, "domain"))
        self._add_masks(domain, codebook.domain_masks)
        self._automaton: AhoCorasick | None = None
        self._bordered = {
            number
            for word, number in self._literals.items()
            if word[0].isascii() or word[-1].isascii()
        }
        self.theme_of_cue = np.array([theme for theme, _, _ in self._numbers], dtype=np.int64)
        self.real = np.array([theme not in codebook.alone for theme in codebook.ids])

    def number(self, hit: CueHit) -> int:
        """Return the number of the cue that was found."""
        return self._numbers[(hit.theme, hit.strong, hit.cue)]

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
        parts = cut_clauses(text, half_width=False)
        if not parts:
            return Found([], [], [])
        literals, masked = self._occurrences(text, parts)
        sentences: dict[int, set[int]] = {}
        for number, present in literals.items():
            sentences.setdefault(parts[number].sentence, set()).update(present)
        hits: list[CueHit] = []
        domain = [0] * len(parts)
        for number in sorted(literals):
            nearby = sentences[parts[number].sentence]
            for pattern, (start, end) in self._holding(literals[number], nearby, masked):
                if pattern.theme == len(self.codebook.themes):
                    domain[number] += 1
                else:
                    hit = CueHit(number, pattern.theme, pattern.strong, pattern.text, start, end)
                    hits.append(hit)
        return Found(parts, hits, domain)

    def _occurrences(
        self, text: str, parts: Sequence[Clause]
    ) -> tuple[dict[int, dict[int, list[Span]]], dict[int, list[Span]]]:
        """Return per clause the literals in it with their spans, and per theme the masked spans."""
        starts = [part.start for part in parts]
        ends = [part.end for part in parts]
        found: dict[int, dict[int, list[Span]]] = defaultdict(lambda: defaultdict(list))
        masked: dict[int, list[Span]] = {}
        clause, last = 0, len(parts) - 1
        for literal, start, end in self._matches(text):
            if literal in self._bordered and _inside_word(text, start, end):
                continue
            while clause < last and end > ends[clause]:  # matches come in the order of their ends
                clause += 1
            if starts[clause] <= start and end <= ends[clause]:
                found[clause][literal].append((start, end))
            if literal in self._masks:
                for theme in self._masks[literal]:
                    masked.setdefault(theme, []).append((start, end))
        return found, masked

    def _matches(self, text: str) -> list[tuple[int, int, int]]:
        if self._automaton is None:
            from ahocorasick_rs import AhoCorasick

            self._automaton = AhoCorasick(list(self._literals))
        return self._automaton.find_matches_as_indexes(text, overlapping=True)

    def _holding(
        self,
        present: dict[int, list[Span]],
        nearby: set[int],
        masked: dict[int, list[Span]],
    ) -> list[tuple[Pattern, Span]]:
        held = []
        here = set(present)
        for literal, spans in present.items():
            for pattern in self._by_trigger.get(literal, ()):
                if not pattern.plain and not _fits(pattern, here, nearby):
                    continue
                span = _unmasked(spans, masked.get(pattern.theme, ()))
                if span is not None:
                    held.append((pattern, span))
        return held

    def _pattern(self, theme: int, strong: bool, cue: str, owner: str) -> Pattern:
        needs: list[frozenset[int]] = []
        forbids: set[int] = set()
        nearby: set[int] = set()
        for atom in cue.split():
            if atom[0] == "-":
                forbids.update(self._ids(atom[1:]))
            elif atom[0] == "~":
                nearby.update(self._ids(atom[1:]))
            else:
                needs.append(self._ids(atom))
        if not needs:
            raise ParameterError(f"the cue {cue!r} of {owner!r} needs an atom without - or ~")
        plain = len(needs) == 1 and not forbids and not nearby
        rest = (tuple(needs[1:]), frozenset(forbids), frozenset(nearby))
        return Pattern(theme, strong, cue, needs[0], *rest, plain)

    def _ids(self, atom: str) -> frozenset[int]:
        words = [word for word in atom.split("|") if word]
        return frozenset(self._literals.setdefault(w, len(self._literals)) for w in words)

    def _add(self, pattern: Pattern) -> None:
        for literal in pattern.trigger:
            self._by_trigger.setdefault(literal, []).append(pattern)

    def _add_masks(self, theme: int, masks: Sequence[str]) -> None:
        for mask in masks:
            for literal in self._ids(mask):
                self._masks.setdefault(literal, set()).add(theme)


def _fits(pattern: Pattern, here: set[int], nearby: set[int]) -> bool:
    """Return whether all that a pattern asks of its clause and its sentence stands there."""
    if not pattern.forbids.isdisjoint(here):
        return False
    if pattern.nearby and pattern.nearby.isdisjoint(nearby):
        return False
    for need in pattern.needs:  # noqa: SIM110
        if need.isdisjoint(here):
            return False
    return True


def _inside_word(text: str, start: int, end: int) -> bool:
    """Return whether a match is cut out of a longer number or a longer word in Latin letters.

    >>> _inside_word("投资1205万元", 2, 5), _inside_word("拨打120急救", 2, 5)
    (True, False)
    """
    return _joined(text[start - 1 : start], text[start]) or _joined(
        text[end - 1], text[end : end + 1]
    )


def _joined(one: str, two: str) -> bool:
    both = one + two
    return len(both) == 2 and both.isascii() and (both.isdigit() or both.isalpha())


def _unmasked(spans: Sequence[Span], masks: Sequence[Span]) -> Span | None:
    """Return the first span that lies inside no mask (a mask equal to the span hides it too)."""
    if not masks:
        return spans[0]
    for start, end in spans:
        if not any(a <= start and end <= b for a, b in masks):
            return start, end
    return None


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
