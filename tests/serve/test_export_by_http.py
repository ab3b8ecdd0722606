"""Exports hold every correction."""

import io
import zipfile

import pytest

from vsat_core.formats.endings import ending_of


def test_corrections_are_in_every_format(served):
    revision = served.get("transcript")["revision"]
    operations = [
        {"op": "replace", "word": 3, "text": "Okonkwo"},
        {"op": "rename_speaker", "speaker": "1", "name": "Ann & <b>Bob</b>"},
    ]
    served.post("edits", {"revision": revision, "operations": operations})
    address = f"/api/recordings/{served.key}/export"
    for name in served.client.get("/api/formats").json():
        answer = served.client.get(address, params={"format": name})
        assert answer.status_code == 200, (name, answer.text)
        assert f"talk.{ending_of(name)}" in answer.headers["content-disposition"]
        content = answer.content
        if name in ("docx", "odt"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                content = b"".join(archive.read(n) for n in archive.namelist())
        if name not in ("rttm",):
            assert b"Okonkwo" in content, name


@pytest.mark.parametrize("asked", ["docxx", "", "../../etc/passwd"])
def test_unknown_formats_are_one_line(served, asked):
    address = f"/api/recordings/{served.key}/export"
    answer = served.client.get(address, params={"format": asked})
    assert answer.status_code == 400 and answer.json()["error"]
