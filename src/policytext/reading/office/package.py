"""How is a file opened that is an archive of parts in XML, and what do its parts point to?"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple, Self

from policytext.errors import ReadingError
from policytext.reading.signs import what_it_is

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": W[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/math": MATH.encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": R.encode(),
}
"""Names of the Strict kind of Word file, and what the usual kind calls the same."""

_LARGEST_PART = 100_000_000


class Package(NamedTuple):
    """The parts of an office file by name, whatever the case of its letters."""

    archive: zipfile.ZipFile
    names: Mapping[str, str]

    @classmethod
    def of(cls, archive: zipfile.ZipFile) -> Self:
        """Look at the names of an archive."""
        return cls(archive, {name.lower(): name for name in archive.namelist()})

    def has(self, name: str) -> bool:
        """Say whether there is such a part."""
        return name.lower() in self.names

    def read(self, name: str) -> bytes:
        """Return the bytes of a part."""
        if not self.has(name):
            raise ReadingError(f"the file must hold the part {name!r}, and it does not")
        with self.archive.open(self.names[name.lower()]) as handle:
            data = handle.read(_LARGEST_PART + 1)
        if len(data) > _LARGEST_PART:
            raise ReadingError(
                f"{name} must be under {_LARGEST_PART:,} bytes when unpacked, and it is larger"
            )
        return data

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Return name and kind of the parts that a part points to, by the key it uses."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(relations):
            return {}
        out = {}
        for one in parse_xml(self.read(relations)).iter("{*}Relationship"):
            if one.get("TargetMode") != "External":
                target = posixpath.join("/", folder, one.get("Target", ""))
                kind = one.get("Type", "").rsplit("/", 1)[-1]
                out[one.get("Id", "")] = (posixpath.normpath(target).lstrip("/"), kind)
        return out


@contextmanager
def opened(data: bytes, what: str) -> Iterator[Package]:
    """Open a file that is an archive; what is wrong with one is said in words."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield Package.of(archive)
    except (zipfile.BadZipFile, EOFError) as error:
        raise ReadingError(
            f"the file must be {what}, but it is {what_it_is(data)} ({error})"
        ) from error
    except ReadingError:
        raise
    except (RuntimeError, ValueError, OSError, zlib.error) as error:
        raise ReadingError(f"the file cannot be unpacked: {error}") from error


def parse_xml(data: bytes) -> Any:
    """Return the root of a part; its entities are not expanded and nothing is fetched."""
    from lxml import etree

    def parsed(data: bytes, huge: bool) -> Any:
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, huge_tree=huge, load_dtd=False
        )
        return etree.fromstring(data, parser)

    try:
        try:
            root = parsed(data, huge=False)
        except etree.XMLSyntaxError as error:
            # without entities of its own no file can grow while it is parsed, however deep it is
            own = any("<!DOCTYPE".encode(code) in data for code in ("utf-8", "utf-16-le"))
            if own or "depth" not in str(error):
                raise
            root = parsed(data, huge=True)
        if isinstance(root.tag, str) and "purl.oclc.org" in root.tag:
            usual = etree.tostring(root, encoding="utf-8")
            for strict, name in _STRICT.items():
                usual = usual.replace(strict, name)
            root = parsed(usual, huge="<!DOCTYPE" not in str(usual[:1000]))
    except etree.XMLSyntaxError as error:
        raise ReadingError(f"the XML in the file is damaged: {error}") from error
    return root
