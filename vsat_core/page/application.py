"""The ASGI application: routes, errors as JSON, and the guard around it all."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from vsat_core.errors import VsatError
from vsat_core.page import (
    edit_routes,
    export_routes,
    job_routes,
    recording_routes,
    replies,
    search_routes,
    sound_routes,
    speaker_routes,
)
from vsat_core.page.guard import Door, Guard
from vsat_core.page.site import Site, site_of

STATIC = Path(__file__).parent / "static"
API = [
    *job_routes.ROUTES,
    *recording_routes.ROUTES,
    *edit_routes.ROUTES,
    *sound_routes.ROUTES,
    *search_routes.ROUTES,
    *speaker_routes.ROUTES,
    *export_routes.ROUTES,
]


def start_page(request: Request) -> Response:
    """The recordings of the library."""
    return FileResponse(STATIC / "start" / "index.html")


def transcript_page(request: Request) -> Response:
    """One transcript; the page takes its id from the address."""
    return FileResponse(STATIC / "transcript" / "index.html")


def openapi(request: Request) -> Response:
    """The description of this API."""
    return FileResponse(STATIC / "openapi.json", media_type="application/json")


PAGES = [
    Route("/", start_page),
    Route("/t/{recording}", transcript_page),
    Route("/openapi.json", openapi),
    Mount("/static", StaticFiles(directory=STATIC)),
]


def on_fault(request: Request, error: Exception) -> Response:
    """Handler of what no other handles: a damaged library, or a fault of the program."""
    if site_of(request).editing.mend(error):
        return replies.refusal(503, "the library was damaged and is built again", "do it once more")
    return replies.on_fault(error)


def application(site: Site, door: Door) -> Starlette:
    """What uvicorn serves."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        site.start()
        yield
        site.close()

    app = Starlette(
        routes=[*PAGES, *API],
        middleware=[Middleware(Guard, door=door)],
        exception_handlers={
            replies.Refused: replies.on_refused,
            VsatError: replies.on_user_error,
            HTTPException: replies.on_http_error,
            Exception: on_fault,
        },
        lifespan=lifespan,
    )
    app.state.site = site
    return app
