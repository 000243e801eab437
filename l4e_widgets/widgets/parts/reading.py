"""What was understood of files, drawn: pairs with their change, doubts, the question of the reader, rows."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets
import numpy as np

from l4e_widgets.core.times import minute_text
from l4e_widgets.figures.wording import count_text, number_text
from l4e_widgets.services.looking import Asked, SourceLook
from l4e_widgets.widgets.parts.blocks import Column, banner, button, choice, empty_place, table
from l4e_widgets.widgets.parts.column_decimals import column_decimals
from l4e_widgets.widgets.parts.events import answered
from l4e_widgets.widgets.parts.glyphs import glyph
from l4e_widgets.widgets.parts.markup import Html, Part, element, together
from l4e_widgets.widgets.parts.panel import Panel
from l4e_widgets.widgets.parts.reading_model import FIELDS, Choice, ReadingModel

__all__ = ["Reading"]

MAIN = 7
DRAWN = ["sources", "look", "is_reading", "changing", "error", "defect"]
ROWS_DRAWN = ["look", "shown"]
WIDTH = 96
"""Characters of the table of rows that fit beside the form at 1280 pixels."""
NO_FILE = "A time in the first column, one number per sensor after it. What is understood of it is shown here."
ANSWERS = {
    "day-first": "Day first",
    "month-first": "Month first",
    "year-first": "Year first",
    ".": "Decimal point",
    ",": "Decimal comma",
}


class Reading:
    """What was understood of files, as widgets of a page.

    Parameters
    ----------
    model : ReadingModel
        Its state.
    """

    def __init__(self, model: ReadingModel) -> None:
        self.model = model
        self._head = Panel(self._chosen)
        self._rows = Panel(self._chosen)
        model.observe(self._draw, names=DRAWN)
        model.observe(self._draw_rows, names=ROWS_DRAWN)
        self._draw()
        self._draw_rows()

    @property
    def parts(self) -> list[ipywidgets.Widget]:
        """Its widgets from top to bottom."""
        return [self._head, self._rows]

    def close(self) -> None:
        """Look at the files no more; the widgets are closed by their page."""
        self.model.unobserve(self._draw, names=DRAWN)
        self.model.unobserve(self._draw_rows, names=ROWS_DRAWN)
        self.model.close()

    def _chosen(self, act: str, value: str) -> None:
        model = self.model
        field, _, said = value.partition(":")
        actions: dict[str, Callable[[], None]] = {
            "change": lambda: model.open_change(value),
            "use": lambda: model.change(value, model.typed),
            "find": lambda: model.change(value, ""),
            "leave-out": lambda: model.change("ignore", value),
            "answer": lambda: model.answer(field, said),
            "rows": lambda: model.set_trait("shown", value),
        }
        if act == "typed":
            model.typed = value
        elif act.startswith("choose-"):
            answered(model, lambda: model.change(act.removeprefix("choose-"), value))
        elif act in actions:
            answered(model, actions[act])

    def _draw(self, _: object = None) -> None:
        model = self.model
        if not model.sources:
            self._head.show(element("h2.l4e-h2", "What was understood"), empty_place("No file yet", NO_FILE))
            return
        title = element(
            "div.l4e-row.base",
            element("h2.l4e-h2", "What was understood"),
            element("span.l4e-2.l4e-s", "reading …" if model.is_reading else "nothing is stored yet", role="status"),
        )
        question = model.question
        self._head.show(
            title,
            banner(model.error or model.defect),
            _question(question) if question else None,
            element("div.l4e-pairs", [self._pair(one) for one in model.choices[:MAIN]]),
            self._columns() if model.changing == "columns" else None,
            _doubts(model),
            self._more(),
        )

    def _pair(self, one: Choice) -> Html:
        """One thing understood, with its change."""
        is_open = bool(one.field) and one.field == self.model.changing
        name = element("span.k", one.title)
        if is_open and one.field != "columns":
            return element("div.l4e-pair.open", name, self._editor(one))
        sign = glyph("warning", tone="warn") if one.is_doubtful else None
        words = "Done" if is_open else "Change"
        change = element(
            "button.l4e-a",
            words,
            type="button",
            data_act="change",
            data_value=one.field,
            aria_label=f"{words}: {one.title}",
        )
        hint = element("span.l4e-3.l4e-s", "chosen when training")
        value = element("span.v.l4e-cut", one.value, title=one.more or one.value)
        return element("div.l4e-pair", name, value, sign, element("span.l4e-grow"), change if one.field else hint)

    def _editor(self, one: Choice) -> Html:
        """What a thing can be changed with."""
        title, offered = FIELDS[one.field]
        parts: list[Part] = []
        if offered:
            chosen = one.said if one.said in offered else ""
            options = [element("option", "as found", value="", selected=not chosen or None)]
            options += [element("option", ANSWERS.get(o, o), value=o, selected=o == chosen or None) for o in offered]
            parts.append(element("select.l4e-in", options, data_act=f"choose-{one.field}", aria_label=title))
        if not offered or one.field in ("timestamp_format", "delimiter"):
            hint = {
                "timestamp_format": "or %d.%m.%Y %H:%M",
                "delimiter": "or one character",
                "time_zone": "Europe/Berlin",
                "missing_words": "words, with commas",
            }.get(one.field, "as found")
            parts.append(
                element(
                    "input.l4e-in",
                    type="text",
                    value=one.said if one.said not in offered else "",
                    placeholder=hint,
                    data_act="typed",
                    aria_label=f"{title}, typed",
                    spellcheck="false",
                )
            )
            parts.append(button("Use it", "use", one.field, kind="small"))
        if one.said and not offered:
            parts.append(button("As found", "find", one.field, kind="small quiet"))
        parts.append(button("Close", "change", one.field, kind="small quiet"))
        return element("span.l4e-row.l4e-editor", parts)

    def _columns(self) -> Html:
        """Columns to leave out or to take back."""
        buttons = [
            element(
                "button.l4e-btn.small",
                element("span.l4e-cut", name),
                glyph("cross" if taken else "check", size=10),
                class_="" if taken else "quiet",
                type="button",
                data_act="leave-out",
                data_value=name,
                aria_label=f"{'Leave out' if taken else 'Take back'} {name}",
            )
            for name, taken in self.model.columns
        ]
        words = element("p.l4e-2.l4e-s", "A cross leaves a column out, a tick takes it back.")
        return element("div.l4e-columns", words, element("div.l4e-row.l4e-wrap.l4e-toggles", buttons))

    def _more(self) -> Html | None:
        """Choices that seldom matter, and everything the reader has to tell."""
        others = self.model.choices[MAIN:]
        if not others:
            return None
        lines = [element("li", words) for words in self.model.sentences]
        is_open = any(one.field == self.model.changing for one in others)
        return element(
            "details.l4e-more",
            element("summary", "More of what was understood"),
            element("div.l4e-pairs", [self._pair(one) for one in others]),
            element("ul", lines),
            open=is_open,
        )

    def _draw_rows(self, _: object = None) -> None:
        look = self.model.look if self.model.sources else None
        if look is None:
            self._rows.show()
            return
        shown = self.model.shown if look.written is not None else "understood"
        ways = [("file", "As in the file"), ("understood", "As understood, UTC")]
        more = f"{look.first.name}, " if look.n_files > 1 else ""
        self._rows.show(
            element(
                "div.l4e-row.base.l4e-sec",
                element("h2.l4e-h2", "First and last rows"),
                element("span.l4e-2.l4e-s.l4e-cut", f"{more}{'second line: the sensor' if shown == 'file' else ''}"),
                element("span.l4e-grow"),
                choice("rows", ways if look.written is not None else ways[1:], shown, label="Rows"),
            ),
            element("div.l4e-across", _written(look) if shown == "file" else _as_understood(look), tabindex=0),
        )


def _question(asked: Asked) -> Html:
    """A question of the reader: every reading of the same cells beside each other, the likelier last."""
    question, tried = asked.question, asked.tried
    meanings = {reading.value: reading.meanings for reading in question.readings}
    columns = [Column("In the file"), *(Column(ANSWERS.get(one.value, one.value)) for one in tried)]
    rows = [
        element(
            "tr",
            element("td.l4e-mono", cell),
            [element("td", meanings[one.value][place]) for one in tried],
        )
        for place, cell in enumerate(question.cells)
    ]
    told = [
        element(
            "span.l4e-row.l4e-s",
            glyph("warning", tone="warn") if one.jumps or one.step_s is None else glyph("done", tone="normal"),
            element("span", element("b.l4e-b", f"{ANSWERS.get(one.value, one.value)}: "), one.sentence),
        )
        for one in tried
    ]
    buttons = [
        button(
            ANSWERS.get(one.value, one.value),
            "answer",
            f"{question.option}:{one.value}",
            kind="primary" if one.value == asked.likeliest else "",
        )
        for one in tried
    ]
    title = {"timestamp_format": "Which comes first: day or month?", "decimal": "Is this mark a decimal mark?"}
    words = f"{question.where}. {question.about}" if question.where else question.about
    return element(
        "div.l4e-dialog.l4e-asked",
        element("h2.l4e-h2", title.get(question.option, "How is this to be read?")),
        element("p.l4e-2", words),
        table(columns, rows, label="Readings of the same cells"),
        element("div.l4e-row.l4e-wrap.l4e-told", told),
        element(
            "div.l4e-row.l4e-wrap",
            element("span.l4e-2.l4e-s", "can be changed until it is stored"),
            element("span.l4e-grow"),
            buttons,
        ),
        role="group",
        aria_label="A question about your file",
    )


def _doubts(model: ReadingModel) -> Html | None:
    """What is worth a look."""
    items = [
        element(
            "div.l4e-row.base",
            glyph("warning", tone="warn"),
            element("div", element("b.l4e-b.l4e-warn-ink", doubt.title), element("p.l4e-2.l4e-s", doubt.words)),
        )
        for doubt in model.doubts
    ]
    return element("div.l4e-doubts", items) if items else None


def _written(look: SourceLook) -> Html:
    """Rows as they stand in the file, under the sensor that each column becomes."""
    rows = look.written
    if rows is None:
        return together()
    known = look.first.understanding
    sensors = {sensor.name for sensor in look.first.first.sensors}
    width = max((len(row) for row in (rows.names, *rows.first)), default=0)
    names = [rows.names[place] if place < len(rows.names) else f"column {place + 1}" for place in range(width)]
    fits = _fitting([max(len(row[p]) if p < len(row) else 0 for row in (names, *rows.first)) for p in range(width)])
    shown = names[:fits]
    times = {known.timestamp_column, known.time_column, "" if rows.names else "column 1"}
    becomes = [
        "timestamp" if name.strip() in times else name.strip() if name.strip() in sensors else "set aside"
        for name in shown
    ]
    if known.sensor_column or not rows.names:
        becomes = [word if word == "timestamp" else "" for word in becomes]
    tones = ["l4e-becomes-aside" if word == "set aside" else "l4e-becomes" for word in becomes]
    heads = [
        element("tr", [element("th", name, class_="" if p == 0 else "l4e-num") for p, name in enumerate(shown)]),
        element(
            "tr",
            [
                element("th", word, class_=f"{tone}{'' if p == 0 else ' l4e-num'}")
                for p, (word, tone) in enumerate(zip(becomes, tones, strict=True))
            ],
        ),
    ]
    body = [_cells(row, fits) for row in rows.first]
    if rows.last:
        body += [_between(look, fits), *(_cells(row, fits) for row in rows.last)]
    note = element("p.l4e-2.l4e-s", f"and {count_text(width - fits, 'column')} more") if width > fits else None
    return together(
        element(
            "table.l4e-t.raw.tight",
            element("thead", heads),
            element("tbody", body),
            aria_label="Rows as in the file",
        ),
        note,
    )


def _cells(row: tuple[str, ...], count: int) -> Html:
    """One row as it stands in the file."""
    cells = [row[place] if place < len(row) else "" for place in range(count)]
    return element("tr", [element("td", cell, class_="" if p == 0 else "l4e-num") for p, cell in enumerate(cells)])


def _between(look: SourceLook, count: int) -> Html:
    """What lies between the first and the last rows."""
    report = look.first.report
    more = report.rows_read - 2 * len(look.written.first if look.written else ())
    words = f"{count_text(more, 'more row')}" if look.first.whole and more > 0 else "more rows"
    return element("tr", element("td.l4e-2.l4e-between-rows", words, colspan=count))


def _as_understood(look: SourceLook) -> Html:
    """Rows as they are understood."""
    first, last = look.first.first, look.first.last
    fits = max(_fitting([16, *(max(len(sensor.name), 8) for sensor in first.sensors)]) - 1, 1)
    shown = first.sensors[:fits]
    columns = [Column("timestamp, UTC"), *(Column(sensor.name, "l4e-num") for sensor in shown)]

    digits = [column_decimals(first.values[:, place]) for place in range(len(shown))]

    def rows_of(times: np.ndarray, values: np.ndarray) -> list[Html]:
        return [
            element(
                "tr",
                element("td", minute_text(int(moment))),
                [element("td.l4e-num", number_text(float(v), d)) for v, d in zip(row, digits, strict=False)],
            )
            for moment, row in zip(times, values, strict=True)
        ]

    body = rows_of(first.timestamps, first.values)
    if last is not None and len(last):
        body += [_between(look, len(columns)), *rows_of(last.timestamps, last.values)]
    more = len(first.sensors) - len(shown)
    note = element("p.l4e-2.l4e-s", f"and {count_text(more, 'sensor')} more") if more > 0 else None
    return together(table(columns, body, label="Rows as understood", classes="raw tight"), note)


def _fitting(lengths: list[int]) -> int:
    """Number of columns that fit; at least two where there are two."""
    left, count = WIDTH, 0
    for length in lengths:
        left -= length + 3
        if left < 0 and count > 1:
            break
        count += 1
    return count
