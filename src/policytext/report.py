"""How are a study's results put on one self-contained HTML page?

The page opens with what was found and with the regions, the analyses follow folded. It asks no
network: figures, font, tables and the scripts that sort and search them stand in it. Equal results
give the same page, byte for byte.
"""

from __future__ import annotations

import gzip
import io
import itertools
import json
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from policytext.cards import CardLine, Regions, letters_of, regions_of, short_name
from policytext.data import data_path
from policytext.export import labelled
from policytext.findings import speaks_of_topics, topics_unreadable
from policytext.plots.figure import FONT_FILE
from policytext.records import Bilingual, spoken
from policytext.texts import label_of, name_of, place_of, say
from policytext.themes.codebook import load_codebook

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup
    from matplotlib.figure import Figure

    from policytext.corpus import Corpus
    from policytext.findings import Saying
    from policytext.result import Result
from policytext.storage import in_one_piece

# How does a figure become part of a page?


def svg_text(figure: Figure) -> str:
    """Return a figure as inline SVG, the same text each time; its letters are text in the page's
    font, so that they can be read aloud, found and copied.
    """
    import matplotlib as mpl

    buffer = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "policytext"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    return lighter(text[text.index("<svg") :])


LONG_NUMBER = re.compile(r"(?<![\w.#-])-?\d+\.\d{3,}(?![\w.])")
IDLE = re.compile(r"""font-family: [^;"]*;? ?| transform="rotate\(-0 [^"]*\)"|(?<=>)\s+(?=<)""")
"""What a picture says that the page says for it: its font, no turn at all, spaces between tags."""


def lighter(svg: str) -> str:
    """Return a picture with places to a hundredth of a point, and without what draws nothing.

    >>> lighter('<g id="a"><path d="M 12.345678 0.015625"/></g>')
    '<g><path d="M 12.35 0.01562"/></g>'
    """
    asked = set(re.findall(r"#([\w.-]+)", svg))
    svg = re.sub(r' id="([^"]*)"', lambda m: m.group() if m.group(1) in asked else "", svg)
    return LONG_NUMBER.sub(lambda m: _short(float(m.group())), IDLE.sub("", svg))


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) >= 1 else f"{value:.4g}"


def in_words(section: Section, language: str) -> str:
    """Return what a figure shows, for those who do not see it: its first findings."""
    found = section.result.said[:MOST_READ_ALOUD] if section.result is not None else []
    said = "".join(spoken(one.sentence, language) + " " for one in found)
    sentence = say("report.figure_in_words", heading=section.heading, said=said)
    return in_chinese(sentence.zh) if language == "zh" else sentence.en


MOST_READ_ALOUD = 2
"""Findings that are read aloud for a figure; the others stand on the page."""


# How does a page show Chinese glyphs on a machine that has none?


def font_face(text: str) -> str:
    """Return a CSS rule with the package's font, cut down to the characters of a page.

    >>> font_face("医共体").startswith("@font-face")
    True
    """
    from fontTools import subset
    from fontTools.ttLib import TTFont

    # bounds of the whole font serve as well as bounds of the part, and nothing is set vertically
    font = TTFont(data_path(FONT_FILE), recalcTimestamp=False, recalcBBoxes=False)
    options = subset.Options(layout_features=[], hinting=False)
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes={ord(sign) for sign in set(text)})
    cutter.subset(font)
    font.flavor = "woff"
    buffer = io.BytesIO()
    font.save(buffer)
    data = b64encode(buffer.getvalue()).decode("ascii")
    return (
        '@font-face { font-family: "policytext"; font-display: swap; '
        f'src: url("data:font/woff;base64,{data}") format("woff"); }}'
    )


# How is a table shown on a page, so that it sorts, searches and can carry no script?

GROUPING = re.compile(r"(?<![A-Za-z_'])(?:province|year|genre|level|part_of_report)(?![A-Za-z_'=])")

CODE = re.compile(r"(?<![\w.=“-])[a-z_]+(?![\w.=(”-])", re.A)
ENGLISH_WORDS = ("outside", "general", "workforce")
"""Codes of themes that are words of an English sentence as well."""
MASK = re.compile("‹([A-Z]+)›")
CUT_MASK = re.compile("^[A-Z]*›|‹[A-Z]*…?$")
"""What a quotation leaves of a mask that it cuts."""
"""How the sources of some corpora stand for a name, place, year or number that they do not show."""

LONGEST_TABLE = 2000
LONG_CELL = 24
"""Characters; longer cells may be wrapped."""

CHINESE_WORDS = {
    "search": "搜索",
    "lengthMenu": "每页 _MENU_ 行",
    "info": "第 _START_ 至 _END_ 行，共 _TOTAL_ 行",
    "infoEmpty": "无",
    "infoFiltered": "（从 _MAX_ 行中筛选）",
    "zeroRecords": "没有匹配的行",
    "emptyTable": "没有数据",
}

NOT_KNOWN = (r"[\"NaN\", \"___NaN___\"]", r"[\"\", \"___NaN___\"]")
"""How the data of a table say that a number is not known, and how it is shown: as nothing."""

OF_NOTEBOOK = re.compile(r"<sup><noscript>.*?</sup>", re.S)
"""What a table says where scripts do not run that is true of notebooks, and of no page."""

OPENS_ROW = (
    "function (d, type) { return type === 'display' ? "
    "'<button type=\"button\" class=\"row\">' + d + '</button>' : d; }"
)
"""How a table shows the number of a row: as a button that opens the paragraphs behind it."""


def html_table(
    table: pd.DataFrame, *, language: str = "zh", number: int = 0, opens: bool = False
) -> Markup:
    """Return a table as HTML that sorts and searches; every cell is escaped.

    ``number`` tells the tables of a page apart, so that the same page has the same bytes.
    ``opens``: each row begins with its number, which opens the paragraphs behind it.
    """
    from itables import JavascriptFunction
    from itables.javascript import to_html_datatable
    from markupsafe import Markup, escape

    shown = _shown(table.head(LONGEST_TABLE), language)
    if opens:
        shown.insert(0, {"zh": "行", "en": "row"}[language], range(1, len(shown) + 1))
    long = [i for i, c in enumerate(shown.columns) if _is_long(shown[c])]
    options: dict[str, Any] = {
        "connected": False,
        "table_id": f"itables_{number}",
        "maxBytes": 0,
        "showIndex": False,
        "allow_html": False,
        "classes": "display compact",
        "pageLength": 15,
        "lengthMenu": [15, 50, 200],
        "order": [],
        "autoWidth": False,
        "columnDefs": [{"targets": long, "className": "long"}] if long else [],
        "language": CHINESE_WORDS if language == "zh" else {},
        "display_logo_when_loading": False,
    }
    if opens:
        options["columnDefs"].append({"targets": 0, "render": JavascriptFunction(OPENS_ROW)})
    with pd.option_context("display.float_format", "{:.4g}".format):
        text = OF_NOTEBOOK.sub("", to_html_datatable(shown, **options)).replace(*NOT_KNOWN)
    note = ""
    if len(table) > LONGEST_TABLE:
        words = {"zh": "行，其余见 tables/ 中的 CSV", "en": "rows; the rest is in tables/"}[
            language
        ]
        note = f"<p class='note'>{LONGEST_TABLE:,} / {len(table):,} {escape(words)}</p>"
    return Markup(text + note)


def _shown(table: pd.DataFrame, language: str) -> pd.DataFrame:
    """Return labels, numbers with four digits, nothing where nothing is known."""
    yes, no = {"zh": ("是", "否"), "en": ("yes", "no")}[language]
    out = labelled(table, language)
    for column in out.columns:
        if pd.api.types.is_bool_dtype(out[column]):
            out[column] = out[column].map({True: yes, False: no}).fillna("").astype("str")
        elif pd.api.types.is_float_dtype(out[column]):
            out[column] = out[column].map(_four_digits, na_action="ignore")
        elif not pd.api.types.is_numeric_dtype(out[column]):
            said = out[column].map(str, na_action="ignore").fillna("")
            out[column] = said.map(partial(unmasked, language=language))
    return out


def unmasked(text: object, language: str) -> str:
    """Return a text in which masks are words of the reader.

    >>> unmasked("‹YEAR›年以来", "zh"), unmasked("AR› on ‹NUM› beds", "en")
    ('〔年份〕年以来', '… on [number] beds')
    """
    left, right = ("〔", "〕") if language == "zh" else ("[", "]")
    whole = CUT_MASK.sub("…", str(text))
    return MASK.sub(
        lambda m: f"{left}{spoken(name_of('mask', m.group(1)), language)}{right}", whole
    )


def _four_digits(value: float) -> float:
    return round(value, 0) if 1e4 <= abs(value) < 1e15 else float(f"{value:.4g}")


def _is_long(column: pd.Series) -> bool:
    if pd.api.types.is_numeric_dtype(column):
        return False
    return bool((column.astype("str").str.len() > LONG_CELL).any())


def in_chinese(text: str) -> str:
    """Return a Chinese sentence with the names of grouping columns in Chinese.

    >>> in_chinese("话题份额：province × year")
    '话题份额：省份 × 年份'
    """
    named = GROUPING.sub(lambda match: label_of(match.group(), "zh"), text)
    return _spaces_at_groupings().sub("", named)


@cache
def _spaces_at_groupings() -> re.Pattern[str]:
    """Return the spaces between Chinese and the Chinese name of a grouping column."""
    han, names = (
        "[\u4e00-\u9fff]",
        (label_of(name, "zh") for name in ("province", "year", "genre", "level")),
    )
    return re.compile("|".join(rf"(?<={han}) (?={name})|(?<={name}) (?={han})" for name in names))


def codes_in_words(text: str, language: str, *, themes: bool = True) -> str:
    """Return a sentence in which codes of themes and names of columns are words of the reader.

    ``themes``: its words may be codes of themes, such as ``outside``; notes of columns have none.

    >>> codes_in_words("不宜引用：tiered_care, tcm；只见于一份报告（one_report_only）", "zh")
    '不宜引用：分级诊疗与转诊，中医药与民族医药；只见于一份报告（仅一篇）'
    >>> codes_in_words("reviewed 回顾、planned 计划", "zh")
    '回顾、计划'
    >>> codes_in_words("cite none of tiered_care (see top_report)", "en")
    'cite none of Tiered care and referral (see top report)'
    """
    known = {theme.id: theme for theme in load_codebook().themes} if themes else {}
    zh = language == "zh"

    def worded(match: re.Match[str]) -> str:
        code = match.group()
        if code in known and (zh or code not in ENGLISH_WORDS):
            return known[code].label_zh if zh else known[code].label_en
        if "_" in code:
            return label_of(code, language)
        return spoken(place_of(code), language) if zh else code

    if not zh:
        return CODE.sub(worded, text)
    said = CODE.sub(lambda match: _AS_WORD.join(("", worded(match), "")), text)
    said = GLOSSED.sub(r"\1", said)
    return BETWEEN_HAN.sub("，", AROUND_WORD.sub("", said)).replace(_AS_WORD, "")


_AS_WORD = "\u2060"
HAN = "[\u4e00-\u9fff]"
GLOSSED = re.compile(f"{_AS_WORD}({HAN}+){_AS_WORD} \\1")
"""A code that became the Chinese word that explains it: ``reviewed 回顾``."""
AROUND_WORD = re.compile(f"(?<={HAN}) (?={_AS_WORD}{HAN})|(?<={HAN}{_AS_WORD}) (?={HAN})")
"""Spaces around a code that became a Chinese word."""
BETWEEN_HAN = re.compile(f"(?<={HAN}){_AS_WORD}?, {_AS_WORD}?(?={HAN})")
TOPIC = re.compile(r"topic_\d+")
LABELS = {"zh": ("label_en", "label1", "label2"), "en": ("label_zh",)}
"""Columns of a table that are written in the other language."""


def topic_names(result: Result) -> dict[str, str]:
    """Return what the topics of a result are called on the page: their first three words."""
    given = {} if result.figure is None else result.figure.settings.get("names") or {}
    table = result.table
    if given or "name" not in table:
        return dict(given)
    if {"rank", "word"} <= set(table.columns):
        first = table[table["rank"] <= 3].sort_values("rank", kind="stable")
        return {str(n): " ".join(rows["word"].astype("str")) for n, rows in first.groupby("name")}
    if "words" in table:
        words = table["words"].astype("str").str.split().str[:3].str.join(" ")
        return dict(zip(table["name"].astype("str"), words, strict=True))
    return {}


def _cautioned(caution: Bilingual, result: Result, language: str) -> str:
    """Return a caution of a result as the page says it: topics, themes and columns by name."""
    names = topic_names(result)
    said = in_chinese(caution[0]) if language == "zh" else caution[1]
    said = TOPIC.sub(lambda m: f"“{names[m.group()]}”" if m.group() in names else m.group(), said)
    return codes_in_words(said, language)


def table_on_page(result: Result, language: str, names: Mapping[str, str]) -> pd.DataFrame:
    """Return the table as the page shows it: topics by their words, without what says nothing.

    Columns are left out that hold nothing, name rules, hold whole paragraphs or repeat a label, or
    that are written in the other language; all of them stand in the table's file.
    """
    table = result.table
    left = {c for c in map(str, table.columns) if c.endswith("_rule")} | {*LABELS[language]}
    left.add("paragraph")
    empty = table.isna() | table.eq("")
    idle = {str(c) for c in table.columns if empty[c].all()} if len(table) else set()
    left |= idle - {"ours"}  # an empty one says that nothing stands beside what was published
    if {"theme", f"label_{language}"} <= set(table.columns):
        left.add("theme")
    if "concept" in table.columns:  # a label that says what the concept is called already
        left |= {
            c
            for c in ("label_zh", "label_en")
            if c in table and table[c].eq(table["concept"]).all()
        }
    out = table[[c for c in table.columns if str(c) not in left]]
    if "name" in out and names:
        out = out.assign(name=[names.get(str(n), n) for n in out["name"]])
    return out


# How are a study's results put on one self-contained HTML page?

UNPACKED = (
    "const packed = Uint8Array.from(atob(base64JS), c => c.charCodeAt(0));"
    "const jsText = await new Response(new Blob([packed]).stream()"
    ".pipeThrough(new DecompressionStream('gzip'))).text();"
)
"""How a browser reads the packed script of the tables: 240 KB instead of 820 KB."""

FONT_MARK = "/*font*/"
ESCAPED = re.compile(r"\\u([0-9a-f]{4})")
"""Characters in the data of tables, which the page's script writes out."""

NOTHING = Bilingual("", "")


@dataclass(frozen=True)
class Section:
    """One analysis on the page.

    ``id``: Anchor and file name.
    ``result``: What was computed; None if the analysis could not be run.
    ``svg``: The figure, or "".
    ``evidence``: Places behind the rows: ``row_id, title, para_no, left, words, right``.
    ``n_places``: How many places stand behind each row, by its number.
    ``note``: Why it was not run, or "".
    ``title``: Used instead of the result's own title where given.
    """

    id: str
    result: Result | None
    svg: str = ""
    evidence: pd.DataFrame | None = None
    n_places: Mapping[int, int] = field(default_factory=dict)
    note: Bilingual = NOTHING
    title: Bilingual = NOTHING

    @property
    def heading(self) -> Bilingual:
        """The title shown, Chinese and English."""
        if self.title.zh or self.result is None:
            return self.title
        return self.result.title


class Methods(Protocol):
    """A methods paragraph and its sources."""

    @property
    def paragraph(self) -> Bilingual:
        """Chinese and English."""

    @property
    def citations(self) -> tuple[str, ...]:
        """Sources, each once."""


def write_text(path: Path, text: str) -> None:
    """Write a text under a temporary name, then move it into place."""
    with in_one_piece(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def _environment(language: str) -> Environment:
    """Return the templates with the words of a language; everything is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(data_path("report")), autoescape=True, undefined=StrictUndefined
    )
    zh = language == "zh"
    environment.globals["t"] = lambda pair: in_chinese(pair[0]) if zh else pair[1]
    environment.globals["caution"] = lambda pair: codes_in_words(
        in_chinese(pair[0]) if zh else pair[1], language
    )
    environment.globals["word"] = lambda in_zh, in_en: in_zh if zh else in_en
    return environment


def overview(corpus: Corpus) -> list[tuple[Bilingual, str]]:
    """Return the figures that head the page: size, certainty, and what was skipped."""
    docs = corpus.documents
    certain = docs["province_certainty"].isin(["stated", "certain"]).sum()
    years = docs["year_certainty"].isin(["stated", "certain"]).sum()
    return [
        (say("report.overview.reports"), f"{len(docs):,}"),
        (say("report.overview.paragraphs"), f"{len(corpus.paragraphs):,}"),
        (say("report.overview.han"), f"{int(docs['n_han'].sum()):,}"),
        (say("report.overview.province_certain"), f"{int(certain)} / {len(docs)}"),
        (say("report.overview.year_certain"), f"{int(years)} / {len(docs)}"),
        (say("report.overview.skipped"), f"{len(corpus.skipped):,}"),
    ]


def ledger_summary(corpus: Corpus) -> pd.DataFrame:
    """Count the ledger's rows and characters by place and rule."""
    ledger = corpus.ledger
    long = ledger.assign(rule=ledger["rules"].str.split("|"), chars=ledger["end"] - ledger["start"])
    return (
        long.explode("rule")
        .groupby(["rule", "place", "certainty"], sort=True)
        .agg(places=("seq", "size"), characters=("chars", "sum"))
        .reset_index()
        .sort_values(["characters", "rule"], ascending=[False, True], kind="stable")
        .reset_index(drop=True)
    )


# What stands behind a number, and what do the scripts of the page know?

KINDS_SAID = ("different", "common", "limit")
UNNAMED = frozenset({"topic", "doc_id", "para_no"})
"""Columns whose cells say nothing to a reader of what a row is about."""


def _places_behind(
    sections: Sequence[Section], titles: dict[str, int], language: str
) -> dict[str, Any]:
    """Return, by analysis and row, how many places there are and the words of the first ones.

    A place names its report by the number of its title; words are left out where there are none.
    """
    found: dict[str, dict[int, Any]] = {}
    for section in sections:
        lines = section.evidence
        if lines is None or not len(lines):
            continue
        mine = found.setdefault(section.id, {})
        paragraphs = lines["para_no"] if "para_no" in lines else itertools.repeat(-1)
        cells = zip(
            lines["row_id"],
            lines["title"].astype("str"),
            paragraphs,
            *(lines[name].astype("str") for name in ("left", "words", "right")),
            strict=False,
        )
        for row, *place in cells:
            title = titles.setdefault(str(place[0]), len(titles))
            said = [unmasked(one, language) for one in place[2:]] if any(place[2:]) else ()
            known = mine.setdefault(int(row), {"n": 0, "places": []})
            known["places"].append([title, int(place[1]), *said])
        names = _names_of_rows(section, sorted(mine), language)
        for row, known in mine.items():
            known |= {"n": section.n_places.get(row, len(known["places"])), "name": names[row]}
    return found


def _names_of_rows(section: Section, rows: list[int], language: str) -> dict[int, str]:
    """Return what rows of a table are about: their first two cells that are words or years."""
    if section.result is None:
        return dict.fromkeys(rows, "")
    shown = table_on_page(section.result, language, topic_names(section.result)).iloc[rows]
    worded = [
        str(c)
        for c in shown
        if (c == "year" or not pd.api.types.is_numeric_dtype(shown[c])) and c not in UNNAMED
    ]
    cells = labelled(shown[worded[:2]], language).to_numpy(dtype=object)
    names = (" · ".join(str(c) for c in row if not pd.isna(c) and c != "") for row in cells)
    return {row: unmasked(name, language) for row, name in zip(rows, names, strict=True)}


def _for_scripts(
    places: Mapping[str, Any],
    titles: Iterable[str],
    regions: Regions,
    words: Callable[[Bilingual], str],
) -> Markup:
    """Return what the scripts of the page know, as JSON that can hold no markup."""
    from markupsafe import Markup

    known = {
        "places": places,
        "titles": list(titles),
        "measures": [
            {
                "label": words(one.label),
                "theme": one.theme,
                "analysis": one.analysis,
                "tiles": {name: list(t) for name, t in one.tiles.items()},
            }
            for one in regions.measures
        ],
        "pairs": [[p.a, p.b, words(p.sentence), p.analysis, p.row] for p in regions.pairs],
    }
    text = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def _findings(
    sections: Sequence[Section],
) -> tuple[dict[str, list[tuple[Section, Saying]]], Bilingual]:
    """Return the sentences of all analyses by kind, each once, and what holds for several.

    The latter stands above the differences, so only they are rid of it; what a difference is worth
    is said of the first of several of which the same is true.
    Where several analyses ask the same (of other reports), each sentence names its own.
    """
    mixed = say("findings.mixed")
    ends = [s for one in sections if one.result for s in one.result.said if _ends(s, mixed)]
    once = mixed if len(ends) > 1 else NOTHING
    unreadable = topics_unreadable(s.result.table for s in sections if s.result is not None)
    found: dict[str, list[tuple[Section, Saying]]] = {kind: [] for kind in KINDS_SAID}
    said: set[Bilingual] = set()
    worth: set[tuple[Bilingual, Bilingual]] = set()
    asked = Counter(one.result.title for one in sections if one.result is not None)
    for section in sections:
        if section.result is None or (unreadable and speaks_of_topics(section.result.table)):
            continue
        alone, named = asked[section.result.title] == 1, section.heading
        for one in section.result.said:
            zh, en = one.sentence
            known = once if once.zh and _ends(one, once) else one.worth
            told = known == once or (known.zh and (named, known) in worth)
            if one.kind == "different" and told and (known == once or not one.supported):
                also = NOTHING if known == once else say("findings.as_above")
                zh = zh.removesuffix(known.zh) + also.zh
                en = f"{en.removesuffix(known.en).rstrip()} {also.en}".rstrip()
                one = one._replace(sentence=Bilingual(zh, en))
            worth.add((named, one.worth))
            everywhere = one.kind == "limit" and not one.rows
            if not alone and not everywhere:
                one = one._replace(sentence=Bilingual(f"【{named.zh}】{zh}", f"[{named.en}] {en}"))
            if one.sentence not in said:
                said.add(one.sentence)
                found[one.kind].append((section, one))
    return found, once


def _ends(one: Saying, words: Bilingual) -> bool:
    """Say whether a finding ends with certain words and says more than them."""
    return one.sentence.zh.endswith(words.zh) and one.sentence != words


def told_apart(regions: Regions, headings: Mapping[str, Bilingual]) -> Regions:
    """Return cards whose lines name their analysis where several have the same label."""
    labelled: dict[Bilingual, set[str]] = {}
    for line in (line for card in regions.cards for line in card.lines):
        labelled.setdefault(line.label, set()).add(line.key.split(":")[0])
    twice = {label for label, keys in labelled.items() if len(keys) > 1}

    def named(line: CardLine) -> CardLine:
        if line.label not in twice or line.analysis not in headings:
            return line
        heading, label = headings[line.analysis], line.label
        both = Bilingual(f"{label.zh}（{heading.zh}）", f"{label.en} ({heading.en})")
        return line._replace(label=both)

    cards = tuple(replace(card, lines=tuple(map(named, card.lines))) for card in regions.cards)
    return replace(regions, cards=cards)


def note_of(note: str, language: str) -> str:
    """Return the part of a note of a column that is in a language.

    >>> note_of("词语 / term", "zh"), note_of("词语 / term", "en"), note_of("hits", "en")
    ('词语', 'term', 'hits')
    """
    zh, parted, en = note.partition(" / ")
    if not parted:
        zh, parted, en = note.partition("/ ")
    return (zh if language == "zh" else en) if parted else note


PLUGIN = re.compile(
    r"dtsp-|dtsb-|dt-button|dtb-|dtcc|dtfc-|select-|dtrg|dtcr-|dtk-|dts_|fixedHeader|colReorder"
)
"""Begins the class names of what DataTables can do and the page does not: panes, builders, keys."""

RULE = re.compile(r"([^{}]+)\{[^{}]*\}")


def used_style(style: str) -> str:
    """Return a style sheet without the rules for plugins that the page does not use.

    >>> used_style("td{top:0}div.dtsp-pill{top:1px}@media print{a.dt-button{top:0}p{top:0}}")
    'td{top:0}@media print{p{top:0}}'
    """
    return RULE.sub(
        lambda m: "" if all(map(PLUGIN.search, m.group(1).split(","))) else m.group(), style
    )


def _bundle() -> Markup:
    """Return the script and style that make tables sortable and searchable without a network."""
    import itables
    from itables.javascript import generate_init_offline_itables_html
    from markupsafe import Markup

    script = Path(itables.__file__).parent / "html" / "dt_bundle.js"
    html = generate_init_offline_itables_html(script)
    plain = b64encode(script.read_bytes()).decode("ascii")
    reader = "const jsText = atob(base64JS);"
    if plain in html and reader in html:
        packed = b64encode(gzip.compress(script.read_bytes(), mtime=0)).decode("ascii")
        html = html.replace(plain, packed).replace(reader, UNPACKED)
    style = (script.parent / "dt_bundle.css").read_text(encoding="utf-8")
    whole, used = (b64encode(one.encode()).decode("ascii") for one in (style, used_style(style)))
    html = html.replace(whole, used)
    return Markup(html[: html.index("<div")] if "<div" in html else html)


OF_ANALYSES = ("rows", "seconds", "analyses", "not_run")
"""Parts of the record of a run that have an entry for each analysis."""


def _recorded(key: str, within: str, titles: Mapping[str, Bilingual], language: str) -> str:
    """Return what an entry of the record of a run is called."""
    listed = name_of("record", key)
    return spoken(titles.get(key, listed) if within in OF_ANALYSES else listed, language)


def write_page(
    path: Path,
    *,
    title: Bilingual,
    summary: Bilingual,
    corpus: Corpus,
    sections: Sequence[Section],
    methods: Methods,
    run: Mapping[str, Any],
    language: str = "zh",
) -> Path:
    """Write the page: findings and regions first, then each analysis, method and ledger."""
    from markupsafe import Markup

    environment, numbers = _environment(language), itertools.count()
    zh = language == "zh"
    results = {s.id: s.result for s in sections if s.result is not None}
    quotes = {s.id: s.evidence for s in sections if s.evidence is not None}
    regions = told_apart(regions_of(results, quotes), {s.id: s.heading for s in sections})
    found, for_all = _findings(sections)
    titles: dict[str, int] = {}
    places = _places_behind(sections, titles, language)
    page = environment.get_template("page.html.j2").render(
        language=language,
        title=title,
        summary=summary,
        corpus=corpus,
        facts=overview(corpus),
        sections=sections,
        ledger=ledger_summary(corpus),
        skipped=corpus.skipped,
        run=run,
        methods=methods,
        table=lambda shown, opens=False: html_table(
            shown, language=language, number=next(numbers), opens=opens
        ),
        cautioned=partial(_cautioned, language=language),
        shown=lambda result: table_on_page(result, language, topic_names(result)),
        labels=lambda table: list(labelled(table.head(0), language).columns),
        findings=found,
        for_all=for_all,
        kinds={kind: say(f"findings.kind.{kind}") for kind in KINDS_SAID},
        described=say("findings.not_supported"),
        regions=regions,
        unmasked=partial(unmasked, language=language),
        short=short_name,
        letters=letters_of,
        with_places=lambda analysis, rows: [n for n in rows if n in places.get(analysis, {})],
        known=_for_scripts(places, titles, regions, lambda pair: pair.zh if zh else pair.en),
        script=Markup(data_path("report/page.js").read_text(encoding="utf-8")),
        style=Markup(data_path("report/page.css").read_text(encoding="utf-8")),
        note=lambda words: codes_in_words(note_of(words, language), language, themes=False),
        recorded=partial(_recorded, titles={s.id: s.heading for s in sections}, language=language),
        column=partial(label_of, language=language),
        svg=Markup,
        in_words=partial(in_words, language=language),
        bundle=_bundle(),
    )
    glyphs = page + ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), page)
    write_text(path, page.replace(FONT_MARK, font_face(glyphs)))
    return path
