"""M4A, MP4 and WebM made here by FFmpeg's encoders: length, lag, fidelity, and what is refused."""

from types import SimpleNamespace

import numpy as np
import pytest
import soxr
from scipy.signal import correlate

from tests._support.encoders import by_ffmpeg, by_sndfile, speechlike
from vsat_plugins.decode.av_frames import PAUSE_S, TrackReader

SECONDS = 3.3
TALK = speechlike(SECONDS)


def encoded(container, codec, rate, channels=1, **options):
    """A file in which the second channel is half as loud."""
    sound = speechlike(SECONDS, rate)
    return by_ffmpeg(
        [sound if channels == 1 else np.stack((sound, sound / 2), axis=1)],
        container,
        codec,
        rate,
        **options,
    )


def lag_and_snr(samples, truth):
    """How many samples late, and how far above its error in dB the sound is."""
    n = min(len(samples), len(truth))
    lag = int(np.argmax(correlate(samples[:n], truth[:n], method="fft"))) - (n - 1)
    moved = samples[max(lag, 0) : n + min(lag, 0)]
    error = moved - truth[max(-lag, 0) :][: len(moved)]
    return lag, 10 * np.log10(np.sum(np.square(moved)) / np.sum(np.square(error)))


@pytest.mark.parametrize(
    ("container", "codec", "rate", "channels", "pictures", "least_db"),
    [
        ("ipod", "aac", 44_100, 2, 0, 15),
        ("ipod", "aac", 16_000, 1, 0, 15),
        ("ipod", "alac", 44_100, 2, 0, 70),
        ("webm", "libopus", 48_000, 1, 0, 12),
        ("matroska", "pcm_s16le", 48_000, 2, 0, 60),
        ("mp4", "aac", 48_000, 2, 10, 15),
    ],
)
def test_length_lag_and_fidelity(
    container, codec, rate, channels, pictures, least_db, decode, warnings
):
    samples = decode(encoded(container, codec, rate, channels, pictures=pictures), "av")
    truth = soxr.resample(speechlike(SECONDS, rate), rate, 16_000)
    truth *= 0.75 if channels == 2 else 1
    assert abs(len(samples) - len(truth)) < 0.1 * 16_000
    lag, snr_db = lag_and_snr(samples, truth)
    assert abs(lag) <= 1
    assert snr_db > least_db
    assert warnings == []


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG"])
def test_what_libsndfile_reads_too(kind, decode):
    content = by_sndfile(TALK, kind)
    samples = decode(content, "av")
    np.testing.assert_allclose(samples, decode(content, "sndfile"), atol=1e-4)
    assert len(samples) == len(TALK)


def test_a_late_start_is_silence(decode):
    """Two seconds after the pictures: as much silence, so that times are those of the film."""
    samples = decode(encoded("matroska", "pcm_s16le", 16_000, pictures=10, late_s=2.0), "av")
    assert not samples[:31_000].any()
    lag, _ = lag_and_snr(samples, np.concatenate((np.zeros(32_000), TALK)))
    assert abs(lag) <= PAUSE_S * 16_000


def test_cut_off_where_the_index_comes_first(decode, warnings):
    content = encoded("mp4", "aac", 16_000, movflags="faststart")
    samples = decode(content[: len(content) * 2 // 3], "av")
    assert 16_000 < len(samples) < len(TALK) - 8_000
    assert any("as far as it goes" in w for w in warnings)
    assert all("\n" not in w and "talk.wav" not in w for w in warnings)


def test_damaged_in_the_middle(decode, warnings):
    content = bytearray(encoded("webm", "libopus", 48_000))
    content[len(content) // 2 : len(content) // 2 + 400] = bytes(400)
    assert len(decode(content, "av")) > 16_000
    assert len(warnings) <= 2


def test_cut_off_before_the_index_is_refused(refuses):
    content = encoded("ipod", "aac", 16_000)
    refuses(content[: len(content) // 2], "MP4 or M4A file without its index", "av")


def test_pictures_alone_are_refused(refuses):
    refuses(by_ffmpeg([], "mp4", "", pictures=1), "no sound track, only video; choose", "av")


def test_eight_channels_in_planes(decode):
    sound = speechlike(SECONDS, 48_000)
    content = by_ffmpeg([np.stack([sound] * 8, axis=1)], "matroska", "libopus", 48_000)
    samples = decode(content, "av")
    lag, snr_db = lag_and_snr(samples, soxr.resample(sound, 48_000, 16_000))
    assert abs(lag) <= 1 and snr_db > 10


def test_a_small_file_cannot_claim_hours_of_silence(decode):
    content = encoded("matroska", "pcm_s16le", 16_000, pictures=10, late_s=3 * 3600.0)
    assert abs(len(decode(content, "av")) - len(TALK)) < 1600


def test_time_stamps_that_are_wrong_for_a_while(tmp_path):
    path = tmp_path / "talk.mkv"
    path.write_bytes(bytes(600))
    reader = TrackReader(SimpleNamespace(start_time=0), None, path)

    def pause_s(time_s, clock_s):
        reader.clock_s = clock_s
        return reader._pause_s(time_s, PAUSE_S)

    assert pause_s(3000.0, 1.0) == 2999.0
    assert pause_s(4001.0, 1.0) == 0.0  # no file of this size has such a pause
    assert pause_s(4002.0, 2.0) == 0.0
    assert pause_s(4008.0, 3.0) == 5.0  # a pause by time stamps that are wrong alike
    assert pause_s(9.0, 9.0) == 0.0  # right again
    assert pause_s(12.0, 10.0) == 2.0
