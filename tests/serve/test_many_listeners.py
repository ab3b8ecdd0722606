"""Several clients hear a recording at the same time: see tools/range_clients.py."""

import os

from tools.range_clients import Server, measured


def test_no_error_and_the_same_bytes(live):
    server = Server(live.address.port, live.address.token)
    result = measured(server, os.getpid(), n_clients=8, seconds=0.5)
    assert result["errors"] == 0, result["first_errors"]
    assert result["requests"] >= 8
