"""Which Word files keep text where a reader does not look, or count it twice?"""

# ruff: noqa: E501  # markup and bytes are easier to check in one line

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

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

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
)
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="html" ContentType="text/html"/>'
    '<Default Extension="txt" ContentType="text/plain"/>'
    '<Override PartName="/word/{main}" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"


def paragraph(text: str) -> str:
    """Return a paragraph of one run."""
    return f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def body(inner: str = "") -> str:
    """Return the main part of a report with the given markup in its midst."""
    first = paragraph(TITLE) + paragraph(f"{OPENING}{MARK}，工作有序推进。")
    return f"{first}{inner}{paragraph(f'{CLOSING}{SECOND}。')}"


def relations(pairs: Mapping[str, tuple[str, str]]) -> str:
    """Return a part of relations: id, kind and target."""
    rows = "".join(
        f'<Relationship Id="{key}" Type="{R}/{kind}" Target="{target}"/>'
        for key, (kind, target) in pairs.items()
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{RELS}">{rows}</Relationships>'


def package(
    inner: str = "",
    *,
    main: str = "document.xml",
    parts: Mapping[str, str | bytes] | None = None,
    inside: Mapping[str, tuple[str, str]] | None = None,
    document: str | bytes | None = None,
    without: tuple[str, ...] = (),
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """Return a Word file made by hand."""
    xml = f'<?xml version="1.0"?><w:document {SPACES}><w:body>{body(inner)}</w:body></w:document>'
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES.replace("{main}", main),
        "_rels/.rels": relations({"rId1": ("officeDocument", f"word/{main}")}),
        f"word/{main}": document if document is not None else xml,
        f"word/_rels/{main}.rels": relations(inside or {}),
        **(parts or {}),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            if name not in without:
                archive.writestr(zipfile.ZipInfo(name), data, method)
    return buffer.getvalue()


def _case(kind: str, name: str, data: bytes, must: str = READ, **more) -> Case:
    more.setdefault("must_hold", (*MARKS, THIRD) if must == READ else ())
    return Case(f"word {kind}", f"{name}.docx", data, must, **more)


def word_cases() -> Iterator[Case]:
    """Yield every Word file."""
    yield from _places()
    yield from _elsewhere()
    yield from _counted_once()
    yield from _main_parts()
    yield from _damaged()


def _run(text: str = THIRD) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def _places() -> Iterator[Case]:
    run = _run()
    inner = {
        "table": f"<w:tbl><w:tr><w:tc><w:p>{run}</w:p></w:tc></w:tr></w:tbl>",
        "link": f"<w:p><w:hyperlink>{run}</w:hyperlink></w:p>",
        "smart-tag": f"<w:p><w:smartTag>{run}</w:smartTag></w:p>",
        "control": f"<w:sdt><w:sdtContent><w:p>{run}</w:p></w:sdtContent></w:sdt>",
        "control-inline": f"<w:p><w:sdt><w:sdtContent>{run}</w:sdtContent></w:sdt></w:p>",
        "custom-xml": f"<w:customXml><w:p>{run}</w:p></w:customXml>",
        "inserted": f"<w:p><w:ins>{run}</w:ins></w:p>",
        "moved-to": f"<w:p><w:moveTo>{run}</w:moveTo></w:p>",
        "field": f"<w:p><w:fldSimple w:instr='PAGE'>{run}</w:fldSimple></w:p>",
        "bidi": f"<w:p><w:bdo>{run}</w:bdo><w:dir>{run}</w:dir></w:p>",
        "no-run": f"<w:p><w:t>{THIRD}</w:t></w:p>",
        "ruby": f"<w:p><w:r><w:ruby><w:rt>{_run('甲')}</w:rt><w:rubyBase>{run}</w:rubyBase></w:ruby></w:r></w:p>",
        "child-of-text": f"<w:p><w:r><w:t>甲<w:x/>{THIRD}</w:t></w:r></w:p>",
        "nested-table": "<w:tbl><w:tr><w:tc>" * 60
        + f"<w:p>{run}</w:p>"
        + "</w:tc></w:tr></w:tbl>" * 60,
        "formula": f"<w:p><m:oMath><m:r><m:t>{THIRD}</m:t></m:r></m:oMath></w:p>",
        "formula-block": f"<w:p><m:oMathPara><m:oMath><m:r><m:t>{THIRD}</m:t></m:r></m:oMath></m:oMathPara></w:p>",
        "symbol": f"<w:p><w:r><w:sym w:font='Wingdings' w:char='F0E0'/></w:r>{run}</w:p>",
        "hyphens": f"<w:p><w:r><w:softHyphen/><w:noBreakHyphen/><w:ptab/></w:r>{run}</w:p>",
        "vml-box": f"<w:p><w:r><w:pict><v:textbox><w:txbxContent><w:p>{run}</w:p></w:txbxContent></v:textbox></w:pict></w:r></w:p>",
        "entities": f"<w:p><w:r><w:t>&#x671B;甲&#38;&lt;{THIRD}</w:t></w:r></w:p>",
        "controls-escaped": f"<w:p><w:r><w:t>_x0007_{THIRD}</w:t></w:r></w:p>",
        "cdata": f"<w:p><w:r><w:t><![CDATA[{THIRD}<b>]]></w:t></w:r></w:p>",
        "comment-in-text": f"<w:p><w:r><w:t>甲<!-- x -->{THIRD}</w:t></w:r></w:p>",
        "instruction-in-text": f"<w:p><w:r><w:t>甲<?x y?>{THIRD}</w:t></w:r></w:p>",
        "paragraph-in-paragraph": f"<w:p><w:p>{run}</w:p></w:p>",
        "many-runs": "<w:p>" + "<w:r><w:t>县</w:t></w:r>" * 20_000 + f"{run}</w:p>",
        "many-empty": "<w:p/>" * 20_000 + f"<w:p>{run}</w:p>",
        "many-boxes": f"<w:p>{run}"
        + "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>框。</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
        * 1500
        + "</w:p>",
        "deep-runs": "<w:p>" + "<w:ins>" * 200 + run + "</w:ins>" * 200 + "</w:p>",
        "too-deep-runs": "<w:p>" + "<w:ins>" * 400 + run + "</w:ins>" * 400 + "</w:p>",
        "wide-table": "<w:tbl><w:tr>"
        + "<w:tc><w:p><w:r><w:t>格</w:t></w:r></w:p></w:tc>" * 5000
        + f"</w:tr></w:tbl><w:p>{run}</w:p>",
        "huge-attribute": f"<w:p w:x='{'x' * 1_000_000}'>{run}</w:p>",
        "many-attributes": f"<w:p {' '.join(f'w:a{k}={chr(39)}{k}{chr(39)}' for k in range(4000))}>{run}</w:p>",
        "long-text": f"<w:p><w:r><w:t>{'全县基层医疗服务' * 30_000}</w:t></w:r>{run}</w:p>",
    }
    for name, markup in inner.items():
        must = EITHER if name == "too-deep-runs" else READ
        yield _case("place", name, package(markup), must)


def _elsewhere() -> Iterator[Case]:
    chunk = "<w:altChunk r:id='rId9'/>"
    note = f"<w:{{0}}s {SPACES}><w:{{0}}><w:p>{_run()}</w:p></w:{{0}}></w:{{0}}s>"
    base = MARKS
    for name, target, data in (
        ("chunk-html", "chunk.html", f"<html><body><p>{THIRD}。</p></body></html>"),
        ("chunk-text", "chunk.txt", f"{THIRD}。"),
        ("chunk-rtf", "chunk.rtf", f"{{\\rtf1 {THIRD}}}"),
        ("chunk-docx", "chunk.docx", package(paragraph(THIRD))),
        ("chunk-missing", "gone.html", ""),
    ):
        parts = {} if name == "chunk-missing" else {f"word/{target}": data}
        data_ = package(chunk, parts=parts, inside={"rId9": ("aFChunk", target)})
        told = () if name == "chunk-missing" else (THIRD,)
        yield _case(
            "elsewhere", name, data_, must_hold=base, told=told, left_out=name == "chunk-missing"
        )
    hidden = f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{THIRD}</w:t></w:r></w:p>"
    yield _case("elsewhere", "hidden", package(hidden), must_hold=base, told=(THIRD,))
    for kind in ("footnote", "endnote", "comment"):
        parts = {f"word/{kind}s.xml": note.format(kind)}
        inside = {"rId9": (f"{kind}s", f"{kind}s.xml")}
        yield _case(
            "elsewhere",
            kind,
            package("", parts=parts, inside=inside),
            must_hold=base,
            told=(THIRD,),
        )
    for kind in ("header", "footer"):
        short = {"header": "hdr", "footer": "ftr"}[kind]
        parts = {f"word/{kind}1.xml": f"<w:{short} {SPACES}><w:p>{_run()}</w:p></w:{short}>"}
        inside = {"rId9": (kind, f"{kind}1.xml")}
        yield _case(
            "elsewhere",
            kind,
            package("", parts=parts, inside=inside),
            must_hold=base,
            told=(THIRD,),
        )
    moved = {"word/notes7.xml": note.format("footnote")}
    yield _case(
        "elsewhere",
        "renamed-notes",
        package("", parts=moved, inside={"rId9": ("footnotes", "notes7.xml")}),
        must_hold=base,
        told=(THIRD,),
    )
    yield _case(
        "elsewhere",
        "picture",
        package("<w:p><w:r><w:drawing/></w:r></w:p>", parts={"word/media/a.png": b"\x89PNG"}),
        must_hold=base,
    )
    entity = f'<!DOCTYPE x [<!ENTITY e "{THIRD}">]>'
    xml = f'<?xml version="1.0"?>{entity}<w:document {SPACES}><w:body>{body("<w:p><w:r><w:t>甲&e;乙尾随文字</w:t></w:r></w:p>")}</w:body></w:document>'
    yield _case(
        "elsewhere",
        "own-entity",
        package(document=xml),
        EITHER,
        must_hold=MARKS,
        told=("尾随文字",),
    )


def _counted_once() -> Iterator[Case]:
    run = _run()
    box = f"<w:txbxContent><w:p>{run}</w:p></w:txbxContent>"
    inner = {
        "fallback-box": f"<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><wps:txbx>{box}</wps:txbx></mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>",
        "fallback-run": f"<w:p><mc:AlternateContent><mc:Choice Requires='wps'>{run}</mc:Choice><mc:Fallback>{run}</mc:Fallback></mc:AlternateContent></w:p>",
        "fallback-paragraph": f"<mc:AlternateContent><mc:Choice Requires='x'><w:p>{run}</w:p></mc:Choice><mc:Fallback><w:p>{run}</w:p></mc:Fallback></mc:AlternateContent>",
        "fallback-only": f"<w:p><mc:AlternateContent><mc:Fallback>{run}</mc:Fallback></mc:AlternateContent></w:p>",
        "fallback-only-box": f"<w:p><w:r><mc:AlternateContent><mc:Choice Requires='x'/><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>",
        "moved": f"<w:p><w:moveFrom>{run}</w:moveFrom></w:p><w:p><w:moveTo>{run}</w:moveTo></w:p>",
        "moved-block": f"<w:moveFrom><w:p>{run}</w:p></w:moveFrom><w:moveTo><w:p>{run}</w:p></w:moveTo>",
        "deleted": f"<w:p><w:del><w:r><w:delText>{THIRD}</w:delText></w:r></w:del>{run}</w:p>",
        "deleted-wrong": f"<w:p><w:del>{run}</w:del>{run}</w:p>",
    }
    for name, markup in inner.items():
        yield _case("once", name, package(markup), once=(THIRD,))


def _main_parts() -> Iterator[Case]:
    third = paragraph(THIRD)
    yield _case("main part", "document2", package(third, main="document2.xml"))
    yield _case("main part", "deep-main", package(third, main="inner/main.xml"))
    both = {
        "word/document.xml": f"<w:document {SPACES}><w:body>{paragraph('旧稿')}</w:body></w:document>"
    }
    yield _case("main part", "two-mains", package(third, main="document2.xml", parts=both))
    strict = package(third).replace(b"", b"")
    xml = f'<?xml version="1.0"?><w:document {SPACES}><w:body>{body(third)}</w:body></w:document>'
    yield _case("main part", "strict", package(document=xml.replace(W, STRICT)))
    rels = relations({"rId1": ("officeDocument", "word/document.xml")})
    strict_rels = rels.replace(f"{R}/", "http://purl.oclc.org/ooxml/officeDocument/relationships/")
    yield _case(
        "main part",
        "strict-rels",
        package(document=xml.replace(W, STRICT), parts={"_rels/.rels": strict_rels}),
    )
    yield _case(
        "main part",
        "absolute-target",
        package(third, parts={"_rels/.rels": rels.replace("word/document", "/word/document")}),
    )
    yield _case(
        "main part",
        "other-prefix",
        package(document=xml.replace("w:", "q:").replace("xmlns:q:", "xmlns:w:")),
        EITHER,
    )
    yield _case(
        "main part",
        "utf16",
        package(
            document=("\ufeff" + xml.replace('"1.0"', '"1.0" encoding="UTF-16"')).encode(
                "utf-16-le"
            )
        ),
    )
    yield _case(
        "main part",
        "gbk",
        package(document=xml.replace('"1.0"', '"1.0" encoding="GB18030"').encode("gb18030")),
    )
    yield _case("main part", "no-rels", package(third, without=("_rels/.rels",)))
    yield _case("main part", "no-types", package(third, without=("[Content_Types].xml",)))
    yield _case(
        "main part", "own-rels-missing", package(third, without=("word/_rels/document.xml.rels",))
    )
    yield _case("main part", "stored", package(third, method=zipfile.ZIP_STORED))
    yield _case("main part", "bzip2", package(third, method=zipfile.ZIP_BZIP2))
    yield _case(
        "main part",
        "backslashes",
        strict.replace(b"word/document.xml", b"word\\document.xml"),
        EITHER,
    )
    yield _case(
        "main part",
        "capitals",
        package(third).replace(b"word/document.xml", b"Word/Document.xml"),
        EITHER,
    )


def _damaged() -> Iterator[Case]:
    whole = package(paragraph(THIRD))
    yield _case("damaged", "no-main", package(without=("word/document.xml",)), SKIP)
    for share in (0.1, 0.5, 0.9, 0.99):
        yield _case("damaged", f"cut-{share}", whole[: int(len(whole) * share)], EITHER)
    for at in (30, 120, 400, 700):
        yield _case(
            "damaged",
            f"flipped-{at}",
            whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :],
            EITHER,
        )
    yield _case("damaged", "in-front", b"MZ" + bytes(300) + whole, EITHER)
    yield _case("damaged", "behind", whole + bytes(5000), EITHER)
    yield _case("damaged", "empty", b"", SKIP)
    yield _case("damaged", "old-doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000), SKIP)
    yield _case("damaged", "really-text", f"{TITLE}\n{OPENING}".encode(), EITHER)
    yield _case("damaged", "really-html", f"<html><p>{OPENING}</p></html>".encode(), EITHER)
    yield _case("damaged", "really-rtf", rb"{\rtf1\ansi hello}", EITHER)
    bad_xml = {
        "xml-cut": f"<w:document {SPACES}><w:body>{paragraph(THIRD)}",
        "xml-empty": "",
        "xml-control": f"<w:document {SPACES}><w:body>{paragraph('甲' + chr(7))}</w:body></w:document>",
        "xml-no-space": "<document><body><p>甲</p></body></document>",
        "xml-other": "<html/>",
        "xml-prefix": "<w:document><w:body><w:p/></w:body></w:document>",
        "xml-deep": f"<w:document {SPACES}>" + "<w:p>" * 100_000,
    }
    for name, xml in bad_xml.items():
        yield _case("damaged", name, package(document=xml), SKIP if name != "xml-deep" else EITHER)
    lol = "".join(f'<!ENTITY e{k} "{f"&e{k - 1};" * 10}">' for k in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "xx">{lol}]><w:document {SPACES}><w:body>{body(paragraph("甲").replace("甲", "&e9;"))}</w:body></w:document>'
    yield _case("bomb", "entity-bomb", package(document=bomb), EITHER)
    outside = f'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><w:document {SPACES}><w:body>{body(paragraph("甲").replace("甲", "&f;"))}</w:body></w:document>'
    yield _case("bomb", "entity-file", package(document=outside), EITHER, absent=("root:",))
    yield _case("bomb", "zip-bomb-main", package(document=b" " * 120_000_000), SKIP)
    yield _case(
        "bomb",
        "zip-bomb-part",
        package(paragraph(THIRD), parts={"word/media/a.bin": bytes(60_000_000)}),
        EITHER,
    )
    yield _case(
        "bomb", "text-bomb", package(f"<w:p><w:r><w:t>{'县' * 9_000_000}</w:t></w:r></w:p>"), EITHER
    )
    many = {f"word/x{k}.xml": "<x/>" for k in range(3000)}
    yield _case("bomb", "many-parts", package(paragraph(THIRD), parts=many), READ)
    slip = {"../../outside.xml": "x", "/etc/outside": "x"}
    yield _case("bomb", "slip", package(paragraph(THIRD), parts=slip), READ)
    locked = bytearray(whole)
    at = locked.find(b"PK\x01\x02")
    locked[6] |= 1
    locked[at + 8] |= 1
    yield _case("damaged", "locked-member", bytes(locked), EITHER)
    shown = {
        "loose-formula": f"<m:oMathPara><m:oMath><m:r><m:t>{THIRD}</m:t></m:r></m:oMath></m:oMathPara>",
        "word-art": f"<w:p><w:r><w:pict><v:textpath string='{THIRD}'/></w:pict></w:r></w:p>",
        "deep-text": "<w:p><w:r>" + "<w:t>" * 200 + THIRD + "</w:t>" * 200 + "</w:r></w:p>",
    }
    for name, inner in shown.items():
        yield _case("beside", name, package(inner), READ, told=(THIRD,))
    field = f"<w:p><w:r><w:fldChar><w:ffData><w:textInput><w:default w:val='{THIRD}'/></w:textInput></w:ffData></w:fldChar></w:r></w:p>"
    yield _case("beside", "default-of-field", package(field), must_hold=MARKS, left_out=True)
    chart = f"<c xmlns='urn:c'><pt><v>{THIRD}</v></pt></c>"
    parts = {"word/c.xml": chart, "word/broken.xml": "<w:footnotes><w:p>"}
    for name, relation in {
        "chart-names": ("chartEx", "c.xml"),
        "broken-notes": ("footnotes", "broken.xml"),
    }.items():
        data = package(parts=parts, inside={"rId9": relation})
        yield _case("beside", name, data, READ, must_hold=MARKS, left_out=True)
