"""What a job does, one module each; `python -m l4e_widgets.jobs <kind> <uri>` is the one entry point.

May import `figures`, `storage` and `core`. Imported by nothing: it runs in a process of its own.
"""
