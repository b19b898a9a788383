"""Which phrases could be cue terms, for a person to accept or refuse?

`propose_cues` takes them from labelled paragraphs, `cues_from_definitions` from the scheme's own
words and what stands near them, `new_phrases` from what reports begin to say.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.anatomy.clauses import comparable, cut_clauses
from policytext.comparable import select
from policytext.corpus import Corpus, check_corpus
from policytext.data import read_table
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.records import KINDS_COUNTED, Floats, Method, OneOrMore
from policytext.result import EVIDENCE, Result
from policytext.texts import columns_of, say
from policytext.themes.codebook import Codebook, load_codebook
from policytext.themes.coding import label_matrix, paragraphs_of, text_list
from policytext.themes.cues import Bools, CueMatcher, Ints, Letters
from policytext.themes.features import spelled, text_vectors

_RUN: Final = re.compile(r"[\u4e00-\u9fff]+")
_LENGTHS: Final = range(2, 5)
_FEWEST: Final = 2
_LEAST_SHARE: Final = 0.6
_ENOUGH: Final = 3
_COLUMNS: Final = ("theme", "phrase", "n_with", "n_without", "log_odds", "low", "contexts")


def propose_cues(
    texts: Sequence[str],
    labels: Sequence[Sequence[str]],
    codebook: Codebook,
    groups: Sequence[object] | None = None,
    *,
    n: int = 15,
) -> pd.DataFrame:
    """Propose phrases as cue terms: those that stand with a theme far more often than without it.

    Runs of two to four characters are counted once a paragraph. A phrase is proposed for a theme
    if it stands in at least two of its paragraphs (of two reports, if `groups` is given), if most
    paragraphs with it have the theme, and if no cue of the codebook covers it; those with the
    highest lower end of the log-odds come first, and a phrase that only repeats what earlier ones
    cover is left out. Look at the contexts, keep what speaks for the theme, and give it to
    `add_cues`: accepted unread, they made a classifier worse, for phrases chosen by labels look
    better on these labels than they are.

    Parameters
    ----------
    texts, labels
        Paragraphs and the themes of each.
    codebook
        The scheme; codes that are used alone get no cues.
    groups
        The report of each paragraph.
    n
        Most phrases for a theme.

    Returns
    -------
    pandas.DataFrame
        Columns theme, phrase, n_with and n_without (paragraphs with and without the theme in which
        it stands), log_odds (a half added to every count), low (its lower end, two standard
        errors below), contexts (up to three clauses, joined by line breaks).

    Raises
    ------
    ParameterError
        Lengths differ, a label is not in the codebook, or `n` is below one.

    References
    ----------
    Monroe, B. L., Colaresi, M. P., & Quinn, K. M. (2008). Fightin' words. Political Analysis,
    16(4), 372-403. https://doi.org/10.1093/pan/mpn018

    Examples
    --------
    >>> from policytext.themes.codebook import Theme
    >>> book = Codebook("own", "1", (Theme("port", "港口"), Theme("farm", "农业")))
    >>> texts = ["新建码头。", "码头开工。", "改造码头。", "粮食增产。", "粮食丰收。", "收粮食。"]
    >>> found = propose_cues(texts, [["port"]] * 3 + [["farm"]] * 3, book)
    >>> found[["theme", "phrase"]].values.tolist()
    [['port', '码头'], ['farm', '粮食']]
    """
    texts = text_list(texts)
    y = label_matrix(labels, codebook.ids)
    report = list(range(len(texts))) if groups is None else [str(group) for group in groups]
    if not len(texts) == len(y) == len(report) or n < 1:
        raise ParameterError(
            f"texts, labels and groups must be of one length and n positive, got {len(texts)}, "
            f"{len(y)}, {len(report)} and n={n}"
        )
    clauses = [_clauses(text) for text in texts]
    holding = _closed(_paragraphs_of(clauses))
    covered = _covered(clauses, codebook)
    rows = [
        row
        for number, theme in enumerate(codebook.themes)
        if theme.id not in codebook.alone
        for row in _chosen(theme.id, y[:, number], holding, report, covered[theme.id], n)
    ]
    table = pd.DataFrame(rows, columns=list(_COLUMNS[:-1]))
    shown = [
        "\n".join(_contexts(phrase, clauses, holding[phrase], y[:, codebook.ids.index(theme)]))
        for theme, phrase in zip(table["theme"], table["phrase"], strict=True)
    ]
    return table.assign(contexts=shown)


def add_cues(codebook: Codebook, accepted: pd.DataFrame | Mapping[str, Sequence[str]]) -> Codebook:
    """Return the codebook with more cue terms.

    Parameters
    ----------
    codebook
        The scheme.
    accepted
        The rows of `propose_cues` that were kept (columns theme and phrase), or a list of cues for
        each theme. Rows that were emptied in a spreadsheet, and blank phrases, are no cues.

    Raises
    ------
    ParameterError
        A theme is not in the codebook.

    Examples
    --------
    >>> from policytext.themes.codebook import Theme
    >>> book = Codebook("own", "1", (Theme("port", "港口"),))
    >>> add_cues(book, {"port": ["码头"]}).theme("port").cues
    ('码头',)
    """
    more: dict[str, list[str]] = defaultdict(list)
    if isinstance(accepted, pd.DataFrame):
        kept = accepted[["theme", "phrase"]].dropna().astype(str)
        for theme, phrase in zip(kept["theme"], kept["phrase"], strict=True):
            more[theme.strip()].append(phrase)
    else:
        for theme, phrases in accepted.items():
            more[theme] += phrases
    more = {theme: [p.strip() for p in phrases if p.strip()] for theme, phrases in more.items()}
    for theme in more:
        codebook.theme(theme)
    themes = tuple(
        dataclasses.replace(
            theme, cues=tuple(dict.fromkeys([*theme.cues, *more.get(theme.id, ())]))
        )
        for theme in codebook.themes
    )
    return dataclasses.replace(codebook, themes=themes)


def _clauses(text: str) -> list[str]:
    plain = comparable(text).text
    return [plain[part.start : part.end] for part in cut_clauses(plain)]


def _phrases(clause: str) -> Iterator[str]:
    for run in _RUN.findall(clause):
        for length in _LENGTHS:
            for start in range(len(run) - length + 1):
                yield run[start : start + length]


def _paragraphs_of(clauses: Sequence[Sequence[str]]) -> dict[str, list[int]]:
    """Return for each phrase the paragraphs in which it stands, if they are enough."""
    found: dict[str, list[int]] = defaultdict(list)
    for row, parts in enumerate(clauses):
        for phrase in dict.fromkeys(p for part in parts for p in _phrases(part)):
            found[phrase].append(row)
    return {phrase: rows for phrase, rows in found.items() if len(rows) >= _FEWEST}


def _closed(holding: Mapping[str, list[int]]) -> dict[str, list[int]]:
    """Leave out a phrase that never stands without the same longer one."""
    part_of = {
        part
        for phrase, rows in holding.items()
        for part in (phrase[1:], phrase[:-1])
        if len(part) >= _FEWEST and len(holding[part]) == len(rows)
    }
    return {phrase: rows for phrase, rows in holding.items() if phrase not in part_of}


def _covered(clauses: Sequence[Sequence[str]], codebook: Codebook) -> dict[str, set[int]]:
    """Return for each theme the paragraphs in which one of its cues stands already."""
    matcher = CueMatcher(codebook)
    covered: dict[str, set[int]] = {theme: set() for theme in codebook.ids}
    for row, parts in enumerate(clauses):
        for hit in matcher.find_plain("\n".join(parts)).hits:
            if hit.strong:
                covered[codebook.ids[hit.theme]].add(row)
    return covered


def _chosen(
    theme: str,
    has: np.ndarray[tuple[int], np.dtype[np.bool_]],
    holding: Mapping[str, list[int]],
    report: Sequence[object],
    covered: set[int],
    n: int,
) -> list[tuple[object, ...]]:
    """Return the best phrases of one theme, each of which covers paragraphs that need it."""
    total = int(has.sum())
    rest = len(has) - total
    scored = []
    for phrase, rows in holding.items():
        own = [row for row in rows if has[row]]
        if len({report[row] for row in own}) < _FEWEST or len(own) < _LEAST_SHARE * len(rows):
            continue
        cells = np.array([len(own), total - len(own), len(rows) - len(own), 0]) + 0.5
        cells[3] = rest - (len(rows) - len(own)) + 0.5
        odds = float(np.log(cells[0] / cells[1]) - np.log(cells[2] / cells[3]))
        low = odds - 2 * float(np.sqrt((1 / cells).sum()))
        scored.append((low, phrase, own, len(rows) - len(own), odds))
    chosen: list[tuple[object, ...]] = []
    times = Counter(dict.fromkeys(covered, _ENOUGH))
    for low, phrase, own, without, odds in sorted(scored, key=lambda s: (-s[0], -len(s[1]), s[1])):
        if len(chosen) < n and any(times[row] < _ENOUGH for row in own):
            chosen.append((theme, phrase, len(own), without, round(odds, 3), round(low, 3)))
            times.update(own)
    return chosen


def _contexts(
    phrase: str,
    clauses: Sequence[Sequence[str]],
    rows: Sequence[int],
    has: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> list[str]:
    """Return a clause of up to three paragraphs, first of those with the theme."""
    order = sorted(rows, key=lambda row: not has[row])[:3]
    return [next(part for part in clauses[row] if phrase in part) for row in order]


# Which phrases of a corpus say what the definitions of a scheme say?

_OTHER: Final = re.compile(r"[^\u4e00-\u9fff]+")
_KNOWN: Final = 3
_SHARE_RARE: Final = 100
_SHARE_USUAL: Final = 5
_MOST_RARE: Final = 12
_MARGIN: Final = 0.6
_JOINING: Final = ("连词", "介词", "助词")


def cues_from_definitions(
    corpus_or_texts: Corpus | Sequence[str],
    codebook: Codebook,
    *,
    vectors: Callable[[Sequence[str]], npt.ArrayLike] | None = None,
    n: int = 20,
) -> pd.DataFrame:
    """Propose cues without any label: words of the definitions, and phrases used like them.

    The names, definitions and inclusions of the themes are cut into words that the corpus knows
    (kind ``definition``); words of several themes are left out, and so are parts of a longer term
    that stand in every fifth paragraph. Phrases of the corpus that stand in like surroundings
    follow (kind ``near``), if they are far nearer to one theme than to any other: themes of one
    field, which share their surroundings, get few or none. As no label chose them, labels can tell
    how far each is to be trusted.

    Parameters
    ----------
    corpus_or_texts
        Unlabelled paragraphs: a corpus (its counted paragraphs) or a list.
    codebook
        The scheme, with definitions; codes that are used alone get no cues.
    vectors
        What places texts; `text_vectors` of the paragraphs if None.
    n
        Most near phrases of a theme.

    Returns
    -------
    pandas.DataFrame
        Columns theme, phrase, kind, n_paragraphs (in which it stands), nearness (cosine to the
        words of the theme), margin (how much nearer than to the next theme), for `add_cues`.

    Raises
    ------
    ParameterError
        `n` is negative.
    NotEnoughDataError
        No word of any definition stands in three paragraphs.

    References
    ----------
    Turney, P. D., & Littman, M. L. (2003). Measuring praise and criticism: Inference of semantic
    orientation from association. ACM TOIS 21(4), 315-346. https://doi.org/10.1145/944012.944013

    Examples
    --------
    >>> from policytext import text_vectors
    >>> from policytext.themes.codebook import Theme
    >>> texts = ["港口码头泊位。", "码头泊位。", "农业粮食作物。", "粮食作物。"] * 20
    >>> book = Codebook("own", "1", (Theme("port", "港口"), Theme("farm", "农业")))
    >>> near = text_vectors(texts, n_dimensions=2)
    >>> found = cues_from_definitions(texts, book, vectors=near)
    >>> found.query("kind == 'definition'")[["theme", "phrase"]].values.tolist()
    [['port', '港口'], ['farm', '农业']]
    """
    if n < 0:
        raise ParameterError(f"n must be at least 0, got {n}")
    texts = spelled(paragraphs_of(corpus_or_texts)["text"].tolist())
    counts = Counter(phrase for text in texts for phrase in set(_phrases(text)))
    words = _defined(codebook, texts)
    if not words:
        raise NotEnoughDataError(
            f"no word of the definitions of codebook {codebook.name!r} stands in {_KNOWN} "
            "paragraphs; define the themes in the words of the reports"
        )
    place = vectors or text_vectors(texts)
    centres = np.stack([np.asarray(place(own)).mean(axis=0) for own in words.values()])
    rare = min(_MOST_RARE, max(_KNOWN, len(texts) // _SHARE_RARE))
    usual = [p for p, k in counts.items() if len(p) > 2 and rare <= k <= len(texts) / _SHARE_USUAL]
    rows = []
    for kind, phrases in (("definition", None), ("near", sorted(usual))):
        for number, (theme, own) in enumerate(words.items()):
            asked = own if phrases is None else phrases
            near, margin = _nearness(np.asarray(place(asked)), centres, number)
            order = np.argsort(-near, kind="stable") if phrases else np.arange(len(asked))
            kept = [i for i in order if phrases is None or margin[i] > _MARGIN]
            chosen = own if phrases is None else _unlike([asked[i] for i in kept], own, n)
            at = {phrase: i for i, phrase in enumerate(asked)}
            rows += [
                (theme, p, kind, _n_texts(p, texts), round(near[at[p]], 3), round(margin[at[p]], 3))
                for p in chosen
            ]
    columns = ["theme", "phrase", "kind", "n_paragraphs", "nearness", "margin"]
    return pd.DataFrame(rows, columns=columns)


def _defined(codebook: Codebook, texts: Sequence[str]) -> dict[str, list[str]]:
    """Return the words of each theme's definition that no other theme shares."""
    found: dict[str, list[str]] = {}
    for theme in codebook.themes:
        if theme.id not in codebook.alone:
            said = " ".join((theme.label_zh, theme.definition_zh, *theme.include))
            pieces = [word for run in _OTHER.split(said) for word in _known_words(run, texts)]
            found[theme.id] = list(dict.fromkeys(pieces))
    themes_of = Counter(word for words in found.values() for word in words)
    own = {t: [w for w in words if themes_of[w] == 1] for t, words in found.items()}
    return {theme: words for theme, words in own.items() if words}


def _known_words(run: str, texts: Sequence[str]) -> list[str]:
    """Return a run that the texts know, or the words of theirs that it is made of.

    As few of its characters as can be are left over (conjunctions and particles may be), in as few
    words as can be, as frequent as can be; a word that stands almost everywhere says nothing.
    """
    if len(run) > 1 and _n_texts(run, texts) >= _KNOWN:
        return [run]
    between, usual = _between(), len(texts) / _SHARE_USUAL
    best: list[tuple[int, int, float, tuple[str, ...]]] = [(0, 0, 0.0, ())]
    for end in range(1, len(run) + 1):
        left, n_words, often, words = best[end - 1]
        ways = [(left - (run[end - 1] not in between), n_words, often, words)]
        for start in range(end - 1):
            n = _n_texts(run[start:end], texts)
            if n >= _KNOWN:
                left, n_words, often, words = best[start]
                kept = (run[start:end],) if n <= usual else ()
                ways.append((left, n_words - 1, often + float(np.log(n)), (*words, *kept)))
        best.append(max(ways))
    return list(best[-1][-1])


@cache
def _between() -> frozenset[str]:
    """Return the conjunctions and particles of one character."""
    words = read_table("stopwords.csv")
    kinds = words["kind"].isin(_JOINING)
    return frozenset(word for word in words.loc[kinds, "word"] if len(word) == 1)


def _n_texts(phrase: str, texts: Sequence[str]) -> int:
    return sum(phrase in text for text in texts)


def _nearness(vectors: Floats, centres: Floats, number: int) -> tuple[Floats, Floats]:
    """Return the cosine to one centre, and how much it exceeds that to the nearest other."""
    unit = [
        held / np.maximum(np.linalg.norm(held, axis=1, keepdims=True), 1e-9)
        for held in (vectors, centres)
    ]
    cosine = unit[0] @ unit[1].T
    others = np.delete(cosine, number, axis=1).max(axis=1, initial=0.0)
    return cosine[:, number], cosine[:, number] - others


def _unlike(phrases: Sequence[str], known: Sequence[str], n: int) -> list[str]:
    """Return the first phrases that are no part of an earlier one, nor shifted by a character."""
    chosen: list[str] = []
    for phrase in phrases:
        earlier = [*known, *chosen]
        if len(chosen) < n and not any(
            phrase in one or one in phrase or phrase[1:] == one[:-1] or phrase[:-1] == one[1:]
            for one in earlier
        ):
            chosen.append(phrase)
    return chosen


# Which runs of words do reports say since a year that no report before said?

_NEW: Final = columns_of("new_phrases")
_BATCH: Final = 2000
_SHOWN: Final = 3


def new_phrases(
    corpus: Corpus,
    codebook: Codebook | None = None,
    *,
    since: int,
    n: int = 30,
    min_reports: int = 3,
    max_before: int = 0,
    parts: OneOrMore = None,
    kinds: OneOrMore = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
) -> Result:
    """List runs of characters that reports use since a year and no earlier report used.

    Cue terms and tables of terms grow old; this shows what is new, so that they can follow. Of the
    new reports only clauses of the scheme's field count, of the earlier ones everything. Of runs
    that stand in the same reports the longest is shown, and each piece of news once.

    Parameters
    ----------
    corpus
        Reports of at least two years.
    codebook
        The scheme whose field is meant: clauses with a word of its domain; of a scheme that names
        none, clauses with one of its cues; of a scheme without cues, all clauses.
    since
        The first year that counts as new.
    n
        Most phrases.
    min_reports
        New reports in which a phrase must stand.
    max_before
        Earlier reports in which it may stand.
    parts, kinds
        Parts of the report and kinds of paragraph that count; by default body and list paragraphs
        without annex and glossary.
    exclude_rows
        Paragraphs to leave out: True or False for each paragraph, or row numbers.
    level, genre
        Only reports of these levels and genres.
    mix
        Pool reports of different levels and genres without a caution.
    min_certainty
        Years less certain than this are unknown, and such reports count as neither.

    Returns
    -------
    Result
        One row a phrase, those of most reports first: in how many reports of how many it stands
        since the year and before, the theme whose cue already covers it, and contexts; `explain`
        gives the sentences.

    Raises
    ------
    ParameterError
        `n` or `min_reports` is below one, or `max_before` below zero.
    NotEnoughDataError
        No report of the years since, or none before.

    Examples
    --------
    >>> from policytext import read_texts
    >>> said = {2024: "医院整修。", 2025: "医院试点免陪照护。", 2026: "推广医院免陪照护。"}
    >>> corpus = read_texts(
    ...     {f"{n}.txt": f"甲省{n}年政府工作报告\\n卫生：{text}\\n" for n, text in said.items()}
    ... )
    >>> found = new_phrases(corpus, since=2025, min_reports=2)
    >>> found.table[["phrase", "n_since", "n_before"]].values.tolist()
    [['免陪照护', 2, 0]]
    """
    if n < 1 or min_reports < 1 or max_before < 0:
        raise ParameterError(
            "n and min_reports must be at least 1 and max_before at least 0, got "
            f"{n}, {min_reports} and {max_before}"
        )
    check_corpus(corpus)
    codebook = codebook or load_codebook()
    chosen = select(
        corpus,
        "year",
        parts=parts,
        kinds=kinds,
        exclude_rows=exclude_rows,
        level=level,
        genre=genre,
        mix=mix,
        min_certainty=min_certainty,
    )
    year = pd.to_numeric(chosen.labels["year"], errors="coerce").to_numpy(dtype=float)
    rows = np.flatnonzero(chosen.counted & ~np.isnan(year))
    reports, report = np.unique(corpus.paragraphs["doc_id"].to_numpy()[rows], return_inverse=True)
    is_new = np.zeros(len(reports), dtype=bool)
    is_new[report[year[rows] >= since]] = True
    if is_new.all() or not is_new.any():
        raise NotEnoughDataError(
            f"new_phrases compares reports since {since} with earlier ones: {int(is_new.sum())} "
            f"are of {since} or later, {int((~is_new).sum())} are earlier; choose another year"
        )
    field = _Field.of(corpus.paragraphs["text"].to_numpy()[rows].tolist(), report, is_new, codebook)
    news = _News(n, min_reports, max_before).found(field, is_new)
    matcher = CueMatcher(codebook)
    places = [field.places_of(phrase, is_new) for phrase, _, _ in news]
    table = pd.DataFrame(
        [
            {
                "phrase": phrase,
                "n_since": since_,
                "reports_since": int(is_new.sum()),
                "n_before": before,
                "reports_before": int((~is_new).sum()),
                "theme": _theme_of(matcher, phrase),
                "contexts": "\n".join(field.contexts(places[row])),
            }
            for row, (phrase, since_, before) in enumerate(news)
        ],
        columns=list(_NEW),
    )
    evidence = [
        (row, rows[paragraph], start, end)
        for row, found in enumerate(places)
        for paragraph, start, end in found
    ]
    return Result(
        table,
        say("new_phrases.title", since=since),
        _NEW,
        Method(say("new_phrases.method", since=since, before=max_before)),
        (*chosen.cautions, say("new_phrases.not_news")),
        {
            "since": since,
            "n": n,
            "min_reports": min_reports,
            "max_before": max_before,
            "codebook": codebook.name,
            **chosen.settings,
        },
        corpus,
        _evidence(evidence, corpus.paragraphs),
        coverage=chosen.coverage,
    )


def _evidence(
    places: Sequence[tuple[int, int, int, int]], paragraphs: pd.DataFrame
) -> pd.DataFrame:
    table = pd.DataFrame(places, columns=["row_id", "row", "start", "end"]).astype("int64")
    where = paragraphs.iloc[table["row"].to_numpy()][["doc_id", "para_no"]].reset_index(drop=True)
    return pd.concat([table, where], axis=1).assign(weight=1.0)[list(EVIDENCE)]


def _theme_of(matcher: CueMatcher, phrase: str) -> str:
    """Return the theme of the first cue that stands in a phrase, empty where there is none."""
    ids = matcher.codebook.ids
    return next((ids[hit.theme] for hit in matcher.find(phrase).hits if hit.strong), "")


class _Field(NamedTuple):
    """The clauses of a field, paragraph by paragraph: characters of other ones are 0."""

    texts: Sequence[str]
    plain: Sequence[str]
    report: Ints
    letters: Letters
    codes: Ints
    report_of: Ints

    @classmethod
    def of(cls, texts: Sequence[str], report: Ints, is_new: Bools, codebook: Codebook) -> _Field:
        """Spell the texts, and keep the Han characters: of new reports, of clauses of the field."""
        plain = [comparable(text).text for text in texts]
        letters = Letters.of(plain, "\n")
        codes = letters.codes.astype(np.int64)
        codes[~((codes >= _HAN[0]) & (codes <= _HAN[1]))] = 0
        report_of = report[letters.text_of(np.arange(len(codes)))]
        codes[is_new[report_of] & ~_inside_field(plain, letters, codebook)] = 0
        return cls(texts, plain, report, letters, codes, report_of)

    def places_of(self, phrase: str, is_new: Bools) -> list[tuple[int, int, int]]:
        """Return paragraph, start and end of the phrase in new reports, in the text as given."""
        found = []
        for match in re.finditer(re.escape(phrase), self.letters.joined):
            start = match.start()
            if is_new[self.report_of[start]] and self.codes[start : match.end()].all():
                row = int(self.letters.text_of(np.array([start]))[0])
                within = start - int(self.letters.begins[row])
                spelled = comparable(self.texts[row])
                found.append((row, *spelled.original(within, within + len(phrase))))
        return found

    def contexts(self, places: Sequence[tuple[int, int, int]]) -> list[str]:
        """Return a clause of up to three reports."""
        first = {int(self.report[row]): (row, start) for row, start, _ in reversed(places)}
        shown = []
        for row, start in sorted(first.values())[:_SHOWN]:
            text = self.texts[row]
            own = next(c for c in cut_clauses(text) if start < c.end)
            shown.append(text[own.start : own.end])
        return shown


_HAN: Final = (0x4E00, 0x9FFF)


def _inside_field(plain: Sequence[str], letters: Letters, codebook: Codebook) -> Bools:
    """Return for each character whether its clause has a word of the scheme's domain, or a cue."""
    if not codebook.domain_words and not any(theme.cues for theme in codebook.themes):
        return np.ones(len(letters.codes), dtype=bool)
    inside = np.zeros(len(letters.codes), dtype=bool)
    matcher = CueMatcher(codebook)
    for first in range(0, len(plain), _BATCH):
        found = matcher.find_batch(Letters.of(plain[first : first + _BATCH], "\n"))
        spoken = found.clause_domain > 0
        if not codebook.domain_words:
            spoken[found.hit_clause[matcher.strong_cue[found.hit_cue]]] = True
        offset = int(letters.begins[first])
        for start, end in zip(
            found.clause_start[spoken].tolist(), found.clause_end[spoken].tolist(), strict=True
        ):
            inside[offset + start : offset + end] = True
    return inside


class _News(NamedTuple):
    """How many phrases are wanted, and which count as new."""

    n: int
    min_reports: int
    max_before: int

    def found(self, field: _Field, is_new: Bools) -> list[tuple[str, int, int]]:
        """Return phrases with the numbers of new and of earlier reports, most new ones first."""
        known: set[str] = set()
        closed: list[tuple[str, int, int]] = []
        for longer, phrases in self._by_length(field, is_new):
            known.update(phrase for phrase, _, _ in phrases)
            closed += [one for one, more in zip(phrases, longer, strict=True) if not more]
        chosen: list[tuple[str, int, int]] = []
        used: set[str] = set()
        for one in sorted(closed, key=lambda c: (-c[1], c[2], -len(c[0]), c[0])):
            pieces = known.intersection(_pieces(one[0]))
            if used.isdisjoint(pieces) and len(chosen) < self.n:
                chosen.append(one)
                used |= pieces
        return chosen

    def _by_length(
        self, field: _Field, is_new: Bools
    ) -> Iterator[tuple[Bools, list[tuple[str, int, int]]]]:
        """Yield the new phrases of each length, and which of them only stand in longer ones.

        A run of characters is numbered by the numbers of its two parts that are one shorter; those
        of too few reports are dropped, so that no longer one is looked at.
        """
        number, length, last = field.codes, 1, None
        while number.any():
            counted, number, parts = self._longer(number, field.report_of, is_new)
            if last is not None:
                for part in parts:
                    same = counted.since == last.since[part - 1]
                    last.longer[part[same] - 1] = True
                yield last.told(field.letters.joined, length, self.max_before)
            last, length = counted, length + 1
        if last is not None:
            yield last.told(field.letters.joined, length, self.max_before)

    def _longer(
        self, number: Ints, report: Ints, is_new: Bools
    ) -> tuple[_Counted, Ints, tuple[Ints, Ints]]:
        """Number the runs that are one longer, and count the reports in which they stand."""
        both = np.flatnonzero((number[:-1] > 0) & (number[1:] > 0))
        width = int(number.max()) + 1
        keys, first, run = np.unique(
            number[both] * width + number[both + 1], return_index=True, return_inverse=True
        )
        pair = np.sort(run * len(is_new) + report[both])
        pair = pair[np.diff(pair, prepend=-1) > 0]
        new = is_new[pair % len(is_new)]
        counts = [np.bincount(pair[h] // len(is_new), minlength=len(keys)) for h in (new, ~new)]
        kept = counts[0] >= self.min_reports
        place = np.zeros(len(keys), dtype=np.int64)
        place[kept] = np.arange(1, kept.sum() + 1)
        longer = np.zeros(len(number), dtype=np.int64)
        longer[both] = place[run]
        counted = _Counted(
            both[first[kept]], counts[0][kept], counts[1][kept], np.zeros(kept.sum(), dtype=bool)
        )
        return counted, longer, (keys[kept] // width, keys[kept] % width)


class _Counted(NamedTuple):
    """Runs of one length: where each stands first, in how many reports, whether in a longer one."""

    place: Ints
    since: Ints
    before: Ints
    longer: Bools

    def told(
        self, text: str, length: int, max_before: int
    ) -> tuple[Bools, list[tuple[str, int, int]]]:
        """Return the new ones, and which of them stand in the same reports as a longer one."""
        new = self.before <= max_before
        counts = (values[new].tolist() for values in (self.place, self.since, self.before))
        phrases = [(text[p : p + length], s, b) for p, s, b in zip(*counts, strict=True)]
        return self.longer[new], phrases


def _pieces(phrase: str) -> Iterator[str]:
    for start in range(len(phrase)):
        for end in range(start + _FEWEST, len(phrase) + 1):
            yield phrase[start:end]
