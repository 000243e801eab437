"""Understanding a CSV from its bytes: encoding, delimiter, decimal mark, header, timestamps.

May import `core` only; it opens no file. Imported by `storage`, `jobs` and `services`.
"""

from l4e_widgets.core.reading.combine import SourceData
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.reading.report import CellLoss, Example, FileRead, ReadingReport, SetAside
from l4e_widgets.core.reading.understanding import ColumnSetAside, Understanding

__all__ = [
    "CellLoss",
    "ColumnSetAside",
    "Example",
    "FileRead",
    "ReadingOptions",
    "ReadingReport",
    "SetAside",
    "SourceData",
    "Understanding",
]
