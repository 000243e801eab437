"""Tests that hold the house: direction of imports, names, docstrings, documentation."""
