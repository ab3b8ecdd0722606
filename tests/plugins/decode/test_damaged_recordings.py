"""Recordings that lie, are cut off or are no recordings: read as far as they go, or refused in one
clear line.
"""

import numpy as np
import pytest

from tests._support.encoders import by_sndfile
from tests._support.variants import made
from tests._support.wav_files import float_wav, sine, wav_bytes
from vsat_core.artifacts import Source
from vsat_core.contract.workspace import Workspace
from vsat_core.errors import InputError

VALUES = (sine(2) * 2**15).astype("<i2")
SOUND = VALUES / np.float32(2**15)
FINE = wav_bytes(VALUES)
COMPRESSED = {kind: by_sndfile(sine(4), kind) for kind in ("FLAC", "MP3", "OGG")}

LYING = {
    "length never written": wav_bytes(VALUES, size=0),
    "nothing ever written": wav_bytes(VALUES, size=0, riff=0),
    "streamed": wav_bytes(VALUES, size=0xFFFFFFFF, riff=0xFFFFFFFF),
    "streamed by sox": wav_bytes(VALUES, size=0x7FFFF000, riff=0x7FFFF024),
    "longer than the file": wav_bytes(VALUES, size=4 * VALUES.nbytes),
}


@pytest.mark.parametrize("case", LYING)
def test_a_lying_header_costs_nothing_but_a_warning(decoder, decode, warnings, case):
    np.testing.assert_array_equal(decode(LYING[case], decoder), SOUND)
    assert len(warnings) == 1
    assert "talk.wav" not in warnings[0], "the engine puts the name in front"
    assert "\n" not in warnings[0]


@pytest.mark.parametrize(
    ("half", "tag", "bits"),
    [(np.float32(0.5).tobytes(), 3, 32), (b"\xc0", 1, 8), (b"\0\0\x40", 1, 24)],
    ids=["float", "8 bit", "24 bit"],
)
def test_unwritten_length_in_other_encodings(decoder, decode, warnings, half, tag, bits):
    content = wav_bytes(half * 3000, tag=tag, bits=bits, size=0)
    np.testing.assert_array_equal(decode(content, decoder), np.full(3000, 0.5, np.float32))
    assert len(warnings) == 1


def test_cut_off_in_the_middle_and_of_a_frame(decoder, decode, warnings):
    samples = decode(FINE[: 44 + 2 * 10_000 + 1], decoder)
    np.testing.assert_array_equal(samples, SOUND[:10_000])
    assert len(warnings) == 1
    assert "0.63 s of the 2.00 s" in warnings[0]


@pytest.mark.parametrize("kind", COMPRESSED)
def test_compressed_files(decode, warnings, kind):
    samples = decode(COMPRESSED[kind], "sndfile")
    assert len(samples) == 64_000
    np.testing.assert_allclose(samples[4000:-4000], sine(4)[4000:-4000], rtol=0, atol=0.02)
    assert warnings == []


@pytest.mark.parametrize("kind", COMPRESSED)
def test_compressed_files_cut_off(decode, warnings, kind):
    content = by_sndfile(np.random.default_rng(3).uniform(-0.3, 0.3, 128_000), kind)
    full = decode(content, "sndfile")
    part = decode(content[: len(content) * 3 // 4], "sndfile")
    assert 64_000 < len(part) < 100_000
    np.testing.assert_allclose(part[:-4000], full[: len(part) - 4000], rtol=0, atol=1e-3)
    assert len(warnings) == 1
    assert "as far as it goes" in warnings[0]


def test_flac_damaged_in_the_middle(decode, warnings):
    content = bytearray(COMPRESSED["FLAC"])
    content[len(content) // 2 : len(content) // 2 + 300] = bytes(300)
    assert 4_000 < len(decode(content, "sndfile")) < 60_000
    assert len(warnings) == 1


def test_flac_from_a_pipe_does_not_say_how_long_it_is(decode, warnings):
    content = bytearray(COMPRESSED["FLAC"])
    content[21] &= 0xF0  # STREAMINFO: 36 bits of total samples, 0 where unknown
    content[22:26] = bytes(4)
    assert len(decode(content, "sndfile")) == 64_000
    assert warnings == []


NO_RECORDING = {  # name: (content, what the message must say)
    "empty": (b"", "empty file"),
    "text": (b"Dear diary,\nnothing happened today.\n" * 9, "text, not sound"),
    "noise": (bytes(range(256)) * 9, "not a sound file"),
    "header only": (wav_bytes(b""), "no sound|not a sound file"),
    "pdf": (b"%PDF-1.4\n\xe2\xe3\xcf\xd3" + bytes(300), "is not a sound file"),
    "playlist": (
        b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n",
        "text, not sound",
    ),
    "list of files": (b"ffconcat version 1.0\nfile secret.wav\n", "text, not sound"),
}
BROKEN_WAV = {
    "nothing but notes": (wav_bytes(b"") + b"LIST\4\0\0\0INFO", "no sound"),
    "cut in RIFF": (FINE[:7], "cut off inside its WAV header"),
    "cut in fmt": (FINE[:30], "cut off inside its WAV header"),
    "cut before data": (FINE[:38], "cut off inside its WAV header"),
    "cut after data": (FINE[:44], "no sound"),
    "m4a": (b"\0\0\0\x20ftypM4A " + bytes(300), "MP4 or M4A"),
    "no channels": (FINE[:22] + b"\0\0" + FINE[24:], "0 channels"),
    "no rate": (FINE[:24] + bytes(4) + FINE[28:], "0 samples a second"),
}


@pytest.mark.parametrize("case", NO_RECORDING)
@pytest.mark.parametrize("decoder", ["wave", "sndfile", "av", "auto"])
def test_what_is_no_recording_is_refused(decoder, refuses, case):
    refuses(*NO_RECORDING[case], decoder)


@pytest.mark.parametrize("case", BROKEN_WAV)
def test_broken_wav_is_refused(decoder, refuses, case):
    refuses(*BROKEN_WAV[case], decoder)


@pytest.mark.parametrize("name", ["wave.baseline", "sndfile.vectorized"])
def test_missing_file_and_folder(name, tmp_path):
    for path, says in ((tmp_path / "absent.wav", "No such file"), (tmp_path, "is a folder")):
        with Workspace() as run, pytest.raises(InputError, match=says):
            made("decode", name)(Source(path), run=run)


@pytest.mark.parametrize("decoder", ["wave", "sndfile", "av"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_a_number_is_named_with_its_second(decoder, refuses, bad):
    values = sine(12, 48_000)
    values[48_000 * 11 + 24_000] = bad
    refuses(float_wav(values, 48_000), r"NaN or infinity\) at 11.500 s; export", decoder)


def test_doubles_too_large_for_float32(decoder, refuses):
    values = np.array([0.0] * 16 + [1e300], "<f8")
    refuses(wav_bytes(values, tag=3, bits=64), r"at 0\.001 s", decoder)


def test_loud_float_is_kept_with_a_warning(decoder, decode, warnings):
    values = 4 * sine(1).astype("<f4")
    np.testing.assert_array_equal(decode(float_wav(values), decoder), values)
    assert len(warnings) == 1
    assert "reach 2" in warnings[0]


@pytest.mark.parametrize("kind", COMPRESSED)
def test_wave_names_the_decoder_that_can(refuses, kind):
    refuses(COMPRESSED[kind], r"auto\.native", "wave")


def test_compressed_wav_is_for_libsndfile(decode, refuses):
    content = by_sndfile(sine(1), "WAV", subtype="ULAW")
    assert len(decode(content, "sndfile")) == 16_000
    refuses(content, r"auto\.native", "wave")


@pytest.mark.parametrize("name", ["wave.baseline", "sndfile.vectorized"])
def test_output_above_the_memory_limit_lives_on_disk(name, tmp_path):
    (tmp_path / "talk.wav").write_bytes(FINE)
    with Workspace(memory_limit=1000) as run:
        audio = made("decode", name)(Source(tmp_path / "talk.wav"), run=run)
        assert list(run.folder.glob("*.*"))
        np.testing.assert_array_equal(audio.samples, SOUND)
