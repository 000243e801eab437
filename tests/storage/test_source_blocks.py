from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.reading import ReadingOptions
from l4e_widgets.storage.source_blocks import open_blocks, read_blocks
from l4e_widgets.storage.sources import read_sources
from tests.ugly.cases import CASES, Ugly, table, text

GOOD = [case for case in CASES if not case.error]


@pytest.mark.parametrize("case", GOOD[::3], ids=lambda case: case.name)
@pytest.mark.parametrize("block_bytes", [101, 10_000])
def test_blocks_together_are_the_frame(
    case: Ugly, block_bytes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path := tmp_path / "ugly.csv").write_bytes(case.data)
    options = ReadingOptions(**case.options)
    whole = read_sources([path], options)
    monkeypatch.setattr("l4e_widgets.storage.source_bytes.BLOCK_BYTES", block_bytes)
    with open_blocks([path], options) as blocks:
        frames = list(blocks.frames(2))
        assert blocks.report == whole.report
        assert blocks.sensors == whole.frame.sensors
        assert blocks.n_rows == len(whole.frame)
    np.testing.assert_array_equal(np.concatenate([frame.timestamps for frame in frames]), whole.frame.timestamps)
    np.testing.assert_array_equal(np.concatenate([frame.values for frame in frames]), whole.frame.values)
    assert {frame.values.dtype for frame in frames} == {whole.frame.values.dtype}


def test_several_files_out_of_order_are_sorted_across_blocks(tmp_path: Path) -> None:
    hours = np.arange(500)
    rng = np.random.default_rng(2)
    paths = []
    for number, name in enumerate("ab"):
        order = rng.permutation(hours)
        lines = [f"{np.datetime64('2024-01-01T00') + np.timedelta64(int(h), 'h')}:00,{h}.{number}" for h in order]
        paths.append(tmp_path / f"{number}.csv")
        paths[-1].write_bytes(text(f"time,{name}", *lines))
    whole = read_sources(paths).frame
    frames = list(read_blocks(paths, rows=64))
    assert [len(frame) for frame in frames] == [64] * 7 + [52]
    np.testing.assert_array_equal(np.concatenate([frame.values for frame in frames]), whole.values)
    np.testing.assert_array_equal(whole.values[:, 0], hours.astype(np.float32))


def test_digits_survive_where_a_later_block_needs_double_precision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("l4e_widgets.storage.source_bytes.BLOCK_BYTES", 200)
    values = [0.1, 3.3, 1e-4, 999999, 0.00123456, 12345.6] * 5 + [16777217.0, 1 / 3]
    lines = [f"2024-01-01 00:{n:02d}:00,{v!r},{n}" for n, v in enumerate(values)]
    (path := tmp_path / "d.csv").write_bytes(text("time,a,b", *lines))
    frame = read_sources([path]).frame
    assert frame.values[:, 0].tolist() == values
    assert np.concatenate([block.values for block in read_blocks([path], rows=7)])[:, 0].tolist() == values


def test_a_refusal_leaves_no_temporary_files(tmp_path: Path) -> None:
    (path := tmp_path / "q.csv").write_bytes(text(*table(("03/04/2024", "04/04/2024", "05/04/2024"))))
    (spare := tmp_path / "spare").mkdir()
    with pytest.raises(DataError, match="Day and month"), open_blocks([path], folder=spare):
        pass
    assert list(spare.iterdir()) == []


def test_a_date_that_only_the_other_order_allows_stops_with_a_sentence_wherever_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("l4e_widgets.storage.source_bytes.BLOCK_BYTES", 4_000)
    stamps = [
        f"{day:02d}/03/2023 {hour:02d}:{minute:02d}" for day in (13, 14) for hour in range(24) for minute in range(60)
    ]
    stamps[2500] = "04/13/2023 10:00"
    (path := tmp_path / "late.csv").write_bytes(text("time,a", *(f"{stamp},{n}" for n, stamp in enumerate(stamps))))
    with pytest.raises(DataError, match="04/13/2023"), open_blocks([path]):
        pass
    stamps[2500] = "99/99/2023 10:00"
    path.write_bytes(text("time,a", *(f"{stamp},{n}" for n, stamp in enumerate(stamps))))
    with open_blocks([path]) as blocks:
        (aside,) = blocks.report.set_aside
        assert (aside.reason, aside.count, aside.examples[0].row) == ("impossible_time", 1, 2502)
        assert blocks.report.rows_read == blocks.report.rows_kept + 1 == len(stamps)
