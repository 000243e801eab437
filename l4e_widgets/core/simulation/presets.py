"""Ready-made runs of the sample pump."""

from __future__ import annotations

from l4e_widgets.core.simulation.faults import Fault, FaultKind
from l4e_widgets.core.simulation.pump import PumpRecord, simulate_pump
from l4e_widgets.core.times import NS_PER_SECOND, to_ns

__all__ = ["sample_pump"]

_START = "2025-01-01"
_PLAN: tuple[tuple[FaultKind, float, float], ...] = (
    (FaultKind.BEARING_WEAR, 112.3, 119.1),
    (FaultKind.CAVITATION, 130.4, 130.75),
    (FaultKind.SEAL_LEAK, 146.2, 149.0),
    (FaultKind.SENSOR_DRIFT, 163.5, 169.5),
)


def sample_pump(seed: int = 0) -> PumpRecord:
    """Run the demo: 180 days at five minutes, sound for 112 days, with four faults after that.

    Parameters
    ----------
    seed : int
        Seed; the same one gives the same values.

    Returns
    -------
    PumpRecord
        51,840 rows; the faults are a bearing wear, a cavitation, a seal leak and a drift of the flow meter.
    """
    first = to_ns(_START)

    def moment(day: float) -> int:
        return first + round(day * 86_400) * NS_PER_SECOND

    faults = tuple(Fault(kind, moment(begin), moment(end)) for kind, begin, end in _PLAN)
    return simulate_pump(start=first, days=180, step_s=300, seed=seed, faults=faults)
