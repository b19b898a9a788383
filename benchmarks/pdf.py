"""How many paragraphs of a report come whole out of a PDF file, and is a figure cut off?

Run with the folder that holds ``corpus/provinces-2025``; with ``--all`` the two provinces that the
reader was tuned on are printed too, with ``--scans`` three pages are scanned at three qualities
and read by OCR:

    python benchmarks/pdf.py ../shared

Reports of five provinces are set as PDF files in 13 ways: as a word processor sets them (several
sizes, widths, with and without indents or space between paragraphs, one or two columns, with
running heads) and, where Chromium is installed, as a browser prints them, with a bar over the text
of each page too. What is read from the Word file is the truth.
A paragraph is whole where one paragraph read from the PDF file has the same characters. A figure is
cut where it and the eight characters before it stand in no one paragraph.
"""

from __future__ import annotations

import html
import io
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

from fontTools.ttLib import TTFont
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from policytext import Corpus, read_corpus
from policytext.reading.pdf import lend_font

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import made_pdf

FONT = Path(__file__).parent.parent / "src/policytext/data/font/NotoSansSC-policytext.otf"
TUNED = ("浙江", "甘肃")
LEFT_OUT = ("湖南", "吉林", "福建")
FIGURE = re.compile(r"[0-9][0-9.]*(?:%|万|亿|个|人|家)?")
LONG = 15

Setting = made_pdf.Setting
WORD = {
    "word": Setting(),
    "word-narrow": Setting(size=12, title_size=18, leading=20, margins=(120, 72, 110, 72)),
    "word-head": Setting(size=14, leading=24, head="政府工作报告汇编", number="第 {} 页"),
    "word-ragged": Setting(size=15, leading=26, justified=False, number="{}"),
    "word-spaced": Setting(size=12, leading=18, indent=0, space=9, number="- {} -"),
    "word-plain": Setting(size=12, leading=18, indent=0, number="{}"),
    "word-apart": Setting(size=12, leading=18, indent=0, space=9, justified=False),
    "word-columns": Setting(
        size=10.5, leading=16, title_size=18, columns=2, margins=(60, 70, 60, 70)
    ),
}
CSS = {
    "web": "p{text-indent:2em;font-size:16px;line-height:1.8}",
    "web-plain": "p{font-size:14px;line-height:1.6;margin:0 0 1em}body{width:620px}",
    "web-justified": "p{text-indent:2em;font-size:18px;line-height:2;text-align:justify;margin:0}",
    "web-bar": "p{text-indent:2em;font-size:16px;line-height:1.8}body::before{position:fixed;top:0;"
    "left:0;font-size:14px;content:'云溪县人民政府门户网站 首页 政务公开'}",
    "web-columns": "p{text-indent:2em;font-size:13px;margin:0;line-height:1.6;text-align:justify}"
    "div{column-count:2;column-gap:2em}",
}


def printed(title: str, paragraphs: list[str], css: str, folder: Path) -> bytes:
    """Return what Chromium prints."""
    page = folder / "page.html"
    body = "".join(f"<p>{html.escape(p)}</p>" for p in paragraphs)
    page.write_text(
        f"<meta charset=utf-8><title>{title}</title>"
        f"<style>@font-face{{font-family:n;src:url('{FONT}')}}"
        f"*{{font-family:n}}h1{{text-align:center}}{css}</style>"
        f"<h1>{html.escape(title)}</h1><div>{body}</div>",
        encoding="utf-8",
    )
    out = folder / "page.pdf"
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={out}"]
    subprocess.run([*command, page.as_uri()], check=True, capture_output=True, timeout=300)
    return out.read_bytes()


def paragraphs_of(corpus: Corpus) -> list[str]:
    """Return the paragraphs of a corpus without blanks."""
    return ["".join(text.split()) for text in corpus.paragraphs["text"]]


def read_one(name: str, data: bytes) -> Corpus:
    """Read one file."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder) / name
        path.write_bytes(data)
        return read_corpus(path, progress=False)


def measure(truth: list[str], found: list[str]) -> tuple[int, int, int, int, list[str]]:
    """Return whole and all paragraphs, cut and all figures, and the paragraphs that are not."""
    held = set(found)
    long = [p for p in truth if len(p) >= LONG]
    off = [p for p in long if p not in held]
    cut = figures = 0
    for text in long:
        for figure in FIGURE.finditer(text):
            figures += 1
            words = text[max(0, figure.start() - 8) : figure.end()]
            cut += text in off and not any(words in p for p in found)
    return len(long) - len(off), len(long), cut, figures, off


QUALITIES = {
    "clean": (200, 0.0, 0.0, 0, 95),
    "scanned": (200, 0.8, 0.4, 12, 60),
    "bad": (150, 1.5, 0.7, 20, 40),
}
"""Dots an inch, degrees of skew, blur, noise and quality of the .jpg."""


def scanned(data: bytes, page: int, quality: str) -> bytes:
    """Return a page as a scanner or a copier would: a picture in a PDF file."""
    import numpy as np
    import pypdfium2 as pdfium
    from PIL import Image, ImageFilter

    dots, skew, blur, noise, kept = QUALITIES[quality]
    picture = pdfium.PdfDocument(data)[page].render(scale=dots / 72).to_pil().convert("L")
    picture = picture.rotate(skew, resample=3, fillcolor=255).filter(ImageFilter.GaussianBlur(blur))
    grains = np.random.default_rng(0).normal(0, noise, (picture.height, picture.width))
    grey = Image.fromarray(np.clip(np.asarray(picture) + grains, 0, 255).astype(np.uint8))
    out, small = io.BytesIO(), io.BytesIO()
    grey.save(small, "JPEG", quality=kept)
    Image.open(small).save(out, "PDF", resolution=dots, quality=kept)
    return out.getvalue()


def scans(shared: Path) -> None:
    """Print the error rate of the characters of three pages at three qualities."""
    lend_font()
    files = sorted((shared / "corpus" / "provinces-2025").glob("*.docx"))
    for province in LEFT_OUT:
        path = next(p for p in files if province in p.name)
        corpus = read_corpus(path, progress=False)
        data = made_pdf.paged([t for t in corpus.paragraphs["text"] if t], Setting())
        truth = "".join(paragraphs_of(read_one("whole.pdf", data)))
        for quality in QUALITIES:
            found = read_one(f"{province}.pdf", scanned(data, 1, quality))
            text = "".join(paragraphs_of(found))
            place = fuzz.partial_ratio_alignment(text, truth)
            near = truth[place.dest_start : place.dest_end] if place else ""
            errors = Levenshtein.distance(text.replace("％", "%"), near.replace("％", "%"))
            doubted = int(found.paragraphs["flags"].str.contains("doubtful_").sum())
            print(
                f"{province} {quality}: {errors}/{len(near)} = {errors / max(1, len(near)):.4f}, "
                f"{doubted}/{len(found.paragraphs)} paragraphs flagged"
            )


def main() -> None:
    """Print one row a file."""
    if "--scans" in sys.argv:
        scans(Path(sys.argv[1]))
        return
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared")
    verbose = "-v" in sys.argv
    provinces = (*TUNED, *LEFT_OUT) if "--all" in sys.argv else LEFT_OUT
    if "--tuned" in sys.argv:
        provinces = TUNED
    files = sorted((shared / "corpus" / "provinces-2025").glob("*.docx"))
    ways = [*WORD, *(CSS if shutil.which("chromium") else ())]
    drawn = {chr(code) for code in TTFont(FONT).getBestCmap()}
    total = [0, 0, 0, 0]
    for number, province in enumerate(provinces):
        path = next(p for p in files if province in p.name)
        corpus = read_corpus(path, progress=False)
        # a printer that lacks a character leaves it out: that is no fault of the reader
        own = ["".join(c for c in t if c in drawn) for t in corpus.paragraphs["text"] if t]
        truth = ["".join(t.split()) for t in own]
        chosen = ways if "--full" in sys.argv else ways[number % 2 :: 2]
        for way in chosen:
            with tempfile.TemporaryDirectory() as folder:
                data = (
                    made_pdf.paged(own, WORD[way])
                    if way in WORD
                    else printed(own[0], own[1:], CSS[way], Path(folder))
                )
            got = measure(truth, paragraphs_of(read_one(f"{path.stem}.pdf", data)))
            total = [a + b for a, b in zip(total, got[:4], strict=True)]
            print(f"{province} {way}: whole {got[0]}/{got[1]}, figures cut {got[2]}/{got[3]}")
            for text in got[4] if verbose else ():
                print("   off:", text[:20], "…", text[-20:])
    print(
        f"all: whole {total[0]}/{total[1]} = {total[0] / total[1]:.4f}, cut {total[2]}/{total[3]}"
    )


if __name__ == "__main__":
    main()
