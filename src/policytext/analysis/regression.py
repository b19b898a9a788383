"""Do regions differ in how often they name a term, once genre, level and year are held equal?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.analysis.trends import PER, first_years, term_cells
from policytext.comparable import (
    ISSUER,
    Cells,
    build_cells,
    check_counts,
    group_notes,
    grouping,
    select,
)
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.intervals import MIN_REPORTS, check_confidence
from policytext.inference.models import change_points, count_model, mann_kendall
from policytext.inference.resampling import benjamini_hochberg
from policytext.records import KINDS_COUNTED, UNKNOWN, Method, OneOrMore
from policytext.result import Drawing, Result, evidence_of_counts
from policytext.terms.concepts import as_terms
from policytext.terms.termcount import count_terms
from policytext.texts import cite, columns_of, say

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
    cite("mann-1945", "sen-1968", "hamed-1998", "cameron-2013", "bell-2002", "killick-2012"),
)

RATIO_COLUMNS: Final = ["rate_ratio", "ratio_low", "ratio_high"]
P_COLUMNS: Final = ("p_mann_kendall", "p_autocorrelated", "p_value")


def adjusted_rates(
    corpus: Corpus,
    terms: Terms = None,
    by: str = "province",
    *,
    adjust: Sequence[str] = ("genre", "level", "year"),
    counts: Counts | None = None,
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
        Columns of documents to hold equal; numbers enter as they are, everything else as
        categories. Columns with one value are left out.
    counts
        paragraphs × features.
    confidence
        Stated coverage.
    parts, kinds, level, genre, exclude_rows, mix, min_certainty
        What is counted; see :func:`~policytext.comparable.select`.

    Returns
    -------
    Result
        One row a term, variable and value, columns of ``REGRESSION_COLUMNS``; interval and p-value
        are empty where a value or its reference has fewer than five reports; a term that the corpus
        cannot carry has one row with the reason in ``refused``.

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
        found.matrix, found.features, chosen.labels, size, chosen.counted, chosen.by
    )
    cells = cells.keep(~np.isin(cells.group, [UNKNOWN, "<NA>", ""]))
    columns = _covariates(corpus, cells, by, adjust)
    table = regression_rows(cells, columns, issuers_of(corpus, cells), confidence)
    if chosen.design == "census":
        table["p_value"] = np.nan
    table["q_value"] = table.groupby("variable")["p_value"].transform(
        lambda p: benjamini_hochberg(p.to_numpy(dtype=float))
    )
    held = "、".join(name for name in columns.columns if name != by) or "—"
    return Result(
        table=table[list(REGRESSION_COLUMNS)],
        title=say("regression.title", by=by, held=held),
        columns=REGRESSION_COLUMNS,
        method=METHOD,
        cautions=chosen.cautions,
        parameters={
            "by": by,
            "adjust": list(adjust),
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
        plain = values.astype("float64") if number else values.fillna(UNKNOWN).astype(str)
        if plain.nunique(dropna=True) > 1:
            columns[name] = plain.to_numpy()
    return pd.DataFrame(columns)


def issuers_of(corpus: Corpus, cells: Cells) -> pd.Series:
    """Issuer of each cell: level, province, city and county."""
    names = corpus.documents.set_index("doc_id")[list(ISSUER)].fillna("").astype(str)
    return names.agg("/".join, axis=1).reindex(cells.table["doc_id"]).reset_index(drop=True)


def regression_rows(
    cells: Cells, columns: pd.DataFrame, issuers: pd.Series, confidence: float = 0.95
) -> pd.DataFrame:
    """Fit one model a feature; see :func:`adjusted_rates`.

    Source: Cameron & Trivedi (2013).
    """
    whole = ~columns.isna().any(axis=1).to_numpy()
    cells, columns = cells.keep(whole), columns[whole].reset_index(drop=True)
    owner = issuers[whole].to_numpy()
    clusters = owner if _many_issuers(columns, owner) else cells.table["doc_id"].to_numpy()
    design, meaning = design_matrix(columns)
    size = cells.table["n_han"].to_numpy(dtype=float)
    rows: list[pd.DataFrame] = []
    for j, term in enumerate(cells.features):
        hits = np.asarray(cells.counts[:, [j]].todense(), dtype=float).ravel()
        try:
            fit = count_model(hits, size, design, clusters, confidence=confidence)
        except NotEnoughDataError as error:
            rows.append(pd.DataFrame([{"term": term, "refused": str(error)}]))
            continue
        block = meaning.assign(term=term, clusters=str(fit.n_clusters), refused="")
        for name, source in (("rate_ratio", "estimate"), ("low", "low"), ("high", "high")):
            block[name] = np.exp(fit.table[source].to_numpy(dtype=float)[1:])
        block["p_value"] = fit.table["p_value"].to_numpy(dtype=float)[1:]
        few = block[["n_reports", "n_reference"]].min(axis=1) < MIN_REPORTS
        block.loc[few, ["low", "high", "p_value"]] = np.nan
        block["hits"] = [_hits_at(columns, hits, row) for _, row in meaning.iterrows()]
        rows.append(block)
    return pd.concat(rows, ignore_index=True).reindex(columns=list(REGRESSION_COLUMNS))


def _many_issuers(columns: pd.DataFrame, owner: npt.NDArray[np.object_]) -> bool:
    """Issuers may be clusters only if each category is carried by several of them."""
    if len(set(owner)) == len(owner):
        return False
    labels = [c for c in columns.columns if not pd.api.types.is_numeric_dtype(columns[c])]
    reach = [pd.Series(owner).groupby(columns[c].to_numpy()).nunique().min() for c in labels]
    return min([len(set(owner)), *(int(n) for n in reach)]) >= MIN_REPORTS


def _hits_at(columns: pd.DataFrame, hits: np.ndarray, row: pd.Series) -> int:
    number = row["reference"] == ""
    return int(hits.sum() if number else hits[(columns[row["variable"]] == row["value"])].sum())


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
    parts, kinds, level, genre, exclude_rows, mix, min_certainty
        What is counted; see :func:`~policytext.comparable.select`.

    Returns
    -------
    Result
        One row a term (and group), columns of ``TEST_COLUMNS``. Years before a term existed are
        left out. In a census p-values are empty.

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
    Cameron A. C., Trivedi P. K. (2013). https://doi.org/10.1017/CBO9781139013567
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
    rows = tested_rows(
        cells, issuers_of(corpus, cells), first_years(found.features, known), confidence
    )
    if chosen.design == "census":
        rows[list(P_COLUMNS)] = np.nan
    rows["q_value"] = benjamini_hochberg(rows["p_value"].to_numpy(dtype=float))
    others = [name for name in names if name != "year"]
    return Result(
        table=rows[["term", *others, *list(TEST_COLUMNS)[1:]]],
        title=say("regression.trend.title", scope=chosen.scope),
        columns={**TEST_COLUMNS, **group_notes(others)},
        method=TREND_METHOD,
        cautions=(*chosen.cautions, *said),
        parameters={
            "by": list(names),
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
    )


def tested_rows(
    cells: Cells, issuers: pd.Series, since: dict[str, int], confidence: float
) -> pd.DataFrame:
    """One row a feature and group with all tests of its years.

    Source: Mann (1945).
    """
    others = [name for name in cells.by if name != "year"]
    table = cells.table.assign(issuer=issuers.to_numpy()).dropna(subset=["year"])
    keys = table[others].agg(" | ".join, axis=1) if others else pd.Series("", index=table.index)
    rows = []
    for j, term in enumerate(cells.features):
        hits = np.asarray(cells.counts[:, [j]].todense(), dtype=float).ravel()
        for _, part in table.assign(hits=hits[table.index]).groupby(keys, sort=True):
            live = part[part["year"] >= since.get(term, -10_000)]
            group = {name: part[name].iloc[0] for name in others}
            rows.append({"term": term, **group, **_one_series(live, confidence)})
    return pd.DataFrame(rows, columns=["term", *others, *list(TEST_COLUMNS)[1:]])


def _one_series(part: pd.DataFrame, confidence: float) -> dict[str, object]:
    yearly = part.groupby("year")[["hits", "n_han"]].sum()
    years = yearly.index.to_numpy(dtype=float)
    rate = (yearly["hits"] / yearly["n_han"] * PER).to_numpy(dtype=float)
    row: dict[str, object] = {
        "n_years": len(years),
        "first_year": int(years[0]) if len(years) else None,
        "last_year": int(years[-1]) if len(years) else None,
        "n_reports": part["doc_id"].nunique(),
        "hits": int(part["hits"].sum()),
    }
    refused = []
    try:
        trend = mann_kendall(years, rate, confidence=confidence)
        names = ("tau", "p_mann_kendall", "p_autocorrelated", "sen_slope", "sen_low", "sen_high")
        row |= dict(zip(names, trend, strict=True))
    except NotEnoughDataError as error:
        refused.append(str(error))
    try:
        row |= _model(part, confidence)
    except NotEnoughDataError as error:
        refused.append(str(error))
    named = int((part["hits"] > 0).sum())
    if 0 < named < 2:
        return {**row, "refused": "; ".join([*refused, "all hits come from one report"])}
    try:
        # the square root of a Poisson rate has a standard deviation of half its unit
        noise = 0.5 * np.sqrt(PER / yearly["n_han"].to_numpy(dtype=float))
        row["change_points"] = "、".join(str(y) for y in change_points(years, rate, noise))
    except NotEnoughDataError as error:
        refused.append(str(error))
    return {**row, "refused": "; ".join(refused)}


def _model(part: pd.DataFrame, confidence: float) -> dict[str, object]:
    issuer = part["issuer"]
    several = issuer.nunique() >= 5 and issuer.nunique() < len(part)
    unit, clusters = ("issuers", issuer) if several else ("reports", part["doc_id"])
    year = part["year"].astype(float)
    design = pd.DataFrame({"constant": 1.0, "year": year - year.mean()})
    fit = count_model(
        part["hits"], part["n_han"], design, clusters.to_numpy(), confidence=confidence
    )
    slope = fit.table.iloc[1]
    return {
        "rate_ratio": float(np.exp(slope["estimate"])),
        "ratio_low": float(np.exp(slope["low"])),
        "ratio_high": float(np.exp(slope["high"])),
        "p_value": float(slope["p_value"]),
        "clusters": f"{fit.n_clusters} {unit}",
        "dispersion": fit.dispersion,
    }
