"""What does a cleaning step know about the document it works on?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Finding(NamedTuple):
    """One kind of damage seen in a document.

    ``hits`` is how often it was seen, ``note`` the evidence in words, ``values`` what a repair
    needs to know (the year that replaced every 10, the swapped words, the chunk length).
    """

    hits: int
    note: str
    values: tuple[str, ...] = ()


class Mark(NamedTuple):
    """A place that stays as it is and is flagged; offsets as stated by who returns it."""

    start: int
    end: int
    kind: str
    note: str = ""


class ExtraRule(NamedTuple):
    """One line of a researcher's own replacement list."""

    pattern: str
    replacement: str
    condition: str = ""
    name: str = "own_rule"


@dataclass(frozen=True)
class Damage:
    """The kinds of damage found in one document, each with its evidence.

    Parameters
    ----------
    findings
        Kind of damage → count, evidence in words, values.

    Examples
    --------
    >>> damage = Damage({"chunked": Finding(16, "16 markers", ("300",))})
    >>> damage.has("chunked"), damage.values("chunked"), damage.flags
    (True, ('300',), ('chunked',))
    """

    findings: Mapping[str, Finding] = field(default_factory=dict)

    def has(self, kind: str) -> bool:
        """Return whether a kind of damage was found."""
        return kind in self.findings

    def values(self, kind: str) -> tuple[str, ...]:
        """Return what a repair of this kind needs to know; empty when it was not found."""
        found = self.findings.get(kind)
        return found.values if found else ()

    @property
    def flags(self) -> tuple[str, ...]:
        """The kinds found, sorted."""
        return tuple(sorted(self.findings))

    def __or__(self, other: Damage) -> Damage:
        """Return both findings; where both saw a kind, those of ``self`` stand."""
        return Damage({**other.findings, **self.findings})


@dataclass(frozen=True)
class Context:
    """What every step is given beside the text.

    Parameters
    ----------
    damage
        Damage found in the document before any step runs.
    hints
        What the reader knows: its name (``"pdf"``, ``"html"``, ``"markdown"`` …).
    rules
        The researcher's own replacements.

    Examples
    --------
    >>> Context(hints=("pdf",)).damage.flags
    ()
    """

    damage: Damage = field(default_factory=Damage)
    hints: tuple[str, ...] = ()
    rules: tuple[ExtraRule, ...] = ()
