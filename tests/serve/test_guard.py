"""What does not come from the page itself is refused, in one line."""

import pytest

pytest.importorskip("starlette")
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from vsat_core.page.guard import Door, Guard

DOOR = Door(8123, "secret")
TOKEN = {"Authorization": "Bearer secret"}
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def client():
    async def answer(request):
        return PlainTextResponse("inside")

    routes = [Route("/{path:path}", answer, methods=["GET", "POST", "DELETE"])]
    app = Starlette(routes=routes, middleware=[Middleware(Guard, door=DOOR)])
    with TestClient(app, base_url="http://127.0.0.1:8123", follow_redirects=False) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", TOKEN, 200),
        ("GET", TOKEN | {"Host": "localhost:8123"}, 200),
        ("GET", {}, 401),
        ("GET", {"Authorization": "Bearer wrong"}, 401),
        ("GET", {"Authorization": "Bearer gehe\xefm".encode("latin-1")}, 401),
        ("GET", {"Cookie": "vsat-8124=secret"}, 401),
        ("GET", TOKEN | {"Host": "evil.example:8123"}, 421),
        ("GET", TOKEN | {"Host": "127.0.0.1:9"}, 421),
        ("GET", TOKEN | {"Host": "127.0.0.1"}, 421),
        ("POST", TOKEN | JSON, 200),
        ("POST", TOKEN | JSON | {"Origin": "http://127.0.0.1:8123"}, 200),
        ("POST", TOKEN | JSON | {"Origin": "http://evil.example"}, 403),
        ("POST", TOKEN | JSON | {"Origin": "https://127.0.0.1:8123"}, 403),
        ("POST", TOKEN | JSON | {"Origin": "null"}, 403),
        ("POST", TOKEN | JSON | {"Sec-Fetch-Site": "cross-site"}, 403),
        ("POST", TOKEN | JSON | {"Sec-Fetch-Site": "same-site"}, 403),
        ("POST", TOKEN | {"Content-Type": "text/plain"}, 415),
        ("POST", TOKEN | {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ("POST", TOKEN, 415),
        ("DELETE", TOKEN | {"Origin": "http://evil.example"}, 403),
    ],
)
def test_who_comes_in(client, method, headers, status):
    answer = client.request(method, "/api/x", headers=headers)
    assert answer.status_code == status
    if status != 200:
        said = answer.json()
        assert said["error"] and said["remedy"] and "\n" not in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_token_in_an_address_becomes_a_cookie(client):
    came = client.get("/t/3?token=secret&at=12")
    assert came.status_code == 303 and came.headers["location"] == "/t/3?at=12"
    cookie = came.headers["set-cookie"]
    assert (
        "vsat-8123=secret" in cookie
        and "HttpOnly" in cookie
        and "samesite=strict" in cookie.lower()
    )
    assert client.get("/t/3").status_code == 200  # by the cookie
    assert client.get("/?token=wrong").status_code == 200  # the cookie still counts
    client.cookies.clear()
    assert client.get("/?token=wrong").status_code == 401


def test_no_address_leads_to_another_machine(client):
    """`//name` would be one of another host."""
    came = client.get("http://127.0.0.1:8123//evil.example/x?token=secret")
    assert came.headers["location"] == "/evil.example/x"
