"""When did each region first name, plan, try and complete a programme, and what made it sooner?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.analysis.regression import design_matrix, tells_apart
from policytext.comparable import select
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.by_unit import MIN_UNITS
from policytext.inference.intervals import check_confidence
from policytext.inference.models import hazard_model
from policytext.narratives.frames import read_frames
from policytext.narratives.side_by_side import frames_of_term, groups_of
from policytext.records import UNKNOWN, Bilingual, Method, OneOrMore
from policytext.regions import full_name, groupings, neighbouring_provinces
from policytext.result import Drawing, Result, evidence_of_places
from policytext.statements.rules import Setting, decide_all, read_rules
from policytext.terms.concepts import asked_for
from policytext.terms.hits import find_hits
from policytext.terms.status import named_by_group
from policytext.texts import cite, columns_of, listing, places_listed, say

if TYPE_CHECKING:
    from policytext.corpus import Corpus

COLUMNS: Final = columns_of("spread")
STEPS: Final = ("mention", "plan", "pilot", "full")
HAZARD_COLUMNS: Final = columns_of("hazard")
HAZARD_METHOD: Final = Method(
    say("hazard.method"),
    cite("prentice-1978", "allison-1982", "berry-1990", "bell-2002", "konis-2007"),
)
BORDERS: Final = "borders"
TEN_POINTS: Final = "+10%"
ALIKE: Final = "one value in all rows at risk: there is nothing to compare"
TOO_FEW: Final = (
    f"fewer than {MIN_UNITS} places have this value or its reference, or differ from the others in "
    "this number: join values"
)
CLAIMED: Final = ["hazard_ratio", "low", "high", "p_value"]


def programme_spread(
    corpus: Corpus,
    term: str | Sequence[str],
    by: str = "province",
    *,
    frames: Result | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
) -> Result:
    """Date the steps of a programme in each region: first mention, plan, pilot, full coverage.

    Parameters
    ----------
    corpus
        With text, of several years.
    term
        A concept of the term table or a word, or several; concepts below it count too.
    by
        Any grouping column of documents, such as ``province``.
    frames
        As `policytext.read_frames` returns them for this corpus; read if not given.
    level, genre, mix
        Only reports of these levels and genres, or several accepted; see
        :func:`~policytext.comparable.select`.
    min_certainty
        Regions and years less certain than this count as unknown.

    Returns
    -------
    Result
        One row a group and step: ``step`` (``mention``; ``plan``; ``pilot``: a pilot that is
        reported; ``full``: full coverage that is reported), ``year`` of the first report that
        says so, ``clause``, ``first_report`` (year of the group's first report: what it says
        may be older), and the place. Steps that no report takes have no row.

    Raises
    ------
    NotEnoughDataError
        No clause of a dated report names the term.

    Examples
    --------
    >>> from policytext import read_texts
    >>> early = "浙江省2020年政府工作报告\\n二、2020年工作安排\\n推进银龄巡诊医共体试点。"
    >>> late = "浙江省2021年政府工作报告\\n一、2020年工作回顾\\n医共体实现全覆盖。"
    >>> corpus = read_texts({"2020.txt": early, "2021.txt": late})
    >>> programme_spread(corpus, "医共体").table[["step", "year"]].values.tolist()
    [['mention', 2020], ['plan', 2020], ['full', 2021]]
    """
    read = read_frames(corpus) if frames is None else frames
    choice = select(corpus, by, level=level, genre=genre, mix=mix, min_certainty=min_certainty)
    group_of = groups_of(choice, by)
    table = read.table[read.table["year"].notna()]
    begun = table.assign(group=table["doc_id"].astype(str).map(group_of)).dropna(subset=["group"])
    first_report = begun.groupby("group")["year"].min().to_dict()
    named = table[frames_of_term(corpus, table, term)]
    scope = read_rules("scope")
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in named.sort_values(["year", "doc_id", "para_no", "start"]).to_dict("records"):
        group = group_of.get(str(row["doc_id"]))
        if group is None:
            continue
        said = decide_all(scope, Setting(str(row["clause"]))).value.split("|")
        for step in _steps(row, said):
            found.setdefault((group, step), {str(k): v for k, v in row.items()})
    if not found:
        raise NotEnoughDataError(
            f"no clause of a dated report names {term!r}; try another word or a broader concept"
        )
    records = [
        {by: group, "step": step, "first_report": first_report[group], **found[group, step]}
        for group, step in sorted(found, key=lambda key: (key[0], STEPS.index(key[1])))
    ]
    columns = {by: f"{by} / group", **COLUMNS}
    out = pd.DataFrame(records, columns=list(columns)).astype(
        {"year": "int64", "first_report": "int64"}
    )
    places = pd.DataFrame(records)[["doc_id", "para_no", "start", "end"]]
    seen = begun[["group", "year"]].value_counts(sort=False).index.to_frame(index=False)
    reports = seen.astype({"year": "int64"}).rename(columns={"group": by})
    reports = reports.assign(step="report", first_report=reports[by].map(first_report))
    return Result(
        out,
        say("spread.title", term=term if isinstance(term, str) else listing(term)),
        columns,
        Method(say("spread.method")),
        cautions=(*choice.cautions, say("spread.first_report")),
        parameters={**read.parameters, "term": term, "by": by, **choice.settings},
        coverage=choice.coverage,
        corpus=corpus,
        evidence_from=lambda: evidence_of_places(places.assign(row_id=range(len(places)))),
        figure=Drawing(
            "narratives.plot_steps",
            {"by": by},
            pd.concat([out[[by, "step", "year", "first_report"]], reports], ignore_index=True),
        ),
    )


def _steps(row: dict[Any, Any], said: Sequence[str]) -> list[str]:
    """Return the steps that a clause takes: an aim of full coverage is a plan, not a step."""
    steps = ["mention"]
    if row["phase"] == "planned":
        steps.append("plan")
    elif row["phase"] == "reviewed":
        steps += [step for step in ("pilot", "full") if step in said]
    return steps


# What goes with taking a programme up sooner?


def adoption_hazard(
    corpus: Corpus,
    term: str | Sequence[str],
    by: str = "province",
    *,
    covariates: OneOrMore = None,
    peers: str | Mapping[str, Sequence[str]] | None = None,
    periods: int = 3,
    confidence: float = 0.95,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
) -> Result:
    """Estimate what goes with naming a programme sooner: a hazard in discrete time.

    A place is at risk from the first year of the concept in the term table, or from its own first
    report if that is later, until the first report that names it or its last report. A row of the
    model is the time between two of its reports; years without a report lengthen it. Places whose
    first report names it already are left out, for nobody knows since when they do.

    Parameters
    ----------
    corpus
        Of several years, with text or with stored hits.
    term
        A concept of the term table or a word, or several; concepts below it count too.
    by
        Any grouping column of documents whose groups take a programme up, such as ``province``.
    covariates
        Columns of documents or shipped groupings; a table of your own by place, or place and year,
        comes in by ``corpus.join``. The value of the year of the report counts: move it by a year
        before you join where it must come before. Several reports of a year give their mean.
    peers
        Share of the neighbours that had named it when the row began: ``"borders"`` for provinces
        with a common border; a shipped grouping for the others of a group; or a mapping of each
        place to its neighbours. Not the share of all others: in one year that is the same for all.
    periods
        Stretches of years with a level of their own, each with about as many first mentions. With
        ``peers`` or a covariate that changes over the years it is every year.
    confidence
        Stated coverage.
    level, genre, mix
        Only reports of these levels and genres, or several accepted; see
        :func:`~policytext.comparable.select`.
    min_certainty
        Regions and years less certain than this count as unknown.

    Returns
    -------
    Result
        One row a period (``hazard``: first mentions a year at risk), and one a covariate and value
        with ``hazard_ratio``, interval and p-value, or the reason in ``refused``: fewer than five
        first mentions a coefficient or ten units, all in one year, or a value that parts them.

    Raises
    ------
    ParameterError
        A covariate or neighbour is unknown, or a covariate has two values in a place and year.
    NotEnoughDataError
        No dated report names the term, or no place is at risk.

    References
    ----------
    Prentice R. L., Gloeckler L. A. (1978). Regression analysis of grouped survival data with
    application to breast cancer data. Biometrics 34, 57-67. https://doi.org/10.2307/2529588
    Allison P. D. (1982). Discrete-time methods for the analysis of event histories. Sociological
    Methodology 13, 61-98. https://doi.org/10.2307/270718
    Berry F. S., Berry W. D. (1990). State lottery adoptions as policy innovations: an event
    history analysis. APSR 84, 395-415. https://doi.org/10.2307/1963526

    Examples
    --------
    >>> from policytext import adoption_hazard, read_texts
    >>> said = {"浙江省": 2019, "安徽省": 2020, "河南省": 2021}
    >>> texts = {
    ...     f"{place}{year}.txt": f"{place}{year}年政府工作报告\\n一、{year}年工作安排\\n"
    ...     + ("推进银龄巡诊。" if year >= first else "推进改水。")
    ...     for place, first in said.items() for year in range(2018, 2022)
    ... }
    >>> table = adoption_hazard(read_texts(texts), "银龄巡诊", periods=1).table
    >>> table[["value", "n_events", "years", "hazard"]].values.tolist()
    [['2019–2021', 3, 6, 0.5]]
    """
    check_confidence(confidence)
    if isinstance(periods, bool) or not isinstance(periods, int) or periods < 1:
        raise ParameterError(f"`periods` must be a whole number from 1 on, got {periods!r}")
    names = [covariates] if isinstance(covariates, str) else list(covariates or ())
    if taken := sorted({"period", "peers"} & set(names)):
        raise ParameterError(f"a covariate cannot be called {taken[0]!r}; rename the column")
    choice = select(corpus, by, level=level, genre=genre, mix=mix, min_certainty=min_certainty)
    group_of = groups_of(choice, by)
    asked, concepts = asked_for([term] if isinstance(term, str) else term)
    named = named_by_group(corpus, choice, find_hits(corpus, asked))
    hits = named.own[named.own["concept"].isin(asked.concepts)]
    hits = hits.assign(doc_id=corpus.paragraphs["doc_id"].astype("str").to_numpy()[hits["row"]])
    reports = named.reports.assign(doc_id=named.reports["doc_id"].astype("str"))
    reports["group"] = reports["doc_id"].map(group_of)
    placed = reports["group"].notna() & reports["year"].notna()
    undated = int((~placed).sum())
    reports = reports[placed].astype({"year": "int64"})
    reports["named"] = reports["doc_id"].isin(set(hits["doc_id"]))
    if not reports["named"].any():
        raise NotEnoughDataError(
            f"no dated report names {term!r}; try another word or a broader concept"
        )
    since, said_since = _since(asked.concept_table(), concepts, reports)
    rows, already = at_risk(reports, since)
    columns = _values(corpus, reports, rows, names, min_certainty)
    if peers is not None:
        columns["peers"] = 10 * _peer_share(peers, reports, rows, corpus, min_certainty)
    whole = columns.notna().all(axis=1)
    rows, columns = rows[whole].reset_index(drop=True), columns[whole].reset_index(drop=True)
    if rows.empty:
        raise NotEnoughDataError(
            f"no place is at risk of naming {term!r} for the first time: each names it in its "
            "first report, has one report only, or lacks a covariate; add earlier reports"
        )
    clusters = rows["group"].map(joined_by_text(reports, choice.units)).to_numpy()
    fit = fit_hazard(rows, columns, clusters, periods, confidence)
    table = _hazard_table(rows, columns, fit)
    if choice.design == "census":
        table[["low", "high", "p_value"]] = np.nan
    otherwise = set(named.others["group"].astype(str)) - set(hits["group"].astype(str))
    numbers = {
        "already": _names(already),
        "gaps": int((rows["years"] > 1).sum()),
        "undated": undated,
        "lacking": int((~whole).sum()),
        "otherwise": _names(sorted(otherwise)),
        "moving": moving(rows, columns),
        "peers": peers is not None,
    }
    cautions = [say(f"hazard.{key}", n=n, rows=len(rows)) for key, n in numbers.items() if n]
    return Result(
        table,
        say("hazard.title", term=term if isinstance(term, str) else listing(term)),
        HAZARD_COLUMNS,
        HAZARD_METHOD,
        cautions=(*choice.cautions, say("hazard.mention"), *said_since, *cautions),
        parameters={
            "term": term,
            "by": by,
            "covariates": names,
            "peers": peers if isinstance(peers, str | None) else dict(peers),
            "periods": periods,
            "confidence": confidence,
            **choice.settings,
        },
        coverage=choice.coverage,
        corpus=corpus,
        evidence_from=lambda: _first_mentions(
            table, rows, columns.assign(period=fit.spans), hits, reports
        ),
        figure=Drawing("narratives.plot_hazard"),
    )


def _names(groups: Sequence[str]) -> Bilingual | str:
    return places_listed(groups, most=8) if groups else ""


def _since(
    table: pd.DataFrame, concepts: Collection[str] | None, reports: pd.DataFrame
) -> tuple[int | None, list[Bilingual]]:
    """Return the first year in which a place can name the concept, and what must be said of it."""
    dated = table.loc[table["concept"].isin(list(concepts or ())), "since"]
    if dated.empty or dated.isna().any():
        return None, [say("hazard.no_first_year")]
    since, first = int(dated.min()), int(reports.loc[reports["named"], "year"].min())
    said = [say("hazard.older", since=since, year=first)] if first < since else []
    return min(since, first), said


def at_risk(reports: pd.DataFrame, since: int | None) -> tuple[pd.DataFrame, list[str]]:
    """Return the stretches between reports in which a group may name something for the first time.

    Also the groups left out, whose first report names it. ``start``: the last year without it.

    >>> seen = pd.DataFrame({"group": "甲", "year": [2014, 2016, 2019], "named": [0, 0, 1]})
    >>> at_risk(seen, 2016)[0][["start", "year", "years", "event"]].values.tolist()
    [[2015, 2016, 1, False], [2016, 2019, 3, True]]
    """
    rows, already = [], []
    seen: dict[str, dict[int, bool]] = {}
    for (group, year), said in reports.groupby(["group", "year"])["named"].any().items():
        seen.setdefault(str(group), {})[int(year)] = bool(said)
    for group, years in seen.items():
        first = min(years)
        start = first if since is None or since < first else since - 1
        if start == first and years[first]:
            already.append(group)
            continue
        for year in sorted(year for year in years if year > start):
            rows.append((group, start, year, year - start, years[year]))
            start = year
            if years[year]:
                break
    return pd.DataFrame(rows, columns=["group", "start", "year", "years", "event"]), already


def _values(
    corpus: Corpus,
    reports: pd.DataFrame,
    rows: pd.DataFrame,
    names: Sequence[str],
    min_certainty: str,
) -> pd.DataFrame:
    """Return the covariates of each row at risk, as its reports of that year have them."""
    keys = [reports["group"], reports["year"]]
    out = pd.DataFrame(index=rows.index)
    for name in names:
        plain = of_reports(corpus, name, min_certainty)
        number = pd.api.types.is_numeric_dtype(plain)
        cells = reports["doc_id"].map(plain).groupby(keys)
        several = cells.nunique() > 1
        if several.any() and not number:
            place, year = several.index[several][0]
            raise ParameterError(
                f"the covariate {name!r} has several values in {place} {year}: choose reports by "
                "`level` and `genre`, or give a table with one value a place and year"
            )
        value = cells.mean() if number else cells.first()
        out[name] = value.reindex(pd.MultiIndex.from_frame(rows[["group", "year"]])).to_numpy()
    return out


def of_reports(corpus: Corpus, name: str, min_certainty: str) -> pd.Series:
    """Return a covariate of each ``doc_id``: a number, or a label, none where it is unknown."""
    documents = corpus.documents
    ids = documents["doc_id"].astype("str")
    if name in documents and pd.api.types.is_numeric_dtype(documents[name]):
        return documents[name].astype("float64").set_axis(ids)
    labels = corpus.document_groups(name, min_certainty=min_certainty).astype(object)
    return labels.where(labels != UNKNOWN).set_axis(ids)


def _peer_share(
    peers: str | Mapping[str, Sequence[str]],
    reports: pd.DataFrame,
    rows: pd.DataFrame,
    corpus: Corpus,
    min_certainty: str,
) -> npt.NDArray[np.float64]:
    """Return which share of its neighbours with reports had the term when a row at risk began."""
    groups = sorted(reports["group"].unique())
    if isinstance(peers, str) and peers == BORDERS:
        near = {name: list(beside) for name, beside in neighbouring_provinces().items() if beside}
    elif isinstance(peers, str):
        label = corpus.document_groups(peers, min_certainty=min_certainty)
        label = label.set_axis(corpus.documents["doc_id"].astype("str"))
        side = reports["doc_id"].map(label).groupby(reports["group"]).first()
        near = {g: [h for h in groups if side[h] == side[g]] for g in groups}
    else:
        near = {full_name(g, groups): [str(h) for h in names] for g, names in peers.items()}
    if not set(near) & set(groups):
        raise ParameterError(
            f"`peers` knows none of the places at risk, such as {groups[0]!r}: give 'borders' "
            f"(provinces), one of {', '.join(groupings())}, or a mapping of places to neighbours"
        )
    named = reports[reports["named"]].groupby("group")["year"].min().to_dict()
    full = {g: {full_name(h, groups) for h in near.get(g, ())} - {g} for g in groups}
    beside = {g: np.array([named.get(h, np.inf) for h in groups if h in full[g]]) for g in groups}
    pairs = zip(rows["group"], rows["start"], strict=True)
    return np.array(
        [(beside[g] <= start).mean() if len(beside[g]) else np.nan for g, start in pairs]
    )


def joined_by_text(reports: pd.DataFrame, units: pd.Series) -> dict[str, str]:
    """Join groups that share a unit of independence (a text filled in by both).

    ``reports``: ``group`` and ``doc_id``. Each group has the name of the first it is joined with.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    group, names = pd.factorize(reports["group"])
    unit = pd.factorize(reports["doc_id"].map(units))[0] + len(names)
    n = int(unit.max()) + 1
    graph = coo_array((np.ones(len(group)), (group, unit)), shape=(n, n))
    part = connected_components(graph, directed=False)[1]
    return {str(name): str(names[part[: len(names)] == part[i]][0]) for i, name in enumerate(names)}


class _Fitted(NamedTuple):
    """A model of rows at risk: periods, what its columns mean, coefficients, or why none."""

    spans: npt.NDArray[np.object_]
    meaning: pd.DataFrame
    table: pd.DataFrame
    refused: str


def fit_hazard(
    rows: pd.DataFrame,
    columns: pd.DataFrame,
    clusters: npt.NDArray[Any],
    periods: int,
    confidence: float,
) -> _Fitted:
    """Fit the model of :func:`adoption_hazard` to rows at risk.

    With a covariate that moves over the years each year has a level of its own: a shock to all in
    one year would otherwise count as its effect.
    """
    spans = _spans(rows, int(rows["event"].sum()) if moving(rows, columns) else periods)
    held = columns.loc[:, columns.nunique() > 1].assign(period=spans)
    design, meaning = design_matrix(held if len(set(spans)) > 1 else held.drop(columns="period"))
    try:
        if rows.loc[rows["event"], "year"].nunique() == 1:
            raise NotEnoughDataError("all name it first in one year: there is no sooner or later")
        event, years = rows["event"].to_numpy(), rows["years"].to_numpy(dtype=float)
        fit = hazard_model(event, years, design, rows["group"].to_numpy(), clusters, confidence)
    except NotEnoughDataError as error:
        return _Fitted(spans, meaning, pd.DataFrame(), str(error))
    return _Fitted(spans, meaning, fit, "")


def _hazard_table(rows: pd.DataFrame, columns: pd.DataFrame, fit: _Fitted) -> pd.DataFrame:
    """Return the table of :func:`adoption_hazard`."""
    table = [
        {"variable": "period", "value": str(span), **_counted(part), "refused": ""}
        for span, part in rows.groupby(fit.spans)
    ]
    for i, mean in enumerate(fit.meaning.to_dict("records"), start=1):
        name = mean["variable"]
        if name == "period":
            continue
        sides = [rows[columns[name] == mean[side]] for side in ("value", "reference")]
        sides = sides if mean["reference"] else [rows]
        telling = sides if mean["reference"] else [rows[tells_apart(columns[name])]]
        row = {"variable": name, "value": mean["value"], "reference": mean["reference"]}
        row |= {**_counted(sides[0]), "refused": fit.refused}
        row["value"] = TEN_POINTS if name == "peers" else row["value"]
        if not fit.refused:
            log = fit.table.loc[i, ["estimate", "low", "high"]].to_numpy(dtype=float)
            row |= dict(zip(CLAIMED, [*np.exp(log), fit.table.loc[i, "p_value"]], strict=True))
        if not fit.refused and min(side["group"].nunique() for side in telling) < MIN_UNITS:
            row |= {**dict.fromkeys(CLAIMED[1:], np.nan), "refused": TOO_FEW}
        table.append(row)
    known = set(fit.meaning.get("variable", ()))
    table += [{"variable": name, "refused": ALIKE} for name in columns if name not in known]
    out = pd.DataFrame(table).reindex(columns=list(HAZARD_COLUMNS))
    texts = ["variable", "value", "reference", "refused"]
    out[texts] = out[texts].astype(object).fillna("").astype("str")
    out[CLAIMED] = out[CLAIMED].astype("float64")
    counts = ["n_events", "years", "n_rows", "n_units"]
    return out.astype(dict.fromkeys(counts, "Int64"))


def moving(rows: pd.DataFrame, columns: pd.DataFrame) -> bool:
    """Whether a covariate changes while a place is at risk, as what neighbours did does."""
    return "peers" in columns or bool(
        (columns.groupby(rows["group"].to_numpy()).nunique() > 1).any(axis=None)
    )


def _spans(rows: pd.DataFrame, periods: int) -> npt.NDArray[np.object_]:
    """Name the stretch of years of each row: each has about as many events, and one at least."""
    year = rows["year"].to_numpy()
    ends = np.sort(year[rows["event"]])
    if not len(ends):
        ends = np.array([year.max()])
    periods = max(min(periods, len(ends)), 1)
    edges = np.unique([ends[(len(ends) * k) // periods - 1] for k in range(1, periods)])
    edges = edges[edges < ends[-1]]
    number = np.searchsorted(edges, year, side="left")
    names = {}
    for k in np.unique(number):
        first, last = year[number == k].min(), year[number == k].max()
        names[k] = str(first) if first == last else f"{first}–{last}"
    return np.array([names[k] for k in number], dtype=object)


def _counted(rows: pd.DataFrame) -> dict[str, Any]:
    events, years = int(rows["event"].sum()), int(rows["years"].sum())
    return {
        "n_events": events,
        "years": years,
        "n_rows": len(rows),
        "n_units": int(rows["group"].nunique()),
        "hazard": events / years if years else np.nan,
    }


def _first_mentions(
    table: pd.DataFrame,
    rows: pd.DataFrame,
    columns: pd.DataFrame,
    hits: pd.DataFrame,
    reports: pd.DataFrame,
) -> pd.DataFrame:
    """Return for each row of the table the first place in which each group that counts names it."""
    year = hits["doc_id"].map(reports.drop_duplicates("doc_id").set_index("doc_id")["year"])
    group = hits["doc_id"].map(reports.drop_duplicates("doc_id").set_index("doc_id")["group"])
    places = hits.assign(year=year, at=group).dropna(subset=["year", "at"])
    first = places.sort_values(["year", "doc_id", "row", "start"]).drop_duplicates("at")
    first = first.set_index("at")
    parts = []
    for i, (name, value, base) in enumerate(
        zip(table["variable"], table["value"], table["reference"], strict=True)
    ):
        inside = rows["event"].to_numpy()
        if name == "period" or base:
            inside = inside & (columns[name] == value).to_numpy()
        parts.append(first.loc[rows.loc[inside, "group"]].assign(row_id=i))
    return evidence_of_places(pd.concat(parts, ignore_index=True))
