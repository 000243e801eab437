"""What several doors draw: arrays to SVG, HTML and text, and the one escaping helper.

May import `core`. Imported by `jobs`, `services`, `widgets` and `adapters`.
"""
