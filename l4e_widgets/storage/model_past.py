"""What lies behind a stored model: its rows, its past for any budget, and the rows of an event to score again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from l4e_widgets.core.detection.alike import Signatures, signatures
from l4e_widgets.core.detection.events import EventSpan
from l4e_widgets.core.detection.recount import Past
from l4e_widgets.core.detection.repair import LEAD_ROWS, EventRows
from l4e_widgets.core.errors import DataError, NotFound, StorageError
from l4e_widgets.core.frame import SensorFrame
from l4e_widgets.core.times import TimeRange
from l4e_widgets.storage.arrays import from_npz, to_npz
from l4e_widgets.storage.documents import Documents
from l4e_widgets.storage.layout import ModelKeys
from l4e_widgets.storage.model_reader import ModelReader
from l4e_widgets.storage.model_rows import model_rows
from l4e_widgets.storage.rows_on_disk import laid_on_disk, model_blocks

__all__ = ["event_rows", "make_signatures", "model_frame", "normal_rows", "past_of", "read_signatures"]


def model_frame(reader: ModelReader, start: int | None = None, end: int | None = None) -> SensorFrame:
    """Rows of `[start, end)` as a model sees them, none of them scored.

    Parameters
    ----------
    reader : ModelReader
        The model.
    start, end : int, optional
        Nanoseconds UTC; open where absent.

    Returns
    -------
    SensorFrame
        (n_rows, n_sensors) at the model's sampling rate.
    """
    digits, step_s = reader.stored.record.digits, reader.dataset.median_step_s
    return model_rows(reader.series, reader.request, step_s=step_s, digits=digits, start=start, end=end)


def _rows(reader: ModelReader, first: int, last: int) -> SensorFrame:
    """Return the rows `[first, last)` of a model."""
    times = reader.stored.track.timestamps
    frame = model_frame(reader, int(times[first]), int(times[last - 1]) + reader.step_ns)
    return SensorFrame(frame.timestamps[: last - first], frame.values[: last - first], frame.sensors)


def past_of(reader: ModelReader, span: TimeRange | None = None) -> Past:
    """Stored statistic of a stretch, ready to be counted at any budget.

    Parameters
    ----------
    reader : ModelReader
        The model.
    span : TimeRange, optional
        `[start, end)`; the evaluation range where absent, all rows where there is none.

    Returns
    -------
    Past
        With the labels that reach into it.
    """
    track = reader.stored.track
    chosen = span or reader.request.evaluation_range
    whole = chosen or TimeRange(int(track.timestamps[0]), int(track.timestamps[-1]) + 1)
    first, last = (int(row) for row in np.searchsorted(track.timestamps, [whole.start, whole.end]))
    return Past(
        timestamps=track.timestamps[first:last],
        statistic=track.statistic[first:last],
        release=track.release[first:last],
        step_s=reader.request.sampling_rate_s,
        calibration=reader.stored.calibration,
        labels=tuple(label for label in reader.judged_labels if label.overlaps(whole)),
    )


def normal_rows(reader: ModelReader, budget: float | None = None) -> npt.NDArray[np.bool_]:
    """Mark the rows that lie outside of every event, label and excluded stretch.

    Parameters
    ----------
    reader : ModelReader
        The model.
    budget : float, optional
        False alarms a month; the budget in force where absent.

    Returns
    -------
    (n_rows,) bool
        Of all rows of the model.
    """
    times = reader.stored.track.timestamps
    normal = (reader.prediction(budget) == 0) & np.isfinite(reader.stored.track.statistic)
    for stretch in (*reader.request.labels, *reader.request.exclude):
        normal &= ~((times >= stretch.start) & (times < stretch.end))
    return np.asarray(normal)


def event_rows(reader: ModelReader, event: EventSpan) -> EventRows:
    """Rows of an event with a run-up and the state before them, from the nearest stored state.

    Parameters
    ----------
    reader : ModelReader
        The model.
    event : EventSpan
        Its row numbers count from the first row of the model.

    Returns
    -------
    EventRows
        To be scored again.
    """
    track = reader.stored.track
    begin = max(event.first_row - LEAD_ROWS, 0)
    place = int(np.searchsorted(track.checkpoint_rows, begin, side="right")) - 1
    first = int(track.checkpoint_rows[place])
    frame = _rows(reader, first, event.last_row_exclusive)
    state = track.checkpoints[place]
    walked = begin - first
    detector = reader.stored.detector
    if walked:
        state = detector.score(
            frame.values[:walked], timestamps=frame.timestamps[:walked], state=state, explain=False
        ).state
    return EventRows(detector, frame.values[walked:], frame.timestamps[walked:], state, event.first_row - begin)


def read_signatures(documents: Documents, keys: ModelKeys) -> Signatures | None:
    """Stored signatures of a model's history, None where they have not been made or are damaged.

    Parameters
    ----------
    documents : Documents
        Where they lie.
    keys : ModelKeys
        Keys of the model.

    Returns
    -------
    Signatures or None
        As they were stored.
    """
    try:
        return Signatures.from_arrays(from_npz(documents.store.read(keys.signatures), where=keys.signatures))
    except (NotFound, DataError, StorageError):
        return None


def make_signatures(documents: Documents, keys: ModelKeys, reader: ModelReader) -> Signatures:
    """Make and store the signatures of a model's whole history.

    Parameters
    ----------
    documents : Documents
        Where they go.
    keys : ModelKeys
        Keys of the model.
    reader : ModelReader
        The model.

    Returns
    -------
    Signatures
        Of all rows.
    """
    track = reader.stored.track
    digits, step_s = reader.stored.record.digits, reader.dataset.median_step_s
    n_rows, end = len(track.timestamps), int(track.timestamps[-1]) + reader.step_ns
    start = int(track.timestamps[0])
    blocks = model_blocks(reader.series, reader.request, step_s=step_s, digits=digits, start=start, end=end)
    with laid_on_disk(blocks, documents.store.local_path(keys.root)) as frame:
        made = signatures(
            reader.stored.detector,
            frame.values[:n_rows],
            frame.timestamps[:n_rows],
            step_ns=reader.step_ns,
            states=track.checkpoints,
            state_rows=track.checkpoint_rows,
        )
    documents.store.write(keys.signatures, to_npz(made.to_arrays()))
    return made
