from __future__ import annotations

from pathlib import Path

import pytest

from l4e_widgets.core.errors import DataError, NotFound
from l4e_widgets.core.sensors import Sensor, SensorKind
from l4e_widgets.storage.sensor_sheet import read_sensor_sheet

HEAD = "name,display name,component,unit,tag,limit low,limit high,kind,notes\n"


def _sheet(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "sheet.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_every_column_of_a_sheet_is_read(tmp_path: Path) -> None:
    path = _sheet(tmp_path, HEAD + "p1,Discharge pressure,,bar,PI:7,0.5,16,,old\nrun,,pump1,,,,,two-valued,\n")
    assert read_sensor_sheet(path) == (
        Sensor(
            id="p1", name="p1", display_name="Discharge pressure", unit="bar", tag="PI:7", limit_low=0.5, limit_high=16
        ),
        Sensor(id="pump1_run", name=r"pump1\run", component="pump1", kind=SensorKind.TWO_VALUED, kind_told=True),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_sheet_as_excel_writes_it(tmp_path: Path, encoding: str) -> None:
    path = _sheet(tmp_path, "Sensor;Units;Low limit;MAX\r\n\r\nÖl;°C;-1,5;2,25\r\n", encoding)
    assert read_sensor_sheet(path) == (Sensor(id="l", name="Öl", unit="°C", limit_low=-1.5, limit_high=2.25),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD + "p1,,,,,abc,,,\n", ['row 2, column limit low: The lower limit "abc" is not a number', "Got abc"]),
        (HEAD + "p1,,,,,,inf,,\n", ['The upper limit "inf" is not a number']),
        (HEAD + "p1,,,,,5,5,,\n", ["row 2", "not below", "5 and 5"]),
        (HEAD + "p1,,,,,,,valve,\n", ["column kind", "two-valued"]),
        (HEAD + "p1,,,,,,,,\nx,,,,,,,,\np1,,,,,,,,\n", ["row 4", '"p1" is there twice', "row 2"]),
        (HEAD + ",,,bar,,,,,\n", ["row 2", "names no sensor"]),
        (HEAD + "p1,x\n", ["row 2", "Got 2 cells, expected 9"]),
        ("name,unti\np1,bar\n", ['column "unti" that is not known', "column 2"]),
        ("name,unit,units\np1,bar,bar\n", ["Two columns of the sheet hold the unit"]),
        ("unit\nbar\n", ["no column of names"]),
        (HEAD, ["names no sensor"]),
        ("\n \n", ["empty"]),
    ],
)
def test_a_sheet_that_cannot_be_meant_gets_a_sentence(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(DataError) as caught:
        read_sensor_sheet(_sheet(tmp_path, text))
    assert str(caught.value).startswith("sheet.csv")
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_no_sheet_at_all(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_sensor_sheet(tmp_path / "absent.csv")
