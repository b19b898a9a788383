"""How well do the rules read what a careful reader labelled?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from policytext.data import data_path, pattern_of
from policytext.errors import NotEnoughDataError
from policytext.inference.intervals import share_interval
from policytext.statements.amounts import Figure, FigureScanner, make_reader, read_cell
from policytext.statements.checking import clause_digest
from policytext.statements.rules import WORDS

if TYPE_CHECKING:
    from policytext.result import Result

LABEL_FILE: Final = "labels/statements-silver.jsonl"
MEASURED: Final = (
    *("phase", "status", "scope", "figures", "figures_with_kind"),
    *("actor", "instrument", "quotation"),
)


def read_statement_labels() -> pd.DataFrame:
    """Read the labelled clauses of the package: places and labels, no text.

    >>> labels = read_statement_labels()
    >>> len(labels), int(labels["held_out"].sum())
    (200, 100)
    """
    lines = data_path(LABEL_FILE).read_text(encoding="utf-8").splitlines()
    return pd.DataFrame([json.loads(line) for line in lines])


def measure_reading(
    statements: Mapping[str, Result], *, held_out: bool, labels: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Compare statements with the labels and return precision and recall of each field.

    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953.

    >>> from policytext import read_statements, read_texts
    >>> report = "某县2021年工作总结\\n一、工作\\n建成医共体2个，扩大医共体试点。"
    >>> statements = read_statements(read_texts({"report.txt": report}), ["医共体"])
    >>> row = statements.table.iloc[0]
    >>> label = {c: row[c] for c in ("doc_id", "para_no", "start", "end", "phase")}
    >>> label |= {"corpus": "mine", "sha256": clause_digest(row["clause"]), "status": "planned"}
    >>> label |= {c: [] for c in ("scope", "figures", "actor", "instrument", "quotation")}
    >>> labels = pd.DataFrame([label | {"held_out": False}])
    >>> table = measure_reading({"mine": statements}, held_out=False, labels=labels)
    >>> table[["field", "labelled", "right"]].values.tolist()[:2]
    [['phase', 1, 1], ['status', 1, 0]]
    """
    table = read_statement_labels() if labels is None else labels
    pairs = list(_pairs(statements, table[table["held_out"] == held_out]))
    if not pairs:
        raise NotEnoughDataError(
            "no labelled clause is in these statements; read the corpora the labels were made on, "
            "with all terms, under the names in the column corpus"
        )
    scanner = make_reader().scanner
    rows = []
    for field in MEASURED:
        both = [
            (Counter(_labelled(label, row["clause"], field)), Counter(_read(row, field, scanner)))
            for label, row in pairs
        ]
        rows.append({"field": field, **_measured(both)})
    return _with_intervals(pd.DataFrame(rows))


def _pairs(
    statements: Mapping[str, Result], labels: pd.DataFrame
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each label with the statement at its place, if the words are still the same."""
    places = {
        (name, row["doc_id"], row["para_no"], row["start"], row["end"]): row
        for name, result in statements.items()
        for row in result.table.to_dict("records")
    }
    for label in labels.to_dict("records"):
        key = tuple(label[c] for c in ("corpus", "doc_id", "para_no", "start", "end"))
        row = places.get(key)
        if row is not None and clause_digest(row["clause"]) == label["sha256"]:
            yield (
                {str(k): v for k, v in label.items()},
                {str(k): v for k, v in row.items()},
            )


def _labelled(label: Mapping[str, Any], clause: str, field: str) -> list[str]:
    if field in ("phase", "status"):
        return [label[field]] if label[field] else []
    if field in ("scope", "actor", "instrument"):
        return list(label[field])
    if field == "quotation":
        return [clause[start:end].strip("“”《》") for start, end in label[field]]
    kinds = field == "figures_with_kind"
    return [
        _figure_key(f["value"], f["unit"], f["mark"]) + (f["kind"] if kinds else "")
        for f in label["figures"]
    ]


def _read(row: Mapping[str, Any], field: str, scanner: FigureScanner) -> list[str]:
    if field not in ("figures", "figures_with_kind"):
        values = [value for value in row[field].split("|") if value]
        return [v.strip("“”《》") for v in values] if field == "quotation" else values
    kinds = field == "figures_with_kind"
    return [_key_of(f) + (f.kind if kinds else "") for f in read_cell(row["figures"], scanner)]


def _key_of(figure: Figure) -> str:
    if figure.mark == "masked":
        return _figure_key("", figure.unit, "masked")
    return _figure_key(figure.text, "", "")


def _figure_key(value: str, unit: str, mark: str) -> str:
    """Return a figure as compared: its characters, or its unit where they are masked."""
    return (
        "masked" + unit.lstrip("万亿")
        if mark == "masked"
        else pattern_of(WORDS, "limit", before="[ ,]|").sub("", value + unit)
    )


def _measured(pairs: list[tuple[Counter[str], Counter[str]]]) -> dict[str, int]:
    return {
        "clauses": len(pairs),
        "labelled": sum(sum(want.values()) for want, _ in pairs),
        "read": sum(sum(got.values()) for _, got in pairs),
        "right": sum(sum((want & got).values()) for want, got in pairs),
        "exact": sum(want == got for want, got in pairs),
    }


def _with_intervals(table: pd.DataFrame) -> pd.DataFrame:
    out = table.copy()
    for name, of in (("precision", "read"), ("recall", "labelled"), ("exact", "clauses")):
        right = table["exact" if name == "exact" else "right"]
        interval = share_interval(right.to_numpy(), table[of].to_numpy())
        out[name] = right / table[of].replace(0, pd.NA).astype("Float64")
        out[f"{name}_low"], out[f"{name}_high"] = interval.low, interval.high
    return out
