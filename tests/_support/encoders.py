"""Sound, and files made of it by libsndfile's and FFmpeg's encoders."""

import io
import tempfile
from pathlib import Path

import av
import numpy as np
import soundfile


def speechlike(seconds, rate=16_000, seed=5):
    """Bursts of tones below 3 kHz that differ in length, float64 (n,): any lag shows."""
    t = np.arange(round(seconds * rate)) / rate
    rng = np.random.default_rng(seed)
    tones = zip(rng.uniform(150, 3000, 60), rng.uniform(0, 6, 60), strict=True)
    x = sum(np.sin(2 * np.pi * hz * t + phase) for hz, phase in tones)
    return 0.02 * x * (np.sin(2 * np.pi * 1.3 * t) + np.sin(2 * np.pi * 2.9 * t) > 0)


def by_sndfile(sound, kind, rate=16_000, **options):
    """Bytes of a WAV, FLAC, OGG, MP3, AIFF, CAF, AU ... file."""
    out = io.BytesIO()
    soundfile.write(out, sound, rate, format=kind, **options)
    return out.getvalue()


LAYOUTS = {(): "mono", (2,): "stereo", (6,): "5.1", (8,): "7.1"}


def by_ffmpeg(tracks, container, codec, rate=16_000, *, pictures=0, late_s=0.0, **options):
    """Bytes of a file with a track for each sound (n,) or (n, n_channels), and with black pictures,
    ten a second.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made"
        with av.open(str(path), "w", format=container, options=options) as file:
            layouts = [LAYOUTS[sound.shape[1:]] for sound in tracks]
            streams = [file.add_stream(codec, rate=rate, layout=layout) for layout in layouts]
            if pictures:
                _add_pictures(file, pictures)
            for stream, sound in zip(streams, tracks, strict=True):
                if stream.format.name == "u8p":
                    stream.format = "s16p"
                _add_sound(file, stream, sound, rate, round(late_s * rate))
        return path.read_bytes()


def _add_pictures(file, n):
    film = file.add_stream("mpeg4", rate=10, width=32, height=32, pix_fmt="yuv420p")
    for _ in range(n):
        black = np.zeros((32, 32, 3), np.uint8)
        file.mux(film.encode(av.VideoFrame.from_ndarray(black, format="rgb24")))
    file.mux(film.encode(None))


def _add_sound(file, stream, sound, rate, late):
    kind, layout = stream.format.name, stream.layout.name
    whole = {"s16": np.int16, "s32": np.int32}.get(kind[:3])
    values = np.round(sound * 2.0 ** (8 * whole().itemsize - 1)) if whole else sound
    values = np.atleast_2d(values.astype(whole or np.float32).T)
    size = stream.codec_context.frame_size or 1024
    for first in range(0, values.shape[1], size):
        piece = values[:, first : first + size]
        piece = piece if stream.format.is_planar else piece.T.reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece), format=kind, layout=layout)
        frame.sample_rate, frame.pts = rate, late + first
        file.mux(stream.encode(frame))
    file.mux(stream.encode(None))
