"""Benchmarks of the detection engine on public data and on the clock: ``python -m benchmarks.engine``."""
