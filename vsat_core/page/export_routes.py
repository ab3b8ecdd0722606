"""HTTP of exports: the transcript with its corrections, in the format that is asked for."""

from __future__ import annotations

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vsat_core.artifacts import Playback
from vsat_core.config.prepare import prepare
from vsat_core.config.user_config import user_config
from vsat_core.contract import scratch
from vsat_core.export.naming import asked_formats
from vsat_core.export.rendering import Exporter
from vsat_core.export.stored import read_stored
from vsat_core.formats.endings import RESULT_FORMATS
from vsat_core.page.replies import reply
from vsat_core.page.site import Site, site_of


async def export(request: Request) -> Response:
    """A file to keep."""
    site, key = site_of(request), request.path_params["recording"]
    name, content = await run_in_threadpool(
        _exported, site, key, request.query_params.get("format", "txt")
    )
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return Response(content, headers=headers, media_type="application/octet-stream")


def _exported(site: Site, key: str, asked: str) -> tuple[str, bytes]:
    """Name and content. Raises VsatError, also for a format that is not known."""
    one = site.shelf.one(key)
    wanted = asked_formats(asked)[:1]
    setting = f'stages.write.formats=["{wanted[0]}"]'
    profile = prepare(user_config().profile, [setting], targets=())
    stored = read_stored(one.file, site.shelf.library.path)
    with scratch.folder() as folder:
        made = Exporter(profile, wanted).export(stored, folder, one.file.stem, Playback(), True)
        path = made.files[0]
        return path.name, path.read_bytes()


def formats(request: Request) -> Response:
    """What can be asked for."""
    return reply(RESULT_FORMATS)


ROUTES = [
    Route("/api/formats", formats),
    Route("/api/recordings/{recording}/export", export),
]
