"""Another number of speakers: shown without writing, kept with all corrections."""

import hashlib

import numpy as np
import pytest

from vsat_core.artifacts import TextColumn, Transcript, Turns, Words
from vsat_core.page.reclustering import Based, Reclustering


def digests(folder):
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("talk*"))
    }


def test_a_preview_writes_nothing_and_keeping_it_does(served, place):
    before = digests(place / "out")
    served.tiny.calls()
    shown = served.post("speakers/preview", {"n": 1})
    assert shown["n"] == 1 and shown["moved"] == 4 and [s["was"] for s in shown["speakers"]] == [0]
    assert [(e["from"], e["to"]) for e in shown["examples"]] == [("Speaker 2", "Speaker 1")] * 4
    assert digests(place / "out") == before
    revision = served.get("transcript")["revision"]
    operations = [
        {"op": "replace", "word": 3, "text": "Okonkwo"},
        {"op": "rename_speaker", "speaker": "0", "name": "Ann"},
    ]
    served.post("edits", {"revision": revision, "operations": operations})
    kept = served.post("speakers/keep", {"token": shown["token"]})
    assert [s["name"] for s in kept["speakers"]] == ["Ann"]
    assert kept["words"]["text"][3] == "Okonkwo" and kept["conflicts"] == []
    assert digests(place / "out") != before
    assert served.client.get("/api/recordings").json()[0]["n_speakers"] == 1
    back = served.post("speakers/preview", {"n": 2})
    assert back["moved"] == 4 and [s["was"] for s in back["speakers"]] == [0, None]


def transcript_of(speakers):
    """A word and a turn for each of these speakers."""
    start = np.arange(len(speakers)) * 1600
    turns = Turns.of(start, start + 800, np.array(speakers, np.int32))
    text = TextColumn.of(f"word{i}" for i in range(len(speakers)))
    words = Words(text, start, start + 800, np.zeros(len(speakers), np.int32))
    return Transcript.of(words, turns, np.array(speakers, np.int32))


def test_from_many_speakers_to_few(monkeypatch):
    """Every word that would move says from whom, whatever its number."""
    now, then = transcript_of(range(11)), transcript_of([0, 1, 2] + [2] * 8)
    stepper = Reclustering()
    monkeypatch.setattr(stepper, "_transcripts", lambda based, n: (now, then))
    names = [f"Speaker {i}" for i in range(1, 11)]  # the library knows one less
    shown = stepper.preview("digest", Based(None, None), 3, names)
    assert shown.moved == 8 and len(shown.speakers) == 3
    before = {example.before for example in shown.examples}
    assert before <= {f"Speaker {i}" for i in range(1, 12)} and "Speaker 11" in before


def test_only_clustering_and_what_follows_is_computed(served, monkeypatch):
    monkeypatch.setenv("TINY_LOG", str(served.tiny.log))
    served.post("speakers/preview", {"n": 1})
    assert served.tiny.calls() == ["cluster", "attribute"]


@pytest.mark.parametrize("n", [0, -1, 101])
def test_impossible_numbers(served, n):
    answer = served.client.post(f"/api/recordings/{served.key}/speakers/preview", json={"n": n})
    assert answer.status_code == 400 and "from 1 to 100" in answer.json()["error"]


def test_an_unknown_token(served):
    answer = served.client.post(f"/api/recordings/{served.key}/speakers/keep", json={"token": "x"})
    assert answer.status_code == 409
