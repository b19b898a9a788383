"""In which encoding are these bytes, and does the text really decode?"""

from __future__ import annotations

import codecs

from policytext.errors import ReadingError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CANDIDATES = ("utf-8", "gb18030", "big5")


def decode(data: bytes) -> tuple[str, str]:
    """Decode a file without changing its line ends.

    Returns
    -------
    text
        The decoded text.
    encoding
        Its name.

    Raises
    ------
    ReadingError
        The bytes decode in none of the encodings that Chinese reports come in.

    Examples
    --------
    >>> decode("医共体".encode("gb18030"))
    ('医共体', 'gb18030')
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _strict(data, name), name
    for name in _CANDIDATES:
        try:
            return data.decode(name), name
        except UnicodeDecodeError:
            continue
    raise ReadingError(
        f"the text must be in UTF-8, GB18030, GBK, Big5 or UTF-16, but its {len(data)} bytes "
        f"decode in none of them; save it as UTF-8"
    )


def _strict(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        raise ReadingError(f"the text begins as {name} but does not decode: {error}") from error
