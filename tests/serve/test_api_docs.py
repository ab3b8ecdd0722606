"""The description of the API is that of the server, and the examples of docs/api.md work."""

import json
import os
import re
import shutil
import subprocess

import jsonschema
import pytest

from tests._support.paths import ROOT
from tests.serve.test_jobs import OTHER
from vsat_core.page.application import API, PAGES, STATIC

OPENAPI = json.loads((STATIC / "openapi.json").read_text(encoding="utf-8"))


def test_every_route_is_described_and_nothing_else():
    routes = {
        (route.path, method.lower())
        for route in [*PAGES, *API]
        if hasattr(route, "methods")
        for method in route.methods - {"HEAD"}
    }
    described = {(path, method) for path, of in OPENAPI["paths"].items() for method in of}
    assert described == routes


def test_answers_are_as_described(served):
    """Each JSON answer to a GET fits its schema; every property is named there."""
    key, seen = served.key, 0
    query = {"edits": {"since": served.get("transcript")["revision"]}, "search": {"q": "at"}}
    for path, of in OPENAPI["paths"].items():
        answer = of.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        if "application/json" not in answer or path == "/openapi.json":
            continue
        address = path.replace("{recording}", key)
        got = served.client.get(address, params=query.get(path.rsplit("/", 1)[-1]))
        assert got.status_code == 200, (path, got.text)
        schema = {**closed(answer["application/json"]["schema"]), "components": components()}
        jsonschema.validate(got.json(), schema)
        seen += 1
    assert seen == 11


def closed(schema):
    """The same schema, which allows nothing that it does not name."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items()}
    if "properties" in schema:
        made["additionalProperties"] = False
    if "allOf" in schema:  # each part would forbid what the others name
        parts = [resolved(part) for part in schema["allOf"]]
        names = {
            name: closed(p[name]) for part in parts for p in [part["properties"]] for name in p
        }
        required = [name for part in parts for name in part.get("required", [])]
        return {
            "type": "object",
            "properties": names,
            "required": required,
            "additionalProperties": False,
        }
    return made


def resolved(schema):
    name = schema.get("$ref", "").rpartition("/")[2]
    return OPENAPI["components"]["schemas"][name] if name else schema


def components():
    return {"schemas": {n: closed(s) for n, s in OPENAPI["components"]["schemas"].items()}}


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl on this machine")
def test_the_examples_with_curl(live, place):
    """They run in their order; each answers with what it says, and none with an error."""
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    work = place / "work"
    work.mkdir()
    (work / "talk.wav").write_bytes(OTHER)
    (row,) = live.site.shelf.recordings()
    whole = live.site.editing.transcript(row.id)
    url = f"http://127.0.0.1:{live.address.port}"
    env = {**os.environ, "URL": url, "TOKEN": live.address.token, "ID": str(row.id)}
    env["REVISION"] = str(whole["revision"])
    commands = [
        line
        for block in re.findall(r"^```sh\n(.*?)^```", page, re.S | re.M)
        for line in re.sub(r"\\\n", " ", block).splitlines()
    ]
    assert len(commands) > 12
    for command in commands:
        done = subprocess.run(
            command, shell=True, capture_output=True, text=True, cwd=work, env=env, timeout=600
        )
        ended = 28 if "/api/events" in command else 0  # it never ends by itself
        assert done.returncode == ended, (command, done.stderr)
        refused = '"error":' in done.stdout and '"remedy"' in done.stdout
        assert refused == ("-X DELETE" in command), (command, done.stdout)
    assert (work / "second.pcm").read_bytes() != b""
    present = live.site.editing.transcript(row.id)
    assert present["words"]["text"][3] == "Okonkwo"
