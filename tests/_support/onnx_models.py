"""Tiny ONNX models in the folder layouts that onnx-asr reads: weights of noise, real graphs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

TOKENS = ["▁so", "▁we", "▁be", "gin", "▁now", ",", "s", "<blk>"]
DURATIONS = 3
SIZE = 6
Extents = Mapping[str, tuple[str, Sequence[int | str]]]  # name -> type and extents


class Graph:
    """Nodes and weights of one model."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.nodes: list[Any] = []
        self.arrays: list[Any] = []

    def constant(self, value: np.ndarray) -> str:
        from onnx import numpy_helper

        name = f"c{len(self.arrays)}"
        self.arrays.append(numpy_helper.from_array(value, name))
        return name

    def noise(self, *shape: int) -> str:
        return self.constant(self.rng.normal(0, 1, shape).astype(np.float32))

    def ints(self, *values: int) -> str:
        return self.constant(np.array(values, np.int64))

    def node(self, operator: str, *inputs: str, out: str = "", **attributes: Any) -> str:
        from onnx import helper

        out = out or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [out], **attributes))
        return out

    def every(self, name: str, step: int, axis: int) -> str:
        """Every `step`-th of an axis."""
        ends = self.ints(1 << 60)
        return self.node("Slice", name, self.ints(0), ends, self.ints(axis), self.ints(step))

    def shorter(self, lengths: str, step: int, out: str) -> str:
        """Lengths after `every`."""
        more = self.node("Add", lengths, self.ints(step - 1))
        return self.node("Div", more, self.ints(step), out=out)

    def save(self, path: Path, inputs: Extents, outputs: Extents) -> None:
        import onnx
        from onnx import TensorProto, helper

        def infos(extents: Extents) -> list[Any]:
            return [
                helper.make_tensor_value_info(name, getattr(TensorProto, kind), list(shape))
                for name, (kind, shape) in extents.items()
            ]

        graph = helper.make_graph(self.nodes, "tiny", infos(inputs), infos(outputs), self.arrays)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        model.ir_version = 9
        path.parent.mkdir(parents=True, exist_ok=True)
        onnx.save(model, str(path))


def vocabulary(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{t} {i}\n" for i, t in enumerate(TOKENS)), encoding="utf-8")


def ctc(path: Path, names: tuple[str, str, str], n_mels: int, step: int) -> None:
    """Frames of a spectrum to log-probabilities of tokens; `names` of inputs and output."""
    frames, lengths, out = names
    g = Graph(1)
    rows = g.node("Transpose", g.every(frames, step, 2), perm=[0, 2, 1])
    scores = g.node("MatMul", rows, g.noise(n_mels, len(TOKENS)))
    g.node("LogSoftmax", scores, out=out, axis=-1)
    inputs = {frames: ("FLOAT", ["b", n_mels, "t"]), lengths: ("INT64", ["b"])}
    g.save(path, inputs, {out: ("FLOAT", ["b", "u", len(TOKENS)])})


def parakeet_ctc(folder: Path) -> None:
    ctc(folder / "model.onnx", ("audio_signal", "length", "logprobs"), 80, 8)
    vocabulary(folder / "vocab.txt")


def gigaam_ctc(folder: Path) -> None:
    ctc(folder / "v3_ctc.onnx", ("features", "feature_lengths", "log_probs"), 64, 4)
    vocabulary(folder / "v3_vocab.txt")
    (folder / "config.json").write_text(json.dumps({"version": "v3", "subsampling_factor": 4}))


def parakeet(folder: Path, durations: int = 0, suffix: str = "") -> None:
    """A NeMo transducer; with `durations` one of the TDT kind."""
    n_out = len(TOKENS) + durations
    g = Graph(2)
    signal = g.every("audio_signal", 8, 2)
    rows = g.node("Transpose", signal, perm=[0, 2, 1])
    states = g.node("MatMul", rows, g.noise(80, SIZE))
    g.node("Transpose", states, out="outputs", perm=[0, 2, 1])
    g.shorter("length", 8, "encoded_lengths")
    inputs = {"audio_signal": ("FLOAT", ["b", 80, "t"]), "length": ("INT64", ["b"])}
    lengths: Extents = {"encoded_lengths": ("INT64", ["b"])}
    outputs = {"outputs": ("FLOAT", ["b", SIZE, "u"]), **lengths}
    g.save(folder / f"encoder-model{suffix}.onnx", inputs, outputs)
    g = Graph(3)
    step = g.node("Transpose", "encoder_outputs", perm=[0, 2, 1])
    scores = g.node("MatMul", step, g.noise(SIZE, n_out))
    told = g.node("Gather", g.noise(len(TOKENS), n_out), "targets")
    joint = g.node("Add", scores, told)
    g.node("Unsqueeze", joint, g.ints(1), out="outputs")
    state: dict[str, tuple[str, Sequence[int | str]]] = {}
    for k in (1, 2):
        g.node("Identity", f"input_states_{k}", out=f"output_states_{k}")
        state[f"input_states_{k}"] = ("FLOAT", [1, "b", SIZE])
    after = {name.replace("in", "out", 1): extents for name, extents in state.items()}
    g.save(
        folder / f"decoder_joint-model{suffix}.onnx",
        {
            "encoder_outputs": ("FLOAT", ["b", SIZE, "u"]),
            "targets": ("INT32", ["b", "v"]),
            "target_length": ("INT32", ["b"]),
            **state,
        },
        {"outputs": ("FLOAT", ["b", "u", "v", n_out]), **after},
    )
    vocabulary(folder / "vocab.txt")


def parakeet_tdt(folder: Path) -> None:
    parakeet(folder, DURATIONS)


def parakeet_tdt_in_8_bits(folder: Path) -> None:
    parakeet(folder, DURATIONS, ".int8")


def zipformer(folder: Path) -> None:
    """A stateless transducer as Vosk lays it out, in two folders."""
    g = Graph(4)
    g.node("MatMul", g.every("x", 4, 1), g.noise(80, SIZE), out="encoder_out")
    g.shorter("x_lens", 4, "encoder_out_lens")
    inputs = {"x": ("FLOAT", ["b", "t", 80]), "x_lens": ("INT64", ["b"])}
    outputs = {"encoder_out": ("FLOAT", ["b", "u", SIZE]), "encoder_out_lens": ("INT64", ["b"])}
    g.save(folder / "am-onnx" / "encoder.onnx", inputs, outputs)
    g = Graph(5)
    told = g.node("Gather", g.noise(len(TOKENS), SIZE), "y")
    g.node("ReduceMean", told, out="decoder_out", axes=[1], keepdims=0)
    state = {"decoder_out": ("FLOAT", ["b", SIZE])}
    g.save(folder / "am-onnx" / "decoder.onnx", {"y": ("INT64", ["b", 2])}, state)
    g = Graph(6)
    both = g.node("Add", "encoder_out", "decoder_out")
    g.node("MatMul", both, g.noise(SIZE, len(TOKENS)), out="logit")
    inputs = {"encoder_out": ("FLOAT", ["b", SIZE]), **state}
    g.save(folder / "am-onnx" / "joiner.onnx", inputs, {"logit": ("FLOAT", ["b", len(TOKENS)])})
    vocabulary(folder / "lang" / "tokens.txt")


def wav2vec2(folder: Path) -> None:
    """A letter A where sound is loud, a blank between words where it is not."""
    g = Graph(7)
    loud = g.node("Abs", g.node("Unsqueeze", "input_values", g.ints(1)))
    level = g.node("AveragePool", loud, kernel_shape=[320], strides=[320])
    rows = g.node("Transpose", level, perm=[0, 2, 1])
    weights = np.array([[0.0, -1.0, 1.0]], np.float32) * 9
    scores = g.node("MatMul", rows, g.constant(weights))
    g.node("Add", scores, g.constant(np.array([-9.0, 2, -2], np.float32)), out="logits")
    inputs = {"input_values": ("FLOAT", ["b", "t"])}
    g.save(folder / "model.onnx", inputs, {"logits": ("FLOAT", ["b", "u", 3])})
    (folder / "vocab.json").write_text(json.dumps({"<pad>": 0, "|": 1, "A": 2}))
    (folder / "config.json").write_text(json.dumps({"model_type": "wav2vec2"}))


LAYOUTS: dict[str, Callable[[Path], None]] = {
    "nemo-conformer-ctc": parakeet_ctc,
    "nemo-conformer-rnnt": parakeet,
    "nemo-conformer-tdt": parakeet_tdt,
    "gigaam-v2-ctc": gigaam_ctc,
    "kaldi-rnnt": zipformer,
    "wav2vec2-ctc": wav2vec2,
}
