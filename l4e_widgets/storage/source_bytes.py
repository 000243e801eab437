"""A file opened as text blocks of whole lines in UTF-8, whatever encoding and packing it has."""

from __future__ import annotations

import codecs
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from l4e_widgets.core.errors import DataError, NotFound, StorageError
from l4e_widgets.storage.source_files import SourceFile

__all__ = ["GZIP_MARK", "head_of", "open_source", "text_blocks"]

BLOCK_BYTES = 16 * 1024 * 1024
GZIP_MARK = b"\x1f\x8b"


@contextmanager
def open_source(source: Path | SourceFile) -> Iterator[BinaryIO]:
    """Open a file for reading, unpacked where it is packed by gzip or lies in a zip archive.

    Parameters
    ----------
    source : Path or SourceFile
        The file.

    Yields
    ------
    BinaryIO
        Its bytes.

    Raises
    ------
    NotFound
        There is no such file.
    DataError
        It is a folder, or the packed file is damaged.
    StorageError
        It may not be read.
    """
    path, where = (source, source.name) if isinstance(source, Path) else (source.path, source.name)
    if path.is_dir():
        raise DataError("This is a folder, not a file.", where=str(path), fix="Name the files inside it.")
    try:
        with _opened(source) as file:
            packed = file.read(2) == GZIP_MARK
            file.seek(0)
            with gzip.open(file, "rb") if packed else file as content:
                yield content  # type: ignore[misc]
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {path}.", fix="Check the spelling of the path.") from error
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, NotImplementedError, KeyError) as error:
        raise DataError(
            "The compressed file is damaged or cut off.", where=where, fix="Copy or compress it again."
        ) from error
    except OSError as error:
        raise StorageError(
            f"The file cannot be read: {error.strerror or error}.", where=str(path), fix="Check its permissions."
        ) from error


@contextmanager
def _opened(source: Path | SourceFile) -> Iterator[BinaryIO]:
    if isinstance(source, Path) or not source.member:
        with (source if isinstance(source, Path) else source.path).open("rb") as file:
            yield file
        return
    with zipfile.ZipFile(source.path) as archive, archive.open(source.member) as member:
        yield member  # type: ignore[misc]


def text_blocks(content: BinaryIO, encoding: str, *, block_bytes: int | None = None) -> Iterator[tuple[bytes, int]]:
    """Blocks of whole lines in UTF-8.

    Parameters
    ----------
    content : BinaryIO
        The file, at its beginning.
    encoding : str
        Encoding of the text.
    block_bytes : int
        Size of a block in bytes of the file; `BLOCK_BYTES` where None.

    Yields
    ------
    data : bytes
        Whole lines; the last block may lack its last newline.
    read : int
        Bytes of the file read so far.
    """
    rest, read = b"", 0
    decoder = None if encoding in ("utf-8", "utf-8-sig") else codecs.getincrementaldecoder(encoding)("replace")
    first, returned = True, False
    while True:
        raw = content.read(block_bytes or BLOCK_BYTES)
        read += len(raw)
        if decoder is None:
            data = raw.removeprefix(codecs.BOM_UTF8) if first else raw
        else:
            data = decoder.decode(raw, final=not raw).encode("utf-8")
        if first:
            returned = b"\n" not in data and b"\r" in data
        first = False
        if returned:
            data = data.replace(b"\r", b"\n")
        data = rest + data
        cut = data.rfind(b"\n") + 1 if raw else len(data)
        rest = data[cut:]
        if cut:
            yield _valid_utf8(data[:cut]), read
        if not raw:
            return


def _valid_utf8(data: bytes) -> bytes:
    """Bytes as they are where they are UTF-8; a later part in another encoding is read as Latin-1 byte by byte."""
    if data.isascii():
        return data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1").encode("utf-8")
    return data


def head_of(content: BinaryIO, size: int) -> bytes:
    """First bytes of a file, which is put back to its beginning.

    Parameters
    ----------
    content : BinaryIO
        The file, at its beginning.
    size : int
        How many bytes.

    Returns
    -------
    bytes
        At most `size` bytes.
    """
    parts = io.BytesIO()
    while parts.tell() < size:
        raw = content.read(size - parts.tell())
        if not raw:
            break
        parts.write(raw)
    content.seek(0)
    return parts.getvalue()
