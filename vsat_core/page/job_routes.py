"""HTTP of jobs: what is transcribed, how far it is, and what may be chosen for it."""

from __future__ import annotations

from pathlib import Path

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from vsat_core.config.draft import available, read
from vsat_core.config.user_config import user_config
from vsat_core.errors import VsatError
from vsat_core.inputs.expand import expand
from vsat_core.page.job_queue import Job, new_job
from vsat_core.page.job_runner import profile_of
from vsat_core.page.replies import Refused, body_of, reply
from vsat_core.page.site import Site, site_of
from vsat_core.page.uploads import received


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """What a job is to be run with."""

    profile: str | None = None
    language: str | None = None
    num_speakers: int | None = None


class NewJobs(Wanted):
    """Recordings and folders of this machine, by absolute paths."""

    paths: list[str] = []


async def list_jobs(request: Request) -> Response:
    """All jobs, oldest first."""
    return reply(site_of(request).queue.all())


async def add_jobs(request: Request) -> Response:
    """Queue recordings of this machine; folders are searched."""
    new = await body_of(request, NewJobs)
    site = site_of(request)
    return reply(await run_in_threadpool(_added, site, new), 201)


def _added(site: Site, new: NewJobs) -> dict[str, object]:
    paths = [Path(path) for path in new.paths]
    if not paths:
        raise Refused(400, "paths: expected at least one")
    for path in paths:
        if not path.is_absolute():
            raise Refused(400, f"{path}: expected an absolute path", f"write {path.absolute()}")
        if not path.exists():
            raise Refused(404, f"{path}: there is no such file", "check the name")
    _check(new)
    found = expand(paths, site.folder, writes=False)
    jobs = [_job(Path(job.source.path), new) for job in found.jobs]
    return {"jobs": site.queue.add(jobs), "problems": found.problems}


async def upload(request: Request) -> Response:
    """A recording as the body of the request; it is queued."""
    site, query = site_of(request), dict(request.query_params)
    name = query.pop("name", "")
    if not name:
        raise Refused(400, "name: expected the name of the recording", "add ?name=talk.wav")
    try:
        wanted = msgspec.convert({k: v for k, v in query.items() if v}, Wanted, strict=False)
    except msgspec.ValidationError as error:
        raise Refused(400, f"the address: {error}", "see docs/api.md") from None
    await run_in_threadpool(_check, wanted)
    length = request.headers.get("content-length", "")
    n_bytes = int(length) if length.isdecimal() else None
    path = await received(request.stream(), name, n_bytes, site.recordings_folder)
    (job,) = await run_in_threadpool(site.queue.add, [_job(path, wanted)])
    return reply(job, 201)


def _check(wanted: Wanted) -> None:
    """Say what is wrong with a profile before anything is sent or queued. Raises VsatError."""
    profile_of(wanted.profile, wanted.language, wanted.num_speakers)


def _job(path: Path, wanted: Wanted) -> Job:
    return new_job(path, wanted.profile, wanted.language, wanted.num_speakers)


async def cancel(request: Request) -> Response:
    """Cancel a job that waits or runs."""
    runner = site_of(request).runner
    return reply(await run_in_threadpool(runner.cancel, request.path_params["job"]))


async def events(request: Request) -> Response:
    """Server-sent events, until the page is closed."""
    stream = site_of(request).events.stream()
    return StreamingResponse(stream, media_type="text/event-stream")


def profiles(request: Request) -> Response:
    """The profile of the user, which may be a file, and then those that can be named."""
    rows = []
    for name in dict.fromkeys([user_config().profile, *sorted(available())]):
        try:
            rows.append({"name": name, "summary": read(name).summary})
        except VsatError:
            continue  # a file of the user that is being written; vsat show says what is wrong
    return reply(rows)


ROUTES = [
    Route("/api/jobs", list_jobs),
    Route("/api/jobs", add_jobs, methods=["POST"]),
    Route("/api/jobs/{job}", cancel, methods=["DELETE"]),
    Route("/api/uploads", upload, methods=["POST"]),
    Route("/api/events", events),
    Route("/api/profiles", profiles),
]
