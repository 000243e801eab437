"""Temporary folders are gone in any case: after use, after an error, and after a death at the next use."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from l4e_widgets.storage.temporary_folder import remove_abandoned, temporary_folder

HOLD = """
import sys, time
from pathlib import Path
from l4e_widgets.storage.temporary_folder import temporary_folder
with temporary_folder("l4e-test-", Path(sys.argv[1])) as place:
    (place / "columns").write_bytes(b"x" * 1000)
    print(place, flush=True)
    sys.stdin.read()
"""


def test_nothing_is_left_after_use_or_an_error(tmp_path: Path) -> None:
    with temporary_folder("l4e-test-", tmp_path) as place:
        (place / "file").write_bytes(b"x")
        assert remove_abandoned("l4e-test-", tmp_path) == 0
    with pytest.raises(ZeroDivisionError), temporary_folder("l4e-test-", tmp_path):
        _ = 1 / 0
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_program_that_lives_stays_and_that_of_a_dead_one_goes(tmp_path: Path) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    held = Path(other.stdout.readline().strip())
    with temporary_folder("l4e-test-", tmp_path):
        assert (held / "columns").exists()
    os.kill(other.pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    other.communicate(timeout=30)
    assert held.is_dir()
    (tmp_path / "l4e-test-of-someone").mkdir()
    with temporary_folder("l4e-test-", tmp_path):
        assert not held.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["l4e-test-of-someone"]
