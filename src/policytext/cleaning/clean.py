"""In which steps does a source become clean text, and how does each change become a ledger row?

A step is a function from a text and what is known of its document to a list of proposed edits.
`CleaningStep.repairs` decides which of them are made and how certain they are, `MappedText.apply`
makes them and remembers where each came from, `MappedText.changes` gives the rows of the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from policytext.cleaning import chrome, chunks, figures, furniture, legible, masks, wording
from policytext.cleaning.context import NO_FOLDER, Context, Damage, FolderLines, Mark, load_rules
from policytext.cleaning.damage import detect_damage, detect_page_damage, inherited
from policytext.cleaning.mapped import Edit, MappedText
from policytext.data import read_table
from policytext.records import Bilingual

if TYPE_CHECKING:
    import pandas as pd

# In which order do the cleaning steps run, and when is what they propose accepted?

StepFunction = Callable[[str, Context], list[Edit]]

STEPS: tuple[StepFunction, ...] = (
    legible.misread_text,
    furniture.literal_codes,
    furniture.html_entities,
    furniture.html_leftovers,
    furniture.line_ends,
    furniture.invisible_characters,
    furniture.quoted_lines,
    furniture.unusual_spaces,
    legible.illegible,
    legible.usual_forms,
    legible.simplified_forms,
    legible.spaced_characters,
    legible.copy_noise,
    chrome.page_spans,
    chrome.page_chrome,
    furniture.running_lines,
    chunks.chunk_markers,
    furniture.repeated_copies,
    furniture.leading_page_numbers,
    furniture.wrapped_lines,
    furniture.page_numbers,
    furniture.page_breaks,
    wording.quote_pairs,
    furniture.trailing_spaces,
    wording.swapped_words,
    wording.wrong_phrases,
    figures.ten_to_year,
    figures.year_eaten_by_deletion,
    figures.deleted_years,
    figures.han_year_digits,
    figures.letters_in_figures,
    wording.spaces_in_numbers,
    wording.spaces_in_words,
    wording.look_alikes,
    figures.percent_variants,
    figures.missing_percent,
    figures.lost_range_signs,
    wording.break_after_percent,
    masks.leader_names,
    masks.mask_tokens,
    wording.full_stop_after_percent,
    wording.lost_closing_quotes,
    wording.mixed_widths,
    figures.range_signs,
    wording.own_rules,
)
"""The functions of ``cleaning/steps.csv``, in its order."""


@dataclass(frozen=True)
class CleaningStep:
    """One cleaning step, a row of ``cleaning/steps.csv`` and its function.

    ``order, name``: Place in the order, and name of the function.
    ``stage``: ``source`` (the whole file) or ``report`` (one report cut from it).
    ``needs``: Kind of damage the document must show before anything is accepted; "" for none.
    ``certainty``: Certainty of the step's repairs; "" where the step grades each one itself.
    ``does``: What the step does, in Chinese and in English.
    ``propose``: The function.

    >>> [s.name for s in cleaning_steps("report") if s.needs == "year_digits_deleted"]
    ['year_eaten_by_deletion', 'deleted_years']
    """

    order: int
    name: str
    stage: str
    needs: str
    certainty: str
    does: Bilingual
    propose: StepFunction

    def repairs(self, text: str, context: Context) -> list[Edit]:
        """Return the edits of this step that are made, each with its certainty."""
        if self.needs and not context.damage.has(self.needs):
            return []
        proposed = self.propose(text, context)
        if not self.certainty:
            return proposed
        return [
            edit if edit.certainty == self.certainty else edit._replace(certainty=self.certainty)
            for edit in proposed
        ]


@cache
def cleaning_steps(stage: str | None = None) -> tuple[CleaningStep, ...]:
    """Return the steps in the order they run.

    Parameters
    ----------
    stage
        ``source`` for those of a whole file, ``report`` for those of one report, None for all.

    Returns
    -------
    tuple of CleaningStep
        Rows of ``cleaning/steps.csv``.

    Examples
    --------
    >>> cleaning_steps("source")[0].name
    'misread_text'
    """
    functions = {function.__name__: function for function in STEPS}
    steps = [
        CleaningStep(
            int(row.order), row.name, row.stage, row.needs, row.certainty,
            Bilingual(row.zh, row.en), functions[row.name],
        )
        for row in read_table("cleaning/steps.csv").itertuples()
    ]  # fmt: skip
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
    folder: FolderLines | None = None,
    traditional: str = "",
    titles: Sequence[str] = (),
) -> CleanSource:
    """Run the steps that concern a whole file: debris, page furniture, chunk numbers, page breaks.

    Parameters
    ----------
    source_text
        The text as a reader returned it.
    hints
        What the reader knows, such as ``("pdf",)``.
    extra_rules
        A CSV file of own replacements, see `load_rules`; `repair_report` makes them.
    left_out
        Start, end and rule of each stretch that the reader knows to be no text.
    folder
        Which lines stand at the head or foot of several files of its folder, see `lines_of_folder`.
    traditional
        How a text in traditional characters is written in simplified ones: ``characters``,
        ``taiwan`` or ``hong_kong`` (with the words in use there); empty to leave it.
    titles
        Lines that the reader knows to be the title: they are never furniture.

    Returns
    -------
    CleanSource
        The text with its map to the source, and the damage found.

    Raises
    ------
    ParameterError
        The list of replacements cannot be used.

    Examples
    --------
    >>> cleaned = clean_source("<U+00A0>各位代表：\\n第1页 / 共14页")
    >>> cleaned.mapped.text.strip()
    '各位代表：'
    """
    rules = load_rules(extra_rules) if extra_rules else ()
    mapped = MappedText.of(source_text).apply(_removals(left_out))
    damage = detect_page_damage(mapped.text)
    context = Context(
        damage, tuple(hints), rules, folder or NO_FOLDER, traditional, frozenset(titles)
    )
    mapped = _applied(mapped, context)
    # What the source steps repaired is gone from the text now; its flag stays.
    damage = context.damage | detect_damage(mapped.text)
    return CleanSource(mapped, replace(context, damage=damage))


_LINES = "page_spans"
"""The first of the steps that ask what stands on a line."""

_JOINS = frozenset({"chunk_markers", "wrapped_lines", "page_numbers", "page_breaks"})
"""Steps that join lines: what stands on a line is asked again behind them."""

_MOST_ROUNDS = 3


def _applied(
    mapped: MappedText, context: Context, rows: list[dict[str, object]] | None = None
) -> MappedText:
    """Run the steps of a whole file; those that ask about lines again, where lines were joined.

    ``rows``, if given, takes what `explain_cleaning` says of each change.
    """
    steps = cleaning_steps("source")
    again = steps[[step.name for step in steps].index(_LINES) :]
    for _ in range(_MOST_ROUNDS):
        joined = False
        for step in steps:
            before, mapped = mapped, _run(step, mapped, context, rows)
            joined |= step.name in _JOINS and mapped is not before
        if not joined:
            return mapped
        steps = again
    return mapped


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
    own = detect_damage(mapped.text)
    # Signs that mask in the file mask in its report too, which may be too short to show it.
    known = context.damage.values("masked")
    if set(known) - {*own.values("masked")} and (masked := masks.find_masks(mapped.text, known)):
        own = Damage({**own.findings, "masked": masked})
    return replace(context, damage=inherited(own, context.damage))


def repair_report(mapped: MappedText, context: Context) -> MappedText:
    """Run the steps that concern one report: words, figures, masks, spaces, punctuation.

    Damage is looked for in the report itself, so that one damaged report in a compilation does
    not change the others; what a site did to the whole file counts too.

    Parameters
    ----------
    mapped
        The report, cut from the cleaned file with ``mapped.slice``.
    context
        The context of the cleaned file.

    Returns
    -------
    MappedText
        The repaired text; its ``changes()`` are the rows of the ledger.

    Examples
    --------
    >>> cleaned = clean_source("xx县共有xx万人")
    >>> repair_report(cleaned.mapped, cleaned.context).text
    '‹PLACE›县共有‹NUM›万人'
    """
    own = report_context(mapped, context)
    for step in cleaning_steps("report"):
        mapped = mapped.apply(step.repairs(mapped.text, own))
    return mapped


# Which places stay as they are and must be flagged?

MARKERS: tuple[Callable[[str, Context], list[Mark]], ...] = (
    figures.equal_years,
    masks.masked_words,
    masks.doubtful_masks,
    masks.masked_ranges,
    figures.doubtful_ranges,
    figures.doubtful_rates,
    legible.illegible_places,
    wording.open_quotes,
    wording.listed_marks,
)
FIGURE_RULES = frozenset(
    {
        "ten_to_year",
        "year_strip_hits_number",
        "missing_percent",
        "range_sign_lost",
        "figure_cut",
        "letter_in_figure",
    }
)
"""Rules that change a figure."""

FLAGGED_REPAIRS = {"figure_repaired": FIGURE_RULES, "garbled": frozenset({"misread_text"})}
"""Rules whose repairs are flagged too: they change a figure, or read spoiled bytes again."""


def find_marks(mapped: MappedText, context: Context) -> tuple[Mark, ...]:
    """Return what is flagged in a repaired report.

    Parameters
    ----------
    mapped
        The report after `repair_report`.
    context
        The context of the cleaned file.

    Returns
    -------
    tuple of Mark
        In the order of their places; offsets are those of the source.

    Examples
    --------
    >>> cleaned = clean_source("喜迎崭新的20xx年")
    >>> report = repair_report(cleaned.mapped, cleaned.context)
    >>> find_marks(report, cleaned.context)
    (Mark(start=5, end=9, kind='year_unknown', note=''),)
    """
    found = {
        Mark(*mapped.source_span(mark.start, mark.end), mark.kind, mark.note)
        for marker in MARKERS
        for mark in marker(mapped.text, context)
    }
    repaired = {
        Mark(one.start, one.end, kind, f"{mapped.source[one.start : one.end]} → {one.after}")
        for one in mapped.changed
        for kind, rules in FLAGGED_REPAIRS.items()
        if rules.intersection(one.rules)
    }
    return tuple(sorted(found | repaired))


# What did cleaning change in a text, step by step, and why?

_WINDOW = 12


def explain_cleaning(
    text: str,
    *,
    hints: tuple[str, ...] = (),
    extra_rules: str | Path | None = None,
    traditional: str = "",
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
    traditional
        As for :func:`read_corpus`.

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

    legible.check_traditional(traditional)
    cleaned = clean_source(text, hints, extra_rules=extra_rules, traditional=traditional)
    rows: list[dict[str, object]] = []
    mapped = MappedText.of(text)
    mapped = _applied(mapped, replace(cleaned.context, damage=detect_page_damage(text)), rows)
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
    step: CleaningStep,
    mapped: MappedText,
    context: Context,
    rows: list[dict[str, object]] | None = None,
) -> MappedText:
    edits = step.repairs(mapped.text, context)
    if rows is None:
        return mapped.apply(edits)
    said = {"comment_zh": step.does.zh, "comment_en": step.does.en}
    for e in edits:
        row = _row(step.name, "repair", e.rule, mapped.text, e.start, e.end)
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
