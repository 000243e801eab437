"""What a user can do, one module per capability, with its rules and blockers.

May import `figures`, `compute`, `storage` and `core`. Imported by `widgets`, `adapters` and notebooks.
"""
