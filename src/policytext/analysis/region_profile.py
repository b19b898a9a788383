"""What does one region speak of, beside the rest or beside another region?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.analysis.keyness import keyness_result
from policytext.analysis.trends import trend_result
from policytext.comparable import Selection, select
from policytext.errors import ParameterError
from policytext.records import KINDS_COUNTED, UNKNOWN, Bilingual, Method, OneOrMore
from policytext.regions import full_name
from policytext.result import Drawing, Result, evidence_of_places
from policytext.texts import columns_of, say

if TYPE_CHECKING:
    from policytext.corpus import Corpus
    from policytext.counts import Counts
    from policytext.terms.hits import Terms

PROFILE_COLUMNS: Final = columns_of("profile")


def region_profile(
    corpus: Corpus,
    region: str,
    other: str | None = None,
    by: str = "province",
    *,
    terms: Terms = None,
    counts: Counts | None = None,
    n_words: int = 20,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
) -> Result:
    """Show attention, characteristic words and the paragraphs behind them for one region or two.

    Parameters
    ----------
    corpus
        The corpus.
    region
        Label of the region, as in the column ``by``.
    other
        A second region: the two are set against each other. None: against all other regions.
    by
        Column that names regions.
    terms
        Concepts whose rates are shown; the table of the package by default.
    counts
        Words by paragraph; counted here by default.
    n_words
        Characteristic words shown for each region.
    parts, kinds, level, genre, exclude_rows, mix, min_certainty
        What is counted; see :func:`~policytext.comparable.select`.

    Returns
    -------
    Result
        Columns of ``PROFILE_COLUMNS``; for each row the paragraph with most hits, and all of them
        in ``.evidence``.

    Raises
    ------
    ParameterError
        No report counted is of that region.

    Examples
    --------
    >>> from policytext import read_texts, region_profile, count_terms
    >>> texts = {"安徽省2021年政府工作报告.txt": "推进医共体建设，发展托育服务。\\n" * 5,
    ...          "河南省2021年政府工作报告.txt": "推进医共体建设。\\n发展医养结合。\\n" * 5}
    >>> corpus = read_texts(texts)
    >>> words = count_terms(corpus, ["医共体", "托育", "医养结合"])
    >>> found = region_profile(corpus, "河南省", terms=["医养结合"], counts=words, n_words=1)
    >>> found.table[["section", "item", "hits"]].values.tolist()
    [['attention', '医养结合', 5], ['word', '医养结合', 5]]

    References
    ----------
    Monroe B. L. et al. (2008). https://doi.org/10.1093/pan/mpn018
    Garwood F. (1936). https://doi.org/10.1093/biomet/28.3-4.437
    """
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
    named = trend_result(corpus, chosen, terms)
    known = sorted(set(named.table[by].astype(str)) - {UNKNOWN})
    regions = [full_name(one, known) for one in (region, other) if one is not None]
    for label in regions:
        if label not in known:
            raise ParameterError(f"no report counted is of {label!r}; there are {known}")
    parts, words = [_attention(named, by, regions)], []
    for i, label in enumerate(regions):
        against = {label: [label]} if other is None else [label, regions[1 - i]]
        found = keyness_result(corpus, chosen, groups=against, counts=counts, top=n_words)
        words.append(found)
        parts.append(_words(found, label))
    table = pd.concat(parts, ignore_index=True)
    evidence = _evidence(named, words, table)
    best = evidence.drop_duplicates("row_id").set_index("row_id")
    table["doc_id"] = best["doc_id"].reindex(table.index).fillna("")
    table["para_no"] = best["para_no"].reindex(table.index).astype("Int64")
    return Result(
        table=table[list(PROFILE_COLUMNS)],
        title=_title(regions, chosen),
        columns=PROFILE_COLUMNS,
        method=_method(named, words[0]),
        cautions=tuple(dict.fromkeys([*named.cautions, *words[0].cautions])),
        parameters={
            "region": region,
            "other": other,
            "by": by,
            "n_words": n_words,
            **chosen.settings,
        },
        coverage=chosen.coverage,
        corpus=corpus,
        evidence_from=evidence,
        figure=Drawing("analysis.plot_profile_words"),
    )


def _title(regions: Sequence[str], chosen: Selection) -> Bilingual:
    pair = len(regions) == 2
    return say(
        "region_profile.title",
        regions=say("region_profile.and", one=regions[0], other=regions[1]) if pair else regions[0],
        rest="" if pair else say("region_profile.rest"),
        scope=chosen.in_brackets,
    )


def _method(named: Result, words: Result) -> Method:
    text = Bilingual(
        named.method.text.zh + words.method.text.zh,
        f"{named.method.text.en} {words.method.text.en}",
    )
    return Method(text, (*named.method.citations, *words.method.citations))


def _attention(named: Result, by: str, regions: list[str]) -> pd.DataFrame:
    table = named.table.assign(source=np.arange(len(named.table)))
    labels = table[by].astype(str)
    blocks = []
    for i, label in enumerate(regions):
        own = table[labels == label].reset_index(drop=True)
        outside = labels == regions[1 - i] if len(regions) == 2 else labels != label
        rest = table[outside & (labels != UNKNOWN)].groupby("term", sort=False)
        sums = rest[["hits", "n_han"]].sum().reindex(own["term"]).reset_index(drop=True)
        rate = sums["hits"] / sums["n_han"] * 10_000
        both = (own["hits"] > 0) & (sums["hits"] > 0)
        ratio = np.log2(own["rate"].where(both) / rate.where(both))
        block = own.rename(columns={"term": "item"}).assign(
            section="attention", region=label, rate_other=rate, log_ratio=ratio
        )
        blocks.append(block[(own["hits"] > 0) | (sums["hits"] > 0)])
    return pd.concat(blocks, ignore_index=True).reindex(columns=[*PROFILE_COLUMNS, "source"])


def _words(found: Result, label: str) -> pd.DataFrame:
    table = found.table.assign(
        section="word",
        region=label,
        item=found.table["feature"],
        rate_other=found.table["rate_rest"],
        status="count",
        low=np.nan,
        high=np.nan,
        interval="",
        source=np.arange(len(found.table)),
    )
    table["one_report_only"] &= table["n_reports"] > 1
    return table.reindex(columns=[*PROFILE_COLUMNS, "source"])


def _evidence(named: Result, words: list[Result], table: pd.DataFrame) -> pd.DataFrame:
    """Rows of the profile take over the evidence of the rows they come from."""
    parts = []
    for section, region, found in [
        ("attention", None, named),
        *(("word", str(w.table["group"].iloc[0]), w) for w in words),
    ]:
        mine = table["section"] == section
        mine &= True if region is None else table["region"] == region
        source = table.loc[mine, "source"].astype(int)
        rows = pd.Series(source.index, index=source.to_numpy())
        evidence = found.evidence
        evidence = evidence[evidence["row_id"].isin(rows.index)]
        parts.append(evidence.assign(row_id=evidence["row_id"].map(rows).astype(int)))
    order = ["row_id", "weight", "doc_id", "para_no"]
    return evidence_of_places(pd.concat(parts, ignore_index=True), order=order, falling=["weight"])
