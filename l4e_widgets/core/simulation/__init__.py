"""The sample pump: a simulated machine with faults of known time and guilty sensors.

May import `core` only. Imported by `jobs`, `services`, tests and benchmarks.
"""
