"""What did cleaning change in a text, step by step, and why?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from policytext.cleaning.clean import clean_source, report_context
from policytext.cleaning.edits import MappedText
from policytext.cleaning.marks import find_marks
from policytext.cleaning.steps import Step, cleaning_steps

if TYPE_CHECKING:
    import pandas as pd

_WINDOW = 12


def explain_cleaning(
    text: str, *, hints: tuple[str, ...] = (), extra_rules: str | Path | None = None
) -> pd.DataFrame:
    """Show step by step what cleaning does to a text, and what it only marks.

    Parameters
    ----------
    text
        The text of a file or of one report.
    hints
        What the reader knows, such as ``("pdf",)``.
    extra_rules
        A CSV file of own replacements, see `load_rules`.

    Returns
    -------
    pandas.DataFrame
        One row a change, in the order of the steps: ``step``, ``outcome`` (repair or mark),
        ``rule``, ``start`` (in the text that step was given; for marks in the source), ``before``,
        ``after``, ``context`` (the words round it), ``certainty``, ``comment_zh``, ``comment_en``.

    Examples
    --------
    >>> table = explain_cleaning("第1页 / 共14页\\n体检率95﹪以上。")
    >>> table[["step", "before", "after"]].values.tolist()
    [['page_chrome', '第1页 / 共14页', ''], ['percent_variants', '﹪', '%']]
    """
    import pandas as pd

    cleaned = clean_source(text, hints, extra_rules=extra_rules)
    rows: list[dict[str, object]] = []
    mapped = MappedText.of(text)
    for step in cleaning_steps("source"):
        mapped = _run(step, mapped, cleaned.context, rows)
    context = report_context(mapped, cleaned.context)
    for step in cleaning_steps("report"):
        mapped = _run(step, mapped, context, rows)
    for mark in find_marks(mapped, context):
        row = _row("marks", "mark", mark.kind, text, mark.start, mark.end)
        rows.append({**row, "certainty": "", "comment_zh": mark.note, "comment_en": mark.note})
    columns = [
        "step", "outcome", "rule", "start", "before", "after", "context", "certainty",
        "comment_zh", "comment_en",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _run(
    step: Step, mapped: MappedText, context: object, rows: list[dict[str, object]]
) -> MappedText:
    edits = step.run(mapped.text, context)  # type: ignore[arg-type]
    for e in edits:
        row = _row(step.name, step.outcome, e.rule, mapped.text, e.start, e.end)
        said = {"comment_zh": step.does.zh, "comment_en": step.does.en}
        rows.append({**row, "after": e.after, "certainty": e.certainty, **said})
    return mapped.apply(edits)


def _row(step: str, outcome: str, rule: str, text: str, start: int, end: int) -> dict[str, object]:
    before = text[start:end]
    around = f"{text[max(0, start - _WINDOW) : start]}[{before}]{text[end : end + _WINDOW]}"
    return {
        "step": step,
        "outcome": outcome,
        "rule": rule,
        "start": start,
        "before": before,
        "after": before,
        "context": around.replace("\n", "⏎"),
    }
