"""A served folder, talked to as a browser would."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

pytest.importorskip("starlette")
from starlette.testclient import TestClient

from tests._support.command import vsat
from tests._support.tiny_recording import Tiny
from vsat_core.config import places
from vsat_core.page.application import application
from vsat_core.page.child_run import Bounds
from vsat_core.page.guard import Door
from vsat_core.page.running import Address, claimed
from vsat_core.page.site import Site

DOOR = Door(8123, "secret")
BASE = "http://127.0.0.1:8123"
PATIENCE_S = 600.0  # tests of others may have the machine


@attrs.frozen
class Served:
    """A running application, a client that has its token, and the files of the tests."""

    site: Site
    client: TestClient
    tiny: Tiny

    def until(self, done: Callable[[], Any]) -> Any:
        """What `done` returns once it is true."""
        end = time.monotonic() + PATIENCE_S
        while not (answer := done()):
            assert time.monotonic() < end, f"it did not happen: {self.site.queue.all()}"
            time.sleep(0.1)
        return answer

    def job(self, key: str, *states: str) -> dict[str, Any]:
        """The job once it is in one of these states."""

        def found() -> dict[str, Any] | None:
            jobs = self.client.get("/api/jobs").json()
            return next((j for j in jobs if j["id"] == key and j["state"] in states), None)

        return self.until(found)

    def upload(self, content: bytes, name: str = "talk.wav", **query: Any) -> Any:
        """The answer to an upload that is run by the profile of the tests."""
        query = {"name": name, "profile": str(self.tiny.profile), **query}
        kind = {"Content-Type": "application/octet-stream"}
        return self.client.post("/api/uploads", params=query, content=content, headers=kind)

    def post(self, address: str, body: object) -> Any:
        """The JSON of an answer."""
        answer = self.client.post(f"/api/recordings/{self.key}/{address}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def get(self, address: str) -> Any:
        """The JSON of an answer about the recording."""
        answer = self.client.get(f"/api/recordings/{self.key}/{address}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    @property
    def key(self) -> str:
        """The id of the recording that is there from the beginning."""
        return str(self.client.get("/api/recordings").json()[0]["id"])


@pytest.fixture(scope="session")
def transcribed(tmp_path_factory) -> Path:
    """A folder with `tiny` (a recording and a profile whose files are real ones), `out` (its
    transcript) and `cache`.
    """
    base = tmp_path_factory.mktemp("transcribed")
    tiny = Tiny.of(base / "tiny")
    text = tiny.profile.read_text().replace(
        '[stages.write]\nuse = "tiny.plain"', '[stages.write]\nuse = "files.baseline"'
    )
    tiny.profile.write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VSAT_CACHE", str(base / "cache"))
        line = f"run {tiny.recording} --profile {tiny.profile} --out {base / 'out'}"
        assert vsat(line) == 0
    return base


@pytest.fixture
def place(transcribed, tmp_path, monkeypatch) -> Path:
    """A copy of that for one test, which is the current folder."""
    base = tmp_path / "place"
    shutil.copytree(transcribed, base)
    for record in (base / "out" / ".vsat").glob("*.jsonl"):
        record.write_text(record.read_text().replace(str(transcribed), str(base)))
    monkeypatch.setenv("VSAT_CACHE", str(base / "cache"))
    config = places.config_folder()
    config.mkdir(parents=True, exist_ok=True)
    (config / "config.toml").write_text(f'profile = "{base / "tiny" / "small.toml"}"\n')
    monkeypatch.chdir(base / "tiny")  # where a recording is looked for as well
    return base


@pytest.fixture
def bounds() -> Bounds:
    """What a recording may ask for."""
    return Bounds()


@pytest.fixture
def served(place, bounds) -> Iterator[Served]:
    """A server of the folder, in this process; jobs run in child processes."""
    site = Site.of(place / "out", bounds)
    headers = {"Authorization": f"Bearer {DOOR.token}"}
    with TestClient(application(site, DOOR), base_url=BASE, headers=headers) as client:
        yield Served(site, client, Tiny(place / "tiny"))


@attrs.frozen
class Live:
    """A server that listens, in a thread of this process."""

    site: Site
    address: Address
    tiny: Tiny


@pytest.fixture
def live(place) -> Iterator[Live]:
    """For what TestClient cannot do: a browser, curl, streams."""
    import uvicorn

    with claimed(place / "out") as (address, listening):
        site = Site.of(place / "out", Bounds())
        app = application(site, Door(address.port, address.token))
        config = uvicorn.Config(app, log_level="warning", ws="none", timeout_graceful_shutdown=2)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield Live(site, address, Tiny(place / "tiny"))
        finally:
            server.should_exit = True
            site.events.close_soon()
            thread.join()
