"""A CSV read block by block: what is learned from its beginning is applied to every line and counted."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.reading.cells import SWAP_MARKS, ColumnCells, NumberStyle, swap_marks
from l4e_widgets.core.reading.date_order import ORDERS
from l4e_widgets.core.reading.layout import Layout
from l4e_widgets.core.reading.lines import Block, read_block
from l4e_widgets.core.reading.options import ReadingOptions
from l4e_widgets.core.reading.part import Keep, Part, Reading, settle_part
from l4e_widgets.core.reading.row_log import RowLog
from l4e_widgets.core.reading.settle_times import TimesRead, read_times, settle_plain
from l4e_widgets.core.reading.time_shapes import looks_like_time
from l4e_widgets.core.reading.times import ParsedTimes, plain_times, written_again
from l4e_widgets.core.reading.understanding import IGNORED, ColumnSetAside, Understanding

__all__ = ["CsvReading", "ignored_names"]

_BLANKS = " \t\r\u00a0\"'"


class CsvReading:
    """Reads the blocks of one CSV one after another.

    Parameters
    ----------
    layout : Layout
        Where things stand.
    options : ReadingOptions
        Answers given in advance.
    file : str
        Name of the file for messages.
    encoding : str
        Encoding the text had.
    keep : callable, optional
        Takes numbers and returns what stands for them, for example their place on disk.

    Raises
    ------
    DataError
        Two columns have the same name, or the timestamp column is to be ignored.
    """

    def __init__(
        self, layout: Layout, options: ReadingOptions, *, file: str, encoding: str, keep: Keep | None = None
    ) -> None:
        self._keep = keep
        self.layout, self.options, self.file, self.encoding = layout, options, file, encoding
        self.log = RowLog(file)
        self.rows_read = 0
        self._swapped = layout.decimal == "," and layout.delimiter not in ",." and not layout.thousands
        decimal = "." if self._swapped else layout.decimal
        self._style = NumberStyle(decimal, layout.thousands, options.all_missing_words, self._swapped)
        self._times: list[pl.Series | ParsedTimes] = []
        self._last_time = ""
        self._rows: list[np.ndarray] = []
        self._bad: list[tuple[str, int, str]] = []
        self._tail: list[str] = []
        self._names = self._column_names()
        ignored = ignored_names(self._names.values(), options)
        self._ignored = tuple(name for name in self._names.values() if name in ignored)
        self._refuse_names()
        self.columns = {
            place: ColumnCells(self._style, keep=keep)
            for place, name in self._names.items()
            if name not in self._ignored
        }

    def add(self, data: bytes, first_line: int) -> int:
        """Read one block of whole lines.

        Parameters
        ----------
        data : bytes
            Whole lines in UTF-8.
        first_line : int
            Line in the file of the first of them, from 1.

        Returns
        -------
        int
            Lines in the block.
        """
        marked = data.translate(SWAP_MARKS) if self._swapped else data
        block = read_block(marked, delimiter=self.layout.delimiter, width=self.width, first_line=first_line)
        self._bad.extend((reason, line, self._as_written(text)) for reason, line, text in block.bad)
        self.rows_read += len(block.rows) + len(block.bad)
        names = block.cells.columns
        time = block.cells[names[self.layout.time_column]].str.strip_chars(_BLANKS)
        time = swap_marks(time) if self._swapped else time
        if self.layout.clock_column is not None:
            time = time + " " + block.cells[names[self.layout.clock_column]].str.strip_chars(_BLANKS)
        self._refuse_other_header(block, time)
        self._rows.append(block.rows)
        tail = [self._as_written(text) for text in block.cells[names[-1]].tail(50).to_list() if text]
        self._tail = (self._tail + tail)[-50:]
        with ThreadPoolExecutor(max_workers=4) as pool:
            list(pool.map(lambda item: item[1].add(block.cells[names[item[0]]]), self.columns.items()))
        self._times.append(self._kept_times(time))
        return block.n_lines

    def _kept_times(self, time: pl.Series) -> pl.Series | ParsedTimes:
        """Times of a block as numbers where all are plain, else as text; another column of times needs the text."""
        if len(time):
            self._last_time = str(time[-1] or "")
        asked = self.options.timestamp_format
        if (asked and asked not in ORDERS) or any(map(self._never_a_number, self.columns.values())):
            return time
        return plain_times(time) or time

    def _never_a_number(self, column: ColumnCells) -> bool:
        return 0 < column.n_rows == sum(map(len, column.failed_rows))

    def _read_times(self, rows: np.ndarray, *, cut: bool) -> TimesRead:
        plain = [block for block in self._times if isinstance(block, ParsedTimes)]
        kinds = {(block.pattern, bool(block.absolute[0])) for block in plain}
        if len(plain) == len(self._times) and len(kinds) == 1:
            parsed = ParsedTimes(
                np.concatenate([block.ns for block in plain]),
                np.concatenate([block.absolute for block in plain]),
                plain[0].pattern,
            )
            self._times.clear()
            last = self._last_time if cut else None
            return settle_plain(parsed, rows, options=self.options, log=self.log, cut_last_row=last)
        return read_times(
            self._time_cells(),
            rows,
            options=self.options,
            log=self.log,
            file=self.file,
            header=self._time_name if self.layout.header_row else "",
            cut_last_row=cut,
            missing_words=self._style.missing_words,
        )

    def _time_cells(self) -> pl.Series:
        """Whole column of times as text."""
        blocks = [written_again(block) if isinstance(block, ParsedTimes) else block for block in self._times]
        return pl.concat(blocks) if blocks else pl.Series("", [], dtype=pl.String)

    @property
    def width(self) -> int:
        """Cells that a line must have."""
        return self._width

    def decimal_commas(self) -> int:
        """Return how many cells that are no numbers would be some with a decimal comma."""
        return sum(cells.decimal_commas() for cells in self.columns.values())

    def finish(self, last_line: str | None) -> Part:
        """Settle the rows after the last block.

        Parameters
        ----------
        last_line : str or None
            Text of the last line where no newline ends it, else None.

        Returns
        -------
        Part
            The file.

        Raises
        ------
        DataError
            Nothing is left, or the times leave a question open.
        """
        rows = np.concatenate(self._rows) if self._rows else np.empty(0, dtype=np.int64)
        if any(map(self._never_a_number, self.columns.values())):
            self._refuse_own_times(self._time_cells(), rows)
        cut = self._log_bad(rows, last_line)
        read = self._read_times(rows, cut=cut)
        header_row = self.layout.header_row
        aside = tuple(ColumnSetAside(name, IGNORED) for name in self._ignored)
        understanding = Understanding(
            encoding=self.encoding,
            delimiter=self.layout.delimiter,
            decimal=self.layout.decimal,
            thousands=self.layout.thousands,
            header=bool(header_row),
            header_row=header_row,
            first_row=self.layout.first_row,
            timestamp_column=self._time_name,
            time_column=self._clock_name,
            timestamp_format=read.pattern,
            zone=self.options.time_zone or "UTC",
            columns_set_aside=aside,
            missing_words=self._style.missing_words,
            units_row=self.layout.units_row,
        )
        units = self.layout.units
        told = Reading(
            file=self.file,
            timestamps=read.ns,
            rows=rows,
            columns={self._names[place]: column for place, column in self.columns.items()},
            log=self.log,
            rows_read=self.rows_read,
            understanding=understanding,
            units={name: units[place] for place, name in self._names.items() if units and units[place]},
            notices=(*self._notices(), *read.notices),
        )
        return settle_part(told, self.options, keep=self._keep)

    def _column_names(self) -> dict[int, str]:
        layout = self.layout
        self._width = layout.width
        if layout.header_row:
            names = dict(enumerate(layout.names))
        else:
            others = [p for p in range(layout.width) if p not in (layout.time_column, layout.clock_column)]
            names = {place: f"sensor_{number}" for number, place in enumerate(others, start=1)}
            names[layout.time_column] = "timestamp"
            if layout.clock_column is not None:
                names[layout.clock_column] = "time"
        self._time_name = names.pop(layout.time_column)
        self._clock_name = names.pop(layout.clock_column) if layout.clock_column is not None else ""
        return names

    def _refuse_names(self) -> None:
        counts = Counter(name for name in self._names.values() if name and name not in self._ignored)
        twice = [name for name, count in counts.items() if count > 1]
        if twice:
            places = [place + 1 for place, name in self._names.items() if name == twice[0]]
            raise DataError(
                f'Two columns have the same name "{twice[0]}".',
                where=f"{self.file}, row {self.layout.header_row}, columns {' and '.join(map(str, places))}",
                expected="a different name for every column",
                fix="Rename one of them in the file, or set both aside with --ignore.",
            )
        unnamed = [place for place, name in self._names.items() if not name]
        taken = set(self._names.values())
        for place in unnamed[1:]:
            name = f"column_{place + 1}"
            self._names[place] = name if name not in taken else f"column_{place + 1}_unnamed"

    def _log_bad(self, rows: np.ndarray, last_line: str | None) -> bool:
        """Log lines that are no rows; return whether the last row was cut off."""
        last_row = int(rows[-1]) if len(rows) else 0
        for reason, line, text in self._bad:
            cut = last_line is not None and line > last_row and text.strip() == last_line.strip()
            comment = text.lstrip(_BLANKS).startswith("#")
            self.log.add("truncated_last_line" if cut else "comment" if comment else reason, line, text)
        if last_line is None or not len(rows) or (self._bad and self._bad[-1][1] > last_row):
            return False
        return self._is_cut(last_line)

    def _is_cut(self, last_line: str) -> bool:
        """Tell whether the last cell of the file lacks digits that every row before it has."""
        cell = last_line.rsplit(self.layout.delimiter, 1)[-1].strip(_BLANKS)
        before = [text.strip(_BLANKS) for text in self._tail[:-1]]
        if re.search(r"\d[.,+\-eE]+\Z", cell):
            return True
        if not before:
            return False
        if self._width - 1 in (self.layout.time_column, self.layout.clock_column):
            return len(cell) < min(len(text) for text in before)
        if not re.fullmatch(r"[+-]?\d+(?:[.,]\d*)?", cell):
            return False
        mark = self.layout.decimal
        return _decimals(cell, mark) < min(_decimals(text, mark) for text in before)

    def _refuse_own_times(self, times: pl.Series, rows: np.ndarray) -> None:
        """Refuse a table in which a sensor has a column of times of its own that differs from the first."""
        for place, column in self.columns.items():
            between = self.layout.time_column + 1 < place < self._width - 1
            if not between or sum(map(len, column.failed_rows)) != len(times) or not len(times):
                continue
            own = pl.concat(column.failed_text)
            differ = np.flatnonzero((own != times).fill_null(True).to_numpy())
            if len(differ) and looks_like_time(own[0]):
                raise DataError(
                    f'Column "{self._names[place]}" holds other times than column "{self._time_name}".',
                    where=f"{self.file}, row {rows[differ[0]]}",
                    got=f'"{own[int(differ[0])]}" beside "{times[int(differ[0])]}"',
                    expected="one column of times for all sensors",
                    fix="Export every sensor with its times as a file of its own and read them together, or set the "
                    "column aside with --ignore.",
                )

    def _as_written(self, text: str) -> str:
        return text.translate({44: ".", 46: ","}) if self._swapped else text

    def _refuse_other_header(self, block: Block, time: pl.Series) -> None:
        """Refuse a second header that names other columns: the rows below it would be read under wrong names."""
        if not self.layout.header_row or self.layout.clock_column is not None:
            return
        for place in np.flatnonzero((time.str.to_lowercase() == self._time_name.lower()).fill_null(False).to_numpy()):
            again = [
                " ".join(self._as_written(cell or "").strip(_BLANKS).split()) for cell in block.cells.row(int(place))
            ]
            other = next((pair for pair in zip(self.layout.names, again, strict=True) if pair[0] != pair[1]), None)
            if other and again[self.layout.time_column]:
                raise DataError(
                    "A second header names other columns than the first.",
                    where=f"{self.file}, row {block.rows[place]}",
                    got=f'"{other[1]}"',
                    expected=f'"{other[0]}"',
                    fix="Split the file there and read both files together.",
                )

    def _notices(self) -> list[str]:
        count = self.layout.preamble
        if not count:
            return []
        lines = "1 line was" if count == 1 else f"{count} lines were"
        return [f"{self.file}: {lines} passed over before the table begins."]


def _decimals(text: str, mark: str) -> int:
    return len(text.split(mark, 1)[1]) if mark in text else 0


def ignored_names(names: object, options: ReadingOptions) -> set[str]:
    """Names of columns that the user wants set aside.

    Parameters
    ----------
    names : iterable of str
        Names of the file's columns.
    options : ReadingOptions
        What to ignore.

    Returns
    -------
    set of str
        Those of `names` that are meant; exact names first, else without regard to capitals.
    """
    known = list(names)  # type: ignore[call-overload]
    found: set[str] = set()
    for wanted in options.ignore:
        bare = wanted.strip()
        exact = {name for name in known if name == bare}
        found |= exact or {name for name in known if name.lower() == bare.lower()}
    return found
