"""Which files of other office programs lie about their size, break off, or hide what they say?"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import made_office as office
from hostile.case import (
    CLOSING,
    EITHER,
    MARK,
    MARKS,
    OPENING,
    READ,
    SECOND,
    SKIP,
    THIRD,
    TITLE,
    Case,
)

FILES = Path(__file__).parents[1] / "files"
LINES = (TITLE, f"{OPENING}{MARK}，工作有序推进。", f"{CLOSING}{SECOND}。")
ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "text", "table", "style")
)
HUGE = "9" * 30


def _rtf(inner: str = "", head: str = r"{\rtf1\ansi\ansicpg936 ") -> bytes:
    said = "\\par\n".join("".join(f"\\u{ord(c)}?" for c in line) for line in LINES)
    return f"{head}{said}\\par {inner}}}".encode()


def _odt(inner: str = "", **more: str | bytes) -> bytes:
    said = "".join(f"<text:p>{line}</text:p>" for line in LINES)
    content = (
        f"<office:document-content {ODF}><office:body><office:text>{said}{inner}</office:text>"
        "</office:body></office:document-content>"
    )
    parts = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content}
    return office.zipped({**parts, **{name.replace("_", "."): d for name, d in more.items()}})


def _ofd(inner: str = "") -> bytes:
    shown = "".join(office.ofd_text(20, 40 + 10 * i, line) for i, line in enumerate(LINES))
    return office.ofd_bytes([shown + inner])


def _book(spine: str, pages: list[str]) -> bytes:
    """Return an electronic book whose order of pages is given."""
    keys = [f"c{k}" for k in range(len(pages))]
    items = "".join(
        f'<item id="{k}" href="{k}.xhtml" media-type="application/xhtml+xml"/>' for k in keys
    )
    order = spine or "".join(f'<itemref idref="{k}"/>' for k in keys)
    parts: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="o.opf"/></rootfiles>'
        "</container>",
        "o.opf": f"<package><manifest>{items}</manifest><spine>{order}</spine></package>",
    }
    for key, inner in zip(keys, pages, strict=True):
        markup = f"<html><body>{inner}</body></html>"
        parts[f"{key}.xhtml"] = markup.encode("utf-8", "surrogateescape")
    return office.zipped(parts)


def _page(more: str = "") -> str:
    return "".join(f"<p>{line}</p>" for line in LINES) + more


def whole_files() -> Iterator[tuple[str, bytes]]:
    """Yield ending and bytes of a good file of each format."""
    for ending in ("doc", "odt", "rtf"):
        yield ending, (FILES / f"report.{ending}").read_bytes()
    yield "wps", (FILES / "report.doc").read_bytes()
    yield "ofd", _ofd()
    yield "mht", office.mht_bytes(f"<html>{_page()}</html>", "gb18030", "gb2312")
    yield "eml", office.eml_bytes(TITLE, "\n".join(LINES))
    yield "epub", office.epub_bytes([_page()])
    yield "pptx", office.pptx_bytes([LINES], [["指标", "值"]])


def office_cases() -> Iterator[Case]:
    """Yield every file."""
    for ending, data in whole_files():
        for name, cut in (("half", len(data) // 2), ("tail", len(data) - 30), ("start", 100)):
            yield Case(f"office {ending} cut", f"{name}.{ending}", data[:cut], EITHER)
        yield Case(f"office {ending} zeros", f"zeros.{ending}", bytes(1000), SKIP)
        yield Case(f"office {ending} doubled", f"doubled.{ending}", data + data, EITHER)
        if data.startswith(b"PK"):
            yield Case(f"office {ending} empty", f"empty.{ending}", office.zipped({"a": b""}), SKIP)
    yield from _rich_text()
    yield from _open_document()
    yield from _official()
    yield from _packed()
    yield from _old()


def _rich_text() -> Iterator[Case]:
    for name, inner in {
        "bin-count": rf"\bin{HUGE[:10]} ",
        "unicode-count": rf"\uc{HUGE[:9]}\u21307?",
        "deep": "{" * 9_000 + "}" * 9_000,
        "closed-early": "}}}}",
        "font-count": rf"\f{HUGE[:9]}",
        "half-a-sign": r"\u55356?",
        "word-of-letters": "\\" + "a" * 500,
        "empty-table": r"\trowd\cell\row\cell\row\trowd\trowd\row",
        "unended-cell": r"\pard\intbl b\par c\par",
        "negative": r"\u-1?\f-3\uc-9",
        "box-in-note": r"{\footnote {\shp{\*\shpinst{\shptxt a\par}}}{\footnote b}}",
        "code-page": r"\ansicpg99999\ansicpg-1",
    }.items():
        yield Case("office rtf", f"{name}.rtf", _rtf(inner), READ, MARKS)
    yield Case("office rtf", "too-deep.rtf", _rtf("{" * 20_000), SKIP)
    yield Case("office rtf", "pictures.rtf", _rtf(r"{\pict ff}" * 3000), READ, MARKS)
    hidden = r"{\*\annotation " + "abc" + r"}{\header abc}{\deleted abc}"
    yield Case("office rtf", "beside.rtf", _rtf(hidden), READ, MARKS, absent=("abc",))


def _open_document() -> Iterator[Case]:
    cell = f'<table:table-cell table:number-columns-repeated="{HUGE[:7]}">'
    item = f'<text:list-item text:start-value="{HUGE}"><text:p>甲</text:p></text:list-item>'
    for name, inner in {
        "spaces": f'<text:p>a<text:s text:c="{HUGE[:7]}"/>b</text:p>',
        "cells": f"<table:table><table:table-row>{cell}<text:p>甲</text:p></table:table-cell>"
        "</table:table-row></table:table>",
        "numbers": f"<text:list>{item}</text:list>",
        "deep-list": "<text:list><text:list-item>" * 90 + "</text:list-item></text:list>" * 90,
        "level": f'<text:h text:outline-level="{HUGE}">甲</text:h>',
        "loose-cell": "<table:table-cell><text:p>甲</text:p></table:table-cell>",
        "reading": "<text:p><text:ruby><text:ruby-base>甲</text:ruby-base><text:ruby-text>乙"
        "</text:ruby-text></text:ruby></text:p>",
        "note-in-note": "<text:p><text:note><text:note-body><text:p><text:note/></text:p>"
        "</text:note-body></text:note></text:p>",
        "comment": "<text:p>甲<!-- no --><?x y?>乙</text:p>",
    }.items():
        yield Case("office odt", f"{name}.odt", _odt(inner), READ, MARKS)
    style = f'<style:style style:name="a" style:parent-style-name="a" {ODF}/>'
    looped = f"<office:document-styles {ODF}>{style}</office:document-styles>"
    yield Case("office odt", "looped.odt", _odt(styles_xml=looped), READ, MARKS)
    yield Case("office odt", "styles.odt", _odt(styles_xml="<a"), EITHER)
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + "<a>&b;</a>"
    yield Case("office odt", "entities.odt", office.zipped({"content.xml": bomb}), SKIP)
    big = io.BytesIO()
    with zipfile.ZipFile(big, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.text")
        content = zipfile.ZipInfo("content.xml")
        archive.writestr(content, b" " * 120_000_000, zipfile.ZIP_DEFLATED)
    yield Case("office bomb", "bomb.odt", big.getvalue(), SKIP)


def _official() -> Iterator[Case]:
    odd = '<ofd:TextObject Boundary="a b" Size="x" CTM="1"><ofd:TextCode X="nan" '
    for name, inner in {
        "odd": f'{odd}DeltaX="g {HUGE} 1">甲</ofd:TextCode></ofd:TextObject>',
        "steps": f'{odd}DeltaX="g">甲</ofd:TextCode></ofd:TextObject>',
        "far": office.ofd_text(10**5, -(10**5), "远"),
        "endless": office.ofd_text(1, 1, "甲", 1e300),
        "path": '<ofd:PathObject Boundary="0 0 1 1"><ofd:AbbreviatedData>M 0 L B C C M 1 1 '
        "</ofd:AbbreviatedData></ofd:PathObject>",
    }.items():
        yield Case("office ofd", f"{name}.ofd", _ofd(inner), READ, MARKS)
    yield Case("office ofd", "scan.ofd", office.ofd_bytes(["<ofd:ImageObject/>"] * 3), SKIP)
    yield Case("office ofd", "none.ofd", office.ofd_bytes([], documents=0), SKIP)


def _packed() -> Iterator[Case]:
    markup = f"<html>{_page()}</html>"
    yield Case("office mht", "utf.mht", office.mht_bytes(markup, "utf-8", "x-odd"), READ, MARKS)
    yield Case("office mht", "lies.mht", office.mht_bytes(markup, "utf-8", "gb2312"), READ, MARKS)
    head = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=a\r\n\r\n"
    yield Case("office mht", "nothing.mht", head, SKIP)
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(90)
    )
    yield Case("office mht", "deep.mht", b"MIME-Version: 1.0\r\n" + deep, EITHER)
    yield Case(
        "office eml", "bad-subject.eml", b"Subject: =?odd?B?zz?=\r\n\r\n" + TITLE.encode(), EITHER
    )
    for name, spine, pages, told in (
        ("shown-often", '<itemref idref="c0"/>' * 500, [_page()], ()),
        ("one-damaged", "", [_page(), "\udcff"], ()),
        ("outside", '<itemref idref="c0"/>', [_page(), f"<p>{THIRD}</p>"], (THIRD,)),
    ):
        data = _book(spine, pages)
        yield Case("office epub", f"{name}.epub", data, READ, told=told, once=MARKS)
    gone = office.epub_bytes([_page()]).replace(b"c0.xhtml", b"c9.xhtml", 1)
    yield Case("office epub", "gone.epub", gone, EITHER)


def _old() -> Iterator[Case]:
    data = (FILES / "report.doc").read_bytes()
    for number, at in enumerate(range(512, len(data), 1500)):
        broken = data[:at] + b"\xff" * 64 + data[at + 64 :]
        yield Case("office doc", f"broken-{number}.doc", broken, EITHER)
