"""Parts of the engine that can be switched off or replaced one at a time, without the engine knowing of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np

from l4e_widgets.core.detection.moments import Relations
from l4e_widgets.core.detection.relations import RelationDetector
from l4e_widgets.core.detection.rhythm import no_rhythm
from l4e_widgets.core.detection.standstill import no_standstill

__all__ = ["SWITCHES", "Switch", "switched"]

_CORE = "l4e_widgets.core.detection."
_OURS = "benchmarks.engine.peers.ours"


@dataclass(frozen=True)
class Switch:
    """One part that is switched off or replaced.

    `places` are the names to replace, each as `module:attribute` or `module:Class.attribute`, with what stands there
    instead. A function or constant that other modules import by name is named in each of them.
    """

    name: str
    places: tuple[tuple[str, Any], ...]


@contextmanager
def switched(switch: Switch) -> Iterator[None]:
    """Replace what a switch names for as long as the block runs.

    Raises
    ------
    AttributeError
        A name does not exist in the engine (any more); nothing is replaced then.
    """
    found = []
    for address, instead in switch.places:
        module, _, path = address.partition(":")
        *owners, name = path.split(".")
        holder: Any = import_module(module)
        for owner in owners:
            holder = getattr(holder, owner)
        found.append((holder, name, getattr(holder, name), instead))
    try:
        for holder, name, _, instead in found:
            setattr(holder, name, instead)
        yield
    finally:
        for holder, name, before, _ in found:
            setattr(holder, name, before)


def _at(names: str, instead: Any) -> tuple[tuple[str, Any], ...]:
    """Places of one attribute in several modules of the engine: `channels,scoring:CLIP`."""
    modules, _, attribute = names.partition(":")
    return tuple((f"{_CORE}{module}:{attribute}", instead) for module in modules.split(","))


def _one_channel(place):
    """Fusion that knows the level (0) or the variance (1) alone."""

    def fused_by(channels, scales):
        norms = import_module(f"{_CORE}channels").channel_norms
        return [
            scale.log_sd[0] * (norms(channels, scale)[place] - scale.log_mean[place]) / scale.log_sd[place]
            for scale in scales
        ]

    return fused_by


def _two_norm(squares):
    return 0.5 * np.log(squares.mean(axis=1) + 1e-15)


def _two_norm_of(fourth, size):
    return 0.5 * np.log(np.sqrt(fourth) @ (size**-2.0 / max(len(size), 1)) + 1e-15)


def _alone(mean, covariance, shrinkage):
    del shrinkage
    whole = np.eye(len(covariance))
    return Relations(mean, whole, whole)


def _in_sample(moments, n_folds, shrinkage):
    """Relations of all rows in place of those learned without each fold."""
    from_ = import_module(f"{_CORE}moments").relations_from
    _, mean, covariance = moments.covariance(np.ones(len(moments.sums), dtype=bool))
    whole = from_(mean, covariance, shrinkage)
    bounds = np.linspace(0, int(moments.cuts[-1]), n_folds + 1).round().astype(int)
    return [(int(first), int(last), whole) for first, last in pairwise(bounds)]


def _own_residual(level, level_sd, relations):
    del relations
    return np.log1p(np.square(level / level_sd)).astype(np.float32)


def _nothing_leans(observed, precision):
    del precision
    return np.zeros_like(observed)


_WIDE = 1e6

SWITCHES: tuple[Switch, ...] = (
    Switch("relations -> each sensor for itself", _at("moments,validation,fitting:relations_from", _alone)),
    Switch("smoothing off (alpha = 1)", ((f"{_OURS}:RelationDetector", partial(RelationDetector, alpha=1.0)),)),
    Switch("variance channel off", _at("channels,validation:fused_by", _one_channel(0))),
    Switch("level channel off", _at("channels,validation:fused_by", _one_channel(1))),
    Switch(
        "4-norm -> 2-norm", (*_at("channels:_log_norm_of", _two_norm_of), *_at("channels,scaling:log_norm", _two_norm))
    ),
    Switch("discount by n_eff off", _at("scaling:_WORTH", 0.0)),
    Switch("block-mean term off", _at("scaling:_fold_mean_power", lambda values, _: np.zeros(values.shape[1]))),
    Switch("tail factor off", _at("scaling:tail_factor", lambda size: np.ones(size.shape[1]))),
    Switch(
        "clip off",
        (*_at("channels,fitting,scoring:CLIP", _WIDE), *_at("channels:_HIGHEST_LOG", float(np.log(_WIDE**2)))),
    ),
    Switch("anomalies in training stay", _at("fitting:_GROSS_ROUNDS", 0)),
    Switch("release per episode off", _at("events:_released", lambda _s, _r, first, stop, _t, _rules: [(first, stop)])),
    Switch("recentring off", _at("scoring:Scorer._recentre", lambda *_: None)),
    Switch("refit on coarser record off", ((f"{_OURS}:_PRECISION", "is never told"),)),
    Switch(
        "floor by rounding off",
        _at("fitting:_rounding_sd", lambda columns, *_: np.zeros(len(columns.modelled))),
    ),
    Switch("rhythm by the clock off", _at("fitting:learn_rhythm", lambda z, *_: no_rhythm(z.shape[1]))),
    Switch(
        "limit on repeats off",
        _at("relations:learn_standstill", lambda training, _: no_standstill(training.n_sensors)),
    ),
    Switch("scales of folds off", _at("fitting:_FEW_ROWS", 0)),
    Switch(
        "M step for missing values off", _at("moments:unseen_spread", lambda _, precision: np.zeros_like(precision))
    ),
    Switch("care for filled neighbours off", _at("validation,scoring:leaning", _nothing_leans)),
    Switch("line and scales in-sample", _at("fitting:fold_relations", _in_sample)),
    Switch("one cutting into folds, not five", _at("fitting:_FOLDS", (7,))),
    Switch("shrinkage fixed at 0.01", _at("validation:SHRINKAGES", (0.01,))),
    Switch("line: 1.3 x highest off", _at("calibration:_MARGIN", float("inf"))),
    Switch("shares: repair -> own residual", _at("sharing:repair_gain", _own_residual)),
)
