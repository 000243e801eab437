from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from l4e_widgets.core.errors import L4EError
from l4e_widgets.core.reading import ReadingOptions
from l4e_widgets.storage.source_blocks import open_blocks
from tests.ugly.cases import CASES, Ugly

SEEDS = [case for case in CASES if len(case.data) < 4000]
LETTERS = b',;\t|"\n\r 0159-:./aZ#\\\x00\xff'
LONGEST_S = 5.0


def mutated(case: Ugly, chance: random.Random) -> bytes:
    """The file with one to six pieces cut out, put in, changed, repeated or cut off."""
    data = bytearray(case.data)
    for _ in range(chance.randint(1, 6)):
        data = data or bytearray(b"x")
        place, kind = chance.randrange(len(data)), chance.randrange(5)
        if kind == 0:
            del data[place : place + chance.randint(1, 5)]
        elif kind == 1:
            data[place:place] = bytes([chance.choice(LETTERS)])
        elif kind == 2:
            data[place] = chance.randrange(256)
        elif kind == 3:
            data = data[:place]
        else:
            other = chance.randrange(len(data))
            data[place:place] = data[other : other + chance.randint(1, 40)]
    return bytes(data)


def _read_all(path: Path, count: int, seed: int) -> int:
    chance, n_read = random.Random(seed), 0
    for _ in range(count):
        case = chance.choice(SEEDS)
        path.write_bytes(mutated(case, chance))
        started = time.monotonic()
        try:
            with open_blocks([path], ReadingOptions(**case.options)) as blocks:
                report = blocks.report
                assert sum(len(frame) for frame in blocks.frames()) == report.n_rows
        except L4EError:
            continue
        finally:
            assert time.monotonic() - started < LONGEST_S, (case.name, path.read_bytes())
        n_read += 1
        assert report.rows_read == report.rows_kept + sum(entry.count for entry in report.set_aside), case.name
    return n_read


def test_a_sample_of_mutated_files_ends_in_a_reading_or_a_sentence(tmp_path: Path) -> None:
    assert _read_all(tmp_path / "m.csv", 300, seed=11) > 50


@pytest.mark.soak
def test_ten_thousand_mutated_files_end_in_a_reading_or_a_sentence(tmp_path: Path) -> None:
    assert _read_all(tmp_path / "m.csv", 10_000, seed=12) > 1000
