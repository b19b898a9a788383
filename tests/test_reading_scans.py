"""What becomes of pages that are pictures, with OCR and without?"""

import io

import numpy as np
import pytest

import made_pdf
from policytext import read_corpus, read_statements
from policytext.layout.glyphs import DrawnPage, Glyph
from policytext.layout.ocr import is_installed, page_of, read_picture, written_page
from policytext.reading import scans, worker
from policytext.reading.folder import read_file
from policytext.reading.pdf import lend_font
from policytext.reading.scans import picture_of_page
from policytext.reading.source import Skipped

TITLE = "云溪县2021年卫生健康工作总结"
BODY = [
    "全县卫生健康系统围绕群众需求扎实推进各项工作，建成县域医共体2个，县域内就诊率达到88.2%。",
    "家庭医生签约服务覆盖全县所有乡镇，医共体牵头医院新增床位260张，群众满意度持续提升。",
]

needs_engine = pytest.mark.skipif(not is_installed(), reason="the extra policytext[ocr]")


def _picture(setting=None, texts=(TITLE, *BODY)):
    lend_font()
    data = made_pdf.paged(texts, setting or made_pdf.Setting(number=""))
    return picture_of_page(data, 0)


def _as_file(picture, kind="PDF"):
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(picture)).save(out, kind, resolution=200.0)
    return out.getvalue()


def _page(doubt="", sure=0.5):
    glyphs = []
    lines = [(TITLE, 22), *((text, 16) for text in BODY)]
    for i, (text, size) in enumerate(lines):
        for j, char in enumerate(text):
            box = (72 + 9 * j, 90 + 40 * i, 81 + 9 * j, 90 + 40 * i + size)
            glyphs.append(Glyph(char, *box, size, sure=sure if char in doubt else 0.999))
    return DrawnPage(595, 842, glyphs, [])


@pytest.fixture
def answered(monkeypatch, tmp_path):
    """OCR that answers with one page, and counts how often it is asked."""
    asked = []

    def ask(data, ending, number, limits):
        asked.append(number)
        return written_page(_page(doubt="8"))

    monkeypatch.setenv("POLICYTEXT_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(worker, "is_installed", lambda: True)
    monkeypatch.setattr(scans, "version", lambda name: "1")
    monkeypatch.setattr(worker, "ask_of_scan", ask)
    return asked


@pytest.mark.parametrize("name", ["a.pdf", "a.png", "a.tif", "a.jpg"])
def test_without_the_extra_the_reason_names_the_command(tmp_path, monkeypatch, name):
    monkeypatch.setattr(worker, "is_installed", lambda: False)
    kind = {"pdf": "PDF", "png": "PNG", "tif": "TIFF", "jpg": "JPEG"}[name[2:]]
    (tmp_path / name).write_bytes(_as_file(_picture(), kind))
    (found,) = read_file(tmp_path / name, name)
    assert isinstance(found, Skipped)
    assert 'pip install "policytext[ocr]"' in found.reason


def test_what_ocr_read_is_kept_and_flagged(tmp_path, answered):
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "云溪县.pdf").write_bytes(_as_file(_picture()))
    corpus = read_corpus(folder, progress=False)
    again = read_corpus(folder, progress=False)
    assert answered == [0]
    assert again.paragraphs["text"].tolist() == [TITLE, *BODY]
    flags = corpus.paragraphs["flags"].tolist()
    assert "doubtful_figure" in flags[1].split("|")
    assert "ocr" in flags[2].split("|") and "doubtful_figure" not in flags[2].split("|")
    corpus.check_ledger()
    assert any("OCR" in str(one) for one in corpus.coverage().cautions)
    table = read_statements(corpus, ["医共体"]).table
    first, second = table["figures"][:1].tolist(), table["figures"][1:].tolist()
    assert "likely" in "".join(first) and "likely" not in "".join(second)


def test_a_page_that_is_a_picture_among_pages_of_text(tmp_path, answered):
    """The picture's page is read where it stands."""
    import pypdfium2 as pdfium

    whole = pdfium.PdfDocument.new()
    for data in (made_pdf.paged([TITLE, BODY[0]], made_pdf.Setting()), _as_file(_picture())):
        whole.import_pages(pdfium.PdfDocument(data))
    out = io.BytesIO()
    whole.save(out)
    (tmp_path / "a.pdf").write_bytes(out.getvalue())
    (found,) = read_file(tmp_path / "a.pdf", "a.pdf")
    assert answered == [1] and not found.left_out
    assert found.text.count(BODY[0]) == 2


def test_a_picture_of_several_pages_is_one_source(tmp_path, answered):
    from PIL import Image

    frames = [Image.fromarray(np.full((300, 200), shade, np.uint8)) for shade in (255, 250)]
    frames[0].save(tmp_path / "a.tif", save_all=True, append_images=frames[1:])
    (found,) = read_file(tmp_path / "a.tif", "a.tif")
    assert answered == [0, 1] and found.text.count(TITLE) == 2


def test_a_broken_picture_says_what_it_is(tmp_path, answered):
    (tmp_path / "a.png").write_bytes(b"Rar!\x1a\x07\x00")
    (found,) = read_file(tmp_path / "a.png", "a.png")
    assert "WinRAR" in found.reason


def test_a_page_is_the_same_after_it_was_written():
    page = _page(doubt="8")
    assert page_of(written_page(page)) == page


@needs_engine
@pytest.mark.slow
@pytest.mark.parametrize("turn", [0, 1.5])
def test_ocr_reads_a_page_in_paragraphs(turn):
    from PIL import Image

    from policytext.layout.flow import read_flow

    setting = made_pdf.Setting(columns=2, size=12, leading=19, title_size=20, number="")
    report = [TITLE, *BODY * 6]
    picture = Image.fromarray(_picture(setting, report))
    turned = picture.rotate(turn, resample=3, fillcolor="white")
    found = [block.text for block in read_flow([read_picture(np.array(turned))]).blocks]
    assert found == report
