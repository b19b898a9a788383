"""What does a table say, in sentences that claim no more than its intervals and noise allow?

Each shape of table has one reader. A sentence says what stands out, what is common, or what cannot
be said; ``supported`` tells whether an interval, a test or a placebo carries the difference, or
whether it is only a fact about the reports at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from policytext.data import read_table
from policytext.inference.intervals import poisson_interval
from policytext.records import FEW_LABELLED, UNKNOWN, WEAK_COSINE, Bilingual, Floats
from policytext.texts import (
    YEAR,
    counted,
    listing,
    name_of,
    names_of_places,
    official_order,
    place_of,
    places_listed,
    say,
)

LEVEL: Final = 0.05
"""A sentence about several groups is wrong in at most this share of tables without difference."""

MOST_TERMS = 5
MOST_NAMED = 8
MOST_WORDS = 8

NO_THEME: Final = ("outside", "general")
NOTHING_SAID: Final = ("no report", "not applicable")
PER: Final = 10_000
RATE_BASIS: Final = ("interval", "n_units", "paragraphs")
WORD_COLUMNS: Final = ("group", "feature", "z", "low", "above_noise", "q_value")
THEME_COLUMNS: Final = (
    *("group", "theme", "label_zh", "label_en", "share", "share_coded", "n_positive"),
)

STABILITY_COLUMNS: Final = ("topic", "name", "over", "word_cosine", "above_noise")

DIFFERENT, COMMON, LIMIT = "different", "common", "limit"


class Saying(NamedTuple):
    """A sentence about a table.

    ``kind``: ``different``, ``common`` or ``limit`` (what cannot be said).
    ``supported``: An interval, test or placebo carries the difference that it names.
    ``sentence``: Chinese and English.
    ``rows``: Rows of the table that it speaks of.
    ``worth``: How the sentence ends where it says what the difference is worth.
    """

    kind: str
    supported: bool
    sentence: Bilingual
    rows: tuple[int, ...] = ()
    worth: Bilingual = Bilingual("", "")


IT: Final = Bilingual("它", "it")


@dataclass(frozen=True)
class Background:
    """What a reader knows beside the table.

    ``mixed``: reports of several levels or genres stand in one comparison.
    ``names``: what topics are called, by their names in the table.
    ``census``: the reports are all there are, so that nothing is tested.
    ``subject``: the concept that the whole table is about.
    """

    mixed: bool = False
    census: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    subject: Bilingual = IT


def findings_of(table: pd.DataFrame, setting: Background = Background()) -> list[Saying]:
    """Return the sentences of a table; none where no reader knows its shape.

    >>> findings_of(pd.DataFrame({"x": [1]}))
    []
    """
    held = set(map(str, table.columns))
    for needed, reader in READERS:
        if held.issuperset(needed) and len(table):
            whole = table.reset_index(drop=True)
            return [*reader(_with_known_groups(whole), setting), *_unplaced(whole)]
    return []


def _unplaced(table: pd.DataFrame) -> Iterator[Saying]:
    """Say how many hits stand in reports that belong to no group, where it is a tenth or more."""
    if not {"term", "status", "hits"} <= set(table.columns):
        return
    every = int(table["hits"].sum())
    for name in ("province", "year"):
        if name not in table:
            continue
        lost = table[table[name].isna() | (table[name].astype("str") == UNKNOWN)]
        hits = int(lost["hits"].sum())
        if hits and 10 * hits >= every:
            what = name_of("column", name)
            words = say("findings.rates.unplaced", hits=hits, all=every, what=what)
            yield Saying(LIMIT, True, words, _rows(lost))


def _with_known_groups(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose group is known: reports of nowhere are no region among others."""
    known = np.ones(len(table), dtype=bool)
    for name in ("group", "province", "a", "b"):
        if name in table:
            known &= (table[name].astype("str") != UNKNOWN).to_numpy()
    return table[known] if known.any() else table


# How are names, numbers and lists written?


@cache
def _labels() -> dict[str, str]:
    """Return the English label of each concept that has one."""
    terms = read_table("terms.csv")
    named = terms[(terms["label_en"] != "") & (terms["term"] == terms["concept"])]
    return dict(zip(named["concept"], named["label_en"], strict=True))


def term_named(term: str) -> Bilingual:
    """Return a term, in English with what it means where the list of terms says so.

    >>> term_named("医共体").en, term_named("甲乙").en
    ('医共体 (county medical community)', '甲乙')
    """
    meaning = _labels().get(term, "")
    return Bilingual(term, f"{term} ({meaning})" if meaning else term)


def _listed(names: Sequence[str], most: int = MOST_NAMED) -> Bilingual:
    """Return the first names of a list, and how many it has where there are more."""
    if not names:
        return say("findings.none")
    shown = listing(place_of(str(name)) for name in names[:most])
    return shown if len(names) <= most else say("findings.and_more", names=shown, n=len(names))


def _said(parts: Iterable[Bilingual]) -> Bilingual:
    """Return sentences one after the other."""
    all_parts = list(parts)
    return Bilingual("".join(p.zh for p in all_parts), " ".join(p.en for p in all_parts))


def _groups_in(table: pd.DataFrame, by: Sequence[str]) -> pd.Series:
    """Return one label a row for the columns that make the groups."""
    return table[list(by)].astype("str").agg(" ".join, axis=1)


def _rows(table: pd.DataFrame) -> tuple[int, ...]:
    return tuple(int(number) for number in table.index)


def _number_of(labels: Iterable[object], n: int | None = None) -> Bilingual:
    """Return how many groups there are, by what they are: provinces, years or others.

    >>> _number_of(["山西省", "陕西省"]).zh, _number_of(["2019"], 3).en
    ('2 个省份', '3 years')
    """
    named = {str(label) for label in labels}
    provinces = set(official_order(named)) == named and named <= names_of_places()
    kind = "province" if provinces else "year" if all(map(YEAR.fullmatch, named)) else "group"
    return say(f"findings.number.{kind}", n=len(named) if n is None else n)


# Which groups speak most of a term, and can their order be told?


def held_together(part: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return intervals of the rates of several groups that hold all at once (Bonferroni).

    Counts that speak of these reports only get Garwood's interval at the level that remains for
    each group, a paragraph that names the term several times counted as one place; intervals over
    units are widened by Student's quantiles on the log scale.
    """
    n = max(len(part), 1)
    hits, size, where = (part[c].to_numpy(dtype=float) for c in ("hits", "n_han", "paragraphs"))
    repeated = max(1.0, hits.sum() / max(where.sum(), 1.0))
    exact = poisson_interval(hits / repeated, size / repeated / PER, confidence=1 - LEVEL / n)
    low, high = np.asarray(exact.low, dtype=float), np.asarray(exact.high, dtype=float)
    by_unit = ~part["interval"].astype("str").str.contains("Poisson").to_numpy()
    rate, given_low, given_high = (part[c].to_numpy(dtype=float) for c in ("rate", "low", "high"))
    units = np.maximum(part["n_units"].to_numpy(dtype=float) - 1, 1)
    wider = stats.t.ppf(1 - LEVEL / n / 2, units) / stats.t.ppf(1 - LEVEL / 2, units)
    with np.errstate(divide="ignore", invalid="ignore"):
        down = rate * (given_low / rate) ** wider
        up = rate * (given_high / rate) ** wider
    # No hits, or no interval: what units cannot carry is not claimed, so the wider end counts.
    low = np.where(by_unit, np.where(np.isfinite(down), np.minimum(low, down), 0.0), low)
    high = np.where(by_unit, np.where(np.isfinite(up), np.maximum(high, up), np.inf), high)
    return low, high


def _rates(table: pd.DataFrame, setting: Background) -> Iterator[Saying]:
    by = list(table.columns[1 : list(table.columns).index("status")])
    order = table.groupby("term", sort=False)["hits"].sum().sort_values(ascending=False)
    for term in order.index[:MOST_TERMS]:
        part = table[(table["term"] == term) & ~table["status"].isin(NOTHING_SAID)]
        part = part.dropna(subset=["rate", *by])
        part = part[part["n_han"] > 0]
        if len(part) > 1 and by:
            yield _most(str(term), part, _groups_in(part, by), setting)
    if len(order) > MOST_TERMS:
        yield Saying(DIFFERENT, True, say("findings.rates.more", n=len(order) - MOST_TERMS))


def _most(term: str, part: pd.DataFrame, groups: pd.Series, setting: Background) -> Saying:
    """Say which groups name a term most, and from how many others they can be told."""
    if not part["hits"].sum():
        words = say("findings.rates.nowhere", term=term_named(term), groups=_number_of(groups))
        return Saying(COMMON, True, words, _rows(part))
    ranked = part.assign(label=groups).sort_values(
        ["rate", "label"], ascending=[False, True], kind="stable"
    )
    two = len(ranked) == 2
    top = ranked if two else ranked[ranked["hits"] > 0].head(3)
    low, high = held_together(ranked)
    below = int((high < low[0]).sum())
    places = listing(
        rate_in_words(
            row,
            "findings.rates.place",
            "findings.rates.place_alone",
            place=place_of(str(row["label"])),
        )
        for row in top.to_dict("records")
    )
    key = "findings.rates.two" if two else "findings.rates.most"
    said = say(key, term=term_named(term), places=places)
    census = bool(ranked["low"].isna().any()) and not setting.mixed
    supported = below > 0 and not setting.mixed and not census
    apart = bool(len(top) > 1 and low[0] > high[1 : len(top)].max())
    worth = _verdict(ranked, below, apart, setting.mixed)
    if census:
        worth = say("findings.rates.census")
    return Saying(DIFFERENT, supported, _said([said, *_tied(ranked), worth]), _rows(top), worth)


def _tied(ranked: pd.DataFrame) -> list[Bilingual]:
    """Say where more groups than are named have the most hits: length of reports orders them."""
    most = ranked["hits"].max()
    alike = ranked.loc[ranked["hits"] == most, "label"]
    if len(alike) <= 3:
        return []
    return [say("findings.rates.tied", groups=_number_of(alike), hits=int(most))]


def rate_in_words(row: Mapping[Hashable, Any], key: str, alone: str, **more: Any) -> Bilingual:
    """Return a rate in the sentence ``key``, or in ``alone`` where it has no interval."""
    numbers = {"rate": f"{row['rate']:.2f}", "hits": int(row["hits"])}
    ends = {end: f"{row[end]:.2f}" for end in ("low", "high") if np.isfinite(row[end])}
    return say(key if len(ends) == 2 else alone, **numbers, **ends, **more)


def _verdict(ranked: pd.DataFrame, below: int, apart: bool, mixed: bool) -> Bilingual:
    """Say what the order of the groups is worth."""
    if mixed:
        return say("findings.mixed")
    if not below:
        return say("findings.rates.no_order", groups=_number_of(ranked["label"]))
    order = say("findings.rates.first_apart") if apart else say("findings.rates.first_not_apart")
    groups = _number_of(ranked["label"])
    words = say("findings.rates.some_order", groups=groups, below=below, order=order)
    if ranked["interval"].astype("str").str.contains("Poisson").any():
        return _said([words, say("findings.rates.these_reports")])
    return words


# Who goes by another name, and who says nothing?


def _status(table: pd.DataFrame, setting: Background) -> Iterator[Saying]:
    for concept in list(dict.fromkeys(table["concept"]))[:MOST_TERMS]:
        part = table[table["concept"] == concept]
        term = term_named(str(concept))
        with_report = part[~part["status"].isin(NOTHING_SAID)]
        named = with_report[with_report["n"] > 0]
        other = with_report[(with_report["n"] == 0) & (with_report["n_other"] > 0)]
        silent = with_report[(with_report["n"] == 0) & (with_report["n_other"] == 0)]
        yield Saying(
            COMMON,
            True,
            say(
                "findings.status.named" if len(silent) else "findings.status.by_all",
                term=term,
                groups=_number_of(with_report["group"]),
                named=len(named),
                other=len(other),
                silent=len(silent),
                names=_listed(list(silent["group"])),
            ),
            _rows(silent),
        )
        if len(other):
            places = listing(
                Bilingual(f"{p.zh}（{words}）", f"{p.en} ({words})")
                for p, words in zip(
                    map(place_of, other["group"].astype("str")), other["other_names"], strict=True
                )
            )
            groups = _number_of(with_report["group"], len(other))
            words = say("findings.status.other", term=term, groups=groups, places=places)
            yield Saying(DIFFERENT, True, words, _rows(other))
    yield Saying(LIMIT, True, say("findings.status.silence"))


# Which terms are found at all?


def _totals(table: pd.DataFrame, setting: Background) -> Iterator[Saying]:
    found = table[table["n_hits"] > 0].sort_values("n_hits", ascending=False, kind="stable")
    if len(found):
        said = (
            say("findings.totals.one", term=term_named(str(concept)), hits=int(hits))
            for concept, hits in zip(found["concept"], found["n_hits"], strict=True)
        )
        words = say(
            "findings.totals.most", n=len(table), k=len(found), terms=listing(said, MOST_NAMED)
        )
        yield Saying(COMMON, True, words, _rows(found.head(MOST_NAMED)))
    never = table.loc[table["n_hits"] == 0, "concept"].astype("str")
    if len(never):
        words = say("findings.totals.never", n=len(never), terms=listing(never, MOST_NAMED))
        yield Saying(LIMIT, True, words)


# Which words mark a group?


def marking_words(part: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of one group whose words are more frequent in it; names of places left out.

    A word stays whose ratio to the rest has an interval above zero on the log scale.
    """
    own = part[(part["z"] > 0) & ~part["feature"].astype("str").isin(names_of_places())]
    own = own[own["low"].isna() | (own["low"] > 0)]
    return own.sort_values("z", ascending=False, kind="stable")


def _proven(table: pd.DataFrame) -> pd.Series:
    """Say of each row whether a test or the noise of dealt groups carries it."""
    above = table["above_noise"].fillna(False).astype(bool)
    return above & (table["q_value"].isna() | (table["q_value"].astype(float) < LEVEL))


def _words(table: pd.DataFrame, setting: Background) -> Iterator[Saying]:
    groups = list(dict.fromkeys(table["group"].astype("str")))
    marked = {g: marking_words(table[table["group"].astype("str") == g]) for g in groups}
    sure = {g: rows[_proven(rows)] for g, rows in marked.items()}
    told = [g for g in groups if len(sure[g])]
    if told and not setting.mixed:
        shown = listing(_marked(g, sure[g]) for g in told[:MOST_NAMED])
        words = say("findings.words.marked", k=len(told), groups=_number_of(groups), places=shown)
        rows = tuple(number for g in told[:MOST_NAMED] for number in _rows(sure[g].head(3)))
        yield Saying(DIFFERENT, True, words, rows)
    elif any(map(len, marked.values())):
        largest = sorted(
            groups, key=lambda g: -float(marked[g]["z"].max() if len(marked[g]) else 0)
        )
        shown = listing(_marked(g, marked[g]) for g in largest[:5] if len(marked[g]))
        rows = tuple(number for g in largest[:5] for number in _rows(marked[g].head(3)))
        words = say("findings.words.frequent", places=shown)
        verdicts = [] if told else [say("findings.words.described")]
        verdicts += [say("findings.mixed")] if setting.mixed else []
        words = _said([words, *verdicts])
        yield Saying(DIFFERENT, False, words, rows)
    quiet = len(groups) - len(told)
    if quiet:
        words = say("findings.words.noise", k=quiet, groups=_number_of(groups))
        yield Saying(LIMIT, True, words)


def _marked(group: str, rows: pd.DataFrame, most: int = 3) -> Bilingual:
    """Return a group with the words that mark it."""
    place, words = place_of(group), rows["feature"].astype("str").head(most)
    return Bilingual(f"{place.zh}（{'、'.join(words)}）", f"{place.en} ({', '.join(words)})")


# How far are groups from each other?


def _distances(table: pd.DataFrame, setting: Background) -> Iterator[Saying]:
    above = table["above_noise"].fillna(False).astype(bool)
    q = table["q_value"].astype(float)
    tested = bool(q.notna().any())
    sure = table[above & (q < LEVEL)] if tested else table[above]
    chance = LEVEL * len(table)
    ranked = table.sort_values("distance", kind="stable")
    pair = say(
        "findings.distances.pairs",
        far=_pair(ranked.iloc[-1]),
        near=_pair(ranked.iloc[0]),
        k=len(sure),
        n=len(table),
    )
    rows = (int(ranked.index[-1]), int(ranked.index[0]))
    supported = len(sure) > (0 if tested else 2 * chance) and not setting.mixed
    if supported:
        verdict = say("findings.distances.apart", chance=round(chance))
    elif setting.mixed:
        verdict = say("findings.mixed")
    else:
        verdict = say("findings.distances.noise", chance=round(chance))
    yield Saying(DIFFERENT if supported else LIMIT, supported, _said([pair, verdict]), rows)


def _pair(row: pd.Series) -> Bilingual:
    a, b, far = place_of(str(row["a"])), place_of(str(row["b"])), float(row["distance"])
    return Bilingual(f"{a.zh}与{b.zh}（{far:.3f}）", f"{a.en} and {b.en} ({far:.3f})")


# Which themes and topics fill the paragraphs?


def citable_themes(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of themes with enough labelled paragraphs, ``value`` being their share."""
    part = table[~table["theme"].isin(NO_THEME)]
    corrected = part["share"].notna().any()
    value = part["share"] if corrected else part["share_coded"]
    part = part.assign(value=value.astype(float))
    if part["n_positive"].notna().any():
        part = part[part["n_positive"].fillna(0) >= FEW_LABELLED]
    return part.dropna(subset=["value"])


def _themes(table: pd.DataFrame, setting: Background) -> Iterator[Saying]:
    part = citable_themes(table)
    if part.empty:
        yield Saying(LIMIT, True, say("findings.themes.none"))
        return
    mean = part.groupby("theme", sort=False)[["share_coded", "value"]].mean()
    # What was coded is there to be read; a share that rests on its correction alone leads nowhere.
    top = mean.sort_values("share_coded", ascending=False, kind="stable")["value"].head(3)
    n_groups = part["group"].nunique()
    said: list[Bilingual] = []
    rows: list[int] = []
    for theme, share in top.items():
        mine = part[part["theme"] == theme]
        rows += _rows(mine.nlargest(1, "value"))
        corrected = mine["share"].notna().any()
        said.append(
            say(
                "findings.themes.one" if corrected else "findings.themes.coded",
                theme=_theme(mine),
                share=f"{100 * share:.1f}",
                coded=f"{100 * mine['share_coded'].mean():.1f}",
                groups=_number_of(part["group"], int((mine["n_coded"] > 0).sum())),
            )
        )
    groups = _number_of(part["group"])
    words = _said(
        [
            say("findings.themes.common", groups=groups, themes=listing(said)),
            *_reordered(part, mean),
        ]
    )
    yield Saying(COMMON, True, words, tuple(rows))
    if n_groups > 1:
        yield _widest_theme(part, setting)
    rest = table[~table["theme"].isin([*part["theme"], *NO_THEME])].drop_duplicates("theme")
    if len(rest):
        labels = zip(rest["label_zh"], rest["label_en"], strict=True)
        names = listing((Bilingual(str(zh), str(en)) for zh, en in labels), MOST_NAMED)
        words = say("findings.themes.left", n=len(rest), few=FEW_LABELLED, names=names)
        yield Saying(LIMIT, True, words)


def _reordered(part: pd.DataFrame, mean: pd.DataFrame) -> list[Bilingual]:
    """Say which theme is the largest after correction, where it is another one."""
    first = mean["value"].idxmax()
    if first == mean["share_coded"].idxmax():
        return []
    label, share = _theme(part[part["theme"] == first]), f"{100 * mean['value'][first]:.1f}"
    return [say("findings.themes.reordered", theme=label, share=share)]


def _theme(rows: pd.DataFrame) -> Bilingual:
    return Bilingual(str(rows["label_zh"].iloc[0]), str(rows["label_en"].iloc[0]))


def _widest_theme(part: pd.DataFrame, setting: Background) -> Saying:
    spread = part.groupby("theme", sort=False)["value"].agg(lambda s: s.max() - s.min())
    mine = part[part["theme"] == spread.idxmax()].sort_values("value", kind="stable")
    words = say(
        "findings.themes.widest",
        theme=_theme(mine),
        most=_share_of(mine.iloc[-1]),
        least=_share_of(mine.iloc[0]),
        n=len(spread),
    )
    corrected = mine["share"].notna().any()
    verdict = say("findings.themes.no_claim" if corrected else "findings.themes.uncorrected")
    verdict = say("findings.mixed") if setting.mixed and corrected else verdict
    return Saying(DIFFERENT, False, _said([words, verdict]), _rows(mine.iloc[[-1, 0]]))


def _share_of(row: pd.Series) -> Bilingual:
    place, share = place_of(str(row["group"])), f"{100 * row['value']:.1f}%"
    if pd.notna(row["low"]) and pd.notna(row["high"]):
        share = f"{share}, {100 * row['low']:.1f}–{100 * row['high']:.1f}%"
    return Bilingual(f"{place.zh}（{share.replace(', ', '，')}）", f"{place.en} ({share})")


def _topics(table: pd.DataFrame, setting: Background) -> Iterator[Saying]:
    called = table["name"].astype("str").map(lambda name: setting.names.get(name, name))
    part = table.assign(called=called, value=table["share"].astype(float))
    part = part.dropna(subset=["value"])
    groups = part["group"].nunique()
    if not groups:
        return
    rank = part.groupby("group")["value"].rank(ascending=False, method="first")
    among = part[rank <= 3]["called"].value_counts()
    shown = listing(
        say("findings.topics.one", topic=str(topic), groups=_number_of(part["group"], int(k)))
        for topic, k in among.head(3).items()
    )
    words = say("findings.topics.common", groups=_number_of(part["group"]), topics=shown)
    yield Saying(COMMON, True, words)
    if groups < 2:
        return
    spread = part.groupby("called")["value"].agg(lambda s: s.max() - s.min())
    mine = part[part["called"] == spread.idxmax()].sort_values("value", kind="stable")
    most, least = mine.iloc[-1], mine.iloc[0]
    supported = _told_apart(most, least, len(part)) and not setting.mixed
    words = say(
        "findings.topics.widest",
        topic=str(most["called"]),
        most=_share_of(most),
        least=_share_of(least),
    )
    if setting.mixed:
        verdict = say("findings.mixed")
    else:
        verdict = say("findings.topics.apart") if supported else say("findings.topics.described")
    yield Saying(DIFFERENT, supported, _said([words, verdict]), _rows(mine.iloc[[-1, 0]]))


def _told_apart(most: pd.Series, least: pd.Series, n: int) -> bool:
    """Say whether intervals that hold for all rows of the table at once do not meet."""
    ends = [most["low"], most["high"], least["low"], least["high"]]
    if any(pd.isna(end) for end in ends):
        return False
    wider = float(stats.norm.ppf(1 - LEVEL / n / 2) / stats.norm.ppf(1 - LEVEL / 2))
    down = most["value"] - wider * (most["value"] - most["low"])
    up = least["value"] + wider * (least["high"] - least["value"])
    return bool(down > up)


# Does the answer hang on a choice, on time, or on what was at hand?


def _robustness(table: pd.DataFrame, setting: Background) -> Iterator[Saying]:
    known = table[table["ratio"].notna() & (table["choice"] != "topics")]
    not_run = int(table["ratio"].isna().sum())
    if len(known):
        ratio = known["ratio"].astype(float).clip(lower=1e-9)
        far = known.loc[np.log(ratio).abs().idxmax()]
        words = say(
            "findings.robustness.range",
            low=f"{known['ratio'].min():.2f}",
            high=f"{known['ratio'].max():.2f}",
            choice=name_of("choice", str(far["choice"])),
            quantity=place_of(str(far["quantity"]).split(":")[0]),
            ratio=f"{far['ratio']:.2f}",
        )
        yield Saying(COMMON, True, words, (int(known["ratio"].idxmax()),))
    if not_run:
        yield Saying(LIMIT, True, say("findings.robustness.not_run", n=not_run))


def _movements(table: pd.DataFrame, setting: Background) -> Iterator[Saying]:
    q = table["q_value"].astype(float)
    for sign, key in ((1, "rising"), (-1, "falling")):
        moved = table[(q < LEVEL) & (np.sign(table["tau"].astype(float)) == sign)]
        if len(moved):
            names = listing(term_named(str(t)) for t in moved["term"].head(MOST_NAMED))
            way = say(f"findings.movements.{key}")
            words = say("findings.movements.moved", way=way, k=len(moved), names=names)
            yield Saying(DIFFERENT, True, words, _rows(moved.head(MOST_NAMED)))
    still = int(q.notna().sum() - (q < LEVEL).sum())
    refused = int(q.isna().sum())
    if still or refused:
        key = "not_told" if still else "census" if setting.census else "not_tested"
        words = say(f"findings.movements.{key}", still=still, refused=refused)
        yield Saying(LIMIT, True, words)


def _coverage(table: pd.DataFrame, setting: Background) -> Iterator[Saying]:
    by = next((c for c in ("province", "year") if c in table.columns), None)
    if by is None:
        return
    sums = table.groupby(table[by].astype("str"))["reports"].sum()
    alone = int((sums == 1).sum())
    groups = _number_of(sums.index)
    words = say("findings.coverage.size", n=int(sums.sum()), groups=groups)
    yield Saying(COMMON, True, words)
    if alone:
        words = say("findings.coverage.alone", n=alone, groups=groups)
        yield Saying(LIMIT, True, words)
    several = [c for c in ("genre", "level") if c in table.columns and table[c].nunique() > 1]
    if several:
        kinds = listing(name_of("column", name) for name in several)
        yield Saying(LIMIT, True, say("findings.coverage.mixed", kinds=kinds))


def _statements(table: pd.DataFrame, setting: Background) -> Iterator[Saying]:
    status = table["status"].astype("str")
    told = ("done", "under_way", "planned", "mention")
    counts = {name: int((status == name).sum()) for name in told}
    undecided = len(table) - sum(counts.values())
    words = say("findings.statements.status", n=len(table), **counts)
    yield Saying(COMMON, True, words)
    if undecided:
        yield Saying(LIMIT, True, say("findings.statements.undecided", n=undecided, k=len(table)))


def _places(groups: pd.Series) -> Bilingual:
    """Return the names of groups in their official order, each once."""
    return places_listed(groups.astype("str").drop_duplicates(), MOST_NAMED)


# Whose narrative is unlike, what was kept, and who was first?


def _narratives(table: pd.DataFrame, setting: Background) -> Iterator[Saying]:
    speaking = table[table["clauses"] > 0]
    if speaking.empty:
        return
    counts = {name: int(speaking[name].sum()) for name in ("done", "under_way", "planned")}
    groups = _number_of(speaking[speaking.columns[0]])
    n, about = int(speaking["clauses"].sum()), {"subject": setting.subject}
    left = n - sum(counts.values())
    rest = say("findings.narratives.rest", n=left) if left else ""
    words = say("findings.narratives.who", groups=groups, n=n, rest=rest, **counts, **about)
    yield Saying(COMMON, True, words)
    told = speaking[speaking["difference"].notna()]
    apart = told[told["difference"].astype(float) > told["chance_high"].astype(float)]
    chance = LEVEL / 2 * len(told)
    if len(apart):
        supported = len(apart) > 2 * chance and not setting.mixed and not setting.census
        names = _places(apart[apart.columns[0]])
        words = say(
            "findings.narratives.apart", names=names, k=len(told), chance=f"{chance:.1f}", **about
        )
        verdict = [say("findings.mixed")] if setting.mixed else []
        kind = DIFFERENT if supported else LIMIT
        yield Saying(kind, supported, _said([words, *verdict]), _rows(apart))
    elif len(told):
        yield Saying(LIMIT, True, say("findings.narratives.alike", k=len(told), **about))
    few = len(speaking) - len(told)
    if few:
        yield Saying(LIMIT, True, say("findings.narratives.few", n=few, groups=groups, **about))
    other = table[(table["clauses"] == 0) & (table["other_names"] != "")]
    if len(other):
        names = _places(other[other.columns[0]])
        words = say("findings.narratives.elsewhere", names=names, **about)
        yield Saying(LIMIT, True, words, _rows(other))


def _promises(table: pd.DataFrame, setting: Background) -> Iterator[Saying]:
    counts = counted("outcome", table["outcome"].astype("str"))
    words = say("findings.promises.outcomes", n=len(table), counts=counts)
    yield Saying(COMMON, True, words)
    below = table[table["outcome"] == "changed"]
    if len(below):
        names = _places(below["province"])
        words = say("findings.promises.below", n=len(below), names=names)
        yield Saying(DIFFERENT, False, words, _rows(below.head(MOST_NAMED)))
    if (table["outcome"] == "silent").any():
        yield Saying(LIMIT, True, say("findings.promises.silence"))


def _spread(table: pd.DataFrame, setting: Background) -> Iterator[Saying]:
    first = table[table["step"] == "mention"].sort_values("year", kind="stable")
    if first.empty:
        return
    by, year = first.columns[0], int(first["year"].iloc[0])
    ahead = first[first["year"] == year]
    names = _places(ahead[by])
    groups = _number_of(first[by])
    about = {"subject": setting.subject}
    words = say("findings.spread.first", groups=groups, names=names, year=year, **about)
    yield Saying(COMMON, True, words, _rows(ahead.head(MOST_NAMED)))
    for step in ("pilot", "full"):
        there = table[table["step"] == step]
        if len(there):
            groups = _number_of(there[by])
            began = int(there["year"].min())
            words = say(f"findings.spread.{step}", groups=groups, year=began, **about)
            yield Saying(COMMON, True, words, _rows(there.nsmallest(MOST_NAMED, "year")))
    open_start = int((first["year"] == first["first_report"]).sum())
    if open_start:
        words = say("findings.spread.older", n=open_start, **about)
        yield Saying(LIMIT, True, words)


def _hazards(table: pd.DataFrame, setting: Background) -> Iterator[Saying]:
    effects = table[table["variable"] != "period"]
    keys = ("findings.hazard.apart", "findings.hazard.same", "findings.hazard.refused")
    yield from _effects(effects, keys, {"ratio": "hazard_ratio"}, subject=setting.subject)


def _reuse(table: pd.DataFrame, setting: Background) -> Iterator[Saying]:
    most = table.loc[table["share"].idxmax()]
    if most["share"] > 0:
        words = say(
            "findings.reuse.pairs",
            n=int((table["share"] > 0).sum()),
            pairs=len(table),
            mean=f"{100 * table['share'].mean():.2f}",
            most=f"{100 * most['share']:.2f}",
            receiver=place_of(str(most["receiver"])),
            sender=place_of(str(most["sender"])),
            year=int(most["year"]),
            sentences=int(most["n_sentences"]),
        )
        yield Saying(COMMON, True, words, _rows(table.nlargest(MOST_NAMED, "share")))
    yield Saying(LIMIT, True, say("findings.reuse.source"))


def _reuse_effects(table: pd.DataFrame, setting: Background) -> Iterator[Saying]:
    keys = (
        "findings.reuse_effects.apart",
        "findings.reuse_effects.same",
        "findings.reuse_effects.refused",
    )
    yield from _effects(table, keys, {"estimate": "estimate"})


def _effects(
    effects: pd.DataFrame, keys: tuple[str, str, str], named: Mapping[str, str], **more: Any
) -> Iterator[Saying]:
    """Say which effects stand apart at a level that holds for all rows together."""
    apart, same, refusal = keys
    numbers = {"low": "low", "high": "high", **named}
    for row, effect in effects[effects["p_value"].notna()].iterrows():
        clear = float(effect["p_value"]) < LEVEL / max(len(effects), 1)
        words = say(
            apart if clear else same,
            variable=name_of("column", str(effect["variable"])),
            value=place_of(str(effect["value"])),
            **{name: f"{effect[column]:.2f}" for name, column in numbers.items()},
            **more,
        )
        yield Saying(DIFFERENT if clear else LIMIT, clear, words, _rows(effects.loc[[row]]))
    refused = int(effects["refused"].fillna("").astype("str").str.len().gt(0).sum())
    if refused:
        yield Saying(LIMIT, True, say(refusal, n=refused, **more))


def _problems(table: pd.DataFrame, setting: Background) -> Iterator[Saying]:
    answered = table[table["measure"].astype("str") != ""]
    words = say("findings.problems.answered", n=len(table), k=len(answered))
    yield Saying(COMMON, True, words, _rows(answered.nlargest(MOST_NAMED, "likeness")))
    if len(answered) < len(table):
        yield Saying(LIMIT, True, say("findings.problems.silence"))


def _published(table: pd.DataFrame, setting: Background) -> Iterator[Saying]:
    counts = counted("verdict", table["verdict"].astype("str"))
    met = table["verdict"].isin(["reproduced", "consistent"]).any()
    words = say("findings.published.verdicts", n=len(table), counts=counts)
    yield Saying(COMMON if met else LIMIT, True, words)
    other = table[table["verdict"] == "differs"]
    if len(other):
        names = listing(other["quantity"].astype("str"), MOST_NAMED)
        words = say("findings.published.differs", n=len(other), names=names)
        yield Saying(LIMIT, True, words, _rows(other))
    known = table[table["verdict"] == "explained"]
    if len(known):
        cells = zip(known["quantity"].astype("str"), known["published"], known["ours"], strict=True)
        names = listing(
            (say("findings.published.beside", name=n, published=p, ours=o) for n, p, o in cells),
            MOST_NAMED,
        )
        words = say("findings.published.explained", n=len(known), names=names)
        yield Saying(DIFFERENT, True, words, _rows(known))


def topics_unreadable(tables: Iterable[pd.DataFrame]) -> bool:
    """Whether a table says that half of the topics or more should not be read."""
    return any(
        (~table.groupby("topic")["above_noise"].min().astype(bool)).mean() >= 0.5
        for table in tables
        if set(STABILITY_COLUMNS) <= set(table.columns) and len(table)
    )


def speaks_of_topics(table: pd.DataFrame) -> bool:
    """Whether a table gives shares of topics, which are worth what the topics are worth."""
    return {"group", "topic", "name", "share"} <= set(table.columns)


def _stability(table: pd.DataFrame, setting: Background) -> Iterator[Saying]:
    topics = table.groupby("topic")[["word_cosine", "above_noise"]].min()
    weak = int((topics["word_cosine"] < WEAK_COSINE).sum())
    noise = int((~topics["above_noise"].astype(bool)).sum())
    if weak or noise:
        words = say("findings.topics.unstable", n=len(topics), weak=weak, noise=noise)
        yield Saying(LIMIT, True, words)


Reader = Callable[[pd.DataFrame, Background], Iterator[Saying]]

READERS: Final[tuple[tuple[tuple[str, ...], Reader], ...]] = (
    (
        (*("term", "status", "hits", "n_han", "rate", "low", "high"), *RATE_BASIS),
        _rates,
    ),
    (("concept", "group", "status", "n", "n_other", "other_names"), _status),
    (WORD_COLUMNS, _words),
    (("a", "b", "distance", "above_noise", "q_value"), _distances),
    (THEME_COLUMNS, _themes),
    (("group", "topic", "name", "share", "low", "high"), _topics),
    (STABILITY_COLUMNS, _stability),
    (("choice", "specification", "quantity", "ratio"), _robustness),
    (("term", "tau", "sen_slope", "q_value"), _movements),
    (("reports", "paragraphs", "han", "certain"), _coverage),
    (("concept", "doc_id", "status", "clause", "figures"), _statements),
    (("concept", "n_hits", "n_documents"), _totals),
    (("clauses", "reading", "difference", "chance_high", "other_names"), _narratives),
    (("promise", "outcome", "answer"), _promises),
    (("step", "year", "first_report", "clause"), _spread),
    (("variable", "hazard_ratio", "p_value", "refused"), _hazards),
    (("receiver", "sender", "share", "n_sentences"), _reuse),
    (("variable", "estimate", "p_value", "mean_with", "refused"), _reuse_effects),
    (("problem", "measure", "likeness"), _problems),
    (("quantity", "published", "ours", "verdict"), _published),
)
"""Which columns a table must have for a reader; the first that fits reads it."""
