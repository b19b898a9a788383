"""What does a table of coded paragraphs look like, whoever coded them?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from policytext.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

    from policytext.corpus import Corpus

CODING_COLUMNS = (
    "row",
    "doc_id",
    "para_no",
    "theme",
    "rank",
    "probability",
    "n_clauses",
    "start",
    "end",
    "cue",
    "source",
)


def paragraphs_of(corpus_or_texts: Corpus | Sequence[str]) -> pd.DataFrame:
    """Return the paragraphs to code: index = row, columns doc_id, para_no, text.

    Parameters
    ----------
    corpus_or_texts
        A corpus (its counted paragraphs) or a list of texts (doc_id ``""``, para_no = position).

    Raises
    ------
    NeedsTextError
        The corpus holds counts only.
    ParameterError
        It is neither a corpus nor a list of strings.

    Examples
    --------
    >>> paragraphs_of(["甲", "乙"])["text"].tolist()
    ['甲', '乙']
    """
    import pandas as pd

    from policytext.corpus import Corpus

    if isinstance(corpus_or_texts, Corpus):
        corpus_or_texts.require_text("coding paragraphs by theme")
        chosen = corpus_or_texts.paragraphs[corpus_or_texts.counted()]
        return chosen[["doc_id", "para_no", "text"]]
    texts = [corpus_or_texts] if isinstance(corpus_or_texts, str) else list(corpus_or_texts)
    wrong = [i for i, text in enumerate(texts) if not isinstance(text, str)]
    if wrong:
        raise ParameterError(
            f"texts must be strings, but entry {wrong[0]} is {type(texts[wrong[0]]).__name__}; "
            "pass a corpus or a list of strings"
        )
    return pd.DataFrame({"doc_id": "", "para_no": range(len(texts)), "text": texts})


def coding_table(
    rows: Sequence[dict[str, object]], paragraphs: pd.DataFrame, source: str
) -> pd.DataFrame:
    """Return coded paragraphs in the one form all codings share.

    Parameters
    ----------
    rows
        One record per paragraph and theme with at least ``row`` and ``theme``.
    paragraphs
        Index = row, with doc_id and para_no.
    source
        Who coded: ``unvalidated dictionary``, a model's name, ``silver labels``, a coder.

    Returns
    -------
    pandas.DataFrame
        Columns `CODING_COLUMNS`, ordered by row and rank.

    Examples
    --------
    >>> table = coding_table([{"row": 0, "theme": "tcm"}], paragraphs_of(["建成中医馆"]), "coder A")
    >>> table[["row", "para_no", "theme", "source"]].values.tolist()
    [[0, 0, 'tcm', 'coder A']]
    """
    import pandas as pd

    missing = float("nan")
    blank = {"rank": 0, "probability": missing, "n_clauses": 0, "start": -1, "end": -1, "cue": ""}
    table = pd.DataFrame([blank | row for row in rows], columns=["row", *CODING_COLUMNS[3:-1]])
    numbers = ("row", "rank", "n_clauses", "start", "end")
    kinds = {"theme": "str", "cue": "str", "probability": "float64"}
    table = table.astype(kinds | dict.fromkeys(numbers, "int64"))
    where = paragraphs.loc[table["row"], ["doc_id", "para_no"]].reset_index(drop=True)
    table = pd.concat([table, where], axis=1).assign(source=source)
    return table[list(CODING_COLUMNS)].sort_values(
        ["row", "rank"], kind="stable", ignore_index=True
    )
