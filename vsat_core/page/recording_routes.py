"""HTTP of recordings: the list, transcripts, turns, search, exports."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import attrs
import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from vsat_core.page.replies import Refused, body_of, reply
from vsat_core.page.shelf import Recording
from vsat_core.page.site import Site, site_of
from vsat_core.page.turns_now import turns_now
from vsat_core.page.unclear import unclear_of

AT = re.compile(r"\d{1,9}(\.\d{1,9})?")  # seconds


async def list_recordings(request: Request) -> Response:
    """All of the library, the latest first."""
    return reply(await run_in_threadpool(_listed, site_of(request)))


def _listed(site: Site) -> list[dict[str, Any]]:
    return [_shown(site, one) for one in site.shelf.recordings()]


async def one_recording(request: Request) -> Response:
    """One of them, and what is known of its sound."""
    site, key = site_of(request), request.path_params["recording"]
    return reply(await run_in_threadpool(_described, site, key))


def _described(site: Site, key: str) -> dict[str, Any]:
    one = site.shelf.one(key)
    shown = _shown(site, one) | {"languages": one.languages}
    shown["profile"] = site.sources.profile(one.digest)
    chain = site.sounds.chain(one.digest)
    shown["stages"] = {
        stage: result.entry.variant for stage, result in sorted(chain.results.items())
    }
    if not shown["has_sound"]:
        try:
            site.source_of(one)
        except Refused as refused:
            shown["missing_sound"] = {"path": refused.line, "remedy": refused.remedy}
        else:
            shown["has_sound"] = True
    return shown


def _shown(site: Site, one: Recording) -> dict[str, Any]:
    """A row of the list."""
    source = site.sources.seen(one.digest, one.source, one.file)
    return {
        "id": str(one.id),
        "name": one.name,
        "path": str(source or one.file),
        "seconds": one.seconds,
        "n_speakers": one.n_speakers,
        "language": one.language,
        "state": one.state,
        "recorded_at": one.recorded_at,
        "has_sound": source is not None,
    }


async def transcript(request: Request) -> Response:
    """The words as columns, speakers, paragraphs, notes, and what was not understood."""
    site_of(request).reclustering.warm()
    return reply(
        await run_in_threadpool(
            whole_transcript, site_of(request), request.path_params["recording"]
        )
    )


def whole_transcript(site: Site, key: str) -> dict[str, Any]:
    """The answer of `transcript`."""
    one = site.shelf.one(key)
    return {
        "id": key,
        "seconds": one.seconds,
        "language": one.language,
        **site.editing.transcript(one.id),
        "unclear": unclear_of(one.file),
    }


async def turns(request: Request) -> Response:
    """Who speaks when, after corrections; overlap included."""
    site, key = site_of(request), request.path_params["recording"]

    def found() -> list[dict[str, Any]]:
        with site.shelf.lock:
            present = site.editing.present(site.shelf.one(key).id)
            return [attrs.asdict(turn) for turn in turns_now(site.shelf.library, present)]

    return reply(await run_in_threadpool(found))


class Moved(msgspec.Struct, forbid_unknown_fields=True):
    """Where a sound file is now: an absolute path."""

    path: str


async def moved(request: Request) -> Response:
    """The user says where the sound file is."""
    new = await body_of(request, Moved)
    site, key = site_of(request), request.path_params["recording"]

    def put() -> dict[str, Any]:
        one = site.shelf.one(key)
        site.sources.moved(one.digest, Path(new.path))
        site.events.publish("recordings", {"recording": key})
        return _described(site, key)

    return reply(await run_in_threadpool(put))


async def by_file(request: Request) -> Response:
    """To the page of a transcript, given its path; `vsat open` opens this."""
    site, query = site_of(request), dict(request.query_params)
    key = await run_in_threadpool(site.shelf.key_of, Path(query.pop("file", "")))
    at = query.get("at", "")
    place = f"#t={float(at):g}" if AT.fullmatch(at) else ""
    return RedirectResponse(f"/t/{key}{place}", 303)


ROUTES = [
    Route("/open", by_file),
    Route("/api/recordings", list_recordings),
    Route("/api/recordings/{recording}", one_recording),
    Route("/api/recordings/{recording}/transcript", transcript),
    Route("/api/recordings/{recording}/turns", turns),
    Route("/api/recordings/{recording}/source", moved, methods=["POST"]),
]
