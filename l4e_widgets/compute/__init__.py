"""Where a job runs: starts the entry point of `jobs` as a process and imports no job body.

May import `storage` and `core`. Imported by `services`.
"""
