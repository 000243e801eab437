"""Written numbers to numbers, leniently, with every cell that is none kept for counting."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from l4e_widgets.core.reading.kinds import fits_float32, widened
from l4e_widgets.core.reading.understanding import MISSING_WORDS

__all__ = ["SWAP_MARKS", "ColumnCells", "NumberStyle", "swap_marks", "to_numbers"]

Float64Array = npt.NDArray[np.float64]
FloatArray = npt.NDArray[np.floating]
Int64Array = npt.NDArray[np.int64]

_COMMA_NUMBER = r"^[+-]?\d*,\d+(?:[eE][+-]?\d+)?$"

SWAP_MARKS = bytes.maketrans(b",.", b".,")
"""Exchanges points and commas in bytes: much faster than rewriting every cell of a file with decimal commas."""


def swap_marks(cells: pl.Series) -> pl.Series:
    """Text with points and commas exchanged.

    Parameters
    ----------
    cells : Series of str
        The column.

    Returns
    -------
    Series of str
        The same text, each point a comma and each comma a point.
    """
    if not cells.str.contains("[.,]").any():
        return cells
    kept = cells.str.replace_all(",", "\x00", literal=True).str.replace_all(".", ",", literal=True)
    return kept.str.replace_all("\x00", ".", literal=True)


@dataclass(frozen=True)
class NumberStyle:
    """How numbers are written.

    Parameters
    ----------
    decimal : str
        ``.`` or ``,``.
    thousands : str
        Mark between groups of three digits, empty for none.
    missing_words : tuple of str
        Words for a missing value, in small letters.
    swapped : bool
        Whether points and commas were exchanged in the text before; texts that are kept are exchanged back.
    """

    decimal: str = "."
    thousands: str = ""
    missing_words: tuple[str, ...] = MISSING_WORDS
    swapped: bool = False


def to_numbers(cells: pl.Series, style: NumberStyle) -> tuple[Float64Array, Int64Array]:
    """Numbers of a column of text.

    Parameters
    ----------
    cells : Series of str
        The column.
    style : NumberStyle
        How numbers are written.

    Returns
    -------
    values : (n_rows,) float64
        NaN where the cell is empty, a missing word or no number.
    failed : (n_failed,) int64
        Places of cells that hold something that is neither a number nor empty; missing words are among them.
    """
    plain = style.decimal == "." and not style.thousands
    numbers = (cells if plain else _plain_numbers(cells, style)).cast(pl.Float64, strict=False)
    failed = (numbers.is_null() & cells.is_not_null()) | numbers.is_infinite().fill_null(False)
    values = numbers.to_numpy().astype(np.float64, copy=True) if numbers.null_count() else numbers.to_numpy()
    places = np.flatnonzero(failed.to_numpy())
    if not len(places):
        return values, places
    values = values.copy()
    values[places] = np.nan
    text = cells.gather(places).str.strip_chars(" \t\r\u00a0\"'")
    again = (text if plain else _plain_numbers(text, style)).cast(pl.Float64, strict=False)
    good = again.is_finite().fill_null(False).to_numpy()
    values[places[good]] = again.to_numpy()[good]
    empty = (text.is_null() | (text == "")).fill_null(True).to_numpy()
    return values, places[~good & ~empty]


def _plain_numbers(cells: pl.Series, style: NumberStyle) -> pl.Series:
    """Rewrite numbers of another style with a decimal point; what does not follow the style becomes no number."""
    text = cells.str.strip_chars(" \t\r\u00a0\"'")
    if style.thousands:
        mark = re.escape(style.thousands)
        grouped = rf"^[+-]?\d{{1,3}}(?:{mark}\d{{3}})+(?:\D|$)"
        fits = text.str.contains(grouped) | ~text.str.contains(style.thousands, literal=True)
        text = pl.select(pl.when(fits).then(text)).to_series().str.replace_all(style.thousands, "", literal=True)
    if style.decimal == ",":
        fits = ~text.str.contains(".", literal=True)
        text = pl.select(pl.when(fits).then(text)).to_series().str.replace_all(",", ".", literal=True)
    return text


@dataclass
class ColumnCells:
    """One column while a file is read block by block.

    Parameters
    ----------
    style : NumberStyle
        How numbers are written.
    values : list of (n_block,) float32 or float64
        Numbers of every block; single precision as long as every value keeps its digits in it.
    failed_rows : list of int64 arrays
        Places in the whole column of cells that are no numbers and not empty.
    failed_text : list of Series
        Text of those cells.
    n_rows : int
        Rows so far.
    keep : callable, optional
        Takes the numbers of a block and returns what stands for them, for example their place on disk.
    """

    style: NumberStyle
    values: list[FloatArray] = field(default_factory=list)
    failed_rows: list[Int64Array] = field(default_factory=list)
    failed_text: list[pl.Series] = field(default_factory=list)
    n_rows: int = 0
    keep: Callable[[FloatArray], Any] | None = None
    _single: bool = True

    def add(self, cells: pl.Series) -> None:
        """Append a block.

        Parameters
        ----------
        cells : Series
            Text, numbers, truth values or nulls.
        """
        if cells.dtype == pl.String:
            values, failed = to_numbers(cells, self.style)
            if len(failed):
                self.failed_rows.append(failed + self.n_rows)
                text = cells.gather(failed).str.strip_chars(" \t\r\u00a0\"'")
                self.failed_text.append(swap_marks(text) if self.style.swapped else text)
        elif cells.dtype.is_numeric() or cells.dtype in (pl.Boolean, pl.Null):
            numbers = cells.cast(pl.Float64, strict=False)
            values = numbers.to_numpy().astype(np.float64)
            infinite = np.flatnonzero(np.isinf(values))
            if len(infinite):
                values = values.copy()
                self.failed_rows.append(infinite + self.n_rows)
                self.failed_text.append(numbers.gather(infinite).cast(pl.String))
                values[infinite] = np.nan
        else:
            return self.add(cells.cast(pl.String, strict=False))
        self._single = self._single and fits_float32(values)
        block: FloatArray = values.astype(np.float32) if self._single else values
        self.values.append(self.keep(block) if self.keep else block)
        self.n_rows += len(cells)
        return None

    def numbers(self) -> FloatArray:
        """Return the whole column as numbers, (n_rows,) float32 or float64, NaN where there is none."""
        if not self.values:
            return np.empty(0)
        if not self._single and any(block.dtype == np.float32 for block in self.values):
            return np.concatenate([widened(np.asarray(block)) for block in self.values])
        return np.concatenate(self.values)

    def forget(self) -> None:
        """Let go of all cells."""
        self.values, self.failed_rows, self.failed_text = [], [], []

    def words(self) -> tuple[Int64Array, pl.Series]:
        """Return the places and texts of cells that are no numbers, missing words left out."""
        return self._failed(keep_missing=False)

    def all_words(self) -> tuple[Int64Array, pl.Series]:
        """Return the places and texts of cells that are no numbers, missing words among them."""
        return self._failed(keep_missing=True)

    def decimal_commas(self) -> int:
        """Return how many cells that are no numbers would be some with a decimal comma."""
        return sum(int(text.str.contains(_COMMA_NUMBER).sum()) for text in self.failed_text)

    def _failed(self, *, keep_missing: bool) -> tuple[Int64Array, pl.Series]:
        if not self.failed_rows:
            return np.empty(0, dtype=np.int64), pl.Series("", [], dtype=pl.String)
        places, text = np.concatenate(self.failed_rows), pl.concat(self.failed_text)
        if keep_missing:
            return places, text
        missing = text.str.to_lowercase().is_in(list(self.style.missing_words)).to_numpy()
        return places[~missing], text.filter(pl.Series(~missing))
