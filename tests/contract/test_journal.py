"""The journal of a long stage: what it gives back, and that no damage costs more than pieces."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import attrs
import numpy as np
import pytest

from vsat_core.contract.journal import Journal
from vsat_core.contract.threads import map_threads
from vsat_core.contract.workspace import Workspace


@attrs.frozen
class Said:
    text: str
    score: float
    times: tuple[tuple[int, int], ...] = ()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "key" / "pieces"


def written(path: Path, n: int = 3) -> bytes:
    """The file with pieces "0", "1", ... of a few bytes each."""
    journal = Journal.open(path)
    for i in range(n):
        journal.add(str(i), [i] * 5)
    journal.close()
    return path.read_bytes()


def pieces(path: Path) -> dict[str, list[int] | None]:
    journal = Journal.open(path)
    found = {name: journal.get(name, list[int]) for name in "0123"}
    journal.close()
    return found


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (3, int),
        ("so", str),
        ([(1, 2), (3, 4)], list[tuple[int, int]]),
        ([Said("no", -0.25, ((0, 5),)), Said("", 0.0)], list[Said]),
    ],
)
def test_values_come_back(path: Path, value, kind):
    journal = Journal.open(path)
    journal.add("it", value)
    assert journal.get("it", kind) == value and len(journal) == 1
    journal.close()
    assert Journal.open(path).get("it", kind) == value
    assert path.stat().st_mode & 0o077 == 0  # what was said is its user's alone


@pytest.mark.parametrize("shape", [(), (0, 3), (2, 3)])
@pytest.mark.parametrize("dtype", ["float32", ">i8", "bool"])
def test_arrays_come_back_to_the_bit(path: Path, shape: tuple[int, ...], dtype: str):
    array = np.array(np.random.default_rng(1).standard_normal(shape) * 9).astype(dtype)
    journal = Journal.open(path)
    journal.add("one", array)
    journal.add("several", [array, array.T])
    one, several = journal.get("one", np.ndarray), journal.get("several", list[np.ndarray])
    for found, expected in zip([one, *several], [array, array, array.T], strict=True):
        assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
        assert found.tobytes() == expected.tobytes()


def test_not_a_number_and_numbers_of_numpy_come_back(path: Path):
    journal = Journal.open(path)
    journal.add("nan", Said("?", np.float64("nan"), ((np.int64(1), 2),)))
    found = journal.get("nan", Said)
    assert found.score != found.score and found.times == ((1, 2),)


def test_what_is_not_there_or_of_another_kind_is_none(path: Path):
    journal = Journal.open(path)
    journal.add("it", [1, 2])
    assert journal.get("other", list[int]) is None
    assert journal.get("it", list[str]) is None
    assert journal.get("it", np.ndarray) is None
    with pytest.raises(TypeError, match=r"may hold arrays, texts, .*, not object"):
        journal.add("more", object())


def test_a_torn_tail_costs_the_last_piece_and_the_next_one_follows(path: Path):
    whole, before = written(path), len(written(path.with_name("two"), 2))
    for length in range(before, len(whole)):
        path.write_bytes(whole[:length])
        journal = Journal.open(path)
        journal.add("3", [9])
        journal.close()
        assert pieces(path) == {"0": [0] * 5, "1": [1] * 5, "2": None, "3": [9]}, length


def test_damage_ends_the_journal_where_it_is(path: Path):
    whole, first = written(path), len(written(path.with_name("one"), 1))
    for at in range(first, len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :])
        found = pieces(path)
        assert found["0"] == [0] * 5 and found["2"] is None, at


def test_a_foreign_file_is_an_empty_journal(path: Path):
    path.parent.mkdir()
    path.write_bytes(os.urandom(1000))
    assert not any(pieces(path).values()) and path.stat().st_size == 0


def test_one_owner_at_a_time(path: Path):
    first = Journal.open(path)
    assert Journal.open(path) is None
    first.close()
    assert Journal.open(path) is not None


def test_a_folder_that_refuses_gives_none(tmp_path: Path):
    (tmp_path / "file").touch()
    assert Journal.open(tmp_path / "file" / "pieces") is None


@pytest.mark.parametrize("taken", [0, 3, None])
def test_a_full_disk_ends_the_journal_and_not_the_run(
    path: Path, monkeypatch: pytest.MonkeyPatch, taken: int | None
):
    journal, write = Journal.open(path), os.pwrite
    journal.add("0", [0])

    def full(handle: int, data: bytes, at: int) -> int:
        if taken is None:
            raise OSError(28, "No space left on device")
        return write(handle, data[:taken], at)

    monkeypatch.setattr(os, "pwrite", full)
    journal.add("1", [1])
    monkeypatch.undo()
    journal.add("2", [2])  # space that came back is no reason to begin again
    journal.close()
    assert pieces(path) == {"0": [0], "1": None, "2": None, "3": None}


def test_several_threads_write_whole_pieces(path: Path):
    journal = Journal.open(path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: journal.add(str(i), np.full(1000, i)), range(200)))
    journal.close()
    journal = Journal.open(path)
    assert all((journal.get(str(i), np.ndarray) == i).all() for i in range(200))


def test_a_stage_computes_what_the_journal_lacks(path: Path):
    computed: list[int] = []

    def square(i: int) -> int:
        computed.append(i)
        return i * i

    for items in (range(4), range(6)):
        with Workspace(journal=lambda: Journal.open(path)) as run:
            kept = run.resumable(square, str, int)
            assert list(map_threads(kept, items, 2)) == [i * i for i in items]
    assert sorted(computed) == [0, 1, 2, 3, 4, 5]


def test_without_a_journal_a_stage_just_computes(path: Path):
    with Workspace() as run:
        assert run.resumable(abs, str, int) is abs
    with Workspace(journal=lambda: None) as run:
        assert run.resumable(abs, str, int) is abs


def test_a_journal_is_opened_once_and_closed_with_its_workspace(path: Path):
    with Workspace(journal=lambda: Journal.open(path)) as run:
        assert not path.exists()
        first, second = run.resumable(abs, "a{}".format, int), run.resumable(abs, "b{}".format, int)
        assert (first(-1), second(-2)) == (1, 2)
    assert first(-3) == 3  # a thread that was not waited for
    journal = Journal.open(path)
    assert [journal.get(name, int) for name in ("a-1", "b-2", "a-3")] == [1, 2, None]
