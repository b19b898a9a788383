"""What does each reader return, and which PDF files have text?"""

import pytest

import made_files as made
from hostile import pdfs
from policytext.errors import ReadingError
from policytext.reading.formats import reader_for
from policytext.reading.pdf import read_pdf
from policytext.reading.source import Limits


def test_pdf_gives_its_text_layer_page_by_page():
    pages = [["云溪县工作总结", "全县建成医共体。"], ["第二张"]]
    text, hints, encoding, left_out = read_pdf(made.pdf_bytes(pages), Limits())
    assert (hints, encoding) == ((), "") and len(left_out) == 1  # the second page has three signs
    assert text == "云溪县工作总结\n全县建成医共体。\f第二张\n"


def test_a_scan_and_a_damaged_pdf_say_so():
    with pytest.raises(ReadingError, match="is a scan"):
        read_pdf(made.pdf_bytes([[], []]), Limits())
    with pytest.raises(ReadingError, match="must be a PDF"):
        read_pdf(b"%PDF-1.4 nothing", Limits())
    with pytest.raises(ReadingError, match="within -1 seconds"):
        read_pdf(made.pdf_bytes([["一"]]), Limits(seconds=-1))


def test_pages_without_text_have_a_row():
    found = read_pdf(made.pdf_bytes([["云溪县工作总结"], *[[]] * 37, ["全县建成医共体"]]), Limits())
    assert found.left_out[0] == ("page 2", "page without text", None)
    assert len(found.left_out) == 37


def test_text_outside_of_a_page_and_notes_have_a_row():
    moved = b"1 0 0 1 5000 5000 cm " + pdfs.shown(["页外的一句话。"])
    found = read_pdf(pdfs.document([["云溪县工作总结"], []], contents={1: moved}), Limits())
    assert ("page 2", "text outside of the page", 7) in found.left_out
    note = "<< /Type /Annot /Subtype /FreeText /Rect [0 0 9 9] /Contents <feff75326279> >>"
    data = pdfs.document([["云溪县工作总结"]], objects={60: note}, page="/Annots [60 0 R]")
    assert read_pdf(data, Limits()).left_out == (("page 1", "notes on the page", 2),)


def test_bytes_of_a_machine_are_no_text():
    with pytest.raises(ReadingError, match="must hold text"):
        reader_for(".txt")(b"\x01\x02PNG\x03" * 20, Limits())


def test_an_archive_in_an_archive_is_named():
    with pytest.raises(ReadingError, match="an archive inside of an archive"):
        reader_for(".zip")
