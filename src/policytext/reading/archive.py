"""Which files does a .zip archive hold, under which names, and are they safe to unpack?"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from policytext.errors import ReadingError
from policytext.reading.limits import Limits

_UTF8_NAME = 0x800


def read_zip(data: bytes, limits: Limits) -> Iterator[tuple[str, bytes | str]]:
    """Yield each member's name and its bytes, or the reason why it cannot be read.

    Nothing is written to disk. Names without the UTF-8 mark are read as GB18030, as Chinese
    Windows writes them.

    Raises
    ------
    ReadingError
        The file is no archive, or holds too many members.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise ReadingError(f"the file must be a .zip archive, got: {error}") from error
    with archive:
        members = [m for m in archive.infolist() if not m.is_dir()]
        if len(members) > limits.members:
            raise ReadingError(
                f"an archive must hold at most {limits.members:,} files, got {len(members):,}"
            )
        left = limits.total_bytes
        for member in sorted(members, key=member_name):
            found = _member(archive, member, limits, left)
            left -= len(found) if isinstance(found, bytes) else 0
            yield member_name(member), found


def member_name(member: zipfile.ZipInfo) -> str:
    """Return a member's name as it was meant.

    Examples
    --------
    >>> info = zipfile.ZipInfo("报告.txt".encode("gb18030").decode("cp437"))
    >>> member_name(info)
    '报告.txt'
    """
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def _member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits, left: int
) -> bytes | str:
    try:
        limits.check_expansion(member.compress_size, member.file_size, "the member")
        if member.file_size > left:
            return f"the archive unpacks to more than {limits.total_bytes:,} bytes"
        with archive.open(member) as handle:
            data = handle.read(member.file_size + 1)
    except (ReadingError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        return f"the member cannot be unpacked: {error}"
    if len(data) > member.file_size:
        return "the member is larger than the archive says"
    return data
