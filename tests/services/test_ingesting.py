"""Every row that comes in is kept, set aside with its reason, or a repeat; what is stopped leaves nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from l4e_widgets.core.errors import Canceled, DataError, L4EError
from l4e_widgets.jobs import append as append_module
from l4e_widgets.jobs import ingest as ingest_module
from l4e_widgets.services.adding import add_data
from l4e_widgets.services.context import Context
from l4e_widgets.services.datasets import dataset_record, read_rows
from l4e_widgets.services.jobs import cancel_job, list_jobs
from l4e_widgets.services.projects import create_project, list_projects
from l4e_widgets.services.verify import verify_project
from l4e_widgets.storage.layout import ProjectKeys
from tests.small import small_context

KEYS = ProjectKeys.of("pump")
LINES = {
    "wrong width": lambda minute, value: f"{stamp(minute)},{value},1,2",
    "no time": lambda _, value: f",{value}",
    "never": lambda _, value: f"2025-02-31 00:00,{value}",
}
FILES = st.lists(
    st.tuples(
        st.lists(
            st.tuples(st.integers(0, 999), st.integers(0, 99)), min_size=20, max_size=40, unique_by=lambda r: r[0]
        ),
        st.lists(st.tuples(st.sampled_from(sorted(LINES)), st.integers(0, 40)), max_size=4),
        st.integers(0, 4),
    ),
    min_size=2,
    max_size=3,
)


def stamp(minute: int) -> str:
    """Time of a minute of a day in January."""
    return f"2025-01-{1 + minute // 1440:02d} {minute // 60 % 24:02d}:{minute % 60:02d}"


def written(path: Path, rows: list[tuple[int, int]], bad: list[tuple[str, int]], repeats: int) -> int:
    """Write a CSV whose first rows come once more at the end, between lines that are no rows; how many lines it has."""
    rows += [(minute, value + 100) for minute, value in rows[:repeats]]
    lines = [f"{stamp(minute)},{value}" for minute, value in rows]
    for kind, place in bad:
        lines.insert(min(place, len(lines) - 1), LINES[kind](7, 5))
    path.write_text("\n".join(["time,flow", *lines]) + "\n")
    return len(lines)


@settings(max_examples=5, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(files=FILES)
def test_rows_in_are_rows_kept_and_rows_set_aside_over_files_and_additions(
    files: list[tuple[list[tuple[int, int]], list[tuple[str, int]], int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        context = small_context(Path(folder) / "workspace")
        paths = [Path(folder) / f"{number}.csv" for number in range(len(files))]
        counts = [written(path, *file) for path, file in zip(paths, files, strict=True)]
        expected = {minute: value for rows, _, _ in files[:-1] for minute, value in rows}
        create_project(context, "pump", paths[:-1])
        assert read_rows(context, "pump").values[:, 0].tolist() == [expected[minute] for minute in sorted(expected)]
        added, n_created = dict(files[-1][0]), len(expected)
        result = add_data(context, "pump", paths[-1]).result
        assert result["rows_added"] == len(added)
        assert result["rows_repeated"] == len(added.keys() & expected)
        assert result["values_replaced"] == sum(added[at] != expected[at] for at in added.keys() & expected)
        expected |= added
        assert read_rows(context, "pump").values[:, 0].tolist() == [expected[minute] for minute in sorted(expected)]
        reading = dataset_record(context, "pump").reading
        aside = {entry["reason"]: entry["count"] for entry in reading["set_aside"]}
        assert reading["rows_read"] == sum(counts) == reading["rows_kept"] + sum(aside.values())
        across = sum(len(dict(rows)) for rows, _, _ in files[:-1]) - n_created
        assert aside.get("duplicate_timestamp", 0) == across + sum(repeats for _, _, repeats in files)
        assert sum(aside.values()) == across + sum(len(bad) + repeats for _, bad, repeats in files)


def plain(path: Path, first: int, last: int) -> Path:
    """A CSV of a row a minute."""
    path.write_text("time,flow\n" + "".join(f"{stamp(minute)},{minute % 17}\n" for minute in range(first, last)))
    return path


def test_a_date_that_contradicts_all_others_stores_nothing(tmp_path: Path) -> None:
    context = small_context(tmp_path / "workspace")
    times = [f"{day:02d}/03/2023 {hour:02d}:00" for day in range(13, 29) for hour in range(24)]
    times[300] = "04/13/2023 10:00"
    (tmp_path / "late.csv").write_text("time,flow\n" + "".join(f"{time},{n}\n" for n, time in enumerate(times)))
    with pytest.raises(DataError, match="04/13/2023 10:00"):
        create_project(context, "pump", tmp_path / "late.csv")
    assert list_projects(context) == ()
    assert not context.store.exists(KEYS.project)
    create_project(context, "pump", plain(tmp_path / "x.csv", 0, 500))
    before = sorted(path for path in context.store.local_path(KEYS.series("main")).rglob("*"))
    with pytest.raises(DataError, match="04/13/2023 10:00"):
        add_data(context, "pump", tmp_path / "late.csv")
    assert sorted(path for path in context.store.local_path(KEYS.series("main")).rglob("*")) == before


def cancelling(context: Context, kind: str, real: Callable[..., object]) -> Callable[..., object]:
    """The same, but whoever waits for the job has it cancelled just before."""

    def act(*arguments: object, **named: object) -> object:
        cancel_job(context, KEYS, next(view.id for view in list_jobs(context, KEYS) if view.kind == kind))
        return real(*arguments, **named)

    return act


@pytest.mark.parametrize("step", ["open_told", "grade_clocks", "write_columns_series", "write_columns_detail"])
def test_a_cancelled_ingestion_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    (spare := tmp_path / "spare").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spare))
    context = small_context(tmp_path / "workspace")
    source = plain(tmp_path / "x.csv", 0, 5000)
    with monkeypatch.context() as patched:
        patched.setattr(ingest_module, step, cancelling(context, "ingest", getattr(ingest_module, step)))
        with pytest.raises(L4EError, match=r"cancel"):
            create_project(context, "pump", source)
    assert list_projects(context) == ()
    assert [path.name for path in spare.iterdir()] == []
    create_project(context, "pump", source)
    assert len(read_rows(context, "pump")) == 5000


@pytest.mark.parametrize("step", ["open_told", "append_columns", "grade_clocks"])
def test_a_cancelled_addition_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    context = small_context(tmp_path / "workspace")
    create_project(context, "pump", plain(tmp_path / "x.csv", 0, 500))
    series = context.store.local_path(KEYS.series("main"))
    before = sorted(path.name for path in series.iterdir())
    with monkeypatch.context() as patched:
        patched.setattr(append_module, step, cancelling(context, "append", getattr(append_module, step)))
        with pytest.raises((Canceled, L4EError), match=r"cancel"):
            add_data(context, "pump", plain(tmp_path / "y.csv", 400, 900))
    assert len(read_rows(context, "pump")) == 500
    assert sorted(path.name for path in series.iterdir()) == before
    assert verify_project(context, "pump").problems == ()
    assert add_data(context, "pump", tmp_path / "y.csv").result["rows"] == 900
