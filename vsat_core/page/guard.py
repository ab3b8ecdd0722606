"""Who may talk to the server: pages of its own origin that know its token, and nobody else.

Any page in the user's browser, and any program of any user of this machine, can reach a port of
127.0.0.1. A page of another site is refused by its Origin, a site that has its name resolve to
127.0.0.1 (DNS rebinding) by its Host, and everybody else for want of the token.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

import attrs
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vsat_core.page.replies import refusal

SAFE = ("GET", "HEAD")
BODY_TYPES = {"POST": ("application/json", "application/octet-stream")}
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; object-src 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
OPEN_AGAIN = "open the address that vsat serve prints, or type vsat serve again"


@attrs.frozen
class Door:
    """What a request must know: the port in its Host, and the token."""

    port: int
    token: str = attrs.field(repr=False)

    @property
    def cookie(self) -> str:
        """The name of the cookie that holds the token: cookies do not tell ports apart."""
        return f"vsat-{self.port}"

    @property
    def hosts(self) -> frozenset[str]:
        """What the header Host may say."""
        return frozenset(f"{name}:{self.port}" for name in ("127.0.0.1", "localhost"))

    def knows(self, offered: str) -> bool:
        """Whether this is the token; takes equally long whatever is offered."""
        return hmac.compare_digest(offered.encode(), self.token.encode())


class Guard:
    """ASGI middleware: refuses what does not come from the page itself, and adds the headers that
    keep foreign scripts out.
    """

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app, self._door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, take the token out of an address, or pass on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-cache")
            await send(message)

        answer = self._answer(scope)
        await (answer or self._app)(scope, receive, with_headers)

    def _answer(self, scope: Scope) -> Response | None:
        """What is said instead of passing the request on, None for one that may pass."""
        headers, method = Headers(scope=scope), scope["method"]
        if headers.get("host", "") not in self._door.hosts:
            return refusal(421, "another Host than this server's", OPEN_AGAIN)
        if (foreign := self._foreign(headers)) and method not in SAFE:
            return refusal(403, f"a request from {foreign}", OPEN_AGAIN)
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        if method == "GET" and "token" in query and self._door.knows(query["token"]):
            return self._admitted(scope["path"], query)
        if not self._door.knows(self._offered(headers)):
            return refusal(401, "no token, or a wrong one", OPEN_AGAIN)
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if method in BODY_TYPES and kind not in BODY_TYPES[method]:
            kinds = " or ".join(BODY_TYPES[method])
            return refusal(415, f"a body of type {kind or 'none'}", f"send {kinds}")
        return None

    def _foreign(self, headers: Headers) -> str:
        """The origin of a page of another site, "" for the own one and for programs."""
        origin = headers.get("origin")
        if origin is not None and origin.removeprefix("http://") not in self._door.hosts:
            return "another origin"
        site = headers.get("sec-fetch-site", "none")
        return "" if site in ("none", "same-origin") else "another site"

    def _offered(self, headers: Headers) -> str:
        """The token that a request brings, "" without one."""
        kind, _, value = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return value.strip()
        return cookie_parser(headers.get("cookie", "")).get(self._door.cookie, "")

    def _admitted(self, path: str, query: Mapping[str, str]) -> Response:
        """To the same address without the token, which is kept as a cookie from now on."""
        rest = urlencode({name: value for name, value in query.items() if name != "token"})
        local = "/" + path.lstrip("/\\")  # "//name" would lead to another machine
        answer = RedirectResponse(f"{local}?{rest}" if rest else local, 303)
        answer.set_cookie(self._door.cookie, self._door.token, httponly=True, samesite="strict")
        return answer
