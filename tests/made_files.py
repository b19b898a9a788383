"""Files of every format, made in memory for tests: nothing of them comes from elsewhere."""

import io
import zipfile

TEXT_BOX = (
    '<w:p xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
    "<w:r><w:t>框前文字</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><wps:txbx>"
    "<w:txbxContent><w:p><w:r><w:t>文本框里的一句话。</w:t></w:r></w:p></w:txbxContent></wps:txbx>"
    "</mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>文本框里的一句话。</w:t></w:r></w:p>"
    "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>框后文字</w:t></w:r></w:p>"
)


def docx_bytes(lines, table=(), text_box=False, footnote="") -> bytes:
    """Return a Word file with paragraphs, and a table, text box and footnote if asked for."""
    from docx import Document
    from lxml import etree

    document = Document()
    for line in lines:
        document.add_paragraph(line)
    if table:
        made = document.add_table(rows=len(table), cols=len(table[0]))
        for row, cells in zip(made.rows, table, strict=True):
            for cell, words in zip(row.cells, cells, strict=True):
                cell.text = words
    if text_box:
        document.element.body.insert(1, etree.fromstring(TEXT_BOX))
    buffer = io.BytesIO()
    document.save(buffer)
    if footnote:
        with zipfile.ZipFile(buffer, "a") as archive:
            archive.writestr(
                "word/footnotes.xml",
                '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/'
                f'main"><w:footnote><w:p><w:r><w:t>{footnote}</w:t></w:r></w:p></w:footnote>'
                "</w:footnotes>",
            )
    return buffer.getvalue()


def pdf_bytes(pages) -> bytes:
    """Return a PDF file with a text layer: one list of lines a page (empty: a blank page)."""
    kids, objects = [], {}
    for number, lines in enumerate(pages):
        page, content = 10 + 2 * number, 11 + 2 * number
        shown = "".join(
            f"BT /F1 14 Tf 60 {760 - 22 * i} Td <{line.encode('utf-16-be').hex()}> Tj ET\n"
            for i, line in enumerate(lines)
        ).encode()
        kids.append(f"{page} 0 R")
        objects[page] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        ).encode()
        objects[content] = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown)
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[2] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    objects[3] = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H "
        b"/DescendantFonts [4 0 R] >>"
    )
    objects[4] = (
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo "
        b"<< /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 5 0 R >>"
    )
    objects[5] = (
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [0 -200 1000 900] "
        b"/ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 800 /StemV 90 >>"
    )
    out, offsets = b"%PDF-1.4\n", {}
    for key in sorted(objects):
        offsets[key] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (key, objects[key])
    start = len(out)
    out += b"xref\n"
    for key in sorted(objects):
        out += b"%d 1\n%010d 00000 n \n" % (key, offsets[key])
    size = max(objects) + 1
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)


PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>云溪县政府网</title>
<script>alert("x")</script><style>p {color: red}</style></head><body>
<nav><ul><li><a href="/">首页</a></li><li><a href="/zw">政务公开</a></li></ul></nav>
<article><h1>云溪县卫生健康局2021年工作总结</h1>
<p>2021年，云溪县卫生健康局坚持以<b>人民健康</b>为中心，扎实推进各项工作，取得了新的成效。</p>
<p>一、县域医共体建设稳步推进，两家牵头医院与十二个乡镇卫生院实现人员、财务、药品统一管理。</p>
<p>二、家庭医生签约服务持续做实，重点人群签约率达到百分之七十六，群众满意度明显提高。</p>
<table><tr><td>指标</td><td>完成值</td></tr><tr><td>县域就诊率</td><td>88.1%</td></tr></table>
</article>
<footer><p>版权所有：云溪县人民政府</p><p>网站地图 联系我们</p></footer></body></html>"""


class _OldName(zipfile.ZipInfo):
    """A member whose name is written in GB18030 without the UTF-8 mark, as old Windows does."""

    def _encodeFilenameFlags(self):  # noqa: N802  # the name zipfile calls
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800


def zip_bytes(files) -> bytes:
    """Return an archive whose names are written as old Chinese Windows does."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            info = _OldName(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return buffer.getvalue()


def xlsx_bytes(rows) -> bytes:
    """Return an Excel workbook with one sheet."""
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
