"""Which phrases of labelled paragraphs could be cue terms, for a person to accept or refuse?"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from policytext.anatomy.clauses import comparable, cut_clauses
from policytext.errors import ParameterError
from policytext.themes.codebook import Codebook
from policytext.themes.coding import label_matrix, text_list
from policytext.themes.cues import CueMatcher

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
    `add_cues`.

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
        each theme.

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
        for theme, phrase in zip(accepted["theme"], accepted["phrase"], strict=True):
            more[str(theme)].append(str(phrase))
    else:
        for theme, phrases in accepted.items():
            more[theme] += phrases
    for theme in more:
        codebook.theme(theme)
    themes = tuple(
        dataclasses.replace(theme, cues=tuple(dict.fromkeys([*theme.cues, *more[theme.id]])))
        for theme in codebook.themes
    )
    return dataclasses.replace(codebook, themes=themes)


def _clauses(text: str) -> list[str]:
    plain = comparable(text).text
    return [plain[part.start : part.end] for part in cut_clauses(plain, half_width=False)]


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
