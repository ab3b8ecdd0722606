"""Jobs in child processes: done, cancelled, failed, and taken up again."""

import json
import time

from vsat_core.page.child_run import Bounds
from vsat_core.page.job_queue import Job
from vsat_core.page.site import Site

OTHER = b"".join(bytes(64) + bytes([n]) * 48 for n in (64, 192, 80))


def test_an_upload_becomes_a_transcript(served, place):
    sent = served.upload(OTHER, "other talk.wav", num_speakers=2)
    assert sent.status_code == 201
    job = served.job(sent.json()["id"], "done", "failed")
    assert job["state"] == "done", job["error"]
    assert job["share"] == 1 and "heard 3 pieces" in " ".join(job["notes"])
    rows = {row["id"]: row for row in served.client.get("/api/recordings").json()}
    assert rows[job["recording"]]["name"] == "other talk" and len(rows) == 2
    assert (place / "out" / "recordings" / "other talk.wav").read_bytes() == OTHER
    rates = json.loads((place / "cache" / "page-rates.json").read_text())
    assert rates == {} or all(rate > 0 for rate in rates.values())
    # another recording of the first one's name keeps both transcripts
    sent = served.upload(OTHER + bytes(16), "talk.wav")
    job = served.job(sent.json()["id"], "done", "failed")
    names = sorted(row["name"] for row in served.client.get("/api/recordings").json())
    assert job["state"] == "done" and names == ["other talk", "talk", "talk (2)"]


def test_cancelled_failed_and_the_next(served, place):
    slow = place / "tiny" / "slow.py"
    text = (place / "tiny" / "tiny.py").read_text()
    stop = "        import time\n        time.sleep(600)\n"
    slow.write_text(text.replace("run.progress(len(audio.samples))\n", "pass\n" + stop))
    profile = place / "tiny" / "slow.toml"
    profile.write_text(served.tiny.profile.read_text().replace("tiny.py", "slow.py"))
    running = served.upload(OTHER, "slow.wav", profile=str(profile)).json()
    waiting = served.upload(OTHER, "next.wav").json()
    missing = place / "gone.wav"
    missing.write_bytes(OTHER)
    body = {"paths": [str(missing)], "profile": str(served.tiny.profile)}
    (failing,) = served.client.post("/api/jobs", json=body).json()["jobs"]
    missing.unlink()
    stage = lambda: served.job(running["id"], "running")["stage"] == "transcribe"  # noqa: E731
    served.until(stage)
    cancelled = served.client.delete(f"/api/jobs/{waiting['id']}").json()
    assert cancelled["state"] == "cancelled"
    assert served.client.delete(f"/api/jobs/{running['id']}").json()["state"] == "cancelled"
    failed = served.job(failing["id"], "failed")
    assert str(missing) in failed["error"] and "\n" not in failed["error"]
    states = [job["state"] for job in served.client.get("/api/jobs").json()]
    assert states == ["cancelled", "cancelled", "failed"]
    assert served.client.delete(f"/api/jobs/{running['id']}").status_code == 409
    assert served.client.delete("/api/jobs/none").status_code == 404


def test_a_job_of_a_killed_server_is_taken_up(place, monkeypatch):
    own = place / "out" / ".vsat" / "page"
    own.mkdir(parents=True)
    path = place / "tiny" / "other.wav"
    path.write_bytes(OTHER)
    job = {"id": "a1", "name": "other.wav", "path": str(path), "state": "running"}
    job |= {"profile": str(place / "tiny" / "small.toml"), "stage": "embed", "share": 0.5}
    (own / "queue.json").write_text(json.dumps({"jobs": [job]}))
    site = Site.of(place / "out", Bounds())
    states: list[tuple[str, str]] = []
    site.events.publish = lambda name, value: (
        states.append((value.state, value.stage)) if isinstance(value, Job) else None
    )
    site.start()
    end = time.monotonic() + 600
    while site.queue.all()[0].state not in ("done", "failed") and time.monotonic() < end:
        time.sleep(0.05)
    site.close()
    assert site.queue.all()[0].state == "done", site.queue.all()
    assert states[0] == ("running", "")
