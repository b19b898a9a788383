"""What text stands at the places a label file or a coding sheet refers to?"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from policytext.errors import ReadingError
from policytext.reading.folder import read_file
from policytext.reading.source import Source

if TYPE_CHECKING:
    import pandas as pd

# Document sites cut a paragraph in two and number the pieces: "…落实\n\n3、主权。"
_CUT_BY_SITE = re.compile(r"\s*\n+\s*(?:\d+、)?")


def cut(text: str, spans: Sequence[Sequence[int]]) -> str:
    """Return the text of the spans as it is coded: joined, without the site's breaks inside.

    Examples
    --------
    >>> cut("一二三\\n\\n3、四五", [[0, 10]])
    '一二三四五'
    """
    joined = "".join(text[start:end].strip() for start, end in spans)
    return _CUT_BY_SITE.sub("", joined)


def fill_texts(places: pd.DataFrame, raw: str | Path) -> pd.DataFrame:
    """Add the text to a table of places, reading the raw files.

    Parameters
    ----------
    places
        With columns file, raw_spans, and cut_sha256 (first 16 hex digits of the SHA-256 of the
        text) or ``""``.
    raw
        Folder that holds the files, at any depth.

    Returns
    -------
    pandas.DataFrame
        The same rows with a column `text`.

    Raises
    ------
    ReadingError
        A file is not there or cannot be read, or its text is not the one that was labelled.
    """
    found = {path.name: path for path in sorted(Path(raw).rglob("*")) if path.is_file()}
    texts = {file: _source_text(file, found) for file in dict.fromkeys(places["file"])}
    filled = [
        cut(texts[file], spans)
        for file, spans in zip(places["file"], places["raw_spans"], strict=True)
    ]
    sums = [hashlib.sha256(text.encode()).hexdigest()[:16] for text in filled]
    wrong = [
        f"{file} {spans}"
        for file, spans, have, want in zip(
            places["file"], places["raw_spans"], sums, places["cut_sha256"], strict=True
        )
        if want and have != want
    ]
    if wrong:
        raise ReadingError(
            f"{len(wrong)} places hold another text than was labelled, first {wrong[0]}; "
            "use the files the labels were made on"
        )
    return places.assign(text=filled)


def _source_text(file: str, found: dict[str, Path]) -> str:
    if file not in found:
        raise ReadingError(f"the labelled file {file!r} is not in the raw folder")
    source = read_file(found[file], file)[0]
    if not isinstance(source, Source):
        raise ReadingError(f"the labelled file {file!r} cannot be read: {source.reason}")
    return source.text
