"""What was removed and repaired, in numbers?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policytext.records import Bilingual, Method
from policytext.report.page import ledger_summary
from policytext.result import Result

if TYPE_CHECKING:
    from policytext.corpus import Corpus

COLUMNS = {
    "rule": "规则 / the rule that applied",
    "place": "段落之外或之内 / outside: between paragraphs; inside: a paragraph was changed",
    "certainty": "确定性 / how certain the rule is",
    "places": "处数 / number of places",
    "characters": "涉及原文字符数 / characters of the source that were removed or replaced",
}


def ledger_result(corpus: Corpus) -> Result:
    """Count the ledger's places and characters by rule.

    Parameters
    ----------
    corpus
        The corpus, with or without sentences.

    Returns
    -------
    Result
        Columns ``rule, place, certainty, places, characters``.
    """
    return Result(
        ledger_summary(corpus),
        Bilingual("清理台账汇总", "Summary of the cleaning ledger"),
        COLUMNS,
        Method(
            Bilingual(
                "按规则汇总清理台账：原文每个字符要么在段落中，要么在台账中。",
                "The cleaning ledger was added up by rule: every character of a source stands in "
                "a paragraph or in the ledger.",
            )
        ),
        (),
        {},
        corpus,
    )
