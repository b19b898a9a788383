"""How does what the researcher states and corrects change the tables of a corpus?

Facts of a report (region, year, genre) override what was read. A repair may be undone, a report
begin at another paragraph, or belong to the report before it: paragraphs, ledger and documents
change together, so that every character stays accounted for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import pandas as pd

from policytext.contract import as_table
from policytext.errors import ParameterError
from policytext.origin.claims import Origin, ReportView
from policytext.origin.describing import claim_origin
from policytext.origin.metadata import apply_metadata, read_metadata
from policytext.records import count_han

Tables = dict[str, pd.DataFrame]

TEXT_FIELDS: Final = ("border", "repair")
"""Fields of corrections that change which text is whose, or how it is written."""

THEME_FIELD: Final = "theme"
"""Corrections of codes stand in the same file; they concern a coding, not the corpus."""

LONGEST_TITLE = 60
SHAPES: Final = {
    "border": re.compile(r"joins|begins (?P<start>\d+)"),
    "repair": re.compile(r"undo (?P<start>\d+)-(?P<end>\d+)"),
    THEME_FIELD: re.compile(r"(?P<start>\d+): ?(?P<themes>[\w|-]*)"),
}
"""What the value of such a correction may be: paragraph numbers, offsets in the source."""

MEANT: Final = {
    "border": "'begins N' (a report begins at its paragraph N) or 'joins' (it belongs to the "
    "report before it)",
    "repair": "'undo START-END' with the offsets of a row of the ledger",
    THEME_FIELD: "'N: theme|theme' with a paragraph and its themes",
}


class TextCorrection(NamedTuple):
    """A correction of text: its row in the file, its report, its field and what it says."""

    row: int
    doc_id: str
    field: str
    value: str

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the value: a paragraph, or offsets in the source."""
        return tuple(map(int, re.findall(r"\d+", self.value)))


def check_value(field: str, value: str, where: str) -> None:
    """Refuse a correction of a border, repair or theme that cannot be read.

    >>> check_value("border", "begins 3", "row 1")
    """
    if not SHAPES[field].fullmatch(value.strip()):
        raise ParameterError(f"{where}: {field} must be {MEANT[field]}; got {value[:60]!r}")


def state_facts(
    tables: Tables,
    own: list[dict[str, str]],
    metadata: str | Path | pd.DataFrame | None,
    corrections: str | Path | pd.DataFrame | None,
    *,
    on_disk: bool = False,
) -> pd.DataFrame:
    """Let columns of tables, then metadata, then corrections override what was read.

    Returns what fits no report and which cells say nothing that can be; the tables are replaced
    in place in the dict. Corrections are few and written by hand: one that cannot be is an error.
    Of a corpus ``on_disk`` the text is fixed: borders and repairs are refused.
    """
    corrected = read_metadata(corrections) if corrections is not None else None
    changes, facts = _parted(corrected)
    left = [pd.DataFrame({"table": []}, dtype="str")] if not changes else []
    if changes and on_disk:
        raise ParameterError(
            "corrections of borders and repairs need a corpus in memory, but out= was given; read "
            "the files that they concern without it"
        )
    left += [change_text(tables, changes)] if changes else []
    for name, stated, corrected in (
        ("columns", pd.DataFrame(own) if own else None, None),
        ("metadata", read_metadata(metadata) if metadata is not None else None, facts),
    ):
        if stated is None and corrected is None:
            continue
        done = apply_metadata(
            tables["documents"],
            tables["claims"],
            stated,
            corrected,
            sources=tables["sources"],
            lenient=True,
        )
        tables["documents"] = as_table("documents", done.documents)
        tables["claims"] = as_table("claims", done.claims)
        left.append(done.unmatched.replace({"table": {"metadata": name}}))
        if name == "metadata" and done.ignored:
            left.append(_no_fields(done.ignored))
    found = [one for one in left if len(one.columns) > 1]
    return pd.concat(found, ignore_index=True) if found else left[0]


def _no_fields(columns: Sequence[str]) -> pd.DataFrame:
    """Return a row for each column of the metadata that is no field of a report."""
    rows = [
        ("metadata", -1, f"column {column!r}", "no field of a report; bring it in with corpus.join")
        for column in columns
    ]
    return pd.DataFrame(rows, columns=["table", "row", "key", "reason"])


def _parted(corrections: pd.DataFrame | None) -> tuple[list[TextCorrection], pd.DataFrame | None]:
    """Return the corrections of text, and the table without them and those of themes."""
    if corrections is None or not {"field", "value"} <= set(corrections.columns):
        return [], corrections
    own = corrections["field"].isin([*TEXT_FIELDS, THEME_FIELD])
    if own.any() and "doc_id" not in corrections.columns:
        raise ParameterError(
            "corrections of borders, repairs and themes must have a column doc_id to find reports "
            f"by; got {list(corrections.columns)}"
        )
    changes = []
    for row, cells in corrections[own].iterrows():
        check_value(cells["field"], cells["value"], f"corrections row {int(str(row)) + 1}")
        if cells["field"] in TEXT_FIELDS:
            value = str(cells["value"]).strip()
            changes.append(TextCorrection(int(str(row)), cells["doc_id"], cells["field"], value))
    return changes, corrections[~own]


def change_text(tables: Tables, changes: Sequence[TextCorrection]) -> pd.DataFrame:
    """Undo repairs, then begin reports, then join them; return what could not be placed.

    Paragraphs and offsets are those of the corpus as it was read without these corrections.
    """
    unmatched = []
    for act, chosen in _in_order(changes):
        known = chosen.doc_id in set(tables["documents"]["doc_id"])
        reason = act(tables, chosen) if known else "no report"
        if reason:
            key = f"doc_id {chosen.doc_id!r}, {chosen.field} {chosen.value!r}"
            unmatched.append(
                {"table": "corrections", "row": chosen.row, "key": key, "reason": reason}
            )
    return pd.DataFrame(unmatched, columns=["table", "row", "key", "reason"])


def _in_order(
    changes: Sequence[TextCorrection],
) -> list[tuple[Callable[[Tables, TextCorrection], str], TextCorrection]]:
    """Return what is to be done: late paragraphs first, so that numbers stay as they were read."""
    undone = [c for c in changes if c.field == "repair"]
    begun = [c for c in changes if c.field == "border" and c.value != "joins"]
    joined = [c for c in changes if c.value == "joins"]
    begun.sort(key=lambda change: change.numbers, reverse=True)
    joined.reverse()
    return [(undo, c) for c in undone] + [(begin, c) for c in begun] + [(join, c) for c in joined]


# A repair is undone


def place_in_text(paragraph: Mapping[str, Any], ledger: pd.DataFrame, start: int) -> int:
    """Return where a place of the source stands in a paragraph, counted in its clean text.

    ``ledger`` holds the rows inside of the paragraph, in order.
    """
    before = ledger[ledger["start"] < start]
    grown = int((before["after"].str.len() - before["before"].str.len()).sum())
    return start - int(paragraph["raw_start"]) + grown


def rows_inside(ledger: pd.DataFrame, paragraph: Mapping[str, Any]) -> pd.DataFrame:
    """Return the rows of the ledger that changed a paragraph, in order."""
    within = (
        (ledger["source_id"] == paragraph["source_id"])
        & (ledger["place"] == "inside")
        & (ledger["start"] >= paragraph["raw_start"])
        & (ledger["end"] <= paragraph["raw_end"])
    )
    return ledger[within].sort_values(["start", "seq"], kind="stable")


def undo(tables: Tables, change: TextCorrection) -> str:
    """Write a place as the source has it, and take its row out of the ledger."""
    start, end = change.numbers
    paragraphs, ledger = tables["paragraphs"], tables["ledger"]
    mine = paragraphs[
        (paragraphs["doc_id"] == change.doc_id)
        & (paragraphs["raw_start"] <= start)
        & (paragraphs["raw_end"] >= end)
    ]
    for at, paragraph in zip(mine.index, mine.to_dict("records"), strict=True):
        rows = rows_inside(ledger, paragraph)
        hit = rows[(rows["start"] == start) & (rows["end"] == end)]
        if len(hit) != 1:
            continue
        before, after = (str(hit[column].iloc[0]) for column in ("before", "after"))
        place, text = place_in_text(paragraph, rows, start), str(paragraph["text"])
        if text[place : place + len(after)] != after:
            return "the text of the paragraph is another one"
        text = text[:place] + before + text[place + len(after) :]
        new = paragraphs.copy()
        new.loc[at, ["text", "n_han"]] = [text, count_han(text)]
        tables["paragraphs"] = as_table("paragraphs", new)
        tables["ledger"] = ledger.drop(index=hit.index).reset_index(drop=True)
        _count_again(tables, [change.doc_id])
        return ""
    return "no repair stands there"


def _count_again(tables: Tables, doc_ids: Sequence[str]) -> None:
    """Let documents say how many Han characters their paragraphs have, and where these stand."""
    documents = tables["documents"].copy()
    for doc_id in doc_ids:
        own = tables["paragraphs"][tables["paragraphs"]["doc_id"] == doc_id]
        documents.loc[documents["doc_id"] == doc_id, "n_han"] = int(own["n_han"].sum())
    tables["documents"] = as_table("documents", documents)


# A report begins at another paragraph, or belongs to the one before


def begin(tables: Tables, change: TextCorrection) -> str:
    """Let a report begin at a paragraph of another; both are asked anew where they come from.

    Neither takes the name of the file or its head as evidence, since both would.
    """
    (number,) = change.numbers
    paragraphs = tables["paragraphs"]
    own = paragraphs["doc_id"] == change.doc_id
    moved = own & (paragraphs["para_no"] >= number)
    if number < 1 or not moved.any():
        return f"the report has {int(own.sum())} paragraphs, and one must stay before the border"
    documents = tables["documents"]
    old = documents[documents["doc_id"] == change.doc_id].iloc[0]
    same = documents["source_id"] == old["source_id"]
    part = int(documents.loc[same, "part"].max()) + 1
    new_id = f"{old['source_id']}#{part}"
    _give(tables, moved, new_id, -number)
    first = tables["paragraphs"][tables["paragraphs"]["doc_id"] == change.doc_id]
    second = tables["paragraphs"][tables["paragraphs"]["doc_id"] == new_id]
    border = int(second["raw_start"].iloc[0])
    top = second.iloc[0]
    title = top["text"] if top["kind"] == "heading" or len(top["text"]) <= LONGEST_TITLE else ""
    facts = (
        {"doc_id": change.doc_id, "title": old["title"], "truncated": False, "raw_end": border},
        {
            "doc_id": new_id,
            "part": part,
            "title": title,
            "raw_start": border,
        },
    )
    halves = zip(facts, (first, second), strict=True)
    rows = [_asked_anew({**old.to_dict(), **own}, half) for own, half in halves]
    at = int((documents["doc_id"] == change.doc_id).to_numpy().argmax())
    kept = documents.to_dict("records")
    kept[at : at + 1] = [row for row, _ in rows]
    tables["documents"] = as_table("documents", pd.DataFrame(kept))
    claims = tables["claims"][tables["claims"]["doc_id"] != change.doc_id]
    found = pd.DataFrame([c for _, made in rows for c in made], columns=claims.columns)
    tables["claims"] = as_table("claims", pd.concat([claims, found], ignore_index=True))
    _count_again(tables, [change.doc_id, new_id])
    return ""


def _give(tables: Tables, moved: pd.Series, doc_id: str, shift: int) -> None:
    """Give paragraphs to a report and number them on; possible borders go with them."""
    paragraphs, borders = tables["paragraphs"], tables.get("borders")
    places = set(
        zip(paragraphs.loc[moved, "doc_id"], paragraphs.loc[moved, "para_no"], strict=True)
    )
    new = paragraphs.copy()
    new.loc[moved, "para_no"] += shift
    new.loc[moved, "doc_id"] = doc_id
    tables["paragraphs"] = as_table("paragraphs", new)
    if borders is None or borders.empty:
        return
    with_them = [pair in places for pair in zip(borders["doc_id"], borders["para_no"], strict=True)]
    also = borders.copy()
    also.loc[with_them, "para_no"] += shift
    also.loc[with_them, "doc_id"] = doc_id
    tables["borders"] = also[also["para_no"] > 0].reset_index(drop=True)


def _asked_anew(
    row: dict[str, Any], paragraphs: pd.DataFrame
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a report with what its own text says of place, year and kind, and its claims."""
    shown = zip(
        *(paragraphs[c].astype("str") for c in ("text", "kind", "part_of_report")), strict=True
    )
    text = "\n".join(paragraphs["text"].astype("str"))
    damage = frozenset(str(row["damage"]).split("|"))
    view = ReportView(str(row["title"]), text, list(shown), alone=False, damage=damage)
    origin = claim_origin(view)
    fields = {name: getattr(origin, name) for name in Origin.__dataclass_fields__}
    claims = [
        {
            "doc_id": row["doc_id"],
            **{name: getattr(claim, name) for name in ("field", "value", "certainty", "words")},
            "start": -1,
            "end": -1,
            "rule": f"{claim.place}:{claim.rule}",
        }
        for claim in fields.pop("claims")
    ]
    return {**row, **fields}, claims


NONE_BEFORE: Final = "no report stands before it in its file"


def before_in_file(documents: pd.DataFrame, doc_id: str) -> pd.DataFrame:
    """Return the reports that stand before one in its file."""
    mine = documents[documents["doc_id"] == doc_id].iloc[0]
    same = documents["source_id"] == mine["source_id"]
    return documents[same & (documents["raw_start"] < mine["raw_start"])]


def join(tables: Tables, change: TextCorrection) -> str:
    """Let a report be part of the one before it in its source, whose facts stay."""
    documents, paragraphs = tables["documents"], tables["paragraphs"]
    mine = documents[documents["doc_id"] == change.doc_id].iloc[0]
    before = before_in_file(documents, change.doc_id)
    if before.empty:
        return NONE_BEFORE
    kept = before.sort_values("raw_start", kind="stable").iloc[-1]
    last = paragraphs.loc[paragraphs["doc_id"] == kept["doc_id"], "para_no"].max()
    shift = 0 if pd.isna(last) else int(last) + 1
    _give(tables, paragraphs["doc_id"] == change.doc_id, kept["doc_id"], shift)
    new = documents.copy()
    new.loc[new["doc_id"] == kept["doc_id"], ["raw_end", "truncated"]] = [
        max(int(kept["raw_end"]), int(mine["raw_end"])),
        bool(mine["truncated"]),
    ]
    tables["documents"] = as_table("documents", new[new["doc_id"] != change.doc_id])
    claims = tables["claims"]
    tables["claims"] = as_table("claims", claims[claims["doc_id"] != change.doc_id])
    _count_again(tables, [kept["doc_id"]])
    return ""
