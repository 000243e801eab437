"""Bytes to text: which encoding a file is in, and what is no text at all."""

from __future__ import annotations

import codecs

from l4e_widgets.core.errors import DataError

__all__ = ["detect_encoding", "refuse_binary"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_KNOWN_BINARY = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook", "Unpack the archive, or save the sheet as CSV."),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "Save the sheet as CSV."),
    (b"%PDF", "a PDF document", "Export the data as CSV."),
    (b"\x89PNG", "a picture", "Choose the file that holds the data."),
    (b"SQLite format 3", "a database", "Export the table as CSV."),
    (b"\x89HDF", "an HDF5 file", "Export the table as CSV or Parquet."),
    (b"BZh", "a bzip2 archive", "Unpack it first."),
    (b"\xfd7zXZ", "an xz archive", "Unpack it first."),
    (b"7z\xbc\xaf", "a 7z archive", "Unpack it first."),
)


def detect_encoding(head: bytes) -> str:
    """Encoding of a text by its first bytes.

    Parameters
    ----------
    head : bytes
        Beginning of the file; an incomplete last character is tolerated.

    Returns
    -------
    str
        ``utf-8``, ``utf-8-sig`` (with a byte order mark), ``utf-16``, ``utf-16-le``, ``utf-16-be``, ``latin-1`` or
        ``cp1252``.
    """
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if b"\x00" in head:
        pairs = len(head) // 2
        odd, even = head[1 : 2 * pairs : 2].count(0), head[0 : 2 * pairs : 2].count(0)
        if pairs and odd > 0.6 * pairs and even < 0.05 * pairs:
            return "utf-16-le"
        if pairs and even > 0.6 * pairs and odd < 0.05 * pairs:
            return "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252" if any(0x80 <= byte < 0xA0 for byte in head) and _fits(head, "cp1252") else "latin-1"
    return "utf-8"


def _fits(head: bytes, encoding: str) -> bool:
    try:
        head.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def refuse_binary(head: bytes, *, where: str) -> None:
    """Refuse bytes that are no text.

    Parameters
    ----------
    head : bytes
        Beginning of the file.
    where : str
        File name for the message.

    Raises
    ------
    DataError
        The bytes are of a known binary format, or hold bytes that no text has.
    """
    for mark, name, fix in _KNOWN_BINARY:
        if head.startswith(mark):
            raise DataError("The file is not a CSV.", where=where, got=name, expected="a CSV or Parquet file", fix=fix)
    if detect_encoding(head).startswith("utf-16"):
        return
    odd = sum(head.count(bytes([code])) for code in (*range(9), 11, *range(14, 27), *range(28, 32), 127))
    if odd > 0.01 * len(head):
        raise DataError(
            "The file is not a text.",
            where=where,
            got="bytes that no text has",
            expected="a CSV or Parquet file",
            fix="Export the data as CSV.",
        )
