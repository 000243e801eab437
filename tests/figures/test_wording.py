"""Numbers, moments and sentences read as the design says."""

from __future__ import annotations

import pytest

from l4e_widgets.core.times import TimeRange
from l4e_widgets.figures.escape import escape, script_json
from l4e_widgets.figures.wording import (
    Deviation,
    EventFact,
    Pattern,
    answer_sentence,
    event_sentence,
    listed,
    moment_text,
    number_text,
    period_text,
    quantity_text,
    share_text,
    span_text,
)

SPAN = TimeRange.of("2026-11-24 04:10", "2026-11-24 09:30")


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1_051_200, 0, "1\u2009051\u2009200"),
        (1234.0, 0, "1234"),
        (12_345.0, 0, "12\u2009345"),
        (-0.25, None, "\u22120.25"),
        (-0.0001, 2, "0.00"),
        (3.0, None, "3"),
        (0.0, None, "0"),
        (float("nan"), None, "–"),
        (None, None, "–"),
        (1.2e300, None, "1.2·10³⁰⁰"),
        (3e-9, None, "3·10⁻⁹"),
    ],
)
def test_numbers(value: float | None, decimals: int | None, text: str) -> None:
    assert number_text(value, decimals) == text


def test_quantities_shares_and_lists() -> None:
    assert quantity_text(3.1, "bar") == "3.1 bar"
    assert quantity_text(None, "bar") == "–"
    assert [share_text(s) for s in (0.41, 0.001, 0.0, None)] == ["41 %", "under 1 %", "0 %", "–"]
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(["a", "b", "c", "d"]) == "a, b, c and 1 more"


def test_moments_and_spans() -> None:
    assert moment_text(SPAN.start) == "2026-11-24 04:10"
    assert moment_text(SPAN.start, "Europe/Berlin") == "2026-11-24 05:10"
    assert span_text(SPAN) == "Tue 2026-11-24 04:10–09:30 UTC"
    night = TimeRange.of("2026-11-24 22:00", "2026-11-25 03:00:20")
    assert span_text(night) == "Tue 2026-11-24 22:00 to Wed 2026-11-25 03:00:20 UTC"
    assert period_text(TimeRange.of("2026-01-01", "2026-03-04")) == "62 days"
    assert period_text(TimeRange.of("2025-06-24", "2026-11-24")) == "17 months"


@pytest.mark.parametrize(
    ("deviation", "told"),
    [
        (
            Deviation(sensor="flow", unit="l/s", amount=-3.1, others=28),
            "flow 3.1 l/s below what the other 28 sensors imply.",
        ),
        (Deviation(sensor="flow", amount=0.0123, others=1), "flow 0.012 above what the other sensor implies."),
        (Deviation(sensor="flow", amount=1234.5), "flow 1234 above what its own past implies."),
        (Deviation(sensor="flow", others=3), "flow does not fit what the other 3 sensors imply."),
        (Deviation(sensor="flow", amount=float("nan"), others=3), "flow does not fit what the other 3 sensors imply."),
        (Deviation(sensor="flow", pattern=Pattern.STUCK, others=3), "flow did not move for 5 h 20 min."),
        (Deviation(sensor="flow", pattern=Pattern.NOISY, ratio=3.24), "flow scattered 3.2 times as much as usual."),
        (Deviation(sensor="flow", pattern=Pattern.NOISY), "flow scattered more than usual."),
    ],
)
def test_an_event_is_a_sentence_that_can_be_repeated(deviation: Deviation, told: str) -> None:
    assert event_sentence(SPAN, deviation) == f"Tue 2026-11-24 04:10–09:30 UTC: {told}"


def test_the_answer() -> None:
    watched = TimeRange.of("2026-10-01", "2026-12-02")
    assert answer_sentence([], watched) == "No events in 62 days."
    short = EventFact(span=TimeRange.of("2026-10-05 01:00", "2026-10-05 02:00"), sensors=(("flow", 0.9),))
    long = EventFact(span=SPAN, sensors=(("pressure", 0.6), ("valve", 0.3), ("speed", 0.01)))
    assert answer_sentence([short, long], watched) == (
        "2 events in 62 days; the longest from 2026-11-24 04:10 to 2026-11-24 09:30 UTC; "
        "sensors most involved: pressure, valve and flow."
    )
    assert answer_sentence([short], watched) == (
        "1 event in 62 days, from 2026-10-05 01:00 to 2026-10-05 02:00 UTC; sensor most involved: flow."
    )


def test_no_text_can_become_markup() -> None:
    assert escape("<img src=x onerror=\"alert('1')\">\0\x01") == (
        "&lt;img src=x onerror=&quot;alert(&#x27;1&#x27;)&quot;&gt;"
    )
    assert "<" not in script_json({"</script>": "<!--&"})
    with pytest.raises(ValueError, match="JSON"):
        script_json(float("nan"))
