"""The trained numbers of Silero VAD 6 as NumPy arrays, out of its authors' ONNX file (MIT licence).

Their safetensors file holds an earlier training of the same network, which finds other segments.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vsat_core.errors import ModelMissing
from vsat_plugins._weights.onnx_file import load as arrays_of


def load(path: Path) -> dict[str, np.ndarray]:
    """`spectrum` (258, 1, 256); `conv1` .. `conv4` (outputs, channels, 3) and their `.bias`;
    `lstm.in` and `lstm.again` (512, 128) and `lstm.bias` (512,), by gate: input, forget, candidate,
    output; `final` (128,) and `final.bias` (1,).

    Raises ModelMissing when the file does not hold them.
    """
    given = arrays_of(path)
    try:
        w_in, again, bias = (
            given[name][0] for name in sorted(given) if name.startswith("onnx::LSTM")
        )
        named = {
            "spectrum": given["stft.forward_basis_buffer"],
            "final": given["output.weight"][0, :, 0],
        }
        named |= {f"conv{k}": given[f"encoder.{k - 1}.weight"] for k in range(1, 5)}
        named |= {f"conv{k}.bias": given[f"encoder.{k - 1}.bias"] for k in range(1, 5)}
        named["final.bias"] = given["output.bias"]
    except (KeyError, ValueError) as error:
        raise ModelMissing(f"{path}: not the sequence form of Silero VAD 6 ({error})") from error
    return named | {
        "lstm.in": _by_gate(w_in),
        "lstm.again": _by_gate(again),
        "lstm.bias": _by_gate(bias.reshape(2, -1).sum(0)),
    }


def _by_gate(values: np.ndarray) -> np.ndarray:
    """From ONNX's order of gates (input, output, forget, candidate) to ours."""
    enter, leave, forget, candidate = np.split(values, 4)
    return np.concatenate([enter, forget, candidate, leave])
