"""How every network of onnxruntime is opened."""

from __future__ import annotations

from pathlib import Path

import onnxruntime


def open_session(model: Path | bytes) -> onnxruntime.InferenceSession:
    """A session that computes in the thread that calls it: several calls at once use the cores
    better than one call on several threads.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    source = model if isinstance(model, bytes) else str(model)
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
