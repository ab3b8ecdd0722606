"""What strangers send: names that lead elsewhere, markup, files that would fill memory or disk."""

from pathlib import PurePosixPath

import numpy as np
import pytest
import soundfile

from vsat_core.page import uploads
from vsat_core.page.child_run import Bounds
from vsat_core.page.uploads import safe_name


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("talk.wav", "talk.wav"),
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a/../../b.wav", "a/b.wav"),
        (".ssh/.config", "ssh/config"),
        ("....//....//x.wav", "x.wav"),
        ("new\nline\x00\x1b[31m.wav", "new line[31m.wav"),
        ("<img src=x onerror=alert(1)>.wav", "_img src=x onerror=alert(1)_.wav"),
        ("..", "recording"),
        ("", "recording"),
        ("a/b/c/d/e/f.wav", "c/d/e/f.wav"),
    ],
)
def test_names(asked, name):
    assert safe_name(asked) == PurePosixPath(name)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../application.py",
        "/static/%2e%2e/application.py",
        "/static/..%2f..%2fapi.py",
        "/static//etc/passwd",
        "/t/../../etc/passwd",
        "/api/recordings/..%2f..%2f/transcript",
        "/open?file=/etc/passwd",
    ],
)
def test_no_address_leaves_the_folder(served, path):
    answer = served.client.get(path, follow_redirects=False)
    assert answer.status_code == 404 and "root:" not in answer.text


def test_refused_uploads_leave_nothing(served, place, monkeypatch):
    folder = place / "out" / "recordings"
    text = served.upload(b"Dear reader,\n", "letter.txt")
    assert text.status_code == 415 and "no sound" in text.json()["error"]
    assert served.upload(b"", "empty.wav").status_code == 415
    wrong = served.upload(b"RIFF", "a.wav", profile="defualt")
    assert wrong.status_code == 400 and "did you mean 'default'" in wrong.text
    assert served.upload(b"RIFF", "a.wav", num_speakers="many").status_code == 400
    monkeypatch.setattr(uploads, "SPARE_BYTES", 1 << 62)
    full = served.upload(b"RIFF", "a.wav")
    assert full.status_code == 507 and full.json()["remedy"]
    assert not folder.exists() or list(folder.iterdir()) == []
    assert served.client.get("/api/jobs").json() == []


def test_jobs_of_paths(served):
    def post(body):
        return served.client.post("/api/jobs", json=body)

    assert post({"paths": []}).status_code == 400
    assert "absolute" in post({"paths": ["talk.wav"]}).json()["error"]
    assert post({"paths": ["/nowhere/talk.wav"]}).status_code == 404
    assert post({"paths": ["/etc"], "shell": "rm"}).status_code == 400


@pytest.fixture
def bounds():
    return Bounds(hours=0.01, cpu_s=60)


def test_a_decompression_bomb_is_one_line(served, tmp_path):
    """Minutes of silence in a few kilobytes, where half a minute is allowed."""
    served.tiny.profile.write_text('extends = "default"\nsummary = "x"\n')
    bomb = tmp_path / "bomb.flac"
    soundfile.write(bomb, np.zeros(16_000 * 240, np.int16), 16_000, subtype="PCM_16")
    content = bomb.read_bytes()
    assert len(content) < 16_000 * 240 * 2 / 100
    sent = served.upload(content, "bomb.flac")
    job = served.job(sent.json()["id"], "failed", "done")
    assert job["state"] == "failed" and "\n" not in job["error"]
    assert "more than 0.01 hours" in job["error"] and "vsat run" in job["error"]
    assert served.client.get("/api/recordings").json()[0]["name"] == "talk"
