"""How does a source become clean text, and a report cut from it a repaired one?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from policytext.cleaning import chunks, figures, furniture, masks, wording
from policytext.cleaning.context import Context, Damage, Mark, has_any, load_rules
from policytext.cleaning.damage import detect_damage, detect_page_damage, inherited
from policytext.cleaning.mapped import Edit, MappedText
from policytext.data import read_table
from policytext.records import Bilingual

if TYPE_CHECKING:
    import pandas as pd


# In which order do the cleaning steps run, and what does each do?

StepFunction = Callable[[str, Context], list[Edit]]

_FUNCTIONS: tuple[StepFunction, ...] = (
    furniture.literal_codes,
    furniture.html_leftovers,
    furniture.line_ends,
    furniture.invisible_characters,
    furniture.unusual_spaces,
    furniture.trailing_spaces,
    furniture.page_spans,
    furniture.page_chrome,
    chunks.chunk_markers,
    furniture.repeated_copies,
    furniture.running_lines,
    furniture.page_numbers,
    furniture.page_breaks,
    furniture.wrapped_lines,
    wording.swapped_words,
    wording.wrong_phrases,
    wording.own_rules,
    figures.ten_to_year,
    figures.year_eaten_by_deletion,
    figures.percent_variants,
    figures.missing_percent,
    figures.lost_range_signs,
    figures.range_signs,
    figures.deleted_years,
    figures.han_year_digits,
    wording.spaces_in_numbers,
    wording.spaces_in_words,
    wording.look_alikes,
    wording.break_after_percent,
    wording.full_stop_after_percent,
    wording.lost_closing_quotes,
    wording.mixed_widths,
    masks.leader_names,
    masks.mask_tokens,
)


@dataclass(frozen=True)
class Step:
    """One cleaning step: its place in the order, its stage, what it does, and the function."""

    order: int
    name: str
    stage: str
    outcome: str
    does: Bilingual
    run: StepFunction


@cache
def cleaning_steps(stage: str | None = None) -> tuple[Step, ...]:
    """Return the steps in the order they run.

    >>> cleaning_steps("source")[0].name
    'literal_codes'
    """
    functions = {f.__name__: f for f in _FUNCTIONS}
    steps = [
        Step(int(r.order), r.name, r.stage, r.outcome, Bilingual(r.zh, r.en), functions[r.name])
        for r in read_table("cleaning/steps.csv").itertuples()
    ]
    return tuple(s for s in sorted(steps, key=lambda s: s.order) if stage in (None, s.stage))


# How does a source become clean text, and a report cut from it a repaired one?


@dataclass(frozen=True)
class CleanSource:
    """A cleaned file: its text with the map to the source, and what the later steps must know.

    ``mapped``: The text after the steps of the whole file.
    ``context``: The damage found, and the reader's hints; give it to `repair_report`.

    >>> clean_source("提高效劳质量，优化效劳流程，扩大效劳范围。").flags
    ('synonym_swapped',)
    """

    mapped: MappedText
    context: Context

    @property
    def damage(self) -> Damage:
        """The damage found in the file."""
        return self.context.damage

    @property
    def flags(self) -> tuple[str, ...]:
        """The kinds of damage found in the file."""
        return self.context.damage.flags


def clean_source(
    source_text: str,
    hints: Sequence[str] = (),
    *,
    extra_rules: str | Path | None = None,
    left_out: Sequence[tuple[int, int, str]] = (),
) -> CleanSource:
    """Run the steps that concern a whole file: debris, page furniture, chunk numbers, page breaks.

    >>> cleaned = clean_source("<U+00A0>各位代表：\\n第1页 / 共14页")
    >>> cleaned.mapped.text.strip()
    '各位代表：'
    """
    rules = load_rules(extra_rules) if extra_rules else ()
    mapped = MappedText.of(source_text).apply(_removals(left_out))
    context = Context(detect_page_damage(mapped.text), tuple(hints), rules)
    for step in cleaning_steps("source"):
        mapped = mapped.apply(step.run(mapped.text, context))
    # What the source steps repaired is gone from the text now; its flag stays.
    damage = context.damage | detect_damage(mapped.text)
    return CleanSource(mapped, replace(context, damage=damage))


def _removals(spans: Iterable[tuple[int, int, str]]) -> list[Edit]:
    """Return one removal for each span, cut where spans overlap."""
    removals = []
    reached = 0
    for start, end, rule in sorted(spans):
        if end > reached:
            removals.append(Edit(max(start, reached), end, "", rule, "likely"))
            reached = end
    return removals


def report_context(mapped: MappedText, context: Context) -> Context:
    """Return the context for one report: its own damage, and what was done to the whole file.

    >>> cleaned = clean_source("喜迎20xx年。\\n年均增长8%。")
    >>> second = cleaned.mapped.slice(8, len(cleaned.mapped.text))
    >>> cleaned.flags, report_context(second, cleaned.context).damage.flags
    (('masked', 'masked_years'), ())
    """
    return replace(context, damage=inherited(detect_damage(mapped.text), context.damage))


def repair_report(mapped: MappedText, context: Context) -> MappedText:
    """Run the steps that concern one report: words, figures, masks, spaces, punctuation.

    Damage is looked for in the report itself, so that one damaged report in a compilation does
    not change the others; what a site did to the whole file counts too.

    >>> cleaned = clean_source("xx县共有xx万人")
    >>> repair_report(cleaned.mapped, cleaned.context).text
    '‹PLACE›县共有‹NUM›万人'
    """
    return repair_with(mapped, report_context(mapped, context))


def repair_with(mapped: MappedText, own: Context) -> MappedText:
    """Run the steps of `repair_report` with the report's own context, where it is known already."""
    for step in cleaning_steps("report"):
        mapped = mapped.apply(step.run(mapped.text, own))
    return mapped


# Which places stay as they are and must be flagged?

MarkFunction = Callable[[str, Context], list[Mark]]

_DELETED_NAME = re.compile(
    r"[镇乡县市](?<=[与和、].)(?=中心卫生院|卫生院)|《[市县区](?=[巩创关健卫实推落加])"
    r"|健康建设(?<=[进快续设]健康建设)"
)
_REMOVED_WORD = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000](?=号码)")
_DROPPED = re.compile(r"(?<=进行了)岗培训|(?<=，)保了项目|(?<=,)保了项目|全民健活方式")
_DOUBLED = re.compile(r"(?<=获评)省评省级|(?<=率)达为(?=\d)")
_SPLICED = re.compile(
    r"在(?<=”在)[\u4e00-\u9fff]{2,8}方面[，,]|‹PLACE›(?<=[%％]‹PLACE›)[县市区][\u4e00-\u9fff]"
)
_UNDECODABLE = re.compile("\ufffd+")
_FIGURE_RULES = {
    "ten_to_year": "figure_repaired",
    "year_strip_hits_number": "figure_repaired",
    "missing_percent": "figure_repaired",
    "range_sign_lost": "figure_repaired",
}


def deleted_names(text: str, context: Context) -> list[Mark]:
    """Mark places where a name seems to have been deleted without trace."""
    return [Mark(m.start(), m.end(), "name_deleted") for m in _DELETED_NAME.finditer(text)]


def damaged_words(text: str, context: Context) -> list[Mark]:
    """Mark dropped, doubled and removed characters that only a reader can put right."""
    marks = []
    for triggers, pattern, kind in (
        ((" 号码",), _REMOVED_WORD, "word_removed"),
        (("岗培训", "保了", "健活"), _DROPPED, "char_dropped"),
        (("省评", "率达为"), _DOUBLED, "char_doubled"),
        (("”在", "%‹", "％‹", "，‹", ",‹"), _SPLICED, "spliced_paragraphs"),
    ):
        if has_any(text, triggers):
            marks += [Mark(m.start(), m.end(), kind) for m in pattern.finditer(text)]
    return marks


def undecodable(text: str, context: Context) -> list[Mark]:
    """Mark replacement characters: what stood there is lost."""
    if "\ufffd" not in text:
        return []
    return [Mark(m.start(), m.end(), "undecodable") for m in _UNDECODABLE.finditer(text)]


def masked_year_tokens(text: str, context: Context) -> list[Mark]:
    """Mark every year that is masked or was deleted."""
    if "‹YEAR›" not in text:
        return []
    return [Mark(m.start(), m.end(), "year_unknown") for m in re.finditer("‹YEAR›", text)]


MARKERS: tuple[MarkFunction, ...] = (
    figures.equal_years,
    masked_year_tokens,
    masks.masked_words,
    masks.masked_ranges,
    figures.doubtful_ranges,
    wording.open_quotes,
    deleted_names,
    damaged_words,
    undecodable,
)


def find_marks(mapped: MappedText, context: Context) -> tuple[Mark, ...]:
    """Return what is flagged in a repaired report; offsets are those of the source.

    >>> from policytext.cleaning.clean import clean_source, repair_report
    >>> cleaned = clean_source("喜迎崭新的20xx年")
    >>> report = repair_report(cleaned.mapped, cleaned.context)
    >>> find_marks(report, cleaned.context)
    (Mark(start=5, end=9, kind='year_unknown', note=''),)
    """
    found = [
        Mark(*mapped.source_span(mark.start, mark.end), mark.kind, mark.note)
        for marker in MARKERS
        for mark in marker(mapped.text, context)
    ]
    for change in mapped.changes():
        for rule in change.rules:
            if rule in _FIGURE_RULES:
                kind = _FIGURE_RULES[rule]
                found.append(
                    Mark(change.start, change.end, kind, f"{change.before} → {change.after}")
                )
    return tuple(sorted(set(found)))


# What did cleaning change in a text, step by step, and why?

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
