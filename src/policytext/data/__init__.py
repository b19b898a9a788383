"""Where are the lists that the package carries?"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from policytext.errors import DamagedFileError

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

__all__ = ["any_of", "data_path", "pattern_of", "read_table", "words_of"]


def data_path(name: str) -> Path:
    """Return the path of a file in the package's data folder.

    Parameters
    ----------
    name
        Path below the data folder, with forward slashes.

    Raises
    ------
    DamagedFileError
        The installation lacks the file.

    Examples
    --------
    >>> data_path("font").name
    'font'
    """
    path = Path(__file__).parent.joinpath(*name.split("/"))
    if not path.exists():
        raise DamagedFileError(
            f"the installation lacks its data file {name!r}; install policytext again"
        )
    return path


@cache
def _cached_table(name: str) -> pd.DataFrame:
    import pandas as pd

    return pd.read_csv(data_path(name), dtype=str, keep_default_na=False, encoding="utf-8-sig")


def read_table(name: str) -> pd.DataFrame:
    """Read a CSV list of the package as a table of strings (empty cells are ``""``).

    Parameters
    ----------
    name
        Path below the data folder, with forward slashes.

    Returns
    -------
    pandas.DataFrame
        A fresh copy; changing it changes nothing elsewhere.

    Examples
    --------
    >>> read_table("terms.csv").shape[0] > 100
    True
    """
    return _cached_table(name).copy()


@cache
def words_of(name: str, group: str) -> tuple[str, ...]:
    """Return the words of one group of a word list, in the order of the file.

    A word list has the columns ``groups`` (several joined by ``|``) and ``words``.

    >>> words_of("cleaning/words.csv", "person_address")
    ('同志', '先生', '女士')
    """
    words = _grouped(name).get(group)
    if words is None:
        raise DamagedFileError(
            f"the list {name!r} has no group {group!r}; install policytext again"
        )
    return words


@cache
def _grouped(name: str) -> dict[str, tuple[str, ...]]:
    """Return the words of each group of a list, which is gone through once for all groups."""
    table = _cached_table(name)
    found: dict[str, list[str]] = {}
    for groups, word in zip(table["groups"].tolist(), table["words"].tolist(), strict=True):
        for group in groups.split("|"):
            found.setdefault(group, []).append(word)
    return {group: tuple(words) for group, words in found.items()}


@cache
def any_of(name: str, group: str) -> str:
    """Return a regular expression for any word of a group, longest first.

    A cell that begins with ``re:`` is an expression already; these come last.

    >>> any_of("cleaning/words.csv", "person_address")
    '(?:同志|先生|女士)'
    """
    words = words_of(name, group)
    plain = sorted((w for w in words if not w.startswith("re:")), key=len, reverse=True)
    return f"(?:{'|'.join([*map(re.escape, plain), *(w[3:] for w in words if w[:3] == 're:')])})"


@cache
def pattern_of(name: str, group: str, before: str = "", after: str = "") -> re.Pattern[str]:
    """Compile any word of a group between two expressions, once a process.

    >>> bool(pattern_of("cleaning/words.csv", "person_address", after="$").search("李同志"))
    True
    """
    return re.compile(before + any_of(name, group) + after)


def finder_of(pattern: re.Pattern[str]) -> Callable[[str], re.Match[str] | None]:
    """Return how a pattern is sought: one that only a beginning can fit is not tried elsewhere.

    >>> finder_of(re.compile("^(?:甲|乙)|^丙")).__name__, finder_of(re.compile("^甲|乙")).__name__
    ('match', 'search')
    """
    bare = re.sub(r"\\.|\[(?:\\.|[^\]\\])+\]", ".", pattern.pattern, flags=re.DOTALL)
    while "(" in bare:
        bare = re.sub(r"\([^()]*\)", ".", bare)
    bound = all(one.startswith("^") for one in bare.split("|"))
    return pattern.match if bound and not pattern.flags & re.MULTILINE else pattern.search
