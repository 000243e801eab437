"""What historians, loggers and spreadsheets export, with what a careful person reads; written before the reader ran."""

from __future__ import annotations

from tests.ugly.cases import AB, DAY, PLAIN, Ugly, read, refused, table, text

T13 = ("2024-01-13T00:00:00Z", "2024-01-13T00:05:00Z", "2024-01-13T00:10:00Z")
GERMAN = ("13.01.2024 00:00:00", "13.01.2024 00:05:00", "13.01.2024 00:10:00")
US = ("1/13/2024 12:00:00 AM", "1/13/2024 12:05:00 AM", "1/13/2024 12:10:00 AM")
A3, B3 = ("1.5", "2.5", "3.5"), ("10", "20", "30")


def rows(stamps: tuple[str, ...], line: str) -> list[str]:
    """One line for each stamp, with t, a, b and the same with decimal commas x, y filled in."""
    return [
        line.format(t=t, a=a, b=b, x=a.replace(".", ","), y=b + ",0") for t, a, b in zip(stamps, A3, B3, strict=True)
    ]


def long(stamps: tuple[str, ...], line: str) -> list[str]:
    """Two lines for each stamp: tag n and value v (w with a decimal comma)."""
    return [
        line.format(t=t, n=name, v=value, w=value.replace(".", ","))
        for t, a, b in zip(stamps, A3, B3, strict=True)
        for name, value in (("a", a), ("b", b))
    ]


NOT_NEEDED = "is not needed"

EXPORTS: tuple[Ugly, ...] = (
    read(
        "InfluxDB annotated CSV",
        text(
            "#group,false,false,false,false,true",
            "#datatype,string,long,dateTime:RFC3339,double,string",
            "#default,_result,,,,",
            ",result,table,_time,_value,_field",
            *(
                f",,0,{t}Z,{a},a"
                for t, a in zip(("2024-01-01T00:00:00", "2024-01-01T00:05:00", "2024-01-01T00:10:00"), A3, strict=True)
            ),
            *(
                f",,1,{t}Z,{b},b"
                for t, b in zip(("2024-01-01T00:00:00", "2024-01-01T00:05:00", "2024-01-01T00:10:00"), B3, strict=True)
            ),
        ),
        options={"sensor_column": "_field", "value_column": "_value"},
        columns_aside=("", "result", "table"),
    ),
    read("Grafana, joined by time", text('"Time","a","b"', *rows(PLAIN, '"{t}",{a},{b}'))),
    read("Grafana, with Excel's first line", text("sep=,", '"Time","a","b"', *rows(PLAIN, "{t},{a},{b}"))),
    read(
        "Grafana, milliseconds",
        text('"Time";"a";"b"', "1704067200000;1.5;10", "1704067500000;2.5;20", "1704067800000;3.5;30"),
    ),
    read(
        "PI DataLink, a state among numbers",
        text(
            "Timestamp,a,b",
            *rows(("13-Jan-24 00:00:00", "13-Jan-24 00:05:00", "13-Jan-24 00:10:00"), "{t},{a},{b}"),
            "13-Jan-24 00:15:00,I/O Timeout,40",
        ),
        times=(*T13, "2024-01-13T00:15:00Z"),
        values={"a": (1.5, 2.5, 3.5, None), "b": (10.0, 20.0, 30.0, 40.0)},
        lost={"a": 1},
    ),
    read(
        "Wonderware, long with quality beside",
        text("DateTime,TagName,Value,QualityDetail", *long(PLAIN, "{t},{n},{v},192")),
        columns_aside=("QualityDetail",),
    ),
    read(
        "WinCC flexible, long with a running number of days",
        text(
            '"VarName";"TimeString";"VarValue";"Validity";"Time_ms"',
            *(
                f'"{n}";"{t}";{v};1;{ms}'
                for t, ms, vs in zip(
                    GERMAN,
                    ("45304000000,000", "45304003472,222", "45304006944,444"),
                    (("1,5", "10"), ("2,5", "20"), ("3,5", "30")),
                    strict=True,
                )
                for n, v in zip(("a", "b"), vs, strict=True)
            ),
        ),
        times=T13,
        columns_aside=("Validity", "Time_ms"),
    ),
    refused(
        "Java's way of writing a time, with the name of a zone",
        text(
            "t_stamp,a,b",
            *rows(
                ("Sat Jan 13 00:00:00 CET 2024", "Sat Jan 13 00:05:00 CET 2024", "Sat Jan 13 00:10:00 CET 2024"),
                "{t},{a},{b}",
            ),
        ),
        "time",
    ),
    refused(
        "LabVIEW, seconds since the start",
        text("X_Value,a,b", "0.000000,1.5,10", "0.100000,2.5,20", "0.200000,3.5,30"),
        "time",
    ),
    read("German Excel", text("Zeitstempel;a;b", *rows(GERMAN, "{t};{x};{y}")), times=T13, understood={"decimal": ","}),
    read(
        "German Excel, thousands with points",
        text("Zeit;a", "13.01.2024 00:00;1.234,5", "13.01.2024 00:05;2.234,5", "13.01.2024 00:10;12.234,5"),
        times=T13,
        values={"a": (1234.5, 2234.5, 12234.5)},
        understood={"decimal": ",", "thousands": "."},
    ),
    read(
        "French Excel, thin spaces between thousands",
        text(
            "Horodatage;a",
            "13/01/2024 00:00;1\u202f234,5",
            "13/01/2024 00:05;2\u202f234,5",
            "13/01/2024 00:10;12\u202f234,5",
        ),
        times=T13,
        values={"a": (1234.5, 2234.5, 12234.5)},
    ),
    read(
        "French Excel, hard spaces, Latin-1",
        text(
            "Horodatage;débit",
            "13/01/2024 00:00;1\u00a0234,5",
            "13/01/2024 00:05;2\u00a0234,5",
            "13/01/2024 00:10;3\u00a0234,5",
            encoding="latin-1",
        ),
        times=T13,
        values={"débit": (1234.5, 2234.5, 3234.5)},
    ),
    read("US Excel, am and pm", text("Date,a,b", *rows(US, "{t},{a},{b}")), times=T13),
    read(
        "noon and midnight in twelve hours",
        text("Date,a", "1/13/2024 11:59 AM,1", "1/13/2024 12:00 PM,2", "1/13/2024 11:59 PM,3", "1/14/2024 12:00 AM,4"),
        times=("2024-01-13T11:59:00Z", "2024-01-13T12:00:00Z", "2024-01-13T23:59:00Z", "2024-01-14T00:00:00Z"),
        values={"a": (1.0, 2.0, 3.0, 4.0)},
    ),
    read(
        "am and pm with points",
        text("Date,a,b", *rows(tuple(t.replace("AM", "a.m.") for t in US), "{t},{a},{b}")),
        times=T13,
    ),
    read(
        "quality beside each value",
        text("time,a,a quality,b,b quality", *rows(PLAIN, "{t},{a},Good,{b},Good")),
        columns_aside=("a quality", "b quality"),
    ),
    read(
        "OPC logger, numbers of quality",
        text("time,a,b,q", *rows(PLAIN, "{t},{a},{b},192")),
        values={**AB, "q": (192.0, 192.0, 192.0)},
    ),
    read(
        "descriptions in a second row",
        text("time,a,b", "Date and time,Pump discharge flow,Tank level", *rows(PLAIN, "{t},{a},{b}")),
        set_aside={"impossible_time": 1},
    ),
    read(
        "units in a second row", text("time,a,b", ",m3/h,bar", *rows(PLAIN, "{t},{a},{b}")), understood={"units_row": 2}
    ),
    read(
        "a sum below the rows",
        text("time,a,b", *rows(PLAIN, "{t},{a},{b}"), "Total,7.5,60"),
        set_aside={"impossible_time": 1},
    ),
    read(
        "an average without a name below the rows",
        text("time,a,b", *rows(PLAIN, "{t},{a},{b}"), ",2.5,20"),
        set_aside={"no_time": 1},
    ),
    read(
        "the number of rows below the rows",
        text("time,a,b", *rows(PLAIN, "{t},{a},{b}"), "(3 rows affected)"),
        set_aside={"wrong_width": 1},
    ),
    read("a delimiter behind each line", text("time;a;b;", *rows(PLAIN, "{t};{a};{b};")), columns_aside=("",)),
    read("quotes around some cells", text('time,"a",b', *rows(PLAIN, '{t},"{a}",{b}'))),
    read(
        "quotes in some lines alone",
        text("time,a,b", f'"{PLAIN[0]}","1.5","10"', f"{PLAIN[1]},2.5,20", f'"{PLAIN[2]}",3.5,"30"'),
    ),
    read(
        "mark, separator line and decimal comma",
        text("\ufeffsep=;", "time;a;b", *rows(PLAIN, "{t};{x};{y}")),
        understood={"delimiter": ";"},
    ),
    read(
        "a comma before the fraction of a second",
        text("time;a;b", *rows(tuple(f"{t},000" for t in PLAIN), "{t};{x};{y}")),
    ),
    read(
        "a comma before the fraction, commas between quoted cells",
        text("time,a,b", *rows(tuple(f"{t},000" for t in PLAIN), '"{t}",{a},{b}')),
    ),
    read(
        "month names in words",
        text(
            "time,a,b",
            *rows(("13 January 2024 00:00:00", "13 January 2024 00:05:00", "13 January 2024 00:10:00"), "{t},{a},{b}"),
        ),
        times=T13,
    ),
    read(
        "US month names with a comma",
        text(
            "time;a;b",
            *rows(("Jan 13, 2024 00:00:00", "Jan 13, 2024 00:05:00", "Jan 13, 2024 00:10:00"), "{t};{a};{b}"),
        ),
        times=T13,
    ),
    read(
        "the day of the week before the date",
        text(
            "time;a;b", *rows(("Sat 13/01/2024 00:00", "Sat 13/01/2024 00:05", "Sat 13/01/2024 00:10"), "{t};{a};{b}")
        ),
        times=T13,
    ),
    refused(
        "weeks of ISO",
        text("time,a,b", *rows(("2024-W02-6T00:00", "2024-W02-6T00:05", "2024-W02-6T00:10"), "{t},{a},{b}")),
        "time",
    ),
    refused(
        "days of the year",
        text("time,a,b", *rows(("2024-013T00:00", "2024-013T00:05", "2024-013T00:10"), "{t},{a},{b}")),
        "time",
    ),
    refused(
        "German month names",
        text("time;a;b", *rows(("13. März 2024 00:00", "13. März 2024 00:05", "13. März 2024 00:10"), "{t};{a};{b}")),
        "time",
    ),
    read(
        "the repeated hour with a zone on each line",
        text(
            "time,a",
            "2024-10-27 02:30:00+02:00,1",
            "2024-10-27 02:45:00+02:00,2",
            "2024-10-27 02:30:00+01:00,3",
            "2024-10-27 02:45:00+01:00,4",
        ),
        times=("2024-10-27T00:30:00Z", "2024-10-27T00:45:00Z", "2024-10-27T01:30:00Z", "2024-10-27T01:45:00Z"),
        values={"a": (1.0, 2.0, 3.0, 4.0)},
    ),
    read(
        "Siemens, date and time of day apart",
        text(
            "Datum;Uhrzeit;a;b",
            *rows(("13.01.2024;00:00:00", "13.01.2024;00:05:00", "13.01.2024;00:10:00"), "{t};{x};{y}"),
        ),
        times=T13,
    ),
    read(
        "Honeywell PHD, confidence beside the value, long",
        text("Tagname\tTimeStamp\tValue\tConfidence", *long(GERMAN, "{n}\t{t}\t{v}\t100")),
        times=T13,
        columns_aside=("Confidence",),
    ),
    read(
        "a preamble of keys and values",
        text("Export:,Plant 7", "User:,smith", "From:,2024-01-01", "", "time,a,b", *rows(PLAIN, "{t},{a},{b}")),
    ),
    read("percent signs behind the numbers", text("time,a,b", *rows(PLAIN, "{t},{a}%,{b}%")), values={}, lost={}),
    read("units behind the numbers", text("time;a;b", *rows(PLAIN, "{t};{a} bar;{b} m3/h")), values={}, lost={}),
    read("a plus before the numbers", text("time,a,b", *rows(PLAIN, "{t},+{a},+{b}"))),
    read(
        "minus as its own sign",
        text("time,a", f"{PLAIN[0]},\u22121.5", f"{PLAIN[1]},\u22122.5", f"{PLAIN[2]},3.5"),
        values={"a": (-1.5, -2.5, 3.5)},
    ),
    read(
        "apostrophes between thousands",
        text("time;a", f"{PLAIN[0]};1'234.5", f"{PLAIN[1]};2'234.5", f"{PLAIN[2]};12'234.5"),
        values={"a": (1234.5, 2234.5, 12234.5)},
    ),
    read(
        "an hour of 24",
        text("time,a", "2024-01-01 23:55,1.5", "2024-01-01 24:00,2.5", "2024-01-02 00:05,3.5"),
        times=("2024-01-01T23:55:00Z", "2024-01-02T00:05:00Z"),
        values={"a": (1.5, 3.5)},
        set_aside={"impossible_time": 1},
    ),
    read(
        "one byte of zero in a row",
        text(*table(PLAIN)) + b"2024-01-01 00:15:00,4\x005,40\n2024-01-01 00:20:00,5.5,50\n",
        times=(*DAY, "2024-01-01T00:20:00Z"),
        values={"a": (1.5, 2.5, 3.5, 5.5)},
        set_aside={"zero_byte": 1},
    ),
)
