"""Files made here by libsndfile's and FFmpeg's encoders."""

import io

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


def by_ffmpeg(tracks, container, codec, rate=16_000, options=None):
    """Bytes of a file with one mono track for each sound (n,)."""
    out = io.BytesIO()
    with av.open(out, "w", format=container, options=options or {}) as file:
        streams = [file.add_stream(codec, rate=rate, layout="mono") for _ in tracks]
        for stream in streams:
            if stream.format.name == "u8p":
                stream.format = "s16p"
        for stream, sound in zip(streams, tracks, strict=True):
            size = stream.codec_context.frame_size or 1024
            kind = stream.format.name
            scale = 2**15 if kind.startswith("s16") else 2**31 if kind.startswith("s32") else 1
            values = (sound * scale).astype(
                {"s16": np.int16, "s32": np.int32}.get(kind[:3], np.float32)
            )
            for first in range(0, len(values), size):
                frame = av.AudioFrame.from_ndarray(
                    values[None, first : first + size], format=kind, layout="mono"
                )
                frame.sample_rate, frame.pts = rate, first
                file.mux(stream.encode(frame))
            file.mux(stream.encode(None))
    return out.getvalue()
