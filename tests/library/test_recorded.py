"""When a recording was made, read from its container in a process of its own."""

import os
import socket
from pathlib import Path

import av
import numpy as np
import pytest

from tests._support.library_documents import document, store
from vsat_core.library import container_tags, tag_reader
from vsat_core.library.recorded import recorded
from vsat_core.library.tag_reader import TagReader

SAID = "2026-05-01T12:30:00Z"
DIES = """
import json, os, sys
for line in sys.stdin:
    path = json.loads(line)
    if "crash" in path:
        print('[{"date', end="", flush=True)
        os.kill(os.getpid(), 11)
    print(json.dumps([{"date": "2026-05-01"}]), flush=True)
"""


@pytest.fixture
def reader():
    with TagReader() as one:
        yield one


def sound(path, **tags):
    """A tenth of a second of silence."""
    with av.open(str(path), "w") as container:
        container.metadata.update(tags)
        stream = container.add_stream("pcm_s16le", rate=16_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1600), np.int16), "s16", "mono")
        frame.sample_rate = 16_000
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return path


def test_from_container_file_or_transcript(tmp_path, reader):
    transcript = store(tmp_path, document(("Speaker 1", "hello")))
    said = sound(tmp_path / "said.mkv", creation_time="2026-05-01T14:30:00+02:00")
    silent = sound(tmp_path / "silent.wav")
    os.utime(silent, (1_000_000_000, 1_000_000_000))
    os.utime(transcript, (1_100_000_000, 1_100_000_000))
    assert recorded(said, transcript, reader) == (SAID, "container")
    assert recorded(silent, transcript, reader) == ("2001-09-09T01:46:40Z", "file")
    assert recorded(None, transcript, reader) == ("2004-11-09T11:33:20Z", "transcript")
    assert recorded(tmp_path / "gone.wav", transcript, reader)[1] == "transcript"


def test_a_file_that_ends_the_process_costs_no_other(tmp_path, monkeypatch, reader):
    script = tmp_path / "dies.py"
    script.write_text(DIES)
    monkeypatch.setattr(tag_reader.container_tags, "__file__", str(script))
    for name in ("good", "crash", "also good"):
        (tmp_path / name).touch()
    assert reader.tags(tmp_path / "good") == [{"date": "2026-05-01"}]
    assert reader.tags(tmp_path / "crash") == []
    assert reader.tags(tmp_path / "also good") == [{"date": "2026-05-01"}]


def test_a_file_that_takes_too_long_ends_the_process(tmp_path, monkeypatch, reader):
    source = Path(container_tags.__file__).read_text()
    hanging = source.replace(
        "    import av\n", "    import time\n\n    time.sleep(60)\n    import av\n"
    )
    script = tmp_path / "hangs.py"
    script.write_text(hanging.replace("LIMIT_S = 10", "LIMIT_S = 1"))
    monkeypatch.setattr(tag_reader.container_tags, "__file__", str(script))
    said = sound(tmp_path / "said.mkv", creation_time=SAID)
    assert reader.tags(said) == []  # and not, after 60 s, what it says


def test_a_playlist_opens_nothing(tmp_path, reader):
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/one.ts"
        playlist = tmp_path / "list.m3u8"
        playlist.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{address}\n")
        assert not any(reader.tags(playlist))
        server.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody has connected
            server.accept()


def test_what_is_no_regular_file_is_not_opened(tmp_path, reader):
    os.mkfifo(tmp_path / "pipe.wav")
    assert reader.tags(tmp_path / "pipe.wav") == [] == reader.tags(tmp_path)
