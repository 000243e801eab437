"""Named arrays in an npz without pickle: the same arrays give the same bytes, loading checks before it allocates."""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.errors import StorageError

__all__ = ["ArrayForm", "from_npz", "to_npz"]

MAX_BYTES = 4 * 1024**3
MAX_PACKING = 1_100
"""No deflated entry unpacks to more than about 1032 times its size; one that claims more is a lie."""
_HEADER_BYTES = 16 * 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)


class ArrayForm(NamedTuple):
    """Shape and type of an array.

    Parameters
    ----------
    shape : tuple of int
        Its shape.
    dtype : str
        Its type, as numpy writes it.
    """

    shape: tuple[int, ...]
    dtype: str


def to_npz(arrays: Mapping[str, npt.NDArray[np.generic]], *, packed: bool = True) -> bytes:
    """Bytes of named arrays, the same for the same arrays.

    Parameters
    ----------
    arrays : mapping of str to array
        Arrays of any shape, without objects in them.
    packed : bool
        Whether to pack them, which is slower and smaller.

    Returns
    -------
    bytes
        An npz that numpy reads too.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in sorted(arrays):
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            content = io.BytesIO()
            np.lib.format.write_array(content, np.asarray(arrays[name], order="C"), allow_pickle=False)
            archive.writestr(entry, content.getvalue())
    return buffer.getvalue()


def from_npz(
    data: bytes, *, where: str = "", forms: Mapping[str, ArrayForm] | None = None
) -> dict[str, npt.NDArray[np.generic]]:
    """Read named arrays, refusing what is damaged, claims more than it holds or is not what was expected.

    All headers are looked at before the first array is unpacked.

    Parameters
    ----------
    data : bytes
        What `to_npz` gave.
    where : str
        Key it came from, for the error.
    forms : mapping of str to ArrayForm, optional
        Which arrays there must be, and of which shape and type; any where absent.

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
            entries = archive.infolist()
            _refuse_claims(entries)
            found = {entry.filename.removesuffix(".npy"): _header(archive, entry) for entry in entries}
            _refuse_others(found, len(entries), forms)
            return {entry.filename.removesuffix(".npy"): _array(archive.read(entry)) for entry in entries}
    except (ValueError, OSError, EOFError, KeyError, zipfile.BadZipFile, NotImplementedError, zlib.error) as error:
        raise StorageError(
            "These learned arrays are damaged.",
            where=where,
            got=str(error),
            fix="Train the model again, or restore the file from a backup.",
        ) from error


def _refuse_claims(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive that claims more bytes than a model can have, or than its own bytes can unpack to."""
    size = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if size > min(MAX_BYTES, MAX_PACKING * packed + _HEADER_BYTES):
        raise ValueError(f"it claims {size} bytes")


def _header(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> ArrayForm:
    """Return what an entry says of its array, held against the bytes it has."""
    with archive.open(entry) as file:
        stream = io.BytesIO(file.read(_HEADER_BYTES))
    form, _ = _claimed(stream)
    n_bytes = math.prod(form.shape) * np.dtype(form.dtype).itemsize
    if n_bytes != entry.file_size - stream.tell():
        raise ValueError(f"an array claims {n_bytes} bytes and has {entry.file_size - stream.tell()}")
    return form


def _claimed(stream: io.BytesIO) -> tuple[ArrayForm, bool]:
    """Read the header of an array: its form, and whether its columns come first."""
    version = np.lib.format.read_magic(stream)
    reader = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, fortran_order, dtype = reader(stream)
    if dtype.hasobject or min((0, *shape)) < 0:
        raise ValueError("it holds objects" if dtype.hasobject else "it has a negative size")
    return ArrayForm(tuple(shape), dtype.str), bool(fortran_order)


def _refuse_others(found: Mapping[str, ArrayForm], n_entries: int, forms: Mapping[str, ArrayForm] | None) -> None:
    """Refuse arrays that are not the expected ones, or that come twice."""
    if n_entries != len(found):
        raise ValueError("an array is there twice")
    if forms is None:
        return
    if found.keys() != forms.keys():
        raise ValueError(f"the arrays differ: {', '.join(sorted(found.keys() ^ forms.keys())[:3])}")
    for name, form in forms.items():
        if found[name] != form:
            raise ValueError(f"{name} is {found[name].dtype} {found[name].shape}, not {form.dtype} {form.shape}")


def _array(content: bytes) -> npt.NDArray[np.generic]:
    """Read one array whose header was looked at."""
    stream = io.BytesIO(content)
    form, fortran_order = _claimed(stream)
    n_items = math.prod(form.shape)
    if not n_items:
        return np.zeros(form.shape, dtype=form.dtype)
    values = np.frombuffer(content, dtype=form.dtype, offset=stream.tell(), count=n_items).copy()
    return np.asarray(values.reshape(form.shape, order="F" if fortran_order else "C"))
