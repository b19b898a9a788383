"""Which workbooks stop a reader, or hold text beyond the first sheet?"""

# ruff: noqa: E501  # markup and bytes are easier to check in one line

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.sax.saxutils import escape

from hostile.case import EITHER, MARK, MARKS, OPENING, READ, SECOND, SKIP, THIRD, Case

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = ["title", "year", "province", "text"]
ROWS = [
    HEAD,
    ["甲县总结", "2021", "陕西省", f"{OPENING}{MARK}。"],
    ["乙县总结", "2020", "陕西省", f"{OPENING}{SECOND}。"],
]


def column(number: int) -> str:
    """Return the letters of a column, from 1."""
    out = ""
    while number:
        number, left = divmod(number - 1, 26)
        out = chr(65 + left) + out
    return out


def cell(at: str, value: str) -> str:
    """Return a cell of inline text."""
    return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def rows_xml(rows: list[list[str]], first: int = 1) -> str:
    """Return the rows of a sheet."""
    return "".join(
        f'<row r="{r}">'
        + "".join(cell(f"{column(c)}{r}", v) for c, v in enumerate(row, 1))
        + "</row>"
        for r, row in enumerate(rows, first)
    )


def book(
    sheets: list[str],
    *,
    names: list[str] | None = None,
    states: dict[int, str] | None = None,
    parts: dict[str, str | bytes] | None = None,
    without: tuple[str, ...] = (),
) -> bytes:
    """Return a workbook made by hand; each sheet is the markup of its rows."""
    called = names or [f"表{k}" for k in range(1, len(sheets) + 1)]
    hidden = states or {}
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{k}" r:id="rId{k}"{hidden.get(k, "")}/>'
        for k, name in enumerate(called, 1)
    )
    rels = "".join(
        f'<Relationship Id="rId{k}" Type="{R}/worksheet" Target="worksheets/sheet{k}.xml"/>'
        for k in range(1, len(sheets) + 1)
    )
    start = f'<?xml version="1.0"?><Relationships xmlns="{RELS}">'
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'{start}<Relationship Id="rId1" Type="{R}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{R}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"{start}{rels}</Relationships>",
        **{
            f"xl/worksheets/sheet{k}.xml": f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
            for k, rows in enumerate(sheets, 1)
        },
        **(parts or {}),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            if name not in without:
                archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _case(
    kind: str, name: str, data: bytes, must: str = EITHER, ending: str = "xlsx", **more
) -> Case:
    more.setdefault("must_hold", MARKS if must == READ else ())
    return Case(f"workbook {kind}", f"{name}.{ending}", data, must, **more)


def workbook_cases() -> Iterator[Case]:
    """Yield every workbook."""
    good = rows_xml(ROWS)
    yield _case("plain", "good", book([good]), READ)
    more = rows_xml([HEAD, ["丙县总结", "2019", "陕西省", f"{OPENING}{THIRD}。"]])
    for name, sheets, states in (
        ("second", [good, more], {}),
        ("second-hidden", [good, more], {2: ' state="hidden"'}),
        ("second-very-hidden", [good, more], {2: ' state="veryHidden"'}),
        ("first-empty", ["", rows_xml([*ROWS[:2], ["丙", "", "", f"{SECOND}{THIRD}"]])], {}),
        (
            "first-cover",
            [
                rows_xml([["说明：正文在第二张表"]]),
                rows_xml([*ROWS[:2], ["丙", "", "", f"{SECOND}{THIRD}"]]),
            ],
            {},
        ),
        ("third", [good, "", more], {}),
    ):
        must = READ if "first" not in name else EITHER
        yield _case("sheets", name, book(sheets, states=states), must, told=(THIRD,))
    yield _case("sheets", "forty", book([good] + [more] * 40), READ, told=(THIRD,))
    yield _case("sheets", "none", book([]), SKIP)
    yield _case("sheets", "same-names", book([good, more], names=["甲", "甲"]), told=(THIRD,))
    yield _case(
        "sheets", "missing-sheet", book([good, more], without=("xl/worksheets/sheet2.xml",))
    )
    yield _case(
        "sheets", "missing-first", book([good, more], without=("xl/worksheets/sheet1.xml",))
    )
    far = {
        "xfd50000": "XFD50000",
        "last": "XFD1048576",
        "far-row": "A1048576",
        "far-column": "XFD3",
        "beyond": "ZZZ9",
        "row-beyond": "A9999999",
        "zero": "A0",
        "no-number": "A",
        "no-letter": "7",
        "huge-row": "A99999999999",
        "long": "A" * 300 + "1",
    }
    for name, at in far.items():
        yield _case(
            "far cell",
            f"at-{name}",
            book([f'{good}<row r="50000">{cell(at, THIRD)}</row>']),
            told=(THIRD,),
        )
    said = {
        "dimension-all": "A1:XFD1048576",
        "dimension-wrong": "A1:A1",
        "dimension-bad": "ZZZZ9:A0",
        "dimension-empty": "",
    }
    for name, ref in said.items():
        sheet = f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><dimension ref="{ref}"/><sheetData>{good}</sheetData></worksheet>'
        yield _case(
            "far cell",
            name,
            book([good], parts={"xl/worksheets/sheet1.xml": sheet}),
            READ if "wrong" in name else EITHER,
        )
    values = {
        "formula-cached": f'<c r="D4" t="str"><f>A1</f><v>{THIRD}</v></c>',
        "formula-no-value": "<c r='D4'><f>A1&amp;B1</f></c>",
        "error": "<c r='D4' t='e'><v>#REF!</v></c>",
        "error-odd": "<c r='D4' t='e'><v>#WHAT</v></c>",
        "bool": "<c r='D4' t='b'><v>1</v></c>",
        "bool-odd": "<c r='D4' t='b'><v>yes</v></c>",
        "number-huge": "<c r='D4'><v>1e400</v></c>",
        "number-nan": "<c r='D4'><v>NaN</v></c>",
        "number-bad": "<c r='D4'><v>12abc</v></c>",
        "shared-missing": "<c r='D4' t='s'><v>99999</v></c>",
        "shared-negative": "<c r='D4' t='s'><v>-1</v></c>",
        "date-huge": "<c r='D4' s='1' t='d'><v>99999-99-99</v></c>",
        "type-odd": "<c r='D4' t='zz'><v>5</v></c>",
        "no-ref": f"<c t='inlineStr'><is><t>{THIRD}</t></is></c>",
        "rich": f"<c r='D4' t='inlineStr'><is><r><t>{THIRD}</t></r><r><t>尾</t></r></is></c>",
        "escaped": f"<c r='D4' t='inlineStr'><is><t>_x0007_{THIRD}</t></is></c>",
        "long": f"<c r='D4' t='inlineStr'><is><t>{'全县' * 40_000}{THIRD}</t></is></c>",
        "equals": f"<c r='D4' t='inlineStr'><is><t>=HYPERLINK(\"x\"){THIRD}</t></is></c>",
    }
    for name, one in values.items():
        yield _case("cells", f"cell-{name}", book([f'{good}<row r="4">{one}</row>']))
    for name, year in (
        ("text", "二〇二一"),
        ("float", "2021.5"),
        ("range", "2019-2021"),
        ("huge", "9" * 400),
        ("negative", "-1"),
        ("word", "未知"),
        ("date", "2021/3/5"),
        ("zero", "0"),
        ("inf", "inf"),
        ("nan", "nan"),
        ("space", " 2021 "),
        ("wide", "２０２１"),
        ("year-word", "2021年"),
    ):
        yield _case(
            "odd facts",
            f"year-{name}",
            book([rows_xml([*ROWS, ["丁", year, "陕西省", f"{THIRD}。"]])]),
            READ,
            must_hold=(*MARKS, THIRD),
        )
    for name, place in (
        ("unknown", "无此省"),
        ("two", "陕西省、河南省"),
        ("number", "610000"),
        ("html", "<b>陕西</b>"),
        ("formula", "=1+1"),
    ):
        yield _case(
            "odd facts",
            f"province-{name}",
            book([rows_xml([*ROWS, ["丁", "2021", place, f"{THIRD}。"]])]),
            READ,
            must_hold=(*MARKS, THIRD),
        )
    yield _case(
        "odd facts",
        "header-twice",
        book([rows_xml([["text", "text"], [f"{MARK}。", f"{SECOND}。"]])]),
    )
    yield _case(
        "odd facts", "header-empty", book([rows_xml([["", ""], [f"{MARK}。", f"{SECOND}。"]])])
    )
    yield _case("odd facts", "header-only", book([rows_xml([HEAD])]), SKIP)
    yield _case("odd facts", "empty-rows", book([good + "<row/>" * 50_000]), READ)
    yield from _damaged(book([good]))


def _damaged(whole: bytes) -> Iterator[Case]:
    for share in (0.2, 0.7, 0.98):
        yield _case("damaged", f"cut-{share}", whole[: int(len(whole) * share)])
    for at in (40, 300, 900):
        yield _case(
            "damaged", f"flip-{at}", whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :]
        )
    good = rows_xml(ROWS)
    for name, part, data in (
        (
            "sheet-cut",
            "xl/worksheets/sheet1.xml",
            f'<worksheet xmlns="{MAIN}"><sheetData>{good[:300]}',
        ),
        ("sheet-empty", "xl/worksheets/sheet1.xml", ""),
        ("sheet-bomb", "xl/worksheets/sheet1.xml", b" " * 60_000_000),
        ("book-cut", "xl/workbook.xml", "<workbook><sheets>"),
        ("book-empty", "xl/workbook.xml", ""),
        ("rels-empty", "xl/_rels/workbook.xml.rels", ""),
        (
            "rels-loop",
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{RELS}"><Relationship Id="rId1" Type="{R}/worksheet" Target="workbook.xml"/></Relationships>',
        ),
        (
            "strings-count",
            "xl/sharedStrings.xml",
            f'<sst xmlns="{MAIN}" count="4000000000" uniqueCount="4000000000"></sst>',
        ),
        ("styles-bad", "xl/styles.xml", "<styleSheet><cellXfs count='99999999999'>"),
    ):
        yield _case("damaged", name, book([good], parts={part: data}))
    notes = f'<comments xmlns="{MAIN}"><text><t>{THIRD}</t></text></comments>'
    parts = {"xl/comments1.xml": notes}
    yield _case("beside", "notes-of-cells", book([good], parts=parts), READ, left_out=True)
    foot = f'<worksheet xmlns="{MAIN}"><sheetData>{good}</sheetData><headerFooter><oddFooter>{THIRD}</oddFooter></headerFooter></worksheet>'
    parts = {"xl/worksheets/sheet1.xml": foot}
    yield _case("beside", "foot-of-sheet", book([good], parts=parts), READ, left_out=True)
    lol = "".join(f'<!ENTITY e{k} "{f"&e{k - 1};" * 10}">' for k in range(1, 10))
    sheet = f'<!DOCTYPE x [<!ENTITY e0 "xx">{lol}]><worksheet xmlns="{MAIN}"><sheetData>{good.replace(MARK, "&e9;")}</sheetData></worksheet>'
    yield _case("damaged", "entity-bomb", book([good], parts={"xl/worksheets/sheet1.xml": sheet}))
    yield _case("damaged", "not-a-book", b"PK\x05\x06" + bytes(18), SKIP)
    yield _case("damaged", "empty", b"", SKIP)
    yield _case("damaged", "really-csv", f"text\n{MARK}\n".encode())
    for ending in ("xls", "xlsx"):
        ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        yield _case("ole", f"ole-zeros-{ending}", ole + bytes(2000), SKIP, ending)
        yield _case("ole", f"ole-ones-{ending}", ole + b"\xff" * 2000, SKIP, ending)
        yield _case("ole", f"ole-short-{ending}", ole, SKIP, ending)
        header = ole + bytes(16) + b"\x3e\x00\x03\x00\xfe\xff\x09\x00\x06\x00" + bytes(10)
        for fats in (1, 0x7FFFFFFF, 0xFFFFFFFF):
            rest = (
                fats.to_bytes(4, "little")
                + (1).to_bytes(4, "little")
                + bytes(4)
                + (4096).to_bytes(4, "little")
            )
            yield _case(
                "ole",
                f"ole-fat-{fats}-{ending}",
                header + rest + bytes(range(256)) * 8,
                SKIP,
                ending,
            )
    for name, data in (
        ("biff5", b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(range(256))),
        ("biff-count", b"\x09\x08\xff\xff" + b"\xff" * 500),
        ("html", b"<table><tr><td>text</td></tr></table>"),
        ("xlsx", whole),
        ("text", b"text\tyear\n"),
        ("empty", b""),
    ):
        yield _case("old", f"old-{name}", data, EITHER, "xls")
