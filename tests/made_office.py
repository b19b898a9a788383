"""Files of office programs, made in memory for tests: nothing of them comes from elsewhere."""

import base64
import html
import io
import re
import zipfile
from xml.sax.saxutils import escape, quoteattr

from made_files import PAGE

OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
SIZE, STEP, LEFT, TOP, WIDE = 5.0, 9.0, 28.0, 40.0, 30


def zipped(files) -> bytes:
    """Return an archive of parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            # a fixed date, so that the same parts give the same bytes
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def ofd_text(x, y, words, size=SIZE) -> str:
    """Return a piece of text of an OFD page, its characters one size apart."""
    steps = f"g {len(words) - 1} {size}" if len(words) > 1 else ""
    return (
        f'<ofd:TextObject ID="1" Boundary="{x} {y} {size * len(words)} {size}" Font="1" '
        f'Size="{size}"><ofd:TextCode X="0" Y="{0.86 * size}" DeltaX="{steps}">{escape(words)}'
        "</ofd:TextCode></ofd:TextObject>"
    )


def ofd_line(x0, y0, x1, y1) -> str:
    """Return a rule of an OFD page."""
    return (
        f'<ofd:PathObject ID="2" Boundary="{x0} {y0} {x1 - x0 or 0.1} {y1 - y0 or 0.1}" '
        f'LineWidth="0.35"><ofd:AbbreviatedData>M 0 0 L {x1 - x0} {y1 - y0}'
        "</ofd:AbbreviatedData></ofd:PathObject>"
    )


def ofd_bytes(pages, documents=1) -> bytes:
    """Return an OFD file; a page is the markup of what it shows."""
    files = {
        "OFD.xml": f"<ofd:OFD {OFD}>"
        + "<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>" * documents
        + "</ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {OFD}><ofd:CommonData><ofd:PageArea>"
        "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>"
        + "".join(
            f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages))
        )
        + "</ofd:Pages></ofd:Document>",
    }
    for number, inner in enumerate(pages):
        files[f"Doc_0/Pages/Page_{number}/Content.xml"] = (
            f'<ofd:Page {OFD}><ofd:Content><ofd:Layer ID="9">{inner}</ofd:Layer></ofd:Content>'
            "</ofd:Page>"
        )
    return zipped(files)


def ofd_report(blocks, head="云溪县内部资料") -> bytes:
    """Return an OFD file of paragraphs and tables with a head and a number on each page.

    A block is a paragraph, or a list of rows.
    """
    pages, shown, y = [], [], TOP

    def turned():
        nonlocal shown, y
        shown += [ofd_text(80, 15, head, 4.0), ofd_text(100, 280, f"—{len(pages) + 1}—", 4.0)]
        pages.append("".join(shown))
        shown, y = [], TOP

    for block in blocks:
        if isinstance(block, str):
            words = "\u3000\u3000" + block
            for start in range(0, len(words), WIDE):
                line = words[start : start + WIDE]
                x = LEFT + SIZE * (len(line) - len(line.lstrip("\u3000")))
                shown.append(ofd_text(x, y, line.lstrip("\u3000")))
                y += STEP
                if y > 260:
                    turned()
            continue
        if y + STEP * len(block) > 260:
            turned()
        width = SIZE * WIDE / len(block[0])
        right = LEFT + SIZE * WIDE
        for number, row in enumerate(block):
            top = y + STEP * number
            shown.append(ofd_line(LEFT, top, right, top))
            shown += [ofd_text(LEFT + width * i + 2, top + 2, c) for i, c in enumerate(row)]
        bottom = y + STEP * len(block)
        shown.append(ofd_line(LEFT, bottom, right, bottom))
        shown += [
            ofd_line(LEFT + width * i, y, LEFT + width * i, bottom)
            for i in range(len(block[0]) + 1)
        ]
        y = bottom + STEP
    turned()
    return ofd_bytes(pages)


def mht_bytes(markup=PAGE, encoding="gb18030", named="gb2312", more=()) -> bytes:
    """Return a web page saved as one file, as browsers and Word do."""
    body = base64.encodebytes(markup.replace("utf-8", named).encode(encoding))
    parts = [
        b"Content-Type: text/html; charset=" + named.encode() + b"\r\n"
        b"Content-Transfer-Encoding: base64\r\nContent-Location: file:///C:/a.htm\r\n\r\n" + body,
        *more,
    ]
    head = (
        b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; "
        b'type="text/html"; boundary="==b=="\r\n\r\n'
    )
    return head + b"".join(b"--==b==\r\n" + part + b"\r\n" for part in parts) + b"--==b==--\r\n"


def eml_bytes(subject, text, attached=()) -> bytes:
    """Return a message with a text and what is attached."""
    from email.message import EmailMessage

    message = EmailMessage()
    message["Subject"], message["From"] = subject, "office@example.org"
    message.set_content(text)
    for name, data in attached:
        message.add_attachment(data, "application", "octet-stream", filename=name)
    return message.as_bytes()


def pptx_bytes(slides, table=()) -> bytes:
    """Return a presentation; a slide is a list of paragraphs, the last one has the table."""
    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    p = "http://schemas.openxmlformats.org/presentationml/2006/main"
    r = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    spaces = f'xmlns:a="{a}" xmlns:p="{p}" xmlns:r="{r}"'
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"

    def said(words):
        return f"<a:p><a:r><a:t>{escape(words)}</a:t></a:r></a:p>"

    def box(inner, kind=""):
        holder = f"<p:nvSpPr><p:nvPr><p:ph type={quoteattr(kind)}/></p:nvPr></p:nvSpPr>"
        return f"<p:sp>{holder if kind else ''}<p:txBody>{inner}</p:txBody></p:sp>"

    files = {
        "[Content_Types].xml": "<Types/>",
        "ppt/presentation.xml": f"<p:presentation {spaces}><p:sldIdLst>"
        + "".join(f'<p:sldId id="{n}" r:id="r{n}"/>' for n in range(len(slides)))
        + "</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": f'<Relationships xmlns="{rels}">'
        + "".join(
            f'<Relationship Id="r{n}" Type="{r}/slide" Target="slides/slide{9 - n}.xml"/>'
            for n in range(len(slides))
        )
        + "</Relationships>",
    }
    rows = "".join(
        "<a:tr>" + "".join(f"<a:tc><a:txBody>{said(c)}</a:txBody></a:tc>" for c in row) + "</a:tr>"
        for row in table
    )
    for number, lines in enumerate(slides):
        inner = box("".join(map(said, lines))) + box(said(str(number + 1)), "sldNum")
        if rows and number == len(slides) - 1:
            inner += f"<p:graphicFrame><a:tbl>{rows}</a:tbl></p:graphicFrame>"
        files[f"ppt/slides/slide{9 - number}.xml"] = (
            f"<p:sld {spaces}><p:cSld><p:spTree>{inner}</p:spTree></p:cSld></p:sld>"
        )
    return zipped(files)


def epub_bytes(chapters, sheet="") -> bytes:
    """Return an electronic book of chapters in XHTML, with a style sheet for all of them."""
    items = "".join(
        f'<item id="c{n}" href="c{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in range(len(chapters))
    )
    refs = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    files = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": "<container "
        'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
        "OEBPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf"><manifest>'
        f"{items}</manifest><spine>{refs}</spine></package>",
    }
    link = '<link rel="stylesheet" type="text/css" href="style/book.css"/>'
    for number, inner in enumerate(chapters):
        files[f"OEBPS/c{number}.xhtml"] = (
            '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">'
            f"<head>{link if sheet else ''}</head><body>{inner}</body></html>"
        )
    if sheet:
        files["OEBPS/style/book.css"] = sheet
    return zipped(files)


# One report as pages: blocks are paragraphs or lists of rows.

_LABEL = re.compile(r"(第.章 |第.条 |（.）|[一二三四]、|[甲乙]、|[0-9]\.[0-9] |[0-9]\.|[①②] )")
_FORMS = {
    **{"第一章 ": ("chapter", "trad-chinese-informal"), "第一条 ": ("article", "cjk-decimal")},
    **{"（一）": ("part", "simp-chinese-informal"), "一、": ("head", "cjk-ideographic")},
    **{"甲、": ("stem", "cjk-heavenly-stem"), "1.": ("item", "decimal")},
}
_SHEET = """<style>
body { counter-reset: chapter; } ol { list-style: none }
.chapter { counter-increment: chapter; counter-reset: article }
.chapter::before { content: "第" counter(chapter, simp-chinese-informal) "章 " }
/* two kinds with their own marks */
li.article:before { counter-increment: article;
  content: '第' counter(article,cjk-ideographic) '条 ' }
div > ol.part { counter-reset: part } ol.part > li { counter-increment: part }
ol.part li::before { content: "（" counter(part, simp-chinese-informal) "）" }
ol.head { list-style-type: cjk-ideographic } ol.item { list-style: decimal outside }
</style>"""


def _rows(block) -> str:
    cells = ("".join(f"<td><p>{html.escape(c)}</p></td>" for c in row) for row in block)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def word_page(blocks, note="", head="云溪县内部资料") -> str:
    """Return a report as Word saves it as a page: its numbers stand in marks of Word."""
    out = []
    for block in blocks:
        if not isinstance(block, str):
            out.append(_rows(block))
            continue
        label, words = _split(block)
        mark = (
            f"<![if !supportLists]><span lang=EN-US><span style='mso-list:Ignore'>{label.strip()}"
            "<span style='font:7.0pt \"Times New Roman\"'>&nbsp; </span></span></span><![endif]>"
        )
        named = '<st1:chsdate w:st="on">\\g<0></st1:chsdate>'
        inner = re.sub("[0-9]+年(?:[0-9]+月[0-9]+日)?", named, html.escape(words))
        gone = "<del cite='mailto:a'>九十</del><span style='display:none;mso-hide:all'>稿</span>"
        comment = (
            "<span style='mso-special-character:comment'><a class=msocomanchor "
            "href='#_msocom_1'>[a1]</a></span>"
        )
        out.append(
            f"<p class=MsoNormal>{mark if label else ''}{inner}{gone}{comment}<o:p></o:p></p>"
        )
    notes = (
        "<div style='mso-element:footnote-list'><hr><div style='mso-element:footnote' id=ftn1><p>"
        f"<a href='#_ftnref1'>[1]</a>{note}</p></div></div>"
        "<div style='mso-element:comment-list'><p>请核对</p></div>"
    )
    return (
        f'<html xmlns:o="o"><head><meta charset=utf-8></head><body><div class=Section1>'
        f"{''.join(out)}</div>{notes if note else ''}<div style='mso-element:header'><p>{head}</p>"
        "</div><div style='mso-element:footer'><p>第<span lang=EN-US>2</span>页</p>"
        "</div></body></html>"
    )


def _split(words) -> tuple[str, str]:
    found = _LABEL.match(words)
    return (found[0], words[found.end() :]) if found else ("", words)


def listed_page(blocks, note="") -> str:
    """Return a report whose numbers stand in lists and style sheets only, where they can."""
    out, opened, last = [], "", 0
    for block in blocks:
        label, words = _split(block) if isinstance(block, str) else ("", "")
        usual = re.sub("[一二三四]", "一", re.sub("[甲乙]", "甲", re.sub("[0-9]", "1", label)))
        kind = _FORMS.get(usual, ("", ""))[0]
        number = "一二三四五六七八九".find(label[1:2] if kind == "part" else label[:1]) + 1
        number = "甲乙".find(label[:1]) + 1 if kind == "stem" else number
        number = int(label[0]) if kind == "item" else number
        if opened and (kind != opened or kind in ("chapter", "article") or number != last + 1):
            out.append("</ol></div>")
            opened = ""
        last = number
        if not isinstance(block, str):
            out.append(_rows(block))
        elif kind in ("chapter", "article"):
            tag = "h2" if kind == "chapter" else "li"
            out.append(f"<{tag} class={kind}>{html.escape(words)}</{tag}>")
        elif kind:
            if not opened:
                form = {"stem": " style='list-style-type:cjk-heavenly-stem'"}.get(kind, "")
                start = f" start={number}" if number > 1 and kind != "part" else ""
                start = f" style='counter-reset: part {number - 1}'" if kind == "part" else start
                out.append(f"<div><ol class={kind}{form}{start}>")
                opened = kind
            out.append(f"<li class=x><p>{html.escape(words)}</p></li>")
        else:
            sign = "<sup id=c1><a href='#d1'>1</a></sup>" if "88.1%。" in block else ""
            out.append(f"<p>{html.escape(block)}{sign}</p>")
    out.append("</ol></div>" if opened else "")
    notes = f"<aside epub:type='footnote' id=d1><p><sup><a href='#c1'>1</a></sup>{note}</p></aside>"
    return f"<html><head>{_SHEET}</head><body>{''.join(out)}{notes if note else ''}</body></html>"
