"""Which text is in traditional characters, and does each of its changes lead back to the source?"""

import importlib.util

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext import count_terms, explain_cleaning, read_corpus, read_texts
from policytext.cleaning import clean_source, detect_damage, legible
from policytext.errors import ParameterError

needs_opencc = pytest.mark.skipif(
    importlib.util.find_spec("opencc") is None, reason="the extra policytext[traditional]"
)

HONG_KONG = (
    "香港特別行政區衞生署2021年工作報告\n"
    "本署在十八區推行基層醫療服務，全年為長者提供疫苗接種七萬餘次。\n"
    "各區地區康健中心與私家醫生共同跟進慢性病患者，輪候時間縮短12%，網上預約系統運作暢順。\n"
)
MACAO = (
    "澳門特別行政區衛生局2022年工作總結\n"
    "衛生中心增設專科外展門診，居民就診率達到86.5%，醫療券使用範圍進一步擴大。\n"
    "仁伯爵綜合醫院與社區的雙向轉診制度逐步落實，護士總數增加23人。\n"
)
TAIWAN = (
    "雲林縣2021年衛生工作總結\n"
    "本縣推動分級醫療與長期照顧，健保資訊系統完成升級，偏鄉民眾可用網際網路掛號。\n"
    "計程車司機健檢全年辦理320場，軟體與硬體設備汰換率達75%，滑鼠與印表機一併更新。\n"
)
SIMPLIFIED = (
    "云溪县2021年卫生健康工作总结\n全县建成医共体2个，县域内就诊率达到88.2%，乾县与之结对。\n"
)


@pytest.mark.parametrize("text", [HONG_KONG, MACAO, TAIWAN])
def test_traditional_text_is_found_with_its_share(text):
    found = detect_damage(text).findings["traditional"]
    assert found.hits > 15 and "Han characters are traditional" in found.note


@pytest.mark.parametrize(
    "text",
    [
        SIMPLIFIED * 20,
        "引文：「為學日益，為道日損。損之又損，以至於無為」。" + SIMPLIFIED * 9,
        "",
        "甲",
    ],
)
def test_simplified_text_is_not(text):
    assert not detect_damage(text).has("traditional")


def test_a_caution_says_that_terms_do_not_match():
    corpus = read_texts({"a.txt": TAIWAN * 3, "b.txt": SIMPLIFIED})
    said = [c.en for c in corpus.coverage().cautions]
    assert any("1 report" in s and "traditional" in s for s in said)
    assert "traditional" in corpus.documents["damage"][0]
    assert corpus.paragraphs["text"].str.contains("衛生").any()


def test_what_cannot_be_asked_for_is_refused(monkeypatch):
    with pytest.raises(ParameterError, match="'characters', 'hong_kong', 'taiwan'"):
        read_texts({"a.txt": TAIWAN}, traditional="t2s")
    legible._converter.cache_clear()
    monkeypatch.setitem(__import__("sys").modules, "opencc", None)
    with pytest.raises(ParameterError, match=r'pip install "policytext\[traditional\]"'):
        read_texts({"a.txt": TAIWAN}, traditional="taiwan")
    legible._converter.cache_clear()


@needs_opencc
@pytest.mark.parametrize("how", ["characters", "hong_kong", "taiwan"])
@pytest.mark.parametrize("text", [HONG_KONG, MACAO, TAIWAN, HONG_KONG + TAIWAN])
def test_each_change_leads_back_to_its_source(text, how):
    mapped = clean_source(text, traditional=how).mapped
    whole = legible._converter(how)(text).strip()
    assert mapped.text.strip() == whole
    changes = mapped.changes()
    assert all(c.rules[-1] == "simplified_forms" for c in changes if c.before.strip())
    assert all(len(c.before) <= 6 for c in changes)
    for i, c in enumerate(mapped.text):
        at = mapped.to_source(i)
        assert text[at] == c or any(one.start <= at < one.end for one in changes)


@needs_opencc
def test_words_of_taiwan_may_become_longer_or_shorter():
    edits = legible.simplified_forms(
        "用網際網路與軟體，計程車", clean_source(TAIWAN, traditional="taiwan").context
    )
    changed = [(e.start, e.end, e.after) for e in edits]
    assert (1, 5, "互联网") in changed and changed[-1][2] == "出租车"


@needs_opencc
def test_simplified_text_stays_as_it_is():
    assert clean_source(SIMPLIFIED, traditional="characters").mapped.text == SIMPLIFIED


@needs_opencc
def test_a_corpus_of_simplified_characters(tmp_path):
    (tmp_path / "雲林縣2021年工作總結.txt").write_text(TAIWAN + "推動醫養結合試點。\n" * 3, "utf-8")
    kept = read_corpus(tmp_path, progress=False)
    corpus = read_corpus(tmp_path, traditional="characters", progress=False)
    corpus.check_ledger()
    assert "traditional" not in corpus.documents["damage"][0]
    assert corpus.documents["year"][0] == 2021
    assert int(count_terms(kept).matrix.sum()) == 0 < int(count_terms(corpus).matrix.sum())
    assert corpus.ledger["rules"].str.contains("simplified_forms").any()
    assert not any("traditional" in c.en for c in corpus.coverage().cautions)


@needs_opencc
def test_explaining_shows_each_change():
    table = explain_cleaning(HONG_KONG, traditional="characters")
    row = table[table["before"] == "衞"].iloc[0]
    assert (row["after"], row["step"], row["certainty"]) == ("卫", "simplified_forms", "likely")


_SIGNS = st.sampled_from(
    list("為於裡裏著乾後髮發麵臺檯灣網際路軟體資訊計程車滑鼠衞衛生署電腦影印機，。a1\n ")
)


@needs_opencc
@given(st.text(_SIGNS, max_size=60), st.sampled_from(["characters", "hong_kong", "taiwan"]))
def test_no_character_is_lost(text, how):
    context = clean_source("", traditional=how).context
    edits = legible.simplified_forms(text, context)
    back, at, new = [], 0, []
    for edit in edits:
        assert at <= edit.start < edit.end
        back += [text[at : edit.start], text[edit.start : edit.end]]
        new += [text[at : edit.start], edit.after]
        at = edit.end
    assert "".join(back) + text[at:] == text
    whole = legible._RUN.sub(lambda run: legible._converter(how)(run[0]), text)
    assert "".join(new) + text[at:] == whole
    assert how != "characters" or all(e.end - e.start == len(e.after) for e in edits)


@pytest.mark.parametrize(
    ("text", "n_marked"),
    [
        ("全□教□工□稳□推□，□务□育□衡□展。\n现□情□报□如□下□，□主□工□好□。\n", 2),
        ("高血压□糖尿病□冠心病□脑卒中□肺结核□精神病□\n" * 3, 0),
        ("□是 □否 □有 □无 □男 □女\n" * 3, 0),
        ("全□教□工□稳□推□，□务□育□衡□展。\n", 0),
    ],
)
def test_lines_full_of_boxes_are_marked_and_forms_to_tick_are_not(text, n_marked):
    marks = legible.illegible_places(text, legible.Context())
    assert [mark.kind for mark in marks] == ["garbled"] * n_marked
