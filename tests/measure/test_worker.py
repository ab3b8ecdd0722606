"""The measuring worker against costs that are known beforehand."""

import numpy as np
import pytest

from tests._support.paths import TESTS
from vsat_core.engine.worker import Worker, WorkerFailed
from vsat_core.measure.cells import Cell, Limits, measure

PLUGIN = str(TESTS / "_support" / "planted.py")
OPENING = {"stage": "decode", "variant": "planted.baseline", "plugins": [PLUGIN]}
INPUTS = [{"source": PLUGIN}]


def opened(worker: Worker, **params: object) -> Worker:
    """The worker with the planted variant ready."""
    worker.ask("open", **OPENING, params=params)
    worker.ask("load", inputs=INPUTS)
    return worker


def planted(name: str, **params: object) -> Cell:
    return Cell.of_stage(name, {**OPENING, "params": params}, INPUTS)


def test_planted_sleep_is_reported():
    """A sleep can only be too long on a busy machine, so the shortest of several calls is held
    against the truth.
    """
    with Worker(threads=1) as worker:
        opened(worker, sleep_s=0.05)
        seconds = min(worker.ask("call")["seconds"] for _ in range(15))
    assert seconds == pytest.approx(0.05, rel=0.05)


def test_planted_burst_is_reported_and_not_inherited():
    """200 MB held for a moment are seen, while this process holds 600 MB that are not counted."""
    ballast = np.ones(600_000_000, np.uint8)
    with Worker(threads=1) as worker:
        opened(worker, burst_mb=200)
        worker.ask("call")
        reply = worker.ask("call", weigh=True)["memory"]
        peak = worker.peak_bytes
    assert ballast[-1] == 1
    assert peak - reply["before"] == pytest.approx(200e6, rel=0.05)
    assert reply["before"] < 500e6
    assert abs(reply["after"] - reply["before"]) < 10e6


def test_reading_a_memory_map_is_not_memory(tmp_path):
    """240 MB read block by block through a map do not count; the kernel's own mark beside it shows
    them.
    """
    path = tmp_path / "big.npy"
    np.save(path, np.ones(30_000_000))
    with Worker(threads=1) as worker:
        opened(worker, read=str(path))
        reply = worker.ask("call", weigh=True)["memory"]
        peak = worker.peak_bytes
    assert peak - reply["before"] < 20e6
    assert reply["high_water"] - reply["before"] > 200e6


@pytest.mark.parametrize(
    ("params", "limits", "kind", "said"),
    [
        ({"end": "segfault"}, {}, "crashed", "SIGSEGV"),
        ({"end": "hang"}, {"timeout_s": 1.5}, "timed out", "1.5 s"),
        ({"end": "raise"}, {}, "error", "ValueError: planted"),
        ({"burst_mb": 900}, {"memory_limit": 300_000_000}, "memory limit", "300 MB allowed"),
    ],
)
def test_a_failure_is_a_reason(params, limits, kind, said):
    """What happened to the worker is reported, again when a dead one is asked."""
    with Worker(threads=1, memory_limit=limits.get("memory_limit", 0)) as worker:
        opened(worker, **params)
        with pytest.raises(WorkerFailed) as caught:
            worker.ask("call", timeout_s=limits.get("timeout_s"))
        assert caught.value.failure.kind == kind
        assert said in caught.value.failure.reason
        if kind != "error":
            with pytest.raises(WorkerFailed) as again:
                worker.ask("call")
            assert again.value.failure == caught.value.failure


def test_unknown_variant_is_a_reason():
    """A cell that cannot even be opened is a result too."""
    opening = {**OPENING, "variant": "plantid.baseline"}
    results = measure([Cell.of_stage("x", opening, [])], Limits(rounds=1))
    assert "planted.baseline" in results["x"].failure.reason


def test_budget_stops_rounds_and_processes():
    """Five calls of 50 ms fit into 0.29 s, ten do not; a first call that is too long is the only
    one, and counts.
    """
    cells = [planted("long", sleep_s=0.05), planted("short", sleep_s=0.0)]
    results = measure(cells, Limits(rounds=3, processes=4, budget_s=0.29))
    assert 1 <= len(results["long"].calls) <= 5
    assert len(results["short"].calls) == 12
    alone = measure(cells[:1], Limits(rounds=3, processes=2, budget_s=0.001))["long"]
    assert alone.calls == [alone.first_s]
    assert any("--budget" in w for w in alone.warnings())
