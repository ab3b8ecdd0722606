"""The trained numbers of segmentation-3.0 as NumPy arrays. Weights by CNRS, MIT licence."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vsat_core.errors import ModelMissing
from vsat_plugins._weights.torch_file import load as saved_in

KERNEL = 251  # taps of the sinc filters


def sinc_filters(low_hz: np.ndarray, band_hz: np.ndarray, sample_rate: int = 16_000) -> np.ndarray:
    """Band-pass filters from trained edges (n, 1): float32 (2 n, KERNEL), n even (cosine) ones,
    then n odd (sine) ones.

    A windowed ideal band-pass is sin(2 pi f2 t) - sin(2 pi f1 t) over pi t (Ravanelli and Bengio,
    eq. 4 and 5); its odd twin has cosines in place of sines (Pariente et al., "Filterbank design
    for end-to-end speech separation", 2020).
    """
    low = 50.0 + np.abs(low_hz.astype(np.float64))
    high = np.clip(low + 50.0 + np.abs(band_hz.astype(np.float64)), 50.0, sample_rate / 2)
    half = KERNEL // 2
    t = np.arange(1, half + 1) / sample_rate
    shape = np.hamming(KERNEL)[half + 1 :] / (np.pi * t)
    slow, fast = 2 * np.pi * low * t, 2 * np.pi * high * t
    even, odd = (np.sin(fast) - np.sin(slow)) * shape, (np.cos(slow) - np.cos(fast)) * shape
    width = high - low
    cosine = np.concatenate([even[:, ::-1], 2 * width, even], 1)
    sine = np.concatenate([-odd[:, ::-1], np.zeros_like(width), odd], 1)
    return (np.concatenate([cosine, sine]) / np.tile(2 * width, (2, 1))).astype(np.float32)


def load(path: Path) -> dict[str, np.ndarray]:
    """Arrays by the names of `SegmentationNet`'s state. Raises ModelMissing when the file does not
    hold them.
    """
    bank = "sincnet.conv1d.0.filterbank."
    try:
        state = saved_in(path)["state_dict"]
        named = {
            "filters": sinc_filters(state[bank + "low_hz_"], state[bank + "band_hz_"])[:, None]
        }
    except (LookupError, TypeError) as error:
        raise ModelMissing(f"{path}: not the weights of segmentation-3.0 ({error})") from error
    for key, value in state.items():
        if key.startswith(bank):
            continue
        for new, old in (("wave_norm", "sincnet.wav_norm1d"), ("norm", "sincnet.norm1d")):
            key = key.replace(old, new)
        if key.startswith("sincnet.conv1d."):
            _, _, layer, what = key.split(".")
            key = f"conv.{int(layer) - 1}.{what}"
        named[key] = value
    return named
