"""How are a study's results put on one self-contained HTML page?"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policytext.data import data_path
from policytext.records import Bilingual
from policytext.report.font import font_face

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup
    from matplotlib.figure import Figure

    from policytext.corpus import Corpus
    from policytext.result import Result

LONGEST_TABLE = 2000
FONT_MARK = "/*font*/"
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
    figure
        The drawn figure, or None.
    note
        Why it was not run, or "".
    title
        Used instead of the result's own title where given.
    """

    id: str
    result: Result | None
    figure: Figure | None = None
    note: Bilingual = NOTHING
    title: Bilingual = NOTHING

    @property
    def heading(self) -> Bilingual:
        """The title shown, Chinese and English."""
        if self.title.zh or self.result is None:
            return self.title
        return self.result.title


def write_page(
    path: Path,
    *,
    title: Bilingual,
    summary: Bilingual,
    corpus: Corpus,
    sections: Sequence[Section],
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
    run
        Facts of the run, as in ``run.json``.
    language
        ``zh`` or ``en``: the language of headings and sentences.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(data_path("report")), autoescape=True, undefined=StrictUndefined
    )
    environment.globals["t"] = lambda pair: pair[0] if language == "zh" else pair[1]
    environment.globals["word"] = lambda zh, en: zh if language == "zh" else en
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
        table=_table,
        svg=_svg,
        cited=_citations(sections),
        bundle=_bundle(),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page.replace(FONT_MARK, font_face(page)), encoding="utf-8")
    return path


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


def _table(table: pd.DataFrame) -> Markup:
    """Return a table as HTML that sorts and searches; every cell is escaped."""
    from itables.javascript import to_html_datatable
    from markupsafe import Markup

    shown = table.head(LONGEST_TABLE)
    options: dict[str, Any] = {
        "connected": False,
        "maxBytes": 0,
        "showIndex": False,
        "classes": "display compact",
    }
    text = to_html_datatable(shown, **options, pageLength=15, lengthMenu=[15, 50, 200])
    note = ""
    if len(table) > LONGEST_TABLE:
        note = f"<p class='note'>{LONGEST_TABLE:,} / {len(table):,} …</p>"
    return Markup(text + note)


def _svg(figure: Figure) -> Markup:
    """Return a figure as inline SVG whose glyphs are outlines."""
    import matplotlib as mpl
    from markupsafe import Markup

    buffer = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "policytext"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    return Markup(text[text.index("<svg") :])


def _citations(sections: Sequence[Section]) -> list[str]:
    """Return the sources of all methods used, each once, in alphabetical order."""
    return sorted({c for s in sections if s.result is not None for c in s.result.method.citations})
