"""Where bytes live: objects, typed documents, series and model artefacts.

May import `core`. Imported by `jobs`, `compute` and `services`.
"""
