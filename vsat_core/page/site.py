"""What serves one folder: its library, the queue, sounds and events, behind the routes."""

from __future__ import annotations

from pathlib import Path

import attrs
from starlette.requests import Request

from vsat_core.artifacts import Source
from vsat_core.config import places
from vsat_core.config.registry import load
from vsat_core.engine.summary import RunSummary
from vsat_core.page.child_run import Bounds
from vsat_core.page.editing import Editing
from vsat_core.page.events import Events
from vsat_core.page.job_queue import Job, JobQueue
from vsat_core.page.job_runner import Hooks, JobRunner
from vsat_core.page.reclustering import Reclustering
from vsat_core.page.result_names import result_name
from vsat_core.page.shelf import Recording, Shelf
from vsat_core.page.sounds import Sounds
from vsat_core.page.sources import Sources
from vsat_core.page.time_left import StageRates

OWN = Path(".vsat", "page")  # in the folder: what the server keeps there
RECORDINGS = "recordings"  # in the folder: what was sent to the server


@attrs.frozen
class Site:
    """All of it. Make it with `of`, then `start`, and `close` in the end."""

    folder: Path
    events: Events
    shelf: Shelf
    editing: Editing
    sources: Sources
    sounds: Sounds
    queue: JobQueue
    runner: JobRunner
    reclustering: Reclustering

    @classmethod
    def of(cls, folder: Path, bounds: Bounds) -> Site:
        """The site of a folder that can be written. Raises VsatError."""
        own, events = folder / OWN, Events()
        shelf = Shelf(folder)
        near = (folder / RECORDINGS, folder, folder.parent, Path.cwd())
        sources = Sources(own / "sources.json", near)
        sounds = Sounds(load().graph, bounds)
        queue = JobQueue(own / "queue.json", lambda job: events.publish("job", job))

        def ended(job: Job, summary: RunSummary) -> str | None:
            path = Path(job.path)
            digest = Source(path).digest()
            sources.put(digest, path, job.profile)
            sounds.forget(digest)
            written = next((Path(f) for f in summary.files if f.endswith(".json")), None)
            key = shelf.take_in(written) if written else None
            events.publish("recordings", {"recording": key})
            return key

        rates = StageRates(places.cache_folder() / "page-rates.json")
        hooks = Hooks(lambda path: result_name(path, folder), ended)
        runner = JobRunner(queue, folder, rates, hooks, bounds)
        return cls(
            folder,
            events,
            shelf,
            Editing(shelf),
            sources,
            sounds,
            queue,
            runner,
            Reclustering(),
        )

    @property
    def recordings_folder(self) -> Path:
        """Where recordings go that are sent to the server."""
        return self.folder / RECORDINGS

    def source_of(self, recording: Recording) -> Path:
        """Where the sound file is. Raises Refused with the remedy where it was moved."""
        return self.sources.find(recording.digest, recording.source, recording.file)

    def start(self) -> None:
        """Go on with the queue."""
        self.runner.start()

    def close(self) -> None:
        """Stop the work; it goes on at the next start."""
        self.runner.close()
        self.shelf.close()


def site_of(request: Request) -> Site:
    """The site that a request is for."""
    site: Site = request.app.state.site
    return site
