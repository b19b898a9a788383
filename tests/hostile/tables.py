"""Which tables hold cells, lines or records that no table should?"""

# markup and bytes are easier to check in one line

from __future__ import annotations

import json
from collections.abc import Iterator

from hostile.case import EITHER, MARK, MARKS, OPENING, READ, SECOND, SKIP, THIRD, Case

HEAD = "title,year,province,text\n"
GOOD = (
    f"甲县总结,2021,陕西省,{OPENING.replace('，', '、')}{MARK}。\n乙县总结,2020,陕西省,{SECOND}。\n"
)
PLAIN = HEAD + GOOD


def table_cases() -> Iterator[Case]:
    """Yield every table of separated values and of records."""
    yield from _encodings()
    yield from _facts()
    yield from _separators()
    yield from _records()


def _csv(
    kind: str,
    name: str,
    text: str,
    must: str = READ,
    hold: tuple[str, ...] | None = None,
    ending: str = "csv",
    **more,
) -> Case:
    held = hold if hold is not None else (MARKS if must == READ else ())
    return Case(
        f"table {kind}",
        f"{name}.{ending}",
        text.encode("utf-8", "surrogatepass"),
        must,
        held,
        **more,
    )


def _encodings() -> Iterator[Case]:
    for name in ("utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"):
        yield Case("table encoding", f"enc-{name}.csv", PLAIN.encode(name), READ, MARKS)
        yield Case(
            "table encoding", f"enc-{name}.tsv", PLAIN.replace(",", "\t").encode(name), READ, MARKS
        )
    yield Case("table encoding", "padded.csv", PLAIN.encode() + bytes(5000), READ, MARKS)
    yield Case("table encoding", "bad-byte.csv", PLAIN.encode() + b"\xff,\xff,\xff,\xff\n", EITHER)
    yield Case("table encoding", "binary.csv", bytes(range(256)) * 8, EITHER)
    yield Case("table encoding", "empty.csv", b"", SKIP)


def _facts() -> Iterator[Case]:
    years = [
        "二〇二一",
        "2021年",
        "2021.0",
        "2021.5",
        "21",
        "0",
        "-1",
        "99999",
        "9" * 5000,
        "1e400",
        "nan",
        "inf",
        "2019-2021",
        "2021/3/5",
        "=2021",
        "<2021>",
        " 2021 ",
        "２０２１",
        "٢٠٢١",
        "unknown",
        "NULL",
        "n/a",
        "\x00",
        "2021\x00",
        "²",
    ]
    for k, year in enumerate(years):
        yield _csv(
            "facts",
            f"year-{k}",
            f"{PLAIN}丁县总结,{year},陕西省,{THIRD}。\n",
            READ,
            (*MARKS, THIRD),
        )
    places = [
        "无此省",
        "陕西",
        "Shaanxi",
        "610000",
        "陕西省、河南省",
        "=1+1",
        "<script>",
        "\x07",
        "市",
        "全国",
        "陕西省" * 500,
    ]
    for k, place in enumerate(places):
        yield _csv(
            "facts",
            f"place-{k}",
            f"{PLAIN}丁县总结,2021,{place},{THIRD}。\n",
            READ,
            (*MARKS, THIRD),
        )
    yield _csv("facts", "city-only", f"title,city,text\n甲,无此市,{MARK}。\n乙,西安市,{SECOND}。\n")
    yield _csv(
        "facts",
        "city-elsewhere",
        f"title,province,city,text\n甲,陕西省,广州市,{MARK}。\n乙,陕西省,西安市,{SECOND}。\n",
    )
    yield _csv(
        "facts", "county-twice", f"title,county,text\n甲,鼓楼区,{MARK}。\n乙,朝阳区,{SECOND}。\n"
    )
    yield _csv("facts", "title-empty", f"{PLAIN},,,{THIRD}。\n", READ, (*MARKS, THIRD))
    yield _csv(
        "facts",
        "title-long",
        f"{PLAIN}{'总结' * 20_000},2021,陕西省,{THIRD}。\n",
        READ,
        (*MARKS, THIRD),
    )
    yield _csv(
        "facts",
        "title-lines",
        f'{PLAIN}"甲\n县\n总结",2021,陕西省,{THIRD}。\n',
        READ,
        (*MARKS, THIRD),
    )


def _separators() -> Iterator[Case]:
    odd = {
        "nul-in-cell": PLAIN.replace("甲县", "甲\0县"),
        "quote-open": PLAIN + f'丁,2021,陕西省,"{THIRD}。\n戊,2020,陕西省,工作。\n',
        "quote-inside": PLAIN + f'丁,2021,陕西省,他说"{THIRD}"。\n',
        "quote-behind": PLAIN + f'丁,2021,陕西省,"{THIRD}"尾\n',
        "cell-long": PLAIN + f"丁,2021,陕西省,{'全县' * 100_000}{THIRD}\n",
        "cr-only": PLAIN.replace("\n", "\r"),
        "cr-in-cell": PLAIN.replace("乙县", "乙\r县"),
        "cr-mixed": PLAIN.replace("总结,2021", "总\r结,2021").replace("\n", "\r\n"),
        "blank-lines": PLAIN.replace("\n", "\n\n\n"),
        "formula": PLAIN + f"=HYPERLINK(1),2021,陕西省,=1+1{THIRD}\n",
        "formula-wide": PLAIN + f"＝1＋1,2021,陕西省,＠{THIRD}\n",
        "crlf-crlf": PLAIN.replace("\n", "\r\r\n"),
        "line-separator": PLAIN.replace("乙县", "乙\u2028县"),
    }
    for name, text in odd.items():
        hold = (*MARKS, THIRD) if THIRD in text else MARKS
        yield _csv(
            "separators",
            name,
            text,
            EITHER if name in ("quote-open", "cr-in-cell", "cr-mixed", "crlf-crlf") else READ,
            hold,
        )
        yield _csv("separators", f"tab-{name}", text.replace(",", "\t"), EITHER, (), "tsv")
    broken = {
        "too-many-cells": PLAIN + f"丁,2021,陕西省,{THIRD},尾,尾\n",
        "too-few-cells": PLAIN + "丁,2021\n",
        "no-header": GOOD,
        "header-twice": PLAIN.replace("title,year", "text,text"),
        "header-empty": "\n" + PLAIN,
        "header-spaces": PLAIN.replace(
            "title,year,province,text", " title , year , province , text "
        ),
        "header-quoted": PLAIN.replace("title,", '"title",'),
        "semicolons": PLAIN.replace(",", ";"),
        "sep-line": "sep=,\n" + PLAIN,
        "only-header": HEAD,
        "only-commas": "," * 50_000,
        "only-quotes": '"' * 50_001,
        "only-lines": "\n" * 50_000,
        "many-columns": ",".join(f"c{k}" for k in range(20_000))
        + ",text\n"
        + "," * 20_000
        + f"{MARK}\n",
        "many-rows": HEAD + f"甲,2021,陕西省,{OPENING}\n".replace("，", "、") * 400,
        "empty-text": HEAD + "甲,2021,陕西省,\n" * 30 + GOOD,
        "text-only-space": HEAD + "甲,2021,陕西省,\u3000 \n" + GOOD,
    }
    for name, text in broken.items():
        yield _csv("broken", name, text, EITHER)


def _records() -> Iterator[Case]:
    good = "".join(
        json.dumps(
            {"title": "甲县总结", "year": 2021, "text": f"{OPENING}{mark}。"}, ensure_ascii=False
        )
        + "\n"
        for mark in MARKS
    )
    odd = {
        "surrogate": '{"text": "\\ud800全县"}',
        "surrogate-title": '{"title": "\\udfff", "text": "全县"}',
        "surrogate-key": '{"\\ud800": 1, "text": "全县"}',
        "nul": '{"text": "全\\u0000县"}',
        "deep": '{"text": "全县", "x": ' + "[" * 3000 + "]" * 3000 + "}",
        "too-deep": '{"text": "全县", "x": ' + "[" * 200_000 + "]" * 200_000 + "}",
        "deep-open": "[" * 100_000,
        "nan": '{"text": "全县", "year": NaN}',
        "infinity": '{"text": "全县", "year": -Infinity}',
        "huge-float": '{"text": "全县", "year": 1e999}',
        "huge-integer": '{"text": "全县", "year": ' + "9" * 5000 + "}",
        "large-integer": '{"text": "全县", "year": 99999999999999999999}',
        "year-list": '{"text": "全县", "year": [2021]}',
        "year-object": '{"text": "全县", "year": {"a": 1}}',
        "year-true": '{"text": "全县", "year": true}',
        "year-null": '{"text": "全县", "year": null}',
        "year-float": '{"text": "全县", "year": 2021.0}',
        "year-half": '{"text": "全县", "year": 2021.5}',
        "text-number": '{"text": 5}',
        "text-list": '{"text": ["全县", "全市"]}',
        "text-null": '{"text": null}',
        "text-object": '{"text": {"a": "全县"}}',
        "text-missing": '{"title": "全县"}',
        "keys-twice": '{"text": "甲", "text": "全县"}',
        "array": '["text"]',
        "number": "5",
        "string": '"text"',
        "cut": '{"text": "全县"',
        "comma": '{"text": "全县",}',
        "single-quotes": "{'text': '全县'}",
        "two-on-a-line": '{"text": "甲"}{"text": "乙"}',
        "bom-inside": '\ufeff{"text": "全县"}',
        "line-separator": '{"text": "全\u2028县"}',
        "next-line": '{"text": "全\x85县"}',
        "comment": "// x",
        "long": '{"text": "' + "全县" * 100_000 + '"}',
        "many-keys": json.dumps({"text": "全县", **{f"k{k}": k for k in range(20_000)}}),
    }
    for name, line in odd.items():
        yield _csv("records", f"record-{name}", f"{good}{line}\n", READ, None, "jsonl")
    yield Case("table records", "gbk.jsonl", good.encode("gb18030"), READ, MARKS)
    yield Case("table records", "bom.jsonl", good.encode("utf-8-sig"), READ, MARKS)
    yield Case("table records", "padded.jsonl", good.encode() + bytes(3000), READ, MARKS)
    yield _csv("records", "pretty", json.dumps({"text": MARK}, indent=2), EITHER, (), "jsonl")
    yield _csv("records", "cr", good.replace("\n", "\r"), READ, None, "jsonl")
    yield _csv("records", "empty", "", SKIP, (), "jsonl")
    yield _csv("records", "empty-objects", "{}\n" * 1000, EITHER, (), "jsonl")
    beside = json.dumps({"text": MARK, "remark": SECOND}, ensure_ascii=False)
    yield Case("table columns", "other-key.jsonl", beside.encode(), READ, (MARK,), left_out=True)
    for name, head in {"twice": "text,text", "other": "text,remark"}.items():
        table = f"{head}\n{MARK},{SECOND}\n".encode()
        yield Case("table columns", f"{name}.csv", table, READ, (MARK,), left_out=True)
