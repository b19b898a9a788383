"""Where do the terms stand in texts, and in the paragraphs of a corpus?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from math import inf, log
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np
import pandas as pd

from policytext.corpus import Corpus, check_corpus
from policytext.counts import Counts
from policytext.data import data_path
from policytext.errors import NeedsTextError, ParameterError
from policytext.piecework import each_part, text_parts
from policytext.records import HAN, Bilingual
from policytext.terms.concepts import AS_WRITTEN, TermTable, as_terms, nearest_terms, split_cell
from policytext.texts import listing, say

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick
    from numpy.typing import NDArray

Match = Literal["longest", "all"]

MATCHES: Final = ("longest", "all")

Terms = TermTable | Iterable[str] | None

HIT_COLUMNS = ["row", "term", "concept", "start", "end"]


def find_terms(
    texts: Sequence[str] | pd.Series,
    terms: Terms = None,
    *,
    match: Match = "longest",
    exclusions: bool | None = None,
    keep_excluded: bool = False,
) -> pd.DataFrame:
    """Find terms in texts.

    Parameters
    ----------
    texts
        One string a text; empty ones are allowed.
    terms
        A `TermTable`, concept names or other words, or ``None`` for the package's table.
    match
        ``"longest"``: a hit inside a longer one does not count. ``"all"``: every hit counts.
    exclusions
        Whether a term is dropped inside one of its exclusions, where it only bridges two other
        words (高考 in 提高考核), where a word denies it (公立医院 in 非公立医院), and where its
        Latin letters or digits go on (AI in AIDS).
        ``None``: yes with ``"longest"``, no with ``"all"``, which so gives what a plain search
        gives.
    keep_excluded
        Also list hits that do not count, with a column ``reason``
        (``exclusion: …`` or ``longer term: …``; ``""`` for a hit that counts).

    Returns
    -------
    pandas.DataFrame
        One row a hit, by text and position: ``row`` (number of the text), ``term``, ``concept``,
        ``start``, ``end`` (offsets in the text, half-open, in code points).

    Raises
    ------
    ParameterError
        ``texts`` is one string, or ``match`` or ``terms`` are not what they must be.

    References
    ----------
    Aho & Corasick 1975, doi:10.1145/360825.360855 (the search).

    Examples
    --------
    >>> find_terms(["康养小镇，健康养老"], ["康养"], keep_excluded=True)
       row term concept  start  end          reason
    0    0   康养      康养      0    2
    1    0   康养      康养      6    8  exclusion: 健康养
    """
    if isinstance(texts, str):
        raise ParameterError("texts must be a list of strings, got one string; write [text]")
    check_match(match)
    table = as_terms(terms)
    hits = _all_terms(
        texts, TermMatcher(table), match=match, exclusions=exclusions, keep_excluded=keep_excluded
    )
    return hits[hits["concept"].isin(table.concepts)].reset_index(drop=True)


def _all_terms(
    texts: Iterable[str],
    matcher: TermMatcher,
    *,
    match: Match,
    exclusions: bool | None,
    keep_excluded: bool = False,
) -> pd.DataFrame:
    """Find every term of a table, those of concepts that are not shown too."""
    rows = [
        (row, *hit)
        for row, text in enumerate(texts)
        for hit in matcher.hits(
            text, match=match, exclusions=exclusions, keep_excluded=keep_excluded
        )
    ]
    hits = pd.DataFrame(rows, columns=["row", "term", "start", "end", "reason"])
    hits = hits.astype({"row": "int64", "start": "int64", "end": "int64", "term": "str"})
    concepts = matcher.table.table.set_index("term")["concept"]
    hits["concept"] = hits["term"].map(concepts).astype("str")
    return hits[[*HIT_COLUMNS, "reason"] if keep_excluded else HIT_COLUMNS]


def term_hits(
    corpus: Corpus,
    terms: Terms = None,
    *,
    match: Match = "longest",
    exclusions: bool | None = None,
    n_jobs: int = 1,
) -> pd.DataFrame:
    """Find terms in every paragraph of a corpus, counted or not.

    Parameters
    ----------
    corpus
        With text, or with stored hits (``corpus.stored["term_hits"]``).
    terms, match, exclusions
        As in `find_terms`.
    n_jobs
        Processes (joblib); the table is the same for any number.

    Returns
    -------
    pandas.DataFrame
        ``doc_id, para_no, row, term, concept, start, end``; ``row`` is the row of
        ``corpus.paragraphs``, ``start`` and ``end`` are offsets in the paragraph's text.

    Raises
    ------
    NeedsTextError
        The corpus holds counts only, and the terms asked for are not among the stored ones.

    Examples
    --------
    >>> from policytext import read_texts
    >>> text = "甲县2021年工作总结\\n一、工作情况\\n推进紧密型县域医共体建设。"
    >>> corpus = read_texts({"甲县2021年工作总结.txt": text})
    >>> term_hits(corpus, ["医共体"])["term"].tolist()
    ['紧密型县域医共体']
    """
    check_match(match)
    table = as_terms(terms)
    hits = _everywhere(corpus, table, match=match, exclusions=exclusions, n_jobs=n_jobs)
    return hits[hits["concept"].isin(table.concepts)].reset_index(drop=True)


def _everywhere(
    corpus: Corpus, table: TermTable, *, match: Match, exclusions: bool | None, n_jobs: int = 1
) -> pd.DataFrame:
    """Find every term of a table in a corpus, those of concepts that are not shown too."""
    keys = corpus.paragraphs[["doc_id", "para_no"]]
    if corpus.has_text:
        matcher = TermMatcher(table)
        tasks = ((*part, matcher, match, exclusions) for part in text_parts(corpus.paragraphs))
        parts = each_part(_in_part, tasks, n_jobs)
        hits = pd.concat([_no_hits(), *parts], ignore_index=True)
        found = keys.take(hits["row"]).reset_index(drop=True)
        return pd.concat([found, hits], axis=1)
    stored = _stored_hits(corpus, table, match)
    places = pd.MultiIndex.from_frame(keys)
    stored["row"] = places.get_indexer(pd.MultiIndex.from_frame(stored[["doc_id", "para_no"]]))
    columns = ["doc_id", "para_no", *HIT_COLUMNS]
    return stored[columns].sort_values(["row", "start", "end"]).reset_index(drop=True)


def _no_hits() -> pd.DataFrame:
    whole = {name: "str" if name in ("term", "concept") else "int64" for name in HIT_COLUMNS}
    return pd.DataFrame(columns=HIT_COLUMNS).astype(whole)


def _in_part(
    rows: NDArray[np.int64],
    texts: list[str],
    matcher: TermMatcher,
    match: Match,
    exclusions: bool | None,
) -> pd.DataFrame:
    """Find every term in the texts of some rows."""
    hits = _all_terms(texts, matcher, match=match, exclusions=exclusions)
    return hits.assign(row=rows[hits["row"].to_numpy()])


def _stored_hits(corpus: Corpus, table: TermTable, match: Match) -> pd.DataFrame:
    """Return the stored hits of the terms asked for, or refuse."""
    stored = corpus.stored.get("term_hits")
    if stored is None or match != "longest":
        what = "stored term hits" if stored is None else "match='all': hits were stored as longest"
        corpus.require_text(f"counting terms ({what})")
        raise NeedsTextError(f"counting terms needs the sentences ({what})")
    known = {*stored["concept"], *stored["term"], *_searched(corpus)}
    named = [c for c in table.concepts if c not in known]
    if named:
        raise NeedsTextError(
            f"{named[:5]} were not counted when the text of this corpus was set aside; give the "
            "raw files (--raw, or POLICYTEXT_RAW), or ask for terms that are stored"
        )
    return hits_within(stored, table)


def _searched(corpus: Corpus) -> set[str]:
    """Terms that were searched for when the hits were stored, those never found included."""
    searched = corpus.info.get("terms_searched", ())
    return set(searched) if isinstance(searched, (list, tuple)) else set()


def hits_within(stored: pd.DataFrame, table: TermTable) -> pd.DataFrame:
    """Return the hits of a table's terms that lie in stored hits of these or of longer terms.

    >>> from policytext.terms.concepts import literal_terms
    >>> columns = ["doc_id", "para_no", "term", "start", "end"]
    >>> stored = pd.DataFrame([("d1", 0, "紧密型县域医共体", 4, 12)], columns=columns)
    >>> hits_within(stored, literal_terms(["县域医共体"]))[["term", "start", "end"]]
        term  start  end
    0  县域医共体      7   12
    """
    matcher = TermMatcher(table)
    inner = {term: matcher.hits(term) for term in stored["term"].unique()}
    rows = [
        (row.doc_id, row.para_no, hit.term, row.start + hit.start, row.start + hit.end)
        for row in stored.itertuples(index=False)
        for hit in inner[row.term]
    ]
    hits = pd.DataFrame(rows, columns=["doc_id", "para_no", "term", "start", "end"])
    hits = hits.astype({"doc_id": "str", "term": "str", "start": "int64", "end": "int64"})
    hits = hits.astype({"para_no": "int64"}).drop_duplicates()
    concepts = table.table.set_index("term")["concept"]
    hits.insert(3, "concept", hits["term"].map(concepts).astype("str"))
    return hits


def raw_count(text: str, term: str) -> int:
    """Count a word in a text as an editor's search does: no table, no exclusion, no overlap.

    >>> raw_count("县域医共体和紧密型医共体", "医共体")
    2
    """
    if not term:
        raise ParameterError("term must be a non-empty string, got ''")
    return text.count(term)


# Which concepts do the places count for, and how often?


@dataclass(frozen=True, eq=False)
class Hits:
    """Where the terms of a table stand in a corpus, found once and used for all that follows.

    ``table``: the terms that were searched for. ``places``: each place under its own concept and
    under those above: ``doc_id, para_no, row, term, concept, start, end``. ``n_rows``: paragraphs
    of the corpus.
    """

    table: TermTable
    places: pd.DataFrame
    n_rows: int

    @property
    def cautions(self) -> tuple[Bilingual, ...]:
        """What was asked for by another name, and what stands nowhere in the corpus."""
        said = [say("terms.read_as", name=n, concept=c) for n, c in self.table.read_as.items()]
        rows = self.table.table
        unknown = rows.loc[rows["note"] == AS_WRITTEN, "concept"]
        for name in unknown[~unknown.isin(self.places["concept"])]:
            near = nearest_terms(name)
            nearest = say("terms.nearest", near=listing(near)) if near else ""
            nearest = say("terms.traditional") if _looks_traditional(name) else nearest
            said.append(say("terms.nowhere", name=name, nearest=nearest))
        return tuple(said)

    def among(self, counted: NDArray[np.bool_]) -> pd.DataFrame:
        """Return the places in the paragraphs that are counted."""
        return self.places[counted[self.places["row"].to_numpy()]]

    def counts(self, concepts: Sequence[str] | None = None) -> Counts:
        """Count concepts by paragraph: those named, or all of the table."""
        from scipy.sparse import coo_matrix, csr_matrix

        names = self.table.concepts if concepts is None else tuple(concepts)
        columns = pd.Index(names).get_indexer(pd.Index(self.places["concept"]))
        rows, columns = self.places["row"].to_numpy()[columns >= 0], columns[columns >= 0]
        ones = np.ones(len(rows), dtype=np.int64)
        matrix = coo_matrix((ones, (rows, columns)), shape=(self.n_rows, len(names)))
        return Counts(csr_matrix(matrix), names, "terms")


def _looks_traditional(word: str) -> bool:
    """Whether a word holds characters of Big5 that GB 2312 lacks: 醫養結合."""
    return any(not _in_set(c, "gb2312") and _in_set(c, "big5") for c in HAN.findall(word))


def _in_set(character: str, encoding: str) -> bool:
    return bool(character.encode(encoding, errors="ignore"))


def find_hits(
    corpus: Corpus,
    table: TermTable,
    *,
    match: Match = "longest",
    exclusions: bool | None = None,
    n_jobs: int = 1,
) -> Hits:
    """Search a corpus for the terms of a table.

    >>> from policytext import load_terms, read_texts
    >>> hits = find_hits(read_texts({"a.txt": "推进紧密型县域医共体建设。"}), load_terms())
    >>> hits.counts(["医共体", "分级诊疗"]).matrix.toarray().tolist()
    [[1, 0]]
    """
    check_corpus(corpus)
    check_match(match)
    places = _everywhere(corpus, table, match=match, exclusions=exclusions, n_jobs=n_jobs)
    return Hits(table, roll_up(places, table), len(corpus.paragraphs))


def roll_up(hits: pd.DataFrame, table: TermTable) -> pd.DataFrame:
    """Repeat hits for the concepts above theirs; one place counts once for a concept.

    >>> from policytext import load_terms
    >>> terms = load_terms()
    >>> hits = find_terms(["紧密型县域医共体"], terms, match="all")
    >>> roll_up(hits, terms).query("concept == '医共体'")["term"].tolist()
    ['紧密型县域医共体']
    """
    lines = {c: [c, *table.ancestors(c)] for c in hits["concept"].unique()}
    spread = hits.assign(concept=hits["concept"].map(lines)).explode("concept", ignore_index=True)
    spread["concept"] = spread["concept"].astype("str")
    spread = spread.assign(_length=spread["start"] - spread["end"]).sort_values(
        ["row", "concept", "start", "_length"], kind="stable"
    )
    key = [spread["row"], spread["concept"]]
    reach = spread.groupby(["row", "concept"])["end"].cummax().groupby(key).shift(fill_value=-1)
    kept = spread[spread["start"] >= reach].drop(columns="_length")
    return kept.sort_values(["row", "start", "end"], kind="stable").reset_index(drop=True)


# Where in one text do the terms of a table stand, and which of the hits are meant?


class Hit(NamedTuple):
    """One place where a term stands: offsets in the text, half-open, and why it is not counted."""

    term: str
    start: int
    end: int
    reason: str = ""


class TermMatcher:
    """Finds the terms of a table in texts.

    The automaton is built on first use and is not pickled: a copy in another process builds its
    own, so workers may be forked or spawned.

    ``table``: The terms.

    >>> from policytext import load_terms
    >>> matcher = TermMatcher(load_terms())
    >>> matcher.hits("推进紧密型县域医共体建设")
    [Hit(term='紧密型县域医共体', start=2, end=10, reason='')]
    >>> [hit.reason for hit in matcher.hits("首诊测压", keep_excluded=True)]
    ['exclusion: 首诊测']
    """

    def __init__(self, table: TermTable) -> None:
        self.table = table

    def __getstate__(self) -> dict[str, object]:
        return {"table": self.table}

    def __setstate__(self, state: dict[str, TermTable]) -> None:
        self.table = state["table"]

    @cached_property
    def _excluded_in(self) -> dict[str, frozenset[str]]:
        """For every exclusion, the terms that are not meant inside it."""
        found: dict[str, set[str]] = {}
        for term, cell in zip(
            self.table.table["term"], self.table.table["exclusions"], strict=True
        ):
            for longer in split_cell(cell):
                found.setdefault(longer, set()).add(term)
        return {longer: frozenset(terms) for longer, terms in found.items()}

    @cached_property
    def _written(self) -> dict[str, str]:
        """The terms and exclusions by the way in which they are searched for."""
        found: dict[str, str] = {}
        for pattern in (*self.table.terms, *self._excluded_in):
            found.setdefault(pattern.translate(_ONE_FORM), pattern)
        return found

    @cached_property
    def _forms(self) -> list[tuple[str, str]]:
        """Characters that are read as another one that some pattern holds, with that one."""
        used = set("".join(self._written))
        return [(c, plain) for c, plain in _FORMS.items() if plain in used]

    @cached_property
    def _patterns(self) -> list[str]:
        return list(self._written)

    @cached_property
    def _automaton(self) -> AhoCorasick:
        from ahocorasick_rs import AhoCorasick

        return AhoCorasick(self._patterns)

    def hits(
        self,
        text: str,
        *,
        match: Match = "longest",
        exclusions: bool | None = None,
        keep_excluded: bool = False,
    ) -> list[Hit]:
        """Return the hits in one text, by position."""
        check_match(match)
        for form, plain in self._forms:
            text = text.replace(form, plain)
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if not found:
            return []
        spans = [(self._written[self._patterns[which]], start, end) for which, start, end in found]
        spans.sort(key=lambda span: (span[1], -span[2]))
        drop = match == "longest" if exclusions is None else exclusions
        hits = self._without_exclusions(spans, drop)
        if drop:
            hits = [hit if hit.reason else _within_borders(hit, text) for hit in hits]
        if match == "longest":
            hits = _longest(hits)
        return hits if keep_excluded else [hit for hit in hits if not hit.reason]

    def _without_exclusions(self, spans: Sequence[tuple[str, int, int]], drop: bool) -> list[Hit]:
        walls: dict[str, list[tuple[str, int, int]]] = {}
        for span in spans if drop else ():
            for term in self._excluded_in.get(span[0], ()):
                walls.setdefault(term, []).append(span)
        return [
            Hit(term, start, end, _wall_around(walls.get(term, []), start, end))
            for term, start, end in spans
            if term in self._term_set
        ]

    @cached_property
    def _term_set(self) -> frozenset[str]:
        return frozenset(self.table.terms)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return spans that do not overlap, for merging tokens: of overlapping hits the longest.

        >>> from policytext import load_terms
        >>> TermMatcher(load_terms()).spans("建设县域医共体")
        [(2, 7)]
        """
        return [(hit.start, hit.end) for hit in self.apart(text)]

    def apart(self, text: str) -> list[Hit]:
        """Return hits that do not overlap, by position: of overlapping ones the longest."""
        chosen: list[Hit] = []
        taken = bytearray(len(text))
        for hit in sorted(self.hits(text), key=lambda hit: (hit.start - hit.end, hit.start)):
            if not any(taken[hit.start : hit.end]):
                taken[hit.start : hit.end] = b"\x01" * (hit.end - hit.start)
                chosen.append(hit)
        return sorted(chosen, key=lambda hit: hit.start)


_FORMS: Final = {
    **{chr(0xFF10 + n): str(n) for n in range(10)},
    **{chr(0xFF21 + n + m): chr(0x41 + n + m) for n in range(26) for m in (0, 32)},
    **{chr(0x2080 + n): str(n) for n in range(10)},
    **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True)),
    **{"（": "(", "）": ")", "＋": "+", "－": "-", "．": "."},
}
"""Other forms of a character, each one character long, so that places stay the same."""

_ONE_FORM: Final = str.maketrans(_FORMS)


def _wall_around(walls: Sequence[tuple[str, int, int]], start: int, end: int) -> str:
    for longer, left, right in walls:
        if left <= start and end <= right:
            return f"exclusion: {longer}"
    return ""


# Where do a term's letters go on, and where does it only bridge two other words?

_LATIN: Final = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DIGITS: Final = frozenset("0123456789")


def _within_borders(hit: Hit, text: str) -> Hit:
    """Give a reason to a hit whose edge lies within another word.

    >>> _within_borders(Hit("AI", 2, 4), "推进AIDS防治").reason
    'exclusion: AIDS'
    >>> _within_borders(Hit("高考", 1, 3), "提高考核质量").reason
    'exclusion: 提高/考核'
    >>> _within_borders(Hit("公立医院", 1, 5), "非公立医院").reason
    'exclusion: 非公立医院'
    """
    start, end = hit.start, hit.end
    if text[start] in _LATIN or text[end - 1] in _LATIN:
        left, right = _end_of_latin(text, start, -1), _end_of_latin(text, end, 1)
        if (left, right) != (start, end):
            return hit._replace(reason=f"exclusion: {text[left:right]}")
    if _denied(text, start, end):
        return hit._replace(reason=f"exclusion: {text[start - 1 : end]}")
    if end - start > _LONGEST_BRIDGE or (bridge := _bridged(text, start, end)) is None:
        return hit
    return hit._replace(reason=f"exclusion: {bridge}")


_PREFIX: Final = "非"
"""Denies whatever noun it stands before, where it is no end of a word itself (并非, 南非)."""
_DENIES: Final = frozenset("非不未无")
"""Begin words of the language that deny what they hold (未成年人, 不合理, 不动产)."""


def _denied(text: str, start: int, end: int) -> bool:
    """Return whether a syllable of the word a hit lies in denies it."""
    if not start or end - start < 2 or text[start - 1] not in _DENIES:
        return False
    words = _word_chances()
    longest = min(end, start + _LONGEST_WORD)
    if any(text[start - 1 : at] in words for at in range(start + 2, longest + 1)):
        return True
    other = start > 1 and text[start - 2 : start] in words  # 并非, 南非
    other = other or text[start - 1 : start + 1] in words  # 非常
    return text[start - 1] == _PREFIX and not other


def _end_of_latin(text: str, at: int, step: int) -> int:
    """Return how far the letters or digits at an edge go on, with the point of a figure.

    At the start of a text it is the point of a number: 3.5G网络 names 5G.
    """
    shift = 0 if step > 0 else -1
    edge = text[at + shift - step]
    far = at
    while edge in _LATIN and 0 <= far + shift < len(text):
        if text[far + shift] in _LATIN:
            far += step
        elif _is_point(text, far + shift) and (step > 0 or not text[: far - 1].isdigit()):
            far += 2 * step
        else:
            break
    return far


def _is_point(text: str, at: int) -> bool:
    around = (text[max(0, at - 1) : at], text[at + 1 : at + 2])
    return text[at] == "." and all(c and c in _DIGITS for c in around)


_LONGEST_BRIDGE: Final = 4
"""Longer terms have words of their own in them, and bridge none."""

_LONGEST_WORD: Final = 4
_AROUND: Final = 6
"""Han characters on each side that decide where words end."""

_LEAST_AHEAD: Final = 2.7
"""So much likelier (natural logarithm) the two words must be than any cut that keeps the term."""

_LEAST_AHEAD_ONE: Final = 4.0
"""The same where one of the two words lies wholly in the term (全国/有 of 国有)."""

_WORD_INSIDE: Final = 4000.0
"""Such a word is as frequent as this: 有 and 上 stand alone, 络 of 局域网络 does not."""

_USUAL_TERM: Final = 300.0
"""A term is as frequent as this word at least: somebody looks for it."""


@cache
def _word_chances() -> dict[str, float]:
    """Return the logarithm of how frequent the common words of the language are."""
    lines = data_path("common_words.csv").read_text(encoding="utf-8").split("\n")[1:-1]
    counts = {word: int(n) for word, _, n in (line.partition(",") for line in lines)}
    total = log(sum(counts.values()))
    return {word: log(n) - total for word, n in counts.items()} | {"": -total}


def _bridged(text: str, start: int, end: int) -> str | None:
    """Return the two words that a hit lies across, if they are by far the likelier reading."""
    words = _word_chances()
    if not any(
        any(text[a:at] in words for a in range(max(0, at - _LONGEST_WORD), start))
        or any(text[at:b] in words for b in range(end + 1, min(len(text), at + _LONGEST_WORD) + 1))
        for at in range(start + 1, end)
    ):
        return None
    left, right = start, end
    while left > max(0, start - _AROUND) and HAN.match(text[left - 1]):
        left -= 1
    while right < min(len(text), end + _AROUND) and HAN.match(text[right]):
        right += 1
    piece, first, last = text[left:right], start - left, end - left
    free, cuts = _likeliest_cut(piece, first, last, kept=False)
    across = [word for word in cuts if word[0] < last and word[1] > first]
    inside = [piece[a:b] for a, b in across if first <= a and b <= last]
    if any(words.get(word, -inf) < words[""] + log(_WORD_INSIDE) for word in inside):
        return None
    least = _LEAST_AHEAD_ONE if inside else _LEAST_AHEAD
    if len(across) < 2 or free - _likeliest_cut(piece, first, last, kept=True)[0] < least:
        return None
    return "/".join(piece[a:b] for a, b in across)


def _likeliest_cut(
    text: str, first: int, last: int, *, kept: bool
) -> tuple[float, list[tuple[int, int]]]:
    """Return the likeliest cut of a text into words; ``kept``: a term's edges are cut."""
    words = _word_chances()
    unseen, usual = words[""], words[""] + log(_USUAL_TERM)
    best = [0.0] + [-inf] * len(text)
    came = [0] * (len(text) + 1)
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - _LONGEST_WORD), end):
            if kept and (start < first < end or start < last < end):
                continue
            chance = words.get(text[start:end], unseen if end - start == 1 else -inf)
            if (start, end) == (first, last):
                chance = max(chance, usual)
            if best[start] + chance > best[end]:
                best[end], came[end] = best[start] + chance, start
    cuts, end = [], len(text)
    while end:
        cuts.append((came[end], end))
        end = came[end]
    return best[-1], cuts[::-1]


def _longest(hits: list[Hit]) -> list[Hit]:
    """Give a reason to hits inside a longer one; hits come by start, longest first."""
    result: list[Hit] = []
    reach: Hit | None = None
    for hit in hits:
        if not hit.reason:
            # By start, longest first: whatever reaches furthest so far is the only candidate.
            if reach is not None and hit.end <= reach.end:
                hit = hit._replace(reason=f"longer term: {reach.term}")
            else:
                reach = hit
        result.append(hit)
    return result


def check_match(match: str) -> None:
    """Raise `ParameterError` unless ``match`` is ``"longest"`` or ``"all"``."""
    if match not in MATCHES:
        raise ParameterError(f"match must be 'longest' or 'all', got {match!r}")
