"""Small ugly files and what a careful person reads in each; written by hand before the reader was run on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

N = None


@dataclass(frozen=True, kw_only=True)
class Ugly:
    """One file: its bytes, the options given, and the expected reading or the words of the expected sentence."""

    name: str
    data: bytes
    options: dict[str, Any] = field(default_factory=dict)
    times: tuple[str, ...] = ()
    values: dict[str, tuple[float | None, ...]] = field(default_factory=dict)
    set_aside: dict[str, int] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)
    understood: dict[str, Any] = field(default_factory=dict)
    columns_aside: tuple[str, ...] = ()
    error: tuple[str, ...] = ()


def text(*lines: str, end: str = "\n", encoding: str = "utf-8", last: bool = True) -> bytes:
    """Lines of a file in an encoding."""
    return (end.join(lines) + (end if last else "")).encode(encoding)


DAY = ("2024-01-01T00:00:00Z", "2024-01-01T00:05:00Z", "2024-01-01T00:10:00Z")
AB = {"a": (1.5, 2.5, 3.5), "b": (10.0, 20.0, 30.0)}


def table(stamps: tuple[str, str, str], sep: str = ",", comma: bool = False, head: str = "time") -> tuple[str, ...]:
    """A plain table of the sensors a and b at three written times."""
    mark = "," if comma else "."
    rows = (f"{t}{sep}{a}{mark}5{sep}{b}{mark}0" for t, a, b in zip(stamps, (1, 2, 3), (10, 20, 30), strict=True))
    return (sep.join((head, "a", "b")), *rows)


PLAIN = ("2024-01-01 00:00:00", "2024-01-01 00:05:00", "2024-01-01 00:10:00")


def read(name: str, data: bytes, **expected: Any) -> Ugly:
    """A file that reads as the plain table unless said otherwise."""
    return Ugly(name=name, data=data, **{"times": DAY, "values": AB, **expected})


def refused(name: str, data: bytes, *words: str, **options: Any) -> Ugly:
    """A file that is refused by a sentence with these words in it."""
    return Ugly(name=name, data=data, error=words, options=options)


DIALECTS = (
    read("plain", text(*table(PLAIN)), understood={"delimiter": ",", "decimal": ".", "encoding": "utf-8"}),
    read("semicolon", text(*table(PLAIN, ";")), understood={"delimiter": ";", "decimal": "."}),
    read("tab", text(*table(PLAIN, "\t")), understood={"delimiter": "\t"}),
    read("pipe", text(*table(PLAIN, "|")), understood={"delimiter": "|"}),
    read("decimal comma", text(*table(PLAIN, ";", comma=True)), understood={"decimal": ",", "delimiter": ";"}),
    read("decimal comma, tab", text(*table(PLAIN, "\t", comma=True)), understood={"decimal": ","}),
    read(
        "decimal comma in quotes",
        text("time,a,b", *(f'{t},"{a},5","{b},0"' for t, a, b in zip(PLAIN, (1, 2, 3), (10, 20, 30), strict=True))),
        understood={"decimal": ",", "delimiter": ","},
    ),
    read("byte order mark", b"\xef\xbb\xbf" + text(*table(PLAIN))),
    read("UTF-16 with mark", text(*table(PLAIN), encoding="utf-16"), understood={"encoding": "utf-16"}),
    read("UTF-16 big endian", text(*table(PLAIN), encoding="utf-16-be"), understood={"encoding": "utf-16-be"}),
    read("UTF-16 little endian", text(*table(PLAIN), encoding="utf-16-le"), understood={"encoding": "utf-16-le"}),
    read(
        "Latin-1 names",
        text("time,Temperatur °C,Öl", *table(PLAIN)[1:], encoding="latin-1"),
        values={"Temperatur °C": AB["a"], "Öl": AB["b"]},
        understood={"encoding": "latin-1"},
    ),
    read("UTF-8 names", text("time,µ,Öl", *table(PLAIN)[1:]), values={"µ": AB["a"], "Öl": AB["b"]}),
    read("Windows line ends", text(*table(PLAIN), end="\r\n")),
    read("old Mac line ends", text(*table(PLAIN), end="\r")),
    read("no last newline", text(*table(PLAIN), last=False)),
    read("blank lines", text(table(PLAIN)[0], "", *table(PLAIN)[1:3], "   ", table(PLAIN)[3], "", "")),
    read("everything quoted", text(*('"' + line.replace(",", '","') + '"' for line in table(PLAIN)))),
    read("spaces around", text(*(line.replace(",", " , ") for line in table(PLAIN)))),
    read("space before quotes", text(*(line.replace(",", '" , "').join('""') for line in table(PLAIN)))),
    read("delimiter in a quoted name", text('time,"a,b",b', *table(PLAIN)[1:]), values={"a,b": AB["a"], "b": AB["b"]}),
    read("line break in a quoted name", text('time,"a\n[bar]",b', *table(PLAIN)[1:]), values={"a [bar]": AB["a"]}),
    read("quotes within a quoted name", text('time,"a ""x""",b', *table(PLAIN)[1:]), values={'a "x"': AB["a"]}),
    read(
        "thousands marks",
        text("time;a;b", *(f"{t};1,234.5;{b}" for t, b in zip(PLAIN, (10, 20, 30), strict=True))),
        values={"a": (1234.5,) * 3, "b": AB["b"]},
        understood={"decimal": ".", "thousands": ","},
    ),
    read(
        "thousands points",
        text("time;a;b", *(f"{t};1.234,5;{b}" for t, b in zip(PLAIN, (10, 20, 30), strict=True))),
        values={"a": (1234.5,) * 3, "b": AB["b"]},
        understood={"decimal": ",", "thousands": "."},
    ),
    read(
        "fractions begin late",
        text(
            "time;a", *(f"2024-01-01 {h:02d}:{m:02d};{h}" for h in range(24) for m in range(60)), "2024-01-02 00:00;1,5"
        ),
        times=(),
        values={},
        understood={"decimal": ","},
        lost={},
    ),
    read("scientific", text("time,a", *(f"{t},1.5E+03" for t in PLAIN)), values={"a": (1500.0,) * 3}),
    read("trailing delimiter", text("time,a,b,", *(f"{line}," for line in table(PLAIN)[1:])), columns_aside=("",)),
    read("title before the table", text("Export of plant 7", "", *table(PLAIN)), understood={"header_row": 3}),
    read("comments before the table", text("# made by x", "# on Monday", *table(PLAIN)), understood={"header_row": 3}),
)

HEADERS = (
    read(
        "no header",
        text(*table(PLAIN)[1:]),
        values={"sensor_1": AB["a"], "sensor_2": AB["b"]},
        understood={"header": False, "timestamp_column": "timestamp"},
    ),
    read(
        "no header, seconds since 1970",
        text("1704067200,1.5", "1704067500,2.5", "1704067800,3.5"),
        values={"sensor_1": AB["a"]},
        understood={"header": False, "timestamp_format": "epoch_s"},
    ),
    read("names that are numbers", text("time,1,2", *table(PLAIN)[1:]), values={"1": AB["a"], "2": AB["b"]}),
    read(
        "timestamp last",
        text("a,b,time", *(f"{a},{b},{t}" for t, a, b in zip(PLAIN, AB["a"], AB["b"], strict=True))),
        understood={"timestamp_column": "time"},
    ),
    read(
        "row numbers first",
        text(",time,a,b", *(f"{n},{line}" for n, line in enumerate(table(PLAIN)[1:]))),
        columns_aside=("",),
    ),
    read("spaces in names", text(" time ,  a ,b  ", *table(PLAIN)[1:])),
    read(
        "columns to ignore",
        text("time,a,b,ALARM ", *(f"{line},1" for line in table(PLAIN)[1:])),
        options={"ignore": (" alarm",)},
        columns_aside=("ALARM",),
    ),
    read(
        "a column of words",
        text(
            "time,a,pump",
            *(f"{t},{a},{w}" for t, a, w in zip(PLAIN * 1, AB["a"], ("ON", "OFF", "ON"), strict=True)),
            "2024-01-01 00:15,4.5,OFF",
        ),
        times=(*DAY, "2024-01-01T00:15:00Z"),
        values={"a": (1.5, 2.5, 3.5, 4.5), "pump": (1.0, 0.0, 1.0, 0.0)},
    ),
    read(
        "a column of remarks",
        text("time,a,remark", *(f"{t},{a},remark {a}" for t, a in zip(PLAIN, AB["a"], strict=True))),
        values={"a": AB["a"]},
        columns_aside=("remark",),
    ),
    read(
        "a second time column",
        text("time,a,stored", *(f"{t},{a},{t}" for t, a in zip(PLAIN, AB["a"], strict=True))),
        values={"a": AB["a"]},
        columns_aside=("stored",),
    ),
    read(
        "date and time apart",
        text("date,time,a,b", *(line.replace(" ", ",", 1) for line in table(PLAIN)[1:])),
        understood={"timestamp_column": "date", "time_column": "time"},
    ),
)

FORMATS = (
    read("ISO with T and Z", text(*table(tuple(t.replace(" ", "T") + "Z" for t in PLAIN)))),
    read("ISO with an offset", text(*table(tuple(f"2024-01-01T01:{m:02d}:00+01:00" for m in (0, 5, 10))))),
    read("ISO with a short offset", text(*table(tuple(f"2024-01-01 02:{m:02d}:00+0200" for m in (0, 5, 10))))),
    read("ISO with an hour's offset", text(*table(tuple(f"2024-01-01 02:{m:02d}:00+02" for m in (0, 5, 10))))),
    read(
        "ISO with fractions",
        text(*table(("2024-01-01 00:00:00.250", "2024-01-01 00:00:00.500", "2024-01-01 00:00:01"))),
        times=("2024-01-01T00:00:00.25Z", "2024-01-01T00:00:00.5Z", "2024-01-01T00:00:01Z"),
    ),
    read("minutes only", text(*table(tuple(t[:-3] for t in PLAIN)))),
    read(
        "hyphens everywhere",
        text(*table(tuple(t.replace(" ", "-").replace(":", "-") for t in PLAIN))),
        understood={"timestamp_format": "%Y-%m-%d-%H-%M-%S"},
    ),
    read("slashes, year first", text(*table(tuple(t.replace("-", "/") for t in PLAIN)))),
    read("compact", text(*table(tuple(t.replace("-", "").replace(":", "") for t in PLAIN)))),
    read("compact without a gap", text(*table(tuple("".join(c for c in t if c.isdigit()) for t in PLAIN)))),
    read("seconds since 1970", text(*table(("1704067200", "1704067500", "1704067800")))),
    read("seconds with a fraction", text(*table(("1704067200.0", "1704067500.0", "1704067800.0")))),
    read(
        "milliseconds",
        text(*table(("1704067200000", "1704067500000", "1704067800000"))),
        understood={"timestamp_format": "epoch_ms"},
    ),
    read("microseconds", text(*table(("1704067200000000", "1704067500000000", "1704067800000000")))),
    read(
        "nanoseconds",
        text(*table(("1704067200000000000", "1704067500000000000", "1704067800000000001"))),
        times=(*DAY[:2], "2024-01-01T00:10:00.000000001Z"),
    ),
    read(
        "month names",
        text(*table(("31-Jan-2024 00:00:00", "31-Jan-2024 00:05:00", "31-Jan-2024 00:10:00"))),
        times=tuple(t.replace("01-01", "01-31") for t in DAY),
    ),
    read(
        "am and pm",
        text(*table(("01/31/2024 11:55 AM", "01/31/2024 12:00 PM", "01/31/2024 01:00 PM"))),
        times=("2024-01-31T11:55:00Z", "2024-01-31T12:00:00Z", "2024-01-31T13:00:00Z"),
    ),
    read(
        "month first",
        text(*table(("01/31/2024 00:00:00", "02/01/2024 00:00:00", "02/02/2024 00:00:00"))),
        times=("2024-01-31T00:00:00Z", "2024-02-01T00:00:00Z", "2024-02-02T00:00:00Z"),
        understood={"timestamp_format": "%m/%d/%Y %H:%M:%S"},
    ),
    read(
        "day first",
        text(*table(("31/01/2024 00:00", "01/02/2024 00:00", "02/02/2024 00:00"))),
        times=("2024-01-31T00:00:00Z", "2024-02-01T00:00:00Z", "2024-02-02T00:00:00Z"),
        understood={"timestamp_format": "%d/%m/%Y %H:%M"},
    ),
    read(
        "day first with points",
        text(*table(("31.01.2024 00:00", "01.02.2024 00:00", "02.02.2024 00:00"))),
        times=("2024-01-31T00:00:00Z", "2024-02-01T00:00:00Z", "2024-02-02T00:00:00Z"),
    ),
    read(
        "an hour without minutes",
        text(*table(("06/01/14 00", "13/01/14 01", "14/01/14 02"))),
        times=("2014-01-06T00:00:00Z", "2014-01-13T01:00:00Z", "2014-01-14T02:00:00Z"),
        understood={"timestamp_format": "%d/%m/%y %H"},
    ),
    read(
        "either order means the same",
        text(*table(("05/05/2024 00:00", "05/05/2024 00:05", "05/05/2024 00:10"))),
        times=tuple(t.replace("01-01", "05-05") for t in DAY),
    ),
    read(
        "hours go on over the days",
        text("time,a", *(f"{day:02d}/02/2024 {hour:02d}:00,1.5" for day in (1, 2, 3) for hour in range(24))),
        times=tuple(f"2024-02-{day:02d}T{hour:02d}:00:00Z" for day in (1, 2, 3) for hour in range(24)),
        values={"a": (1.5,) * 72},
    ),
    read(
        "told day first",
        text(*table(("03/04/2024 00:00", "03/04/2024 00:05", "03/04/2024 00:10"))),
        options={"timestamp_format": "day-first"},
        times=tuple(t.replace("01-01", "04-03") for t in DAY),
    ),
    read(
        "told month first",
        text(*table(("03/04/2024 00:00", "03/04/2024 00:05", "03/04/2024 00:10"))),
        options={"timestamp_format": "month-first"},
        times=tuple(t.replace("01-01", "03-04") for t in DAY),
    ),
    read(
        "told a pattern",
        text(*table(("2024!01!01 00h00", "2024!01!01 00h05", "2024!01!01 00h10"))),
        options={"timestamp_format": "%Y!%m!%d %Hh%M"},
    ),
    read(
        "in a zone",
        text(*table(("2024-01-01 01:00", "2024-01-01 01:05", "2024-01-01 01:10"))),
        options={"time_zone": "Europe/Paris"},
        understood={"zone": "Europe/Paris"},
    ),
    read(
        "the hour that comes twice",
        text("time,a", "2024-10-27 01:30,1", "2024-10-27 02:30,2", "2024-10-27 02:30,3", "2024-10-27 03:30,4"),
        options={"time_zone": "Europe/Paris"},
        times=("2024-10-26T23:30:00Z", "2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z", "2024-10-27T02:30:00Z"),
        values={"a": (1.0, 2.0, 3.0, 4.0)},
    ),
    read(
        "the hour that never was",
        text("time,a", "2024-03-31 01:30,1", "2024-03-31 02:30,2", "2024-03-31 03:30,3"),
        options={"time_zone": "Europe/Paris"},
        times=("2024-03-31T00:30:00Z", "2024-03-31T01:30:00Z"),
        values={"a": (1.0, 3.0)},
        set_aside={"skipped_hour": 1},
    ),
)

ROWS = (
    read(
        "a short row", text(*table(PLAIN)[:2], "2024-01-01 00:02:00,9", *table(PLAIN)[2:]), set_aside={"wrong_width": 1}
    ),
    read(
        "a long row",
        text(*table(PLAIN)[:2], "2024-01-01 00:02:00,9,9,9", *table(PLAIN)[2:]),
        set_aside={"wrong_width": 1},
    ),
    read(
        "a repeated header",
        text(*table(PLAIN)[:2], table(PLAIN)[0], *table(PLAIN)[2:]),
        set_aside={"repeated_header": 1},
    ),
    read(
        "impossible times",
        text(
            *table(PLAIN)[:2],
            "2024-02-30 00:00:00,9,9",
            "2024-01-01 24:00:00,9,9",
            "2024-01-01 00:61:00,9,9",
            "soon,9,9",
            *table(PLAIN)[2:],
        ),
        set_aside={"impossible_time": 4},
    ),
    read(
        "a year far off",
        text(*table(PLAIN), "9999-12-31 00:00:00,9,9", "0001-01-01 00:00:00,9,9"),
        set_aside={"impossible_time": 2},
    ),
    read("no time", text(*table(PLAIN)[:2], ",9,9", "NaN,9,9", *table(PLAIN)[2:]), set_aside={"no_time": 2}),
    read("an empty row of delimiters", text(*table(PLAIN), ",,"), set_aside={"no_time": 1}),
    read(
        "repeated times",
        text(*table(PLAIN)[:2], "2024-01-01 00:05:00,9,9", *table(PLAIN)[2:]),
        set_aside={"duplicate_timestamp": 1},
    ),
    read("out of order", text(table(PLAIN)[0], table(PLAIN)[3], table(PLAIN)[1], table(PLAIN)[2])),
    read(
        "a last line cut in its time",
        text(*table(PLAIN), "2024-01-01 00:1", last=False),
        set_aside={"truncated_last_line": 1},
    ),
    read(
        "a last line cut before its last cell",
        text(*table(PLAIN), "2024-01-01 00:15:00,4.5", last=False),
        set_aside={"truncated_last_line": 1},
    ),
    read(
        "a last number cut",
        text(*table(PLAIN), "2024-01-01 00:15:00,4.5,40.", last=False),
        set_aside={"truncated_last_line": 1},
    ),
    read(
        "a last number cut to its whole part",
        text(*table(PLAIN), "2024-01-01 00:15:00,4.5,4", last=False),
        set_aside={"truncated_last_line": 1},
    ),
    read(
        "a last time cut, in the last column",
        text("a,time", *(f"{a},{t}" for a, t in zip(AB["a"], PLAIN, strict=True)), "9,2024-01-01 00:15:0", last=False),
        values={"a": AB["a"]},
        set_aside={"truncated_last_line": 1},
    ),
    read(
        "half a minute within",
        text(*table(PLAIN)[:2], "2024-01-01 00:0,9,9", "2024-01-01 00:01:3,9,9", *table(PLAIN)[2:]),
        set_aside={"impossible_time": 2},
    ),
    read(
        "a quote that does not close",
        text(*table(PLAIN)[:2], '2024-01-01 00:02:00,"9,9', *table(PLAIN)[2:]),
        set_aside={"open_quote": 1},
    ),
    read(
        "missing words",
        text("time,a,b", f"{PLAIN[0]},Bad Input,1", f"{PLAIN[1]},#N/A,--", f"{PLAIN[2]},3.5,OFF"),
        values={"a": (N, N, 3.5), "b": (1.0, N, N)},
    ),
    read(
        "own missing words",
        text("time,a,b", f"{PLAIN[0]},Wartung,1", f"{PLAIN[1]},2.5,2", f"{PLAIN[2]},3.5,3"),
        options={"missing_words": ("wartung",)},
        values={"a": (N, 2.5, 3.5), "b": (1.0, 2.0, 3.0)},
    ),
    read(
        "cells that are no numbers",
        text("time,a,b", f"{PLAIN[0]},1.5,1", f"{PLAIN[1]},2.5 bar,2", f"{PLAIN[2]},3..5,inf"),
        values={"a": (1.5, N, N), "b": (1.0, 2.0, N)},
        lost={"a": 2, "b": 1},
    ),
    read(
        "a decimal comma among points",
        text("time;a;b", f"{PLAIN[0]};1.5;1.0", f"{PLAIN[1]};2,5;2.0", f"{PLAIN[2]};3.5;3.0"),
        values={"a": (1.5, N, 3.5), "b": (1.0, 2.0, 3.0)},
        lost={"a": 1},
    ),
    read(
        "an empty column",
        text("time,a,b", *(f"{t},{a}," for t, a in zip(PLAIN, AB["a"], strict=True))),
        values={"a": AB["a"], "b": (N, N, N)},
    ),
)

REFUSED = (
    refused("empty", b"", "empty"),
    refused("only spaces", b"  \n\n", "empty"),
    refused("header only", text("time,a,b"), "header", "no rows"),
    refused("one column", text("time", *PLAIN), "single column"),
    refused("no time column", text("a,b", "1.5,2", "2.5,3"), "No column holds timestamps", "--timestamp-column"),
    refused("all text", text("the pump is well,", "and so is the motor,"), "No column holds timestamps"),
    refused("prose", text("The pump is well.", "So is the motor."), "single column"),
    refused("text beside times", text("time,a", *(f"{t},word {t}" for t in PLAIN)), "No column holds sensor values"),
    refused("binary", bytes(range(256)) * 20, "not a text"),
    refused("zip archive", b"PK\x03\x04" + bytes(100), "zip archive"),
    refused("every row of another width", text("time,a,b", *(f"{t},1,2,3" for t in PLAIN)), "3 names, 4 cells"),
    refused(
        "undecidable dates",
        text("time,a", "03/04/2024 00:00,1", "03/04/2024 00:05,2", "03/04/2024 00:10,3"),
        "2024-04-03 00:00 (day-first)",
        "2024-03-04 00:00 (month-first)",
        "--timestamp-format",
    ),
    refused(
        "undecidable days", text("time,a", *(f"{d:02d}/01/2024,1.5" for d in range(1, 10))), "day-first", "month-first"
    ),
    refused(
        "contradicting dates",
        text("time,a", "13/04/2024,1", "14/04/2024,2", "04/15/2024,3"),
        "row 4",
        "04/15/2024",
        "day/month/year",
    ),
    refused("the same name twice", text("time,a,a", *table(PLAIN)[1:]), "same name", "columns 2 and 3"),
    refused("no such timestamp column", text(*table(PLAIN)), '"when"', timestamp_column="when"),
    refused(
        "a pattern that fits nothing",
        text(*table(PLAIN)),
        "No row could be kept",
        timestamp_format="%d.%m.%Y",
        timestamp_column="time",
    ),
    refused("no such zone", text(*table(PLAIN)), "no time zone", time_zone="Mars/Base"),
    refused("no such encoding", text(*table(PLAIN)), "no text encoding", encoding="utf-99"),
    refused("a lost name", text("time,a", *table(PLAIN)[1:]), "2 names, 3 cells"),
)

FURTHER = (
    read("Excel's first line", text("sep=;", *table(PLAIN, ";")), understood={"delimiter": ";", "header_row": 2}),
    read(
        "thousands by spaces",
        text("time;a;b", *(f"{t};1 234,5;{b}" for t, b in zip(PLAIN, (10, 20, 30), strict=True))),
        values={"a": (1234.5,) * 3, "b": AB["b"]},
        understood={"decimal": ",", "thousands": " "},
    ),
    read(
        "thousands and millions",
        text("time;a", f"{PLAIN[0]};1,234,567", f"{PLAIN[1]};2,345", f"{PLAIN[2]};678"),
        values={"a": (1234567.0, 2345.0, 678.0)},
        understood={"decimal": ".", "thousands": ","},
    ),
    read(
        "three decimals after a comma",
        text("time;a", f"{PLAIN[0]};1,234", f"{PLAIN[1]};2,345", f"{PLAIN[2]};0,678"),
        values={"a": (1.234, 2.345, 0.678)},
        understood={"decimal": ",", "thousands": ""},
    ),
    read(
        "told that the comma separates thousands",
        text("time,a", f'{PLAIN[0]},"1,234"', f'{PLAIN[1]},"2,345"', f"{PLAIN[2]},678"),
        options={"decimal": "."},
        values={"a": (1234.0, 2345.0, 678.0)},
    ),
    read("a single row", text(*table(PLAIN)[:2]), times=DAY[:1], values={"a": (1.5,), "b": (10.0,)}),
    read(
        "seconds are left out where they are nought",
        text(*table(("2024-01-01 00:00", "2024-01-01 00:00:30", "2024-01-01 00:01"))),
        times=("2024-01-01T00:00:00Z", "2024-01-01T00:00:30Z", "2024-01-01T00:01:00Z"),
    ),
    read(
        "midnight is written as a date",
        text("time,a", "31/01/2024 23:00,1", "01/02/2024,2", "01/02/2024 01:00,3"),
        times=("2024-01-31T23:00:00Z", "2024-02-01T00:00:00Z", "2024-02-01T01:00:00Z"),
        values={"a": (1.0, 2.0, 3.0)},
    ),
    read(
        "two digits of the year first",
        text("time,a", *(f"24-01-{d} {h:02d}:00,1.5" for d in (30, 31) for h in range(24)), "24-02-01 00:00,1.5"),
        times=(*(f"2024-01-{d}T{h:02d}:00:00Z" for d in (30, 31) for h in range(24)), "2024-02-01T00:00:00Z"),
        values={},
        understood={"timestamp_format": "%y-%m-%d %H:%M"},
    ),
    read(
        "one impossible date among day-first ones",
        text("time,a", "28/02/14 00,1", "31/02/14 00,9", "01/03/14 01,2", "13/03/14 02,3"),
        times=("2014-02-28T00:00:00Z", "2014-03-01T01:00:00Z", "2014-03-13T02:00:00Z"),
        values={"a": (1.0, 2.0, 3.0)},
        set_aside={"impossible_time": 1},
    ),
    read("named tab", text(*table(PLAIN, "\t")), options={"delimiter": "tab"}),
    read("formula-like names", text("time,=1+1,@x", *table(PLAIN)[1:]), values={"=1+1": AB["a"], "@x": AB["b"]}),
    refused(
        "thousands or fractions",
        text("time,a", f'{PLAIN[0]},"1,234"', f'{PLAIN[1]},"2,345"'),
        '"1,234" is 1234 or 1.234',
        "--decimal",
    ),
    refused(
        "a second header of another order",
        text(*table(PLAIN), "time,b,a", *table(PLAIN)[1:]),
        "row 5",
        "second header",
        '"b"',
    ),
    refused("no value at all", text("time,a", *(f"{t},Bad" for t in PLAIN)), "No sensor has a single value"),
    refused(
        "a two-digit date of one day",
        text("time,a", *(f"06/01/14 {h:02d},1.5" for h in range(9))),
        "2014-01-06 00:00 (day-first)",
        "2014-06-01 00:00 (month-first)",
    ),
    refused("time of day alone", text("time,a", "00:00:00,1.5", "00:05:00,2.5"), "No column holds timestamps"),
    refused(
        "a pattern without a date",
        text(*table(PLAIN)),
        "--timestamp-format",
        timestamp_format="%H:%M",
        timestamp_column="time",
    ),
    refused("a codec that is no text", text(*table(PLAIN)), "no text encoding", encoding="base64"),
)

SHAPES = (
    refused(
        "a quote in the header that closes far below",
        text(
            'time,"a,b',
            *table(PLAIN)[1:],
            *table(PLAIN)[1:3],
            '2024-01-02 00:00:00,1.5,"2.5',
            *(f"2024-01-03 0{h}:00:00,{h}.5,1.0" for h in range(9)),
        ),
        "A quote does not close",
    ),
    refused(
        "several rows a day without the hour",
        text("time,a", *(f"2024-01-{d:02d},1.5" for d in (1, 1, 1, 2, 2, 2))),
        "4 of 6 rows have a time that another row has too",
    ),
    refused(
        "every sensor with its own times",
        text("t1,a,t2,b", *(f"{t},1.5,{t[:-2]}30,2.5" for t in PLAIN)),
        'Column "t2" holds other times',
        "--ignore",
    ),
    read(
        "every sensor with the same times",
        text("t1,a,t2,b", *(f"{t},{a},{t},{b}" for t, a, b in zip(PLAIN, AB["a"], AB["b"], strict=True))),
        columns_aside=("t2",),
    ),
    read("the same rows twice", text(*table(PLAIN), *table(PLAIN)[1:]), set_aside={"duplicate_timestamp": 3}),
    read(
        "two tables below each other",
        text(*table(PLAIN)[:2], "", *table(PLAIN)[:1], *table(PLAIN)[2:]),
        set_aside={"repeated_header": 1},
    ),
)

LONG = (
    read(
        "one value a row",
        text("time,sensor,value", *(f"{t},{s},{v[n]}" for n, t in enumerate(PLAIN) for s, v in AB.items())),
        understood={"sensor_column": "sensor", "value_column": "value"},
    ),
    read(
        "one value a row, sensor after sensor",
        text("Tag;Zeit;Wert", *(f"{s};{t};{v[n]}" for s, v in AB.items() for n, t in enumerate(PLAIN))),
        understood={"sensor_column": "Tag", "value_column": "Wert", "timestamp_column": "Zeit"},
    ),
    read(
        "one value a row at times of its own",
        text("time,tag,value", f"{PLAIN[0]},a,1.5", f"{PLAIN[1]},b,10", f"{PLAIN[2]},a,2.5"),
        values={"a": (1.5, N, 2.5), "b": (N, 10.0, N)},
    ),
    read(
        "one value a row of a single sensor",
        text("time,tag,value", *(f"{t},a,{a}" for t, a in zip(PLAIN, AB["a"], strict=True))),
        values={"a": AB["a"]},
    ),
    read(
        "one value a row with its unit and quality",
        text("time,tag,value,quality,unit", *(f"{t},a,{a},Good,bar" for t, a in zip(PLAIN, AB["a"], strict=True))),
        values={"a": AB["a"]},
        columns_aside=("quality",),
    ),
    read(
        "one value a row of numbered sensors",
        text("time,sensor_id,value", *(f"{t},{s},{s}.5" for t in PLAIN for s in (1, 2))),
        values={"1": (1.5, 1.5, 1.5), "2": (2.5, 2.5, 2.5)},
    ),
    read(
        "one value a row with words, repeats, gaps and a row without a sensor",
        text(
            "time,tag,value",
            *(f"{t},a,{a}" for t, a in zip(PLAIN, AB["a"], strict=True)),
            f"{PLAIN[0]},b,10",
            f"{PLAIN[2]},b,broken",
            f"{PLAIN[0]},b,11",
            f"{PLAIN[0]},,9",
        ),
        values={"a": AB["a"], "b": (11.0, N, N)},
        set_aside={"no_sensor": 1, "duplicate_timestamp": 1},
        lost={"b": 1},
    ),
    refused(
        "several machines in one table",
        text("time,machine,flow,level", *(f"{t},{m},1.5,2.5" for t in PLAIN for m in ("p1", "p2", "p3"))),
        'told apart by column "machine"',
        "flow, level",
    ),
    refused("no such sensor column", text(*table(PLAIN)), 'no column "tag"', sensor_column="tag"),
)

HISTORIANS = (
    read(
        "a column of values without a name",
        text("time,,b", *table(PLAIN)[1:]),
        values={"sensor": AB["a"], "b": AB["b"]},
    ),
    read(
        "units in a second header row",
        text("time;a;b", "[UTC];[bar];[°C]", *table(PLAIN, ";")[1:]),
        understood={"units_row": 2, "header_row": 1, "first_row": 3},
    ),
    read(
        "units below descriptions",
        text("time,a,b", "text,Discharge pressure,Motor speed", ",bar,rpm", *table(PLAIN)[1:]),
        understood={"units_row": 3, "first_row": 4},
    ),
    read("a unit and an empty unit", text("time,a,b", ",bar,", *table(PLAIN)[1:]), understood={"units_row": 2}),
    read(
        "a row of missing words below the names is no unit",
        text("time,a,b", "Bad,Bad,Bad", *table(PLAIN)[1:]),
        understood={"units_row": 0},
        set_aside={"no_time": 1},
    ),
    read(
        "comments between rows",
        text(*table(PLAIN)[:2], "# the pump was off", *table(PLAIN)[2:]),
        set_aside={"comment": 1},
    ),
    read(
        "days as Excel counts them",
        text(*table(("45292", "45292.0034722222", "45292.0069444444"))),
        understood={"timestamp_format": "excel"},
    ),
    read(
        "days as Excel counts them, cut to five digits",
        text(*table(("45292.00000", "45292.00347", "45292.00694"))),
        understood={"timestamp_format": "excel"},
    ),
    read(
        "days as Excel counts them with decimal commas",
        text(*table(("45292", "45292,0034722222", "45292,0069444444"), ";", comma=True)),
        understood={"timestamp_format": "excel", "decimal": ","},
    ),
    read(
        "days as Excel counts them in a zone",
        text(*table(("45292.0416666667", "45292.0451388889", "45292.0486111111"))),
        options={"time_zone": "Europe/Paris"},
    ),
    read(
        "whole days as Excel counts them",
        text(*table(("45292", "45293", "45294"), head="Date")),
        times=("2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z", "2024-01-03T00:00:00Z"),
    ),
    refused("seconds that run are no dates", text(*table(("40000", "40001", "40002"))), "No column holds timestamps"),
    read(
        "told the line of the names",
        text("plant,7,1", "time,a,b", *table(PLAIN)[1:]),
        options={"header_row": 2},
        understood={"header_row": 2},
    ),
    read(
        "told that there are no names",
        text(*table(PLAIN)[1:]),
        options={"header_row": 0},
        values={"sensor_1": AB["a"], "sensor_2": AB["b"]},
    ),
    refused("a line of the names that is none", text(*table(PLAIN)), "Line 9 holds no names", header_row=9),
    read(
        "told the column with the time of day",
        text("day,clock,a,b", *(line.replace(" ", ",", 1) for line in table(PLAIN)[1:])),
        options={"time_column": "clock"},
        understood={"time_column": "clock"},
    ),
    read(
        "told the mark of thousands",
        text("time;a", f"{PLAIN[0]};1,234", f"{PLAIN[1]};2,345", f"{PLAIN[2]};678"),
        options={"thousands": ","},
        values={"a": (1234.0, 2345.0, 678.0)},
    ),
    read(
        "ten minutes around the end of summer time",
        text(
            "time,a",
            *(f"2024-10-27 0{h}:{m}0,1.5" for h in (1, 2) for m in range(6)),
            *(f"2024-10-27 0{h}:{m}0,2.5" for h in (2, 3) for m in range(6)),
        ),
        options={"time_zone": "Europe/Paris"},
        times=(
            *(f"2024-10-26T23:{m}0:00Z" for m in range(6)),
            *(f"2024-10-27T0{h}:{m}0:00Z" for h in (0, 1, 2) for m in range(6)),
        ),
        values={"a": (1.5,) * 12 + (2.5,) * 12},
    ),
)

CASES = (*DIALECTS, *HEADERS, *FORMATS, *ROWS, *REFUSED, *FURTHER, *SHAPES, *LONG, *HISTORIANS)
