"""What the API tells of a recording."""

import numpy as np
import pytest
import soundfile
from starlette.testclient import TestClient

from tests.serve.conftest import BASE, DOOR
from vsat_core.page import wave_ranges as wave
from vsat_core.page.application import application
from vsat_core.page.child_run import Bounds
from vsat_core.page.site import Site


def test_the_list_and_one_of_it(served):
    (row,) = served.client.get("/api/recordings").json()
    assert row["name"] == "talk" and row["n_speakers"] == 2 and row["state"] == "ready"
    assert row["seconds"] == pytest.approx(448 / 16_000, abs=1e-3) and row["has_sound"]
    one = served.client.get(f"/api/recordings/{row['id']}").json()
    assert one["stages"]["enhance"] == "tiny.plain" and "missing_sound" not in one


def test_the_transcript_as_columns(served):
    whole = served.get("transcript")
    words = whole["words"]
    assert words["text"] == ["at", "64", "at", "176", "at", "288", "at", "400"]
    assert words["speaker"] == [0, 0, 1, 1, 0, 0, 1, 1]
    assert words["start"] == sorted(words["start"]) and not any(words["edited"])
    assert [s["name"] for s in whole["speakers"]] == ["Speaker 1", "Speaker 2"]
    assert whole["paragraphs"] == [0, 2, 4, 6]
    assert whole["notes"] == [] == whole["unclear"]
    assert (whole["can_undo"], whole["can_redo"]) == (False, False)
    turns = served.get("turns")
    assert [t["speaker"] for t in turns] == [0, 1, 0, 1]


def test_the_sound_is_that_of_the_cache_to_the_sample(served, tmp_path):
    content = served.tiny.recording.read_bytes()
    samples = np.frombuffer(content, np.int8) / 128
    address = f"/api/recordings/{served.key}/sound.wav"
    answer = served.client.get(address)
    assert answer.headers["accept-ranges"] == "bytes"
    (tmp_path / "sound.wav").write_bytes(answer.content)
    heard, rate = soundfile.read(tmp_path / "sound.wav", dtype="int16")
    assert rate == 16_000 and (heard == np.rint(samples * 32767)).all()
    at = wave.HEADER_BYTES + 2 * 176
    part = served.client.get(address, headers={"Range": f"bytes={at}-{at + 19}"})
    assert part.status_code == 206
    assert part.headers["content-range"] == f"bytes {at}-{at + 19}/{len(answer.content)}"
    assert (np.frombuffer(part.content, "<i2") == heard[176:186]).all()
    beyond = served.client.get(address, headers={"Range": "bytes=99999-"})
    assert beyond.status_code == 416 and beyond.headers["content-range"] == "bytes */940"


def test_the_waveform_is_never_smaller_than_the_sound(served):
    levels = served.get("waveform")
    assert levels["hop"] == 64 and levels["levels"] == [
        {"level": 0, "samples_per_point": 64, "points": 7}
    ]
    address = f"/api/recordings/{served.key}/waveform"
    points = served.client.get(address, params={"level": 0, "from": 1, "to": 99})
    pairs = np.frombuffer(points.content, np.int8).reshape(-1, 2)
    samples = np.frombuffer(served.tiny.recording.read_bytes(), np.int8)[64:] / 128 * 127
    blocks = samples.reshape(-1, 64)
    assert (pairs[:, 0] <= blocks.min(1)).all() and (pairs[:, 1] >= blocks.max(1)).all()
    assert np.abs(pairs - np.c_[blocks.min(1), blocks.max(1)]).max() < 1
    for query in ({"level": "1"}, {"level": "x"}, {"level": "-1"}, {"level": "0", "from": "y"}):
        assert served.client.get(address, params=query).status_code == 400


def test_a_moved_recording_is_asked_for(served):
    served.site.sounds.forget(served.site.shelf.one(served.key).digest)
    new = served.tiny.folder.parent / "elsewhere.wav"
    served.tiny.recording.rename(new)
    key = served.key
    (row,) = served.client.get("/api/recordings").json()
    assert not row["has_sound"]
    missing = served.client.get(f"/api/recordings/{key}").json()["missing_sound"]
    assert "talk.wav" in missing["path"] and missing["remedy"]
    other = served.tiny.folder / "other.wav"
    other.write_bytes(b"other")
    refused = served.client.post(f"/api/recordings/{key}/source", json={"path": str(other)})
    assert refused.status_code == 409 and "another recording" in refused.json()["error"]
    assert served.post("source", {"path": str(new)})["has_sound"]
    assert served.client.get("/api/recordings").json()[0]["path"] == str(new)


def test_a_recording_is_where_it_was_when_vsat_run_read_it(served, tmp_path, monkeypatch):
    """Wherever the server is started."""
    monkeypatch.chdir(tmp_path)
    site = Site.of(served.site.folder, Bounds())
    headers = {"Authorization": f"Bearer {DOOR.token}"}
    with TestClient(application(site, DOOR), base_url=BASE, headers=headers) as client:
        (row,) = client.get("/api/recordings").json()
        assert row["has_sound"] and row["path"] == str(served.tiny.recording)


def test_unknown_things_are_one_line(served):
    for address in ("recordings/99", "recordings/99/transcript", "recordings/99/sound.wav", "x"):
        answer = served.client.get(f"/api/{address}")
        assert answer.status_code == 404 and answer.json()["error"], address
