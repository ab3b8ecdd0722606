"""Transcribe: the text of utterances, by Moonshine (default), PocketSphinx or Whisper.

The models of the first two know English only.
"""

from __future__ import annotations

import attrs

from vsat_core.plugin import (
    EXACT,
    Card,
    Model,
    NoParams,
    Package,
    Processes,
    Rule,
    Threads,
    ThreadsOrDevice,
    UserWeights,
    hookimpl,
    lossy,
    param,
)
from vsat_plugins._sphinx import ACOUSTIC, DICTIONARY, LANGUAGE
from vsat_plugins._whisper import MODEL_HELP, NEEDS
from vsat_plugins._whisper.languages import known_to, problem_of
from vsat_plugins.detect import SILERO
from vsat_plugins.transcribe.filter_params import EnglishParams, FilterParams


@attrs.frozen
class MoonshineParams(EnglishParams):
    """Parameters of all techniques of `moonshine`."""

    tokens_per_s: float = param(
        13.0,
        "maximum number of tokens per second of sound; a text that reaches it is marked as cut off",
        low=1,
        high=50,
    )


@attrs.frozen
class MoonshineBatchParams(MoonshineParams):
    """Parameters of networks in 8 bits, whose activations are scaled for each batch."""

    encoder: str = param(
        "float32",
        "how the encoder computes: float32 (more accurate) or int8 (less memory)",
        choices=("float32", "int8"),
    )
    batch_size: int = param(
        4, "utterances decoded together; texts may differ by a word between sizes", low=1, high=64
    )


@attrs.frozen
class SphinxParams(EnglishParams):
    """Parameters of `sphinx`."""

    beam: float = param(
        1e-48,
        "beam width: paths less likely than the best by this factor are dropped",
        low=1e-100,
        high=1,
    )


@attrs.frozen
class WhisperParams(FilterParams):
    """Parameters of `whisper`."""

    model: str = param("base", MODEL_HELP)
    words: tuple[str, ...] = param(
        (), "names and terms that may be spoken, spelled as they are to be written"
    )
    beam_size: int = param(5, "beam size: number of paths followed", low=1, high=64)
    compute_type: str = param(
        "int8",
        "how the network computes",
        choices=("int8", "int8_float32", "int8_float16", "float16", "float32"),
    )
    min_log_probability: float = param(
        -1.0,
        "mean natural log-probability of the tokens below which a long text is not trusted; less "
        "for a short one",
        low=-20,
        high=0,
    )
    min_loop_log_probability: float = param(
        -0.5, "the same for a text that mostly repeats one phrase or does not end", low=-20, high=0
    )

    def contradictions(self) -> list[str]:
        """A language that nobody knows, or that a model from a package does not know."""
        problem = problem_of(self.language, self.model, known_to(self.model))
        return [problem] if problem else []


@attrs.frozen
class WhisperBatchParams(WhisperParams):
    """Parameters of windows that several utterances share."""

    window_s: float = param(
        20.0, "neighbouring utterances share a window of sound up to this long", low=1, high=29
    )
    gap_s: float = param(0.5, "silence between the utterances of a window", low=0, high=5)
    tail_s: float = param(
        1.0,
        "silence after a window; Whisper was trained on windows filled up to 30 s, which takes "
        "twice the time; an implausible text is tried again with that",
        low=0,
        high=30,
    )
    looks: int = param(
        1,
        "how often each utterance is decoded, in windows of different lengths; the text of which "
        "the model is most certain is kept",
        low=1,
        high=5,
    )
    batch_size: int = param(4, "windows decoded together by each thread", low=1, high=64)


@attrs.frozen
class OnnxAsrParams(FilterParams):
    """Parameters of `onnxasr`."""

    model: str = param("", "folder of a model that onnx-asr knows; it is never downloaded")
    kind: str = param(
        "", "kind of the model, such as nemo-conformer-tdt; empty finds it by the folder's files"
    )
    language: str = param(
        "", "code of the language spoken, for Canary (en if empty) and Whisper (asked if empty)"
    )


def _moonshine(file: str, sha256: str) -> Model:
    return Model(
        name=f"moonshine tiny-en {file}",
        distribution="moonshine-voice==0.1.0",
        folder="moonshine_voice",
        file=f"assets/tiny-en/{file}",
        sha256=sha256,
        licence="MIT",
        language="English",
        part_of="moonshine tiny-en",
    )


ENCODER = _moonshine(
    "encoder_model.ort", "94e90a4654fc45cdfedb77c4c08e1739f48862998e58fada384b25118134f221"
)
DECODER = _moonshine(
    "decoder_model_merged.ort", "cf524c4862d36e9e5ab032eddc73637efd822d70e868ac575cf1a46e1e4708a0"
)
TOKENIZER = _moonshine(
    "tokenizer.bin", "6884b35fd6377d4c4d32336a0bc152f36b64d1e45b6503683cdc238250a8472d"
)
MOONSHINE = (ENCODER, DECODER, TOKENIZER)

# the hallucination filter asks Silero VAD how much speech there is
FILTER: tuple[Model | Package, ...] = (SILERO, Package("onnxruntime"))
SPHINX: tuple[Model | Package, ...] = (
    *ACOUSTIC,
    DICTIONARY,
    LANGUAGE,
    Package("pocketsphinx"),
    *FILTER,
)

CARDS = [
    Card(
        "moonshine.baseline",
        "Moonshine tiny (English), one utterance at a time by moonshine-voice",
        params=MoonshineParams,
        needs=(*MOONSHINE, Package("moonshine_voice"), *FILTER),
        agreement=lossy(2.0),
    ),
    *(
        Card(
            f"moonshine.{technique}",
            f"Moonshine tiny (English), {how}",
            params=params,
            tuning=tuning,
            needs=(*MOONSHINE, *FILTER),
        )
        for technique, params, tuning, how in (
            (
                "vectorized",
                MoonshineParams,
                NoParams,
                "both networks in NumPy and float32, up to 16 utterances together, whose texts do "
                "not depend on each other",
            ),
            (
                "batched",
                MoonshineBatchParams,
                Threads,
                "utterances of similar length together by onnxruntime, the decoder in 8 bits",
            ),
            (
                "numba",
                MoonshineBatchParams,
                Threads,
                "as batched; the choice of each token compiled",
            ),
        )
    ),
    Card(
        "sphinx.baseline",
        "PocketSphinx (English): gives word times, far less accurate",
        params=SphinxParams,
        needs=SPHINX,
        agreement=EXACT,
    ),
    Card(
        "sphinx.parallel",
        "PocketSphinx (English), utterances distributed over several processes",
        params=SphinxParams,
        tuning=Processes,
        needs=SPHINX,
    ),
    Card(
        "whisper.baseline",
        "Whisper (99 languages), one utterance at a time by faster-whisper",
        params=WhisperParams,
        tuning=ThreadsOrDevice,
        needs=(*NEEDS, *FILTER),
        agreement=lossy(2.0),
    ),
    Card(
        "whisper.batched",
        "Whisper (99 languages), neighbouring utterances in common windows, several at a time",
        params=WhisperBatchParams,
        tuning=ThreadsOrDevice,
        needs=(*NEEDS, *FILTER),
    ),
    Card(
        "onnxasr.baseline",
        "Parakeet, Canary, GigaAM, Zipformer, wav2vec2 or Whisper by onnx-asr; the user brings the "
        "model",
        params=OnnxAsrParams,
        tuning=ThreadsOrDevice,
        needs=(Package("onnx_asr", extra="onnxasr"), UserWeights("model"), *FILTER),
        agreement=lossy(2.0),
    ),
]


RULES = [
    Rule(
        "implausible-words",
        "much of what a recogniser gave is improbable: another language than English, or noise",
        takes=("enhance", "transcribe"),
        target="vsat_plugins.transcribe.language_check:implausible",
    )
]


@hookimpl
def vsat_rules() -> list[Rule]:
    """When the words of a recogniser are not to be believed."""
    return RULES


@hookimpl
def vsat_transcribe() -> list[Card]:
    """Moonshine by its own library and in batches, PocketSphinx, Whisper."""
    return CARDS
