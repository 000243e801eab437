"""Named arrays in an npz without pickle: the same arrays give the same bytes, loading checks before it allocates."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.errors import StorageError

__all__ = ["from_npz", "to_npz"]

MAX_BYTES = 4 * 1024**3
_EPOCH = (1980, 1, 1, 0, 0, 0)


def to_npz(arrays: Mapping[str, npt.NDArray[np.generic]]) -> bytes:
    """Bytes of named arrays, the same for the same arrays.

    Parameters
    ----------
    arrays : mapping of str to array
        Arrays of any shape, without objects in them.

    Returns
    -------
    bytes
        An npz that numpy reads too.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in sorted(arrays):
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            content = io.BytesIO()
            np.lib.format.write_array(content, np.ascontiguousarray(arrays[name]), allow_pickle=False)
            archive.writestr(entry, content.getvalue())
    return buffer.getvalue()


def from_npz(data: bytes, *, where: str = "") -> dict[str, npt.NDArray[np.generic]]:
    """Read named arrays, refusing what is damaged or claims more than it holds.

    Parameters
    ----------
    data : bytes
        What `to_npz` gave.
    where : str
        Key it came from, for the error.

    Returns
    -------
    dict of str to array
        The arrays.

    Raises
    ------
    StorageError
        It is truncated, corrupt, of another kind, or claims to be larger than it can be.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = _checked(archive.infolist())
            return {entry.filename.removesuffix(".npy"): _array(archive.read(entry)) for entry in entries}
    except (ValueError, OSError, EOFError, KeyError, zipfile.BadZipFile, NotImplementedError) as error:
        raise StorageError(
            "These learned arrays are damaged.",
            where=where,
            got=str(error),
            fix="Train the model again, or restore the file from a backup.",
        ) from error


def _checked(entries: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """Refuse an archive that claims more bytes than a model can have."""
    size = sum(entry.file_size for entry in entries)
    if size > MAX_BYTES:
        raise ValueError(f"it claims {size} bytes")
    return entries


def _array(content: bytes) -> npt.NDArray[np.generic]:
    """Read one array after holding its header against the bytes there are."""
    stream = io.BytesIO(content)
    version = np.lib.format.read_magic(stream)
    reader = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, fortran_order, dtype = reader(stream)
    if dtype.hasobject:
        raise ValueError("it holds objects")
    n_items = 1
    for size in shape:
        n_items *= size
    n_bytes = n_items * dtype.itemsize
    if n_bytes != len(content) - stream.tell():
        raise ValueError(f"an array claims {n_bytes} bytes and has {len(content) - stream.tell()}")
    values = np.frombuffer(content, dtype=dtype, offset=stream.tell(), count=n_items).copy()
    return np.asarray(values.reshape(shape, order="F" if fortran_order else "C"))
