from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from l4e_widgets.core.errors import DataError
from l4e_widgets.core.reading import ReadingOptions
from l4e_widgets.storage.labels_file import read_labels
from l4e_widgets.storage.sources import read_sources
from tests.ugly.__main__ import judged
from tests.ugly.cases import PLAIN, Ugly, table, text
from tests.ugly.exports import EXPORTS

REFUSED_YET = {
    "am and pm with points": "only am and pm, with or without a space, are known",
    "the day of the week before the date": "only the American form with a comma is known",
    "a preamble of keys and values": "a first line of fewer cells may be a header that lost a name",
    "percent signs behind the numbers": "a unit behind each number is text",
    "units behind the numbers": "a unit behind each number is text",
    "minus as its own sign": "the sign is no ASCII minus; the cells are counted as missing",
}


@pytest.mark.parametrize("case", EXPORTS, ids=lambda case: case.name)
def test_an_export_is_read_right_and_never_wrong_in_silence(case: Ugly, tmp_path: Path) -> None:
    how, said = judged(case, tmp_path)
    wanted = ("refused", "told otherwise") if case.name in REFUSED_YET else ("right",)
    assert how in wanted, said


def test_a_file_that_is_not_what_its_name_says_is_told_so(tmp_path: Path) -> None:
    for name, kind in (("fake.csv.gz", "packed by gzip"), ("fake.parquet", "Parquet")):
        (path := tmp_path / name).write_text("hello, this is no data\n")
        with pytest.raises(DataError, match=f"{kind}, and it is not.*hello"):
            read_sources([path])


def test_labels_of_words_name_the_line(tmp_path: Path) -> None:
    (path := tmp_path / "labels.csv").write_text("yesterday,today\n")
    with pytest.raises(DataError, match='row 1: The start "yesterday" is not a time'):
        read_labels(path)
    path.write_text("start,end\n")
    with pytest.raises(DataError, match="holds no labels"):
        read_labels(path)


def test_a_column_to_ignore_that_is_not_there_is_a_warning_with_its_neighbours(tmp_path: Path) -> None:
    (path := tmp_path / "p.csv").write_bytes(text(*table(PLAIN)).replace(b"time,a,b", b"time,flow,b"))
    report = read_sources([path], ReadingOptions(ignore=("Flwo",))).report
    assert report.warnings == ('There is no column "Flwo" to ignore; did you mean "flow"?',)


FORMS = ("long", "zip", "units", "excel", "components", "packed")
numbers = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3))


@given(
    form=st.sampled_from(FORMS),
    delimiter=st.sampled_from(",;\t|"),
    comma=st.booleans(),
    columns=st.integers(1, 3).flatmap(
        lambda n: st.lists(st.lists(numbers, min_size=n, max_size=n), min_size=6, max_size=12)
    ),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_frame_written_in_any_form_is_read_back(
    form: str, delimiter: str, comma: bool, columns: list[list[float]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("form")
    values = np.array(columns)
    mark = "," if comma and delimiter != "," else "."
    stamps = [f"2024-01-13 {row:02d}:00:00" for row in range(len(values))]
    if form == "excel":
        stamps = [f"{45304 + row / 24:.6f}".replace(".", mark) for row in range(len(values))]
    cells = [[f"{cell:.3f}".replace(".", mark) for cell in row] for row in values]
    names = [f"s{place}" for place in range(values.shape[1])]
    lines = [delimiter.join(["time", *names])]
    if form == "units":
        lines.append(delimiter.join(["", *["bar"] * len(names)]))
    lines += [delimiter.join([stamp, *row]) for stamp, row in zip(stamps, cells, strict=True)]
    if form == "long":
        lines = [delimiter.join(["time", "sensor", "value"])]
        lines += [
            delimiter.join([t, n, v])
            for t, row in zip(stamps, cells, strict=True)
            for n, v in zip(names, row, strict=True)
        ]
    written = ("\n".join(lines) + "\n").encode()
    path, prefix = folder / "f.csv", ""
    if form == "zip":
        path = folder / "f.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("f.csv", written)
    elif form == "packed":
        path = folder / "f.csv.gz"
        path.write_bytes(gzip.compress(written))
    elif form == "components":
        (folder / "plant" / "pump").mkdir(parents=True)
        (folder / "plant" / "pump" / "f.csv").write_bytes(written)
        path, prefix = folder / "plant", "pump\\"
    else:
        path.write_bytes(written)
    said = {"decimal": mark, "timestamp_format": "excel" if form == "excel" else None, "thousands": ""}
    if form == "long":
        said |= {"sensor_column": "sensor", "value_column": "value"}
    frame = read_sources([path], ReadingOptions(**said)).frame
    assert [sensor.name for sensor in frame.sensors] == [prefix + name for name in names]
    np.testing.assert_allclose(frame.values, values, rtol=1e-6, atol=1e-9)
    hour = 3_600 * 10**9
    np.testing.assert_array_equal(frame.timestamps - frame.timestamps[0], np.arange(len(values)) * hour)
