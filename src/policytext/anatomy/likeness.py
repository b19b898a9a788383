"""How alike in form are two headings, and how much of a title comes back in a text?"""

from __future__ import annotations

import re
from itertools import pairwise

from policytext.anatomy.lines import count_han
from policytext.records import HAN


def likeness_of(one: str, two: str) -> int:
    """Say how alike in form two short lines are.

    Returns
    -------
    int
        3: they share words at their borders; 2: they have one length and the same marks; 1: they
        have about one length; 0: none of these.

    Examples
    --------
    >>> likeness_of("写好深化医改答卷", "写好品质医疗奋进答卷")
    3
    >>> likeness_of("学习为先", "打造养老服务体系")
    0
    """
    a, b = count_han(one), count_han(two)
    head, tail = _shared_start(one, two), _shared_start(one[::-1], two[::-1])
    if head + tail >= 3 and max(head, tail) >= 2 and max(a, b) <= 2 * min(a, b):
        return 3
    if one[:1] == two[:1] and one[:1] in "在坚强推" and abs(a - b) <= 3:
        return 2
    if a == b and re.findall(r"[^\w\s]", one) == re.findall(r"[^\w\s]", two):
        return 2
    return 1 if abs(a - b) <= 1 else 0


def _shared_start(one: str, two: str) -> int:
    n = 0
    for a, b in zip(one, two, strict=False):
        if a != b:
            break
        n += 1
    return n


def echo(title: str, text: str) -> float:
    """Return the share of a title's pairs of Han characters that come back in a text.

    Examples
    --------
    >>> echo("打造养老服务体系", "完善养老服务政策")
    0.42857142857142855
    """
    pairs = han_pairs(title)
    return sum(pair in text for pair in pairs) / len(pairs) if pairs else 0.0


def han_pairs(words: str) -> set[str]:
    """Return the pairs of neighbouring Han characters.

    Examples
    --------
    >>> sorted(han_pairs("医共体1"))
    ['共体', '医共']
    """
    return {a + b for a, b in pairwise(words) if HAN.match(a) and HAN.match(b)}
