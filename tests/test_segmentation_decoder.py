"""Our tokens against spacy-pkuseg's, on made-up models with many ties and on the installed one."""

import random
from types import SimpleNamespace

import numpy as np
import pytest
import srsly
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext.records import MASK
from policytext.segmentation import Decoder, SegmenterModel, decoder, full_model_folder, load_model
from policytext.segmentation.decoder import Scorer, best_tags, lay_over_tokens, tags_by_reference
from policytext.segmentation.weights import SourceModel, dictionary_arrays, model_arrays

ALPHABET = "甲乙丙丁戊，。五5A-ａ&"
TAGS = {"B": 0, "B_single": 1, "I": 2, "I_end": 3, "I_first": 4}


def made_up(seed: int, step: float, spread: int):
    """A random model over a small alphabet: features as pkuseg names them, weights on a grid."""
    rng = random.Random(seed)
    nodes = ["**Num", "**Letter", *"甲乙丙丁戊，。&"]
    words = ["".join(rng.choices("甲乙丙丁戊", k=rng.randint(2, 6))) for _ in range(40)]
    words += ["甲乙", "乙丙", "丙丁", "丁戊", "甲乙丙"]
    names = {f"{kind}.{node}" for kind in ("c", "c-1", "c1", "c-2", "c2") for node in nodes}
    names |= {f"{k}.{a}.{b}" for k in ("c-1c", "cc1", "c-2c-1") for a in nodes for b in nodes}
    names |= {f"{kind}.{word}" for kind in ("w-1", "w1") for word in words}
    couples = [(rng.choice(words), rng.choice(words)) for _ in range(300)]
    names |= {f"ww.{side}.{a}*{b}" for side in "lr" for a, b in couples}
    kept = ["$$", *rng.sample(sorted(names), int(len(names) * 0.7))]
    features = {name: at for at, name in enumerate(kept)}
    weights = np.array(
        [[round(rng.randint(-spread, spread) * step, 4) for _ in TAGS] for _ in kept]
    )
    edges = np.array([[round(rng.randint(-spread, spread) * step, 4) for _ in TAGS] for _ in TAGS])
    dictionary = ["".join(rng.choices(ALPHABET, k=rng.randint(2, 8))) for _ in range(400)]
    return SimpleNamespace(
        features=features, weights=weights, edges=edges, unigram=words, dictionary=dictionary
    )


def reference_for(folder, model):
    """spacy-pkuseg with the made-up model and word list."""
    import spacy_pkuseg

    data = {"unigram": sorted(set(model.unigram)), "bigram": [], "tag_to_idx": TAGS}
    srsly.write_msgpack(folder / "features.msgpack", data | {"feature_to_idx": model.features})
    flat = np.concatenate([model.weights.ravel(), model.edges.T.ravel()])
    np.savez(folder / "weights.npz", sizes=np.array([5, len(model.features)]), w=flat)
    reference = spacy_pkuseg.pkuseg(str(folder))
    reference.postprocesser.other_words = set(model.dictionary)
    return reference


def ours_for(model, threshold: float = 0.0) -> Decoder:
    source = SourceModel(model.features, model.weights, model.edges)
    arrays = model_arrays(source, threshold) | dictionary_arrays(model.dictionary)
    return Decoder(SegmenterModel(arrays, threshold, len(model.features), "0" * 64))


def cut(decoder: Decoder, texts: list[str]) -> list[list[str]]:
    found = decoder.spans(texts)
    bounds = zip(found.pointers[:-1], found.pointers[1:], strict=True)
    return [
        [text[a:b] for a, b in zip(found.starts[i:j], found.ends[i:j], strict=True)]
        for text, (i, j) in zip(texts, bounds, strict=True)
    ]


def random_texts(seed: int, many: int) -> list[str]:
    rng = random.Random(seed)
    letters = ALPHABET + "甲乙丙丁戊" * 3 + " 　\n" + "未😀"
    return ["".join(rng.choices(letters, k=rng.randint(0, 90))) for _ in range(many)]


@pytest.mark.parametrize(
    ("seed", "step", "spread"), [(1, 1.0, 2), (2, 0.1, 3), (3, 0.0001, 40_000), (4, 0.7, 1)]
)
def test_same_tokens_as_spacy_pkuseg_with_a_made_up_model(tmp_path, seed, step, spread):
    model = made_up(seed, step, spread)
    texts = random_texts(seed, 400)
    reference = reference_for(tmp_path, model)
    assert cut(ours_for(model), texts) == [reference.cut(text) for text in texts]


def test_scores_are_pkuseg_s_sums_to_the_last_bit(tmp_path):
    model = made_up(5, 0.1, 30)
    reference, ours = reference_for(tmp_path, model), ours_for(model)
    text = "甲乙丙丁甲乙丙，5五丁戊甲乙丙丁戊。Aａ-甲"
    nodes = list(reference.feature_extractor.normalize_text(text))
    codes = ours.model.arrays["letter_codes"].take([10, *map(ord, text), 10]).astype(np.int64)
    exact = Scorer(ours.model)(codes, np.float64)[1:-1]
    whole = Scorer(ours.model)(codes)[1:-1]
    for at in range(len(nodes)):
        row = np.zeros(5)
        for index in reference.feature_extractor.get_node_features_idx(at, nodes):
            row += model.weights[index]
        assert exact[at].tolist() == row.tolist()
    assert np.abs(whole / 10_000 - exact).max() < 1e-9


def test_nothing_is_looked_at_across_a_break():
    ours = ours_for(made_up(6, 0.3, 5))
    pieces = ["甲乙丙", "丁戊甲乙", "丙", "乙丙丁戊甲"]
    joined = cut(ours, [" ".join(pieces)])[0]
    assert joined == [word for words in cut(ours, pieces) for word in words]


def test_a_tie_is_reported():
    tagging = best_tags(
        np.zeros((4, 5), np.int32), np.array([True, False, False, True]), np.zeros((5, 5), np.int32)
    )
    assert tagging.tied.tolist() == [1]
    assert tags_by_reference(np.zeros((2, 5)), np.ones((5, 5))) == [0, 4]


def test_long_stretches_do_not_overflow():
    model = made_up(7, 0.0001, 40_000)
    model.weights += 400.0
    text = "未" * 60_000
    assert "".join(cut(ours_for(model), [text])[0]) == text


def test_compact_drops_features_whose_weights_hardly_differ():
    model = made_up(8, 0.01, 30)
    kept = ours_for(model, threshold=0.2).model.arrays
    deviation = np.abs(model.weights - model.weights.mean(axis=1, keepdims=True)).max(axis=1)
    expected = int((deviation[1:] > 0.2).sum())
    rows = sum(
        int(kept[name].any(axis=1).sum()) for name in ("letters", "pairs", "words", "couples")
    )
    assert 0 < expected < len(model.features) - 1
    assert rows == expected


@given(
    st.lists(st.integers(0, 30), max_size=8, unique=True).map(sorted),
    st.integers(0, 25),
    st.integers(1, 6),
)
def test_a_span_laid_over_tokens_is_one_token_and_the_text_stays_covered(cuts, start, length):
    tokens = list(zip([0, *cuts], [*cuts, 31], strict=True))
    tokens = [(a, b) for a, b in tokens if a < b]
    laid = lay_over_tokens(31, tokens, [(start, start + length)])
    assert (start, start + length) in laid
    assert [a for a, _ in laid[1:]] == [b for _, b in laid[:-1]]
    assert (laid[0][0], laid[-1][1]) == (0, 31)


WEIRD = [
    "",
    " ",
    "\n\t　",
    "，",
    "a",
    "２０２３年ＡＢｃ，１２．５％",
    "COVID-19 and the U.S. health-care system, 2020",
    "https://example.org/a_b?c=1&d=2",
    "👨‍👩‍👧‍👦家庭医生👍🏽签约",
    "e\u0301te\u0301 naïve Ωμέγα русский",
    "\u200b零宽\ufeff空格\u00a0不断行\u2028行",
    "\x00\x1f\x85控制",
    "一二三四五六七八九十百千万亿零〇几",
    "………———！！！？？",
    "医共体" * 300,
    "(*´ω`*) ^_^ …… ***",
    "㐀㐁𠀀𠮷田龘",
]


@pytest.mark.parametrize("text", WEIRD)
def test_the_installed_model_cuts_weird_text_like_spacy_pkuseg(compact_reference, text):
    assert cut(Decoder(load_model()), [text])[0] == compact_reference.cut(text)


@settings(max_examples=300)
@given(st.text(max_size=60) | st.text("的医院共体，。１2a-．％一 \n卫健委", max_size=60))
def test_the_installed_model_cuts_any_text_like_spacy_pkuseg(compact_reference, text):
    if not MASK.search(text):
        assert cut(Decoder(load_model()), [text])[0] == compact_reference.cut(text)


def test_masks_are_one_token_each_and_part_the_text():
    ours = Decoder(load_model())
    text = "共‹NUM›人签约，‹DATE›‹PLACE›建成"
    assert [w for w in cut(ours, [text])[0] if "‹" in w] == ["‹NUM›", "‹DATE›", "‹PLACE›"]
    assert cut(ours, ["共 人签约"])[0] == [
        w for w in cut(ours, ["共‹NUM›人签约"])[0] if w[0] != "‹"
    ]


@given(st.lists(st.text(max_size=30), max_size=8))
def test_tokens_cover_everything_but_white_space(texts):
    found = cut(Decoder(load_model()), texts)
    assert ["".join(words) for words in found] == ["".join(text.split()) for text in texts]


def test_batches_do_not_change_tokens():
    texts = [f"第{n}年，县域医共体建设稳步推进，群众就医更加方便。" * (n % 7) for n in range(2000)]
    ours = Decoder(load_model())
    assert cut(ours, texts)[-1] == cut(ours, texts[-1:])[0]


def test_very_long_texts_are_cut_at_line_ends_without_a_difference(monkeypatch):
    texts = ["推进医养结合。\r\n县域 医共体\u2028" * 40, "", "分级诊疗" * 100, "甲\n乙"]
    whole = cut(Decoder(load_model()), texts)
    monkeypatch.setattr(decoder, "_LONG", 50)
    assert len(decoder._parts(texts)[0]) > 15
    assert cut(Decoder(load_model()), texts) == whole


@pytest.mark.shared
@pytest.mark.slow
def test_reports_are_cut_like_spacy_pkuseg(shared, compact_reference):
    files = sorted((shared / "corpus" / "seeds").glob("*.txt"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    assert len(lines) > 300
    assert cut(Decoder(load_model()), lines) == [compact_reference.cut(line) for line in lines]


@pytest.fixture(scope="module")
def compact_reference(tmp_path_factory):
    """spacy-pkuseg with the features of the compact model: same model, other program."""
    import spacy_pkuseg

    full = full_model_folder()
    data = srsly.read_msgpack(full / "features.msgpack")
    with np.load(full / "weights.npz") as stored:
        flat = stored["w"]
    features = data["feature_to_idx"]
    weights = flat[: 5 * len(features)].reshape(-1, 5)
    deviation = np.abs(weights - weights.mean(axis=1, keepdims=True)).max(axis=1)
    kept = [(name, at) for name, at in features.items() if name == "$$" or deviation[at] > 0.1]
    data["feature_to_idx"] = {name: place for place, (name, _) in enumerate(kept)}
    folder = tmp_path_factory.mktemp("compact")
    srsly.write_msgpack(folder / "features.msgpack", data)
    chosen = weights[[at for _, at in kept]].ravel()
    flat = np.concatenate([chosen, flat[5 * len(features) :]])
    np.savez(folder / "weights.npz", sizes=np.array([5, len(kept)]), w=flat)
    return spacy_pkuseg.pkuseg(str(folder))


def test_the_letter_lists_are_those_of_the_reference():
    from spacy_pkuseg.feature_extractor import FeatureExtractor

    codes = load_model().arrays["letter_codes"]
    for at in range(0x3000):
        node = next(iter(FeatureExtractor.normalize_text(chr(at))))
        kind = {"**Num": 2, "**Letter": 3}.get(node)
        if not chr(at).isspace():
            assert (int(codes[at]) == kind) if kind else int(codes[at]) not in (0, 2, 3)
