"""The segmenter inside spaCy: text kept, terms whole, nothing heavy on disk, workers spawned."""

import pickle
import subprocess
import sys

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from policytext import load_terms, make_nlp
from policytext.errors import DamagedFileError, ModelNotFoundError, ParameterError
from policytext.segmentation import full_model_folder, get_segmenter, pipeline
from policytext.segmentation.pipeline import words_and_spaces
from policytext.segmentation.segment import SEGMENTERS

TEXT = " 推进医养结合 和  ‹NUM›个县域医共体建设\n。"


@pytest.fixture(scope="module")
def nlp():
    return make_nlp()


@pytest.mark.parametrize("segmenter", SEGMENTERS)
def test_each_segmenter_keeps_text_and_masks(segmenter):
    doc = make_nlp(segmenter=segmenter)(TEXT)
    assert doc.text == TEXT
    words = [token.text for token in doc]
    assert "‹NUM›" in words
    assert "推进" in words and "建设" in words


def test_the_reference_gives_the_tokens_of_spacy_s_own_tokenizer():
    from spacy.lang.zh import Chinese

    theirs = Chinese.from_config({"nlp": {"tokenizer": {"segmenter": "pkuseg"}}})
    theirs.tokenizer.initialize(pkuseg_model=str(full_model_folder()))
    ours = make_nlp(segmenter="spacy-pkuseg")
    text = "全市 建成县域医共体12个，  家庭医生签约服务扎实推进。"
    assert [t.text for t in ours(text)] == [t.text for t in theirs(text)]


@given(text=st.text(max_size=80) | st.text(" \n　医院共体‹NUM›1a。", max_size=80))
def test_the_text_of_a_doc_is_the_text_that_went_in(nlp, text):
    doc = nlp(text)
    assert doc.text == text
    assert [t.text for t in doc if not t.is_space] == [
        text[t.idx : t.idx + len(t)] for t in doc if not t.is_space
    ]


@given(text=st.text("医养结合 共体县域，", max_size=40))
def test_terms_are_one_token_and_the_text_is_kept(text):
    doc = MERGED(text)
    assert doc.text == text
    words = [token.text for token in doc]
    assert words.count("医养结合") == text.count("医养结合")


class Fixed:
    """Finds what it is told."""

    digest = "fixed"

    def __init__(self, *words):
        self.words = words

    def spans(self, text):
        found = []
        for word in self.words:
            at = text.find(word)
            while at >= 0:
                found.append((at, at + len(word)))
                at = text.find(word, at + len(word))
        return found


MERGED = make_nlp(Fixed("医养结合"))


def test_terms_may_be_a_table_a_list_or_anything_that_finds():
    for terms in (load_terms(), ["县域医共体", "医养结合"], Fixed("县域医共体", "医养结合")):
        words = [token.text for token in make_nlp(terms)(TEXT)]
        assert "县域医共体" in words and "医养结合" in words


def test_a_term_cuts_a_token_that_reaches_beyond_it():
    words = [t.text for t in make_nlp(Fixed("建设县域医"))("推进建设县域医共体")]
    assert "建设县域医" in words
    assert "".join(words) == "推进建设县域医共体"


def test_pipe_gives_the_same_as_one_by_one(nlp):
    texts = [TEXT, "", "分级诊疗制度", " "]
    assert [d.text for d in nlp.pipe(texts)] == texts
    context = list(MERGED.pipe([("医养结合", 7)], as_tuples=True))
    assert [(doc.text, n) for doc, n in context] == [("医养结合", 7)]


SPAWNED = """
import multiprocessing
from policytext import load_terms, make_nlp

if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    nlp = make_nlp(load_terms())
    texts = ["推进医养结合", "分级诊疗制度", "县域医共体建设"]
    one = [[t.text for t in nlp(text)] for text in texts]
    two = [[t.text for t in doc] for doc in nlp.pipe(texts, n_process=2, batch_size=1)]
    print(one == two, "医养结合" in two[0])
"""


@pytest.mark.slow
def test_workers_may_be_spawned(tmp_path):
    script = tmp_path / "spawned.py"
    script.write_text(SPAWNED, encoding="utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["True", "True"], done.stderr


def test_a_pickle_of_the_pipeline_holds_no_weights(nlp):
    content = pickle.dumps(nlp.tokenizer)
    assert len(content) < 200_000


def test_disk_keeps_the_model_s_name_and_the_terms(tmp_path):
    nlp = make_nlp(load_terms())
    nlp.to_disk(tmp_path / "nlp")
    assert sum(p.stat().st_size for p in (tmp_path / "nlp").rglob("*")) < 3_000_000
    again = spacy.load(tmp_path / "nlp")
    assert [t.text for t in again(TEXT)] == [t.text for t in nlp(TEXT)]
    assert "threshold:0.1" in (tmp_path / "nlp" / "tokenizer").read_text(encoding="utf-8")


def test_a_pipeline_of_another_model_is_not_loaded(tmp_path, nlp):
    nlp.to_disk(tmp_path / "nlp")
    file = tmp_path / "nlp" / "tokenizer"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("threshold:0.1", "threshold:0.2"), encoding="utf-8")
    with pytest.raises(ParameterError, match=r"saved with the segmenter .*threshold:0\.2"):
        spacy.load(tmp_path / "nlp")
    file.write_text("{", encoding="utf-8")
    with pytest.raises(DamagedFileError, match=r"tokenizer file .* cannot be read"):
        spacy.load(tmp_path / "nlp")


def test_terms_without_a_table_cannot_be_written(tmp_path):
    with pytest.raises(ParameterError, match="only terms from a term table"):
        make_nlp(Fixed("医院")).to_disk(tmp_path / "nlp")


def test_errors_say_what_to_do(tmp_path, monkeypatch):
    with pytest.raises(
        ParameterError, match="segmenter must be one of pkuseg, spacy-pkuseg, jieba"
    ):
        make_nlp(segmenter="char")
    with pytest.raises(ParameterError, match="terms must be a term table, a list of words"):
        make_nlp(terms=5)
    monkeypatch.setenv("POLICYTEXT_DATA", str(tmp_path))
    for segmenter in ("pkuseg", "spacy-pkuseg"):
        with pytest.raises(ModelNotFoundError, match="policytext models install"):
            make_nlp(segmenter=segmenter)


@given(st.lists(st.integers(0, 20), max_size=8, unique=True).map(sorted), st.text(min_size=20))
def test_words_and_spaces_spell_the_text(cuts, text):
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    words, spaces = words_and_spaces(text, spans)
    assert "".join(w + " " * s for w, s in zip(words, spaces, strict=True)) == text
    assert all(words)


def test_the_names_are_announced():
    assert pipeline.TOKENIZER in spacy.registry.tokenizers.get_all()
    assert make_nlp(["医院"]).pipe_names == ["policytext_terms"]
    assert get_segmenter("jieba").identity.startswith("jieba ")
