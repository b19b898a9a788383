"""How does a researcher look at a report in the notebook and put right what was read?

A report is shown with its removed and repaired places coloured and the words that region and year
rest on highlighted. What is confirmed or corrected goes to a file that ``read_corpus`` takes.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import pandas as pd

from policytext.corpus import Corpus
from policytext.corrected import (
    NONE_BEFORE,
    SHAPES,
    TEXT_FIELDS,
    THEME_FIELD,
    before_in_file,
    check_value,
    place_in_text,
    rows_inside,
)
from policytext.errors import ParameterError
from policytext.export import to_csv
from policytext.origin.metadata import FIELDS, check_stated, read_metadata
from policytext.records import GENRES, LEVELS, Bilingual, spoken
from policytext.texts import label_of, place_of, say
from policytext.themes.codebook import load_codebook

COLUMNS: Final = ("doc_id", "field", "value", "author")
SHOWN_FIELDS: Final = ("year", "province", "city", "county", "level", "genre", "title")
CHOICES: Final[Mapping[str, Sequence[str]]] = {"level": LEVELS, "genre": GENRES}
COLOURS: Final = (
    "<style>.ptr del{background:#fbd5d0;color:#6b1a10}.ptr ins{background:#cfe8d5;color:#123f22;"
    "text-decoration:none;border-bottom:2px solid #2d7a46}.ptr mark{background:#ffe08a;color:#222}"
    ".ptr .out{background:#eceff2;color:#5a6672;text-decoration:line-through;font-size:.85em}"
    ".ptr .edge{border-top:3px dashed #b0620f}.ptr{line-height:1.7;max-height:32em;overflow:auto}"
    ".ptr b{opacity:.7;font-weight:400;margin-right:.6em}.ptr i{font-style:normal;font-size:.85em;"
    "border:1px solid;border-radius:3px;padding:0 .3em;margin-left:.5em;white-space:nowrap}</style>"
)
"""Removed, repaired and highlighted places differ by colour and by line: red and struck, green and
underlined, yellow; themes of a paragraph stand framed behind it."""

WHOLE: Final = {"width": "98%"}
ROW: Final = {"flex_flow": "row wrap", "align_items": "flex-start", "width": "100%"}
TEXT_SIDE: Final = {"flex": "3 1 28em", "min_width": "0"}
LIST: Final = {**ROW, "max_height": "13em", "overflow": "auto"}
FIELD: Final = {"flex": "1 1 14em", "width": "auto", "min_width": "0"}
SURE: Final = {"flex": "0 1 12em", "width": "auto"}
FIELD_SIDE: Final = {"flex": "2 1 26em", "min_width": "0"}
"""The text stands beside its fields where there is room, and above them where there is none."""


@dataclass(frozen=True)
class Review:
    """A corpus being looked at, and the file its corrections go to.

    ``corpus``: What is looked at, as it was read.
    ``path``: The file of corrections, ``doc_id, field, value, author``.
    ``author``: Written into each correction.
    ``coding``: Coded paragraphs whose themes are looked at, if any.
    ``language``: Language of what is shown; as set by default.

    >>> import tempfile
    >>> from policytext import read_texts
    >>> corpus = read_texts({"a.txt": "甲县2021年工作总结\\n全县建成医共体2个。\\n"})
    >>> looked = Review(corpus, Path(tempfile.mkdtemp(), "corrections.csv"))
    >>> looked.confirm("a.txt#1", "year")["value"].tolist()
    ['2021']
    """

    corpus: Corpus
    path: Path
    author: str = ""
    coding: pd.DataFrame | None = field(default=None, repr=False)
    language: str | None = None

    @property
    def corrections(self) -> pd.DataFrame:
        """What was confirmed and corrected so far, as the file holds it."""
        if not self.path.exists():
            return pd.DataFrame(columns=list(COLUMNS), dtype="str")
        return read_metadata(self.path).reindex(columns=list(COLUMNS), fill_value="")

    def correct(self, doc_id: str, field: str, value: object) -> pd.DataFrame:
        """Write what is right, in place of what the file says of the same; return its rows.

        Parameters
        ----------
        doc_id
            The report.
        field
            A column of ``documents`` such as ``year`` or ``province``; ``border``, ``repair`` or
            ``theme``.
        value
            What is right, as :func:`policytext.read_corpus` takes it.

        Raises
        ------
        ParameterError
            There is no such report, or the value cannot be.
        """
        own = self.corpus.documents["doc_id"] == doc_id
        if not own.any():
            raise ParameterError(f"doc_id must be a report of the corpus, got {doc_id!r}")
        said, where = str(value).strip(), f"correction of {doc_id!r}"
        if said in ("", "unknown"):
            raise ParameterError(f"{where}: say what {field} is right; got {value!r}")
        if field in (*TEXT_FIELDS, THEME_FIELD):
            check_value(field, said, where)
            if why := self._unfit(doc_id, field, said):
                raise ParameterError(f"{where}: {why}")
        else:
            check_stated(self.corpus.documents[own].iloc[0].to_dict(), {field: said}, where)
        rows = self.corrections
        same = (rows["doc_id"] == doc_id) & (rows["field"] == field)
        if field in (*TEXT_FIELDS, THEME_FIELD):
            same &= rows["value"].map(_place_named) == _place_named(said)
        new = pd.DataFrame([(doc_id, field, said, self.author)], columns=list(COLUMNS))
        to_csv(pd.concat([rows[~same], new], ignore_index=True), self.path)
        return self.corrections

    def _unfit(self, doc_id: str, field: str, value: str) -> str:
        """Return why a border or theme has no place in a report; "" if it has."""
        if value == "joins":
            return NONE_BEFORE if before_in_file(self.corpus.documents, doc_id).empty else ""
        shape = SHAPES[field].fullmatch(value)
        if field == "repair" or shape is None:
            return ""
        number, least = int(shape["start"]), int(field == "border")
        last = int((self.corpus.paragraphs["doc_id"] == doc_id).sum()) - 1
        if least <= number <= last:
            return ""
        return f"{field} must name one of its paragraphs {least} to {last}; got {number}"

    def confirm(self, doc_id: str, field: str) -> pd.DataFrame:
        """Say that what was read is right: it will be ``stated``; return the file's rows."""
        facts = self.corpus.documents.set_index("doc_id")
        if doc_id not in facts.index or field not in FIELDS:
            raise ParameterError(
                f"a report of the corpus and one of {', '.join(FIELDS)} can be confirmed; got "
                f"{doc_id!r}, {field!r}"
            )
        value = facts.at[doc_id, field]
        if pd.isna(value) or value in ("", "unknown"):
            raise ParameterError(f"{field} of {doc_id!r} is not known: correct it instead")
        return self.correct(doc_id, field, value)

    def themes(self, doc_id: str, para_no: int, themes: Sequence[str]) -> pd.DataFrame:
        """Give a paragraph its themes, none if the list is empty; return the file's rows."""
        return self.correct(doc_id, THEME_FIELD, f"{para_no}: {'|'.join(themes)}")

    def themes_of(self, doc_id: str) -> dict[int, list[str]]:
        """Return the themes of each coded paragraph of a report; corrected ones win."""
        if self.coding is None:
            return {}
        own = self.coding[self.coding["doc_id"] == doc_id]
        found = {int(n): list(rows["theme"]) for n, rows in own.groupby("para_no")}
        for value in self.said(doc_id, THEME_FIELD):
            if shape := SHAPES[THEME_FIELD].fullmatch(value):
                found[int(shape["start"])] = [one for one in shape["themes"].split("|") if one]
        return found

    def said(self, doc_id: str, field: str) -> list[str]:
        """Return what the file says of a field of a report, the last word last."""
        rows = self.corrections
        return list(rows.loc[(rows["doc_id"] == doc_id) & (rows["field"] == field), "value"])

    def theme_names(self) -> dict[str, str]:
        """Return the themes to choose from: the shipped ones that were used, and all coded ones."""
        shipped = {t.id: Bilingual(t.label_zh, t.label_en) for t in load_codebook().themes}
        coded = [] if self.coding is None else list(dict.fromkeys(self.coding["theme"]))
        named = shipped if not coded or set(coded) & set(shipped) else {}
        own = {one: Bilingual(one, one) for one in coded if one not in named}
        return {one: spoken(n, self.language, between=" / ") for one, n in (named | own).items()}

    @property
    def table(self) -> pd.DataFrame:
        """All that can be looked at as rows: facts with their words, repairs, possible borders."""
        return pd.concat(
            [self._facts(), self.repairs(), self._borders()], ignore_index=True
        ).fillna("")

    def _facts(self) -> pd.DataFrame:
        rows = []
        for facts in self.corpus.documents.to_dict("records"):
            own = self.corpus.claims[self.corpus.claims["doc_id"] == facts["doc_id"]]
            for name in SHOWN_FIELDS:
                said = own[own["field"] == name]
                words = said.loc[said["value"] == str(facts[name]), "words"]
                value = "" if pd.isna(facts[name]) else str(facts[name])
                sure = facts.get(f"{name}_certainty", "")
                rows.append((facts["doc_id"], name, value, sure, "|".join(dict.fromkeys(words))))
        return pd.DataFrame(rows, columns=["doc_id", "field", "value", "certainty", "words"])

    def repairs(self, doc_id: str | None = None) -> pd.DataFrame:
        """Return the repairs of a report, or of all: what each changed, and how it is undone."""
        rows, paragraphs = [], self.corpus.paragraphs
        if doc_id is not None:
            paragraphs = paragraphs[paragraphs["doc_id"] == doc_id]
        inside = self.corpus.ledger[self.corpus.ledger["place"] == "inside"]
        of_source = dict(iter(inside.groupby("source_id")))
        changed = paragraphs[paragraphs["source_id"].isin(list(of_source))]
        for paragraph in changed.to_dict("records"):
            edits = rows_inside(of_source[paragraph["source_id"]], paragraph)
            for edit in edits.to_dict("records"):
                before, after = (str(edit[name]).replace(" ", "␣") for name in ("before", "after"))
                words = f"{before} → {after}"
                undo = f"undo {edit['start']}-{edit['end']}"
                rows.append((paragraph["doc_id"], "repair", undo, edit["certainty"], words))
        return pd.DataFrame(rows, columns=["doc_id", "field", "value", "certainty", "words"])

    def _borders(self) -> pd.DataFrame:
        found = self.corpus.borders
        return pd.DataFrame(
            {
                "doc_id": found["doc_id"],
                "field": "border",
                "value": [f"begins {number}" for number in found["para_no"]],
                "certainty": "unknown",
                "words": found["cues"],
            }
        )

    def html(self, doc_id: str) -> str:
        """Return a report with its removed, repaired and telling places coloured."""
        facts = self.corpus.documents.set_index("doc_id").loc[doc_id]
        ledger, claims = self.corpus.ledger, self.corpus.claims
        own = self.corpus.paragraphs[self.corpus.paragraphs["doc_id"] == doc_id]
        outside = ledger[
            (ledger["source_id"] == facts["source_id"])
            & (ledger["place"] == "outside")
            & (ledger["start"] >= facts["raw_start"])
            & (ledger["end"] <= facts["raw_end"])
            & (ledger["before"].str.strip() != "")
        ]
        marked = claims[(claims["doc_id"] == doc_id) & (claims["start"] >= 0)]
        borders = self.corpus.borders
        edges = set(borders.loc[borders["doc_id"] == doc_id, "para_no"])
        lines = [
            (int(row["start"]), f'<p class="out">{html.escape(str(row["before"]))}</p>')
            for row in outside.to_dict("records")
        ]
        themes, names = self.themes_of(doc_id), self.theme_names()
        for row in own.to_dict("records"):
            edge = ' class="edge"' if row["para_no"] in edges else ""
            text = _coloured(row, rows_inside(ledger, row), marked)
            coded = "".join(
                f"<i>{html.escape(names.get(one, one))}</i>"
                for one in themes.get(int(row["para_no"]), ())
            )
            text = f"<p{edge}><b>{row['para_no']}</b>{text}{coded}</p>"
            lines.append((int(row["raw_start"]), text))
        lines.sort(key=lambda line: line[0])
        return f'{COLOURS}<div class="ptr" tabindex="0">{"".join(t for _, t in lines)}</div>'

    def widget(self) -> Any:
        """Return the report with its fields to confirm and correct, for a notebook's front end.

        Raises
        ------
        ParameterError
            ipywidgets is not installed.
        """
        try:
            import ipywidgets
        except ImportError as error:
            raise ParameterError(
                "the widget needs ipywidgets (it comes with jupyter); without it use .table, "
                ".html(doc_id) and .correct(doc_id, field, value)"
            ) from error
        return _Panel(self, ipywidgets).box

    def _repr_mimebundle_(self, **asked: Any) -> dict[str, Any]:
        """Show the widget where a front end can, and the table elsewhere."""
        shown = {
            "text/plain": repr(self),
            "text/html": self.table.to_html(escape=True, index=False),
        }
        try:
            return {**self.widget()._repr_mimebundle_(**asked), **shown}
        except ParameterError:
            return shown


def review(
    corpus: Corpus,
    coding: pd.DataFrame | None = None,
    *,
    path: str | Path = "corrections.csv",
    author: str = "",
    language: str | None = None,
) -> Review:
    """Look at reports one by one, and confirm or correct what was read of them.

    In JupyterLab and VS Code the result shows itself as a widget: a report with removed places
    struck, repairs underlined and the words that region and year rest on highlighted, with fields
    for region, year, level, genre and title, for repairs, for borders of reports and, where a
    coding is given, for the themes of its paragraphs. Everywhere else it shows a table; its methods
    do the same as the buttons.

    Parameters
    ----------
    corpus
        A corpus with text.
    coding
        Coded paragraphs (``classifier.code(corpus)``) whose themes are looked at.
    path
        The file that corrections go to; those that it holds already stay.
    author
        Written into each correction.
    language
        ``"zh"``, ``"en"`` or ``"both"``; as set by default.

    Returns
    -------
    Review
        ``read_corpus(…, corrections=path)`` and :func:`policytext.correct_coding` take its file.

    Raises
    ------
    NeedsTextError
        The corpus holds counts only.

    Examples
    --------
    >>> import tempfile
    >>> from policytext import read_texts
    >>> corpus = read_texts({"a.txt": "甲县2021年工作总结\\n全县建成医共体2个。\\n"})
    >>> looked = review(corpus, path=Path(tempfile.mkdtemp(), "corrections.csv"), author="me")
    >>> looked.correct("a.txt#1", "year", 2020).values.tolist()
    [['a.txt#1', 'year', '2020', 'me']]
    """
    corpus.require_text("review")
    return Review(corpus, Path(path).expanduser(), author, coding, language)


def _place_named(value: str) -> str:
    """Return which place a correction of a border, repair or theme speaks of."""
    return value.split(":")[0].strip()


def _coloured(paragraph: Mapping[str, Any], edits: pd.DataFrame, claims: pd.DataFrame) -> str:
    """Return the text of a paragraph as HTML: edits struck and underlined, evidence highlighted."""
    text, signs = str(paragraph["text"]), [False] * len(str(paragraph["text"]))
    for start, end in zip(claims["start"], claims["end"], strict=True):
        if paragraph["raw_start"] <= start < end <= paragraph["raw_end"]:
            a, b = (place_in_text(paragraph, edits, int(place)) for place in (start, end))
            signs[max(a, 0) : b] = [True] * (min(b, len(signs)) - max(a, 0))
    done, at = [], 0
    for edit in edits.to_dict("records"):
        place = place_in_text(paragraph, edits, int(edit["start"]))
        done.append(_marked(text, signs, at, place))
        before, after = (html.escape(str(edit[name])) for name in ("before", "after"))
        title = html.escape(spoken(place_of(str(edit["rules"]).split("|")[0]), "both"))
        done.append(f'<del title="{title}">{before or "␣"}</del>' if before else "")
        done.append(f'<ins title="{title}">{after}</ins>' if after else "")
        at = place + len(str(edit["after"]))
    done.append(_marked(text, signs, at, len(text)))
    return "".join(done)


def _marked(text: str, signs: Sequence[bool], start: int, end: int) -> str:
    """Return a stretch of text as HTML with its highlighted signs in marks."""
    out, at = "", start
    while at < end:
        stop = next((i for i in range(at, end) if signs[i] != signs[at]), end)
        words = html.escape(text[at:stop])
        out += f"<mark>{words}</mark>" if signs[at] else words
        at = stop
    return out


class _Panel:
    """The widget of a review: one report, its fields, repairs, border and themes.

    JupyterLab takes arrows and letters for itself while a list has the focus; lists that a space
    opens, boxes that it ticks and buttons are all that the keyboard reaches there. A field is sent
    when it is left: sent by each key, a button pressed soon after would write half of it.
    """

    def __init__(self, looked: Review, kit: Any) -> None:
        self._looked, self._kit = looked, kit
        facts = looked.corpus.documents
        options = [
            (f"{t or d} · {d}", d) for d, t in zip(facts["doc_id"], facts["title"], strict=True)
        ]
        self.report = kit.Dropdown(
            options=options, description=self._say("report"), layout={"flex": "1 1 20em"}
        )
        self.text, self.told = kit.HTML(layout=WHOLE), kit.HTML(layout=WHOLE)
        self.fields = {name: self._field(name) for name in SHOWN_FIELDS}
        self.sure = {name: kit.Label(layout=SURE) for name in SHOWN_FIELDS}
        self.repairs = kit.Dropdown(description=self._say("repairs"), layout=WHOLE)
        self.border = kit.BoundedIntText(min=0, description=self._say("paragraph"))
        self.theme = {
            one: kit.Checkbox(description=name, indent=False, layout={"width": "auto"})
            for one, name in looked.theme_names().items()
        }
        self.undo = self._button("undo", self._undo)
        self.border.observe(lambda _: self._themes_of_paragraph(), "value")
        self.report.observe(lambda _: self._show(), "value")
        sides = [kit.VBox([self.text], layout=TEXT_SIDE), kit.VBox(self._rows(), layout=FIELD_SIDE)]
        chosen = [self.report, self._step("before", -1), self._step("next", 1)]
        self.box = kit.VBox([kit.HBox(chosen, layout=ROW), kit.HBox(sides, layout=ROW)])
        self._show()

    def _say(self, key: str) -> str:
        return spoken(say(f"review.{key}"), self._looked.language, between=" / ")

    def _word(self, word: str) -> str:
        return spoken(place_of(word), self._looked.language, between=" / ")

    def _field(self, name: str) -> Any:
        label = label_of(name, self._looked.language)
        if name in CHOICES:
            options = [(self._word(one), one) for one in CHOICES[name]]
            return self._kit.Dropdown(options=options, description=label, layout=FIELD)
        return self._kit.Text(description=label, layout=FIELD, continuous_update=False)

    def _button(self, key: str, act: Callable[[], object]) -> Any:
        button = self._kit.Button(description=self._say(key), layout={"width": "auto"})
        button.on_click(lambda _: self._do(act))
        return button

    def _step(self, key: str, step: int) -> Any:
        """Return a button that leads to the report before or after this one."""
        button = self._kit.Button(description=self._say(key), layout={"width": "auto"})
        button.on_click(lambda _: self._go(step))
        return button

    def _go(self, step: int) -> None:
        if len(self.report.options):
            self.report.index = (self.report.index + step) % len(self.report.options)

    def _do(self, act: Callable[[], object]) -> None:
        """Act on the file, and say how many corrections it holds or why nothing was written."""
        language = self._looked.language
        try:
            act()
            n = len(self._looked.corrections)
            last = self._looked.corrections.iloc[-1]
            named = (
                "" if last["field"] in TEXT_FIELDS else f"{label_of(last['field'], language)} = "
            )
            what = f"{named}{last['value']}"
            told = say("review.written", n=n, path=self._looked.path.name, what=what)
            said = spoken(told, language)
            self._say_what_is_known()
        except ParameterError as error:
            said = str(error)
        self.told.value = f'<p role="status">{html.escape(said)}</p>'

    def _rows(self) -> list[Any]:
        kit = self._kit
        rows = [
            kit.HBox(
                [box, self._button("confirm", partial(self._settle, name)), self.sure[name]],
                layout=ROW,
            )
            for name, box in self.fields.items()
        ]
        rows += [self.repairs, self.undo]
        begins = self._button("begins", lambda: self._text("border", f"begins {self.border.value}"))
        joins = self._button("joins", lambda: self._text("border", "joins"))
        rows.append(kit.HBox([self.border, begins, joins], layout=ROW))
        if self._looked.coding is not None:
            rows += [
                kit.HBox(list(self.theme.values()), layout=LIST),
                self._button("give", self._give),
            ]
        return [*rows, self.told]

    def _settle(self, name: str) -> None:
        """Confirm a field that was left as it is, correct one that was changed."""
        self._looked.correct(self.report.value, name, self.fields[name].value)

    def _text(self, name: str, value: str) -> None:
        self._looked.correct(self.report.value, name, value)

    def _undo(self) -> None:
        self._text("repair", self.repairs.value)

    def _give(self) -> None:
        given = [one for one, box in self.theme.items() if box.value]
        self._looked.themes(self.report.value, self.border.value, given)
        self.text.value = self._looked.html(self.report.value)

    def _show(self) -> None:
        """Fill the panel with a report: what was read, or what the file says in its place."""
        doc_id, looked = self.report.value, self._looked
        if doc_id is None:
            return
        self.told.value = ""
        self.text.value = looked.html(doc_id)
        facts = looked.corpus.documents.set_index("doc_id").loc[doc_id]
        for name, box in self.fields.items():
            value = facts[name]
            read = ("unknown" if name in CHOICES else "") if pd.isna(value) else str(value)
            said = [
                v for v in looked.said(doc_id, name) if name not in CHOICES or v in CHOICES[name]
            ]
            box.value = said[-1] if said else read
        mine = looked.repairs(doc_id)
        self.repairs.options = list(zip(mine["words"], mine["value"], strict=True))
        self.repairs.index = 0 if len(mine) else None
        for part in (self.repairs, self.undo):
            part.layout.display = None if len(mine) else "none"
        own = looked.corpus.paragraphs["doc_id"] == doc_id
        self.border.max = (
            int(looked.corpus.paragraphs.loc[own, "para_no"].max()) if own.any() else 0
        )
        self._say_what_is_known()
        self._themes_of_paragraph()

    def _say_what_is_known(self) -> None:
        """Say beside each field how certain it was read, or that it was put right."""
        doc_id, looked = self.report.value, self._looked
        facts = looked.corpus.documents.set_index("doc_id").loc[doc_id]
        for name, label in self.sure.items():
            sure = self._word(str(facts.get(f"{name}_certainty", "") or "")) or ""
            label.value = self._say("settled") if looked.said(doc_id, name) else sure

    def _themes_of_paragraph(self) -> None:
        if self._looked.coding is None or self.report.value is None:
            return
        own = self._looked.themes_of(self.report.value).get(int(self.border.value), ())
        for one, box in self.theme.items():
            box.value = one in own
