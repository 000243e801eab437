"""A skip counts as a failure where the environment promises that what the test needs is there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.house.sources import ROOT

SUITE = """
import pytest

@pytest.mark.browser
def test_browser():
    pytest.skip("no browser here")

@pytest.mark.real_data
def test_data(bench_data):
    assert False, "never reached"

def test_plain():
    pytest.skip("for a reason of its own")
"""


@pytest.mark.parametrize(
    ("promised", "counted"),
    [
        ({}, "3 skipped"),
        ({"L4E_NO_SKIP_BROWSER": "1", "L4E_NO_SKIP_DATA": "1"}, "1 failed, 1 skipped, 1 error"),
    ],
)
def test_promised_tests_may_not_be_skipped(tmp_path, promised, counted):
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path / "conftest.py")
    (tmp_path / "test_suite.py").write_text(SUITE, encoding="utf-8")
    environment = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | {
        name: value for name, value in os.environ.items() if not name.startswith(("L4E_", "PYTEST_"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore", "."],
        cwd=tmp_path, env={**environment, **promised}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert counted in done.stdout.splitlines()[-1]
    assert (done.returncode == 0) == (not promised)
