"""The statistic of rows, number by number as the documents write it."""

from __future__ import annotations

from math import log


def _log_norm(sizes):
    return 0.25 * log(sum(size**4 for size in sizes) / len(sizes) + 1e-30)


def naive_statistic(level, log_power, scale):
    """Larger of both channels' log norms in units of their spread."""
    level_sd, mean, power_sd, log_mean, log_sd = scale
    told = []
    for levels, powers in zip(level, log_power, strict=True):
        first = _log_norm([one / sd for one, sd in zip(levels, level_sd, strict=True)])
        off = [(one - middle) / sd for one, middle, sd in zip(powers, mean, power_sd, strict=True)]
        second = _log_norm([min(max(one, -1e3), 1e3) for one in off])
        told.append(log_sd[0] * max((first - log_mean[0]) / log_sd[0], (second - log_mean[1]) / log_sd[1]))
    return told


def naive_amplitude(residual, sd, raw_mean):
    """Unsmoothed amplitude, where only positive residuals were observed."""
    return [_log_norm([max(one, 0) / size for one, size in zip(row, sd, strict=True)]) - raw_mean for row in residual]
