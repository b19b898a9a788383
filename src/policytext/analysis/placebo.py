"""How often does chance find as much, what could a comparison find, and how sure are ranks?

A placebo is the same call on the same corpus after its labels were dealt out to the units at
random: whatever it then finds is false. A design says before any test which ratio it could see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse, special

from policytext.comparable import build_cells, names_of, select
from policytext.corpus import Corpus
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.by_unit import MIN_UNITS
from policytext.inference.intervals import check_confidence
from policytext.inference.resampling import rank_bounds
from policytext.piecework import each_part
from policytext.records import KINDS_COUNTED, UNKNOWN, Floats, Method, OneOrMore
from policytext.result import Drawing, Result
from policytext.texts import cite, columns_of, say

DEALT: Final = "dealt"
"""Name of the column that holds dealt labels."""

FINDINGS: Final = {
    "p_value": lambda column: column < 0.05,
    "q_value": lambda column: column <= 0.05,
    "p_change": lambda column: column < 0.05,
    "above_noise": lambda column: column.eq(True),
    "apart": lambda column: column.eq(True),
}
"""Columns that claim a difference, and which values do; ``apart`` is added to profiles."""

PER: Final = 10_000


def placebo(result: Result, n: int = 200, *, random_state: int = 0, n_jobs: int = 1) -> Result:
    """Make the same call on corpora whose labels were dealt at random, and count what it finds.

    Labels are dealt by unit: a whole issuer changes its group, or, where the same issuers stand in
    several groups, its reports change places. For tests over time the years change places.

    Parameters
    ----------
    result
        From `keyness`, `region_distances`, `adjusted_rates`, `trend_tests`, `theme_profile` with
        errors or drawn labels, or `topic_effects` of a corpus, whose first covariate of reports is
        dealt.
    n
        How many deals.
    random_state
        Seed of the deals.
    n_jobs
        Processes; the table is the same for any number.

    Returns
    -------
    Result
        One row a column that claims a difference (``p_value`` below .05, ``q_value`` at most .05,
        ``above_noise``; of a profile of themes ``apart``): rows tested and found in the result, the
        mean share found in deals, its 95th percentile, and in how many deals as much or more was
        found. ``apart``: the interval leaves out the theme's share in all groups together. It is
        for these paragraphs and not for other reports, so dealt groups often stand apart too.

    Raises
    ------
    ParameterError
        The result claims no difference, or ``n`` is below 1.
    NotEnoughDataError
        There is one group or one unit only, so that nothing can be dealt.

    References
    ----------
    Pitman E. J. G. (1937). https://doi.org/10.2307/2984124

    Examples
    --------
    >>> from policytext import count_terms, keyness, placebo, read_texts
    >>> texts = {f"{name}2021年政府工作报告.txt": "推进医共体建设。\\n" * 5
    ...          for name in ("安徽省", "河南省")}
    >>> corpus = read_texts(texts)
    >>> found = keyness(corpus, count_terms(corpus, ["医共体"]))
    >>> placebo(found, n=4).table["claim"].tolist()
    ['p_value', 'q_value', 'above_noise']
    """
    if result.again is None:
        raise ParameterError(
            "placebo takes a result of keyness, region_distances, adjusted_rates, trend_tests, "
            "theme_profile with errors or drawn labels, or topic_effects of a corpus, got "
            f"{result.title.en!r}"
        )
    if n < 1:
        raise ParameterError(f"`n` must be 1 or more deals, got {n}")
    if not isinstance(result.corpus, Corpus):
        raise ParameterError("placebo needs the corpus behind the result; compute it again")
    by = _grouped_by(result)
    own = _of(result.table, by)
    claims = [name for name in FINDINGS if name in own]
    deals = _deals(result.corpus, by, n, np.random.default_rng(random_state))
    group = None if by == "year_order" else DEALT
    tasks = ((result.again, result.corpus, group, tables, claims, by) for tables in deals)
    found = pd.DataFrame(
        [shares for part in each_part(_found_by_chance, tasks, n_jobs) for shares in part],
        columns=claims,
        dtype=float,
    )
    rows = [_row(own, name, found[name].to_numpy()) for name in claims]
    return Result(
        table=pd.DataFrame(rows)[list(columns_of("placebo"))],
        title=say("placebo.title", title=result.title),
        columns=columns_of("placebo"),
        method=Method(say("placebo.method", n=n), cite("pitman-1937")),
        parameters={"n": n, "random_state": random_state, "by": by},
        corpus=result.corpus,
    )


def _grouped_by(result: Result) -> str:
    by = result.parameters.get("by", "")
    names = [by] if isinstance(by, str) else list(by)
    if "year" in names and "n_years" in result.table:
        return "year_order"
    return str(names[0])


def _of(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Keep the rows about what was dealt: what else a model holds was not, and may be true."""
    if "variable" in table:
        return table[table["variable"].astype(str).isin([by, DEALT])]
    if "term" in table and "kind" in table:
        named = table["term"].astype(str).str.contains(by, regex=False)
        return table[named | table["kind"].eq("contrast")]
    return _told_apart(table) if {"theme", "share", "low", "high"} <= set(table) else table


def _told_apart(profile: pd.DataFrame) -> pd.DataFrame:
    """Say which intervals of a profile leave out the share of the theme in all groups together."""
    within = [name for name in ("level", "genre", "theme") if name in profile]
    size = profile["n_paragraphs"].where(profile["share"].notna())
    parts = profile.assign(size=size, whole=profile["share"] * size).groupby(within, sort=False)
    mean = parts["whole"].transform("sum") / parts["size"].transform("sum")
    return profile.assign(apart=(mean < profile["low"]) | (mean > profile["high"]))


def _share(table: pd.DataFrame, name: str) -> tuple[float, int, int]:
    """Return the share of tested rows that claim a difference, and both numbers."""
    column = table[name]
    if name in ("above_noise", "apart"):
        floor = next(edge for edge in ("noise_z", "noise_high", "low") if edge in table)
        tested = table[floor].notna()
    else:
        column = pd.to_numeric(column)
        tested = column.notna()
    found = int((FINDINGS[name](column) & tested).sum())
    return found / max(int(tested.sum()), 1), found, int(tested.sum())


def _row(table: pd.DataFrame, name: str, drawn: Floats) -> dict[str, object]:
    share, found, tested = _share(table, name)
    known = len(drawn) > 0
    return {
        "claim": name,
        "n_tested": tested,
        "n_found": found,
        "share_found": share if tested else np.nan,
        "chance_mean": float(drawn.mean()) if known else np.nan,
        "chance_high": float(np.percentile(drawn, 95)) if known else np.nan,
        "chance_as_much": float((drawn >= share).mean()) if known and tested else np.nan,
        "n_deals": len(drawn),
    }


_DEALS_AT_ONCE: Final = 10
"""Deals a process is given with one copy of the corpus."""


def _deals(
    corpus: Corpus, by: str, n: int, rng: np.random.Generator
) -> Iterator[list[pd.DataFrame]]:
    """Yield tables of reports with labels dealt out to the units again, some at once."""
    for start in range(0, n, _DEALS_AT_ONCE):
        yield [_dealt(corpus, by, rng) for _ in range(min(_DEALS_AT_ONCE, n - start))]


def _dealt(corpus: Corpus, by: str, rng: np.random.Generator) -> pd.DataFrame:
    """Return the reports with labels dealt out to their units again."""
    documents = corpus.documents
    if by == "year_order":
        years = documents["year"].dropna().unique()
        moved = dict(zip(years, rng.permutation(years), strict=True))
        return documents.assign(year=documents["year"].map(moved).astype(documents["year"].dtype))
    labels = corpus.document_groups(by).astype(str).to_numpy(dtype=object)
    units = corpus.units["unit"].to_numpy(dtype=object)
    return documents.assign(**{DEALT: deal_labels(labels, units, rng)})


def _found_by_chance(
    again: Callable[..., Result],
    corpus: Corpus,
    group: str | None,
    tables: list[pd.DataFrame],
    claims: list[str],
    by: str,
) -> list[list[float]]:
    """Return the share that each column claims in each deal that could be computed."""
    shares = []
    for documents in tables:
        try:
            table = _of(again(replace(corpus, documents=documents), group).table, by)
        except NotEnoughDataError:
            continue
        shares.append([_share(table, name)[0] for name in claims])
    return shares


def deal_labels(
    labels: npt.NDArray[np.object_], units: npt.NDArray[np.object_], rng: np.random.Generator
) -> npt.NDArray[np.object_]:
    """Deal labels out to units; within units where these carry several.

    >>> one = np.array(["甲", "甲", "乙"], dtype=object)
    >>> dealt = deal_labels(one, np.array(["a", "a", "b"], dtype=object), np.random.default_rng(1))
    >>> dealt[0] == dealt[1]
    True
    """
    known = np.flatnonzero(labels != UNKNOWN)
    table = pd.DataFrame({"unit": units[known], "label": labels[known]})
    out = labels.copy()
    if len(table) < 2 or table["label"].nunique() < 2:
        raise NotEnoughDataError("nothing can be dealt: the corpus has one group or one unit only")
    if (table.groupby("unit")["label"].nunique() == 1).all():
        of_unit = table.drop_duplicates("unit").set_index("unit")["label"]
        dealt = dict(zip(of_unit.index, rng.permutation(of_unit.to_numpy()), strict=True))
        out[known] = table["unit"].map(dealt).to_numpy(dtype=object)
        return out
    moved = table.groupby("unit")["label"].transform(lambda part: rng.permutation(part.to_numpy()))
    out[known] = moved.to_numpy(dtype=object)
    return out


# What could a comparison find, before anything is tested?


def design(
    corpus: Corpus,
    by: str = "province",
    *,
    rate: float = 1.0,
    spread: float = 0.5,
    power: float = 0.8,
    confidence: float = 0.95,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
) -> Result:
    """Say which ratio of rates each group could show against the rest, and what a silence means.

    Parameters
    ----------
    corpus
        The corpus.
    by
        Column that makes the groups.
    rate
        Hits per 10,000 Han characters that a term is expected to have.
    spread
        Coefficient of variation of the rate from issuer to issuer.
    power
        Probability with which the ratio shall be found.
    confidence
        Level of the interval that must exclude 1.
    parts, kinds, level, genre, mix, min_certainty
        What is counted; see :func:`~policytext.comparable.select`.

    Returns
    -------
    Result
        One row a group: reports, units, Han characters, ``expected_hits``, ``ratio_found`` (the
        least ratio above 1 that would be found), ``p_silence`` (probability that a group that
        speaks of the term at this rate does not name it), and ``refused``.

    Raises
    ------
    ParameterError
        ``rate``, ``spread`` or ``power`` is out of range.

    References
    ----------
    Cameron A. C., Trivedi P. K. (2013). https://doi.org/10.1017/CBO9781139013567

    Examples
    --------
    >>> from policytext import design, read_texts
    >>> texts = {f"{name}2021年政府工作报告.txt": "推进医共体建设。\\n" * 5
    ...          for name in ("安徽省", "河南省")}
    >>> design(read_texts(texts)).table[["group", "n_units", "p_silence"]].round(2).values.tolist()
    [['安徽省', 1, 1.0], ['河南省', 1, 1.0]]
    """
    check_confidence(confidence)
    if rate <= 0 or spread < 0 or not 0 < power < 1:
        raise ParameterError(
            f"`rate` must be positive, `spread` not negative and `power` between 0 and 1, got "
            f"{rate}, {spread} and {power}"
        )
    chosen = select(
        corpus,
        by,
        parts=parts,
        kinds=kinds,
        level=level,
        genre=genre,
        mix=mix,
        min_certainty=min_certainty,
    )
    size = corpus.paragraphs["n_han"].to_numpy()
    nothing = sparse.csr_array((len(size), 0), dtype=np.int64)
    cells = build_cells(nothing, (), chosen.labels, size, chosen.counted, chosen.by, chosen.units)
    cells = cells.keep(~np.isin(cells.group, [UNKNOWN, "<NA>", ""]))
    if not len(cells.table):
        raise NotEnoughDataError(
            f"a design needs reports of a group that is known, and {by!r} is unknown for all "
            "reports counted; see corpus.coverage()"
        )
    rows = []
    for name in sorted(set(cells.group.tolist())):
        own = cells.group == name
        rows.append(
            {"group": name, **detectable(cells.table, own, rate, spread, power, confidence)}
        )
    return Result(
        table=pd.DataFrame(rows)[list(columns_of("design"))],
        title=say("design.title", by=names_of(chosen.by)),
        columns=columns_of("design"),
        method=Method(
            say("design.method", rate=rate, spread=spread, power=power), cite("cameron-2013")
        ),
        cautions=(*chosen.cautions, *cells.cautions),
        parameters={"by": by, "rate": rate, "spread": spread, "power": power, **chosen.settings},
        coverage=chosen.coverage,
        corpus=corpus,
    )


def detectable(
    table: pd.DataFrame,
    own: npt.NDArray[np.bool_],
    rate: float,
    spread: float,
    power: float,
    confidence: float,
) -> dict[str, object]:
    """Return what a group of reports could show against the rest, and what its silence means.

    Source: Cameron & Trivedi (2013).
    """
    sides = []
    for mask in (own, ~own):
        by_unit = table[mask].groupby("unit")["n_han"].sum().to_numpy(dtype=float) / PER
        sides.append(by_unit * rate)
    mine, rest = sides
    row: dict[str, object] = {
        "n_reports": int(table.loc[own, "doc_id"].nunique()),
        "n_units": len(mine),
        "n_units_rest": len(rest),
        "n_han": int(table.loc[own, "n_han"].sum()),
        "expected_hits": float(mine.sum()),
        "ratio_found": np.nan,
        "p_silence": _silence(mine, spread),
        "refused": "",
    }
    if min(len(mine), len(rest)) < MIN_UNITS:
        row["refused"] = (
            f"{len(mine)} and {len(rest)} units; a test needs {MIN_UNITS} issuers on either side"
        )
        return row
    error = np.sqrt(sum((spread**2 * (m**2).sum() + m.sum()) / m.sum() ** 2 for m in sides))
    df = len(mine) + len(rest) - 2
    reach = special.stdtrit(df, (1 + confidence) / 2) + special.stdtrit(df, power)
    return {**row, "ratio_found": float(np.exp(reach * error))}


def _silence(expected: Floats, spread: float) -> float:
    """Probability of no hit in any unit: negative binomial counts.

    >>> round(_silence(np.array([1.0]), 0.0), 3)
    0.368
    """
    if spread == 0:
        return float(np.exp(-expected.sum()))
    log = -np.log1p(spread**2 * expected).sum() / spread**2
    return float(np.exp(log))


# How sure is a ranking of groups?

RANK_COLUMNS: Final = columns_of("ranks")
_ROUNDING: Final = 1e-9
VALUES: Final = ("value", "rate", "share", "position")
"""Columns that hold what is ranked; the first that a table has."""

WITHIN: Final = ("term", "index", "topic", "theme", "year", "level", "genre")
"""Columns each of whose values has a ranking of its own."""


def rank_sets(
    result: Result, by: str = "province", *, confidence: float = 0.95, random_state: int = 0
) -> Result:
    """Say between which places of a ranking each group may stand.

    Parameters
    ----------
    result
        A table of groups with intervals: from `trends`, `attention_index`, `topic_shares`,
        `theme_profile` or `text_positions`.
    by
        The column whose values are ranked; terms, topics, themes and years are ranked apart.
    confidence
        Stated coverage.
    random_state
        Seed.

    Returns
    -------
    Result
        One row a group: ``rank`` (1 is the highest), ``rank_low`` to ``rank_high``, which hold the
        group's place with the stated confidence, and ``joint_low`` to ``joint_high``, which hold
        the places of all groups together. Errors are read off the intervals of the table (on the
        scale of the square root where no value is negative); groups without an interval, as in a
        census, have a rank only. `explain(row)` gives the paragraphs behind the value.

    Raises
    ------
    ParameterError
        The table has no such column, or no values with intervals.
    NotEnoughDataError
        Fewer than two groups have a value.

    References
    ----------
    Mogstad M., Romano J. P., Shaikh A. M., Wilhelm D. (2024). Inference for ranks. Review of
    Economic Studies 91, 476-518. https://doi.org/10.1093/restud/rdad006

    Examples
    --------
    >>> from policytext import rank_sets, read_texts, trends
    >>> texts = {"安徽省2021年政府工作报告.txt": "推进医共体建设。\\n" * 30,
    ...          "河南省2021年政府工作报告.txt": "推进医共体建设。\\n发展养老。\\n" * 15}
    >>> found = rank_sets(trends(read_texts(texts), ["医共体"], by="province"))
    >>> found.table[["group", "rank", "rank_low", "rank_high"]].values.tolist()
    [['安徽省', 1, 1, 2], ['河南省', 2, 1, 2]]
    """
    check_confidence(confidence)
    table = result.table
    column = by if by in table.columns else "group"
    value = next((name for name in VALUES if name in table.columns), None)
    if column not in table.columns or value is None or not {"low", "high"} <= set(table.columns):
        raise ParameterError(
            f"rank_sets needs a table with the column {by!r} and values with intervals, such as "
            f"trends(corpus, by={by!r}); {result.title.en!r} has {list(table.columns)}. Groups of "
            "another column are ranked with by=COLUMN"
        )
    within = [name for name in WITHIN if name in table.columns and name != column]
    known = table[table[value].notna() & (table[column].astype(str) != UNKNOWN)]
    ends = known[["low", "high"]].to_numpy(dtype=float)
    middle = known[value].to_numpy(dtype=float)
    if (((middle - ends[:, 0]) < -_ROUNDING) | ((ends[:, 1] - middle) < -_ROUNDING)).any():
        raise ParameterError(
            f"rank_sets needs intervals of what it ranks, and those of {result.title.en!r} are not "
            f"of its column {value!r}; rank trends, attention_index, topic_shares, theme_profile "
            "or text_positions"
        )
    wanted = float(result.parameters.get("confidence", 0.95))
    parts = known.groupby(within, sort=False, dropna=False) if within else [((), known)]
    rows = [
        _ranked(part, column, value, wanted, confidence, random_state)
        for _, part in parts
        if len(part) > 1
    ]
    if not rows:
        raise NotEnoughDataError("a ranking needs two groups with a value, and there are fewer")
    found = pd.concat(rows)
    source = found.index.to_numpy()
    notes = {**{name: result.columns[name] for name in within}, **RANK_COLUMNS}
    return Result(
        table=found[list(notes)].reset_index(drop=True),
        title=say("ranks.title", of=result.title),
        columns=notes,
        method=Method(
            result.method.also(say("ranks.method")).text,
            (*result.method.citations, *cite("mogstad-2024")),
        ),
        cautions=(*result.cautions, say("ranks.read")),
        parameters={**result.parameters, "ranked": column, "rank_confidence": confidence},
        corpus=result.corpus,
        evidence_from=lambda: _evidence_moved(result, source),
        figure=Drawing(
            "analysis.plot_ratios",
            {
                "columns": ["rank", "rank_low", "rank_high"],
                "label": [*within, "group"],
                "axis": "名次 / rank",
            },
        ),
        coverage=result.coverage,
    )


def _ranked(
    part: pd.DataFrame,
    column: str,
    value: str,
    stated: float,
    confidence: float,
    random_state: int,
) -> pd.DataFrame:
    ends = part[[value, "low", "high"]].to_numpy(dtype=float)
    plain = bool((ends[~np.isnan(ends)] < 0).any())
    scaled = ends if plain else np.sqrt(ends)
    units = part["n_units"].to_numpy(dtype=float) if "n_units" in part else np.zeros(len(part))
    df = np.where(units >= MIN_UNITS, np.maximum(units - 1, 1), np.inf)
    quantile = np.where(
        np.isfinite(df),
        special.stdtrit(np.where(np.isfinite(df), df, 1.0), (1 + stated) / 2),
        special.ndtri((1 + stated) / 2),
    )
    error = (scaled[:, 2] - scaled[:, 1]) / (2 * quantile)
    # a value without an error, such as the share of a group that was labelled wholly
    sure, error = np.isfinite(error), np.maximum(error, 1e-9)
    out = part.assign(group=part[column].astype(str), value=ends[:, 0], n_groups=len(part))
    out["rank"] = out["value"].rank(method="min", ascending=False).astype("int64")
    for name, joint in (("rank", False), ("joint", True)):
        low, high = np.full(len(part), np.nan), np.full(len(part), np.nan)
        if sure.all():
            low, high = rank_bounds(
                scaled[:, 0],
                error,
                df,
                joint=joint,
                confidence=confidence,
                random_state=random_state,
            ).T.astype(float)
        out[f"{name}_low"], out[f"{name}_high"] = (
            pd.array(end, dtype="Int64") for end in (low, high)
        )
    return out.sort_values("rank", kind="stable")


def _evidence_moved(result: Result, source: npt.NDArray[np.intp]) -> pd.DataFrame:
    """Return the evidence of the rows that were ranked, numbered as they now stand."""
    place = {int(old): new for new, old in enumerate(source)}
    found = result.evidence
    found = found[found["row_id"].isin(place)]
    return found.assign(row_id=found["row_id"].map(place)).sort_values(
        "row_id", kind="stable", ignore_index=True
    )
