"""A second start finds the first; only the lock says that it is alive."""

import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.request

import pytest

from vsat_core.cli.open_command import seconds_of
from vsat_core.errors import InputError, VsatError
from vsat_core.page import running
from vsat_core.page.running import AlreadyServed, claimed, server_of


def test_one_server_a_folder(tmp_path):
    with claimed(tmp_path) as (address, listening):
        assert listening.getsockname() == ("127.0.0.1", address.port)
        assert listening.proto == socket.IPPROTO_TCP  # else asyncio holds answers back
        with pytest.raises(AlreadyServed) as raised, claimed(tmp_path / "."):
            pass
        assert raised.value.address == address
        assert server_of(tmp_path / "deep" / "in") == address
        with claimed(tmp_path / "other") as (other, _):
            assert other.port != address.port and other.token != address.token
    assert server_of(tmp_path) is None


def test_port_and_token_stay_so_that_open_pages_go_on(tmp_path):
    with claimed(tmp_path) as (before, _):
        pass
    with claimed(tmp_path) as (after, _):
        assert after == before
        with claimed(tmp_path / "other"):
            pass
        with pytest.raises(VsatError, match="choose another"), claimed(tmp_path / "x", after.port):
            pass


def test_nobody_else_can_read_the_token(tmp_path):
    with claimed(tmp_path):
        record = running._record(tmp_path)
        assert stat.S_IMODE(record.stat().st_mode) == 0o600
        assert stat.S_IMODE(record.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("text", "seconds"), [("95", 95), ("1:35", 95), ("0:01:35.5", 95.5), ("1:00:00", 3600)]
)
def test_times(text, seconds):
    assert seconds_of(text) == seconds
    for wrong in ("", "a", "1:2:3:4", "-1", "nan", "inf"):
        with pytest.raises(InputError, match="--at"):
            seconds_of(wrong)


def test_the_commands(place):
    """`vsat serve` answers, a second one and `vsat open` find it, and it ends when told to."""
    command = [sys.executable, "-m", "vsat_core"]
    out = place / "out"
    first = subprocess.Popen(
        [*command, "serve", out, "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = first.stdout.readline()
        url = line.split()[-1]
        assert line.startswith(f"{out} is served at http://127.0.0.1:")
        second = subprocess.run(
            [*command, "serve", out, "--no-browser"], capture_output=True, text=True
        )
        assert (second.stdout, second.returncode) == (line, 0), second.stderr
        opened = subprocess.run(
            [*command, "open", out / "talk.json", "--at", "0:01", "--no-browser"],
            capture_output=True,
            text=True,
        )
        page = opened.stdout.split()[-1]
        assert page.startswith(url.partition("?")[0]) and opened.returncode == 0, opened.stderr
        token = url.rpartition("token=")[2]
        address = page.partition("token=")[0] + page.partition("&")[2]
        request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
        opener = urllib.request.build_opener(Stay)
        assert opener.open(request).headers["Location"].startswith("/t/")
    finally:
        first.send_signal(signal.SIGTERM)
        _, said = first.communicate(timeout=300)
    assert first.returncode == 130 and said.count("\n") == 1, said


class Stay(urllib.request.HTTPRedirectHandler):
    """Does not follow."""

    def http_error_303(self, req, fp, code, msg, headers):
        return fp


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["serve", "talk.json"], "vsat open talk.json"),
        (["open", "nowhere.json"], "there is no such transcript"),
        (["open", "."], "vsat serve opens a folder"),
        (["serve", ".", "--port", "99999"], "--port: expected 0 to 65535"),
        (["open", "talk.json", "--at", "noon"], "--at: expected a time"),
    ],
)
def test_errors_are_one_line(tmp_path, monkeypatch, capsys, arguments, said):
    from vsat_core.cli import main

    monkeypatch.chdir(tmp_path)
    (tmp_path / "talk.json").write_text("{}")
    handler = signal.getsignal(signal.SIGTERM)
    try:
        assert main(arguments) == 2
    finally:
        signal.signal(signal.SIGTERM, handler)
    err = capsys.readouterr().err
    assert said in err and err.count("\n") == 1


def test_without_the_extra(monkeypatch, tmp_path, capsys):
    import importlib.util

    from vsat_core.cli import main

    there = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "uvicorn" else there(name)
    )
    assert main(["serve", os.fspath(tmp_path)]) == 2
    assert "pip install 'vsat-speech[page]'" in capsys.readouterr().err
