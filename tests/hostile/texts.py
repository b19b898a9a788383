"""Which plain texts are broken, enormous or misleading?"""

# markup and bytes are easier to check in one line

from __future__ import annotations

import random
from collections.abc import Iterator

from hostile.case import EITHER, MARK, MARKS, OPENING, READ, SECOND, SKIP, THIRD, Case, report

PLAIN = report()
OLD_FORMS = str.maketrans(
    "县卫总结开医体个乡镇况进续级层务诊疗将继边满桥头们鹭盖",
    "縣衛總結開醫體個鄉鎮況進續級層務診療將繼邊滿橋頭們鷺蓋",
)
TRADITIONAL = PLAIN.translate(OLD_FORMS)
UNCERTAIN = {"utf-7", "hz", "iso2022_jp_2", "cp037", "utf-32-le", "utf-32-be"}


def text_cases(chance: random.Random) -> Iterator[Case]:
    """Yield every plain text."""
    yield from _encodings()
    yield from _broken_bytes()
    yield from _characters()
    yield from _white_space()
    yield from _markup()
    yield from _structures()
    yield from _mixtures(chance)


def _txt(kind: str, name: str, text: str, must: str = READ, hold: tuple[str, ...] = MARKS) -> Case:
    return Case(f"text {kind}", f"{name}.txt", text.encode("utf-8", "surrogatepass"), must, hold)


def _encodings() -> Iterator[Case]:
    for name in (
        "utf-8",
        "utf-8-sig",
        "gb18030",
        "gbk",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
    ):
        yield Case("text encoding", f"{name}.txt", PLAIN.encode(name), READ, MARKS)
        yield Case("text encoding", f"{name}.md", PLAIN.encode(name), READ, MARKS)
    for name in ("utf-32-le", "utf-32-be", "hz", "utf-7"):
        yield Case("text encoding", f"unmarked-{name}.txt", PLAIN.encode(name), READ, MARKS)
    turned = b"\xff\xfe" + PLAIN.encode("utf-16-le") + b"\xfe\xff" + PLAIN.encode("utf-16-be")
    yield Case("text encoding", "turned.txt", turned, SKIP)
    for name in ("utf-16", "utf-8-sig", "gb18030"):
        long = PLAIN * 40
        yield Case("text encoding", f"long-{name}.txt", long.encode(name), READ, MARKS)
    yield Case("text encoding", "bom-be.txt", b"\xfe\xff" + PLAIN.encode("utf-16-be"), READ, MARKS)
    marks = tuple(mark.translate(OLD_FORMS) for mark in MARKS)
    for name in ("big5", "big5hkscs", "cp950"):
        data = TRADITIONAL.encode(name)
        must = EITHER if name == "big5hkscs" else READ
        yield Case("text encoding", f"{name}.txt", data, must, marks)
    for name in sorted(UNCERTAIN):
        data = PLAIN.encode(name, "replace")
        yield Case("text encoding", f"rare-{name}.txt", data, EITHER)
    twice = PLAIN.encode("utf-8").decode("latin-1").encode("utf-8")
    yield Case("text encoding", "encoded-twice.txt", twice, EITHER)
    half = PLAIN.encode("utf-8") + PLAIN.encode("gb18030")
    yield Case("text encoding", "two-encodings.txt", half, EITHER)
    yield Case("text encoding", "gbk-then-utf8.txt", half[::-1][: len(half) // 2], EITHER)
    for share in (0.02, 0.1, 0.3, 0.6, 0.9):
        text = "a plain English note about clinics. " * 30
        mixed = text[: int(len(text) * share)] + PLAIN
        yield Case("text encoding", f"latin-{share}.txt", mixed.encode("gb18030"), READ, MARKS)
    yield Case("text encoding", "one-han-gbk.txt", "医".encode("gbk"), EITHER)
    yield Case(
        "text encoding", "short-gbk.txt", "甲县建成医共体2个。".encode("gbk"), READ, ("建成医共体",)
    )


def _broken_bytes() -> Iterator[Case]:
    for name in ("utf-8", "gb18030", "utf-16"):
        data = PLAIN.encode(name)
        half = len(data) // 2
        yield Case("text broken", f"cut-{name}.txt", data[:-2] if name != "utf-16" else data[:-1])
        yield Case("text broken", f"bad-byte-{name}.txt", data[:half] + b"\xff" + data[half:])
        yield Case("text broken", f"lost-byte-{name}.txt", data[:half] + data[half + 1 :])
        yield Case("text broken", f"flipped-{name}.txt", bytes(b ^ 0x80 for b in data))
    data = PLAIN.encode("utf-8")
    for zeros in (1, 100, len(data) // 2, len(data), 10 * len(data), 100_000):
        yield Case("text zeros", f"zeros-behind-{zeros}.txt", data + bytes(zeros), READ, MARKS)
        yield Case("text zeros", f"zeros-before-{zeros}.txt", bytes(zeros) + data, READ, MARKS)
    gbk = PLAIN.encode("gb18030")
    yield Case("text zeros", "zeros-behind-gbk.txt", gbk + bytes(4096), READ, MARKS)
    yield Case("text zeros", "zeros-between.txt", b"\0".join(PLAIN[:80].encode().split(b"\n")))
    yield Case("text zeros", "every-second-zero.txt", bytes(b for c in data for b in (c, 0)))
    yield Case("text zeros", "only-zeros.txt", bytes(5000), SKIP)
    for name, raw in (
        ("surrogate-utf8", b"\xed\xa0\x80"),
        ("surrogate-pair-utf8", b"\xed\xa0\xbd\xed\xb8\x80"),
        ("overlong", b"\xc0\xaf"),
        ("five-bytes", b"\xf8\x88\x80\x80\x80"),
        ("beyond-unicode", b"\xf4\x90\x80\x80"),
        ("bom-inside", b"\xef\xbb\xbf"),
        ("gb-four-bytes", b"\x81\x30\x81\x30"),
    ):
        yield Case("text broken", f"{name}.txt", data[:90] + raw + data[90:])
    wide = PLAIN.encode("utf-16")
    yield Case("text broken", "surrogate-utf16.txt", wide[:60] + b"\x00\xd8" + wide[60:])
    yield Case("text broken", "surrogate-low-utf16.txt", wide[:60] + b"\x00\xdc" + wide[60:])
    yield Case("text broken", "two-boms.txt", b"\xef\xbb\xbf" * 2 + data, READ, MARKS)
    yield Case("text broken", "boms-of-two.txt", b"\xff\xfe\xef\xbb\xbf" + data)
    for name, raw in (("bom-only", b"\xef\xbb\xbf"), ("bom16-only", b"\xff\xfe"), ("empty", b"")):
        yield Case("text empty", f"{name}.txt", raw, SKIP)
    for name, raw in (
        ("pdf", b"%PDF-1.4\n1 0 obj\n"),
        ("zip", b"PK\x03\x04" + bytes(range(200))),
        ("png", b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
        ("ole", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("elf", b"\x7fELF" + bytes(range(256)) * 4),
        ("gzip", b"\x1f\x8b\x08" + bytes(range(255, 0, -1))),
    ):
        yield Case("text of another format", f"really-{name}.txt", raw)


def _characters() -> Iterator[Case]:
    named = {
        "nuls": "\0",
        "delete": "\x7f",
        "private": "\ue000\uf8ff",
        "private-plane": "\U000f0000\U0010fffd",
        "nonchar": "\uffff\ufffe\ufdd0",
        "bidi": "\u202e\u202d\u2066\u2069\u200f",
        "zero-width": "\u200b\u200c\u200d\u2060\ufeff",
        "variation": "\ufe0f\ufe0e\U000e0100",
        "line-separators": "\u2028\u2029\x85",
        "replacement": "\ufffd\ufffd",
        "tags": "\U000e0041\U000e007f",
        "family": "👨‍👩‍👧‍👦",
        "rare-han": "𠀀𪚥㐀",
        "description": "⿰⿱⿲",
        "soft-hyphen": "\xad",
        "vertical-tab": "\x0b\x0c\x1c\x1d\x1e",
        "tokens": "‹NUM›‹YEAR›‹PLACE›",
        "half-width": "ﾜｶﾞｦ",
        "compat": "㍿㎏㊣㈱ﬁ㏇",
        "arabic-digits": "٣٤٥６７８①②③⑩㊿Ⅻ",
        "hangul": "각각",
        "turkish": "İıſK",
    }
    for name, characters in named.items():
        spread = characters.join("全县基层医疗机构服务能力明显提升。")
        yield _txt("characters", f"char-{name}", report(f"{THIRD}{spread}"))
        # Signs that nobody can read are no text: so many of them refuse a file, with the reason.
        must = EITHER if name in {"nuls", "private", "private-plane"} else READ
        many = report(characters * (20_000 // len(characters)))
        yield _txt("characters", f"many-{name}", many, must)
    controls = "".join(f"第{n}号{chr(n)}字符。" for n in range(1, 32) if n not in (10, 13))
    yield _txt("characters", "controls", report(controls))
    yield _txt(
        "characters", "controls-high", report("".join(f"位{chr(n)}" for n in range(128, 160)))
    )
    yield _txt("characters", "combining", report("医" + "\u0301\u0330" * 30_000))
    yield _txt("characters", "one-of-each", report("".join(map(chr, range(0x20, 0xD000, 7)))))
    every = "".join(chr(n) for n in range(0xD800, 0xE000, 64))
    yield _txt("characters", "all-surrogates", report(every), EITHER, ())


def _white_space() -> Iterator[Case]:
    many = {
        "spaces-feeds": " " * 1_000_000 + "\f" * 2000,
        "space-feed": " \f" * 100_000,
        "feeds": "\f" * 100_000,
        "wide-spaces": "\u3000" * 300_000,
        "wide-mixed": "\u3000 " * 100_000,
        "tabs": "\t" * 300_000,
        "lines": "\n" * 300_000,
        "space-lines": " \n" * 150_000,
        "feed-lines": "\f\n" * 100_000,
        "returns": "\r" * 200_000,
        "no-break": "\xa0" * 200_000,
        "joiners": "\u200b" * 200_000,
    }
    for name, space in many.items():
        yield _txt("white space", name, report(space))
    yield _txt("white space", "spaces-in-front", " " * 400_000 + report())
    yield _txt("white space", "spaces-behind", report() + " " * 400_000)
    yield _txt("white space", "only-spaces", " \u3000\t\n\f" * 1000, SKIP, ())
    for name, end in (
        ("cr", "\r"),
        ("crlf", "\r\n"),
        ("lfcr", "\n\r"),
        ("crcrlf", "\r\r\n"),
        ("nel", "\x85"),
        ("ls", "\u2028"),
        ("vt", "\x0b"),
        ("ff", "\f"),
    ):
        yield _txt("line ends", f"ends-{name}", report().replace("\n", end))
    ends = ["\n", "\r", "\r\n", "\n\r", "\f", "\u2028", "\x85"]
    mixed = "".join(line + ends[k % 7] for k, line in enumerate(report(OPENING).split("\n") * 30))
    yield _txt("line ends", "ends-mixed", mixed)
    yield _txt("line ends", "no-end", report().rstrip("\n"))
    for name, text in (
        ("full-stop", "。"),
        ("letter", "a"),
        ("han", "医"),
        ("digit", "7"),
        ("quote", '"'),
        ("slash", "\\"),
    ):
        yield _txt("tiny", f"one-{name}", text, EITHER, ())
        yield _txt("long line", f"line-of-{name}", report(text * 200_000))
    sentence = "全县基层医疗机构服务能力明显提升，"
    yield _txt("long line", "line-clauses", report(sentence * 15_000))
    yield _txt("long line", "line-sentences", report(sentence.replace("，", "。") * 15_000))
    yield _txt("long line", "line-whole", report(sentence * 8000).replace("\n", ""))
    yield _txt("long line", "line-broken-40", report("\n".join([sentence[:-1] * 2] * 5000)))
    yield _txt("long line", "line-letters", report("abcdefghij " * 20_000))
    yield _txt("long line", "line-digits", report("1234567890" * 20_000))
    yield _txt("long line", "line-decimals", report("1.2,3.4，" * 30_000))


def _markup() -> Iterator[Case]:
    small = {
        "link-amp": '<a href="x?id=1&amp;page=2">上级文件</a>',
        "link-amps": '<a href="x?a=1&amp;b=2&amp;c=3" title="甲&nbsp;乙">上级文件</a>' * 20,
        "image": '<img src="a.gif?x=1&amp;y=2" alt="图">',
        "entities": "&lt;p&gt;&nbsp;&amp;&quot;&#39;&#20013;&#x4e2d;&hellip;",
        "entities-nested": "&amp;amp;amp;lt;b&amp;gt;",
        "entity-in-tag": "<p&nbsp;class='x'>全县</p>",
        "comment-in-tag": "<p <!-- x --> class='y'>全县</p>",
        "tag-in-comment": "<!-- <b>旧稿</b> --> 全县",
        "comment-entity": "<!-- &amp; --> &amp; <!-- &nbsp; -->",
        "cdata": "<![CDATA[全县]]>",
        "unclosed-comment": "<!-- 旧稿没有写完",
        "unclosed-script": "<script>var a = 1; 全县",
        "unclosed-style": "<style>p {color: red} 全县",
        "unclosed-tag": '<a href="x" 全县基层医疗机构',
        "unclosed-quote": '<a href="x>全县</a>',
        "closed-only": "</p></div></script></style>",
        "less-than": "用时<5天，占比>90%，a<b>c</b>",
        "tag-lines": "<p>\n全县\n</p>\n<br/>\n<table><tr><td>甲</td></tr></table>",
        "markdown": "# 标题\n\n**全县** [链接](http://a/b?c=1&amp;d=2) `x`\n\n> 引文\n\n---\n",
        "bbcode": "[url=http://a]全县[/url][b]甲[/b]",
        "template": "{{title}} {% if x %} ${name} <%= y %>",
        "script-text": "function(){return document.getElementById('a')}",
        "css-text": "p{margin:0;font-family:宋体}",
        "json-text": '{"title": "全县", "body": "<p>甲&amp;乙</p>"}',
        "url": "http://www.example.org/a?b=1&amp;c=2#d 全县 www.example.org",
        "mail": "联系：a&amp;b@example.org（全县）",
        "latex": r"\frac{1}{2}\section{全县}$x^2$",
        "word-field": 'HYPERLINK "http://a/b?c=1&amp;d=2" 全县 PAGEREF _Toc1 \\h',
    }
    for name, markup in small.items():
        yield _txt("markup", name, report(f"{THIRD}{markup}。\n{OPENING}"), READ, (MARK,))
        line = f"{markup}{OPENING}"
        yield _txt(
            "markup storm", f"storm-{name}", report(line * (60_000 // len(line))), READ, (MARK,)
        )
    units = {
        "lt": "<",
        "amp": "&",
        "hash": "&#",
        "comment": "<!--",
        "comment-dash": "<!-- -",
        "script": "<script>",
        "style": "<style>",
        "end": "-->",
        "gt": ">",
        "a": "<a href=",
        "a-quote": '<a "',
        "p": "<p>",
        "br": "<br>",
        "square": "[",
        "round": "](",
        "star": "**",
        "brace": "{{",
        "backtick": "`",
        "pair": "<a>",
        "comment-tag": "<!--<b>",
        "comments-and-tags": "<!-- x --><b>y</b>",
        "entity": "&nbsp;",
        "nearly": "&nbsp",
        "slash": "</",
        "bang": "<!",
        "question": "<?",
        "cdata": "<![CDATA[",
        "quotes": "<p a='",
        "space-lt": " <",
        "lt-letter": "<x ",
    }
    for name, unit in units.items():
        yield _txt(
            "markup storm", f"units-{name}", report(unit * (60_000 // len(unit))), READ, (MARK,)
        )


def _structures() -> Iterator[Case]:
    numerals = "一二三四五六七八九十"
    units = {
        "han-headings": "".join(f"{numerals[k % 10]}、加强基层建设\n" for k in range(3000)),
        "han-headings-text": "".join(
            f"{numerals[k % 10]}、加强基层建设\n{OPENING}\n" for k in range(800)
        ),
        "bracket-headings": "".join(
            f"（{numerals[k % 10]}）推进改革。{OPENING}\n" for k in range(800)
        ),
        "digit-headings": "".join(f"{k}.推进改革\n" for k in range(3000)),
        "deep-numbers": "".join(f"{k}.{k}.{k}.{k}.{k}推进改革\n" for k in range(1500)),
        "long-number": "1." * 20_000 + "推进改革",
        "chapters": "".join(f"第{k}章 推进改革\n第{k}条 建立制度。\n" for k in range(1200)),
        "articles-one-line": "".join(f"第{k}条建立制度。" for k in range(3000)),
        "points-one-line": "一是推进改革；二是建立制度；三是加强监管。" * 1500,
        "headings-one-line": "一、推进改革二、建立制度三、加强监管（一）落实责任" * 1200,
        "contents": "目录\n" + "".join(f"第{k}章 推进改革{'.' * 20}{k}\n" for k in range(1500)),
        "contents-dots": "目录\n" + "".join(f"推进改革{'…' * 12}{k}\n" for k in range(1500)),
        "contents-bare": "目录\n"
        + "".join(f"{numerals[k % 10]}、推进改革\n" for k in range(1500)) * 2,
        "dots": "." * 100_000,
        "dots-wide": "…" * 60_000,
        "titles": "".join(f"某{k}县2021年工作总结\n{OPENING}\n" for k in range(400)),
        "titles-only": "".join(f"某{k}县2021年工作总结\n" for k in range(1500)),
        "titles-numbered": "".join(
            f"篇{k}：某县{2000 + k % 24}年工作报告\n{OPENING * 3}\n" for k in range(250)
        ),
        "titles-one-line": "甲县2021年工作总结" * 3000,
        "furniture-line": "上一篇下一篇相关阅读打印本页关闭窗口分享到责任编辑" * 1500,
        "furniture-lines": "上一篇：通知\n下一篇：没有了\n相关阅读\n【打印本页】【关闭窗口】\n"
        * 800,
        "furniture-colons": "来源：发布日期：浏览次数：字号：大中小" * 1500,
        "registration": "京ICP备00000001号 网站标识码：4100000001 " * 1500,
        "dates": "2021年3月5日" * 5000,
        "date-lines": "2021-03-05 09:12\n" * 3000,
        "years": "2021年2020年2019年" * 4000,
        "places": "陕西省西安市长安区" * 5000,
        "places-list": "北京、天津、河北、山西、内蒙古、" * 3000,
        "suffixes": "市县区镇乡村" * 10_000,
        "open-brackets": "（" * 50_000,
        "nested-brackets": "（" * 20_000 + "）" * 20_000,
        "open-quotes": "“" * 50_000,
        "open-titles": "《" * 50_000,
        "pairs": "“全县”《通知》（甲）" * 4000,
        "amounts": "投资12.5亿元，同比增长8.3%，" * 3000,
        "numbers-lines": "12.5 8.3 88.1%\n" * 4000,
        "table-lines": "|指标|完成值|\n|---|---|\n|就诊率|88.1%|\n" * 1200,
        "masks": "xx市××县○○镇***村某某局" * 2500,
        "notes": "①②③④⑤⑥⑦⑧⑨⑩" * 3000,
        "speakers": "王某某：\n" * 4000,
        "list-of-names": "王某甲 李某乙 赵某丙 " * 4000,
        "same-paragraph": f"{OPENING}\n" * 3000,
        "chunk-numbers": "".join(f"{k}、{OPENING}{OPENING}" for k in range(800)),
        "short-lines": "医\n" * 30_000,
        "underscores": "_" * 100_000,
        "dashes": "—" * 60_000,
        "equals": "=" * 100_000,
        "heading-like": "（一\n" * 10_000,
        "signatures": "云溪县卫生健康局\n2021年12月31日\n" * 1500,
        "page-numbers": "第1页 / 共14页\n- 2 -\n—3—\n" * 1500,
    }
    for name, text in units.items():
        yield _txt("structure", name, report(text))


def _mixtures(chance: random.Random) -> Iterator[Case]:
    bits = [
        *(
            "一、",
            "（二）",
            "第三章 ",
            "1.2.",
            "2021年",
            "工作总结\n",
            "甲县",
            "\n",
            "\r\n",
            "\f",
            " ",
            "\u3000\u3000",
        ),
        *(
            "<p>",
            "</p>",
            "<!--",
            "-->",
            "&amp;",
            "&nbsp;",
            "&#20013;",
            "<a href='x?a=1&amp;b=2'>",
            "</a>",
            "<br/>",
        ),
        *(
            "上一篇：",
            "相关阅读\n",
            "第1页 / 共9页",
            "责任编辑：王某",
            "xx",
            "××",
            "‹NUM›",
            "***",
            "效劳",
            "轨制",
        ),
        *(
            "\0",
            "\ue001",
            "\ufeff",
            "\u200b",
            "\u202e",
            "\x07",
            "12.5亿元",
            "8.3%",
            "（",
            "）",
            "“",
            "”",
            "《",
            "》",
        ),
        *(
            "全县建成医共体2个。",
            "推进改革，",
            "加强监管；",
            "基层服务能力明显提升。",
            "…………12\n",
            "目录\n",
            "\t",
        ),
    ]
    for number in range(60):
        body = "".join(chance.choice(bits) for _ in range(chance.choice([30, 200, 1500, 6000])))
        yield _txt("mixture", f"mixture-{number}", f"{MARK}。\n{body}\n{SECOND}。\n", READ)
