"""How are questions handed to people, and their answers scored?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from policytext.errors import NotEnoughDataError, ParameterError, ReadingError
from policytext.inference.intervals import share_interval
from policytext.records import Bilingual
from policytext.result import Result
from policytext.topics.intrusion import METHOD


def write_sheet(key: Result, path: str | Path) -> Path:
    """Write the questions to an Excel sheet with a column for the answer, without the key.

    Parameters
    ----------
    key : Result
        Of `word_intrusion` or `topic_intrusion`.
    path : path
        Ending in .xlsx.

    Returns
    -------
    pathlib.Path
    """
    import xlsxwriter

    place = Path(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    options = [str(row).split("|") for row in key.table["options"]]
    n_options = max(len(row) for row in options)
    texts = key.table["text"].tolist() if "text" in key.table else [None] * len(options)
    head = ["item", *(["text"] if texts[0] is not None else []), *map(str, range(1, n_options + 1))]
    with xlsxwriter.Workbook(place, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("items")
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        sheet.write_row(0, 0, [*head, "answer"])
        for i, (item, text, row) in enumerate(zip(key.table["item"], texts, options, strict=True)):
            cells = [int(item), *([text] if text is not None else []), *row]
            for column, cell in enumerate(cells):
                sheet.write(i + 1, column, cell, wrap)
            sheet.data_validation(
                i + 1,
                len(head),
                i + 1,
                len(head),
                {
                    "validate": "integer",
                    "criteria": "between",
                    "minimum": 1,
                    "maximum": len(row),
                    "error_message": f"1 - {len(row)}",
                },
            )
        sheet.set_column(1, len(head) - 1, 18 if texts[0] is None else 30)
        notes = book.add_worksheet("说明 how to")
        notes.write(0, 0, "每行有一项不属于同一主题，请在 answer 列填写其编号。")
        notes.write(1, 0, "One option in each row does not belong: write its number under answer.")
    return place


def score_intrusion(key: Result, sheets: Sequence[str | Path]) -> Result:
    """Score answered sheets: the share of intruders found, topic by topic.

    Parameters
    ----------
    key : Result
        What the sheets were written from.
    sheets : sequence of paths
        One answered sheet per person; unanswered questions are left out.

    Returns
    -------
    Result
        One row per topic, the first for all together (topic -1): `topic, name, n, right,
        precision, low, high, chance, log_odds`. `log_odds` is Chang's topic log odds (0 is
        perfect), for topic questions only.

    Raises
    ------
    ReadingError
        If a sheet cannot be read or is not this key's.
    NotEnoughDataError
        If nothing was answered.

    References
    ----------
    Chang, J. et al. (2009). Reading tea leaves: how humans interpret topic models. NIPS 22.
    """
    if isinstance(sheets, str | Path):
        raise ParameterError("sheets must be a list of paths, one per person, got a single path.")
    answers = pd.concat([_answers(key, Path(s)) for s in sheets], ignore_index=True)
    if not len(answers):
        raise NotEnoughDataError("No question was answered on the sheets.")
    merged = answers.merge(key.table, on="item")
    merged["right"] = merged["answer"] == merged["truth"]
    merged["n_options"] = merged["options"].str.split("|").str.len()
    merged["odds"] = [_log_odds(row) for row in merged.to_dict("records")]
    table = pd.DataFrame(list(_rows(merged)))
    low_high = share_interval(table["right"].to_numpy(), table["n"].to_numpy())
    table.insert(5, "low", low_high.low)
    table.insert(6, "high", low_high.high)
    return Result(
        table=table,
        title=Bilingual("入侵测验结果", "Result of the intrusion test"),
        columns={
            "topic": "number of the topic; -1 all together",
            "name": "name of the topic",
            "n": "answers",
            "right": "intruders found",
            "precision": "share of intruders found",
            "low": "lower end of Wilson's 95 % interval",
            "high": "upper end",
            "chance": "share found by guessing",
            "log_odds": "mean ln(share of the true intruder / share of the chosen topic)",
        },
        method=METHOD,
        cautions=(
            Bilingual(
                "区间把每个回答视为独立；同一人的回答并不完全独立。",
                "Intervals take answers as independent; those of one person are not quite.",
            ),
        ),
        parameters={"n_people": len(sheets)},
    )


def _rows(merged: pd.DataFrame) -> Iterable[dict[str, Any]]:
    groups = [(-1, "all", merged)]
    groups += [(int(t), str(g["name"].iloc[0]), g) for t, g in merged.groupby("topic")]
    for topic, name, part in groups:
        yield {
            "topic": topic,
            "name": name,
            "n": len(part),
            "right": int(part["right"].sum()),
            "precision": part["right"].mean(),
            "chance": (1 / part["n_options"]).mean(),
            "log_odds": part["odds"].mean(),
        }


def _log_odds(row: dict[str, Any]) -> float:
    if row["kind"] != "topic":
        return float("nan")
    share = [max(float(s), 1e-6) for s in str(row["shares"]).split("|")]
    return float(np.log(share[int(row["truth"]) - 1] / share[int(row["answer"]) - 1]))


def _answers(key: Result, path: Path) -> pd.DataFrame:
    try:
        sheet = pd.read_excel(path, sheet_name="items", engine="calamine")
    except Exception as error:  # calamine raises many kinds
        raise ReadingError(f"The sheet {str(path)!r} cannot be read: {error}") from error
    if not {"item", "answer"} <= set(sheet.columns) or len(sheet) != len(key.table):
        raise ReadingError(
            f"The sheet {str(path)!r} must have the columns item and answer and "
            f"{len(key.table)} rows, as it was written."
        )
    shown = [[str(c) for c in row.split("|")] for row in key.table["options"]]
    columns = [str(i) for i in range(1, max(map(len, shown)) + 1)]
    sheet.columns = sheet.columns.astype(str)
    told = sheet[columns].astype(str).to_numpy().tolist()
    if any(a != b[: len(a)] for a, b in zip(shown, told, strict=True)):
        raise ReadingError(f"The sheet {str(path)!r} holds other questions than the key.")
    answered = pd.to_numeric(sheet["answer"], errors="coerce")
    n_options = np.asarray([len(row) for row in shown])
    wrong = answered.notna() & ~((answered >= 1) & (answered <= n_options) & (answered % 1 == 0))
    if wrong.any():
        item = int(sheet.loc[wrong, "item"].iloc[0])
        raise ReadingError(
            f"The answer to question {item} in {str(path)!r} must be the number of an option, got "
            f"{sheet.loc[wrong, 'answer'].iloc[0]!r}."
        )
    kept = answered.notna()
    return pd.DataFrame(
        {"item": sheet.loc[kept, "item"].astype(int), "answer": answered[kept].astype(int)}
    )
