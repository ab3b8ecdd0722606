"""HTTP of the number of speakers: what another one would change, and keeping it."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vsat_core.page.reclustering import Based, Preview, keep
from vsat_core.page.recording_routes import whole_transcript
from vsat_core.page.replies import body_of, reply
from vsat_core.page.shelf import Recording
from vsat_core.page.site import Site, site_of


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """A number of speakers."""

    n: int


class Kept(msgspec.Struct, forbid_unknown_fields=True):
    """The token of a preview."""

    token: str


async def preview(request: Request) -> Response:
    """What another number of speakers would change; nothing is written."""
    wanted = await body_of(request, Wanted)
    site, key = site_of(request), request.path_params["recording"]
    return reply(await run_in_threadpool(_previewed, site, key, wanted.n))


def _previewed(site: Site, key: str, n: int) -> Preview:
    one = site.shelf.one(key)
    with site.shelf.lock:
        rows = site.shelf.library.speakers(one.id).rows
        names = [rows[number].name for number in sorted(rows)]
    return site.reclustering.preview(one.digest, _based(site, one), n, names)


def _based(site: Site, one: Recording) -> Based:
    return Based(site.sounds.chain(one.digest), site.sources.profile(one.digest))


async def keep_preview(request: Request) -> Response:
    """Write the files with the number of speakers of a preview; corrections are carried over."""
    kept = await body_of(request, Kept)
    site, key = site_of(request), request.path_params["recording"]
    return reply(await run_in_threadpool(_kept, site, key, kept.token))


def _kept(site: Site, key: str, token: str) -> dict[str, Any]:
    one = site.shelf.one(key)
    n = site.reclustering.n_of(one.digest, token)
    path = site.source_of(one)
    keep(_based(site, one), n, path, one.file.stem, one.file.parent)
    site.sounds.forget(one.digest)
    site.shelf.take_in(one.file)
    whole = whole_transcript(site, key)
    with site.shelf.lock:
        edits = site.shelf.library.edits(one.id)
    conflicts = [
        {"edit": each.number, "reason": each.conflict, "operation": each.operation}
        for each in edits
        if each.conflict and each.state == "done"
    ]
    site.events.publish("edit", {"recording": key, "revision": whole["revision"]})
    return whole | {"conflicts": conflicts}


ROUTES = [
    Route("/api/recordings/{recording}/speakers/preview", preview, methods=["POST"]),
    Route("/api/recordings/{recording}/speakers/keep", keep_preview, methods=["POST"]),
]
