"""A recording belongs to one process at a time, and to another one when that has ended."""

import os
import signal
import subprocess
import sys
import threading
import time

import msgspec
import pytest

from vsat_core.executors import claims as module
from vsat_core.executors.claims import FOLDER, Claims, Owner

OTHER = """
import sys, time
from pathlib import Path
from vsat_core.executors.claims import Claims
claims = Claims(Path(sys.argv[1]))
print("yes" if claims.take("a") else "no", flush=True)
time.sleep(600)
"""


@pytest.fixture
def out(tmp_path):
    return tmp_path


def file_of(out):
    (path,) = (out / ".vsat" / FOLDER).glob("*.claim")
    return path


def test_one_process_at_a_time(out):
    with Claims(out) as one, Claims(out) as other:
        claim = one.take("a")
        assert claim and other.take("a") is None and other.take("b")
        one.release(claim)
        assert other.take("a")
    assert not (out / ".vsat" / FOLDER).exists(), "nothing is left"


def test_many_threads_of_which_one_gets_it(out):
    taken, start = [], threading.Barrier(8)
    every = [Claims(out) for _ in range(8)]

    def work(claims):
        start.wait()
        for _ in range(20):
            if claim := claims.take("a"):
                taken.append(1)
                assert len(taken) == 1, "two have it"
                taken.pop()
                claims.release(claim)

    threads = [threading.Thread(target=work, args=(claims,)) for claims in every]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for claims in every:
        claims.__exit__()


def test_a_killed_process_gives_its_claim_back(out):
    command = [sys.executable, "-c", OTHER, str(out)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stdout.readline() == "yes\n"
        with Claims(out) as claims:
            assert claims.take("a") is None
            process.send_signal(signal.SIGKILL)
            process.wait()
            assert claims.take("a")


def of_another_machine(out, age_s, lease_s=60.0):
    """The claim of a machine whose processes cannot be asked, last renewed so long ago."""
    with Claims(out) as claims:
        claims.take("a")
        path = file_of(out)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.encode(Owner("a", "elsewhere", "other", 1, True, lease_s)))
    os.utime(path, (time.time() - age_s, time.time() - age_s))


@pytest.mark.parametrize(("age_s", "free"), [(50, False), (70, True)])
def test_a_machine_that_renews_no_more_loses_its_claim(out, age_s, free):
    of_another_machine(out, age_s)
    with Claims(out) as claims:
        assert (claims.take("a") is not None) is free


@pytest.mark.parametrize(("age_s", "free"), [(0, False), (70, True)])
def test_a_claim_that_says_nothing_counts_until_its_lease_is_over(out, age_s, free):
    of_another_machine(out, age_s)
    path = file_of(out)
    path.write_bytes(b"")
    os.utime(path, (time.time() - age_s, time.time() - age_s))
    with Claims(out) as claims:
        assert (claims.take("a") is not None) is free


def test_without_locks_the_lease_decides(out, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(module, "_locks", lambda handle: False)
        with Claims(out) as one, Claims(out) as other:
            assert one.take("a") and other.take("a") is None
            os.utime(file_of(out), (1, 1))
            assert other.take("a")
            assert one.take("a") is None


def test_a_claim_that_was_taken_away_is_not_given_back(out):
    with Claims(out) as one, Claims(out) as other:
        claim = one.take("a")
        assert claim
        file_of(out).unlink()
        assert other.take("a")
        one.release(claim)
        assert one.take("a") is None, "the file of the other one is still there"


def test_claims_are_renewed(out):
    with Claims(out, lease_s=0.2) as claims:
        assert claims.take("a")
        os.utime(file_of(out), (1, 1))
        deadline = time.monotonic() + 60
        while file_of(out).stat().st_mtime < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert file_of(out).stat().st_mtime > 2
