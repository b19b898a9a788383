"""What do our estimators and statistics cost over the plain engines, on the same numbers?

One run prints all ratios; asked is at most three. Topics are fitted on the counts of a folder that
`Corpus.save` wrote, or on counts made here:

    python benchmarks/engines.py [corpus folder]
"""

import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from policytext import Counts, DmrTopics, GibbsTopics, LdaTopics, NmfTopics, VaryingTopics
from policytext.inference import association, chi2, count_model, dp, g2, mann_kendall, unit_ratio
from policytext.themes.agreement import cohen_kappa, krippendorff_alpha
from policytext.topics.quality import paragraph_texts, windowed_coherence
from policytext.topics.stability import top_columns

K, SWEEPS, PASSES, ROUNDS = 20, 300, 5, 3
COVARIATES = ("east", "middle", "west")


def made_counts(n_rows=2500, n_words=2000, length=60, seed=0):
    """Return counts of paragraphs of 25 planted topics whose words follow Zipf's law."""
    rng = np.random.default_rng(seed)
    zipf = 1 / np.arange(1, n_words + 1)
    topics = np.stack([rng.permutation(zipf) * rng.gamma(0.3, 1, n_words) for _ in range(25)])
    topics /= topics.sum(axis=1, keepdims=True)
    shares = rng.dirichlet(np.full(25, 0.08), n_rows)
    rows = [rng.multinomial(length, share @ topics) for share in shares]
    return Counts(sparse.csr_matrix(np.array(rows)), tuple(f"w{i:04d}" for i in range(n_words)))


def corpus_counts(folder):
    """Return the counts of a saved corpus, words of five paragraphs or more."""
    from policytext import count_words, load_corpus

    corpus = load_corpus(folder)
    counts = count_words(
        corpus, min_docs=5, max_doc_share=0.3, min_chars=2, stop_words="default"
    ).select(corpus.counted())
    return Counts(counts.matrix[counts.matrix.getnnz(axis=1) > 0], counts.features)


def plain_nmf(counts):
    """scikit-learn, from counts to both tables."""
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfTransformer

    engine = NMF(K, init="nndsvd", random_state=0, max_iter=400)
    engine.fit_transform(TfidfTransformer().fit_transform(counts.matrix))
    return engine.components_


def plain_lda(counts):
    """gensim, from counts to both tables."""
    from gensim.matutils import Sparse2Corpus
    from gensim.models import LdaModel

    bags = [
        [(int(word), float(n)) for word, n in bag]
        for bag in Sparse2Corpus(counts.matrix.tocsr(), documents_columns=False)
    ]
    engine = LdaModel(
        bags,
        num_topics=K,
        id2word=dict(enumerate(counts.features)),
        passes=PASSES,
        eval_every=None,
        random_state=0,
    )
    engine.inference(bags)
    return engine.get_topics()


def plain_tomotopy(counts, told=None, years=None):
    """tomotopy, from counts to both tables; over all years together."""
    import tomotopy

    if years is not None:
        told = [{"timepoint": year} for year in years]
        engine = tomotopy.DTModel(k=K, t=max(years) + 1, phi_var=0.01, lr_a=0.1, seed=0)
    else:
        kind = tomotopy.LDAModel if told is None else tomotopy.DMRModel
        engine = kind(k=K, alpha=0.1, eta=0.01, seed=0)
        told = [{}] * counts.matrix.shape[0] if told is None else told
    matrix, names = counts.matrix.tocsr(), np.array(counts.features)
    for i in range(matrix.shape[0]):
        cells = slice(matrix.indptr[i], matrix.indptr[i + 1])
        words = np.repeat(names[matrix.indices[cells]], matrix.data[cells].astype(int)).tolist()
        engine.add_doc(words, **told[i])
    engine.train(SWEEPS, workers=1)
    _ = [doc.get_topic_dist() for doc in engine.docs]
    place = {name: i for i, name in enumerate(counts.features)}
    table = np.zeros((K, matrix.shape[1]))
    columns = [place[word] for word in engine.used_vocabs]
    for k in range(K):
        times = [()] if years is None else [(t,) for t in range(max(years) + 1)]
        table[k, columns] = np.mean([engine.get_topic_word_dist(k, *t) for t in times], axis=0)
    return table


def coherence(table, texts, whose, n_words=10):
    """Mean NPMI and C_v of the top words, window: paragraph."""
    topics = [[str(w) for w in row] for row in top_columns(table, n_words)]
    return {
        f"{m}_{whose}": np.nanmean(windowed_coherence(topics, texts, measure=m, window=None))
        for m in ("npmi", "c_v")
    }


def statistics():
    """Pairs of calls: the plain engine, and ours, which often gives an interval beside."""
    import pymannkendall
    import statsmodels.api as sm
    from nltk.collocations import BigramAssocMeasures
    from nltk.metrics.agreement import AnnotationTask
    from scipy import stats
    from sklearn.metrics import cohen_kappa_score

    rng = np.random.default_rng(0)
    # words of sixty reports, a third of them in the group
    zipf = 3000 / np.arange(1, 2001)
    hits = rng.poisson(zipf * rng.gamma(2, 0.5, (60, 1)), (60, 2000)).astype(float)
    size, group = hits.sum(axis=1), np.arange(60) < 20
    rates = np.log((hits + 0.5) / size[:, None])
    a, b = hits[group].sum(axis=0), hits[~group].sum(axis=0)
    one = [[[a[j], b[j]], [a.sum() - a[j], b.sum() - b[j]]] for j in range(len(a))]
    # reports of 31 issuers over eight years
    issuer, x = np.repeat(np.arange(31), 8), rng.normal(size=248)
    exposure, y = rng.lognormal(9, 0.3, 248), rng.poisson(np.exp(0.2 * x + 1))
    design = pd.DataFrame({"c": 1.0, "x": x})
    # pairs of words, codings, a series
    first, second = (rng.integers(60, 4000, 5000) for _ in range(2))
    both = rng.integers(1, 50, 5000)
    codes = rng.integers(0, 5, (3, 5000))
    cells = [(c, i, int(v)) for c, row in enumerate(codes) for i, v in enumerate(row)]
    series = rng.normal(size=30)

    def welch(one_side, other, axis):
        return stats.ttest_ind(one_side, other, axis=axis, equal_var=False).statistic

    def dealt():
        return stats.permutation_test(
            (rates[group, :100], rates[~group, :100]),
            welch,
            n_resamples=998,
            vectorized=True,
            axis=0,
            batch=100,
            rng=0,
        )

    def likelihood(table):
        return stats.chi2_contingency(table, lambda_="log-likelihood", correction=False).statistic

    def glm():
        family, offset = sm.families.Poisson(), np.log(exposure)
        model = sm.GLM(y, design, family=family, offset=offset)
        return model.fit(cov_type="cluster", cov_kwds={"groups": issuer})

    def measured():
        measures = (
            BigramAssocMeasures.likelihood_ratio,
            BigramAssocMeasures.pmi,
            BigramAssocMeasures.student_t,
        )
        rows = zip(both.tolist(), first.tolist(), second.tolist(), strict=True)
        return [[m(n, (p, q), 10**6) for m in measures] for n, p, q in rows]

    rare = 3000 / np.arange(1, 20_001)
    many = sparse.csr_matrix(rng.poisson(rare * rng.gamma(2, 0.5, (200, 1)) / rare.sum() * 3000))
    parts = np.asarray(many.sum(axis=1), dtype=float).ravel()

    def plain_dp():
        share = many.toarray() / np.maximum(np.asarray(many.sum(axis=0)), 1)
        return 0.5 * np.abs(share - (parts / parts.sum())[:, None]).sum(axis=0)

    totals = (a.sum(), b.sum())
    return {
        "scipy G2, 2000 words": (lambda: [likelihood(t) for t in one], lambda: g2(a, b, *totals)),
        "scipy chi2, 2000 words": (
            lambda: [stats.chi2_contingency(t, correction=False).statistic for t in one],
            lambda: chi2(a, b, *totals),
        ),
        "scipy permutation_test, 999 deals, 100 words": (
            dealt,
            lambda: unit_ratio(hits[:, :100], size, group),
        ),
        "statsmodels GLM, clusters": (glm, lambda: count_model(y, exposure, design, issuer)),
        "nltk association, 5000 pairs": (
            measured,
            lambda: association(both, first, second, 10**6),
        ),
        "pymannkendall": (
            lambda: pymannkendall.original_test(series),
            lambda: mann_kendall(range(30), series),
        ),
        "scikit-learn kappa": (
            lambda: cohen_kappa_score(codes[0], codes[1]),
            lambda: cohen_kappa(codes[0].tolist(), codes[1].tolist()),
        ),
        "nltk alpha": (
            lambda: AnnotationTask(cells).alpha(),
            lambda: krippendorff_alpha([row.tolist() for row in codes]),
        ),
        "numpy DP, 200 parts, 20,000 words": (plain_dp, lambda: dp(many, parts)),
    }


def cpu_seconds(call):
    """Process time of one call: other work on the machine does not count."""
    start = time.process_time()
    result = call()
    return time.process_time() - start, result


def main(folder=None):
    warnings.simplefilter("ignore")
    counts = made_counts() if folder is None else corpus_counts(Path(folder))
    told = [COVARIATES[i % 3] for i in range(counts.matrix.shape[0])]
    years = [i % 8 for i in range(counts.matrix.shape[0])]
    chain = {"n_sweeps": SWEEPS, "n_samples": 10}
    pairs = {
        "scikit-learn NMF": (lambda: plain_nmf(counts), lambda: NmfTopics(K).fit(counts)),
        "gensim LDA": (lambda: plain_lda(counts), lambda: LdaTopics(K, passes=PASSES).fit(counts)),
        "tomotopy LDA": (
            lambda: plain_tomotopy(counts),
            lambda: GibbsTopics(K, **chain).fit(counts),
        ),
        "tomotopy DMR": (
            lambda: plain_tomotopy(counts, [{"multi_metadata": [t]} for t in told]),
            lambda: DmrTopics(K, **chain).fit(counts, told),
        ),
        "tomotopy DTM": (
            lambda: plain_tomotopy(counts, years=years),
            lambda: VaryingTopics(K).fit(counts, years),
        ),
    }
    rows, texts = [], paragraph_texts(sparse.csr_array(counts.matrix))
    for name, (plain, ours) in {**statistics(), **pairs}.items():
        times = []
        for _ in range(ROUNDS):
            seconds_plain, table = cpu_seconds(plain)
            seconds_ours, model = cpu_seconds(ours)
            times.append((seconds_plain, seconds_ours))
        best_plain, best_ours = np.min(times, axis=0)
        row = {"engine": name, "plain_s": best_plain, "ours_s": best_ours}
        row["ratio"] = best_ours / best_plain
        if name in pairs:
            row |= coherence(table, texts, "plain") | coherence(model.topic_word_, texts, "ours")
        rows.append(row)
        print(f"{name:36s} {row['ratio']:.2f}", flush=True)
    shape = counts.matrix.shape
    print(f"{shape[0]} paragraphs x {shape[1]} words, K = {K}, {SWEEPS} sweeps, {PASSES} passes")
    print(pd.DataFrame(rows).round(4).to_string(index=False, na_rep=""))


if __name__ == "__main__":
    main(*sys.argv[1:2])
