"""How are a study's results put on one self-contained HTML page?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from policytext.data import data_path
from policytext.records import Bilingual
from policytext.report.font import font_face
from policytext.report.tables import (
    column_label,
    evidence_lines,
    html_table,
    in_chinese,
    themes_in_chinese,
)

if TYPE_CHECKING:
    import pandas as pd
    from jinja2 import Environment
    from markupsafe import Markup

    from policytext.corpus import Corpus
    from policytext.result import Result

FONT_MARK = "/*font*/"
ESCAPED = re.compile(r"\\u([0-9a-f]{4})")
"""Characters in the data of tables, which the page's script writes out."""

NOTHING = Bilingual("", "")


@dataclass(frozen=True)
class Section:
    """One analysis on the page.

    Parameters
    ----------
    id
        Anchor and file name.
    result
        What was computed; None if the analysis could not be run.
    svg
        The figure, or "".
    evidence
        Places behind the rows: ``row_id, title, file, left, words, right``.
    note
        Why it was not run, or "".
    title
        Used instead of the result's own title where given.
    """

    id: str
    result: Result | None
    svg: str = ""
    evidence: pd.DataFrame | None = None
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
    """Write the page: overview and cautions first, then each analysis, method and ledger.

    Parameters
    ----------
    path
        Where the page goes.
    title, summary
        Of the study.
    corpus
        The corpus that was analysed.
    sections
        The analyses in order.
    methods
        The methods paragraph of the run.
    run
        Facts of the run, as in ``run.json``.
    language
        ``zh`` or ``en``: the language of headings and sentences.
    """
    from markupsafe import Markup

    environment = _environment(language)
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
        table=partial(html_table, language=language),
        lines=evidence_lines,
        column=partial(column_label, language=language),
        svg=Markup,
        bundle=_bundle(),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    glyphs = page + ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), page)
    part.write_text(page.replace(FONT_MARK, font_face(glyphs)), encoding="utf-8")
    part.replace(path)
    return path


def _environment(language: str) -> Environment:
    """Return the templates with the words of a language; everything is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(data_path("report")), autoescape=True, undefined=StrictUndefined
    )
    zh = language == "zh"
    environment.globals["t"] = lambda pair: in_chinese(pair[0]) if zh else pair[1]
    environment.globals["caution"] = lambda pair: (
        themes_in_chinese(in_chinese(pair[0])) if zh else pair[1]
    )
    environment.globals["word"] = lambda in_zh, in_en: in_zh if zh else in_en
    return environment


def overview(corpus: Corpus) -> list[tuple[Bilingual, str]]:
    """Return the figures that head the page: size, certainty, and what was skipped."""
    docs = corpus.documents
    certain = docs["province_certainty"].isin(["stated", "certain"]).sum()
    years = docs["year_certainty"].isin(["stated", "certain"]).sum()
    return [
        (Bilingual("报告", "reports"), f"{len(docs):,}"),
        (Bilingual("段落", "paragraphs"), f"{len(corpus.paragraphs):,}"),
        (Bilingual("汉字", "Han characters"), f"{int(docs['n_han'].sum()):,}"),
        (Bilingual("省份确定", "province certain"), f"{int(certain)} / {len(docs)}"),
        (Bilingual("年份确定", "year certain"), f"{int(years)} / {len(docs)}"),
        (Bilingual("未读文件", "files skipped"), f"{len(corpus.skipped):,}"),
    ]


def ledger_summary(corpus: Corpus) -> pd.DataFrame:
    """Count the ledger's rows and characters by place and rule.

    Returns
    -------
    pandas.DataFrame
        ``rule, place, certainty, places, characters`` (of the source that were removed or
        replaced); a row that names several rules counts for each of them.
    """
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


def _bundle() -> Markup:
    """Return the script and style that make tables sortable and searchable without a network."""
    import itables
    from itables.javascript import generate_init_offline_itables_html
    from markupsafe import Markup

    script = Path(itables.__file__).parent / "html" / "dt_bundle.js"
    return Markup(generate_init_offline_itables_html(script))
