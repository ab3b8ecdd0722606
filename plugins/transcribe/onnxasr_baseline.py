"""onnxasr.baseline: a model of the user's own in ONNX format, by onnx-asr. Nothing is ever
downloaded.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from vsat_core.contract.threads import thread_count
from vsat_core.errors import ModelMissing
from vsat_core.plugin import ThreadsOrDevice
from vsat_plugins.transcribe import OnnxAsrParams
from vsat_plugins.transcribe.hallucinations import Answer
from vsat_plugins.transcribe.onnxasr import answer_of, cuts, joined
from vsat_plugins.transcribe.onnxasr_folder import WAV2VEC2, Found, find
from vsat_plugins.transcribe.recogniser import Recogniser

if TYPE_CHECKING:
    from onnx_asr.asr import TimestampedResult

    Network = Callable[[np.ndarray], TimestampedResult]  # of float32 (n_samples,)

PROVIDERS = {"cpu": ["CPUExecutionProvider"], "cuda": ["CUDAExecutionProvider"]}
SHORTEST = 1_600  # samples; less has no word in it
WITH_LANGUAGE = ("nemo-conformer-aed", "whisper", "whisper-ort")


def providers_for(device: str) -> list[str]:
    """What onnxruntime computes with. Raises ModelMissing where it is not there: onnxruntime itself
    would warn, and compute on the processor.
    """
    import onnxruntime

    providers = PROVIDERS[device]
    if not set(providers) <= set(onnxruntime.get_available_providers()):
        raise ModelMissing(
            f'transcribe onnxasr: tuning.device is "{device}", and this onnxruntime has no '
            f'{providers[0]}; set it to "cpu", or install onnxruntime-gpu in its place'
        )
    return providers


class Baseline(Recogniser):
    """One utterance at a time."""

    params: OnnxAsrParams
    tuning: ThreadsOrDevice
    _network: Network | None = None

    def prepare(self) -> None:
        """Load the model. Raises ModelMissing."""
        super().prepare()
        if self._network is None:
            self._network = self._load(find(self.params.model, self.params.kind))

    def _load(self, found: Found) -> Network:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = thread_count(self.tuning.threads)
        providers = providers_for(self.tuning.device)
        try:
            if found.kind == WAV2VEC2:
                from vsat_plugins.transcribe.onnxasr_wav2vec2 import Wav2Vec2

                return Wav2Vec2(found.files, options, providers).recognize
            from onnx_asr.loader import Manager

            # offline, with a folder that is there: its resolver then never asks the hub
            model = Manager(options, providers).create_asr(
                found.kind, found.folder, quantization=found.quantization, offline=True
            )
        except ModelMissing:
            raise
        except Exception as error:  # onnxruntime and onnx-asr raise what they like
            reason = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
            raise ModelMissing(
                f"transcribe onnxasr: {found.folder} cannot be loaded as {found.kind}: {reason}; "
                "get its files again, or name its kind"
            ) from error
        timed = model.with_timestamps()
        language = self.params.language if found.kind in WITH_LANGUAGE else ""
        return lambda sound: timed.recognize(sound, language=language or None)

    def recognised(self, sound: np.ndarray) -> Answer:
        """The raw answer for one utterance that is not silent, in parts of at most 30 s."""
        bounds = pairwise(cuts(sound))
        return joined([(a, self._answer(sound[a:b])) for a, b in bounds if b - a >= SHORTEST])

    def _answer(self, sound: np.ndarray) -> Answer:
        assert self._network is not None
        return answer_of(self._network(np.array(sound, np.float32)), len(sound))
