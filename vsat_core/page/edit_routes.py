"""HTTP of corrections: edits, undo, redo, and what others changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vsat_core.page.editing import Behind, Edits, Step
from vsat_core.page.replies import Refused, body_of, refusal, reply
from vsat_core.page.site import site_of

FIRST = "another page was first"
LOAD = "take what changed from GET .../edits?since=REVISION, and do it again"


class Revision(msgspec.Struct, forbid_unknown_fields=True):
    """What the page has."""

    revision: int


async def edit(request: Request) -> Response:
    """Do and save operations."""
    edits = await body_of(request, Edits)
    return await _answered(
        request, lambda recording: site_of(request).editing.apply(recording, edits)
    )


async def undo(request: Request) -> Response:
    """Take the last edit back."""
    return await _stepped(request, "undo")


async def redo(request: Request) -> Response:
    """Do the edit again that was undone last."""
    return await _stepped(request, "redo")


async def _stepped(request: Request, which: Step) -> Response:
    revision = (await body_of(request, Revision)).revision
    editing = site_of(request).editing
    return await _answered(request, lambda recording: editing.step(recording, revision, which))


async def _answered(request: Request, do: Callable[[int], dict[str, Any]]) -> Response:
    """The answer to a page, and an event to the others."""
    site, key = site_of(request), request.path_params["recording"]
    try:
        answer = await run_in_threadpool(lambda: do(site.shelf.one(key).id))
    except Behind as behind:
        return refusal(409, FIRST, LOAD, revision=behind.revision)
    site.events.publish("edit", {"recording": key, "revision": answer["revision"]})
    return reply(answer)


async def since(request: Request) -> Response:
    """What changed after a revision."""
    text = request.query_params.get("since", "")
    if not text.isdecimal() or len(text) > 15:
        raise Refused(400, f"since: expected a revision, got {text!r}", "see docs/api.md")
    site, key = site_of(request), request.path_params["recording"]
    changed = await run_in_threadpool(lambda: site.editing.since(site.shelf.one(key).id, int(text)))
    return reply(changed)


ROUTES = [
    Route("/api/recordings/{recording}/edits", since),
    Route("/api/recordings/{recording}/edits", edit, methods=["POST"]),
    Route("/api/recordings/{recording}/undo", undo, methods=["POST"]),
    Route("/api/recordings/{recording}/redo", redo, methods=["POST"]),
]
