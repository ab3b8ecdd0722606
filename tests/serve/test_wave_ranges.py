"""Any range of the virtual WAV is the range of the file that soundfile would write."""

import io

import numpy as np
import pytest
import soundfile

from vsat_core.page import wave_ranges as wave

SAMPLES = np.linspace(-1.1, 1.1, 1000).astype(np.float32)


def whole(samples):
    part = wave.ByteRange(0, wave.size_of(len(samples)) - 1, wave.size_of(len(samples)))
    return b"".join(wave.content(samples, part))


def test_it_is_a_wav_file():
    read, rate = soundfile.read(io.BytesIO(whole(SAMPLES)), dtype="int16")
    assert rate == 16_000
    assert np.abs(read / 32767 - np.clip(SAMPLES, -1, 1)).max() <= 0.5 / 32767 + 1e-7


@pytest.mark.parametrize("block", [1, 7, 1 << 16])
def test_every_range_is_a_part_of_it(monkeypatch, block):
    monkeypatch.setattr(wave, "BLOCK_SAMPLES", block)
    samples = SAMPLES[:9]
    file = whole(samples)
    for first in range(len(file)):
        for last in range(first, len(file)):
            part = wave.ByteRange(first, last, len(file))
            assert b"".join(wave.content(samples, part)) == file[first : last + 1]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", None),
        ("bytes=0-", (0, 99)),
        ("bytes=10-19", (10, 19)),
        ("bytes=90-1000", (90, 99)),
        ("bytes=-5", (95, 99)),
        ("bytes=-500", (0, 99)),
        ("bytes=20-10", None),
        ("bytes=0-1,5-6", None),
        ("lines=0-1", None),
        ("bytes=-", None),
    ],
)
def test_headers(asked, expected):
    found = wave.asked_range(asked, 100)
    assert (found and (found.first, found.last)) == expected


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=-0", f"bytes={10**30}-"])
def test_ranges_that_are_not_there(asked):
    with pytest.raises(wave.NoSuchRange):
        wave.asked_range(asked, 100)
