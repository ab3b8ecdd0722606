"""M4A, MP4 and WebM made here by FFmpeg's encoders: length, lag, fidelity, and what is refused."""

import io

import av
import numpy as np
import pytest
import soundfile
import soxr
from scipy.signal import correlate

from tests._support.wav_files import sine, wav_bytes
from vsat_core.artifacts import Source
from vsat_core.contract.workspace import Workspace
from vsat_core.errors import InputError
from vsat_plugins.decode import Limits, TrackParams
from vsat_plugins.decode.av_frames import PAUSE_S
from vsat_plugins.decode.av_native import Native

SECONDS = 3.3


def talk(rate, seconds=SECONDS):
    """Bursts of noise below 3 kHz that differ in length: float64 (n,), so that any lag shows."""
    t = np.arange(round(seconds * rate)) / rate
    rng = np.random.default_rng(5)
    tones = zip(rng.uniform(150, 3000, 60), rng.uniform(0, 6, 60), strict=True)
    x = sum(np.sin(2 * np.pi * hz * t + phase) for hz, phase in tones)
    return 0.02 * x * (np.sin(2 * np.pi * 1.3 * t) + np.sin(2 * np.pi * 2.9 * t) > 0)


def encoded(path, codec, rate, channels, late_s=0.0, film=False, **options):
    """A file at `path`, as bytes: every channel holds `talk`, the last one half as loud."""
    sound = np.ones((channels, 1)) * talk(rate)
    sound[-1] *= 0.5 if channels > 1 else 1
    with av.open(str(path), "w", options=options) as container:
        track = container.add_stream(codec, rate=rate, layout="stereo" if channels == 2 else "mono")
        if film:
            add_film(container)
        kind = track.format.name
        values = {
            "f": sound.astype(np.float32),
            "s16": np.round(sound * 2**15).astype(np.int16),
            "s32": np.round(sound * 2**31).astype(np.int32),
        }[kind[:1] if kind[0] == "f" else kind[:3]]
        size = track.codec_context.frame_size or 1024
        for first in range(0, values.shape[1], size):
            piece = values[:, first : first + size]
            piece = piece if track.format.is_planar else piece.T.reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(piece), format=kind, layout=track.layout.name
            )
            frame.sample_rate, frame.pts = rate, round(late_s * rate) + first
            container.mux(track.encode(frame))
        container.mux(track.encode(None))
    return path.read_bytes()


def add_film(container):
    """A second of black pictures."""
    images = container.add_stream("mpeg4", rate=10, width=32, height=32, pix_fmt="yuv420p")
    for _ in range(10):
        picture = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
        container.mux(images.encode(picture))
    container.mux(images.encode(None))


def decode(content, tmp_path, name="talk.m4a", warnings=None):
    (tmp_path / name).write_bytes(content)
    with Workspace(on_warning=(warnings if warnings is not None else []).append) as run:
        return np.array(Native(TrackParams(), Limits())(Source(tmp_path / name), run=run).samples)


def lag_and_snr(samples, truth):
    """How many samples late, and how far above its error in dB the sound is."""
    n = min(len(samples), len(truth))
    lag = int(np.argmax(correlate(samples[:n], truth[:n], method="fft"))) - (n - 1)
    moved = samples[max(lag, 0) : n + min(lag, 0)]
    error = moved - truth[max(-lag, 0) :][: len(moved)]
    return lag, 10 * np.log10(np.sum(np.square(moved)) / np.sum(np.square(error)))


KINDS = {  # file: (codec, rate, channels, least SNR in dB)
    "aac.m4a": ("aac", 44_100, 2, 15),
    "aac16.m4a": ("aac", 16_000, 1, 15),
    "alac.m4a": ("alac", 44_100, 2, 70),
    "opus.webm": ("libopus", 48_000, 1, 12),
    "pcm.mkv": ("pcm_s16le", 48_000, 2, 60),
}


@pytest.mark.parametrize("name", KINDS)
def test_length_lag_and_fidelity(name, tmp_path):
    codec, rate, channels, least_db = KINDS[name]
    warnings = []
    samples = decode(encoded(tmp_path / name, codec, rate, channels), tmp_path, warnings=warnings)
    truth = soxr.resample(talk(rate), rate, 16_000) * (0.75 if channels == 2 else 1)
    assert abs(len(samples) - len(truth)) < 0.1 * 16_000
    lag, snr_db = lag_and_snr(samples, truth)
    assert abs(lag) <= 1
    assert snr_db > least_db
    assert warnings == []


def test_the_sound_of_a_film(tmp_path):
    samples = decode(encoded(tmp_path / "film.mp4", "aac", 48_000, 2, film=True), tmp_path)
    lag, snr_db = lag_and_snr(samples, 0.75 * soxr.resample(talk(48_000), 48_000, 16_000))
    assert abs(lag) <= 1
    assert snr_db > 15


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG"])
def test_what_libsndfile_reads_too(kind, tmp_path):
    out = io.BytesIO()
    soundfile.write(out, talk(16_000), 16_000, format=kind)
    samples = decode(out.getvalue(), tmp_path)
    np.testing.assert_allclose(
        samples, soundfile.read(io.BytesIO(out.getvalue()))[0][: len(samples)], atol=1e-4
    )
    assert len(samples) == len(talk(16_000))


@pytest.mark.parametrize(
    ("raw", "tag", "bits"),
    [
        (np.full(4000, 192, np.uint8), 1, 8),
        (np.full(4000, 1 << 14, "<i2"), 1, 16),
        (np.full(4000, 1 << 30, "<i4"), 1, 32),
        (np.full(4000, 0.5, "<f4"), 3, 32),
        (np.full(4000, 0.5, "<f8"), 3, 64),
    ],
)
def test_every_kind_of_number(raw, tag, bits, tmp_path):
    np.testing.assert_array_equal(
        decode(wav_bytes(raw, tag=tag, bits=bits), tmp_path), np.full(4000, 0.5, np.float32)
    )


def test_a_late_start_is_silence(tmp_path):
    """Two seconds after the pictures: as much silence, so that times are those of the film."""
    samples = decode(
        encoded(tmp_path / "late.mkv", "pcm_s16le", 16_000, 1, late_s=2.0, film=True), tmp_path
    )
    assert not samples[:31_000].any()
    lag, _ = lag_and_snr(samples, np.concatenate((np.zeros(32_000), talk(16_000))))
    assert abs(lag) <= PAUSE_S * 16_000


def test_cut_off_where_the_index_comes_first(tmp_path):
    content, warnings = encoded(tmp_path / "talk.mp4", "aac", 16_000, 1, movflags="faststart"), []
    samples = decode(content[: len(content) * 2 // 3], tmp_path, warnings=warnings)
    assert 16_000 < len(samples) < len(talk(16_000)) - 8_000
    assert any("as far as it goes" in w for w in warnings)
    assert all("\n" not in w and "talk.m4a" not in w for w in warnings)


def test_damaged_in_the_middle(tmp_path):
    content, warnings = bytearray(encoded(tmp_path / "opus.webm", "libopus", 48_000, 1)), []
    content[len(content) // 2 : len(content) // 2 + 400] = bytes(400)
    samples = decode(bytes(content), tmp_path, warnings=warnings)
    assert len(samples) > 16_000
    assert len(warnings) <= 2


def refused(tmp_path):
    whole = encoded(tmp_path / "whole.m4a", "aac", 16_000, 1)
    return {
        "cut off before the index": (whole[: len(whole) // 2], "MP4 or M4A file without its index"),
        "text": (b"Dear diary,\nnothing happened today.\n" * 9, "text, not sound"),
        "noise": (bytes(range(256)) * 9, "not a sound file"),
        "empty": (b"", "empty file"),
        "header only": (wav_bytes(b""), "no sound|not a sound file"),
        "playlist": (
            b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n",
            "text, not sound",
        ),
        "list of files": (b"ffconcat version 1.0\nfile secret.wav\n", "text, not sound"),
    }


@pytest.mark.parametrize(
    "case",
    [
        "cut off before the index",
        "text",
        "noise",
        "empty",
        "header only",
        "playlist",
        "list of files",
    ],
)
def test_refused_in_one_line(case, tmp_path):
    content, says = refused(tmp_path)[case]
    with pytest.raises(InputError, match=says) as caught:
        decode(content, tmp_path)
    message = str(caught.value)
    assert "talk.m4a" in message
    assert "; " in message, "no remedy"
    assert "\n" not in message


def test_pictures_alone_are_refused(tmp_path):
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        images = container.add_stream("mpeg4", rate=10, width=32, height=32, pix_fmt="yuv420p")
        picture = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
        container.mux(images.encode(picture))
        container.mux(images.encode(None))
    with pytest.raises(InputError, match="no sound track, only video; choose"):
        decode(out.getvalue(), tmp_path)


def test_what_is_not_a_number_is_named_with_its_second(tmp_path):
    values = sine(4, 16_000).astype("<f4")
    values[40_000] = np.nan
    with pytest.raises(InputError, match=r"at 2\.500 s"):
        decode(wav_bytes(values, tag=3, bits=32), tmp_path)
