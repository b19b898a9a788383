"""Which signs, lines and line breaks come from markup and printed pages, not from the report?

More than 900 lines, as numbers, heads, notes and breaks of a page are each told by the others.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import accumulate, combinations, groupby, pairwise
from typing import NamedTuple

from policytext.cleaning.context import (
    DATE_LINE,
    HAN,
    WORDS,
    Context,
    Finding,
    Signs,
    has_any,
    in_mid_sentence,
    is_row,
    join_odds,
    listed,
    numbers_meet,
    replace_each,
    runs_on,
    signs_of,
    where,
)
from policytext.cleaning.mapped import Edit
from policytext.data import any_of, words_of
from policytext.records import read_numeral, sign_class

# Which characters are left-overs of encodings, markup and line ends rather than text?

_LITERAL = re.compile(
    r"<U\+([0-9A-Fa-f]{4,6})>|\\u([0-9A-Fa-f]{4})|\\x([aA]0)|_x(00[01][0-9A-Fa-f]|005[Ff]|3000)_"
)
_WRITTEN_END = re.compile(rf"\\r\\n|(?<=[{HAN}，。；：、！？”）》%\dn])\\n(?![A-Za-z])")
"""A line end that was written out: behind words, and no letter behind it (D:\\数据\\new)."""
_ENTITY = re.compile(r"&(?:amp;)*(?:#\d{1,6}|#[xX][0-9A-Fa-f]{1,5}|[A-Za-z]{2,8});")
_OPENING = re.compile(r"<!--|<(script|style)\b", re.IGNORECASE)
_CLOSING = {
    "": re.compile("-->"),
    "script": re.compile(r"</script\s*>", re.IGNORECASE),
    "style": re.compile(r"</style\s*>", re.IGNORECASE),
}
_BLOCKS = "p|div|br|hr|li|ul|ol|tr|table|tbody|thead|h[1-6]|section|article|title|head|body|html"
_CELLS_OF_TABLE = "td|th"
_INLINE = "span|font|b|i|u|em|strong|a|img|center|small|sup|sub|input|meta|link|o:p|label"
_TAG = re.compile(
    rf"</?(?:({_BLOCKS})|({_CELLS_OF_TABLE})|{_INLINE})(?:\s[^<>]{{0,400}})?/?>", re.IGNORECASE
)
_LINE_ENDS = re.compile("\r\n|(?:\r(?!\n))+|[\x0b\x85\u2028\u2029]+")
_INVISIBLE_SPANS = (
    (0x00, 0x09), (0x0E, 0x20), (0x7F, 0x85), (0x86, 0xA0), (0xAD, 0xAE), (0x200B, 0x2010),
    (0x202A, 0x202F), (0x2060, 0x2065), (0xE5E5, 0xE5E6), (0xFEFF, 0xFF00),
)  # fmt: skip
_INVISIBLE = re.compile(sign_class(_INVISIBLE_SPANS) + "+")
_UNUSUAL = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
_SPACES = re.compile(f"(?<=\\S)[{_UNUSUAL}]+(?=\\S)")


def literal_codes(text: str, context: Context) -> list[Edit]:
    r"""Turn characters that were written out as codes back into characters.

    >>> [(e.after, e.rule) for e in literal_codes("<U+00A0>各位代表", Context())]
    [('\xa0', 'literal_code')]
    """
    if not has_any(text, ("<U+", "\\u", "\\x", "\\n", "_x")):
        return []
    edits = [Edit(*m.span(), _character(m), "literal_code") for m in _LITERAL.finditer(text)]
    ends = list(_WRITTEN_END.finditer(text))
    if len(ends) > 1 or "\\r\\n" in text:  # one alone may be part of a path
        edits += [Edit(*m.span(), "\n", "literal_code") for m in ends]
    return sorted(edits)


def _character(match: re.Match[str]) -> str:
    code = int(next(filter(None, match.groups())), 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def html_entities(text: str, context: Context) -> list[Edit]:
    """Turn entities into their characters, those that were escaped twice too.

    >>> [(e.start, e.end, e.after) for e in html_entities("全县&nbsp;共有&amp;gt;5", Context())]
    [(2, 8, '\\xa0'), (10, 18, '>')]
    """
    if "&" not in text:
        return []
    return [Edit(*m.span(), _unescaped(m[0]), "html_entity") for m in _ENTITY.finditer(text)]


def _unescaped(entity: str) -> str:
    for _ in range(1 + entity.count("amp;")):
        entity = html.unescape(entity)
    return entity


def html_leftovers(text: str, context: Context) -> list[Edit]:
    """Remove comments, scripts and tags; a tab parts the cells of a table.

    >>> [(e.start, e.end, e.after) for e in html_leftovers("<p>全县<b>共有</b>", Context())]
    [(0, 3, '\\n'), (5, 8, ''), (10, 14, '')]
    """
    if "<" not in text:
        return []
    comments = [Edit(*span, "", "html_comment") for span in _comments(text)]
    tags = [Edit(*m.span(), _of_tag(m), "html_tag") for m in _TAG.finditer(text)]
    return _with_those_outside(comments, tags)


def _of_tag(tag: re.Match[str]) -> str:
    """Return what stands for a tag: a line end for a block, a tab between two cells of a table."""
    if tag[1]:
        return "\n"
    opens_row = tag[0][1] != "/" and tag.string.endswith(">", 0, tag.start())
    return "\t" if tag[2] and not opens_row else ""


def _comments(text: str) -> list[tuple[int, int]]:
    """Return the spans of comments, scripts and styles that are closed.

    All ends are looked up beforehand: a search from every opening would pass over the rest of the
    text once for each.

    >>> _comments("<!-- 甲 --><script>乙</SCRIPT >丙<!-- <style>丁</style><script>")
    [(0, 10), (10, 29), (35, 51)]
    """
    ends = {name: [m.span() for m in end.finditer(text)] for name, end in _CLOSING.items()}
    brackets = [m.span() for m in re.finditer(">", text)]
    out = []
    at = 0
    while opening := _OPENING.search(text, at):
        at = opening.end()
        name = (opening[1] or "").casefold()
        if name:
            at = _end_behind(brackets, at) or len(text)
        end = _end_behind(ends[name], at)
        at = end or opening.end()
        if end:
            out.append((opening.start(), end))
    return out


def _end_behind(spans: Sequence[tuple[int, int]], position: int) -> int:
    """Return where the first span ends that begins at a position or behind it; 0 if none does."""
    at = bisect_left(spans, (position, 0))
    return spans[at][1] if at < len(spans) else 0


def _with_those_outside(edits: Sequence[Edit], more: Iterable[Edit]) -> list[Edit]:
    """Add edits that begin in none of the others; both are in order and do not overlap."""
    out: list[Edit] = []
    at = 0
    for edit in more:
        while at < len(edits) and edits[at].end <= edit.start:
            out.append(edits[at])
            at += 1
        if at == len(edits) or edit.start < edits[at].start:
            out.append(edit)
    return [*out, *edits[at:]]


def line_ends(text: str, context: Context) -> list[Edit]:
    """Write every line end as a line feed; form feeds stay, they are page breaks."""
    if not has_any(text, "\r\x0b\x85\u2028\u2029"):
        return []
    found = _LINE_ENDS.finditer(text)  # ends that follow one another are one edit: files of ends
    return [Edit(*m.span(), "\n" * len(m[0].replace("\r\n", "\n")), "line_end") for m in found]


@cache
def _invisible() -> Signs:
    return signs_of(*_INVISIBLE_SPANS)


def invisible_characters(text: str, context: Context) -> list[Edit]:
    """Remove zero-width and control characters, byte order marks and soft hyphens."""
    if not where(_invisible(), text).any():
        return []
    return replace_each(text, _INVISIBLE, "", "invisible_character")


def unusual_spaces(text: str, context: Context) -> list[Edit]:
    """Turn no-break and typographic spaces inside a line into ordinary ones; indents stay."""
    if not has_any(text, _UNUSUAL):
        return []
    return [Edit(*m.span(), " " * len(m[0]), "nbsp") for m in _SPACES.finditer(text)]


# Which lines repeat: heads and feet of pages, and text that was scraped twice?

_COUNT = re.compile(r"(?<!\d)\d{1,3}(?!\d)")
"""What may count pages; a year never does, so titles of several years are no running head."""
_LEAST_PAGES = 2
_LONG = 40
_LEAST_LINES = 4
_LEAST_CHARACTERS = 400
_FILLED_LINE = re.compile(r"[^\n]*\S[^\n]*")


def running_lines(text: str, context: Context) -> list[Edit]:
    """Remove heads and feet that repeat from page to page.

    Pages are known by form feeds, or by page numbers on lines of their own. A line that ends a
    sentence is text; a head stays on the first page, where it may be the title of the report.

    >>> page = "某县卫生工作总结\\n全县建成医共体{0}个。\\n- {0} -"
    >>> text = "\\f".join(page.format(n) for n in range(1, 5))
    >>> [text[e.start : e.end] for e in running_lines(text, Context())][:3]
    ['- 1 -', '某县卫生工作总结', '- 2 -']
    """
    pages = _pages(text)
    if len(pages) < _LEAST_PAGES:
        return []
    counted = frozenset() if "\f" in text else _counted_lines(text)
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for start, end in pages:
        for place, a, b in _page_edges(text, start, end, "\f" in text):
            if text.rfind("\n", 0, a) + 1 in counted:
                continue  # left to `page_numbers`, which joins over it
            found.setdefault((place, _COUNT.sub("#", text[a:b].strip())), []).append((a, b))
    edits = []
    for (place, shape), spans in found.items():
        if _runs(spans, pages):
            named = place == "head" and "#" not in shape and spans[0][0] < pages[0][1]
            edits += [Edit(a, b, "", "running_line") for a, b in spans[int(named) :]]
            if place == "head" and spans[0][0] >= pages[0][1]:
                # below the title of the first page it stands where others have their foot
                feet = (one for one in found.get(("foot", shape), ()) if one[0] < pages[0][1])
                edits += [Edit(a, b, "", "running_line") for a, b in feet]
    return sorted(set(edits))


def _runs(spans: Sequence[tuple[int, int]], pages: Sequence[tuple[int, int]]) -> bool:
    """Say whether a line stands on half of the pages, or on all pages of one side but the first."""
    if len(spans) >= max(_LEAST_PAGES, (len(pages) + 1) // 2):
        return True
    begins = [start for start, _ in pages]
    on = [bisect_right(begins, start) - 1 for start, _ in spans]
    return len(on) >= _LEAST_PAGES and on == [*range(on[0], len(pages), 2)] and on[0] < _LEAST_PAGES


def _pages(text: str) -> list[tuple[int, int]]:
    """Return where each page begins and ends; none where nothing parts them."""
    breaks = [m.span() for m in re.finditer("\f", text)]
    if not breaks and "\n" in text:
        lines = _lines(text)
        numbers = [lines[i] for i in _page_lines(text, lines)]
        # One line with a number is no proof of pages, as for `page_numbers`.
        breaks = [(b, b) for _, b in numbers] if len(numbers) > 1 else []
    starts = [0, *(b for _, b in breaks)]
    ends = [*(a for a, _ in breaks), len(text)]
    pages = zip(starts, ends, strict=True)
    return [(a, b) for a, b in pages if text[a:b].strip()] if breaks else []


def _page_edges(text: str, start: int, end: int, by_form: bool) -> Iterator[tuple[str, int, int]]:
    """Yield the first and last two short lines of a page that end no sentence, with their place."""
    spans = [m.span() for m in re.finditer(r"[^\n]+", text[start:end]) if m[0].strip()]
    feet = spans[2:][-2:]
    if feet and DATE_LINE.fullmatch(text[start + feet[-1][0] : start + feet[-1][1]].strip()):
        feet = []  # a report ends here, and is signed
    for place, some in (("head", spans[:2]), ("foot", feet)):
        for a, b in some:
            words = text[start + a : start + b].strip()
            clauses = len(words) > _LONGEST_NUMBER and "，" in words
            text_line = b - a > 60 or clauses or words[-1] in _ENDS or _ENUMERATED.match(words)
            if not text_line and (by_form or not _PAGE_LINE.fullmatch(words)):
                yield place, start + a, start + b


def repeated_copies(text: str, context: Context) -> list[Edit]:
    """Remove later copies of a stretch that a scraper wrote several times.

    A copy is a run of at least four lines that stood before in the same order, word for word: of
    400 characters, or of all that stands before it. Single sentences that a report repeats stay.

    >>> page = "\\n".join(f"第{k}段" + "认真落实各项惠民措施并加强考核督导" * 8 for k in range(5))
    >>> [e.end - e.start for e in repeated_copies(page + "\\n\\n" + page, Context())] == [len(page)]
    True
    """
    if not _may_repeat(text):
        return []
    places = [m.span() for m in _FILLED_LINE.finditer(text)]
    lines = [text[a:b].strip() for a, b in places]
    first: dict[str, int] = {}
    edits = []
    i = 0
    while i < len(lines):
        earlier = first.setdefault(lines[i], i)
        length = _repeated(lines, earlier, i)
        if length:
            edits.append(Edit(places[i][0], places[i + length - 1][1], "", "repeated_copy"))
        i += length or 1
    return edits


def _may_repeat(text: str) -> bool:
    """Return whether any long line stands twice: most files are done with here."""
    seen: set[str] = set()
    for line in text.split("\n"):
        if len(line) >= _LONG:
            kept = line.strip()
            if kept in seen:
                return True
            seen.add(kept)
    return False


def _repeated(lines: list[str], earlier: int, later: int) -> int:
    """Return how many lines from ``later`` on repeat those from ``earlier`` on; 0 if too few."""
    length = 0
    while (
        later + length < len(lines)
        and earlier + length < later
        and lines[earlier + length] == lines[later + length]
    ):
        length += 1
    characters = sum(map(len, lines[later : later + length]))
    whole = earlier == 0 and length == later  # all that stood before, from its first line on
    enough = length >= _LEAST_LINES and (whole or characters >= _LEAST_CHARACTERS)
    return length if enough else 0


# Which lines and line breaks come from printed pages rather than from the text?

_PAGE_LINE = re.compile(
    r"[ \t\u3000]*(?:[-—–－·~～•★☆]+[ \t\u3000]{0,3}(?:\d{1,3}|[ivxlIVXL]{1,8}|[ⅰ-ⅿⅠ-Ⅿ]{1,4})"
    r"[ \t\u3000]{0,3}[-—–－·~～•★☆]+"
    r"|[Pp](?:age|AGE)\s?\d{1,3}(?:\s?(?:of|/)\s?\d{1,3})?|页码?\s?[：:]\s?\d{1,3}"
    r"|第\s?(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s?页"
    r"(?:[ \t]*[/，,]?[ \t]*共\s?(?:\d+|[一二三四五六七八九十百]+)\s?页)?"
    r"|共\s?\d{1,3}\s?页[ \t]*[/，,]?[ \t]*第\s?\d{1,3}\s?页"
    r"|\d{1,3}\s?/\s?\d{1,3})[ \t\u3000]*"
)
_ENUMERATED = re.compile(
    r"\s*(?:第[一二三四五六七八九十百]+[章节条部]|[一二三四五六七八九十百]+、"
    r"|[（(][一二三四五六七八九十\d]+[)）]|\d+[、.．)）](?!\d)|[一二三四五六七八九十]是|——|附件)"
)
_LONGEST_PAGE = 3
_LONGEST_NUMBER = 24


_ONE_BLANK = re.compile(r" (?=\S)")
_FEW_INDENTED = 0.5


def page_numbers(text: str, context: Context) -> list[Edit]:
    """Remove lines that hold a page number in print form, if at least two do; join what they cut.

    A single one goes only where a sentence or a figure clearly goes on over it.
    A bare number counts where it rises by one at each form feed, one in the same words again and
    again (``3　某县水利局``) where such lines cut sentences; so do the same words without a number.

    >>> text = "各级医疗机构认真落实各项惠\\n- 1 -\\n民措施。\\n- 2 -\\n二、问题"
    >>> edits = page_numbers(text, Context())
    >>> [text[e.start : e.end] for e in edits]
    ['\\n- 1 -\\n', '- 2 -']
    """
    lines = _lines(text.replace("\f", "\n"))
    marks = _cutting_lines(text)
    found = sorted(
        {*_page_lines(text, lines), *_bare_numbers(text, lines)}
        | {i for i, (a, _) in enumerate(lines) if a in marks}
    )
    if not found:
        return []
    alone = len(found) == 1
    edits: list[Edit] = []
    numbers, heads = set(found), _counted_lines(text) | marks
    bodies = [i for i, (a, b) in enumerate(lines) if i not in numbers and text[a:b].strip()]
    # one blank before a word is no indent where paragraphs have none
    blank = {i for i in bodies if _ONE_BLANK.match(text, lines[i][0])}
    blank = blank if len(blank) <= _FEW_INDENTED * len(bodies) else set()
    for at, some in groupby(found, key=lambda i: bisect_left(bodies, i)):
        group = list(some)
        before = lines[bodies[at - 1]] if at else None
        after = lines[bodies[at]] if at < len(bodies) else None
        if after and bodies[at] in blank:
            after = (after[0] + 1, after[1])
        over = _joined_over(text, before, after) if before and after else ""
        if alone and not (before and after and over and _is_torn(text, over, before, after)):
            return []
        if before and after and over:
            rule = "figure_cut" if over == "figure" else "page_number"
            edits.append(Edit(before[1], after[0], "", rule, "likely"))
        else:
            sure = ("likely" if lines[i][0] in heads else "certain" for i in group)
            edits += [
                Edit(*lines[i], "", "page_number", how) for i, how in zip(group, sure, strict=True)
            ]
    return edits


def _is_torn(text: str, over: str, before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Say whether a sentence runs on in the midst of a word, or a figure broke at its point."""
    above = text[max(before[0], before[1] - _REACH) : before[1]]
    below = text[after[0] : min(after[1], after[0] + _REACH)]
    return above.endswith(".") if over == "figure" else _within_sentence(above, below)


_FIGURE_AT_END = re.compile(rf"[{HAN}]\d{{1,6}}(?:\.\d{{0,3}})?$")
_DATED = ("年", "月", "日", "号")
_COUNTED_BY = re.compile(f"[{HAN}%％‰]")
_FIGURE_AT_BEGINNING = re.compile(r"\d{1,6}(?:\.\d{1,3})?(?=[^\d.])")


def _joined_over(text: str, before: tuple[int, int], after: tuple[int, int]) -> str:
    """Say what goes on over the border of a page: a ``sentence``, a ``figure``, or nothing ("").

    >>> above, below = "免费体检老人，支出经费4", "12.6万元。"
    >>> _joined_over(above + below, (0, len(above)), (len(above), len(above + below)))
    'figure'
    """
    above = text[max(before[0], before[1] - _REACH) : before[1]]
    below = text[after[0] : min(after[1], after[0] + _REACH)]
    if numbers_meet(above.rstrip("."), below):  # a page may end at the point of a figure
        return "figure" if _cuts_figure(above, below) else ""
    return "sentence" if runs_on(above, below) else ""


def _cuts_figure(above: str, below: str) -> bool:
    """Return whether a figure without a unit ends a clause, and one with its unit goes on."""
    if not has_any(above, "，。；、") or not _FIGURE_AT_END.search(above) or is_row(below):
        return False
    figure = _FIGURE_AT_BEGINNING.match(below)
    if figure is None or below.startswith(_DATED, figure.end()):
        return False
    point = "." in above[above.rindex(re.split(rf"[{HAN}]", above)[-1]) :]
    return not (point and "." in figure[0]) and _COUNTED_BY.match(below, figure.end()) is not None


_LEADING_NUMBER = re.compile(rf"\n[ \t]*(?P<n>[1-9]\d{{0,2}})(?=[{HAN}“《])")
_LEAST_LEADING = 5
_LEAST_INLINE = 3
_MOST_SKIPPED = 3
_SHORTEST_PAGE = 200


def leading_page_numbers(text: str, context: Context) -> list[Edit]:
    """Remove page numbers that stand before the first word of a page, without a blank between.

    Five at least must count the pages in order, a page apart, and the text must read on over each
    of them as it does over no figure of its own.

    >>> page = "近年来全县认真落实各项惠民措施，" + "完成年度任务并加强考核督导，" * 20
    >>> text = "".join(f"{page}提高医疗服\\n{k}务能力，" for k in range(1, 7))
    >>> [text[e.start : e.end] for e in leading_page_numbers(text, Context())]
    ['1', '2', '3', '4', '5', '6']
    """
    inline = _inline_numbers(text)
    found = [(m.start("n"), int(m["n"])) for m in _LEADING_NUMBER.finditer(text)]
    if len(found) < _LEAST_LEADING:
        return inline
    found = [one for one in found if _reads_over(text, *one)]
    edits: list[Edit] = []
    while len(run := _counting(found)) >= _LEAST_LEADING:
        found = [one for one in found if one not in run]
        edits += [Edit(at, at + len(str(n)), "", "page_number") for at, n in run]
    return sorted([*edits, *inline])


_NUMBER_IN_LINE = re.compile(
    rf"(?<=[{HAN}，、；。.\d%]) ?(?:[-—–－·~～]+ ?(?P<n>\d{{1,3}}) ?[-—–－·~～]+"
    r"|(?P<off>[（(【\[［〔<]|[-—–－]+ ?)?"
    r"(?:(?:共 ?\d{1,3} ?页 ?[,，/]? ?)?第 ?(?P<page>\d{1,3}|[一二三四五六七八九十]{1,3}) ?页"
    r"(?: ?[,，/]? ?共 ?(?:\d{1,3}|[一二三四五六七八九十]{1,3}) ?页)?"
    r"|(?(off)P\.? ?(?P<p>\d{1,3})|(?!)))"
    r"(?(off)(?:[)）】\]］〕>]| ?[-—–－]+)|)"
    rf"|[Pp]age ?(?P<of>\d{{1,3}})(?: ?(?:of|/) ?\d{{1,3}})?) ?(?=[{HAN}，、；。（“\d])"
)
_MOST_FIGURES = 1 / 3
_CUTS_WORD = 15.0
_SET_OFF = 10.0
_SHORTEST_PIECE = 30


def _inline_numbers(text: str) -> list[Edit]:
    """Return page numbers in print form that stand within a line, over which the text reads on.

    Three at least count the pages one by one, or four with gaps; a third may cut a figure.

    >>> page = "近年来全县落实惠民措施，切实加强督导，提高医疗服— {0} —务能力，加强督导。"
    >>> len(_inline_numbers("".join(page.format(n) for n in range(1, 5))))
    4
    """
    if not has_any(text, ("-", "—", "–", "－", "·", "~", "～", "页", "age", "P")):
        return []
    marks = [
        (m, read_numeral(m["n"] or m["page"] or m["p"] or m["of"]) or 0)
        for m in _NUMBER_IN_LINE.finditer(text)
    ]
    if any(b.start() - a.end() < _SHORTEST_PIECE for (a, _), (b, _) in pairwise(marks)):
        return []  # one sentence names them
    steps = {b[1] - a[1] for a, b in pairwise(marks)}
    if len(marks) < _LEAST_INLINE + (steps != {1}) or not steps <= {*range(1, _MOST_SKIPPED + 1)}:
        return []
    sides = [
        (text[max(0, m.start() - 2) : m.start()], text[m.end() : m.end() + 2]) for m, _ in marks
    ]
    odds = [join_odds(*side) for side in sides if not numbers_meet(*side)]
    if len(marks) - len(odds) > _MOST_FIGURES * len(marks):
        return []
    # a text may speak of its pages (在第1页填写): then half of them cut no word
    named = any(m["page"] or m["off"] for m, _ in marks)
    least = _SET_OFF if any(m["off"] for m, _ in marks) else _CUTS_WORD if named else _READS_OVER
    if 2 * sum(one >= least for one in odds) < len(odds) or (named and min(odds) < 0):
        return []
    return [
        Edit(*m.span(), "", "figure_cut" if numbers_meet(*side) else "page_number", "likely")
        for (m, _), side in zip(marks, sides, strict=True)
    ]


@cache
def _unit() -> re.Pattern[str]:
    return re.compile(f"{any_of(WORDS, 'unit_of_range')}|{any_of(WORDS, 'unit_after_space')}")


def _reads_over(text: str, at: int, number: int) -> bool:
    """Return whether the line above runs on behind a number, which has no unit of its own."""
    behind = at + len(str(number))
    above = text[text.rfind("\n", 0, text.rfind("\n", 0, at)) + 1 : at].rstrip()
    if not in_mid_sentence(above) or above[-1].isdigit() or _unit().match(text, behind):
        return False
    return join_odds(above, text[behind : behind + 2]) >= _READS_OVER


_READS_OVER = 5.0
"""Log-odds from which a sentence runs on over a page, as for lines that were broken off."""


def _counting(found: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the longest run of numbers that rise with the text, up to three at a time."""
    last: dict[int, int] = {}
    runs: list[tuple[int, int]] = []
    for i, (at, number) in enumerate(found):
        before = [
            (runs[j][0], j)
            for step in range(1, _MOST_SKIPPED + 1)
            if (j := last.get(number - step, -1)) >= 0 and at - found[j][0] >= _SHORTEST_PAGE
        ]
        length, j = max(before, default=(0, -1))
        runs.append((length + 1, j))
        last[number] = i
    at = max(range(len(runs)), key=lambda i: runs[i][0], default=-1)
    run = set()
    while at >= 0:
        run.add(found[at])
        at = runs[at][1]
    return run


def is_page_number(line: str) -> bool:
    """Return whether a line holds a page number in print form and nothing else."""
    return len(line) < _LONGEST_NUMBER and _PAGE_LINE.fullmatch(line) is not None


def _bare_numbers(text: str, lines: Sequence[tuple[int, int]]) -> list[int]:
    """Return the lines at the foot of each page, or at its head, that count the pages."""
    if "\f" not in text:
        return []
    filled = [(i, a, b) for i, (a, b) in enumerate(lines) if text[a:b].strip()]
    if not filled:
        return []
    borders = [m.start() for m in re.finditer("\f", text)]
    feet = [bisect_left(filled, border, key=lambda line: line[1]) - 1 for border in borders]
    for inner, outer in ((feet, len(filled) - 1), ([at + 1 for at in feet], 0)):
        # The last page may lack its foot, the first one its head.
        chosen = [filled[at] for at in inner if 0 <= at < len(filled)]
        if _page_number(text, filled[outer]) is not None:
            chosen = sorted({*chosen, filled[outer]})
        numbers = [_page_number(text, line) for line in chosen]
        if len(numbers) > 1 and all(a is not None and b == a + 1 for a, b in pairwise(numbers)):
            return [i for i, _, _ in chosen]
    return []


_COUNTED = re.compile(r"(?<!\d)\d{1,3}(?!\d)|[一二三四五六七八九十]{1,3}")
_ROMAN = re.compile(r"\s*([-—–－·~～]*) ?([ivxlIVXL]{1,8}) ?([-—–－·~～]*)\s*")
_ROMAN_NUMERALS = {
    tens + ones: 10 * i + k
    for i, tens in enumerate(("", "x", "xx", "xxx", "xl"))
    for k, ones in enumerate(("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"))
    if tens + ones
}
_BESIDE = " \t\u3000|｜"
_LEAST_OF_ONE = 3
"""Heads that count up of which one need cut a sentence; headings (案例 1) never do."""


@lru_cache(maxsize=2)
def _counted_lines(text: str) -> frozenset[int]:
    """Return where lines begin that are alike but for a number that counts pages.

    It rises by one from page to page, and at least one of them cuts a sentence; where a number is
    all there is, a third of them do.

    >>> page = "落实惠民措施，" * 40 + "提高医疗服\\n某县总结·{0}·\\n务能力，加强督导。"
    >>> len(_counted_lines("".join(page.format(k) for k in range(1, 5))))
    4
    """
    lines = _lines(text.replace("\f", "\n"))
    filled = [(a, b) for a, b in lines if b > a and text[a:b].strip()]
    families: dict[str, list[tuple[int, int]]] = {}
    for at, (a, b) in enumerate(filled):
        if b - a <= _LONG and (numbers := list(_COUNTED.finditer(text, a, b))):
            for m in {numbers[0].span(): numbers[0], numbers[-1].span(): numbers[-1]}.values():
                # a number stands at the outer edge: before the words here, behind on the next page
                sides = [text[a : m.start()].strip(_BESIDE), text[m.end() : b].strip(_BESIDE)]
                shape = "#".join(sides if all(sides) else ["", "".join(sides)])
                families.setdefault(shape, []).append((at, read_numeral(m[0]) or 0))
        elif b - a < _LONGEST_NUMBER and (roman := _ROMAN.fullmatch(_plain_roman(text[a:b]))):
            number = _ROMAN_NUMERALS.get(roman[2].lower(), 0)
            families.setdefault(f"{roman[1]}#{roman[3]}", []).append((at, number))
    counting = (
        family
        for shape, family in [*families.items(), *_facing(families)]
        if len(family) > 1 and _counts_pages(text, filled, family, bare=not _WORDS.search(shape))
    )
    return frozenset(filled[at][0] for family in counting for at, _ in family)


def _facing(
    families: Mapping[str, list[tuple[int, int]]],
) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Yield pairs of heads that count by two, as left and right pages of a book have them."""
    sides = [
        (shape, family)
        for shape, family in families.items()
        if len(family) > 1
        and _WORDS.search(shape)
        and all(b == a + 2 for (_, a), (_, b) in pairwise(family))
    ]
    for (left, one), (right, two) in combinations(sides[:_MOST_SIDES], 2):
        if abs(one[0][1] - two[0][1]) == 1:
            yield left + right, sorted(one + two)


_MOST_SIDES = 40


def _plain_roman(words: str) -> str:
    """Return a line with Roman numerals that are single signs (Ⅲ) written in letters."""
    return unicodedata.normalize("NFKC", words) if "\u2160" <= max(words) <= "\u217f" else words


_WORDS = re.compile(rf"[{HAN}A-Za-z]")


def _counts_pages(
    text: str, lines: Sequence[tuple[int, int]], family: Sequence[tuple[int, int]], *, bare: bool
) -> bool:
    """Say whether lines with these numbers stand a page apart, and cut sentences."""
    steps = list(pairwise(family))
    if any(b != a + 1 for (_, a), (_, b) in steps):
        return False
    passed = _repeated_lines(text) | {lines[i][0] for i, _ in family}
    inner = [i for i, _ in family if 0 < i < len(lines) - 1]
    around = [_sides(text, lines, i, passed) for i in inner]
    cut = sum(_within_sentence(*sides) for sides in around)
    if cut >= _LEAST_OF_ONE and cut >= (_MOST_CUT if bare else _LEAST_CUT) * len(inner):
        return True  # however short the pages
    cut = sum(has_any(before, "，、；。") and runs_on(before, after) for before, after in around)
    between = sorted(lines[j][0] - lines[i][1] for (i, _), (j, _) in steps)
    if between[len(between) // 2] < _SHORTEST_PAGE or between[0] * 3 < _SHORTEST_PAGE:
        return False
    least = len(inner) / 3 if bare else 0
    return cut > (len(family) < _LEAST_OF_ONE) and cut >= least


_REACH = 200
"""Characters of the lines round a line that are looked at: one of them may be the whole file."""


def _sides(
    text: str, lines: Sequence[tuple[int, int]], i: int, passed: frozenset[int] = frozenset()
) -> tuple[str, str]:
    """Return the end of the line above a line, and the beginning of the one below.

    Lines that begin where ``passed`` says are none of them: a page may have a head and a number.
    """
    above, below = i - 1, i + 1
    while above > 0 and lines[above][0] in passed:
        above -= 1
    while below < len(lines) - 1 and lines[below][0] in passed:
        below += 1
    (start, end), (after, last) = lines[above], lines[below]
    return text[max(start, end - _REACH) : end], text[after : min(last, after + _REACH)]


@lru_cache(maxsize=2)
def _repeated_lines(text: str) -> frozenset[int]:
    """Return where short lines begin that stand three times at least and end no sentence."""
    places: dict[str, list[int]] = {}
    for a, b in _lines(text.replace("\f", "\n")):
        if 0 < b - a <= _LONG and (words := text[a:b].strip()) and words[-1] not in _ENDS:
            places.setdefault(words, []).append(a)
    often = (found for found in places.values() if len(found) >= _LEAST_OF_ONE)
    return frozenset(at for found in often for at in found)


def _within_sentence(before: str, after: str) -> bool:
    """Return whether a sentence with a mark in it runs on over a line, in the midst of a word."""
    marked = has_any(before, "，、；。") and runs_on(before, after)
    return marked and join_odds(before, after) >= _READS_OVER


_LEAST_CUT = 0.5
_MOST_CUT = 0.6


@lru_cache(maxsize=2)
def _cutting_lines(text: str) -> frozenset[int]:
    """Return where lines begin that stand again and again in the midst of sentences: watermarks.

    Three at least are alike, speak of the copy or of a site, and half of them cut a sentence. Words
    of the sentence itself, which stood in a link, may be alike too and repeat.

    >>> page = "落实惠民措施，提高医疗服\\n内部资料\\n务能力，加强督导。\\n"
    >>> len(_cutting_lines(page * 3))
    3
    """
    if not has_any(text, words_of(WORDS, "watermark")):
        return frozenset()
    lines = [(a, b) for a, b in _lines(text.replace("\f", "\n")) if text[a:b].strip()]
    alike: dict[str, list[int]] = {}
    for at, (a, b) in enumerate(lines):
        if b - a <= _LONG:
            alike.setdefault(text[a:b].strip(), []).append(at)
    found: set[int] = set()
    for words, places in alike.items():
        if len(places) < _LEAST_OF_ONE or words[-1] in _ENDS:
            continue
        if not listed("watermark").search(words):
            continue
        inner = [i for i in places if 0 < i < len(lines) - 1]
        cut = sum(_within_sentence(*_sides(text, lines, i)) for i in inner)
        if cut >= _LEAST_OF_ONE - 1 and cut >= _LEAST_CUT * len(inner):
            found.update(lines[i][0] for i in places)
    return frozenset(found)


def _page_lines(text: str, lines: Sequence[tuple[int, int]]) -> list[int]:
    """Return the lines that hold a page number in print form, or count pages."""
    counted = _counted_lines(text)
    return [
        i
        for i, (a, b) in enumerate(lines)
        if (0 < b - a < _LONGEST_NUMBER and _PAGE_LINE.fullmatch(text, a, b)) or a in counted
    ]


def _page_number(text: str, line: tuple[int, int, int]) -> int | None:
    """Return the number of a line that holds no more than a short number."""
    kept = text[line[1] : line[2]].strip()
    return int(kept) if kept.isdecimal() and len(kept) <= _LONGEST_PAGE else None


@lru_cache(maxsize=2)
def _lines(text: str) -> Sequence[tuple[int, int]]:
    sizes = [len(line) for line in text.split("\n")]
    starts = accumulate((size + 1 for size in sizes), initial=0)
    return [(start, start + size) for size, start in zip(sizes, starts, strict=False)]


def page_breaks(text: str, context: Context) -> list[Edit]:
    """Turn form feeds into line feeds, or drop them where a sentence runs over the page."""
    if "\f" not in text:
        return []
    edits = []
    for m in re.finditer(r"\s*\f\s*", text):
        begin, end = text.rfind("\n", 0, m.start()) + 1, text.find("\n", m.end())
        after = (m.end(), end if end >= 0 else len(text))
        over = "" if "\u3000" in m[0] else _joined_over(text, (begin, m.start()), after)
        if over == "figure":
            edits.append(Edit(m.start(), m.end(), "", "figure_cut", "likely"))
        else:
            edits.append(Edit(m.start(), m.end(), "" if over else "\n", "page_break"))
    return edits


# Which line breaks come from a fixed width?

_NARROWEST, _WIDEST = 32, 140
"""Columns; a Chinese character takes two. Some tools count columns, others characters."""
_TOLERANCE = 4
_NEAR = 14
_LEAST_FULL = 4
_LEAST_EXACT = 6
_READS_ON = 7.0
"""Mean log-odds from which the breaks of a stretch stand in mid-sentence: of text that was broken
at a width, 99 of 100 stretches reach it; lists of slogans and names stay below 5."""
_NEARLY_ALL = 0.9
_STOPS = "。\n；"
_CELLS = re.compile(r"\t|[|｜]|\S(?:\s{2,}|\u3000)\S")
_BEGINS_ANEW = re.compile(
    r"[\t\f\u3000]| (?![\dA-Za-z])|[一二三四五六七八九十]要|[•●■◆▪·#>*【]|第\d+[章节条编]"
)
_BARE_NUMBER = re.compile(r"[\d\s]+")
"""What counts pages or rows, on a line of its own: no sentence goes on in it."""
_ENDS = "。！？!?；;：:"
_WIDE = re.compile("[\u2e80-\U0010ffff“”‘’—…·]+")
"""Characters that take two columns."""
_STAYS_OPEN = re.compile(r"[，,、；;：:。！？!?.”’）)》」』】\]]$")


class _Row(NamedTuple):
    """A line that is not empty: place and words."""

    start: int
    end: int
    words: str

    @property
    def width(self) -> tuple[int, int]:
        """Its width as printed, and as if all characters were Chinese."""
        return _width(self.words)


@lru_cache(maxsize=1024)
def _width(words: str) -> tuple[int, int]:
    # A line of more characters is wider than any page in either measure.
    narrow = len(_WIDE.sub("", words)) if len(words) <= _WIDEST else 0
    return 2 * len(words) - narrow, 2 * len(words)


def find_line_width(text: str) -> Finding | None:
    """Return the widths at which stretches of a document were broken into lines, or None.

    A file may hold stretches of several widths, and stretches that were not broken.

    >>> body = "我县认真落实各项惠民措施并加强对基层医疗机构的考核督导工作力度不断提升" * 30
    >>> find_line_width("\\n".join(body[i : i + 30] for i in range(0, 900, 30)) + "。").values
    ('30',)
    """
    broken = [row.width[1] // 2 for row, _ in _broken(text)]
    if len(broken) < _LEAST_FIT:
        return None
    often = Counter(broken).most_common(3)
    said = ", ".join(f"{n} of {width}" for width, n in often)
    note = f"{len(broken)} lines end in mid-sentence at one width: {said} characters"
    return Finding(len(broken), note, tuple(str(width) for width, _ in often[:1]))


def wrapped_lines(text: str, context: Context) -> list[Edit]:
    """Join lines that a fixed width broke, stretch by stretch.

    The stretch must show the width: lines of equal width that end in mid-sentence, none longer,
    and a paragraph that comes to its full stop. A break stays before a heading, an article, an
    item, an indent, between the rows of a table, and between two figures.
    """
    edits = []
    for one, other in _broken(text):
        # One exact width proves that the figure was cut: it is joined as a repaired one.
        rule = "figure_cut" if numbers_meet(one.words, other.words) else "wrapped_line"
        start, end = one.start + len(one.words), other.start + _lead(other.words)
        edits.append(Edit(start, end, "", rule))
    return edits


def _lead(words: str) -> int:
    return len(words) - len(words.lstrip())


@lru_cache(maxsize=2)
def _broken(text: str) -> list[tuple[_Row, _Row]]:
    """Return the pairs of lines between which a fixed width broke a paragraph."""
    if sum(map(_is_full, map(str.rstrip, text.split("\n")))) < _LEAST_FIT:
        return []
    rows = list(_rows(text))
    full = [_is_full(row.words) for row in rows]
    runs: list[list[tuple[_Row, _Row]]] = [[]]
    apart, margin = _line_spacing(rows), _left_margin(rows)
    for i, (row, following) in enumerate(pairwise(rows)):
        if (
            full[i]
            and _goes_on(row, following, apart, margin)
            and _at_width(rows, full, i)
            and not _beside_head(text, row, following)
        ):
            runs[-1].append((row, following))
        elif runs[-1]:
            runs.append([])
    found = {*_that_read_on(runs, _paragraphs_are_indented(rows))}
    return sorted({*found, *_fitted(text, rows, apart, margin)})


def _beside_head(text: str, row: _Row, following: _Row) -> bool:
    """Say whether one of two lines counts pages, or is a watermark: few texts are searched."""
    starts = (row.start, following.start)
    return any(
        at in heads for heads in (_counted_lines(text), _cutting_lines(text)) for at in starts
    )


_LEAST_FIT = 3
_FIT_READS_ON = 5.0
_MOSTLY_FIT = 0.6
_FIRST_TOKEN = re.compile(r"[（(“《【‘]*(?:[A-Za-z0-9.%‰/-]+|.)[，。、；：！？）)”’》%】]*")


def _fitted(text: str, rows: Sequence[_Row], apart: int, margin: str) -> list[tuple[_Row, _Row]]:
    """Return the pairs of lines of a wholly broken text into whose first the next word did not fit.

    None of its lines is wider than its page; most open lines are as full as the next word allows,
    and together they read on, so that one that tells little goes with the others.

    >>> text = "全县认真落实各项惠民措施并加强考核，\\n提高医疗服务能力，切实保障群众身体健\\n康。"
    >>> len(_fitted(text, [*_rows(text)] * 2, 1, ""))
    4
    """
    if any(2 * len(row.words) > _WIDEST + 2 for row in rows):
        return []
    best: dict[int, float] = {}
    for measure in (0, 1):
        widths = [row.width[measure] for row in rows]
        page = max(_width(row.words.rstrip(_HANGING) or " ")[measure] for row in rows)
        pairs = [
            i
            for i, (a, b) in enumerate(pairwise(rows))
            if 2 * widths[i] >= page >= _NARROWEST
            and a.words[-1] not in _ENDS
            and not _is_titled(a.words)
            and _goes_on(a, b, apart, margin)
            and not _beside_head(text, a, b)
        ]
        fit = [i for i in pairs if widths[i] + _first_width(rows[i + 1].words, measure) > page]
        odds = {i: join_odds(rows[i].words, rows[i + 1].words, _STOPS) for i in fit}
        enough = len(fit) >= max(_LEAST_FIT, _MOSTLY_FIT * len(pairs), len(best) + 1)
        if enough and sum(odds.values()) >= _FIT_READS_ON * len(odds):
            best = odds
    kept = [i for i in best if best[i] > 0 or not _may_be_heading(rows[i].words)]
    ended = _within_blocks(rows, best, apart, margin) if best else []
    return [(rows[i], rows[i + 1]) for i in sorted({*kept, *ended})]


def _within_blocks(
    rows: Sequence[_Row], fit: Iterable[int], apart: int, margin: str
) -> Iterator[int]:
    """Yield the full lines that end a sentence, where an empty line parts paragraphs: they go on.

    So it is where one stands behind every line that is not full, and behind none that goes on.
    """
    full = max(rows[i].width[1] for i in fit)
    near = [i for i, row in enumerate(rows) if row.width[1] >= full - _TOLERANCE]
    between = [two.start - one.end for one, two in pairwise(rows)]
    others = [gap for i, gap in enumerate(between) if i not in near and i not in fit]
    if apart != 1 or not others or min(others) < 2 or any(between[i] > 1 for i in fit):
        return
    for i in near:
        ended = i < len(between) and between[i] == 1 and rows[i].words[-1] in _ENDS
        if ended and _goes_on(rows[i], rows[i + 1], apart, margin):
            yield i


def _first_width(words: str, measure: int) -> int:
    """Return the width of the first word of a line, with the marks it keeps."""
    token = _FIRST_TOKEN.match(words.lstrip())
    return _width(token[0] if token else "")[measure]


def _is_titled(words: str) -> bool:
    """Return whether a line reads as the title of a report: no clause, and the name of one."""
    return not has_any(words, "，。；、") and _titled().search(words) is not None


@cache
def _titled() -> re.Pattern[str]:
    return listed("report_title", after="$")


def _line_spacing(rows: Sequence[_Row]) -> int:
    """Return the line ends between lines: two where an empty line follows every line."""
    between = Counter(two.start - one.end for one, two in pairwise(rows))
    (usual, times), *_ = between.most_common(1)
    return usual if usual == 2 and times >= _NEARLY_ALL * between.total() else 1


def _left_margin(rows: Sequence[_Row]) -> str:
    """Return the blanks before all lines, where paragraphs begin with more of them.

    Or where all lines have the same, and most of them are open: such blanks begin nothing.
    """
    behind = Counter(_blanks(two.words) for one, two in pairwise(rows) if _is_full(one.words))
    margin, often = behind.most_common(1)[0] if behind else ("", 0)
    same = often >= max(_LEAST_FULL, _NEARLY_ALL * behind.total())
    if same and 2 * sum(_is_full(row.words) for row in rows) > len(rows):
        return margin
    begins = [_blanks(two.words) for one, two in pairwise(rows) if one.words[-1] in _ENDS]
    deeper = sum(blanks.startswith(margin) and blanks != margin for blanks in begins)
    return margin if margin and deeper >= max(_LEAST_FULL, _NEARLY_ALL * len(begins)) else ""


def _blanks(words: str) -> str:
    return words[: _lead(words)]


def _paragraphs_are_indented(rows: Sequence[_Row]) -> bool:
    """Say whether a line behind a finished sentence is indented, as far as there are such lines."""
    begins = [two.words for one, two in pairwise(rows) if one.words[-1] in _ENDS]
    indented = sum(words[0] in " \t\u3000" for words in begins)
    return indented >= max(_LEAST_FULL, _NEARLY_ALL * len(begins))


def _that_read_on(
    runs: Sequence[Sequence[tuple[_Row, _Row]]], indented: bool
) -> list[tuple[_Row, _Row]]:
    """Return the pairs of lines of the runs whose breaks stand in mid-sentence on the whole.

    Slogans and titles are as wide as one another too, and none of them runs on. A short run is
    judged as if it had one more break, of the text's usual kind. Where paragraphs are ``indented``,
    a line that is not goes on with the one before.
    """
    odds = [[join_odds(a.words, b.words, _STOPS) for a, b in run] for run in runs]
    usual = sum(map(sum, odds)) / max(1, sum(map(len, odds)))
    by_layout = indented and usual >= _READS_ON
    return [
        pair
        for run, found in zip(runs, odds, strict=True)
        if by_layout or sum(found) + usual >= _READS_ON * (len(found) + 1)
        for pair, own in zip(run, found, strict=True)
        if (own > 0 or not _may_be_heading(pair[0].words)) and not _is_titled(pair[0].words)
    ]


def _may_be_heading(words: str) -> bool:
    """Return whether a number and no whole sentence stand on a line."""
    return _ENUMERATED.match(words) is not None and not has_any(words, "。；")


def _is_full(words: str) -> bool:
    """Say whether a line may have been broken at a width: as wide as a page, and open."""
    return _NARROWEST <= 2 * len(words) <= _WIDEST and words[-1] not in _ENDS


def _rows(text: str) -> Iterator[_Row]:
    position = 0
    for line in text.split("\n"):
        if line.strip():
            yield _Row(position, position + len(line), line.rstrip())
        position += len(line) + 1


def _goes_on(row: _Row, following: _Row, apart: int, margin: str) -> bool:
    """Say whether grammar allows that a line goes on in the next, so many line ends behind it."""
    words, after = row.words, following.words.removeprefix(margin)
    if following.start - row.end != apart or _BARE_NUMBER.fullmatch(after):
        return False
    if is_page_number(words) or is_page_number(after):
        return False  # left to `page_numbers`, which joins over it
    begins = _BEGINS_ANEW.match(after) or _ENUMERATED.match(after)
    return not (begins or _cells(words) or _cells(after))


def _cells(words: str) -> bool:
    """Say whether a line is a row of a table: cells with gaps between, and no sentence."""
    bare = words.strip()
    if _CELLS.search(bare):
        return True
    return bare.count(" ") >= 2 and not has_any(bare, "，,。；、：")


def _at_width(rows: Sequence[_Row], full: Sequence[bool], i: int) -> bool:
    """Say whether the stretch round a line was broken at the line's width, in either measure.

    Two figures meet only where many lines have the same number of characters exactly: a tool cut
    there without a look at the signs; or where the first lacks its unit and the second has it.
    """
    one, other = rows[i].words, rows[i + 1].words
    if one[-1].isdigit() and other[0].isdigit() and not _cuts_figure(one, other):
        return _equal(rows, full, i, 1, 0) >= _LEAST_EXACT
    return any(_equal(rows, full, i, measure, _TOLERANCE) >= _LEAST_FULL for measure in (0, 1))


def _equal(rows: Sequence[_Row], full: Sequence[bool], i: int, measure: int, tolerance: int) -> int:
    """Return how many open lines near a line are as wide as it, if none between them is wider."""
    width = rows[i].width[measure]
    near = [i]
    for step in (-1, 1):
        j = i + step
        while 0 <= j < len(rows) and abs(j - i) <= _NEAR:
            if rows[j].width[measure] > width + tolerance and not _hangs(rows[j], measure, width):
                break
            near.append(j)
            j += step
    equal = [j for j in near if full[j] and rows[j].width[measure] >= width - tolerance]
    plain = sum(_STAYS_OPEN.search(rows[j].words) is None for j in equal)
    return len(equal) if i + 1 in near and plain * 2 >= len(equal) else 0


_HANGING = "，。、；：！？）”》%"


def _hangs(row: _Row, measure: int, width: int) -> bool:
    """Say whether a line is wider by the mark that no line may begin with."""
    return row.words[-1] in _HANGING and row.width[measure] <= width + 2


_QUOTED = re.compile(r"(?m)^[ \t]*(?:>[ \t]?)+")
_LEAST_QUOTED = 3


def quoted_lines(text: str, context: Context) -> list[Edit]:
    """Remove the marks > before the lines of a message that was answered or sent on.

    >>> [e.end for e in quoted_lines("> 各乡镇：\\n> 现将总结\\n>\\n> 印发。", Context())]
    [2, 9, 15, 18]
    """
    if ">" not in text:
        return []
    marks = list(_QUOTED.finditer(text))
    lines = [text.count("\n", 0, m.start()) for m in marks]
    runs: list[list[int]] = [[]]
    for i, line in enumerate(lines):
        if runs[-1] and line != lines[runs[-1][-1]] + 1:
            runs.append([])
        runs[-1].append(i)
    quoted = (i for run in runs if len(run) >= _LEAST_QUOTED for i in run)
    return [Edit(*marks[i].span(), "", "quoted_line") for i in quoted]


_TRAILING = re.compile("[ \\t\u3000\u00a0\u2000-\u200a]+(?=\\n|\\Z)")


def trailing_spaces(text: str, context: Context) -> list[Edit]:
    """Remove spaces before line ends."""
    spaces = (" ", "\t", "\u3000", "\u00a0")
    if not (text.endswith(spaces) or has_any(text, (space + "\n" for space in spaces))):
        return []
    return replace_each(text, _TRAILING, "", "trailing_spaces")
