"""Which web pages hide text where a parser does not look?"""

# markup and bytes are easier to check in one line

from __future__ import annotations

from collections.abc import Iterator

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

HEAD = '<!DOCTYPE html><html><head><meta charset="utf-8"><title>云溪县政府网</title></head>'
ARTICLE = f"<h1>{TITLE}</h1><p>{OPENING}{MARK}，工作有序推进。</p>"


def page(inner: str = "", behind: str = "") -> str:
    """Return a page of our own: an article, the given markup, and a last paragraph."""
    last = f"<p>{CLOSING}{SECOND}。</p>"
    return f"{HEAD}<body><article>{ARTICLE}{inner}{last}</article></body></html>{behind}"


def page_cases() -> Iterator[Case]:
    """Yield every web page."""
    yield from _deep()
    yield from _outside()
    yield from _silent()
    yield from _charsets()
    yield from _broken()


def _html(
    kind: str,
    name: str,
    markup: str,
    must: str = READ,
    hold: tuple[str, ...] = (*MARKS, THIRD),
    **more,
) -> Case:
    return Case(
        f"page {kind}", f"{name}.html", markup.encode("utf-8", "surrogatepass"), must, hold, **more
    )


def _deep() -> Iterator[Case]:
    for tag in (
        "div",
        "span",
        "b",
        "table><tr><td",
        "ul><li",
        "blockquote",
        "font",
        "p",
        "section",
        "a",
    ):
        for depth in (300, 3000):
            ends = "".join(f"</{t}>" for t in reversed(tag.split("><")))
            inner = f"<{tag}>" * depth + f"{THIRD}。" + ends * depth
            yield _html("deep", f"deep-{tag[:5]}-{depth}", page(inner))
    yield _html("deep", "deep-unclosed", page("<div>" * 20_000 + f"{THIRD}。"))
    yield _html("deep", "unclosed-p", page("<p>全县" * 5000 + f"{THIRD}。"))
    yield _html("deep", "unclosed-bold", page("<b><i><p>" * 1000 + f"{THIRD}。"))
    yield _html("deep", "closed-only", page("</div>" * 20_000 + f"<p>{THIRD}。</p>"))
    yield _html("deep", "wrong-order", page("<b><p></b></p>" * 2000 + f"<p>{THIRD}。</p>"))


def _outside() -> Iterator[Case]:
    behind = f"<p>{THIRD}。</p>"
    yield _html("outside", "behind-html", page("", behind))
    yield _html("outside", "behind-html-bare", page("", f"\n{THIRD}。\n"))
    yield _html("outside", "behind-twice", page("", f"</html>{behind}"))
    yield _html("outside", "two-pages", page() + page().replace(MARK, THIRD))
    yield _html("outside", "before-html", f"<p>{THIRD}。</p>{page()}")
    yield _html("outside", "in-head", page().replace("</title>", f"</title><p>{THIRD}。</p>"))
    yield _html("outside", "between", page().replace("<body>", f"{THIRD}。<body>"))
    yield _html("outside", "two-bodies", page(f"</body><body><p>{THIRD}。</p>"))
    yield _html("outside", "no-html", f"{ARTICLE}<p>{THIRD}{SECOND}。</p>")
    yield _html("outside", "only-text", f"{TITLE}\n{OPENING}{MARK}{SECOND}{THIRD}。")
    yield _html(
        "outside", "huge-node", page(f"<p>{'全县基层医疗服务' * 420_000}</p><p>{THIRD}。</p>")
    )
    yield _html(
        "outside", "huge-attribute", page(f"<p title='{'x' * 10_100_000}'>甲</p><p>{THIRD}。</p>")
    )
    yield _html("outside", "after-doctype", page().replace("<html>", f"<html>{THIRD}。"))


def _silent() -> Iterator[Case]:
    inner = {
        "noscript": f"<noscript>{THIRD}。</noscript>",
        "template": f"<template>{THIRD}。</template>",
        "svg": f"<svg><text>{THIRD}。</text></svg>",
        "iframe": f"<iframe>{THIRD}。</iframe>",
        "srcdoc": f'<iframe srcdoc="<p>{THIRD}。</p>"></iframe>',
        "comment-open": f"<!-- {THIRD}。",
        "script-open": f"<script>var x; {THIRD}。",
        "style-open": f"<style>p {{}} {THIRD}。",
        "title-open": f"<title>{THIRD}。",
        "textarea-open": f"<textarea>{THIRD}。",
        "script-text": f'<script>document.write("<p>{THIRD}。</p>")</script>',
        "alt": f'<img alt="{THIRD}">',
        "value": f'<input value="{THIRD}">',
    }
    for name, markup in inner.items():
        hold = () if name.endswith("open") else MARKS
        yield _html("silent", f"silent-{name}", page(markup), READ, hold, told=(THIRD,))
    shown = {
        "hidden": f"<p style='display:none'>{THIRD}。</p>",
        "textarea": f"<textarea>{THIRD}。</textarea>",
        "option": f"<select><option>{THIRD}</option></select>",
        "plaintext": f"<plaintext>{THIRD}。",
        "xmp": f"<xmp>{THIRD}<b>。</xmp>",
        "math": f"<math><mi>{THIRD}</mi></math>",
        "ruby": f"<ruby>{THIRD}<rt>甲</rt></ruby>",
        "pre": f"<pre>\n\n{THIRD}\n</pre>",
        "caption": f"<table><caption>{THIRD}</caption><tr><td>甲</td></tr></table>",
        "table-text": f"<table>{THIRD}<tr><td>甲</td></tr></table>",
        "frameset": f"<frameset><noframes>{THIRD}。</noframes></frameset>",
        "object": f"<object>{THIRD}。</object>",
        "marquee": f"<marquee>{THIRD}。</marquee>",
        "own-tag": f"<o:p>{THIRD}。</o:p><st1:x>甲</st1:x>",
        "conditional": f"<![if !mso]><p>{THIRD}。</p><![endif]>",
        "cdata": f"<p><![CDATA[ 甲 ]]>{THIRD}。</p>",
        "entity": f"<p>&{THIRD};&unknown;&#0;&#xD800;&#x110000;&#99999999999;</p>",
        "dialog": f"<dialog>{THIRD}。</dialog>",
        "details": f"<details><summary>甲</summary>{THIRD}。</details>",
        "nul": f"<p>\0{THIRD}\0。</p>",
        "returns": f"<p>\r{THIRD}\r\r</p>",
        "spaces": f"<p>{'&nbsp;' * 50_000}{THIRD}。</p>",
        "links": "<a href='x?a=1&amp;b=2'>甲</a>" * 3000 + f"<p>{THIRD}。</p>",
        "attributes": f"<p {' '.join(f'a{k}={k}' for k in range(8000))}>{THIRD}。</p>",
        "same-ids": "<p id='a'>甲</p>" * 3000 + f"<p>{THIRD}。</p>",
        "breaks": "<br>" * 30_000 + f"{THIRD}。",
        "comments": "<!-- x --><b>甲</b>" * 5000 + f"<p>{THIRD}。</p>",
        "rows": f"<table>{'<tr><td>甲</td><td>1</td></tr>' * 5000}</table><p>{THIRD}。</p>",
        "span-cells": f"<table><tr><td rowspan='999999' colspan='999999'>{THIRD}</td></tr></table>",
        "footer": f"<footer><p>版权所有：{THIRD}</p></footer>",
        "base": f"<base href='file:///'><meta http-equiv='refresh' content='0'><p>{THIRD}。</p>",
    }
    section = f"<p>甲。</p><![CDATA[{THIRD}]]>"
    yield _html("shown", "section", page(section), READ, MARKS, told=(THIRD,))
    yield Case("html shown", "unmarked-32.html", page().encode("utf-32-le"), READ, MARKS)
    for name, markup in shown.items():
        yield _html("shown", f"shown-{name}", page(markup))
    for name, markup in {
        "only-script": "<script>var a = 1;</script>",
        "only-tags": "<html><body><div></div></body></html>",
        "only-comment": "<!-- x -->",
        "only-image": "<img src='a.gif'>",
        "empty": "",
        "lt": "<",
    }.items():
        yield _html("empty", name, markup, SKIP if name != "lt" else EITHER, ())


def _charsets() -> Iterator[Case]:
    text = page(f"<p>{THIRD}。</p>")
    hold = (*MARKS, THIRD)
    for said in ("gb2312", "utf-8", "big5", "iso-8859-1", "utf-16", "x-none", "utf-7"):
        for real in ("utf-8", "gb18030", "utf-16", "utf-8-sig"):
            markup = text.replace('charset="utf-8"', f'charset="{said}"')
            yield Case(
                "page charset", f"said-{said}-is-{real}.htm", markup.encode(real), READ, hold
            )
    declared = '<?xml version="1.0" encoding="gb2312"?>' + text
    for real in ("utf-8", "gb18030"):
        yield Case("page charset", f"declared-{real}.html", declared.encode(real), READ, hold)
    xhtml = text.replace("<html>", '<html xmlns="http://www.w3.org/1999/xhtml">')
    yield Case("page charset", "xhtml.html", xhtml.encode(), READ, hold)
    yield Case("page charset", "padded.html", text.encode() + bytes(9000), READ, hold)


def _broken() -> Iterator[Case]:
    bomb = "".join(f'<!ENTITY e{k} "{f"&e{k - 1};" * 10}">' for k in range(1, 10))
    yield _html(
        "broken",
        "entity-bomb",
        f'<!DOCTYPE html [<!ENTITY e0 "xx">{bomb}]>' + page(f"<p>&e9;{THIRD}</p>"),
        EITHER,
    )
    outside = '<!DOCTYPE html [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    yield _html(
        "broken", "entity-file", outside + page(f"<p>&f;{THIRD}</p>"), EITHER, absent=("root:",)
    )
    whole = page(f"<p>{THIRD}。</p>")
    for share in (0.3, 0.6, 0.9):
        yield _html("broken", f"cut-{share}", whole[: int(len(whole) * share)], EITHER, ())
    yield _html(
        "broken", "quotes-open", page(f'<p title="甲>{THIRD}。</p>'), READ, (MARK,), told=(THIRD,)
    )
    yield _html("broken", "lt-storm", page("<" * 50_000 + f"<p>{THIRD}。</p>"))
    yield _html("broken", "amp-storm", page("&" * 50_000 + f"<p>{THIRD}。</p>"))
    yield _html(
        "broken",
        "open-comments",
        page("<!--" * 20_000 + f"--><p>{THIRD}。</p>"),
        READ,
        MARKS,
        told=(THIRD,),
    )
    yield _html("broken", "surrogates", page(f"<p>\ud800{THIRD}。</p>"), EITHER, ())
    mail = f"MIME-Version: 1.0\nContent-Type: multipart/related\n\n--x\n{whole}\n--x--\n"
    yield _html("broken", "mime", mail, EITHER, ())
    yield _html("broken", "json", '{"html": "' + ARTICLE + '"}', EITHER, ())
    yield Case("page broken", "binary.html", bytes(range(256)) * 40, EITHER)
    yield Case(
        "page broken",
        "one-bad-byte.html",
        whole.encode()[:400] + b"\xff" + whole.encode()[400:],
        EITHER,
    )
