"""Small ugly files with the expected reading or sentence of each; the generator imports nothing of the package."""
