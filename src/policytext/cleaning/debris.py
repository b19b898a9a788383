"""Which characters are left-overs of encodings, markup and line ends rather than text?"""

from __future__ import annotations

import html
import re

from policytext.cleaning.context import Context
from policytext.cleaning.edits import Edit
from policytext.cleaning.rewriting import has_any, replace

_LITERAL = re.compile(r"<U\+([0-9A-Fa-f]{4,6})>|\\u([0-9A-Fa-f]{4})|\\x([aA]0)")
_ENTITY = re.compile(r"&(?:#\d{1,6}|#[xX][0-9A-Fa-f]{1,5}|[A-Za-z]{2,8});")
_COMMENT = re.compile(r"<!--.*?-->|<(script|style)\b[^>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_BLOCKS = "p|div|br|hr|li|ul|ol|tr|table|tbody|thead|h[1-6]|section|article|title|head|body|html"
_INLINE = "span|font|b|i|u|em|strong|a|td|th|img|center|small|sup|sub|input|meta|link|o:p|label"
_TAG = re.compile(rf"</?(?:({_BLOCKS})|{_INLINE})(?:\s[^<>]{{0,400}})?/?>", re.IGNORECASE)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x85\u2028\u2029]")
_INVISIBLE_CHARACTERS = (
    "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ue5e5"
)
_INVISIBLE = re.compile(f"[{_INVISIBLE_CHARACTERS}]+")
_UNUSUAL = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
_SPACES = re.compile(f"(?<=\\S)[{_UNUSUAL}]+(?=\\S)")
_TRAILING = re.compile("[ \\t\u3000\u00a0\u2000-\u200a]+(?=\\n|\\Z)")


def literal_codes(text: str, context: Context) -> list[Edit]:
    r"""Turn characters that were written out as codes back into characters.

    Examples
    --------
    >>> [(e.after, e.rule) for e in literal_codes("<U+00A0>各位代表", Context())]
    [('\xa0', 'literal_code')]
    """
    edits = []
    if has_any(text, ("<U+", "\\u", "\\x")):
        for match in _LITERAL.finditer(text):
            code = int(match[1] or match[2] or match[3], 16)
            after = chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
            edits.append(Edit(match.start(), match.end(), after, "literal_code"))
    return edits


def html_leftovers(text: str, context: Context) -> list[Edit]:
    """Remove comments, scripts and tags, and turn entities into their characters.

    Examples
    --------
    >>> [(e.start, e.end, e.after) for e in html_leftovers("<p>全县&nbsp;共有", Context())]
    [(0, 3, '\\n'), (5, 11, '\\xa0')]
    """
    edits = replace(text, _COMMENT, "", "html_comment") if "<" in text else []
    inside = [range(e.start, e.end) for e in edits]
    if "<" in text:
        for m in _TAG.finditer(text):
            edits.append(Edit(m.start(), m.end(), "\n" if m[1] else "", "html_tag"))
    if "&" in text:
        for m in _ENTITY.finditer(text):
            edits.append(Edit(m.start(), m.end(), html.unescape(m[0]), "html_entity"))
    if not inside:
        return edits
    outside = [
        e for e in edits if e.rule == "html_comment" or not any(e.start in r for r in inside)
    ]
    return sorted(outside)


def line_ends(text: str, context: Context) -> list[Edit]:
    """Write every line end as a line feed; form feeds stay, they are page breaks."""
    if not has_any(text, "\r\x0b\x85\u2028\u2029"):
        return []
    return replace(text, _LINE_ENDS, "\n", "line_end")


def invisible_characters(text: str, context: Context) -> list[Edit]:
    """Remove zero-width and control characters, byte order marks and soft hyphens."""
    return replace(text, _INVISIBLE, "", "invisible_character")


def unusual_spaces(text: str, context: Context) -> list[Edit]:
    """Turn no-break and typographic spaces inside a line into ordinary ones; indents stay."""
    if not has_any(text, _UNUSUAL):
        return []
    edits = []
    for match in _SPACES.finditer(text):
        edits.append(Edit(match.start(), match.end(), " " * len(match[0]), "nbsp"))
    return edits


def trailing_spaces(text: str, context: Context) -> list[Edit]:
    """Remove spaces before line ends."""
    if not has_any(text, (" \n", "\t\n", "\u3000\n", "\u00a0\n")) and text[-1:] not in (
        " ",
        "\t",
        "\u3000",
        "\u00a0",
    ):
        return []
    return replace(text, _TRAILING, "", "trailing_spaces")
