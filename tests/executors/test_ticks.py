"""How far a command is reaches whoever started it."""

import json
import os

from vsat_core.cli.terminal import counting
from vsat_core.executors.exclusive import CarriedCommand
from vsat_core.executors.ticks import VARIABLE


def test_steps_come_through_the_pipe(monkeypatch):
    """No process that is started meanwhile takes the pipe for its own."""
    ready, end = os.pipe()
    monkeypatch.setenv(VARIABLE, str(end))
    with os.fdopen(ready) as lines:
        with counting("matrix", 1) as tick:
            assert VARIABLE not in os.environ
            tick("decode a")
            tick("decode b")
        steps = [json.loads(line) for line in lines]
    assert steps == [
        {"doing": "decode a", "done": 1, "total": 1},
        {"doing": "decode b", "done": 2, "total": 2},
    ]


def test_without_a_pipe_there_is_the_bar(monkeypatch, capsys):
    for number in ("", "no number", "99999"):
        monkeypatch.setenv(VARIABLE, number)
        with counting("matrix", 1) as tick:
            tick("decode a")
    assert capsys.readouterr().err == ""


def test_a_carried_command_tells_its_steps():
    heard = []
    carried = CarriedCommand(["matrix"], lambda *step: heard.append(step))
    carried.event({"event": "start", "of": "matrix"})
    step = {"event": "tick", "of": "matrix", "machine": "one", "doing": "cut", "done": 3}
    carried.event({**step, "total": 9})
    assert heard == [("one", "cut", 3, 9)] and not carried.ended
    carried.fails("two", OSError(5, "Input/output error"))
    (ended,) = carried.ended
    assert ended.machine == "two" and ended.code == 2 and ended.err.startswith("vsat: two: ")
