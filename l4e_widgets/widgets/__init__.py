"""The pages, one folder each: `model.py` holds state, `view.py` draws it.

May import `services`, `figures` and types of `core`. Imported by notebooks.
"""
