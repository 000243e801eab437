"""The quality of a data set, as the library shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from l4e_widgets.core.quality import QualityReport
from l4e_widgets.services.showing import Shown

__all__ = ["ShownQuality"]


@dataclass(frozen=True, repr=False)
class ShownQuality(Shown, QualityReport):
    """A quality report that shows each sensor with its grade and the reasons, and then the warnings."""

    @classmethod
    def showing(cls, report: QualityReport) -> ShownQuality:
        """Return a report that shows itself.

        Parameters
        ----------
        report : QualityReport
            What was assessed.

        Returns
        -------
        ShownQuality
            The same content.
        """
        return cls(**{field.name: getattr(report, field.name) for field in fields(report)})

    def _lines(self) -> Sequence[tuple[str, str]]:
        """Return what to show."""
        grades = ((sensor.name, f"{sensor.grade}: {' '.join(sensor.reasons)}") for sensor in self.sensors)
        return (*grades, *(("Warning", warning) for warning in self.warnings))
