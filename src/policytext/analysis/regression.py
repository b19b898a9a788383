"""Do regions differ in how often they name a term, once genre, level and year are held equal?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.analysis.trends import PER, first_years, older, term_cells
from policytext.comparable import (
    Cells,
    build_cells,
    check_counts,
    group_notes,
    grouping,
    select,
)
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.by_unit import MIN_UNITS
from policytext.inference.intervals import check_confidence
from policytext.inference.models import count_model, joint_p, mann_kendall
from policytext.inference.over_years import (
    MIN_ISSUERS,
    MIN_SERIES,
    Panel,
    bursts,
    interrupted_panel,
    interrupted_series,
    make_panel,
    panel_slope,
    series_break,
    series_slope,
    yearly_effects,
)
from policytext.inference.resampling import benjamini_hochberg
from policytext.records import KINDS_COUNTED, UNKNOWN, Bilingual, Floats, Method, OneOrMore
from policytext.result import Drawing, Result, evidence_of_counts
from policytext.terms.concepts import as_terms
from policytext.terms.termcount import count_terms
from policytext.texts import cite, columns_of, listing, say

if TYPE_CHECKING:
    from policytext.corpus import Corpus
    from policytext.counts import Counts
    from policytext.terms.hits import Terms

REGRESSION_COLUMNS: Final = columns_of("regression")
TEST_COLUMNS: Final = columns_of("test")
METHOD: Final = Method(
    say("regression.method"),
    cite("cameron-2013", "bell-2002"),
)

TREND_METHOD: Final = Method(
    say("regression.trend.method"),
    cite("mann-1945", "sen-1968", "cameron-2013", "knapp-2003", "cheang-2000", "andrews-1993"),
)

ADJUSTED: Final = ("genre", "level", "year")
"""What rates are adjusted for if nothing is said, apart from what makes the groups."""

NO_STEP: Final = "no change of level was looked for: it needs {least} years, got {years}"

TOO_FEW: Final = (
    "an interval needs {least} issuers at this value and at its reference: join small groups, or "
    "add issuers; more reports of the same issuers do not help"
)

NO_HIT: Final = (
    "no hit at this value or at its reference: the ratio is zero or has no end, and a model tells "
    "no interval; the plain rates (trends) have one"
)

OF_YEARS: Final = (
    "this moves with the year alone, and errors by issuer do not hold what a year brings to all of "
    "them: it is held equal and not tested; trend_tests judges trends"
)

RATIO_COLUMNS: Final = ["rate_ratio", "ratio_low", "ratio_high"]
BROKEN_COLUMNS: Final = columns_of("interrupted")
BROKEN_METHOD: Final = Method(
    TREND_METHOD.also(say("regression.broken.method")).text,
    (*TREND_METHOD.citations, *cite("wagner-2002")),
)
INFERRED: Final = (
    *("ratio_low", "ratio_high", "p_value", "p_independent", "p_change"),
    *(f"{name}_{end}" for name in ("level", "turn") for end in ("low", "high", "p")),
)
"""What a census has none of."""


def adjusted_rates(
    corpus: Corpus,
    terms: Terms = None,
    by: str = "province",
    *,
    adjust: Sequence[str] = ADJUSTED,
    counts: Counts | None = None,
    family: str = "poisson",
    confidence: float = 0.95,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = True,
    min_certainty: str = "likely",
) -> Result:
    """Compare rates between groups with genre, level and year held equal.

    Levels and genres are mixed by default here, since the model holds them equal.

    Parameters
    ----------
    corpus
        The corpus.
    terms
        Concepts or a term table. Ignored with ``counts``.
    by
        Column of documents that makes the groups.
    adjust
        Columns of documents to hold equal; numbers of three values or more enter as they are,
        everything else as categories. Columns with one value are left out.
    counts
        paragraphs × features.
    family
        ``poisson`` or ``negative_binomial``; see :func:`~policytext.inference.count_model`.
    confidence
        Stated coverage.
    parts, kinds, level, genre, exclude_rows, mix, min_certainty
        What is counted; see :func:`~policytext.comparable.select`.

    Returns
    -------
    Result
        One row a term, variable and value, columns of ``REGRESSION_COLUMNS``; ``p_joint`` tests
        all values of a variable together; interval and p-value
        are empty where a value or its reference has fewer than five issuers, or a number differs
        from its most common value in fewer, and for columns of ``adjust`` that move with the year
        alone over three years or more (see `trend_tests`); a term that the corpus cannot carry has
        one row with the reason in ``refused``.

    Raises
    ------
    ParameterError
        A column is missing, or ``by`` is among ``adjust``.

    Examples
    --------
    >>> from policytext import adjusted_rates, read_texts
    >>> texts = {"安徽省2021年政府工作报告.txt": "推进医共体建设，发展托育服务。\\n" * 5,
    ...          "河南省2021年政府工作报告.txt": "推进医共体建设。\\n发展医养结合。\\n" * 5}
    >>> corpus = read_texts(texts)
    >>> adjusted_rates(corpus, ["医共体"]).table["refused"].item()[:24]
    'a count model with 2 col'

    References
    ----------
    Cameron A. C., Trivedi P. K. (2013). https://doi.org/10.1017/CBO9781139013567
    """
    check_confidence(confidence)
    adjust = [adjust] if isinstance(adjust, str) else list(adjust)
    if tuple(adjust) == ADJUSTED:
        adjust = [name for name in adjust if name != by]
    if by in adjust:
        raise ParameterError(f"`by` is {by!r}, which is also among `adjust`: leave it out there")
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
    )
    found = counts if counts is not None else count_terms(corpus, terms)
    check_counts(found)
    size = corpus.paragraphs["n_han"].to_numpy()
    cells = build_cells(
        found.matrix,
        found.features,
        chosen.labels,
        size,
        chosen.counted,
        chosen.by,
        chosen.units,
    )
    cells = cells.keep(~np.isin(cells.group, [UNKNOWN, "<NA>", ""]))
    columns = _covariates(corpus, cells, by, adjust)
    since = first_years(found.features, as_terms(terms))
    table = regression_rows(
        cells, columns, confidence, family=family, too_early=older(corpus, cells, since)
    )
    moved = table["variable"].isin(_of_years(corpus, cells, columns.drop(columns=by)))
    table.loc[moved & table["refused"].eq(""), "refused"] = OF_YEARS
    table.loc[moved | (chosen.design == "census"), ["low", "high", "p_value", "p_joint"]] = np.nan
    table["q_value"] = table.groupby("variable")["p_value"].transform(
        lambda p: benjamini_hochberg(p.to_numpy(dtype=float))
    )

    def again(other: Corpus, column: str | None) -> Result:
        return adjusted_rates(
            other,
            terms,
            column or by,
            adjust=adjust,
            counts=found,
            family=family,
            confidence=confidence,
            parts=parts,
            kinds=kinds,
            exclude_rows=exclude_rows,
            level=level,
            genre=genre,
            mix=mix,
            min_certainty=min_certainty,
        )

    others = [str(name) for name in columns.columns if name != by]
    held = listing(others) if others else "—"
    return Result(
        table=table[list(REGRESSION_COLUMNS)],
        title=say("regression.title", by=by, held=held),
        columns=REGRESSION_COLUMNS,
        method=METHOD,
        cautions=(*chosen.cautions, *cells.cautions),
        parameters={
            "by": by,
            "adjust": list(adjust),
            "family": family,
            "confidence": confidence,
            **chosen.settings,
        },
        coverage=chosen.coverage,
        corpus=corpus,
        evidence_from=lambda: evidence_of_counts(
            table, found.select(chosen.counted), chosen.labels, feature="term"
        ),
        figure=Drawing(
            "analysis.plot_ratios",
            {"columns": ["rate_ratio", "low", "high"], "label": ["term", "variable", "value"]},
        ),
        again=again,
    )


def _covariates(corpus: Corpus, cells: Cells, by: str, adjust: Sequence[str]) -> pd.DataFrame:
    documents = corpus.documents.set_index("doc_id")
    lacking = [name for name in adjust if name not in documents.columns]
    if lacking:
        raise ParameterError(f"documents have no column {lacking[0]!r}; see corpus.join")
    rows = documents.reindex(cells.table["doc_id"])
    columns = {by: cells.group}
    for name in adjust:
        values = rows[name]
        number = pd.api.types.is_numeric_dtype(values)
        if number and values.nunique() == 2:
            # two values are two groups, and need issuers and hits as groups do
            plain = values.astype("float64").map("{:g}".format, na_action="ignore")
        else:
            plain = values.astype("float64") if number else values.fillna(UNKNOWN).astype(str)
        if plain.nunique(dropna=True) > 1:
            columns[name] = plain.to_numpy()
    return pd.DataFrame(columns)


def _of_years(corpus: Corpus, cells: Cells, columns: pd.DataFrame) -> list[str]:
    """Name the columns that are one for all reports of a year, over three years or more."""
    years = corpus.documents.set_index("doc_id")["year"].reindex(cells.table["doc_id"]).to_numpy()
    if pd.Series(years).nunique() < 3:
        return []
    held = columns.groupby(pd.Series(years, index=columns.index)).nunique().max()
    return [name for name in columns if held[name] <= 1]


def regression_rows(
    cells: Cells,
    columns: pd.DataFrame,
    confidence: float = 0.95,
    *,
    family: str = "poisson",
    too_early: npt.NDArray[np.bool_] | None = None,
) -> pd.DataFrame:
    """Fit one model a feature; see :func:`adjusted_rates`.

    Source: Cameron & Trivedi (2013).
    """
    whole = ~columns.isna().any(axis=1).to_numpy()
    early = np.zeros(cells.counts.shape, dtype=bool) if too_early is None else too_early
    cells, columns, early = cells.keep(whole), columns[whole].reset_index(drop=True), early[whole]
    blocks = []
    for j in range(len(cells.features)):
        one = replace(
            cells,
            counts=cells.counts[:, [j]],
            paragraphs=cells.paragraphs[:, [j]],
            features=(cells.features[j],),
        )
        kept = ~early[:, j] if not early[:, j].all() else np.ones(len(early), dtype=bool)
        held = columns[kept].reset_index(drop=True)
        blocks.append(_model_rows(one.keep(kept), held, confidence, family))
    return pd.concat(blocks, ignore_index=True).reindex(columns=list(REGRESSION_COLUMNS))


def _model_rows(
    cells: Cells, columns: pd.DataFrame, confidence: float, family: str
) -> pd.DataFrame:
    """Rows of one feature; a variable with one value left is no part of the model."""
    columns = columns[[name for name in columns if columns[name].nunique() > 1]]
    if columns.empty:
        reason = "all reports with this term are of one group, so there is nothing to compare"
        return pd.DataFrame([{"term": cells.features[0], "refused": reason}])
    design, meaning = design_matrix(columns)
    meaning = _with_units(meaning, columns, cells.units)
    size = cells.table["n_han"].to_numpy(dtype=float)
    few = meaning[["n_units", "n_units_reference"]].min(axis=1) < MIN_UNITS
    hits = np.asarray(cells.counts.todense(), dtype=float).ravel()
    try:
        fit = count_model(hits, size, design, cells.units, family=family, confidence=confidence)
    except NotEnoughDataError as error:
        return pd.DataFrame([{"term": cells.features[0], "refused": str(error)}])
    clusters = f"{fit.n_clusters} issuers"
    block = meaning.assign(term=cells.features[0], clusters=clusters, refused="")
    for name, source in (("rate_ratio", "estimate"), ("low", "low"), ("high", "high")):
        with np.errstate(over="ignore"):  # a group without hits: its rows are emptied below
            block[name] = np.exp(fit.table[source].to_numpy(dtype=float)[1:])
    block["p_value"] = fit.table["p_value"].to_numpy(dtype=float)[1:]
    block["hits"] = [_hits_at(columns, hits, row, "value") for _, row in meaning.iterrows()]
    base = np.array([_hits_at(columns, hits, row, "reference") for _, row in meaning.iterrows()])
    none = (block["hits"] == 0) | (base == 0)
    block["p_joint"] = np.nan
    for _, rows in block.groupby("variable"):
        if not (few | none)[rows.index].any():
            block.loc[rows.index, "p_joint"] = joint_p(fit, (rows.index + 1).tolist())
    block.loc[none, "rate_ratio"] = np.where(base[none] == 0, np.nan, 0.0)
    block.loc[few | none, ["low", "high", "p_value"]] = np.nan
    block.loc[none, "refused"] = NO_HIT
    block.loc[few, "refused"] = TOO_FEW.format(least=MIN_UNITS)
    return block


def _with_units(
    meaning: pd.DataFrame, columns: pd.DataFrame, units: npt.NDArray[np.intp]
) -> pd.DataFrame:
    """Add how many units stand at each value and at its reference."""

    def held(row: pd.Series, side: str) -> int:
        if row["reference"] == "":
            telling = units[tells_apart(columns[row["variable"]])]
            return len(np.unique(telling if side == "value" else units))
        return len(np.unique(units[(columns[row["variable"]] == row[side]).to_numpy()]))

    rows = [row for _, row in meaning.iterrows()]
    return meaning.assign(
        n_units=[held(row, "value") for row in rows],
        n_units_reference=[held(row, "reference") for row in rows],
    )


def tells_apart(number: pd.Series) -> npt.NDArray[np.bool_]:
    """Return the rows that carry the coefficient of a number: where most have one value, the rest.

    >>> tells_apart(pd.Series([0, 0, 0, 7])).tolist(), tells_apart(pd.Series([1, 2, 3])).tolist()
    ([False, False, False, True], [True, True, True])
    """
    away = (number != number.mode()[0]).to_numpy()
    return away if away.mean() <= 0.5 else np.ones(len(number), dtype=bool)


def _hits_at(columns: pd.DataFrame, hits: np.ndarray, row: pd.Series, side: str) -> int:
    number = row["reference"] == ""
    return int(hits.sum() if number else hits[(columns[row["variable"]] == row[side])].sum())


def design_matrix(columns: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Constant, one column a number (centred), one column a category beside the most frequent.

    >>> design, meaning = design_matrix(pd.DataFrame({"g": ["a", "a", "b"], "year": [1., 2, 3]}))
    >>> design.values.tolist(), meaning["value"].tolist()
    ([[1.0, 0.0, -1.0], [1.0, 0.0, 0.0], [1.0, 1.0, 1.0]], ['b', '+1'])
    """
    design = {"constant": np.ones(len(columns))}
    meaning: list[dict[str, object]] = []
    for name in columns.columns:
        values = columns[name]
        if pd.api.types.is_numeric_dtype(values):
            design[name] = (values - values.mean()).to_numpy(dtype=float)
            meaning.append(
                {
                    "variable": name,
                    "value": "+1",
                    "reference": "",
                    "n_reports": len(values),
                    "n_reference": len(values),
                }
            )
            continue
        sizes = values.value_counts().sort_index().sort_values(ascending=False, kind="stable")
        reference, *others = sizes.index
        for value in sorted(others):
            design[f"{name}={value}"] = (values == value).to_numpy(dtype=float)
            meaning.append(
                {
                    "variable": name,
                    "value": value,
                    "reference": reference,
                    "n_reports": int(sizes[value]),
                    "n_reference": int(sizes[reference]),
                }
            )
    return pd.DataFrame(design), pd.DataFrame(meaning)


# Do terms rise or fall over the years, and is there a break?


def trend_tests(
    corpus: Corpus,
    terms: Terms = None,
    by: str | Sequence[str] = "year",
    *,
    counts: Counts | None = None,
    since: int | None = None,
    bursts: bool = False,
    balanced: bool = False,
    confidence: float = 0.95,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
) -> Result:
    """Test each term for a trend over the years, in the whole corpus or in each group.

    Parameters
    ----------
    corpus, terms, counts, balanced, confidence
        As in :func:`~policytext.analysis.trends.trends`.
    by
        ``"year"``, or ``"year"`` and one more column: a test for each of its groups.
    since
        First year of a new state that was known beforehand, such as the year of a national
        document: adds whether the level, and the slope, change from then on (interrupted series).
    bursts
        Add runs of years in which twice the usual share of reports names the term, with their
        weights (:func:`~policytext.inference.bursts`). They describe and have no p-value.
    parts, kinds, level, genre, exclude_rows, mix, min_certainty
        What is counted; see :func:`~policytext.comparable.select`.

    Returns
    -------
    Result
        One row a term (and group), columns of ``TEST_COLUMNS``. Years before a term existed are
        left out. Five issuers over five years or more are judged as a panel: issuers are held
        equal, and shocks common to all issuers of a year are part of the error. They may last:
        ``memory`` is the correlation of neighbouring years, up to .8, that the years do not speak
        against, and ``p_independent`` what the p-value were without it. Fewer issuers are
        one series, which needs ten years and is judged against series whose neighbouring years
        correlate by up to .7. Anything less is described and not tested, with the reason in
        ``refused``. In a census intervals and p-values are empty.

    Raises
    ------
    ParameterError
        ``year`` is not in ``by``, or a wrong keyword.

    Examples
    --------
    >>> from policytext import read_texts, trend_tests
    >>> text = "安徽省2021年政府工作报告\\n推进医共体建设。"
    >>> found = trend_tests(read_texts({"安徽省2021年政府工作报告.txt": text}), ["医共体"])
    >>> found.table[["term", "n_years", "first_year", "hits"]].values.tolist()
    [['医共体', 1, 2021, 1]]

    References
    ----------
    Mann H. B. (1945). https://doi.org/10.2307/1907187
    Sen P. K. (1968). https://doi.org/10.1080/01621459.1968.10480934
    Knapp G., Hartung J. (2003). https://doi.org/10.1002/sim.1482
    Cheang W.-K., Reinsel G. C. (2000). https://doi.org/10.1080/01621459.2000.10474318
    Wagner A. K. et al. (2002). https://doi.org/10.1046/j.1365-2710.2002.00430.x
    Kleinberg J. (2003). https://doi.org/10.1023/A:1024940629314
    """
    check_confidence(confidence)
    names = grouping(by)
    if "year" not in names:
        raise ParameterError(f'trend tests need "year" in `by`, got {list(names)}')
    known = as_terms(terms)
    chosen = select(
        corpus,
        names,
        parts=parts,
        kinds=kinds,
        exclude_rows=exclude_rows,
        level=level,
        genre=genre,
        mix=mix,
        min_certainty=min_certainty,
        splits=True,
    )
    names = chosen.by
    found = counts if counts is not None else count_terms(corpus, terms)
    cells, said = term_cells(corpus, chosen, found, balanced=balanced)
    rows = tested_rows(cells, first_years(found.features, known), confidence, since, bursts)
    if chosen.design == "census":
        rows[[name for name in INFERRED if name in rows]] = np.nan
        rows["change_points"] = ""
    for p, q in (("p_value", "q_value"), ("level_p", "level_q"), ("turn_p", "turn_q")):
        if p in rows:
            rows[q] = benjamini_hochberg(rows[p].to_numpy(dtype=float))
    others = [name for name in names if name != "year"]

    def again(other: Corpus, _: str | None) -> Result:
        return trend_tests(
            other,
            terms,
            by,
            counts=found,
            since=since,
            bursts=bursts,
            balanced=balanced,
            confidence=confidence,
            parts=parts,
            kinds=kinds,
            exclude_rows=exclude_rows,
            level=level,
            genre=genre,
            mix=mix,
            min_certainty=min_certainty,
        )

    method = TREND_METHOD if since is None else BROKEN_METHOD
    if bursts:
        said_of = method.also(say("regression.bursts.method")).text
        method = Method(said_of, (*method.citations, *cite("kleinberg-2003")))
    notes = _notes(since, bursts)
    return Result(
        table=rows[["term", *others, *list(notes)[1:]]],
        title=say("regression.trend.title", scope=chosen.scope),
        columns={**notes, **group_notes(others)},
        method=method,
        cautions=(*chosen.cautions, *said, *([] if balanced else _composition(cells))),
        parameters={
            "by": list(names),
            "since": since,
            "bursts": bursts,
            "balanced": balanced,
            "confidence": confidence,
            **chosen.settings,
        },
        coverage=chosen.coverage,
        corpus=corpus,
        evidence_from=lambda: evidence_of_counts(
            rows, found.select(chosen.counted), chosen.labels, feature="term", by=others
        ),
        figure=Drawing(
            "analysis.plot_ratios", {"columns": RATIO_COLUMNS, "label": ["term", *others]}
        ),
        again=again,
    )


def _notes(since: int | None, with_bursts: bool) -> dict[str, str]:
    """Return the columns of a table of trend tests."""
    return {
        **TEST_COLUMNS,
        **({} if since is None else BROKEN_COLUMNS),
        **(columns_of("bursts") if with_bursts else {}),
    }


def _composition(cells: Cells) -> list[Bilingual]:
    """Say where the issuers change from year to year, so that yearly rates mix two things."""
    others = [name for name in cells.by if name != "year"]
    table = cells.table.dropna(subset=["year"])
    full = whole = 0
    for _, part in table.groupby(others) if others else [("", table)]:
        reach = part.groupby("unit")["year"].nunique()
        full += int((reach == part["year"].nunique()).sum())
        whole += len(reach)
    if whole == full or whole < 2:
        return []
    return [say("regression.trend.composition", full=full, whole=whole)]


def tested_rows(
    cells: Cells,
    first: dict[str, int],
    confidence: float,
    since: int | None = None,
    with_bursts: bool = False,
) -> pd.DataFrame:
    """One row a feature and group: how its yearly rate moves, tested if its design carries it.

    Source: Knapp & Hartung (2003); Cheang & Reinsel (2000).
    """
    others = [name for name in cells.by if name != "year"]
    table = cells.table.dropna(subset=["year"])
    keys = table[others].agg(" | ".join, axis=1) if others else pd.Series("", index=table.index)
    rows = []
    for j, term in enumerate(cells.features):
        hits = np.asarray(cells.counts[:, [j]].todense(), dtype=float).ravel()
        for _, part in table.assign(hits=hits[table.index]).groupby(keys, sort=True):
            live = part[part["year"] >= first.get(term, -10_000)]
            group = {name: part[name].iloc[0] for name in others}
            row = {"term": term, **group, **_one_series(live, confidence, since)}
            rows.append({**row, "bursts": _bursts(live) if with_bursts else ""})
    notes = _notes(since, with_bursts)
    return pd.DataFrame(rows, columns=["term", *others, *list(notes)[1:]])


def _bursts(part: pd.DataFrame) -> str:
    """Name the years in which far more of the reports name a term, with the weights."""
    named = part.assign(named=part["hits"] > 0).groupby("year")["named"]
    years = [int(year) for year in named.sum().index]
    found = bursts(named.sum(), named.size())
    return "; ".join(f"{years[b.first]}–{years[b.last]} ({b.weight:.1f})" for b in found)


def _one_series(part: pd.DataFrame, confidence: float, since: int | None) -> dict[str, object]:
    years = np.sort(part["year"].unique()).astype(float)
    row: dict[str, object] = {
        "n_years": len(years),
        "first_year": int(years[0]) if len(years) else None,
        "last_year": int(years[-1]) if len(years) else None,
        "n_reports": part["doc_id"].nunique(),
        "n_units": part["unit"].nunique(),
        "hits": int(part["hits"].sum()),
        "change_points": "",
        "refused": "",
    }
    if (part["hits"] > 0).sum() < 2:
        return {**row, "refused": "a trend needs hits in at least two reports"}
    panel = make_panel(
        part["hits"].to_numpy(dtype=float),
        part["n_han"].to_numpy(dtype=float),
        np.asarray(pd.factorize(part["unit"])[0], dtype=np.intp),
        part["year"].to_numpy(dtype=float),
    )
    effect = yearly_effects(panel)[0]
    refused = []
    try:
        trend = mann_kendall(years, np.exp(effect) * PER, confidence=confidence)
        row |= {"tau": trend.tau, "sen_slope": trend.slope}
    except NotEnoughDataError as error:
        refused.append(str(error))
    try:
        row |= _slope(panel, effect, confidence)
    except NotEnoughDataError as error:
        refused.append(str(error))
    try:
        p_change, found = series_break(years, effect)
        row["p_change"] = p_change
        row["change_points"] = str(found[0]) if p_change <= 1 - confidence else ""
    except NotEnoughDataError as error:
        no_step = NO_STEP.format(least=MIN_SERIES, years=len(years))
        refused.append(no_step if "p_value" in row else str(error))
    if since is not None:
        try:
            row |= _broken(panel, effect, since, confidence)
        except NotEnoughDataError as error:
            refused.append(str(error))
    return {**row, "refused": " | ".join(dict.fromkeys(refused))}


def _broken(panel: Panel, effect: Floats, since: int, confidence: float) -> dict[str, object]:
    """Say what changed from a given year on: the level, and the slope."""
    if len(panel.hits) >= MIN_ISSUERS:
        found = interrupted_panel(panel, since, confidence=confidence)
    else:
        found = interrupted_series(panel.years, effect, since, confidence=confidence)
    row: dict[str, object] = {}
    for name, change in (("level", found.level), ("turn", found.turn)):
        ends = (change.estimate, change.low, change.high)
        for end, value in zip(("ratio", "low", "high"), ends, strict=True):
            row[f"{name}_{end}"] = float(np.exp(value))
        row[f"{name}_p"] = change.p_value
    return row


def _slope(panel: Panel, effect: Floats, confidence: float) -> dict[str, object]:
    if len(panel.hits) >= MIN_ISSUERS:
        found = panel_slope(panel, confidence=confidence)
    else:
        found = series_slope(panel.years, effect, confidence=confidence)
    return {
        "rate_ratio": float(np.exp(found.estimate)),
        "ratio_low": float(np.exp(found.low)),
        "ratio_high": float(np.exp(found.high)),
        "p_value": found.p_value,
        "memory": found.memory,
        "p_independent": found.p_independent,
        "clusters": found.units,
    }
