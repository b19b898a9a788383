"""Of which province, city and county is a report, and how sure is that?

Every hint has a weight and the set of divisions it can mean. A division's score is the sum of what
points at it, repeated words counting little more than once. A reading is certain only if the
report names its own region, or carries several fixed expressions of it, and little else speaks
for another region.

References
----------
.. [1] National Bureau of Statistics, GB/T 2260 Codes for the administrative divisions of the
   People's Republic of China.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from policytext.origin.gazetteer import city_code, level_of, province_code
from policytext.origin.places import HEAD_RULES, OWN_RULES, Evidence

CERTAIN: Final = 3.0
LIKELY: Final = 1.2
CONFLICT: Final = 0.34
MARGIN: Final = 1.3
APART: Final = 0.4
OFTEN: Final = 4
NAME_RULES: Final = OWN_RULES | {"named", "often", "cited", "duty", "institution", "own_after"}


@dataclass(frozen=True, slots=True)
class Reading:
    """The best division of one level: its code ("" if none), certainty and the evidence for it."""

    adcode: str
    certainty: str
    evidence: tuple[Evidence, ...]
    against: tuple[Evidence, ...] = ()


NO_READING: Final = Reading("", "unknown", ())


def pooled(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Merge repeated hints: the same words by the same rule count once and a little more.

    Examples
    --------
    >>> hint = Evidence(("610000",), 2.0, "cue", "heliao", "合疗", 0, 2, "text", True)
    >>> [round(e.weight, 2) for e in pooled([hint, hint])]
    [2.5]
    """
    groups: defaultdict[tuple[object, ...], list[Evidence]] = defaultdict(list)
    for item in evidence:
        if item.rule == "cue":
            groups[item.rule, item.group].append(item)
        elif item.rule == "document_number":
            groups[item.rule, item.group, item.adcodes].append(item)
        else:
            groups[item.rule, item.words, item.adcodes].append(item)
    out = []
    for rows in groups.values():
        best = max(rows, key=lambda e: e.weight)
        weight = best.weight * (1 + 0.25 * min(math.log2(len(rows)), 3))
        often = best.rule == "named" and len(rows) >= OFTEN
        out.append(replace(best, weight=weight, rule="often" if often else best.rule))
    return out


def read_level(
    evidence: Sequence[Evidence], level: str, *, within: str = "", voiced: bool = True
) -> Reading:
    """Return the best division of one level.

    Parameters
    ----------
    evidence
        All hints.
    level
        ``province``, ``city`` or ``county``.
    within
        Code of the province or city that is settled already; other hints are left out.
    voiced
        Whether the report speaks for a place (我县, 全市). If not, only its head can settle where.

    Examples
    --------
    >>> hint = Evidence(("431228",), 6.0, "title", "title", "芷江侗族自治县", 0, 7, "title")
    >>> reading = read_level([hint], "province")
    >>> reading.adcode, reading.certainty
    ('430000', 'certain')
    """
    project = _projector(level, within)
    items = [(item, project(item.adcodes)) for item in pooled(evidence) if item.weight > 0]
    items = [(item, codes) for item, codes in items if codes]
    scores: defaultdict[str, float] = defaultdict(float)
    for item, codes in items:
        for code in codes:
            scores[code] += item.weight
    if not scores:
        return NO_READING
    ranked = sorted(scores, key=lambda c: (-scores[c], c))
    best = ranked[0]
    support = [item for item, codes in items if best in codes]
    against = [(item, codes) for item, codes in items if best not in codes]
    rival = max((_score_of(code, against) for code in scores if code != best), default=0.0)
    apart = scores[best] - max(
        (
            sum(i.weight for i, codes in items if best in codes and code in codes)
            for code in ranked[1:]
        ),
        default=0.0,
    )
    certainty = _certainty(scores[best], apart, rival, support)
    if certainty == "certain" and not voiced and not any(e.rule in HEAD_RULES for e in support):
        certainty = "likely"
    return Reading(
        best if certainty != "unknown" else "",
        certainty,
        tuple(support),
        tuple(item for item, _ in against),
    )


def _score_of(code: str, items: Sequence[tuple[Evidence, frozenset[str]]]) -> float:
    return sum(item.weight for item, codes in items if code in codes)


def _certainty(best: float, apart: float, rival: float, support: list[Evidence]) -> str:
    """``apart`` is what speaks for the best and not for the next, ``rival`` the reverse."""
    own = sum(e.weight for e in support if e.rule in OWN_RULES)
    if best < LIKELY or apart < APART:
        return "unknown"
    if rival > CONFLICT * best:
        return "likely" if best >= MARGIN * rival and apart > rival else "unknown"
    settled = own >= LIKELY or _cues_certain(support)
    if settled and best >= CERTAIN and apart >= LIKELY:
        return "certain"
    return "likely"


def _cues_certain(support: Sequence[Evidence]) -> bool:
    """Fixed expressions settle a region if they are several, or stand beside its name."""
    strong = {e.group for e in support if e.rule == "cue" and e.strong}
    groups = {e.group for e in support if e.rule in {"cue", "town"}}
    score = sum(e.weight for e in support)
    named = sum(e.weight for e in support if e.rule in NAME_RULES)
    return (
        len(strong) >= 2
        or (len(strong) == 1 and len(groups) >= 3 and score >= 4.0)
        or (len(strong) == 1 and named >= 1.0)
    )


def _projector(level: str, within: str) -> Callable[[tuple[str, ...]], frozenset[str]]:
    prefix = within.rstrip("0") if within else ""
    if within and level_of(within) == "province":
        prefix = within[:2]
    elif within:
        prefix = within[:4]

    def project(adcodes: tuple[str, ...]) -> frozenset[str]:
        inside = [a for a in adcodes if a.startswith(prefix)]
        if level == "province":
            return frozenset(province_code(a) for a in inside)
        if level == "city":
            return frozenset(city_code(a) for a in inside if level_of(a) != "province")
        return frozenset(a for a in inside if level_of(a) == "county")

    return project
