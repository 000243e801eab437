"""What a user names, a file, a folder or a zip archive, to the data files in it, each with its component."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from l4e_widgets.core.errors import DataError, NotFound, StorageError

__all__ = ["SourceFile", "find_files"]

_ZIP = b"PK\x03\x04"
_DATA = (".csv", ".tsv", ".txt", ".dat", ".gz", ".parquet", ".pq", ".csv.gz")
_MOST_FILES = 10_000
_MOST_RATIO = 200
"""Sensor data seldom packs better than 30 times; an archive that unpacks to more than this is a trap."""
_SMALL_BYTES = 64 * 1024 * 1024
_RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))}


@dataclass(frozen=True)
class SourceFile:
    """One file with data.

    Parameters
    ----------
    path : Path
        The file, or the archive it lies in.
    name : str
        What to call it in sentences.
    member : str
        Its name inside the archive, empty for a file on disk.
    component : str
        Group of sensors that it holds, empty for none.
    size : int
        Its bytes, as they lie on disk.
    """

    path: Path
    name: str
    member: str = ""
    component: str = ""
    size: int = 0


def find_files(paths: Sequence[Path]) -> tuple[tuple[SourceFile, ...], tuple[str, ...]]:
    r"""Data files behind what a user named.

    Parameters
    ----------
    paths : sequence of Path
        Files, folders and zip archives. In a folder or an archive every sub-folder is a component, whose sensors are
        called ``component\sensor``.

    Returns
    -------
    files : tuple of SourceFile
        In the order given, those of a folder by name.
    notices : tuple of str
        Sentences on files that were passed over.

    Raises
    ------
    NotFound
        A path is not there.
    DataError
        A folder or an archive holds no data, or an archive is damaged, locked or a trap.
    StorageError
        A path may not be read.
    """
    found: list[SourceFile] = []
    notices: list[str] = []
    for path in paths:
        try:
            if path.is_dir():
                files, passed = _in_folder(path)
            elif _is_archive(path):
                files, passed = _in_archive(path)
            else:
                files, passed = [SourceFile(path, path.name, size=path.stat().st_size)], []
        except FileNotFoundError as error:
            raise NotFound(f"There is no file {path}.", fix="Check the spelling of the path.") from error
        except OSError as error:
            raise StorageError(
                f"The file cannot be read: {error.strerror or error}.", where=str(path), fix="Check its permissions."
            ) from error
        found.extend(files)
        if passed:
            names = ", ".join(passed[:5]) + (" and more" if len(passed) > 5 else "")
            notices.append(f"{path.name}: {len(passed)} files that hold no data were passed over: {names}.")
    return tuple(found), tuple(notices)


def _in_folder(folder: Path) -> tuple[list[SourceFile], list[str]]:
    root = folder.resolve()
    files, passed = [], []
    for path in sorted(root.rglob("*")):
        place = path.relative_to(root)
        if path.is_dir() or any(part.startswith((".", "__MACOSX")) for part in place.parts):
            continue
        if not path.resolve().is_relative_to(root):
            raise DataError(
                "A link in the folder leads out of it.",
                where=f"{folder.name}/{place.as_posix()}",
                expected="files that lie in the folder",
                fix="Copy the file into the folder.",
            )
        if path.name.lower().endswith(_DATA) or _is_archive(path):
            component = place.parts[0] if len(place.parts) > 1 else ""
            files.extend(_nested(path, place.as_posix(), component))
        else:
            passed.append(place.as_posix())
    if not files:
        raise _no_data(folder, "folder")
    return files, passed


def _nested(path: Path, name: str, component: str) -> list[SourceFile]:
    if not _is_archive(path):
        return [SourceFile(path, name, component=component, size=path.stat().st_size)]
    return [
        SourceFile(path, f"{name}/{file.member}", file.member, file.component or component, file.size)
        for file in _in_archive(path)[0]
    ]


def _is_archive(path: Path) -> bool:
    """Tell a zip archive from an Excel workbook, which is one too, and from all else."""
    with path.open("rb") as file:
        if file.read(4) != _ZIP:
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return path.suffix.lower() == ".zip"
    return "[Content_Types].xml" not in names and "mimetype" not in names


def _in_archive(path: Path) -> tuple[list[SourceFile], list[str]]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise DataError("The zip archive is damaged.", where=path.name, fix="Copy or pack it again.") from error
    if len(members) > _MOST_FILES:
        raise DataError(
            "The zip archive holds too many files.",
            where=path.name,
            got=f"{len(members)} files",
            expected=f"at most {_MOST_FILES}",
            fix="Unpack it and name the files you need.",
        )
    for member in members:
        _refuse_member(member, path)
    kept = [m for m in members if not any(part.startswith((".", "__MACOSX")) for part in _parts(m))]
    data = sorted((m for m in kept if m.filename.lower().endswith(_DATA)), key=lambda member: member.filename)
    if not data:
        raise _no_data(path, "zip archive")
    shared = _shared_folders([_parts(member) for member in data])
    files = [
        SourceFile(
            path,
            f"{path.name}/{member.filename}",
            member.filename,
            _parts(member)[shared] if len(_parts(member)) > shared + 1 else "",
            member.file_size,
        )
        for member in data
    ]
    return files, [member.filename for member in kept if member not in data]


def _parts(member: zipfile.ZipInfo) -> tuple[str, ...]:
    return PurePosixPath(member.filename).parts


def _shared_folders(names: Sequence[tuple[str, ...]]) -> int:
    """Count the outer folders that all files lie in; they name the export, not a component."""
    shared = 0
    while all(len(parts) > shared + 1 and parts[shared] == names[0][shared] for parts in names):
        shared += 1
    return shared


def _refuse_member(member: zipfile.ZipInfo, path: Path) -> None:
    """Refuse names that lead out of the archive, locked members, and traps that unpack to far more than they are."""
    name = member.orig_filename
    parts = name.replace("\\", "/").split("/")
    reserved = any(part.split(".")[0].rstrip(" ").lower() in _RESERVED for part in parts)
    where = f"{path.name}/{name[:80]!r}"
    if ".." in parts or name.startswith(("/", "\\")) or ":" in name or "\x00" in name or "\\" in name or reserved:
        raise DataError(
            "A file in the zip archive has a name that leads out of it or is reserved.",
            where=where,
            expected="plain names and folders",
            fix="Pack the files again.",
        )
    if member.flag_bits & 1:
        raise DataError("The zip archive is locked by a password.", where=where, fix="Unpack it first.")
    if member.file_size > max(_SMALL_BYTES, _MOST_RATIO * member.compress_size):
        raise DataError(
            "A file in the zip archive unpacks to far more than sensor data does.",
            where=where,
            got=f"{member.compress_size} bytes that become {member.file_size}",
            expected=f"at most {_MOST_RATIO} times as many",
            fix="Unpack it yourself where you trust it.",
        )


def _no_data(path: Path, kind: str) -> DataError:
    return DataError(
        f"The {kind} holds no data.",
        where=path.name,
        expected="CSV or Parquet files in it, or in one folder a component",
        fix="Name the files themselves.",
    )
