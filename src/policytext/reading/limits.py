"""How large may a file from a stranger be?"""

from __future__ import annotations

import time
from dataclasses import dataclass

from policytext.errors import ReadingError


@dataclass(frozen=True)
class Limits:
    """Bounds that keep one hostile file from taking the machine.

    Parameters
    ----------
    file_bytes
        Largest file or archive member, as it lies on the disk or unpacked.
    text_chars
        Longest source text.
    members
        Most members of one archive, and most records of one table.
    expansion
        Largest ratio of unpacked to packed size of an archive member.
    total_bytes
        Largest sum of what one archive unpacks to.
    seconds
        Longest time for the pages of one PDF file.

    Examples
    --------
    >>> Limits(file_bytes=10).check_bytes(3, "a.txt")
    """

    file_bytes: int = 200_000_000
    text_chars: int = 50_000_000
    members: int = 100_000
    expansion: float = 200.0
    total_bytes: int = 2_000_000_000
    seconds: float = 120.0

    def check_bytes(self, size: int, what: str) -> None:
        """Refuse what is too large to open.

        Raises
        ------
        ReadingError
            Naming the size and the bound.
        """
        if size > self.file_bytes:
            raise ReadingError(
                f"{what} must have at most {self.file_bytes:,} bytes, and it has {size:,}"
            )

    def check_expansion(self, packed: int, unpacked: int, what: str) -> None:
        """Refuse an archive member that unpacks to far more than it holds.

        Raises
        ------
        ReadingError
            Naming both sizes.
        """
        self.check_bytes(unpacked, what)
        if unpacked > 1_000_000 and unpacked > self.expansion * max(packed, 1):
            raise ReadingError(
                f"{what} unpacks from {packed:,} to {unpacked:,} bytes, more than "
                f"{self.expansion:.0f} times; unpack it yourself if you trust it"
            )

    def check_text(self, text: str) -> None:
        """Refuse a text that is too long.

        Raises
        ------
        ReadingError
            Naming the length and the bound.
        """
        if len(text) > self.text_chars:
            raise ReadingError(
                f"the text must have at most {self.text_chars:,} characters, it has {len(text):,}"
            )

    def check_time(self, started: float, what: str) -> None:
        """Stop when reading takes too long; ``started`` is a value of ``time.monotonic``.

        Raises
        ------
        ReadingError
            Naming the bound.
        """
        if time.monotonic() - started > self.seconds:
            raise ReadingError(f"{what} must be read within {self.seconds:.0f} seconds")
