"""What all tests share: seeded hypothesis, the real data, a workspace of their own, and skips that count in CI."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

SKIPS_THAT_FAIL = {"browser": "L4E_NO_SKIP_BROWSER", "real_data": "L4E_NO_SKIP_DATA"}

settings.register_profile(
    "suite", derandomize=True, deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("soak", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("soak" if os.environ.get("L4E_SOAK") else "suite")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where the environment promises that what the test needs is there."""
    report = yield
    if not report.skipped or hasattr(report, "wasxfail"):
        return report
    for marker, variable in SKIPS_THAT_FAIL.items():
        if item.get_closest_marker(marker) and os.environ.get(variable):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            report.outcome = "failed"
            report.longrepr = f'{variable} is set, so this {marker} test must run, but it was skipped: "{reason}"'
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests counted, such as the instants at which they killed a program."""
    reports = terminalreporter.getreports("passed")
    lines = sorted(str(value) for report in reports for name, value in report.user_properties if name == "counted")
    if lines:
        terminalreporter.section("counts")
        for line in lines:
            terminalreporter.line(line)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep every test away from the user's own workspace and credentials."""
    monkeypatch.setenv("L4E_WORKSPACE", str(tmp_path_factory.getbasetemp() / "default-workspace"))
    monkeypatch.delenv("AWS_PROFILE", raising=False)


@pytest.fixture
def tmp_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty workspace folder of the test's own, which is also the default one while the test runs."""
    workspace = tmp_path / "workspace"
    monkeypatch.setenv("L4E_WORKSPACE", str(workspace))
    return workspace


@pytest.fixture(scope="session")
def bench_data() -> Path:
    """The folder of public measurements; mark tests that use it with `real_data`."""
    named = os.environ.get("L4E_BENCH_DATA")
    if not named:
        pytest.skip("real data is absent: L4E_BENCH_DATA is not set")
    folder = Path(named)
    if not folder.is_dir():
        pytest.skip(f"real data is absent: L4E_BENCH_DATA names {folder}, which is no folder")
    return folder


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser that tests marked `browser` drive."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        found = shutil.which(name)
        if found:
            return found
    pytest.skip('no Chromium or Chrome was found; "make chromium" installs it where that can be done')
