"""Recordings that lie, are cut off or are no recordings: read as far as they go, or refused in one
clear line.
"""

import io

import numpy as np
import pytest
import soundfile

from tests._support.wav_files import DECODERS, sine, wav_bytes
from vsat_core.artifacts import Source
from vsat_core.contract.workspace import Workspace
from vsat_core.errors import InputError

VALUES = (sine(2, 16_000) * 2**15).astype("<i2")
FINE = wav_bytes(VALUES)


def compressed(kind, values=None):
    out = io.BytesIO()
    soundfile.write(out, sine(4, 16_000) if values is None else values, 16_000, format=kind)
    return out.getvalue()


LYING = {
    "length never written": wav_bytes(VALUES, size=0),
    "nothing ever written": wav_bytes(VALUES, size=0, riff=0),
    "streamed": wav_bytes(VALUES, size=0xFFFFFFFF, riff=0xFFFFFFFF),
    "streamed by sox": wav_bytes(VALUES, size=0x7FFFF000, riff=0x7FFFF024),
    "longer than the file": wav_bytes(VALUES, size=4 * VALUES.nbytes),
}


@pytest.mark.parametrize("case", LYING)
def test_a_lying_header_costs_nothing_but_a_warning(decoder, decode, warnings, case):
    samples = decode(decoder, LYING[case]).samples
    np.testing.assert_array_equal(samples, VALUES / np.float32(2**15))
    assert len(warnings) == 1
    assert "talk.wav" not in warnings[0], "the engine puts the name in front"
    assert "\n" not in warnings[0]


@pytest.mark.parametrize("encoding", ["float", "8 bit", "24 bit"])
def test_unwritten_length_in_other_encodings(decode, warnings, encoding):
    tag, bits = {"float": (3, 32), "8 bit": (1, 8), "24 bit": (1, 24)}[encoding]
    half = {"float": np.float32(0.5).tobytes(), "8 bit": b"\xc0", "24 bit": b"\0\0\x40"}[encoding]
    content = wav_bytes(half * 3000, tag=tag, bits=bits, size=0)
    for name in DECODERS:
        np.testing.assert_array_equal(decode(name, content).samples, np.full(3000, 0.5, np.float32))
    assert len(warnings) == 2


def test_cut_off_in_the_middle_and_of_a_frame(decoder, decode, warnings):
    samples = decode(decoder, FINE[: 44 + 2 * 10_000 + 1]).samples
    np.testing.assert_array_equal(samples, VALUES[:10_000] / np.float32(2**15))
    assert len(warnings) == 1
    assert "0.63 s of the 2.00 s" in warnings[0]


@pytest.mark.parametrize("kind", ["FLAC", "MP3", "OGG"])
def test_compressed_files(decode, warnings, kind):
    samples = decode("sndfile", compressed(kind), "talk." + kind.lower()).samples
    assert len(samples) == 64_000
    np.testing.assert_allclose(samples[4000:-4000], sine(4, 16_000)[4000:-4000], rtol=0, atol=0.02)
    assert warnings == []


@pytest.mark.parametrize("kind", ["FLAC", "MP3", "OGG"])
def test_compressed_files_cut_off(decode, warnings, kind):
    content = compressed(kind, np.random.default_rng(3).uniform(-0.3, 0.3, 128_000))
    whole = decode("sndfile", content, "talk." + kind.lower()).samples
    part = decode("sndfile", content[: len(content) * 3 // 4], "talk." + kind.lower()).samples
    assert 64_000 < len(part) < 100_000
    np.testing.assert_allclose(part[:-4000], whole[: len(part) - 4000], rtol=0, atol=1e-3)
    assert len(warnings) == 1
    assert "as far as it goes" in warnings[0]


def test_flac_damaged_in_the_middle(decode, warnings):
    content = bytearray(compressed("FLAC"))
    content[len(content) // 2 : len(content) // 2 + 300] = bytes(300)
    part = decode("sndfile", bytes(content), "talk.flac").samples
    assert 4_000 < len(part) < 60_000
    assert len(warnings) == 1


def test_flac_from_a_pipe_does_not_say_how_long_it_is(decode, warnings):
    content = bytearray(compressed("FLAC"))
    content[21] &= 0xF0  # STREAMINFO: 36 bits of total samples, 0 where unknown
    content[22:26] = bytes(4)
    assert len(decode("sndfile", bytes(content), "talk.flac").samples) == 64_000
    assert warnings == []


REFUSED = {  # name: (content, what the message must say to each decoder)
    "empty": (b"", "empty file"),
    "header only": (wav_bytes(b""), "no sound"),
    "nothing but notes": (wav_bytes(b"") + b"LIST\4\0\0\0INFO", "no sound"),
    "cut in RIFF": (FINE[:7], "cut off inside its WAV header"),
    "cut in fmt": (FINE[:30], "cut off inside its WAV header"),
    "cut before data": (FINE[:38], "cut off inside its WAV header"),
    "cut after data": (FINE[:44], "no sound"),
    "text": (b"Dear diary,\nnothing happened today.\n" * 9, "text, not sound"),
    "noise": (bytes(range(256)) * 9, "not a sound file"),
    "m4a": (b"\0\0\0\x20ftypM4A " + bytes(300), "MP4 or M4A"),
    "no channels": (FINE[:22] + b"\0\0" + FINE[24:], "0 channels"),
    "no rate": (FINE[:24] + bytes(4) + FINE[28:], "0 samples a second"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_in_one_line(decoder, decode, warnings, case):
    content, says = REFUSED[case]
    with pytest.raises(InputError, match=says) as caught:
        decode(decoder, content)
    message = str(caught.value)
    assert "talk.wav" in message
    assert "; " in message, "no remedy"
    assert "\n" not in message
    assert warnings == []


def test_missing_file_and_folder(decoder, tmp_path):
    for path, says in ((tmp_path / "absent.wav", "No such file"), (tmp_path, "is a folder")):
        with Workspace() as run, pytest.raises(InputError, match=says):
            DECODERS[decoder](None, None)(Source(path), run=run)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_a_number_is_named_with_its_second(decoder, decode, bad):
    values = sine(12, 48_000).astype("<f4")
    values[48_000 * 11 + 24_000] = bad
    with pytest.raises(InputError, match=r"NaN or infinity\) at 11.500 s; export"):
        decode(decoder, wav_bytes(values, 48_000, tag=3, bits=32))


def test_doubles_too_large_for_float32(decoder, decode):
    with pytest.raises(InputError, match=r"at 0\.001 s"):
        decode(decoder, wav_bytes(np.array([0.0] * 16 + [1e300], "<f8"), tag=3, bits=64))


def test_loud_float_is_kept_with_a_warning(decoder, decode, warnings):
    values = 4 * sine(1, 16_000).astype("<f4")
    np.testing.assert_array_equal(
        decode(decoder, wav_bytes(values, tag=3, bits=32)).samples, values
    )
    assert len(warnings) == 1
    assert "reach 2" in warnings[0]


@pytest.mark.parametrize("kind", ["FLAC", "MP3", "OGG"])
def test_wave_names_the_decoder_that_can(decode, kind):
    with pytest.raises(InputError, match=r"auto\.native"):
        decode("wave", compressed(kind), "talk." + kind.lower())


def test_compressed_wav_is_for_libsndfile(decode):
    out = io.BytesIO()
    soundfile.write(out, sine(1, 16_000), 16_000, format="WAV", subtype="ULAW")
    assert len(decode("sndfile", out.getvalue()).samples) == 16_000
    with pytest.raises(InputError, match=r"auto\.native"):
        decode("wave", out.getvalue())


def test_output_above_the_memory_limit_lives_on_disk(decoder, tmp_path):
    (tmp_path / "talk.wav").write_bytes(FINE)
    with Workspace(memory_limit=1000) as run:
        audio = DECODERS[decoder](None, None)(Source(tmp_path / "talk.wav"), run=run)
        assert list(run.folder.glob("*.*"))
        np.testing.assert_array_equal(audio.samples, VALUES / np.float32(2**15))
