"""Which recogniser lies in a folder: found by its files, or by what the user or its config.json
says; what is missing is one line.

File names are those that onnx-asr looks for, and its own list of them is asked. A folder in which a
file is missing is never completed from the network.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from vsat_core.errors import ModelMissing, nearest

WAV2VEC2 = "wav2vec2-ctc"
# kind -> what it is called; of two that a folder fits, the first is taken
KINDS = {
    "nemo-conformer-tdt": "Parakeet TDT",
    "nemo-conformer-rnnt": "Parakeet RNN-T",
    "nemo-conformer-aed": "Canary",
    "gigaam-v3-e2e-rnnt": "GigaAM v3 end to end, RNN-T",
    "gigaam-v3-e2e-ctc": "GigaAM v3 end to end, CTC",
    "gigaam-v2-rnnt": "GigaAM RNN-T",
    "gigaam-v2-ctc": "GigaAM CTC",
    "gigaam-multilingual-ctc": "GigaAM multilingual",
    "kaldi-rnnt": "Zipformer, Vosk",
    "whisper-ort": "Whisper by onnxruntime",
    "whisper": "Whisper by optimum",
    WAV2VEC2: "wav2vec2 CTC",
    "nemo-conformer-ctc": "Parakeet CTC",
    "t-one-ctc": "T-one",
}
WAV2VEC2_FILES = {"model": "**/model{}.onnx", "vocab": "vocab.json"}
TRANSDUCERS = {"nemo-conformer-tdt", "nemo-conformer-rnnt"}  # in files of the same names
QUANTIZED = "int8"


@attrs.frozen
class Found:
    """The model of a folder: its kind, and whether its files are those in 8 bits."""

    folder: Path
    kind: str
    quantization: str | None
    files: Mapping[str, Path]


def find(model: str, kind: str) -> Found:
    """The model in a folder, of this kind if one is named. Raises ModelMissing."""
    if not model:
        raise ModelMissing(
            "transcribe onnxasr: no model; set stages.transcribe.model to the folder of a model "
            "that onnx-asr knows"
        )
    folder = Path(model).expanduser()
    if not folder.is_dir():
        raise ModelMissing(f"transcribe onnxasr: there is no folder {folder}; check the name")
    if kind and kind not in KINDS:
        raise ModelMissing(
            f"transcribe onnxasr: kind {kind!r} is unknown{nearest(kind, KINDS)}; there are "
            f"{', '.join(KINDS)}"
        )
    config = config_of(folder)
    said = str(config.get("model_type", ""))
    complete = [f for k in ([kind] if kind else KINDS) if (f := _found(folder, k, config))]
    if not complete:
        raise ModelMissing(f"transcribe onnxasr: {folder} {_lacks(folder, kind)}")
    named = [found for found in complete if found.kind == said]
    if not named and complete[0].kind in TRANSDUCERS and len(complete) > 1:
        return complete[not _has_durations(complete[0])]
    return (named or complete)[0]


def config_of(folder: Path) -> dict[str, Any]:
    """What config.json says; nothing where there is none. Raises ModelMissing if it is damaged."""
    path = folder / "config.json"
    if not path.is_file():
        return {}
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelMissing(f"{path}: is not JSON ({error}); get it again") from None
    return config if isinstance(config, dict) else {}


def patterns(kind: str, quantization: str | None) -> dict[str, str]:
    """The names of the files of a kind, as patterns below the folder."""
    if kind == WAV2VEC2:
        suffix = f"?{quantization}" if quantization else ""
        return {key: name.format(suffix) for key, name in WAV2VEC2_FILES.items()}
    from onnx_asr.loader import create_asr_resolver

    known = create_asr_resolver(kind, ".", offline=True).model_type
    return dict(known._get_model_files(quantization))


def _found(folder: Path, kind: str, config: Mapping[str, Any]) -> Found | None:
    """The model of this kind, if all of it is there, in full precision rather than in 8 bits."""
    if (kind == "t-one-ctc") != ("decoder_params" in config):  # else Parakeet CTC has its names
        return None
    for quantization in (None, QUANTIZED):
        files = {key: _one(folder, name) for key, name in patterns(kind, quantization).items()}
        there = {key: path for key, path in files.items() if path}
        if len(there) == len(files):
            return Found(folder, kind, quantization, there)
    return None


def _one(folder: Path, pattern: str) -> Path | None:
    """The only file of this name; onnx-asr takes .ort for .onnx."""
    for name in (pattern, pattern.removesuffix(".onnx") + ".ort"):
        if len(found := [p for p in folder.glob(name) if p.is_file()]) == 1:
            return found[0]
    return None


def _lacks(folder: Path, kind: str) -> str:
    """What is missing of the kind of which the largest part is there, and what it should hold."""
    kinds = [kind] if kind else list(KINDS)
    names = {k: list(patterns(k, None).values()) for k in kinds}
    absent = {
        k: [n for n in own if not (_one(folder, n) or _one(folder, _in_8_bits(n)))]
        for k, own in names.items()
    }
    best = min(kinds, key=lambda k: len(absent[k]) / len(names[k]))
    if len(absent[best]) == len(names[best]) and not kind:
        layouts = "; ".join(f"{k}: {', '.join(own)}" for k, own in names.items())
        return f"holds no model that onnx-asr knows; expected the files of one of {layouts}"
    return (
        f"lacks {', '.join(absent[best] or ['a single file of each name'])}; a folder of "
        f"{best} ({KINDS[best]}) holds {', '.join(names[best])}"
    )


def _in_8_bits(name: str) -> str:
    return name.replace(".onnx", f"?{QUANTIZED}.onnx")


def _has_durations(found: Found) -> bool:
    """Whether a transducer's joint network has more outputs than there are tokens."""
    import onnxruntime

    session = onnxruntime.InferenceSession(
        found.files["decoder_joint"], providers=["CPUExecutionProvider"]
    )
    outputs = {output.name: output.shape for output in session.get_outputs()}
    n_tokens = len(found.files["vocab"].read_text(encoding="utf-8").splitlines())
    size = outputs.get("outputs", [None])[-1]
    return not isinstance(size, int) or size > n_tokens
