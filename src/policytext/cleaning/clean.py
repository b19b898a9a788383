"""How does a source become clean text, and a report cut from it a repaired one?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from policytext.cleaning.context import Context, Damage
from policytext.cleaning.damage import detect_damage, detect_page_damage, inherited
from policytext.cleaning.edits import Edit, MappedText
from policytext.cleaning.rules import load_rules
from policytext.cleaning.steps import cleaning_steps


@dataclass(frozen=True)
class CleanSource:
    """A cleaned file: its text with the map to the source, and what the later steps must know.

    Parameters
    ----------
    mapped
        The text after the steps of the whole file.
    context
        The damage found, and the reader's hints; give it to `repair_report`.

    Examples
    --------
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

    Parameters
    ----------
    source_text
        The text as the reader returned it.
    hints
        What the reader knows, such as ``("pdf",)`` or ``("markdown",)``.
    extra_rules
        A CSV file of own replacements, see `policytext.cleaning.load_rules`; they run last, on
        each report.
    left_out
        Spans ``(start, end, rule)`` that the reader already told from the text, such as what is
        not the main content of a web page; they are removed first and may overlap.

    Returns
    -------
    CleanSource
        The text with its map to the source, and the context for `repair_report`.

    Examples
    --------
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

    Parameters
    ----------
    mapped
        A report, before `repair_report`.
    context
        The context of its file.

    Examples
    --------
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

    Parameters
    ----------
    mapped
        A report as anatomy cut it out of the cleaned file.
    context
        The context `clean_source` returned for the file.

    Examples
    --------
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
