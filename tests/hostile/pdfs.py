"""Which PDF files lack text, loop, or lie about their size?"""

# ruff: noqa: E501  # markup and bytes are easier to check in one line

from __future__ import annotations

import zlib
from collections.abc import Iterator

from hostile.case import EITHER, MARK, MARKS, OPENING, READ, SECOND, SKIP, THIRD, TITLE, Case

FONT = {
    3: "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
    4: "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 5 0 R >>",
    5: "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 800 /StemV 90 >>",
}
GOOD = [
    [TITLE, f"{OPENING[:20]}", f"{MARK}，工作有序推进。"],
    [f"{SECOND}。", "我们将继续提升服务能力。"],
]


def shown(lines: list[str], size: int = 14) -> bytes:
    """Return the drawing of some lines."""
    return "".join(
        f"BT /F1 {size} Tf 60 {760 - 22 * k} Td <{line.encode('utf-16-be').hex()}> Tj ET\n"
        for k, line in enumerate(lines)
    ).encode()


def document(
    pages: list[list[str]],
    *,
    objects: dict[int, str | bytes] | None = None,
    page: str = "",
    trailer: str = "",
    contents: dict[int, bytes] | None = None,
    start: int | None = None,
) -> bytes:
    """Return a PDF file; given objects replace or follow those made here."""
    made: dict[int, str | bytes] = dict(FONT)
    kids = []
    for number, lines in enumerate(pages):
        at = 10 + 2 * number
        kids.append(f"{at} 0 R")
        made[at] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {at + 1} 0 R {page} "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        data = (contents or {}).get(number, shown(lines))
        made[at + 1] = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data)
    made[1] = "<< /Type /Catalog /Pages 2 0 R >>"
    made[2] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    made |= objects or {}
    out, offsets = b"%PDF-1.4\n", {}
    for key in sorted(made):
        data = made[key]
        offsets[key] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (key, data if isinstance(data, bytes) else data.encode())
    table = len(out) if start is None else start
    out += b"xref\n" + b"".join(b"%d 1\n%010d 00000 n \n" % (k, offsets[k]) for k in sorted(made))
    end = f"trailer << /Size {max(made) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{table}\n%%EOF\n"
    return out + end.encode()


def _case(kind: str, name: str, data: bytes, must: str = EITHER, **more) -> Case:
    more.setdefault("must_hold", MARKS if must == READ else ())
    return Case(f"pdf {kind}", f"{name}.pdf", data, must, **more)


def pdf_cases() -> Iterator[Case]:
    """Yield every PDF file."""
    whole = document(GOOD)
    yield _case("plain", "good", whole, READ)
    yield _case("blank", "one-blank", document([GOOD[0], [], GOOD[1]]), READ, left_out=True)
    yield _case("blank", "first-blank", document([[], *GOOD]), READ, left_out=True)
    yield _case(
        "blank", "many-blank", document([GOOD[0], *[[]] * 37, GOOD[1]]), EITHER, left_out=True
    )
    long = [[f"{OPENING}{MARK}。"] * 25, [SECOND]]
    yield _case("blank", "mostly-blank", document([*long, *[[]] * 37]), READ, left_out=True)
    yield _case("blank", "all-blank", document([[], [], []]), SKIP)
    yield _case("blank", "few-signs", document([["1"], ["2"], ["3"]]), SKIP)
    picture = b"q 500 0 0 700 0 0 cm /Im0 Do Q"
    yield _case(
        "blank",
        "picture-pages",
        document([*GOOD, [], []], contents={2: picture, 3: picture}),
        READ,
        left_out=True,
    )
    yield _case("blank", "no-pages", document([]), SKIP)
    yield from _structures(whole)
    yield from _contents()
    yield from _damaged(whole)


def _structures(whole: bytes) -> Iterator[Case]:
    yield _case(
        "loop",
        "kids-loop",
        document(GOOD, objects={2: "<< /Type /Pages /Kids [10 0 R 12 0 R 2 0 R] /Count 3 >>"}),
    )
    yield _case(
        "loop",
        "only-loop",
        document(GOOD, objects={2: "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"}),
    )
    deep = {
        k: f"<< /Type /Pages /Parent 2 0 R /Kids [{k + 1} 0 R] /Count 1 >>"
        for k in range(100, 3100)
    }
    deep[3100] = "<< /Type /Pages /Kids [10 0 R] /Count 1 >>"
    yield _case(
        "loop",
        "deep-tree",
        document(GOOD, objects={2: "<< /Type /Pages /Kids [100 0 R] /Count 1 >>", **deep}),
    )
    yield _case(
        "loop",
        "parent-loop",
        document(
            GOOD, objects={2: "<< /Type /Pages /Parent 2 0 R /Kids [10 0 R 12 0 R] /Count 2 >>"}
        ),
    )
    yield _case(
        "loop",
        "length-loop",
        document(GOOD, objects={11: b"<< /Length 11 0 R >>\nstream\nBT ET\nendstream"}),
    )
    yield _case(
        "loop",
        "form-loop",
        document(
            GOOD,
            objects={
                50: b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 50 0 R >> >> /Length 5 >>\nstream\n/X Do\nendstream"
            },
            page="/XObject << /X 50 0 R >>",
        ),
    )
    yield _case("loop", "font-loop", document(GOOD, objects={3: "3 0 R"}))
    yield _case(
        "loop", "xref-loop", document(GOOD, trailer=f"/Prev {whole.rfind(b'xref', 0, -60)}")
    )
    for count in (0, 1, 100, 2_000_000, -5, 2**31 - 1, 2**40):
        yield _case(
            "count",
            f"count-{count}",
            document(GOOD, objects={2: f"<< /Type /Pages /Kids [10 0 R 12 0 R] /Count {count} >>"}),
        )
    yield _case(
        "count", "many-pages", document([[f"{OPENING[:12]}{MARK}"]] * 1500 + [[SECOND]]), READ
    )
    same = " ".join(["10 0 R"] * 3000)
    yield _case(
        "count",
        "same-page-often",
        document(GOOD, objects={2: f"<< /Type /Pages /Kids [{same}] /Count 3000 >>"}),
    )
    for box in (
        "[0 0 0 0]",
        "[0 0 1e30 1e30]",
        "[9 9 0 0]",
        "[]",
        "[a b c d]",
        "[-1e9 -1e9 1e9 1e9]",
    ):
        data = document(GOOD).replace(b"[0 0 595 842]", box.encode())
        yield _case("count", f"box-{len(box)}-{box[1:3].strip()}", data)


def _contents() -> Iterator[Case]:
    for name, one in (("lines", b"%d 0 m %d 842 l S\n"), ("boxes", b"%d %d 10 10 re S\n")):
        drawn = b"".join(one % (k % 595, 7 * k % 842) for k in range(6_000))
        data = document(GOOD, contents={0: drawn + shown(GOOD[0])})
        yield _case("contents", f"many-{name}", data, READ)
    yield _case("contents", "rotated", document(GOOD, page="/Rotate 90"), READ)
    yield _case("contents", "tiny-font", document(GOOD, contents={0: shown(GOOD[0], 1)}), READ)
    for name, mode in (("invisible", 3), ("clip", 7)):
        yield _case(
            "contents", name, document(GOOD, contents={0: b"%d Tr " % mode + shown(GOOD[0])}), READ
        )
    yield _case(
        "contents",
        "outside-page",
        document(GOOD, contents={1: b"1 0 0 1 5000 5000 cm " + shown(GOOD[1])}),
        READ,
        must_hold=(MARK,),
        told=(SECOND,),
    )
    yield _case(
        "contents",
        "open-stack",
        document(GOOD, contents={0: b"q " * 50_000 + shown(GOOD[0])}),
        READ,
    )
    yield _case(
        "contents",
        "closed-stack",
        document(GOOD, contents={0: b"Q " * 50_000 + shown(GOOD[0])}),
        READ,
    )
    yield _case(
        "contents", "text-storm", document(GOOD, contents={0: shown([MARK] * 8000)}), EITHER
    )
    letters = "".join(
        f"BT /F1 12 Tf {60 + k % 40 * 12} {780 - k // 40 * 2} Td <{ord('县'):04x}> Tj ET\n"
        for k in range(12_000)
    )
    yield _case("contents", "letter-storm", document(GOOD, contents={0: letters.encode()}))
    packed = zlib.compress(
        b"BT /F1 14 Tf 60 700 Td <%s> Tj ET " % MARK.encode("utf-16-be").hex().encode()
        + b" " * 60_000_000,
        9,
    )
    flate = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
    yield _case("contents", "flate-bomb", document(GOOD, objects={11: flate}))
    drawn = zlib.compress(shown([MARK * 3]) * 60_000, 9)
    flate = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(drawn), drawn)
    yield _case("contents", "text-bomb", document(GOOD, objects={11: flate}))
    signs = b"BT /F1 1 Tf 60 700 Td <" + b"53bf5e02" * 2500 + b"> Tj ET\n"
    glyphs = zlib.compress(signs * 250, 9)
    flate = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(glyphs), glyphs)
    yield _case("contents", "glyph-bomb", document(GOOD, objects={11: flate}))
    twice = zlib.compress(zlib.compress(bytes(30_000_000), 9), 9)
    flate = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s\nendstream" % (
        len(twice),
        twice,
    )
    yield _case("contents", "flate-twice", document(GOOD, objects={11: flate}))
    yield _case(
        "contents",
        "filter-unknown",
        document(GOOD, objects={11: b"<< /Length 4 /Filter /Nothing >>\nstream\nabcd\nendstream"}),
    )
    yield _case("contents", "no-contents", document(GOOD, objects={11: "null"}))
    yield _case("contents", "no-font", document(GOOD, objects={3: "null"}))
    yield _case(
        "contents",
        "script",
        document(
            GOOD,
            objects={
                1: "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert) >> >>"
            },
        ),
        READ,
    )
    yield _case(
        "contents",
        "launch",
        document(
            GOOD,
            objects={
                1: "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Launch /F (/bin/true) >> >>"
            },
        ),
        READ,
    )
    note = f"<< /Type /Annot /Subtype /FreeText /Rect [0 0 99 99] /Contents <feff{THIRD.encode('utf-16-be').hex()}> >>"
    yield _case(
        "contents",
        "annotation",
        document(GOOD, objects={60: note}, page="/Annots [60 0 R]"),
        READ,
        told=(THIRD,),
    )


def _damaged(whole: bytes) -> Iterator[Case]:
    for share in (0.1, 0.4, 0.7, 0.95, 0.995):
        yield _case("damaged", f"cut-{share}", whole[: int(len(whole) * share)])
    yield _case("damaged", "header-only", b"%PDF-1.4\n", SKIP)
    yield _case("damaged", "empty", b"", SKIP)
    yield _case("damaged", "zeros", b"%PDF-1.4\n" + bytes(5000), SKIP)
    yield _case("damaged", "in-front", b"HTTP/1.1 200 OK\r\n\r\n" + whole)
    yield _case("damaged", "behind", whole + bytes(5000))
    yield _case("damaged", "bad-start", document(GOOD, start=999_999_999))
    yield _case("damaged", "negative-start", document(GOOD, start=-5))
    yield _case("damaged", "really-html", b"<html><p>404</p></html>")
    yield _case("damaged", "really-text", f"{TITLE}\n{OPENING}".encode())
    locked = (
        "/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -1 /O <"
        + "ab" * 32
        + "> /U <"
        + "cd" * 32
        + "> >> /ID [<00> <00>]"
    )
    yield _case("damaged", "locked", document(GOOD, trailer=locked), SKIP)
    yield _case(
        "damaged", "locked-odd", document(GOOD, trailer="/Encrypt << /Filter /Odd >>"), SKIP
    )
    yield _case(
        "damaged", "nested-arrays", document(GOOD, objects={70: "[" * 20_000 + "]" * 20_000})
    )
    yield _case(
        "damaged",
        "nested-dicts",
        document(
            GOOD,
            objects={1: "<< /Type /Catalog /Pages 2 0 R /A " + "<< /A " * 20_000 + ">> " * 20_001},
        ),
    )
    yield _case("damaged", "root-missing", whole.replace(b"/Root 1 0 R", b"/Root 9 0 R"))
    yield _case("damaged", "big-number", whole.replace(b"/Size ", b"/Size 99999999999"))
