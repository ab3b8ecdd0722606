"""How every network of onnxruntime is opened."""

from __future__ import annotations

from pathlib import Path

import onnxruntime


def open_session(model: Path | bytes, keep_memory: bool = True) -> onnxruntime.InferenceSession:
    """A session that computes in the thread that calls it: several calls at once use the cores
    better than one call on several threads.

    With `keep_memory` what one call has taken stays for the next; where inputs differ much in
    length, the memory of the longest would stay in many pieces.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = keep_memory
    source = model if isinstance(model, bytes) else str(model)
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
