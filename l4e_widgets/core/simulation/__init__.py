"""The sample pump: a simulated machine with faults of known time and guilty sensors.

May import `core` only. Imported by `jobs`, `services`, tests and benchmarks.
"""

from l4e_widgets.core.simulation.faults import Fault, FaultKind, InjectedFault
from l4e_widgets.core.simulation.presets import sample_pump
from l4e_widgets.core.simulation.pump import PumpRecord, simulate_pump

__all__ = ["Fault", "FaultKind", "InjectedFault", "PumpRecord", "sample_pump", "simulate_pump"]
