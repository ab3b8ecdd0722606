"""Two hundred cases of tools/fuzz with a fixed seed: each succeeds or is refused in one line."""

import io
import shutil

import pytest
import soundfile

from tests._support.encoders import by_ffmpeg
from tools.fuzz.pool import Order, verdicts
from tools.fuzz.stock import Stock, make_stock

SEED, CASES = 28, 200
BY_SNDFILE = ("WAV", "FLAC", "AIFF", "AU", "CAF", "W64", "OGG", "MP3")
BY_FFMPEG = {"m4a": ("ipod", "aac"), "webm": ("webm", "libopus"), "mka": ("matroska", "pcm_s16le")}


def few_recordings(source, folder):
    """Half a second in formats that the libraries of VSAT write, so that no program is needed."""
    folder.mkdir(parents=True)
    sound, rate = soundfile.read(source, 8_000, start=16_000)
    for kind in BY_SNDFILE:
        content = io.BytesIO()
        soundfile.write(content, sound, rate, format=kind)
        (folder / f"talk.{kind.lower()}").write_bytes(content.getvalue())
    for ending, (container, codec) in BY_FFMPEG.items():
        at = 48_000 if codec == "libopus" else rate
        (folder / f"talk.{ending}").write_bytes(by_ffmpeg([sound], container, codec, at))


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    return make_stock(tmp_path_factory.mktemp("stock"), few_recordings)


def test_every_mutated_input_succeeds_or_is_refused_in_one_line(stock, tmp_path):
    order = Order(range(CASES), SEED, stock.folder, tmp_path / "kept")
    replies = list(verdicts(order, 1))
    assert [reply for reply in replies if reply["wrong"]] == []
    assert sorted(reply["number"] for reply in replies) == list(range(CASES))
    refused = [reply for reply in replies if any(reply["codes"])]
    assert CASES / 5 < len(refused) < CASES  # the changes are neither without effect nor all fatal


def test_a_case_that_crashes_costs_one_case(stock, tmp_path):
    """A crash is a verdict, the next case has another process, and the folder is kept."""
    other = Stock(tmp_path / "stock")
    shutil.copytree(stock.folder, other.folder)
    plugin = other.tiny / "tiny.py"
    crash = "\nimport os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n"
    plugin.write_text(plugin.read_text() + crash)
    order = Order(range(12), SEED, other.folder, tmp_path / "kept")
    found = {reply["number"]: reply["wrong"] for reply in verdicts(order, 1)}
    crashed = [number for number, wrong in found.items() if "SIGSEGV" in str(wrong)]
    assert len(found) == 12 and 0 < len(crashed) < 12
    assert all((tmp_path / "kept" / str(number)).is_dir() for number in crashed)
