"""Which words of the researcher's lists stand in a clause?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd
    from spacy.language import Language
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Span


class Phrase(NamedTuple):
    """A listed word in a text: the list's entry, and offsets in characters."""

    entry: str
    start: int
    end: int


@dataclass(frozen=True)
class PhraseFinder:
    """Finds listed words with spaCy, one token a character; the longest of overlapping ones counts.

    Parameters
    ----------
    nlp
        A blank Chinese pipeline that cuts into characters.
    matcher
        Its phrase matcher; labels are ``list:entry``.
    """

    nlp: Language
    matcher: PhraseMatcher

    def find(self, text: str) -> dict[str, list[Phrase]]:
        """Return the listed words of a text by list, in order."""
        from spacy.util import filter_spans

        if not text:
            return {}
        found: dict[str, list[Phrase]] = {}
        by_list: dict[str, list[Span]] = {}
        for span in self.matcher(self.nlp.make_doc(text), as_spans=True):
            by_list.setdefault(span.label_.split(":", 1)[0], []).append(span)
        for name, spans in by_list.items():
            found[name] = [
                Phrase(span.label_.split(":", 1)[1], span.start, span.end)
                for span in sorted(filter_spans(spans), key=lambda one: one.start)
            ]
        return found


def make_finder(lists: dict[str, tuple[pd.DataFrame, str]]) -> PhraseFinder:
    """Return a finder for several lists of words.

    Parameters
    ----------
    lists
        For each list its table, with ``words`` (joined by ``|``), and the column of its entries.

    Examples
    --------
    >>> import pandas as pd
    >>> actors = pd.DataFrame({"actor": ["hospital"], "words": ["医院|县医院"]})
    >>> make_finder({"actor": (actors, "actor")}).find("由县医院牵头")
    {'actor': [Phrase(entry='hospital', start=1, end=4)]}
    """
    from spacy.lang.zh import Chinese
    from spacy.matcher import PhraseMatcher

    nlp = Chinese()
    matcher = PhraseMatcher(nlp.vocab)
    for name, (table, column) in lists.items():
        for entry, words in zip(table[column], table["words"], strict=True):
            docs = [nlp.make_doc(word) for word in _words(words)]
            matcher.add(f"{name}:{entry}", docs)
    return PhraseFinder(nlp, matcher)


def _words(cell: str) -> Sequence[str]:
    return [word for word in cell.split("|") if word]
