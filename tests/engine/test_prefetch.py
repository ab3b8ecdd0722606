"""Reading ahead: order, the last one, and files that are not there."""

import os
from pathlib import Path

import attrs

from vsat_core.artifacts import Source
from vsat_core.engine.prefetch import fetch, reading_ahead


@attrs.frozen
class Job:
    source: Source


def test_each_in_order_and_the_next_fetched(tmp_path, monkeypatch):
    fetched: list[Path] = []
    monkeypatch.setattr("vsat_core.engine.prefetch.fetch", fetched.append)
    jobs = [Job(Source(tmp_path / name)) for name in ("a.wav", "b.wav", "c.wav")]
    seen = [(job.source.name, len(fetched)) for job in reading_ahead(jobs)]
    assert seen == [("a", 1), ("b", 2), ("c", 2)]
    assert [p.name for p in fetched] == ["b.wav", "c.wav"]


def test_what_cannot_be_read_is_left_to_decode(tmp_path):
    fetch(tmp_path / "missing.wav")
    fetch(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    fetch(tmp_path / "pipe")


def test_no_jobs():
    assert list(reading_ahead([])) == []
