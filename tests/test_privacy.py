"""Nothing leaves the machine: no name is looked up, no socket opened, no file written outside cache
and results.

Every system call of every process is seen by strace, since ONNX Runtime opens its sockets in C++.
"""

import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import attrs
import numpy as np
import pytest
import soundfile

from tests._support.onnx_models import parakeet_tdt
from tests._support.paths import ROOT
from tests._support.whisper_model import make_model
from vsat_plugins._whisper import MODELS

CALLS = (
    "%network,open,openat,openat2,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,"
    "symlink,symlinkat"
)
SOCKET = re.compile(r"\bsocket\((AF_\w+)")
MADE = re.compile(r'\b(?:open\w*|creat|mkdir\w*)\((?:[^,"]*, )?"((?:[^"\\]|\\.)*)"(.*)')
TO_WRITE = re.compile(r"O_WRONLY|O_RDWR|O_CREAT")
# services of the system that look names up on behalf of a program
RESOLVER = re.compile(r"\bconnect\(.*AF_UNIX.*(nscd|resolve)")
SYSTEM = ("/dev/null", "/dev/shm/", "/proc/")  # no files of a disk
COMPILED = os.environ["NUMBA_CACHE_DIR"]  # warm: compiling takes half a minute
VSAT = (sys.executable, "-m", "vsat_core")
pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")


@attrs.define
class Watched:
    """An empty home folder and a folder of work; what commands do beyond them."""

    home: Path
    work: Path
    tmp: Path

    def run(self, *command: str | Path) -> list[str]:
        """Run it, and return every look-up, connection, socket and file that must not be."""
        log = self.home.parent / "strace.log"
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "TMPDIR": str(self.tmp),
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "NUMBA_CACHE_DIR": COMPILED,
            "ORT_DISABLE_TELEMETRY": "0",
        }
        traced = f"strace -f -qq -s 4096 -e trace={CALLS} -o {log}".split()
        done = subprocess.run(
            [*traced, *map(str, command)], cwd=self.work, env=env, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        left = [p for p in self.home.rglob("*") if not self._may(str(p))]
        return [*self._calls(log), *(f"left: {p}" for p in [*left, *self.tmp.iterdir()])]

    def _calls(self, log: Path) -> list[str]:
        """Sockets of the network, look-ups, and files opened for writing elsewhere."""
        found = []
        for line in log.read_text(errors="replace").splitlines():
            socket = SOCKET.search(line)
            if (socket and socket[1] != "AF_UNIX") or RESOLVER.search(line):
                found.append(line)
            if (made := MADE.search(line)) and (
                TO_WRITE.search(made[2]) or "mkdir" in line or "creat(" in line
            ):
                path = os.path.normpath(self.work / made[1])
                if not self._may(path) and " = -1 " not in line:
                    found.append(line)
        return found

    def _may(self, path: str) -> bool:
        """Whether a file may be made there."""
        places = (self.home / ".cache" / "vsat", self.work / "out", self.tmp, Path(COMPILED))
        inside = any(Path(path).is_relative_to(p) or p.is_relative_to(path) for p in places)
        return inside or path.startswith(SYSTEM) or f"{os.sep}__pycache__" in path


@pytest.fixture
def watched(tmp_path):
    place = Watched(tmp_path / "home", tmp_path / "work", tmp_path / "tmp")
    for folder in (place.home, place.work, place.tmp):
        folder.mkdir()
    return place


@pytest.mark.models
def test_the_default_profile_keeps_to_itself(watched):
    """In this process and in those of a batch; a user's own ORT_DISABLE_TELEMETRY=0 changes
    nothing.
    """
    samples, rate = soundfile.read(ROOT / "test_data" / "short_conversation.wav", stop=16_000 * 4)
    for name in ("a", "b"):
        soundfile.write(watched.work / f"{name}.wav", samples, rate)
    assert watched.run(*VSAT, "run", "a.wav", "b.wav", "--jobs", "1", "--out", "out") == []
    assert len(list((watched.work / "out").glob("*.txt"))) == 2


EXTRAS = {  # package of an extra that computes in a run -> its variant
    "av": "decode.use=av.native",
    "fastcluster": "cluster.use=ahc.fastcluster",
    "faster_whisper": "transcribe.use=whisper.batched",
}


def test_extras_keep_to_themselves(watched, tiny):
    """All that are installed in one run, the other stages being those for tests."""
    chosen = [use for package, use in EXTRAS.items() if importlib.util.find_spec(package)]
    tone = np.repeat([0.5, -0.5, 0.6, -0.6], 2_000).astype(np.float32)
    soundfile.write(watched.work / "a.wav", tone, 16_000)
    if EXTRAS["faster_whisper"] in chosen:
        if not all(model.found() for model in MODELS["base"]):
            (watched.work / "model").mkdir()
            chosen.append(f'transcribe.model="{make_model(watched.work / "model")}"')
        chosen.append("transcribe.tuning.threads=1")  # several wait for each other under strace
    settings = [word for setting in chosen for word in ("--set", f"stages.{setting}")]
    command = [*VSAT, "run", "a.wav", "--profile", tiny.profile, "--out", "out"]
    assert chosen and watched.run(*command, *settings) == []


def test_a_model_of_ones_own_keeps_to_itself(watched, tiny):
    """By a library that could ask a hub for what a folder lacks."""
    pytest.importorskip("onnx_asr")
    pytest.importorskip("onnx")
    tone = np.repeat([0.5, -0.5, 0.6, -0.6], 2_000).astype(np.float32)
    soundfile.write(watched.work / "a.wav", tone, 16_000)
    parakeet_tdt(watched.work / "model")
    uses = ("decode.use=av.native", "transcribe.use=onnxasr.baseline", "transcribe.model=model")
    settings = [word for use in uses for word in ("--set", f"stages.{use}")]
    settings += ["--set", "stages.transcribe.tuning.threads=1"]
    command = [*VSAT, "run", "a.wav", "--profile", tiny.profile, "--out", "out"]
    assert watched.run(*command, *settings) == []


@pytest.mark.models
def test_words_that_are_given_keep_to_themselves(watched):
    samples, rate = soundfile.read(ROOT / "test_data" / "short_conversation.wav", stop=16_000 * 6)
    soundfile.write(watched.work / "a.wav", samples, rate)
    text = (ROOT / "test_data" / "short_conversation.txt").read_text(encoding="utf-8")
    (watched.work / "a.txt").write_text(" ".join(text.split()[:12]), encoding="utf-8")
    command = [*VSAT, "import", "a.txt", "--audio", "a.wav", "--out", "out"]
    assert watched.run(*command) == []


def test_pictures_keep_to_themselves(watched):
    pytest.importorskip("matplotlib")
    row = {"elapsed_seconds": 1.0, "elapsed_low": 0.9, "elapsed_high": 1.2, "seconds": [[1.0]]}
    value = {"results": {"whole": {"a.wav": row}}, "_meta": {"kind": "vsat bench", "version": 1}}
    (watched.work / "r.json").write_text(json.dumps(value))
    (watched.work / "out").mkdir()
    assert watched.run(*VSAT, "plot", "r.json", "--out", "out/p.svg") == []


PLANTED = """
import socket, sys
import vsat_core
try:
    answers = socket.getaddrinfo("collector.example.com", 443, type=socket.SOCK_STREAM)
    address = answers[0][4]
except OSError:
    address = "127.0.0.1", 443
try:
    socket.create_connection(address, 2).close()
except OSError:
    pass
open(sys.argv[1], "w").close()
"""


def test_the_test_sees_look_ups_connections_and_files(watched):
    found = "\n".join(watched.run(sys.executable, "-c", PLANTED, watched.home / "deviceid"))
    assert "socket(AF_INET" in found and f"left: {watched.home}/deviceid" in found
    assert re.search(r'openat\(.*deviceid".*O_CREAT', found)


UNSWITCHED = """
import os, vsat_core
for name in ("ORT_DISABLE_TELEMETRY", "ORT_TELEMETRY_DISABLED"):
    del os.environ[name]
import onnxruntime
"""


@pytest.mark.models
def test_without_the_switch_it_would_fail(watched):
    """ONNX Runtime as it is by itself."""
    version = importlib.metadata.version("onnxruntime")
    if tuple(map(int, version.split(".")[:2])) < (1, 29):
        pytest.skip(f"ONNX Runtime {version} has no telemetry on Linux")
    assert "deviceid" in "\n".join(watched.run(sys.executable, "-c", UNSWITCHED))


@pytest.mark.parametrize(
    "first",
    [
        "vsat_core",
        "vsat_core.cli",
        "vsat_plugins",
        "vsat_plugins.transcribe.sphinx_worker",
        "vsat_core.measure.worker_main",
        "vsat_core.hotspots.child",
    ],
)
def test_switches_are_set_wherever_a_process_begins(first):
    from vsat_core.privacy import SWITCHES

    if "sphinx" in first and not importlib.util.find_spec("pocketsphinx"):
        pytest.skip("needs pocketsphinx")
    code = (
        f"import os, sys, {first}; print({{n: os.environ.get(n) for n in {list(SWITCHES)}}} == "
        f"{SWITCHES})"
    )
    env = {**os.environ, **dict.fromkeys(SWITCHES, "wrong")}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert done.stdout == "True\n", done.stderr
