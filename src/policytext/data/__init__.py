"""Where are the lists that the package carries?"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from policytext.errors import DamagedFileError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["data_path", "read_table"]


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
