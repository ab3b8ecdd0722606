"""The queue is what its file says, whatever becomes of the process."""

import json
from pathlib import Path

import pytest

pytest.importorskip("starlette")
from vsat_core.page import job_queue
from vsat_core.page.job_queue import JobQueue, new_job
from vsat_core.page.replies import Refused


@pytest.fixture
def file(tmp_path):
    return tmp_path / "own" / "queue.json"


def states(queue):
    return [job.state for job in queue.all()]


def test_a_killed_server_goes_on_where_it_was(file):
    queue = JobQueue(file)
    queue.add([new_job(Path("/a.wav"), "default", "de", 2), new_job(Path("/b.wav"))])
    job = queue.take()
    queue.progress(job, "embed", 0.5, 12.0)
    again = JobQueue(file)  # without any farewell of the first
    assert states(again) == ["waiting", "waiting"]
    taken = again.take()
    assert (taken.path, taken.profile, taken.language, taken.num_speakers) == (
        ("/a.wav", "default", "de", 2)
    )
    assert (taken.share, taken.stage) == (0.0, "")


def test_what_is_over_stays_over(file):
    queue = JobQueue(file)
    first, second = queue.add([new_job(Path("/a.wav")), new_job(Path("/b.wav"))])
    queue.end(queue.take(), "failed", "/a.wav: is no sound")
    queue.end(queue.take(), "done", recording="3")
    again = JobQueue(file)
    assert states(again) == ["failed", "done"]
    assert again.all()[0].error == "/a.wav: is no sound" and again.all()[1].recording == "3"
    for job in (first, second):
        with pytest.raises(Refused, match="already"):
            again.cancel(job.id)


def test_a_cancelled_job_is_neither_taken_nor_ended(file):
    told = []
    queue = JobQueue(file, lambda job: told.append(job.state))
    waiting, running = queue.add([new_job(Path("/a.wav")), new_job(Path("/b.wav"))])
    queue.cancel(waiting.id)
    job = queue.take()
    assert job.id == running.id
    queue.cancel(job.id)
    queue.end(job, "done")
    queue.progress(job, "embed", 0.9, 1.0)
    assert states(queue) == ["cancelled", "cancelled"] == states(JobQueue(file))
    assert told == ["waiting", "waiting", "cancelled", "running", "cancelled"]


def test_old_jobs_are_let_go_and_waiting_ones_never(file, monkeypatch):
    monkeypatch.setattr(job_queue, "KEPT", 5)
    queue = JobQueue(file)
    kept = queue.add([new_job(Path("/wait.wav"))])
    for i in range(8):
        (job,) = queue.add([new_job(Path(f"/{i}.wav"))])
        queue.cancel(job.id)
    paths = [job.path for job in queue.all()]
    assert len(paths) == 6 and paths[0] == kept[0].path and "/2.wav" not in paths


def test_a_damaged_file_is_an_empty_queue(file):
    file.parent.mkdir()
    file.write_text('{"jobs": [{"id": ')
    queue = JobQueue(file)
    assert queue.all() == []
    queue.add([new_job(Path("/a.wav"))])
    assert len(json.loads(file.read_text())["jobs"]) == 1


def test_a_closed_queue_gives_nothing(file):
    queue = JobQueue(file)
    queue.add([new_job(Path("/a.wav"))])
    queue.close()
    assert queue.take() is None
    assert states(JobQueue(file)) == ["waiting"]
