"""Files of office programs, made in memory for tests: nothing of them comes from elsewhere."""

import base64
import io
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


def epub_bytes(chapters) -> bytes:
    """Return an electronic book of chapters in XHTML."""
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
    for number, inner in enumerate(chapters):
        files[f"OEBPS/c{number}.xhtml"] = (
            '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">'
            f"<body>{inner}</body></html>"
        )
    return zipped(files)
