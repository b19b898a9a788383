"""In which order do the cleaning steps run, and what does each do?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from policytext.cleaning import (
    chrome,
    chunks,
    copies,
    debris,
    masks,
    numbers,
    pages,
    punctuation,
    spacing,
    words,
    years,
)
from policytext.cleaning.context import Context
from policytext.cleaning.edits import Edit
from policytext.data import read_table
from policytext.records import Bilingual

StepFunction = Callable[[str, Context], list[Edit]]

_FUNCTIONS: tuple[StepFunction, ...] = (
    debris.literal_codes,
    debris.html_leftovers,
    debris.line_ends,
    debris.invisible_characters,
    debris.unusual_spaces,
    debris.trailing_spaces,
    chrome.page_spans,
    chrome.page_chrome,
    chunks.chunk_markers,
    copies.repeated_copies,
    pages.running_lines,
    pages.page_numbers,
    pages.page_breaks,
    pages.wrapped_lines,
    words.swapped_words,
    words.wrong_phrases,
    words.own_rules,
    numbers.ten_to_year,
    numbers.year_eaten_by_deletion,
    numbers.percent_variants,
    numbers.missing_percent,
    numbers.lost_range_signs,
    numbers.range_signs,
    years.deleted_years,
    years.han_year_digits,
    spacing.spaces_in_numbers,
    spacing.spaces_in_words,
    punctuation.look_alikes,
    punctuation.break_after_percent,
    punctuation.full_stop_after_percent,
    punctuation.lost_closing_quotes,
    punctuation.mixed_widths,
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

    Parameters
    ----------
    stage
        ``"source"`` (whole files), ``"report"`` (each report that was cut out), or None for all.

    Examples
    --------
    >>> cleaning_steps("source")[0].name
    'literal_codes'
    """
    functions = {f.__name__: f for f in _FUNCTIONS}
    steps = [
        Step(int(r.order), r.name, r.stage, r.outcome, Bilingual(r.zh, r.en), functions[r.name])
        for r in read_table("cleaning/steps.csv").itertuples()
    ]
    return tuple(s for s in sorted(steps, key=lambda s: s.order) if stage in (None, s.stage))
