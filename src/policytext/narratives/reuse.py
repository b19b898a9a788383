"""Which region says again what another region said before, and what goes with it?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.analysis.passages import shared_places
from policytext.comparable import select
from policytext.corpus import Corpus
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.dyads import BOTH, check_places, fit_dyads
from policytext.narratives.side_by_side import groups_of
from policytext.narratives.spread import BORDERS, joined_by_text, of_reports
from policytext.records import KINDS_COUNTED, Floats, Method, OneOrMore
from policytext.regions import NATIONAL, full_name, neighbouring_provinces
from policytext.result import Drawing, Result, evidence_of_places
from policytext.texts import cite, columns_of, places_listed, say

if TYPE_CHECKING:
    from policytext.comparable import Selection

DYAD_COLUMNS: Final = columns_of("reuse")
EFFECT_COLUMNS: Final = columns_of("dyad_effect")
METHOD: Final = Method(say("dyads.method"), cite("linder-2020", "volden-2006"))
EFFECT_METHOD: Final = Method(
    say("dyads.effects.method"), cite("krackhardt-1988", "dekker-2007", "rosenbaum-2002")
)
ALIKE: Final = "one value in all pairs: there is nothing to compare"
CLAIMED: Final = ["estimate", "low", "high", "p_value"]
MOST_DYADS: Final = 2_000_000
_PLACE: Final = ["doc_id", "para_no", "start"]


def reuse_dyads(
    passages: Result,
    by: str = "province",
    *,
    max_lag: int = 3,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
) -> Result:
    """How much of each region's text stood in another region's report of an earlier year?

    Parameters
    ----------
    passages
        From :func:`~policytext.analysis.passages.shared_passages`.
    by
        Any grouping column of documents, such as ``province``.
    max_lag
        Years back to which reports of the other region count.
    parts, kinds, exclude_rows
        As given to :func:`~policytext.analysis.passages.shared_passages`.
    level, genre, mix
        Only reports of these levels and genres, or several accepted; see
        :func:`~policytext.comparable.select`.
    min_certainty
        Regions and years less certain than this count as unknown.

    Returns
    -------
    Result
        One row a receiver, year and sender with a report in the years before, also where nothing
        is shared: ``n_han`` (Han characters of the receiver), ``sender_han``, ``han_reused`` and
        ``n_sentences`` (sentences with a like one in the sender's earlier reports, without those
        that stood before in the receiver's own reports or in a national text of this corpus:
        ``han_known``), ``share`` (``han_reused`` of ``n_han``). `explain` shows both places.

    Raises
    ------
    ParameterError
        The result carries no corpus, or was made of other parts, kinds or rows; ``max_lag`` is
        below 1.
    NotEnoughDataError
        No region has a report in the years after another region's, or there are too many pairs.

    References
    ----------
    Linder F., Desmarais B., Burgess M., Giraudy E. (2020). Text as policy: measuring policy
    similarity through bill text reuse. Policy Studies Journal 48, 546-574.
    https://doi.org/10.1111/psj.12257

    Examples
    --------
    >>> from policytext import read_texts, reuse_dyads, shared_passages
    >>> line = "推进县域医疗资源整合共享和优质服务下沉。"
    >>> texts = {"a.txt": "浙江省2020年政府工作报告", "b.txt": "安徽省2021年政府工作报告"}
    >>> corpus = read_texts({name: f"{title}\\n{line}" for name, title in texts.items()})
    >>> table = reuse_dyads(shared_passages(corpus)).table
    >>> table[["receiver", "year", "sender", "share"]].values.tolist()
    [['安徽省', 2021, '浙江省', 1.0]]
    """
    corpus = passages.corpus
    if not isinstance(corpus, Corpus):
        raise ParameterError("reuse_dyads needs the corpus behind the passages")
    if isinstance(max_lag, bool) or not isinstance(max_lag, int) or max_lag < 1:
        raise ParameterError(f"`max_lag` must be a whole number of years from 1 on, got {max_lag}")
    told = passages.parameters
    if told["rows_excluded"] and exclude_rows is None:
        raise ParameterError("the passages left rows out: give the same `exclude_rows` here")
    found_in = (told["parts"], told["kinds"])
    if (None if parts is None else list(parts), list(kinds)) != found_in:
        raise ParameterError(
            f"`parts` and `kinds` must be those of the passages, {found_in[0]} and {found_in[1]}"
        )
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
    reports, left_out = _reports(corpus, chosen, by, min_certainty)
    grid = _grid(reports, max_lag)
    again = _said_again(passages, corpus, reports, min_certainty, chosen.counted)
    table = _counted(grid, again, max_lag)
    cautions = [say("dyads.same_year"), *([say("dyads.left_out", n=left_out)] if left_out else ())]
    if not again["national"].any():
        cautions.append(say("dyads.no_centre"))
    return Result(
        table,
        say("dyads.title", years=max_lag),
        DYAD_COLUMNS,
        METHOD,
        cautions=(*chosen.cautions, *cautions),
        parameters={**told, **chosen.settings, "by": by, "max_lag": max_lag},
        coverage=chosen.coverage,
        corpus=corpus,
        evidence_from=lambda: _places(table, again, max_lag),
        figure=Drawing("narratives.plot_reuse", {}, titled=False),
    )


def _reports(
    corpus: Corpus, chosen: Selection, by: str, min_certainty: str
) -> tuple[pd.DataFrame, int]:
    """Return group, year and counted characters of each report, and how many lack one of these."""
    group_of = groups_of(chosen, by)
    year = corpus.document_groups("year", min_certainty=min_certainty)
    years = dict(zip(corpus.documents["doc_id"].astype("str"), year, strict=True))
    counted = corpus.paragraphs[["doc_id", "n_han"]][chosen.counted]
    size = counted.groupby(counted["doc_id"].astype("str"), sort=False)["n_han"].sum()
    reports = pd.DataFrame({"doc_id": size.index, "n_han": size.to_numpy(dtype=np.int64)})
    reports["group"] = reports["doc_id"].map(group_of)
    reports["year"] = pd.to_numeric(reports["doc_id"].map(years), errors="coerce")
    placed = reports["group"].notna() & reports["year"].notna() & reports["group"].ne(NATIONAL)
    national = reports["group"].eq(NATIONAL)
    return (
        reports[placed].astype({"year": "int64"}).reset_index(drop=True),
        int((~placed & ~national).sum()),
    )


def _grid(reports: pd.DataFrame, max_lag: int) -> pd.DataFrame:
    """Return each receiver and year with each sender that has a report in the years before."""
    each = reports.groupby(["group", "year"], as_index=False)["n_han"].sum()
    before = [each.assign(until=each["year"], year=each["year"] + k) for k in range(1, max_lag + 1)]
    earlier = pd.concat(before).groupby(["year", "group"], as_index=False)["n_han"].sum()
    pairs = len(each) * each["group"].nunique()
    if pairs > MOST_DYADS:
        raise NotEnoughDataError(
            f"about {pairs:,} pairs are more than the {MOST_DYADS:,} that are held at once: choose "
            "larger places or fewer years"
        )
    grid = each.rename(columns={"group": "receiver"}).merge(
        earlier.rename(columns={"group": "sender", "n_han": "sender_han"}), on="year"
    )
    grid = grid[grid["receiver"] != grid["sender"]]
    if grid.empty:
        raise NotEnoughDataError(
            "no region has a report in the years after another region's: reports of two years and "
            "two regions are needed, or a larger `max_lag`"
        )
    return grid.sort_values(["year", "receiver", "sender"], ignore_index=True)


def _said_again(
    passages: Result,
    corpus: Corpus,
    reports: pd.DataFrame,
    min_certainty: str,
    counted: npt.NDArray[np.bool_],
) -> pd.DataFrame:
    """Return each sentence of a report with a like one in an older report of another region.

    ``known``: the sentence stood before in the receiver's own reports or in a national text.
    """
    year = pd.to_numeric(
        corpus.document_groups("year", min_certainty=min_certainty), errors="coerce"
    )
    doc = corpus.documents["doc_id"].astype("str")
    years = dict(zip(doc, year, strict=True))
    national = set(doc[(corpus.documents["province"] == NATIONAL).to_numpy()])
    group_of = dict(zip(reports["doc_id"], reports["group"], strict=True))
    table = passages.table
    sides = []
    for late, early in (("a", "b"), ("b", "a")):
        names = {
            f"{n}_{late}": m for n, m in zip(("doc", "para", "start", "end"), _ALL, strict=True)
        }
        names |= {
            f"{n}_{early}": f"{m}_before"
            for n, m in zip(("doc", "para", "start", "end"), _ALL, strict=True)
        }
        side = table[[*names, "direction"]].rename(columns=names)
        side["later"] = (side.pop("direction") == _LATER[late]).to_numpy()
        sides.append(side)
    both = pd.concat(sides, ignore_index=True).astype({"doc_id": "str", "doc_id_before": "str"})
    both["receiver"] = both["doc_id"].map(group_of)
    both["sender"] = both["doc_id_before"].map(group_of)
    both["year"], before = both["doc_id"].map(years), both["doc_id_before"].map(years)
    both["lag"] = both["year"] - before
    both["national"] = both["doc_id_before"].isin(national)
    older = both["lag"].gt(0) | (both["lag"].eq(0) & both.pop("later") & both["national"])
    rows = pd.MultiIndex.from_frame(corpus.paragraphs.loc[counted, ["doc_id", "para_no"]])
    here = pd.MultiIndex.from_frame(both[["doc_id", "para_no"]]).isin(rows)
    both = both[older & both["receiver"].notna() & here]
    known = both[both["national"] | (both["sender"] == both["receiver"])]
    key = pd.MultiIndex.from_frame(both[_PLACE])
    both["known"] = key.isin(pd.MultiIndex.from_frame(known[_PLACE]))
    han = shared_places(passages).astype({"doc_id": "str"}).set_index(_PLACE)["n_han"]
    both["han"] = han[~han.index.duplicated()].reindex(key).fillna(0).to_numpy(dtype=np.int64)
    return both.reset_index(drop=True)


_SHORT: Final = {"doc": "doc_id", "para": "para_no", "start": "start", "end": "end"}
_ALL: Final = tuple(_SHORT.values())
_LATER: Final = {"a": "second issued earlier", "b": "first issued earlier"}


def _within(again: pd.DataFrame, max_lag: int) -> pd.DataFrame:
    """Return the sentences that stood in another region's report within the years looked at."""
    near = again["lag"].between(1, max_lag) & again["sender"].notna()
    return again[near & (again["sender"] != again["receiver"])]


def _counted(grid: pd.DataFrame, again: pd.DataFrame, max_lag: int) -> pd.DataFrame:
    """Count for each pair of the grid what the receiver says again."""
    pair = ["receiver", "year", "sender"]
    once = _within(again, max_lag).drop_duplicates([*_PLACE, "sender"]).astype({"year": "int64"})
    new = once[~once["known"]].groupby(pair)["han"].agg(["sum", "size"])
    known = once[once["known"]].groupby(pair)["han"].sum()
    keys = pd.MultiIndex.from_frame(grid[pair])
    table = grid.assign(
        han_reused=new["sum"].reindex(keys).fillna(0).to_numpy(dtype=np.int64),
        n_sentences=new["size"].reindex(keys).fillna(0).to_numpy(dtype=np.int64),
        han_known=known.reindex(keys).fillna(0).to_numpy(dtype=np.int64),
    )
    table["share"] = table["han_reused"] / table["n_han"]
    return table[list(DYAD_COLUMNS)]


def _places(table: pd.DataFrame, again: pd.DataFrame, max_lag: int) -> pd.DataFrame:
    """List both places behind each row: the sentence of the receiver, then the sender's."""
    pair = ["receiver", "year", "sender"]
    rows = pd.Series(np.arange(len(table)), index=pd.MultiIndex.from_frame(table[pair]))
    found = _within(again, max_lag)
    found = found[~found["known"]].astype({"year": "int64"})
    found = found.assign(row_id=rows.reindex(pd.MultiIndex.from_frame(found[pair])).to_numpy())
    found = found.dropna(subset=["row_id"]).astype({"row_id": "int64"})
    late = found[["row_id", *_ALL]]
    early = found[["row_id", *(f"{name}_before" for name in _ALL)]].set_axis(late.columns, axis=1)
    return evidence_of_places(pd.concat([late, early]).drop_duplicates())


# What goes with saying again what another region said?


def dyad_regression(
    dyads: Result,
    *,
    pair: OneOrMore = None,
    sender: OneOrMore = None,
    receiver: OneOrMore = None,
    pairs_table: pd.DataFrame | None = None,
    confidence: float = 0.95,
    n_permutations: int = 999,
    random_state: int = 0,
) -> Result:
    """Estimate what goes with reuse: being neighbours, alike, richer, or any trait of two regions.

    Least squares on ``share`` in percentage points, with a level of its own for each receiver and
    year and each sender and year, so that who writes in set phrases and whose words everybody
    uses make no effect of a pair. Covariates of one side are estimated beside the traits of pairs
    without the levels of this side. Tested and bounded by dealing the regions.

    Parameters
    ----------
    dyads
        From :func:`reuse_dyads`.
    pair
        Traits of two regions: ``"borders"`` (provinces with a common border); a column of
        documents or shipped grouping (the same value or not; of numbers the distance).
    sender, receiver
        Columns of documents or shipped groupings that describe one side. A number that changes
        over the years is a region's mean, in `pair` too.
    pairs_table
        Figures of pairs of your own, such as distances in km: columns ``receiver`` and ``sender``
        and one or more of numbers, one row an ordered pair.
    confidence
        Stated coverage.
    n_permutations, random_state
        Deals of the regions, and their seed.

    Returns
    -------
    Result
        One row a covariate and value: ``estimate`` (percentage points of the receiver's text),
        interval, ``p_value``; ``mean_with`` and ``mean_without`` (plain means of both sides);
        ``n_dyads``, ``n_places``; the reason in ``refused`` where nothing is estimated. A census
        has estimates alone.

    Raises
    ------
    ParameterError
        No covariate, an unknown one, or a region with two values.

    References
    ----------
    Dekker D., Krackhardt D., Snijders T. A. B. (2007). Sensitivity of MRQAP tests to collinearity
    and autocorrelation conditions. Psychometrika 72, 563-581.
    https://doi.org/10.1007/s11336-007-9016-1

    Examples
    --------
    >>> from policytext import dyad_regression, read_texts, reuse_dyads, shared_passages
    >>> line = "推进县域医疗资源整合共享和优质服务下沉。"
    >>> texts = {"a.txt": "浙江省2020年政府工作报告", "b.txt": "安徽省2021年政府工作报告"}
    >>> corpus = read_texts({name: f"{title}\\n{line}" for name, title in texts.items()})
    >>> found = dyad_regression(reuse_dyads(shared_passages(corpus)), pair="borders")
    >>> found.table[["variable", "refused"]].values.tolist()
    [['borders', 'a regression of dyads needs 10 places, got 2: choose smaller places']]
    """
    corpus = dyads.corpus
    if not isinstance(corpus, Corpus) or not set(DYAD_COLUMNS) <= set(dyads.table):
        raise ParameterError("dyad_regression needs the result of reuse_dyads with its corpus")
    by, min_certainty = (str(dyads.parameters[name]) for name in ("by", "min_certainty"))
    asked: dict[str, Any] = {name: dyads.parameters[name] for name in ("level", "genre", "mix")}
    chosen = select(corpus, by, min_certainty=min_certainty, **asked)
    rows = dyads.table
    among = sorted({*rows["receiver"], *rows["sender"]})
    documents = corpus.documents["doc_id"].astype("str")
    places = documents.map(groups_of(chosen, by))
    places = places[places.isin(among)]
    traits = _traits_of_pairs(corpus, places, among, pair, min_certainty)
    traits += _traits_of_table(pairs_table, among)
    for side, names in (("sender", sender), ("receiver", receiver)):
        traits += _traits_of_side(corpus, places, among, side, names, min_certainty)
    if not traits:
        raise ParameterError(
            "dyad_regression needs a covariate: `pair`, `sender`, `receiver` or `pairs_table`"
        )
    unknown = [among[i] for i in np.flatnonzero(_unknown(traits))]
    reports = pd.DataFrame({"group": places, "doc_id": documents[places.index]})
    joined = joined_by_text(reports, _texts_of_a_year(corpus))
    doubled = [name for name in among if joined[name] != name]
    kept = [name for name in among if name not in {*unknown, *doubled}]
    used = rows[rows["receiver"].isin(kept) & rows["sender"].isin(kept)]
    table = _effects(used, kept, among, traits, confidence, n_permutations, random_state)
    if chosen.design == "census":
        table[CLAIMED[1:]] = np.nan
    numbers = {"unknown": unknown, "doubled": doubled}
    said = [say(f"dyads.{key}", n=places_listed(n, most=8)) for key, n in numbers.items() if n]
    return Result(
        table,
        say("dyads.effects.title"),
        EFFECT_COLUMNS,
        EFFECT_METHOD,
        cautions=(*dyads.cautions, say("dyads.effects.caution"), *said),
        parameters={
            **dyads.parameters,
            "pair": _names(pair),
            "sender": _names(sender),
            "receiver": _names(receiver),
            "pairs_table": [] if pairs_table is None else _figures(pairs_table),
            "confidence": confidence,
            "n_permutations": n_permutations,
            "random_state": random_state,
        },
        coverage=dyads.coverage,
        corpus=corpus,
        evidence_from=lambda: _behind(dyads, used, among, traits),
        figure=Drawing(
            "analysis.plot_ratios",
            {
                "columns": CLAIMED[:3],
                "label": ["variable", "value"],
                "ratios": False,
                "axis": "百分点 / percentage points",
            },
        ),
    )


def _texts_of_a_year(corpus: Corpus) -> pd.Series:
    """Return for each ``doc_id`` what it shares with reports of its year that are one text.

    Text of earlier years joins nobody: saying it again is what is asked about.
    """
    units = corpus.units
    same = units["family"] + "|" + units["year"].astype("str")
    alone = units["family"].eq("") | units["year"].isna()
    return same.where(~alone, units["doc_id"]).set_axis(units["doc_id"])


class _Trait(NamedTuple):
    """A covariate as a matrix, receiver by sender; nan where nothing is known."""

    variable: str
    role: str
    value: str
    reference: str
    matrix: Floats

    @property
    def marks(self) -> bool:
        """Whether pairs have it or not, and nothing between."""
        return bool(np.isin(_pairs_of(self.matrix), (0.0, 1.0)).all())


def _pairs_of(matrix: Floats) -> Floats:
    """Return what is known of the pairs of two places."""
    found = matrix[~np.eye(len(matrix), dtype=bool)]
    return found[np.isfinite(found)]


def _names(asked: OneOrMore) -> list[str]:
    return [asked] if isinstance(asked, str) else list(asked or ())


def _of_places(
    corpus: Corpus, places: pd.Series, among: Sequence[str], name: str, min_certainty: str
) -> pd.Series:
    """Return one value of a column for each place: the mean of numbers, the one label of texts."""
    value = of_reports(corpus, name, min_certainty).set_axis(corpus.documents.index)
    cells = value.loc[places.index].groupby(places)
    if pd.api.types.is_numeric_dtype(value):
        return cells.mean().reindex(among)
    several = cells.nunique() > 1
    if several.any():
        raise ParameterError(
            f"the covariate {name!r} has several values in {several.index[several][0]}: give a "
            "column with one value a place"
        )
    return cells.first().reindex(among)


def _traits_of_pairs(
    corpus: Corpus,
    places: pd.Series,
    among: Sequence[str],
    asked: OneOrMore,
    min_certainty: str,
) -> list[_Trait]:
    found = []
    for name in _names(asked):
        if name == BORDERS:
            found.append(_Trait(name, "pair", "neighbours", "others", _neighbours(among)))
            continue
        value = _of_places(corpus, places, among, name, min_certainty)
        if pd.api.types.is_numeric_dtype(value):
            number = value.to_numpy(dtype=float)
            apart = np.abs(number[:, None] - number[None, :])
            found.append(_Trait(name, "pair", "+1", "", apart))
            continue
        code = pd.factorize(value)[0]
        same = np.where((code[:, None] < 0) | (code[None, :] < 0), np.nan, code[:, None] == code)
        found.append(_Trait(name, "pair", "same", "others", same.astype(float)))
    return found


def _neighbours(among: Sequence[str]) -> Floats:
    """Return which provinces have a common border; nan for what is no province."""
    table = neighbouring_provinces()
    beside = {name: {full_name(one, among) for one in near} for name, near in table.items()}
    if not set(beside) & set(among):
        raise ParameterError(
            f"'borders' knows provinces only, not {among[0]!r}: give `pairs_table` with 1 for "
            "neighbours and 0 for others"
        )
    return np.array(
        [[float(j in beside[i]) if {i, j} <= set(beside) else np.nan for j in among] for i in among]
    )


def _traits_of_table(table: pd.DataFrame | None, among: Sequence[str]) -> list[_Trait]:
    if table is None:
        return []
    sides = {"receiver", "sender"}
    figures = _figures(table)
    plain = all(pd.api.types.is_numeric_dtype(table[name]) for name in figures)
    if not sides <= set(table) or not figures or not plain:
        raise ParameterError(
            "`pairs_table` needs the columns receiver, sender and one or more of numbers, got "
            f"{list(table.columns)}"
        )
    named = table.assign(
        **{side: [full_name(str(n), among) for n in table[side]] for side in sides}
    )
    twice = named[named.duplicated(["receiver", "sender"])]
    if len(twice):
        one = twice.iloc[0]
        raise ParameterError(
            f"`pairs_table` has several rows for {one['receiver']} and {one['sender']}; give one "
            "row an ordered pair"
        )
    wide = named.set_index(["receiver", "sender"])
    grid = pd.MultiIndex.from_product([among, among])
    known = wide.reindex(grid)
    size = (len(among), len(among))
    return [
        _Trait(name, "pair", "+1", "", known[name].to_numpy(dtype=float).reshape(size))
        for name in figures
    ]


def _figures(table: pd.DataFrame) -> list[str]:
    return [str(name) for name in table if name not in ("receiver", "sender")]


def _traits_of_side(
    corpus: Corpus,
    places: pd.Series,
    among: Sequence[str],
    side: str,
    asked: OneOrMore,
    min_certainty: str,
) -> list[_Trait]:
    found = []
    for name in _names(asked):
        value = _of_places(corpus, places, among, name, min_certainty)
        if pd.api.types.is_numeric_dtype(value):
            columns = {("+1", ""): value.to_numpy(dtype=float)}
        else:
            sizes = value.value_counts().sort_index().sort_values(ascending=False, kind="stable")
            columns = {
                (str(one), str(sizes.index[0])): np.where(value.isna(), np.nan, value == one)
                for one in sorted(sizes.index[1:])
            }
        for (meant, beside), column in columns.items():
            line = column.astype(float)
            matrix = np.tile(line, (len(among), 1))
            found.append(
                _Trait(name, side, meant, beside, matrix if side == "sender" else matrix.T)
            )
    return found


def _unknown(traits: Sequence[_Trait]) -> npt.NDArray[np.bool_]:
    """Which places have a trait that is known of no pair with them?"""
    lacking = []
    for trait in traits:
        known = np.isfinite(trait.matrix) & ~np.eye(len(trait.matrix), dtype=bool)
        lacking.append(~known.any(axis=1) | ~known.any(axis=0))
    return np.asarray(np.any(lacking, axis=0), dtype=bool)


def _effects(
    rows: pd.DataFrame,
    kept: Sequence[str],
    among: Sequence[str],
    traits: Sequence[_Trait],
    confidence: float,
    n_permutations: int,
    random_state: int,
) -> pd.DataFrame:
    """Return the table of :func:`dyad_regression` for the rows of the places that are kept."""
    at = [among.index(name) for name in kept]
    cut = [trait._replace(matrix=trait.matrix[np.ix_(at, at)]) for trait in traits]
    for trait in cut:
        apart = ~np.eye(len(at), dtype=bool) & ~np.isfinite(trait.matrix)
        if apart.any():
            one, other = np.argwhere(apart)[0]
            raise ParameterError(
                f"{trait.variable!r} is not known of {kept[one]} and {kept[other]}: give every "
                "ordered pair a figure, or leave the place out"
            )
    code = {name: number for number, name in enumerate(kept)}
    ends = {side: rows[side].map(code).to_numpy(dtype=np.intp) for side in ("receiver", "sender")}
    share = 100 * rows["share"].to_numpy(dtype=float)
    told, refused = [trait for trait in cut if len(np.unique(_pairs_of(trait.matrix))) > 1], ""
    fit = pd.DataFrame()
    year = pd.factorize(rows["year"])[0].astype(np.intp)

    def fitted(traits: Sequence[_Trait]) -> pd.DataFrame:
        roles = {trait.role for trait in traits}
        return fit_dyads(
            share,
            [trait.matrix for trait in traits],
            ends["receiver"],
            ends["sender"],
            year,
            levels=[side for side in BOTH if side not in roles],
            confidence=confidence,
            n_permutations=n_permutations,
            random_state=random_state,
        )

    pairs = [trait for trait in told if trait.role == "pair"]
    try:
        check_places(len(kept))
        fit = fitted(pairs)
        if len(pairs) < len(told):
            both = fitted(told)
            fit = pd.concat([fit, both.iloc[len(pairs) :]], ignore_index=True)
    except NotEnoughDataError as error:
        refused = str(error)
    table = []
    for trait in cut:
        row: dict[str, Any] = {name: getattr(trait, name) for name in trait._fields[:4]}
        row |= {"n_dyads": len(rows), "n_places": len(kept), "refused": refused}
        if trait.marks and len(rows):
            has = trait.matrix[ends["receiver"], ends["sender"]] == 1
            row |= {"n_with": int(has.sum())}
            row |= {"mean_with": _mean(share[has]), "mean_without": _mean(share[~has])}
        at_fit = next((i for i, one in enumerate(told) if one is trait), None)
        if at_fit is None:
            row["refused"] = refused or ALIKE
        elif not refused:
            row |= fit.iloc[at_fit].to_dict()
        table.append(row)
    out = pd.DataFrame(table).reindex(columns=list(EFFECT_COLUMNS))
    numbers = [*CLAIMED, "mean_with", "mean_without"]
    return out.astype({**dict.fromkeys(numbers, "float64"), "n_with": "Int64"})


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _behind(
    dyads: Result, used: pd.DataFrame, among: Sequence[str], traits: Sequence[_Trait]
) -> pd.DataFrame:
    """List the places behind each row: of the pairs that have the trait, or of all for a number."""
    code = {name: number for number, name in enumerate(among)}
    receiver, sender = (used[side].map(code).to_numpy() for side in ("receiver", "sender"))
    own, found = dyads.evidence, []
    for number, trait in enumerate(traits):
        has = trait.matrix[receiver, sender] == 1
        rows = used.index[has] if trait.marks else used.index
        found.append(own[own["row_id"].isin(rows)].assign(row_id=number))
    return pd.concat(found, ignore_index=True)
