"""Which kinds of damage does a document show, and by what evidence?"""

from __future__ import annotations

from policytext.cleaning.chunks import describe, find_chunks
from policytext.cleaning.context import Damage, Finding


def detect_damage(text: str) -> Damage:
    """Return the kinds of damage a document shows, before anything in it is changed.

    Examples
    --------
    >>> detect_damage("各项工作有序开展。").flags
    ()
    """
    findings: dict[str, Finding] = {}
    chunks = find_chunks(text)
    if chunks:
        lengths = tuple(str(c.distance) for c in chunks)
        count = sum(len(c.markers) for c in chunks)
        findings["chunked"] = Finding(count, describe(chunks), lengths)
    return Damage(findings)
