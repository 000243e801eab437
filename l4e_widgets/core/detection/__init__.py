"""Detectors, their calibration, the events and their explanation.

May import `core` only. Imported by `jobs`, `services` and `widgets` (types).
"""
