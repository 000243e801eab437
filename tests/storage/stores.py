"""Every kind of store that there is; one more is one more line here, and the contract runs over it too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from l4e_widgets.storage.objects import LocalStore, ObjectStore

STORES: dict[str, Callable[[Path], ObjectStore]] = {"local": lambda folder: LocalStore(folder / "store")}
"""Makers of an empty store; each gets a folder of the test's own."""
