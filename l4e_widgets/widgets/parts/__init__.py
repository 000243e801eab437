"""What pages share: the chart, the stylesheet, tables, progress.

May import `services`, `figures` and types of `core`. Imported by the pages.
"""
