"""Which place names of a report speak of the reporting region, and how loudly?

Partner places (help sent elsewhere, models studied, hospitals worked with), lists of provinces,
licence lines and sources are told from names of the report's own region by the words around them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from policytext.origin.context import Chain, Zone, rule_of
from policytext.origin.gazetteer import city_code, level_of, province_code
from policytext.origin.scan import Entry, Hit, Scanner

WEIGHTS: Final = {
    "title": 6.0,
    "file_name": 5.0,
    "header": 5.0,
    "signature": 5.0,
    "own_after": 2.0,
    "own_voice": 2.0,
    "cited": 1.5,
    "own_before": 2.5,
    "own_both": 3.5,
    "news_source": 3.5,
    "named": 1.2,
    "duty": 1.6,
    "institution": 0.6,
    "listed": 0.1,
    "partner": 0.0,
    "dead": 0.0,
}
OVERSEAS: Final = frozenset({"710000", "810000", "820000"})
"""Named by mainland reports as partners; their own reports name them in title or head."""
HEAD_RULES: Final = frozenset({"title", "file_name", "header", "signature", "news_source"})
OWN_RULES: Final = HEAD_RULES | {
    "own_before",
    "own_both",
    "own_voice",
    "town",
    "official",
    "document_number",
}
"""Rules that show a name to be the report's own; without one of them no name makes certain."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One hint at the region: the divisions it may mean, its weight, its words and their place."""

    adcodes: tuple[str, ...]
    weight: float
    rule: str
    group: str
    words: str
    start: int
    end: int
    place: str
    strong: bool = False


def place_hits(hits: Iterable[Hit], kinds: Sequence[str]) -> list[tuple[Hit, Entry]]:
    """Keep the leftmost, longest hits of some kinds; none overlaps another.

    Kinds that stand earlier in ``kinds`` win: 江油市 in 从江油市 beats 从江.

    Examples
    --------
    >>> from policytext.origin.scan import load_scanner
    >>> hits = load_scanner().hits("记者从江油市获悉")
    >>> [hit.word for hit, _ in place_hits(hits, ("trap", "name", "short"))]
    ['江油市']
    """
    ranks = {kind: rank for rank, kind in enumerate(kinds)}
    candidates = [
        (ranks[entry.kind], hit.start, -hit.end, hit, entry)
        for hit in hits
        for entry in hit.entries
        if entry.kind in ranks
    ]
    candidates.sort(key=lambda c: c[:3])
    chosen: list[tuple[Hit, Entry]] = []
    taken: set[int] = set()
    for *_, hit, entry in candidates:
        if hit.start in taken or hit.end - 1 in taken:
            continue
        taken.update(range(hit.start, hit.end))
        chosen.append((hit, entry))
    return sorted((c for c in chosen if c[1].kind != "trap"), key=lambda c: c[0].start)


def chains(text: str, hits: Sequence[Hit], scanner: Scanner) -> list[Chain]:
    """Join names that follow each other, and read homonyms by the name before them.

    Examples
    --------
    >>> from policytext.origin.scan import load_scanner
    >>> scanner, text = load_scanner(), "福州市鼓楼区"
    >>> chains(text, scanner.hits(text), scanner)[0].adcodes
    ('350102',)
    """
    out: list[Chain] = []
    current: list[tuple[Hit, Entry]] = []
    for hit, entry in place_hits(hits, ("trap", "name", "short")):
        if current and current[-1][0].end != hit.start:
            _close(out, current, text, scanner)
            current = []
        current.append((hit, entry))
    _close(out, current, text, scanner)
    return out


def _close(out: list[Chain], current: list[tuple[Hit, Entry]], text: str, scanner: Scanner) -> None:
    if not current:
        return
    adcodes: tuple[str, ...] = ()
    kept: list[Hit] = []
    full = False
    for hit, entry in current:
        inside = tuple(a for a in entry.adcodes if any(_within(a, b) for b in adcodes))
        if not inside and not _stands_alone(text, hit, entry, scanner):
            continue
        if kept and not inside:
            out.append(Chain(tuple(kept), adcodes, full))
            kept = []
        adcodes = inside or entry.adcodes
        full = entry.kind == "name"
        kept.append(hit)
    if kept:
        out.append(Chain(tuple(kept), adcodes, full))


def _within(adcode: str, outer: str) -> bool:
    return adcode != outer and (
        province_code(adcode) == outer or (level_of(outer) == "city" and city_code(adcode) == outer)
    )


def _stands_alone(text: str, hit: Hit, entry: Entry, scanner: Scanner) -> bool:
    """Names of two characters and ordinary words count only where a line or title begins."""
    if entry.kind == "name" and (hit.word in scanner.rules.chain or len(hit.word) == 2):
        before = text[hit.start - 1 : hit.start]
        after = text[hit.end : hit.end + 1]
        return before in {"", "\n", "《", "共"} and after not in {"级", "域", "城"}
    return True


def name_evidence(
    text: str,
    hits: Sequence[Hit],
    scanner: Scanner,
    *,
    place: str = "text",
    marked: Sequence[Zone] = (),
) -> list[Evidence]:
    """Turn place names into evidence, weighed by the words around them.

    Parameters
    ----------
    text
        The text, title or file name.
    hits
        Hits of ``scanner`` in it.
    scanner
        For the rules of ordinary words.
    place
        ``text``, ``title`` or ``file_name``.
    marked
        Zones of the text (:func:`zones`).

    Examples
    --------
    >>> from policytext.origin.scan import load_scanner
    >>> scanner, text = load_scanner(), "医疗队驰援湖北"
    >>> [(e.words, e.rule) for e in name_evidence(text, scanner.hits(text), scanner)]
    [('湖北', 'partner')]
    """
    found = chains(text, hits, scanner)
    listed = _listed(text, found)
    out = []
    for number, chain in enumerate(found):
        rule = "listed" if number in listed else rule_of(text, chain, marked, place)
        if rule == "":
            continue
        own = rule in HEAD_RULES and chain.full
        if chain.provinces <= OVERSEAS and not own:
            rule = "partner"
        weight = WEIGHTS[rule] * (1.0 if chain.full else 0.7)
        adcodes = chain.adcodes
        if rule == "duty":
            adcodes = tuple(sorted({city_code(a) or a for a in adcodes}))
        words = text[chain.start : chain.end]
        out.append(Evidence(adcodes, weight, rule, rule, words, chain.start, chain.end, place))
    return out


def _listed(text: str, found: Sequence[Chain]) -> set[int]:
    """Chains in a list that names several provinces (四川、贵州、河南等省)."""
    out: set[int] = set()
    for number, (one, two) in enumerate(pairwise(found)):
        between = text[one.end : two.start]
        if between in {"", "、", "和", "及", "与", "，", ",", "或"} and not (
            one.provinces & two.provinces
        ):
            out |= {number, number + 1}
    return out
