"""How does one concept's narrative differ from region to region, on one page?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.comparable import Selection, groups_of_rows, select
from policytext.data import words_of
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.by_unit import MIN_UNITS
from policytext.narratives.alike import measures_of
from policytext.narratives.frames import read_frames, said_of_frames
from policytext.narratives.promises import OUTCOMES, follow_promises
from policytext.records import UNKNOWN, Bilingual, Floats, Method, OneOrMore
from policytext.result import Drawing, Result, evidence_of_places
from policytext.statements.clause_frames import WORDS
from policytext.statements.comparing import reading_of
from policytext.statements.reader import select_clauses, wanted_terms
from policytext.terms.hits import find_hits
from policytext.terms.status import named_by_group
from policytext.texts import columns_of, in_english, in_order, listing, name_of, place_of, say

if TYPE_CHECKING:
    from networkx import DiGraph

    from policytext.corpus import Corpus
    from policytext.terms.concepts import TermTable

COLUMNS: Final = columns_of("narratives")
FRAME_COLUMNS: Final = columns_of("frame_profile")
DRAWS: Final = 999
"""Deals of issuers, or draws of clauses, beside which the difference of a group is seen."""

_PLACE: Final = ["doc_id", "para_no", "start", "end"]

FEW: Final = 5
"""Clauses below which a region's narrative is too short: no difference is given for it."""


_NO_CLAUSE: Final[dict[str, Any]] = {
    **dict.fromkeys(COLUMNS, ""),
    **dict.fromkeys(("clauses", "done", "under_way", "planned"), 0),
    **dict.fromkeys(("difference", "chance_low", "chance_high"), float("nan")),
}
"""The row of a group that speaks of the concept under another name only."""


def frames_of_term(
    corpus: Corpus, table: pd.DataFrame, terms: str | Sequence[str]
) -> npt.NDArray[np.bool_]:
    """Return for each frame whether its clause names the concept or one below it."""
    chosen = select_clauses(corpus, wanted_terms(terms, None))
    places = corpus.paragraphs.iloc[chosen["row"]]
    columns = (places["doc_id"], places["para_no"], chosen["start"], chosen["end"])
    spans: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for doc, para, start, end in zip(*(column.tolist() for column in columns), strict=True):
        spans.setdefault((doc, para), []).append((start, end))
    rows = (table[name].tolist() for name in ("doc_id", "para_no", "start", "end"))
    return np.array(
        [
            any(a < end and start < b for a, b in spans.get((doc, para), ()))
            for doc, para, start, end in zip(*rows, strict=True)
        ],
        dtype=bool,
    )


def groups_of(choice: Selection, by: str) -> dict[str, str]:
    """Return the group of each report that is compared; reports of no known group are left out."""
    kept = choice.labels[choice.counted].drop_duplicates("doc_id")
    pairs = zip(kept["doc_id"].astype("str"), kept[by].astype("str"), strict=True)
    return {doc: group for doc, group in pairs if group not in (UNKNOWN, "", "<NA>")}


def compare_narratives(
    corpus: Corpus,
    term: str | Sequence[str],
    by: str = "province",
    *,
    frames: Result | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
    random_state: int = 0,
) -> Result:
    """Set the narratives of one concept side by side: who, what, how firmly, how much, and kept?

    Parameters
    ----------
    corpus
        With text.
    term
        A concept of the term table or a word, or several; concepts below it count too.
    by
        Any grouping column of documents, such as ``province``, ``year`` or ``level``.
    frames
        As `policytext.read_frames` returns them for this corpus; read if not given.
    level, genre, mix
        Only reports of these levels and genres, or several accepted; see
        :func:`~policytext.comparable.select`.
    min_certainty
        Regions and years less certain than this count as unknown.
    random_state
        Seed of the draws behind ``chance_low`` and ``chance_high``.

    Returns
    -------
    Result
        One row a group, the one furthest beyond chance first (groups of few clauses
        last): ``years`` of its reports, ``reading`` (plans, reports or both), ``difference``
        (half the summed differences between its shares of kinds of verbs and those of the rest, 0
        to 1), ``chance_low`` and ``chance_high`` (where it lies in 95 of 100 deals of as many
        issuers, or where either side has fewer than five, or both the same, draws of as many
        clauses: only above is the group unlike the rest; all three are empty below five clauses),
        counts by status, and as readable cells, with how often in brackets, ``actors`` (``own
        (issuer)`` where nobody is named), ``acts`` (verb and object, behind what is no one who
        acts), ``verbs, objects, firmness, beneficiaries, means, figures, promises`` (where a verb
        counts several things, as in 组建医疗集团3个、医共体5个, its object is the one the term
        names; a figure that adds to what was there has its verb before it: 新增5个),
        ``own_words`` (its clause least like the others') and ``other_names``: concepts that stand
        for this one in its province, by the table of terms (医联体 for 医共体 in Shanghai). A group
        that uses only these has a row of its own at the end, without clauses; ask for both names
        to read what it says.

    Raises
    ------
    NotEnoughDataError
        No clause names the term.

    Examples
    --------
    >>> from policytext import read_texts
    >>> report = "某县2021年工作总结\\n一、工作\\n县医院牵头组建医共体2个，加快推进医共体建设。"
    >>> page = compare_narratives(read_texts({"a.txt": report}), "医共体", by="year")
    >>> page.table[["clauses", "done", "verbs"]].values.tolist()
    [[2, 1, '组建（1）；推进（1）']]
    """
    read = read_frames(corpus) if frames is None else frames
    choice = select(corpus, by, level=level, genre=genre, mix=mix, min_certainty=min_certainty)
    labels = groups_of(choice, by)
    named = read.table[frames_of_term(corpus, read.table, term)]
    doc = named["doc_id"].astype("str")
    named = named.assign(group=doc.map(labels), unit=doc.map(choice.units).astype("str"))
    named = named[named["group"].notna()]
    if named.empty:
        raise NotEnoughDataError(
            f"no clause of comparable reports names {term!r}; try another word, a broader "
            "concept, or other levels and genres"
        )
    outcomes = _outcomes(corpus, read, named)
    words = _words_of(wanted_terms(term, None))
    named = named.assign(object=_objects_named(named, words))
    dated = named["year"].nunique() > 1
    rng = np.random.default_rng(random_state)
    records: list[dict[str, Any]] = []
    places: list[pd.DataFrame] = []
    for group, part in named.groupby("group", sort=True):
        inside = (named["group"] == group).to_numpy()
        portrait = _portrait(part, named[~inside], outcomes, words, dated=dated)
        apart = _unlike(named, inside, rng)
        unlike = apart if len(part) >= FEW else dict.fromkeys(apart, float("nan"))
        records.append({by: group, **portrait, **unlike})
        places.append(part[_PLACE])
    others = _under_other_names(corpus, choice, term)
    called = {str(group): _counted(part["term"], 6) for group, part in others.groupby("group")}
    for record in records:
        record["other_names"] = called.get(record[by], "")
    elsewhere = [group for group in _in_order(called) if group not in set(named["group"])]
    records += [{by: group, **_NO_CLAUSE, "other_names": called[group]} for group in elsewhere]
    places += [others.loc[others["group"] == group, _PLACE] for group in elsewhere]
    silent = set(labels.values()) - set(named["group"]) - set(elsewhere)
    position = {name: i for i, name in enumerate(_in_order(labels.values()))}
    order = sorted(
        range(len(records)),
        key=lambda i: (
            records[i]["clauses"] < FEW,
            records[i]["clauses"] == 0,
            -_beyond_chance(records[i]),
            -records[i]["clauses"],
            position[records[i][by]],
        ),
    )
    columns = {by: f"{by} / group", **COLUMNS}
    few = sum(0 < record["clauses"] < FEW for record in records)
    cautions = [_typical(named, _in_order(silent)), *choice.cautions, *said_of_frames(named)]
    if elsewhere:
        cautions.insert(1, _called_otherwise(elsewhere, called))
    cautions.append(say("narratives.words_not_deeds"))
    if few:
        cautions.append(say("narratives.few", n=few, least=FEW))
    return Result(
        pd.DataFrame([records[i] for i in order], columns=list(columns)),
        say("narratives.title", term=term if isinstance(term, str) else listing(term)),
        columns,
        Method(say("narratives.method", draws=DRAWS)),
        cautions=tuple(cautions),
        parameters={
            **read.parameters,
            **choice.settings,
            "term": term,
            "by": by,
            "random_state": random_state,
        },
        coverage=choice.coverage,
        corpus=corpus,
        evidence_from=lambda: evidence_of_places(
            pd.concat([places[i].assign(row_id=row) for row, i in enumerate(order)])
        ),
        figure=Drawing("narratives.plot_narratives", {"by": by, "least": FEW}),
    )


def _under_other_names(
    corpus: Corpus, choice: Selection, term: str | Sequence[str]
) -> pd.DataFrame:
    """Return the places, by group, of concepts that stand for this one in the report's province.

    Places that the term itself holds are left out (城市医疗集团 where that is asked for too).
    """
    asked = wanted_terms(term, None)
    found = named_by_group(corpus, choice, find_hits(corpus, asked))
    places = ["row", "start", "end"]
    own = pd.MultiIndex.from_frame(found.own.loc[found.own["concept"].isin(asked.concepts), places])
    others = found.others.drop_duplicates(places)
    return others[~pd.MultiIndex.from_frame(others[places]).isin(own)]


def _called_otherwise(groups: Sequence[str], called: Mapping[str, str]) -> Bilingual:
    places = [place_of(group) for group in groups]
    names = [called[group].replace("；", "、") for group in groups]
    return say(
        "narratives.other_names",
        groups=Bilingual(
            "；".join(f"{one.zh} {name}" for one, name in zip(places, names, strict=True)),
            "; ".join(
                f"{one.en} {in_english(name)}" for one, name in zip(places, names, strict=True)
            ),
        ),
    )


def _outcomes(corpus: Corpus, read: Result, named: pd.DataFrame) -> dict[tuple[str, int, str], str]:
    """Return what became of the plans among the named clauses, where two years are there."""
    try:
        table = follow_promises(corpus, frames=read, only=named.index).table
    except NotEnoughDataError:
        return {}
    keys = zip(table["doc_id"], table["para_no"], table["promise"], strict=True)
    return dict(zip(keys, table["outcome"], strict=True))


def _portrait(
    part: pd.DataFrame,
    rest: pd.DataFrame,
    outcomes: dict[tuple[str, int, str], str],
    words: Sequence[str],
    *,
    dated: bool,
) -> dict[str, Any]:
    """Return one group's row: counts, and cells that can be read."""
    followed = Counter(
        outcomes[key]
        for key in zip(part["doc_id"], part["para_no"], part["clause"], strict=True)
        if key in outcomes
    )
    counts = {
        name: int((part["status"] == name).sum())
        for name in ("done", "under_way", "planned", "mention")
    }
    return {
        "clauses": len(part),
        "years": _listed(sorted(Counter(_years_of(part)).items())[-9:]),
        "reading": reading_of(counts),
        **{name: counts[name] for name in ("done", "under_way", "planned")},
        "actors": _counted(_who(part)),
        "acts": _counted(_acts(part), 6),
        "verbs": _counted(part["verb"], 6),
        "objects": _counted(part["object"], 4),
        "firmness": _counted(part["firmness"], 6),
        "beneficiaries": _counted(part["beneficiary"], 3),
        "means": _counted(part["means"], 3),
        "figures": "；".join(dict.fromkeys(_figures(part, words, dated=dated))),
        "promises": "；".join(f"{o}（{followed[o]}）" for o in OUTCOMES if followed[o]),
        "own_words": _own_words(part, rest),
    }


def _years_of(part: pd.DataFrame) -> pd.Series:
    """Return the year of each clause's report as a word."""
    return part["year"].astype("object").fillna(UNKNOWN).astype("str")


def _who(part: pd.DataFrame) -> list[str]:
    """Return who acts in each clause; the body that issued the report is marked as such."""
    return [
        f"{actor} (issuer)" if source == "issuer" else actor
        for actor, source in zip(part["actor"], part["actor_from"], strict=True)
    ]


def _acts(part: pd.DataFrame) -> list[str]:
    """Return each verb with what it acts on; behind a subject that is no one who acts.

    Where the subject is what the verb acts on, what the clause says behind the verb follows.
    """
    found = []
    columns = ("verb", "object", "subject", "actor", "clause")
    for verb, target, subject, actor, clause in zip(*(part[c] for c in columns), strict=True):
        if target and target == subject:
            behind = clause[clause.find(verb, clause.find(subject) + len(subject)) + len(verb) :]
            found.append(f"{subject} {verb} {behind}".strip())
        elif verb:
            done = _verbs_said(clause, verb, target)
            found.append(f"{'' if actor else subject} {done} {target}".strip())
    return found


def _verbs_said(clause: str, verb: str, target: str) -> str:
    """Return a verb with those joined to it, which act on the same: 新增或改造提升 is not 新增.

    >>> _verbs_said("新增或改造提升床位2.4万张", "新增", "床位")
    '新增或改造提升'
    """
    begin = clause.find(verb) + len(verb)
    joined = clause[begin : clause.find(target, begin)] if verb and target else ""
    whole = joined[:1] in _JOINS and len(joined) <= _LONGEST_JOINED
    return verb + joined if joined and whole else verb


_JOINS: Final = ("或", "和", "及", "并", "与", "、")
_LONGEST_JOINED: Final = 9
"""Characters behind a verb that may be another verb; longer ones are things."""


def _words_of(terms: TermTable) -> list[str]:
    """Return the words of the concepts asked for, without those that stand for them elsewhere."""
    return "|".join(terms.concept_table()["terms"]).split("|")


def _objects_named(named: pd.DataFrame, words: Sequence[str]) -> list[str]:
    """Return each object; where a verb counts several things, the one that the term names."""
    found = []
    for target, cell in zip(named["object"], named["figure_nouns"], strict=True):
        nouns = cell.split("; ")
        own = [noun for noun in nouns if _is_of_term(noun, words)]
        counted = target and target in nouns and target not in own
        found.append(own[0] if own and counted else target)
    return found


def _is_of_term(noun: str, words: Sequence[str]) -> bool:
    return any(word in noun for word in words)


def _figures(part: pd.DataFrame, words: Sequence[str], *, dated: bool) -> list[str]:
    """Return each figure with its noun, its kind and, where the page has reports of several years,
    the year of the report; one that adds to what was there with its verb.

    Where one figure of a clause counts what the term names, those of other things are left out;
    where none does, the clause stands behind it.
    """
    found = []
    adding = frozenset(words_of(WORDS, "adds"))
    years = _years_of(part)
    shown = years if dated else [""] * len(part)
    columns = ("figures", "figure_nouns", "clause", "verb")
    for cells, nouns, clause, verb, year in zip(*(part[c] for c in columns), shown, strict=True):
        bound = list(zip(cells.split("; "), nouns.split("; "), strict=False)) if cells else []
        own = [(cell, noun) for cell, noun in bound if _is_of_term(noun, words)]
        for cell, noun in own or bound:
            kind, figure = cell.split(": ", 1)
            said = "" if own else f"（{clause}）"
            figure = f"{_verbs_said(clause, verb, noun)}{figure}" if verb in adding else figure
            known = ", ".join(filter(None, (kind, year)))
            found.append(f"{noun}{'：' if noun else ''}{figure} [{known}]{said}")
    return found


def _in_order(groups: Iterable[str]) -> list[str]:
    """Return provinces in their official order, other groups by name."""
    return in_order(sorted(set(groups)))


def _typical(named: pd.DataFrame, silent: Sequence[str]) -> Bilingual:
    """Return what most groups say, and which comparable groups do not name the term."""
    places = [place_of(group) for group in silent]
    return say(
        "narratives.typical",
        groups=named["group"].nunique(),
        verbs=_said_twice(named["verb"], 6),
        objects=_said_twice(named["object"], 4),
        silent=listing(places) if places else "–",
    )


def _said_twice(values: Iterable[str], most: int) -> Bilingual:
    """Return the words that stand in two clauses or more, or that there are none."""
    counted = Counter(value for value in values if value)
    common = [(word, n) for word, n in counted.most_common(most) if n > 1]
    if not common:
        return say("narratives.none_twice")
    return Bilingual(
        "；".join(f"{word}（{n}）" for word, n in common),
        "; ".join(f"{word} ({n})" for word, n in common),
    )


def _beyond_chance(record: dict[str, Any]) -> float:
    """Return how far the difference of a group lies above chance; few clauses count as none."""
    if record["clauses"] < FEW or np.isnan(record["difference"]):
        return -1.0
    return float(record["difference"] - record["chance_high"])


def _unlike(
    named: pd.DataFrame, inside: npt.NDArray[np.bool_], rng: np.random.Generator
) -> dict[str, float]:
    """Return the difference of a group from the rest, and where chance alone would put it.

    Issuers have ways of their own: where there are enough of them on both sides, chance deals
    whole issuers to the group, else single clauses.
    """
    spoken = (named["verb_class"].fillna("") != "").to_numpy()
    verbs, kinds = pd.factorize(named.loc[spoken, "verb_class"], sort=True)
    units, names = pd.factorize(named.loc[spoken, "unit"])
    side = inside[spoken]
    if not side.any() or side.all():
        return dict.fromkeys(("difference", "chance_low", "chance_high"), float("nan"))
    counts = np.zeros((len(names), len(kinds)), dtype=np.int64)
    np.add.at(counts, (units, verbs), 1)
    whole, mine = counts.sum(axis=0), np.bincount(verbs[side], minlength=len(kinds))
    own, others = (np.unique(units[mask]) for mask in (side, ~side))
    if min(len(own), len(others)) >= MIN_UNITS and not len(np.intersect1d(own, others)):
        order = rng.permuted(np.tile(np.arange(len(names)), (DRAWS, 1)), axis=1)
        drawn = (order < len(own)).astype(np.int64) @ counts
    else:
        drawn = rng.multivariate_hypergeometric(whole, int(side.sum()), size=DRAWS)
    low, high = np.quantile(_apart(drawn, whole), (0.025, 0.975))
    found = {"difference": _apart(mine[None, :], whole)[0], "chance_low": low, "chance_high": high}
    return {name: round(float(value), 3) for name, value in found.items()}


def _apart(counts: npt.NDArray[np.int64], whole: npt.NDArray[np.int64]) -> Floats:
    """Return half the summed differences of shares between each row of counts and what is left."""
    rest = whole - counts
    sizes = [np.maximum(part.sum(axis=1, keepdims=True), 1) for part in (counts, rest)]
    return np.asarray(0.5 * np.abs(counts / sizes[0] - rest / sizes[1]).sum(axis=1))


def _counted(values: Iterable[str], most: int = 4) -> str:
    counted = Counter(value for value in values if value)
    return _listed(sorted(counted.items(), key=lambda item: -item[1])[:most])


def _listed(counted: Iterable[tuple[str, int]]) -> str:
    return "；".join(f"{name}（{n}）" for name, n in counted)


def _own_words(part: pd.DataFrame, rest: pd.DataFrame) -> str:
    """Return the clause of a group whose verb and object the others use least; the longest."""
    common = Counter(rest["verb"]) + Counter(rest["object"])
    spoken = part[part["verb"] != ""]
    chosen = min(
        (spoken if len(spoken) else part).to_dict("records"),
        key=lambda row: (common[row["object"]], common[row["verb"]], -len(str(row["clause"]))),
    )
    return str(chosen["clause"])


# Who does what to what, as a network?


def frame_graph(frames: Result, *, least: int = 2) -> DiGraph[str]:
    """Return actors, verbs and objects as a network, to be drawn or opened in Gephi.

    Parameters
    ----------
    frames
        As `policytext.read_frames` returns them, or some of their rows.
    least
        Clauses below which two are not joined.

    Returns
    -------
    networkx.DiGraph
        Nodes with ``label``, ``kind`` (actor, verb, object) and ``n`` (clauses); edges from actor
        to verb and from verb to object with ``weight`` (clauses that say both).
        ``networkx.write_gexf`` and ``write_graphml`` write it for Gephi.

    Raises
    ------
    ParameterError
        The table holds no frames.

    Examples
    --------
    >>> from policytext import read_frames, read_texts
    >>> report = "某县2021年工作总结\\n一、工作\\n县医院组建巡诊队，县医院组建巡诊队。"
    >>> graph = frame_graph(read_frames(read_texts({"a.txt": report})))
    >>> [(*edge, n) for *edge, n in graph.edges(data="weight")]
    [('actor:hospital', 'verb:组建', 2), ('verb:组建', 'object:巡诊队', 2)]
    """
    import networkx as nx

    if not {"actor", "verb", "object"} <= set(frames.table.columns):
        raise ParameterError("frame_graph needs the rows that read_frames returns")
    ends = {kind: f"{kind}:" + frames.table[kind].astype("str") for kind in _ENDS}
    graph: DiGraph[str] = nx.DiGraph()
    for first, second in pairwise(_ENDS):
        both = (frames.table[first] != "") & (frames.table[second] != "")
        pairs = pd.DataFrame({"one": ends[first][both], "other": ends[second][both]})
        counted = pairs.value_counts(sort=False)
        for (one, other), n in counted[counted >= least].items():
            graph.add_edge(str(one), str(other), weight=int(n))
    totals = Counter(name for kind in _ENDS for name in ends[kind].tolist())
    for name in graph.nodes:
        kind, _, label = name.partition(":")
        graph.add_node(name, label=label, kind=kind, n=totals[name])
    return graph


_ENDS: Final = ("actor", "verb", "object")


# Which verbs and objects are typical of a group?


def frame_profile(
    frames: Result, by: str = "province", *, what: str = "frame", least: int = 2
) -> Result:
    """Count frames, verbs or objects by group, the most telling first.

    Parameters
    ----------
    frames
        As `policytext.read_frames` returns them.
    by
        A column of the frames (``province``, ``year``, ``actor`` …), a column of the reports,
        such as ``level`` or one you joined, or a shipped grouping.
    what
        ``frame`` (verb + object), ``measure`` (frames alike in words as one, see
        `policytext.group_frames`), ``verb``, ``verb_class``, ``object``, ``actor``, ``firmness``.
    least
        Clauses below which a row is left out.

    Returns
    -------
    Result
        One row a group and frame: ``clauses``, ``share`` of the group, ``elsewhere`` (share in
        all other groups), ``log_ratio`` (base 2, half a clause added to each side), ``only_here``.

    Raises
    ------
    ParameterError
        No such column.

    Examples
    --------
    >>> from policytext import read_frames, read_texts
    >>> report = "某县2021年工作总结\\n一、工作\\n推进转诊改革。推进转诊改革。"
    >>> frames = read_frames(read_texts({"a.txt": report}))
    >>> frame_profile(frames, by="year").table[["frame", "clauses"]].values.tolist()
    [['推进 转诊改革', 2]]
    """
    table = frames.table
    kinds = ("frame", "measure", "verb", "verb_class", "object", "actor", "firmness")
    if what not in kinds or by == what:
        raise ParameterError(
            f"what must be one of {list(kinds)} and by another column, got {what!r} and {by!r}"
        )
    labels, pooled = groups_of_rows(table, frames.corpus, by)
    if what == "measure":
        values = measures_of(table)
    else:
        values = table["verb"] + " " + table["object"] if what == "frame" else table[what]
    whole = (table["verb"] != "") & (table["object"] != "") if what == "frame" else values != ""
    long = pd.DataFrame({by: labels, "frame": values})[whole.to_numpy()]
    counts = long.value_counts().rename("clauses").reset_index()
    size, total = long[by].value_counts(), long["frame"].value_counts()
    n = counts[by].map(size).to_numpy(dtype=float)
    mine = counts["clauses"].to_numpy(dtype=float)
    others = counts["frame"].map(total).to_numpy(dtype=float) - mine
    rest = len(long) - n
    elsewhere = np.divide(others, rest, out=np.zeros_like(others), where=rest > 0)
    ratio = np.log2((mine + 0.5) / (n + 1)) - np.log2((others + 0.5) / (rest + 1))
    counts = counts.assign(
        share=mine / n, elsewhere=elsewhere, log_ratio=ratio, only_here=others == 0
    )
    counts = counts[counts["clauses"] >= least]
    counts = counts.sort_values(
        [by, "log_ratio", "clauses", "frame"], ascending=[True, False, False, True], kind="stable"
    ).reset_index(drop=True)
    columns = {by: f"{by} / group", **FRAME_COLUMNS}
    shown = counts[list(columns)]
    keys = {(g, f): i for i, (g, f) in enumerate(zip(shown[by], shown["frame"], strict=True))}
    own = frames.evidence

    def evidence() -> pd.DataFrame:
        pairs = zip(long.index, long[by], long["frame"], strict=True)
        rows = {int(row): keys[g, f] for row, g, f in pairs if (g, f) in keys}
        found = own[own["row_id"].isin(list(rows))]
        return evidence_of_places(found.assign(row_id=found["row_id"].map(rows)))

    return Result(
        shown,
        say("frames.profile_title", what=name_of("column", what)),
        columns,
        Method(say("frames.profile_method")),
        cautions=(*pooled, *frames.cautions),
        parameters={**frames.parameters, "by": by, "what": what, "least": least},
        corpus=frames.corpus,
        evidence_from=evidence,
        figure=Drawing("narratives.plot_frame_profile", {"by": by, "least": least, "what": what}),
    )
