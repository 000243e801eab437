"""Detectors of PyOD with their defaults, where PyOD is installed."""

from __future__ import annotations

import warnings
from importlib import import_module
from importlib.util import find_spec

import numpy as np

__all__ = ["PyodModel", "pyod_is_here"]


def pyod_is_here() -> bool:
    """Tell whether PyOD can be imported."""
    return find_spec("pyod") is not None


class PyodModel:
    """One of PyOD's classes, named by module and class."""

    def __init__(self, module: str, name: str, **settings) -> None:
        self._made = getattr(import_module(f"pyod.models.{module}"), name)(**settings)

    def fit(self, z):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._made.fit(z)
        return self

    def score(self, z):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            score = self._made.decision_function(z)
        return np.nan_to_num(score, nan=np.inf, posinf=1e300)

    def shares(self, z):
        return None
