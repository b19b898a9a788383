"""Do intervals of what people and machines code hold the truth?

Reports have shares of their own, and coders err more in one report than in another. Truth is what
ten thousand reports would give, or, where a statement is for these paragraphs, what they hold.
Cells of `coverage.py`, which runs them.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.metrics.pairwise import cosine_similarity

from analysis_corpora import make_corpus
from policytext import (
    CorrelatedTopics,
    Counts,
    DmrTopics,
    GibbsTopics,
    LdaTopics,
    NmfTopics,
    VaryingTopics,
    agreement,
    attention_index,
    coding_drift,
    corrected_index,
    crosstab,
    error_differences,
    read_texts,
    sample_hits,
    score_table,
    text_positions,
    topic_effects,
    topic_words_by_group,
    trends,
    validity,
)
from policytext.inference import (
    category_shares,
    corrected_prevalence,
    corrected_regression,
    match_items,
    mcnemar,
    unit_share_interval,
)
from policytext.themes.evaluation import Scored
from policytext.themes.theme_profile import ERROR_COLUMNS, corrected_share
from topic_corpora import planted_topics


@dataclass(frozen=True)
class Coded:
    """How many reports of how many paragraphs; share of the theme, and how it and errors spread."""

    reports: int = 20
    paragraphs: int = 20
    share: float = 0.28
    alike: float = 7.0
    slip: float = 0.11
    found: float = 0.8
    false: float = 0.03
    labelled: int = 60


MANY = 20_000


def percent(values):
    """Return the share of what is true, or nothing."""
    return 100 * np.mean(values) if len(values) else np.nan


def beta(rng, mean, alike, size):
    """Shares of reports around a mean; the larger ``alike``, the closer."""
    return rng.beta(mean * alike, (1 - mean) * alike, size)


def truths(rng, world, reports):
    """Reports × paragraphs: has the theme."""
    share = beta(rng, world.share, world.alike, reports)
    return rng.random((reports, world.paragraphs)) < share[:, None]


def coded_twice(rng, world, reports):
    """Two codings of the same paragraphs, each with errors that differ from report to report."""
    truth = truths(rng, world, reports)
    slips = beta(rng, world.slip, 9.0, (2, reports))[:, :, None]
    return [(truth ^ (rng.random(truth.shape) < part)).ravel() for part in slips]


def themes_of(side):
    """Labels in words of the codebook."""
    return [["tcm"] if yes else ["general"] for yes in side]


def f1(a, b):
    """F1 of two codings."""
    return 2 * (a & b).sum() / (a.sum() + b.sum())


def agreed(a, b):
    """F1, kappa, alpha and AC1 of two codings of very many paragraphs."""
    same, p, q = np.mean(a == b), a.mean(), b.mean()
    mean = (p + q) / 2
    chance = {"kappa": p * q + (1 - p) * (1 - q), "alpha": mean**2 + (1 - mean) ** 2}
    chance["AC1"] = 2 * mean * (1 - mean)
    beyond = {name: (same - part) / (1 - part) for name, part in chance.items()}
    return {"F1": f1(a, b), **beyond}


def two_coders(rng, world, n, *, naive):
    """agreement: does the interval of F1, kappa and alpha hold that of many more reports?"""
    whole = agreed(*coded_twice(rng, world, MANY))
    inside = {name: [] for name in whole}
    owner = np.repeat(np.arange(world.reports), world.paragraphs)
    for _ in range(n):
        a, b = map(themes_of, coded_twice(rng, world, world.reports))
        table = agreement(a, b, owner, n_resamples=400).table.set_index("theme")
        for name, held in inside.items():
            low, high = (table.loc["tcm", f"{name.lower()}_{end}"] for end in ("low", "high"))
            if np.isfinite(low):
                held.append(low <= whole[name] <= high)
    return {name: percent(held) for name, held in inside.items()}


def one_coder_twice(rng, world, n, *, naive):
    """coding_drift: does the interval of micro-F1 hold that of many more reports?"""
    a, b = coded_twice(rng, world, MANY)
    truth = np.mean(a == b)
    inside = []
    ids = np.arange(world.reports * world.paragraphs)
    usual = {"coder": "A", "model": "m", "rank": 0}
    for _ in range(n):
        codes = [
            pd.DataFrame({"number": ids, "doc_id": ids // world.paragraphs, "date": day}).assign(
                theme=[theme for (theme,) in themes_of(side)]
            )
            for day, side in zip(("1", "2"), coded_twice(rng, world, world.reports), strict=True)
        ]
        row = coding_drift(pd.concat(codes).assign(**usual), n_resamples=400).table.iloc[0]
        inside.append(row["low"] <= truth <= row["high"])
    return {"F1": percent(inside)}


def scores(rng, world, n, *, naive):
    """score_table: does the interval of F1 of one theme, and of all, hold that of many reports?"""

    def scored(reports):
        labels, given = coded_twice(rng, world, reports)
        owner = np.repeat(np.arange(reports).astype(str), world.paragraphs)
        both = [np.stack([side, ~side], axis=1) for side in (labels, given)]
        return Scored(("tcm", "general"), owner, both[0], both[1] * 0.9, both[1])

    many = scored(MANY)
    theme, whole = f1(many.labels[:, 0], many.given[:, 0]), f1(many.labels, many.given)
    macro = (theme + f1(many.labels[:, 1], many.given[:, 1])) / 2
    inside = {"theme": [], "micro": [], "macro": []}
    for _ in range(n):
        found = score_table(scored(world.reports), n_resamples=400).table.set_index("theme")
        for name, row, true in (
            ("theme", "tcm", theme),
            ("micro", "ALL", whole),
            ("macro", "MEAN", macro),
        ):
            inside[name].append(found.loc[row, "low"] <= true <= found.loc[row, "high"])
    return {name: percent(held) for name, held in inside.items()}


# Which share of paragraphs has a theme?


def errors_of(rng, world, reports):
    """Count a machine's errors in labelled reports; how well it finds differs between reports."""
    truth = truths(rng, world, reports)
    given = machine_of(rng, world, truth)
    table = pd.DataFrame({"report": [f"r{i}" for i in range(reports)], "corpus": "c"})
    cells = {
        "hits": truth & given,
        "false": ~truth & given,
        "missed": truth & ~given,
        "rest": ~truth & ~given,
    }
    table = table.assign(**{name: part.sum(axis=1) for name, part in cells.items()})
    return table.assign(theme="tcm", missed_outside=0, outside=0)[list(ERROR_COLUMNS)]


def machine_of(rng, world, truth):
    """Return the machine's codes: it finds more in some reports than in others."""
    found = beta(rng, world.found, 15.0, (len(truth), 1))
    false = beta(rng, world.false, 40.0, (len(truth), 1))
    return rng.random(truth.shape) < np.where(truth, found, false)


def machine_shares(rng, world, n, *, naive):
    """theme_profile: the true share of these paragraphs, and that of a population of reports.

    ``drawn``: labels of paragraphs drawn by chance. ``errors alike``: errors of 20 other reports.
    ``population``: what the same interval holds of many more reports, which it does not claim.
    """
    inside = {"drawn": [], "errors alike": [], "population": []}
    for _ in range(n):
        truth = truths(rng, world, world.reports)
        machine = machine_of(rng, world, truth)
        y, code = truth.ravel(), machine.ravel().astype(float)
        seen = np.full(len(y), np.nan)
        picked = rng.choice(len(y), world.labelled, replace=False)
        seen[picked] = y[picked]
        found = corrected_prevalence(code, seen)
        inside["drawn"].append(found.low <= y.mean() <= found.high)
        errors = errors_of(rng, replace(world, paragraphs=min(world.paragraphs, 30)), 20)
        if errors["hits"].sum() + errors["missed"].sum() < 10:
            continue
        other = corrected_share(
            int(code.sum()), len(y), len(y), errors, n_reports=world.reports, n_resamples=400
        )
        if np.isfinite(other.share):
            inside["errors alike"].append(other.low <= y.mean() <= other.high)
            inside["population"].append(other.low <= world.share <= other.high)
    return {name: percent(held) for name, held in inside.items()}


def population_shares(rng, world, n, *, naive):
    """crosstab: share of a label among paragraphs of another, issuers as units."""
    inside = []
    years = 3
    docs = pd.DataFrame({"doc_id": [f"d{i}" for i in range(world.reports * years)]})
    docs["province"] = [f"省{i // years}" for i in range(len(docs))]
    paras = pd.DataFrame({"doc_id": np.repeat(docs["doc_id"], world.paragraphs)})
    corpus = make_corpus(docs, paras)
    first = Counts(csr_matrix(np.ones((len(paras), 1), dtype=int)), ("a",), "x")
    for _ in range(n):
        share = np.repeat(beta(rng, world.share, world.alike, world.reports), years)
        yes = rng.random((len(docs), world.paragraphs)) < share[:, None]
        second = Counts(csr_matrix(yes.reshape(-1, 1).astype(int)), ("b",), "x")
        row = crosstab(corpus, first, second).table.iloc[0]
        inside.append(row["low"] <= world.share <= row["high"])
    return {"cover": percent(inside)}


def reports_that_name(rng, world, n, *, naive):
    """Trends (share_low, share_high): share of reports that name a term, issuers as units."""
    inside, years = [], world.paragraphs
    units = np.repeat(np.arange(world.reports), years)
    for _ in range(n * 10):
        share = beta(rng, world.share, world.alike, world.reports)
        named = rng.random(len(units)) < share[units]
        found = unit_share_interval(named[:, None], np.ones(len(units)), units)
        inside.append(found.low[0] <= world.share <= found.high[0])
    return {"cover": percent(inside)}


def errors_between_groups(rng, world, n, *, naive):
    """error_differences: size of its test, and intervals of sensitivity and precision."""
    size, sensitivity, precision = [], [], []
    caught = world.share * world.found
    right = caught / (caught + (1 - world.share) * world.false)
    groups = {f"r{i}": "ab"[i % 2] for i in range(world.reports)}
    for _ in range(n * 4):
        found = error_differences(errors_of(rng, world, world.reports), groups)
        size += (found["p_value"].dropna()[:1] < 0.05).tolist()
        for name, held, true in (
            ("sensitivity", sensitivity, world.found),
            ("precision", precision, right),
        ):
            held += ((found[f"{name}_low"] <= true) & (true <= found[f"{name}_high"])).tolist()
    return {
        "size": percent(size),
        "sensitivity": percent(sensitivity),
        "precision": percent(precision),
    }


def labels_and_machine(rng, world, n, *, naive):
    """Run corrected_regression (an effect of none) and mcnemar with units (two machines alike)."""
    cover, size = [], []
    units = np.repeat(np.arange(world.reports), world.paragraphs)
    side = np.column_stack([np.ones(len(units)), units % 2])
    for _ in range(n * 4):
        truth = truths(rng, world, world.reports)
        one, two = (machine_of(rng, world, truth).ravel() for _ in range(2))
        y = truth.ravel().astype(float)
        seen = np.where(rng.random(len(y)) < world.labelled / len(y), y, np.nan)
        found = corrected_regression(one.astype(float), seen, side, units)
        cover.append(found.low[1] <= 0 <= found.high[1])
        size.append(mcnemar(one == y, two == y, units).p_value < 0.05)
    return {"cover": percent(cover), "size": percent(size)}


def invented(rng, n):
    """Sentences of Han characters drawn at random: no two are alike."""
    return ["".join(map(chr, row)) + "。" for row in rng.integers(0x4E00, 0x5E00, (n, 24))]


def copied_text(rng, world, n, *, naive):
    """Run trends where reports copy ``share`` of their paragraphs from forty that go about.

    ``plain cover``: without ``origin_adjusted``, issuers as units. ``n_effective``: reports that
    the text is worth, in per cent of reports.
    """
    inside = {"cover": [], "plain cover": [], "n_effective": []}
    names = [f"r{i:02d}" for i in range(world.reports)]
    docs = pd.DataFrame({"doc_id": names, "province": names, "date_issued": ""})
    total, mean = world.reports * world.paragraphs, 0.5
    for _ in range(n):
        docs["date_issued"] = [
            f"2021-{1 + i % 12:02d}-{1 + i // 12:02d}" for i in rng.permutation(len(docs))
        ]
        own = np.repeat(rng.gamma(4, 0.25, world.reports), world.paragraphs)
        hits, texts = rng.poisson(mean * own), np.array(invented(rng, total), dtype=object)
        shared = rng.poisson(mean * rng.gamma(1, 1, 40))
        about, which = np.array(invented(rng, 40), dtype=object), rng.integers(0, 40, total)
        copied = rng.random(total) < world.share
        hits, texts = np.where(copied, shared[which], hits), np.where(copied, about[which], texts)
        paras = pd.DataFrame(
            {"doc_id": np.repeat(names, world.paragraphs), "text": texts, "n_han": 24}
        )
        corpus = make_corpus(docs, paras)
        counts = Counts(csr_matrix(hits[:, None]), ("词",), "terms")
        rate = mean / 24 * 10_000
        for figure, adjusted in (("cover", True), ("plain cover", False)):
            row = trends(corpus, counts=counts, by=None, origin_adjusted=adjusted).table.iloc[0]
            inside[figure].append(row["low"] <= rate <= row["high"])
            if adjusted:
                inside["n_effective"].append(row["n_effective"] / world.reports)
    return {name: percent(held) for name, held in inside.items()}


# Which hits are right, where do texts stand, and what do people find?


def judged_hits(rng, world, n, *, naive):
    """Run validity (precision of all hits and of a word) and corrected_index (right hits)."""
    words = ["污染", "排污", "减排", "绿化"]
    lines = "。".join(w * int(k) for w, k in zip(words, (1, 1, 1, 1), strict=True))
    texts = {
        f"{name}2021年政府工作报告.txt": f"{name}2021年政府工作报告\n" + f"{lines}。\n" * many
        for name, many in zip(
            ("安徽省", "河南省", "四川省", "山西省"), (40, 20, 10, 5), strict=True
        )
    }
    index = attention_index(read_texts(texts), words, by="province")
    hits = sample_hits(index, 10**6)
    place = ["index", "doc_id", "para_no", "start", "end"]
    rows = index.table["province"].astype(str).tolist()
    row = hits["doc_id"].map(lambda name: next(i for i, r in enumerate(rows) if name.startswith(r)))
    own = hits["hit"].map(dict(zip(words, (0.95, 0.7, 0.85, 0.5), strict=True))).to_numpy()
    inside = {"all": [], "word": [], "row": []}
    for _ in range(n):
        right = rng.random(len(hits)) < own
        truth = hits[place].assign(right=right)
        drawn = sample_hits(index, world.labelled, random_state=int(rng.integers(2**31)))
        drawn = drawn.merge(truth, on=place)
        judged = drawn.assign(valid=np.where(drawn.pop("right"), "yes", "no"))
        found = validity(index, judged).table.set_index("word")
        inside["all"].append(found.iloc[0]["low"] <= right.mean() <= found.iloc[0]["high"])
        for word in words:
            true = right[hits["hit"] == word].mean()
            inside["word"].append(found.loc[word, "low"] <= true <= found.loc[word, "high"])
        table = corrected_index(index, judged).table
        per = table["value"] / table["hits"]
        held = pd.Series(right).groupby(row).sum().to_numpy() * per
        inside["row"] += (
            (table["corrected_low"] <= held + 1e-9) & (held - 1e-9 <= table["corrected_high"])
        ).tolist()
    return {name: percent(held) for name, held in inside.items()}


def questions_answered(rng, world, n, *, naive):
    """score_intrusion: right answers of several people to the same questions."""
    from policytext.topics.intrusion import scored_answers

    inside = []
    people, questions = world.paragraphs, world.reports
    items = np.tile(np.arange(questions), people)
    for _ in range(n * 4):
        hard = beta(rng, world.share, world.alike, questions)
        right = rng.random(len(items)) < hard[items]
        answers = pd.DataFrame({"item": items, "topic": items % 5, "name": "t", "right": right})
        answers = answers.assign(n_options=6, odds=np.nan)
        row = scored_answers(answers).iloc[0]
        inside.append(row["low"] <= world.share <= row["high"])
    return {"cover": percent(inside)}


def texts_on_a_line(rng, world, n, *, naive):
    """text_positions (Wordfish): the places that made these texts, paragraphs drawn again."""
    inside, words = [], 80
    names = [f"省{i:02d}" for i in range(world.reports)]
    docs = pd.DataFrame({"doc_id": names, "province": names, "province_certainty": "stated"})
    paras = pd.DataFrame({"doc_id": np.repeat(names, world.paragraphs)})
    corpus = make_corpus(docs, paras)
    for _ in range(max(n // 5, 1)):
        theta = rng.normal(0, 1, world.reports)
        theta = (theta - theta.mean()) / theta.std(ddof=1)
        slope, often = rng.normal(0, 0.5, words), rng.normal(-1.0, 0.7, words)
        mean = np.exp(often + np.outer(theta, slope))[
            np.repeat(np.arange(world.reports), world.paragraphs)
        ]
        hits = rng.poisson(mean * rng.gamma(2, 0.5, mean.shape))
        counts = Counts(csr_matrix(hits), tuple(f"词{i}" for i in range(words)))
        ends = (names[int(theta.argmin())], names[int(theta.argmax())])
        table = text_positions(corpus, counts, ends=ends).table.set_index("group")
        true = pd.Series(theta, index=names).reindex(table.index)
        inside += ((table["low"] <= true) & (true <= table["high"])).tolist()
    return {"cover": percent(inside)}


def profiles_mixed(rng, world, n, *, naive):
    """category_shares: two categories, labelled in reports whose shares are others.

    Words of reports differ by ``slip``, those of the reports without labels by ``false`` besides.
    The interval is for the share of many more reports (``cover``); ``these rows``: what it holds
    of the share of the unlabelled rows themselves.
    """
    inside = {"cover": [], "these rows": []}
    report = np.repeat(np.arange(world.reports), world.paragraphs)
    known = report < world.labelled
    for _ in range(n):
        base = rng.uniform(0.01, 0.2, 200) * np.exp(rng.normal(0, 0.8, (2, 200)))
        share = np.where(np.arange(world.reports) < world.labelled, 0.5, world.share)
        truth = rng.binomial(1, beta(rng, share, world.alike, world.reports)[report])
        own = np.exp(rng.normal(0, world.slip, (world.reports, 1, 200)))
        own = np.repeat(own, 2, axis=1)
        own[world.labelled :] *= np.exp(rng.normal(0, world.false, (2, 200)))
        rows = rng.random((len(report), 200)) < np.minimum(own[report, truth] * base[truth], 0.9)
        labels = [str(t) if k else None for t, k in zip(truth, known, strict=True)]
        found = category_shares(rows, labels, units=report, n_subsets=40, n_resamples=100)
        for held, true in zip(inside.values(), (world.share, truth[~known].mean()), strict=True):
            held.append(found.low[1] <= true <= found.high[1])
    return {name: percent(held) for name, held in inside.items()}


def wordings(rng, world, n, *, naive):
    """Wording: share of clauses with a stage, several clauses a report."""
    from policytext.statements.comparing import clause_shares

    inside = []
    units = np.arange(world.reports)
    for _ in range(n * 10):
        size = rng.integers(1, world.paragraphs, world.reports)
        yes = rng.binomial(size, beta(rng, world.share, world.alike, world.reports))
        low, high = clause_shares(yes, size, units)
        inside.append(low <= world.share <= high)
    return {"cover": percent(inside)}


CHAIN = {"n_sweeps": 250, "n_samples": 10}
ENGINES = {
    "NmfTopics": NmfTopics(),
    "GibbsTopics": GibbsTopics(**CHAIN),
    "DmrTopics, told the groups": DmrTopics(**CHAIN),
    "LdaTopics": LdaTopics(passes=10, chunksize=100, alpha=0.5),
    "CorrelatedTopics": CorrelatedTopics(max_iter=20, start="spectral"),
    "VaryingTopics, told the groups": VaryingTopics(),
}
WORDED = {
    "CorrelatedTopics, told the groups": CorrelatedTopics(max_iter=20, start="spectral"),
    "CorrelatedTopics, told the groups, content": CorrelatedTopics(
        max_iter=20, start="nmf", content="side"
    ),
}
CLEAR = {
    "16 issuers × 2": {"n_reports": 32, "years": 2, "length": 60, "report_spread": 0.05},
    "60 issuers, short": {"n_reports": 60, "length": 40, "report_spread": 0.04},
}
"""Corpora of four topics with words of their own; the more issuers, the less a bias is hidden."""


def fitted(name, counts, side, topics):
    """Fit an engine, and return it with the number of the topic that each of ``topics`` is."""
    model = clone((ENGINES | WORDED)[name]).set_params(n_topics=len(topics))
    model = model.fit(counts, side if "told" in name else None)
    return model, match_items(cosine_similarity(topics, model.word_probabilities()))


PLANTED = np.array([0.15, -0.05, -0.05, -0.05])


def told_apart(rng, settings):
    """Draw a corpus with the planted difference, and facts: its sides, and sides that are dealt."""
    seed = int(rng.integers(2**31))
    data = planted_topics(n_paragraphs=12, effect=PLANTED[0], seed=seed, **settings)
    units = data.corpus.units.set_index("doc_id")["unit"]
    facts = data.corpus.paragraphs[["doc_id"]].reset_index(drop=True)
    facts["unit"] = facts["doc_id"].map(units)
    facts["side"] = np.where(data.corpus.groups("province") == "乙区", "b", "a")
    issuers = facts["unit"].unique()
    dealt = dict(zip(issuers, rng.permutation(np.arange(len(issuers)) % 2), strict=True))
    facts["dealt"] = np.where(facts["unit"].map(dealt) == 1, "b", "a")
    return data, facts


def effect_of(by, model, order, facts, n_refits=2):
    """Return the rows of a difference of sides, topics in the planted order."""
    table = topic_effects(model, facts, f"~ {by}", n_draws=10, n_refits=n_refits).table
    return table[table["term"] == f"{by}[T.b]"].set_index("topic").loc[order]


def planted_found(found):
    """Return how the planted difference and the sides that were dealt come out, in per cent."""
    inside, size, share, refused = [], [], [], []
    for true, null in found:
        refused += (true["refused"] != "").tolist()
        given = true["low"].notna().to_numpy()
        inside += ((true["low"] <= PLANTED) & (true["high"] >= PLANTED))[given].tolist()
        size += (null["p_value"] < 0.05).tolist()
        share.append(true["estimate"].iloc[0] / PLANTED[0])
    return {
        "cover": percent(inside),
        "size": percent(size),
        "of the effect": percent(share),
        "refused": percent(refused),
    }


def topics_clear(rng, world, n, *, naive):
    """topic_effects, topics clear and fitted: a planted difference of .15 in one of four topics.

    ``size``: of sides dealt to issuers at random. ``of the effect``: how much of the planted
    difference the estimate is. ``refused``: how often it has no interval.
    """
    name, corpus = world
    found = []
    for _ in range(n):
        data, facts = told_apart(rng, CLEAR[corpus])
        model, order = fitted(name, data.counts, facts["side"], data.topic_word)
        found.append([effect_of(by, model, order, facts) for by in ("side", "dealt")])
    return planted_found(found)


def topics_worded(rng, world, n, *, naive):
    """topic_effects where sides word topics otherwise: shares and words in one fit.

    ``plain``: of the same engine told the sides too, which takes words to be alike.
    """
    found, plain = [], []
    for _ in range(n):
        data, facts = told_apart(rng, CLEAR["16 issuers × 2"] | world)
        alike, worded = (
            fitted(name, data.counts, facts["side"], data.topic_word) for name in WORDED
        )
        found.append([effect_of(by, *worded, facts) for by in ("side", "dealt")])
        plain.append(effect_of("side", *alike, facts, 0)["estimate"].iloc[0] / PLANTED[0])
    return planted_found(found) | {"plain of the effect": percent(plain)}


BLURRED = 6


def blurred_shares(rng, group, own, n):
    """Shares of n paragraphs a report: logistic-normal, topic 0 larger in the second group."""
    spread = 0.36 * (0.3 + 0.7 * np.eye(BLURRED))
    mean = rng.multivariate_normal(np.zeros(BLURRED), spread, len(group))
    mean[:, 0] += own * group
    log = np.repeat(mean, n, axis=0) + rng.normal(0, 1.2, (int(np.sum(n)), BLURRED))
    shares = np.exp(log)
    return shares / shares.sum(axis=1, keepdims=True)


def topics_blurred(rng, world, n, *, naive):
    """topic_effects where topics share many words and paragraphs are short, 15 reports a group.

    ``cover``: the interval of the estimate, where it is given; ``refused``: how often it is not.
    ``corrected``: the interval that holds what the model blurs. ``of the effect``: how much of
    the true difference the estimate is, and ``corrected, of the effect`` what the corrected is.
    """
    many = np.repeat([0, 1], 100_000)
    sides = np.split(blurred_shares(np.random.default_rng(0), many, 1.0, np.ones(200_000, int)), 2)
    truth = sides[1][:, 0].mean() - sides[0][:, 0].mean()
    words = 400
    often = 1 / np.arange(1, words + 1)
    often /= often.sum()
    rows = []
    for _ in range(n):
        topics = 0.85 * rng.dirichlet(often * words * 0.08 + 0.01, BLURRED) + 0.15 * often
        group = np.repeat([0, 1], 15)
        size = rng.integers(7, 30, len(group))
        shares = blurred_shares(rng, group, 1.0, size)
        length = rng.lognormal(3.7, 0.6, len(shares)).astype(int) + 5
        counts = Counts(
            csr_matrix(rng.multinomial(length, shares @ topics)),
            tuple(f"词{i}" for i in range(words)),
        )
        facts = pd.DataFrame({"doc_id": np.repeat(np.arange(30), size)})
        facts["side"] = np.where(group == 1, "b", "a")[facts["doc_id"]]
        model, order = fitted(world, counts, facts["side"], topics)
        topic = order[0]
        table = topic_effects(model, facts, "~ side", n_draws=10, n_refits=2).table
        rows.append(table[(table["topic"] == topic) & (table["term"] == "side[T.b]")].iloc[0])
    found = pd.DataFrame(rows)
    held, given = found[found["corrected"].notna()], found[found["low"].notna()]
    inside = (held["corrected_low"] <= truth) & (truth <= held["corrected_high"])
    return {
        "cover": percent((given["low"] <= truth) & (truth <= given["high"])),
        "refused": percent(found["refused"] != ""),
        "corrected": percent(inside),
        "of the effect": 100 * found["estimate"].mean() / truth,
        "corrected, of the effect": 100 * held["corrected"].mean() / truth if len(held) else np.nan,
    }


def words_of_regions(rng, world, n, *, naive):
    """topic_words_by_group: issuers word a topic in ways of their own; one word a region's.

    ``of the ratio``: how much of a planted ratio of two is found, on the binary log.
    """
    size, cover, share, own = [], [], [], 15
    names = [f"r{i:02d}" for i in range(world.reports)]
    docs = pd.DataFrame({"doc_id": names, "province_certainty": "stated"})
    docs["province"] = ["甲省", "乙省"] * (world.reports // 2)
    docs["county"] = names
    corpus = make_corpus(docs, pd.DataFrame({"doc_id": np.repeat(names, world.paragraphs)}))
    for _ in range(n):
        plain = np.full((4, 60), 0.1 / 60)
        for k in range(4):
            plain[k, own * k : own * (k + 1)] += 0.9 * rng.dirichlet(np.full(own, 2.0))
        plain[0, 0] = 0.02
        rows = []
        for r in range(world.reports):
            said = plain * rng.gamma(8, 1 / 8, plain.shape)
            said[0, 0] *= 2 if r % 2 else 1
            said /= said.sum(axis=1, keepdims=True)
            for share_of in rng.dirichlet(np.full(4, 0.5), world.paragraphs):
                rows.append(rng.multinomial(60, share_of @ said))
        counts = Counts(csr_matrix(np.array(rows)), tuple(f"词{i:02d}" for i in range(60)))
        model = NmfTopics(n_topics=4).fit(counts)
        topic = int(match_items(cosine_similarity(plain, model.word_probabilities()))[0])
        table = topic_words_by_group(model, corpus, topic, n_words=60).table.set_index("word")
        table = table[table.index.isin(counts.features[:own]) & table["p_value"].notna()]
        null = table.drop(index="词00", errors="ignore")
        size += (null["p_value"] < 0.05).tolist()
        cover += ((null["low"] <= 0) & (null["high"] >= 0)).tolist()
        if "词00" in table.index:
            share.append(table.loc["词00", "log_ratio"])
    return {"size": percent(size), "cover": percent(cover), "of the ratio": percent(share)}


CODING_CELLS = {
    "topic_words_by_group": (
        words_of_regions,
        {"24 issuers": Coded(24, 15), "12 issuers": Coded(12, 30)},
        1,
    ),
    "topic_effects, topics blurred": (
        topics_blurred,
        {name: name for name in ENGINES if name != "LdaTopics"},
        1,
    ),
    "topic_effects, topics clear": (
        topics_clear,
        {f"{name}, {corpus}": (name, corpus) for name in ENGINES for corpus in CLEAR},
        1,
    ),
    "topic_effects, words differ": (
        topics_worded,
        {"four words of one topic swapped": {"swapped": 4}},
        1,
    ),
    "trends(origin_adjusted), copied text": (
        copied_text,
        {f"31 reports, {c} % copied": Coded(31, share=c / 100) for c in (0, 20, 40, 60, 80)},
        1,
    ),
    "agreement": (
        two_coders,
        {f"{k} reports of 20 paragraphs": Coded(reports=k) for k in (6, 8, 10, 15, 20, 40)}
        | {"20 reports, rare theme": Coded(share=0.05), "12 reports of 60": Coded(12, 60)},
        1,
    ),
    "coding_drift": (
        one_coder_twice,
        {f"{k} reports, few changes": Coded(reports=k, slip=0.03) for k in (8, 20)},
        1,
    ),
    "score_table": (
        scores,
        {f"{k} reports of 20 paragraphs": Coded(reports=k) for k in (8, 20, 40)},
        1,
    ),
    "theme_profile": (
        machine_shares,
        {
            "15 reports of 20, share 10 %": Coded(15, share=0.1),
            "15 reports of 20, share 3 %": Coded(15, share=0.03, labelled=100),
            "15 reports of 20, 20 labels": Coded(15, share=0.1, labelled=20),
            "10 reports of 30, share 40 %": Coded(10, 30, 0.4, found=0.9, labelled=40),
            "60 reports of 20, share 6 %": Coded(60, share=0.06, labelled=200),
            "1 report of 300, share 10 %": Coded(1, 300, 0.1),
            "2 reports of 200, share 30 %": Coded(2, 200, 0.3),
        },
        1,
    ),
    "category_shares": (
        profiles_mixed,
        {
            "20 of 60 reports labelled": Coded(60, slip=0.0, false=0.0, labelled=20),
            "20 of 60, words of reports differ": Coded(60, slip=0.4, false=0.0, labelled=20),
            "20 of 60, labels in other words": Coded(60, slip=0.4, false=0.4, labelled=20),
        },
        1,
    ),
    "crosstab": (
        population_shares,
        {
            "31 issuers × 3": Coded(31),
            "8 issuers × 3": Coded(8),
            "31 × 3, share 3 %": Coded(31, share=0.03),
        },
        1,
    ),
    "trends, share of reports": (
        reports_that_name,
        {
            "31 issuers × 4": Coded(31, 4, 0.3, 4),
            "8 issuers × 4": Coded(8, 4, 0.3, 4),
            "31 × 8, issuers alike": Coded(31, 8, 0.3, 500),
            "31 × 8, each its own": Coded(31, 8, 0.3, 0.5),
            "12 × 1": Coded(12, 1, 0.3),
        },
        1,
    ),
    "error_differences": (
        errors_between_groups,
        {"20 reports of 20": Coded(20), "40 reports of 20, share 10 %": Coded(40, share=0.1)},
        1,
    ),
    "corrected_regression, mcnemar": (
        labels_and_machine,
        {
            "20 reports of 20, 100 labels": Coded(20, labelled=100),
            "40 reports of 20, 200 labels": Coded(40, labelled=200),
        },
        1,
    ),
    "validity, corrected_index": (
        judged_hits,
        {"40 of 300 hits judged": Coded(labelled=40), "100 of 300": Coded(labelled=100)},
        1,
    ),
    "score_intrusion": (
        questions_answered,
        {
            "30 questions, 5 people": Coded(30, 5, 0.7, 4),
            "30 questions, 1 person": Coded(30, 1, 0.7, 4),
            "100 questions, 3 people": Coded(100, 3, 0.85, 4),
        },
        1,
    ),
    "text_positions": (
        texts_on_a_line,
        {"8 texts of 60": Coded(8, 60)},
        1,
    ),
    "wording": (
        wordings,
        {"20 reports of 1 to 10 clauses": Coded(20, 11), "60 reports": Coded(60, 11)},
        1,
    ),
}
