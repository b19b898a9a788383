"""Which themes fill the paragraphs of each group of reports?

Groups are compared over reports of one level and genre, or apart, as everywhere (`mix`). A
classifier errs, and its errors move shares: they are corrected with those on left-out reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.comparable import group_notes, select
from policytext.corpus import Corpus, check_corpus
from policytext.data import data_path
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.by_unit import unit_share_interval
from policytext.inference.intervals import check_confidence
from policytext.inference.prevalence import (
    MIN_LABELS,
    corrected_prevalence,
    error_rates,
    labels_needed,
    machine_weight,
    rates_alike,
    share_with_errors,
)
from policytext.inference.resampling import benjamini_hochberg, report_weights
from policytext.records import FEW_LABELLED, KINDS_COUNTED, Bilingual, Method, OneOrMore
from policytext.result import EVIDENCE, Drawing, Result, evidence_of_rows
from policytext.texts import cite, columns_of, listing, place_of, say
from policytext.themes.agreement import percentile_ends
from policytext.themes.codebook import Codebook, load_codebook
from policytext.themes.cues import UNVALIDATED, themes_without_cues
from policytext.themes.evaluation import Scored

"""Labelled paragraphs below which a share should not be cited."""
_LEAST = 10
"""Labelled paragraphs below which there is no share."""
_MOST_UNKNOWN = 0.1
"""Share of a group's paragraphs coded as outside of the scheme, from which it matters what is
missed in them."""
_LEAST_F1 = 0.5
"""F1 on left-out reports below which a theme carries no share."""
_LEVEL = 0.05
"""Adjusted p-value at which errors are said to differ between groups."""
_OUTSIDE = "outside"
_REST = (_OUTSIDE, "general")
"""Themes that say only that no other was given; no plan is made for them."""
_PLAN = columns_of("coding_plan")
_COLUMNS = columns_of("theme_profile")
_METHOD = Method(say("theme_profile.method"), cite("rogan-1978", "forman-2008"))
_METHOD_PLAIN = Method(say("theme_profile.method.plain"))
_METHOD_DRAWN = Method(
    say("theme_profile.method.drawn"), cite("angelopoulos-2023", "brown-2001", "zou-2009")
)


def theme_profile(
    corpus: Corpus,
    coding: pd.DataFrame,
    by: str | Sequence[str] = "province",
    *,
    labels: pd.DataFrame | None = None,
    labels_drawn: bool = False,
    errors: pd.DataFrame | None = None,
    codebook: Codebook | None = None,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
    confidence: float = 0.95,
    random_state: int | None = 0,
) -> Result:
    """Return the share of paragraphs of each group that treat each theme.

    Paragraphs that have labels count by their labels; the others by the coding, corrected for its
    errors.

    Parameters
    ----------
    corpus
        The corpus that was coded.
    coding
        A coding table: from `ThemeClassifier.code`, `code_by_cues` or coders.
    by
        Column of documents or paragraphs to group by.
    labels
        A coding table of labelled paragraphs (`silver_coding`), which replace the coding there.
    labels_drawn
        The labelled paragraphs were drawn at random in each group (see `coding_plan`) and did not
        train the classifier: shares are corrected group by group by what the labels say of the
        coding (prediction-powered inference), and errors need not be alike anywhere.
    errors
        Error counts of the classifier (`load_theme_errors`); without them no share is corrected.
    codebook
        The scheme.
    parts, kinds
        Parts of the report and kinds of paragraph that count, among those that were coded; by
        default body and list paragraphs, without annex and glossary.
    exclude_rows
        Paragraphs to leave out, as True or False for each paragraph or as row numbers.
    level, genre
        Only reports of these levels and genres.
    mix
        Pool reports of different levels and genres; otherwise they are shown apart.
    min_certainty
        Regions and years less certain than this are `unknown`.
    confidence
        Level of the intervals.
    random_state
        Chance of the intervals.

    Returns
    -------
    Result
        One row per group and theme; `explain(row)` gives the paragraphs. The interval is for the
        paragraphs of the group: it holds the errors of the coding, not what other reports would
        have said. A theme with fewer than ten labelled paragraphs, or an F1 below .5 on left-out
        reports, has no share. With ``labels_drawn`` a group needs ten labels, and a theme ten
        labelled paragraphs in all groups together.

    Raises
    ------
    ParameterError
        The coding holds paragraphs that the corpus does not count, or lacks paragraphs that shall
        count.
    NotEnoughDataError
        No paragraph is left to count.

    References
    ----------
    Forman, G. (2008). Quantifying counts and costs via classification.
    https://doi.org/10.1007/s10618-008-0097-y
    Angelopoulos A. N. et al. (2023). Prediction-powered inference. Science 382, 669-674.
    https://doi.org/10.1126/science.adi6000

    Examples
    --------
    >>> from policytext import code_by_cues, read_texts
    >>> said = {2023: "粮食增产。", 2024: "建成紧密型医共体。"}
    >>> corpus = read_texts(
    ...     {f"{n}.txt": f"甲省{n}年政府工作报告\\n{text}\\n" for n, text in said.items()}
    ... )
    >>> profile = theme_profile(corpus, code_by_cues(corpus), "year").table
    >>> profile.query("theme == 'medical_consortium'")["share_coded"].tolist()
    [0.0, 1.0]
    """
    check_confidence(confidence)
    codebook = codebook or load_codebook()
    coding = _checked_coding(coding, corpus, codebook)
    chosen = select(
        corpus,
        by,
        parts=parts,
        kinds=kinds,
        exclude_rows=exclude_rows,
        level=level,
        genre=genre,
        mix=mix,
        min_certainty=min_certainty,
        splits=True,
    )
    drawn = _Drawn(coding, labels, corpus, codebook, chosen.counted) if labels_drawn else None
    if drawn is not None:
        labels, errors = drawn.labels, drawn.errors
    final = _merged(coding, labels, corpus.counted(), chosen.counted)
    group = pd.Series(chosen.group, index=corpus.paragraphs.index)
    members = group.iloc[np.flatnonzero(chosen.counted)]
    labelled = set() if labels is None else set(labels["row"])
    rows, evidence, beyond = [], [], []
    reports = corpus.paragraphs["doc_id"].to_numpy(dtype=object)
    known = None if errors is None or errors.empty else _labelled_outside(errors)
    for name in sorted(members.unique()):
        own = final[group.loc[final["row"]].to_numpy() == name]
        frame = _Group(name, set(members.index[members == name]), labelled, own, reports)
        if known is not None and frame.is_beyond(known):
            beyond.append(name)
        for theme in codebook.themes:
            coded = own[own["theme"] == theme.id]
            row = frame.row(theme.id, coded, errors, confidence, random_state)
            if drawn is not None:
                row |= drawn.share(theme.id, sorted(frame.members), confidence)
            rows.append(row | {"label_zh": theme.label_zh, "label_en": theme.label_en})
            evidence.append(coded.assign(row_id=len(rows) - 1))
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    uncued = themes_without_cues(coding, codebook)
    table.loc[table["theme"].isin(uncued), "share_coded"] = np.nan
    places = pd.concat(evidence, ignore_index=True)
    first, *others = [by] if isinstance(by, str) else by

    def again(other: Corpus, column: str | None) -> Result:
        return theme_profile(
            other,
            coding,
            [column or first, *others],
            labels=labels,
            labels_drawn=labels_drawn,
            errors=errors,
            codebook=codebook,
            parts=parts,
            kinds=kinds,
            exclude_rows=exclude_rows,
            level=level,
            genre=genre,
            mix=mix,
            min_certainty=min_certainty,
            confidence=confidence,
            random_state=random_state,
        )

    return Result(
        chosen.told_apart(table),
        say("theme_profile.title"),
        {**_COLUMNS, **group_notes(chosen.own_columns)},
        _METHOD_PLAIN if errors is None else _METHOD if drawn is None else _METHOD_DRAWN,
        (
            *chosen.cautions,
            *_uncoded(coding, corpus, chosen.counted, uncued),
            *_cautions(table, coding, errors, drawn, beyond),
            *_differing(errors if drawn is None else None, chosen.labels, chosen.group),
        ),
        {
            "by": by if isinstance(by, str) else list(by),
            **chosen.settings,
            "labels_drawn": labels_drawn,
            "confidence": confidence,
            "random_state": random_state,
        },
        corpus,
        places.assign(weight=places["probability"].fillna(1.0))[list(EVIDENCE)],
        Drawing("topics.plot_profile", table=table if chosen.own_columns else None, titled=False),
        chosen.coverage,
        # without errors or labels a profile has no intervals, and claims nothing
        again=None if errors is None else again,
    )


def _checked_coding(coding: pd.DataFrame, corpus: Corpus, codebook: Codebook) -> pd.DataFrame:
    """Return a coding with all columns, whose themes the codebook holds."""
    check_corpus(corpus)
    if not isinstance(coding, pd.DataFrame) or "theme" not in coding.columns:
        raise ParameterError(
            "coding must be a table of coded paragraphs with the columns doc_id, para_no, theme "
            f"(see code_by_cues), got {type(coding).__name__}"
        )
    odd = sorted(set(coding["theme"].astype(str)) - {*codebook.ids, ""})
    if odd:
        raise ParameterError(
            f"the coding holds {len(odd)} themes that codebook {codebook.name!r} does not, such "
            f"as {', '.join(odd[:3])}; pass the codebook it was made with: codebook=…"
        )
    places = pd.MultiIndex.from_frame(corpus.paragraphs[["doc_id", "para_no"]])
    table = coding.copy()
    if "row" not in table.columns:
        if not {"doc_id", "para_no"} <= set(table.columns):
            raise ParameterError("coding must have the columns doc_id and para_no, or row")
        table["row"] = places.get_indexer(pd.MultiIndex.from_frame(table[["doc_id", "para_no"]]))
    for name in [name for name in ("doc_id", "para_no") if name not in table.columns]:
        table[name] = corpus.paragraphs[name].to_numpy()[table["row"]]
    usual = {"probability": np.nan, "start": -1, "end": -1, "source": ""}
    return table.assign(**{name: x for name, x in usual.items() if name not in table.columns})


class _Group:
    """The counted paragraphs of one group: which are labelled, and how the others are coded."""

    def __init__(
        self,
        name: str,
        members: set[int],
        labelled: set[int],
        coding: pd.DataFrame,
        reports: npt.NDArray[np.object_],
    ) -> None:
        self.name = name
        self.members = members
        self.size = len(members)
        self.labelled = members & labelled
        free = coding[~coding["row"].isin(self.labelled)]
        self.n_free = self.size - len(self.labelled)
        self.n_outside = int((free["theme"] == _OUTSIDE).sum())
        sizes = pd.Series(reports[sorted(members - self.labelled)]).value_counts()
        # a report that holds nearly all paragraphs of a group counts for nearly the whole group
        self.n_reports = float(sizes.sum() ** 2 / max((sizes**2).sum(), 1))

    def row(
        self,
        theme: str,
        coded: pd.DataFrame,
        errors: pd.DataFrame | None,
        confidence: float,
        random_state: int | None,
    ) -> dict[str, object]:
        """Return the row of a theme: the share coded, and the share corrected for errors."""
        n_label = int(coded["row"].isin(self.labelled).sum())
        n_coded = len(coded)
        row = {
            "group": self.name,
            "theme": theme,
            "n_paragraphs": self.size,
            "n_labelled": len(self.labelled),
            "n_coded": n_coded,
            "share_coded": n_coded / self.size,
            **dict.fromkeys(("share", "low", "high", "n_positive"), np.nan),
        }
        own = None if errors is None else errors[errors["theme"] == theme]
        if (
            own is None
            or theme == _OUTSIDE
            or own[["hits", "missed", "missed_outside"]].to_numpy().sum() == 0
        ):
            return row
        if self.n_free == 0:
            exact = n_label / self.size
            return row | {"share": exact, "low": exact, "high": exact}
        if too_weak(own) or self.is_beyond(_labelled_outside(own)):
            return row | {"n_positive": _n_positive(own)}
        inside = self.n_free - self.n_outside
        found = corrected_share(
            n_coded - n_label,
            inside,
            self.n_free,
            own,
            n_reports=self.n_reports,
            confidence=confidence,
            random_state=random_state,
        )
        for column in ("share", "low", "high"):
            row[column] = (n_label + getattr(found, column) * self.n_free) / self.size
        return row | {"n_positive": found.n_positive}

    def is_beyond(self, known: int) -> bool:
        """Whether much of the group is coded as about other things, where few errors were counted.

        What the classifier misses in paragraphs that it takes for outside of the scheme is told
        by labelled paragraphs of that kind alone: ``known`` of them.
        """
        return known < _LEAST and self.n_outside > _MOST_UNKNOWN * self.n_free


def _labelled_outside(errors: pd.DataFrame) -> int:
    """Return how many labelled paragraphs were coded as outside, for the theme with fewest."""
    return int(errors.groupby("theme")["outside"].sum().min())


def _n_positive(errors: pd.DataFrame) -> int:
    return int(errors[["hits", "missed", "missed_outside"]].to_numpy().sum())


def too_weak(errors: pd.DataFrame) -> bool:
    """Whether the labels of a theme are too few, or its classifier too weak, for a share.

    Source: Forman (2008).

    >>> weak = pd.DataFrame([("c", "r", "tcm", 60, 150, 150, 1800, 0, 900)], columns=ERROR_COLUMNS)
    >>> too_weak(weak), too_weak(weak.assign(hits=400))
    (True, False)
    """
    sums = errors[["hits", "false", "missed", "missed_outside"]].sum()
    wrong = float(sums["false"] + sums["missed"] + sums["missed_outside"])
    f1 = 2 * float(sums["hits"]) / max(2 * float(sums["hits"]) + wrong, 1.0)
    return _n_positive(errors) < _LEAST or f1 < _LEAST_F1


def _merged(
    coding: pd.DataFrame,
    labels: pd.DataFrame | None,
    codable: npt.NDArray[np.bool_],
    counted: npt.NDArray[np.bool_],
) -> pd.DataFrame:
    """Return the codes of the counted paragraphs, labels in the place of the coding's."""
    rows = coding["row"].to_numpy()
    if not np.isin(rows, np.flatnonzero(codable | counted)).all():
        raise ParameterError(
            "the coding holds paragraphs that this corpus does not count; code it again"
        )
    if not np.isin(np.flatnonzero(counted & ~codable), rows).all():
        raise ParameterError(
            "`parts` and `kinds` must be among those that were coded: body and list paragraphs "
            "without annex and glossary; code the others and add them to the coding"
        )
    final = coding
    if labels is not None and not labels.empty:
        free = coding[~coding["row"].isin(labels["row"])]
        final = pd.concat([free, labels[labels["row"].isin(coding["row"])]])
    return final[counted[final["row"].to_numpy()]]


def _uncoded(
    coding: pd.DataFrame, corpus: Corpus, counted: npt.NDArray[np.bool_], uncued: list[str]
) -> Iterator[Bilingual]:
    """Say which themes have no cue, and which reports have no paragraph with a theme."""
    if uncued:
        yield say("theme_profile.uncued", names=listing(uncued, 8))
    counting = corpus.paragraphs["doc_id"].iloc[np.flatnonzero(counted)].drop_duplicates()
    coded = corpus.paragraphs["doc_id"].iloc[coding["row"].unique()]
    without = counting[~counting.isin(coded)].astype(str).tolist()
    if without:
        yield say("theme_profile.uncoded", n=len(without), names=listing(without, 8))


def _places(groups: Iterable[object]) -> Bilingual:
    return listing(map(place_of, map(str, groups)))


def _cautions(
    table: pd.DataFrame,
    coding: pd.DataFrame,
    errors: pd.DataFrame | None,
    drawn: _Drawn | None,
    beyond: Sequence[str],
) -> tuple[Bilingual, ...]:
    by_cues = (coding["source"] == UNVALIDATED).any()
    cautions = [say("theme_profile.unvalidated")] if by_cues else []
    if errors is None:
        return (*cautions, say("theme_profile.uncorrected"))
    if drawn is not None:
        cautions += [say("theme_profile.drawn"), say("theme_profile.of")]
        few = table.loc[table["n_labelled"] < MIN_LABELS, "group"].unique()
        if len(few):
            cautions.append(say("theme_profile.few", least=MIN_LABELS, names=_places(few)))
        rare = table.loc[table["n_positive"] < _LEAST, "theme"].unique()
        if len(rare):
            cautions.append(say("theme_profile.rare", least=_LEAST, names=_called(table, rare)))
        return tuple(cautions)
    said = ("coding.if_silver", "theme_profile.errors_alike", "theme_profile.of")
    cautions += map(say, said)
    if beyond:
        known, most = _labelled_outside(errors), f"{_MOST_UNKNOWN:.0%}"
        cautions.append(say("theme_profile.beyond", known=known, most=most, names=_places(beyond)))
    empty = table["share"].isna() & ~table["theme"].isin(_REST) & ~table["group"].isin(beyond)
    weak = table.loc[empty, "theme"].unique()
    if len(weak):
        names = _called(table, weak)
        cautions.append(say("theme_profile.weak", least=_LEAST, f1=_LEAST_F1, names=names))
    few = table["n_positive"] < FEW_LABELLED
    rare = table.loc[few & table["share"].notna(), "theme"].unique()
    if len(rare):
        cautions.append(
            say("theme_profile.rare_themes", few=FEW_LABELLED, names=_called(table, rare))
        )
    return tuple(cautions)


def _called(table: pd.DataFrame, themes: Iterable[str]) -> Bilingual:
    """Return the labels of themes, which a reader knows and a code is not."""
    first = table.drop_duplicates("theme").set_index("theme")
    pairs = zip(first["label_zh"], first["label_en"], strict=True)
    known = dict(zip(first.index, pairs, strict=True))
    return listing(Bilingual(*map(str, known[theme])) for theme in themes)


# What do labels of paragraphs that were drawn at random say of the coding, group by group?


class _Drawn:
    """Codes of all paragraphs that count, and labels of those that were drawn."""

    def __init__(
        self,
        coding: pd.DataFrame,
        labels: pd.DataFrame | None,
        corpus: Corpus,
        codebook: Codebook,
        counted: npt.NDArray[np.bool_],
    ) -> None:
        if labels is None or labels.empty:
            raise ParameterError(
                "`labels_drawn` says that the paragraphs in `labels` were drawn at random, and "
                "there are none: pass labels=… (see coding_plan)"
            )
        self.labels = _checked_coding(labels, corpus, codebook)
        rows = self.labels["row"].to_numpy()
        self.labels = self.labels[counted[rows] & np.isin(rows, coding["row"].to_numpy())]
        known = self.labels["row"].unique()
        n = len(corpus.paragraphs)
        self.machine, self.truth = {}, {}
        for theme in codebook.ids:
            code, label = np.zeros(n), np.full(n, np.nan)
            code[coding.loc[coding["theme"] == theme, "row"]] = 1.0
            label[known] = 0.0
            label[self.labels.loc[self.labels["theme"] == theme, "row"]] = 1.0
            self.machine[theme], self.truth[theme] = code, label
        self.positive = {theme: int(np.nansum(label)) for theme, label in self.truth.items()}
        self.weight = {t: machine_weight(self.machine[t], self.truth[t]) for t in codebook.ids}
        doc_ids = corpus.paragraphs["doc_id"].to_numpy()[known]
        self.errors = pd.concat(
            [self._errors(theme, known, doc_ids) for theme in codebook.ids], ignore_index=True
        )

    def _errors(
        self, theme: str, known: npt.NDArray[np.intp], doc_ids: npt.NDArray[np.object_]
    ) -> pd.DataFrame:
        """Return what the labels say of the coding of a theme, as `error_counts` does."""
        code, label = self.machine[theme][known] > 0, self.truth[theme][known] > 0
        cells = {
            "hits": code & label,
            "false": code & ~label,
            "missed": ~code & label,
            "rest": ~code & ~label,
        }
        table = pd.DataFrame(cells).astype("int64").groupby(doc_ids).sum()
        table = table.rename_axis("report").reset_index()
        usual = {"corpus": "drawn", "theme": theme, "missed_outside": 0, "outside": 0}
        return table.assign(**usual)[list(ERROR_COLUMNS)]

    def share(self, theme: str, rows: list[int], confidence: float) -> dict[str, object]:
        """Return the corrected share of a theme among some paragraphs, or that there is none."""
        empty: dict[str, object] = dict.fromkeys(("share", "low", "high"), np.nan)
        truth = self.truth[theme][rows]
        support: dict[str, object] = {"n_positive": self.positive[theme]}
        if self.positive[theme] < _LEAST or np.isfinite(truth).sum() < MIN_LABELS:
            return empty | support
        found = corrected_prevalence(
            self.machine[theme][rows], truth, weight=self.weight[theme], confidence=confidence
        )
        return {"share": found.share, "low": found.low, "high": found.high, **support}


def coding_plan(
    corpus: Corpus,
    coding: pd.DataFrame,
    by: str | Sequence[str] = "province",
    *,
    errors: pd.DataFrame | None = None,
    width: float = 0.02,
    codebook: Codebook | None = None,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
    confidence: float = 0.95,
    random_state: int | None = 0,
) -> Result:
    """Say how many paragraphs of each group to label, and which, for shares of a given width.

    Parameters
    ----------
    corpus, coding, by, codebook
        As in `theme_profile`.
    errors
        What is known of the classifier's errors (`load_theme_errors`); without them the plan is
        that for labels alone.
    width
        Half the width of the interval of each theme's share: 0.02 is ± 2 points.
    parts, kinds, exclude_rows, level, genre, mix, min_certainty, confidence
        As in `theme_profile`.
    random_state
        Chance of the draw.

    Returns
    -------
    Result
        One row a group: how many paragraphs there are, how many to label for the theme that needs
        most, which theme that is, and what labels alone would take. `explain(row)` lists the
        paragraphs drawn, ready for `sheet_paragraphs`; after coding, pass them to
        `theme_profile(labels=…, labels_drawn=True)`.

    Raises
    ------
    ParameterError
        As in `theme_profile`, or ``width`` is no share.

    References
    ----------
    Cochran W. G. (1977). Sampling techniques, 3rd ed. Wiley.
    Egami N. et al. (2023). Using imperfect surrogates for downstream inference. NeurIPS.
    arXiv:2306.04746

    Examples
    --------
    >>> from policytext import code_by_cues, coding_plan, read_texts
    >>> corpus = read_texts({"a.txt": "甲省2024年政府工作报告\\n" + "建成紧密型医共体。\\n" * 40})
    >>> plan = coding_plan(corpus, code_by_cues(corpus), "year", width=0.05)
    >>> plan.table[["n_paragraphs", "n_to_label"]].values.tolist()
    [[40, 19]]
    """
    check_confidence(confidence)
    codebook = codebook or load_codebook()
    coding = _checked_coding(coding, corpus, codebook)
    chosen = select(
        corpus,
        by,
        parts=parts,
        kinds=kinds,
        exclude_rows=exclude_rows,
        level=level,
        genre=genre,
        mix=mix,
        min_certainty=min_certainty,
        splits=True,
    )
    rates = _error_rates(errors, codebook)
    rng = np.random.default_rng(random_state)
    group, rows, drawn = chosen.group, [], []
    for name in sorted(set(group[chosen.counted])):
        members = np.flatnonzero(chosen.counted & (group == name))
        own = coding[coding["row"].isin(members)]["theme"].value_counts() / len(members)
        alone = {t: float(own.get(t, 0.0) * (1 - own.get(t, 0.0))) for t in codebook.ids}
        spread = {t: min(rates.get(t, alone[t]), 0.25) for t in codebook.ids if t not in _REST}
        theme = max(spread, key=lambda t: spread[t])
        n = int(labels_needed(len(members), spread[theme], width, confidence=confidence))
        most = max(alone[t] for t in spread)
        by_hand = int(labels_needed(len(members), most, width, confidence=confidence))
        rows.append(
            {
                "group": name,
                "n_paragraphs": len(members),
                "n_to_label": n,
                "theme": theme,
                "n_labels_alone": by_hand,
            }
        )
        drawn.append(np.sort(rng.choice(members, n, replace=False)))
    table = pd.DataFrame(rows, columns=list(_PLAN))
    ids = np.repeat(np.arange(len(drawn)), [len(part) for part in drawn])
    places = np.concatenate(drawn) if drawn else np.zeros(0, dtype=np.intp)
    return Result(
        chosen.told_apart(table),
        say("coding_plan.title", width=100 * width),
        {**_PLAN, **group_notes(chosen.own_columns)},
        Method(say("coding_plan.method"), cite("cochran-1977", "egami-2023")),
        (*chosen.cautions, say("coding_plan.drawn")),
        {"by": by if isinstance(by, str) else list(by), **chosen.settings, "width": width}
        | {"confidence": confidence, "random_state": random_state},
        corpus,
        evidence_of_rows(ids, places, corpus.paragraphs),
        coverage=chosen.coverage,
    )


def _error_rates(errors: pd.DataFrame | None, codebook: Codebook) -> dict[str, float]:
    """Return what is open of a paragraph once it is coded, theme by theme (`labels_needed`)."""
    if errors is None:
        return {}
    sums = errors.groupby("theme")[list(ERROR_COLUMNS[3:])].sum()
    given, others = sums["hits"] + sums["false"], sums["missed"] + sums["rest"] + sums["outside"]
    missed = sums["missed"] + sums["missed_outside"]
    unsure = sums["hits"] * sums["false"] / given.clip(lower=1)
    unsure += missed * (1 - missed / others.clip(lower=1))
    share = (unsure / (given + others).replace(0, np.nan)).dropna()
    return {str(theme): float(share[theme]) for theme in share.index if theme in codebook.ids}


# Which share of paragraphs truly has a theme, given that a classifier errs?

ERROR_COLUMNS = (
    "corpus",
    "report",
    "theme",
    "hits",
    "false",
    "missed",
    "rest",
    "missed_outside",
    "outside",
)


class Corrected(NamedTuple):
    """A corrected share with its interval, and what it rests on."""

    share: float
    low: float
    high: float
    sensitivity: float
    specificity: float
    n_positive: int


def error_counts(scored: Scored, name: str) -> pd.DataFrame:
    """Count a classifier's errors per report and theme, inside the field and outside it.

    Parameters
    ----------
    scored
        Left-out answers to labelled paragraphs.
    name
        Name for the column `corpus`.

    Returns
    -------
    pandas.DataFrame
        Columns corpus, report, theme; among paragraphs not given `outside`: hits, false (given,
        not labelled), missed, rest (neither); among those given `outside`: missed_outside
        (labelled with the theme) and outside (all).

    Examples
    --------
    >>> labels = np.array([[True, False], [False, True]])
    >>> scored = Scored(("tcm", "outside"), np.array(["a", "b"]), labels, labels * 0.9, labels)
    >>> error_counts(scored, "mine")[["report", "theme", "hits"]].values.tolist()[0]
    ['a', 'tcm', 1]
    """
    inside = np.ones(len(scored.given), dtype=bool)
    if _OUTSIDE in scored.themes:
        inside = ~scored.given[:, scored.themes.index(_OUTSIDE)]
    rows = []
    for report in np.unique(scored.reports):
        own = scored.reports == report
        y, g = scored.labels[own & inside], scored.given[own & inside]
        beyond = scored.labels[own & ~inside]
        counts = [(y & g), (~y & g), (y & ~g), (~y & ~g), beyond]
        sums = [part.sum(axis=0) for part in counts]
        for number, theme in enumerate(scored.themes):
            values = [int(s[number]) for s in sums]
            rows.append((name, report, theme, *values, len(beyond)))
    return pd.DataFrame(rows, columns=list(ERROR_COLUMNS))


def load_theme_errors(name: str | None = None) -> pd.DataFrame:
    """Load the shipped classifier's left-out errors on the silver labels (see `error_counts`).

    Each corpus was read by a model of the other corpora: in cross-validation errors look fewer
    than on reports that nobody has seen, for cue terms were written after reading them.

    Parameters
    ----------
    name
        ``seeds`` (work reports of health bodies), ``provinces-2025`` (provincial government work
        reports), or None for both. Take the one that is like your texts.

    Raises
    ------
    ParameterError
        There are no errors for this corpus.

    Examples
    --------
    >>> load_theme_errors("seeds")["report"].nunique()
    20
    """
    table = pd.read_csv(data_path("models/themes/errors.csv"))
    if name is None:
        return table
    known = sorted(table["corpus"].unique())
    if name not in known:
        raise ParameterError(f"name must be one of {known}, got {name!r}")
    return table[table["corpus"] == name].reset_index(drop=True)


def corrected_share(
    n_given: int,
    n_inside: int,
    n_all: int,
    errors: pd.DataFrame,
    *,
    n_reports: float = 1.0,
    confidence: float = 0.95,
    n_resamples: int = 1000,
    random_state: int | None = 0,
) -> Corrected:
    """Correct the share of paragraphs given a theme for the classifier's errors.

    Inside the field the true share is (given share + specificity - 1) / (sensitivity + specificity
    - 1), cut to 0 and 1; among those called `outside`, the share of labelled ones is added. Errors
    come from labelled paragraphs of other reports and are assumed to hold here on the mean: the
    ``n_reports`` of these paragraphs vary around it as the labelled ones do.

    Source: Rogan & Gladen (1978); Williams (1982).

    >>> errors = pd.DataFrame([("c", f"r{i}", "tcm", 8, 1, 2, 89, 0, 50) for i in range(9)],
    ...     columns=list(ERROR_COLUMNS))
    >>> found = corrected_share(20, 100, 200, errors)
    >>> round(found.share, 3), found.n_positive
    (0.12, 90)
    """
    _refuse_contradiction(n_given, n_inside, n_all)
    counts = (
        errors.groupby("report", sort=True)[list(ERROR_COLUMNS[3:])].sum().to_numpy(dtype=float)
    )
    total = counts.sum(axis=0)
    n_positive = int(total[0] + total[2] + total[4])
    if n_positive == 0:
        raise NotEnoughDataError(
            "no labelled paragraph has the theme; its share cannot be corrected"
        )
    rng = np.random.default_rng(random_state)
    draws = report_weights(np.zeros(len(counts)), n_resamples=n_resamples, random_state=rng)
    given = (n_given, n_inside, n_all)
    share, drawn = share_with_errors(*given, counts, draws @ counts, n_reports, rng)
    sensitivity, specificity, _ = error_rates(total[None, :])
    low, high = percentile_ends(drawn, confidence) if np.isfinite(share) else (np.nan, np.nan)
    return Corrected(
        share,
        min(low, share),
        max(high, share),
        float(sensitivity[0]),
        float(specificity[0]),
        n_positive,
    )


def _refuse_contradiction(n_given: int, n_inside: int, n_all: int) -> None:
    if not 0 <= n_given <= n_inside <= n_all or n_all == 0:
        raise ParameterError(
            f"must hold: 0 <= given <= inside <= all, all > 0; got {n_given}, {n_inside}, {n_all}"
        )


def error_differences(errors: pd.DataFrame, groups: dict[str, str]) -> pd.DataFrame:
    """Compare the classifier's sensitivity and precision between groups of labelled reports.

    Whether errors are alike everywhere is the assumption of every corrected share; this is the
    check the labels allow.

    Parameters
    ----------
    errors
        From `error_counts` or `load_theme_errors`.
    groups
        The group of each report; reports without one are left out.

    Returns
    -------
    pandas.DataFrame
        One row per group and theme: group, theme, n_positive (labelled), n_given, sensitivity and
        precision with the ends of their intervals (95 %, Wilson's for as many paragraphs as reports
        are worth). ``p_value`` tests whether the
        share of paragraphs coded wrongly is alike in all groups, reports being the units; it is
        one a theme, ``q_value`` is adjusted over themes.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    JASA 22(158), 209-212. https://doi.org/10.1080/01621459.1927.10502953

    Examples
    --------
    >>> errors = load_theme_errors("provinces-2025")
    >>> groups = {r: ("north", "south")[i % 2] for i, r in enumerate(errors["report"].unique())}
    >>> error_differences(errors, groups)["group"].unique().tolist()
    ['north', 'south']
    """
    table = errors.assign(group=errors["report"].map(groups)).dropna(subset=["group"])
    sums = table.groupby(["group", "theme"], sort=True)[list(ERROR_COLUMNS[3:])].sum().reset_index()
    sums["n_positive"] = sums["hits"] + sums["missed"] + sums["missed_outside"]
    sums["n_given"] = sums["hits"] + sums["false"]
    sums = sums[(sums["n_positive"] > 0) | (sums["n_given"] > 0)].reset_index(drop=True)
    parts = table.assign(
        n_positive=table["hits"] + table["missed"] + table["missed_outside"],
        n_given=table["hits"] + table["false"],
    ).groupby(["group", "theme"], sort=True)
    for name, n in (("sensitivity", "n_positive"), ("precision", "n_given")):
        sums[name] = (sums["hits"] / sums[n]).where(sums[n] > 0)
        ends = [
            unit_share_interval(part[["hits"]], part[n], part["report"])
            for _, part in parts
            if part[["n_positive", "n_given"]].to_numpy().sum() > 0
        ]
        sums[f"{name}_low"] = [float(end.low[0]) for end in ends]
        sums[f"{name}_high"] = [float(end.high[0]) for end in ends]
    shown = ["sensitivity", "precision"]
    columns = [c for name in shown for c in (name, f"{name}_low", f"{name}_high")]
    tested = _errors_alike(table)
    for name in ("p_value", "q_value"):
        sums[name] = sums["theme"].map(tested[name])
    return sums[["group", "theme", "n_positive", "n_given", *columns, "p_value", "q_value"]]


def _errors_alike(table: pd.DataFrame) -> pd.DataFrame:
    """Test, theme by theme, whether errors are alike in the groups of a table of reports."""
    wrong = table[["false", "missed", "missed_outside"]].sum(axis=1)
    whole = table[["hits", "false", "missed", "rest", "outside"]].sum(axis=1)
    parts = table.assign(wrong=wrong, whole=whole).groupby("theme", sort=True)
    p = {
        theme: rates_alike(part["wrong"], part["whole"], part["group"].to_numpy())
        for theme, part in parts
    }
    found = pd.DataFrame({"p_value": pd.Series(p, dtype="float64")})
    return found.assign(q_value=benjamini_hochberg(found["p_value"].to_numpy()))


def _differing(
    errors: pd.DataFrame | None, labels: pd.DataFrame, group: npt.NDArray[np.str_]
) -> list[Bilingual]:
    """Say where the errors of reports of this corpus differ between its groups."""
    if errors is None:
        return []
    place = labels.assign(group=group).drop_duplicates("doc_id").set_index("doc_id")["group"]
    table = errors.assign(group=errors["report"].map(place)).dropna(subset=["group"])
    tested = _errors_alike(table).dropna() if len(table) else pd.DataFrame()
    if tested.empty:
        return [say("theme_profile.errors_untested")]
    names = ", ".join(str(theme) for theme in tested.index[tested["q_value"] <= _LEVEL])
    if names:
        return [say("theme_profile.errors_differ", names=names)]
    return [say("theme_profile.errors_tested", n=table["report"].nunique(), themes=len(tested))]
