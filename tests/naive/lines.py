"""Lines and their cells counted character by character; imports nothing of the package."""

from __future__ import annotations


def naive_lines(text, delimiter):
    """For every line: its cells, delimiters inside quotes not counted, and whether a quote stays open."""
    measured = []
    for line in text.split("\n")[:-1]:
        inside, cells = False, 1
        for character in line:
            if character == '"':
                inside = not inside
            elif character == delimiter and not inside:
                cells += 1
        measured.append((cells, inside))
    return measured
