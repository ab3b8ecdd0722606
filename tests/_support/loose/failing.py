"""A loose plugin for tests: a decoder that fails as the name of the recording says."""

from __future__ import annotations

import os
import signal
import time

import numpy as np

from vsat_core.artifacts import Audio
from vsat_core.plugin import EXACT, Card, Stage, hookimpl


class Panic(BaseException):
    """As errors of some compiled libraries, it is no Exception."""


class Mute(Exception):
    """It has no words."""

    def __str__(self):
        raise ValueError("no words")


def deep():
    return deep()


ERRORS = {
    "memory": lambda: MemoryError(),
    "panic": lambda: Panic("at the disco\nand elsewhere"),
    "mute": lambda: Mute(),
    "exit": lambda: SystemExit(0),
    "disk": lambda: OSError(28, "No space left on device", "/scratch/x"),
    "key": lambda: KeyError("b\udce9"),
    "pipe": lambda: BrokenPipeError(32, "Broken pipe"),
}


class Decode(Stage):
    def __call__(self, source, *, run):
        name = source.path.stem
        if name in ERRORS:
            raise ERRORS[name]()
        if name == "recursion":
            deep()
        if name == "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        if name == "slow":
            (run.folder / "half").write_text("x")
            with open(os.environ["FAILING_LOG"], "a") as file:
                print(os.getpid(), file=file)
            time.sleep(600)
        print("\u65e5 b\udce9")  # plugins may print what no terminal takes
        run.warn("it is short")
        return Audio(np.frombuffer(source.path.read_bytes(), np.int8).astype(np.float32) / 128)


@hookimpl
def vsat_decode():
    return [Card("failing.plain", "for tests", agreement=EXACT, target=f"{__name__}:Decode")]
