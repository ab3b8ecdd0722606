"""Work on several threads: order, errors, and that a stop is seen at once."""

from __future__ import annotations

import threading

import pytest

from vsat_core.contract.threads import map_threads
from vsat_core.errors import Cancelled


def test_results_keep_the_order_of_the_items_and_errors_their_place():
    first = threading.Event()

    def work(i: int) -> int:
        if i == 0:
            first.wait(60)
        first.set()
        return 10 // (3 - i)

    results = map_threads(work, range(9), 2)
    assert [next(results) for _ in range(3)] == [3, 5, 10]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_a_stop_is_seen_while_a_batch_takes_long():
    ended, begun = threading.Event(), []

    def work(i: int) -> None:
        begun.append(i)
        ended.wait(60)

    def look() -> None:
        if len(begun) == 2:
            raise Cancelled("stopped by the user")

    with pytest.raises(Cancelled):
        list(map_threads(work, range(5), 2, look))
    ended.set()
    assert sorted(begun) == [0, 1]  # what had not begun never does
