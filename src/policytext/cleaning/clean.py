"""How does a source become clean text, and a report cut from it a repaired one?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from policytext.cleaning.context import Context, Damage
from policytext.cleaning.damage import detect_damage
from policytext.cleaning.edits import MappedText
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


def clean_source(source_text: str, hints: Sequence[str] = ()) -> CleanSource:
    """Run the steps that concern a whole file: debris, page furniture, chunk numbers.

    Parameters
    ----------
    source_text
        The text as the reader returned it.
    hints
        What the reader knows, such as ``("pdf",)``.

    Examples
    --------
    >>> cleaned = clean_source("<U+00A0>各位代表：\\n第1页 / 共14页")
    >>> cleaned.mapped.text
    ' 各位代表：\\n'
    """
    context = Context(detect_damage(source_text), tuple(hints))
    mapped = MappedText.of(source_text)
    for step in cleaning_steps("source"):
        mapped = mapped.apply(step.run(mapped.text, context))
    return CleanSource(mapped, context)


def repair_report(mapped: MappedText, context: Context) -> MappedText:
    """Run the steps that concern one report: words, figures, masks, punctuation.

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
    for step in cleaning_steps("report"):
        mapped = mapped.apply(step.run(mapped.text, context))
    return mapped
