"""Understanding a CSV from its bytes: encoding, delimiter, decimal mark, header, timestamps.

May import `core` only; it opens no file. Imported by `storage`, `jobs` and `services`.
"""
