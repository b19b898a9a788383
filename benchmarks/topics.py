"""What does fitting through our estimators cost over the plain engines, on the same counts?

Run with a folder that `Corpus.save` wrote, or without for counts made here:

    python benchmarks/topics.py [corpus folder]
"""

import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from policytext import Counts, DmrTopics, GibbsTopics, LdaTopics, NmfTopics
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


def plain_tomotopy(counts, told=None):
    """tomotopy, from counts to both tables."""
    import tomotopy

    kind = tomotopy.LDAModel if told is None else tomotopy.DMRModel
    engine = kind(k=K, alpha=0.1, eta=0.01, seed=0)
    matrix, names = counts.matrix.tocsr(), np.array(counts.features)
    for i in range(matrix.shape[0]):
        cells = slice(matrix.indptr[i], matrix.indptr[i + 1])
        words = np.repeat(names[matrix.indices[cells]], matrix.data[cells].astype(int)).tolist()
        engine.add_doc(words, **({} if told is None else {"multi_metadata": [told[i]]}))
    engine.train(SWEEPS, workers=1)
    _ = [doc.get_topic_dist() for doc in engine.docs]
    place = {name: i for i, name in enumerate(counts.features)}
    table = np.zeros((K, matrix.shape[1]))
    columns = [place[word] for word in engine.used_vocabs]
    for k in range(K):
        table[k, columns] = engine.get_topic_word_dist(k)
    return table


def coherence(table, texts, whose, n_words=10):
    """Mean NPMI and C_v of the top words, window: paragraph."""
    topics = [[str(w) for w in row] for row in top_columns(table, n_words)]
    return {
        f"{m}_{whose}": np.nanmean(windowed_coherence(topics, texts, measure=m, window=None))
        for m in ("npmi", "c_v")
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
    chain = {"n_sweeps": SWEEPS, "n_samples": 10}
    pairs = {
        "scikit-learn NMF": (lambda: plain_nmf(counts), lambda: NmfTopics(K).fit(counts)),
        "gensim LDA": (lambda: plain_lda(counts), lambda: LdaTopics(K, passes=PASSES).fit(counts)),
        "tomotopy LDA": (
            lambda: plain_tomotopy(counts),
            lambda: GibbsTopics(K, **chain).fit(counts),
        ),
        "tomotopy DMR": (
            lambda: plain_tomotopy(counts, [f"covariate={t}" for t in told]),
            lambda: DmrTopics(K, **chain).fit(counts, told),
        ),
    }
    rows, texts = [], paragraph_texts(sparse.csr_array(counts.matrix))
    for name, (plain, ours) in pairs.items():
        times = []
        for _ in range(ROUNDS):
            seconds_plain, table = cpu_seconds(plain)
            seconds_ours, model = cpu_seconds(ours)
            times.append((seconds_plain, seconds_ours))
        best_plain, best_ours = np.min(times, axis=0)
        rows.append(
            {
                "engine": name,
                "plain_s": best_plain,
                "ours_s": best_ours,
                "overhead_%": 100 * (best_ours / best_plain - 1),
                **dict(zip(("npmi_plain", "c_v_plain"), coherence(table, texts), strict=True)),
                **dict(
                    zip(("npmi_ours", "c_v_ours"), coherence(model.topic_word_, texts), strict=True)
                ),
            }
        )
    shape = counts.matrix.shape
    print(f"{shape[0]} paragraphs x {shape[1]} words, K = {K}, {SWEEPS} sweeps, {PASSES} passes")
    print(pd.DataFrame(rows).round(3).to_string(index=False))


if __name__ == "__main__":
    main(*sys.argv[1:2])
