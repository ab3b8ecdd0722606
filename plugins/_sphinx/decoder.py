"""PocketSphinx with its English model, opened without its own search for files; shared by
transcribe and align.
"""

from typing import Any

import numpy as np
import pocketsphinx

from vsat_core.artifacts import SAMPLE_RATE
from vsat_plugins.transcribe import ACOUSTIC, DICTIONARY

OPTION = {  # pocketsphinx's option for each file of the acoustic model
    "feat.params": "featparams",
    "mdef": "mdef",
    "means": "mean",
    "noisedict": "fdict",
    "sendump": "sendump",
    "transition_matrices": "tmat",
    "variances": "var",
}
TimedWord = tuple[str, int, int]  # word, first sample, last sample + 1
FRAME = SAMPLE_RATE // 100  # its frames come every 10 ms


def open_decoder(**options: Any) -> pocketsphinx.Decoder:
    """A decoder over the acoustic model and dictionary; `options` are pocketsphinx's, lm=None to
    search nothing.
    """
    files = {OPTION[model.file.rpartition("/")[2]]: str(model.path()) for model in ACOUSTIC}
    return pocketsphinx.Decoder(
        **files, hmm=None, dict=str(DICTIONARY.path()), loglevel="FATAL", **options
    )


def recognised(decoder: pocketsphinx.Decoder, samples: np.ndarray, start: int) -> list[TimedWord]:
    """The words of the best path through float32 (n_samples,) beginning at `start`.

    Silence and noise are left out, "the(2)" is "the". Raises RuntimeError when the decoder finds no
    path.
    """
    sound = np.clip(np.rint(samples * 32768.0), -32768, 32767).astype("<i2")
    decoder.reinit_feat()  # forgets the noise and mean of the utterance before, lest order matter
    decoder.start_utt()
    try:
        decoder.process_raw(sound.tobytes(), full_utt=True)
    finally:
        decoder.end_utt()
    end = start + len(samples)
    return [
        (
            segment.word.partition("(")[0],
            min(start + segment.start_frame * FRAME, end - 1),
            min(start + (segment.end_frame + 1) * FRAME, end),
        )
        for segment in decoder.seg() or ()
        if segment.word[0] not in "<[+("
    ]
